"""Figures and ranges against scipy on generated data, against published values, and at the edges."""

import math
import random
from collections.abc import Sequence

import numpy as np
import pytest
from scipy import optimize, stats

from feedback.statistics import (
    Mean,
    NotEnough,
    Pool,
    change,
    gap,
    mean,
    pool,
    recommendation,
    share,
    t_quantile,
)
from tests.conftest import few

SIX = 5e-7
SIZES = [2, 3, 5, 8, 20, 73, 400]


def drawn(seed: int, number: int, low: int = 1, high: int = 5) -> list[int]:
    """Answers with a lean to one side, never all the same."""
    chance = random.Random(seed)
    values = [round(chance.triangular(low, high, high - 1)) for _each in range(number)]
    return values if len(set(values)) > 1 else [*values[1:], low if values[0] > low else high]


def told(found: object, *names: str) -> tuple[float, ...]:
    assert not isinstance(found, NotEnough)
    return tuple(getattr(found, name) for name in names)


@pytest.mark.parametrize("degrees", [0.4, 1, 1.7, 2, 3, 4.25, 9, 29, 100.5, 999, 1000, 1001, 25_000, 1e8])
def test_quantiles_to_nine_digits(degrees: float) -> None:
    for level in (0.5, 0.8, 0.95, 0.99):
        assert t_quantile(degrees, level=level) == pytest.approx(stats.t.isf((1 - level) / 2, degrees), rel=1e-10)


@pytest.mark.parametrize(
    ("degrees", "expected"),
    [(1, 12.7062047362), (2, 4.3026527297), (9, 2.2621571628), (30, 2.0422724563), (1000, 1.9623390808)],
)
def test_quantiles_of_the_table(degrees: int, expected: float) -> None:
    assert t_quantile(degrees) == pytest.approx(expected, abs=1e-10)


@pytest.mark.parametrize("number", [1, 4, 10, 37, 1000])
def test_shares(number: int) -> None:
    for hits in {0, 1, number // 3, number - 1, number}:
        expected = stats.binomtest(hits, number).proportion_ci(method="wilson")
        found = told(share(hits, number), "value", "low", "high")
        assert found == pytest.approx((hits / number, expected.low, expected.high), abs=SIX)
        assert 0 <= found[1] <= found[0] <= found[2] <= 1


def test_the_share_of_the_paper() -> None:
    # domain.md 5.5: 80 per cent of 20 is 58 to 92 per cent.
    assert [round(100 * each) for each in told(share(16, 20), "low", "high")] == [58, 92]


@pytest.mark.parametrize("number", SIZES)
def test_means(number: int) -> None:
    values = drawn(number, number)
    expected = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    found = mean(values)
    assert told(found, "low", "high") == pytest.approx(tuple(expected), abs=SIX)
    assert told(found, "value", "error") == pytest.approx((sum(values) / number, stats.sem(values)), abs=SIX)


@pytest.mark.parametrize("number", SIZES)
def test_recommendations(number: int) -> None:
    values = [0, 10, *drawn(number, number - 2, 0, 10)] if number > 3 else [10, 7, 3][:number]
    scores = [1 if value > 8 else -1 if value < 7 else 0 for value in values]
    low, high = stats.t.interval(0.95, number - 1, loc=sum(scores) / number, scale=stats.sem(scores))
    found = told(recommendation(values), "value", "low", "high")
    assert found == pytest.approx((sum(scores) / number, max(-1, low), min(1, high)), abs=SIX)


def test_who_recommends() -> None:
    # Ten people: three promoters, five detractors, two between.
    assert told(recommendation([9, 9, 10, 7, 8, 6, 6, 5, 0, 1]), "number", "value") == (10, pytest.approx(-0.2))


@pytest.mark.parametrize("number", SIZES)
def test_changes_of_pairs(number: int) -> None:
    before, after = drawn(number, number), drawn(number + 1000, number)
    if number == 2:
        before, after = [2, 4], [5, 4]
    found = change(before, after)
    assert not isinstance(found, NotEnough)
    expected = stats.ttest_rel(after, before)
    differences = [later - earlier for earlier, later in zip(before, after, strict=True)]
    interval = expected.confidence_interval(0.95)
    assert told(found.difference, "value", "low", "high") == pytest.approx(
        (sum(differences) / number, interval.low, interval.high), abs=SIX
    )
    assert found.effect.value == pytest.approx(expected.statistic / math.sqrt(number), abs=SIX)
    # The ends of the range of d_z are the shifts under which the statistic found is at 97.5 and at 2.5 per cent.
    shifts = [end * math.sqrt(number) for end in told(found.effect, "low", "high")]
    assert list(stats.nct.cdf(expected.statistic, number - 1, shifts)) == pytest.approx([0.975, 0.025], abs=SIX)


def test_a_strong_effect_of_few_pairs() -> None:
    found = change([1] * 30, [5 - (number < 5) for number in range(30)])
    assert not isinstance(found, NotEnough)
    shifts = [end * math.sqrt(30) for end in told(found.effect, "low", "high")]
    statistic = found.effect.value * math.sqrt(30)
    assert statistic > 50
    assert list(stats.nct.cdf(statistic, 29, shifts)) == pytest.approx([0.975, 0.025], abs=SIX)


def test_the_effect_of_a_strong_change() -> None:
    """Far out, where the series for this distribution gives nothing any more."""
    before = [1] * 400
    found = change(before, [5 if number % 40 else 4 for number in range(400)])
    assert not isinstance(found, NotEnough)
    value, low, high = told(found.effect, "value", "low", "high")
    half = 1.959964 * math.sqrt(1 / 400 + value**2 / (2 * 399))
    assert (low, high) == pytest.approx((value - half, value + half), rel=0.005)


@pytest.mark.parametrize(("one", "two"), [(2, 2), (2, 40), (5, 3), (30, 31), (400, 12)])
def test_groups_side_by_side(one: int, two: int) -> None:
    first, second = drawn(one, one), drawn(two + 7, two)
    expected = stats.ttest_ind(second, first, equal_var=False)
    interval = expected.confidence_interval(0.95)
    found = gap(first, second)
    assert told(found, "number", "value", "low", "high") == pytest.approx(
        (one + two, sum(second) / two - sum(first) / one, interval.low, interval.high), abs=SIX
    )


def test_one_group_of_one_mind() -> None:
    found = gap([3, 3, 3, 3], [2, 3, 4])
    interval = stats.ttest_1samp([-1, 0, 1], 0).confidence_interval(0.95)
    assert told(found, "low", "high") == pytest.approx((interval.low, interval.high), abs=SIX)


# Vaccinated with and without tuberculosis, then the controls: 13 trials of BCG (Colditz and others, JAMA 271, 1994).
BCG = """4 119 11 128, 6 300 29 274, 3 228 11 209, 62 13536 248 12619, 33 5036 47 5761, 180 1361 372 1079, 8 2537 10 619,
505 87886 499 87892, 29 7470 45 7232, 17 1699 65 1600, 186 50448 141 27197, 5 2493 3 2338, 27 16886 29 17825"""


def trials() -> list[Mean]:
    made = []
    for line in BCG.split(","):
        ill, well, control_ill, control_well = map(int, line.split())
        value = math.log(ill / (ill + well) / (control_ill / (control_ill + control_well)))
        error = math.sqrt(1 / ill - 1 / (ill + well) + 1 / control_ill - 1 / (control_ill + control_well))
        made.append(Mean(ill + well, value, value, value, error))
    return made


def test_many_dialogues_as_published() -> None:
    """The example of the handbooks, as metafor prints it for method DL: tau² 0.3088, I² 92.12 %, mean -0.7141."""
    found = pool(trials())
    assert not isinstance(found, NotEnough)
    assert (round(found.between, 4), round(found.share_between, 4), round(found.value, 4)) == (0.3088, 0.9212, -0.7141)


def test_many_dialogues_by_statsmodels() -> None:
    # statsmodels 0.15.0, combine_effects(..., method_re="dl"): tau2, i2, mean_effect_re, conf_int() of "hksj".
    found = pool(trials())
    assert not isinstance(found, NotEnough)
    assert (found.between, found.share_between, found.value, found.low, found.high) == pytest.approx(
        (0.3087602629, 0.9211734685, -0.7141172221, -1.1078213542, -0.3204130900), abs=SIX
    )


def test_the_spread_between_dialogues() -> None:
    found = pool(trials())
    assert not isinstance(found, NotEnough)
    # t of 11 degrees, 2.2009852, times the root of tau² and of the mean's variance, 0.1787² (metafor).
    half = 2.2009852 * math.sqrt(0.30876 + 0.1787447**2)
    assert found.spread == pytest.approx((found.value - half, found.value + half), abs=1e-4)


def by_scipy(parts: Sequence[Mean]) -> Pool:
    """The same in other ways: tau² by a search for where the quadratic form has its expected size, means by curve_fit."""
    values, errors = np.array([part.value for part in parts]), np.array([part.error for part in parts])
    one = np.ones(len(parts))
    weight = np.diag(errors**-2.0)
    # What is left of the values once their weighed mean is taken off, as a quadratic form.
    form = weight - weight @ np.outer(one, one) @ weight / (one @ weight @ one)
    q = float(values @ form @ values)

    def expected(between: float) -> float:
        return float(np.trace(form @ (np.diag(errors**2) + between * np.eye(len(parts)))))

    between = optimize.brentq(lambda each: expected(each) - q, 0, 1e4, xtol=1e-14) if q > expected(0) else 0.0

    def fitted(x: np.ndarray, level: float) -> np.ndarray:
        return np.full(len(x), level)

    variances = {}
    for known in (True, False):
        found, covariance = optimize.curve_fit(
            fitted, np.arange(len(parts)), values, p0=[values.mean()], sigma=np.sqrt(errors**2 + between),
            absolute_sigma=known, xtol=1e-14, ftol=1e-14,
        )  # fmt: skip
        variances[known] = float(covariance[0][0])
    mean_of_all = float(found[0])
    # With sigma not absolute, curve_fit scales by what is left of the values: the factor of Hartung and Knapp.
    error = math.sqrt(max(variances.values()))
    low, high = stats.t.interval(0.95, len(parts) - 1, loc=mean_of_all, scale=error)
    spread = None
    if len(parts) > 2:
        far = math.sqrt(between + variances[True])
        spread = tuple(map(float, stats.t.interval(0.95, len(parts) - 2, loc=mean_of_all, scale=far)))
    return Pool(len(parts), mean_of_all, low, high, between, max(0.0, 1 - (len(parts) - 1) / q), spread)


@pytest.mark.parametrize("seed", range(few(60)))
def test_many_dialogues_by_scipy(seed: int) -> None:
    """Two dialogues to sixty, that agree and that do not, with errors of one size and of very different ones."""
    chance = random.Random(seed)
    apart = chance.choice((0.0, 0.05, 0.3, 1.5))
    parts = [
        Mean(20, chance.gauss(3.4, apart + error), 0, 0, error)
        for error in (chance.choice((0.02, 0.1, 0.2, 0.9)) for _part in range(chance.choice((2, 3, 4, 7, 20, 60))))
    ]
    found, expected = pool(parts), by_scipy(parts)
    names = ("number", "value", "low", "high", "between", "share_between")
    assert told(found, *names) == pytest.approx(told(expected, *names), abs=SIX)
    assert isinstance(found, Pool)
    assert found.spread == (None if expected.spread is None else pytest.approx(expected.spread, abs=SIX))


def test_dialogues_of_one_mean_by_scipy() -> None:
    """Nothing lies between them, so the range is the one without a factor."""
    parts = [Mean(20, 3.5, 0, 0, error) for error in (0.1, 0.2, 0.3, 0.4)]
    low, high = stats.t.interval(0.95, 3, loc=3.5, scale=sum(part.error**-2 for part in parts) ** -0.5)
    assert told(pool(parts), "value", "low", "high", "between") == pytest.approx((3.5, low, high, 0), abs=SIX)


def test_dialogues_that_agree_prove_no_more_than_their_errors() -> None:
    found = pool([Mean(20, value, 0, 0, 0.2) for value in (3.0, 3.01, 2.99)])
    half = stats.t.isf(0.025, 2) * 0.2 / math.sqrt(3)
    assert told(found, "between", "share_between", "low") == pytest.approx((0, 0, 3 - half), abs=SIX)
    assert told(pool([Mean(20, 3.0, 0, 0, 0.2)] * 2), "value", "spread") == (3.0, None)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (share(0, 0), NotEnough(0, "few")),
        (mean([]), NotEnough(0, "few")),
        (mean([4]), NotEnough(1, "few", 4)),
        (mean([4, 4, 4]), NotEnough(3, "same", 4)),
        (mean([0.1] * 7), NotEnough(7, "same", 0.1)),
        (recommendation([]), NotEnough(0, "few")),
        (recommendation([9, 10, 9]), NotEnough(3, "same", 1)),
        (recommendation([0, 6, 3]), NotEnough(3, "same", -1)),
        (change([], []), NotEnough(0, "few")),
        (change([3], [5]), NotEnough(1, "few", 2)),
        (change([1, 2, 3], [2, 3, 4]), NotEnough(3, "same", 1)),
        (change([1, 5], [1, 5]), NotEnough(2, "same", 0)),
        (gap([], [1, 2]), NotEnough(2, "few")),
        (gap([1, 2], [3]), NotEnough(3, "few")),
        (gap([2, 2], [5, 5, 5]), NotEnough(5, "same", 3)),
        (pool([]), NotEnough(0, "few")),
        (pool([Mean(9, 3.5, 3, 4, 0.2)]), NotEnough(1, "few", 3.5)),
    ],
)
def test_not_enough_is_said(found: object, expected: NotEnough) -> None:
    assert found == expected


def test_extremes() -> None:
    far = mean([-1e12, 1e12, 0])
    assert told(far, "value", "high") == pytest.approx((0, 1e12 / math.sqrt(3) * t_quantile(2)), rel=1e-9)
    assert told(recommendation([10] * 30 + [0]), "high") == (1.0,)
    assert told(share(1, 10**9), "low")[0] > 0


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: share(3, 2),
        lambda: share(-1, 2),
        lambda: recommendation([11, 3]),
        lambda: change([1, 2], [1]),
        lambda: t_quantile(0),
        lambda: t_quantile(5, level=1),
    ],
)
def test_nonsense_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError):
        wrong()
