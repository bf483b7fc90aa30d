"""Inbound mail is kept as it came, once, with its envelope."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from kit.db import Database, wide
from kit.settings import settings
from mail.inbound import LARGEST, NOBODY, NotStored, envelope, envelope_sender, store
from mail.mailbox import named_in, token_of
from mail.models import InboundMail
from tests.conftest import NOW, World, environment

MAILBOX = "antwort@dialogwerk.example"
TOKEN = "abcd" * 11 + "ab"
RAW = b"From: gast@post.example\r\nTo: " + MAILBOX.encode() + b"\r\nSubject: \xff\xfe\r\n\r\nIch komme.\r\n"


@pytest.fixture
def _mailbox() -> Iterator[None]:
    with environment(DIALOGWERK_ENV="test", DIALOGWERK_REPLY_ADDRESS=MAILBOX):
        yield


@pytest.mark.usefixtures("_mailbox")
def test_our_addresses_are_told_from_others() -> None:
    plus = f"antwort+{TOKEN}@dialogwerk.example"
    assert [token_of(each) for each in (MAILBOX, plus, f"<{plus.upper()}>", f"{MAILBOX}.evil.example")] == [
        "", TOKEN, TOKEN, None,
    ]  # fmt: skip
    assert [token_of(each) for each in ("", "x" + MAILBOX, "x." + MAILBOX, "antwort@other.example")] == [None] * 4
    assert named_in(f'"A, B" <{plus}>, {MAILBOX}, x{MAILBOX}, {MAILBOX}x') == [plus, MAILBOX]


@pytest.mark.usefixtures("_mailbox")
def test_headers_tell_the_envelope_where_nothing_else_does() -> None:
    plus = f"antwort+{TOKEN}@dialogwerk.example"
    bare = f'Return-Path: <>\r\nDelivered-To: {MAILBOX}\r\nTo: "Ä" <{plus}>\r\n\r\nX'.encode()
    assert envelope(bare) == (NOBODY, [plus])
    noted = f"Return-Path: <a@b.example>\r\nX-Original-To: {plus}\r\nTo: {MAILBOX}\r\n\r\nX".encode()
    assert envelope(noted) == ("a@b.example", [plus])
    assert envelope(f"To: fremd@post.example\r\n\r\n{plus}".encode()) == ("", [])
    assert envelope(b"\x00\xff\n" * 100_000) == ("", [])
    assert [envelope_sender(path) for path in ("", "<>", "MAILER-DAEMON@mx.example", " <a@b.example> ")] == [
        NOBODY, NOBODY, NOBODY, "a@b.example",
    ]  # fmt: skip


def test_a_message_is_kept_once_for_its_recipients(
    database: Database, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    plus = f"antwort+{TOKEN}@dialogwerk.example"

    def keep(raw: bytes, *recipients: str, sender: str = "gast@post.example", now: Any = NOW) -> str:
        return database.transact(
            wide("sweep"), lambda session: store(session, raw=raw, sender=sender, recipients=recipients, now=now)
        )

    monkeypatch.setenv("DIALOGWERK_REPLY_ADDRESS", MAILBOX)
    settings.cache_clear()
    first = keep(RAW, "fremd@post.example", plus)
    assert keep(RAW, plus, "fremd@post.example", now=NOW + timedelta(hours=1)) == first
    other = keep(RAW, MAILBOX, sender="x\x00\udcff@post.example" + "y" * 400)
    kept = {row.id: row for row in world.rows(InboundMail)}
    assert kept.keys() == {first, other}
    row = kept[first]
    assert (row.raw, row.sender, row.recipient, row.state, row.received_at) == (
        RAW, "gast@post.example", plus, "stored", NOW,
    )  # fmt: skip
    assert (kept[other].recipient, kept[other].sender[:15], len(kept[other].sender)) == (
        MAILBOX,
        "x??@post.example"[:15],
        320,
    )
    for nothing in (b"", b" \r\n", b"x" * (LARGEST + 1)):
        with pytest.raises(NotStored):
            keep(nothing, plus)
