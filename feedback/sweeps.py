"""What the worker does for surveys by itself. Each sweep may run twice, and in two workers, without harm."""

from collections.abc import Callable
from datetime import datetime

from psycopg.errors import LockNotAvailable
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from events.models import Dialogue
from feedback import closing, due, inviting, operations, queries, rules
from feedback.models import Survey, SurveyPlan
from feedback.rules import AFTER, ANYBODY, CAME, POSTPONED, WAITING
from kit.db import Database, wide, within

# Letters written in one transaction: SQLite's writer is held for a few dozen milliseconds.
CHUNK = 25
# What is rewritten in random order, and what holds texts until names are taken out.
_TABLES = "survey_invitation, survey_mark, answer_sheet, survey_result"
_PATIENCE_MS = 1000


def invite_due(database: Database, now: datetime) -> int:
    """Opens what is due and asks everybody of its audience. Returns how many were asked."""
    with database.read(wide("sweep")) as session:
        begun = [
            (dialogue, AFTER, CAME, "")
            for dialogue in due.dialogues_without_survey(session, now)
            if rules.wanted(state=dialogue.state, ends_at=dialogue.ends_at, survey_days=dialogue.survey_days, now=now)
        ]
        begun += [
            (dialogue, plan.moment, plan.audience, plan.subject)
            for plan, dialogue in due.plans_without_survey(session)
            if _is_due(plan, dialogue, now)
        ]
    for dialogue, moment, audience, subject in begun:
        _open(database, dialogue, now, moment=moment, audience=audience, subject=subject)
    with database.read(wide("sweep")) as session:
        surveys = [survey for survey in due.open_surveys(session) if survey.dialogue_id and survey.audience != ANYBODY]
    return sum(_all_of(database, survey, inviting.invite, now) for survey in surveys)


def _is_due(plan: SurveyPlan, dialogue: Dialogue, now: datetime) -> bool:
    times = rules.times(
        plan.moment,
        starts_at=dialogue.starts_at,
        ends_at=dialogue.ends_at,
        survey_days=dialogue.survey_days,
        now=now,
    )
    # Afterwards, those who came are the default, which a dialogue may switch off.
    by_default = (plan.moment, plan.audience) == (AFTER, CAME)
    return not by_default and rules.due(times, now=now)


def remind_due(database: Database, now: datetime) -> int:
    """Reminds, once, those who have not answered, some days before the end. Returns how many."""
    with database.read(wide("sweep")) as session:
        surveys = [
            survey
            for survey in due.open_surveys(session)
            if survey.dialogue_id
            and rules.reminds(moment=survey.moment, opens_at=survey.opens_at, closes_at=survey.closes_at, now=now)
        ]
    return sum(_all_of(database, survey, inviting.remind, now) for survey in surveys)


def _open(database: Database, dialogue: Dialogue, now: datetime, *, moment: str, audience: str, subject: str) -> None:
    def work(session: Session) -> None:
        # Locked, so that a second worker sees the first one's survey.
        fresh = session.get_one(Dialogue, dialogue.id, with_for_update=True)
        try:
            operations.open_survey(session, dialogue=fresh, now=now, moment=moment, audience=audience, subject=subject)
        except operations.NoQuestions:
            # The questionnaire has been emptied since; nothing is asked, and the organiser's page says so.
            return

    database.transact(within(dialogue.initiative_id), work, background=True)


def _all_of(database: Database, survey: Survey, ask: Callable[..., int], now: datetime) -> int:
    def work(session: Session) -> int:
        return ask(session, survey=survey, limit=CHUNK, now=now)

    asked = 0
    while number := database.transact(within(survey.initiative_id), work, background=True):
        asked += number
    return asked


def close_due(database: Database, now: datetime) -> int:
    """Closes the surveys whose time is over. Returns how many."""
    _follow_dialogues(database, now)
    with database.read(wide("sweep")) as session:
        resting = {survey.id for survey, dialogue in due.before_dialogues(session) if dialogue.state == POSTPONED}
        over = [survey for survey in due.open_surveys(session) if survey.closes_at <= now and survey.id not in resting]
    # The survey before first: what is known of a change is frozen with the one afterwards.
    for survey in sorted(over, key=lambda survey: rules.MOMENTS.index(survey.moment)):
        _change(database, survey, lambda session, survey: operations.close_survey(session, survey=survey, now=now))
    if over:
        forget_order(database)
    return len(over)


def _follow_dialogues(database: Database, now: datetime) -> None:
    """A survey before a dialogue goes where its dialogue goes: to another day, or to its end."""
    with database.read(wide("sweep")) as session:
        off = [
            survey
            for survey, dialogue in due.before_dialogues(session)
            if inviting.end_of(dialogue, now) not in (None, survey.closes_at)
        ]
    for survey in off:
        _change(database, survey, lambda session, survey: inviting.follow_dialogue(session, survey=survey, now=now))


def shuffle_all(database: Database, now: datetime) -> int:
    """Every night: rewrites the marks and answers of all open surveys in random order, and forgets what pairs were made of
    where no more can come. Returns how many surveys.

    The rows of before go in any case: a team has closed a survey in the room, or taken names out of texts.
    """
    with database.read(wide("sweep")) as session:
        surveys = due.open_surveys(session)
    for survey in surveys:
        _change(database, survey, lambda session, survey: operations.shuffle(session, survey=survey))
    rewritten = len(surveys) + _forget_traces(database, now)
    forget_order(database)
    return rewritten


def _forget_traces(database: Database, now: datetime) -> int:
    """Of dialogues whose last survey that could make pairs is over. Returns of how many surveys."""
    with database.read(wide("sweep")) as session:
        done = [dialogue for dialogue in queries.traced_dialogues(session) if not _may_pair(session, dialogue, now)]
        surveys = [survey for dialogue in done for survey in queries.surveys_of_dialogue(session, dialogue.id)]
    for survey in surveys:
        _change(database, survey, lambda session, survey: closing.forget_traces(session, survey=survey))
    return len(surveys)


def _may_pair(session: Session, dialogue: Dialogue, now: datetime) -> bool:
    """Whether a survey of this dialogue that makes pairs runs, or is still to come."""
    if dialogue.state == POSTPONED:
        return True
    surveys = queries.surveys_of_dialogue(session, dialogue.id)
    begun = {(survey.moment, survey.audience) for survey in surveys}
    planned = {
        (plan.moment, plan.audience) for plan in queries.plans_of_dialogue(session, dialogue.id) if plan.questionnaire
    }
    if dialogue.survey_days:
        planned.add((AFTER, CAME))
    awaited = [
        rules.times(
            moment, starts_at=dialogue.starts_at, ends_at=dialogue.ends_at, survey_days=dialogue.survey_days, now=now
        )
        for moment, audience in planned - begun
        if moment in rules.PAIRED and audience != WAITING and dialogue.state in rules.TAKES_PLACE
    ]
    running = any(survey.state == rules.OPEN and survey.moment in rules.PAIRED for survey in surveys)
    return rules.may_pair(running=running, awaited=awaited, now=now)


def _change(database: Database, survey: Survey, work: Callable[[Session, Survey], object]) -> None:
    """One transaction for one survey."""
    database.transact(within(survey.initiative_id), lambda session: work(session, survey), background=True)


def forget_order(database: Database) -> None:
    """Removes the rows as they stood before: SQLite's log of changes, PostgreSQL's dead rows with their bytes."""
    if database.sqlite:
        # Below SQLAlchemy, whose BEGIN would keep the log in use.
        connection = database.engine.raw_connection()
        try:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
        finally:
            connection.close()
        return
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as plain:
        # A plain VACUUM leaves the old bytes, transaction numbers included, on their pages. Written anew the tables are
        # closed for a moment; behind a long reader nobody waits for that, and the next time comes every night.
        plain.execute(text(f"SET lock_timeout = '{_PATIENCE_MS}ms'"))
        try:
            plain.execute(text(f"VACUUM (FULL) {_TABLES}"))
        except OperationalError as error:
            if not isinstance(error.orig, LockNotAvailable):
                raise
            plain.execute(text(f"VACUUM {_TABLES}"))
        finally:
            plain.execute(text("RESET lock_timeout"))
