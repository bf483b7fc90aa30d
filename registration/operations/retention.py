"""What goes by date: on the days that the privacy notice of each dialogue names (`events.rules.deletions`)."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, select

from events.models import Dialogue
from events.rules import deletions
from kit.db import Database, wide, within
from kit.journal import SYSTEM, audit
from registration.models import AccessNeed, Mailing, Registration
from registration.operations import standing
from registration.operations.access_needs import drop_words
from registration.operations.erasure import clear
from registration.operations.places import lock
from registration.operations.sweeps import CHUNK, alone

# No told day of a dialogue comes earlier after its end; a day means its beginning in UTC.
FIRST_DAY = timedelta(days=6)


def forget_told(database: Database, now: datetime) -> int:
    """Empties registrations whose day has come; rows without a person stay for the counts. Returns how many."""
    today = now.astimezone(UTC).date()
    done = 0
    for initiative_id, dialogue_id, ends_at in _ended(database, col(Registration.erased_at).is_(None), now):
        days = told_days(ends_at)
        if days["without_place"] > today:
            continue
        work = partial(_forget_chunk, dialogue_id=dialogue_id, everybody=days["attendee"] <= today, now=now)
        while chunk := alone(partial(database.transact, within(initiative_id), work, background=True)):
            done += chunk
    return done


def forget_access_needs(database: Database, now: datetime) -> int:
    """Deletes what people need, a week after the dialogue. Returns how many."""
    today = now.astimezone(UTC).date()
    done = 0
    needs = select(AccessNeed.registration_id).where(AccessNeed.registration_id == Registration.id).exists()
    for initiative_id, dialogue_id, ends_at in _ended(database, needs, now):
        if told_days(ends_at)["access"] > today:
            continue
        work = partial(_forget_need_chunk, dialogue_id=dialogue_id, now=now)
        while chunk := alone(partial(database.transact, within(initiative_id), work, background=True)):
            done += chunk
    return done


def _ended(database: Database, holds: ColumnElement[bool], now: datetime) -> Sequence[tuple[str, str, datetime]]:
    """Initiative, id and end of each dialogue that is over for days and has a registration of which this holds."""
    with database.read(wide("sweep")) as session:
        return session.exec(
            select(Dialogue.initiative_id, Dialogue.id, Dialogue.ends_at)
            # A postponed dialogue keeps its people until its new time is known.
            .where(col(Dialogue.ends_at) <= now - FIRST_DAY, Dialogue.state != "postponed")
            .where(select(Registration.id).where(Registration.dialogue_id == Dialogue.id, holds).exists())
        ).all()


def forget_mailings(session: Session, *, now: datetime) -> int:
    """Empties one chunk of what teams wrote to many, on the day on which the last of their guests go."""
    today = now.astimezone(UTC).date()
    written = or_(col(Mailing.text) != "", col(Mailing.subject) != "")
    ended = (
        select(Mailing, Dialogue.ends_at)
        .join(
            Dialogue,
            and_(col(Dialogue.initiative_id) == Mailing.initiative_id, col(Dialogue.id) == Mailing.dialogue_id),
        )
        .where(col(Dialogue.ends_at) <= now - FIRST_DAY, Dialogue.state != "postponed", written)
        .order_by(col(Dialogue.ends_at))
        .limit(CHUNK)
    )
    due = [mailing for mailing, ends_at in session.exec(ended).all() if told_days(ends_at)["attendee"] <= today]
    for mailing in due:
        mailing.subject = mailing.text = ""
        session.add(mailing)
        audit(
            session,
            initiative_id=mailing.initiative_id,
            actor=SYSTEM,
            action="mailing.retention",
            object_kind="dialogue",
            object_id=mailing.dialogue_id,
            now=now,
        )
    session.flush()
    return len(due)


def told_days(ends_at: datetime) -> dict[str, date]:
    """Kind → day of what is deleted after this dialogue."""
    return {entry.kind: entry.day for entry in deletions(ends_at) if entry.day is not None}


def _forget_chunk(session: Session, *, dialogue_id: str, everybody: bool, now: datetime) -> int:
    lock(session, dialogue_id)
    due = select(Registration).where(Registration.dialogue_id == dialogue_id, col(Registration.erased_at).is_(None))
    if not everybody:
        due = due.where(col(Registration.confirmed_at).is_(None))
    rows = session.exec(due.limit(CHUNK)).all()
    for registration in rows:
        clear(session, registration, now=now)
        standing.note(session, registration, actor=SYSTEM, action="registration.retention", now=now)
    return len(rows)


def _forget_need_chunk(session: Session, *, dialogue_id: str, now: datetime) -> int:
    lock(session, dialogue_id)
    due = (
        select(Registration)
        .join(AccessNeed, and_(col(AccessNeed.registration_id) == Registration.id))
        .where(Registration.dialogue_id == dialogue_id)
    )
    rows = session.exec(due.limit(CHUNK)).all()
    for registration in rows:
        drop_words(session, registration)
        standing.note(session, registration, actor=SYSTEM, action="registration.access_need_retention", now=now)
    return len(rows)
