"""Who came. An arrival is a fact with time, device and an id that the device chose."""

from datetime import datetime

from sqlmodel import Session

from registration import queries
from registration.models import Arrival, Participant, Registration
from registration.operations import standing
from registration.operations.places import lock
from registration.operations.refusals import NotThere
from registration.rules import State


def arrive(
    session: Session, *, participant: Participant, arrival_id: str, device: str, actor: str, now: datetime
) -> tuple[Arrival, bool]:
    """Ticks one person in. Returns the arrival that counts and whether it is new. Raises NotThere without a seat."""
    registration = session.get_one(Registration, participant.registration_id)
    lock(session, registration.dialogue_id)
    session.refresh(registration)
    known = queries.arrival_of(session, participant.id)
    if known is not None:
        return known, False
    if registration.state != State.CONFIRMED:
        raise NotThere
    earlier = session.get(Arrival, arrival_id)
    if earlier is not None:
        return earlier, False
    arrival = Arrival(
        id=arrival_id,
        initiative_id=participant.initiative_id,
        dialogue_id=registration.dialogue_id,
        registration_id=registration.id,
        participant_id=participant.id,
        at=now,
        device=device,
    )
    session.add(arrival)
    standing.note(session, registration, actor=actor, action="arrival.create", now=now)
    return arrival, True


def undo_arrival(session: Session, *, participant: Participant, actor: str, now: datetime) -> bool:
    """Takes an arrival back; the fact that it was reported stays."""
    registration = session.get_one(Registration, participant.registration_id)
    lock(session, registration.dialogue_id)
    arrival = queries.arrival_of(session, participant.id)
    if arrival is None:
        return False
    arrival.undone_at = now
    session.add(arrival)
    standing.note(session, registration, actor=actor, action="arrival.undo", now=now)
    return True
