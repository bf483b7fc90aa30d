"""Whose badges are printed."""

from sqlalchemy import and_
from sqlmodel import Session, col, func, select

from events.models import Offer
from registration.models import Participant, Place, Registration
from registration.rules import State


def counts(session: Session, dialogue_id: str) -> dict[str, int]:
    """Offer id → people with a confirmed seat."""
    return dict(
        session.exec(
            select(Place.offer_id, func.count())
            .join(Registration, and_(col(Registration.id) == col(Place.registration_id)))
            .where(Registration.dialogue_id == dialogue_id, Registration.state == State.CONFIRMED)
            .group_by(Place.offer_id)
        ).all()
    )


def people(session: Session, dialogue_id: str, *, offer_id: str = "", limit: int) -> list[tuple[Participant, Offer]]:
    """People with a confirmed seat in the order of the list, of one offer or of all."""
    query = (
        select(Participant, Offer)
        .join(Registration, and_(col(Registration.id) == col(Participant.registration_id)))
        .join(Place, and_(col(Place.participant_id) == col(Participant.id)))
        .join(Offer, and_(col(Offer.id) == col(Place.offer_id)))
        .where(Registration.dialogue_id == dialogue_id, Registration.state == State.CONFIRMED)
        .order_by(col(Registration.sort_key), col(Registration.id), col(Participant.position))
        .limit(limit)
    )
    return list(session.exec(query.where(Offer.id == offer_id) if offer_id else query))
