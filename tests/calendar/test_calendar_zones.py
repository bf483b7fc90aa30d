"""Zones: the rules against the zone data of the machine, and wall times around the changes of the clocks."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from kit import zones

FIRST = datetime(zones.FIRST_YEAR, 1, 1)
LAST = datetime(zones.LAST_YEAR, 12, 31)


def parts(text: str) -> list[dict[str, str]]:
    """The STANDARD and DAYLIGHT parts of a VTIMEZONE text."""
    found: list[dict[str, str]] = []
    for line in text.split("\r\n"):
        name, _, value = line.partition(":")
        if name == "BEGIN" and value != "VTIMEZONE":
            found.append({"kind": value})
        elif found and name:
            found[-1].setdefault(name, value)
    return found


def offset(text: str) -> timedelta:
    return (1 if text[0] == "+" else -1) * timedelta(hours=int(text[1:3]), minutes=int(text[3:5]))


def onsets(text: str) -> list[tuple[datetime, timedelta, timedelta]]:
    """The changes that the rules tell, in UTC: moment, offset before, offset after."""
    found = []
    for part in parts(text):
        before, after = offset(part["TZOFFSETFROM"]), offset(part["TZOFFSETTO"])
        start = datetime.strptime(part["DTSTART"], "%Y%m%dT%H%M%S")
        walls = [start]
        if "RRULE" in part:
            walls = list(rrulestr(part["RRULE"], dtstart=start).between(FIRST - timedelta(days=366), LAST))
            assert (rrulestr(part["RRULE"], dtstart=start)[0]) == start  # the first onset obeys the rule itself
        found += [((wall - before).replace(tzinfo=UTC), before, after) for wall in walls]
    return sorted(found)


def test_all_of_europe_and_utc() -> None:
    names = zones.zones()
    assert len(names) >= 60
    assert names[-1] == "UTC"
    assert {"Europe/Berlin", "Europe/Vienna", "Europe/Zurich", "Europe/Brussels", "Europe/London"} <= set(names)
    assert {name.partition("/")[0] for name in names} == {"Europe", "UTC"}


@pytest.mark.parametrize("name", zones.zones())
def test_rules_agree_with_the_zone_data(name: str) -> None:
    text = zones.vtimezone(name)
    assert text.startswith(f"BEGIN:VTIMEZONE\r\nTZID:{name}\r\n")
    assert text.endswith("END:VTIMEZONE\r\n")
    changes, info = onsets(text), ZoneInfo(name)
    second = timedelta(seconds=1)
    if len(changes) > 1:
        assert len([moment for moment, _, _ in changes if moment >= FIRST.replace(tzinfo=UTC)]) == 2 * 21
        for moment, before, after in changes:
            assert (moment - second).astimezone(info).utcoffset() == before
            assert moment.astimezone(info).utcoffset() == after
    changes.append((LAST.replace(tzinfo=UTC), timedelta(), timedelta()))
    for (since, _, after), (until, _, _) in pairwise(changes):
        moment = max(since, FIRST.replace(tzinfo=UTC))
        while moment < until:
            assert moment.astimezone(info).utcoffset() == after
            moment += timedelta(hours=12)


def test_berlin_to_the_letter() -> None:
    assert zones.vtimezone("Europe/Berlin").split("\r\n") == [
        "BEGIN:VTIMEZONE",
        "TZID:Europe/Berlin",
        "BEGIN:DAYLIGHT",
        "DTSTART:19700329T020000",
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0200",
        "TZNAME:CEST",
        "END:DAYLIGHT",
        "BEGIN:STANDARD",
        "DTSTART:19701025T030000",
        "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
        "TZOFFSETFROM:+0200",
        "TZOFFSETTO:+0100",
        "TZNAME:CET",
        "END:STANDARD",
        "END:VTIMEZONE",
        "",
    ]


def test_a_zone_without_changes_has_one_standard() -> None:
    assert parts(zones.vtimezone("Europe/Istanbul")) == [
        {
            "kind": "STANDARD",
            "DTSTART": "19700101T000000",
            "TZOFFSETFROM": "+0300",
            "TZOFFSETTO": "+0300",
            "TZNAME": "+03",
            "END": "STANDARD",
        }
    ]


@pytest.mark.parametrize(
    "name", ["America/New_York", "Africa/Casablanca", "Mars/Halle", "../Berlin", "/etc/hosts", "", "\x00"]
)
def test_zones_that_cannot_be_told(name: str) -> None:
    with pytest.raises(zones.UnknownZone):
        zones.vtimezone(name)


@pytest.mark.parametrize(
    ("wall", "utc"),
    [
        (datetime(2027, 1, 20, 9), datetime(2027, 1, 20, 8)),
        (datetime(2027, 5, 12, 9), datetime(2027, 5, 12, 7)),
        (datetime(2027, 3, 28, 1, 59), datetime(2027, 3, 28, 0, 59)),
        (datetime(2027, 3, 28, 3, 0), datetime(2027, 3, 28, 1, 0)),
        (datetime(2027, 10, 31, 1, 59), datetime(2027, 10, 30, 23, 59)),
        (datetime(2027, 10, 31, 2, 30), datetime(2027, 10, 31, 0, 30)),  # the first of the two
        (datetime(2027, 10, 31, 2, 30, fold=1), datetime(2027, 10, 31, 0, 30)),
        (datetime(2027, 10, 31, 3, 0), datetime(2027, 10, 31, 2, 0)),
    ],
)
def test_berlin_wall_times(wall: datetime, utc: datetime) -> None:
    assert zones.to_utc(wall, "Europe/Berlin") == utc.replace(tzinfo=UTC)
    assert zones.local(utc.replace(tzinfo=UTC), "Europe/Berlin") == wall.replace(fold=0)
    assert not zones.is_gap(wall, "Europe/Berlin")


@pytest.mark.parametrize("minute", [0, 1, 30, 59])
def test_the_gap(minute: int) -> None:
    wall = datetime(2027, 3, 28, 2, minute)
    assert zones.is_gap(wall, "Europe/Berlin")
    with pytest.raises(zones.NoSuchTime):
        zones.to_utc(wall, "Europe/Berlin")
    assert zones.first_existing(wall, "Europe/Berlin") == datetime(2027, 3, 28, 3, 0)
    assert not zones.is_gap(wall, "Europe/London")  # there it is an hour earlier by the clock
    assert zones.is_gap(datetime(2027, 3, 28, 1, minute), "Europe/London")


def test_outside_the_gap_a_time_stays() -> None:
    wall = datetime(2027, 3, 28, 3, 0, 17)
    assert zones.first_existing(wall, "Europe/Berlin") == wall


def test_the_repeated_hour_read_back_is_one_wall_time() -> None:
    both = [zones.local(datetime(2027, 10, 31, hour, 30, tzinfo=UTC), "Europe/Berlin") for hour in (0, 1)]
    assert both == [datetime(2027, 10, 31, 2, 30)] * 2
    assert [moment.fold for moment in both] == [0, 0]


def test_the_edges_of_the_calendar_do_not_exist() -> None:
    with pytest.raises(zones.NoSuchTime):
        zones.to_utc(datetime.min, "Europe/Berlin")


def test_kinds_of_time_are_not_mixed() -> None:
    with pytest.raises(ValueError, match="carries no offset"):
        zones.to_utc(datetime(2027, 5, 12, 9, tzinfo=UTC), "Europe/Berlin")
    with pytest.raises(ValueError, match="carries its offset"):
        zones.local(datetime(2027, 5, 12, 9), "Europe/Berlin")


@settings(deadline=None)
@given(st.datetimes(FIRST, LAST), st.sampled_from(zones.zones()))
def test_there_and_back(wall: datetime, zone: str) -> None:
    if zones.is_gap(wall, zone):
        assert zones.first_existing(wall, zone) > wall
    else:
        assert zones.local(zones.to_utc(wall, zone), zone) == wall
