"""Figures of one closed survey: built once, kept as JSON, read again. What is below a threshold is not built."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from feedback.questions import PLAIN, SCALES, WRITTEN, Question, of_groups
from feedback.statistics import Estimate, Mean, NotEnough, mean, recommendation, share
from feedback.suppression import CELLS_FROM, FIGURES_FROM, figures_may, texts_may

# How many steps at the lower and at the upper end of a scale are told together, by its length.
_ENDS = {3: (1, 1), 5: (2, 2), 11: (7, 2)}


@dataclass(frozen=True)
class Net:
    """Net promoter score, -100 to 100, with its 95 % interval; no interval where all answered the same."""

    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Figure:
    """A question on a scale, summed up: how often each step was chosen, how many gave no answer, mean and 95 % interval.

    `low` and `high` are None when all answered the same: the spread is then unknown, not zero. `first` is the first step.
    """

    counts: tuple[int, ...]
    missing: int
    mean: float
    low: float | None
    high: float | None
    first: int = 1
    net: Net | None = None

    @property
    def number(self) -> int:
        return sum(self.counts)

    @property
    def last(self) -> int:
        return self.first + len(self.counts) - 1

    @property
    def agreeing(self) -> int:
        return sum(self.counts[-_ENDS[len(self.counts)][1] :])

    @property
    def disagreeing(self) -> int:
        return sum(self.counts[: _ENDS[len(self.counts)][0]])

    @property
    def between(self) -> int:
        return self.number - self.agreeing - self.disagreeing

    @property
    def values(self) -> list[int]:
        """The answers in the order of the scale."""
        return [step for step, count in enumerate(self.counts, start=self.first) for _one in range(count)]

    def share(self, hits: int) -> Estimate:
        """So many of the given answers, as a share with its Wilson interval."""
        return _share(hits, self.number)


@dataclass(frozen=True)
class Choice:
    """How often each option was chosen; of several options the shares need not make a whole."""

    chosen: Mapping[str, int]
    number: int
    missing: int

    def share(self, code: str) -> Estimate:
        return _share(self.chosen[code], self.number)


@dataclass(frozen=True)
class Ranking:
    """How often each option had the first, the second, ... place."""

    places: Mapping[str, tuple[int, ...]]
    number: int
    missing: int

    def place(self, code: str) -> Mean | NotEnough:
        """The mean place with its t interval; 1 is the best."""
        counts = self.places[code]
        return mean([place for place, count in enumerate(counts, start=1) for _one in range(count)])

    def first(self, code: str) -> Estimate:
        """The share of first places with its Wilson interval."""
        return _share(self.places[code][0], self.number)


@dataclass(frozen=True)
class Matrix:
    """One figure for each row; None for a row with too few answers."""

    rows: Mapping[str, Figure | None]
    number: int
    missing: int


AnyFigure = Figure | Choice | Ranking | Matrix
Sheet = Mapping[str, Any]


def figures_shown(questions: Sequence[Question], sheets: Sequence[Sheet]) -> dict[str, dict[str, Any]]:
    """The figures that may be shown, ready for JSON: none below five answers, for each question five given ones.

    A question that one group alone is asked is a cell of a breakdown and has its threshold. Where all who answered it are
    of one company and one role, it has no figure.
    """
    if not figures_may(len(sheets)):
        return {}
    cells, never = of_groups(questions), of_company_and_role(questions, sheets)
    found = {
        question.code: summed_up(question, sheets, least=CELLS_FROM if question.code in cells else FIGURES_FROM)
        for question in questions
        if question.code not in never
    }
    return {code: as_json(each) for code, each in found.items() if each is not None}


def summed_up(question: Question, sheets: Sequence[Sheet], *, least: int = FIGURES_FROM) -> AnyFigure | None:
    """One question over the sheets on which it was asked; None for texts and below `least` given answers."""
    asked = [sheet[question.code] for sheet in sheets if question.code in sheet]
    given = [value for value in asked if value is not None]
    if question.kind in WRITTEN or len(given) < least:
        return None
    missing = len(asked) - len(given)
    codes = [option.code for option in question.options]
    if question.scale is not None:
        return summarise(asked, question.scale)
    if question.kind == "matrix":
        rows = {code: _row([value.get(code) for value in given], least) for code in codes}
        return Matrix(rows, len(given), missing) if any(rows.values()) else None
    if question.kind == "ranking":
        places = {
            code: tuple(sum(value[place] == code for value in given) for place in range(len(codes))) for code in codes
        }
        return Ranking(places, len(given), missing)
    chosen = [value if isinstance(value, list) else [value] for value in given]
    return Choice({code: sum(code in value for value in chosen) for code in codes}, len(given), missing)


def of_company_and_role(questions: Sequence[Question], sheets: Sequence[Sheet]) -> frozenset[str]:
    """The codes of questions to one group alone that only people of one company and of one role have answered."""
    dividing = [question for question in questions if question.group in ("employer", "role")]
    found = set()
    for code in of_groups(questions):
        given = [sheet for sheet in sheets if sheet.get(code) is not None]
        single = {by.group for by in dividing if _only_one([sheet.get(by.code) for sheet in given])}
        if len(single) == 2:
            found.add(code)
    return frozenset(found)


def _only_one(values: Sequence[Any]) -> bool:
    return len(set(values)) == 1 and values[0] is not None


def readable(questions: Sequence[Question], sheets: Sequence[Sheet]) -> dict[str, str]:
    """Whose texts may be read: code → code they are shown by. Ten sheets or more must have asked the question.

    Its twin in plain language counts with it: else a text would tell how somebody answered.
    """
    codes = [question.code for question in questions if question.kind in WRITTEN]
    shown = {code: code.removesuffix(PLAIN) for code in codes}
    asked = Counter(name for sheet in sheets for name in {shown[code] for code in codes if code in sheet})
    return {code: name for code, name in shown.items() if texts_may(asked[name])}


def texts_shown(questions: Sequence[Question], sheets: Sequence[Sheet]) -> list[list[str]]:
    """[code of the question, text] of those that may be shown, in the order of the sheets, which the caller shuffles."""
    codes = readable(questions, sheets)
    return [[name, str(sheet[code])] for sheet in sheets for code, name in codes.items() if sheet.get(code)]


def summarise(values: Sequence[int | None], scale: tuple[int, int] = (1, 5)) -> Figure:
    """Counts, mean and the t interval of at least two given answers; from 0 to 10 the net promoter score as well."""
    given = [value for value in values if value is not None]
    found = mean(given)
    return Figure(
        counts=tuple(given.count(step) for step in range(scale[0], scale[1] + 1)),
        missing=len(values) - len(given),
        mean=sum(given) / len(given),
        low=found.low if isinstance(found, Mean) else None,
        high=found.high if isinstance(found, Mean) else None,
        first=scale[0],
        net=_net(given) if scale == SCALES["recommendation"] else None,
    )


def as_json(found: AnyFigure) -> dict[str, Any]:
    """A figure as it is kept."""
    return asdict(found)


def figure(stored: Mapping[str, Any]) -> AnyFigure:
    """A figure as `as_json` wrote it."""
    if "chosen" in stored:
        return Choice(dict(stored["chosen"]), stored["number"], stored["missing"])
    if "places" in stored:
        places = {code: tuple(counts) for code, counts in stored["places"].items()}
        return Ranking(places, stored["number"], stored["missing"])
    if "rows" in stored:
        rows = {code: _scale(row) if row else None for code, row in stored["rows"].items()}
        return Matrix(rows, stored["number"], stored["missing"])
    return _scale(stored)


def read(stored: Mapping[str, Mapping[str, Any]]) -> dict[str, AnyFigure]:
    """Figures by question as `figures_shown` wrote them."""
    return {code: figure(each) for code, each in stored.items()}


def _scale(stored: Mapping[str, Any]) -> Figure:
    """Figures from before there were other scales have neither a first step nor a score."""
    return Figure(
        counts=tuple(stored["counts"]),
        missing=stored["missing"],
        mean=stored["mean"],
        low=stored["low"],
        high=stored["high"],
        first=stored.get("first", 1),
        net=Net(**stored["net"]) if stored.get("net") else None,
    )


def _row(values: Sequence[int | None], least: int) -> Figure | None:
    return summarise(values) if sum(value is not None for value in values) >= least else None


def _net(given: Sequence[int]) -> Net:
    found = recommendation(given)
    if isinstance(found, Mean):
        return Net(100 * found.value, 100 * found.low, 100 * found.high)
    return Net(100 * (found.value or 0), None, None)


def _share(hits: int, number: int) -> Estimate:
    found = share(hits, number)
    assert not isinstance(found, NotEnough)
    return found
