"""The copy that somebody gets of what is kept about their subscription (Art. 15 GDPR)."""

from typing import Any

from sqlmodel import Session, col, select

from mail.models import Letter
from registration.models import ConsentText
from subscription.letters import keys_of
from subscription.models import Subscription

PLAIN = ("land", "format_code", "language", "state", "asked_at", "confirmed_at", "ended_at")


def personal_copy(session: Session, subscription: Subscription) -> dict[str, Any]:
    """Address, choice, times, the words that were declared, and which letters went out."""
    words = session.get_one(ConsentText, subscription.text_hash)
    letters = session.exec(
        select(Letter)
        .where(col(Letter.dedupe_key).startswith(keys_of(subscription), autoescape=True))
        .order_by(col(Letter.created_at), Letter.id)
    )
    return {
        "subscription": {"email": subscription.email} | {name: _plain(getattr(subscription, name)) for name in PLAIN},
        "consent": {"purpose": words.purpose, "version": words.version, "text": words.text},
        "letters": [
            {"kind": row.kind, "subject": row.subject, "state": row.state, "created_at": row.created_at.isoformat()}
            for row in letters
        ],
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
