"""What calendars ask before they are written: whether anything in them changed."""

from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlmodel import Session, col, func, select

from events.models import Dialogue
from events.queries import Search, conditions, shape_of, team_conditions, values_of
from events.rules import CLOSE_AFTER
from kit.db import Prepared
from network.models import Initiative


def feed_state(session: Session, search: Search, now: datetime) -> tuple[Any, ...]:
    """Figures of `queries.feed_rows` that are equal only as long as its dialogues and their initiatives stay as they are.

    Whatever enters the list or changes in it was changed last; whatever leaves it is missing in the count. The ids tell
    two installations apart.
    """
    return tuple(_state(shape_of(search))(session, **values_of(search, now - CLOSE_AFTER)).one())


def team_state(session: Session, initiative_id: str, *, drafts: bool, now: datetime) -> tuple[Any, ...]:
    """The same for `queries.team_rows`."""
    figures: tuple[Any, ...] = (
        func.count(),
        func.sum(Dialogue.version),
        func.max(Dialogue.changed_at),
        func.max(Dialogue.id),
    )
    return tuple(session.exec(select(*figures).where(*team_conditions(initiative_id, drafts=drafts, now=now))).one())


@lru_cache(maxsize=512)
def _state(shape: Search) -> Prepared:
    figures: tuple[Any, ...] = (
        func.count(),
        func.sum(Dialogue.version),
        func.max(Dialogue.changed_at),
        func.max(Dialogue.id),
        func.sum(Initiative.version),
    )
    return Prepared(
        select(*figures)
        .join_from(Dialogue, Initiative, col(Initiative.id) == col(Dialogue.initiative_id))
        .where(*conditions(shape))
    )
