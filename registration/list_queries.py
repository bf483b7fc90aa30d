"""The lists that leave the workspace, read in chunks and as plain columns: rows of the session would cost twice the time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_
from sqlmodel import Session, col, func, select

from events.models import Offer
from registration.models import AccessNeed, Arrival, Invitation, Participant, Place, Registration, Wish
from registration.rules import State


@dataclass(frozen=True)
class Line:
    """One registration of the list: its columns, those of its people, and the offer it asks for first."""

    registration: Any
    people: list[Any]
    offer_id: str


_REGISTRATION: tuple[Any, ...] = (
    col(Registration.id),
    col(Registration.sort_key),
    col(Registration.reference),
    col(Registration.state),
    col(Registration.name),
    col(Registration.email),
    col(AccessNeed.registration_id).label("access_need"),
    col(Registration.language),
    col(Registration.source),
    col(Registration.created_at),
    col(Registration.confirmed_at),
    col(Registration.waiting_since),
    col(Registration.ended_at),
)
_PARTICIPANT = (
    col(Participant.registration_id),
    col(Participant.id),
    col(Participant.position),
    col(Participant.name),
    col(Participant.organisation),
    col(Participant.no_photo),
    col(Participant.table_label),
)


def lines_after(
    session: Session, dialogue_id: str, *, after: tuple[str, str] | None, limit: int
) -> tuple[list[Line], tuple[str, str] | None]:
    """The next registrations in the order of the list, and where to go on (None: that was all)."""
    query = (
        select(*_REGISTRATION)
        .outerjoin(AccessNeed, and_(col(AccessNeed.registration_id) == col(Registration.id)))
        .where(Registration.dialogue_id == dialogue_id)
    )
    if after is not None:
        key, identity = after
        behind = and_(col(Registration.sort_key) == key, col(Registration.id) > identity)
        query = query.where(or_(col(Registration.sort_key) > key, behind))
    found = session.execute(query.order_by(col(Registration.sort_key), col(Registration.id)).limit(limit)).all()
    if not found:
        return [], None
    ids = [row.id for row in found]
    people: dict[str, list[Any]] = {identity: [] for identity in ids}
    for person in session.execute(
        select(*_PARTICIPANT)  # type: ignore[call-overload]
        .where(col(Participant.registration_id).in_(ids))
        .order_by(col(Participant.registration_id), col(Participant.position))
    ):
        people[person.registration_id].append(person)
    # The first wish comes last, so it is the one that stays.
    wishes = dict(
        session.exec(
            select(Wish.registration_id, Wish.offer_id)
            .where(col(Wish.registration_id).in_(ids))
            .order_by(col(Wish.rank).desc())
        ).all()
    )
    lines = [Line(row, people[row.id], wishes.get(row.id, "")) for row in found]
    return lines, (found[-1].sort_key, found[-1].id) if len(found) == limit else None


def arrivals(session: Session, dialogue_id: str) -> dict[str, datetime]:
    """Participant id → when this person first came, for the whole dialogue: 10,000 of them are 2 MB."""
    found = session.exec(
        select(Arrival.participant_id, func.min(Arrival.at))
        .where(Arrival.dialogue_id == dialogue_id, col(Arrival.undone_at).is_(None))
        .group_by(Arrival.participant_id)
    )
    return dict(found.all())


def answers(session: Session, dialogue_id: str) -> dict[str, str]:
    """Registration id → what its calendar answered to the invitation, for those with a place."""
    found = session.exec(
        select(Invitation.registration_id, Invitation.answer)
        .join(Registration, and_(col(Registration.id) == col(Invitation.registration_id)))
        .where(Registration.dialogue_id == dialogue_id, Registration.state == State.CONFIRMED, Invitation.answer != "")
    )
    return dict(found.all())


def all_lines(session_of: Any, dialogue_id: str, *, limit: int) -> Iterator[list[Line]]:
    """All registrations in chunks, each read in a session of its own: `session_of()` opens it."""
    after: tuple[str, str] | None = None
    while True:
        with session_of() as session:
            lines, after = lines_after(session, dialogue_id, after=after, limit=limit)
        yield lines
        if after is None:
            return


def people_of(session: Session, dialogue_id: str) -> list[str]:
    """Ids of everybody on the list, in its order."""
    return list(
        session.exec(
            select(Participant.id)
            .join(Registration, and_(col(Registration.id) == col(Participant.registration_id)))
            .where(Registration.dialogue_id == dialogue_id)
            .order_by(col(Registration.sort_key), col(Registration.id), col(Participant.position))
        )
    )


def people_counted(session: Session, dialogue_id: str) -> int:
    return session.exec(
        select(func.count())
        .select_from(Participant)
        .join(Registration, and_(col(Registration.id) == col(Participant.registration_id)))
        .where(Registration.dialogue_id == dialogue_id)
    ).one()


def confirmed_names(session: Session, dialogue_id: str, *, offer_id: str = "") -> list[tuple[str, str | None]]:
    """(id, name) of people with a confirmed seat in the order of the list, of one offer or of all."""
    query = (
        select(Participant.id, Participant.name)
        .join(Registration, and_(col(Registration.id) == col(Participant.registration_id)))
        .join(Place, and_(col(Place.participant_id) == col(Participant.id)))
        .where(Registration.dialogue_id == dialogue_id, Registration.state == State.CONFIRMED)
        .order_by(col(Registration.sort_key), col(Registration.id), col(Participant.position))
    )
    found = session.exec(query.where(Place.offer_id == offer_id) if offer_id else query)
    return [(identity, name) for identity, name in found]


def people_by_id(session: Session, ids: Sequence[str]) -> list[Any]:
    """What lists on paper and badges show of these people, in the order given; who is gone is left out."""
    found = session.execute(
        select(  # type: ignore[call-overload]
            col(Participant.id),
            col(Participant.name),
            col(Participant.organisation),
            col(Participant.no_photo),
            col(Participant.table_label),
            col(Participant.role),
            col(Registration.name).label("contact"),
            col(Registration.email),
            col(Registration.state),
            col(AccessNeed.registration_id).label("access_need"),
            col(Wish.offer_id),
            col(Offer.title).label("offer"),
        )
        .join(Registration, and_(col(Registration.id) == col(Participant.registration_id)))
        .outerjoin(AccessNeed, and_(col(AccessNeed.registration_id) == col(Registration.id)))
        .outerjoin(Wish, and_(col(Wish.registration_id) == col(Registration.id)))
        .outerjoin(Offer, and_(col(Offer.id) == col(Wish.offer_id)))
        .where(col(Participant.id).in_(ids))
        .order_by(col(Wish.rank).desc())
    )
    by_id = {row.id: row for row in found}
    return [by_id[identity] for identity in ids if identity in by_id]
