"""What foreign readers see in our files, see `readers.py`. Which one proves what: docs/calendars.md."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events import feeds
from kit import zones
from kit.ical import Conference, Entry, Organizer, calendar, clean_line, clean_text
from registration import invitations
from tests.calendar import readers
from tests.calendar.readers import iso

Read = Callable[[list[bytes]], list[dict[str, Any]]]
STAMP = datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC)

# Zone, hours east of UTC in winter and in summer: written down, not computed.
OFFSETS = [
    ("Europe/Berlin", 1, 2),
    ("Europe/Vienna", 1, 2),
    ("Europe/Zurich", 1, 2),
    ("Europe/Brussels", 1, 2),
    ("Europe/Warsaw", 1, 2),
    ("Europe/London", 0, 1),
    ("Europe/Dublin", 0, 1),
    ("Europe/Lisbon", 0, 1),
    ("Europe/Helsinki", 2, 3),
    ("Europe/Athens", 2, 3),
    ("Europe/Chisinau", 2, 3),
    ("Europe/Istanbul", 3, 3),
    ("Europe/Moscow", 3, 3),
    ("UTC", 0, 0),
]
WINTER, SUMMER = datetime(2027, 1, 20, 9), datetime(2027, 5, 12, 9)

# Wall times in Berlin and the same in UTC, around both changes of 2027 and over midnight.
MOMENTS = [
    (datetime(2027, 3, 28, 1, 0), datetime(2027, 3, 28, 3, 30), "2027-03-28T00:00", "2027-03-28T01:30"),
    (datetime(2027, 3, 27, 22, 0), datetime(2027, 3, 28, 8, 0), "2027-03-27T21:00", "2027-03-28T06:00"),
    (datetime(2027, 3, 28, 3, 0), datetime(2027, 3, 28, 4, 0), "2027-03-28T01:00", "2027-03-28T02:00"),
    (datetime(2027, 10, 31, 1, 30), datetime(2027, 10, 31, 3, 30), "2027-10-30T23:30", "2027-10-31T02:30"),
    (datetime(2027, 10, 30, 22, 0), datetime(2027, 10, 31, 8, 0), "2027-10-30T20:00", "2027-10-31T07:00"),
    (datetime(2027, 10, 31, 3, 0), datetime(2027, 10, 31, 4, 0), "2027-10-31T02:00", "2027-10-31T03:00"),
    (datetime(2027, 12, 31, 23, 30), datetime(2028, 1, 1, 0, 30), "2027-12-31T22:30", "2027-12-31T23:30"),
    (datetime(2027, 6, 30, 23, 30), datetime(2027, 7, 1, 1, 0), "2027-06-30T21:30", "2027-06-30T23:00"),
]

NASTY = (
    '<script>alert("1")</script> & <b>Größe</b>; a, b: \\ \\n 🎪👩🏽\u200d🔧 \u202eאבג\r\n'
    "BEGIN:VEVENT\r\nUID:x\u2028ATTENDEE:y\x85Ω "
)
NASTY = (NASTY * 6)[:300]


def entry(uid: str, start: datetime, end: datetime, zone: str = "Europe/Berlin", **more: Any) -> Entry:
    return Entry(uid=uid, sequence=0, dtstamp=STAMP, start=start, end=end, zone=zone, summary=uid, **more)


def times(events: list[readers.Seen]) -> dict[str, tuple[str, str]]:
    return {event["uid"]: (event["start"], event["end"]) for event in events}


def by_vobject(data: bytes) -> dict[str, tuple[str, str]]:
    return times(readers.by_vobject(data))


def by_ics(data: bytes) -> dict[str, tuple[str, str]]:
    return times(readers.by_ics(data))


def by_node(answer: dict[str, Any], reader: str) -> dict[str, tuple[str, str]]:
    return times(answer[reader]["events"])


def everybody_reads(
    data: bytes,
    expected: dict[str, tuple[str, str]],
    node_read: Read,
    odd: dict[str, dict[str, tuple[str, str]]] | None = None,
) -> None:
    """All readers see these times; `odd` is what one is known to see instead."""
    seen = {name: times(events) for name, events in readers.seen_by_all(data, node_read([data])[0]).items()}
    assert seen == dict.fromkeys(seen, expected) | (odd or {})
    assert len(seen) == len(readers.TELLS) - (readers.libical() is None)


def test_winter_and_summer_in_fourteen_zones(node_read: Read) -> None:
    hour = timedelta(hours=1)
    events, expected = [], {}
    for zone, winter, summer in OFFSETS:
        for begin, offset in ((WINTER, winter), (SUMMER, summer)):
            uid, start = f"{zone}-{begin.month}", (begin - offset * hour).replace(tzinfo=UTC)
            events.append(entry(uid, begin, begin + 2 * hour, zone))
            expected[uid] = (iso(start), iso(start + 2 * hour))
    everybody_reads(calendar(events, "PUBLISH"), expected, node_read)


def test_both_changes_of_2027_and_midnight(node_read: Read) -> None:
    events = [entry(str(number), start, end) for number, (start, end, _, _) in enumerate(MOMENTS)]
    expected = {
        str(number): (f"{start}:00.000Z", f"{end}:00.000Z") for number, (_, _, start, end) in enumerate(MOMENTS)
    }
    # ts-ics takes the wall time for UTC when it asks which offset holds, so it is an hour off just before a change.
    hasty = expected | {
        "0": ("2027-03-27T23:00:00.000Z", expected["0"][1]),
        "3": ("2027-10-31T00:30:00.000Z", expected["3"][1]),
    }
    everybody_reads(calendar(events, "PUBLISH"), expected, node_read, odd={"ts-ics": hasty})


def test_whole_days(node_read: Read) -> None:
    events = [
        entry("one", datetime(2027, 3, 28), datetime(2027, 3, 28), all_day=True),
        entry("three", datetime(2027, 10, 30), datetime(2027, 11, 1), all_day=True),
    ]
    expected = {"one": ("2027-03-28", "2027-03-29"), "three": ("2027-10-30", "2027-11-02")}
    everybody_reads(calendar(events, "PUBLISH"), expected, node_read)


@pytest.mark.slow
def test_every_zone_for_twenty_years(node_read: Read) -> None:
    """One feed: each zone, noon on the days before and after both changes, in each fifth year."""
    events, expected = [], {}
    for zone in zones.zones():
        for year in range(zones.FIRST_YEAR, zones.LAST_YEAR + 1, 5):
            for month in (3, 10):
                sunday = next(day for day in range(31, 24, -1) if date(year, month, day).weekday() == 6)
                for day in (sunday - 1, sunday):
                    uid, start = (
                        f"{zone}-{year}-{month}-{day}",
                        datetime.combine(date(year, month, day), time(12)),
                    )
                    events.append(entry(uid, start, start + timedelta(hours=1), zone))
                    utc = zones.to_utc(start, zone)
                    expected[uid] = (iso(utc), iso(utc + timedelta(hours=1)))
    data = calendar(events, "PUBLISH")
    assert by_node(node_read([data])[0], "icalJs") == expected
    assert by_vobject(data) == expected


def test_readers_differ_in_the_repeated_hour(node_read: Read) -> None:
    """RFC 5545 means the first 02:30, and so do we; both Node readers take the second. No file can help it."""
    data = calendar([entry("x", datetime(2027, 10, 31, 2, 30), datetime(2027, 10, 31, 4))], "PUBLISH")
    answer = node_read([data])[0]
    assert zones.to_utc(datetime(2027, 10, 31, 2, 30), "Europe/Berlin") == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert (by_vobject(data)["x"][0], by_ics(data)["x"][0]) == ("2027-10-31T00:30:00.000Z",) * 2
    assert by_node(answer, "icalJs")["x"][0] == by_node(answer, "nodeIcal")["x"][0] == "2027-10-31T01:30:00.000Z"


def test_the_control_dates_in_lists_are_read_an_hour_late(node_read: Read) -> None:
    """icalendar's own VTIMEZONE shows that these oracles see the fault our rules avoid."""
    root = icalendar.Calendar()
    event = icalendar.Event()
    event.add("UID", "x")
    event.add("DTSTAMP", STAMP)
    event.add("DTSTART", SUMMER.replace(tzinfo=ZoneInfo("Europe/Berlin")))
    event.add("DTEND", (SUMMER + timedelta(hours=2)).replace(tzinfo=ZoneInfo("Europe/Berlin")))
    root.add_component(event)
    root.add_missing_timezones()
    answer = node_read([root.to_ical()])[0]
    assert by_node(answer, "icalJs") == {"x": ("2027-05-12T08:00:00.000Z", "2027-05-12T10:00:00.000Z")}
    assert by_node(answer, "nodeIcal") == {"x": ("2027-05-12T07:00:00.000Z", "2027-05-12T09:00:00.000Z")}


def facts(text: str) -> invitations.InvitationFacts:
    return invitations.InvitationFacts(
        uid="abcdefghij234567@dialogwerk.example",
        sequence=3,
        dtstamp=STAMP,
        title=text,
        start=SUMMER,
        end=SUMMER + timedelta(hours=2),
        zone="Europe/Berlin",
        place=text,
        description=(text, "Ende"),
        organizer_name=text,
        organizer_address="antwort+abc@dialogwerk.example",
        attendee_name=text,
        attendee_address="erika.muster@post.example",
        reply_configured=True,
    )


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
@pytest.mark.parametrize("text", ["Werkstor-Gespräch", NASTY], ids=["plain", "nasty"])
def test_an_invitation_is_one_event_for_one_person(method: str, text: str, node_read: Read) -> None:
    data = (invitations.request if method == "REQUEST" else invitations.cancel)(facts(text))
    answer = node_read([data])[0]["icalJs"]
    shown = clean_line(text)
    quoted = shown.replace('"', "'").replace("\\", "/")
    partstat, rsvp = ("NEEDS-ACTION", "TRUE") if method == "REQUEST" else ("ACCEPTED", "FALSE")
    assert answer == {
        "method": method,
        "name": None,
        "refresh": None,
        "events": [
            {
                "uid": "abcdefghij234567@dialogwerk.example",
                "sequence": 3,
                "summary": shown,
                "description": clean_text(f"{text}\nEnde"),
                "location": shown,
                "status": "CONFIRMED" if method == "REQUEST" else "CANCELLED",
                "stamp": "2027-01-02T03:04:05.000Z",
                "start": "2027-05-12T07:00:00.000Z",
                "end": "2027-05-12T09:00:00.000Z",
                "organizer": [quoted, "mailto:antwort+abc@dialogwerk.example"],
                "attendees": [[quoted, "mailto:erika.muster@post.example", partstat, rsvp]],
                "categories": [],
            }
        ],
    }
    read = vobject.readOne(data.decode())
    assert (read.method.value, len(read.vevent_list), len(read.vevent.attendee_list)) == (method, 1, 1)
    assert (read.vevent.summary.value, read.vevent.location.value) == (shown, shown)
    assert read.vevent.attendee.params["CN"] == [quoted]


FULL = feeds.FeedEntry(
    uid="1@dialogwerk.example",
    sequence=2,
    changed=STAMP,
    title="Werkstor-Gespräch, Halle 3; Tor West",
    start=datetime(2027, 3, 27, 22),
    end=datetime(2027, 3, 28, 8),
    zone="Europe/Berlin",
    state="published",
    url="https://dialogwerk.example/dialoge/werkstor",
    place="Werkstor 3, Musterstadt",
    description="Größe: 5 m\nBitte: feste Schuhe, warme Jacke",
    categories=("Werk, offen",),
    geo=(51.5, 7.25),
    color="steelblue",
    image="https://dialogwerk.example/logo/abcdefgh234567ab",
    conference=Conference("https://treffen.example/größe", "Online-Raum"),
    alarm=timedelta(days=1),
)
INVITED = replace(
    facts("Werkstor-Gespräch, Halle 3; Tor West"),
    organizer_name="Beispielwerk (fiktiv)",
    attendee_name="Erika Muster",
    categories=("Rundgang",),
    color="teal",
    conference=Conference("https://treffen.example/raum?a=1;b=2", "Online-Raum"),
    alarm=timedelta(minutes=15),
)
KINDS = {
    "invitation": lambda: invitations.request(INVITED),
    "asks nothing": lambda: invitations.request(replace(INVITED, reply_configured=False)),
    "moved": lambda: invitations.request(replace(INVITED, sequence=4, start=datetime(2027, 10, 31, 1, 30), end=datetime(2027, 11, 2, 3))),
    "whole days": lambda: invitations.request(replace(INVITED, all_day=True, end=datetime(2027, 5, 14))),
    "withdrawn": lambda: invitations.cancel(replace(INVITED, sequence=5, conference=None, alarm=None)),
    "one dialogue": lambda: feeds.single(FULL),
    "feed": lambda: feeds.feed([FULL, replace(FULL, uid="2@x.example", state="cancelled"), replace(FULL, uid="3@x.example", state="draft")], "Dialoge"),
}  # fmt: skip


def test_all_readers_agree_on_all_that_is_written(node_read: Read) -> None:
    """Texts, states, SEQUENCE, UID and the person of each kind of file, as icalendar reads them and by hand for one."""
    made = {kind: make() for kind, make in KINDS.items()}
    answers = dict(zip(made, node_read(list(made.values())), strict=True))
    differ = []
    for kind, data in made.items():
        (first, *_others) = wanted = sorted(readers.by_icalendar(data), key=lambda event: event["uid"])
        if kind == "moved":
            assert first == {
                "uid": "abcdefghij234567@dialogwerk.example", "method": "REQUEST", "sequence": 4, "status": "CONFIRMED",
                "start": "2027-10-30T23:30:00.000Z", "end": "2027-11-02T02:00:00.000Z", "attendee": "erika.muster@post.example",
                "summary": INVITED.title, "location": INVITED.title, "description": f"{INVITED.title}\nEnde",
            }  # fmt: skip
        for name, events in readers.seen_by_all(data, answers[kind]).items():
            for seen, meant in zip(events, wanted, strict=True):
                differ += [
                    (kind, name, field, seen[field], meant[field])
                    for field in sorted(readers.TELLS[name])
                    if seen[field] != meant[field]
                ]
    assert [found for found in differ if found[:3] != ("moved", "ts-ics", "start")] == []


def test_libical_finds_the_restrictions_of_the_methods_kept() -> None:
    if readers.libical() is None:
        if os.environ.get("CI") == "true":
            pytest.fail("libical is not installed: apt-get install libical3")
        pytest.skip("libical is not installed: apt-get install libical3")
    kept = {kind: readers.keeps_the_restrictions(make()) for kind, make in KINDS.items()}
    # RFC 5546 wants an ORGANIZER in a publication; not every initiative has a public address.
    assert [kind for kind, good in kept.items() if not good] == ["one dialogue", "feed"]
    organised = replace(FULL, organizer=Organizer("Beispielwerk (fiktiv)", "post@beispielwerk.example"))
    assert readers.keeps_the_restrictions(feeds.feed([organised], "Dialoge"))
    assert not readers.keeps_the_restrictions(KINDS["invitation"]().replace(b"METHOD:REQUEST", b"METHOD:PUBLISH"))


def test_a_feed_as_ical_js_sees_it(node_read: Read) -> None:
    one = feeds.FeedEntry(
        uid="1@dialogwerk.example",
        sequence=0,
        changed=STAMP,
        title="Werkstor-Gespräch",
        start=SUMMER,
        end=SUMMER + timedelta(hours=2),
        zone="Europe/Berlin",
        state="published",
        url="https://dialogwerk.example/dialoge/werkstor",
        categories=("Werk, offen", "Rundgang"),
    )
    two = replace(one, uid="2@dialogwerk.example", state="cancelled", categories=())
    full, empty = node_read([feeds.feed([one, two], "Dialoge in Musterland"), feeds.feed([], "Leer")])
    seen = full["icalJs"]
    assert (seen["method"], seen["name"], seen["refresh"]) == ("PUBLISH", "Dialoge in Musterland", "PT1H")
    assert [event["status"] for event in seen["events"]] == ["CONFIRMED", "CANCELLED"]
    assert [event["status"] for event in full["nodeIcal"]["events"]] == ["CONFIRMED", "CANCELLED"]
    assert [event["categories"] for event in seen["events"]] == [["Werk, offen", "Rundgang"], []]
    assert [event["attendees"] for event in seen["events"]] == [[], []]
    assert (empty["icalJs"]["name"], empty["icalJs"]["events"], empty["nodeIcal"]["events"]) == (
        "Leer",
        [],
        [],
    )


TEXTS = st.text(st.characters(codec="utf-8"), max_size=200) | st.text(
    "\\;,:\"nN\r\n\t ^'äß🎪\x00\x85\u2028", max_size=120
)


@settings(deadline=None, max_examples=5, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.lists(TEXTS, min_size=30, max_size=60))
def test_ical_js_reads_back_every_text(node_read: Read, texts: list[str]) -> None:
    events = [
        replace(entry(str(number), SUMMER, SUMMER + timedelta(hours=1)), summary=text, description=text)
        for number, text in enumerate(texts)
    ]
    seen = node_read([calendar(events, "PUBLISH")])[0]["icalJs"]["events"]
    assert [event["summary"] for event in seen] == [clean_line(text) for text in texts]
    assert [event["description"] or "" for event in seen] == [clean_text(text) for text in texts]


@settings(deadline=None)
@given(TEXTS.map(lambda text: text.replace("\\", "/")))
def test_vobject_reads_back_every_text(text: str) -> None:
    """Without backslashes: vobject takes an escaped one before an N for a line end."""
    data = calendar(
        [replace(entry("x", SUMMER, SUMMER + timedelta(hours=1)), summary=text, description=text)], "PUBLISH"
    )
    event = vobject.readOne(data.decode()).vevent
    assert event.summary.value == clean_line(text)
    assert (event.description.value if clean_text(text) else "") == clean_text(text)
