"""What the report of a dialogue asks beside its surveys: how many could come, wanted to come, came."""

from dataclasses import dataclass

from sqlmodel import Session

from registration import desk_queries
from registration import queries as registrations
from registration.rules import State

# Whose address was never confirmed did not sign up.
_NOBODY = (State.UNCONFIRMED, State.EXPIRED)


@dataclass(frozen=True)
class Attendance:
    """People, not registrations. `seats` is None without a limit; `confirmed` have a place at last."""

    seats: int | None
    signed_up: int
    confirmed: int
    came: int


def attendance(session: Session, dialogue_id: str) -> Attendance:
    """How many seats there were and who took them, as counts."""
    capacities = [offer.capacity for offer in registrations.offers_of(session, dialogue_id)]
    people = {state: persons for state, (_parties, persons) in registrations.state_counts(session, dialogue_id).items()}
    return Attendance(
        seats=None if not capacities or None in capacities else sum(each or 0 for each in capacities),
        signed_up=sum(persons for state, persons in people.items() if state not in _NOBODY),
        confirmed=people.get(State.CONFIRMED, 0),
        came=desk_queries.arrived_counted(session, dialogue_id),
    )
