"""Time zones: wall time and zone are the truth of a dialogue, the UTC instant is derived from them.

The VTIMEZONE texts are rules ("last Sunday in March"), because readers place an event an hour wrong when they
get icalendar's own lists of dates instead (docs/calendars.md).
"""

from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

FIRST_YEAR, LAST_YEAR = 2026, 2046
"""The years for which a rule must agree with the zone data; the tests walk every hour of them."""

_MINUTE = timedelta(minutes=1)
_SUNDAY = 6


class NoSuchTime(ValueError):
    """A wall time that the clocks of its zone jump over."""


class UnknownZone(ValueError):
    """A zone that is not in the zone data, or whose clock changes follow no rule that calendars can be told."""


def to_utc(local: datetime, zone: str) -> datetime:
    """The instant of a naive wall time; in the repeated hour of autumn the first one.

    Raises NoSuchTime for a time in the gap of spring and UnknownZone.
    """
    if local.tzinfo is not None:
        raise ValueError("A wall time carries no offset.")
    info = _info(zone)
    try:
        moment = local.replace(tzinfo=info, fold=0).astimezone(UTC)
        exists = moment.astimezone(info).replace(tzinfo=None, fold=0) == local.replace(fold=0)
    except OverflowError:  # the first and the last day that Python can count
        exists = False
    if not exists:
        raise NoSuchTime(f"{local:%Y-%m-%d %H:%M} does not exist in {zone}.")
    return moment


def is_gap(local: datetime, zone: str) -> bool:
    """Whether the clocks jump over this naive wall time. Raises UnknownZone."""
    try:
        to_utc(local, zone)
    except NoSuchTime:
        return True
    return False


def first_existing(local: datetime, zone: str) -> datetime:
    """The wall time itself, or the first existing minute after the gap it falls into. Raises UnknownZone."""
    if not is_gap(local, zone):
        return local
    found = local.replace(second=0, microsecond=0)
    while is_gap(found, zone):
        found += _MINUTE
    return found


def local(utc: datetime, zone: str) -> datetime:
    """The naive wall time of an aware instant. Raises UnknownZone."""
    if utc.tzinfo is None:
        raise ValueError("An instant carries its offset.")
    return utc.astimezone(_info(zone)).replace(tzinfo=None, fold=0)


@cache
def zones() -> tuple[str, ...]:
    """The zones a dialogue may choose: all of Europe, and UTC."""
    return (*sorted(name for name in available_timezones() if name.startswith("Europe/")), "UTC")


@cache
def vtimezone(zone: str) -> str:
    """The rule-based VTIMEZONE component of a zone, lines ended by CRLF. Raises UnknownZone.

    Right for FIRST_YEAR to LAST_YEAR. One STANDARD where the clocks never change.
    """
    years = {_changes(zone, year) for year in range(FIRST_YEAR, LAST_YEAR + 1)}
    if len(years) != 1:
        raise UnknownZone(f"The clock changes of {zone} follow no yearly rule.")
    changes = years.pop()
    lines = ["BEGIN:VTIMEZONE", f"TZID:{zone}"]
    if changes:
        for change in sorted(changes, key=lambda change: change.to_offset <= change.from_offset):
            lines += change.lines()
    else:
        offset = _offset_text(_offset(datetime(FIRST_YEAR, 1, 1, tzinfo=UTC), zone))
        lines += [
            "BEGIN:STANDARD",
            "DTSTART:19700101T000000",
            f"TZOFFSETFROM:{offset}",
            f"TZOFFSETTO:{offset}",
        ]
        lines += [f"TZNAME:{_name(datetime(FIRST_YEAR, 1, 1, tzinfo=UTC), zone)}", "END:STANDARD"]
    return "\r\n".join([*lines, "END:VTIMEZONE", ""])


class _Change(NamedTuple):
    """One yearly change on a last Sunday; `minute` of the day by the old clock, offsets in minutes."""

    month: int
    minute: int
    from_offset: int
    to_offset: int
    name: str

    def lines(self) -> list[str]:
        month, minute, before, after, name = self
        kind = "DAYLIGHT" if after > before else "STANDARD"
        onset = _last_sunday(1970, month) + timedelta(minutes=minute)
        return [
            f"BEGIN:{kind}",
            f"DTSTART:{onset:%Y%m%dT%H%M%S}",
            f"RRULE:FREQ=YEARLY;BYMONTH={month};BYDAY=-1SU",
            f"TZOFFSETFROM:{_offset_text(before)}",
            f"TZOFFSETTO:{_offset_text(after)}",
            f"TZNAME:{name}",
            f"END:{kind}",
        ]


def _changes(zone: str, year: int) -> frozenset[_Change]:
    """The clock changes of one year. Raises UnknownZone when one is not on a last Sunday."""
    found = []
    days = [datetime(year, 1, 1, tzinfo=UTC) + timedelta(days=day) for day in range(0, 367, 3)]
    for early, late in pairwise(days):
        before, after = _offset(early, zone), _offset(late, zone)
        if before == after:
            continue
        while late - early > _MINUTE:
            middle = early + (late - early) // 2
            middle -= timedelta(seconds=middle.second, microseconds=middle.microsecond)
            early, late = (middle, late) if _offset(middle, zone) == before else (early, middle)
        onset = (late + timedelta(minutes=before)).replace(tzinfo=None)
        if onset.date() != _last_sunday(onset.year, onset.month).date():
            raise UnknownZone(f"The clocks of {zone} do not change on a last Sunday.")
        found.append(_Change(onset.month, onset.hour * 60 + onset.minute, before, after, _name(late, zone)))
    if sorted(change.to_offset - change.from_offset for change in found) not in ([], [-60, 60]):
        raise UnknownZone(f"The clocks of {zone} do not change by one hour twice a year.")
    return frozenset(found)


def _last_sunday(year: int, month: int) -> datetime:
    following = datetime(year + month // 12, month % 12 + 1, 1)  # noqa: DTZ001 - a wall time
    last = following - timedelta(days=1)
    return last - timedelta(days=(last.weekday() - _SUNDAY) % 7)


def _info(zone: str) -> ZoneInfo:
    try:
        return ZoneInfo(zone)
    except (KeyError, ValueError, OSError) as error:
        raise UnknownZone(f"There is no time zone {zone!r}.") from error


def _offset(moment: datetime, zone: str) -> int:
    """Minutes east of UTC."""
    offset = moment.astimezone(_info(zone)).utcoffset()
    assert offset is not None
    return int(offset.total_seconds()) // 60


def _name(moment: datetime, zone: str) -> str:
    return moment.astimezone(_info(zone)).tzname() or zone


def _offset_text(minutes: int) -> str:
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}{abs(minutes) % 60:02d}"
