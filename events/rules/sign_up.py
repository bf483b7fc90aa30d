"""How one gets a seat in a dialogue at a moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from events.rules.dialogue import DialogueState, SignUp
from events.rules.formats import LOTTERY_FORMAT

FEW = 10
"""Up to this many free seats the number is said."""

GRACE = timedelta(minutes=10)
"""A form opened before closing may be sent for this long afterwards (reliability.md 6.2)."""


@dataclass(frozen=True)
class DialogueFacts:
    """What the sign-up decision needs to know of a dialogue."""

    state: str
    sign_up: str
    format_code: str
    starts_at: datetime
    registration_opens_at: datetime | None
    registration_closes_at: datetime | None
    list_deadline_at: datetime | None = None


@dataclass(frozen=True)
class OfferFacts:
    """What it needs to know of an offer; `capacity` None is unlimited."""

    capacity: int | None
    taken: int


@dataclass(frozen=True)
class SignUpState:
    """How one gets a seat right now.

    `kind`: open, few, full, not_yet, closed, cancelled, postponed, elsewhere, none or announced. `free` and `capacity`
    count seats, None when unlimited; `at` is the opening for not_yet, the closing for open, few, full and closed.
    """

    kind: str
    free: int | None = None
    capacity: int | None = None
    taken: int = 0
    at: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether the form of this platform may be opened, for a seat or for the waiting list."""
        return self.kind in ("open", "few", "full")


def closes_at(dialogue: DialogueFacts) -> datetime:
    """When registration ends: the time the organiser set, never after the start; otherwise the start."""
    return min(dialogue.registration_closes_at or dialogue.starts_at, dialogue.starts_at)


def list_ends_at(dialogue: DialogueFacts) -> datetime:
    """Until when seats that become free are given on: the organiser's date, never after the start; otherwise the end of
    registration."""
    return min(dialogue.list_deadline_at or closes_at(dialogue), dialogue.starts_at)


def list_is_over(dialogue: DialogueFacts, now: datetime) -> bool:
    """Whether nobody waits for a seat any more. While a dialogue has no new time its list goes on."""
    return dialogue.state != DialogueState.POSTPONED and list_ends_at(dialogue) <= now


_SETTLED = {
    DialogueState.CANCELLED: "cancelled",
    DialogueState.HELD: "closed",
    DialogueState.CLOSED: "closed",
    DialogueState.POSTPONED: "postponed",
}


def sign_up_state(dialogue: DialogueFacts, offers: Sequence[OfferFacts], now: datetime) -> SignUpState:
    """What a visitor is told about signing up."""
    unlimited = any(offer.capacity is None for offer in offers)
    capacity = None if unlimited else sum(offer.capacity or 0 for offer in offers)
    taken = sum(offer.taken for offer in offers)
    free = None if unlimited else sum(max(0, (offer.capacity or 0) - offer.taken) for offer in offers)

    def told(kind: str, at: datetime | None = None) -> SignUpState:
        return SignUpState(kind, free=free, capacity=capacity, taken=taken, at=at)

    if dialogue.state in _SETTLED:
        return told(_SETTLED[DialogueState(dialogue.state)], dialogue.starts_at)
    if dialogue.sign_up == SignUp.NONE:
        return told("none")
    end = closes_at(dialogue)
    if now >= end:
        return told("closed", end)
    if dialogue.sign_up == SignUp.ELSEWHERE:
        return told("elsewhere")
    if dialogue.format_code == LOTTERY_FORMAT:
        return told("announced")
    if dialogue.registration_opens_at is not None and now < dialogue.registration_opens_at:
        return told("not_yet", dialogue.registration_opens_at)
    if free == 0:
        return told("closed", list_ends_at(dialogue)) if list_is_over(dialogue, now) else told("full", end)
    return told("few" if free is not None and free <= FEW else "open", end)


def accepts(
    dialogue: DialogueFacts, offers: Sequence[OfferFacts], *, opened_at: datetime | None, now: datetime
) -> bool:
    """Whether a sign-up sent now is taken: open now, or its form was opened before closing and the grace runs."""
    if sign_up_state(dialogue, offers, now).open:
        return True
    end = closes_at(dialogue)
    if opened_at is None or not (opened_at < end <= now < end + GRACE):
        return False
    return sign_up_state(dialogue, offers, opened_at).open
