"""Every SELECT of the organisers' pages about registrations that nobody else asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_
from sqlmodel import Session, col, func, select

from events.models import Dialogue, Offer
from events.rules import is_calendar_change
from kit.journal import Audit
from mail.models import Letter
from mail.rules import State as LetterState
from registration.models import Arrival, Participant, Place, Registration, Wish
from registration.rules import ACTIVE, CancelReason, State


@dataclass(frozen=True)
class Told:
    """The letters of the last change: when it was made, how many go out in all, how many went, how many got stuck."""

    at: datetime
    letters: int
    sent: int
    stuck: int


def offers_of_many(session: Session, registration_ids: Sequence[str]) -> dict[str, Offer]:
    """Registration id → the offer it asks for first, in one query."""
    found: dict[str, Offer] = {}
    if registration_ids:
        for registration_id, offer in session.exec(
            select(Wish.registration_id, Offer)
            .join(Offer, and_(col(Offer.id) == col(Wish.offer_id)))
            .where(col(Wish.registration_id).in_(registration_ids))
            .order_by(col(Wish.rank))
        ):
            found.setdefault(registration_id, offer)
    return found


def ranks_of_many(session: Session, dialogue_id: str, registration_ids: Sequence[str]) -> dict[str, int]:
    """Registration id → its place on the waiting list of the offer it asks for; 1 is the next. Who does not wait has none."""
    place = func.row_number().over(
        partition_by=col(Wish.offer_id), order_by=(col(Registration.waiting_since), col(Registration.id))
    )
    waiting = (
        select(Registration.id.label("id"), place.label("place"))  # type: ignore[attr-defined]
        .join(Wish, and_(col(Wish.registration_id) == col(Registration.id)))
        .where(Registration.dialogue_id == dialogue_id, Registration.state == State.WAITING)
        .subquery()
    )
    found = session.exec(select(waiting.c.id, waiting.c.place).where(waiting.c.id.in_(registration_ids)))
    return dict(found.all())


def seats_by_offer(session: Session, dialogue_id: str) -> dict[tuple[str, str], int]:
    """(offer id, state of the place) → seats."""
    rows = session.exec(
        select(Place.offer_id, Place.state, func.count())
        .join(Offer, and_(col(Offer.id) == col(Place.offer_id)))
        .where(Offer.dialogue_id == dialogue_id)
        .group_by(Place.offer_id, Place.state)
    )
    return {(offer_id, state): count for offer_id, state, count in rows}


def holds_counted(session: Session, dialogue_id: str, *, now: datetime) -> int:
    """Sign-ups without a confirmed address that hold seats."""
    return session.exec(
        select(func.count())
        .select_from(Registration)
        .where(
            Registration.dialogue_id == dialogue_id,
            Registration.state == State.UNCONFIRMED,
            col(Registration.hold_until) > now,
        )
    ).one()


def arrived_counted(session: Session, dialogue_id: str) -> int:
    """People who came, counted once each."""
    return session.exec(
        select(func.count(func.distinct(Arrival.participant_id))).where(
            Arrival.dialogue_id == dialogue_id, col(Arrival.undone_at).is_(None)
        )
    ).one()


def confirmed_counted(session: Session, dialogue_id: str) -> int:
    """People with a confirmed seat."""
    return session.exec(
        select(func.count())
        .select_from(Participant)
        .join(Registration, and_(col(Registration.id) == col(Participant.registration_id)))
        .where(Registration.dialogue_id == dialogue_id, Registration.state == State.CONFIRMED)
    ).one()


def arrivals_of_many(session: Session, registration_ids: Sequence[str], date: str | None = None) -> dict[str, Arrival]:
    """Participant id → the arrival that counts, for the people of these registrations: that to one of several dates, or
    without a date the latest."""
    if not registration_ids:
        return {}
    wanted: list[Any] = [col(Arrival.registration_id).in_(registration_ids), col(Arrival.undone_at).is_(None)]
    if date is not None:
        wanted.append(col(Arrival.recurrence_id) == date)
    return {row.participant_id: row for row in session.exec(select(Arrival).where(*wanted).order_by(col(Arrival.at)))}


def history_of(session: Session, registration_id: str) -> list[Audit]:
    """What happened to a registration, the latest first."""
    return list(
        session.exec(
            select(Audit).where(Audit.object_id == registration_id).order_by(col(Audit.at).desc(), col(Audit.id))
        )
    )


def told_of(session: Session, dialogue: Dialogue) -> Told | None:
    """How far the letters about the last change of time, place or title, or about the cancellation, are."""
    if dialogue.calendar_sequence == 0:
        return None
    kind = "cancellation" if dialogue.state == "cancelled" else "change"
    written = [
        (at, state)
        for at, state, reason in session.exec(
            select(Letter.created_at, Letter.state, Registration.cancel_reason)
            .join(Registration, and_(col(Registration.id) == col(Letter.registration_id)))
            .where(Letter.dialogue_id == dialogue.id, Letter.kind == kind)
        )
        if kind == "change" or reason == CancelReason.DIALOGUE
    ]
    waiting = _to_write(session, dialogue)
    newest = max((at for at, _state in written), default=None)
    changes = [at for at in _changes(session, dialogue.id) if waiting or (newest is not None and at <= newest)]
    if not changes:
        return None
    states = [state for at, state in written if at >= changes[-1]]
    stuck = sum(state in (LetterState.NEEDS_ATTENTION, LetterState.SKIPPED) for state in states)
    return Told(changes[-1], len(states) + waiting, states.count(LetterState.SENT), stuck)


def _to_write(session: Session, dialogue: Dialogue) -> int:
    """People whose letter about the last change is not written yet."""
    if dialogue.announced_sequence >= dialogue.calendar_sequence:
        return 0
    return session.exec(
        select(func.count())
        .select_from(Registration)
        .where(
            Registration.dialogue_id == dialogue.id,
            col(Registration.state).in_(ACTIVE),
            col(Registration.email).is_not(None),
            col(Registration.told_sequence) < dialogue.calendar_sequence,
        )
    ).one()


def _changes(session: Session, dialogue_id: str) -> list[datetime]:
    """When the dialogue was changed in a way that people are told of, the latest last."""
    rows = session.exec(
        select(Audit.at, Audit.action, Audit.detail)
        .where(
            Audit.object_id == dialogue_id,
            col(Audit.action).in_(("dialogue.change", "dialogue.postpone", "dialogue.cancel")),
        )
        .order_by(col(Audit.at))
    )
    return [
        at
        for at, action, detail in rows
        if action != "dialogue.change"
        or "offers" in detail.split(", ")
        or is_calendar_change(frozenset(detail.split(", ")))
    ]
