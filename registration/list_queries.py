"""The lists that leave the workspace, read in chunks and as plain columns: rows of the session would cost twice the time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_
from sqlmodel import Session, col, select

from registration.models import Arrival, Participant, Registration, Wish


@dataclass(frozen=True)
class Line:
    """One registration of the list: its columns, those of its people, and the offer it asks for first."""

    registration: Any
    people: list[Any]
    offer_id: str


_REGISTRATION = (
    col(Registration.id),
    col(Registration.sort_key),
    col(Registration.reference),
    col(Registration.state),
    col(Registration.name),
    col(Registration.email),
    col(Registration.note),
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
)


def lines_after(
    session: Session, dialogue_id: str, *, after: tuple[str, str] | None, limit: int
) -> tuple[list[Line], tuple[str, str] | None]:
    """The next registrations in the order of the list, and where to go on (None: that was all)."""
    query = select(*_REGISTRATION).where(Registration.dialogue_id == dialogue_id)  # type: ignore[call-overload]
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
    """Participant id → when this person came, for the whole dialogue: 10,000 of them are 2 MB."""
    found = session.exec(
        select(Arrival.participant_id, Arrival.at).where(
            Arrival.dialogue_id == dialogue_id, col(Arrival.undone_at).is_(None)
        )
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
