"""Who wants to hear of new dialogues, and which ones they were told."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import SQLModel

from kit.ids import new_id
from kit.models import global_table, moment, personal, plain


class Subscription(SQLModel, table=True):
    """An address and the dialogues it wants to hear of. Of no initiative: the operator writes, about those of all.

    An ended row is the proof that letters were asked for: address, words and times, nothing else. `consent_id` names the
    declaration that counts now; `since` is the time from which dialogues are new to it.
    """

    __tablename__ = global_table("subscription", "the operator writes of the dialogues of all initiatives")
    __table_args__ = (
        UniqueConstraint(
            "normalised_email", "land", "format_code", "inviter_id", "kreis", name="uq_subscription_wanted"
        ),
        Index(None, "next_at"),
    )

    id: str = plain(new_id, primary_key=True, max_length=16)
    email: str = personal(
        max_length=254,
        category="contact",
        purpose="new dialogues by e-mail; proof of the consent",
        retention="subscription",
        erase="keep",
    )
    normalised_email: str | None = personal(
        None,
        max_length=254,
        nullable=True,
        category="contact",
        purpose="one subscription for one address",
        retention="subscription",
        export=False,
    )
    land: str = plain("", max_length=2)
    format_code: str = plain("", max_length=3)
    # An initiative, empty for all: part of the unique key, in which null is never equal.
    inviter_id: str = plain("", max_length=16)
    # The key of a Kreis, as in kit.districts; its Land is named too. Empty for all.
    kreis: str = plain("", max_length=5)
    language: str = plain("de", max_length=5)
    state: str = plain("unconfirmed", max_length=12)
    token_version: int = plain(1)
    consent_id: str = plain(new_id, max_length=16, unique=True)
    text_hash: str = plain(foreign_key="consent_text.text_hash", max_length=64)
    token_id: str = plain("", max_length=16)
    asked_at: datetime = moment()
    confirmed_at: datetime | None = moment(None, nullable=True)
    ended_at: datetime | None = moment(None, nullable=True)
    since: datetime = moment()
    next_at: datetime | None = moment(None, nullable=True)


class Mention(SQLModel, table=True):
    """A dialogue that a subscription was told of: once, whatever dies meanwhile."""

    __tablename__ = global_table("mention", "as subscription")

    subscription_id: str = plain(foreign_key="subscription.id", primary_key=True, max_length=16)
    dialogue_id: str = plain(primary_key=True, max_length=16, index=True)
    at: datetime = moment()
