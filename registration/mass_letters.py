"""Letters at their time: before a dialogue, before an offer of a place ends, afterwards; and what a team writes to many."""

from datetime import datetime

from sqlmodel import Session

from events.models import Dialogue
from kit.i18n import _
from registration.letters import write
from registration.models import Mailing, Registration


def key(mailing: Mailing, registration: Registration) -> str:
    """One letter of a mailing to each registration."""
    return f"mailing:{mailing.id}:{registration.id}"


def reminder(session: Session, registration: Registration, *, mailing: Mailing, now: datetime) -> None:
    """The day before, to somebody with a place."""
    write(
        session,
        registration,
        kind="reminder",
        subject=lambda dialogue: _("Erinnerung: %(title)s") % {"title": dialogue.title},
        values={},
        dedupe_key=key(mailing, registration),
        mass=True,
        now=now,
    )


def thanks(session: Session, registration: Registration, *, mailing: Mailing, now: datetime) -> None:
    """To somebody who came to a dialogue without a survey."""
    write(
        session,
        registration,
        kind="thanks",
        subject=lambda dialogue: _("Danke, dass Sie da waren: %(title)s") % {"title": dialogue.title},
        values={},
        dedupe_key=key(mailing, registration),
        mass=True,
        now=now,
    )


def offer_reminder(session: Session, registration: Registration, *, now: datetime) -> None:
    """A place waits for an answer, and not much longer."""

    def subject(dialogue: Dialogue) -> str:
        return _("Ihr Angebot endet bald: %(title)s") % {"title": dialogue.title}

    write(
        session,
        registration,
        kind="offer_reminder",
        subject=subject,
        values={"until": registration.offered_until},
        now=now,
    )
