"""Letters at their time: before a dialogue, before an offer of a place ends, afterwards; and what a team writes to many."""

from datetime import datetime
from typing import Any, Unpack

from sqlmodel import Session

from events.date_queries import dates_of
from events.dates import clocks, next_date
from events.models import Dialogue, DialogueDate, Offer
from events.rules import wall
from kit import i18n
from kit.db import row_by_id
from kit.i18n import _, format_day, format_time
from mail.models import Letter
from registration.letters import How, place_lines, times, write
from registration.models import Mailing, Registration
from registration.rules import Placeholder, filled_in

SUBJECT_CHARS = 390


def key(mailing: Mailing, registration: Registration) -> str:
    """One letter of a mailing to each registration."""
    return f"mailing:{mailing.id}:{registration.id}"


def reminder(
    session: Session,
    registration: Registration,
    *,
    mailing: Mailing,
    date: DialogueDate | None = None,
    now: datetime,
    **how: Unpack[How],
) -> Letter | None:
    """The day before, to somebody with a place; of several dates before `date`, which the letter then names alone."""
    values: dict[str, Any] = {}
    if date is not None:
        values = {"dates": [], "start": wall(date.start), "end": wall(date.end)}
        dialogue = row_by_id(session, Dialogue, registration.dialogue_id)
        values["admission"], values["latest_entry"] = clocks(dialogue, date)
    return write(
        session,
        registration,
        kind="reminder",
        subject=lambda dialogue: _("Erinnerung: %(title)s") % {"title": dialogue.title},
        values=values,
        dedupe_key=key(mailing, registration),
        mass=True,
        now=now,
        **how,
    )


def thanks(
    session: Session, registration: Registration, *, mailing: Mailing, now: datetime, **how: Unpack[How]
) -> Letter | None:
    """To somebody who came to a dialogue without a survey."""
    return write(
        session,
        registration,
        kind="thanks",
        subject=lambda dialogue: _("Danke, dass Sie da waren: %(title)s") % {"title": dialogue.title},
        values={},
        dedupe_key=key(mailing, registration),
        mass=True,
        now=now,
        **how,
    )


def offer_reminder(session: Session, registration: Registration, *, now: datetime, **how: Unpack[How]) -> Letter | None:
    """A place waits for an answer, and not much longer."""

    def subject(dialogue: Dialogue) -> str:
        return _("Ihr Angebot endet bald: %(title)s") % {"title": dialogue.title}

    return write(
        session,
        registration,
        kind="offer_reminder",
        subject=subject,
        values={"until": registration.offered_until},
        now=now,
        **how,
    )


def message(
    session: Session, registration: Registration, *, mailing: Mailing, offer: Offer, now: datetime, **how: Unpack[How]
) -> Letter | None:
    """What a team writes to many. Placeholders become text of this one person."""

    def said(dialogue: Dialogue, text: str) -> str:
        date = next_date(dates_of(session, dialogue), now)
        start = wall(date.start) if date else times(dialogue, offer)[0]
        with i18n.use(registration.language):
            return filled_in(
                text,
                {
                    Placeholder.NAME: registration.name or "",
                    Placeholder.TITLE: dialogue.title,
                    Placeholder.DAY: format_day(start),
                    Placeholder.TIME: format_time(start),
                    Placeholder.PLACE: ", ".join(place_lines(dialogue, offer)),
                    Placeholder.REFERENCE: registration.reference,
                },
            )

    dialogue = row_by_id(session, Dialogue, registration.dialogue_id)
    return write(
        session,
        registration,
        kind="message",
        subject=lambda dialogue: said(dialogue, mailing.subject)[:SUBJECT_CHARS],
        values={"paragraphs": [part.strip("\n") for part in said(dialogue, mailing.text).split("\n\n")]},
        dedupe_key=key(mailing, registration),
        mass=True,
        now=now,
        **how,
    )
