"""The short instrument as values, and the sentences about a change. Expectations from domain.md 5.2 and 5.5."""

from dataclasses import replace

import pytest

from feedback import findings, instrument
from feedback.instrument import FACETS, ITEMS, SCALES, Item, asked, score, unchanged, version
from feedback.statistics import Change, NotEnough, change
from kit import i18n

FACET = {facet.code: facet for facet in FACETS}


def test_what_is_asked_when() -> None:
    before = ["N1", "N2", "U1", "S1", "T1", "A1", "E1", "E2", "K1", "P1"]
    assert [item.code for item in asked("before")] == before
    assert [item.code for item in asked("after")] == [*before, "D1", "D2", "Z1", "W1", "V1", "V0", "F1"]
    assert [item.code for item in asked("later")] == ["N2", "T1", "E1", "H1", "H2", "H3"]
    assert [item.code for item in asked("before", plain=True)] == ["N2", "U1", "S1", "T1", "E2"]
    # Who was not there is asked the same, and nothing about the dialogue.
    assert asked("before", there=False) == asked("before")
    assert [item.code for item in asked("after", there=False)] == before
    assert [item.code for item in asked("later", there=False)] == ["N2", "T1", "E1"]
    assert {item.scale for item in ITEMS} == SCALES.keys() - {"smileys"}
    assert [len(SCALES[name]) for name in ("agreement", "smileys", "satisfaction", "knowledge")] == [5, 3, 5, 5]


def test_each_item_of_both_times_is_in_one_facet() -> None:
    assert sorted(code for facet in FACETS for code in facet.items) == sorted(item.code for item in asked("before"))
    assert [facet.code for facet in FACETS if facet.side != "rational"] == ["interest", "critique", "project"]


@pytest.mark.parametrize(
    ("facet", "answers", "expected"),
    [
        ("benefit", {"N1": 4}, 4),
        ("interest", {"E1": 2, "E2": 5}, 3.5),
        # A missing one is no 3, and half a facet is none.
        ("interest", {"E1": 2, "E2": None}, None),
        ("interest", {"E1": 2}, None),
        ("project", {}, None),
        # Much criticism is a low place.
        ("critique", {"K1": 5}, 1),
        ("critique", {"K1": 2}, 4),
    ],
)
def test_scores(facet: str, answers: dict[str, int | None], expected: float | None) -> None:
    assert score(FACET[facet], answers) == expected


def english(message: str) -> str:
    with i18n.use("en"):
        return i18n.gettext(message)


def test_a_version_is_its_content() -> None:
    found = version(english)
    first, *rest = ITEMS
    others = [
        version(english, (replace(first, text=first.text + " "), *rest)),
        version(english, (replace(first, reverse=True), *rest)),
        version(english, (replace(first, moments=("after",)), *rest)),
        version(english, (*rest, first)),
        version(lambda message: english(message).replace("companies", "firms")),
    ]
    assert (len(found), len({found, *others}), version(english)) == (12, 6, found)


def test_changed_items_are_told_apart() -> None:
    new = (replace(ITEMS[0], text="Anders"), *ITEMS[1:3], Item("X1", "Neu"))
    assert unchanged(ITEMS, new) == ("N2", "U1")


@pytest.mark.parametrize("item", [item for item in ITEMS if item.plain])
def test_plain_sentences_are_short(item: Item) -> None:
    assert max(len(sentence.split()) for sentence in item.plain.replace(":", ".").split(".")) <= 8


def told(*differences: float, language: str = "de") -> str:
    found = change([3] * len(differences), [3 + each for each in differences])
    with i18n.use(language):
        return findings.change_words(i18n.gettext("Nutzen vor Ort"), found)


def test_better_worse_and_neither_are_told_alike() -> None:
    # Ten pairs: mean 0.6, standard error 0.163299, t 2.262157, so 0.2306 to 0.9694.
    ups = (1, 1, 1, 1, 1, 1, 0, 0, 0, 0)
    assert told(*ups) == (
        "Nutzen vor Ort: nach dem Dialog höher, im Mittel um 0,6 Punkte, Bereich 0,2 bis 1,0, 10 Paare."
    )
    assert told(*(-each for each in ups)) == (
        "Nutzen vor Ort: nach dem Dialog niedriger, im Mittel um 0,6 Punkte, Bereich 0,2 bis 1,0, 10 Paare."
    )
    # Five pairs: mean -0.2, standard error 0.583095, t 2.776445, so -1.8189 to 1.4189.
    assert told(-2, 1, 1, 0, -1) == (
        "Nutzen vor Ort: keine klare Änderung. Im Mittel −0,2 Punkte, Bereich −1,8 bis +1,4, 5 Paare."
    )
    assert told(*ups, language="en") == (
        "Benefit here: higher after the dialogue, by 0.6 points on average, range 0.2 to 1.0, 10 pairs."
    )


def test_too_few_and_all_the_same() -> None:
    assert told(1, 1, 0, 1) == "Nutzen vor Ort: Zu wenige Menschen haben beide Male geantwortet."
    assert told(1, 1, 1, 1) == told() == told(1, 1, 0, 1)
    assert told(*[0] * 6) == "Nutzen vor Ort: keine Änderung. Alle 6 haben beide Male gleich geantwortet."
    assert told(*[-1] * 6) == ("Nutzen vor Ort: bei allen 6 dieselbe Änderung, −1,0 Punkte. Ein Bereich fehlt deshalb.")


@pytest.mark.parametrize(
    ("differences", "expected"),
    [((0, 1, 1, 1, 1, 1), "higher"), ((0, 0, 0, 0, 1), "unclear"), ((0, -1, -1, -1, -1, -1), "lower")],
)
def test_directions(differences: tuple[int, ...], expected: str) -> None:
    found = change([3] * len(differences), [3 + each for each in differences])
    assert isinstance(found, Change)
    assert findings.direction(found) == expected
    assert findings.direction(NotEnough(9, "same", 0)) == "same"


@pytest.mark.parametrize("language", i18n.CODES)
def test_the_limits_stand_in_each_language(language: str) -> None:
    with i18n.use(language):
        assert len(set(findings.limits())) == 3
        assert len(set(findings.limits()) & set(findings.limits(others_asked=True))) == 2
        assert len({i18n.gettext(item.text) for item in instrument.ITEMS}) == len(ITEMS)
