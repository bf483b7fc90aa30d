"""Who sits where."""

from typing import Any

from sqlalchemy import and_
from sqlmodel import Session, col, func, select

from events.models import Offer
from registration.models import Participant, Registration, Wish
from registration.rules import State


def people(session: Session, dialogue_id: str, *, offset: int, limit: int) -> list[Any]:
    """People with a confirmed seat in the order of the list."""
    first = (
        select(Offer.title)
        .join(Wish, and_(col(Wish.offer_id) == col(Offer.id)))
        .where(Wish.registration_id == Registration.id)
        .order_by(col(Wish.rank))
        .limit(1)
        .correlate(Registration)
        .scalar_subquery()
    )
    return list(
        session.execute(
            select(  # type: ignore[call-overload]
                col(Participant.id),
                col(Participant.registration_id),
                col(Participant.name),
                col(Participant.organisation),
                col(Participant.table_label),
                first.label("offer"),
            )
            .join(Registration, and_(col(Registration.id) == col(Participant.registration_id)))
            .where(
                Registration.dialogue_id == dialogue_id,
                Registration.state == State.CONFIRMED,
                col(Registration.erased_at).is_(None),
            )
            .order_by(col(Registration.sort_key), col(Registration.id), col(Participant.position))
            .offset(offset)
            .limit(limit)
        )
    )


def tables(session: Session, dialogue_id: str) -> dict[str, int]:
    """Table → people with a confirmed seat at it; "" counts those without one."""
    return dict(
        session.exec(
            select(Participant.table_label, func.count())
            .join(Registration, and_(col(Registration.id) == col(Participant.registration_id)))
            .where(
                Registration.dialogue_id == dialogue_id,
                Registration.state == State.CONFIRMED,
                col(Registration.erased_at).is_(None),
            )
            .group_by(col(Participant.table_label))
        ).all()
    )
