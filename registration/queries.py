"""Every SELECT about registrations, named after its question."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, or_
from sqlmodel import Session, col, func, select

from events.models import Dialogue, Offer
from kit.db import Prepared, PreparedRows, row_by_id
from kit.journal import Audit
from kit.text import like_pattern
from mail.models import Letter
from registration.models import (
    Arrival,
    Consent,
    Invitation,
    Participant,
    Place,
    Registration,
    Wish,
)
from registration.rules import ACTIVE, REVOCABLE, State, Waiting

_BY_ID = PreparedRows(select(Registration).where(Registration.id == bindparam("id")))


def registration_by_id(session: Session, registration_id: str) -> Registration | None:
    return _BY_ID(session, id=registration_id).first()


_PARTICIPANTS = PreparedRows(
    select(Participant)
    .where(Participant.registration_id == bindparam("registration_id"))
    .order_by(col(Participant.position))
)


def participants_of(session: Session, registration_id: str) -> list[Participant]:
    return list(_PARTICIPANTS(session, registration_id=registration_id))


_PLACES = PreparedRows(select(Place).where(Place.registration_id == bindparam("registration_id")))


def places_of(session: Session, registration_id: str) -> list[Place]:
    return list(_PLACES(session, registration_id=registration_id))


_OFFER = PreparedRows(
    select(Offer)
    .join(Wish, and_(col(Wish.offer_id) == col(Offer.id)))
    .where(Wish.registration_id == bindparam("registration_id"))
    .order_by(col(Wish.rank))
    .limit(1),
    fresh=True,
)


def offer_of(session: Session, registration_id: str) -> Offer:
    """The offer a registration asks for or holds."""
    return _OFFER(session, registration_id=registration_id).one()


_CONSENTS = PreparedRows(
    select(Consent)
    .where(
        Consent.registration_id == bindparam("registration_id"),
        col(Consent.purpose).in_(REVOCABLE),
        col(Consent.withdrawn_at).is_(None),
    )
    .order_by(col(Consent.purpose).desc(), col(Consent.id))
)


def consents_of(session: Session, registration_id: str) -> list[Consent]:
    """What somebody agreed to beyond taking part and has not taken back."""
    return list(_CONSENTS(session, registration_id=registration_id))


def offers_of(session: Session, dialogue_id: str) -> list[Offer]:
    return list(session.exec(select(Offer).where(Offer.dialogue_id == dialogue_id).order_by(col(Offer.position))))


_INVITATION = PreparedRows(select(Invitation).where(Invitation.registration_id == bindparam("registration_id")))


def invitation_of(session: Session, registration_id: str) -> Invitation | None:
    return _INVITATION(session, registration_id=registration_id).first()


_TURNS = Prepared(
    select(Audit.action, Audit.at)
    .where(Audit.object_id == bindparam("registration_id"))
    .where(col(Audit.action).in_(("registration.offer", "registration.part_cancelled")))
)


def turns_of(session: Session, registration_id: str) -> list[tuple[str, datetime]]:
    """What happened to a registration that its row does not keep: offers, and people of it that were cancelled."""
    return [(action, at) for action, at in _TURNS(session, registration_id=registration_id)]


_OTHER_ACTIVE = PreparedRows(
    select(Registration)
    .where(
        Registration.dialogue_id == bindparam("dialogue_id"),
        Registration.normalised_email == bindparam("address"),
        Registration.id != bindparam("id"),
        col(Registration.state).in_(ACTIVE),
    )
    .order_by(col(Registration.created_at))
)


def other_active(session: Session, registration: Registration) -> list[Registration]:
    """Earlier registrations of the same address for the same dialogue that are still alive."""
    if registration.normalised_email is None:
        return []
    return list(
        _OTHER_ACTIVE(
            session,
            dialogue_id=registration.dialogue_id,
            address=registration.normalised_email,
            id=registration.id,
        )
    )


def living_of_address(session: Session, address: str, *, now: datetime) -> list[Registration]:
    """Registrations of a normalised address that are alive or can still be confirmed, for dialogues to come."""
    return list(
        session.exec(
            select(Registration)
            .join(Dialogue, and_(col(Dialogue.id) == col(Registration.dialogue_id)))
            .where(
                Registration.normalised_email == address,
                col(Dialogue.ends_at) > now,
                col(Registration.state).in_((*ACTIVE, State.UNCONFIRMED, State.EXPIRED)),
            )
            .order_by(col(Registration.dialogue_id), col(Registration.id))
        )
    )


def link_requests(session: Session, address: str, *, since: datetime) -> int:
    """How often links were sent again to a normalised address since a time: each request writes once to a registration."""
    counts = session.exec(
        select(func.count())
        .select_from(Letter)
        .join(Registration, and_(col(Registration.id) == col(Letter.registration_id)))
        .where(Registration.normalised_email == address, Letter.kind == "link", col(Letter.created_at) >= since)
        .group_by(col(Letter.registration_id))
    )
    return max(counts, default=0)


_WAITING = Prepared(
    select(Registration.id, func.count(col(Participant.id)))
    .join(Wish, and_(col(Wish.registration_id) == col(Registration.id)))
    .join(Participant, and_(col(Participant.registration_id) == col(Registration.id)))
    .where(Wish.offer_id == bindparam("offer_id"), Registration.state == State.WAITING)
    .group_by(col(Registration.id), col(Registration.waiting_since))
    .order_by(col(Registration.waiting_since), col(Registration.id))
)


def waiting_for(session: Session, offer_id: str) -> list[Waiting]:
    """The list of one offer, in order of the confirmed address."""
    rows = _WAITING(session, offer_id=offer_id)
    return [Waiting(registration_id, size) for registration_id, size in rows]


def waiting_position(session: Session, registration: Registration, offer_id: str) -> int:
    """1 for the head of the list."""
    if registration.waiting_since is None:
        return 0
    ahead = session.exec(
        select(func.count())
        .select_from(Registration)
        .join(Wish, and_(col(Wish.registration_id) == col(Registration.id)))
        .where(
            Wish.offer_id == offer_id,
            Registration.state == State.WAITING,
            or_(
                col(Registration.waiting_since) < registration.waiting_since,
                and_(
                    col(Registration.waiting_since) == registration.waiting_since,
                    col(Registration.id) < registration.id,
                ),
            ),
        )
    ).one()
    return ahead + 1


def holds_over(session: Session, *, now: datetime, limit: int) -> list[Registration]:
    """Unconfirmed sign-ups whose hold has ended and that still hold places."""
    return list(
        session.exec(
            select(Registration)
            .where(Registration.state == State.UNCONFIRMED, col(Registration.hold_until) <= now)
            .order_by(col(Registration.hold_until))
            .limit(limit)
        )
    )


def waiting_in_vain(session: Session, *, now: datetime, limit: int) -> list[Registration]:
    """Who still waits although the list is over (`events.rules.list_is_over`), before the dialogue has ended."""
    ends = func.coalesce(Dialogue.list_deadline_at, Dialogue.registration_closes_at, Dialogue.starts_at)
    return list(
        session.exec(
            select(Registration)
            .join(Dialogue, and_(col(Dialogue.id) == col(Registration.dialogue_id)))
            .where(Registration.state == State.WAITING, Dialogue.state == "published")
            .where(or_(ends <= now, col(Dialogue.starts_at) <= now), col(Dialogue.ends_at) > now)
            .order_by(col(Registration.id))
            .limit(limit)
        )
    )


def offers_over(session: Session, *, now: datetime, limit: int) -> list[Registration]:
    return list(
        session.exec(
            select(Registration)
            .where(Registration.state == State.OFFERED, col(Registration.offered_until) <= now)
            .order_by(col(Registration.offered_until))
            .limit(limit)
        )
    )


def unconfirmed_to_forget(session: Session, *, before: datetime, limit: int) -> list[Registration]:
    """Sign-ups never confirmed whose hold (or sign-up, when they never held one) ended before this time."""
    return list(
        session.exec(
            select(Registration)
            .where(
                col(Registration.state).in_([State.UNCONFIRMED, State.EXPIRED]),
                col(Registration.email_verified_at).is_(None),
                func.coalesce(Registration.hold_until, Registration.created_at) < before,
            )
            .limit(limit)
        )
    )


def offers_with_waiting(session: Session) -> list[Offer]:
    """Offers that somebody waits for."""
    waiting = (
        select(Wish.offer_id)
        .join(Registration, and_(col(Registration.id) == col(Wish.registration_id)))
        .where(Registration.state == State.WAITING)
    )
    return list(session.exec(select(Offer).where(col(Offer.id).in_(waiting)).order_by(col(Offer.id))))


def dialogues_to_announce(session: Session) -> list[Dialogue]:
    """Dialogues whose registered people have not all been told of the last change."""
    return list(
        session.exec(
            select(Dialogue)
            .where(col(Dialogue.announced_sequence) < col(Dialogue.calendar_sequence))
            .order_by(col(Dialogue.id))
        )
    )


def registrations_to_tell(session: Session, dialogue: Dialogue, *, limit: int) -> list[Registration]:
    return list(
        session.exec(
            select(Registration)
            .where(
                Registration.dialogue_id == dialogue.id,
                col(Registration.state).in_((*ACTIVE, State.UNCONFIRMED)),
                col(Registration.told_sequence) < dialogue.calendar_sequence,
            )
            .order_by(col(Registration.id))
            .limit(limit)
        )
    )


def letters_a_change_sends(session: Session, dialogue_id: str) -> int:
    """How many people a change of time, place or title, or a cancellation, writes to."""
    return session.exec(
        select(func.count())
        .select_from(Registration)
        .where(
            Registration.dialogue_id == dialogue_id,
            col(Registration.state).in_(ACTIVE),
            col(Registration.email).is_not(None),
        )
    ).one()


def state_counts(session: Session, dialogue_id: str, *, words: Sequence[str] = ()) -> dict[str, tuple[int, int]]:
    """State → (registrations, participants), of those that fit the words."""
    rows = session.exec(
        select(Registration.state, func.count(func.distinct(Registration.id)), func.count(col(Participant.id)))
        .join(Participant, and_(col(Participant.registration_id) == col(Registration.id)), isouter=True)
        .where(*_in_list(dialogue_id, words=words, state=""))
        .group_by(Registration.state)
    )
    return {state: (registrations, persons) for state, registrations, persons in rows}


def _in_list(dialogue_id: str, *, words: Sequence[str], state: str) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [col(Registration.dialogue_id) == dialogue_id]
    if state:
        conditions.append(col(Registration.state) == state)
    conditions.extend(col(Registration.search_text).like(like_pattern(word), escape="\\") for word in words)
    return conditions


def registrations_listed(
    session: Session, dialogue_id: str, *, words: Sequence[str] = (), state: str = "", offset: int = 0, limit: int = 50
) -> list[Registration]:
    """One page of the organiser's list, ordered by name."""
    return list(
        session.exec(
            select(Registration)
            .where(*_in_list(dialogue_id, words=words, state=state))
            .order_by(col(Registration.sort_key), col(Registration.id))
            .offset(offset)
            .limit(limit)
        )
    )


def registrations_counted(session: Session, dialogue_id: str, *, words: Sequence[str] = (), state: str = "") -> int:
    return session.exec(
        select(func.count()).select_from(Registration).where(*_in_list(dialogue_id, words=words, state=state))
    ).one()


def participants_of_many(session: Session, registration_ids: Sequence[str]) -> dict[str, list[Participant]]:
    """Registration id → its participants in order, in one query."""
    found: dict[str, list[Participant]] = {identity: [] for identity in registration_ids}
    if registration_ids:
        for participant in session.exec(
            select(Participant)
            .where(col(Participant.registration_id).in_(registration_ids))
            .order_by(col(Participant.registration_id), col(Participant.position))
        ):
            found[participant.registration_id].append(participant)
    return found


def confirmed_participants(
    session: Session, dialogue_id: str, *, after: tuple[str, str] | None = None, limit: int = 500
) -> list[tuple[Participant, Registration, Offer]]:
    """Confirmed people with their registration and offer, ordered by the list's name and position."""
    query = (
        select(Participant, Registration, Offer)
        .join(Registration, and_(col(Registration.id) == col(Participant.registration_id)))
        .join(Place, and_(col(Place.participant_id) == col(Participant.id)))
        .join(Offer, and_(col(Offer.id) == col(Place.offer_id)))
        .where(Registration.dialogue_id == dialogue_id, Registration.state == State.CONFIRMED)
        .order_by(col(Registration.sort_key), col(Participant.id))
        .limit(limit)
    )
    if after is not None:
        query = query.where(
            or_(
                col(Registration.sort_key) > after[0],
                and_(col(Registration.sort_key) == after[0], col(Participant.id) > after[1]),
            )
        )
    return list(session.exec(query))


def arrivals_of(session: Session, dialogue_id: str) -> dict[str, Arrival]:
    """Participant id → the arrival that counts."""
    return {
        arrival.participant_id: arrival
        for arrival in session.exec(
            select(Arrival).where(Arrival.dialogue_id == dialogue_id, col(Arrival.undone_at).is_(None))
        )
    }


_ARRIVAL = PreparedRows(
    select(Arrival).where(Arrival.participant_id == bindparam("participant_id"), col(Arrival.undone_at).is_(None))
)


def arrival_of(session: Session, participant_id: str) -> Arrival | None:
    """The arrival of a person that counts."""
    return _ARRIVAL(session, participant_id=participant_id).first()


_PARTICIPANT = PreparedRows(select(Participant).where(Participant.id == bindparam("id")))


def participant_by_id(session: Session, participant_id: str) -> Participant | None:
    return _PARTICIPANT(session, id=participant_id).first()


def registration_of(session: Session, participant: Participant) -> Registration:
    """The registration a person belongs to, from memory where somebody holds it."""
    return row_by_id(session, Registration, participant.registration_id)
