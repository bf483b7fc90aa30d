"""Phrases that somebody keeps and types again, codes on paper, and what is stored of both."""

import random
import re
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from badges.sheet import sheet_pdf
from feedback import pairing
from feedback.pairing import code, code_traces, draw, match_codes, pairing_keys, phrase_hash, read, words, written
from kit.tokens import derived_key
from registration.ticket import ticket_pdf
from tests.pdf.reading import texts
from tests.pdf.test_badges import ADA
from tests.pdf.test_ticket import FACTS

KEYS = [b"new" * 11, b"old" * 11]
PHRASE = ("gitarre", "himbeere", "zebra")


def test_the_words() -> None:
    assert len(words()) >= 1000
    assert [word for word in words() if not re.fullmatch("[a-z]{4,10}", word)] == []


def test_one_slip_leads_back_to_the_word() -> None:
    chance = random.Random(4)
    for word in chance.sample(sorted(words()), 200):
        slip = chance.choice(sorted(pairing._one_letter_away(word)))
        assert read(f"{slip} zebra zebra") == (word, "zebra", "zebra")


def test_phrases_are_drawn_from_all_words(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(pairing.secrets, "choice", lambda found: asked.append(len(found)) or found[-1])
    assert (draw(), asked) == ((max(words()),) * 3, [len(words())] * 3)


@effort(max_examples=15, deadline=None)
@given(
    phrase=st.tuples(*[st.sampled_from(sorted(words()))] * 3),
    gap=st.sampled_from([" ", "-", "  ", " – ", ", ", "\n", "_"]),
    style=st.sampled_from([str.lower, str.upper, str.title]),
)
def test_what_was_written_is_read(phrase: tuple[str, ...], gap: str, style: object) -> None:
    assert read(written(phrase)) == phrase
    assert read(f" {gap.join(style(word) for word in phrase)}. ") == phrase


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Gitarre Himbeere Zebra", PHRASE),
        ("GITARRE-HIMBEERE-ZEBRA", PHRASE),
        ("gitarrehimbeerezebra", PHRASE),
        ("Gitarre Him-beere Zebra", PHRASE),
        ("Gitare Himbeeere Zbera", PHRASE),
        ("Gitärre Himbéere Zebra", PHRASE),
        ("Gitarré Himbeere Zebra", PHRASE),
        ("Zebra Himbeere Gitarre", PHRASE[::-1]),
        ("Gitarre Himbeere", None),
        ("Gitarre Himbeere Zebra Zebra", None),
        ("Gitarre Himbeere Fahrstuhl", None),
        ("", None),
        ("x" * 100_000, None),
        ("🦓 \x00", None),
    ],
)
def test_typed(typed: str, expected: tuple[str, ...] | None) -> None:
    assert read(typed) == expected


def test_umlauts_are_spelled_out() -> None:
    assert pairing._plain("MÜHLE Größe Ａ") == "muehle groesse ａ"


def test_a_hash_holds_for_one_pair_of_surveys_and_one_key() -> None:
    found = phrase_hash(PHRASE, scope="a", keys=KEYS)
    assert re.fullmatch("[0-9a-f]{32}", found)
    others = [
        phrase_hash(PHRASE, scope="b", keys=KEYS),
        phrase_hash(PHRASE, scope="a", keys=KEYS[1:]),
        phrase_hash(PHRASE[::-1], scope="a", keys=KEYS),
    ]
    assert len({found, *others}) == 4
    assert phrase_hash(PHRASE, scope="a", keys=KEYS[:1]) == found


def test_pairs_survive_a_change_of_keys() -> None:
    before = phrase_hash(PHRASE, scope="a", keys=KEYS[1:])
    assert phrase_hash(PHRASE, scope="a", keys=KEYS, known={before}) == before
    assert phrase_hash(PHRASE, scope="a", keys=KEYS, known={"0" * 32}) == phrase_hash(PHRASE, scope="a", keys=KEYS[:1])
    traces = code_traces("AB12CD", scope="a", keys=KEYS[1:])
    after = code_traces("AB12CX", scope="a", keys=KEYS, known=set(traces))
    assert match_codes([traces], [after]) == [(0, 0)]


def test_the_keys_are_of_their_own_and_follow_the_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairing, "settings", lambda: SimpleNamespace(secret_keys=("new", "old")))
    assert pairing_keys() == [derived_key("new", "pairing"), derived_key("old", "pairing")]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("ab 12-cd", "AB12CD"),
        ("Ä1b2c3", "Ä1B2C3"),
        ("A?12CD", "A_12CD"),
        ("??12CD", None),
        ("AB12C", None),
        ("AB12CDE", None),
        ("", None),
    ],
)
def test_codes(typed: str, expected: str | None) -> None:
    assert code(typed) == expected


def matched(before: str, after: str) -> list[tuple[int, int]]:
    def sides(codes: str) -> list[tuple[str, ...]]:
        return [code_traces(boxes, scope="a", keys=KEYS) for boxes in codes.split()]

    return match_codes(sides(before), sides(after))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("AAAAAA BBBBBB", "BBBBBB AAAAAA", [(0, 1), (1, 0)]),
        ("AAAAAA", "AAAAAB", [(0, 0)]),
        ("AAAAA_", "AAAAAB", [(0, 0)]),
        ("AAAAAA", "AAAABB", []),
        # Swapped boxes are two differences.
        ("AAAAAB", "AAAABA", []),
        # Twice on one side.
        ("AAAAAA AAAAAA", "AAAAAA", []),
        ("AAAAAA", "AAAAAA AAAAAA", []),
        # Two are near: nobody knows which.
        ("AAAAAA", "AAAAAB AAAAAC", []),
        ("AAAAAB AAAAAC", "AAAAAA", []),
        # An equal one goes before a near one, and who is near to somebody with a pair gets none.
        ("AAAAAA AAAAAB", "AAAAAB", [(1, 0)]),
        ("AAAAAA AAAAAB", "AAAAAB AAAAAC", [(1, 0)]),
        ("", "AAAAAA", []),
    ],
)
def test_codes_find_each_other(before: str, after: str, expected: list[tuple[int, int]]) -> None:
    assert matched(before, after) == expected


def phrase_in(text: str) -> bool:
    """Whether three neighbouring words of a text could be somebody's phrase."""
    known = [word in words() for word in re.findall(r"\w+", text.lower())]
    return any(map(all, zip(known, known[1:], known[2:], strict=False)))


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_no_paper_with_a_name_carries_a_phrase() -> None:
    """Ticket and badge; the letter is looked at where it is written (`test_moments.py`)."""
    assert phrase_in(f"Guten Tag, Ada Muster. {written(PHRASE)} behalten Sie bitte.")
    for content in (ticket_pdf(FACTS), sheet_pdf([ADA])[0]):
        found = " ".join(texts(content))
        assert ("Ada" in found, phrase_in(found)) == (True, False)
