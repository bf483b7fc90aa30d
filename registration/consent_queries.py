"""What is asked about consents by those who change what follows from them: locked until the end of the transaction."""

from typing import Any

from sqlalchemy import and_
from sqlmodel import Session, col, select

from registration.models import Consent, Registration
from registration.rules import NEW_DIALOGUES


def given(session: Session, registration_id: str, purpose: str) -> list[Consent]:
    """Declarations of one purpose that count."""
    return list(
        session.exec(
            select(Consent)
            .where(
                Consent.registration_id == registration_id,
                Consent.purpose == purpose,
                col(Consent.withdrawn_at).is_(None),
            )
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


_UNHEARD: tuple[Any, ...] = (
    col(Consent.news_at).is_not(None),
    Consent.purpose == NEW_DIALOGUES,
    col(Registration.email_verified_at).is_not(None),
)
_TO = and_(col(Registration.id) == col(Consent.registration_id))


def any_unheard(session: Session) -> bool:
    """Whether somebody with a confirmed address said yes or no to new dialogues since the last look."""
    return session.exec(select(Consent.id).join(Registration, _TO).where(*_UNHEARD).limit(1)).first() is not None


def unheard(session: Session, *, limit: int) -> list[tuple[Consent, Registration]]:
    """Those declarations, in the order in which they were made or taken back."""
    found = session.exec(
        select(Consent, Registration)
        .join(Registration, _TO)
        .where(*_UNHEARD)
        .order_by(col(Consent.news_at), col(Consent.id))
        .limit(limit)
        .with_for_update(of=Consent)
        .execution_options(populate_existing=True)
    )
    return [(consent, registration) for consent, registration in found]
