"""What a closed survey shows is about five people or more, whatever was asked and whoever answered."""

import random
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st
from sqlmodel import Session, select

from events.models import Dialogue
from feedback import closing, questions, results, sheets
from feedback.change_pages import change_of
from feedback.models import AnswerSheet, Survey, SurveyResult
from feedback.questions import PLAIN, WRITTEN, Condition, Question, Words, as_json
from feedback.results import Choice, Figure, Matrix, Ranking
from kit.db import Database, wide, within
from tests.conftest import few
from tests.feedback.conftest import NOW
from tests.feedback.test_questions import one

TEXT = Question("t", "text", Words("Was?", "What?", "Was denn?"))
ONLY = Question("u", "line", Words("Und?"), only_if=Condition("r", ("a",)))
ROLE = one("choice", "r")
ASKED = questions.with_twins((ROLE, TEXT, ONLY))


def answered(**given: Any) -> dict[str, Any]:
    return given


@pytest.mark.parametrize(
    ("plain", "leaders", "shown"),
    [
        (0, 0, {"t": 12}),
        # Nine were asked, so nobody reads what they wrote, and it is not kept.
        (0, 9, {"t": 12}),
        (0, 10, {"t": 12, "u": 10}),
        # Who answered in plain language is not told apart.
        (3, 0, {"t": 12}),
        (12, 0, {"t": 12}),
    ],
)
def test_texts_from_ten_who_were_asked(plain: int, leaders: int, shown: dict[str, int]) -> None:
    found = [answered(t_einfach=f"Einfach {number}") for number in range(plain)]
    for number in range(12 - plain):
        leads = number < leaders
        found.append(answered(r="a" if leads else "b", t=f"Text {number}") | ({"u": f"Nur {number}"} if leads else {}))
    texts = results.texts_shown(ASKED, found)
    assert {code: sum(each[0] == code for each in texts) for code in {each[0] for each in texts}} == shown


def test_what_nobody_may_read_is_not_kept_and_texts_of_one_person_part(database: Database, dialogue: Dialogue) -> None:
    own = {"initiative_id": dialogue.initiative_id}
    with database.write(within(dialogue.initiative_id)) as session:
        survey = Survey(
            **own, dialogue_id=dialogue.id, version="v", questions=as_json((ROLE, TEXT, ONLY, one("line", "w"))),
            opens_at=NOW, closes_at=NOW,
        )  # fmt: skip
        session.add(survey)
        session.flush()
        for number in range(12):
            given = {"r": "b", "t": f"t{number}", "w": f"w{number}"} | ({"r": "a", "u": "geheim"} if number < 3 else {})
            session.add(AnswerSheet(**own, survey_id=survey.id, answers=given))
        session.flush()
        closing.close_survey(session, survey=survey, now=NOW)
    with database.read(wide("figures")) as session:
        kept = [sheet.answers for sheet in session.exec(select(AnswerSheet))]
        texts = session.exec(select(SurveyResult.texts)).one()
    assert [sheet["u"] for sheet in kept if "u" in sheet] == [None] * 3
    assert sorted(code for code, _text in texts) == ["t"] * 12 + ["w"] * 12
    together = sum(first[1][1:] == second[1][1:] for first, second in pairwise(texts))
    assert together < 9


def _numbers(found: results.AnyFigure) -> list[int]:
    """How many people stand behind each number that is shown."""
    match found:
        case Figure():
            return [found.number]
        case Matrix():
            return [row.number for row in found.rows.values() if row is not None]
        case Choice() | Ranking():
            return [found.number]


_drawn = st.lists(st.tuples(st.sampled_from(questions.KINDS), st.booleans()), min_size=1, max_size=6)


@effort(max_examples=few(300), deadline=None)
@given(drawn=_drawn, people=st.integers(0, 14), seed=st.integers(0, 10**6))
def test_nothing_is_shown_of_fewer_than_five(drawn: list[tuple[str, bool]], people: int, seed: int) -> None:
    chance = random.Random(seed)
    asked: list[Question] = []
    for number, (kind, depends) in enumerate(drawn):
        only_if = Condition(asked[-1].code, ("a", "1")) if depends and asked else None
        asked.append(one(kind, f"q{number}", only_if=only_if))
    choices = ["", "1", "2", "3", "a", "b", "weiss_nicht"]
    stored = []
    for _person in range(people):
        posted = {name: [chance.choice(choices)] for question in asked for name in sheets.names(question)}
        stored.append(sheets.read(asked, posted).answers)
    frozen = results.figures_shown(asked, stored)
    for code, kept in frozen.items():
        given_here = sum(sheet.get(code) is not None for sheet in stored)
        found = results.figure(kept)
        assert min(_numbers(found)) >= 5
        assert given_here >= 5
    for code, _text in results.texts_shown(asked, stored):
        assert sum(code in sheet for sheet in stored) >= 10
    assert {question.code for question in asked if question.kind in WRITTEN}.isdisjoint(frozen)
    assert not [code for code in frozen if code.endswith(PLAIN)]


def test_the_export_and_the_pages_show_nothing_else(
    database: Database, come: Callable[..., list], reply: Callable[..., None]
) -> None:
    """Whatever the export says of a survey is what was frozen: with five answers or more figures, and never a text."""
    from feedback import queries, sweeps
    from tests.feedback.test_operations import close, invitations

    come(7)
    sweeps.invite_due(database, NOW)
    for number, invitation in enumerate(invitations(database)):
        reply(invitation, stars=1 + number % 5, critical=4 if number < 4 else None, text="Vertraulich")
    for closed in (False, True):
        if closed:
            close(database)
        with database.read(wide("figures")) as session:
            lines = list(queries.exported(session))
        assert "Vertraulich" not in str(lines)
        assert sorted(lines[0]["figures"]) == (["heard", "stars"] if closed else [])


@pytest.mark.parametrize(("first_closed", "pairs", "state"), [(True, 6, "shown"), (False, 0, "running")])
def test_no_change_is_told_before_the_survey_before_is_over(
    database: Database, dialogue: Dialogue, first_closed: bool, pairs: int, state: str
) -> None:
    """Of a dialogue that was moved both may run: a late answer to the first would stand beside the change by itself."""
    own = {"initiative_id": dialogue.initiative_id}
    agreed = one("agreement", "q")

    def survey(session: Session, moment: str, audience: str) -> Survey:
        made = Survey(
            **own, dialogue_id=dialogue.id, moment=moment, audience=audience, version="v", questions=as_json((agreed,)),
            opens_at=NOW, closes_at=NOW,
        )  # fmt: skip
        session.add(made)
        session.flush()
        for number in range(6):
            answers = {"q": 1 + number % 5}
            session.add(AnswerSheet(**own, survey_id=made.id, answers=answers, traces=f"wort{number}"))
        session.flush()
        return made

    with database.write(within(dialogue.initiative_id)) as session:
        before, after = survey(session, "before", "confirmed"), survey(session, "after", "came")
        if first_closed:
            closing.close_survey(session, survey=before, now=NOW)
        closing.close_survey(session, survey=after, now=NOW)
        result = session.exec(select(SurveyResult).where(SurveyResult.survey_id == after.id)).one()
    assert result.changes["pairs"] == pairs
    assert [each["state"] for each in result.changes["measures"]] == [state]
    told = change_of(result.changes, (agreed,))
    assert told is not None
    why = "Als die spätere Umfrage endete, lief die vor dem Dialog noch. Deshalb ist nichts verglichen."
    assert told.unpaired == ("" if first_closed else why)
    assert ("nicht verglichen" in told.summary, "lief noch" in told.rows[0].sentence) == (not first_closed,) * 2
