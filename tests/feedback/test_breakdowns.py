"""Groups of one survey: what is shown is decided for all of them together, and frozen."""

from feedback.breakdowns import broken_down, cells
from feedback.questions import Condition, Option, Question, Words
from feedback.results import Figure, figures_shown


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


SAID = Question("said", "choice", Words("Gesagt?"), (Option("yes", Words("Ja")), Option("no", Words("Nein"))))
WHY = Question("why", "agreement", Words("Warum"), only_if=Condition("said", ("yes",)))
MORE = Question("more", "stars", Words("Mehr"), only_if=Condition("why", ("1", "2", "3", "4", "5")))


def said(name: str, *answered: str) -> list[dict[str, object]]:
    return [
        {"from": name, "said": each} | ({"why": 3, "more": 1 + place % 5} if each == "yes" else {})
        for place, each in enumerate(answered)
    ]


def test_who_was_not_asked_because_of_what_they_said_is_protected_too() -> None:
    """Were both groups shown, all who said yes would be in them, and so the one from elsewhere said no."""
    half = ["yes", "no"] * 12
    sheets = [*said("near", *half, "yes"), *said("far", *half), *said("other", "no")]
    shown = broken_down([FROM, SAID, WHY, MORE], sheets)["from"]
    for code in ("said", "why", "more"):
        assert {option: cell.verdict for option, cell in cells(shown[code]).items()} == {
            "near": "shown", "far": "derivable", "other": "few",
        }  # fmt: skip
    # Five from elsewhere are as many as may be told apart together.
    assert {
        option: cell.verdict
        for option, cell in cells(
            broken_down([FROM, SAID, WHY], [*sheets, *said("", "no", "no", "no", "no")])["from"]["why"]
        ).items()
    } == {"near": "shown", "far": "shown", "other": "few"}


def test_who_was_not_asked_because_of_their_group_is_nobodys_secret() -> None:
    """What one group alone is asked leaves out the others whatever they think."""
    inside = Question("inside", "agreement", Words("Drinnen"), only_if=Condition("from", ("near", "far")))
    sheets = [{"from": name, "inside": 2} for name in ("near", "far") for _one in range(12)] + [{"from": "other"}]
    assert {cell.verdict for cell in cells(broken_down([FROM, inside], sheets)["from"]["inside"]).values()} == {
        "shown", "few",
    }  # fmt: skip


def test_a_question_to_one_group_has_no_figure_where_all_are_of_one_company_and_one_role() -> None:
    employer, role = by("works", "employer", "a", "b"), by("does", "role", "x", "y")
    leads = Question("leads", "agreement", Words("Leiten"), only_if=Condition("does", ("x",)))
    asked = [employer, role, FROM, ASKED, leads]

    def answered(works: str, does: str) -> dict[str, object]:
        return {"works": works, "does": does, "from": "near", "q": 2} | ({"leads": 4} if does == "x" else {})

    sheets = [answered("a", "x") for _one in range(12)] + [answered("b", "y") for _one in range(15)]
    assert "leads" not in figures_shown(asked, sheets)
    assert "leads" not in broken_down(asked, sheets)["from"]
    mixed = [*sheets, answered("b", "x")]
    assert figures_shown(asked, mixed).keys() >= {"q", "leads"}
    assert "leads" in broken_down(asked, mixed)["from"]
