"""Inbound mail is stored as it came, before anything is made of it: whoever brings it hears yes after the commit.

Reading is another matter and another time (`mail.incoming`), so a message that nobody can read is never lost.
"""

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from email.message import Message
from email.parser import BytesHeaderParser

from sqlmodel import Session, select

from kit.ids import new_id
from mail.mailbox import named_in, token_of
from mail.models import InboundMail

LARGEST = 10_000_000
NOBODY = "<>"
"""The empty sender of an envelope, as reports of mail servers have it; "" is one that is not known."""
_MOST_OF_HEADERS = 200_000
_ADDRESS = 320
_ENVELOPE = ("X-Original-To", "Delivered-To", "Envelope-To")
_SHOWN = ("To", "Cc")
_NO_TEXT = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


class NotStored(ValueError):
    """Nothing to store, or too much."""


def store(session: Session, *, raw: bytes, sender: str, recipients: Sequence[str], now: datetime) -> str:
    """Keeps a message; the same one for the same recipients is one row. Returns its id; raises NotStored."""
    if not raw.strip() or len(raw) > LARGEST:
        raise NotStored("nothing to store, or more than 10 MB")
    told = [_plain(recipient) for recipient in recipients]
    digest = hashlib.sha256(b"\0".join([hashlib.sha256(raw).digest(), *(one.encode() for one in sorted(told))]))
    known = session.exec(select(InboundMail.id).where(InboundMail.digest == digest.hexdigest())).first()
    if known is not None:
        return known
    row = InboundMail(
        id=new_id(),
        received_at=now,
        digest=digest.hexdigest(),
        raw=raw,
        sender=_plain(sender),
        recipient=next((one for one in told if token_of(one) is not None), told[0] if told else ""),
    )
    session.add(row)
    session.flush()
    return row.id


def envelope(raw: bytes) -> tuple[str, list[str]]:
    """Sender and recipients as the headers tell them, for a message that came without its envelope.

    Recipients are addresses of our mailbox alone: those that the delivering server noted, otherwise the shown ones.
    """
    headers = BytesHeaderParser().parsebytes(raw[:_MOST_OF_HEADERS])
    noted = _named(headers, _ENVELOPE)
    # The bare mailbox is what a server notes that cuts the plus off.
    if not any(token_of(address) for address in noted):
        noted = _named(headers, _SHOWN) or noted
    paths = headers.get_all("Return-Path") or []
    return envelope_sender(str(paths[0])) if paths else "", noted


def envelope_sender(path: str) -> str:
    """The sender as it is kept; NOBODY where the envelope has none, however the mail server spells that."""
    address = path.strip().strip("<>").strip()
    return NOBODY if address.partition("@")[0].upper() in ("", "MAILER-DAEMON") else address


def _named(headers: Message, names: Sequence[str]) -> list[str]:
    found = (address for name in names for value in headers.get_all(name) or [] for address in named_in(str(value)))
    return list(dict.fromkeys(found))


def _plain(address: str) -> str:
    """An address that both databases can hold."""
    return _NO_TEXT.sub("?", address.strip())[:_ADDRESS]
