"""Every SELECT of the door that nobody else asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import Session, col, func, select

from checkin.models import DoorLink
from events.models import Dialogue, Offer
from events.rules import DialogueState, SignUp
from kit.db import Prepared, PreparedRows
from kit.text import like_pattern
from registration.models import Arrival, Participant, Place, Registration
from registration.rules import State


def at_the_door(
    session: Session, dialogue_id: str, *, words: Sequence[str], seated: bool, offset: int = 0, limit: int
) -> list[Registration]:
    """Parties with a confirmed seat, or all others, in the order of family names; words as in the organisers' list."""
    state = col(Registration.state)
    return list(
        session.exec(
            select(Registration)
            .where(
                Registration.dialogue_id == dialogue_id,
                col(Registration.erased_at).is_(None),
                state == State.CONFIRMED if seated else state != State.CONFIRMED,
                *(col(Registration.search_text).like(like_pattern(word), escape="\\") for word in words),
            )
            .order_by(col(Registration.sort_key), col(Registration.id))
            .offset(offset)
            .limit(limit)
        )
    )


def registration_by_reference(session: Session, reference: str) -> Registration | None:
    """The registration of this initiative that a ticket names, in whichever dialogue; None where it is erased."""
    return session.exec(
        select(Registration).where(Registration.reference == reference, col(Registration.erased_at).is_(None))
    ).first()


def next_dialogue(session: Session, initiative_id: str, now: datetime) -> Dialogue | None:
    """The dialogue with guests of this platform that runs or comes next."""
    return session.exec(
        select(Dialogue)
        .where(
            Dialogue.initiative_id == initiative_id,
            Dialogue.state == DialogueState.PUBLISHED,
            Dialogue.sign_up == SignUp.HERE,
            col(Dialogue.ends_at) > now,
        )
        .order_by(col(Dialogue.starts_at), col(Dialogue.id))
        .limit(1)
    ).first()


_LINK = PreparedRows(select(DoorLink).where(DoorLink.id == bindparam("id")))


def link_by_id(session: Session, link_id: str) -> DoorLink | None:
    return _LINK(session, id=link_id).first()


def open_links(session: Session, dialogue_id: str) -> list[DoorLink]:
    """The links of a dialogue that were not taken back, the oldest first."""
    return list(
        session.exec(
            select(DoorLink)
            .where(DoorLink.dialogue_id == dialogue_id, col(DoorLink.ended_at).is_(None))
            .order_by(col(DoorLink.created_at), col(DoorLink.id))
        )
    )


_ARRIVALS = PreparedRows(
    select(Arrival).where(Arrival.registration_id == bindparam("registration_id"), col(Arrival.undone_at).is_(None))
)


def arrived_of_party(session: Session, registration_id: str) -> set[str]:
    """Ids of those of one registration who are in."""
    return {arrival.participant_id for arrival in _ARRIVALS(session, registration_id=registration_id)}


_OFFER_TITLE = Prepared(
    select(Offer.title)
    .join(Place, col(Place.offer_id) == col(Offer.id))
    .where(Place.participant_id == bindparam("participant_id"))
    .order_by(col(Place.created_at))
    .limit(1)
)


def offer_title(session: Session, participant_id: str) -> str:
    """What a person has a seat in; empty where that is the whole dialogue, or nothing."""
    return _OFFER_TITLE(session, participant_id=participant_id).scalar() or ""


_PARTY = Prepared(
    select(Participant.id, Participant.name, Offer.title)
    .join(Place, col(Place.participant_id) == col(Participant.id))
    .join(Offer, col(Offer.id) == col(Place.offer_id))
    .where(Participant.registration_id == bindparam("registration_id"))
    .order_by(col(Participant.position), col(Place.created_at))
)


@dataclass(frozen=True)
class Seated:
    """One person of a party with a seat. `offer` is empty where the seat is in the whole dialogue."""

    id: str
    name: str
    offer: str


def party(session: Session, registration_id: str) -> list[Seated]:
    """Who of a registration has a seat, in order."""
    found: dict[str, Seated] = {}
    for row in _PARTY(session, registration_id=registration_id):
        found.setdefault(row[0], Seated(*row))
    return list(found.values())


_ARRIVED = Prepared(
    select(func.count(func.distinct(Arrival.participant_id))).where(
        Arrival.dialogue_id == bindparam("dialogue_id"), col(Arrival.undone_at).is_(None)
    )
)
_EXPECTED = Prepared(
    select(func.count())
    .select_from(Participant)
    .join(Registration, col(Registration.id) == col(Participant.registration_id))
    .where(Registration.dialogue_id == bindparam("dialogue_id"), Registration.state == State.CONFIRMED)
)


def counted(session: Session, dialogue_id: str) -> tuple[int, int]:
    """How many are in, and how many have a seat."""
    arrived = _ARRIVED(session, dialogue_id=dialogue_id).scalar_one()
    return arrived, _EXPECTED(session, dialogue_id=dialogue_id).scalar_one()
