"""What is asked, and what of the answers is shown, against values worked out by hand."""

from datetime import UTC, datetime, timedelta

import pytest

from events.models import Dialogue
from feedback import letters, library, results, rules
from feedback.models import Survey
from kit import i18n

NOW = datetime(2027, 4, 24, 21, tzinfo=UTC)
ASKED = library.questions_of(library.RATING, rules.AFTER)


def test_mean_and_interval_by_hand() -> None:
    # Values 1 2 3 4 5: mean 3, variance 10/4, half width 2.776445 * sqrt(2.5 / 5) = 1.963243.
    found = results.summarise([1, 2, 3, 4, 5, None])
    assert (found.counts, found.missing, found.number, found.mean) == ((1, 1, 1, 1, 1), 1, 5, 3.0)
    assert (found.low, found.high) == (pytest.approx(1.0367568, abs=1e-6), pytest.approx(4.9632432, abs=1e-6))


def test_ten_values_by_hand() -> None:
    # 4 x 5, 4 x 4, 2 x 2: mean 4, squares 4 + 0 + 8 = 12, variance 12/9, half 2.2621572 * sqrt(12/90) = 0.8260230.
    found = results.summarise([5, 5, 5, 5, 4, 4, 4, 4, 2, 2])
    assert found.mean == 4.0
    assert (found.low, found.high) == (pytest.approx(3.1739770, abs=1e-6), pytest.approx(4.8260230, abs=1e-6))
    assert (found.agreeing, found.disagreeing) == (8, 2)


def test_equal_answers_have_no_interval() -> None:
    found = results.summarise([4] * 6)
    assert (found.mean, found.low, found.high) == (4.0, None, None)


@pytest.mark.parametrize(
    ("moment", "audience", "asked_before", "asked"),
    [
        ("before", "confirmed", False, True),
        ("before", "confirmed", True, True),
        ("before", "waiting", True, False),
        ("after", "came", True, True),
        ("later", "came", True, True),
        # Without a survey before there is nothing to pair with.
        ("after", "came", False, False),
        ("later", "came", False, False),
        ("after", "waiting", True, False),
        ("later", "waiting", True, False),
        # What hosts say, in the room, of the initiative itself.
        ("after", "anybody", True, False),
        ("live", "anybody", True, False),
        ("open", "anybody", False, False),
    ],
)
def test_three_words_are_asked_where_they_can_make_a_pair(
    moment: str, audience: str, asked_before: bool, asked: bool
) -> None:
    assert rules.asks_signs(moment=moment, audience=audience, asked_before=asked_before) == asked


@pytest.mark.parametrize(
    ("moment", "audience", "number", "again", "subject"),
    [
        ("before", "confirmed", 10, False, "Vor dem Dialog: was denken Sie? Zu „Kran“"),
        ("before", "waiting", 10, False, "Vor dem Dialog: was denken Sie? Zu „Kran“"),
        ("after", "came", 4, False, "Wie war es? Eine Minute zu „Kran“"),
        ("after", "came", 17, False, "Wie war es? 4 Minuten zu „Kran“"),
        ("later", "came", 6, False, "Was ist geblieben? Einige Wochen nach „Kran“"),
        ("after", "waiting", 10, False, "Ihre Sicht auf die Industrie. Zu „Kran“"),
        ("later", "waiting", 3, False, "Ihre Sicht auf die Industrie. Zu „Kran“"),
        ("later", "waiting", 3, True, "Ihre Antwort fehlt noch: „Kran“"),
    ],
)
def test_the_subject_is_true_for_whom_it_asks(
    moment: str, audience: str, number: int, again: bool, subject: str
) -> None:
    survey = Survey(initiative_id="i", moment=moment, audience=audience, questions=[{}] * number)
    with i18n.use("de"):
        assert letters.subject_of(survey, Dialogue(title="Kran"), again=again) == subject
    with i18n.use("en"):
        assert letters.subject_of(survey, Dialogue(title="Kran"), again=again) != subject


def _sheets(count: int, **more: object) -> list[dict[str, object]]:
    return [
        {"stars": 1 + number % 5, "heard": 3, "critical": None, "text": f"Text {number}", **more}
        for number in range(count)
    ]


@pytest.mark.parametrize(("count", "codes"), [(0, []), (4, []), (5, ["stars", "heard"]), (9, ["stars", "heard"])])
def test_figures_from_five(count: int, codes: list[str]) -> None:
    assert list(results.figures_shown(ASKED, _sheets(count))) == codes


def test_a_question_needs_five_answers_of_its_own() -> None:
    sheets = [*_sheets(4, critical=5), *_sheets(6)]
    assert list(results.figures_shown(ASKED, sheets)) == ["stars", "heard"]
    sheets = [*_sheets(5, critical=5), *_sheets(5)]
    assert list(results.figures_shown(ASKED, sheets)) == ["stars", "heard", "critical"]


@pytest.mark.parametrize(("count", "texts"), [(4, 0), (5, 0), (9, 0), (10, 10), (11, 11)])
def test_texts_from_ten(count: int, texts: int) -> None:
    assert len(results.texts_shown(ASKED, _sheets(count))) == texts


def test_figures_survive_storage() -> None:
    stored = results.figures_shown(ASKED, _sheets(7))["stars"]
    assert results.figure({**stored, "counts": list(stored["counts"])}) == results.summarise([1, 2, 3, 4, 5, 1, 2])


@pytest.mark.parametrize(
    ("state", "hours", "days", "expected"),
    [
        ("published", 1, 14, True),
        ("held", 1, 14, True),
        ("closed", 24 * 20, 14, True),
        ("cancelled", 1, 14, False),
        ("postponed", 1, 14, False),
        ("draft", 1, 14, False),
        ("published", -1, 14, False),
        ("published", 1, 0, False),
        ("held", 24 * 31, 14, False),
    ],
)
def test_which_dialogues_are_asked_about(state: str, hours: int, days: int, expected: bool) -> None:
    assert rules.wanted(state=state, ends_at=NOW - timedelta(hours=hours), survey_days=days, now=NOW) is expected


def test_a_survey_closes_at_the_second() -> None:
    assert rules.takes_answers(state="open", closes_at=NOW, now=NOW - timedelta(seconds=1)) is True
    assert rules.takes_answers(state="open", closes_at=NOW, now=NOW) is False
    assert rules.takes_answers(state="closed", closes_at=NOW + timedelta(days=1), now=NOW) is False
