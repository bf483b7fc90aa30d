"""What a calendar answered to an invitation, as plain values.

Who invited, and what was asked, is known from the stored invitation; nothing of it is taken from an answer. What mail
programs really send: docs/calendars.md. RFC 5546 3.2.3 (REPLY) and 3.2.7 (COUNTER).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from icalendar import vDuration
from icalendar.parser import Contentline, unescape_backslash
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from kit.ical import MAX_OCTETS, clean_line, clean_text
from kit.reply_zones import Zone, moment_in


@dataclass(frozen=True, kw_only=True)
class Attending:
    """One ATTENDEE of an answer. Addresses are bare and as they were written; PARTSTAT is in capitals, "" where none is."""

    address: str
    partstat: str = ""
    delegated_to: str = ""
    delegated_from: str = ""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One component of an answer. `method` is REPLY or COUNTER; moments are aware.

    `proposed_start` and `proposed_end` are those of a COUNTER. `recurrence_id` is the instance that is meant, as it was
    written, "" for the whole.
    """

    method: str
    uid: str
    sequence: int = 0
    dtstamp: datetime | None = None
    recurrence_id: str = ""
    attendees: tuple[Attending, ...] = ()
    comment: str = ""
    proposed_start: datetime | None = None
    proposed_end: datetime | None = None


class Unreadable(ValueError):
    """A calendar that says it is an answer, or hides what it is, and cannot be read."""


_MOST_LINES = 5_000
_MOST_DEPTH = 10
_MOST_ANSWERS = 50
_MOST_ATTENDEES = 50
_LONGEST_LINE = 10_000
_MOST_SEQUENCE = 2**31 - 1
_LONGEST_UID = 255
_LONGEST_COMMENT = 1000
_EARLIEST_YEAR, _LATEST_YEAR = 1990, 2200
_METHODS = ("REPLY", "COUNTER")
_CALENDAR = ("VCALENDAR",)
_EVENT = ("VCALENDAR", "VEVENT")
_ZONE = ("VCALENDAR", "VTIMEZONE")
# What is looked at; lines with any other name are not even taken apart.
_NAMED = re.compile(
    r"(BEGIN|END|METHOD|UID|SEQUENCE|DTSTAMP|RECURRENCE-ID|ATTENDEE|COMMENT|DTSTART|DTEND|DURATION"
    r"|TZID|TZOFFSETFROM|TZOFFSETTO|RRULE|RDATE)[ \t]*[;:]",
    re.IGNORECASE,
)
_MOMENT = re.compile(r"([0-9]{8})T([0-9]{6})(Z?)")
_MAILTO = re.compile("mailto:", re.IGNORECASE)

_Line = tuple[str, Mapping[str, Any], str]
_Zones = Mapping[str, Zone]


def answers(data: bytes) -> list[Answer]:
    """The answers of the first calendar that is one: METHOD REPLY or COUNTER. Empty for calendars that are none.

    Tolerant of everything that is beside the matter: other components, other lines, damaged text, missing ends of lines.
    Raises Unreadable for an answer without an event that has a UID, and beyond the limits.
    """
    if len(data) > MAX_OCTETS:
        raise Unreadable("too large")
    for method, events, zones in _calendars(data):
        if method in _METHODS:
            if len(events) > _MOST_ANSWERS:
                raise Unreadable("too many events")
            found = [answer for event in events if (answer := _answer(method, event, zones))]
            if not found:
                raise Unreadable("an answer without an event")
            return found
    return []


def _calendars(data: bytes) -> Iterator[tuple[str, list[list[_Line]], _Zones]]:
    """Method, whole events and described zones of each calendar of a stream; of one that breaks off, those before."""
    method = ""
    events: list[list[_Line]] = []
    event: list[_Line] = []
    zones: dict[str, Zone] = {}
    zone = Zone()
    for stack, (name, parameters, value) in _placed(_lines(data)):
        if stack == _EVENT:
            if name == "BEGIN":
                event = []
            elif name == "END":
                events.append(event)
            else:
                event.append((name, parameters, value))
        elif stack[:2] == _ZONE:
            zone = Zone() if stack == _ZONE and name == "BEGIN" else zone
            if stack == _ZONE and name == "TZID":
                # Its observances may come before its name.
                zones.setdefault(value.strip(), zone)
            zone.add(name, value, inside=stack != _ZONE)
        elif stack == _CALENDAR and name == "METHOD":
            method = value.strip().upper()
        elif stack == _CALENDAR and name == "END":
            yield method, events, zones
            method, events, zones = "", [], {}
    yield method, events, zones


def _placed(lines: Iterable[_Line]) -> Iterator[tuple[tuple[str, ...], _Line]]:
    """Each line with the components it stands in. BEGIN and END stand in their own; END comes for each that is open."""
    stack: tuple[str, ...] = ()
    for line in lines:
        name, _parameters, value = line
        if name == "BEGIN":
            stack = (*stack, value.strip().upper())
            if len(stack) > _MOST_DEPTH:
                raise Unreadable("too deep")
        if name != "END":
            yield stack, line
        elif value.strip().upper() in stack:
            kept = stack.index(value.strip().upper())
            while len(stack) > kept:
                yield stack, line
                stack = stack[:-1]


def _lines(data: bytes) -> Iterator[_Line]:
    """The content lines that matter, taken apart; what cannot be is left out."""
    written = re.split("\r\n|\r|\n", _text(data), maxsplit=_MOST_LINES)
    if len(written) > _MOST_LINES:
        raise Unreadable("too many lines")
    logical: list[list[str]] = []
    for line in written:
        if line[:1] in (" ", "\t") and logical:
            logical[-1].append(line[1:])
        elif line:
            logical.append([line])
    for parts in logical:
        line = "".join(parts)
        named = _NAMED.match(line)
        if named is None or len(line) > _LONGEST_LINE:
            continue
        try:
            _name, parameters, value = Contentline(line).raw_parts()
        except (ValueError, LookupError, TypeError, AttributeError):
            continue
        yield named[1].upper(), parameters, value


def _text(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = data.decode("utf-16", "replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", "replace")
    return text.replace("\0", "").lstrip("\ufeff")


def _answer(method: str, event: list[_Line], zones: _Zones) -> Answer | None:
    single: dict[str, tuple[Mapping[str, Any], str]] = {}
    attendees: list[Attending] = []
    comments: list[str] = []
    for name, parameters, value in event:
        if name == "ATTENDEE":
            attendees.append(_attending(parameters, value))
        elif name == "COMMENT":
            comments.append(clean_text(unescape_backslash(value)))
        else:
            single.setdefault(name, (parameters, value))
    uid = clean_line(single.get("UID", ({}, ""))[1])
    if not uid:
        return None
    if len(attendees) > _MOST_ATTENDEES:
        raise Unreadable("too many attendees")
    start, end = _proposed(single, zones) if method == "COUNTER" else (None, None)
    return Answer(
        method=method,
        uid=uid[:_LONGEST_UID],
        sequence=_sequence(single.get("SEQUENCE", ({}, ""))[1]),
        dtstamp=_moment({}, single["DTSTAMP"][1], {}) if "DTSTAMP" in single else None,
        recurrence_id=clean_line(single.get("RECURRENCE-ID", ({}, ""))[1])[:40],
        attendees=tuple(attendees),
        comment="\n".join(filter(None, comments))[:_LONGEST_COMMENT].strip(),
        proposed_start=start,
        proposed_end=end,
    )


def _attending(parameters: Mapping[str, Any], value: str) -> Attending:
    # A principal's address (urn:uuid:…) carries the mailbox beside it.
    address = value if _MAILTO.match(value.strip()) else _first(parameters, "EMAIL") or value
    return Attending(
        address=_address(address),
        partstat=clean_line(_first(parameters, "PARTSTAT"))[:20].upper(),
        delegated_to=_address(_first(parameters, "DELEGATED-TO")),
        delegated_from=_address(_first(parameters, "DELEGATED-FROM")),
    )


def _first(parameters: Mapping[str, Any], name: str) -> str:
    found = parameters.get(name) or ""
    return str(found if isinstance(found, str) else found[0])


def _address(value: str) -> str:
    found = _MAILTO.match(value.strip())
    if found is None:
        return clean_line(value)[:254]
    return clean_line(unquote(value.strip()[found.end() :].partition("?")[0]))[:254]


def _sequence(value: str) -> int:
    found = re.fullmatch("[0-9]{1,10}", value.strip(), re.ASCII)
    return min(int(found[0]), _MOST_SEQUENCE) if found else 0


def _proposed(
    single: Mapping[str, tuple[Mapping[str, Any], str]], zones: _Zones
) -> tuple[datetime | None, datetime | None]:
    """Beginning and end that somebody proposes. None for whole days and for zones that nobody knows."""
    start, end = (_moment(*single[name], zones) if name in single else None for name in ("DTSTART", "DTEND"))
    if start is not None and end is None and "DURATION" in single:
        try:
            end = start + vDuration.from_ical(single["DURATION"][1].strip())
        except (ValueError, ArithmeticError):
            end = None
    return start, end if start and end and end > start else None


def _moment(parameters: Mapping[str, Any], value: str, zones: _Zones) -> datetime | None:
    """An instant; without a zone it is UTC. A zone that we do not know is worked out where the calendar describes it."""
    found = _MOMENT.fullmatch(value.strip())
    if found is None:
        return None
    try:
        wall = datetime.strptime(found[1] + found[2], "%Y%m%d%H%M%S")  # noqa: DTZ007 - its zone follows
        tzid = "" if found[3] else _first(parameters, "TZID").strip()
        zone = _zone(tzid)
        moment = wall.replace(tzinfo=zone).astimezone(UTC) if zone else moment_in(wall, zones.get(tzid, Zone()))
    except (ValueError, ArithmeticError):
        return None
    return moment if moment and _EARLIEST_YEAR <= moment.year < _LATEST_YEAR else None


def _zone(tzid: str) -> tzinfo | None:
    """The zone of an IANA name or one of Windows, UTC without a name; None for every other."""
    try:
        return ZoneInfo(WINDOWS_TO_OLSON.get(tzid, tzid)) if tzid else UTC
    except (ValueError, OSError, LookupError):
        return None
