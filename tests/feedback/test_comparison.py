"""One dialogue beside others: the thresholds, and that nobody computes another initiative's result by differences."""

import random
from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest

from feedback import comparison
from feedback.comparison import EVERYWHERE, Circles, Part
from feedback.comparison_pages import compared
from feedback.models import Survey
from feedback.questions import Question, Words, item
from feedback.results import summarise

NOW = datetime(2027, 4, 24, 21, tzinfo=UTC)


def part(
    number: int, initiative: str, *, land: str = "05", code: str = "F4", mean: float = 3.5, variance: float = 1.0
) -> Part:
    return Part(f"s{number}", initiative, code, land, 20, mean, variance, NOW + timedelta(hours=number))


@pytest.mark.parametrize(
    ("owners", "shown"),
    [("abcab", 5), ("abca", 0), ("ababababab", 0), ("abcabab", 5), ("abcababcab", 10), ("aaaaaaabc", 9), ("", 0)],
)
def test_what_others_see_grows_by_batches_of_five_dialogues_of_three_initiatives(owners: str, shown: int) -> None:
    found = [part(number, owner) for number, owner in enumerate(owners)]
    assert len(comparison.released(found)) == shown


def test_a_circle_beside_all_must_leave_nobody_or_enough() -> None:
    here = [part(number, "abc"[number % 3]) for number in range(6)]
    alone = [part(10 + number, "d", land="03") for number in range(2)]
    both = [*here, *alone, part(20, "e", land="03"), part(21, "f", land="03"), part(22, "d", land="03")]
    assert set(comparison.shown_circles(here)) == {EVERYWHERE, ("land", "05"), ("format", "F4")}
    # The eleventh waits for its batch; beside Land 03, Land 05 would leave one dialogue of one initiative.
    shown = comparison.shown_circles(both)
    assert shown[EVERYWHERE] == {each.survey_id for each in both[:-1]}
    assert set(shown) == {EVERYWHERE, ("land", "03"), ("format", "F4")}


def test_whatever_comes_no_two_looks_differ_by_fewer_than_three_initiatives() -> None:
    chance = random.Random(11)
    for _round in range(60):
        found: list[Part] = []
        looks: list[frozenset[str]] = []
        for number in range(chance.randrange(5, 40)):
            found.append(
                part(
                    number,
                    chance.choice("abcde"),
                    land=chance.choice(("03", "05", "06")),
                    code=chance.choice(("F1", "F4")),
                )
            )
        shown = comparison.shown_circles(found)
        owners = {each.survey_id: each.initiative_id for each in found}
        looks = [frozenset(each) for each in shown.values()]
        for one, two in combinations(looks, 2):
            assert one & two == frozenset() or comparison.nobody_or_enough(one ^ two, owners)
        for kind in ("land", "format"):
            union = frozenset().union(*(each for (other, _code), each in shown.items() if other == kind))
            if shown and union:
                assert comparison.nobody_or_enough(shown[EVERYWHERE] - union, owners)


def test_the_pool_says_what_it_left_out() -> None:
    found = [
        part(0, "a", mean=3.0),
        part(1, "b", mean=4.0),
        part(2, "c", mean=3.5),
        part(3, "d", variance=0.0, mean=5.0),
    ]
    beside = comparison.beside(found)
    assert beside is not None
    assert (beside.dialogues, beside.left_out, round(beside.found.value, 6)) == (4, 1, 3.5)
    assert comparison.beside(found[3:]) is None


def test_each_circle_holds_its_own_dialogues() -> None:
    """Land, format, all and one's own are four sets with four means; in each of them all said nearly the same."""
    wanted = {("05", "F4"): 1.0, ("05", "F1"): 2.0, ("03", "F4"): 4.0, ("03", "F1"): 5.0}
    found = [
        part(10 * place + number, "abcde"[number], land=land, code=code, mean=mean + number / 1000, variance=0.01)
        for place, ((land, code), mean) in enumerate(wanted.items())
        for number in range(5)
    ]
    here = Survey(id="s30", initiative_id="a", questions=[], closed_at=NOW + timedelta(hours=30))
    circles = Circles()
    members = {
        "format": circles.of(found, ("format", "F4")),
        "land": circles.of(found, ("land", "05")),
        "all": circles.of(found, EVERYWHERE),
    }
    assert {name: {(each.land, each.format_code) for each in several} for name, several in members.items()} == {
        "format": {("05", "F4"), ("03", "F4")},
        "land": {("05", "F4"), ("05", "F1")},
        "all": set(wanted),
    }
    # As the page puts them, line by line: own 1, 2, 4 (the fourth is this one), format 1 and 4, Land 1 and 2, all.
    question = Question("q", "stars", Words("Wie war es?"))
    (row,) = compared(
        (question,), {"q": summarise([4, 5, 4, 5, 4])}, {item(question): found}, survey=here, format_code="F4",
        format_name="Format", land="05",
    )  # fmt: skip
    assert [(line.label, line.cells[0], line.cells[2]) for line in row.lines[1:]] == [
        ("Frühere Dialoge Ihrer Initiative", "2,3", "3 Dialoge"),
        ("Format", "2,5", "10 Dialoge"),
        ("05", "1,5", "10 Dialoge"),
        ("Alle Initiativen", "3,0", "20 Dialoge"),
    ]


def test_circles_that_are_not_shown_are_empty() -> None:
    found = [part(number, "abc"[number % 3]) for number in range(6)]
    circles = Circles()
    # Three initiatives in the first five; the sixth waits for its batch.
    assert len(circles.of(found, EVERYWHERE)) == 5
    assert circles.of(found, ("land", "16")) == []
    assert circles.of(found[:4], EVERYWHERE) == []
