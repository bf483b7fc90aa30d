"""A letter row becomes a message: text, HTML, the calendar part, attachments. Only `EmailMessage` and `Address` objects."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

from kit.settings import settings
from mail.marks import fill
from mail.models import Letter

POLICY = SMTP.clone(max_line_length=78, refold_source="all")


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
    mail["From"] = _address(sender_name, settings().mail_from)
    mail["To"] = _address(letter.recipient_name, letter.recipient)
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(letter.created_at)
    mail["Message-ID"] = letter.message_id
    mail["Auto-Submitted"] = "auto-generated"
    mail["Content-Language"] = "en" if letter.language == "en" else "de"
    if reply_to:
        mail["Reply-To"] = _address("", reply_to)
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
    return mail


def _add_calendar_alternative(mail: EmailMessage, attachment: Attachment) -> None:
    mail.add_alternative(attachment.content.decode("utf-8"), subtype="calendar", charset="utf-8", cte="base64")
    part = mail.get_payload()[-1]  # type: ignore[index]
    part.set_param("method", attachment.method)  # type: ignore[union-attr]
    part.set_param("component", "VEVENT")  # type: ignore[union-attr]


def _address(name: str, address: str) -> Address:
    # A display name is one line; what a header cannot carry is left to the body.
    return Address(display_name=" ".join(name.split()), addr_spec=address)
