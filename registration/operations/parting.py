"""Some of a party do not come. The others keep what they have: seats, their place on the list, the calendar entry."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col

from registration import letters, queries
from registration.models import Arrival, Participant, Registration
from registration.operations import standing
from registration.operations.own import fresh
from registration.operations.places import release
from registration.operations.refusals import AlreadyIn, Over
from registration.operations.sign_up import index
from registration.rules import ACTIVE, CancelReason, State


def cancel_people(
    session: Session,
    *,
    registration: Registration,
    positions: Collection[int],
    reason: CancelReason,
    actor: str,
    now: datetime,
) -> Registration:
    """Takes these people out of the party and gives their seats back; all of them together are the whole registration.

    Who is out already is passed over, so doing it twice changes nothing. Raises AlreadyIn for somebody who came.
    """
    _dialogue, registration = fresh(session, registration)
    if registration.state in (State.CANCELLED, State.DECLINED):
        return registration
    people = queries.participants_of(session, registration.id)
    leaving = [person for person in people if person.position in positions]
    if not leaving:
        return registration
    if any(queries.arrival_of(session, person.id) for person in leaving):
        raise AlreadyIn
    if len(leaving) == len(people):
        standing.end(session, registration=registration, state=State.CANCELLED, reason=reason, actor=actor, now=now)
        return registration
    if registration.ended_at is not None:
        raise Over
    _take_out(session, registration, leaving)
    staying = queries.participants_of(session, registration.id)
    index(registration, staying)
    session.add(registration)
    if registration.state in ACTIVE:
        letters.part_cancelled(session, registration, gone=len(leaving), reason=reason, now=now)
    detail = f"{len(leaving)} of {len(people)}, {reason}"
    standing.note(session, registration, actor=actor, action="registration.part_cancelled", detail=detail, now=now)
    return registration


def _take_out(session: Session, registration: Registration, leaving: list[Participant]) -> None:
    """Their rows go, and with them their codes."""
    gone = [person.id for person in leaving]
    release(session, registration_id=registration.id, participant_ids=gone)
    connection = session.connection()
    connection.execute(delete(Arrival).where(col(Arrival.participant_id).in_(gone)))
    connection.execute(delete(Participant).where(col(Participant.id).in_(gone)))
    for person in leaving:
        session.expunge(person)
