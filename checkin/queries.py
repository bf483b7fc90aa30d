"""Every SELECT of the door that nobody else asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import bindparam
from sqlmodel import Session, col, func, select

from checkin.models import DoorLink
from events.date_queries import next_starts
from events.models import Dialogue
from events.rules import DialogueState, SignUp
from kit.db import Prepared
from kit.text import like_pattern
from registration.models import Arrival, Participant, Registration
from registration.rules import State

MOST_COMING = 200


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
    """The dialogue with guests of this platform that runs or comes next, of several dates by its next one."""
    found = session.exec(
        select(Dialogue)
        .where(
            Dialogue.initiative_id == initiative_id,
            Dialogue.state == DialogueState.PUBLISHED,
            Dialogue.sign_up == SignUp.HERE,
            col(Dialogue.ends_at) > now,
        )
        .order_by(col(Dialogue.starts_at), col(Dialogue.id))
        .limit(MOST_COMING)
    ).all()
    nexts = next_starts(session, found, now)
    return min(found, key=lambda row: (nexts.get(row.id, row.starts_at), row.id), default=None)


def link_by_id(session: Session, link_id: str) -> DoorLink | None:
    return session.exec(select(DoorLink).where(DoorLink.id == link_id)).first()


@dataclass(frozen=True)
class Opened:
    """A link that stands for a gate, and when it was taken back."""

    id: str
    name: str
    ended_at: datetime | None


_COLUMNS: tuple[Any, ...] = (
    col(DoorLink.id).label("link_id"),
    col(DoorLink.name).label("link_name"),
    DoorLink.ended_at,
    Dialogue.id,
    Dialogue.initiative_id,
    Dialogue.title,
    Dialogue.state,
    Dialogue.zone,
    Dialogue.starts_at,
    Dialogue.ends_at,
    Dialogue.repetition,
)
_OPENED = Prepared(
    select(*_COLUMNS)
    .join(Dialogue, col(Dialogue.id) == col(DoorLink.dialogue_id))
    .where(DoorLink.id == bindparam("id"))
)


def opened_by(session: Session, link_id: str) -> tuple[Opened, Dialogue] | None:
    """A link and the dialogue whose door it opens: a plain row, with no more than the door shows of it."""
    found = _OPENED(session, id=link_id).first()
    if found is None:
        return None
    return Opened(found.link_id, found.link_name, found.ended_at), cast("Dialogue", found)


def open_links(session: Session, dialogue_id: str) -> list[DoorLink]:
    """The links of a dialogue that were not taken back, the oldest first."""
    return list(
        session.exec(
            select(DoorLink)
            .where(DoorLink.dialogue_id == dialogue_id, col(DoorLink.ended_at).is_(None))
            .order_by(col(DoorLink.created_at), col(DoorLink.name), col(DoorLink.id))
        )
    )


_ARRIVED = Prepared(
    select(func.count(func.distinct(Arrival.participant_id))).where(
        Arrival.dialogue_id == bindparam("dialogue_id"),
        Arrival.recurrence_id == bindparam("date"),
        col(Arrival.undone_at).is_(None),
    )
)
_EXPECTED = Prepared(
    select(func.count())
    .select_from(Participant)
    .join(Registration, col(Registration.id) == col(Participant.registration_id))
    .where(Registration.dialogue_id == bindparam("dialogue_id"), Registration.state == State.CONFIRMED)
)


def counted(session: Session, dialogue_id: str, date: str) -> tuple[int, int]:
    """How many are in, on one of several dates, and how many have a seat."""
    arrived = _ARRIVED(session, dialogue_id=dialogue_id, date=date).scalar_one()
    return arrived, _EXPECTED(session, dialogue_id=dialogue_id).scalar_one()
