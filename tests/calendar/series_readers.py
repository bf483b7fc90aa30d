"""Foreign readers that work out the dates of a series: (start, end) of each in UTC, in order.

The Node readers do it in `oracles.mjs`. ics 0.7 and icalendar do not expand rules, ts-ics does it by UTC.
"""

import ctypes
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import icalendar
import pytz
import vobject
from ical.calendar_stream import IcsCalendarStream
from khal.khalendar.backend import SQLiteDb

from tests.calendar.readers import VEVENT, iso, libical

Dates = list[tuple[str, str]]
FROM, TO = datetime(2026, 1, 1, tzinfo=UTC), datetime(2033, 1, 1, tzinfo=UTC)


def by_vobject(data: bytes) -> Dates:
    """Rule and EXDATE are its own; what a moved date replaces is taken out here."""
    events = vobject.readOne(data.decode()).vevent_list
    (whole,) = [event for event in events if hasattr(event, "rrule")]
    moved = [event for event in events if hasattr(event, "recurrence_id")]
    replaced = {event.recurrence_id.value for event in moved}
    zone = whole.dtstart.value.tzinfo
    length = whole.dtend.value - whole.dtstart.value
    found = []
    for start in whole.getrruleset(addRDate=True):
        begin = start if start.tzinfo else start.replace(tzinfo=zone)
        if begin not in replaced:
            found.append((iso(begin), iso(begin + length)))
    return sorted(found + [(iso(event.dtstart.value), iso(event.dtend.value)) for event in moved])


def by_ical(data: bytes) -> Dates:
    root = IcsCalendarStream.calendar_from_ics(data.decode())
    return sorted((iso(event.dtstart), iso(event.dtend)) for event in root.timeline_tz(UTC).included(FROM, TO))


def by_khal(data: bytes) -> Dates:
    berlin = pytz.timezone("Europe/Berlin")
    icalendar.use_pytz()
    try:
        store = SQLiteDb(["dialoge"], ":memory:", {"default_timezone": berlin, "local_timezone": berlin})
        events = [part.to_ical().decode() for part in icalendar.Calendar.from_ical(data).events]
        store.update(data.decode(), "x", calendar="dialoge")
        found = [(start, end) for _text, _ref, start, end, *_rest in store.get_localized(FROM, TO)]
    finally:
        icalendar.use_zoneinfo()
    assert events
    return sorted((iso(start), iso(end)) for start, end in found)


class _Span(ctypes.Structure):
    _fields_ = [("start", ctypes.c_long), ("end", ctypes.c_long), ("is_busy", ctypes.c_int)]


def by_libical(data: bytes) -> Dates:
    """Rule and EXDATE are its own; what a moved date replaces is taken out here."""
    library = libical()
    call = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.POINTER(_Span), ctypes.c_void_p)
    library.icalcomponent_get_recurrenceid.restype = library.icalcomponent_get_dtstart.restype
    library.icalcomponent_get_recurrenceid.argtypes = [ctypes.c_void_p]
    time = library.icalcomponent_get_dtstart.restype
    library.icalcomponent_foreach_recurrence.argtypes = [ctypes.c_void_p, time, time, call, ctypes.c_void_p]
    root = library.icalparser_parse_string(data)
    found: set[tuple[int, int]] = set()
    replaced: set[int] = set()
    moved: list[tuple[int, int]] = []
    first, last = (time(year, 1, 1, 0, 0, 0, 0, 0, None) for year in (2026, 2033))

    def instant(moment: Any) -> int:
        return int(library.icaltime_as_timet_with_zone(moment, moment.zone))

    def note(_event: Any, span: Any, _more: Any) -> None:
        found.add((span.contents.start, span.contents.end))

    event = library.icalcomponent_get_first_component(root, VEVENT)
    while event:
        begin, end = library.icalcomponent_get_dtstart(event), library.icalcomponent_get_dtend(event)
        regular = library.icalcomponent_get_recurrenceid(event)
        if regular.year:
            # It gives RECURRENCE-ID without its zone.
            replaced.add(int(library.icaltime_as_timet_with_zone(regular, begin.zone)))
            moved.append((instant(begin), instant(end)))
        else:
            library.icalcomponent_foreach_recurrence(event, first, last, call(note), None)
        event = library.icalcomponent_get_next_component(root, VEVENT)
    library.icalcomponent_free(root)
    spans = [span for span in found if span[0] not in replaced] + moved
    return sorted(
        (iso(datetime.fromtimestamp(start, UTC)), iso(datetime.fromtimestamp(end, UTC))) for start, end in spans
    )


PYTHON: dict[str, Callable[[bytes], Dates]] = {"vobject": by_vobject, "ical": by_ical, "khal": by_khal}


def dates_of_all(data: bytes, answer: dict[str, Any]) -> dict[str, Dates]:
    """Reader → its dates; `answer` is what the Node readers said."""
    found = {name: read(data) for name, read in PYTHON.items()}
    found |= {name: [(start, end) for start, end in dates] for name, dates in answer["dates"].items()}
    if libical():
        found["libical"] = by_libical(data)
    return found
