"""Invitations and feeds: what each says, to the letter where the product promises it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from events import feeds
from kit.ical import FaultyCalendar, Organizer, summary_of
from registration import invitations

FACTS = invitations.InvitationFacts(
    uid=invitations.new_uid("abcdefghij234567", "dialogwerk.example"),
    sequence=0,
    dtstamp=datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC),
    title="Werkstor-Gespräch",
    start=datetime(2027, 5, 12, 9),
    end=datetime(2027, 5, 12, 11),
    zone="Europe/Berlin",
    place="Werkstor 3, Musterstadt",
    description=("Bitte feste Schuhe.", "Einlass bis 08:50 Uhr."),
    organizer_name="Beispielwerk (fiktiv)",
    organizer_address="antwort+abc@dialogwerk.example",
    attendee_name="Erika Muster",
    attendee_address="erika.muster@post.example",
    reply_configured=True,
)

ENTRY = feeds.FeedEntry(
    uid="dialog1@dialogwerk.example",
    sequence=2,
    changed=datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC),
    title="Werkstor-Gespräch",
    start=datetime(2027, 5, 12, 9),
    end=datetime(2027, 5, 12, 11),
    zone="Europe/Berlin",
    state="published",
    url="https://dialogwerk.example/dialoge/werkstor",
)


def named(data: bytes, name: str) -> list[str]:
    """The unfolded lines of one property."""
    lines = data.decode().replace("\r\n ", "").split("\r\n")
    return [line for line in lines if line.startswith((f"{name}:", f"{name};"))]


def test_a_request_asks_when_answers_are_read() -> None:
    data = invitations.request(FACTS)
    assert named(data, "METHOD") == ["METHOD:REQUEST"]
    assert named(data, "UID") == ["UID:abcdefghij234567@dialogwerk.example"]
    assert named(data, "STATUS") == ["STATUS:CONFIRMED"]
    assert named(data, "ORGANIZER") == ['ORGANIZER;CN="Beispielwerk (fiktiv)":mailto:antwort+abc@dialogwerk.example']
    assert named(data, "ATTENDEE") == [
        (
            'ATTENDEE;CN="Erika Muster";CUTYPE=INDIVIDUAL;PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT;RSVP=TRUE'
            ":mailto:erika.muster@post.example"
        ),
    ]
    assert named(data, "DESCRIPTION") == ["DESCRIPTION:Bitte feste Schuhe.\\nEinlass bis 08:50 Uhr."]
    assert named(data, "LOCATION") == ["LOCATION:Werkstor 3\\, Musterstadt"]


def test_a_request_asks_nothing_when_nobody_reads_answers() -> None:
    data = invitations.request(replace(FACTS, reply_configured=False))
    assert named(data, "ATTENDEE") == [
        (
            'ATTENDEE;CN="Erika Muster";CUTYPE=INDIVIDUAL;PARTSTAT=ACCEPTED;ROLE=REQ-PARTICIPANT;RSVP=FALSE'
            ":mailto:erika.muster@post.example"
        ),
    ]


@pytest.mark.parametrize("reply_configured", [True, False])
def test_a_cancellation_repeats_who_and_what(reply_configured: bool) -> None:
    facts = replace(FACTS, reply_configured=reply_configured)
    before = summary_of(invitations.request(facts))[0]
    data = invitations.cancel(replace(facts, sequence=1))
    after = summary_of(data)[0]
    assert named(data, "METHOD") == ["METHOD:CANCEL"]
    assert after == {
        **before,
        "method": "CANCEL",
        "sequence": 1,
        "status": "CANCELLED",
        "partstat": "ACCEPTED",
        "rsvp": False,
    }


def test_a_change_keeps_the_uid() -> None:
    data = invitations.request(replace(FACTS, sequence=1, start=datetime(2027, 5, 12, 10)))
    assert (named(data, "UID"), named(data, "SEQUENCE")) == (
        named(invitations.request(FACTS), "UID"),
        ["SEQUENCE:1"],
    )


def test_the_same_facts_are_the_same_bytes() -> None:
    assert invitations.request(FACTS) == invitations.request(replace(FACTS))
    assert feeds.feed([ENTRY], "Dialoge") == feeds.feed([replace(ENTRY)], "Dialoge")


def test_nobody_invites_himself() -> None:
    with pytest.raises(FaultyCalendar, match="The organiser invites himself"):
        invitations.request(replace(FACTS, attendee_address="Antwort+ABC@dialogwerk.example"))


def test_a_feed_tells_how_often_to_look_and_names_nobody() -> None:
    data = feeds.feed(
        [replace(ENTRY, organizer=Organizer("Beispielwerk (fiktiv)", "post@beispielwerk.example"))], "Dialoge"
    )
    assert named(data, "METHOD") == ["METHOD:PUBLISH"]
    assert named(data, "REFRESH-INTERVAL") == ["REFRESH-INTERVAL;VALUE=DURATION:PT1H"]
    assert named(data, "X-PUBLISHED-TTL") == ["X-PUBLISHED-TTL:PT1H"]
    assert named(data, "NAME") + named(data, "X-WR-CALNAME") == ["NAME:Dialoge", "X-WR-CALNAME:Dialoge"]
    assert named(data, "ATTENDEE") == []
    assert named(data, "ORGANIZER") == ['ORGANIZER;CN="Beispielwerk (fiktiv)":mailto:post@beispielwerk.example']
    assert named(data, "LAST-MODIFIED") == ["LAST-MODIFIED:20270102T030405Z"]


@pytest.mark.parametrize(
    ("state", "status", "transp"),
    [
        ("published", "CONFIRMED", "OPAQUE"),
        ("postponed", "TENTATIVE", "OPAQUE"),
        ("cancelled", "CANCELLED", "TRANSPARENT"),
        ("held", "CONFIRMED", "OPAQUE"),
        ("closed", "CONFIRMED", "OPAQUE"),
    ],
)
def test_a_dialogue_stays_in_the_feed_with_its_state(state: feeds.State, status: str, transp: str) -> None:
    data = feeds.feed([replace(ENTRY, state=state)], "Dialoge")
    assert named(data, "STATUS") + named(data, "TRANSP") == [f"STATUS:{status}", f"TRANSP:{transp}"]


def test_an_empty_feed_is_a_file() -> None:
    assert summary_of(feeds.feed([], "Dialoge")) == []


def test_the_file_of_one_dialogue() -> None:
    data = feeds.single(replace(ENTRY, geo=(51.5, 7.25), categories=("Rundgang",), place="Musterstadt"))
    assert named(data, "METHOD") + named(data, "X-WR-CALNAME") == ["METHOD:PUBLISH"]
    assert named(data, "GEO") + named(data, "CATEGORIES") == ["GEO:51.5;7.25", "CATEGORIES:Rundgang"]
    assert summary_of(data)[0]["url"] == "https://dialogwerk.example/dialoge/werkstor"
