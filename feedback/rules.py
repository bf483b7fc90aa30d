"""When a survey is asked and takes answers, and what is known of it while it runs and afterwards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from feedback.results import AnyFigure
from feedback.suppression import FIGURES_FROM, TEXTS_FROM

STARS = "stars"

OPEN = "open"
CLOSED = "closed"

# Fewer answers are told as counts: a per cent would be less than a fifth of a person.
PER_CENT_FROM = 20

# What is asked when: before, in the room, afterwards, some weeks later, or without a dialogue.
BEFORE, LIVE, AFTER, LATER, OPEN_TO_ALL = "before", "live", "after", "later", "open"
MOMENTS = (BEFORE, LIVE, AFTER, LATER, OPEN_TO_ALL)
# Of whom: who came, who has a place, who wanted one and has none, whoever has the link.
CAME, CONFIRMED, WAITING, ANYBODY = "came", "confirmed", "waiting", "anybody"
AUDIENCES = (CAME, CONFIRMED, WAITING, ANYBODY)
# Two answers of one person about a dialogue find each other by three words, if they keep them.
PAIRED = (BEFORE, AFTER, LATER)

# Six to eight weeks after the dialogue.
LATER_AFTER = timedelta(weeks=7)
LATER_OPEN = timedelta(days=14)
# Whoever fills the sheet in on arrival is a few minutes late.
BEFORE_GRACE = timedelta(minutes=30)
LIVE_OPEN = timedelta(hours=12)
# Who has not answered is reminded once, so long before the end.
REMIND_BEFORE = timedelta(days=4)

# The states of a dialogue that is asked about.
TAKES_PLACE = ("published", "held", "closed")
POSTPONED = "postponed"

# A dialogue that ended longer ago is not asked about any more, for example after a long standstill of the worker.
ASK_WITHIN = timedelta(days=30)


@dataclass(frozen=True)
class Counting:
    """A survey that is still open: nothing but the number of answers."""

    answers: int
    invited: int
    closes_at: datetime


@dataclass(frozen=True)
class Voice:
    """A text, and the code of the question it answers, "" where that was not kept."""

    code: str
    text: str


@dataclass(frozen=True)
class Result:
    """A closed survey. A question without a figure is not shown; `texts` is empty below its threshold.

    `unread`: so many texts wait until somebody has taken names out of them. `breakdowns` and `changes` as they were
    frozen (`feedback.breakdowns`, `feedback.changes`). `by_invitation`: so many of the answers came by invitation, the
    others on paper, by a tablet or by a link; None where too few came one way.
    """

    answers: int
    invited: int
    closed_at: datetime
    figures: Mapping[str, AnyFigure]
    texts: tuple[Voice, ...]
    unread: int = 0
    breakdowns: Mapping[str, Any] = field(default_factory=dict)
    changes: Mapping[str, Any] = field(default_factory=dict)
    by_invitation: int | None = None

    @property
    def figures_lack(self) -> int:
        """How many answers are missing until figures are shown."""
        return max(0, FIGURES_FROM - self.answers)

    @property
    def texts_lack(self) -> int:
        """How many answers are missing until texts are shown."""
        return max(0, TEXTS_FROM - self.answers)


def wanted(*, state: str, ends_at: datetime, survey_days: int, now: datetime) -> bool:
    """Whether a dialogue without a survey gets one now."""
    return state in TAKES_PLACE and survey_days > 0 and now - ASK_WITHIN < ends_at <= now


@dataclass(frozen=True)
class Times:
    """From when to when a survey takes answers."""

    opens_at: datetime
    closes_at: datetime


def times(moment: str, *, starts_at: datetime, ends_at: datetime, survey_days: int, now: datetime) -> Times:
    """When a survey of a dialogue is open. What has no time of its own begins now.

    Who came is not asked where `survey_days` is zero; whoever else is asked then has as long as some weeks later.
    """
    match moment:
        case "before":
            return Times(now, min(starts_at + BEFORE_GRACE, ends_at))
        case "after":
            days = timedelta(days=survey_days) if survey_days else LATER_OPEN
            return Times(ends_at, max(ends_at, now) + days)
        case "later":
            opens = ends_at + LATER_AFTER
            return Times(opens, max(opens, now) + LATER_OPEN)
        case _:
            return Times(now, now + LIVE_OPEN)


def before_ends(*, state: str, starts_at: datetime, ends_at: datetime, now: datetime) -> datetime | None:
    """When a survey before a dialogue ends, as the dialogue stands now; None while it has no date."""
    if state == POSTPONED:
        return None
    if state not in TAKES_PLACE:
        return now
    return times(BEFORE, starts_at=starts_at, ends_at=ends_at, survey_days=0, now=now).closes_at


def due(times: Times, *, now: datetime) -> bool:
    """Whether a planned survey opens now; after a long standstill it is too late to ask."""
    return times.opens_at <= now < times.closes_at and now - times.opens_at < ASK_WITHIN


def may_pair(*, running: bool, awaited: Sequence[Times], now: datetime) -> bool:
    """Whether sheets of a dialogue may still find each other: a survey of it runs, or one of `awaited` can still open."""
    return running or any(now < min(each.closes_at, each.opens_at + ASK_WITHIN) for each in awaited)


def asks_signs(*, moment: str, audience: str, asked_before: bool) -> bool:
    """Whether people are asked for three words, or the code on paper: where two answers of theirs can become a pair.

    Pairs are made of those with a place, before, and of those who came, afterwards, if there was a survey before.
    """
    if moment == BEFORE:
        return audience == CONFIRMED
    return moment in (AFTER, LATER) and audience == CAME and asked_before


def reminds(*, moment: str, closes_at: datetime, opens_at: datetime, now: datetime) -> bool:
    """Whether those who have not answered are reminded now: once, and not in the days right after the first letter."""
    if moment not in (AFTER, LATER):
        return False
    return max(closes_at - REMIND_BEFORE, opens_at + REMIND_BEFORE) <= now < closes_at


def minutes(number: int) -> int:
    """How long so many questions take, about: ten seconds each, and half a minute to read and to write."""
    return max(1, round((30 + 12 * number) / 60))


def takes_answers(*, state: str, closes_at: datetime, now: datetime) -> bool:
    return state == OPEN and now < closes_at
