"""The only writer of calendar files: our text cleaning before, icalendar, our VTIMEZONE rules, our lint after.

RFC 5545 (format), RFC 5546 (methods), RFC 7986 (NAME, REFRESH-INTERVAL, COLOR, IMAGE, CONFERENCE). What readers make of the files and why
they look as they do: docs/calendars.md.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, Literal, NamedTuple, TypedDict
from urllib.parse import quote

from icalendar import Alarm, Calendar, Component, Event, Timezone, vCalAddress, vDuration, vRecur, vText, vUri

from kit import zones
from kit.ical_lint import lint

PRODID = "-//Dialogwerk//Dialogwerk//DE"
MAX_OCTETS = 1_000_000
"""The largest calendar part that is read."""

Method = Literal["PUBLISH", "REQUEST", "CANCEL"]
Status = Literal["CONFIRMED", "TENTATIVE", "CANCELLED"]


class FaultyCalendar(ValueError):
    """A calendar that breaks the rules; `faults` says how, one sentence each."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = tuple(faults)


class Organizer(NamedTuple):
    cn: str
    address: str


class Attendee(NamedTuple):
    cn: str
    address: str
    partstat: Literal["NEEDS-ACTION", "ACCEPTED"]
    rsvp: bool


class Conference(NamedTuple):
    """A room on the web, and what it is called."""

    address: str
    label: str


class Moved(NamedTuple):
    """One date of a series at another time; `regular` is the wall start that the rule gives it, its RECURRENCE-ID."""

    regular: datetime
    start: datetime
    end: datetime


class Series(NamedTuple):
    """How an entry repeats: `rule` is the value of RRULE (`kit.repeats`), `dropped` are regular starts. All wall times."""

    rule: str
    dropped: tuple[datetime, ...] = ()
    moved: tuple[Moved, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One VEVENT, and one more for each moved date of a series. `start` and `end` are naive wall times of `zone`.

    Of a series they are the first regular date, whether it takes place or not.

    With `all_day` they are the first and the last day, both included; the file's end is exclusive.
    `dtstamp` and `last_modified` are aware, `geo` is latitude and longitude in degrees, `color` a CSS3 name, `image` the
    web address of a sign to show beside it, `alarm` how long before the start a calendar shows a reminder.
    """

    uid: str
    sequence: int
    dtstamp: datetime
    start: datetime
    end: datetime
    zone: str
    summary: str
    all_day: bool = False
    description: str = ""
    location: str = ""
    url: str = ""
    organizer: Organizer | None = None
    attendee: Attendee | None = None
    status: Status = "CONFIRMED"
    transp: Literal["OPAQUE", "TRANSPARENT"] = "OPAQUE"
    categories: tuple[str, ...] = ()
    geo: tuple[float, float] | None = None
    last_modified: datetime | None = None
    conference: Conference | None = None
    color: str = ""
    image: str = ""
    alarm: timedelta | None = None
    series: Series | None = None


def calendar(
    events: Sequence[Entry],
    method: Method | None,
    name: str | None = None,
    refresh: timedelta | None = None,
) -> bytes:
    """The calendar file. `refresh` is how often a subscriber should ask again.

    Raises FaultyCalendar, for a wall time that does not exist and an unknown zone as well.
    """
    root = Calendar()
    root.add("VERSION", "2.0")
    root.add("PRODID", PRODID)
    root.add("CALSCALE", "GREGORIAN")
    if method:
        root.add("METHOD", method)
    if name:
        root.add("NAME", vText(clean_line(name)))
        root.add("X-WR-CALNAME", vText(clean_line(name)))
    if refresh:
        root.add("REFRESH-INTERVAL", refresh, parameters={"VALUE": "DURATION"})
        root.add("X-PUBLISHED-TTL", vDuration(refresh))
    try:
        for entry in events:
            root.add_component(_event(entry))
            for moved in entry.series.moved if entry.series else ():
                root.add_component(_moved(entry, moved))
    except (zones.NoSuchTime, zones.UnknownZone) as error:
        raise FaultyCalendar([str(error)]) from error
    head, event, rest = root.to_ical().partition(b"BEGIN:VEVENT\r\n")
    described = (_timezone(tzid) for tzid in sorted({_tzid(entry.zone) for entry in events if not entry.all_day}))
    data = b"".join((head, *described, event, rest))
    if faults := lint(data):
        raise FaultyCalendar(faults)
    return data


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("UID", clean_line(entry.uid))
    event.add("SEQUENCE", entry.sequence)
    event.add("DTSTAMP", _utc(entry.dtstamp))
    event.add("SUMMARY", clean_line(entry.summary))
    event.add("STATUS", entry.status)
    event.add("TRANSP", entry.transp)
    _add_times(event, entry)
    if entry.series:
        event.add("RRULE", vRecur.from_ical(entry.series.rule))
        for regular in entry.series.dropped:
            event.add("EXDATE", regular, parameters={"TZID": _tzid(entry.zone)})
    optional = {
        "LAST-MODIFIED": entry.last_modified and _utc(entry.last_modified),
        "DESCRIPTION": clean_text(entry.description),
        "LOCATION": clean_line(entry.location),
        "URL": _uri(entry.url),
        "GEO": entry.geo,
        "COLOR": entry.color,
        "CATEGORIES": [clean_line(category) for category in entry.categories],
        "ORGANIZER": entry.organizer and _address(entry.organizer.cn, entry.organizer.address),
        "ATTENDEE": entry.attendee and _attendee(entry.attendee),
    }
    for name, value in optional.items():
        if value:
            event.add(name, value)
    if entry.image:
        event.add("IMAGE", vUri(_uri(entry.image)), parameters={"VALUE": "URI", "DISPLAY": "BADGE"})
    if entry.conference:
        room: dict[str, Any] = {"VALUE": "URI", "FEATURE": ["AUDIO", "VIDEO"]}
        room["LABEL"] = in_parameter(entry.conference.label)
        event.add("CONFERENCE", vUri(_uri(entry.conference.address)), parameters=room)
    if entry.alarm:
        alarm = Alarm()
        alarm.add("ACTION", "DISPLAY")
        alarm.add("DESCRIPTION", clean_line(entry.summary))
        alarm.add("TRIGGER", -entry.alarm)
        event.add_component(alarm)
    return event


def _moved(entry: Entry, moved: Moved) -> Event:
    """The override of one date: all that the whole says, at its own time."""
    event = _event(replace(entry, start=moved.start, end=moved.end, series=None))
    event.add("RECURRENCE-ID", moved.regular, parameters={"TZID": _tzid(entry.zone)})
    return event


def _uri(address: str) -> str:
    """An address as a URI: what organisers type may hold letters that one writes in hexadecimal."""
    return quote(clean_line(address), safe="!#$%&'()*+,/:;=?@[]~")


def _add_times(event: Event, entry: Entry) -> None:
    if entry.all_day:
        event.add("DTSTART", entry.start.date())
        event.add("DTEND", entry.end.date() + timedelta(days=1))
        return
    for name, moment in (("DTSTART", entry.start), ("DTEND", entry.end)):
        zones.to_utc(moment, entry.zone)
        event.add(name, moment.replace(microsecond=0, fold=0), parameters={"TZID": _tzid(entry.zone)})


def _attendee(attendee: Attendee) -> vCalAddress:
    value = _address(attendee.cn, attendee.address)
    value.params["CUTYPE"] = "INDIVIDUAL"
    value.params["ROLE"] = "REQ-PARTICIPANT"
    value.params["PARTSTAT"] = attendee.partstat
    value.params["RSVP"] = "TRUE" if attendee.rsvp else "FALSE"
    return value


def _address(cn: str, address: str) -> vCalAddress:
    value = vCalAddress(f"mailto:{clean_line(address)}")
    if shown := in_parameter(cn):
        value.params["CN"] = shown
    return value


def in_parameter(text: str) -> str:
    """A name as it can stand in a parameter.

    There is no quotation mark (RFC 6868 spells it, but mail programs show the spelling), and readers take a
    backslash for an escape although RFC 5545 knows none there.
    """
    return clean_line(text).replace('"', "'").replace("\\", "/")


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("A stamp carries its offset.")
    return moment.astimezone(UTC).replace(microsecond=0)


def _tzid(zone: str) -> str:
    """icalendar leaves a TZID of plain "UTC" out, which would make the time a floating one."""
    return "Etc/UTC" if zone == "UTC" else zone


@cache
def _timezone(tzid: str) -> bytes:
    """Written once: it is half of an invitation."""
    written: bytes = Timezone.from_ical(zones.vtimezone(tzid)).to_ical()
    return written


# Cleaning. Line separators become a space or a line end so that words stay apart; everything else that is no
# text goes. The tab is a space too: some readers take it for a folded line.

_BREAKS = re.compile("\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")


def clean_text(text: str) -> str:
    """Several lines, each ended by LF alone."""
    return _CONTROLS.sub("", _BREAKS.sub("\n", text).replace("\t", " ")).strip()


def clean_line(text: str) -> str:
    """One line, words apart by one space."""
    return re.sub(" {2,}", " ", clean_text(text).replace("\n", " "))


class Shown(TypedDict):
    """One event of a calendar part, as a person is shown it; `start` and `end` as they are written, without UTC."""

    method: str
    uid: str
    sequence: int
    summary: str
    description: str
    location: str
    url: str
    status: str
    start: datetime | None
    end: datetime | None
    zone: str
    all_day: bool
    organizer: str
    attendee: str
    partstat: str
    rsvp: bool


def summary_of(data: bytes) -> list[Shown]:
    """The events of a calendar part for showing; all-day ends are the last day. Raises FaultyCalendar."""
    if len(data) > MAX_OCTETS:
        raise FaultyCalendar(["The calendar is too large."])
    try:
        root = Calendar.from_ical(data)
        return [_shown(root, event) for event in root.walk("VEVENT")]
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, OSError) as error:
        raise FaultyCalendar([f"The calendar cannot be read: {error}"]) from error


def _shown(root: Component, event: Component) -> Shown:
    start, end = event.get("DTSTART"), event.get("DTEND")
    all_day = start is not None and not isinstance(start.dt, datetime)
    attendee = event.get("ATTENDEE")
    if isinstance(attendee, list):
        attendee = attendee[0]
    parameters: dict[str, Any] = attendee.params if attendee is not None else {}
    last = _wall(end)
    return Shown(
        method=str(root.get("METHOD", "")),
        uid=str(event.get("UID", "")),
        sequence=int(event.get("SEQUENCE", 0)),
        summary=str(event.get("SUMMARY", "")),
        description=str(event.get("DESCRIPTION", "")),
        location=str(event.get("LOCATION", "")),
        url=str(event.get("URL", "")),
        status=str(event.get("STATUS", "")),
        start=_wall(start),
        end=last - timedelta(days=1) if all_day and last else last,
        zone=str(start.params.get("TZID", "")) if start is not None else "",
        all_day=all_day,
        organizer=_mailbox(event.get("ORGANIZER")),
        attendee=_mailbox(attendee),
        partstat=str(parameters.get("PARTSTAT", "")),
        rsvp=str(parameters.get("RSVP", "")).upper() == "TRUE",
    )


def _wall(value: Any) -> datetime | None:
    if value is None:
        return None
    found = value.dt
    if isinstance(found, datetime):
        return found.replace(tzinfo=None)
    if isinstance(found, date):
        return datetime(found.year, found.month, found.day)  # noqa: DTZ001 - a day, without a zone
    return None


def _mailbox(value: Any) -> str:
    """`Name <address>`, or the address alone."""
    if value is None:
        return ""
    address = re.sub("^mailto:", "", str(value), flags=re.IGNORECASE)
    name = str(value.params.get("CN", ""))
    return f"{name} <{address}>" if name else address
