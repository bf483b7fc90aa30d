"""A letter row becomes a message: text, HTML, the calendar part, attachments.

Addresses are `Address` objects, so that one stays one. Their names and the subject are written by `email.header.Header`:
`EmailMessage` folds long ones wrongly, so that others come out than went in.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.header import Header
from email.headerregistry import Address, BaseHeader, HeaderRegistry
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime
from functools import lru_cache
from typing import Any

from kit.settings import settings
from mail.marks import fill
from mail.models import Letter

_read_header = lru_cache(maxsize=256)(HeaderRegistry())


class _Headers(HeaderRegistry):
    """Reading a header is most of the work of a message, and the parts of all letters carry the same few."""

    def __call__(self, name: str, value: Any) -> Any:
        return _read_header(name, value)


class _Policy(EmailPolicy):
    """Remembers how a header that was read is folded."""

    def fold_binary(self, name: str, value: str) -> bytes:
        return _folded(name, value) if isinstance(value, BaseHeader) else super().fold_binary(name, value)


@lru_cache(maxsize=256)
def _folded(name: str, value: str) -> bytes:
    return EmailPolicy.fold_binary(POLICY, name, value)


# Seven bits, so that a server without 8BITMIME takes a letter too.
POLICY = _Policy(
    linesep=SMTP.linesep, max_line_length=78, refold_source="none", cte_type="7bit", header_factory=_Headers()
)
_PLAIN = re.compile(r"[A-Za-z0-9 ]{1,60}")


@dataclass(frozen=True)
class Attachment:
    """A file of a letter. A calendar's `method` also makes it an alternative part (RFC 6047)."""

    file_name: str
    content_type: str
    content: bytes
    method: str = ""


Maker = Callable[[dict[str, Any]], Attachment]


def make_attachments(letter: Letter, makers: Mapping[str, Maker]) -> list[Attachment]:
    """The files a letter names by key, made from the data frozen with it."""
    return [makers[entry["key"]](entry["data"]) for entry in letter.attachments]


def message(letter: Letter, attachments: list[Attachment], *, sender_name: str, reply_to: str = "") -> EmailMessage:
    """The complete message; the same letter gives the same Message-ID and Date each time."""
    mail = EmailMessage(policy=POLICY)
    mail.set_raw("From", _mailbox("From", sender_name, settings().mail_from))
    mail.set_raw("To", _mailbox("To", letter.recipient_name, letter.recipient))
    mail.set_raw("Subject", _words("Subject", letter.subject))
    mail.set_raw("Date", format_datetime(letter.created_at))
    mail.set_raw("Message-ID", letter.message_id)
    mail["Auto-Submitted"] = "auto-generated"
    if reply_to:
        mail.set_raw("Reply-To", _mailbox("Reply-To", "", reply_to))
    if letter.unsubscribe:
        # One click in the mail program ends it: a POST of that program, without a page (RFC 2369, RFC 8058).
        mail.set_raw("List-Unsubscribe", f"<{fill(letter.unsubscribe)}>")
        mail.set_raw("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
    mail.set_content(fill(letter.text))
    mail.add_alternative(fill(letter.html), subtype="html")
    for attachment in attachments:
        if attachment.method:
            _add_calendar_alternative(mail, attachment)
    for attachment in attachments:
        maintype, _, subtype = attachment.content_type.partition("/")
        mail.add_attachment(
            attachment.content, maintype=maintype, subtype=subtype, filename=attachment.file_name, cte="base64"
        )
    # Last, because what describes content moves into a part whenever one is added.
    mail["Content-Language"] = "en" if letter.language == "en" else "de"
    for number, part in enumerate(part for part in mail.walk() if part.is_multipart()):
        # The library's own are searched for in every line; a letter's id stands in no line after these two signs.
        part.set_boundary(f"=_{letter.id}_{number}")
    return mail


def _add_calendar_alternative(mail: EmailMessage, attachment: Attachment) -> None:
    mail.add_alternative(attachment.content.decode("utf-8"), subtype="calendar", charset="utf-8", cte="base64")
    part = mail.get_payload()[-1]  # type: ignore[index]
    part.set_param("method", attachment.method)  # type: ignore[union-attr]
    part.set_param("component", "VEVENT")  # type: ignore[union-attr]


def _mailbox(header: str, name: str, address: str) -> str:
    """`name <address>`. Raises ValueError or an email.errors.MessageError for what is not exactly one ASCII address."""
    spec = Address(addr_spec=address).addr_spec
    spec.encode("ascii")
    words = _words(header, name)
    return f"{words}\r\n <{spec}>" if words else spec


@lru_cache(maxsize=256)
def _words(header: str, text: str) -> str:
    """Text for a header, folded. Plain letters stay; everything else becomes encoded words (RFC 2047)."""
    line = " ".join(text.split())
    if _PLAIN.fullmatch(line) or not line:
        return line
    return Header(line, "utf-8", maxlinelen=76, header_name=header).encode(linesep="\r\n")
