"""The addresses of calendars that a registration has."""

from datetime import datetime

from sqlmodel import Session

from kit.rates import tally
from registration import calendar_letters, letters
from registration.models import Registration
from registration.operations import standing
from registration.operations.own import fresh


def renew_calendar(session: Session, *, registration: Registration, now: datetime) -> None:
    """New addresses, of the own calendar and of that of the whole mailbox; those before open nothing more."""
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


def send_all_calendar(session: Session, *, registration: Registration, now: datetime) -> bool:
    """Sends the calendar of all registrations to the mailbox of this one. False where it went today, or has no address.

    Counted by mailbox: neither a new address of the calendar nor another registration brings a second letter.
    """
    _dialogue, registration = fresh(session, registration)
    if not registration.email or not registration.normalised_email:
        return False
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if tally(session, bucket="all_calendar", key=registration.normalised_email, window=day) > 1:
        return False
    if calendar_letters.all_calendar(session, registration, now=now) is None:
        return False
    standing.note(
        session,
        registration,
        actor=letters.contact_pseudonym(registration),
        action="registration.all_calendar_sent",
        now=now,
    )
    return True
