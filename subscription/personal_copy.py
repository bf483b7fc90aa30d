"""The copy that somebody gets of what is kept about their subscription (Art. 15 GDPR)."""

from sqlmodel import Session, col, select

from mail.models import Letter
from mail.personal_copy import Line, told
from registration.models import ConsentText
from subscription.letters import keys_of
from subscription.models import Subscription

PLAIN = ("land", "kreis", "format_code", "language", "state", "asked_at", "confirmed_at", "ended_at")


def personal_copy(session: Session, subscription: Subscription) -> Line:
    """Address, choice, times, the words that were declared, and which letters went out."""
    words = session.get_one(ConsentText, subscription.text_hash)
    letters = session.exec(
        select(Letter)
        .where(col(Letter.dedupe_key).startswith(keys_of(subscription), autoescape=True))
        .order_by(col(Letter.created_at), Letter.id)
    )
    return {
        "subscription": told(Subscription, subscription, *PLAIN),
        "consent": {"purpose": words.purpose, "version": words.version, "text": words.text},
        "letters": [told(Letter, row, "kind", "state", "created_at") for row in letters],
    }
