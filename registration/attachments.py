"""Files of letters, made at delivery from the data frozen with them."""

from datetime import datetime, timedelta
from typing import Any

from kit import i18n
from kit.accents import ACCENTS
from kit.i18n import _, format_day, format_range
from kit.ical import Conference, Moved, Series
from kit.settings import settings
from kit.text import file_name
from kit.tokens import derive
from mail.compose import Attachment
from registration import invitations
from registration.codes import participant_code
from registration.invitations import InvitationFacts
from registration.letters import parse_times, stamp
from registration.ticket import TicketFacts, TicketHolder, ticket_pdf

REPLY = "reply"


def make_ticket(data: dict[str, Any]) -> Attachment:
    """The ticket as PDF, from `letters.ticket_data`. Raises kit.pdf.PdfFailed and kit.pdf.PdfUnavailable."""
    with i18n.use(data["language"]):
        facts = TicketFacts(
            initiative=data["initiative"],
            accent=ACCENTS[data["accent"]],
            dialogue=data["title"],
            offer=data["offer"] or None,
            when=_when(data),
            place=data["place"],
            holders=[
                # A letter that was written before tables were given knows none.
                TicketHolder(person["name"], participant_code(person["id"]), person.get("table", ""))
                for person in data["participants"]
            ],
            reference=data["reference"],
            bring=data["bring"],
            contact=data["contact"],
            language=data["language"],
            funding_line=data["funding_line"],
        )
        name = file_name(_("Ticket %(reference)s") % {"reference": data["reference"]}, ".pdf")
    return Attachment(name, "application/pdf", ticket_pdf(facts))


def make_invitation(data: dict[str, Any]) -> Attachment:
    """The calendar file, from `letters.invitation_data`. Raises kit.ical.FaultyCalendar."""
    start, end = parse_times(data)
    config = settings()
    facts = InvitationFacts(
        uid=data["uid"],
        sequence=data["sequence"],
        dtstamp=stamp(data),
        title=data["title"],
        start=start,
        end=end,
        zone=data["zone"],
        place=data["place"],
        description=tuple(data["description"]),
        organizer_name=data["organizer_name"],
        organizer_address=reply_address(config.reply_address, data["invitation_id"]) or config.mail_from,
        attendee_name=data["attendee_name"],
        attendee_address=data["attendee_address"],
        reply_configured=bool(config.reply_address),
        url=config.base_url + data["path"] if data["path"] else "",
        # Letters that an earlier version wrote name less.
        categories=tuple(data.get("categories", ())),
        geo=geo_of(data),
        color=data.get("color", ""),
        conference=conference_of(data),
        alarm=alarm_of(data),
        series=series_of(data),
    )
    make = invitations.cancel if data["method"] == "CANCEL" else invitations.request
    return Attachment("einladung.ics", "application/ics", make(facts), method=data["method"])


def conference_of(data: dict[str, Any]) -> Conference | None:
    """The online room of `letters.invitation_data`."""
    return Conference(data["online"], data["online_label"]) if data.get("online") else None


def geo_of(data: dict[str, Any]) -> tuple[float, float] | None:
    """Where the entry of `letters.invitation_data` is, in degrees."""
    return tuple(data["geo"]) if data.get("geo") else None


def alarm_of(data: dict[str, Any]) -> timedelta | None:
    """How long before the start the calendar of `letters.invitation_data` reminds."""
    return timedelta(minutes=data["alarm"]) if data.get("alarm") else None


def series_of(data: dict[str, Any]) -> Series | None:
    """How the entry of `letters.invitation_data` repeats. An earlier version's letters knew no series."""
    found = data.get("series")
    if not found:
        return None
    at = datetime.fromisoformat
    return Series(
        found["rule"],
        tuple(map(at, found["dropped"])),
        tuple(Moved(*map(at, moved)) for moved in found["moved"]),
    )


def reply_address(mailbox: str, invitation_id: str) -> str:
    """Where a calendar's answer to this invitation goes; empty without a mailbox."""
    if not mailbox:
        return ""
    local, _at, domain = mailbox.rpartition("@")
    return f"{local}+{derive(REPLY, invitation_id, 1)}@{domain}"


def _when(data: dict[str, Any]) -> list[str]:
    start, end = parse_times(data)
    several: list[str] = data.get("dates", [])
    if several:
        lines = list(several)
    else:
        lines = (
            [format_day(start), format_range(start, end)] if start.date() == end.date() else [format_range(start, end)]
        )
    if data["admission"]:
        lines.append(_("Einlass ab %(time)s Uhr") % {"time": data["admission"]})
    if data["latest_entry"]:
        lines.append(_("Letzter Einlass: %(time)s Uhr") % {"time": data["latest_entry"]})
    return lines
