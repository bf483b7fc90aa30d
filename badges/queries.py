"""Whose badges are printed."""

from collections.abc import Sequence

from sqlalchemy import and_
from sqlmodel import Session, col, func, select

from events.models import Offer
from registration.models import Participant, Place, Registration
from registration.rules import State


def counts(session: Session, dialogue_id: str) -> dict[str, int]:
    """Offer id → people with a confirmed seat; the empty id → all of them, each once."""
    query = (
        select(Place.offer_id, func.count())
        .join(Registration, and_(col(Registration.id) == col(Place.registration_id)))
        .where(Registration.dialogue_id == dialogue_id, Registration.state == State.CONFIRMED)
    )
    everybody = (
        select(func.count(func.distinct(Place.participant_id)))
        .join(Registration, and_(col(Registration.id) == col(Place.registration_id)))
        .where(Registration.dialogue_id == dialogue_id, Registration.state == State.CONFIRMED)
    )
    return dict(session.exec(query.group_by(Place.offer_id)).all()) | {"": session.exec(everybody).one()}


def people(session: Session, ids: Sequence[str], *, offer_id: str = "") -> list[tuple[Participant, Offer]]:
    """These people with an offer they have a seat in (the one named, if any), in the order given.

    Who has lost the seat meanwhile is left out.
    """
    query = (
        select(Participant, Offer)
        .join(Place, and_(col(Place.participant_id) == col(Participant.id)))
        .join(Offer, and_(col(Offer.id) == col(Place.offer_id)))
        .where(col(Participant.id).in_(ids))
        .order_by(col(Offer.key).desc())
    )
    found = {
        person.id: (person, offer)
        for person, offer in session.exec(query.where(Place.offer_id == offer_id) if offer_id else query)
    }
    return [found[identity] for identity in ids if identity in found]
