"""Letters and inbound mail."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.types import JSON
from sqlmodel import SQLModel

from kit.ids import new_id
from kit.models import Tenant, global_table, moment, personal, plain, tenant_key


class Letter(Tenant, table=True):
    """An outgoing mail. The row is the truth; the job only carries its id.

    Texts hold links as marks (`mail.marks`), so that no token is stored. `attachments` names what is made at delivery:
    a list of {key, data}, with the data as it was when the letter was written.
    """

    __tablename__ = "letter"
    __table_args__ = (
        tenant_key(),
        Index(None, "state", "next_attempt_at"),
        Index(None, "registration_id"),
        Index(None, "initiative_id", "created_at"),
        Index(None, "recipient", "created_at"),
        Index(None, "dialogue_id", "created_at"),
    )

    id: str = plain(new_id, primary_key=True, max_length=16)
    dedupe_key: str = plain(max_length=120, unique=True)
    kind: str = plain(max_length=30)
    registration_id: str | None = plain(None, max_length=16, nullable=True)
    dialogue_id: str | None = plain(None, max_length=16, nullable=True)
    recipient: str = personal(max_length=254, category="letter", purpose="delivery", retention="letter", erase="delete")
    recipient_name: str = personal(
        "", max_length=300, category="letter", purpose="delivery", retention="letter", erase="delete"
    )
    language: str = plain("de", max_length=5)
    subject: str = personal(max_length=400, category="letter", purpose="delivery", retention="letter", erase="delete")
    text: str = personal(category="letter", purpose="delivery", retention="letter", erase="delete")
    html: str = personal(category="letter", purpose="delivery", retention="letter", erase="delete")
    attachments: list[dict[str, Any]] = personal(
        list, sa_type=JSON, category="letter", purpose="delivery", retention="letter", erase="delete"
    )
    message_id: str = plain(max_length=200, unique=True)
    in_doubt: str = plain("resend", max_length=10)
    state: str = plain("queued", max_length=16)
    attempts: int = plain(0)
    next_attempt_at: datetime | None = moment(None, nullable=True)
    claimed_by: str | None = plain(None, max_length=120, nullable=True)
    claimed_at: datetime | None = moment(None, nullable=True)
    sent_at: datetime | None = moment(None, nullable=True)
    reason: str = plain("", max_length=500)
    enqueued: int = plain(0)
    enqueued_at: datetime = moment()
    # One of many at once: it waits in their lane, however often it is tried.
    mass: bool = plain(False)
    # A letter that one subscribed to: the mark of the link that ends it, for mail programs too (RFC 8058).
    unsubscribe: str = plain("", max_length=200)
    created_at: datetime = moment()
    # A mail server said afterwards that it did not arrive: "hard" for good, "soft" for now, and in which words.
    bounced_at: datetime | None = moment(None, nullable=True)
    bounce: str = plain("", max_length=8)
    bounce_words: str = personal(
        "", max_length=500, category="letter", purpose="delivery", retention="letter", erase="delete"
    )


class InboundMail(SQLModel, table=True):
    """A message as it came in, stored before anything is made of it.

    `sender` and `recipient` are those of the envelope, where the way it came tells them. `kind`, `concerns` (an
    initiative's id) and `reason` are what reading found; `attempts` counts the readings that were begun, so that one message cannot stop the
    others for ever.
    """

    __tablename__ = global_table("inbound_mail", "which initiative it belongs to is known only after reading it")
    __table_args__ = (Index(None, "state", "received_at"),)

    id: str = plain(new_id, primary_key=True, max_length=16)
    received_at: datetime = moment()
    digest: str = plain(max_length=64, unique=True)
    raw: bytes = personal(
        category="letter", purpose="answers to invitations", retention="inbound", export=False, erase="delete"
    )
    state: str = plain("stored", max_length=16)
    sender: str = personal(
        "",
        max_length=320,
        category="letter",
        purpose="answers to invitations",
        retention="inbound",
        export=False,
        erase="delete",
    )
    recipient: str = personal(
        "",
        max_length=320,
        category="letter",
        purpose="answers to invitations",
        retention="inbound",
        export=False,
        erase="delete",
    )
    kind: str = plain("", max_length=16)
    reason: str = plain("", max_length=500)
    concerns: str | None = plain(None, max_length=16, nullable=True)
    attempts: int = plain(0)
