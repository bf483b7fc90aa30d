"""Every SELECT about the single dates of dialogues."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Protocol

from sqlmodel import Session, col, select

from events.models import Dialogue, DialogueDate


def dates_of(session: Session, dialogue: Dialogue) -> Sequence[DialogueDate]:
    """The dates of a dialogue in their order; none, and no question, where it has only one."""
    if not dialogue.repetition:
        return ()
    return dates_by_id(session, dialogue.id)


def dates_by_id(session: Session, dialogue_id: str) -> Sequence[DialogueDate]:
    return session.exec(
        select(DialogueDate).where(DialogueDate.dialogue_id == dialogue_id).order_by(col(DialogueDate.recurrence_id))
    ).all()


class Repeating(Protocol):
    """A dialogue, or what a list tells of one."""

    @property
    def id(self) -> str: ...

    @property
    def repetition(self) -> str: ...


def dates_of_many(session: Session, dialogues: Iterable[Repeating]) -> dict[str, list[DialogueDate]]:
    """Dialogue id → its dates in their order, with one question however many there are."""
    found: defaultdict[str, list[DialogueDate]] = defaultdict(list)
    identities = [dialogue.id for dialogue in dialogues if dialogue.repetition]
    if identities:
        statement = select(DialogueDate).where(col(DialogueDate.dialogue_id).in_(identities))
        for row in session.exec(statement.order_by(col(DialogueDate.recurrence_id))):
            found[row.dialogue_id].append(row)
    return found
