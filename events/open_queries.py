"""What the open data asks of the database: public dialogues only, in a constant number of statements."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import and_, or_
from sqlmodel import Session, col, select

from events import rules
from events.date_queries import dates_of_many
from events.dates import Dates
from events.models import Dialogue, DialogueSeries, Offer
from events.rules import OfferFacts, Visibility
from network.models import Initiative

PAGE_SIZE = 100
NEWS_SIZE = 50


@dataclass(frozen=True)
class Narrowed:
    """Which dialogues are asked for. Empty values do not narrow; `first` and `last` are local days, both included."""

    land: str = ""
    format_code: str = ""
    initiative_id: str = ""
    first: date | None = None
    last: date | None = None
    series_id: str = ""


@dataclass(frozen=True)
class After:
    """The last dialogue of the page before."""

    starts_at: datetime
    dialogue_id: str


@dataclass(frozen=True)
class Published:
    """One public dialogue with the name and address of its initiative, and its offers where they were asked for."""

    dialogue: Dialogue
    initiative_name: str
    initiative_slug: str
    offers: Sequence[OfferFacts] = ()
    dates: Dates = ()
    series_title: str = ""
    series_slug: str = ""


def page(session: Session, asked: Narrowed, after: After | None, now: datetime) -> tuple[list[Published], After | None]:
    """Up to PAGE_SIZE public dialogues in order of their beginning, and the last of them when more follow."""
    conditions = _conditions(asked, now)
    if after:
        at = col(Dialogue.starts_at)
        same = and_(at == after.starts_at, col(Dialogue.id) > after.dialogue_id)
        conditions.append(or_(at > after.starts_at, same))
    order = (col(Dialogue.starts_at), col(Dialogue.id))
    rows = session.exec(_SELECT.where(*conditions).order_by(*order).limit(PAGE_SIZE + 1)).all()
    shown = [row[0] for row in rows[:PAGE_SIZE]]
    offers = _offers(session, [dialogue.id for dialogue in shown])
    found = _published(session, rows[:PAGE_SIZE], offers)
    last = found[-1].dialogue if len(rows) > PAGE_SIZE else None
    return found, After(last.starts_at, last.id) if last else None


def news(session: Session, asked: Narrowed, now: datetime) -> list[Published]:
    """The public dialogues that were published last."""
    order = (col(Dialogue.published_at).desc(), col(Dialogue.id))
    rows = session.exec(_SELECT.where(*_conditions(asked, now)).order_by(*order).limit(NEWS_SIZE)).all()
    return _published(session, rows, {})


def _published(session: Session, rows: Sequence[Any], offers: Mapping[str, Sequence[OfferFacts]]) -> list[Published]:
    dates = dates_of_many(session, [dialogue for dialogue, *_names in rows])
    return [
        Published(
            dialogue, name, slug, offers.get(dialogue.id, ()), dates.get(dialogue.id, ()), title or "", series or ""
        )
        for dialogue, name, slug, title, series in rows
    ]


_SELECT: Any = (
    select(Dialogue, Initiative.name, Initiative.slug, DialogueSeries.title, DialogueSeries.slug)  # type: ignore[call-overload]
    .join(Initiative, col(Initiative.id) == col(Dialogue.initiative_id))
    .outerjoin(
        DialogueSeries,
        and_(
            col(DialogueSeries.initiative_id) == col(Dialogue.initiative_id),
            col(DialogueSeries.id) == col(Dialogue.series_id),
        ),
    )
)


def _conditions(asked: Narrowed, now: datetime) -> list[Any]:
    found: list[Any] = [col(Dialogue.state).in_(rules.SHOWN_STATES), Dialogue.visibility == Visibility.PUBLIC]
    if asked.first is None:
        found.append(Dialogue.ends_at >= now - rules.CLOSE_AFTER)
    else:
        # Of several dates the last one counts.
        several = and_(col(Dialogue.repetition) != "", col(Dialogue.ends_at) >= _midnight(asked.first))
        found.append(or_(col(Dialogue.end) >= asked.first.isoformat(), several))
    if asked.last is not None:
        found.append(Dialogue.start <= f"{asked.last.isoformat()}T23:59")
    if asked.land:
        found.append(Dialogue.land == asked.land)
    if asked.format_code:
        found.append(Dialogue.format_code == asked.format_code)
    if asked.initiative_id:
        found.append(Dialogue.initiative_id == asked.initiative_id)
    if asked.series_id:
        found.append(Dialogue.series_id == asked.series_id)
    return found


def _midnight(day: date) -> datetime:
    """The beginning of a day, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _offers(session: Session, dialogue_ids: list[str]) -> defaultdict[str, list[OfferFacts]]:
    found: defaultdict[str, list[OfferFacts]] = defaultdict(list)
    if dialogue_ids:
        seats = select(Offer.dialogue_id, Offer.capacity, Offer.taken).where(col(Offer.dialogue_id).in_(dialogue_ids))
        for dialogue_id, capacity, taken in session.exec(seats):
            found[dialogue_id].append(OfferFacts(capacity, taken))
    return found
