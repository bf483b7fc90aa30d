"""Every SELECT about the single dates of dialogues."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from sqlalchemy import and_, bindparam, case, func, or_
from sqlmodel import Session, col, select

from events.models import Dialogue, DialogueDate
from events.rules import DROPPED, PLANNED
from kit.db import Prepared, PreparedRows


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
        for row in _DATES(session, identities=identities):
            found[row.dialogue_id].append(row)
    return found


_DATES = PreparedRows(
    select(DialogueDate)
    .where(col(DialogueDate.dialogue_id).in_(bindparam("identities", expanding=True)))
    .order_by(col(DialogueDate.recurrence_id))
)


def next_starts(session: Session, dialogues: Iterable[Repeating], now: datetime) -> dict[str, datetime]:
    """Dialogue id → when the date begins that runs or comes next, the last one when all are over; only of several dates."""
    return _found(session, _NEXT_STARTS, dialogues, now)


def next_walls(session: Session, dialogues: Iterable[Repeating], now: datetime) -> dict[str, str]:
    """The same by the clock on the wall."""
    return _found(session, _NEXT_WALLS, dialogues, now)


def _found(session: Session, asked: Prepared, dialogues: Iterable[Repeating], now: datetime) -> dict[str, Any]:
    identities = [dialogue.id for dialogue in dialogues if dialogue.repetition]
    return dict(asked(session, identities=identities, now=now).all()) if identities else {}


def _nexts(start: Any) -> Prepared:
    coming = func.min(case((col(DialogueDate.ends_at) > bindparam("now"), start)))
    statement = select(DialogueDate.dialogue_id, func.coalesce(coming, func.max(start))).where(
        col(DialogueDate.dialogue_id).in_(bindparam("identities", expanding=True)), DialogueDate.state == PLANNED
    )
    return Prepared(statement.group_by(DialogueDate.dialogue_id))


_NEXT_STARTS, _NEXT_WALLS = _nexts(col(DialogueDate.starts_at)), _nexts(col(DialogueDate.start))


class OddDate(NamedTuple):
    """A date that the rule alone does not tell rightly, as calendars need it."""

    recurrence_id: str
    start: str
    end: str
    starts_at: datetime
    ends_at: datetime
    state: str


def odd_dates_of_many(session: Session, dialogues: Iterable[Repeating]) -> dict[str, list[OddDate]]:
    """Dialogue id → its dates that are dropped, moved or of another length; the rule gives the others.

    Beside them a few that may take longer or shorter by the real clock: those that begin before five or go on after midnight.
    """
    found: defaultdict[str, list[OddDate]] = defaultdict(list)
    identities = [dialogue.id for dialogue in dialogues if dialogue.repetition]
    if not identities:
        return found
    row = DialogueDate
    columns = (row.dialogue_id, row.recurrence_id, row.start, row.end, row.starts_at, row.ends_at, row.state)
    its_dialogue = and_(col(Dialogue.initiative_id) == col(row.initiative_id), col(Dialogue.id) == col(row.dialogue_id))
    odd = or_(
        col(row.state) == DROPPED,
        col(row.start) != col(row.recurrence_id),
        func.substr(row.end, 12) != func.substr(Dialogue.regular_end, 12),
        func.substr(row.end, 1, 10) != func.substr(row.start, 1, 10),
        func.substr(row.start, 12) < "05:00",
    )
    statement = select(*columns).join(Dialogue, its_dialogue).where(col(row.dialogue_id).in_(identities), odd)  # type: ignore[call-overload]  # seven columns
    for dialogue_id, *told in session.exec(statement.order_by(col(row.recurrence_id))):
        found[dialogue_id].append(OddDate(*told))
    return found
