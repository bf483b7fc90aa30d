"""Putting dialogues into a series."""

from sqlmodel import Session, select

from events import rules
from events.models import DialogueSeries
from kit import text
from kit.ids import new_id


def series_named(session: Session, initiative_id: str, title: str) -> str | None:
    """The id of the series with this name, made where there is none; None without a name. Capitals make no other one."""
    wanted = text.line(title)
    if not wanted:
        return None
    rows = session.exec(select(DialogueSeries).where(DialogueSeries.initiative_id == initiative_id)).all()
    known = next((row for row in rows if row.title.casefold() == wanted.casefold()), None)
    if known is not None:
        return known.id
    series_id = new_id()
    slug = rules.free_slug(rules.slug_of(wanted, series_id), {row.slug for row in rows})
    row = DialogueSeries(
        id=series_id, initiative_id=initiative_id, slug=slug, title=wanted, sort_key=text.sort_key(wanted)[:200]
    )
    session.add(row)
    session.flush()
    return row.id
