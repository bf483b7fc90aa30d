"""When a survey is asked and takes answers, and what of its answers is shown."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from feedback.questions import WRITTEN, Question
from feedback.statistics import Estimate, Mean, NotEnough, mean, share
from feedback.suppression import FIGURES_FROM, TEXTS_FROM, figures_may, texts_may

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
class Figure:
    """One question, summed up: how often 1 to 5 was chosen, how many gave no answer, mean and its 95 % interval.

    `low` and `high` are None when all answered the same: the spread is then unknown, not zero.
    """

    counts: tuple[int, ...]
    missing: int
    mean: float
    low: float | None
    high: float | None

    @property
    def number(self) -> int:
        return sum(self.counts)

    @property
    def agreeing(self) -> int:
        return self.counts[3] + self.counts[4]

    @property
    def disagreeing(self) -> int:
        return self.counts[0] + self.counts[1]

    def share(self, hits: int) -> Estimate:
        """So many of the given answers, as a share with its Wilson interval."""
        found = share(hits, self.number)
        assert not isinstance(found, NotEnough)
        return found


@dataclass(frozen=True)
class Counting:
    """A survey that is still open: nothing but the number of answers."""

    answers: int
    invited: int
    closes_at: datetime


@dataclass(frozen=True)
class Result:
    """A closed survey. A question without a figure is not shown; `texts` is empty below its threshold.

    `unread`: so many texts wait until somebody has taken names out of them.
    """

    answers: int
    invited: int
    closed_at: datetime
    figures: Mapping[str, Figure]
    texts: tuple[str, ...]
    unread: int = 0

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


def figures_shown(questions: Sequence[Question], sheets: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """The figures that may be shown, ready for JSON: none below five answers, for each question five given ones."""
    if not figures_may(len(sheets)):
        return {}
    found: dict[str, dict[str, Any]] = {}
    for question in questions:
        if question.scale != (1, 5):
            continue
        values = [sheet.get(question.code) for sheet in sheets]
        if figures_may(sum(value is not None for value in values)):
            found[question.code] = asdict(summarise(values))
    return found


def texts_shown(questions: Sequence[Question], sheets: Sequence[Mapping[str, Any]]) -> list[str]:
    """The texts that may be shown, in the order of the sheets, which the caller has shuffled."""
    if not texts_may(len(sheets)):
        return []
    codes = [question.code for question in questions if question.kind in WRITTEN]
    return [str(sheet[code]) for sheet in sheets for code in codes if sheet.get(code)]


def figure(stored: Mapping[str, Any]) -> Figure:
    """A figure as `figures_shown` stored it."""
    return Figure(
        counts=tuple(stored["counts"]),
        missing=stored["missing"],
        mean=stored["mean"],
        low=stored["low"],
        high=stored["high"],
    )


def summarise(values: Sequence[int | None]) -> Figure:
    """Counts, mean and the t interval of at least two given answers."""
    given = [value for value in values if value is not None]
    found = mean(given)
    return Figure(
        counts=tuple(given.count(step) for step in range(1, 6)),
        missing=len(values) - len(given),
        mean=sum(given) / len(given),
        low=found.low if isinstance(found, Mean) else None,
        high=found.high if isinstance(found, Mean) else None,
    )
