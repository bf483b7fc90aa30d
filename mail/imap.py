"""Looking into a mailbox for inbound mail (IMAP4rev1), where no mail server brings it.

A message is stored and committed, then marked and moved. Who is killed in between looks at it a second time, which the
digest finds.
"""

import imaplib
import logging
import re
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any

from kit.db import Database, wide
from kit.settings import ImapAddress, settings
from mail.inbound import LARGEST, NotStored, envelope, store

log = logging.getLogger(__name__)

FOLDER = "Dialogwerk"
EVERY_SECONDS = 60.0
TIMEOUT_SECONDS = 30.0
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")

# When this process may look again; nothing is late because of it.
_next_look = 0.0


class MailboxClosed(Exception):
    """The mailbox answers otherwise than it should; the text names the command."""


def fetch(database: Database, now: datetime) -> int:
    """Stores what is unread in the mailbox, at most once a minute. Returns how many messages."""
    global _next_look
    address = settings().imap
    if address is None or time.monotonic() < _next_look:
        return 0
    _next_look = time.monotonic() + EVERY_SECONDS
    return look(database, address, now)


def look(database: Database, address: ImapAddress, now: datetime) -> int:
    """Stores what is unread, marks it as read and moves it. Raises MailboxClosed, OSError and imaplib's errors."""
    stored = 0
    with _opened(address) as box:
        _done(box.select(address.folder), "SELECT")
        uids = _done(box.uid("SEARCH", "UNSEEN", "UNDELETED"), "SEARCH")[0].split()
        if uids:
            # It answers NO where the folder is there already.
            box.create(FOLDER)
        for uid in uids:
            stored += _take(database, box, uid.decode(), now)
    return stored


def _take(database: Database, box: imaplib.IMAP4, uid: str, now: datetime) -> bool:
    size = next((int(found[1]) for part in _parts(box, uid, "RFC822.SIZE") if (found := _SIZE.search(part))), 0)
    if size > LARGEST:
        log.warning("a message of %s bytes stays in the mailbox", size)
        _done(box.uid("STORE", uid, "+FLAGS.SILENT", r"(\Seen)"), "STORE")
        return False
    raw = max(_parts(box, uid, "BODY.PEEK[]", literal=True), key=len, default=b"")
    sender, recipients = envelope(raw)
    try:
        database.transact(
            wide("sweep"),
            lambda session: store(session, raw=raw, sender=sender, recipients=recipients, now=now),
            background=True,
        )
    except NotStored:
        log.warning("an empty message was left out")
    _done(box.uid("STORE", uid, "+FLAGS.SILENT", r"(\Seen)"), "STORE")
    if "MOVE" in box.capabilities:
        _done(box.uid("MOVE", uid, FOLDER), "MOVE")
    else:
        _done(box.uid("COPY", uid, FOLDER), "COPY")
        _done(box.uid("STORE", uid, "+FLAGS.SILENT", r"(\Deleted)"), "STORE")
        if "UIDPLUS" in box.capabilities:
            _done(box.uid("EXPUNGE", uid), "EXPUNGE")
    return True


def _parts(box: imaplib.IMAP4, uid: str, what: str, *, literal: bool = False) -> list[bytes]:
    """What a FETCH answered: its literals, or its lines. The server may tell of other things in between."""
    found = _done(box.uid("FETCH", uid, f"({what})"), "FETCH")
    if literal:
        return [part[1] for part in found if isinstance(part, tuple)]
    return [part[0] if isinstance(part, tuple) else part for part in found if part]


def _done(answer: tuple[str, list[Any]], command: str) -> list[Any]:
    if answer[0] != "OK":
        raise MailboxClosed(command)
    return answer[1]


@contextmanager
def _opened(address: ImapAddress) -> Iterator[imaplib.IMAP4]:
    context = ssl.create_default_context()
    if address.tls == "implicit":
        box: imaplib.IMAP4 = imaplib.IMAP4_SSL(address.host, address.port, ssl_context=context, timeout=TIMEOUT_SECONDS)
    else:
        box = imaplib.IMAP4(address.host, address.port, timeout=TIMEOUT_SECONDS)
    try:
        if address.tls == "starttls":
            box.starttls(ssl_context=context)
        box.login(address.user, address.password)
        # What a server can do it may tell anew to whom it knows.
        box.capabilities = tuple(_done(box.capability(), "CAPABILITY")[0].decode("ascii", "replace").upper().split())
        yield box
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            box.logout()
