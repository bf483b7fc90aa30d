"""Figures of every kind of question, against values worked out by hand; as pictures and as tables."""

import pytest

from feedback import results
from feedback.pictures import row, rows
from feedback.questions import Option, Question, Words, in_plain_language
from feedback.results import Choice, Figure, Matrix, Net, Ranking
from feedback.tables import tables
from kit import i18n


@pytest.fixture(autouse=True)
def german():
    with i18n.use("de"):
        yield


def asking(kind: str, *options: str, code: str = "q") -> Question:
    return Question(code, kind, Words(f"Frage {code}?"), tuple(Option(each, Words(each.upper())) for each in options))


def sheets(*values: object) -> list[dict[str, object]]:
    return [{"q": value} for value in values]


def test_from_0_to_10_with_its_score() -> None:
    # Two promoters, two detractors, one between: score 0, variance 4/4, half width 2.776445 * sqrt(1 / 5) = 1.2417.
    found = results.summed_up(asking("recommendation"), sheets(10, 9, 8, 6, 0, None))
    assert isinstance(found, Figure)
    assert (found.counts, found.missing, found.mean) == ((1, 0, 0, 0, 0, 0, 1, 0, 1, 1, 1), 1, 6.6)
    assert (found.disagreeing, found.between, found.agreeing) == (2, 1, 2)
    assert found.net == Net(0.0, -100.0, 100.0)
    shown = row(asking("recommendation"), found)
    assert [(part.step, part.label) for part in shown.segments] == [(1, "2"), (3, "1"), (5, "2")]
    assert shown.finding == "9 oder 10: 2 von 5. 0 bis 6: 2 von 5. 7 oder 8: 1 von 5."
    assert shown.score.endswith("95-Prozent-Bereich: \N{MINUS SIGN}100 bis +100.")
    assert shown.ticks == (("5.00%", 0), ("50.00%", 5), ("95.00%", 10))


def test_three_faces() -> None:
    found = results.summed_up(asking("smileys"), sheets(1, 2, 3, 3, 3))
    assert isinstance(found, Figure)
    assert (found.counts, found.mean, found.agreeing, found.disagreeing) == ((1, 1, 3), 2.4, 3, 1)
    assert row(asking("smileys"), found).finding == "Stimmt: 3 von 5. Stimmt nicht: 1 von 5. Stimmt zum Teil: 1 von 5."


def test_a_choice_has_a_share_for_each_option() -> None:
    found = results.summed_up(asking("choice", "ja", "nein"), sheets("ja", "ja", "ja", "ja", "nein", None))
    assert found == Choice({"ja": 4, "nein": 1}, 5, 1)
    # Wilson for 4 of 5: 37.6 to 96.4 per cent.
    assert [round(each, 3) for each in (found.share("ja").low, found.share("ja").high)] == [0.376, 0.964]
    assert [bar.value for bar in row(asking("choice", "ja", "nein"), found).bars] == [
        "4 von 5 (Bereich 38 bis 96\u202f%)",
        "1 von 5 (Bereich 4 bis 62\u202f%)",
    ]


def test_several_choices_need_not_make_a_whole() -> None:
    found = results.summed_up(asking("choices", "a", "b", "c"), sheets(["a", "b"], ["a"], ["a"], ["b", "a"], ["a"]))
    assert found == Choice({"a": 5, "b": 2, "c": 0}, 5, 0)


def test_a_ranking_is_told_from_the_best_mean_place_on() -> None:
    asked = asking("ranking", "a", "b", "c")
    found = results.summed_up(
        asked, sheets(["b", "a", "c"], ["b", "a", "c"], ["b", "c", "a"], ["a", "b", "c"], ["b", "a", "c"])
    )
    assert found == Ranking({"a": (1, 3, 1), "b": (4, 1, 0), "c": (0, 1, 4)}, 5, 0)
    assert [(bar.label, bar.value) for bar in row(asked, found).bars] == [
        ("B", "im Mittel Platz 1,2, auf Platz 1: 4 von 5"),
        ("A", "im Mittel Platz 2,0, auf Platz 1: 1 von 5"),
        ("C", "im Mittel Platz 2,8, auf Platz 1: 0 von 5"),
    ]


def test_each_row_of_a_matrix_has_its_own_threshold() -> None:
    given = [{"a": 5, "b": 1}, {"a": 4}, {"a": 4}, {"a": 3, "b": 2}, {"a": 5, "b": 2}]
    found = results.summed_up(asking("matrix", "a", "b"), sheets(*given))
    assert isinstance(found, Matrix)
    assert (found.rows["a"], found.rows["b"]) == (results.summarise([5, 4, 4, 3, 5]), None)
    assert [each.figure is None for each in row(asking("matrix", "a", "b"), found).rows] == [False, True]


@pytest.mark.parametrize("kind", ["agreement", "recommendation", "smileys", "choice", "choices", "ranking", "matrix"])
def test_no_kind_below_five(kind: str) -> None:
    value: object = {"choice": "a", "choices": ["a"], "ranking": ["a", "b"], "matrix": {"a": 1, "b": 1}}.get(kind, 2)
    asked = asking(kind, "a", "b")
    assert results.figures_shown([asked], sheets(*[value] * 4)) == {}
    assert results.figures_shown([asked], sheets(*[value] * 4, *[None] * 6)) == {}
    assert list(results.figures_shown([asked], sheets(*[value] * 5))) == ["q"]


def test_who_was_not_asked_is_not_missing() -> None:
    found = results.summed_up(asking("agreement"), [*sheets(3, 3, 4, 5, 5, None), {"other": 1}, {}])
    assert isinstance(found, Figure)
    assert (found.number, found.missing) == (5, 1)


def test_every_figure_survives_storage() -> None:
    for kind, values in (
        ("recommendation", [0, 5, 10, 10, 9]),
        ("choice", ["a"] * 5),
        ("choices", [["a", "b"]] * 5),
        ("ranking", [["a", "b"]] * 5),
        ("matrix", [{"a": 1}] * 5),
    ):
        found = results.summed_up(asking(kind, "a", "b"), sheets(*values))
        assert found is not None
        assert results.figure(results.as_json(found)) == found


def test_texts_keep_the_question_they_answer() -> None:
    asked = [asking("text", code="t"), asking("line", code="z")]
    assert results.texts_shown(
        asked, [{"t": "Laut.", "z": None}, {"t": None, "z": "Gut."}, *[{"t": None, "z": None}] * 8]
    ) == [
        ["t", "Laut."],
        ["z", "Gut."],
    ]


def test_the_key_stands_where_the_colours_begin_to_mean_something_else() -> None:
    asked = [
        asking("stars", code="a"),
        asking("agreement", code="b"),
        asking("smileys", code="c"),
        asking("choice", "x", "y", code="d"),
    ]
    figures = {
        "a": results.summarise([3] * 5),
        "b": results.summarise([3] * 5),
        "c": results.summarise([2] * 5, (1, 3)),
    }
    assert [(each.code, len(each.key)) for each in rows(figures, asked)] == [("a", 5), ("b", 0), ("c", 3), ("d", 0)]


def test_tables_hold_every_number_and_say_what_is_hidden() -> None:
    asked = [asking("agreement", code="a"), asking("choice", "x", "y", code="b"), asking("agreement", code="c")]
    figures = {"a": results.summarise([1, 2, 3, 4, 5, None]), "b": Choice({"x": 4, "y": 1}, 5, 0)}
    first, second, third = tables(rows(figures, asked))
    assert first.rows == (("Frage a?", "1", "1", "1", "1", "1", "1", "3,0", "1,0 bis 5,0"),)
    assert second.rows[0] == ("Frage b?", "X", "4", "5", "38 bis 96\u202f%")
    assert third.rows == (("Frage c?", "Nicht gezeigt, weniger als fünf Antworten auf diese Frage"),)


def test_plain_language_is_a_question_of_its_own() -> None:
    asked = Question("N2", "agreement", Words("Gut für die Region.", "", "Die Betriebe sind gut."))
    (twin,) = in_plain_language([asked])
    given = [{"N2": 5}] * 6 + [{"N2_einfach": 1}] * 5
    found = results.figures_shown([asked, twin], given)
    assert (found["N2"]["mean"], found["N2_einfach"]["mean"]) == (5.0, 1.0)
