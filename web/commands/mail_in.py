"""mail-in: one inbound message, stored raw. Exit 0 only after the commit."""

import argparse
import hashlib
import sys

from sqlmodel import select

from kit import clock
from kit.db import ScopedSession, database, wide
from mail.models import InboundMail

LARGEST = 10_000_000


def mail_in(_args: argparse.Namespace) -> int:
    """Stores what stands on stdin; the same message twice is one row. 65 for what is no message (sysexits EX_DATAERR)."""
    raw = sys.stdin.buffer.read(LARGEST + 1)
    if not raw.strip() or len(raw) > LARGEST:
        print("mail-in: nothing to store, or more than 10 MB", file=sys.stderr)
        return 65
    digest = hashlib.sha256(raw).hexdigest()

    def store(session: ScopedSession) -> None:
        if session.exec(select(InboundMail.id).where(InboundMail.digest == digest)).first() is None:
            session.add(InboundMail(received_at=clock.now(), digest=digest, raw=raw))

    database().transact(wide("sweep"), store, background=True)
    return 0
