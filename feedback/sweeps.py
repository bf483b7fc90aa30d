"""What the worker does for surveys by itself. Each sweep may run twice, and in two workers, without harm."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session

from events.models import Dialogue
from feedback import operations, queries, rules
from feedback.models import Survey
from kit.db import Database, wide, within

# Letters written in one transaction: SQLite's writer is held for a few dozen milliseconds.
CHUNK = 25


def invite_due(database: Database, now: datetime) -> int:
    """Opens the surveys of dialogues that have ended and asks those who came. Returns how many were asked."""
    with database.read(wide("sweep")) as session:
        ended = [
            dialogue
            for dialogue in queries.dialogues_without_survey(session, now)
            if rules.wanted(state=dialogue.state, ends_at=dialogue.ends_at, survey_days=dialogue.survey_days, now=now)
        ]
    for dialogue in ended:
        _open(database, dialogue, now)
    with database.read(wide("sweep")) as session:
        surveys = queries.open_surveys(session)
    return sum(_invite_all(database, survey, now) for survey in surveys)


def _open(database: Database, dialogue: Dialogue, now: datetime) -> None:
    def work(session: Session) -> None:
        # Locked, so that a second worker sees the first one's survey.
        fresh = session.get_one(Dialogue, dialogue.id, with_for_update=True)
        operations.open_survey(session, dialogue=fresh, now=now)

    database.transact(within(dialogue.initiative_id), work, background=True)


def _invite_all(database: Database, survey: Survey, now: datetime) -> int:
    def work(session: Session) -> int:
        return operations.invite(session, survey=survey, limit=CHUNK, now=now)

    asked = 0
    while number := database.transact(within(survey.initiative_id), work, background=True):
        asked += number
    return asked


def close_due(database: Database, now: datetime) -> int:
    """Closes the surveys whose time is over. Returns how many."""
    with database.read(wide("sweep")) as session:
        due = [survey for survey in queries.open_surveys(session) if survey.closes_at <= now]
    for survey in due:
        _change(database, survey, lambda session, survey: operations.close_survey(session, survey=survey, now=now))
    if due:
        forget_order(database)
    return len(due)


def shuffle_all(database: Database, _now: datetime) -> int:
    """Every night: rewrites the marks and answers of all open surveys in random order. Returns how many surveys."""
    with database.read(wide("sweep")) as session:
        surveys = queries.open_surveys(session)
    for survey in surveys:
        _change(database, survey, lambda session, survey: operations.shuffle(session, survey=survey))
    if surveys:
        forget_order(database)
    return len(surveys)


def _change(database: Database, survey: Survey, work: Callable[[Session, Survey], object]) -> None:
    """One transaction for one survey."""
    database.transact(within(survey.initiative_id), lambda session: work(session, survey), background=True)


def forget_order(database: Database) -> None:
    """Removes the rows as they stood before: SQLite's log of changes, PostgreSQL's dead rows."""
    if database.sqlite:
        # Below SQLAlchemy, whose BEGIN would keep the log in use.
        connection = database.engine.raw_connection()
        try:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
        finally:
            connection.close()
    else:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as plain:
            plain.execute(text("VACUUM survey_invitation, answer_sheet"))
