"""What teams wrote about a gate goes with the last guests of its dialogue."""

from datetime import UTC, datetime

from sqlalchemy import and_, or_
from sqlmodel import Session, col, select

from checkin.models import DoorLink
from events.models import Dialogue
from registration.operations.retention import FIRST_DAY, told_days
from registration.operations.sweeps import CHUNK


def forget_gates(session: Session, *, now: datetime) -> int:
    """Empties one chunk of names and places of gates. Returns how many."""
    today = now.astimezone(UTC).date()
    ended = (
        select(DoorLink, Dialogue.ends_at)
        .join(
            Dialogue,
            and_(col(Dialogue.initiative_id) == DoorLink.initiative_id, col(Dialogue.id) == DoorLink.dialogue_id),
        )
        .where(
            col(Dialogue.ends_at) <= now - FIRST_DAY,
            Dialogue.state != "postponed",
            or_(col(DoorLink.name) != "", col(DoorLink.duty_place) != ""),
        )
        .order_by(col(Dialogue.ends_at))
        .limit(CHUNK)
    )
    due = [link for link, ends_at in session.exec(ended).all() if told_days(ends_at)["attendee"] <= today]
    for link in due:
        link.name = link.duty_place = ""
        session.add(link)
    session.flush()
    return len(due)
