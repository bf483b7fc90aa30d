"""Who stands at the door, as plain values in one statement: thirty people a second pass, and the next one waits."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from events.models import Offer
from kit.db import Prepared
from registration.models import Arrival, Participant, Place, Registration
from registration.rules import State

_ME = aliased(Participant)
_COLUMNS: tuple[Any, ...] = (
    col(Participant.id).label("participant_id"),
    Participant.name,
    Participant.no_photo,
    Participant.table_label,
    Registration.initiative_id,
    Registration.id,
    Registration.dialogue_id,
    Registration.reference,
    Registration.state,
    Registration.erased_at,
    Offer.title,
    col(Arrival.id).label("arrival_id"),
    Arrival.at,
    Arrival.undone_at,
    Arrival.recurrence_id,
)
_GUEST = Prepared(
    select(*_COLUMNS)
    .join_from(_ME, Registration, col(Registration.id) == col(_ME.registration_id))
    .join(Participant, col(Participant.registration_id) == col(Registration.id))
    .outerjoin(
        Place,
        and_(
            col(Place.participant_id) == col(Participant.id),
            col(Place.initiative_id) == col(Participant.initiative_id),
        ),
    )
    .outerjoin(Offer, and_(col(Offer.id) == col(Place.offer_id), col(Offer.initiative_id) == col(Place.initiative_id)))
    .outerjoin(
        Arrival,
        and_(
            col(Arrival.participant_id) == col(Participant.id),
            col(Arrival.initiative_id) == col(Participant.initiative_id),
        ),
    )
    .where(_ME.id == bindparam("id"))
    .order_by(col(Participant.position), col(Place.created_at)),
    perhaps=(Place, Offer, Arrival),
)


@dataclass(frozen=True)
class Reported:
    """An arrival that somebody reported; one that was taken back says when. `date`: to which of several."""

    id: str
    at: datetime
    undone_at: datetime | None
    date: str = ""


@dataclass(frozen=True)
class Member:
    """One person of a party. `offer` is None without a seat, and empty where the seat is in the whole dialogue."""

    id: str
    name: str
    offer: str | None
    inside: bool


@dataclass(frozen=True)
class Guest:
    """One person, with the registration and everybody of it as they were read, and what was reported of this person.

    Of several dates the door is about `date`: who is inside, is inside on it.
    """

    id: str
    name: str
    no_photo: bool
    table: str
    initiative_id: str
    dialogue_id: str
    registration_id: str
    reference: str
    state: str
    erased: bool
    party: tuple[Member, ...]
    reported: tuple[Reported, ...]
    date: str = ""

    @property
    def seated(self) -> bool:
        return self.state == State.CONFIRMED

    @property
    def arrival(self) -> Reported | None:
        """The arrival that counts."""
        return next((one for one in self.reported if one.undone_at is None and one.date == self.date), None)

    @property
    def offer(self) -> str:
        """What the person has a seat in; empty where that is the whole dialogue, or nothing."""
        return next((one.offer for one in self.party if one.id == self.id), None) or ""

    def known(self, arrival_id: str, at: datetime) -> Reported | None:
        """What makes a report no news: it came before, or an arrival was taken back later than `at`."""
        return next(
            (
                one
                for one in self.reported
                if one.id == arrival_id or (one.undone_at is not None and one.undone_at > at and one.date == self.date)
            ),
            None,
        )


def guest_of(session: Session, participant_id: str, date: str = "") -> Guest | None:
    """The person with this id, at the door of one of several dates; None where the session's initiative has none."""
    rows = _GUEST(session, id=participant_id).all()
    if not rows:
        return None
    own = next(row for row in rows if row.participant_id == participant_id)
    party = {row.participant_id: row for row in reversed(rows)}
    inside = {
        row.participant_id
        for row in rows
        if row.arrival_id is not None and row.undone_at is None and row.recurrence_id == date
    }
    reported = {
        row.arrival_id: Reported(row.arrival_id, row.at, row.undone_at, row.recurrence_id)
        for row in rows
        if row.participant_id == participant_id and row.arrival_id is not None
    }
    return Guest(
        id=participant_id,
        name=own.name or "",
        no_photo=own.no_photo,
        table=own.table_label,
        initiative_id=own.initiative_id,
        dialogue_id=own.dialogue_id,
        registration_id=own.id,
        reference=own.reference,
        state=own.state,
        erased=own.erased_at is not None,
        party=tuple(Member(one, row.name or "", row.title, one in inside) for one, row in reversed(party.items())),
        reported=tuple(reported.values()),
        date=date,
    )
