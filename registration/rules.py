"""Decisions about registrations: holds, offers, whose turn it is. Standard library only; `now` is an argument."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LAST_FIFTH_HOLD = timedelta(minutes=30)
LONGEST_HOLD = timedelta(hours=24)
SHORTEST_HOLD = timedelta(minutes=10)
FORGET_UNCONFIRMED_AFTER = timedelta(days=7)
AT_ONCE_WINDOW = timedelta(hours=24)
LINK_REQUESTS_PER_DAY = 3
MOST_PARTICIPANTS = 4
MOST_HOLDS = 2
REMIND_BEFORE = timedelta(hours=24)
OFFER_REMINDER_BEFORE = timedelta(hours=12)
# Who was offered a place later than this has just read the letter.
OFFER_REMINDER_AFTER = timedelta(hours=12)
THANK_WITHIN = timedelta(days=3)
# How long a decline in the calendar can be taken back before it frees the place.
ANSWER_GRACE = timedelta(minutes=30)
ANSWER_LETTERS_AN_HOUR = 3
# A program's clock may be wrong, or a local time written as UTC; what lies further ahead counts as now.
STAMP_AHEAD = timedelta(days=1)


PHOTO = "photo"
NEW_DIALOGUES = "newsletter_opt_in"
ACCESS_NEED = "access_need"
# Consents that somebody may take back and still come.
REVOCABLE = (PHOTO, NEW_DIALOGUES, ACCESS_NEED)


class State(StrEnum):
    """Where a registration stands."""

    UNCONFIRMED = "address_unconfirmed"
    APPLIED = "applied"
    WAITING = "waiting"
    OFFERED = "offered"
    AWAITING_APPROVAL = "awaiting_approval"
    AWAITING_PAYMENT = "awaiting_payment"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


ACTIVE = (State.WAITING, State.OFFERED, State.CONFIRMED)
ENDED = (State.DECLINED, State.CANCELLED, State.EXPIRED)


class PlaceState(StrEnum):
    HELD = "held"
    OFFERED = "offered"
    CONFIRMED = "confirmed"


class Choice(StrEnum):
    """What somebody with an earlier registration for the same dialogue wants."""

    KEEP = "keep"
    CHANGE = "change"
    ADD = "add"


class CancelReason(StrEnum):
    BY_PERSON = "person"
    BY_ORGANISER = "organiser"
    DIALOGUE = "dialogue"
    REPLACED = "replaced"
    DUPLICATE = "duplicate"
    HOLD_RELEASED = "hold_released"
    NO_SEAT = "no_seat"


class Partstat(StrEnum):
    """What a calendar may answer (RFC 5545, 3.2.12)."""

    ACCEPTED = "ACCEPTED"
    TENTATIVE = "TENTATIVE"
    DECLINED = "DECLINED"
    DELEGATED = "DELEGATED"


class Verdict(StrEnum):
    """What became of an answer to an invitation.

    Nothing, and why: unknown (to no invitation of ours), other_uid, one_date, other_address, no_answer, over, older, double, too_many.
    Noted: taken; with a question to the person: asked; a proposed time that went to the initiative: passed_on.
    A decline waits as grace and ends as freed, kept or void.
    """

    UNKNOWN = "unknown"
    OTHER_UID = "other_uid"
    ONE_DATE = "one_date"
    OTHER_ADDRESS = "other_address"
    NO_ANSWER = "no_answer"
    OVER = "over"
    OLDER = "older"
    DOUBLE = "double"
    TOO_MANY = "too_many"
    TAKEN = "taken"
    ASKED = "asked"
    PASSED_ON = "passed_on"
    GRACE = "grace"
    FREED = "freed"
    KEPT = "kept"
    VOID = "void"


class MailingKind(StrEnum):
    """Why many are written to at once."""

    REMINDER = "reminder"
    THANKS = "thanks"
    MESSAGE = "message"


class Circle(StrEnum):
    """Whom a mailing reaches."""

    CONFIRMED = "confirmed"
    WAITING = "waiting"
    ARRIVED = "arrived"


class RecipientState(StrEnum):
    """`left_out`: their place, address or data went before the letter was written."""

    OPEN = "open"
    WRITTEN = "written"
    LEFT_OUT = "left_out"


class Placeholder(StrEnum):
    """What a letter to many may say differently to each."""

    NAME = "name"
    TITLE = "title"
    DAY = "day"
    TIME = "time"
    PLACE = "place"
    REFERENCE = "reference"


# What stands between braces, in both languages.
PLACEHOLDERS = {
    "name": Placeholder.NAME,
    "titel": Placeholder.TITLE,
    "title": Placeholder.TITLE,
    "datum": Placeholder.DAY,
    "date": Placeholder.DAY,
    "uhrzeit": Placeholder.TIME,
    "time": Placeholder.TIME,
    "ort": Placeholder.PLACE,
    "place": Placeholder.PLACE,
    "referenz": Placeholder.REFERENCE,
    "reference": Placeholder.REFERENCE,
}
_BRACES = re.compile(r"\{([^{}\n]{1,40})\}")


def unknown_placeholders(text: str) -> list[str]:
    """Words between braces that stand for nothing."""
    return [word for word in _BRACES.findall(text) if word.strip().casefold() not in PLACEHOLDERS]


def filled_in(text: str, values: Mapping[Placeholder, str]) -> str:
    """Puts values in place of their names, in one pass: what a value says is never looked through again.

    A name without a value stays as it is.
    """

    def value(found: re.Match[str]) -> str:
        name = PLACEHOLDERS.get(found[1].strip().casefold())
        return found[0] if name is None else values.get(name, found[0])

    return _BRACES.sub(value, text)


@dataclass(frozen=True)
class Party:
    """What somebody asks for on the form."""

    email: str | None
    name: str
    organisation: str
    names: tuple[str, ...]
    offer_id: str
    access_need: str = ""
    language: str = "de"
    take_at_once: bool = False
    no_photo: bool = False
    consents: tuple["Declaration", ...] = ()

    @property
    def size(self) -> int:
        return len(self.names)


@dataclass(frozen=True)
class Declaration:
    """A consent as it was shown: its purpose, the version of its wording, its language and its words."""

    purpose: str
    version: str
    language: str
    text: str


@dataclass(frozen=True)
class Waiting:
    """A party on the list of one offer."""

    registration_id: str
    size: int


def hold_length(*, capacity: int | None, taken: int, hold_minutes: int) -> timedelta:
    """How long an unconfirmed sign-up holds its place; shorter in the last fifth of the seats.

    `taken` counts the seats before this party.
    """
    usual = timedelta(minutes=hold_minutes)
    if capacity is not None and (capacity - taken) * 5 <= capacity:
        return min(usual, LAST_FIFTH_HOLD)
    return usual


def hold_end(*, started_at: datetime, length: timedelta, closes_at: datetime) -> datetime:
    """When a new hold ends: never past closing, but ten minutes are left to read a letter."""
    return max(min(started_at + length, closes_at), started_at + SHORTEST_HOLD)


def extended_hold(
    *, started_at: datetime, until: datetime, step: timedelta, closes_at: datetime | None
) -> datetime | None:
    """The new end after one more extension, or None when it cannot grow."""
    latest = started_at + LONGEST_HOLD
    if closes_at is not None:
        latest = min(latest, closes_at)
    longer = min(until + step, latest)
    return longer if longer > until else None


def offer_deadline(*, now: datetime, offer_hours: int, list_deadline: datetime) -> datetime:
    """Until when an offered seat waits for an answer."""
    return min(now + timedelta(hours=offer_hours), list_deadline)


def reminder_time(start: datetime) -> datetime:
    """The wall time at which people are reminded of what begins at this wall time: the same hour, the day before."""
    return start - REMIND_BEFORE


def at_once(*, now: datetime, list_deadline: datetime, ticked: bool) -> bool:
    """In the last 24 hours before the list deadline who ticked "take me at once" is confirmed without asking."""
    return ticked and list_deadline - AT_ONCE_WINDOW <= now


def next_parties(waiting: Sequence[Waiting], *, free: int | None, fill_gaps: bool) -> list[str]:
    """Who is served now, in order of the list: whole parties only. `free` None means unlimited."""
    served = []
    for party in waiting:
        if free is None or party.size <= free:
            served.append(party.registration_id)
            free = None if free is None else free - party.size
        elif not fill_gaps:
            break
    return served


def may_pass(waiting: Sequence[Waiting], *, free: int | None, size: int, fill_gaps: bool) -> bool:
    """Whether a newcomer may take free seats: never over a waiting party that fits."""
    if free is not None and size > free:
        return False
    if not waiting:
        return True
    return fill_gaps and not next_parties(waiting, free=free, fill_gaps=True)


def answer_order(
    *, sequence: int, stamp: datetime | None, invited_sequence: int, now: datetime
) -> tuple[int, datetime]:
    """Where an answer stands among the others of its invitation (RFC 5546, 2.1.5).

    A SEQUENCE that was never sent counts as the last one sent, a stamp that is missing or far ahead as now: otherwise one
    faulty program would outrank every later answer.
    """
    told = stamp if stamp is not None and stamp <= now + STAMP_AHEAD else now
    return min(sequence, invited_sequence), told


def split_name(name: str) -> tuple[str, str]:
    """Given and family name: the family begins with the last word, or with the small words before it (von der …).

    One word alone is a family name.
    """
    words = name.split()
    start = max(len(words) - 1, 0)
    while start > 1 and words[start - 1].islower():
        start -= 1
    return " ".join(words[:start]), " ".join(words[start:])
