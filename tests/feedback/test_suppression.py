"""Protection of small groups. The attacker sees all that is shown, of thousands of filters, and computes with it exactly."""

import random
from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from feedback.suppression import (
    EVERYBODY,
    Cell,
    Filter,
    _Shown,
    breakdown,
    figures_may,
    offered,
    table,
    texts_may,
    verdicts,
)

S, F, D, N = "shown", "few", "derivable", "never"
Counts = Mapping[Cell, int]


@pytest.mark.parametrize(("number", "figures", "texts"), [(0, 0, 0), (4, 0, 0), (5, 1, 0), (9, 1, 0), (10, 1, 1)])
def test_thresholds(number: int, figures: int, texts: int) -> None:
    assert (figures_may(number), texts_may(number)) == (bool(figures), bool(texts))


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([40, 30, 20], (S, S, S)),
        ([10, 10], (S, S)),
        # One is hidden, so the smallest of the others is.
        ([40, 30, 20, 9], (S, S, D, F)),
        ([9, 20, 20, 30], (F, S, D, S)),
        # Two are hidden, and together they are five or more.
        ([40, 8, 7], (S, F, F)),
        ([40, 3, 2], (S, F, F)),
        # Two are hidden, and both together are four: a third goes.
        ([40, 12, 3, 1], (S, D, F, F)),
        # Empty groups are no cover.
        ([12, 3, 0], (D, F, F)),
        ([40, 12, 9, 0], (S, D, F, F)),
        ([7, 0], (F, F)),
        ([4, 0], (F, F)),
        ([96, 4], (D, F)),
        ([], ()),
    ],
)
def test_one_breakdown(counts: list[int], expected: tuple[str, ...]) -> None:
    assert breakdown(counts) == expected


def test_a_table_hides_by_rows_and_by_columns() -> None:
    found = table([[30, 20, 4], [25, 40, 15], [35, 22, 60]])
    assert (found.everybody, found.rows, found.columns) == (S, (S, S, S), (S, S, S))
    # 4 is too small; a second one goes in its row and in its column, and the corner where both meet closes the ring.
    assert found.cells == ((D, S, F), (D, S, D), (S, S, S))


def test_a_table_of_small_cells_has_its_margins() -> None:
    found = table([[8, 7], [6, 9]])
    assert (found.rows, found.columns, found.cells) == ((S, S), (S, S), ((F, F), (F, F)))


def test_everybody_but_a_few_is_refused() -> None:
    """Total minus group, and one filter inside of another."""
    counts = {("north", "guest"): 50, ("north", "host"): 3, ("south", "guest"): 40, ("south", "host"): 30}
    north, guests = frozenset({(0, "north")}), frozenset({(0, "north"), (1, "guest")})
    assert verdicts(counts, [north, guests]) == {EVERYBODY: S, north: S, guests: D}
    assert verdicts(counts, [guests]) == {EVERYBODY: S, guests: S}


def test_groups_that_differ_by_two_swapped_people_are_not_both_shown() -> None:
    """Neither lies in the other, and their difference still tells what each of the two said."""
    counts = {("a", "x"): 30, ("a", "y"): 1, ("b", "x"): 1, ("b", "y"): 30}
    a, x = frozenset({(0, "a")}), frozenset({(1, "x")})
    assert sorted(verdicts(counts, [a, x]).values()) == [D, S, S]


def test_employers() -> None:
    counts = {("Werk", "guest"): 20, ("Werk", "council"): 15, ("Hof", "guest"): 30, ("Hof", "council"): 25}
    filters = offered(counts)
    found = verdicts(counts, filters, employers=[0], roles=[1])
    assert {found[each] for each in filters if len(each) == 2} == {N}
    assert {found[each] for each in filters if len(each) < 2} == {S}
    # Where all of a role come from one employer, the role alone would be both.
    only = {("Werk", "guest"): 20, ("Hof", "guest"): 20, ("Hof", "council"): 30}
    found = verdicts(only, [frozenset({(1, "council")}), frozenset({(0, "Hof")})], employers=[0], roles=[1])
    assert found[frozenset({(1, "council")})] == D
    assert verdicts({("Werk",): 9, ("Hof",): 60}, [frozenset({(0, "Werk")})], employers=[0]) == {
        EVERYBODY: S,
        frozenset({(0, "Werk")}): F,
    }


def test_where_all_are_of_one_company_and_one_role_no_group_says_so() -> None:
    """A question that one company alone is asked, all of them guests: by role it would be company and role."""
    counts = {("Werk", "guest", "near"): 20, ("Werk", "guest", "far"): 15}
    werk, guests, near = (frozenset({pair}) for pair in ((0, "Werk"), (1, "guest"), (2, "near")))
    found = verdicts(counts, [werk, guests, near], employers=[0], roles=[1])
    assert found == {EVERYBODY: S, werk: N, guests: N, near: S}


def test_the_same_is_shown_whatever_the_order() -> None:
    counts = people(random.Random(7), 70)
    filters = offered(counts)
    assert verdicts(counts, filters) == verdicts(dict(reversed(counts.items())), filters[::-1])


def people(chance: random.Random, number: int) -> dict[Cell, int]:
    """So many people by age, origin and role; some values are rare."""
    counts: dict[Cell, int] = {}
    for _each in range(number):
        cell = (chance.choice("jmma"), chance.choice("nnnnnnof"), chance.choice("ggggggbk"))
        counts[cell] = counts.get(cell, 0) + 1
    return counts


def members(counts: Counts, each: Filter) -> frozenset[Cell]:
    return frozenset(
        cell for cell, count in counts.items() if count and all(cell[place] == value for place, value in each)
    )


def size(counts: Counts, cells: Iterable[Cell]) -> int:
    return sum(counts[cell] for cell in cells)


def differences(counts: Counts, shown: Iterable[Filter]) -> list[int]:
    """How many people are in one shown group and not in another, where that is one to four."""
    groups = [members(counts, each) for each in shown]
    found = (size(counts, one - two) for one, two in product(groups, repeat=2))
    return [number for number in found if 0 < number < 5]


def solved(counts: Counts, shown: Iterable[Filter]) -> list[tuple[Cell, ...]]:
    """The groups of one to four people whose answers follow from the equations of all shown groups, by exact fractions.

    A sum of groups is a vector over the cells; what follows from them is the space they span. A vector lies in it when
    it is orthogonal to everything that all of them are orthogonal to.
    """
    cells = sorted(cell for cell, count in counts.items() if count)
    rows: dict[int, list[Fraction]] = {}
    for group in {members(counts, each) for each in shown}:
        row = [Fraction(cell in group) for cell in cells]
        for lead, other in rows.items():
            if row[lead]:
                row = [value - row[lead] * minus for value, minus in zip(row, other, strict=True)]
        lead = next((place for place, value in enumerate(row) if value), None)
        if lead is None:
            continue
        row = [value / row[lead] for value in row]
        for place, other in rows.items():
            rows[place] = [value - other[lead] * minus for value, minus in zip(other, row, strict=True)]
        rows[lead] = row
    free = [place for place in range(len(cells)) if place not in rows]
    # Column by column: what a cell adds to each vector of the orthogonal space.
    part = {
        cell: [-rows[place][other] if place in rows else Fraction(place == other) for other in free]
        for place, cell in enumerate(cells)
    }
    small = [cell for cell in cells if counts[cell] < 5]
    return [
        chosen
        for many in range(1, 5)
        for chosen in combinations(small, many)
        if size(counts, chosen) < 5 and not any(map(sum, zip(*(part[cell] for cell in chosen), strict=True)))
    ]


def shown_of(counts: Counts, filters: Iterable[Filter]) -> list[Filter]:
    return [each for each, verdict in verdicts(counts, list(filters)).items() if verdict == "shown"]


@effort(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**9), number=st.integers(3, 120), deepest=st.integers(1, 3))
def test_nobody_is_computed_out_of_three_dimensions(seed: int, number: int, deepest: int) -> None:
    counts = people(random.Random(seed), number)
    shown = shown_of(counts, offered(counts, deepest=deepest))
    assert all(size(counts, members(counts, each)) >= (10 if each else 5) for each in shown)
    assert (differences(counts, shown), solved(counts, shown)) == ([], [])


_lines = st.integers(2, 4).flatmap(
    lambda wide: st.lists(
        st.lists(st.sampled_from([0, 1, 2, 4, 5, 9, 10, 11, 14, 25]), min_size=wide, max_size=wide),
        min_size=2,
        max_size=4,
    )
)


@effort(max_examples=40, deadline=None)
@given(counts=_lines)
def test_no_cell_is_computed_out_of_a_table(counts: list[list[int]]) -> None:
    found = table(counts)
    cells = {(str(r), str(c)): count for r, line in enumerate(counts) for c, count in enumerate(line)}
    filters = offered(cells)
    verdict = verdicts(cells, filters)
    shown = [each for each in filters if verdict[each] == "shown"]
    assert found.cells == tuple(
        tuple(verdict[frozenset({(0, str(r)), (1, str(c))})] for c in range(len(counts[0]))) for r in range(len(counts))
    )
    assert (differences(cells, shown), solved(cells, shown)) == ([], [])


@pytest.mark.parametrize("seed", range(3))
def test_without_protection_the_attack_works(seed: int) -> None:
    """The control: with the thresholds alone both attackers find somebody."""
    counts = people(random.Random(seed), 60)
    filters = offered(counts, deepest=3)
    shown = [each for each in filters if size(counts, members(counts, each)) >= 10]
    assert differences(counts, shown)
    assert solved(counts, shown)


@pytest.mark.parametrize("seed", range(3))
def test_most_of_a_large_dialogue_is_shown(seed: int) -> None:
    """Protection that hides everything would be none."""
    counts = people(random.Random(seed), 2000)
    filters = offered(counts)
    assert len(shown_of(counts, filters)) == len(filters)


def test_halves_together_show_what_one_after_the_other_would() -> None:
    chance = random.Random(3)
    rejected = 0
    for _house in range(100):
        sizes = [chance.choice((1, 2, 4, 6, 20)) for _part in range(chance.randint(2, 9))]
        groups = [frozenset(chance.sample(range(len(sizes)), chance.randint(1, len(sizes)))) for _group in range(8)]
        one_by_one = _Shown(sizes, ())
        each_alone = [shown for group in groups for shown in one_by_one.take([group])]
        assert _Shown(sizes, ()).take(groups) == each_alone
        rejected += each_alone.count(False)
    assert rejected > 40
