"""What pairs are made of goes once no more pairs can come."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from events.models import Dialogue
from feedback import operations, rules, sweeps
from feedback.models import AnswerSheet, Survey, SurveyPlan
from feedback.rules import Times
from kit.db import Database, wide, within
from tests.feedback.conftest import NOW

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("running", "opens", "closes", "may"),
    [(True, None, None, True), (False, None, None, False), (False, 1, 9, True), (False, -9, 1, True),
     (False, -9, -1, False), (False, -31, 9, False)],
)  # fmt: skip
def test_whether_pairs_may_still_come(running: bool, opens: int | None, closes: int, may: bool) -> None:
    awaited = [] if opens is None else [Times(NOW + opens * DAY, NOW + closes * DAY)]
    assert rules.may_pair(running=running, awaited=awaited, now=NOW) == may


@pytest.fixture
def surveys(database: Database, dialogue: Dialogue) -> Callable[..., None]:
    """surveys(before="closed", after="open", plan="later"): surveys with five sheets each, in these states."""

    def make(*, plan: str = "", days: int = 14, **states: str) -> None:
        with database.write(within(dialogue.initiative_id)) as session:
            own: Any = {"initiative_id": dialogue.initiative_id, "dialogue_id": dialogue.id}
            row = session.get_one(Dialogue, dialogue.id)
            row.survey_days = days
            if plan:
                session.add(SurveyPlan(**own, moment=plan, audience="came", questionnaire="instrument"))
            for moment, state in states.items():
                audience = "confirmed" if moment == "before" else "came"
                survey = operations.open_survey(
                    session, dialogue=row, moment=moment, audience=audience, questionnaire="instrument",
                    closes_at=NOW + DAY, now=NOW,
                )  # fmt: skip
                session.add_all(
                    AnswerSheet(
                        initiative_id=dialogue.initiative_id,
                        survey_id=survey.id,
                        answers={"N1": 4},
                        traces=f"t{number}",
                    )
                    for number in range(5)
                )
                session.flush()
                if state == "closed":
                    operations.close_survey(session, survey=survey, now=NOW)

    return make


def traced(database: Database) -> int:
    with database.read(wide("figures")) as session:
        sheets = session.exec(select(AnswerSheet)).all()
    assert all(sheet.answers == {"N1": 4} for sheet in sheets)
    return sum(sheet.traces != "" for sheet in sheets)


@pytest.mark.parametrize(
    ("made", "kept"),
    [
        ({"before": "closed", "after": "closed"}, 0),
        ({"before": "closed", "after": "open"}, 10),
        ({"before": "closed"}, 5),
        ({"before": "closed", "days": 0}, 0),
        ({"before": "closed", "after": "closed", "plan": "later"}, 10),
        ({"before": "closed", "after": "closed", "later": "closed", "plan": "later"}, 0),
    ],
)
def test_the_night_after_the_last_survey(
    database: Database, surveys: Callable[..., None], made: dict[str, Any], kept: int
) -> None:
    surveys(**made)
    sweeps.shuffle_all(database, NOW)
    assert traced(database) == kept


def test_what_is_never_asked_is_not_awaited_for_ever(
    database: Database, dialogue: Dialogue, surveys: Callable[..., None]
) -> None:
    surveys(before="closed", after="closed", plan="later")
    opens = dialogue.ends_at + rules.LATER_AFTER
    assert sweeps.shuffle_all(database, opens + 29 * DAY) == 0
    assert sweeps.shuffle_all(database, opens + 31 * DAY) == 2
    assert (traced(database), sweeps.shuffle_all(database, opens + 32 * DAY)) == (0, 0)
    with database.read(wide("figures")) as session:
        assert {survey.answer_count for survey in session.exec(select(Survey))} == {5}


def test_a_dialogue_that_is_called_off_makes_no_pairs(
    database: Database, dialogue: Dialogue, surveys: Callable[..., None]
) -> None:
    surveys(before="closed")
    for state, kept in (("postponed", 5), ("cancelled", 0)):
        with database.write(within(dialogue.initiative_id)) as session:
            session.get_one(Dialogue, dialogue.id).state = state
        sweeps.shuffle_all(database, NOW)
        assert traced(database) == kept


@pytest.mark.parametrize(("number", "kept"), [(4, 0), (5, 5)])
def test_answers_that_nobody_may_ever_see_are_not_kept(
    database: Database, dialogue: Dialogue, number: int, kept: int
) -> None:
    """With four sheets there is no result; who holds the database and knows who answered has nothing to guess about."""
    with database.write(within(dialogue.initiative_id)) as session:
        row = session.get_one(Dialogue, dialogue.id)
        survey = operations.open_survey(session, dialogue=row, closes_at=NOW + DAY, now=NOW)
        own = {"initiative_id": dialogue.initiative_id, "survey_id": survey.id}
        session.add_all(AnswerSheet(**own, answers={"stars": 2, "text": "x"}, traces="t") for _sheet in range(number))
        session.flush()
        operations.close_survey(session, survey=survey, now=NOW)
    with database.read(wide("figures")) as session:
        sheets = session.exec(select(AnswerSheet)).all()
        assert session.exec(select(Survey.answer_count)).one() == number
    assert len(sheets) == number
    assert sum(sheet.answers.get("stars") == 2 for sheet in sheets) == kept
    assert sum(sheet.traces == "t" for sheet in sheets) == kept
