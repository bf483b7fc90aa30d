"""The writer and its lint: bytes on the line, text there and back, and each rule broken once."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tinycss2.color3 import parse_color

from kit.accents import ACCENTS, CSS_NAMES
from kit.ical import (
    Attendee,
    Conference,
    Entry,
    FaultyCalendar,
    Organizer,
    calendar,
    clean_line,
    clean_text,
    in_parameter,
    summary_of,
)
from kit.ical_lint import lint

ENTRY = Entry(
    uid="musterdialog@dialogwerk.example",
    sequence=0,
    dtstamp=datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC),
    start=datetime(2027, 5, 12, 9),
    end=datetime(2027, 5, 12, 11),
    zone="Europe/Berlin",
    summary="Werkstor-Gespräch",
)
ORGANIZER = Organizer("Beispielwerk (fiktiv)", "antwort+abc@dialogwerk.example")
ATTENDEE = Attendee("Erika Muster", "erika.muster@post.example", "NEEDS-ACTION", True)

ALARM = b"BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:x\r\nTRIGGER:-PT15M\r\nEND:VALARM\r\n"

ANY_TEXT = st.text(st.characters(codec=None), max_size=400) | st.text(
    '\\;,:"n\r\n\t ^äß🎪\x00\x85\u2028\u2029', max_size=200
)


def lines(data: bytes) -> list[str]:
    """The content lines, unfolded here by hand."""
    return data.decode().replace("\r\n ", "").removesuffix("\r\n").split("\r\n")


def value(data: bytes, name: str) -> str:
    found = [line for line in lines(data) if re.match(f"{name}[:;]", line)]
    return found[-1].partition(":")[2]


def unescaped(text: str) -> str:
    """RFC 5545, section 3.3.11."""
    return re.sub(r"\\(.)", lambda match: "\n" if match[1] in "nN" else match[1], text)


def test_a_publication_to_the_letter() -> None:
    head, zone, event = (
        [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Dialogwerk//Dialogwerk//DE",
            "CALSCALE:GREGORIAN",
            "METHOD:PUBLISH",
        ],
        "Europe/Berlin",
        {
            "BEGIN:VEVENT",
            "UID:musterdialog@dialogwerk.example",
            "SEQUENCE:0",
            "DTSTAMP:20270102T030405Z",
            "DTSTART;TZID=Europe/Berlin:20270512T090000",
            "DTEND;TZID=Europe/Berlin:20270512T110000",
            "SUMMARY:Werkstor-Gespräch",
            "STATUS:CONFIRMED",
            "TRANSP:OPAQUE",
            "END:VEVENT",
            "END:VCALENDAR",
        },
    )
    found = lines(calendar([ENTRY], "PUBLISH"))
    start, stop = found.index("BEGIN:VTIMEZONE"), found.index("END:VTIMEZONE")
    assert found[:start] == head
    assert found[start + 1] == f"TZID:{zone}"
    assert set(found[stop + 1 :]) == event
    assert len(found[stop + 1 :]) == len(event)


def test_everything_that_can_stand_in_an_event() -> None:
    full = replace(
        ENTRY,
        description="Zeile 1\nZeile 2",
        location="Halle 3; Tor, West",
        url="https://dialogwerk.example/dialoge/muster;a,b",
        categories=("Werk, offen", "Rundgang"),
        geo=(51.5, 7.25),
        last_modified=datetime(2027, 1, 2, 5, tzinfo=UTC),
        conference=Conference("https://treffen.example/größe;a", 'Raum "A": oben'),
        color="steelblue",
        image="https://dialogwerk.example/logo/größe",
        alarm=timedelta(hours=26),
    )
    data = calendar([full], None, name="Dialoge, alle", refresh=timedelta(hours=1))
    found = lines(data)
    assert [line for line in found if line.startswith("METHOD")] == []
    expected = [
        "DESCRIPTION:Zeile 1\\nZeile 2",
        "LOCATION:Halle 3\\; Tor\\, West",
        "URL:https://dialogwerk.example/dialoge/muster;a,b",
        "CATEGORIES:Werk\\, offen,Rundgang",
        "GEO:51.5;7.25",
        "LAST-MODIFIED:20270102T050000Z",
        "NAME:Dialoge\\, alle",
        "X-WR-CALNAME:Dialoge\\, alle",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        "COLOR:steelblue",
        "IMAGE;DISPLAY=BADGE;VALUE=URI:https://dialogwerk.example/logo/gr%C3%B6%C3%9Fe",
        ("CONFERENCE;FEATURE=AUDIO,VIDEO;LABEL=\"Raum 'A': oben\";VALUE=URI:https://treffen.example/gr%C3%B6%C3%9Fe;a"),
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "TRIGGER:-P1DT2H",
    ]
    assert [line for line in expected if line not in found] == []


def test_every_accent_has_a_colour_that_calendars_know() -> None:
    assert CSS_NAMES.keys() == ACCENTS.keys()
    assert [name for name in CSS_NAMES.values() if parse_color(name) is None] == []


def test_each_zone_is_described_once() -> None:
    events = [replace(ENTRY, uid=f"{n}@x", zone=zone) for n, zone in enumerate(["Europe/Berlin", "Europe/Rome"] * 3)]
    found = lines(calendar(events, "PUBLISH"))
    assert [line for line in found if line.startswith("TZID:")] == ["TZID:Europe/Berlin", "TZID:Europe/Rome"]


def test_utc_is_a_zone_like_others() -> None:
    found = lines(calendar([replace(ENTRY, zone="UTC")], "PUBLISH"))
    assert [line for line in found if "TZID" in line] == [
        "TZID:Etc/UTC",
        "DTSTART;TZID=Etc/UTC:20270512T090000",
        "DTEND;TZID=Etc/UTC:20270512T110000",
    ]


def test_whole_days() -> None:
    data = calendar([replace(ENTRY, all_day=True, end=datetime(2027, 5, 14))], "PUBLISH")
    found = lines(data)
    assert "DTSTART;VALUE=DATE:20270512" in found
    assert "DTEND;VALUE=DATE:20270515" in found
    assert "BEGIN:VTIMEZONE" not in found
    assert summary_of(data)[0]["end"] == datetime(2027, 5, 14)


def test_stamps_become_utc() -> None:
    stamp = datetime(2027, 7, 1, 12, tzinfo=UTC).astimezone(ZoneInfo("Europe/Athens"))
    assert value(calendar([replace(ENTRY, dtstamp=stamp)], "PUBLISH"), "DTSTAMP") == "20270701T120000Z"
    with pytest.raises(ValueError, match="carries its offset"):
        calendar([replace(ENTRY, dtstamp=datetime(2027, 1, 1))], "PUBLISH")


def test_a_wall_time_in_the_gap_is_refused() -> None:
    with pytest.raises(FaultyCalendar, match="2027-03-28 02:30 does not exist"):
        calendar([replace(ENTRY, start=datetime(2027, 3, 28, 2, 30), end=datetime(2027, 3, 28, 5))], "PUBLISH")


def test_the_end_counts_in_real_time() -> None:
    """02:30 comes twice; the first one lies 90 minutes before 03:00."""
    calendar([replace(ENTRY, start=datetime(2027, 10, 31, 2, 30), end=datetime(2027, 10, 31, 3))], "PUBLISH")
    with pytest.raises(FaultyCalendar, match="the end is not after the start"):
        calendar([replace(ENTRY, end=ENTRY.start)], "PUBLISH")


@settings(deadline=None)
@given(ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_text_survives_folding_and_escaping(summary: str, description: str, name: str) -> None:
    entry = replace(
        ENTRY,
        summary=summary,
        description=description,
        location=name,
        organizer=ORGANIZER,
        attendee=ATTENDEE._replace(cn=name),
    )
    data = calendar([entry], "REQUEST")
    for line in data.removesuffix(b"\r\n").split(b"\r\n"):
        assert 0 < len(line) <= 75
        line.decode()
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", data)
    assert unescaped(value(data, "SUMMARY")) == clean_line(summary)
    if clean_text(description):
        assert unescaped(value(data, "DESCRIPTION")) == clean_text(description)
    if clean_line(name):
        assert unescaped(value(data, "LOCATION")) == clean_line(name)
    shown = summary_of(data)[0]
    assert shown["summary"] == clean_line(summary)
    quoted = in_parameter(name)
    assert shown["attendee"] == (f"{quoted} <{ATTENDEE.address}>" if quoted else ATTENDEE.address)


def test_names_in_parameters() -> None:
    assert in_parameter('Erika "Eri"\n\\Muster') == "Erika 'Eri' /Muster"


@settings(deadline=None)
@given(ANY_TEXT)
def test_cleaning_leaves_lines_that_every_reader_splits_alike(text: str) -> None:
    assert clean_text(text).splitlines() == [line for line in clean_text(text).split("\n") if clean_text(text)]
    assert clean_line(text).splitlines() in ([], [clean_line(text)])
    assert clean_text(clean_text(text)) == clean_text(text)
    assert clean_line(clean_line(text)) == clean_line(text)
    clean_text(text).encode()


def test_cleaning_keeps_words_apart() -> None:
    assert clean_line("Tor\r\nWest\u2028Halle\x85drei\tvier\x00\x9b\ufeff") == "Tor West Halle drei vier"
    assert clean_text("eins\r\nzwei\rdrei\x0bvier") == "eins\nzwei\ndrei\nvier"


def sound() -> bytes:
    return calendar([replace(ENTRY, organizer=ORGANIZER, attendee=ATTENDEE)], "REQUEST")


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (b"\r\nSTATUS", b"\nSTATUS", "A line does not end with CRLF."),
        (b"END:VCALENDAR\r\n", b"END:VCALENDAR", "The file does not end with CRLF."),
        (b"VERSION:2.0", b"VERSION:2.0\r\n", "Line 3 is empty."),
        (b"SUMMARY:", b"SUMMARY:" + b"x" * 75, "octets."),
        ("ä".encode(), b"\xc3\r\n \xa4", "cuts a character."),
        (b"SUMMARY:", "SUMMARY:\u2028".encode(), "has the character U+2028."),
        (b"SUMMARY:", "SUMMARY:\x85".encode(), "has the character U+0085."),
        (b"SUMMARY:", b"SUMMARY:\t", "has the character U+0009."),
        (b"BEGIN:VCALENDAR", "\ufeffBEGIN:VCALENDAR".encode(), "has the character U+FEFF."),
        (b"SUMMARY:", b"SUMMARY", "No content line"),
        (b"SUMMARY:", b"SUMMARY:a;b", "SUMMARY is not escaped."),
        (b"SUMMARY:", b"SUMMARY:\\x", "SUMMARY is not escaped."),
        (b"VERSION:2.0", b"VERSION:1.0", "VERSION is not 2.0."),
        (b"PRODID:", b"X-PRODID:", "There is not exactly one PRODID."),
        (b"METHOD:REQUEST", b"METHOD:REQUEST\r\nMETHOD:REQUEST", "METHOD stands there twice."),
        (b"METHOD:REQUEST", b"METHOD:REPLY", "METHOD is not PUBLISH, REQUEST or CANCEL."),
        (b"METHOD:REQUEST", b"METHOD:PUBLISH", "A publication has no ATTENDEE"),
        (b"METHOD:REQUEST\r\n", b"", "A publication has no ATTENDEE"),
        (b"METHOD:REQUEST", b"METHOD:CANCEL", "STATUS does not fit CANCEL."),
        (b"STATUS:CONFIRMED", b"STATUS:CANCELLED", "STATUS does not fit REQUEST."),
        (b"STATUS:CONFIRMED", b"STATUS:MAYBE", "STATUS is unknown."),
        (b"ORGANIZER;", b"RESOURCES;", "REQUEST needs exactly one ATTENDEE and one ORGANIZER."),
        (
            b"mailto:antwort+abc@dialogwerk.example",
            b"mailto:erika.muster@post.example",
            "The organiser invites himself.",
        ),
        (b"mailto:antwort+abc@", b"antwort+abc@", "ORGANIZER is no mail address."),
        (b"UID:musterdialog@dialogwerk.example", b"UID:", "An event without UID."),
        (b"DTSTAMP:20270102T030405Z\r\n", b"", "not exactly one DTSTAMP."),
        (b"030405Z", b"030405", "DTSTAMP is not in UTC."),
        (b"SEQUENCE:0", b"SEQUENCE:-1", "SEQUENCE is no number."),
        (b"SEQUENCE:0\r\n", b"", "not exactly one SEQUENCE."),
        (b"SEQUENCE:0", b"RRULE:FREQ=DAILY", "'FREQ=DAILY' is no rule of ours."),
        (b"20270512T090000", b"20270512T090000Z", "UTC or no wall time in DTSTART or DTEND."),
        (b"DTSTART;TZID=Europe/Berlin:", b"DTSTART:", "DTSTART and DTEND are of different kinds."),
        (
            b"DTSTART;TZID=Europe/Berlin:",
            b"DTSTART;TZID=Europe/Rome:",
            "DTSTART and DTEND are of different kinds.",
        ),
        (b";TZID=Europe/Berlin:", b":", "wall times without TZID."),
        (b";TZID=Europe/Berlin:", b";TZID=Europe/Rome:", "Time zones used and described differ"),
        (b"20270512T090000", b"20270512T120000", "the end is not after the start."),
        (b"20270512T090000", b"20270328T023000", "2027-03-28 02:30 does not exist in Europe/Berlin."),
        (b"TZID:Europe/Berlin", b"TZID:Europe/Rome", "Time zones used and described differ"),
        (b"RRULE:FREQ=YEARLY", b"RDATE:19710328T020000", "is not told by one yearly rule."),
        (b"RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r\n", b"", "DAYLIGHT is not told by one yearly rule."),
        (b"TZNAME:CEST", b"RDATE:19710328T020000", "DAYLIGHT is not told by one yearly rule."),
        (b"DTSTART:19700329T020000", b"DTSTART:19700329T020000Z", "DAYLIGHT needs one plain DTSTART."),
        (b"TZOFFSETFROM:+0100", b"TZOFFSETFROM:1", "DAYLIGHT needs one plain TZOFFSETFROM."),
        (b"END:VEVENT", b"END:VTODO", "END:VTODO closes nothing."),
        (
            b"END:VCALENDAR\r\n",
            b"END:VCALENDAR\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
            "not exactly one whole VCALENDAR.",
        ),
        (b"VEVENT", b"VTODO", "VTODO does not belong here."),
        (b"TRANSP:OPAQUE", b"TRANSP:GLASS", "TRANSP is unknown."),
        (b"TRANSP:OPAQUE", b"GEO:51,5;7", "GEO is no place on earth."),
        (b"TRANSP:OPAQUE", b"CATEGORIES:a;b", "CATEGORIES is not escaped."),
        (b"TRANSP:OPAQUE", b"COLOR:#2B5A8C", "COLOR is no name of a colour."),
        (b"TRANSP:OPAQUE", b"ATTACH;VALUE=URI:https://x.example/", "ATTACH is not ours."),
        (b"TRANSP:OPAQUE", b"CONFERENCE;VALUE=URI:tel:123", "CONFERENCE is no web address."),
        (b"TRANSP:OPAQUE", b"CONFERENCE:https://x.example/", "CONFERENCE does not say that it is a URI."),
        (b"TRANSP:OPAQUE", b"IMAGE;VALUE=URI:data:image/png;base64,AA==", "IMAGE is no web address."),
        (b"TRANSP:OPAQUE", b"IMAGE:https://x.example/logo", "IMAGE does not say that it is a URI."),
        (b"END:VEVENT", ALARM * 2 + b"END:VEVENT", "more than one VALARM."),
        (b"END:VEVENT", ALARM.replace(b"DISPLAY", b"AUDIO") + b"END:VEVENT", "the VALARM does not show something"),
        (b"END:VEVENT", ALARM.replace(b"-PT", b"PT") + b"END:VEVENT", "the VALARM does not show something"),
    ],
)
def test_lint_sees(old: bytes, new: bytes, fault: str) -> None:
    data = sound()
    assert lint(data) == []
    assert old in data
    assert [found for found in lint(data.replace(old, new)) if fault in found] != []


def test_lint_counts_octets_to_one() -> None:
    data = sound()
    assert lint(data.replace("SUMMARY:Werkstor-Gespräch".encode(), b"SUMMARY:" + b"x" * 67)) == []
    line = data.split(b"SUMMARY")[0].count(b"\r\n") + 1
    assert lint(data.replace("SUMMARY:Werkstor-Gespräch".encode(), b"SUMMARY:" + b"x" * 68)) == [
        f"Line {line} has 76 octets."
    ]


def test_two_events_are_no_invitation() -> None:
    one = replace(ENTRY, organizer=ORGANIZER, attendee=ATTENDEE)
    with pytest.raises(FaultyCalendar) as caught:
        calendar([one, replace(one, uid="2@dialogwerk.example")], "REQUEST")
    assert caught.value.faults == ("REQUEST needs exactly one VEVENT.",)
    with pytest.raises(FaultyCalendar) as caught:
        calendar([ENTRY, ENTRY], "PUBLISH")
    assert caught.value.faults == ("A UID stands there twice.",)


@pytest.mark.parametrize(
    "address",
    ["", "erika", "erika@", "a@b.example,c@d.example", "erika muster@post.example", "é@post.example"],
)
def test_addresses_that_are_none(address: str) -> None:
    entry = replace(ENTRY, organizer=ORGANIZER, attendee=ATTENDEE._replace(address=address))
    with pytest.raises(FaultyCalendar, match="ATTENDEE is no mail address"):
        calendar([entry], "REQUEST")


def test_a_link_that_is_none() -> None:
    with pytest.raises(FaultyCalendar, match="URL is no web address"):
        calendar([replace(ENTRY, url="javascript:alert(1)")], "PUBLISH")


def test_shown_to_a_person() -> None:
    assert summary_of(sound()) == [
        {
            "method": "REQUEST",
            "uid": "musterdialog@dialogwerk.example",
            "sequence": 0,
            "summary": "Werkstor-Gespräch",
            "description": "",
            "location": "",
            "url": "",
            "status": "CONFIRMED",
            "start": datetime(2027, 5, 12, 9),
            "end": datetime(2027, 5, 12, 11),
            "zone": "Europe/Berlin",
            "all_day": False,
            "organizer": "Beispielwerk (fiktiv) <antwort+abc@dialogwerk.example>",
            "attendee": "Erika Muster <erika.muster@post.example>",
            "partstat": "NEEDS-ACTION",
            "rsvp": True,
        }
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"/etc/passwd",
        b"BEGIN:VCALENDAR\r\n",
        b"\xff\xfe",
        b"x" * 1_000_001,
        sound().replace(b":20270512T09", b":2027x"),
        sound().replace(b"=Europe/Berlin:", b"=Europe:"),  # a folder of the zone data
        (
            b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:00010101\r\nDTEND;VALUE=DATE:00010101\r\n"
            b"END:VEVENT\r\nEND:VCALENDAR\r\n"
        ),
    ],
)
def test_what_cannot_be_read(data: bytes) -> None:
    with pytest.raises(FaultyCalendar):
        summary_of(data)
