"""What goes by date: on the days that the privacy notice of each dialogue names (`events.rules.deletions`)."""

from datetime import UTC, date, datetime, timedelta
from functools import partial

from sqlmodel import Session, col, select

from events.models import Dialogue
from events.rules import deletions
from kit.db import Database, wide, within
from kit.journal import SYSTEM
from registration.models import Registration
from registration.operations import standing
from registration.operations.erasure import clear
from registration.operations.places import lock
from registration.operations.sweeps import CHUNK, alone

FIRST_DAY = timedelta(days=7)


def forget_told(database: Database, now: datetime) -> int:
    """Empties registrations whose day has come; rows without a person stay for the counts. Returns how many."""
    today = now.astimezone(UTC).date()
    with database.read(wide("sweep")) as session:
        ended = session.exec(
            select(Dialogue.initiative_id, Dialogue.id, Dialogue.ends_at)
            # A postponed dialogue keeps its people until its new time is known.
            .where(col(Dialogue.ends_at) <= now - FIRST_DAY, Dialogue.state != "postponed")
            .where(
                select(Registration.id)
                .where(Registration.dialogue_id == Dialogue.id, col(Registration.erased_at).is_(None))
                .exists()
            )
        ).all()
    done = 0
    for initiative_id, dialogue_id, ends_at in ended:
        days = told_days(ends_at)
        if days["without_place"] > today:
            continue
        work = partial(_forget_chunk, dialogue_id=dialogue_id, everybody=days["attendee"] <= today, now=now)
        while chunk := alone(partial(database.transact, within(initiative_id), work, background=True)):
            done += chunk
    return done


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
