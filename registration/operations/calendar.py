"""The address of one's own calendar."""

from datetime import datetime

from sqlmodel import Session

from registration import letters
from registration.models import Registration
from registration.operations import standing
from registration.operations.own import fresh


def renew_calendar(session: Session, *, registration: Registration, now: datetime) -> None:
    """A new address; the one before, and every calendar that asks there, gets nothing more."""
    _dialogue, registration = fresh(session, registration)
    registration.calendar_version += 1
    session.add(registration)
    standing.note(
        session,
        registration,
        actor=letters.contact_pseudonym(registration),
        action="registration.calendar_renewed",
        now=now,
    )
