"""A calendar program as RFC 5546 wants it: what it was sent becomes its entry, what somebody taps becomes an answer."""

from dataclasses import dataclass
from datetime import datetime

from dateutil.rrule import rrulestr
from icalendar import Calendar, Component

from kit.ical_reply import Answer, answers


def dates_of(events: list[Component]) -> tuple[str, ...]:
    """When the dates of an entry begin: those of its rule, without the excluded ones, the replaced ones where they are now."""
    (whole,) = [event for event in events if "RECURRENCE-ID" not in event]
    first = _wall(whole["DTSTART"].dt)
    found = (
        {start: start for start in rrulestr(whole["RRULE"].to_ical().decode(), dtstart=first)}
        if "RRULE" in whole
        else {first: first}
    )
    excluded = whole.get("EXDATE", [])
    for dropped in excluded if isinstance(excluded, list) else [excluded]:
        for date in dropped.dts:
            del found[_wall(date.dt)]
    for event in events:
        if "RECURRENCE-ID" in event:
            regular = _wall(event["RECURRENCE-ID"].dt)
            assert regular in found
            found[regular] = _wall(event["DTSTART"].dt)
    return tuple(f"{start:%Y-%m-%dT%H:%M}" for start in sorted(found.values()))


def _wall(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None)


@dataclass
class Entry:
    """What stands in the calendar: `dates` are the beginnings by the clock on the wall, several of what repeats. `answer` is
    what its owner tapped since this entry came."""

    uid: str
    sequence: int
    stamp: datetime
    dates: tuple[str, ...]
    attendee: str
    answer: str = ""


class Client:
    """One person's calendar for one dialogue."""

    def __init__(self) -> None:
        self.entry: Entry | None = None
        self.newest: tuple[int, datetime] | None = None

    def receive(self, data: bytes) -> None:
        """A higher SEQUENCE, or the same with a later DTSTAMP, replaces or removes; anything else is old (3.2.2, 3.2.5)."""
        calendar = Calendar.from_ical(data)
        events = calendar.walk("VEVENT")
        (event,) = [event for event in events if "RECURRENCE-ID" not in event]
        assert {(str(one["UID"]), int(one["SEQUENCE"]), str(one["ATTENDEE"])) for one in events} == {
            (str(event["UID"]), int(event["SEQUENCE"]), str(event["ATTENDEE"]))
        }
        order = (int(event["SEQUENCE"]), event["DTSTAMP"].dt)
        if self.newest is not None and order <= self.newest:
            return
        self.newest = order
        if calendar["METHOD"] == "CANCEL":
            self.entry = None
            return
        assert calendar["METHOD"] == "REQUEST"
        attendee = str(event["ATTENDEE"])
        self.entry = Entry(str(event["UID"]), order[0], order[1], dates_of(events), attendee)

    def tap(self, partstat: str, now: datetime) -> Answer:
        """The answer as it goes on its way, read again as the house reads it."""
        assert self.entry is not None
        self.entry.answer = partstat
        lines = (
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Beispiel//Kalender//DE",
            "METHOD:REPLY",
            "BEGIN:VEVENT",
            f"UID:{self.entry.uid}",
            f"SEQUENCE:{self.entry.sequence}",
            f"DTSTAMP:{now:%Y%m%dT%H%M%SZ}",
            f"ATTENDEE;PARTSTAT={partstat}:{self.entry.attendee}",
            "END:VEVENT",
            "END:VCALENDAR",
            "",
        )
        (answer,) = answers("\r\n".join(lines).encode())
        return answer
