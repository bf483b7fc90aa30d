"""Barriers that somebody met."""

from datetime import datetime, timedelta

from sqlmodel import Session, select

from accounts.rules import OPERATOR_INITIATIVE_ID
from kit.errors import TooMany
from kit.journal import answered, audit, remember
from network import queries
from network.models import AccessibilityNote
from network.operations.initiatives import ensure_operator
from network.operations.log import locked


def note_barrier(
    session: Session, *, key: str, text: str, email: str, path: str, most: int, now: datetime
) -> AccessibilityNote:
    """Keeps what somebody wrote about a barrier; the same form sent twice is one note.

    Raises TooMany after the `most` that the whole installation takes in an hour.
    """
    ensure_operator(session, now=now)
    locked(session, OPERATOR_INITIATIVE_ID)
    made = answered(session, initiative_id=OPERATOR_INITIATIVE_ID, key=key, flow="accessibility-note")
    if made is not None:
        return session.exec(select(AccessibilityNote).where(AccessibilityNote.id == made)).one()
    if queries.notes_since(session, now - timedelta(hours=1)) >= most:
        raise TooMany
    note = AccessibilityNote(at=now, path=path, text=text, email=email)
    session.add(note)
    session.flush()
    remember(
        session,
        initiative_id=OPERATOR_INITIATIVE_ID,
        key=key,
        flow="accessibility-note",
        object_id=note.id,
        now=now,
    )
    audit(
        session,
        initiative_id=OPERATOR_INITIATIVE_ID,
        actor="visitor",
        action="note_barrier",
        object_kind="accessibility_note",
        object_id=note.id,
        now=now,
    )
    return note
