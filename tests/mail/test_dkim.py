"""Signatures: another reader of RFC 6376 and 8463 finds them good, as made and as they arrive, and sees every change."""

import re
import time
from pathlib import Path
from typing import Any

import dkim as oracle
import pytest
from aiosmtpd.controller import Controller
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from kit.db import Database
from kit.settings import SettingsError, load, settings
from mail import compose
from mail.bounce_address import letter_of
from mail.compose import Attachment
from mail.dkim import Signer, relaxed_body, signer
from mail.models import Letter
from mail.rules import State
from tests.conftest import World, environment
from tests.mail.test_compose import HOSTILE, letter
from tests.mail.test_smtp import delivering, free_port

RSA = rsa.generate_private_key(65537, 2048)
SIGNERS = {
    "rsa": Signer("dialogwerk.example", "eins", RSA),
    "ed25519": Signer("dialogwerk.example", "zwei", ed25519.Ed25519PrivateKey.generate()),
}
CALENDAR = Attachment("einladung.ics", "application/ics", "BEGIN:VCALENDAR\r\nx:ä\r\n".encode(), method="REQUEST")


def good(data: bytes, by: Signer) -> bool:
    return bool(
        oracle.verify(data, dnsfunc=lambda name, **_more: by.record if name == f"{by.name}.".encode() else None)
    )


def pem(key: Any) -> bytes:
    return bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


@pytest.fixture
def key_file(tmp_path: Path) -> str:
    path = tmp_path / "dkim.pem"
    path.write_bytes(pem(RSA))
    return str(path)


@pytest.fixture
def message() -> bytes:
    with environment(DIALOGWERK_ENV="test", DIALOGWERK_BASE_URL="http://testserver"):
        row = letter(text="Guten Tag  \n\n.\nEnde \n\n\n", unsubscribe="https://dialogwerk.example/abo/x")
        return compose.message(row, [CALENDAR], sender_name="Ö" * 90, reply_to="post@ems.example").as_bytes()


@pytest.mark.parametrize("kind", SIGNERS)
def test_a_signature_is_good_until_something_changes(kind: str, message: bytes) -> None:
    by = SIGNERS[kind]
    data = by.signed(message)
    assert good(data, by)
    # What mail servers on the way may do (RFC 6376, section 3.4): fold headers anew, add and take space at ends.
    assert good(data.replace(b"Subject: Sie sind dabei", b"Subject:  Sie\r\n sind   dabei ") + b"\r\n\r\n", by)
    for name in ("From", "To", "Subject", "Date", "Message-ID", "Reply-To", "Content-Type", "MIME-Version"):
        found = re.search(rf"(?m)^{name}: ".encode(), data)
        assert found is not None, name
        assert not good(data[: found.end()] + b"x" + data[found.end() :], by), name
        assert not good(f"{name}: x@other.example\r\n".encode() + data, by), name
    for name in ("Auto-Submitted", "List-Unsubscribe", "List-Unsubscribe-Post", "Content-Language"):
        assert not good(data.replace(f"\r\n{name}: ".encode(), f"\r\n{name}: x".encode()), by), name
    assert not good(data.replace(b"R3V0ZW4g", b"R3V0ZW5g").replace(b"Guten Tag", b"Guten Abend"), by)
    assert max(len(line) for line in data.split(b"\r\n")) <= 998
    assert max(len(line) for line in data.partition(b"\r\nFrom")[0].split(b"\r\n")) <= 400


def test_every_letter_can_be_signed() -> None:
    with environment(DIALOGWERK_ENV="test"):
        for text in HOSTILE:
            row = letter(recipient_name=text, subject=text, text=text, html=text)
            data = SIGNERS["rsa"].signed(compose.message(row, [], sender_name=text).as_bytes())
            assert good(data, SIGNERS["rsa"]), text


def test_empty_lines_at_the_end_do_not_count() -> None:
    assert [relaxed_body(body) for body in (b"", b"\r\n\r\n", b"a \t b \r\n\r\n \r\n", b"a")] == [
        b"",
        b"",
        b"a b\r\n",
        b"a\r\n",
    ]


def test_a_signed_letter_arrives_good_and_comes_back_to_its_own_address(
    database: Database, world: World, key_file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    got: list[tuple[str, bytes]] = []

    class Sink:
        async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
            got.append((envelope.mail_from, bytes(envelope.content)))
            return "250 taken"

    world.confirm(world.sign_up(world.dialogue()))
    rows = world.rows(Letter, kind="confirm_address") * 2
    controller = Controller(Sink(), hostname="127.0.0.1", port=free_port())
    controller.start()
    monkeypatch.setenv("DIALOGWERK_DKIM_KEY", key_file)
    monkeypatch.setenv("DIALOGWERK_DKIM_SELECTOR", "eins")
    for row, mailbox in zip(rows, ("", "antwort@dialogwerk.example"), strict=True):
        monkeypatch.setenv("DIALOGWERK_REPLY_ADDRESS", mailbox)
        world.within(row, lambda session, row=row: setattr(session.get_one(Letter, row.id), "state", State.QUEUED))
        with delivering(database, controller.port, monkeypatch) as delivery:
            assert delivery.deliver(row.initiative_id, row.id) == State.SENT
    controller.stop()
    plain, tokened = (sender for sender, _data in got)
    assert plain == settings().mail_from
    local, _at, domain = tokened.partition("@")
    assert (local.partition("+")[0], letter_of(local.partition("+")[2]), domain) == (
        "antwort",
        rows[0].id,
        "dialogwerk.example",
    )
    assert [good(data, SIGNERS["rsa"]) for _sender, data in got] == [True, True]


@pytest.mark.parametrize(
    "content", [b"", b"no key", pem(rsa.generate_private_key(65537, 1024))], ids=["empty", "text", "short"]
)
def test_a_key_that_is_none_stops_the_worker_with_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "key.pem"
    path.write_bytes(content)
    with environment(DIALOGWERK_ENV="test", DIALOGWERK_DKIM_KEY=str(path)), pytest.raises(SettingsError):
        signer()
    with pytest.raises(SettingsError, match="DIALOGWERK_DKIM_SELECTOR"):
        load({"DIALOGWERK_ENV": "test", "DIALOGWERK_DKIM_SELECTOR": "a b"})


@pytest.mark.parametrize("kind", SIGNERS)
def test_signing_is_cheap(kind: str, message: bytes) -> None:
    """At most 1.5 CPU-ms for a letter with a ticket (goal), five times that for a busy machine's tests."""
    data = message + b"A" * 76 + b"\r\n" * 1000
    began = time.process_time()
    for _number in range(20):
        SIGNERS[kind].signed(data)
    assert (time.process_time() - began) / 20 < 0.0075
