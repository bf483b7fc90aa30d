"""Which survey is asked of whom and when, also while its dialogue moves, rests or is called off."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select
from starlette.testclient import TestClient

from events.models import Dialogue
from feedback import operations, queries, rules, sweeps
from feedback.models import AnswerSheet, Survey, SurveyInvitation, SurveyPlan, SurveyResult
from kit import clock
from kit.db import Database, wide, within
from kit.tokens import derive
from mail.models import Letter
from registration.models import Registration
from tests.feedback.conftest import NOW
from tests.feedback.test_pages import heading
from tests.feedback.test_pairing import phrase_in

DAY = timedelta(days=1)
START, END = NOW - timedelta(hours=5), NOW - timedelta(hours=3)
WEEK_BEFORE = START - 7 * DAY


@pytest.fixture
def plan(database: Database, dialogue: Dialogue) -> Callable[..., None]:
    """plan("before", "confirmed"): chooses the instrument for a moment."""

    def choose(moment: str, audience: str, questionnaire: str = "instrument") -> None:
        with database.write(within(dialogue.initiative_id)) as session:
            operations.plan(
                session,
                dialogue=dialogue,
                moment=moment,
                audience=audience,
                questionnaire=questionnaire,
                actor="person:p",
                now=WEEK_BEFORE,
            )

    return choose


def change(database: Database, dialogue: Dialogue, **values: object) -> None:
    with database.write(within(dialogue.initiative_id)) as session:
        found = session.get_one(Dialogue, dialogue.id)
        for name, value in values.items():
            setattr(found, name, value)


def people(database: Database, registrations: list[Registration], **values: object) -> None:
    with database.write(within(registrations[0].initiative_id)) as session:
        for each in registrations:
            found = session.get_one(Registration, each.id)
            for name, value in values.items():
                setattr(found, name, value)


def surveys(database: Database) -> dict[str, Survey]:
    with database.read(wide("figures")) as session:
        return {f"{survey.moment} {survey.audience}": survey for survey in session.exec(select(Survey))}


def letters(database: Database) -> list[tuple[str, str]]:
    with database.read(wide("figures")) as session:
        return sorted((letter.kind, letter.registration_id) for letter in session.exec(select(Letter)))


def test_before_those_with_a_place_are_asked_as_they_come(
    database: Database, plan: Callable[..., None], come: Callable[..., list]
) -> None:
    plan("before", "confirmed")
    come(2, arrived=False)
    people(database, come(1, arrived=False), state="waiting", email_verified_at=WEEK_BEFORE)
    assert [sweeps.invite_due(database, WEEK_BEFORE), sweeps.invite_due(database, WEEK_BEFORE)] == [2, 0]
    come(1, arrived=False)
    assert sweeps.invite_due(database, START - timedelta(hours=1)) == 1
    (survey,) = surveys(database).values()
    # On arrival the same sheet is filled in, up to half an hour late.
    assert (survey.closes_at, survey.link_version) == (START + timedelta(minutes=30), 1)
    come(1, arrived=False)
    assert sweeps.invite_due(database, survey.closes_at) == 0
    assert [
        sweeps.close_due(database, survey.closes_at - timedelta(seconds=1)),
        sweeps.close_due(database, survey.closes_at),
    ] == [0, 1]


@pytest.mark.parametrize("state", ["draft", "postponed", "cancelled"])
def test_nobody_is_asked_about_a_dialogue_that_does_not_take_place(
    database: Database, dialogue: Dialogue, plan: Callable[..., None], come: Callable[..., list], state: str
) -> None:
    for moment, audience in (("before", "confirmed"), ("after", "waiting"), ("later", "came")):
        plan(moment, audience)
    come(2)
    people(database, come(1, arrived=False), state="waiting", email_verified_at=WEEK_BEFORE)
    change(database, dialogue, state=state)
    for now in (WEEK_BEFORE, START, NOW, NOW + 49 * DAY, NOW + 50 * DAY):
        assert sweeps.invite_due(database, now) == 0
    assert (surveys(database), letters(database)) == ({}, [])


def test_a_survey_before_goes_with_its_dialogue_to_another_day(
    database: Database, dialogue: Dialogue, plan: Callable[..., None], come: Callable[..., list]
) -> None:
    plan("before", "confirmed")
    come(1, arrived=False)
    sweeps.invite_due(database, WEEK_BEFORE)
    change(database, dialogue, starts_at=START + 9 * DAY, ends_at=END + 9 * DAY)
    assert sweeps.close_due(database, WEEK_BEFORE + DAY) == 0
    assert surveys(database)["before confirmed"].closes_at == START + 9 * DAY + timedelta(minutes=30)
    come(1, arrived=False)
    assert sweeps.invite_due(database, NOW) == 1
    # And to an earlier one, which is over already.
    change(database, dialogue, starts_at=NOW - 2 * DAY, ends_at=NOW - DAY)
    assert sweeps.close_due(database, NOW) == 1
    closed = surveys(database)["before confirmed"]
    assert (closed.state, closed.invited) == ("closed", 2)


def test_of_two_that_end_at_once_the_survey_before_ends_first(
    database: Database, dialogue: Dialogue, plan: Callable[..., None], come: Callable[..., list]
) -> None:
    """The dialogue was moved after it was asked about, and then the worker stood still."""
    plan("before", "confirmed")
    plan("after", "came")
    come(6)
    sweeps.invite_due(database, WEEK_BEFORE)
    sweeps.invite_due(database, NOW)
    change(database, dialogue, starts_at=START + 20 * DAY, ends_at=END + 20 * DAY)
    with database.write(within(dialogue.initiative_id)) as session:
        for survey in session.exec(select(Survey)):
            # Whatever order the rows have otherwise: by their beginning the one afterwards would be first.
            survey.opens_at = NOW if survey.moment == "before" else WEEK_BEFORE
            session.add_all(
                AnswerSheet(
                    initiative_id=dialogue.initiative_id, survey_id=survey.id, answers={"N1": 2 + number % 3},
                    traces=f"t{number}",
                )
                for number in range(6)
            )  # fmt: skip
    assert sweeps.close_due(database, NOW + 30 * DAY) == 2
    with database.read(wide("figures")) as session:
        after = session.exec(select(SurveyResult).join(Survey).where(Survey.moment == "after")).one()
    assert after.changes["pairs"] == 6


def test_a_survey_before_ends_with_a_dialogue_that_is_called_off(
    database: Database, dialogue: Dialogue, plan: Callable[..., None], come: Callable[..., list]
) -> None:
    plan("before", "confirmed")
    come(1, arrived=False)
    sweeps.invite_due(database, WEEK_BEFORE)
    change(database, dialogue, state="cancelled")
    come(1, arrived=False)
    assert sweeps.invite_due(database, WEEK_BEFORE + DAY) == 0
    assert sweeps.close_due(database, WEEK_BEFORE + DAY) == 1
    closed = surveys(database)["before confirmed"]
    assert (closed.state, closed.closes_at, closed.closed_at) == ("closed", WEEK_BEFORE + DAY, WEEK_BEFORE + DAY)
    with database.read(wide("figures")) as session:
        assert list(queries.breaches(session)) == []


def test_a_survey_before_rests_while_its_dialogue_has_no_date(
    database: Database, dialogue: Dialogue, plan: Callable[..., None], come: Callable[..., list]
) -> None:
    plan("before", "confirmed")
    come(1, arrived=False)
    sweeps.invite_due(database, WEEK_BEFORE)
    change(database, dialogue, state="postponed")
    come(1, arrived=False)
    # Its old end passes; what was answered is kept and the survey stays open for the new date.
    assert (sweeps.invite_due(database, START - DAY), sweeps.close_due(database, NOW)) == (0, 0)
    assert surveys(database)["before confirmed"].state == "open"
    change(database, dialogue, state="published", starts_at=START + 30 * DAY, ends_at=END + 30 * DAY)
    assert (sweeps.close_due(database, NOW), sweeps.invite_due(database, NOW)) == (0, 1)
    assert surveys(database)["before confirmed"].closes_at == START + 30 * DAY + timedelta(minutes=30)


@pytest.mark.parametrize("days", [14, 0])
def test_who_waited_is_asked_the_same_afterwards(
    database: Database, dialogue: Dialogue, plan: Callable[..., None], come: Callable[..., list], days: int
) -> None:
    change(database, dialogue, survey_days=days)
    plan("after", "waiting")
    come(2)
    waiting, expired, unknown, gone = come(4, arrived=False)
    people(database, [waiting], state="waiting", email_verified_at=WEEK_BEFORE)
    people(database, [expired], state="expired", email_verified_at=WEEK_BEFORE)
    people(database, [unknown], state="expired", email_verified_at=None)
    people(database, [gone], state="cancelled", email_verified_at=WEEK_BEFORE)
    assert sweeps.invite_due(database, END - timedelta(seconds=1)) == 0
    sweeps.invite_due(database, END)
    found = surveys(database)
    survey = found["after waiting"]
    assert survey.closes_at - survey.opens_at == 14 * DAY
    # Who came is asked unless that is switched off; nobody is asked twice.
    assert ("after came" in found) is (days > 0)
    with database.read(wide("figures")) as session:
        asked = session.exec(
            select(SurveyInvitation.registration_id).where(SurveyInvitation.survey_id == survey.id)
        ).all()
    assert sorted(asked) == sorted([waiting.id, expired.id])
    assert len(letters(database)) == (4 if days else 2)


def test_who_waits_is_asked_before_as_somebody_who_waits(
    database: Database, plan: Callable[..., None], come: Callable[..., list]
) -> None:
    plan("before", "waiting")
    people(database, come(1, arrived=False), state="waiting", email_verified_at=WEEK_BEFORE)
    assert sweeps.invite_due(database, WEEK_BEFORE) == 1
    with database.read(wide("figures")) as session:
        (letter,) = session.exec(select(Letter))
    assert (letter.text.count("bisher keinen Platz"), letter.text.count("bald ist es so weit")) == (1, 0)
    assert not phrase_in(letter.text)


@pytest.mark.parametrize(("moment", "asked_at", "number"), [("after", NOW, 10), ("later", END + 49 * DAY, 3)])
def test_who_got_no_place_is_not_asked_how_it_was(
    client: TestClient, database: Database, dialogue: Dialogue, plan: Callable[..., None], come: Callable[..., list],
    moment: str, asked_at: datetime, number: int,
) -> None:  # fmt: skip
    change(database, dialogue, survey_days=0)
    plan("before", "confirmed")
    plan(moment, "waiting")
    come(1, arrived=False)
    sweeps.invite_due(database, WEEK_BEFORE)
    people(database, come(1, arrived=False), state="expired", email_verified_at=WEEK_BEFORE)
    assert sweeps.invite_due(database, asked_at) == 1
    survey = surveys(database)[f"{moment} waiting"]
    with database.read(wide("figures")) as session:
        mark = session.exec(select(SurveyInvitation).where(SurveyInvitation.survey_id == survey.id)).one()
        letter = session.exec(select(Letter).where(Letter.registration_id == mark.registration_id)).one()
    assert (letter.text.count("keinen Platz"), letter.text.count(f"{number} Fragen")) == (1, 1)
    assert (letter.text.count("geblieben"), letter.text.count("dabei waren")) == (0, 1)
    clock.fix(asked_at)
    page = client.get(f"/umfrage/{derive('survey', mark.id, 1)}")
    assert heading(page) == "Ihre Sicht auf die Industrie"
    assert (page.text.count(f"{number} Fragen"), page.text.count("drei Wörter")) == (1, 0)


@pytest.mark.parametrize(
    ("weeks", "asked"),
    [(timedelta(weeks=7, seconds=-1), 0), (timedelta(weeks=7), 2), (timedelta(weeks=9), 2), (timedelta(weeks=12), 0)],
)
def test_some_weeks_later_those_who_came_are_asked_again(
    database: Database,
    dialogue: Dialogue,
    plan: Callable[..., None],
    come: Callable[..., list],
    weeks: timedelta,
    asked: int,
) -> None:
    change(database, dialogue, survey_days=0, state="closed")
    plan("later", "came")
    come(2)
    come(1, arrived=False)
    assert sweeps.invite_due(database, END + weeks) == asked
    if asked:
        survey = surveys(database)["later came"]
        assert survey.closes_at == END + weeks + 14 * DAY
        assert len(survey.questions) == 6


def test_a_plan_that_is_emptied_asks_nothing_and_one_that_has_begun_stands(
    database: Database, dialogue: Dialogue, plan: Callable[..., None], come: Callable[..., list]
) -> None:
    come(1, arrived=False)
    plan("before", "confirmed")
    plan("before", "confirmed", "")
    assert sweeps.invite_due(database, WEEK_BEFORE) == 0
    plan("before", "confirmed")
    assert sweeps.invite_due(database, WEEK_BEFORE) == 1
    with pytest.raises(operations.Begun):
        plan("before", "confirmed", "")
    with pytest.raises(operations.NoQuestions):
        plan("later", "came", "gibt-es-nicht")
    # A questionnaire that is gone when its time comes opens nothing and breaks nothing.
    with database.write(within(dialogue.initiative_id)) as session:
        session.add(
            SurveyPlan(
                initiative_id=dialogue.initiative_id,
                dialogue_id=dialogue.id,
                moment="before",
                audience="waiting",
                questionnaire="gone",
            )
        )
    assert sweeps.invite_due(database, WEEK_BEFORE) == 0
    assert list(surveys(database)) == ["before confirmed"]


def test_a_reminder_only_to_those_who_have_not_answered_and_once(
    database: Database, dialogue: Dialogue, come: Callable[..., list], reply: Callable[..., None]
) -> None:
    registrations = come(4)
    sweeps.invite_due(database, END)
    with database.read(wide("figures")) as session:
        mark_of = {mark.registration_id: mark.id for mark in session.exec(select(SurveyInvitation))}
    reply(mark_of[registrations[0].id], now=NOW)
    people(database, registrations[1:2], email=None, erased_at=NOW)
    ends = END + 14 * DAY
    assert [sweeps.remind_due(database, ends - 4 * DAY - timedelta(seconds=1))] == [0]
    assert [sweeps.remind_due(database, ends - 4 * DAY) for _again in range(2)] == [2, 0]
    sent = [registration for kind, registration in letters(database) if kind == "survey_reminder"]
    assert sorted(sent) == sorted(each.id for each in registrations[2:])
    # The nightly shuffle keeps who was reminded.
    sweeps.shuffle_all(database, NOW)
    assert sweeps.remind_due(database, ends - 3 * DAY) == 0
    assert sweeps.remind_due(database, ends) == 0


@pytest.mark.parametrize(("days", "expected"), [(3, 0), (4, 0), (5, 1), (14, 1)])
def test_a_short_survey_is_not_reminded_of_right_after_its_letter(
    database: Database, dialogue: Dialogue, come: Callable[..., list], days: int, expected: int
) -> None:
    change(database, dialogue, survey_days=days)
    come(1)
    sweeps.invite_due(database, END)
    found = [sweeps.remind_due(database, END + timedelta(hours=6 * number)) for number in range(4 * days)]
    assert (sum(found), sum(found[:16])) == (expected, 0)


def test_an_answer_to_items_that_changed_since_makes_no_pair(
    database: Database, dialogue: Dialogue, plan: Callable[..., None], come: Callable[..., list]
) -> None:
    """What a survey asked stands as it was, whatever becomes of a questionnaire."""
    from feedback.models import Questionnaire
    from feedback.questions import Question, Words, as_json, unchanged

    first = (Question("a", "stars", Words("Wie?")), Question("b", "stars", Words("Und?")))
    with database.write(within(dialogue.initiative_id)) as session:
        own = Questionnaire(
            initiative_id=dialogue.initiative_id, name="Eigene", questions=as_json(first), changed_at=NOW
        )
        session.add(own)
    plan("before", "confirmed", own.id)
    plan("after", "waiting", own.id)
    come(1, arrived=False)
    sweeps.invite_due(database, WEEK_BEFORE)
    with database.write(within(dialogue.initiative_id)) as session:
        session.get_one(Questionnaire, own.id).questions = as_json(
            (first[0], Question("b", "stars", Words("Und nun?")))
        )
    sweeps.invite_due(database, NOW)
    found = surveys(database)
    before, after = found["before confirmed"], found["after waiting"]
    assert before.version != after.version
    assert [question.text.de for question in queries.questions_of(before)] == ["Wie?", "Und?"]
    assert unchanged(queries.questions_of(before), queries.questions_of(after)) == ("a",)


@pytest.mark.parametrize(
    ("state", "hours", "expected"),
    [
        ("published", 1, START + timedelta(minutes=30)),
        ("held", 1, START + timedelta(minutes=30)),
        ("postponed", 1, None),
        ("cancelled", 1, NOW),
        ("draft", 1, NOW),
    ],
)
def test_when_a_survey_before_ends(state: str, hours: int, expected: datetime | None) -> None:
    assert rules.before_ends(state=state, starts_at=START, ends_at=START + timedelta(hours=hours), now=NOW) == expected
    short = rules.before_ends(state="published", starts_at=START, ends_at=START + timedelta(minutes=10), now=NOW)
    assert short == START + timedelta(minutes=10)


def test_who_is_erased_after_the_invitation_leaves_a_whole_state(
    database: Database, dialogue: Dialogue, come: Callable[..., list], reply: Callable[..., None]
) -> None:
    from registration.operations import erase

    registrations = come(6)
    sweeps.invite_due(database, NOW)
    with database.read(wide("figures")) as session:
        marks = {mark.registration_id: mark.id for mark in session.exec(select(SurveyInvitation))}
    for each in registrations[:5]:
        reply(marks[each.id])

    def work(session: Session) -> None:
        for each in (registrations[0], registrations[5]):
            erase(session, registration=session.get_one(Registration, each.id), actor="p", now=NOW)

    database.transact(within(dialogue.initiative_id), work)
    sweeps.shuffle_all(database, NOW)
    assert sweeps.remind_due(database, NOW + 11 * DAY) == 0
    assert sweeps.close_due(database, NOW + 14 * DAY) == 1
    with database.read(wide("figures")) as session:
        assert len(session.exec(select(AnswerSheet)).all()) == 5
        assert list(queries.breaches(session)) == []
