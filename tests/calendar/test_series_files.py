"""Entries that repeat: the rule, and what the writer and our lint make of it. Dates written by hand, or those of dateutil."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from kit import repeats
from kit.ical import Attendee, Entry, FaultyCalendar, Moved, Organizer, Series, calendar
from kit.ical_lint import lint
from kit.repeats import NoRule, Repetition

THIRD_THURSDAYS = "FREQ=MONTHLY;COUNT=6;BYDAY=3TH"
HOUR = timedelta(hours=1)
ENTRY = Entry(
    uid="reihe@dialogwerk.example",
    sequence=2,
    dtstamp=datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC),
    start=datetime(2027, 2, 18, 7, 45),
    end=datetime(2027, 2, 18, 9, 15),
    zone="Europe/Berlin",
    summary="Frühstück",
    organizer=Organizer("Kammerforum (fiktiv)", "antwort+abc@dialogwerk.example"),
    attendee=Attendee("Erika Muster", "erika.muster@post.example", "NEEDS-ACTION", True),
    series=Series(
        THIRD_THURSDAYS,
        dropped=(datetime(2027, 4, 15, 7, 45),),
        moved=(Moved(datetime(2027, 3, 18, 7, 45), datetime(2027, 3, 19, 8), datetime(2027, 3, 19, 9, 30)),),
    ),
)


def days(rule: str, first: datetime) -> list[str]:
    return [f"{start:%d.%m.%y %H:%M}" for start in repeats.starts(rule, first)]


def test_the_third_thursday_of_six_months() -> None:
    assert days(THIRD_THURSDAYS, ENTRY.start) == [
        "18.02.27 07:45", "18.03.27 07:45", "15.04.27 07:45", "20.05.27 07:45", "17.06.27 07:45", "15.07.27 07:45",
    ]  # fmt: skip


def test_the_last_weekday_of_a_month_is_its_fourth_or_fifth() -> None:
    assert days("FREQ=MONTHLY;COUNT=4;BYDAY=-1TH", datetime(2027, 11, 25, 18)) == [
        "25.11.27 18:00", "30.12.27 18:00", "27.01.28 18:00", "24.02.28 18:00",
    ]  # fmt: skip


def test_every_other_week_by_the_clock_on_the_wall() -> None:
    assert days("FREQ=WEEKLY;COUNT=3;INTERVAL=2", datetime(2027, 3, 20, 9)) == [
        "20.03.27 09:00", "03.04.27 09:00", "17.04.27 09:00",
    ]  # fmt: skip


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2040, 12, 31)),
    st.integers(2, 52),
    st.integers(1, 8),
    st.sampled_from(["weeks", "nth", "last"]),
)
def test_dateutil_gives_the_same_dates(moment: datetime, count: int, weeks: int, kind: str) -> None:
    first = moment.replace(second=0, microsecond=0)
    nth = {"weeks": 0, "nth": repeats.nth_of(first), "last": -1 if repeats.is_last(first) else 0}[kind]
    rule = Repetition(count, 1 if nth else weeks, nth).rule(first)
    assert repeats.starts(rule, first) == list(rrulestr(rule, dtstart=first))
    assert repeats.parse(rule).rule(first) == rule


@pytest.mark.parametrize(
    "rule",
    [
        "", "FREQ=DAILY;COUNT=3", "FREQ=WEEKLY", "FREQ=WEEKLY;COUNT=1", "FREQ=WEEKLY;COUNT=53", "FREQ=WEEKLY;COUNT=6;INTERVAL=9",
        "FREQ=MONTHLY;COUNT=6;BYDAY=5TH", "FREQ=MONTHLY;COUNT=6;BYDAY=2TH", "FREQ=MONTHLY;COUNT=6;BYDAY=3FR",
    ],
)  # fmt: skip
def test_rules_that_are_none(rule: str) -> None:
    with pytest.raises(NoRule):
        repeats.starts(rule, ENTRY.start)


def test_rule_dropped_and_moved_dates_stand_in_one_object() -> None:
    text = calendar([ENTRY], "REQUEST").decode().replace("\r\n ", "")
    whole, moved = (part.split("END:VEVENT")[0] for part in text.split("BEGIN:VEVENT\r\n")[1:])
    assert f"RRULE:{THIRD_THURSDAYS}\r\n" in whole
    assert "EXDATE;TZID=Europe/Berlin:20270415T074500\r\n" in whole
    assert "DTSTART;TZID=Europe/Berlin:20270218T074500\r\n" in whole
    assert "RECURRENCE-ID" not in whole
    assert "RECURRENCE-ID;TZID=Europe/Berlin:20270318T074500\r\n" in moved
    assert "DTSTART;TZID=Europe/Berlin:20270319T080000\r\n" in moved
    assert "DTEND;TZID=Europe/Berlin:20270319T093000\r\n" in moved
    assert "RRULE" not in moved
    assert "EXDATE" not in moved
    for line in ("UID:reihe@dialogwerk.example", "SEQUENCE:2", "ATTENDEE;", "ORGANIZER;", "SUMMARY:Frühstück"):
        assert line in whole
        assert line in moved


def test_a_whole_series_is_withdrawn_by_its_uid_alone() -> None:
    gone = replace(ENTRY, status="CANCELLED", series=Series(THIRD_THURSDAYS))
    assert calendar([gone], "CANCEL").count(b"BEGIN:VEVENT") == 1


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (b"COUNT=6", b"COUNT=60", "A rule gives 2 to 52 dates, not 60."),
        (b"RRULE:FREQ=MONTHLY", b"RRULE;X=1:FREQ=MONTHLY", "not exactly one plain RRULE."),
        (b"BYDAY=3TH", b"BYDAY=2TH", "2027-02-18 is not the first date of"),
        (b"RRULE:FREQ=MONTHLY;COUNT=6;BYDAY=3TH\r\n", b"", "single dates without a rule."),
        (b"20270415T", b"20270416T", "EXDATE or RECURRENCE-ID is no date of the rule."),
        (b"EXDATE;TZID=Europe/Berlin:20270415T074500", b"EXDATE:20270415T054500Z", "EXDATE is no wall time."),
        (b"EXDATE;TZID=Europe/Berlin", b"EXDATE;TZID=Europe/Rome", "EXDATE or RECURRENCE-ID is no date of the rule."),
        (b"ID;TZID=Europe/Berlin:20270318T", b"ID;TZID=Europe/Berlin:20270317T", "is no date of the rule."),
        (b"20270415T", b"20270318T", "one date is moved or dropped twice."),
        (b"RECURRENCE-ID;TZID=Europe/Berlin:20270318T074500\r\n", b"", "A UID stands there twice."),
        (b"20270319T080000", b"20270319T100000", "the end is not after the start."),
    ],
)
def test_lint_sees_in_a_series(old: bytes, new: bytes, fault: str) -> None:
    data = calendar([ENTRY], "REQUEST")
    assert lint(data) == []
    assert old in data
    assert [found for found in lint(data.replace(old, new)) if fault in found] != []


def test_lint_compares_a_moved_date_with_its_series() -> None:
    data = calendar([ENTRY], "REQUEST")
    head, moved = data.split(b"END:VEVENT", 1)
    for old, new in (
        (b"SEQUENCE:2", b"SEQUENCE:1"),
        (b"erika.muster@", b"erika.anders@"),
        (b"STATUS:CONFIRMED", b"STATUS:CANCELLED"),
        (b"SEQUENCE:2", b"SEQUENCE:2\r\nEXDATE;TZID=Europe/Berlin:20270415T074500"),
    ):
        assert old in moved
        assert "a moved date differs from its series" in str(lint(head + b"END:VEVENT" + moved.replace(old, new)))


def test_what_cannot_repeat() -> None:
    first = datetime(2027, 3, 21, 2, 30)
    sundays = replace(ENTRY, start=first, end=first + HOUR, series=Series("FREQ=WEEKLY;COUNT=3"))
    with pytest.raises(FaultyCalendar, match="a time that does not exist"):
        calendar([sundays], "REQUEST")
    late = Moved(datetime(2027, 3, 28, 2, 30), datetime(2027, 3, 28, 4), datetime(2027, 3, 28, 5))
    assert calendar([replace(sundays, series=Series("FREQ=WEEKLY;COUNT=3", moved=(late,)))], "REQUEST")
    with pytest.raises(FaultyCalendar, match="no date is left"):
        calendar(
            [replace(ENTRY, series=Series(THIRD_THURSDAYS, tuple(repeats.starts(THIRD_THURSDAYS, ENTRY.start))))], None
        )
    with pytest.raises(FaultyCalendar, match="only wall times repeat"):
        calendar([replace(ENTRY, all_day=True, series=Series(THIRD_THURSDAYS))], "REQUEST")
