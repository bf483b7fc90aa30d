"""The questions of a survey, and what of its answers is shown."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from feedback.statistics import Estimate, Mean, NotEnough, mean, share
from feedback.suppression import FIGURES_FROM, TEXTS_FROM, figures_may, texts_may

INSTRUMENT = 1
STARS = "stars"
AGREEMENT = ("heard", "critical")
TEXT = "text"
# The questions with an answer from 1 to 5, by version of the instrument.
SCALES: Mapping[int, tuple[str, ...]] = {1: (STARS, *AGREEMENT)}
TEXT_LIMIT = 1000

OPEN = "open"
CLOSED = "closed"

# Fewer answers are told as counts: a per cent would be less than a fifth of a person.
PER_CENT_FROM = 20

# A dialogue that ended longer ago is not asked about any more, for example after a long standstill of the worker.
ASK_WITHIN = timedelta(days=30)


@dataclass(frozen=True)
class Answers:
    """What one person answered. None is „weiß nicht“ or no answer: it is missing, never a 3."""

    stars: int
    heard: int | None
    critical: int | None
    text: str = ""

    def __post_init__(self) -> None:
        given = [self.stars, *(value for value in (self.heard, self.critical) if value is not None)]
        if any(value not in range(1, 6) for value in given):
            raise ValueError("an answer off the scale")
        if len(self.text) > TEXT_LIMIT:
            raise ValueError("a text longer than the limit")


@dataclass(frozen=True)
class Figure:
    """One question, summed up: how often 1 to 5 was chosen, how many gave no answer, mean and its 95 % interval.

    `low` and `high` are None when all answered the same: the spread is then unknown, not zero.
    """

    counts: tuple[int, int, int, int, int]
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
    """A closed survey. A question without a figure is not shown; `texts` is empty below its threshold."""

    answers: int
    invited: int
    closed_at: datetime
    figures: Mapping[str, Figure]
    texts: tuple[str, ...]

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
    return state in ("published", "held", "closed") and survey_days > 0 and now - ASK_WITHIN < ends_at <= now


def takes_answers(*, state: str, closes_at: datetime, now: datetime) -> bool:
    return state == OPEN and now < closes_at


def figures_shown(sheets: Sequence[Mapping[str, Any]], *, instrument: int) -> dict[str, dict[str, Any]]:
    """The figures that may be shown, ready for JSON: none below five answers, for each question five given ones."""
    if not figures_may(len(sheets)):
        return {}
    found: dict[str, dict[str, Any]] = {}
    for code in SCALES[instrument]:
        values = [sheet.get(code) for sheet in sheets]
        if figures_may(sum(value is not None for value in values)):
            found[code] = asdict(summarise(values))
    return found


def texts_shown(sheets: Sequence[Mapping[str, Any]]) -> list[str]:
    """The texts that may be shown, in the order of the sheets, which the caller has shuffled."""
    if not texts_may(len(sheets)):
        return []
    return [str(sheet[TEXT]) for sheet in sheets if sheet.get(TEXT)]


def figure(stored: Mapping[str, Any]) -> Figure:
    """A figure as `figures_shown` stored it."""
    first, second, third, fourth, fifth = stored["counts"]
    return Figure(
        counts=(first, second, third, fourth, fifth),
        missing=stored["missing"],
        mean=stored["mean"],
        low=stored["low"],
        high=stored["high"],
    )


def summarise(values: Sequence[int | None]) -> Figure:
    """Counts, mean and the t interval of at least two given answers."""
    given = [value for value in values if value is not None]
    found = mean(given)
    one, two, three, four, five = (given.count(step) for step in range(1, 6))
    return Figure(
        counts=(one, two, three, four, five),
        missing=len(values) - len(given),
        mean=sum(given) / len(given),
        low=found.low if isinstance(found, Mean) else None,
        high=found.high if isinstance(found, Mean) else None,
    )
