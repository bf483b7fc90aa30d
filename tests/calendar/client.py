"""A calendar program as RFC 5546 wants it: what it was sent becomes its entry, what somebody taps becomes an answer."""

from dataclasses import dataclass
from datetime import datetime

from icalendar import Calendar

from kit.ical_reply import Answer, answers


@dataclass
class Entry:
    """What stands in the calendar. `answer` is what its owner tapped since this entry came."""

    uid: str
    sequence: int
    stamp: datetime
    start: datetime
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
        (event,) = calendar.walk("VEVENT")
        order = (int(event["SEQUENCE"]), event["DTSTAMP"].dt)
        if self.newest is not None and order <= self.newest:
            return
        self.newest = order
        if calendar["METHOD"] == "CANCEL":
            self.entry = None
            return
        assert calendar["METHOD"] == "REQUEST"
        attendee = str(event["ATTENDEE"])
        self.entry = Entry(str(event["UID"]), order[0], order[1], event["DTSTART"].dt, attendee)

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
