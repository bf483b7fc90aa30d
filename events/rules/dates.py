"""The dates of a dialogue with several, as plain values."""

from datetime import datetime, timedelta

LONGEST_DATE = timedelta(days=1)
"""One date of several ends this long after its beginning at the latest."""

PLANNED, DROPPED = "planned", "dropped"


def fits_between(start: datetime, end: datetime, before: datetime | None, after: datetime | None) -> bool:
    """Whether a date leaves the order as it is: calendars lose a date that overtakes another one."""
    return (before is None or start >= before) and (after is None or end <= after)
