"""Whose registrations stand in the calendar of a mailbox."""

from datetime import datetime

from sqlalchemy import and_
from sqlmodel import Session, col, select

from events.models import Dialogue
from registration.models import Registration


def placed_of_address(session: Session, address: str, *, since: datetime, limit: int) -> list[Registration]:
    """Registrations of a normalised address that have or had a place in dialogues that ended after a time, the latest
    first."""
    return list(
        session.exec(
            select(Registration)
            .join(Dialogue, and_(col(Dialogue.id) == col(Registration.dialogue_id)))
            .where(
                Registration.normalised_email == address,
                col(Registration.confirmed_at).is_not(None),
                col(Dialogue.ends_at) > since,
            )
            .order_by(col(Dialogue.starts_at).desc(), col(Registration.id))
            .limit(limit)
        )
    )
