"""Every shape of answer, report and noise is told for what it is."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from kit import reply_zones
from kit.ical_reply import Answer, Attending, Unreadable, answers
from kit.tokens import derive
from mail.inbound import NOBODY
from mail.incoming import MOST_BYTES, Incoming, Kind, read
from mail.report import Report
from tests.conftest import environment
from tests.mail import shapes
from tests.mail.shapes import GUEST, UID, calendar, dsn, mail, several, simple

STAMP = datetime(2027, 3, 2, 10, 15, tzinfo=UTC)
MAILBOX = "antwort@dialogwerk.example"


@pytest.fixture(autouse=True)
def _settings() -> Iterator[None]:
    with environment(DIALOGWERK_ENV="test", DIALOGWERK_REPLY_ADDRESS=MAILBOX):
        yield


def told(raw: bytes, *, sender: str = GUEST, recipient: str = MAILBOX) -> Incoming:
    return read(raw, sender=sender, recipient=recipient)


def answer(partstat: str, address: str = GUEST, **values: object) -> Answer:
    usual = {
        "method": "REPLY",
        "uid": UID,
        "dtstamp": STAMP,
        "attendees": (Attending(address=address, partstat=partstat),),
    }
    return Answer(**(usual | values))  # type: ignore[arg-type]


ANSWERS: dict[str, tuple[bytes, tuple[Answer, ...]]] = {
    "exchange": (shapes.EXCHANGE, (answer("ACCEPTED", sequence=2),)),
    "zimbra": (shapes.ZIMBRA, (answer("DECLINED"),)),
    "apple": (shapes.APPLE, (answer("TENTATIVE"),)),
    "google counter": (
        shapes.GOOGLE_COUNTER,
        (
            answer(
                "TENTATIVE", method="COUNTER", comment="Geht es am Donnerstag, später?",
                proposed_start=datetime(2027, 3, 25, 16, tzinfo=UTC), proposed_end=datetime(2027, 3, 25, 20, tzinfo=UTC),
            ),
        ),
    ),
    "google series": (
        shapes.GOOGLE_SERIES,
        (answer("ACCEPTED", recurrence_id="20270324T160000Z"), answer("DECLINED", recurrence_id="20270331T150000Z")),
    ),
    "thunderbird": (shapes.THUNDERBIRD, (answer("ACCEPTED"),)),
    "preamble": (shapes.PREAMBLE, (answer("DECLINED"),)),
    "in headers": (shapes.IN_HEADERS, (answer("DECLINED"),)),
    "linagora": (shapes.LINAGORA, (answer("", attendees=()),)),
    "party crasher": (shapes.PARTY_CRASHER, (answer("ACCEPTED", "fremd@post.example"),)),
    "delegated": (
        shapes.DELEGATED,
        (
            answer(
                "", attendees=(
                    Attending(address=GUEST, partstat="DELEGATED", delegated_to="Kollegin@post.example"),
                    Attending(address="Kollegin@post.example", partstat="NEEDS-ACTION", delegated_from=GUEST),
                ),
            ),
        ),
    ),
    "two attendees": (
        shapes.TWO_ATTENDEES,
        (
            answer(
                "", attendees=(
                    Attending(address=GUEST, partstat="ACCEPTED"),
                    Attending(address="zweite@post.example", partstat="DECLINED"),
                ),
            ),
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERS)
def test_answers_of_all_shapes_are_understood(name: str) -> None:
    raw, expected = ANSWERS[name]
    found = told(raw)
    assert (found.kind, found.answers, found.report, found.reason) == (Kind.ANSWER, expected, None, "")


NO_ANSWERS = {
    "out of office": (shapes.OUT_OF_OFFICE, GUEST, Kind.AUTO_REPLY, "with_answer"),
    "empty sender": (mail(b"Ich bin im Urlaub.", "text/plain"), NOBODY, Kind.AUTO_REPLY, "unclear"),
    "empty sender with answer": (several(shapes.TEXT, (shapes.PLAIN, simple())), NOBODY, Kind.AUTO_REPLY, "with_answer"),
    "a list": (mail(simple(), "text/calendar", Precedence="list"), GUEST, Kind.AUTO_REPLY, "with_answer"),
    "not automatic": (mail(b"Ja", "text/plain", Auto_Submitted="no"), GUEST, Kind.OTHER, ""),
    "read receipt": (
        several(shapes.TEXT, kind="report; report-type=disposition-notification"), GUEST, Kind.AUTO_REPLY, "",
    ),
    "our own invitation": (mail(simple(method="REQUEST"), "text/calendar"), GUEST, Kind.OTHER, ""),
    "somebody's cancellation": (mail(simple(method="CANCEL"), "text/calendar; method=REPLY"), GUEST, Kind.OTHER, ""),
    "our own letter": (
        mail(simple(), "text/calendar", Message_ID="<abcdefgh234567ab@dialogwerk.example>"), GUEST, Kind.LOOP, "",
    ),
    "from ourselves": (mail(simple(), "text/calendar", From="dialogwerk@dialogwerk.example"), GUEST, Kind.LOOP, ""),
    "an answer inside of a message": (
        several(shapes.TEXT, ("Content-Type: message/rfc822", mail(simple(), "text/calendar")), kind="mixed"),
        GUEST, Kind.OTHER, "",
    ),
    "free and busy": (shapes.DAVMAIL, GUEST, Kind.UNREADABLE, "calendar"),
    "no uid": (mail(calendar("DTSTAMP:20270302T101500Z"), "text/calendar"), GUEST, Kind.UNREADABLE, "calendar"),
    "broken off": (mail(simple()[:-40], "text/calendar"), GUEST, Kind.UNREADABLE, "calendar"),
    "winmail.dat": (shapes.WINMAIL, GUEST, Kind.UNREADABLE, "winmail"),
    "too large": (mail(b"x" * MOST_BYTES, "text/plain"), GUEST, Kind.UNREADABLE, "too_large"),
    "spam": (mail(b"Kaufen!", "text/html", X_Spam_Flag="YES"), GUEST, Kind.SPAM, ""),
    "a person": (mail(b"Leider kann ich nicht.", "text/plain"), GUEST, Kind.OTHER, ""),
    "nothing": (b"\x00", "", Kind.OTHER, ""),
    "success": (dsn("2.0.0", "delivered"), NOBODY, Kind.AUTO_REPLY, ""),
}  # fmt: skip


@pytest.mark.parametrize("name", NO_ANSWERS)
def test_nothing_else_is_an_answer(name: str) -> None:
    raw, sender, kind, reason = NO_ANSWERS[name]
    found = told(raw, sender=sender)
    assert (found.kind, found.reason, found.answers) == (kind, reason, ())


def test_reports_tell_whether_it_was_for_good() -> None:
    words = f"smtp; 550 {{}} <{GUEST}>: User unknown"
    original = "<qqqqqqqqqqqqqqqq@dialogwerk.example>"
    for status, action, hard in (
        ("5.1.1", "failed", True), ("5.2.2", "failed", False), ("4.4.7", "failed", False), ("4.4.1", "delayed", False),
    ):  # fmt: skip
        found = told(dsn(status, action), sender=NOBODY)
        assert (found.kind, found.answers, found.reason) == (Kind.BOUNCE, (), "")
        assert found.report == Report(hard=hard, status=status, words=words.format(status), original_id=original)
    for odd in ("failure", "Failed (Bad destination mailbox address)"):
        assert told(dsn(action=odd)).report == told(dsn()).report
    headers = dsn().replace(b"message/rfc822", b"text/rfc822-headers")
    assert told(headers).report == Report(hard=True, status="5.1.1", words=words.format("5.1.1"), original_id=original)
    abroad = dsn().replace(b"message/delivery-status", b"message/global-delivery-status")
    assert told(abroad).report == told(dsn()).report
    free = told(shapes.EXIM, sender=NOBODY)
    assert free.report is not None
    assert (free.kind, free.reason, free.report.status, free.report.hard, free.report.free) == (
        Kind.BOUNCE, "free", "5.1.1", False, True,
    )  # fmt: skip
    assert (told(shapes.QMAIL).kind, told(shapes.QMAIL).reason) == (Kind.BOUNCE, "free")


def test_who_and_what_it_concerns_is_told_by_the_recipient() -> None:
    token = derive("reply", "abcdefgh234567ab", 1)
    plus = f"antwort+{token}@dialogwerk.example"
    found = told(shapes.APPLE, recipient=plus.upper())
    assert (found.token, found.from_address, found.message_id) == (token, "privat@icloud.example", "<1@post.example>")
    # The server that delivered it cut the plus off; ORGANIZER is no proof.
    assert told(mail(simple(), "text/calendar", to=f"Dialog <{plus}>")).token == token
    assert told(shapes.APPLE).token == ""
    assert told(shapes.APPLE, recipient=f"antwort+{token}@post.example").token == ""


@pytest.mark.parametrize(
    ("observances", "hours"),
    [
        ((shapes.WINTER, shapes.SUMMER), (15, 14)),
        ((shapes.SUMMER, shapes.WINTER), (15, 14)),
        # Half of the globe has its summer in winter: from the first Sunday of October to that of April.
        ((("DTSTART:20080406T030000", "TZOFFSETFROM:+1100", "TZOFFSETTO:+1000", "RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=1SU"),
          ("DTSTART:20081005T020000", "TZOFFSETFROM:+1000", "TZOFFSETTO:+1100", "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=1SU")),
         (5, 6)),
        ((("DTSTART:19700101T000000", "TZOFFSETFROM:+0530", "TZOFFSETTO:-0330"),), (19, 19)),
        # Listed beginnings, and a rule that ended long ago.
        ((("DTSTART:20270301T000000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200", "RDATE:20270301T000000,20270601T000000"),
          (*shapes.WINTER[:3], shapes.WINTER[3] + ";UNTIL=19990101T000000Z")), (14, 14)),
        # Before everything that is described.
        ((("DTSTART:20300101T000000", "TZOFFSETFROM:+0300", "TZOFFSETTO:+0400"),), (13, 13)),
        # Not worked out: a rule that no program writes, half a description, none, too much of it.
        ((("DTSTART:19810329T020000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200", "RRULE:FREQ=DAILY"),), None),
        ((("DTSTART:19810329T020000", "TZOFFSETTO:+0200"),), None),
        ((("DTSTART:19810329T020000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+9900", "RRULE:FREQ=YEARLY;BYMONTH=13;BYDAY=1SU"),), None),
        ((), None),
        ((shapes.WINTER,) * 202, None),
    ],
)  # fmt: skip
def test_a_proposed_time_in_a_zone_that_only_the_answer_describes(
    observances: tuple[tuple[str, ...], ...], hours: tuple[int, int] | None
) -> None:
    (found,) = answers(shapes.zone_of(*observances))
    times = [found.proposed_start, found.proposed_end]
    assert [each.hour if each else None for each in times] == (list(hours) if hours else [None, None])
    assert found.comment == ""


@pytest.mark.parametrize(("lines", "of_each", "parsed"), [(8, 60, 482), (100, 500, 0)])
def test_a_described_zone_is_taken_apart_once(
    monkeypatch: pytest.MonkeyPatch, lines: int, of_each: int, parsed: int
) -> None:
    """However many events name it; one with too many dates in all is not."""
    dates = "RDATE:" + ",".join(["20270301T000000"] * of_each)
    event = shapes.zone_of(("DTSTART:20270101T000000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200", *[dates] * lines))
    start = event.rindex(b"BEGIN:VEVENT")
    end = event.index(b"END:VCALENDAR")
    turned: list[str] = []
    wall = reply_zones._wall
    monkeypatch.setattr(reply_zones, "_wall", lambda value: turned.append(value) or wall(value))
    found = answers(event[:start] + event[start:end] * 50 + event[end:])
    assert [(len(found), {one.proposed_start is None for one in found})] == [(50, {parsed == 0})]
    assert len(turned) <= parsed


@pytest.mark.parametrize("written", ["00010101T000000", "99991231T235959"])
@pytest.mark.parametrize("offset", ["-1200", "+1400"])
def test_times_beyond_the_calendar_are_none(written: str, offset: str) -> None:
    zone = ("DTSTART:00010101T000000", f"TZOFFSETFROM:{offset}", f"TZOFFSETTO:{offset}", "RRULE:FREQ=YEARLY")
    for tzid in ("Eigene Zone", "Etc/GMT-14", "Etc/GMT+12"):
        told = shapes.zone_of(zone, tzid=tzid).replace(b":20270325T160000", f":{written}".encode())
        (found,) = answers(told.replace(b"DTEND", b"DURATION:P99999999W\r\nDTEND"))
        assert found.proposed_start is None


def test_a_known_zone_is_not_taken_from_the_answer() -> None:
    (found,) = answers(
        shapes.zone_of(("DTSTART:19700101T000000", "TZOFFSETFROM:+0900", "TZOFFSETTO:+0900"), tzid="Europe/Berlin")
    )
    assert found.proposed_start == datetime(2027, 3, 25, 15, tzinfo=UTC)


def test_a_calendar_is_read_within_limits() -> None:
    for endless in (
        b"x" * 1_000_001,
        b"BEGIN:VCALENDAR\n" * 11,
        b"\n" * 30_000,
        calendar(f"UID:{UID}", *[f"ATTENDEE:mailto:{GUEST}"] * 51),
        simple().replace(b"END:VCALENDAR", b"BEGIN:VEVENT\r\nUID:x\r\nEND:VEVENT\r\n" * 50 + b"END:VCALENDAR"),
    ):
        with pytest.raises(Unreadable):
            answers(endless)
    (found,) = answers(
        simple(
            "accepted", "COMMENT:" + "ä" * 2000, "SEQUENCE:7", "DTSTART;TZID=../../etc/passwd:20270325T160000",
            "DTEND;TZID=W. Europe Standard Time:20270325T200000", sequence=99999999999, method="COUNTER",
        )
    )  # fmt: skip
    assert (len(found.comment), found.sequence, found.proposed_start) == (1000, 0, None)
    assert found.attendees[0].partstat == "ACCEPTED"
    (found,) = answers(
        simple("ACCEPTED", "DTSTART;TZID=W. Europe Standard Time:20270325T160000", "DURATION:PT90M", method="COUNTER")
    )
    assert (found.proposed_start, found.proposed_end) == (
        datetime(2027, 3, 25, 15, tzinfo=UTC), datetime(2027, 3, 25, 16, 30, tzinfo=UTC),
    )  # fmt: skip
    (found,) = answers(("\ufeff" + simple().decode()).encode("utf-16"))
    assert found == answer("ACCEPTED")
    assert [answer.sequence for answer in answers(simple(sequence=9999999999))] == [2**31 - 1]
    # Whatever is in an alarm is none of the guest's, and the first calendar that is an answer counts.
    two = simple(method="REQUEST") + simple("DECLINED", "BEGIN:VALARM", "ATTENDEE:mailto:x@y.example", "END:VALARM")
    assert answers(two) == [answer("DECLINED")]
