"""Which groups may be shown, so that nobody can be computed out of what is shown. Thresholds: domain.md 5.5.

Plain functions on counts of given answers; each question has its own, because a question that one person left out is a
group without that person. What may be shown is decided once, for all filters together, when the numbers are frozen: an
answer to one filter then never depends on which ones somebody looked at before.

Nobody is promised more than this: sums and differences of whatever is shown are about five people or more. Where all of a
group answered the same, everybody knows what each of them said; and four of five who tell each other know the fifth.
A pool of dialogues is safe when each of them may be shown by itself, since its parts are never smaller than they are.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import combinations, product
from typing import Literal

FIGURES_FROM = 5
CELLS_FROM = 10
TEXTS_FROM = 10

# One value for each dimension, in their order.
Cell = tuple[str, ...]
# Pairs of a dimension's place and a value; all must hold. The empty filter is everybody.
Filter = frozenset[tuple[int, str]]
EVERYBODY: Filter = frozenset()
# Sheet → 1 where its answer is added, -1 where it is taken off: what a figure is a sum of.
Sum = Mapping[Hashable, int]

# `few`: below the threshold. `derivable`: a hidden group could be computed from it. `never`: an employer by role.
Verdict = Literal["shown", "few", "derivable", "never"]

# Sums are compared by random shadows modulo a prime: a sum that is zero always has the shadow zero, any other one with
# probability 1 to 10^18, and then too much is hidden, not too little.
_PRIME = 2**61 - 1
_SEED = 20270424


def figures_may(number: int) -> bool:
    """Whether the figures of a whole survey or of one question may be shown."""
    return number >= FIGURES_FROM


def texts_may(number: int) -> bool:
    """Whether texts may be read, once names are removed."""
    return number >= TEXTS_FROM


def way_may(part: int, number: int) -> bool:
    """Whether it may be told how many of the answers came one way: all of them, or at least five each way."""
    return part == number or min(part, number - part) >= FIGURES_FROM


@dataclass(frozen=True)
class Table:
    """A table of two dimensions with its margins."""

    everybody: Verdict
    rows: tuple[Verdict, ...]
    columns: tuple[Verdict, ...]
    cells: tuple[tuple[Verdict, ...], ...]


def breakdown(counts: Sequence[int]) -> tuple[Verdict, ...]:
    """The cells of one breakdown, shown beside the total. One that is hidden takes the smallest of the others along."""
    cells: dict[Cell, int] = {(str(place),): count for place, count in enumerate(counts)}
    filters = [frozenset({(0, str(place))}) for place in range(len(counts))]
    found = verdicts(cells, filters)
    return tuple(found[each] for each in filters)


def table(counts: Sequence[Sequence[int]]) -> Table:
    """The cells of a table shown with the totals of its rows and columns."""
    cells: dict[Cell, int] = {
        (str(row), str(column)): count for row, line in enumerate(counts) for column, count in enumerate(line)
    }
    rows = [(0, str(row)) for row in range(len(counts))]
    columns = [(1, str(column)) for column in range(len(counts[0]))]
    both = [frozenset(pair) for pair in product(rows, columns)]
    found = verdicts(cells, [*(frozenset({one}) for one in (*rows, *columns)), *both])
    return Table(
        everybody=found[EVERYBODY],
        rows=tuple(found[frozenset({row})] for row in rows),
        columns=tuple(found[frozenset({column})] for column in columns),
        cells=tuple(tuple(found[frozenset({row, column})] for column in columns) for row in rows),
    )


def offered(counts: Mapping[Cell, int], *, deepest: int = 2) -> list[Filter]:
    """Every filter by at most `deepest` dimensions whose values somebody has."""
    dimensions = len(next(iter(counts), ()))
    values = [sorted({cell[place] for cell in counts}) for place in range(dimensions)]
    return [
        frozenset(zip(places, chosen, strict=True))
        for depth in range(deepest + 1)
        for places in combinations(range(dimensions), depth)
        for chosen in product(*(values[place] for place in places))
    ]


def verdicts(
    counts: Mapping[Cell, int],
    filters: Collection[Filter],
    *,
    employers: Collection[int] = (),
    roles: Collection[int] = (),
) -> dict[Filter, Verdict]:
    """What may be shown of these filters, and always of everybody; `employers` and `roles` are places of dimensions.

    Larger groups come first, so that of two which cannot both stand the smaller one is hidden. Whoever finds empty groups
    out by other ways learns nothing more: they are left out of the sums.
    """
    filters = {EVERYBODY, *filters}
    secret = {frozenset(pair) for pair in _pairs(counts, employers, roles)}
    groups, sizes = _groups(counts, filters | secret)
    people = {each: sum(sizes[part] for part in group) for each, group in groups.items()}
    everybody = groups[EVERYBODY]
    found: dict[Filter, Verdict] = {}
    # Where all are of one company and one role, a group of it is both.
    both = everybody in {groups[each] for each in secret}
    for each in filters:
        kinds = [any(place in several for place, _value in each) for several in (employers, roles)]
        if all(kinds) or (both and any(kinds) and groups[each] == everybody):
            found[each] = "never"
        elif people[each] < (CELLS_FROM if each else FIGURES_FROM):
            found[each] = "few"
    hidden = {groups[each] for each in (*found, *secret)} - {everybody, frozenset()}
    left = sorted(filters - found.keys(), key=lambda each: (-people[each], sorted(each)))
    taken = _Shown(sizes, hidden).take([groups[each] for each in left])
    found |= {each: "shown" if shown else "derivable" for each, shown in zip(left, taken, strict=True)}
    return found


def differ_by_few(one: AbstractSet[Hashable], other: AbstractSet[Hashable]) -> bool:
    """Whether one to four people are in one of two groups and not in the other."""
    return any(0 < len(left) < FIGURES_FROM for left in (one - other, other - one))


def gives_away(known: Sequence[Sum], more: Sequence[Sum]) -> bool:
    """Whether sums and differences of all these are about one to four people. `known` is shown anyway."""
    sums = [*known, *more]
    marks = Counter(tuple(each.get(sheet, 0) for each in sums) for sheet in {sheet for each in sums for sheet in each})
    parts = sorted(marks)
    shown = _Shown([marks[part] for part in parts], ())
    return not shown.add([[part[number] for part in parts] for number in range(len(sums))])


def _pairs(
    counts: Mapping[Cell, int], employers: Collection[int], roles: Collection[int]
) -> Iterator[tuple[tuple[int, str], tuple[int, str]]]:
    """Employer and role of each cell: these groups must not come out of any sum either."""
    for cell in counts:
        for employer, role in product(employers, roles):
            yield (employer, cell[employer]), (role, cell[role])


def _groups(counts: Mapping[Cell, int], filters: Collection[Filter]) -> tuple[dict[Filter, frozenset[int]], list[int]]:
    """Filter → its parts, and the people in each part. A part is what no filter cuts; nobody is in none."""
    ordered = sorted(filters, key=sorted)
    parts: dict[tuple[bool, ...], int] = defaultdict(int)
    for cell, count in counts.items():
        if count:
            parts[tuple(all(cell[place] == value for place, value in each) for each in ordered)] += count
    marks = sorted(parts)
    groups = {
        each: frozenset(part for part, mark in enumerate(marks) if mark[number]) for number, each in enumerate(ordered)
    }
    return groups, [parts[mark] for mark in marks]


class _Shown:
    """The groups that are shown, and what sums and differences of them give away."""

    def __init__(self, sizes: Sequence[int], hidden: Collection[frozenset[int]]) -> None:
        self.sizes = sizes
        self.light = [part for part, size in enumerate(sizes) if size < FIGURES_FROM]
        self.pairs = [(one, two) for one, two in combinations(self.light, 2) if sizes[one] + sizes[two] < FIGURES_FROM]
        self.hidden = hidden
        self.groups: list[frozenset[int]] = []
        # Rows of the shown groups after elimination, by their first part, whose coefficient is 1.
        self.rows: dict[int, list[int]] = {}
        self.chance = random.Random(_SEED)  # noqa: S311 - it compares sums, and hides nothing

    def take(self, groups: Sequence[frozenset[int]]) -> list[bool]:
        """Shows each of these groups as well, in their order, unless it would isolate somebody beside those before it.

        What all may stand together stands after one look; otherwise each half is tried. With many people this takes a
        hundredth of the time.
        """
        if self._together(groups):
            return [True] * len(groups)
        if len(groups) == 1:
            return [False]
        middle = len(groups) // 2
        return [*self.take(groups[:middle]), *self.take(groups[middle:])]

    def _together(self, groups: Sequence[frozenset[int]]) -> bool:
        everything = [*self.groups, *groups]
        for number, group in enumerate(groups, start=len(self.groups)):
            if any(self._few(group - other) or self._few(other - group) for other in everything[:number]):
                return False
        if not self.add([[int(part in group) for part in range(len(self.sizes))] for group in groups]):
            return False
        self.groups = everything
        return True

    def add(self, sums_of_parts: Sequence[Sequence[int]]) -> bool:
        """Makes these sums known as well, unless that would isolate somebody."""
        rows = dict(self.rows)
        for each in sums_of_parts:
            row = _eliminated(each, rows)
            first = next((part for part, value in enumerate(row) if value), None)
            if first is not None:
                inverse = pow(row[first], -1, _PRIME)
                rows[first] = [value * inverse % _PRIME for value in row]
        if len(rows) > len(self.rows) and self._gives_away(rows):
            return False
        self.rows = rows
        return True

    def _few(self, parts: AbstractSet[int]) -> bool:
        return 0 < sum(self.sizes[part] for part in parts) < FIGURES_FROM

    def _gives_away(self, rows: Mapping[int, Sequence[int]]) -> bool:
        """Whether some sum of these rows is a hidden group, or is about one to four people.

        Each part gets a random number under the condition that every row sums to zero. Then all sums of rows do, and
        others do not.
        """
        shadow = [0] * len(self.sizes)
        for part in reversed(range(len(shadow))):
            if part in rows:
                shadow[part] = -sum(map(int.__mul__, rows[part][part + 1 :], shadow[part + 1 :])) % _PRIME
            else:
                shadow[part] = self.chance.randrange(_PRIME)
        if any(sum(shadow[part] for part in group) % _PRIME == 0 for group in self.hidden):
            return True
        return self._isolates(shadow)

    def _isolates(self, shadow: Sequence[int]) -> bool:
        """Whether parts with one to four people in all, added or subtracted, have the shadow zero.

        Four people are at most four parts: two sums of one or two parts that are equal.
        """
        light, pairs = self.light, self.pairs
        parts: list[tuple[int, ...]] = [*((part,) for part in light), *pairs, *pairs]
        # Squared, so that a sum and its opposite are equal.
        keys = [shadow[part] ** 2 % _PRIME for part in light]
        keys += [(shadow[one] + shadow[two]) ** 2 % _PRIME for one, two in pairs]
        keys += [(shadow[one] - shadow[two]) ** 2 % _PRIME for one, two in pairs]
        often = Counter(keys)
        equal: dict[int, list[tuple[int, ...]]] = defaultdict(list, {0: [()]})
        for key, those in zip(keys, parts, strict=True):
            if often[key] > 1 or key == 0:
                if any(self._few({*those, *others}) for others in equal[key]):
                    return True
                equal[key].append(those)
        return False


def _eliminated(sum_of_parts: Sequence[int], rows: Mapping[int, Sequence[int]]) -> list[int]:
    """The sum minus the known ones that are in it: all zero when it follows from them."""
    row = list(sum_of_parts)
    for part in range(len(row)):
        if row[part] and part in rows:
            times = row[part]
            row = [(value - times * other) % _PRIME for value, other in zip(row, rows[part], strict=True)]
    return row
