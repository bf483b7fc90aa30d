"""What an answer to an invitation does, and above all what it does not."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from events import operations as events
from events.models import Dialogue
from kit import clock
from kit.db import wide
from kit.ical_reply import Attending
from kit.journal import Audit
from kit.settings import settings
from kit.tokens import derive
from mail.inbound import store
from mail.models import InboundMail, Letter
from network.models import Initiative
from registration import operations, queries
from registration.attachments import reply_address
from registration.models import CalendarAnswer, Invitation, Registration
from registration.operations import answers, confirm_by_hand, sweeps
from registration.operations.refusals import GivenUp, Over
from registration.rules import State
from tests.conftest import NOW, World
from tests.mail import shapes
from tests.registration.replies import invitation_of, reply
from tests.registration.test_calendar_loop import HOUR, announce, save
from web.worker import QUICK, run

MINUTE = timedelta(minutes=1)
DUE = NOW + 30 * MINUTE


def own(world: World, registration: Registration, verb: Any, **values: Any) -> Any:
    """One verb on a registration."""
    return world.within(
        registration,
        lambda session: verb(session, registration=session.get_one(Registration, registration.id), **values),
    )


def initiative_address(world: World, registration: Registration) -> str:
    (initiative,) = world.rows(Initiative, id=registration.initiative_id)
    return str(initiative.email)


def kinds(world: World, registration: Registration) -> list[str]:
    """The letters of a registration after its confirmation, by kind."""
    rows = world.rows(Letter, registration_id=registration.id)
    return sorted(row.kind for row in rows if row.kind not in ("confirm_address", "confirmation"))


def told(world: World, registration: Registration) -> list[tuple[str, int]]:
    """(METHOD, SEQUENCE) of each calendar file, in order."""
    entries = [
        (entry["data"]["method"], entry["data"]["sequence"])
        for letter in world.rows(Letter, registration_id=registration.id)
        for entry in letter.attachments
        if entry["key"] == "invitation"
    ]
    return sorted(entries, key=lambda entry: entry[1])


def verdicts(world: World, registration: Registration) -> list[str]:
    rows = world.rows(CalendarAnswer, registration_id=registration.id)
    return [row.verdict for row in sorted(rows, key=lambda row: (row.received_at, row.stamp or NOW))]


@pytest.fixture
def guest(world: World) -> Registration:
    return coming(world)


def coming(world: World) -> Registration:
    """Somebody with a confirmed place in a dialogue of an own initiative; the next in line waits for it."""
    dialogue = world.dialogue(capacity=1)
    seated: Registration = world.confirm(world.sign_up(dialogue))
    world.confirm(world.sign_up(dialogue))
    return world.again(seated)  # type: ignore[no-any-return]


def test_yes_and_perhaps_are_shown_and_change_nothing_else(world: World, guest: Registration) -> None:
    before = len(world.rows(Letter))
    for partstat, minutes in (("ACCEPTED", 1), ("TENTATIVE", 2)):
        assert reply(world, guest, partstat, stamp=NOW + minutes * MINUTE, now=NOW + minutes * MINUTE) == "taken"
        invitation = invitation_of(world, guest)
        assert (invitation.answer, invitation.answered_at) == (partstat, NOW + minutes * MINUTE)
    assert (len(world.rows(Letter)), world.again(guest).state) == (before, State.CONFIRMED)
    assert [row.detail for row in world.rows(Audit, action="registration.answer", object_id=guest.id)] == [
        "accepted",
        "tentative",
    ]
    # Written otherwise it is the same mailbox, and only the invited person's entry is looked at.
    capitals = (guest.email or "").upper()
    two = (Attending(address="x@post.example", partstat="ACCEPTED"), Attending(address=capitals, partstat="accepted"))
    assert reply(world, guest, sender=capitals, attendees=two, stamp=NOW + 3 * MINUTE) == "taken"
    nameless = (Attending(address="", partstat="TENTATIVE"),)
    assert reply(world, guest, attendees=nameless, stamp=NOW + 4 * MINUTE) == "taken"
    assert invitation_of(world, guest).answer == "TENTATIVE"


def test_a_decline_frees_the_place_after_half_an_hour(world: World, guest: Registration) -> None:
    assert reply(world, guest) == "grace"
    assert kinds(world, guest) == ["answer_declined"]
    (letter,) = world.rows(Letter, registration_id=guest.id, kind="answer_declined")
    # Half past ten in Berlin.
    assert "Am 1. März 2027 um 10:30 Uhr geben wir Ihren Platz frei." in " ".join(letter.text.split())
    assert answers.free_declined(world.database, DUE - timedelta(seconds=1)) == 0
    assert world.again(guest).state == State.CONFIRMED
    assert answers.free_declined(world.database, DUE) == 1
    assert answers.free_declined(world.database, DUE) == 0
    row = world.again(guest)
    assert (row.state, row.cancel_reason, verdicts(world, guest)) == (State.CANCELLED, "person", ["freed"])
    assert kinds(world, guest) == ["answer_declined", "cancellation"]
    assert told(world, guest) == [("REQUEST", 0), ("CANCEL", 1)]
    assert sweeps.serve_lists(world.database, DUE) == 1
    (following,) = world.rows(Registration, state=State.OFFERED)
    assert world.rows(Invitation, registration_id=following.id) == []


def test_the_button_keeps_the_place_and_gives_the_entry_back(world: World, guest: Registration) -> None:
    reply(world, guest, inbound_id="m" * 16)
    for _click in range(2):
        own(world, guest, answers.keep, now=NOW + MINUTE)
    assert (answers.free_declined(world.database, DUE), world.again(guest).state) == (0, State.CONFIRMED)
    assert (verdicts(world, guest), kinds(world, guest)) == (["kept"], ["answer_declined", "answer_kept"])
    assert told(world, guest) == [("REQUEST", 0), ("REQUEST", 1)]
    assert invitation_of(world, guest).answer == ""
    # The same decline once more, late: it speaks of the entry before.
    assert reply(world, guest, sequence=0, stamp=NOW + 2 * MINUTE) == "older"
    # The same mail read again.
    assert reply(world, guest, inbound_id="m" * 16, stamp=NOW + HOUR) == "double"
    own(world, guest, operations.cancel, now=DUE)
    with pytest.raises(GivenUp):
        own(world, guest, answers.keep, now=DUE)


def test_what_comes_between_ends_the_grace(world: World) -> None:
    dialogue = world.dialogue(capacity=9)
    moved, left = (world.confirm(world.sign_up(dialogue)) for _number in range(2))
    arrived = world.confirm(world.sign_up(world.dialogue()))
    answered = {partstat: world.confirm(world.sign_up(dialogue)) for partstat in ("ACCEPTED", "TENTATIVE", "DELEGATED")}
    for row in (moved, left, arrived, *answered.values()):
        assert reply(world, row) == "grace"
    for partstat, row in answered.items():
        reply(world, row, partstat, stamp=NOW + MINUTE, now=NOW + MINUTE)
        assert (verdicts(world, row)[0], told(world, row)) == ("kept", [("REQUEST", 0)])
    own(world, left, operations.cancel, now=NOW + MINUTE)
    (person,) = world.within(arrived, lambda session: queries.participants_of(session, arrived.id))
    world.within(
        arrived,
        lambda session: operations.arrive(
            session, participant=person, arrival_id="a1", device="", actor="system", now=NOW
        ),
    )
    save(world, dialogue, start="2027-03-24T18:00", end="2027-03-24T22:00")
    announce(world)
    answers.free_declined(world.database, DUE)
    assert [verdicts(world, row) for row in (moved, left, arrived)] == [["void"]] * 3
    assert [world.again(row).state for row in (moved, left, arrived)] == ["confirmed", "cancelled", "confirmed"]
    # It declined the old time; of the new one it said nothing.
    assert invitation_of(world, moved).answer == ""
    assert {world.again(row).state for row in answered.values()} == {State.CONFIRMED}


def test_where_a_decline_frees_nothing(world: World) -> None:
    """Shortly before the beginning, of a group, after the end, and in a cancelled dialogue."""
    guest = world.confirm(world.sign_up(world.dialogue()))
    late = datetime(2027, 3, 24, 15, 45, tzinfo=UTC)
    assert reply(world, guest, stamp=late, now=late) == "taken"
    assert (invitation_of(world, guest).answer, kinds(world, guest)) == ("DECLINED", [])
    after = datetime(2027, 3, 25, tzinfo=UTC)
    assert reply(world, guest, stamp=after, now=after) == "over"
    group = world.confirm(world.sign_up(world.dialogue(), size=2))
    assert reply(world, group) == "asked"
    (letter,) = world.rows(Letter, registration_id=group.id, kind="answer_declined")
    assert letter.subject == "Wer kommt nicht? Wasserstoff vor der Haustür"
    assert (answers.free_declined(world.database, DUE), world.again(group).state) == (0, State.CONFIRMED)
    guest = coming(world)
    reply(world, guest)
    world.within(
        guest,
        lambda session: events.cancel(
            session, dialogue=session.get_one(Dialogue, guest.dialogue_id), reason="Sturm.", actor="person:t", now=NOW
        ),
    )
    answers.free_declined(world.database, DUE)
    announce(world)
    assert (verdicts(world, guest), kinds(world, guest)) == (["void"], ["answer_declined", "cancellation"])
    assert reply(world, guest, stamp=NOW + HOUR, now=NOW + HOUR) == "over"


def test_who_answers_is_not_guessed(world: World, guest: Registration) -> None:
    """Another sender, another ATTENDEE, no PARTSTAT, another UID, one date of a series, a token that proves nothing."""
    other = world.confirm(world.sign_up(world.dialogue()))
    stranger = Attending(address="fremd@post.example", partstat="DECLINED")
    said = [
        reply(world, guest, sender="fremd@post.example"),
        reply(world, guest, attendees=(stranger,)),
        reply(world, guest, attendees=()),
        reply(world, guest, "NEEDS-ACTION"),
        reply(world, guest, uid=invitation_of(world, other).uid),
        reply(world, guest, recurrence_id="20270324T160000Z"),
        reply(world, guest, token=invitation_of(world, guest).id),
        reply(world, guest, token=derive("own", invitation_of(world, guest).id, 1)),
    ]
    expected = [
        "other_address",
        "other_address",
        "no_answer",
        "no_answer",
        "other_uid",
        "one_date",
        "unknown",
        "unknown",
    ]
    assert said == expected
    invitation = invitation_of(world, guest)
    assert (invitation.answer, invitation.answer_stamp) == ("", None)
    assert world.rows(Audit, action="registration.answer") == []
    assert {row.sender for row in world.rows(CalendarAnswer)} == {"fremd@post.example", guest.email}


def test_the_invited_person_hears_once_of_a_decline_from_elsewhere(world: World, guest: Registration) -> None:
    """Never whoever sent it, and nobody of a yes, of somebody else's entry, or once the place is gone."""
    stranger = Attending(address="fremd@post.example", partstat="DECLINED")
    reply(world, guest, "ACCEPTED", sender="fremd@post.example")
    reply(world, guest, attendees=(stranger,), sender="fremd@post.example")
    assert kinds(world, guest) == []
    for minute in range(3):
        assert reply(world, guest, sender="fremd@post.example", stamp=NOW + minute * MINUTE) == "other_address"
    (letter,) = world.rows(Letter, registration_id=guest.id, kind="answer_elsewhere")
    assert (letter.recipient, "fremd" in letter.text + letter.html, letter.attachments) == (guest.email, False, [])
    assert "Ihr Platz bleibt bestätigt" in " ".join(letter.text.split())
    gone = coming(world)
    own(world, gone, operations.cancel, now=NOW)
    reply(world, gone, sender="fremd@post.example")
    assert kinds(world, gone) == ["cancellation"]


def test_nobody_hears_that_a_place_stays_where_that_is_not_the_question(world: World, guest: Registration) -> None:
    """Declined by the invited address too, of one date alone, or of a time that is over."""
    elsewhere = "fremd@post.example"
    dated = {"sender": elsewhere, "recurrence_id": "20270324T160000Z"}
    assert reply(world, guest, **dated) == "other_address"
    save(world, world.rows(Dialogue, id=guest.dialogue_id)[0], place="Rathaus Beispielmoor")
    announce(world)
    assert reply(world, guest, sender=elsewhere, sequence=0) == "other_address"
    reply(world, guest, stamp=NOW + HOUR, now=NOW + HOUR)
    assert reply(world, guest, sender=elsewhere, stamp=NOW + HOUR, now=NOW + HOUR) == "other_address"
    assert "answer_elsewhere" not in kinds(world, guest)
    assert "answer_declined" in kinds(world, guest)


def test_answers_count_in_the_order_in_which_they_were_given(world: World, guest: Registration) -> None:
    later, earlier = NOW + 9 * MINUTE, NOW + 3 * MINUTE
    assert reply(world, guest, "ACCEPTED", stamp=later, now=later) == "taken"
    assert reply(world, guest, "DECLINED", stamp=earlier, now=later) == "older"
    assert reply(world, guest, "ACCEPTED", stamp=later, now=later) == "double"
    assert invitation_of(world, guest).answer == "ACCEPTED"
    save(world, world.again(world.rows(Dialogue, id=guest.dialogue_id)[0]), place="Rathaus Beispielmoor")
    announce(world)
    # To the old place, given after the new one was told.
    assert reply(world, guest, "DECLINED", sequence=0, stamp=later + HOUR, now=later + HOUR) == "older"
    # A number we never sent and a stamp of another century must not outrank what comes next.
    odd = datetime(2099, 1, 1, tzinfo=UTC)
    assert reply(world, guest, "TENTATIVE", sequence=2**40, stamp=odd, now=later) == "taken"
    assert reply(world, guest, "ACCEPTED", stamp=later + MINUTE, now=later + MINUTE) == "taken"
    # Without a stamp the mail that comes last counts.
    assert reply(world, guest, "TENTATIVE", stamp=None, now=later + 2 * MINUTE) == "taken"
    assert invitation_of(world, guest).answer == "TENTATIVE"


def test_a_proposed_time_and_a_delegate_go_to_the_initiative(world: World, guest: Registration) -> None:
    start = datetime(2027, 3, 25, 16, 0, tzinfo=UTC)
    said = {
        "method": "COUNTER",
        "proposed_start": start,
        "proposed_end": start + HOUR,
        "comment": "Geht\r\nauch\x00 das?",
    }
    for minutes in (0, 5, 65):
        moment = NOW + minutes * MINUTE
        assert reply(world, guest, "DECLINED", stamp=moment, now=moment, **said) == "passed_on"
    assert kinds(world, guest) == ["answer_counter"] * 2 + ["answer_note"] * 2
    note = world.rows(Letter, kind="answer_note")[0]
    (initiative,) = {row.initiative_id for row in world.rows(Letter, registration_id=guest.id)}
    assert (note.recipient, note.initiative_id) == (initiative_address(world, guest), initiative)
    words = " ".join(note.text.split())
    assert "einen anderen Termin vorgeschlagen: Donnerstag, 25. März 2027, 17:00 bis 18:00 Uhr." in words
    assert "Dazu steht dort: „Geht auch das?“" in words
    assert "anmeldung/" not in note.text.replace("anmeldungen/", "")
    invitation = invitation_of(world, guest)
    assert (invitation.answer, invitation.answer_stamp, world.again(guest).state) == ("", None, State.CONFIRMED)
    delegated(world, coming(world))


def delegated(world: World, guest: Registration) -> None:
    """A delegate is asked for and never written to."""
    invited = Attending(address=guest.email or "", partstat="DELEGATED", delegated_to="vertretung@post.example")
    delegate = Attending(address="vertretung@post.example", partstat="NEEDS-ACTION", delegated_from=guest.email or "")
    assert reply(world, guest, attendees=(invited, delegate)) == "asked"
    assert kinds(world, guest) == ["answer_delegated", "answer_note"]
    (row,) = world.rows(CalendarAnswer, registration_id=guest.id)
    assert (row.delegated_to, invitation_of(world, guest).answer) == ("vertretung@post.example", "DELEGATED")
    assert {letter.recipient for letter in world.rows(Letter, registration_id=guest.id)} == {
        guest.email,
        initiative_address(world, guest),
    }
    # The delegate's own answer comes from an address that was not invited.
    own_answer = Attending(address="vertretung@post.example", partstat="DECLINED", delegated_from=guest.email or "")
    assert reply(world, guest, attendees=(own_answer,), sender="vertretung@post.example") == "other_address"


def test_a_flood_of_answers_writes_few_letters_and_frees_nothing(world: World, guest: Registration) -> None:
    said = []
    for minute in range(10):
        moment = NOW + minute * MINUTE
        said.append(reply(world, guest, ("DECLINED", "ACCEPTED")[minute % 2], stamp=moment, now=moment))
    assert [verdict for verdict in said if verdict != "taken"] == ["grace"] * 3 + ["too_many"] * 2
    assert kinds(world, guest) == ["answer_declined"] * 3
    assert reply(world, guest, stamp=NOW + 11 * MINUTE, now=NOW + 11 * MINUTE) == "too_many"
    answers.free_declined(world.database, NOW + HOUR)
    assert (invitation_of(world, guest).answer, world.again(guest).state) == ("DECLINED", State.CONFIRMED)


def test_a_team_restores_a_place_and_the_calendar_gets_it_again(world: World, guest: Registration) -> None:
    reply(world, guest)
    answers.free_declined(world.database, DUE)
    own(world, guest, confirm_by_hand, actor="person:test", now=DUE + MINUTE)
    assert (world.again(guest).state, told(world, guest)[-1]) == (State.CONFIRMED, ("REQUEST", 2))
    assert reply(world, guest, "ACCEPTED", stamp=DUE + HOUR, now=DUE + HOUR) == "taken"


def test_erasing_takes_answers_and_the_mails_that_brought_them(world: World, guest: Registration) -> None:
    """A doubled and a foreign one too."""
    for number, values in enumerate(({}, {}, {"sender": "fremd@post.example"}, {"uid": "x"})):
        key = f"{number}" * 16
        with world.database.write(wide("migration")) as session:
            session.add(InboundMail(id=key, received_at=NOW, digest=key, raw=b"x"))
        reply(world, guest, inbound_id=key, **values)
    assert len(world.rows(CalendarAnswer)) == 4
    own(world, guest, operations.erase, actor="person:test", now=NOW)
    assert (world.rows(CalendarAnswer), world.rows(InboundMail)) == ([], [])
    with pytest.raises(Over):
        own(world, guest, confirm_by_hand, actor="person:test", now=NOW)


def test_from_bytes_to_the_freed_place_and_what_lies_ready_is_read_first(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two guests decline by mail; the yes of one lies unread when the half hour is over."""
    monkeypatch.setenv("DIALOGWERK_REPLY_ADDRESS", "antwort@dialogwerk.example")
    settings.cache_clear()
    dialogue = world.dialogue()
    kept, freed = (world.confirm(world.sign_up(dialogue)) for _number in range(2))

    def send(registration: Registration, partstat: str, stamp: str) -> None:
        invitation = invitation_of(world, registration)
        answer = shapes.simple(partstat, uid=invitation.uid).replace(b"20270302T101500Z", stamp.encode())
        guest = invitation.recipient.encode()
        raw = shapes.mail(answer, "text/calendar; method=REPLY").replace(shapes.GUEST.encode(), guest)
        own = reply_address("antwort@dialogwerk.example", invitation.id)
        with world.database.write(wide("sweep")) as session:
            store(session, raw=raw, sender=invitation.recipient, recipients=[own], now=NOW)

    def sweep(moment: datetime) -> None:
        clock.fix(moment)
        run({name: QUICK[name] for name in QUICK if name in ("read_inbound", "free_declined")})

    send(kept, "DECLINED", "20270301T090000Z")
    send(freed, "DECLINED", "20270301T090000Z")
    sweep(NOW)
    assert [verdicts(world, row) for row in (kept, freed)] == [["grace"], ["grace"]]
    send(kept, "ACCEPTED", "20270301T091000Z")
    sweep(NOW + HOUR)
    assert [world.again(row).state for row in (kept, freed)] == [State.CONFIRMED, State.CANCELLED]


def test_an_answer_and_the_sweep_meet(world: World) -> None:
    """Yes arrives while the half hour ends: either the place stays, or it is gone and the answer came too late."""
    dialogue = world.dialogue()
    rows = [world.confirm(world.sign_up(dialogue)) for _number in range(4)]
    for row in rows:
        reply(world, row)
    workers = [threading.Thread(target=answers.free_declined, args=(world.database, DUE))]
    for row in rows:
        yes = {"stamp": NOW + MINUTE, "now": DUE}
        workers.append(threading.Thread(target=reply, args=(world, row, "ACCEPTED"), kwargs=yes))
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    for row in rows:
        ended = (world.again(row).state, verdicts(world, row))
        assert ended in (("confirmed", ["kept", "taken"]), ("cancelled", ["freed", "over"]))
