"""Questions as values: what may be asked, what may be answered, and what makes two of them the same."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from feedback import library, questions
from feedback.questions import (
    KINDS,
    MOST_OPTIONS,
    MOST_QUESTIONS,
    SCALES,
    Condition,
    Option,
    Question,
    QuestionsRefused,
    Words,
)
from tests.conftest import few


def options(*codes: str) -> tuple[Option, ...]:
    return tuple(Option(code, Words(code.upper(), f"{code} (en)")) for code in codes)


def one(kind: str, code: str = "q", **more: Any) -> Question:
    offered = options("a", "b", "c") if kind in ("choice", "choices", "ranking", "matrix") else ()
    return Question(code, kind, Words("Wie?", "How?"), **{"options": offered, **more})


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("stars", [1, 5], [0, 6, -1, "3", 3.0, True, [3], {"q": 3}]),
        ("agreement", [1, 5], [0, 6]),
        ("satisfaction", [1, 5], [0, 6]),
        ("knowledge", [1, 5], [0, 6]),
        ("recommendation", [0, 10], [-1, 11, False]),
        ("smileys", [1, 3], [0, 4]),
        ("choice", ["a", "c"], ["d", "", 1, ["a"], {"a": 1}]),
        ("choices", [["a"], ["c", "a", "b"]], [[], ["a", "a"], ["d"], "a", [["a"]], [1], {"a": 1}]),
        ("ranking", [["c", "a", "b"]], [["a", "b"], ["a", "b", "b"], ["a", "b", "d"], "abc", [["a"], ["b"], ["c"]]]),
        ("matrix", [{"a": 1}, {"a": 1, "c": 5}], [{}, {"a": 0}, {"d": 1}, {"a": True}, {"a": "1"}, ["a"], "a"]),
        ("line", ["x", "x" * 200], ["", "x" * 201, 1, ["x"]]),
        ("text", ["x", "x" * 1000], ["", "x" * 1001, {"x": 1}]),
        ("unknown", [], [1, "a"]),
    ],
)
def test_which_answers_fit(kind: str, good: list[Any], bad: list[Any]) -> None:
    question = one(kind)
    assert [value for value in good if not questions.fits(question, value)] == []
    assert [value for value in bad if questions.fits(question, value)] == []
    assert (questions.fits(question, None), questions.fits(replace(question, required=True), None)) == (True, False)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["a", "b", "", "x" * 2000]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abcd"), inner, max_size=4),
    max_leaves=6,
)


@effort(max_examples=few(400), deadline=None)
@given(kind=st.sampled_from((*KINDS, "unknown")), value=_json)
def test_whatever_an_answer_is_it_fits_or_not(kind: str, value: Any) -> None:
    assert questions.fits(one(kind), value) in (True, False)


@pytest.mark.parametrize("code", [offered.code for offered in library.LIBRARY])
def test_the_library_can_be_asked_and_comes_back_from_storage(code: str) -> None:
    offered = next(each for each in library.LIBRARY if each.code == code)
    for moment in offered.moments:
        asked = library.questions_of(code, moment)
        assert asked is not None
        questions.check(asked)
        assert questions.from_json(questions.as_json(asked)) == asked
        assert all(question.text.en and question.text.en != question.text.de for question in asked)
        codes = [question.code for question in questions.with_twins(asked)]
        assert len(codes) == len(set(codes))


@pytest.mark.parametrize(("moment", "number"), [("before", 10), ("after", 10), ("later", 3)])
def test_who_got_no_place_is_asked_the_same_words_and_nothing_about_the_dialogue(moment: str, number: int) -> None:
    asked, of_all = (library.questions_of("instrument", moment, audience) for audience in ("waiting", "came"))
    assert asked is not None
    assert of_all is not None
    assert (len(asked), all(question in of_all for question in asked)) == (number, True)
    assert [each.code for each in library.offered((moment,), "waiting")] == ["instrument"]
    assert {each.code for each in library.offered((moment,))} >= {"instrument"}


def test_everything_a_question_has_comes_back_from_storage() -> None:
    asked = (
        one("choice", "art", group="role", required=True),
        one("matrix", "teile", only_if=Condition("art", ("a", "b")), reverse=True),
    )
    assert questions.from_json(questions.as_json(asked)) == asked
    assert questions.as_json((Question("q", "line", Words("Was?")),)) == [
        {"code": "q", "kind": "line", "text": {"de": "Was?"}}
    ]


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ((), "Die Umfrage hat keine Fragen. Bitte schreiben Sie mindestens eine."),
        (
            tuple(one("line", f"q{number}") for number in range(MOST_QUESTIONS + 1)),
            "Das sind zu viele Fragen. Höchstens 40 sind möglich.",
        ),
        (
            tuple(one("matrix", f"q{number}", options=options(*"abcdefghijkl")) for number in range(26)),
            "Das sind zusammen zu viele Antworten und Zeilen. Bitte kürzen Sie.",
        ),
        ((one("line"), one("text")), "Frage 2: Ihr Kürzel fehlt, ist zu lang oder kommt zweimal vor."),
        ((one("slider"),), "Frage 1: Diese Art von Frage gibt es nicht."),
        ((Question("q", "line", Words("")),), "Frage 1: Der Text fehlt."),
        (
            (one("choice", options=options("a")),),
            "Frage 1: Bitte nennen Sie die Antworten, jede in einer eigenen Zeile.",
        ),
        (
            (one("matrix", options=()),),
            "Frage 1: Bitte nennen Sie die Antworten, jede in einer eigenen Zeile.",
        ),
        (
            (one("choices", options=options(*(f"o{number}" for number in range(MOST_OPTIONS + 1)))),),
            "Frage 1: Höchstens 12 verschiedene Antworten sind möglich.",
        ),
        ((one("choice", options=options("a", "a")),), "Frage 1: Höchstens 12 verschiedene Antworten sind möglich."),
        (
            (one("line", only_if=Condition("q", ("a",))),),
            "Frage 1: Sie hängt von einer Frage ab, die nicht vor ihr steht.",
        ),
        (
            (one("choice"), one("line", "r", only_if=Condition("q", ("z",)))),
            "Frage 2: Sie hängt von einer Antwort ab, die es bei jener Frage nicht gibt.",
        ),
        (
            (one("text"), one("line", "r", only_if=Condition("q", ("ja",)))),
            "Frage 2: Sie hängt von einer Antwort ab, die es bei jener Frage nicht gibt.",
        ),
        (
            (one("choice"), one("line", "r", only_if=Condition("q", ()))),
            "Frage 2: Sie hängt von einer Antwort ab, die es bei jener Frage nicht gibt.",
        ),
        ((one("choices", group="role"),), "Frage 1: Nur nach einer Auswahl lässt sich das Ergebnis aufteilen."),
        (
            (one("choice"), one("choice", "r", group="employer", only_if=Condition("q", ("a",)))),
            "Frage 2: Wonach das Ergebnis aufgeteilt wird, müssen alle gefragt werden.",
        ),
        ((one("choice", group="age"),), "Frage 1: Nur nach einer Auswahl lässt sich das Ergebnis aufteilen."),
        (
            tuple(one("choice", f"q{number}", group="group") for number in range(6)),
            "Nach höchstens 5 Fragen lässt sich das Ergebnis aufteilen.",
        ),
    ],
)
def test_what_does_not_fit_together_is_refused(asked: tuple[Question, ...], sentence: str) -> None:
    with pytest.raises(QuestionsRefused) as caught:
        questions.check(asked)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    "code", ["", "x" * 17, "a.b", "a b", "ä", "q_einfach", "woerter", "fassung", "seite", "schritt", "weiss_nicht"]
)
def test_a_code_that_the_form_needs_for_itself_is_refused(code: str) -> None:
    with pytest.raises(QuestionsRefused):
        questions.check((one("line", code),))


@pytest.mark.parametrize("code", ["", "weiss_nicht", "a.b"])
def test_an_option_that_nobody_could_choose_is_refused(code: str) -> None:
    with pytest.raises(QuestionsRefused):
        questions.check((one("choice", options=options("a", code)),))


def test_conditions_on_steps_and_choices_are_taken() -> None:
    questions.check(
        (
            one("recommendation"),
            one("choices", "r", only_if=Condition("q", ("0", "10"))),
            one("line", "s", only_if=Condition("r", ("a", "b"))),
        )
    )


def test_any_word_makes_another_version_and_another_item() -> None:
    first = one("choice", required=True)
    changed = [
        replace(first, text=Words("Wie?", "How then?")),
        replace(first, kind="choices"),
        replace(first, options=first.options[::-1]),
        replace(first, reverse=True),
    ]
    assert len({questions.version((each,)) for each in (first, *changed)}) == 5
    assert [questions.unchanged((first,), (each,)) for each in changed] == [()] * 4
    # What is asked stays the same where it stands, whether it must be answered, and what it depends on.
    same = replace(first, required=False, group="role", only_if=Condition("x", ("1",)))
    assert questions.unchanged((first,), (one("line", "z"), same)) == ("q",)
    assert questions.version((first,)) != questions.version((same,))


def test_twins_in_plain_language_are_smileys_that_nobody_must_answer() -> None:
    asked = (
        replace(one("agreement", "n", required=True), text=Words("Lang", "Long", "Kurz")),
        replace(one("choice", "o"), text=Words("Lang", "", "Kurz")),
        one("text", "t"),
    )
    twins = questions.in_plain_language(asked)
    assert [(twin.code, twin.kind, twin.text.de, twin.required) for twin in twins] == [
        ("n_einfach", "smileys", "Kurz", False),
        ("o_einfach", "choice", "Kurz", False),
    ]
    assert [option.code for option in twins[1].options] == ["a", "b", "c"]
    assert questions.with_twins(asked) == (*asked, *twins)
    assert questions.in_plain_language(asked[2:]) == ()


@pytest.mark.parametrize(
    ("kind", "given", "applies"),
    [
        ("choice", "a", True),
        ("choice", "b", False),
        ("choice", None, False),
        ("choices", ["b", "a"], True),
        ("choices", ["b"], False),
        ("stars", 1, True),
        ("stars", 3, False),
    ],
)
def test_a_question_that_depends_on_an_answer(kind: str, given: Any, applies: bool) -> None:
    asked = (one(kind), one("line", "r", only_if=Condition("q", ("a", "1"))))
    assert (asked[1] in questions.asked(asked, {"q": given})) is applies
    assert asked[1] not in questions.asked(asked, {})


def test_every_scale_has_its_ends() -> None:
    assert all(first < last for first, last in SCALES.values())
