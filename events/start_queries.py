"""What the month and the map of the calendar ask, each with one statement however many dialogues there are."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, case, func, union_all
from sqlmodel import Session, col, select

from events.models import Dialogue, DialogueDate
from events.queries import Search, conditions, narrowed, public, shape_of, values_of
from events.rules import PLANNED
from kit.db import Prepared
from network.models import Initiative

SHOWN_A_DAY = 4
_POSTCODES = Prepared(select(Dialogue.postcode).distinct().where(*public(), Dialogue.postcode != ""))


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


class LongRow(NamedTuple):
    """A dialogue of a month that goes on after its first day."""

    slug: str
    title: str
    start: str
    end: str
    land: str
    state: str
    accent: str


def long_rows(session: Session, search: Search, now: datetime) -> Sequence[LongRow]:
    """What goes on after its first day, on some day between the two of the search, in order."""
    return [LongRow(*row) for row in _long(shape_of(search))(session, **values_of(search, now))]


def postcodes(session: Session) -> Sequence[str]:
    """All postcodes in which some dialogue of the list takes place or took place."""
    return [code for (code,) in _POSTCODES(session)]


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
    def begins(start: Any) -> tuple[Any, ...]:
        return (
            Dialogue.slug, Dialogue.title, start.label("start"), Dialogue.land, Dialogue.state, Dialogue.initiative_id,
            Dialogue.sort_key, Dialogue.id,
        )  # fmt: skip

    # Of several dates each stands on its day.
    single = select(*begins(col(Dialogue.start))).where(
        *public(), *narrowed(shape), Dialogue.repetition == "", *_begins_within(col(Dialogue.start))
    )
    several = (
        select(*begins(col(DialogueDate.start)))
        .join(DialogueDate, _its_dates())
        .where(*public(), *narrowed(shape), DialogueDate.state == PLANNED, *_begins_within(col(DialogueDate.start)))
    )
    found: Any = union_all(single, several).subquery().c
    day = func.substr(found.start, 1, 10)
    order = (found.start, found.sort_key, found.id)
    listed: Any = select(  # type: ignore[call-overload]  # a label of any type
        found.slug,
        found.title,
        found.start,
        found.land,
        found.state,
        found.initiative_id,
        func.count().over(partition_by=day).label("of_day"),
        func.row_number().over(partition_by=day, order_by=order).label("place"),
    ).subquery()
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


def _its_dates() -> Any:
    return and_(
        col(DialogueDate.initiative_id) == col(Dialogue.initiative_id),
        col(DialogueDate.dialogue_id) == col(Dialogue.id),
    )


@lru_cache(maxsize=512)
def _long(shape: Search) -> Prepared:
    def told(table: type[Dialogue | DialogueDate]) -> tuple[Any, ...]:
        return (
            Dialogue.slug, Dialogue.title, col(table.start).label("start"), col(table.end).label("end"), Dialogue.land,
            Dialogue.state, Dialogue.initiative_id, Dialogue.sort_key, Dialogue.id,
        )  # fmt: skip

    def lasting(table: type[Dialogue | DialogueDate]) -> list[Any]:
        within = [col(table.end) > bindparam("first"), col(table.start) <= bindparam("last")]
        return [*public(), *narrowed(shape), *within, func.substr(table.end, 1, 10) > func.substr(table.start, 1, 10)]

    single = select(*told(Dialogue)).where(*lasting(Dialogue), Dialogue.repetition == "")
    several = (
        select(*told(DialogueDate))
        .join(DialogueDate, _its_dates())
        .where(*lasting(DialogueDate), DialogueDate.state == PLANNED)
    )
    found: Any = union_all(single, several).subquery().c
    shown: tuple[Any, ...] = (
        found.slug, found.title, found.start, found.end, found.land, found.state, Initiative.accent,
    )  # fmt: skip
    return Prepared(
        select(*shown)
        .join(Initiative, col(Initiative.id) == found.initiative_id)
        .order_by(found.start, found.sort_key, found.id)
    )


def _begins_within(start: Any) -> list[Any]:
    return [start >= bindparam("first"), start <= bindparam("last")]


def _coming() -> Any:
    """The beginning; of several dates that of the next one."""
    next_date = (
        select(func.min(DialogueDate.start))
        .where(
            col(DialogueDate.initiative_id) == col(Dialogue.initiative_id),
            col(DialogueDate.dialogue_id) == col(Dialogue.id),
            DialogueDate.state == PLANNED,
            col(DialogueDate.ends_at) >= bindparam("now"),
        )
        .scalar_subquery()
    )
    return case((col(Dialogue.repetition) == "", col(Dialogue.start)), else_=func.coalesce(next_date, Dialogue.start))


@lru_cache(maxsize=512)
def _first(shape: Search) -> Prepared:
    return Prepared(select(func.min(_coming())).where(*conditions(shape)))


@lru_cache(maxsize=512)
def _next_by_land(shape: Search) -> Prepared:
    return Prepared(select(Dialogue.land, func.min(_coming())).where(*conditions(shape)).group_by(Dialogue.land))
