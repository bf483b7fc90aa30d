"""The letters of a registration: one function each. All of them write to the contact's address, if there is one."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypedDict, Unpack

from sqlmodel import Session

from events import dates as dating
from events.date_queries import dates_of
from events.dates import Dates
from events.models import Dialogue, Offer
from events.pages import format_name
from events.queries import facts, programme_of
from events.rules import Visibility, degrees, list_ends_at
from kit import i18n
from kit.accents import CSS_NAMES
from kit.clock import parse
from kit.db import row_by_id
from kit.i18n import _, ngettext
from kit.settings import settings
from kit.tokens import keyed_hash
from kit.zones import local
from mail.limits import over_limit
from mail.marks import Link
from mail.models import Letter
from mail.operations import post
from mail.rules import Reason
from network.models import Initiative
from registration import queries
from registration.models import Invitation, Participant, Registration
from registration.rules import State

Party = tuple[Offer, list[Participant]]


class How(TypedDict, total=False):
    """What a caller of a letter may know better: who comes to what, and what becomes of the finished letter."""

    party: Party
    send: Callable[..., Letter | None]


CONFIRM = "confirm"
OWN = "own"


def own_link(registration: Registration) -> Link:
    """The participant's own page."""
    return Link(OWN, registration.id, registration.token_version, "/anmeldung/{token}")


def confirm_link(registration: Registration) -> Link:
    return Link(CONFIRM, registration.id, registration.token_version, "/bestaetigen/{token}")


def times(dialogue: Dialogue, offer: Offer) -> tuple[datetime, datetime]:
    """The attended wall times: the offer's own, or the dialogue's."""
    return (
        datetime.fromisoformat(offer.start or dialogue.start),
        datetime.fromisoformat(offer.end or dialogue.end),
    )


def place_lines(dialogue: Dialogue, offer: Offer | None) -> list[str]:
    """The place as lines, most important first; of the whole dialogue without an offer. Empty where nothing is told."""
    if offer is not None and offer.place:
        return [offer.place]
    town = " ".join(part for part in (dialogue.postcode, dialogue.city) if part)
    lines = [line for line in (dialogue.place, dialogue.street, town) if line]
    return lines or ([_("Online")] if dialogue.online else [])


def programme_lines(session: Session, dialogue: Dialogue) -> list[str]:
    """The agenda, one line an item."""
    return [f"{item.time} {item.title}" for item in programme_of(session, dialogue.id)]


def confirm_address(
    session: Session,
    registration: Registration,
    *,
    now: datetime,
    **how: Unpack[How],
) -> Letter | None:
    """Asks to confirm the address. From the fourth letter of a day on it is kept and not sent."""
    return write(
        session,
        registration,
        kind="confirm_address",
        subject=lambda dialogue: _("Bitte bestätigen Sie Ihre Anmeldung: %(title)s") % {"title": dialogue.title},
        values={"hold_until": registration.hold_until},
        links={"confirm": confirm_link(registration)},
        now=now,
        skip_reason=_limit(session, registration, now=now, how=how),
        **how,
    )


def _limit(session: Session, registration: Registration, *, now: datetime, how: How) -> str:
    """Why a letter to an address that nobody confirmed does not go, "" when it does. A draft does not count."""
    if "send" in how or not registration.email:
        return ""
    return Reason.LIMIT if over_limit(session, address=registration.email, now=now) else ""


def link_again(session: Session, registration: Registration, *, now: datetime, **how: Unpack[How]) -> Letter | None:
    """The link of the own page once more, for somebody who asked for it."""
    return write(
        session,
        registration,
        kind="link",
        subject=lambda dialogue: _("Ihr Link zur Anmeldung: %(title)s") % {"title": dialogue.title},
        values={},
        now=now,
        **how,
    )


def waiting(session: Session, registration: Registration, *, now: datetime, **how: Unpack[How]) -> Letter | None:
    offer = how["party"][0] if "party" in how else queries.offer_of(session, registration.id)
    dialogue = row_by_id(session, Dialogue, registration.dialogue_id)
    return write(
        session,
        registration,
        kind="waiting_list",
        subject=lambda dialogue: _("Sie stehen auf der Warteliste: %(title)s") % {"title": dialogue.title},
        values={
            "position": queries.waiting_position(session, registration, offer.id),
            "list_ends": None if dialogue.state == "postponed" else list_ends_at(facts(dialogue)),
        },
        now=now,
        **how,
    )


def no_seat(session: Session, registration: Registration, *, now: datetime, **how: Unpack[How]) -> Letter | None:
    """The list is over, and nothing became free for this party."""
    return write(
        session,
        registration,
        kind="no_seat",
        subject=lambda dialogue: _("Kein Platz mehr frei: %(title)s") % {"title": dialogue.title},
        values={},
        now=now,
        **how,
    )


def offered(session: Session, registration: Registration, *, now: datetime, **how: Unpack[How]) -> Letter | None:
    count = len(how["party"][1] if "party" in how else queries.participants_of(session, registration.id))
    return write(
        session,
        registration,
        kind="offer",
        subject=lambda dialogue: (
            ngettext("Ein Platz ist frei geworden: %(title)s", "%(num)d Plätze sind frei geworden: %(title)s", count)
            % {"num": count, "title": dialogue.title}
        ),
        values={"until": registration.offered_until},
        now=now,
        **how,
    )


def offer_ended(session: Session, registration: Registration, *, now: datetime, **how: Unpack[How]) -> Letter | None:
    return write(
        session,
        registration,
        kind="offer_ended",
        subject=lambda dialogue: _("Ihr Angebot ist abgelaufen: %(title)s") % {"title": dialogue.title},
        values={},
        now=now,
        **how,
    )


def hold_released(session: Session, registration: Registration, *, now: datetime, **how: Unpack[How]) -> Letter | None:
    return write(
        session,
        registration,
        kind="hold_released",
        subject=lambda dialogue: _("Wir halten Ihren Platz nicht mehr: %(title)s") % {"title": dialogue.title},
        values={},
        links={"confirm": confirm_link(registration)},
        now=now,
        skip_reason=_limit(session, registration, now=now, how=how),
        **how,
    )


def confirmation(
    session: Session,
    registration: Registration,
    *,
    invitation: Invitation | None,
    now: datetime,
    **how: Unpack[How],
) -> Letter | None:
    """Place confirmed: with the ticket and the calendar invitation."""
    return write(
        session,
        registration,
        kind="confirmation",
        subject=lambda dialogue: _("Sie sind dabei: %(title)s") % {"title": dialogue.title},
        values={},
        now=now,
        ticket=True,
        invitation=invitation,
        **how,
    )


def change(
    session: Session,
    registration: Registration,
    *,
    invitation: Invitation | None,
    now: datetime,
    dates: Dates = (),
    since: int = 0,
    **how: Unpack[How],
) -> Letter | None:
    """Time, place, title or programme changed. Confirmed people get a new ticket and the moved invitation.

    Of several `dates` the letter names those that changed after the sequence `since`.
    """
    return write(
        session,
        registration,
        kind="change",
        subject=lambda dialogue: (
            (_("Verschoben: %(title)s") if dialogue.state == "postponed" else _("Geändert: %(title)s"))
            % {"title": dialogue.title}
        ),
        values={"news": lambda: dating.news(dates, since)},
        now=now,
        ticket=invitation is not None,
        invitation=invitation,
        mass=True,
        **how,
    )


def cancellation(
    session: Session,
    registration: Registration,
    *,
    invitation: Invitation | None,
    reason: str,
    now: datetime,
    **how: Unpack[How],
) -> Letter | None:
    """The place or the dialogue is gone. `reason` is a CancelReason."""
    return write(
        session,
        registration,
        kind="cancellation",
        subject=lambda dialogue: (
            (_("Fällt aus: %(title)s") if reason == "dialogue" else _("Abgesagt: %(title)s"))
            % {"title": dialogue.title}
        ),
        values={"reason": reason},
        now=now,
        invitation=invitation,
        mass=reason == "dialogue",
        **how,
    )


def part_cancelled(
    session: Session, registration: Registration, *, gone: int, reason: str, now: datetime, **how: Unpack[How]
) -> Letter | None:
    """So many of the party do not come. Who keeps a confirmed place gets a new ticket; the calendar entry stays as it is."""
    return write(
        session,
        registration,
        kind="part_cancelled",
        subject=lambda dialogue: _("Zum Teil abgesagt: %(title)s") % {"title": dialogue.title},
        values={"gone": gone, "reason": reason},
        now=now,
        ticket=registration.state == State.CONFIRMED,
        **how,
    )


def write(
    session: Session,
    registration: Registration,
    *,
    kind: str,
    subject: Any,
    values: Mapping[str, Any],
    now: datetime,
    links: Mapping[str, Link] | None = None,
    ticket: bool = False,
    invitation: Invitation | None = None,
    skip_reason: str = "",
    mass: bool = False,
    party: Party | None = None,
    send: Callable[..., Letter | None] = post,
    dedupe_key: str = "",
) -> Letter | None:
    """Posts one letter about a registration; None without an address. `dedupe_key` where more than its number names it."""
    if not registration.email:
        return None
    dialogue = row_by_id(session, Dialogue, registration.dialogue_id)
    with session.no_autoflush:
        initiative = row_by_id(session, Initiative, registration.initiative_id)
    offer, participants = party or (
        queries.offer_of(session, registration.id),
        queries.participants_of(session, registration.id),
    )
    registration.letter_number += 1
    attachments: list[dict[str, Any]] = []
    dates = dates_of(session, dialogue)
    programme: list[str] = []
    if invitation is not None or kind == "change":
        programme = programme_lines(session, dialogue)
    with i18n.use(registration.language):
        if invitation is not None:
            attachments.append(
                {
                    "key": "invitation",
                    "data": invitation_data(
                        invitation,
                        registration,
                        dialogue,
                        offer,
                        initiative,
                        programme,
                        dates,
                        coming=invitation.method == "REQUEST",
                    ),
                }
            )
        if ticket:
            attachments.append(
                {"key": "ticket", "data": ticket_data(registration, participants, dialogue, offer, initiative, dates)}
            )
        title = subject(dialogue)
        start, end = times(dialogue, offer)
        context = {
            "initiative": initiative,
            "dialogue": dialogue,
            "offer": offer,
            "registration": registration,
            "participants": participants,
            "start": start,
            "end": end,
            "dates": dating.lines(dialogue, dates),
            "admission": dialogue.admission,
            "latest_entry": dialogue.latest_entry,
            "place_lines": place_lines(dialogue, offer),
            "programme": programme if kind == "change" else [],
            "local": lambda moment: local(moment, dialogue.zone),
            **values,
        }
    return send(
        session,
        initiative_id=registration.initiative_id,
        kind=kind,
        dedupe_key=dedupe_key or f"{kind}:{registration.id}:{registration.letter_number}",
        recipient=registration.email,
        recipient_name=registration.name or "",
        language=registration.language,
        subject=title,
        template=kind,
        values=context,
        links={"own": own_link(registration), **(links or {})},
        attachments=attachments,
        registration_id=registration.id,
        dialogue_id=dialogue.id,
        skip_reason=skip_reason,
        mass=mass,
        new=not dedupe_key,
        now=now,
    )


def invitation_data(
    invitation: Invitation,
    registration: Registration,
    dialogue: Dialogue,
    offer: Offer,
    initiative: Initiative,
    programme: Sequence[str],
    dates: Dates = (),
    *,
    coming: bool,
) -> dict[str, Any]:
    """What the calendar file says, frozen with the letter. It opens nothing: people share their calendars.

    Of a dialogue with several `dates` start and end are those of the first regular one.

    Who is not `coming` any more is reminded of nothing and led to no room.
    """
    start, end = times(dialogue, offer)
    series = None
    if dates:
        start, end, series = dating.entry_times(dialogue, dates)
    link = (offer.online_link or dialogue.online_link) if coming else ""
    description = [dialogue.lead]
    if offer.title and offer.title != dialogue.title:
        description.append(offer.title)
    if dialogue.admission:
        description.append(_("Einlass ab %(time)s Uhr") % {"time": dialogue.admission})
    if dialogue.latest_entry:
        description.append(_("Letzter Einlass: %(time)s Uhr") % {"time": dialogue.latest_entry})
    if programme:
        description += [f"{_('Programm')}:", *programme]
    if dialogue.bring:
        description.append(
            _("Bitte mitbringen: %(things)s")
            % {"things": ", ".join(filter(None, map(str.strip, dialogue.bring.splitlines())))}
        )
    if link:
        description.append(_("Zum Online-Raum: %(address)s") % {"address": link})
    contact = ", ".join(
        part for part in (dialogue.contact_name, dialogue.contact_phone, dialogue.contact_email) if part
    )
    if contact:
        description.append(_("Fragen: %(contact)s") % {"contact": contact})
    description.append(_("Referenz: %(reference)s") % {"reference": registration.reference})
    if coming:
        description.append(
            _("Ändern oder absagen: mit dem Link aus Ihrer E-Mail. Noch einmal schicken: %(address)s")
            % {"address": f"{settings().base_url}/anmeldung/link"}
        )
    return {
        "method": invitation.method,
        "invitation_id": invitation.id,
        "uid": invitation.uid,
        "sequence": invitation.sequence,
        "dtstamp": invitation.dtstamp.isoformat(),
        "title": dialogue.title,
        "start": start.isoformat(),
        "end": end.isoformat(),
        "series": series
        and {
            "rule": series.rule,
            "dropped": [moment.isoformat() for moment in series.dropped],
            "moved": [[moment.isoformat() for moment in moved] for moved in series.moved],
        },
        "zone": dialogue.zone,
        "place": ", ".join(place_lines(dialogue, offer)),
        "description": [line for line in description if line],
        "organizer_name": initiative.name,
        "attendee_name": registration.name or registration.email,
        "attendee_address": invitation.recipient,
        "path": f"/dialoge/{dialogue.slug}" if dialogue.visibility != Visibility.INVITED else "",
        "categories": [format_name(dialogue.format_code)],
        # An offer with a place of its own is somewhere else.
        "geo": None if offer.place else degrees(dialogue.coordinates),
        "color": CSS_NAMES[initiative.accent],
        "online": link,
        "online_label": _("Online-Raum"),
        "alarm": dialogue.alarm_minutes if coming else None,
    }


def ticket_data(
    registration: Registration,
    participants: list[Participant],
    dialogue: Dialogue,
    offer: Offer,
    initiative: Initiative,
    dates: Dates = (),
) -> dict[str, Any]:
    """What the ticket shows, frozen with the letter; codes are signed when the file is made."""
    start, end = times(dialogue, offer)
    return {
        "initiative": initiative.name,
        "accent": initiative.accent,
        "title": dialogue.title,
        "offer": offer.title if offer.title != dialogue.title else "",
        "start": start.isoformat(),
        "end": end.isoformat(),
        "dates": dating.short_lines(dialogue, dates),
        "admission": dialogue.admission,
        "latest_entry": dialogue.latest_entry,
        "place": place_lines(dialogue, offer),
        "participants": [
            {"id": person.id, "name": person.name or "", "table": person.table_label} for person in participants
        ],
        "reference": registration.reference,
        "bring": [line for line in dialogue.bring.splitlines() if line.strip()],
        "contact": [part for part in (dialogue.contact_name, dialogue.contact_phone, dialogue.contact_email) if part],
        "funding_line": initiative.funding_line,
        "language": registration.language,
    }


def parse_times(data: Mapping[str, Any]) -> tuple[datetime, datetime]:
    return datetime.fromisoformat(data["start"]), datetime.fromisoformat(data["end"])


def stamp(data: Mapping[str, Any]) -> datetime:
    return parse(data["dtstamp"])


def contact_pseudonym(registration: Registration) -> str:
    """The contact as the audit log names it: equal for one registration, meaningless after erasure."""
    return f"contact:{keyed_hash('audit', registration.id)}"
