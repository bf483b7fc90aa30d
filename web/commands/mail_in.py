"""mail-in: one inbound message, stored raw. Exit 0 only after the commit."""

import argparse
import os
import sys

from kit import clock
from kit.db import database, wide
from mail.inbound import LARGEST, NotStored, envelope, envelope_sender, store


def mail_in(_args: argparse.Namespace) -> int:
    """Stores what stands on stdin; the same message twice is one row. 65 for what is no message (sysexits EX_DATAERR).

    A mail server that pipes says in the environment from whom and to whom (Postfix: SENDER, ORIGINAL_RECIPIENT,
    RECIPIENT); otherwise the headers tell.
    """
    raw = sys.stdin.buffer.read(LARGEST + 1)
    sender, recipients = envelope(raw)
    if "SENDER" in os.environ:
        sender = envelope_sender(os.environ["SENDER"])
    recipients = [
        os.environ[name] for name in ("ORIGINAL_RECIPIENT", "RECIPIENT") if os.environ.get(name)
    ] or recipients
    try:
        database().transact(
            wide("sweep"),
            lambda session: store(session, raw=raw, sender=sender, recipients=recipients, now=clock.now()),
            background=True,
        )
    except NotStored as refused:
        print(f"mail-in: {refused}", file=sys.stderr)
        return 65
    return 0
