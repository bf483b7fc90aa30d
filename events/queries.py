"""Every SELECT about dialogues. Lists answer with a constant number of statements however long they are."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Text, and_, bindparam, cast, exists, func, or_
from sqlmodel import Session, col, select

from accounts.rules import OPERATOR_INITIATIVE_ID
from events import date_queries, rules
from events.dates import Dates
from events.models import Dialogue, DialogueDate, HeardReport, Offer, ProgrammeItem
from events.rules import DialogueFacts, DialogueState, OfferFacts, PageStart, SignUp, SignUpState, Visibility
from kit import text
from kit.db import Prepared, PreparedRows
from network.models import Initiative

PAGE_SIZE = 40
FEED_LIMIT = 1000
PAST_SHOWN = 20
INVITERS_NAMED = 300
SHOWN_TO_ALL = (Visibility.PUBLIC, Visibility.UNLISTED)


@dataclass(frozen=True)
class Search:
    """What a visitor looks for. Empty values do not narrow. `first` and `last` are local days, both included; `near` are
    postcodes; None where it does not matter where."""

    words: str = ""
    land: str = ""
    kreis: str = ""
    first: date | None = None
    last: date | None = None
    format_code: str = ""
    free_only: bool = False
    initiative_id: str = ""
    language: str = ""
    step_free: bool = False
    online: bool = False
    near: tuple[str, ...] | None = None
    series_id: str = ""


@dataclass(frozen=True)
class Listed:
    """One dialogue of a list with what the list says about it."""

    dialogue: Dialogue
    initiative: Initiative
    sign_up: SignUpState


@dataclass(frozen=True)
class Teaser:
    """What a card tells of a dialogue, named as in the table."""

    id: str
    slug: str
    title: str
    format_code: str
    state: str
    sign_up: str
    zone: str
    start: str
    starts_at: datetime
    ends_at: datetime
    repetition: str
    sort_key: str
    place: str
    postcode: str
    city: str
    land: str
    online: bool
    step_free: str
    access: list[dict[str, str]]
    languages: list[str]
    picture: str
    registration_opens_at: datetime | None
    registration_closes_at: datetime | None
    list_deadline_at: datetime | None


@dataclass(frozen=True)
class Inviter:
    """What a card tells of an initiative, named as in the table."""

    name: str
    slug: str
    accent: str
    logo: str


@dataclass(frozen=True)
class Told:
    """One dialogue of a public list with what its card says."""

    dialogue: Teaser
    initiative: Inviter
    sign_up: SignUpState
    dates: Dates = ()


@dataclass(frozen=True)
class Page:
    """Up to PAGE_SIZE dialogues of a list; `after` is where the next page begins, None on the last one."""

    rows: tuple[Told, ...]
    after: PageStart | None


def facts(dialogue: Dialogue | Teaser) -> DialogueFacts:
    """What the sign-up rules need of a row."""
    return DialogueFacts(
        state=dialogue.state,
        sign_up=dialogue.sign_up,
        format_code=dialogue.format_code,
        starts_at=dialogue.starts_at,
        registration_opens_at=dialogue.registration_opens_at,
        registration_closes_at=dialogue.registration_closes_at,
        list_deadline_at=dialogue.list_deadline_at,
    )


def sign_up_of(session: Session, dialogue: Dialogue, now: datetime) -> SignUpState:
    """How one gets a seat in this dialogue now."""
    return sign_up_with(dialogue, offers_of(session, dialogue.id), now)


def sign_up_with(dialogue: Dialogue, offers: Sequence[Offer], now: datetime) -> SignUpState:
    """The same with the offers that were read."""
    return rules.sign_up_state(facts(dialogue), [offer_facts(offer) for offer in offers], now)


def offer_facts(offer: Offer) -> OfferFacts:
    return OfferFacts(capacity=offer.capacity, taken=offer.taken)


_OFFERS = PreparedRows(
    select(Offer).where(Offer.dialogue_id == bindparam("dialogue_id")).order_by(col(Offer.position), Offer.key)
)


def offers_of(session: Session, dialogue_id: str) -> Sequence[Offer]:
    """The offers of a dialogue in their order."""
    return _OFFERS(session, dialogue_id=dialogue_id).all()


_PROGRAMME = PreparedRows(
    select(ProgrammeItem)
    .where(ProgrammeItem.dialogue_id == bindparam("dialogue_id"))
    .order_by(col(ProgrammeItem.position))
)


def programme_of(session: Session, dialogue_id: str) -> Sequence[ProgrammeItem]:
    return _PROGRAMME(session, dialogue_id=dialogue_id).all()


_BY_SLUG = PreparedRows(select(Dialogue).where(Dialogue.slug == bindparam("slug")))


def shown_by_slug(session: Session, slug: str) -> Dialogue | None:
    """The dialogue with this address, if it has a public page: no draft, nothing for invited people only."""
    found = _BY_SLUG(session, slug=slug).first()
    if found is None or found.state not in rules.SHOWN_STATES or found.visibility not in SHOWN_TO_ALL:
        return None
    return found


def any_by_slug(session: Session, slug: str) -> Dialogue | None:
    """The dialogue with this address in any state, for its own workspace."""
    return _BY_SLUG(session, slug=slug).first()


def dialogue(session: Session, dialogue_id: str) -> Dialogue:
    """The dialogue with this id. Raises NoResultFound."""
    return session.exec(select(Dialogue).where(Dialogue.id == dialogue_id)).one()


def land_counts(session: Session, search: Search, now: datetime) -> dict[str, int]:
    """How many dialogues of the list each Land has, the filters for Land and Kreis left aside."""
    search = replace(search, land="", kreis="")
    rows = _counts_by_land(shape_of(search))(session, **values_of(search, now))
    return dict(rows.all())


def inviters(session: Session) -> list[tuple[str, str, str]]:
    """The initiatives that a filter names: id, slug, name."""
    return [(inviter_id, slug, name) for inviter_id, slug, name in _INVITERS(session).all()]


def published_page(session: Session, search: Search, *, at: PageStart | None = None, now: datetime) -> Page:
    """One page of the public list in order of local time, from its beginning or from a place in it. One of several dates
    stands where its next one belongs."""
    day, skip, shape = at.day.isoformat() if at else "", at.skip if at else 0, shape_of(search)
    values = values_of(search, now) | {"day": day, "most": skip + PAGE_SIZE + 1}
    found = [*_coming(shape)(session, **values), *(repeating := _repeating(shape)(session, **values).all())]
    nexts = date_queries.next_walls(session, repeating, now)
    placed = sorted((nexts.get(row.id, row.start), row.sort_key, row.id, row) for row in found)
    listed = [(start, row) for start, _key, _id, row in placed if start >= day][skip : skip + PAGE_SIZE + 1]
    shown, after = rules.page_end([start[:10] for start, _row in listed], PAGE_SIZE, skip)
    return Page(tuple(_told(session, [row for _start, row in listed[:shown]], now)), after)


def feed_rows(session: Session, search: Search, now: datetime) -> list[Listed]:
    """The dialogues of a feed: the public list, with what took place in the last weeks."""
    values = values_of(search, now - rules.CLOSE_AFTER)
    return _listed(session, conditions(search), now, values, limit=FEED_LIMIT)


def team_rows(session: Session, initiative_id: str, *, drafts: bool, now: datetime) -> list[Dialogue]:
    """The dialogues of a team's calendar: what comes, and what took place in the last weeks."""
    return list(
        session.exec(
            select(Dialogue)
            .where(*team_conditions(initiative_id, drafts=drafts, now=now))
            .order_by(col(Dialogue.starts_at), col(Dialogue.id))
            .limit(FEED_LIMIT)
        )
    )


def team_conditions(initiative_id: str, *, drafts: bool, now: datetime) -> list[Any]:
    found: list[Any] = [Dialogue.initiative_id == initiative_id, col(Dialogue.ends_at) >= now - rules.CLOSE_AFTER]
    return found if drafts else [*found, Dialogue.state != DialogueState.DRAFT]


def past(session: Session, search: Search, now: datetime) -> list[Told]:
    """The latest of what an initiative or a series held before."""
    return _told(session, _past(shape_of(search))(session, **values_of(search, now)).all(), now)


def coming_counts(session: Session, now: datetime) -> dict[str, int]:
    """Coming public dialogues by initiative id."""
    return dict(_COMING_COUNTS(session, now=now).all())


def workspace_rows(session: Session, initiative_id: str, now: datetime) -> tuple[list[Listed], dict[str, datetime]]:
    """All dialogues of one initiative: what comes first, then what is over with the latest first; of several dates the next
    one counts, and stands beside them by the dialogue's id."""
    rows = _listed(session, [Dialogue.initiative_id == initiative_id], now, {}, limit=500, newest=True)
    nexts = date_queries.next_starts(session, (row.dialogue for row in rows), now)
    rows.sort(key=lambda row: nexts.get(row.dialogue.id, row.dialogue.starts_at), reverse=True)
    coming = [row for row in rows if row.dialogue.ends_at >= now]
    return [*reversed(coming), *(row for row in rows if row.dialogue.ends_at < now)], nexts


def public() -> list[Any]:
    """What belongs to the list at all."""
    # Not IN, whose list would be written into the statement again each time.
    return [
        or_(*(col(Dialogue.state) == state for state in rules.SHOWN_STATES)),
        Dialogue.visibility == Visibility.PUBLIC,
    ]


def shape_of(search: Search) -> Search:
    """What two searches with the same statement have in common: which filters are set, and how many words."""
    return Search(
        words="x " * len(_words(search)),
        land="x" * bool(search.land),
        kreis="x" * bool(search.kreis),
        first=search.first and date.min,
        last=search.last and date.min,
        format_code="x" * bool(search.format_code),
        free_only=search.free_only,
        initiative_id="x" * bool(search.initiative_id),
        language="x" * bool(search.language),
        step_free=search.step_free,
        online=search.online,
        near=None if search.near is None else (),
        series_id="x" * bool(search.series_id),
    )


def _words(search: Search) -> list[str]:
    return text.search_query(search.words).split()[:8]


def values_of(search: Search, now: datetime) -> dict[str, Any]:
    """The values that `conditions` leave open."""
    return {
        "now": now,
        "first": search.first and search.first.isoformat(),
        "last": search.last and f"{search.last.isoformat()}T23:59",
        "land": search.land,
        "kreis": search.kreis,
        "format_code": search.format_code,
        "initiative_id": search.initiative_id,
        "language": f'%"{search.language}"%',
        "near": search.near,
        "series_id": search.series_id,
    } | {f"word_{number}": text.like_pattern(word) for number, word in enumerate(_words(search))}


def conditions(search: Search) -> list[Any]:
    """What belongs to the list, with the values left open: only whether a filter is set counts here."""
    found = public()
    if search.first is None:
        found.append(Dialogue.ends_at >= bindparam("now"))
    if search.first or search.last:
        found.append(or_(and_(col(Dialogue.repetition) == "", *_within(Dialogue, search)), _dated(search)))
    return found + narrowed(search)


def _within(table: type[Dialogue | DialogueDate], search: Search) -> list[Any]:
    """Between the days of a search, by the clock on the wall."""
    found = [table.end >= bindparam("first")] if search.first else []
    return [*found, table.start <= bindparam("last")] if search.last else found


def _dated(search: Search) -> Any:
    """One of several dates lies between the days of a search."""
    one = exists().where(
        col(DialogueDate.initiative_id) == col(Dialogue.initiative_id),
        col(DialogueDate.dialogue_id) == col(Dialogue.id),
        col(DialogueDate.state) == rules.PLANNED,
        *_within(DialogueDate, search),
        *([] if search.first else [col(DialogueDate.ends_at) >= bindparam("now")]),
    )
    return and_(col(Dialogue.repetition) != "", one)


def narrowed(search: Search) -> list[Any]:
    """All conditions of a search but its days."""
    found: list[Any] = []
    filters = (
        (search.land, Dialogue.land == bindparam("land")),
        (search.kreis, Dialogue.kreis == bindparam("kreis")),
        (search.format_code, Dialogue.format_code == bindparam("format_code")),
        (search.initiative_id, Dialogue.initiative_id == bindparam("initiative_id")),
        (search.series_id, Dialogue.series_id == bindparam("series_id")),
        (search.language, cast(Dialogue.languages, Text).like(bindparam("language"))),
        (search.step_free, Dialogue.step_free == "yes"),
        (search.online, col(Dialogue.online).is_(True)),
        (search.near is not None, col(Dialogue.postcode).in_(bindparam("near", expanding=True))),
        (search.free_only, _free()),
    )
    found += [condition for asked, condition in filters if asked]
    for number in range(len(_words(search))):
        found.append(col(Dialogue.search_text).like(bindparam(f"word_{number}"), escape="\\"))
    return found


def _free() -> Any:
    """As `rules.sign_up_state` says open or few."""
    seat = exists().where(
        col(Offer.initiative_id) == col(Dialogue.initiative_id),
        col(Offer.dialogue_id) == col(Dialogue.id),
        or_(col(Offer.capacity).is_(None), col(Offer.taken) < col(Offer.capacity)),
    )
    return and_(
        col(Dialogue.state) == DialogueState.PUBLISHED,
        col(Dialogue.sign_up) == SignUp.HERE,
        col(Dialogue.format_code) != rules.LOTTERY_FORMAT,
        col(Dialogue.starts_at) > bindparam("now"),
        or_(col(Dialogue.registration_closes_at).is_(None), col(Dialogue.registration_closes_at) > bindparam("now")),
        or_(col(Dialogue.registration_opens_at).is_(None), col(Dialogue.registration_opens_at) <= bindparam("now")),
        seat,
    )


_TEASER = tuple(field.name for field in fields(Teaser))
_CARD = (
    select(
        *(getattr(Dialogue, name) for name in _TEASER),
        *(getattr(Initiative, field.name).label(f"of_{field.name}") for field in fields(Inviter)),
    )
    .join(Initiative, col(Initiative.id) == col(Dialogue.initiative_id))
)  # fmt: skip


@lru_cache(maxsize=512)
def _coming(shape: Search) -> Prepared:
    """What has one date, from a day on in order of local time."""
    order = (col(Dialogue.start), col(Dialogue.sort_key), col(Dialogue.id))
    placed = [Dialogue.start >= bindparam("day"), Dialogue.repetition == ""]
    return Prepared(_CARD.where(*conditions(shape), *placed).order_by(*order).limit(bindparam("most")))


@lru_cache(maxsize=512)
def _repeating(shape: Search) -> Prepared:
    """What has several dates."""
    # Greater than nothing, because no index finds what is unequal.
    return Prepared(_CARD.where(*conditions(shape), Dialogue.repetition > "").limit(FEED_LIMIT))


@lru_cache(maxsize=512)
def _counts_by_land(shape: Search) -> Prepared:
    return Prepared(select(Dialogue.land, func.count()).where(*conditions(shape)).group_by(Dialogue.land))


@lru_cache(maxsize=16)
def _past(shape: Search) -> Prepared:
    statement = _CARD.where(*public(), *narrowed(shape), Dialogue.ends_at < bindparam("now"))
    return Prepared(statement.order_by(col(Dialogue.ends_at).desc(), col(Dialogue.id)).limit(PAST_SHOWN))


_COMING_COUNTS = Prepared(
    select(Dialogue.initiative_id, func.count()).where(*conditions(Search())).group_by(Dialogue.initiative_id)
)
_INVITERS = Prepared(
    select(Initiative.id, Initiative.slug, Initiative.name)
    .where(col(Initiative.id) != OPERATOR_INITIATIVE_ID)
    .order_by(col(Initiative.sort_key), col(Initiative.id))
    .limit(INVITERS_NAMED)
)
_SEATS = Prepared(
    select(Offer.dialogue_id, Offer.capacity, Offer.taken).where(
        col(Offer.dialogue_id).in_(bindparam("dialogue_ids", expanding=True))
    )
)


def _told(session: Session, rows: Sequence[Any], now: datetime) -> list[Told]:
    parts = [(Teaser(*row[: len(_TEASER)]), Inviter(*row[len(_TEASER) :])) for row in rows]
    offers = _offers_by_dialogue(session, [teaser.id for teaser, _inviter in parts])
    dates = date_queries.dates_of_many(session, (teaser for teaser, _inviter in parts))
    return [
        Told(teaser, inviter, rules.sign_up_state(facts(teaser), offers[teaser.id], now), dates.get(teaser.id, ()))
        for teaser, inviter in parts
    ]


def _listed(
    session: Session, where: list[Any], now: datetime, values: dict[str, Any], *, limit: int, newest: bool = False
) -> list[Listed]:
    starts_at, ties = col(Dialogue.starts_at), (col(Dialogue.sort_key), col(Dialogue.id))
    order = (starts_at.desc(), ties[1]) if newest else (starts_at, *ties)
    statement = (
        select(Dialogue, Initiative)
        .join(Initiative, col(Initiative.id) == col(Dialogue.initiative_id))
        .where(*where)
        .order_by(*order)
    )
    rows = session.exec(statement.limit(limit), params=values).all()
    offers = _offers_by_dialogue(session, [dialogue.id for dialogue, _initiative in rows])
    return [
        Listed(dialogue, initiative, rules.sign_up_state(facts(dialogue), offers[dialogue.id], now))
        for dialogue, initiative in rows
    ]


def _offers_by_dialogue(session: Session, dialogue_ids: list[str]) -> defaultdict[str, list[OfferFacts]]:
    found: defaultdict[str, list[OfferFacts]] = defaultdict(list)
    if dialogue_ids:
        for dialogue_id, capacity, taken in _SEATS(session, dialogue_ids=dialogue_ids):
            found[dialogue_id].append(OfferFacts(capacity, taken))
    return found


def heard_report(session: Session, dialogue_id: str) -> HeardReport | None:
    """What the organiser wrote about a dialogue, published or not."""
    return session.exec(select(HeardReport).where(HeardReport.dialogue_id == dialogue_id)).first()


def published_report(session: Session, dialogue: Dialogue, now: datetime) -> HeardReport | None:
    """What everybody may read about a dialogue that is over."""
    if dialogue.ends_at > now:
        return None
    found = heard_report(session, dialogue.id)
    return None if found is None or found.published_at is None else found
