"""Reports of mail servers that a letter did not arrive: RFC 3464, and the free words of those who know none."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_string
from email.message import Message
from typing import Any

from kit.ical import clean_line

_STATUS = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])", re.ASCII)
_INTERNATIONAL = "message/global-delivery-status"
_TYPES = ("message/delivery-status", _INTERNATIONAL)
_LONGEST = 500
_MOST_BLOCKS = 50
_MOST_PARTS = 100
# "Mailbox full" is told as a failure for good, but a mailbox is emptied.
_FULL = "5.2.2"


@dataclass(frozen=True, kw_only=True)
class Report:
    """`hard`: it will never arrive there. `free`: words without a form, of which nobody can tell what they mean."""

    hard: bool
    status: str
    words: str
    original_id: str
    free: bool = False


def parts(message: Message) -> Iterator[Message]:
    """All parts, one after the other, without those of messages inside, which are somebody else's."""
    waiting: list[Any] = [message]
    for _part in range(_MOST_PARTS):
        if not waiting:
            return
        part: Message = waiting.pop(0)
        yield part
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            waiting[:0] = part.get_payload()


def report_of(message: Message, *, from_server: bool) -> Report | None:
    """What a mail server reports as undelivered, or as late; None for every other message.

    `from_server` says that the author's address is a mail server's. A report of success is no return.
    """
    blocks = list(_blocks(message))
    if blocks:
        failed = _worst(blocks)
        return _from_block(failed, _original_id(message)) if failed is not None else None
    kind = _parameter(message, "report-type")
    if kind == "delivery-status" or message.get("X-Failed-Recipients") or (from_server and not kind):
        words = _first_words(message)
        found = _STATUS.search(words)
        return Report(
            hard=False, status=found[0] if found else "", words=words, original_id=_original_id(message), free=True
        )
    return None


def _from_block(block: Message, original_id: str) -> Report:
    action = _action(block)
    diagnostic = clean_line(str(block.get("Diagnostic-Code") or ""))
    found = _STATUS.search(str(block.get("Status") or "")) or _STATUS.search(diagnostic)
    status = found[0] if found else ""
    return Report(
        hard=action == "failed" and status.startswith("5") and status != _FULL,
        status=status,
        words=(diagnostic or clean_line(f"{action} {status}"))[:_LONGEST],
        original_id=original_id,
    )


def _worst(blocks: list[Message]) -> Message | None:
    """The block of a recipient whom it did not reach; letters of ours have one."""
    by_action = {_action(block): block for block in reversed(blocks)}
    return by_action.get("failed") or by_action.get("delayed")


def _action(block: Message) -> str:
    """Its first word; old servers write "failure", or explain it behind."""
    word = str(block.get("Action") or "").lower().partition("(")[0].strip()
    return "failed" if word == "failure" else word


def _blocks(message: Message) -> Iterator[Message]:
    """One group of fields for each recipient."""
    for part in parts(message):
        if part.get_content_type() not in _TYPES:
            continue
        payload: Any = part.get_payload()
        if isinstance(payload, list) and part.get_content_type() == _INTERNATIONAL:
            # The library takes it for a message: its fields, and all other groups for its text.
            payload = payload[0].get_payload()
        if isinstance(payload, str):
            payload = [message_from_string(block) for block in re.split(r"\r?\n\r?\n", payload, maxsplit=_MOST_BLOCKS)]
        yield from (block for block in payload[:_MOST_BLOCKS] if block.get("Action"))


def _original_id(message: Message) -> str:
    """The Message-ID of the letter that is reported, from the copy inside."""
    for part in list(message.walk())[1:_MOST_BLOCKS]:
        if part.get_content_type() in ("text/rfc822-headers", "message/global-headers"):
            data = part.get_payload(decode=True)
            inside = message_from_string(data.decode("utf-8", "replace")) if isinstance(data, bytes) else part
        else:
            inside = part
        found = inside.get("Message-ID")
        if found:
            return clean_line(str(found))[:200]
    return ""


def _first_words(message: Message) -> str:
    for part in message.walk():
        data = part.get_payload(decode=True)
        if part.get_content_maintype() == "text" and isinstance(data, bytes):
            return clean_line(data[: 4 * _LONGEST].decode("utf-8", "replace"))[:_LONGEST]
    return ""


def _parameter(message: Message, name: str) -> str:
    found = message.get_param(name, "")
    return found.lower() if isinstance(found, str) else ""
