"""Groups of one survey: what is shown is decided for all of them together, and frozen."""

from feedback.breakdowns import broken_down, cells
from feedback.questions import Option, Question, Words
from feedback.results import Figure


def by(code: str, group: str, *options: str) -> Question:
    return Question(code, "choice", Words(code), tuple(Option(each, Words(each)) for each in options), group=group)


ASKED = Question("q", "agreement", Words("Frage"))
FROM = by("from", "group", "near", "far", "other")


def answers(**counts: int) -> list[dict[str, object]]:
    return [{"q": 1 + place % 5, "from": name or None} for name, count in counts.items() for place in range(count)]


def verdicts(sheets: list[dict[str, object]], *dividing: Question) -> dict[str, str]:
    found = broken_down([*dividing, ASKED], sheets)
    return {option: cell.verdict for option, cell in cells(found[dividing[0].code]["q"]).items()}


def test_a_group_is_shown_from_ten_answers() -> None:
    found = broken_down([FROM, ASKED], answers(near=10, far=12, other=11))
    shown = cells(found["from"]["q"])
    assert {option: cell.verdict for option, cell in shown.items()} == {
        "near": "shown",
        "far": "shown",
        "other": "shown",
    }
    assert isinstance(shown["near"].figure, Figure)
    assert shown["near"].figure.counts == (2, 2, 2, 2, 2)


def test_a_hidden_group_takes_another_one_along() -> None:
    assert verdicts(answers(near=20, far=12, other=9), FROM) == {"near": "shown", "far": "derivable", "other": "few"}
    found = broken_down([FROM, ASKED], answers(near=20, far=12, other=9))
    assert [cell.figure is None for cell in cells(found["from"]["q"]).values()] == [False, True, True]


def test_whoever_did_not_say_where_they_belong_is_protected_too() -> None:
    sheets = [*answers(near=20, far=12, other=11), {"q": 5, "from": None}, {"q": 1}]
    assert verdicts(sheets, FROM) == {"near": "shown", "far": "shown", "other": "derivable"}


def test_employer_and_role_never_meet() -> None:
    employer, role = by("works", "employer", "a", "b"), by("does", "role", "x", "y")
    sheets = [
        {"q": 3, "works": works, "does": does}
        for works, does in (("a", "x"), ("a", "y"), ("b", "x"), ("b", "y"))
        for _one in range(15)
    ]
    found = broken_down([employer, role, ASKED], sheets)
    assert sorted(found) == ["does", "works"]
    assert sorted(found["works"]["q"]) == ["a", "b"], "single groups only, no pair of them"
    assert all(cell.verdict == "shown" for cell in cells(found["works"]["q"]).values())
    # Who works where is also what they do: the one would tell the other.
    same = [{"q": 3, "works": each, "does": {"a": "x", "b": "y"}[each]} for each in "ab" for _one in range(15)]
    assert {cell.verdict for cell in cells(broken_down([employer, role, ASKED], same)["works"]["q"]).values()} == {
        "derivable"
    }


def test_nothing_below_the_threshold_of_the_question() -> None:
    assert broken_down([FROM, ASKED], [{"q": None, "from": "near"}] * 30 + [{"q": 4, "from": "near"}] * 4) == {}
    assert broken_down([ASKED], answers(near=30)) == {}
