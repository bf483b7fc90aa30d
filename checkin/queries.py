"""Every SELECT of the door that nobody else asks."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from events.models import Dialogue
from events.rules import DialogueState, SignUp
from kit.text import like_pattern
from registration.models import Registration
from registration.rules import State


def at_the_door(
    session: Session, dialogue_id: str, *, words: Sequence[str], seated: bool, offset: int = 0, limit: int
) -> list[Registration]:
    """Parties with a confirmed seat, or all others, in the order of family names; words as in the organisers' list."""
    state = col(Registration.state)
    return list(
        session.exec(
            select(Registration)
            .where(
                Registration.dialogue_id == dialogue_id,
                col(Registration.erased_at).is_(None),
                state == State.CONFIRMED if seated else state != State.CONFIRMED,
                *(col(Registration.search_text).like(like_pattern(word), escape="\\") for word in words),
            )
            .order_by(col(Registration.sort_key), col(Registration.id))
            .offset(offset)
            .limit(limit)
        )
    )


def next_dialogue(session: Session, initiative_id: str, now: datetime) -> Dialogue | None:
    """The dialogue with guests of this platform that runs or comes next."""
    return session.exec(
        select(Dialogue)
        .where(
            Dialogue.initiative_id == initiative_id,
            Dialogue.state == DialogueState.PUBLISHED,
            Dialogue.sign_up == SignUp.HERE,
            col(Dialogue.ends_at) > now,
        )
        .order_by(col(Dialogue.starts_at), col(Dialogue.id))
        .limit(1)
    ).first()
