"""From rows to what pages show: the parts that several pages of this room share."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from events.date_queries import dates_of
from events.dates import clocks, lines, next_date
from events.models import Dialogue, Offer
from events.queries import facts
from events.rules import closes_at, deletions
from kit.endpoint import Call
from kit.frames import public_frame
from kit.templates import Frame
from kit.tokens import derive
from kit.zones import local
from network import queries as network
from network.models import Initiative
from registration import letters, pages, queries
from registration.models import Participant, Registration
from registration.pages import Earlier, Occasion, Sender
from registration.rules import hold_end


def initiative_of(call: Call, dialogue: Dialogue) -> Initiative:
    return network.initiative(call.session, dialogue.initiative_id)


def sender(initiative: Initiative) -> Sender:
    return Sender(initiative.name, initiative.slug, initiative.accent, initiative.logo)


def frame(call: Call, dialogue: Dialogue, initiative: Initiative, *, path: str = "") -> Frame:
    """The frame of a page of one dialogue; `path` where the request's address only takes a POST."""
    return public_frame(call, initiative=initiative, privacy=privacy_path(dialogue), path=path)


def privacy_path(dialogue: Dialogue) -> str:
    return f"/dialoge/{dialogue.slug}/datenschutz"


def occasion(call: Call, dialogue: Dialogue, offer: Offer | None = None) -> Occasion:
    """What one comes to; without an offer the dialogue as a whole. Of several dates the next one."""
    start, end = (
        letters.times(dialogue, offer)
        if offer is not None
        else (datetime.fromisoformat(dialogue.start), datetime.fromisoformat(dialogue.end))
    )
    dates = dates_of(call.session, dialogue)
    if following := next_date(dates, call.now):
        start, end = datetime.fromisoformat(following.start), datetime.fromisoformat(following.end)
    admission, latest_entry = clocks(dialogue, following)
    return Occasion(
        title=dialogue.title,
        path=f"/dialoge/{dialogue.slug}",
        start=start,
        end=end,
        place=tuple(letters.place_lines(dialogue, offer)),
        offer=offer.title if offer is not None and offer.title != dialogue.title else "",
        admission=admission,
        latest_entry=latest_entry,
        dates=tuple(lines(dialogue, dates)),
    )


def contact(dialogue: Dialogue) -> pages.Contact | None:
    """Whom to ask about the dialogue."""
    found = pages.Contact(dialogue.contact_name, dialogue.contact_phone, dialogue.contact_email)
    return found if found.name or found.phone or found.email else None


def wall(moment: datetime | None, dialogue: Dialogue) -> datetime | None:
    """An instant on the clock of the dialogue."""
    return None if moment is None else local(moment, dialogue.zone)


def deleted_on(dialogue: Dialogue, *, placed: bool = True) -> date | None:
    """The day on which a registration of this dialogue is deleted, one that had a place or one that never had."""
    kind = "attendee" if placed else "without_place"
    return next(entry.day for entry in deletions(dialogue.ends_at) if entry.kind == kind)


def first_hold_until(registration: Registration, dialogue: Dialogue) -> datetime | None:
    """Until when seats were held as of the sign-up, whatever happened since; None when none were free."""
    started = registration.hold_started_at
    return started and hold_end(
        started_at=started,
        length=timedelta(minutes=registration.hold_step_minutes),
        closes_at=closes_at(facts(dialogue)),
    )


def own_path(registration: Registration) -> str:
    """The address of the person's own page."""
    return f"/anmeldung/{derive(letters.OWN, registration.id, registration.token_version)}"


def confirm_path(registration: Registration) -> str:
    return f"/bestaetigen/{derive(letters.CONFIRM, registration.id, registration.token_version)}"


def earlier(call: Call, dialogue: Dialogue, rows: list[Registration]) -> tuple[Earlier, ...]:
    """Registrations of the same address, for the one who holds a link that was sent to it."""
    people = queries.participants_of_many(call.session, [row.id for row in rows])
    return tuple(
        Earlier(
            reference=row.reference,
            state=row.state,
            persons=len(people[row.id]),
            came_at=local(row.created_at, dialogue.zone),
            offer=occasion(call, dialogue, queries.offer_of(call.session, row.id)).offer,
            path=own_path(row),
        )
        for row in rows
    )


def names_of(people: Sequence[Participant]) -> tuple[str, ...]:
    """The people of a registration in order; an open name is empty."""
    return tuple(person.name or "" for person in people)


def choices(dialogue: Dialogue, offers: Sequence[Offer]) -> tuple[pages.OfferChoice, ...]:
    """What one can sign up for, with free seats."""
    return tuple(
        pages.OfferChoice(
            key=offer.key,
            title=offer.title or dialogue.title,
            description=offer.description,
            free=None if offer.capacity is None else max(0, offer.capacity - offer.taken),
            start=datetime.fromisoformat(offer.start) if offer.start else None,
            end=datetime.fromisoformat(offer.end or dialogue.end) if offer.start else None,
            place=offer.place,
        )
        for offer in offers
    )
