"""Every SELECT about dialogues. Lists answer with a constant number of statements however long they are."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, bindparam, exists, func, or_
from sqlmodel import Session, col, select

from events import rules
from events.models import Dialogue, Offer, ProgrammeItem
from events.rules import DialogueFacts, DialogueState, OfferFacts, SignUp, SignUpState, Visibility
from kit import text
from kit.db import PreparedRows
from network.models import Initiative

PAGE_SIZE = 30
FEED_LIMIT = 1000


@dataclass(frozen=True)
class Search:
    """What a visitor looks for. Empty values do not narrow. `first` and `last` are local days, both included."""

    words: str = ""
    land: str = ""
    first: date | None = None
    last: date | None = None
    format_code: str = ""
    free_only: bool = False
    initiative_id: str = ""


@dataclass(frozen=True)
class Listed:
    """One dialogue of a list with what the list says about it."""

    dialogue: Dialogue
    initiative: Initiative
    sign_up: SignUpState


@dataclass(frozen=True)
class Page:
    """Whole months of a list. `before` and `after` are the first months of the neighbouring pages, or empty."""

    rows: tuple[Listed, ...]
    total: int
    first: str
    last: str
    before: str
    after: str


def facts(dialogue: Dialogue) -> DialogueFacts:
    """What the sign-up rules need of a row."""
    return DialogueFacts(
        state=dialogue.state,
        sign_up=dialogue.sign_up,
        format_code=dialogue.format_code,
        starts_at=dialogue.starts_at,
        registration_opens_at=dialogue.registration_opens_at,
        registration_closes_at=dialogue.registration_closes_at,
    )


def sign_up_of(session: Session, dialogue: Dialogue, now: datetime) -> SignUpState:
    """How one gets a seat in this dialogue now."""
    return rules.sign_up_state(facts(dialogue), [offer_facts(offer) for offer in offers_of(session, dialogue.id)], now)


def offer_facts(offer: Offer) -> OfferFacts:
    return OfferFacts(capacity=offer.capacity, taken=offer.taken)


_OFFERS = PreparedRows(
    select(Offer).where(Offer.dialogue_id == bindparam("dialogue_id")).order_by(col(Offer.position), Offer.key)
)


def offers_of(session: Session, dialogue_id: str) -> Sequence[Offer]:
    """The offers of a dialogue in their order."""
    return _OFFERS(session, dialogue_id=dialogue_id).all()


def programme_of(session: Session, dialogue_id: str) -> Sequence[ProgrammeItem]:
    return session.exec(
        select(ProgrammeItem).where(ProgrammeItem.dialogue_id == dialogue_id).order_by(col(ProgrammeItem.position))
    ).all()


_SHOWN = PreparedRows(
    select(Dialogue).where(
        Dialogue.slug == bindparam("slug"),
        col(Dialogue.state).in_(rules.SHOWN_STATES),
        col(Dialogue.visibility).in_((Visibility.PUBLIC, Visibility.UNLISTED)),
    )
)


def shown_by_slug(session: Session, slug: str) -> Dialogue | None:
    """The dialogue with this address, if it has a public page: no draft, nothing for invited people only."""
    return _SHOWN(session, slug=slug).first()


def any_by_slug(session: Session, slug: str) -> Dialogue | None:
    """The dialogue with this address in any state, for its own workspace."""
    return session.exec(select(Dialogue).where(Dialogue.slug == slug)).first()


def dialogue(session: Session, dialogue_id: str) -> Dialogue:
    """The dialogue with this id. Raises NoResultFound."""
    return session.exec(select(Dialogue).where(Dialogue.id == dialogue_id)).one()


def land_counts(session: Session, search: Search, now: datetime) -> dict[str, int]:
    """How many dialogues of the list each Land has, the filter for the Land left aside."""
    conditions = _conditions(replace(search, land=""), now)
    return dict(session.exec(select(Dialogue.land, func.count()).where(*conditions).group_by(Dialogue.land)).all())


def published_page(session: Session, search: Search, *, month: str = "", size: int = PAGE_SIZE, now: datetime) -> Page:
    """One page of the public list: whole months, ordered by start. `month` (`YYYY-MM`) is the wished first one."""
    conditions = _conditions(search, now)
    start_month = func.substr(Dialogue.start, 1, 7)
    counts = sorted(session.exec(select(start_month, func.count()).where(*conditions).group_by(start_month)).all())
    first, last, before, after = rules.month_window([(name, count) for name, count in counts], month, size)
    total = sum(count for _name, count in counts)
    if not total:
        return Page((), 0, "", "", "", "")
    rows = _listed(session, [*conditions, start_month >= first, start_month <= last], now)
    return Page(tuple(rows), total, first, last, before, after)


def feed_rows(session: Session, search: Search, now: datetime) -> list[Listed]:
    """The dialogues of a feed: the public list, with what took place in the last weeks."""
    return _listed(session, _conditions(search, now - rules.CLOSE_AFTER), now, limit=FEED_LIMIT)


def past_of_initiative(session: Session, initiative_id: str, now: datetime, limit: int = 20) -> list[Listed]:
    """What an initiative held before, the latest first."""
    conditions = [*_public(), Dialogue.initiative_id == initiative_id, Dialogue.ends_at < now]
    return _listed(session, conditions, now, limit=limit, newest=True)


def coming_counts(session: Session, now: datetime) -> dict[str, int]:
    """Coming public dialogues by initiative id."""
    statement = select(Dialogue.initiative_id, func.count()).where(*_conditions(Search(), now))
    return dict(session.exec(statement.group_by(Dialogue.initiative_id)).all())


def workspace_rows(session: Session, initiative_id: str, now: datetime) -> list[Listed]:
    """All dialogues of one initiative: what comes first, then what is over with the latest first."""
    rows = _listed(session, [Dialogue.initiative_id == initiative_id], now, limit=500, newest=True)
    coming = [row for row in rows if row.dialogue.ends_at >= now]
    return [*reversed(coming), *(row for row in rows if row.dialogue.ends_at < now)]


def _public() -> list[Any]:
    return [col(Dialogue.state).in_(rules.SHOWN_STATES), Dialogue.visibility == Visibility.PUBLIC]


def _conditions(search: Search, now: datetime) -> list[Any]:
    found = _public()
    if search.first is None:
        found.append(Dialogue.ends_at >= now)
    else:
        found.append(Dialogue.end >= search.first.isoformat())
    if search.last is not None:
        found.append(Dialogue.start <= f"{search.last.isoformat()}T23:59")
    if search.land:
        found.append(Dialogue.land == search.land)
    if search.format_code:
        found.append(Dialogue.format_code == search.format_code)
    if search.initiative_id:
        found.append(Dialogue.initiative_id == search.initiative_id)
    for word in text.search_query(search.words).split()[:8]:
        found.append(col(Dialogue.search_text).like(text.like_pattern(word), escape="\\"))
    if search.free_only:
        found.append(_free(now))
    return found


def _free(now: datetime) -> Any:
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
        col(Dialogue.starts_at) > now,
        or_(col(Dialogue.registration_closes_at).is_(None), col(Dialogue.registration_closes_at) > now),
        or_(col(Dialogue.registration_opens_at).is_(None), col(Dialogue.registration_opens_at) <= now),
        seat,
    )


def _listed(
    session: Session, conditions: list[Any], now: datetime, *, limit: int | None = None, newest: bool = False
) -> list[Listed]:
    starts_at, ties = col(Dialogue.starts_at), (col(Dialogue.sort_key), col(Dialogue.id))
    order = (starts_at.desc(), ties[1]) if newest else (starts_at, *ties)
    statement = (
        select(Dialogue, Initiative)
        .join(Initiative, col(Initiative.id) == col(Dialogue.initiative_id))
        .where(*conditions)
        .order_by(*order)
    )
    rows = session.exec(statement.limit(limit) if limit else statement).all()
    offers = _offers_by_dialogue(session, [dialogue.id for dialogue, _initiative in rows])
    return [
        Listed(dialogue, initiative, rules.sign_up_state(facts(dialogue), offers[dialogue.id], now))
        for dialogue, initiative in rows
    ]


def _offers_by_dialogue(session: Session, dialogue_ids: list[str]) -> defaultdict[str, list[OfferFacts]]:
    found: defaultdict[str, list[OfferFacts]] = defaultdict(list)
    if dialogue_ids:
        statement = select(Offer.dialogue_id, Offer.capacity, Offer.taken).where(
            col(Offer.dialogue_id).in_(dialogue_ids)
        )
        for dialogue_id, capacity, taken in session.exec(statement):
            found[dialogue_id].append(OfferFacts(capacity, taken))
    return found
