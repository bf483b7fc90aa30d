"""Letters as somebody would read them, with data of a dialogue; nothing is written and no link opens anything."""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from events.models import Dialogue, Offer
from kit.i18n import _
from mail.models import Letter
from mail.operations import draft
from registration import answer_letters, calendar_letters, letters, mass_letters, queries
from registration.models import Invitation, Mailing, Participant, Registration
from registration.rules import ANSWER_GRACE, CancelReason, State

# Of the form of an id, so that marks are read as marks.
NOBODY = "a" * 16

_STATES = {
    "confirm_address": State.UNCONFIRMED,
    "hold_released": State.UNCONFIRMED,
    "waiting_list": State.WAITING,
    "offer": State.OFFERED,
    "offer_reminder": State.OFFERED,
    "offer_ended": State.EXPIRED,
    "no_seat": State.EXPIRED,
    "cancellation": State.CANCELLED,
}


def sample(dialogue: Dialogue, *, language: str) -> tuple[Registration, list[Participant]]:
    """Somebody who does not exist, for a dialogue nobody has signed up for."""
    own: dict[str, Any] = {"initiative_id": dialogue.initiative_id}
    registration = Registration(
        **own,
        id=NOBODY,
        dialogue_id=dialogue.id,
        reference="ABCD-2345",
        state=State.CONFIRMED,
        email="maria.muster@post.example",
        name="Maria Muster",
        language=language,
        created_at=dialogue.created_at,
    )
    return registration, [Participant(**own, id=NOBODY, registration_id=NOBODY, position=0, name="Maria Muster")]


def preview(
    session: Session, *, dialogue: Dialogue, registration: Registration | None, kind: str, language: str, now: datetime
) -> Letter:
    """The letter of a kind to this registration, or to somebody made up."""
    if registration is None:
        person, people = sample(dialogue, language=language)
        offer = queries.offers_of(session, dialogue.id)[0]
    else:
        # A copy: letters number themselves at their registration.
        person = Registration(**registration.model_dump())
        people = queries.participants_of(session, registration.id)
        offer = queries.offer_of(session, registration.id)
    person.state = _STATES.get(kind, State.CONFIRMED)
    person.waiting_since = person.waiting_since or now
    person.hold_until = person.hold_until or now + timedelta(minutes=dialogue.hold_minutes)
    person.offered_until = person.offered_until or now + timedelta(hours=dialogue.offer_hours)
    return _written(session, kind, person, (offer, people), now)


def _written(
    session: Session, kind: str, person: Registration, party: tuple[Offer, list[Participant]], now: datetime
) -> Letter:
    how: letters.How = {"party": party, "send": draft}
    mailing = Mailing(id=NOBODY)
    entry = Invitation(
        initiative_id=person.initiative_id,
        id=NOBODY,
        registration_id=person.id,
        recipient=person.email or "",
        attended="",
        uid="",
        dtstamp=now,
        method="CANCEL" if kind == "cancellation" else "REQUEST",
    )
    calls: dict[str, Any] = {
        "confirm_address": lambda: letters.confirm_address(session, person, now=now, **how),
        "hold_released": lambda: letters.hold_released(session, person, now=now, **how),
        "waiting_list": lambda: letters.waiting(session, person, now=now, **how),
        "offer": lambda: letters.offered(session, person, now=now, **how),
        "offer_reminder": lambda: mass_letters.offer_reminder(session, person, now=now, **how),
        "offer_ended": lambda: letters.offer_ended(session, person, now=now, **how),
        "no_seat": lambda: letters.no_seat(session, person, now=now, **how),
        "confirmation": lambda: letters.confirmation(session, person, invitation=entry, now=now, **how),
        "link": lambda: letters.link_again(session, person, now=now, **how),
        "all_calendar": lambda: calendar_letters.all_calendar(session, person, now=now, **how),
        "change": lambda: letters.change(session, person, invitation=entry, now=now, **how),
        "reminder": lambda: mass_letters.reminder(session, person, mailing=mailing, now=now, **how),
        "cancellation": lambda: letters.cancellation(
            session, person, invitation=entry, reason=CancelReason.BY_ORGANISER, now=now, **how
        ),
        "answer_declined": lambda: answer_letters.declined(session, person, until=now + ANSWER_GRACE, now=now, **how),
        "answer_elsewhere": lambda: answer_letters.from_elsewhere(session, person, now=now, **how),
        "answer_kept": lambda: answer_letters.kept(session, person, invitation=entry, now=now, **how),
        "answer_counter": lambda: answer_letters.passed_on(session, person, proposed="", now=now, **how),
        "answer_delegated": lambda: answer_letters.delegated(session, person, now=now, **how),
        "part_cancelled": lambda: letters.part_cancelled(
            session, person, gone=1, reason=CancelReason.BY_PERSON, now=now, **how
        ),
        "thanks": lambda: mass_letters.thanks(session, person, mailing=mailing, now=now, **how),
    }
    letter: Letter = calls[kind]()
    return letter


def preview_message(
    session: Session, *, registration: Registration, subject: str, text: str, now: datetime
) -> Letter | None:
    """What this person would read of a letter to many."""
    person = Registration(**registration.model_dump())
    offer = queries.offer_of(session, registration.id)
    return mass_letters.message(
        session,
        person,
        mailing=Mailing(id=NOBODY, subject=subject, text=text),
        offer=offer,
        now=now,
        party=(offer, queries.participants_of(session, registration.id)),
        send=draft,
    )


def file_words(letter: Letter) -> tuple[str, ...]:
    """What lies in the letter."""
    words = {"ticket": _("Ticket als PDF"), "invitation": _("Termin als Kalenderdatei (einladung.ics)")}
    return tuple(words[entry["key"]] for entry in letter.attachments)
