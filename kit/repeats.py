"""Dates that repeat by a rule: every so many weeks, or one weekday of each month. As calendars write it: RFC 5545, 3.3.10."""

import re
from datetime import datetime, timedelta
from typing import NamedTuple

FEWEST, MOST = 2, 52
"""How many dates a rule may give."""
MOST_WEEKS = 8

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WEEK = timedelta(days=7)
_RULE = re.compile(
    rf"FREQ=(?:WEEKLY;COUNT=([1-9]\d?)(?:;INTERVAL=([2-{MOST_WEEKS}]))?|MONTHLY;COUNT=([1-9]\d?);BYDAY=([1-4]|-1)({'|'.join(_DAYS)}))"
)


class NoRule(ValueError):
    """A rule that we do not write, or one that its first date does not follow."""


class Repetition(NamedTuple):
    """`dates` in all, every `weeks` weeks; with `nth` on the first to fourth or last (-1) such weekday of each month."""

    dates: int
    weeks: int = 1
    nth: int = 0

    def rule(self, first: datetime) -> str:
        """The value of RRULE."""
        if self.nth:
            return f"FREQ=MONTHLY;COUNT={self.dates};BYDAY={self.nth}{_DAYS[first.weekday()]}"
        return f"FREQ=WEEKLY;COUNT={self.dates}" + (f";INTERVAL={self.weeks}" if self.weeks > 1 else "")


def parse(rule: str) -> Repetition:
    """Raises NoRule."""
    found = _RULE.fullmatch(rule)
    if not found:
        raise NoRule(f"{rule!r} is no rule of ours.")
    weekly, weeks, monthly, nth, _day = found.groups()
    count = int(weekly or monthly)
    if not FEWEST <= count <= MOST:
        raise NoRule(f"A rule gives {FEWEST} to {MOST} dates, not {count}.")
    return Repetition(count, int(weeks or 1), int(nth or 0))


def starts(rule: str, first: datetime) -> list[datetime]:
    """The naive wall times that the rule gives, in order; the first is `first` itself. Raises NoRule."""
    repetition = parse(rule)
    if repetition.nth:
        months = [_month(first, offset) for offset in range(repetition.dates)]
        found = [_nth(month, first.weekday(), repetition.nth) for month in months]
    else:
        found = [first + _WEEK * repetition.weeks * number for number in range(repetition.dates)]
    if found[0] != first or repetition.rule(first) != rule:
        raise NoRule(f"{first:%Y-%m-%d} is not the first date of {rule}.")
    return found


def nth_of(day: datetime) -> int:
    """Which weekday of its month a day is: 1 to 4; 0 for a fifth one, which not every month has."""
    number = (day.day - 1) // 7 + 1
    return number if number <= 4 else 0


def is_last(day: datetime) -> bool:
    """Whether its weekday does not come again in the month."""
    return (day + _WEEK).month != day.month


def _month(first: datetime, offset: int) -> datetime:
    """The first day of a later month, at the same hour."""
    year, month = divmod(first.year * 12 + first.month - 1 + offset, 12)
    return first.replace(year=year, month=month + 1, day=1)


def _nth(month: datetime, weekday: int, nth: int) -> datetime:
    earliest = month + timedelta(days=(weekday - month.weekday()) % 7)
    if nth > 0:
        return earliest + _WEEK * (nth - 1)
    latest = earliest + _WEEK * 4
    return latest if latest.month == month.month else latest - _WEEK
