"""Foreign readers of calendar files behind one form: a dict for each event, with what the reader can tell.

ical.js, node-ical and ts-ics run in Node (`oracles.mjs`), libical through ctypes, the others are Python. Times are UTC as
Node prints it, or days. Who proves what: docs/calendars.md.
"""

import ctypes
import functools
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import icalendar
import ics
import pytz
import vobject
from ical.calendar_stream import IcsCalendarStream
from khal.khalendar.event import Event as KhalEvent

# khal turns icalendar over to pytz for the whole process; what is tested beside it stays as the product has it.
icalendar.use_zoneinfo()

Seen = dict[str, Any]

EVERYTHING = frozenset(
    {"uid", "method", "sequence", "start", "end", "status", "summary", "description", "location", "attendee"}
)
# What each reader can tell.
TELLS = {
    "ical.js": EVERYTHING,
    "node-ical": EVERYTHING,
    "ts-ics": EVERYTHING,
    "vobject": EVERYTHING,
    "ical": EVERYTHING,
    "libical": EVERYTHING - {"attendee"},
    "khal": EVERYTHING - {"method", "sequence"},
    "ics": EVERYTHING - {"sequence", "attendee"},
    "icalendar": EVERYTHING,
}


def iso(moment: datetime | date) -> str:
    """As the Node readers print it."""
    if not isinstance(moment, datetime):
        return moment.isoformat()
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def address(text: object) -> str:
    return str(text).removeprefix("mailto:") if text else ""


def by_vobject(data: bytes) -> list[Seen]:
    root = vobject.readOne(data.decode())

    def value(event: Any, name: str) -> str:
        return str(getattr(event, name).value) if hasattr(event, name) else ""

    return [
        {
            "uid": event.uid.value,
            "method": root.method.value,
            "sequence": int(event.sequence.value),
            "start": iso(event.dtstart.value),
            "end": iso(event.dtend.value),
            "status": event.status.value,
            "attendee": address(value(event, "attendee")),
        }
        | {name: value(event, name) for name in ("summary", "description", "location")}
        for event in root.vevent_list
    ]


def by_ics(data: bytes) -> list[Seen]:
    root = ics.Calendar(data.decode())
    return [
        {
            "uid": event.uid,
            "method": root.method,
            "start": event.begin.date().isoformat() if event.all_day else iso(event.begin.datetime),
            "end": event.end.date().isoformat() if event.all_day else iso(event.end.datetime),
            "status": event.status,
            "summary": event.name,
            "description": event.description or "",
            "location": event.location or "",
        }
        for event in root.events
    ]


def by_icalendar(data: bytes) -> list[Seen]:
    root = icalendar.Calendar.from_ical(data)
    return [
        {
            "uid": str(event["UID"]),
            "method": str(root["METHOD"]),
            "sequence": int(event["SEQUENCE"]),
            "start": iso(event.decoded("DTSTART")),
            "end": iso(event.decoded("DTEND")),
            "attendee": address(event.get("ATTENDEE")),
        }
        | {name.lower(): str(event.get(name, "")) for name in ("STATUS", "SUMMARY", "DESCRIPTION", "LOCATION")}
        for event in root.events
    ]


def by_ical(data: bytes) -> list[Seen]:
    root = IcsCalendarStream.calendar_from_ics(data.decode())
    return [
        {
            "uid": event.uid,
            "method": str(root.method),
            "sequence": event.sequence,
            "start": iso(event.dtstart),
            "end": iso(event.dtend),
            "status": event.status.value,
            "summary": event.summary,
            "description": event.description or "",
            "location": event.location or "",
            "attendee": address(event.attendees[0].uri) if event.attendees else "",
        }
        for event in root.events
    ]


def by_khal(data: bytes) -> list[Seen]:
    berlin = pytz.timezone("Europe/Berlin")
    locale = {"default_timezone": berlin, "local_timezone": berlin}
    found = []
    icalendar.use_pytz()
    try:
        events = [KhalEvent.fromVEvents([one], locale=locale) for one in icalendar.Calendar.from_ical(data).events]
    finally:
        icalendar.use_zoneinfo()
    for event in events:
        # A whole day that khal shows includes its last one.
        end = date.fromordinal(event.end.toordinal() + 1) if event.allday else event.end
        found.append(
            {
                "uid": event.uid,
                "start": iso(event.start),
                "end": iso(end),
                "status": event.status,
                "summary": event.summary,
                "description": event.description,
                "location": event.location,
                "attendee": event.attendees,
            }
        )
    return found


class _Time(ctypes.Structure):
    _fields_ = [
        *((name, ctypes.c_int) for name in ("year", "month", "day", "hour", "minute", "second", "is_date", "is_daylight")),
        ("zone", ctypes.c_void_p),
    ]  # fmt: skip


VEVENT = 4
METHODS = {10501: "PUBLISH", 10502: "REQUEST", 10505: "CANCEL"}
STATES = {10901: "TENTATIVE", 10902: "CONFIRMED", 10905: "CANCELLED"}


@functools.cache
def libical() -> Any:
    """The library, or None where the machine has none."""
    try:
        library = ctypes.CDLL("libical.so.3")
    except OSError:
        return None
    pointer, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
    for name, result, *arguments in (
        ("icalparser_parse_string", pointer, text),
        ("icalcomponent_get_first_component", pointer, pointer, number),
        ("icalcomponent_get_next_component", pointer, pointer, number),
        ("icalcomponent_get_dtstart", _Time, pointer),
        ("icalcomponent_get_dtend", _Time, pointer),
        ("icalcomponent_get_uid", text, pointer),
        ("icalcomponent_get_summary", text, pointer),
        ("icalcomponent_get_description", text, pointer),
        ("icalcomponent_get_location", text, pointer),
        ("icalcomponent_get_sequence", number, pointer),
        ("icalcomponent_get_method", number, pointer),
        ("icalcomponent_get_status", number, pointer),
        ("icalcomponent_count_errors", number, pointer),
        ("icalrestriction_check", number, pointer),
        ("icalcomponent_free", None, pointer),
        ("icaltime_as_timet_with_zone", ctypes.c_long, _Time, pointer),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


def by_libical(data: bytes) -> list[Seen]:
    library = libical()
    root = library.icalparser_parse_string(data)
    assert library.icalcomponent_count_errors(root) == 0

    def moment(time: _Time) -> str:
        if time.is_date:
            return date(time.year, time.month, time.day).isoformat()
        return iso(datetime.fromtimestamp(library.icaltime_as_timet_with_zone(time, time.zone), UTC))

    found = []
    event = library.icalcomponent_get_first_component(root, VEVENT)
    while event:
        found.append(
            {
                "method": METHODS[library.icalcomponent_get_method(root)],
                "sequence": library.icalcomponent_get_sequence(event),
                "start": moment(library.icalcomponent_get_dtstart(event)),
                "end": moment(library.icalcomponent_get_dtend(event)),
                "status": STATES[library.icalcomponent_get_status(event)],
            }
            | {
                name: (getattr(library, f"icalcomponent_get_{name}")(event) or b"").decode()
                for name in ("uid", "summary", "description", "location")
            }
        )
        event = library.icalcomponent_get_next_component(root, VEVENT)
    library.icalcomponent_free(root)
    return found


def keeps_the_restrictions(data: bytes) -> bool:
    """Whether libical finds that the file keeps what RFC 5546 says of its method."""
    library = libical()
    root = library.icalparser_parse_string(data)
    try:
        return bool(library.icalrestriction_check(root)) and library.icalcomponent_count_errors(root) == 0
    finally:
        library.icalcomponent_free(root)


PYTHON: dict[str, Callable[[bytes], list[Seen]]] = {
    "vobject": by_vobject,
    "ics": by_ics,
    "icalendar": by_icalendar,
    "ical": by_ical,
    "khal": by_khal,
}
NODE = {"icalJs": "ical.js", "nodeIcal": "node-ical", "tsIcs": "ts-ics"}


def node_events(answer: dict[str, Any], reader: str) -> list[Seen]:
    """What a Node reader saw, in this form."""
    method = answer[reader].get("method")
    found = []
    for event in answer[reader]["events"]:
        attendee = event.get("attendee") or next(iter(event.get("attendees", [])), [None, ""])
        found.append(
            {
                name: event[name] or ""
                for name in ("uid", "start", "end", "status", "summary", "description", "location")
            }
            | {
                "method": event.get("method", method),
                "sequence": event["sequence"],
                "attendee": address(attendee[1]),
            }
        )
    return found


def seen_by_all(data: bytes, answer: dict[str, Any]) -> dict[str, list[Seen]]:
    """Reader → its events by UID; `answer` is what the Node readers said."""
    found = {name: read(data) for name, read in PYTHON.items()}
    found |= {name: node_events(answer, key) for key, name in NODE.items()}
    if libical():
        found["libical"] = by_libical(data)
    return {name: sorted(events, key=lambda event: event["uid"]) for name, events in found.items()}
