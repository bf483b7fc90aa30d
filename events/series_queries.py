"""Every SELECT about series: separate dialogues of one initiative under one name."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, exists
from sqlmodel import Session, col, select

from events.models import Dialogue, DialogueSeries
from events.queries import public
from events.rules import Visibility


def series_of(session: Session, dialogue: Dialogue) -> DialogueSeries | None:
    """The series of a dialogue; no question where it has none."""
    if not dialogue.series_id:
        return None
    return session.exec(select(DialogueSeries).where(DialogueSeries.id == dialogue.series_id)).one()


def shown_with(session: Session, dialogue: Dialogue) -> DialogueSeries | None:
    """The series that the public page of a dialogue names: one that has a page, because this dialogue is on it."""
    return series_of(session, dialogue) if dialogue.visibility == Visibility.PUBLIC else None


def shown_series(session: Session, initiative_id: str, slug: str) -> DialogueSeries | None:
    """The series with this address, if one of its dialogues is public."""
    found = select(DialogueSeries).where(DialogueSeries.initiative_id == initiative_id, DialogueSeries.slug == slug)
    return session.exec(found.where(_with(*public()))).first()


def all_shown(session: Session, initiative_id: str) -> Sequence[DialogueSeries]:
    """The series of an initiative that have a page, by name."""
    found = select(DialogueSeries).where(DialogueSeries.initiative_id == initiative_id, _with(*public()))
    return session.exec(found.order_by(col(DialogueSeries.sort_key), col(DialogueSeries.id))).all()


def names(session: Session, initiative_id: str) -> tuple[str, ...]:
    """The series that dialogues of an initiative, drafts too, can be put into; those without any are forgotten."""
    found = select(DialogueSeries.title).where(DialogueSeries.initiative_id == initiative_id, _with())
    return tuple(session.exec(found.order_by(col(DialogueSeries.sort_key), col(DialogueSeries.id))))


def _with(*conditions: Any) -> Any:
    """That there is such a dialogue in it."""
    its = and_(
        col(Dialogue.initiative_id) == col(DialogueSeries.initiative_id),
        col(Dialogue.series_id) == col(DialogueSeries.id),
    )
    return exists().where(its, *conditions)
