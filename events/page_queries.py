"""What the public pages of one dialogue ask, each with one statement and as values: nobody changes anything there, and
objects of the session cost several times as much."""

from collections import namedtuple
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from events.models import Dialogue, Offer, ProgrammeItem
from events.queries import SHOWN_TO_ALL
from events.rules import SHOWN_STATES
from kit.db import Prepared
from network.models import Initiative


class Shown(NamedTuple):
    """A dialogue that has a public page, and whose it is. Both read like their rows and cannot be changed."""

    dialogue: Dialogue
    initiative: Initiative


def _columns(model: Any, *unread: str) -> list[Any]:
    return [column for column in model.__table__.columns if column.name not in unread]


def _kind(columns: list[Any]) -> Any:
    """What a row of these columns becomes: it is read as the table's own class is."""
    return namedtuple("_Row", [column.name for column in columns])


_OF_DIALOGUE = _columns(Dialogue, "search_text", "sort_key", "created_at", "version", "activity", "announced_sequence")
_OF_INITIATIVE = _columns(Initiative, "sort_key", "created_at", "version")
_DialogueRow, _InitiativeRow = _kind(_OF_DIALOGUE), _kind(_OF_INITIATIVE)
_SHOWN = Prepared(
    select(*_OF_DIALOGUE, *(column.label(f"of_{column.name}") for column in _OF_INITIATIVE))
    .join(Initiative, col(Initiative.id) == col(Dialogue.initiative_id))
    .where(Dialogue.slug == bindparam("slug"))
)


def shown(session: Session, slug: str) -> Shown | None:
    """The dialogue with this address, if it has a public page: no draft, nothing for invited people only."""
    found = _SHOWN(session, slug=slug).first()
    if found is None or found.state not in SHOWN_STATES or found.visibility not in SHOWN_TO_ALL:
        return None
    parted = len(_OF_DIALOGUE)
    return Shown(_DialogueRow(*found[:parted]), _InitiativeRow(*found[parted:]))


_OF_OFFER = _columns(Offer, "initiative_id", "dialogue_id", "rules", "opens_at", "closes_at")
_OfferRow = _kind(_OF_OFFER)
_OFFERS = Prepared(
    select(*_OF_OFFER).where(Offer.dialogue_id == bindparam("dialogue_id")).order_by(col(Offer.position), Offer.key)
)


def offers(session: Session, dialogue_id: str) -> Sequence[Offer]:
    """What a page says of the offers of a dialogue, in their order."""
    return [_OfferRow(*row) for row in _OFFERS(session, dialogue_id=dialogue_id)]


_OF_PROGRAMME = _columns(ProgrammeItem, "initiative_id", "dialogue_id", "id")
_ProgrammeRow = _kind(_OF_PROGRAMME)
_PROGRAMME = Prepared(
    select(*_OF_PROGRAMME)
    .where(ProgrammeItem.dialogue_id == bindparam("dialogue_id"))
    .order_by(col(ProgrammeItem.position))
)


def programme(session: Session, dialogue_id: str) -> Sequence[ProgrammeItem]:
    """What a page says of the lines of the programme, in their order."""
    return [_ProgrammeRow(*row) for row in _PROGRAMME(session, dialogue_id=dialogue_id)]
