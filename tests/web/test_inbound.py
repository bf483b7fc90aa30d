"""Stored mail is read once, whole, and what follows from it is written with it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from kit.db import Database, wide
from kit.journal import Audit
from kit.settings import settings
from mail import operations
from mail.bounce_address import bounce_address
from mail.inbound import store
from mail.models import InboundMail, Letter
from mail.rules import Bounce, Inbound, State
from registration.attachments import reply_address
from registration.models import Invitation
from registration.operations import erase
from tests.conftest import NOW, World
from tests.mail import shapes
from tests.mail.shapes import GUEST, dsn, mail, simple
from web.inbound import read_inbound

MAILBOX = "antwort@dialogwerk.example"


@pytest.fixture(autouse=True)
def _mailbox(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIALOGWERK_REPLY_ADDRESS", MAILBOX)
    settings.cache_clear()


def keep(world: World, raw: bytes, *, to: str = MAILBOX, sender: str = GUEST) -> str:
    return world.database.transact(
        wide("sweep"), lambda session: store(session, raw=raw, sender=sender, recipients=[to], now=NOW)
    )


def read(world: World, *mails: str) -> list[tuple[str, str, str, str | None]]:
    """Reads what is stored; how each of these mails stands then."""
    read_inbound(world.database, NOW + timedelta(minutes=1))
    rows = {row.id: row for row in world.rows(InboundMail)}
    return [(rows[each].state, rows[each].kind, rows[each].reason, rows[each].concerns) for each in mails]


def sent(world: World) -> Letter:
    """The confirmation of a guest, taken by the mail server."""
    guest = world.confirm(world.sign_up(world.dialogue(), GUEST))
    (letter,) = world.rows(Letter, registration_id=guest.id, kind="confirmation")

    def work(session: Any) -> None:
        row = session.get_one(Letter, letter.id)
        row.state, row.sent_at = State.SENT, NOW
        session.add(row)

    world.within(letter, work)
    return letter


def noted(world: World, letter: Letter) -> tuple[str, str, str]:
    row = world.again(letter)
    return row.state, row.bounce, row.reason


def bounces(world: World) -> list[str]:
    return [row.detail for row in world.rows(Audit, action="letter.bounced")]


def test_a_returned_letter_is_found_and_noted_once(world: World) -> None:
    letter = sent(world)
    late = bounce_address(MAILBOX, letter.id)
    soft = keep(world, dsn("4.4.1", "delayed"), to=late, sender="<>")
    sorted_row = (Inbound.SORTED, "bounce", "4.4.1", letter.initiative_id)
    assert read(world, soft) == [sorted_row]
    assert noted(world, letter) == (State.SENT, Bounce.SOFT, "")
    # Found by the Message-ID in the copy, where the way back lost the token.
    by_copy = dsn().replace(b"<qqqqqqqqqqqqqqqq@dialogwerk.example>", letter.message_id.encode())
    hard = [keep(world, by_copy), keep(world, dsn("5.1.1"), to=late.upper())]
    assert [row[:2] for row in read(world, *hard)] == [(Inbound.SORTED, "bounce")] * 2
    assert read(world, keep(world, dsn("4.4.2"), to=late))[0][0] == Inbound.SORTED
    assert noted(world, letter) == (State.NEEDS_ATTENTION, Bounce.HARD, "returned")
    assert sorted(bounces(world)) == ["hard", "soft"]
    row = world.again(letter)
    assert row.bounced_at == NOW + timedelta(minutes=1)
    assert row.bounce_words == f"smtp; 550 5.1.1 <{GUEST}>: User unknown"
    # Sent again it begins anew.
    world.within(
        letter,
        lambda session: operations.send_again(
            session, letter=session.get_one(Letter, letter.id), actor="person:x", now=NOW
        ),
    )
    row = world.again(letter)
    assert (row.state, row.bounced_at, row.bounce, row.bounce_words) == (State.QUEUED, None, "", "")


def test_an_answer_is_taken_with_the_note_that_it_was_read(world: World) -> None:
    letter = sent(world)
    (invitation,) = world.rows(Invitation)
    own = reply_address(MAILBOX, invitation.id)
    mails = [
        keep(world, mail(simple("TENTATIVE", uid=invitation.uid), "text/calendar"), to=own),
        keep(world, mail(simple("ACCEPTED", uid="other@dialogwerk.example"), "text/calendar"), to=own),
        keep(world, mail(simple("ACCEPTED", uid=invitation.uid), "text/calendar")),
        keep(world, mail(b"Ich komme etwas sp\xe4ter.", "text/plain"), to=own),
    ]
    owner = letter.initiative_id
    assert read(world, *mails) == [
        (Inbound.SORTED, "answer", "taken", owner),
        (Inbound.NEEDS_ATTENTION, "answer", "other_uid", owner),
        (Inbound.NEEDS_ATTENTION, "answer", "unknown", None),
        (Inbound.NEEDS_ATTENTION, "other", "", owner),
    ]
    assert [row.answer for row in world.rows(Invitation)] == ["TENTATIVE"]
    assert read_inbound(world.database, NOW) == 0


def states(world: World, mails: Sequence[str]) -> list[tuple[str, str, str]]:
    return [row[:3] for row in read(world, *mails)]


def test_what_is_nobodys_word_is_put_aside_and_what_cannot_be_read_is_shown(world: World) -> None:
    quiet = [
        keep(world, mail(b"Ich bin im Urlaub.", "text/plain", Auto_Submitted="auto-replied")),
        keep(world, mail(b"Kaufen!", "text/plain", X_Spam_Flag="YES")),
        keep(world, mail(b"x", "text/plain", From="dialogwerk@dialogwerk.example")),
        keep(world, dsn(), to=bounce_address(MAILBOX, "q" * 16), sender="<>"),
    ]
    shown = [
        keep(world, shapes.OUT_OF_OFFICE),
        keep(world, shapes.WINMAIL),
        keep(world, dsn(), sender="<>"),
        keep(world, b"?"),
    ]
    assert states(world, quiet) == [
        (Inbound.SORTED, "auto_reply", ""),
        (Inbound.SORTED, "spam", ""),
        (Inbound.SORTED, "loop", ""),
        (Inbound.SORTED, "bounce", "letter_gone"),
    ]
    # Whoever was erased does not stay in what came back.
    assert [row.raw for row in world.rows(InboundMail, reason="letter_gone")] == [b""]
    assert states(world, shown) == [
        (Inbound.NEEDS_ATTENTION, "auto_reply", "with_answer"),
        (Inbound.NEEDS_ATTENTION, "unreadable", "winmail"),
        (Inbound.NEEDS_ATTENTION, "bounce", "unknown_letter"),
        (Inbound.NEEDS_ATTENTION, "other", ""),
    ]
    assert bounces(world) == []


def test_one_that_stops_its_reader_stops_no_other(world: World) -> None:
    poison, other = keep(world, b"poison"), keep(world, b"other")

    def begin(attempts: int) -> bool:
        return world.database.transact(
            wide("sweep"),
            lambda session: operations.begin_reading(session, inbound_id=poison, attempts=attempts),
        )

    # Two readers were killed while they read it; a third looked at an old list.
    assert [begin(0), begin(1), begin(1)] == [True, True, False]
    assert states(world, [poison, other]) == [
        (Inbound.NEEDS_ATTENTION, "unreadable", "stopped"),
        (Inbound.NEEDS_ATTENTION, "other", ""),
    ]
    assert [row.attempts for row in sorted(world.rows(InboundMail), key=lambda row: -row.attempts)] == [3, 1]


def test_who_is_erased_goes_from_returned_letters_too(world: World) -> None:
    letter = sent(world)
    kept = keep(world, dsn(), to="antwort+other@dialogwerk.example")
    keep(world, dsn(), to=bounce_address(MAILBOX, letter.id).upper())
    (invitation,) = world.rows(Invitation)
    keep(world, b"Bin im Urlaub", to=reply_address(MAILBOX, invitation.id))
    read_inbound(world.database, NOW)
    (row,) = [row for row in world.rows(type(world.sign_up(world.dialogue()))) if row.id == letter.registration_id]
    world.within(
        row, lambda session: erase(session, registration=session.get_one(type(row), row.id), actor="x", now=NOW)
    )
    assert [each.id for each in world.rows(InboundMail)] == [kept]
