"""Every figure that results, changes and comparisons show, taken where pages read it, against scipy on generated data.

Answers are drawn many times over: few and many, one mind and two, a scale's end and its middle. What is compared is what
is kept and read again, six digits of it. Functions at their edges: `test_statistics.py`.
"""

import math
import random
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import optimize, stats

from feedback import changes, comparison
from feedback.breakdowns import broken_down, cells
from feedback.changes import Measure, Side
from feedback.comparison import Part
from feedback.models import Survey
from feedback.questions import Option, Question, Words, as_json
from feedback.results import Choice, Figure, Matrix, Ranking, figures_shown, read
from feedback.statistics import Change, Mean, NotEnough, gap
from tests.conftest import NOW, few
from tests.feedback.test_statistics import by_scipy

SIX = 5e-7
DRAWS = range(few(40))
Sheets = list[dict[str, Any]]


def _options(*codes: str) -> tuple[Option, ...]:
    return tuple(Option(code, Words(code)) for code in codes)


ASKED = (
    Question("group", "choice", Words("?"), _options("nah", "fern"), group="group"),
    *(Question(kind, kind, Words(f"{kind}?")) for kind in ("stars", "agreement", "recommendation", "smileys")),
    Question("choices", "choices", Words("?"), _options("a", "b", "c")),
    Question("ranking", "ranking", Words("?"), _options("a", "b", "c")),
    Question("matrix", "matrix", Words("?"), _options("a", "b")),
)
SCALED = {question.code: question.scale for question in ASKED if question.scale}


def drawn(seed: int, *, least: int = 5) -> Sheets:
    """Sheets of five to four hundred people with a lean; some of them of one mind, some with a single other voice."""
    chance = random.Random(seed)
    number = chance.choice((least, least + 1, 12, 30, 97, 400))
    kind = chance.choice(("spread", "one", "single"))

    def step(low: int, high: int, place: int) -> int | None:
        if kind == "one" or (kind == "single" and place):
            return high
        return None if chance.random() < 0.1 and place >= least else round(chance.triangular(low, high, high))

    def order() -> list[str]:
        return ["a", "b", "c"] if kind == "one" else chance.sample(["a", "b", "c"], 3)

    share = chance.choice((0.0, 0.01, 0.5, 1.0))
    return [
        {
            "group": chance.choice(("nah", "fern")),
            **{code: step(*scale, place) for code, scale in SCALED.items()},
            "choices": [code for code in ("a", "b", "c") if chance.random() < share],
            "ranking": order(),
            "matrix": {code: value for code in ("a", "b") if (value := step(1, 5, place)) is not None},
        }
        for place in range(number)
    ]


def interval(values: Sequence[float]) -> tuple[float, ...]:
    """Mean, low and high by scipy; not a number where all say the same."""
    if len(set(values)) == 1:
        return float(values[0]), math.nan, math.nan
    low, high = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    return float(np.mean(values)), low, high


def near(found: Sequence[float | None], expected: Sequence[float]) -> None:
    given = [math.nan if value is None else value for value in found]
    assert given == pytest.approx(list(expected), abs=SIX, nan_ok=True)


def holds(figure: Figure, values: Sequence[int]) -> None:
    """A figure on a scale says what scipy says about these answers."""
    near((figure.mean, figure.low, figure.high), interval(values))
    for hits in (figure.agreeing, figure.disagreeing, figure.between, *figure.counts):
        holds_share(figure.share(hits), hits, len(values))
    if figure.net is None:
        return
    mean, low, high = interval([1 if value > 8 else -1 if value < 7 else 0 for value in values])
    ends = np.clip([100 * low, 100 * high], -100, 100)
    near((figure.net.value, figure.net.low, figure.net.high), (100 * mean, *ends))


def holds_share(found: Any, hits: int, number: int) -> None:
    expected = stats.binomtest(hits, number).proportion_ci(method="wilson")
    near((found.value, found.low, found.high), (hits / number, expected.low, expected.high))


@pytest.mark.parametrize("seed", DRAWS)
def test_results(seed: int) -> None:
    """Means, shares, the score of recommendations, rows of tables and places of rankings."""
    sheets = drawn(seed)
    found = read(figures_shown(ASKED, sheets))
    assert {*SCALED, "choices", "ranking", "matrix"} <= found.keys()
    for code, figure in found.items():
        given = [sheet[code] for sheet in sheets if sheet[code] is not None]
        match figure:
            case Figure():
                holds(figure, given)
                assert (figure.net is not None) == (code == "recommendation")
            case Choice():
                for option in figure.chosen:
                    holds_share(figure.share(option), sum(option in each for each in given), len(given))
            case Ranking():
                for option in figure.places:
                    places = [each.index(option) + 1 for each in given]
                    place = figure.place(option)
                    if isinstance(place, NotEnough):
                        near((place.value,), (places[0],))
                        assert len(set(places)) == 1
                    else:
                        near((place.value, place.low, place.high), interval(places))
                    holds_share(figure.first(option), places.count(1), len(given))
            case Matrix():
                for row, row_figure in figure.rows.items():
                    assert row_figure is not None
                    holds(row_figure, [each[row] for each in given if row in each])


def test_groups() -> None:
    shown = 0
    for seed in DRAWS:
        sheets = drawn(seed, least=30)
        stored = broken_down(ASKED, sheets)["group"]
        for code in SCALED:
            for option, cell in cells(stored[code]).items():
                given = [sheet[code] for sheet in sheets if sheet["group"] == option and sheet[code] is not None]
                if cell.figure is not None:
                    assert isinstance(cell.figure, Figure)
                    holds(cell.figure, given)
                    shown += 1
    # Of thirty people and more in two groups most are shown.
    assert shown > len(DRAWS)


def effect(differences: Sequence[float]) -> tuple[float, float, float]:
    """d_z and its ends by a search over scipy's noncentral t distribution."""
    number = len(differences)
    statistic = float(stats.ttest_1samp(differences, 0).statistic)

    def end(below: float) -> float:
        def off(shift: float) -> float:
            return float(stats.nct.cdf(statistic, number - 1, shift)) - below

        # From the statistic outwards: far from it scipy gives no number any more.
        way = 1 if off(statistic) > 0 else -1
        near, far = statistic, statistic + way
        while off(far) * way > 0:
            near, far = far, far + way
        return float(optimize.brentq(off, near, far, xtol=1e-12))

    root = math.sqrt(number)
    return statistic / root, end(0.975) / root, end(0.025) / root


@pytest.mark.parametrize("seed", DRAWS)
def test_changes(seed: int) -> None:
    """The change of pairs with d_z, and those beside them who answered once, as they are frozen and read again."""
    chance = random.Random(seed)
    pairs, alone = chance.choice((5, 6, 14, 60)), chance.choice((5, 9, 40))
    lean = chance.choice((2.0, 3.0, 4.5))
    sides: list[list[dict[str, Any]]] = [
        [{"q": round(chance.triangular(1, 5, most))} for _each in range(pairs + alone)] for most in (3.0, lean)
    ]
    before, after = ([sheet["q"] for sheet in side] for side in sides)
    found = changes.measured(
        Measure("q", ("q",)), Side(sides[0]), Side(sides[1]), [(place, place) for place in range(pairs)]
    )
    found = changes.from_json(changes.as_json(found))
    assert isinstance(found.found, Change)
    differences = [two - one for one, two in zip(before[:pairs], after[:pairs], strict=True)]
    told = found.found
    near((told.difference.value, told.difference.low, told.difference.high), interval(differences))
    near((told.effect.value, told.effect.low, told.effect.high), effect(differences))
    for group, values in ((found.before, before[pairs:]), (found.after, after[pairs:])):
        if group is None:
            assert len(set(values)) == 1
        else:
            near((group.value, group.low, group.high), interval(values))
    assert found.apart is not None
    welch(found.apart, before[pairs:], after[pairs:])


def welch(found: Mean, first: Sequence[float], second: Sequence[float]) -> None:
    if len(set(first)) == 1:
        # Of one mind, they move the other group's interval and add nothing to it. scipy warns of such a group.
        expected = stats.ttest_1samp(np.array(second) - first[0], 0).confidence_interval(0.95)
    elif len(set(second)) == 1:
        expected = stats.ttest_1samp(second[0] - np.array(first), 0).confidence_interval(0.95)
    else:
        expected = stats.ttest_ind(second, first, equal_var=False).confidence_interval(0.95)
    near((found.value, found.low, found.high), (np.mean(second) - np.mean(first), expected.low, expected.high))


@pytest.mark.parametrize("seed", DRAWS)
def test_who_came_beside_who_got_no_place(seed: int) -> None:
    """The two groups are read from frozen counts, which know no order."""
    sides = [[sheet["stars"] for sheet in drawn(each) if sheet["stars"]] for each in (seed, seed + 1000)]
    figures = [read(figures_shown(ASKED, [{"stars": value} for value in side]))["stars"] for side in sides]
    assert all(isinstance(figure, Figure) for figure in figures)
    found = gap(figures[0].values, figures[1].values)  # type: ignore[union-attr]
    if isinstance(found, NotEnough):
        assert [len(set(side)) for side in sides] == [1, 1]
    else:
        welch(found, *sides)


@pytest.mark.parametrize("seed", DRAWS)
def test_comparisons(seed: int) -> None:
    """Dialogues as their closing hands them on, weighed by what scipy finds in their answers."""
    chance = random.Random(seed)
    parts, expected, alike = [], [], 0
    for number in range(chance.choice((3, 5, 12, 40))):
        low = chance.choice((1, 1, 3, 5))
        values = [round(chance.triangular(low, 5, 4)) for _each in range(chance.choice((5, 8, 20, 100)))]
        survey = Survey(id=f"s{number}", initiative_id="i", moment="after", audience="came", questions=as_json(ASKED))
        figures = read(figures_shown(ASKED, [{"stars": value} for value in values]))
        (row,) = comparison.figures_of(NoDialogue(), survey, figures)  # type: ignore[arg-type]
        parts.append(Part(survey.id, "i", "F1", "05", row.number, row.mean, row.variance, NOW))
        if len(set(values)) == 1:
            alike += 1
        else:
            mean, *_ends = interval(values)
            expected.append(Mean(len(values), mean, 0, 0, float(stats.sem(values))))
    found = comparison.beside(parts)
    if len(expected) < 2:
        assert found is None
        return
    assert found is not None
    wanted = by_scipy(expected)
    assert (found.dialogues, found.left_out) == (len(parts), alike)
    near(
        (found.found.value, found.found.low, found.found.high, found.found.between, found.found.share_between),
        (wanted.value, wanted.low, wanted.high, wanted.between, wanted.share_between),
    )
    near(found.found.spread or (), wanted.spread or ())


class NoDialogue:
    """A session in which no dialogue is found: where a survey belongs is no part of its figures."""

    def get(self, _model: object, _key: object) -> None:
        return None


def test_what_is_shown_is_what_is_compared() -> None:
    """Whatever the room takes from `feedback.statistics` stands above; a new one fails here until it does."""
    room = Path(comparison.__file__).parent
    written = "\n".join(path.read_text(encoding="utf-8") for path in room.rglob("*.py"))
    taken = set(
        re.findall(
            r"\w+", " ".join(re.findall(r"^from feedback.statistics import \(?([^)\n]+)", written, re.MULTILINE))
        )
    )
    assert {name for name in taken if name.islower()} == {"share", "mean", "recommendation", "change", "gap", "pool"}
