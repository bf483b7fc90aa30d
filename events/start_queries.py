"""What the month and the map of the calendar ask, each with one statement however many dialogues there are."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func
from sqlmodel import Session, col, select

from events.models import Dialogue
from events.queries import Search, conditions, shape_of, values_of
from kit.db import Prepared
from network.models import Initiative

SHOWN_A_DAY = 4


class DayRow(NamedTuple):
    """A dialogue of a month; `of_day` counts those of its day."""

    slug: str
    title: str
    start: str
    land: str
    state: str
    accent: str
    of_day: int


def month_rows(session: Session, search: Search, now: datetime) -> Sequence[DayRow]:
    """What begins between the two days of the search: of each day the first ones, in order."""
    return [DayRow(*row) for row in _month(shape_of(search))(session, **values_of(search, now))]


def first_day(session: Session, search: Search, now: datetime) -> date | None:
    """The local day on which the list begins, None when it is empty."""
    found = _first(shape_of(search))(session, **values_of(search, now)).scalar_one()
    return date.fromisoformat(found[:10]) if found else None


def next_by_land(session: Session, search: Search, now: datetime) -> dict[str, date]:
    """The first day of the list for each Land that has one, the filters for Land and Kreis left aside."""
    search = replace(search, land="", kreis="")
    rows = _next_by_land(shape_of(search))(session, **values_of(search, now))
    return {land: date.fromisoformat(start[:10]) for land, start in rows}


def district_counts(session: Session, search: Search, now: datetime) -> dict[str, int]:
    """How many dialogues of the list each Kreis has, by its key; those without one left aside."""
    return dict(_counts_by_district(shape_of(search))(session, **values_of(search, now)).all())


@lru_cache(maxsize=512)
def _counts_by_district(shape: Search) -> Prepared:
    named = Dialogue.kreis != ""
    return Prepared(select(Dialogue.kreis, func.count()).where(*conditions(shape), named).group_by(Dialogue.kreis))


@lru_cache(maxsize=512)
def _month(shape: Search) -> Prepared:
    day = func.substr(Dialogue.start, 1, 10)
    order = (col(Dialogue.start), col(Dialogue.sort_key), col(Dialogue.id))
    columns: tuple[Any, ...] = (
        Dialogue.slug,
        Dialogue.title,
        Dialogue.start,
        Dialogue.land,
        Dialogue.state,
        Dialogue.initiative_id,
    )
    listed: Any = (
        select(  # type: ignore[call-overload]  # a label of any type
            *columns,
            func.count().over(partition_by=day).label("of_day"),
            func.row_number().over(partition_by=day, order_by=order).label("place"),
        )
        .where(*conditions(shape), Dialogue.start >= bindparam("first"))
        .subquery()
    )
    shown = listed.c
    told: tuple[Any, ...] = (
        shown.slug,
        shown.title,
        shown.start,
        shown.land,
        shown.state,
        Initiative.accent,
        shown.of_day,
    )
    return Prepared(
        select(*told)
        .join(Initiative, col(Initiative.id) == shown.initiative_id)
        .where(shown.place <= SHOWN_A_DAY)
        .order_by(shown.start, shown.place)
    )


@lru_cache(maxsize=512)
def _first(shape: Search) -> Prepared:
    return Prepared(select(func.min(Dialogue.start)).where(*conditions(shape)))


@lru_cache(maxsize=512)
def _next_by_land(shape: Search) -> Prepared:
    return Prepared(select(Dialogue.land, func.min(Dialogue.start)).where(*conditions(shape)).group_by(Dialogue.land))
