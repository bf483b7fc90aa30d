"""The result of every survey over HTTP: of a dialogue, with a menu, and of one without a dialogue."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from events.models import Dialogue
from feedback import operations, queries
from feedback.models import Survey
from feedback.queries import Asked
from kit.db import Database, within
from network.models import Initiative
from tests.feedback.test_pages import NOW, RESULT, heading

Fill = Callable[..., str]


@pytest.fixture
def fill(database: Database, dialogue: Dialogue, initiative: Initiative) -> Fill:
    """fill(sheets, moment=...): a closed survey with these answers, of whoever had the link; its id."""

    def make(sheets: list[dict[str, Any]], *, alone: bool = False, **opened: Any) -> str:
        def work(session: Any) -> str:
            if alone:
                survey = operations.open_to_all(
                    session, initiative=initiative, title="Was sollen wir fragen?", questionnaire="children",
                    closes_at=NOW + timedelta(days=1), actor="p", now=NOW,
                )  # fmt: skip
            else:
                row = session.get_one(Dialogue, dialogue.id)
                until = NOW + timedelta(days=1)
                survey = operations.open_survey(session, dialogue=row, now=NOW, linked=True, closes_at=until, **opened)
            for number, answers in enumerate(sheets):
                asked = Asked(None, survey, dialogue, initiative)
                operations.answer(session, asked=asked, answers=answers, now=NOW, device=f"device-{number}")
            return operations.close_survey(session, survey=survey, now=NOW).id

        return database.transact(within(initiative.id), work)

    return make


def test_each_survey_of_a_dialogue_has_its_page_and_a_menu_leads_there(client: TestClient, fill: Fill) -> None:
    before = fill([{"N1": 4, "P1": 2}] * 5, moment="before", audience="confirmed", questionnaire="instrument")
    assert re.findall(r'<nav class="tabs[^"]*" aria-label="Umfragen">', client.get(RESULT).text) == []
    fill([{"stars": 5}] * 6)
    page = client.get(f"{RESULT}/{before}")
    assert (page.status_code, heading(page)) == (200, "Ergebnis aus 5 Antworten")
    menu = re.findall(r'aria-label="Umfragen">(.*?)</nav>', page.text, re.DOTALL)[0]
    assert re.findall(r'href="([^"]*)"[^>]*>([^<]*)<', menu) == [(f"{RESULT}/{before}", "Vorher"), (RESULT, "Danach")]
    assert page.text.count("Wie viele ihn sahen und nicht antworteten, wissen wir nicht.") == 1
    assert heading(client.get(RESULT)) == "Im Mittel 5,0 von 5 Sternen bei 6 Antworten"
    assert client.get(f"{RESULT}/{before}.pdf").headers["content-type"] == "application/pdf"
    assert [client.get(f"{RESULT}/{wrong}").status_code for wrong in ("x", before[:-1])] == [404, 404]


def test_a_survey_without_a_dialogue(client: TestClient, fill: Fill) -> None:
    survey = fill([{"fun": 3, "best": "Der Kran"}] * 10, alone=True)
    path = f"/arbeitsplatz/rheinpark/umfragen/{survey}/ergebnis"
    page = client.get(path)
    assert (page.status_code, heading(page), page.text.count("Der Kran")) == (200, "Ergebnis aus 10 Antworten", 0)
    assert page.text.count("Stimmt: 10 von 10. Stimmt nicht: 0 von 10. Stimmt zum Teil: 0 von 10.") == 2
    assert client.get(f"{path}.pdf").status_code == 200
    assert client.get(f"{RESULT}/{survey}").status_code == 404, "it is none of this dialogue"


def test_texts_of_before_stay_readable(
    client: TestClient, fill: Fill, database: Database, initiative: Initiative
) -> None:
    survey = fill([{"stars": 4, "text": "Gern wieder"}] * 10)

    def older(session: Any) -> None:
        frozen = queries.result_for_change(session, survey)
        frozen.texts, frozen.released = [], ["Aus alter Zeit"]

    database.transact(within(initiative.id), older)
    assert client.get(RESULT).text.count("Aus alter Zeit") == 1
    with database.read(within(initiative.id)) as session:
        assert queries.results(session, session.get_one(Survey, survey)).texts[0].code == ""
