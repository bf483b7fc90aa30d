"""A dialogue with several dates: planned by a rule, single ones moved and dropped. Dates are written by hand."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session

from events import date_operations, date_queries, dates, operations
from events.date_operations import NotThisDate
from events.models import Dialogue, DialogueDate
from events.operations import NotInThisState, OfferTimes
from events.rules import OfferValue
from kit.db import Database, within
from kit.errors import NotFound
from kit.ical import Moved, Series
from kit.zones import NoSuchTime
from tests.events.conftest import NOW, VALUE

Make = Callable[..., Dialogue]
OWN = within("initiative000000")
RULE = "FREQ=MONTHLY;COUNT=4;BYDAY=3TH"
SERIES = replace(VALUE, start="2027-02-18T07:45", end="2027-02-18T09:15", repetition=RULE)
MARCH, APRIL = "2027-03-18T07:45", "2027-04-15T07:45"


def told(session: Session, dialogue: Dialogue) -> tuple[list[str], str, str, datetime, datetime, int]:
    """Dates as they take place, and what the dialogue itself says."""
    row = session.get_one(Dialogue, dialogue.id)
    planned = [date.start for date in dates.taking_place(date_queries.dates_of(session, row))]
    return planned, row.start, row.end, row.starts_at, row.ends_at, row.calendar_sequence


def act(
    database: Database, work: Callable[..., object], dialogue: Dialogue, name: str, now: datetime = NOW, **more: str
) -> object:
    with database.write(OWN) as session:
        return work(session, dialogue=dialogue, recurrence_id=name, actor="person:test", now=now, **more)


def move(database: Database, dialogue: Dialogue, name: str, start: str, end: str, now: datetime = NOW) -> object:
    return act(database, date_operations.move_date, dialogue, name, now, start=start, end=end)


def drop(database: Database, dialogue: Dialogue, name: str, now: datetime = NOW) -> object:
    return act(database, date_operations.drop_date, dialogue, name, now)


def change(database: Database, dialogue: Dialogue, now: datetime = NOW, **changes: str) -> operations.Change:
    with database.write(OWN) as session:
        return operations.change_dialogue(
            session, dialogue=dialogue, value=replace(SERIES, **changes), actor="person:test", now=now
        )


def seen(database: Database, dialogue: Dialogue) -> tuple[list[str], str, str, datetime, datetime, int]:
    with database.read(OWN) as session:
        return told(session, dialogue)


def test_dates_follow_the_rule_by_the_clock_on_the_wall(database: Database, make: Make) -> None:
    planned, start, end, starts_at, ends_at, sequence = seen(database, make(SERIES))
    assert planned == ["2027-02-18T07:45", MARCH, APRIL, "2027-05-20T07:45"]
    assert (start, end) == ("2027-02-18T07:45", "2027-02-18T09:15")
    assert starts_at == datetime(2027, 2, 18, 6, 45, tzinfo=UTC)
    # Summer time has begun by then.
    assert ends_at == datetime(2027, 5, 20, 7, 15, tzinfo=UTC)
    assert sequence == 0


def test_a_moved_and_a_dropped_date(database: Database, make: Make) -> None:
    dialogue = make(SERIES)
    assert move(database, dialogue, MARCH, "2027-03-19T08:00", "2027-03-19T09:30")
    assert not move(database, dialogue, MARCH, "2027-03-19T08:00", "2027-03-19T09:30")
    assert drop(database, dialogue, APRIL)
    assert not drop(database, dialogue, APRIL)
    planned, *_rest, sequence = seen(database, dialogue)
    assert planned == ["2027-02-18T07:45", "2027-03-19T08:00", "2027-05-20T07:45"]
    assert sequence == 2
    with database.read(OWN) as session:
        row = session.get_one(Dialogue, dialogue.id)
        rows = date_queries.dates_of(session, row)
        assert dates.entry_times(row, rows) == (
            datetime(2027, 2, 18, 7, 45),
            datetime(2027, 2, 18, 9, 15),
            Series(
                RULE,
                (datetime(2027, 4, 15, 7, 45),),
                (Moved(datetime(2027, 3, 18, 7, 45), datetime(2027, 3, 19, 8), datetime(2027, 3, 19, 9, 30)),),
            ),
        )
        assert dates.news(rows, 0) == [
            "Der Termin vom Donnerstag, 18. März 2027, 07:45 Uhr ist verlegt. Neu: Freitag, 19. März 2027, 08:00 bis 09:30 Uhr.",
            "Der Termin am Donnerstag, 15. April 2027, 07:45 Uhr fällt aus.",
        ]
        assert dates.news(rows, 1) == ["Der Termin am Donnerstag, 15. April 2027, 07:45 Uhr fällt aus."]
    assert move(database, dialogue, APRIL, APRIL, "2027-04-15T09:15")
    assert seen(database, dialogue)[0][2] == APRIL


def test_the_dialogue_begins_and_ends_with_the_dates_that_take_place(database: Database, make: Make) -> None:
    dialogue = make(SERIES)
    drop(database, dialogue, "2027-02-18T07:45")
    drop(database, dialogue, "2027-05-20T07:45")
    _planned, start, end, starts_at, ends_at, _sequence = seen(database, dialogue)
    assert (start, end) == (MARCH, "2027-03-18T09:15")
    assert (starts_at, ends_at) == (datetime(2027, 3, 18, 6, 45, tzinfo=UTC), datetime(2027, 4, 15, 7, 15, tzinfo=UTC))


def test_what_a_single_date_cannot_become(database: Database, make: Make) -> None:
    dialogue = make(SERIES)
    for start, end, words in (
        ("2027-01-08T07:45", "2027-01-08T09:15", "Vergangenheit"),
        ("2027-03-19T08:00", "2027-03-19T08:00", "nicht nach dem Beginn"),
        ("2027-03-19T08:00", "2027-03-20T08:01", "höchstens einen Tag"),
        ("2027-04-15T09:00", "2027-04-15T10:00", "zwischen"),
        ("2027-02-18T09:00", "2027-02-18T10:00", "zwischen"),
        ("2027-02-18T20:00", "2027-02-18T21:00", "einen eigenen Tag"),
        ("2027-04-15T05:00", "2027-04-15T06:00", "einen eigenen Tag"),
    ):
        with pytest.raises(NotThisDate, match=words):
            move(database, dialogue, MARCH, start, end)
    with pytest.raises(NoSuchTime):
        move(database, dialogue, MARCH, "2027-03-28T02:30", "2027-03-28T03:30")
    with pytest.raises(NotFound):
        drop(database, dialogue, "2027-03-19T07:45")
    with pytest.raises(NotThisDate, match="schon begonnen"):
        drop(database, dialogue, "2027-02-18T07:45", now=datetime(2027, 2, 18, 7, tzinfo=UTC))
    for name in (MARCH, APRIL, "2027-05-20T07:45"):
        drop(database, dialogue, name)
    with pytest.raises(NotThisDate, match="Sagen Sie den ganzen Dialog ab"):
        drop(database, dialogue, "2027-02-18T07:45")
    with database.write(OWN) as session:
        operations.cancel(session, dialogue=dialogue, reason="", actor="person:test", now=NOW)
    with pytest.raises(NotInThisState):
        move(database, dialogue, MARCH, MARCH, "2027-03-18T09:15")


def test_single_changes_stay_where_their_day_does(database: Database, make: Make) -> None:
    dialogue = make(SERIES)
    drop(database, dialogue, "2027-02-18T07:45")
    move(database, dialogue, APRIL, "2027-04-16T10:00", "2027-04-16T11:00")
    assert not change(database, dialogue)
    assert not {"start", "repetition"} & change(database, dialogue, title="Anders").fields
    assert seen(database, dialogue)[0] == [MARCH, "2027-04-16T10:00", "2027-05-20T07:45"]
    done = change(database, dialogue, end="2027-02-18T09:30")
    assert (done.calendar, done.lost) == (True, ())
    assert seen(database, dialogue)[:3] == ([MARCH, "2027-04-16T10:00", "2027-05-20T07:45"], MARCH, "2027-03-18T09:30")
    later = {"start": "2027-02-18T08:00", "end": "2027-02-18T09:30"}
    assert change(database, dialogue, **later).lost == ()
    assert seen(database, dialogue)[0] == ["2027-03-18T08:00", "2027-04-16T10:00", "2027-05-20T08:00"]
    longer = later | {"repetition": "FREQ=MONTHLY;COUNT=5;BYDAY=3TH"}
    assert change(database, dialogue, **longer).lost == ()
    assert seen(database, dialogue)[0][:2] == ["2027-03-18T08:00", "2027-04-16T10:00"]
    other = change(database, dialogue, repetition="FREQ=WEEKLY;COUNT=3")
    assert [dates.line(date) for date in other.lost] == [
        "Freitag, 16. April 2027, 10:00 bis 11:00 Uhr (verlegt vom Donnerstag, 15. April 2027, 08:00 Uhr)"
    ]
    assert seen(database, dialogue)[0] == ["2027-02-25T07:45", "2027-03-04T07:45"]
    assert len(change(database, dialogue, repetition="").lost) == 1
    assert seen(database, dialogue)[:3] == ([], SERIES.start, SERIES.end)


def test_single_changes_that_the_new_rule_has_no_room_for(database: Database, make: Make) -> None:
    dialogue = make(SERIES)
    move(database, dialogue, "2027-05-20T07:45", "2027-06-18T07:45", "2027-06-18T09:15")
    assert len(change(database, dialogue, repetition="FREQ=MONTHLY;COUNT=5;BYDAY=3TH").lost) == 1
    assert seen(database, dialogue)[0][3:] == ["2027-05-20T07:45", "2027-06-17T07:45"]
    for name in ("2027-02-18T07:45", MARCH):
        drop(database, dialogue, name)
    # None of the two would take place.
    assert len(change(database, dialogue, repetition="FREQ=MONTHLY;COUNT=2;BYDAY=3TH").lost) == 2
    assert seen(database, dialogue)[0] == ["2027-02-18T07:45", MARCH]


def test_a_series_that_runs_keeps_its_rule(database: Database, make: Make) -> None:
    dialogue = make(SERIES)
    later = datetime(2027, 3, 1, 12, tzinfo=UTC)
    with pytest.raises(NotInThisState, match="Verlegen Sie einzelne Termine"):
        change(database, dialogue, now=later, start="2027-02-18T08:00")
    assert change(database, dialogue, now=later, place="Andere Halle")


def test_rules_and_offers_that_do_not_fit(database: Database, make: Make) -> None:
    nights = replace(SERIES, start="2027-03-21T02:30", end="2027-03-21T04:00", repetition="FREQ=WEEKLY;COUNT=3")
    with pytest.raises(NoSuchTime):
        make(nights)
    timed = [OfferValue(key="a", capacity=5, title="Rundgang", start="2027-02-18T08:00", end="2027-02-18T09:00")]
    with pytest.raises(OfferTimes, match="alle Termine"):
        make(SERIES, offers=timed)


def test_a_date_through_a_change_of_the_clocks_is_named(database: Database, make: Make) -> None:
    nights = replace(SERIES, start="2027-03-20T22:00", end="2027-03-21T08:00", repetition="FREQ=WEEKLY;COUNT=3")
    dialogue = make(nights)
    with database.read(OWN) as session:
        row = session.get_one(Dialogue, dialogue.id)
        times = dates.entry_times(row, date_queries.dates_of(session, row))
    night = datetime(2027, 3, 27, 22)
    assert times.series
    assert times.series.moved == (Moved(night, night, night + timedelta(hours=10)),)


def test_calendars_read_only_the_dates_that_the_rule_does_not_tell(database: Database, make: Make) -> None:
    nights = replace(SERIES, start="2027-03-20T22:00", end="2027-03-21T08:00", repetition="FREQ=WEEKLY;COUNT=3")
    early = replace(SERIES, start="2027-03-21T01:30", end="2027-03-21T04:00", repetition="FREQ=WEEKLY;COUNT=3")
    changed, longer, plain = make(SERIES), make(SERIES), make(SERIES)
    move(database, changed, MARCH, "2027-03-19T08:00", "2027-03-19T09:30")
    drop(database, changed, APRIL)
    move(database, longer, APRIL, APRIL, "2027-04-15T10:15")
    made = (changed, longer, plain, make(nights), make(early))
    with database.read(OWN) as session:
        rows = [session.get_one(Dialogue, dialogue.id) for dialogue in made]
        odd = date_queries.odd_dates_of_many(session, rows)
        for row in rows:
            assert dates.entry_times(row, odd[row.id]) == dates.entry_times(row, date_queries.dates_of(session, row))
    assert [[date.recurrence_id for date in odd[row.id]] for row in rows[:3]] == [[MARCH, APRIL], [APRIL], []]


def test_the_door_is_about_one_date_at_a_time() -> None:
    """The one that runs, of this day, that just ended, the next, the last: by clocks in Berlin in winter, an hour ahead."""
    days = ("2027-01-11", "2027-01-12", "2027-01-18", "2027-01-25")
    planned = [
        DialogueDate(
            initiative_id="i", dialogue_id="d", recurrence_id=day, start="", end="", state="planned",
            starts_at=datetime.fromisoformat(f"{day}T19:00+00:00"), ends_at=datetime.fromisoformat(f"{day}T23:30+00:00"),
        )
        for day in days
    ]  # fmt: skip
    planned[2].state = "dropped"
    for at, wanted in (
        ("2027-01-03T12:00", days[0]),
        ("2027-01-11T06:00", days[0]),
        # Half past midnight: the first one just ended, the second begins on this day.
        ("2027-01-11T23:00", days[0]),
        ("2027-01-11T23:40", days[1]),
        ("2027-01-13T03:00", days[1]),
        ("2027-01-13T07:00", days[3]),
        ("2027-01-18T20:00", days[3]),
        ("2027-02-20T20:00", days[3]),
    ):
        found = dates.date_at(planned, datetime.fromisoformat(f"{at}+00:00"), "Europe/Berlin")
        assert (at, found and found.recurrence_id) == (at, wanted)
    assert dates.date_at([], NOW, "Europe/Berlin") is None


def test_rules_in_words() -> None:
    for rule, words in (
        ("FREQ=MONTHLY;COUNT=4;BYDAY=3TH", "Jeden dritten Donnerstag im Monat"),
        ("FREQ=MONTHLY;COUNT=4;BYDAY=-1TH", "Jeden letzten Donnerstag im Monat"),
        ("FREQ=WEEKLY;COUNT=4", "Jede Woche am Donnerstag"),
        ("FREQ=WEEKLY;COUNT=4;INTERVAL=2", "Alle 2 Wochen am Donnerstag"),
    ):
        assert dates.rule_sentence(rule, datetime(2027, 2, 18, 7, 45)) == words
