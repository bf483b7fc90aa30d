"""An inbound message as a person may read it: a few headers and its text. Nothing of it is loaded, run or shown as HTML."""

import contextlib
import re
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from html import unescape

from kit.ical import clean_line, clean_text
from mail.incoming import MOST_BYTES, Short
from mail.report import parts

LONGEST_TEXT = 20_000
_LONGEST_LINE = 300
_TAG = re.compile(r"<(style|script)\b[^<]*</\1>|<[^<>]*>", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t]{2,}")
_HEADERS = ("From", "To", "Subject", "Date")


@dataclass(frozen=True)
class Shown:
    """Values are clean text; `files` are the names of attachments."""

    author: str
    to: str
    subject: str
    date: str
    text: str
    files: tuple[str, ...]


def shown(raw: bytes) -> Shown:
    """What stands in a message; of one that cannot be taken apart, its first lines as they are."""
    try:
        message = message_from_bytes(raw[:MOST_BYTES], policy=Short())
        author, to, subject, date = (_line(message, name) for name in _HEADERS)
        return Shown(author, to, subject, date, _text(message), _files(message))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return Shown("", "", "", "", clean_text(raw[:LONGEST_TEXT].decode("latin-1")), ())


def _line(message: Message, name: str) -> str:
    value = str(message.get(name) or "")
    with contextlib.suppress(ValueError, LookupError, MessageError):
        value = str(make_header(decode_header(value)))
    return clean_line(value)[:_LONGEST_LINE]


def _text(message: Message) -> str:
    """The first plain part, otherwise the first HTML part without its tags."""
    for kind in ("text/plain", "text/html"):
        for part in parts(message):
            data = part.get_payload(decode=True) if part.get_content_type() == kind else None
            if not isinstance(data, bytes) or not data.strip():
                continue
            text = _decoded(part, data[: 4 * LONGEST_TEXT])
            if kind == "text/html":
                text = _BLANKS.sub(" ", unescape(_TAG.sub(" ", text)))
            return clean_text(text)[:LONGEST_TEXT]
    return ""


def _decoded(part: Message, data: bytes) -> str:
    try:
        return data.decode(part.get_content_charset() or "utf-8")
    except (UnicodeError, LookupError):
        return data.decode("latin-1")


def _files(message: Message) -> tuple[str, ...]:
    names = (part.get_filename() for part in parts(message))
    return tuple(clean_line(str(name))[:_LONGEST_LINE] for name in names if name)
