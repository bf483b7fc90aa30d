"""Where people sit: words of the team beside each name."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from events.models import Dialogue
from kit.downloads import drop_all
from registration import queries
from registration.models import Participant, Registration
from registration.operations import standing
from registration.operations.places import lock


def seat(session: Session, *, dialogue: Dialogue, labels: Mapping[str, str], actor: str, now: datetime) -> int:
    """Writes participant id → table, "" for none. Returns how many are new; who is not of this dialogue is left out."""
    dialogue = lock(session, dialogue.id)
    moved: dict[str, Registration] = {}
    count = 0
    for participant_id, label in labels.items():
        person = session.get(Participant, participant_id, populate_existing=True)
        if person is None or person.table_label == label:
            continue
        registration = queries.registration_of(session, person)
        if registration.dialogue_id != dialogue.id or registration.erased_at is not None:
            continue
        person.table_label = label
        session.add(person)
        moved[registration.id] = registration
        count += 1
    for registration in moved.values():
        standing.note(session, registration, actor=actor, action="registration.table", now=now)
    if moved:
        # Badges and lists that were made before show the old ones.
        drop_all(session, dialogue.id)
    return count
