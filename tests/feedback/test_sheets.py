"""A posted sheet read against its questions: every kind read and refused, page by page."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from feedback import library, pairing, questions, sheets
from feedback.questions import KINDS, Condition, Question
from feedback.sheets import PAGE_LENGTH, names, pages, read
from tests.conftest import few
from tests.feedback.test_questions import one

UNKNOWN = "Diese Antwort kennen wir nicht. Bitte wählen Sie eine der Antworten aus."
PLACES = "Bitte geben Sie jeden Platz genau einmal, oder lassen Sie alle leer. Noch frei: Platz %s."


@pytest.mark.parametrize(
    ("kind", "posted", "value"),
    [
        ("stars", {"q": ["5"]}, 5),
        ("recommendation", {"q": ["0"]}, 0),
        ("recommendation", {"q": ["10"]}, 10),
        ("smileys", {"q": ["weiss_nicht"]}, None),
        ("agreement", {"q": ["2", "5"]}, 2),
        ("choice", {"q": ["b"]}, "b"),
        ("choice", {"q": ["weiss_nicht"]}, None),
        ("choices", {"q": ["c", "", "a"]}, ["c", "a"]),
        ("choices", {"q": [""]}, None),
        ("ranking", {"q.a": ["3"], "q.b": ["1"], "q.c": ["2"]}, ["b", "c", "a"]),
        ("ranking", {"q.a": [""], "q.b": [""]}, None),
        ("matrix", {"q.a": ["5"], "q.b": ["weiss_nicht"]}, {"a": 5}),
        ("matrix", {"q.b": ["weiss_nicht"]}, None),
        ("line", {"q": ["  zwei\n Wörter "]}, "zwei Wörter"),
        ("text", {"q": ["<b>eins</b>\r\nzwei\0\u202e"]}, "<b>eins</b>\nzwei"),
        ("text", {"q": ["   "]}, None),
        ("text", {"q": ["ä" * 1000]}, "ä" * 1000),
        ("stars", {}, None),
    ],
)
def test_what_is_read(kind: str, posted: dict[str, list[str]], value: Any) -> None:
    found = read((one(kind),), posted)
    assert (found.answers, found.errors) == ({"q": value}, {})


@pytest.mark.parametrize(
    ("kind", "posted", "sentence"),
    [
        ("stars", {"q": ["0"]}, UNKNOWN),
        ("stars", {"q": ["6"]}, UNKNOWN),
        ("stars", {"q": ["٣"]}, UNKNOWN),
        ("stars", {"q": [" 3"]}, UNKNOWN),
        ("stars", {"q": ["-1"]}, UNKNOWN),
        ("stars", {"q": ["3.0"]}, UNKNOWN),
        ("stars", {"q": ["9" * 100_000]}, UNKNOWN),
        ("recommendation", {"q": ["11"]}, UNKNOWN),
        ("choice", {"q": ["<script>"]}, UNKNOWN),
        ("choices", {"q": ["a", "a"]}, UNKNOWN),
        ("choices", {"q": ["a", "z"]}, UNKNOWN),
        ("choices", {"q": ["weiss_nicht"]}, UNKNOWN),
        ("ranking", {"q.a": ["1"], "q.b": ["1"], "q.c": ["2"]}, PLACES % "3"),
        ("ranking", {"q.a": ["1"]}, PLACES % "2, 3"),
        ("ranking", {"q.a": ["1"], "q.b": ["2"], "q.c": ["weiss_nicht"]}, PLACES % "3"),
        ("ranking", {"q.a": ["0"], "q.b": ["1"], "q.c": ["2"]}, PLACES % "3"),
        ("matrix", {"q.a": ["6"]}, UNKNOWN),
        ("line", {"q": ["x" * 201]}, "Das sind 201 Zeichen. Bitte kürzen Sie den Text auf höchstens 200."),
        ("text", {"q": ["x" * 1001]}, "Das sind 1001 Zeichen. Bitte kürzen Sie den Text auf höchstens 1000."),
        ("text", {"q": ["e\u0301" * 50_000]}, "Das sind 100000 Zeichen. Bitte kürzen Sie den Text auf höchstens 1000."),
    ],
)
def test_what_is_refused(kind: str, posted: dict[str, list[str]], sentence: str) -> None:
    found = read((one(kind),), posted)
    assert (found.answers, found.errors) == ({}, {"q": sentence})


@pytest.mark.parametrize("kind", KINDS)
def test_a_required_question_without_an_answer(kind: str) -> None:
    found = read((one(kind, required=True),), {"q": ["weiss_nicht"]} if kind in questions.SCALES else {})
    missing = (
        "Die Sterne fehlen. Bitte wählen Sie einen bis fünf."
        if kind == "stars"
        else "Diese Antwort brauchen wir. Bitte wählen Sie eine aus."
    )
    assert (found.answers, found.errors) == ({}, {"q": missing})


CHAIN = (
    one("choice", "a"),
    one("choice", "b", only_if=Condition("a", ("a",))),
    one("line", "c", only_if=Condition("b", ("b",)), required=True),
)


@pytest.mark.parametrize(
    ("posted", "answers", "errors"),
    [
        ({"a": ["a"], "b": ["b"], "c": ["x"]}, {"a": "a", "b": "b", "c": "x"}, []),
        ({"a": ["a"], "b": ["c"], "c": ["x"]}, {"a": "a", "b": "c"}, []),
        # What hangs on an answer that is not asked any more is not asked either, whatever came along.
        ({"a": ["b"], "b": ["b"], "c": ["x"]}, {"a": "b"}, []),
        ({"b": ["b"], "c": ["x"]}, {"a": None}, []),
        ({"a": ["z"], "b": ["b"], "c": ["x"]}, {}, ["a"]),
        ({"a": ["a"], "b": ["b"]}, {"a": "a", "b": "b"}, ["c"]),
    ],
)
def test_conditional_questions(posted: dict[str, list[str]], answers: dict[str, str], errors: list[str]) -> None:
    found = read(CHAIN, posted)
    assert (found.answers, list(found.errors)) == (answers, errors)


@pytest.mark.parametrize(
    ("typed", "phrase", "fault"),
    [
        ("", False, False),
        ("   ", False, False),
        ("{0} {1} {2}", True, False),
        ("{0}-{1}-{2}", True, False),
        ("{0}x {1} {2}", True, False),
        ("{0} {1}", False, True),
        ("Das gibt es nicht", False, True),
        ("<script>", False, True),
        ("x" * 100_000, False, True),
    ],
)
def test_three_words(typed: str, phrase: bool, fault: bool) -> None:
    drawn = pairing.draw()
    found = read((one("line"),), {"woerter": [typed.format(*drawn)]})
    assert found.phrase == (drawn if phrase else None)
    assert list(found.errors) == (["woerter"] if fault else [])


def test_pages_of_six_and_none_with_one_question_alone() -> None:
    def lengths(count: int) -> list[int]:
        return [len(page) for page in pages([one("stars", f"q{number}") for number in range(count)])]

    assert [lengths(count) for count in (0, 1, 6, 7, 8, 12, 13, 14)] == [
        [0],
        [1],
        [6],
        [7],
        [6, 2],
        [6, 6],
        [6, 7],
        [6, 6, 2],
    ]


def test_a_matrix_counts_its_rows_and_a_dependent_question_waits_for_its_page() -> None:
    rows = one("matrix", "m")
    asked = [one("stars", f"q{number}") for number in range(5)]
    assert [len(page) for page in pages([*asked, rows, one("stars", "z")])] == [5, 2]
    assert [len(page) for page in pages([*asked, rows])] == [5, 1]
    assert [[each.code for each in page] for page in pages(CHAIN)] == [["a"], ["b"], ["c"]]


def _kinds() -> st.SearchStrategy[tuple[Question, ...]]:
    """Up to eight questions of any kind; some must be answered, some hang on the answer before."""

    def build(drawn: list[tuple[str, bool, bool]]) -> tuple[Question, ...]:
        found: list[Question] = []
        for number, (kind, required, depends) in enumerate(drawn):
            only_if = Condition(found[-1].code, ("a", "1", "2")) if depends and found else None
            found.append(one(kind, f"q{number}", required=required, only_if=only_if))
        return tuple(found)

    return st.lists(st.tuples(st.sampled_from(KINDS), st.booleans(), st.booleans()), min_size=1, max_size=16).map(build)


_values = st.lists(
    st.sampled_from(["", "1", "2", "3", "a", "b", "weiss_nicht", "-1", "99", "١", "²", "1e3", "\ud800", "x" * 5000])
    | st.text(max_size=30),
    max_size=3,
)


@effort(max_examples=few(200), deadline=None)
@given(asked=_kinds(), data=st.data())
def test_whatever_is_posted_is_an_answer_that_fits_or_an_error(asked: tuple[Question, ...], data: Any) -> None:
    fields = [name for question in asked for name in names(question)]
    posted = data.draw(st.dictionaries(st.sampled_from([*fields, "woerter", "q9", ""]), _values))
    found = read(asked, posted)
    by_code = {question.code: question for question in asked}
    assert found.answers.keys().isdisjoint(found.errors)
    assert all(questions.fits(by_code[code], value) for code, value in found.answers.items())
    assert found.errors.keys() <= {*by_code, "woerter"}
    for question in questions.asked(asked, found.answers):
        if question.only_if is None or question.only_if.code in found.answers:
            assert question.code in found.answers or question.code in found.errors
    # Read again, what was read stays what it is: a page that carries answers along loses none.
    again = {name: list(values) for name, values in posted.items()}
    assert read(asked, again) == found


@effort(max_examples=few(200), deadline=None)
@given(asked=_kinds())
def test_every_question_stands_on_one_page_after_the_one_it_hangs_on(asked: tuple[Question, ...]) -> None:
    found = pages(asked)
    assert [question for page in found for question in page] == list(asked)
    assert all(page for page in found)
    place = {question.code: number for number, page in enumerate(found) for question in page}
    assert all(place[each.only_if.code] < place[each.code] for each in asked if each.only_if)
    assert all(len(page) <= PAGE_LENGTH + 1 for page in found)


@pytest.mark.parametrize("offered", library.LIBRARY, ids=lambda each: each.code)
def test_every_sheet_of_the_library_can_be_sent_empty_but_for_what_is_required(offered: library.Offered) -> None:
    for moment in offered.moments:
        asked = library.questions_of(offered.code, moment)
        assert asked is not None
        for form in (asked, questions.in_plain_language(asked)):
            needed = {question.code: ["1"] for question in form if question.required}
            assert sheets.read(form, needed).errors == {}
            assert set(sheets.read([replace(each, required=False) for each in form], {}).answers.values()) <= {None}
