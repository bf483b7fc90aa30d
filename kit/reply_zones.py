"""Zones that only an answer's calendar describes, worked out for one moment: RFC 5545 3.6.5, as far as programs use it.

An observance begins once, on listed dates, or every year on the same weekday of a month. Any other rule is unknown, and
then so is the moment.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property

MOST_OBSERVANCES = 200
MOST_DATES = 500
_WALL = "%Y%m%dT%H%M%S"
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_OFFSET = re.compile(r"([+-])([0-9]{2})([0-9]{2})([0-9]{2})?", re.ASCII)
_WEEKDAY = re.compile(r"([+-]?[1-5])([A-Z]{2})", re.ASCII)
_KNOWN = {"FREQ", "INTERVAL", "BYMONTH", "BYDAY", "UNTIL", "WKST"}


@dataclass
class Observance:
    """STANDARD or DAYLIGHT as it was written: property → values."""

    lines: dict[str, list[str]] = field(default_factory=dict)

    def add(self, name: str, value: str) -> None:
        self.lines.setdefault(name, []).append(value.strip())


@dataclass
class Zone:
    """A VTIMEZONE as it was written, its listed dates counted."""

    observances: list[Observance] = field(default_factory=list)
    dates: int = 0

    def add(self, name: str, value: str, *, inside: bool) -> None:
        """Takes one line in; `inside` one of its observances. Beyond the limits nothing more is taken."""
        if inside and name == "BEGIN" and len(self.observances) <= MOST_OBSERVANCES:
            self.observances.append(Observance())
        elif inside and name != "END" and self.observances:
            self.dates += value.count(",") + 1 if name == "RDATE" else 0
            if self.dates <= MOST_DATES:
                self.observances[-1].add(name, value)

    @cached_property
    def changes(self) -> tuple["_Change", ...]:
        """Its observances, taken apart once for all moments; none where the description is none."""
        if len(self.observances) > MOST_OBSERVANCES or self.dates > MOST_DATES:
            return ()
        try:
            return tuple(map(_Change, self.observances))
        except (ValueError, LookupError, ArithmeticError):
            return ()


def moment_in(wall: datetime, zone: Zone) -> datetime | None:
    """The instant of a wall time, by the observance that began last; None where the description is none."""
    if not zone.changes:
        return None
    try:
        begun = [(onset, change) for change in zone.changes for onset in change.onsets(wall)]
        if begun:
            offset = max(begun, key=lambda one: one[0])[1].offset
        else:
            offset = min(zone.changes, key=lambda change: change.start).before
        return (wall - offset).replace(tzinfo=UTC)
    except (ValueError, LookupError, ArithmeticError):
        return None


class _Change:
    """One observance. Raises ValueError or LookupError for what it cannot say."""

    def __init__(self, told: Observance) -> None:
        self.start = _wall(told.lines["DTSTART"][0])
        self.before, self.offset = _offset(told.lines["TZOFFSETFROM"][0]), _offset(told.lines["TZOFFSETTO"][0])
        self.dates = [_wall(one) for value in told.lines.get("RDATE", []) for one in value.split(",")]
        rules = [_parts(rule) for rule in told.lines.get("RRULE", [])]
        self.rules = rules[:1]
        last = max((rule["UNTIL"] for rule in rules if "UNTIL" in rule), default="")
        # UNTIL is told in UTC.
        self.last = _wall(last) if last else None

    def onsets(self, wall: datetime) -> Iterator[datetime]:
        """Beginnings up to a wall time, the last ones at least."""
        found = [self.start, *self.dates]
        for rule in self.rules:
            found += [_in_year(self.start, rule, year) for year in (wall.year - 1, wall.year)]
        for onset in found:
            if self.start <= onset <= wall and (self.last is None or onset - self.before <= self.last):
                yield onset


def _parts(rule: str) -> Mapping[str, str]:
    parts = dict(part.upper().split("=", 1) for part in rule.split(";") if part)
    if parts.get("FREQ") != "YEARLY" or parts.get("INTERVAL", "1") != "1" or not parts.keys() <= _KNOWN:
        raise ValueError(rule)
    return parts


def _in_year(start: datetime, rule: Mapping[str, str], year: int) -> datetime:
    """When the rule begins in a year; without BYDAY on the date of its first time."""
    month = int(rule.get("BYMONTH", start.month))
    if "BYDAY" not in rule:
        return start.replace(year=year, month=month)
    found = _WEEKDAY.fullmatch(rule["BYDAY"])
    if found is None:
        raise ValueError(rule)
    number, weekday = int(found[1]), _DAYS.index(found[2])
    if number > 0:
        first = start.replace(year=year, month=month, day=1)
        day = first + timedelta(days=(weekday - first.weekday()) % 7, weeks=number - 1)
    else:
        after = start.replace(year=year + month // 12, month=month % 12 + 1, day=1)
        last = after - timedelta(days=1)
        day = last - timedelta(days=(last.weekday() - weekday) % 7, weeks=-number - 1)
    if day.month != month:
        raise ValueError(rule)
    return day


def _wall(value: str) -> datetime:
    return datetime.strptime(value.strip().removesuffix("Z"), _WALL)  # noqa: DTZ007 - the zone is what is looked for


def _offset(value: str) -> timedelta:
    found = _OFFSET.fullmatch(value)
    if found is None:
        raise ValueError(value)
    offset = timedelta(hours=int(found[2]), minutes=int(found[3]), seconds=int(found[4] or 0))
    return -offset if found[1] == "-" else offset
