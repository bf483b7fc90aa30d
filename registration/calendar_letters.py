"""The letter with the calendar of all registrations of a mailbox."""

from datetime import datetime
from typing import Unpack

from sqlmodel import Session

from kit.i18n import _
from mail.models import Letter
from registration.all_calendar import page_link
from registration.letters import How, write
from registration.models import Registration


def all_calendar(session: Session, registration: Registration, *, now: datetime, **how: Unpack[How]) -> Letter | None:
    """The link that was asked for; once a day. It says nothing of other registrations."""
    return write(
        session,
        registration,
        kind="all_calendar",
        subject=lambda _dialogue: _("Ihr Kalender mit allen Anmeldungen"),
        values={},
        links={"calendar": page_link(registration)},
        dedupe_key=f"all_calendar:{registration.id}:{now:%Y%m%d}",
        now=now,
        **how,
    )
