"""Who came. An arrival is a fact with time, device and an id that the device chose."""

from datetime import datetime

from sqlmodel import Session

from kit.db import insert, reread
from registration import queries
from registration.models import Arrival, Participant, Registration
from registration.operations import standing
from registration.operations.places import lock
from registration.operations.refusals import NotThere
from registration.rules import State


def arrive(
    session: Session,
    *,
    participant: Participant,
    arrival_id: str,
    device: str,
    actor: str,
    now: datetime,
    at: datetime | None = None,
) -> tuple[Arrival, bool]:
    """Ticks one person in. Returns the arrival that counts and whether it is new. Raises NotThere without a seat.

    `at`: when the person stood at the door, where the report comes later. An arrival that was taken back is returned to
    whoever sends its report again, and to whoever reports the person from before that moment.
    """
    registration = queries.registration_of(session, participant)
    lock(session, registration.dialogue_id)
    reread(session, registration)
    at = at or now
    known, earlier = queries.arrivals_reported(session, participant_id=participant.id, arrival_id=arrival_id, at=at)
    if known is not None:
        return known, False
    if registration.state != State.CONFIRMED or queries.participant_by_id(session, participant.id) is None:
        raise NotThere
    if earlier is not None:
        return earlier, False
    arrival = Arrival(
        id=arrival_id,
        initiative_id=participant.initiative_id,
        dialogue_id=registration.dialogue_id,
        registration_id=registration.id,
        participant_id=participant.id,
        at=at,
        device=device,
    )
    insert(session, arrival)
    standing.note(session, registration, actor=actor, action="arrival.create", now=now)
    return arrival, True


def undo_arrival(session: Session, *, participant: Participant, actor: str, now: datetime) -> bool:
    """Takes an arrival back; the fact that it was reported stays."""
    registration: Registration = queries.registration_of(session, participant)
    lock(session, registration.dialogue_id)
    arrival = queries.arrival_of(session, participant.id)
    if arrival is None:
        return False
    arrival.undone_at = now
    session.add(arrival)
    standing.note(session, registration, actor=actor, action="arrival.undo", now=now)
    return True
