"""Who came. An arrival is a fact with time, device and an id that the device chose."""

from datetime import datetime

from sqlmodel import Session

from events.dates import name_at
from events.models import Dialogue
from kit.db import insert, row_by_id
from kit.journal import audit
from registration import door_queries, queries
from registration.door_queries import Guest, Reported
from registration.models import Arrival, Participant
from registration.operations.places import hold
from registration.operations.refusals import NotThere


def meet(session: Session, *, dialogue_id: str, participant_id: str, date: str = "") -> Guest | None:
    """Holds the dialogue whose door this is, and reads who stands there; maybe a guest of another one.

    `date` is the one of several that the door is about.
    """
    hold(session, dialogue_id)
    return door_queries.guest_of(session, participant_id, date)


def admit(
    session: Session,
    *,
    guest: Guest,
    arrival_id: str,
    device: str,
    actor: str,
    now: datetime,
    at: datetime | None = None,
) -> tuple[Reported, bool]:
    """Ticks one person in. Returns the arrival that counts and whether it is new. Raises NotThere without a seat.

    The dialogue is held, and `guest` was read since (`meet`). `at`: when the person stood at the door, where the report
    comes later. An arrival that was taken back is returned to whoever sends its report again, and to whoever reports the
    person from before that moment.
    """
    at = at or now
    if guest.arrival is not None:
        return guest.arrival, False
    if not guest.seated:
        raise NotThere
    earlier = guest.known(arrival_id, at)
    if earlier is not None:
        return earlier, False
    arrival = Arrival(
        id=arrival_id,
        initiative_id=guest.initiative_id,
        dialogue_id=guest.dialogue_id,
        registration_id=guest.registration_id,
        participant_id=guest.id,
        recurrence_id=guest.date,
        at=at,
        device=device,
    )
    insert(session, arrival)
    _note(session, guest, actor=actor, action="arrival.create", now=now)
    return Reported(arrival_id, at, None, guest.date), True


def arrive(
    session: Session, *, participant: Participant, arrival_id: str, device: str, actor: str, now: datetime
) -> tuple[Reported, bool]:
    """The same for one row: holds the dialogue, reads, ticks in. Raises NotThere."""
    dialogue = row_by_id(session, Dialogue, queries.registration_of(session, participant).dialogue_id)
    date = name_at(session, dialogue, now)
    guest = meet(session, dialogue_id=dialogue.id, participant_id=participant.id, date=date)
    if guest is None:
        raise NotThere
    return admit(session, guest=guest, arrival_id=arrival_id, device=device, actor=actor, now=now)


def undo_arrival(
    session: Session, *, dialogue_id: str, participant_id: str, date: str = "", actor: str, now: datetime
) -> bool:
    """Takes an arrival back, of several dates that to one of them; the fact that it was reported stays."""
    guest = meet(session, dialogue_id=dialogue_id, participant_id=participant_id, date=date)
    if guest is None or guest.arrival is None:
        return False
    arrival = session.get_one(Arrival, guest.arrival.id)
    arrival.undone_at = now
    session.add(arrival)
    _note(session, guest, actor=actor, action="arrival.undo", now=now)
    return True


def _note(session: Session, guest: Guest, *, actor: str, action: str, now: datetime) -> None:
    audit(
        session,
        initiative_id=guest.initiative_id,
        actor=actor,
        action=action,
        object_kind="registration",
        object_id=guest.registration_id,
        now=now,
    )
