"""A thousand dialogues with a hundred answers each: how long the report and the comparison take, and how both grow."""

import random
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert
from starlette.testclient import TestClient

from events.models import Dialogue
from feedback import library
from feedback.models import Survey, SurveyFigure
from feedback.questions import item
from kit.db import Database, wide
from kit.ids import new_id
from network.models import Initiative
from tests.feedback.test_pages import NOW, RESULT
from tests.feedback.test_result_pages import fill as fill

ASKED = [each for each in library.questions_of(library.INSTRUMENT, "after") or () if each.scale]


def _dialogues(database: Database, like: Dialogue, count: int) -> None:
    """Closed surveys of twenty initiatives with their figures, as closing wrote them."""
    chance = random.Random(5)
    with database.write(wide("migration")) as session:
        owners = [
            Initiative(slug=new_id(), name="Andere (fiktiv)", sort_key="andere", land="05", created_at=NOW)
            for _one in range(20)
        ]
        session.add_all(owners)
        session.flush()
        kept = like.model_dump(exclude={"id", "slug", "initiative_id"})
        dialogues, surveys, figures = [], [], []
        for number in range(count):
            owner = owners[number % len(owners)]
            dialogue = Dialogue(
                **kept | {"initiative_id": owner.id, "slug": new_id(), "format_code": f"F{1 + number % 5}"}
            )
            closed = Survey(
                initiative_id=owner.id, dialogue_id=dialogue.id, version="x", state="closed", opens_at=NOW, closes_at=NOW,
                closed_at=NOW - timedelta(minutes=count - number), answer_count=100, invited=120,
            )  # fmt: skip
            dialogues.append(dialogue.model_dump())
            surveys.append(closed.model_dump())
            figures += [
                SurveyFigure(
                    initiative_id=owner.id,
                    survey_id=closed.id,
                    item=item(asked),
                    code=asked.code,
                    moment="after",
                    audience="came",
                    format_code=dialogue.format_code,
                    land="05",
                    number=100,
                    mean=chance.gauss(3.4, 0.3),
                    variance=0.8,
                ).model_dump()
                for asked in ASKED
            ]
        for model, rows in ((Dialogue, dialogues), (Survey, surveys), (SurveyFigure, figures)):
            session.execute(insert(model), rows)


def _quickest(ask: Callable[[], Any]) -> float:
    times = []
    for _once in range(3):
        begun = time.process_time()
        assert ask().status_code == 200
        times.append(time.process_time() - begun)
    return min(times)


@pytest.mark.slow
@pytest.mark.alone
@pytest.mark.timeout(600)
def test_a_thousand_dialogues(
    client: TestClient,
    fill: Callable[..., str],
    database: Database,
    dialogue: Dialogue,
    capsys: pytest.CaptureFixture[str],
) -> None:
    chance = random.Random(3)
    before = [{each.code: chance.randint(1, 5) for each in ASKED if each.kind == "agreement"} for _one in range(100)]
    fill(before, moment="before", audience="confirmed", questionnaire="instrument", traces="w")
    fill(
        [{each.code: chance.randint(*each.scale) for each in ASKED} for _one in range(100)],
        questionnaire="instrument",
        traces="w",
    )
    report = _quickest(lambda: client.get(RESULT))
    compared = {}
    for count in (100, 1000):
        _dialogues(database, dialogue, count - (100 if count == 1000 else 0))
        compared[count] = _quickest(lambda: client.get(f"{RESULT}/vergleich"))
    with capsys.disabled():
        print(
            f"\nreport {report * 1000:.0f} ms, comparison {compared[100] * 1000:.0f} ms with 100 dialogues, "
            f"{compared[1000] * 1000:.0f} ms with 1,000 (processor time)"
        )
    assert client.get(f"{RESULT}/vergleich").text.count("1.000 Dialoge") > 0
    sheet = _quickest(lambda: client.get(RESULT.replace("ergebnis", "bericht")))
    with capsys.disabled():
        print(f"the report of the dialogue {sheet * 1000:.0f} ms with 1,000 dialogues beside it (processor time)")
    assert report <= 0.5
    assert sheet <= 0.5
    assert compared[1000] <= 1.0
    assert compared[1000] <= 12 * compared[100]
