"""What an inbound message is: bytes and envelope in, plain values out. Nothing is written, asked or executed here.

The order of the questions is the rule (docs/calendars.md): our own letters, reports of mail servers and automatic
replies are told first, so that a calendar inside of them never counts as an answer.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.policy import Compat32
from email.utils import parseaddr
from enum import StrEnum

from kit import ical_reply
from kit.ical import MAX_OCTETS
from kit.ical_reply import Answer
from kit.settings import settings
from mail.inbound import NOBODY, envelope
from mail.mailbox import token_of
from mail.report import Report, parts, report_of

MOST_BYTES = 3_000_000
_MOST_LINES = 60_000
_MOST_BOUNDARIES = 30
_MOST_CALENDARS = 3
_LONGEST_HEADER = 4_000
_ADDRESS = 254
_CALENDAR = re.compile(rb"BEGIN:VCALENDAR", re.IGNORECASE)
_NO_TEXT = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_TNEF = ("application/ms-tnef", "application/vnd.ms-tnef")


class Kind(StrEnum):
    ANSWER = "answer"
    BOUNCE = "bounce"
    AUTO_REPLY = "auto_reply"
    LOOP = "loop"
    SPAM = "spam"
    OTHER = "other"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """`token` is that of the recipient's plus address, "" where there is none. `reason` is a word for code."""

    kind: Kind
    token: str = ""
    from_address: str = ""
    message_id: str = ""
    answers: tuple[Answer, ...] = ()
    report: Report | None = None
    reason: str = ""


class Short(Compat32):
    """Headers are cut: taking an endless one apart costs more than it could say."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:_LONGEST_HEADER]


def read(raw: bytes, *, sender: str, recipient: str) -> Incoming:
    """What a stored message is. `sender` and `recipient` are those of its envelope, NOBODY for an empty sender."""
    if len(raw) > MOST_BYTES or _lines(raw) > _MOST_LINES or raw.lower().count(b"boundary") > _MOST_BOUNDARIES:
        return Incoming(kind=Kind.UNREADABLE, token=token_of(recipient) or "", reason="too_large")
    try:
        message = message_from_bytes(raw, policy=Short())
        return _read(message, raw, sender=sender, token=_token(raw, recipient))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        # The library stumbles over what no mail program writes; somebody has to look at it.
        return Incoming(kind=Kind.UNREADABLE, token=token_of(recipient) or "", reason=type(error).__name__)


def _lines(raw: bytes) -> int:
    # The library ends lines at each of them.
    return max(raw.count(b"\n"), raw.count(b"\r"))


def _token(raw: bytes, recipient: str) -> str:
    """The token of the envelope, or of the headers where whoever delivered it cut the plus off."""
    told = token_of(recipient)
    if told:
        return told
    return next(filter(None, (token_of(address) for address in envelope(raw)[1])), "")


def _read(message: Message, raw: bytes, *, sender: str, token: str) -> Incoming:
    author = _plain(parseaddr(_header(message, "From"))[1])[:_ADDRESS]

    report = report_of(message, from_server=_from_server(author, sender))
    answers: list[Answer] = []
    fault = ""
    try:
        answers = _answers(message, raw)
    except ical_reply.Unreadable as error:
        fault = str(error)
    kind, reason = _kind(message, author=author, sender=sender, report=report, answers=answers, fault=fault)
    return Incoming(
        kind=kind,
        token=token,
        from_address=author,
        message_id=_plain(_header(message, "Message-ID"))[:200],
        answers=tuple(answers) if kind == Kind.ANSWER else (),
        report=report if kind == Kind.BOUNCE else None,
        reason=reason,
    )


def _kind(
    message: Message, *, author: str, sender: str, report: Report | None, answers: list[Answer], fault: str
) -> tuple[Kind, str]:
    if _is_ours(message, author):
        return Kind.LOOP, ""
    if report is not None:
        return Kind.BOUNCE, "free" if report.free else ""
    says_so = _is_automatic(message)
    if says_so or sender == NOBODY:
        # Nobody's word. Somebody looks at one that carries an answer, and at one that may be a report in free words.
        return Kind.AUTO_REPLY, "with_answer" if answers else "" if says_so else "unclear"
    if answers:
        return Kind.ANSWER, ""
    if fault:
        return Kind.UNREADABLE, "calendar"
    if _header(message, "X-Spam-Flag").upper().startswith("YES") or _header(message, "X-Spam-Status").startswith("Yes"):
        return Kind.SPAM, ""
    if any(part.get_content_type() in _TNEF for part in parts(message)):
        return Kind.UNREADABLE, "winmail"
    return Kind.OTHER, ""


def _from_server(author: str, sender: str) -> bool:
    name = author.partition("@")[0].lower()
    return name in ("mailer-daemon", "mail-daemon") or (name == "postmaster" and sender == NOBODY)


def _is_ours(message: Message, author: str) -> bool:
    """A letter of ours that came back as it went out."""
    domain = re.escape(settings().mail_from.rpartition("@")[2])
    ours = re.compile(rf"<[a-z2-7]{{16}}@{domain}>", re.IGNORECASE)
    return (
        ours.fullmatch(_header(message, "Message-ID").strip()) is not None
        or author.lower() == settings().mail_from.lower()
    )


def _is_automatic(message: Message) -> bool:
    """RFC 3834, and what was written before it."""
    submitted = _header(message, "Auto-Submitted").partition(";")[0].strip().lower()
    return (
        submitted not in ("", "no")
        or _header(message, "Precedence").strip().lower() in ("bulk", "junk", "list", "auto_reply")
        or any(message.get(name) is not None for name in ("X-Autoreply", "X-Autorespond", "X-Autoresponder"))
        or message.get_content_type() == "multipart/report"
    )


def _answers(message: Message, raw: bytes) -> list[Answer]:
    """The first answer in any part, beside them, or in what a damaged message has become."""
    fault: ical_reply.Unreadable | None = None
    for data in _calendars(message, raw):
        try:
            if found := ical_reply.answers(data):
                return found
        except ical_reply.Unreadable as error:
            fault = fault or error
    if fault is not None:
        raise fault
    return []


def _calendars(message: Message, raw: bytes) -> Iterator[bytes]:
    """What looks like a calendar, whatever its type says. A message inside of the message is somebody else's."""
    left = _MOST_CALENDARS
    for part in parts(message):
        data = part.get_payload(decode=True) if part.get_content_maintype() not in ("multipart", "message") else None
        # UTF-16 has a NUL beside each of these letters.
        if isinstance(data, bytes) and left and _CALENDAR.search(data.replace(b"\0", b"")):
            left -= 1
            yield data
    if left == _MOST_CALENDARS and not any(part.get_content_maintype() == "message" for part in message.walk()):
        # In the headers, before the first part or after the last one.
        found = _CALENDAR.search(raw)
        if found is not None:
            yield raw[found.start() :][:MAX_OCTETS]


def _header(message: Message, name: str) -> str:
    return str(message.get(name) or "")


def _plain(text: str) -> str:
    return _NO_TEXT.sub("", text).strip()
