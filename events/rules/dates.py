"""The dates of a dialogue with several, as plain values."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise

LONGEST_DATE = timedelta(days=1)
"""One date of several ends this long after its beginning at the latest."""

PLANNED, DROPPED = "planned", "dropped"


LATE_ARRIVALS = timedelta(hours=6)
"""How long after its end a date is still the one that the door is about."""


def fits_between(start: datetime, end: datetime, before: datetime | None, after: datetime | None) -> bool:
    """Whether a date leaves the order as it is: calendars lose a date that overtakes another one."""
    return (before is None or start >= before) and (after is None or end <= after)


def in_order(dates: Sequence[tuple[datetime, datetime]]) -> bool:
    """Whether dates, by their names, can be: each of a fair length, after the one before and on a day of its own."""
    lengths = all(timedelta(0) < end - start <= LONGEST_DATE for start, end in dates)
    return lengths and all(
        ended <= start and began.date() < start.date() for (began, ended), (start, _end) in pairwise(dates)
    )


def fitting_clocks(admission: str, latest_entry: str, start: datetime, end: datetime) -> tuple[str, str]:
    """Admission and last entry of a date that was moved: each where it fits the new time, otherwise empty."""
    begin, day = f"{start:%H:%M}", start.date()
    opens = admission if admission <= begin else ""
    last = f"{end:%H:%M}" if end.date() == day else "24:00"
    return opens, latest_entry if (opens or begin) <= latest_entry <= last else ""


def later_days(start: datetime, end: datetime, *, first: date, last: date) -> list[date]:
    """The days after the one of its beginning on which something still goes on, of those between two days. What ends at
    midnight ends with the day before."""
    day = max(start.date() + timedelta(days=1), first)
    until = min((end - timedelta(minutes=1)).date(), last)
    return [day + timedelta(days=number) for number in range((until - day).days + 1)]
