"""The one audit row of a change of persons, links and sessions."""

from datetime import datetime

from sqlmodel import Session

from accounts.rules import OPERATOR_INITIATIVE_ID
from kit.journal import audit, pseudonym


def note(session: Session, *, person_id: str, action: str, now: datetime) -> None:
    """Writes the audit row of a change, in the log of the service point."""
    audit(
        session,
        initiative_id=OPERATOR_INITIATIVE_ID,
        actor=pseudonym("person", person_id),
        action=action,
        object_kind="person",
        object_id=person_id,
        now=now,
    )
