"""Seats. `places` is the one function that takes them, `release` the one that gives them back."""

import time
from datetime import datetime

from sqlalchemy import Integer, bindparam, delete, inspect, update
from sqlmodel import Session, col, func, select

from events.models import Dialogue, Offer
from kit.db import Prepared, Question, ask, insert, lock_is_off, renew, row_by_id
from kit.driver import Found
from registration.models import Participant, Place
from registration.rules import PlaceState

_LOCK = Prepared(
    update(Dialogue)
    .where(col(Dialogue.id) == bindparam("dialogue_id"))
    .values(activity=Dialogue.activity + 1)
    .returning(*inspect(Dialogue).local_table.columns)
)


def lock(session: Session, dialogue_id: str) -> Dialogue:
    """The dialogue's row, locked until the transaction ends: always the first statement that writes."""
    return lock_and_ask(session, dialogue_id)[0]


def lock_and_ask(session: Session, dialogue_id: str, *questions: Question) -> tuple[Dialogue, list[Found]]:
    """The same, with the answers to questions that are asked behind the lock, in the same message."""
    if lock_is_off():
        return session.exec(select(Dialogue).where(Dialogue.id == dialogue_id)).one(), ask(session, *questions)
    read, *answers = ask(session, (_LOCK, {"dialogue_id": dialogue_id}), *questions)
    dialogue = row_by_id(session, Dialogue, dialogue_id)
    renew(dialogue, read.one())
    return dialogue, answers


_HOLD = Prepared(
    select(Dialogue.id).where(col(Dialogue.id) == bindparam("dialogue_id")).with_for_update(key_share=True)
)


def hold(session: Session, dialogue_id: str) -> None:
    """Locks the dialogue likewise, without counting a change: for what no public page shows. SQLite has one writer anyway."""
    if session.connection().dialect.name == "postgresql" and not lock_is_off():
        _HOLD(session, dialogue_id=dialogue_id)


_TAKE = Prepared(
    update(Offer)
    .where(col(Offer.id) == bindparam("offer_id"))
    .where(
        col(Offer.capacity).is_(None) | (col(Offer.taken) + bindparam("count", type_=Integer) <= col(Offer.capacity))
    )
    .values(taken=Offer.taken + bindparam("count", type_=Integer))
)


def places(
    session: Session, *, offer_id: str, participants: list[Participant], state: PlaceState, now: datetime
) -> bool:
    """Takes one seat for each participant, all or none. False when they do not fit. The dialogue must be locked."""
    seats = counted(session, offer_id=offer_id, participants=participants, state=state, now=now)
    insert(session, *seats)
    return bool(seats)


def counted(
    session: Session, *, offer_id: str, participants: list[Participant], state: PlaceState, now: datetime
) -> list[Place]:
    """Counts the seats as taken and returns their rows, none when they do not fit.

    For a caller whose participants are not stored yet: it inserts the seats after them.
    """
    count = len(participants)
    if lock_is_off():
        taken = _take_without_lock(session, offer_id, count)
    else:
        taken = _TAKE(session, offer_id=offer_id, count=count).rowcount == 1
    if not taken:
        return []
    _forget(session, offer_id)
    return [
        Place(
            initiative_id=participant.initiative_id,
            registration_id=participant.registration_id,
            participant_id=participant.id,
            offer_id=offer_id,
            state=state,
            created_at=now,
        )
        for participant in participants
    ]


_SET_STATE = Prepared(
    update(Place).where(col(Place.registration_id) == bindparam("registration")).values(state=bindparam("state"))
)


def set_place_state(session: Session, *, registration_id: str, state: PlaceState) -> int:
    """Held or offered seats become confirmed ones. Returns how many there are."""
    result = _SET_STATE(session, registration=registration_id, state=state)
    for row in session.identity_map.values():
        if isinstance(row, Place):
            session.expire(row)
    return result.rowcount


def release(session: Session, *, registration_id: str, participant_ids: list[str] | None = None) -> int:
    """Gives back the seats of a registration, or of some of its participants. Returns how many."""
    where = [col(Place.registration_id) == registration_id]
    if participant_ids is not None:
        where.append(col(Place.participant_id).in_(participant_ids))
    counted = session.exec(select(Place.offer_id, func.count()).where(*where).group_by(Place.offer_id)).all()
    if not counted:
        return 0
    session.connection().execute(delete(Place).where(*where))
    for offer_id, count in counted:
        session.connection().execute(update(Offer).where(col(Offer.id) == offer_id).values(taken=Offer.taken - count))
        _forget(session, offer_id)
    return sum(count for _offer, count in counted)


def free_seats(session: Session, offer_id: str) -> int | None:
    """Seats nobody holds; None when the offer has no limit."""
    capacity, taken = session.exec(select(Offer.capacity, Offer.taken).where(Offer.id == offer_id)).one()
    return None if capacity is None else capacity - taken


def _forget(session: Session, offer_id: str) -> None:
    """A loaded offer no longer knows its counter."""
    offer = session.identity_map.get(session.identity_key(Offer, offer_id))
    if offer is not None:
        session.expire(offer, ["taken"])


def _take_without_lock(session: Session, offer_id: str, count: int) -> bool:
    """Look, then take: what a crowd breaks. It shows that the crowd test can see an oversold offer."""
    capacity, taken = session.exec(select(Offer.capacity, Offer.taken).where(Offer.id == offer_id)).one()
    time.sleep(0.005)
    if capacity is not None and taken + count > capacity:
        return False
    session.connection().execute(update(Offer).where(col(Offer.id) == offer_id).values(taken=taken + count))
    return True
