"""Before and after: who makes a pair, what the pairs say, and what is left out so that nobody can be computed."""

import random

import pytest

from feedback import changes, library
from feedback.changes import Earlier, Measure, Side
from feedback.findings import change_words, direction
from feedback.questions import Question, Words
from feedback.statistics import Change, NotEnough
from kit import i18n

BEFORE = library.questions_of(library.INSTRUMENT, "before")
AFTER = library.questions_of(library.INSTRUMENT, "after")
ONE = Measure("N1", ("N1",))


def test_what_stands_twice_makes_no_pair() -> None:
    before = ["a", "b", "b", "c", "", "d"]
    after = ["d", "a", "b", "c", "c", "", "e"]
    assert changes.pairs(before, after) == [(0, 1), (5, 0)]


def test_codes_of_paper_meet_with_one_box_wrong() -> None:
    first = " ".join(["h", "h0", "h1", "h2", "h3", "h4", "h5"])
    near = " ".join(["k", "k0", "k1", "h2", "k3", "k4", "k5"])
    assert changes.pairs([first, "x"], ["x", near]) == [(0, 1), (1, 0)]
    assert changes.pairs([first, first], [near]) == [], "two who are as near are nobody's pair"


def test_the_instrument_makes_facets_and_own_sentences_stand_alone() -> None:
    found = changes.measures(BEFORE, AFTER)
    assert [each.code for each in found] == [
        "benefit", "benefit_here", "environment", "safety", "openness", "work", "interest", "critique", "project",
    ]  # fmt: skip
    own = Question("x", "agreement", Words("Der Lärm stört mich."), reverse=True)
    assert [(each.code, each.score({"x": 2})) for each in changes.measures([own], [own])] == [("x", 4)]


def test_a_changed_item_is_told_apart() -> None:
    other = tuple(
        Question("N1", "agreement", Words("Die Industrie ist gut.")) if each.code == "N1" else each for each in AFTER
    )
    assert "benefit" not in [each.code for each in changes.measures(BEFORE, other)]
    assert changes.altered(BEFORE, other) == ["N1"]
    both = (*(each for each in BEFORE if each.code != "N1"), other[0])
    assert "N1" in [each.code for each in changes.measures(both, other)], "the same on both sides, but no facet of ours"
    assert changes.altered(BEFORE, AFTER) == []


def test_the_change_by_hand() -> None:
    # Differences 1 0 1 0 1: mean 0.6, variance 0.3, half width 2.776445 * sqrt(0.3 / 5) = 0.680087.
    before, after = [{"N1": 3}] * 5, [{"N1": step} for step in (4, 3, 4, 3, 4)]
    found = changes.measured(ONE, Side(before), Side(after), [(place, place) for place in range(5)])
    assert found.state == "shown"
    assert isinstance(found.found, Change)
    told = found.found.difference
    assert [told.number, round(told.value, 6), round(told.low, 6), round(told.high, 6)] == [5, 0.6, -0.080087, 1.280087]
    assert changes.from_json(changes.as_json(found)) == found


@pytest.mark.parametrize(
    ("pairs", "before", "after", "state"),
    [
        (4, 10, 10, "few"),
        (5, 0, 0, "shown"),
        (5, 1, 0, "derivable"),
        (9, 2, 2, "derivable"),
        (9, 2, 3, "shown"),
        (9, 0, 5, "shown"),
    ],
)
def test_who_stands_outside_of_the_pairs_cannot_be_computed(pairs: int, before: int, after: int, state: str) -> None:
    one = [{"N1": 1 + place % 5} for place in range(pairs + before)]
    two = [{"N1": 1 + place % 3} for place in range(pairs + after)]
    found = changes.measured(ONE, Side(one), Side(two), [(place, place) for place in range(pairs)])
    assert (found.state, found.found is None) == (state, state != "shown")


def test_groups_that_are_no_pairs_are_shown_from_five_each() -> None:
    def groups(before: int, after: int) -> tuple[bool, bool, bool]:
        one = [{"N1": 3 + place % 2} for place in range(6 + before)]
        two = [{"N1": 4 - place % 2} for place in range(6 + after)]
        found = changes.measured(ONE, Side(one), Side(two), [(place, place) for place in range(6)])
        assert found.state == "shown"
        return found.before is not None, found.after is not None, found.apart is not None

    assert groups(5, 5) == (True, True, True)
    assert groups(4, 6) == (False, False, False)
    assert groups(0, 8) == (False, False, False)


def test_a_second_change_with_the_same_survey_before_does_not_give_one_person_away() -> None:
    before = Side([{"N1": 1 + place % 5} for place in range(20)])
    first = [(place, place) for place in range(10)]
    after, later = Side([{"N1": 4}] * 10), [{"N1": 4}] * 11
    earlier = Earlier(after, first, {"N1": changes.measured(ONE, before, after, first)})
    # All who answer later have a pair, one more than then: the two changes differ by that person.
    second = [(place, place) for place in range(11)]
    assert changes.measured(ONE, before, Side(later), second, earlier=earlier).state == "derivable"
    again = Side(later[:10])
    assert changes.measured(ONE, before, again, first, earlier=earlier).state == "shown"
    swapped = second[:5] + [(place + 5, place) for place in range(5, 10)]
    assert changes.measured(ONE, before, again, swapped, earlier=earlier).state == "shown"


@pytest.mark.parametrize(("more", "beside"), [(1, False), (4, False), (5, True), (0, True)])
def test_two_groups_without_a_pair_do_not_differ_by_one_person(more: int, beside: bool) -> None:
    """After and later, those who were paired before differ by `more`: so do the groups beside both changes."""
    before = Side([{"N1": 1 + place % 5} for place in range(30)])
    after, later = (Side([{"N1": 2 + place % 3} for place in range(number)]) for number in (20, 20 + more))
    first = [(place, place) for place in range(10)]
    told = changes.measured(ONE, before, after, first)
    assert told.before is not None
    second = [(place, place) for place in range(10 + more)]
    found = changes.measured(ONE, before, later, second, earlier=Earlier(after, first, {"N1": told}))
    assert (found.state, found.before is not None) == ("shown", beside)


@pytest.mark.parametrize(("outside", "beside"), [(10, True), (11, False), (14, False), (15, True)])
def test_a_group_without_a_pair_beside_a_group_that_is_shown(outside: int, beside: bool) -> None:
    """Ten of one company, shown by themselves, got no cards; with them a few others are without a pair."""
    before = Side([{"N1": 1 + place % 5} for place in range(50)])
    sheets = [{"N1": 2 + place % 3, "from": "here" if place < 10 else "there"} for place in range(40)]
    after = Side(sheets, {"from": {"N1": {"here": {"figure": {}}, "there": {"figure": None}}}})
    pairs = [(place, place) for place in range(outside, 40)]
    found = changes.measured(ONE, before, after, pairs)
    assert (found.state, found.after is not None) == ("shown", beside)


def test_worse_and_unclear_are_told_as_plainly() -> None:
    chance = random.Random(7)
    with i18n.use("de"):
        for shift, way in ((1, "higher"), (-1, "lower"), (0, "unclear")):
            before = [{"N1": 3} for _one in range(30)]
            after = [
                {"N1": 3 + (shift if chance.random() < 0.7 else 0) + (place % 2) - (place % 4 == 1) - (place % 4 == 3)}
                for place in range(30)
            ]
            if not shift:
                after = [{"N1": 3 + (-1) ** place} for place in range(30)]
            found = changes.measured(ONE, Side(before), Side(after), [(place, place) for place in range(30)]).found
            assert isinstance(found, Change | NotEnough)
            assert direction(found) == way
            assert change_words("Nutzen", found).startswith("Nutzen: ")
