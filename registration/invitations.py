"""Calendar invitations as files: what one person gets for one attended time.

Pure: facts in, bytes out. Which number SEQUENCE has and whether a letter goes is decided where the rows are.
Product rule "REQUEST" of docs/rules.md; RFC 5546 sections 3.2.2 and 3.2.5.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from kit.ical import Attendee, Conference, Entry, Method, Organizer, Series, Status, calendar


@dataclass(frozen=True, kw_only=True)
class InvitationFacts:
    """What stands in one invitation.

    `start` and `end` are naive wall times of `zone`, of a series the first regular date; `dtstamp` is aware. `organizer_address` is the address that
    answers go to, with its token, when `reply_configured`; otherwise the address that letters come from.
    People share their calendars: no line and no `url` may open the registration.
    """

    uid: str
    sequence: int
    dtstamp: datetime
    title: str
    start: datetime
    end: datetime
    zone: str
    place: str
    description: tuple[str, ...]
    organizer_name: str
    organizer_address: str
    attendee_name: str
    attendee_address: str
    reply_configured: bool
    url: str = ""
    all_day: bool = False
    categories: tuple[str, ...] = ()
    geo: tuple[float, float] | None = None
    color: str = ""
    conference: Conference | None = None
    alarm: timedelta | None = None
    series: Series | None = None


def new_uid(invitation_id: str, host: str) -> str:
    """The UID of a new invitation, stored with it and never changed."""
    return f"{invitation_id}@{host}"


def request(facts: InvitationFacts) -> bytes:
    """The invitation, or its change under a higher sequence. Raises kit.ical.FaultyCalendar."""
    return _file(facts, "REQUEST", "CONFIRMED", ask=facts.reply_configured)


def cancel(facts: InvitationFacts) -> bytes:
    """The withdrawal; the sequence must be higher than the last one sent. Raises kit.ical.FaultyCalendar.

    A series goes as a whole by its UID without RECURRENCE-ID (RFC 5546 3.2.5): a moved date is not named by itself.
    """
    if facts.series:
        facts = replace(facts, series=facts.series._replace(moved=()))
    return _file(facts, "CANCEL", "CANCELLED", ask=False)


def _file(facts: InvitationFacts, method: Method, status: Status, *, ask: bool) -> bytes:
    """`ask` is for an answer: programs show their buttons for NEEDS-ACTION with RSVP only."""
    entry = Entry(
        uid=facts.uid,
        sequence=facts.sequence,
        dtstamp=facts.dtstamp,
        start=facts.start,
        end=facts.end,
        zone=facts.zone,
        all_day=facts.all_day,
        summary=facts.title,
        description="\n".join(facts.description),
        location=facts.place,
        url=facts.url,
        organizer=Organizer(facts.organizer_name, facts.organizer_address),
        attendee=Attendee(facts.attendee_name, facts.attendee_address, "NEEDS-ACTION" if ask else "ACCEPTED", ask),
        status=status,
        categories=facts.categories,
        geo=facts.geo,
        color=facts.color,
        conference=facts.conference,
        alarm=facts.alarm,
        series=facts.series,
        transp="TRANSPARENT" if status == "CANCELLED" else "OPAQUE",
    )
    return calendar([entry], method)
