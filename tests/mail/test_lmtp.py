"""The port for the mail server: what it answers with yes is stored, each recipient has an answer."""

import asyncio
import os
import signal
import smtplib
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import text

from kit.db import Database
from kit.settings import ROOT, settings
from mail import lmtp
from mail.inbound import LARGEST
from mail.models import InboundMail
from tests.conftest import World
from tests.spine.processes import free_port

MAILBOX = "antwort@dialogwerk.example"
PLUS = "antwort+abc@dialogwerk.example"
RAW = b"From: \xff\r\nSubject: " + b"x" * 5000 + b"\r\n\r\n..\r\nIch komme.\r\n"


@contextmanager
def served(database: Database) -> Iterator[tuple[int, threading.Event]]:
    """The server in a thread of its own; the event stops it."""
    port, told, ready = free_port(), threading.Event(), threading.Event()

    async def run() -> None:
        stop = asyncio.Event()
        task = asyncio.create_task(
            lmtp.serve(database, host="127.0.0.1", port=port, hostname="dialogwerk.example", stop=stop, patience=5)
        )
        await asyncio.sleep(0.05)
        ready.set()
        await asyncio.to_thread(told.wait)
        stop.set()
        await task

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    ready.wait()
    try:
        yield port, told
    finally:
        told.set()
        thread.join()


@pytest.fixture
def _mailbox(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIALOGWERK_REPLY_ADDRESS", MAILBOX)
    settings.cache_clear()


def answers(client: smtplib.LMTP, raw: bytes, count: int) -> list[int]:
    """The answers to a message, one for each recipient."""
    assert client.docmd("DATA")[0] == 354
    client.send(smtplib._quote_periods(raw) + b".\r\n")  # type: ignore[attr-defined]
    return [client.getreply()[0] for _each in range(count)]


@pytest.mark.usefixtures("_mailbox")
def test_what_is_answered_with_yes_is_stored(database: Database, world: World) -> None:
    with served(database) as (port, _stop), smtplib.LMTP("127.0.0.1", port) as client:
        client.ehlo_or_helo_if_needed()
        assert client.esmtp_features["size"] == str(LARGEST)
        assert client.mail("<>") == (250, b"OK")
        assert [client.rcpt(each)[0] for each in ("fremd@dialogwerk.example", PLUS, MAILBOX)] == [550, 250, 250]
        assert answers(client, RAW, 2) == [250, 250]
        # The same again, as a server does that did not hear the answer.
        client.mail("<>")
        assert [client.rcpt(each)[0] for each in (MAILBOX, PLUS)] == [250, 250]
        assert answers(client, RAW, 2) == [250, 250]
        assert [(row.raw, row.sender, row.recipient) for row in world.rows(InboundMail)] == [(RAW, "<>", PLUS)]
        client.mail("gast@post.example")
        client.rcpt(PLUS)
        assert answers(client, b" \r\n", 1) == [554]
        client.mail("gast@post.example")
        assert client.docmd("MAIL", f"FROM:<a@b.example> SIZE={LARGEST + 1}")[0] == 503
        client.rset()
        assert client.docmd("MAIL", f"FROM:<a@b.example> SIZE={LARGEST + 1}")[0] == 552
        with database.engine.begin() as connection:
            connection.execute(text("ALTER TABLE inbound_mail RENAME TO elsewhere"))
        client.mail("gast@post.example")
        client.rcpt(PLUS)
        client.rcpt(MAILBOX)
        assert answers(client, RAW, 2) == [451, 451]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("_mailbox")
def test_a_message_too_large_is_refused_for_each(
    database: Database, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lmtp, "LARGEST", 1000)
    with served(database) as (port, _stop), smtplib.LMTP("127.0.0.1", port) as client:
        client.ehlo()
        client.mail("gast@post.example")
        client.rcpt(PLUS)
        client.rcpt(MAILBOX)
        assert answers(client, b"x\r\n" * 1000, 2) == [552, 552]
        assert client.noop()[0] == 250
    assert world.rows(InboundMail) == []


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("_mailbox")
def test_who_is_told_to_stop_answers_what_was_begun(database: Database, world: World) -> None:
    with served(database) as (port, stop), smtplib.LMTP("127.0.0.1", port) as client:
        client.ehlo()
        client.mail("gast@post.example")
        client.rcpt(PLUS)
        assert client.docmd("DATA")[0] == 354
        stop.set()
        time.sleep(0.1)
        client.send(b"Subject: x\r\n\r\ny\r\n.\r\n")
        assert client.getreply()[0] == 250
        client.close()
    assert len(world.rows(InboundMail)) == 1


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("_mailbox")
def test_the_command_receives_until_it_is_told_to_stop(database: Database, world: World) -> None:
    port = free_port()
    with subprocess.Popen(
        [sys.executable, "-m", "web.cli", "mail-server", "--port", str(port)],
        cwd=ROOT, env=dict(os.environ), stdout=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == f"LMTP for {MAILBOX} on 127.0.0.1:{port}\n".encode()
        for _try in range(50):
            try:
                client = smtplib.LMTP("127.0.0.1", port)
                break
            except OSError:
                time.sleep(0.1)
        client.sendmail("gast@post.example", [PLUS], RAW)
        process.send_signal(signal.SIGTERM)
        assert (process.wait(timeout=30), process.stdout.read()) == (0, b"")
        client.close()
    assert len(world.rows(InboundMail)) == 1
