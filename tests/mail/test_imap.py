"""A mailbox that is looked into: a real IMAP server in this process."""

import asyncio
import imaplib
import threading
from argparse import Namespace
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager

import pytest
from pymap.backend.dict import DictBackend
from pymap.imap import IMAPService
from pysasl.hashing import Cleartext
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from kit.db import Database
from kit.settings import ImapAddress, load, settings
from mail import imap
from mail.models import InboundMail
from tests.conftest import NOW, World
from tests.mail.test_inbound import MAILBOX, RAW
from tests.spine.processes import free_port


@contextmanager
def served() -> Iterator[ImapAddress]:
    """One empty mailbox."""
    port, ready = free_port(), threading.Event()
    loop, stop = asyncio.new_event_loop(), asyncio.Event()
    arguments = Namespace(
        demo_data=False, demo_user="antwort", demo_password="geheim", debug=False, host="127.0.0.1", port=str(port),
        cert=None, key=None, tls=False, passlib_cfg=None, proxy_protocol=None, inherited_sockets=None,
    )  # fmt: skip

    async def serve() -> None:
        backend, config = await DictBackend.init(arguments, hash_context=Cleartext())
        config.apply_context()
        async with AsyncExitStack() as stack:
            await backend.start(stack)
            await IMAPService(backend, config).start(stack)
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    assert ready.wait(20)
    try:
        yield ImapAddress("127.0.0.1", port, "antwort", "geheim", "INBOX", "none")
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()


@contextmanager
def opened(address: ImapAddress) -> Iterator[imaplib.IMAP4]:
    """The mailbox as another program sees it."""
    with imaplib.IMAP4(address.host, address.port) as box:
        box.login(address.user, address.password)
        yield box


def count(box: imaplib.IMAP4, folder: str) -> int:
    return int(box.select(folder, readonly=True)[1][0] or b"0")


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_what_is_unread_is_stored_then_moved(database: Database, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIALOGWERK_REPLY_ADDRESS", MAILBOX)
    settings.cache_clear()
    odd = b"Return-Path: <>\r\nDelivered-To: " + MAILBOX.encode() + b"\r\n\r\n" + b")\r\nA1 OK\r\n" * 1000
    with served() as address, opened(address) as other:
        for raw, flags in ((RAW, None), (odd, None), (b"read elsewhere", r"(\Seen)")):
            assert other.append("INBOX", flags, None, raw)[0] == "OK"
        assert imap.look(database, address, NOW) == 2
        assert sorted((row.raw, row.sender, row.recipient) for row in world.rows(InboundMail)) == sorted(
            [(RAW, "", MAILBOX), (odd, "<>", MAILBOX)]
        )
        assert (count(other, "INBOX"), count(other, imap.FOLDER)) == (1, 2)
        # Killed between the commit and the mark: the same message lies there again.
        assert other.append("INBOX", None, None, RAW)[0] == "OK"
        assert imap.look(database, address, NOW) == 1
        assert len(world.rows(InboundMail)) == 2
        # What cannot be stored stays where it is, unread.
        assert other.append("INBOX", None, None, b"Subject: later\r\n\r\nx")[0] == "OK"
        with database.engine.begin() as connection:
            connection.execute(text("ALTER TABLE inbound_mail RENAME TO elsewhere"))
        with pytest.raises(OperationalError):
            imap.look(database, address, NOW)
        other.select("INBOX", readonly=True)
        assert len(other.uid("SEARCH", "UNSEEN")[1][0].split()) == 1


def test_the_address_of_a_mailbox_is_read() -> None:
    def read(url: str) -> ImapAddress | None:
        return load({"DIALOGWERK_ENV": "test", "DIALOGWERK_REPLY_ADDRESS": MAILBOX, "DIALOGWERK_IMAP_URL": url}).imap

    assert read("") is None
    assert read("imaps://a%40b:c%2Fd@mail.example") == ImapAddress(
        "mail.example", 993, "a@b", "c/d", "INBOX", "implicit"
    )
    assert read("imap://a:b@mail.example:1143/In%20Box?tls=none") == ImapAddress(
        "mail.example", 1143, "a", "b", "In Box", "none"
    )
