"""Figures with their range: shares, means, changes, groups side by side, many dialogues together.

Plain functions on plain values; all ranges are 95 % unless `level` says otherwise. What cannot be computed is `NotEnough`,
never a number that looks like one. Values are in the unit of the scale they were given on, shares between 0 and 1.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist
from typing import Literal

LEVEL = 0.95


@dataclass(frozen=True)
class Estimate:
    """A value from `number` answers, people or pairs, with its range."""

    number: int
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Mean(Estimate):
    """A mean or a difference of means; `error` is its standard error, in the unit of the value."""

    error: float


@dataclass(frozen=True)
class NotEnough:
    """No range. `few`: fewer values than the method needs. `same`: they do not differ, so that their spread is unknown.

    `value` is what all of them say, if there is any.
    """

    number: int
    reason: Literal["few", "same"]
    value: float | None = None


@dataclass(frozen=True)
class Change:
    """What pairs say: the mean of after minus before, and the same in standard deviations of the differences (d_z)."""

    difference: Mean
    effect: Estimate


@dataclass(frozen=True)
class Pool:
    """A mean over dialogues; `low` to `high` is its range.

    `between` is the variance between dialogues (tau²), `share_between` the part of all variance that it makes up (I², 0
    to 1). `spread` is the range in which the mean of one more dialogue is expected; None below three dialogues.
    """

    number: int
    value: float
    low: float
    high: float
    between: float
    share_between: float
    spread: tuple[float, float] | None


def share(hits: int, number: int, *, level: float = LEVEL) -> Estimate | NotEnough:
    """`hits` of `number` as a share, with Wilson's score interval (JASA 22, 1927), without correction for continuity."""
    if not 0 <= hits <= number:
        raise ValueError("more hits than answers")
    if number == 0:
        return NotEnough(0, "few")
    z = _normal(level)
    found = hits / number
    middle = (found + z * z / (2 * number)) / (1 + z * z / number)
    half = z / (1 + z * z / number) * math.sqrt(found * (1 - found) / number + z * z / (4 * number * number))
    # At both ends the formula meets the end itself, give or take a rounding.
    return Estimate(
        number, found, low=max(0.0, middle - half) if hits else 0.0, high=middle + half if hits < number else 1.0
    )


def mean(values: Sequence[float], *, level: float = LEVEL) -> Mean | NotEnough:
    """The mean with the interval of Student's t on n - 1 degrees of freedom."""
    number = len(values)
    if number < 2:
        return NotEnough(number, "few", math.fsum(values) if values else None)
    if min(values) == max(values):
        return NotEnough(number, "same", values[0])
    found, variance = _moments(values)
    error = math.sqrt(variance / number)
    half = t_quantile(number - 1, level=level) * error
    return Mean(number, found, found - half, found + half, error)


def recommendation(values: Sequence[int], *, level: float = LEVEL) -> Mean | NotEnough:
    """Net promoter score of answers from 0 to 10: the share of 9 and 10 minus the share of 0 to 6, between -1 and 1.

    It is the mean of +1, 0 and -1, so its range is that mean's t interval, cut at -1 and 1.
    """
    if any(not 0 <= value <= 10 for value in values):
        raise ValueError("an answer off the scale")
    found = mean([(value >= 9) - (value <= 6) for value in values], level=level)
    if isinstance(found, NotEnough):
        return found
    return Mean(found.number, found.value, max(-1.0, found.low), min(1.0, found.high), found.error)


def change(before: Sequence[float], after: Sequence[float], *, level: float = LEVEL) -> Change | NotEnough:
    """The change of people who answered both times; the two sequences are in the same order of people.

    The difference has the t interval of paired values. The range of d_z = mean / standard deviation of the differences
    comes from turning the noncentral t distribution round (Steiger and Fouladi 1997; Cumming and Finch 2001).
    """
    found = mean([later - earlier for earlier, later in zip(before, after, strict=True)], level=level)
    if isinstance(found, NotEnough):
        return found
    root = math.sqrt(found.number)
    t = found.value / found.error
    low, high = _noncentralities(t, found.number - 1, level)
    return Change(found, Estimate(found.number, t / root, low / root, high / root))


def gap(first: Sequence[float], second: Sequence[float], *, level: float = LEVEL) -> Mean | NotEnough:
    """Mean of the second group minus mean of the first, of different people, with the interval of Welch (1947).

    It is told beside a change of pairs and never mixed with it. `number` counts both groups.
    """
    number = len(first) + len(second)
    if min(len(first), len(second)) < 2:
        return NotEnough(number, "few")
    (one, one_variance), (two, two_variance) = _moments(first), _moments(second)
    one_part, two_part = one_variance / len(first), two_variance / len(second)
    if one_part + two_part == 0:
        return NotEnough(number, "same", two - one)
    degrees = (one_part + two_part) ** 2 / (one_part**2 / (len(first) - 1) + two_part**2 / (len(second) - 1))
    error = math.sqrt(one_part + two_part)
    half = t_quantile(degrees, level=level) * error
    return Mean(number, two - one, two - one - half, two - one + half, error)


def pool(parts: Sequence[Mean], *, level: float = LEVEL) -> Pool | NotEnough:
    """The mean over dialogues as random effects (DerSimonian and Laird 1986).

    Its range is that of Hartung and Knapp (2001) on k - 1 degrees of freedom, never below the one without their factor
    (Röver, Knapp and Friede 2015): a few dialogues that happen to agree prove little. The spread is the prediction
    interval of Higgins, Thompson and Spiegelhalter (2009). A dialogue in which everybody answered the same has no
    standard error and cannot be weighed: whoever calls says how many were left out.
    """
    number = len(parts)
    if number < 2:
        return NotEnough(number, "few", parts[0].value if parts else None)
    weights = [part.error**-2 for part in parts]
    values = [part.value for part in parts]
    total = math.fsum(weights)
    fixed = _weighed(values, weights)
    q = math.fsum(weight * (value - fixed) ** 2 for value, weight in zip(values, weights, strict=True))
    scale = total - math.fsum(weight * weight for weight in weights) / total
    between = max(0.0, (q - (number - 1)) / scale)
    weights = [1 / (part.error**2 + between) for part in parts]
    found = _weighed(values, weights)
    q_random = math.fsum(weight * (value - found) ** 2 for value, weight in zip(values, weights, strict=True))
    variance = 1 / math.fsum(weights)
    half = t_quantile(number - 1, level=level) * math.sqrt(max(1.0, q_random / (number - 1)) * variance)
    spread = None
    if number > 2:
        far = t_quantile(number - 2, level=level) * math.sqrt(between + variance)
        spread = (found - far, found + far)
    return Pool(
        number, found, found - half, found + half, between, max(0.0, 1 - (number - 1) / q) if q else 0.0, spread
    )


def _moments(values: Sequence[float]) -> tuple[float, float]:
    """Mean and variance with n - 1 below."""
    found = math.fsum(values) / len(values)
    return found, math.fsum((value - found) ** 2 for value in values) / (len(values) - 1)


def _weighed(values: Sequence[float], weights: Sequence[float]) -> float:
    return math.fsum(value * weight for value, weight in zip(values, weights, strict=True)) / math.fsum(weights)


def _normal(level: float) -> float:
    return NormalDist().inv_cdf((1 + level) / 2)


@lru_cache(maxsize=1024)
def t_quantile(degrees: float, *, level: float = LEVEL) -> float:
    """The point that |T| of Student's distribution exceeds with probability 1 - level; `degrees` need not be whole.

    Up to 1,000 degrees by bisection of the incomplete beta function, beyond by the series in 1/degrees of Abramowitz and
    Stegun 26.7.5, whose first term left out is below 1e-13 there.
    """
    if not (degrees > 0 and 0 < level < 1):
        raise ValueError("no such distribution")
    if degrees > 1000:
        return _t_series(degrees, _normal(level))
    high = 1.0
    while _beyond(high, degrees) > 1 - level:
        high *= 2
    return _bisected(lambda t: _beyond(t, degrees) - (1 - level), 0.0, high)


def _t_series(degrees: float, z: float) -> float:
    powers = {exponent: z**exponent for exponent in (1, 3, 5, 7, 9)}
    terms = (
        ({1: 1, 3: 1}, 4),
        ({1: 3, 3: 16, 5: 5}, 96),
        ({1: -15, 3: 17, 5: 19, 7: 3}, 384),
        ({1: -945, 3: -1920, 5: 1482, 7: 776, 9: 79}, 92160),
    )
    return z + sum(
        sum(factor * powers[exponent] for exponent, factor in polynomial.items()) / below / degrees**order
        for order, (polynomial, below) in enumerate(terms, start=1)
    )


def _beyond(t: float, degrees: float) -> float:
    """The probability that |T| is above t (Abramowitz and Stegun 26.5.27)."""
    return _beta(degrees / (degrees + t * t), t * t / (degrees + t * t), degrees / 2, 0.5)


def _beta(x: float, rest: float, a: float, b: float) -> float:
    """The regularised incomplete beta function at x, whose complement is `rest`: both, so that neither loses digits."""
    if x <= 0 or rest <= 0:
        return float(rest <= 0)
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta(rest, x, b, a)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log(rest))
    return front / a * _fraction(x, a, b)


def _fraction(x: float, a: float, b: float) -> float:
    """The continued fraction of Abramowitz and Stegun 26.5.8, evaluated by Lentz's method."""
    c, d = 1.0, 1 / (1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, 10_000):
        before = value
        for factor in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            c, d = 1 + factor / c, 1 / (1 + factor * d)
            value *= c * d
        if abs(value - before) <= 1e-16 * abs(value):
            break
    return value


def _noncentralities(t: float, degrees: int, level: float) -> tuple[float, float]:
    """The two noncentrality parameters under which t lies at the upper and at the lower end of the level."""
    nodes = _chi_nodes(degrees, widest=1.5 * abs(t) + 6)
    far = 6 * abs(t) + 40

    def solved(below: float) -> float:
        return _bisected(
            lambda shift: below - math.fsum(weight * _normal_below(t * s - shift) for s, weight in nodes), -far, far
        )

    return solved((1 + level) / 2), solved((1 - level) / 2)


def _chi_nodes(degrees: int, *, widest: float) -> list[tuple[float, float]]:
    """Points and weights that integrate over s = sqrt(chi² / degrees), fine enough for steps of width 1 / `widest` in it.

    The trapezoidal rule in log s: the integrand is smooth and falls off at both ends, so it is exact to rounding.
    """
    step = 0.35 * min(1 / widest, 1 / math.sqrt(2 * degrees))
    front = math.log(2) + degrees / 2 * math.log(degrees / 2) - math.lgamma(degrees / 2)

    def weight(place: int) -> float:
        u = place * step
        return step * math.exp(front + degrees * u - degrees / 2 * math.exp(2 * u))

    nodes = [(1.0, weight(0))]
    for way in (1, -1):
        place = way
        while (heavy := weight(place)) > 1e-18 * step:
            nodes.append((math.exp(place * step), heavy))
            place += way
    return nodes


def _normal_below(z: float) -> float:
    return math.erfc(-z / math.sqrt(2)) / 2


def _bisected(function: Callable[[float], float], low: float, high: float) -> float:
    """Where the function changes its sign between `low` and `high`, as exactly as a float can say."""
    rising = function(low) < 0
    while True:
        middle = (low + high) / 2
        if not low < middle < high or high - low <= 1e-15 * abs(middle):
            return middle
        if (function(middle) < 0) == rising:
            low = middle
        else:
            high = middle
