"""What foreign readers make of a series, each on what it can tell. Instants are written with their offset by hand."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from kit import repeats
from kit.ical import Entry, Moved, Series, calendar
from tests.calendar import series_readers
from tests.calendar.readers import iso
from tests.calendar.test_series_files import ENTRY

Read = Callable[[list[bytes]], list[dict[str, Any]]]
WEEKS = "FREQ=WEEKLY;COUNT=40"
HOURS = timedelta(hours=2)
# Both changes of 2027 in Berlin lie in between: summer time from 28 March to 31 October, 01:00 UTC.
SUMMER = (datetime(2027, 3, 28, 1, tzinfo=UTC), datetime(2027, 10, 31, 1, tzinfo=UTC))


def instants(entry: Entry) -> list[tuple[str, str]]:
    """What must be read: the dates of the rule, moved and dropped ones apart, in UTC by two offsets."""
    assert entry.series
    gone = {*entry.series.dropped, *(moved.regular for moved in entry.series.moved)}
    length = entry.end - entry.start
    times = [(start, start + length) for start in repeats.starts(entry.series.rule, entry.start) if start not in gone]
    times += [(moved.start, moved.end) for moved in entry.series.moved]
    return sorted((iso(berlin(start)), iso(berlin(end))) for start, end in times)


def berlin(wall: datetime) -> datetime:
    winter = (wall - timedelta(hours=1)).replace(tzinfo=UTC)
    return winter - timedelta(hours=1) if SUMMER[0] <= winter < SUMMER[1] else winter


def weekly(**more: Any) -> Entry:
    first = datetime(2027, 3, 11, 17)
    return replace(ENTRY, start=first, end=first + HOURS, **more)


FILES = {
    "weekly": weekly(series=Series(WEEKS)),
    "one moved, one dropped": weekly(
        series=Series(
            WEEKS,
            dropped=(datetime(2027, 4, 8, 17),),
            # Out of winter time into summer time, and back.
            moved=(
                Moved(datetime(2027, 3, 25, 17), datetime(2027, 3, 29, 9), datetime(2027, 3, 29, 12)),
                Moved(datetime(2027, 11, 4, 17), datetime(2027, 10, 30, 18), datetime(2027, 10, 30, 20)),
            ),
        )
    ),
    "third thursdays": ENTRY,
    "last thursdays": replace(
        ENTRY,
        start=datetime(2027, 2, 25, 18),
        end=datetime(2027, 2, 25, 20),
        series=Series("FREQ=MONTHLY;COUNT=12;BYDAY=-1TH", dropped=(datetime(2027, 2, 25, 18),)),
    ),
    "every third week": weekly(series=Series("FREQ=WEEKLY;COUNT=15;INTERVAL=3")),
}


def test_all_readers_see_the_same_dates(node_read: Read) -> None:
    made = {name: calendar([entry], "REQUEST") for name, entry in FILES.items()}
    answers = dict(zip(made, node_read(list(made.values())), strict=True))
    differ = [
        (name, reader, [pair for pair in found if pair not in instants(FILES[name])][:3])
        for name, data in made.items()
        for reader, found in series_readers.dates_of_all(data, answers[name]).items()
        if found != instants(FILES[name])
    ]
    assert differ == []


def test_ts_ics_knows_the_rule_and_its_single_dates(node_read: Read) -> None:
    names = ("one moved, one dropped", "third thursdays", "every third week")
    answers = node_read([calendar([FILES[name]], "REQUEST") for name in names])
    moved = ["2027-03-18T06:45:00.000Z", "2027-03-19T07:00:00.000Z"]
    assert [answer["tsIcsSeries"] for answer in answers] == [
        {
            "rule": ["WEEKLY", 40, 1, []],
            "dropped": ["2027-04-08T15:00:00.000Z"],
            "moved": [
                ["2027-03-25T16:00:00.000Z", "2027-03-29T07:00:00.000Z"],
                ["2027-11-04T16:00:00.000Z", "2027-10-30T16:00:00.000Z"],
            ],
        },
        {"rule": ["MONTHLY", 6, 1, [[3, "TH"]]], "dropped": ["2027-04-15T05:45:00.000Z"], "moved": [moved]},
        {"rule": ["WEEKLY", 15, 3, []], "dropped": [], "moved": []},
    ]


def test_the_control_a_rule_without_its_zone_is_read_an_hour_off(node_read: Read) -> None:
    """The readers can see the fault that TZID and wall time avoid."""
    data = calendar([FILES["weekly"]], "REQUEST")
    utc = data.replace(b"DTSTART;TZID=Europe/Berlin:20270311T170000", b"DTSTART:20270311T160000Z").replace(
        b"DTEND;TZID=Europe/Berlin:20270311T190000", b"DTEND:20270311T180000Z"
    )
    assert utc != data
    (answer,) = node_read([utc])
    for reader, found in series_readers.dates_of_all(utc, answer).items():
        assert found != instants(FILES["weekly"]), reader
