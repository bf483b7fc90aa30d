"""Text at the border: what is stored is clean, what is searched is found, what is refused says the way out."""

import re
import sqlite3
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit import i18n, text

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=190)
BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  Ida \t Muster\n", "Ida Muster"),
        ("Mu\u0308ller", "Müller"),
        ("Ida\u2028Muster\x85Beispiel", "Ida Muster Beispiel"),
        ("Ida\x00\x1b\x9f Muster", "Ida Muster"),
        ("\u202eretsuM\u202c \u2067x\u2069\u200e", "retsuM x"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("\u200b\ufeffIda\u2060", "Ida"),
        ("\u200d \u200c", ""),
        ("\ud800Ida", "Ida"),
        ("<b>=1+1</b>", "<b>=1+1</b>"),
    ],
)
def test_line_cleans(typed: str, stored: str) -> None:
    assert text.line(typed) == stored


def test_multiline_keeps_line_ends_as_lf() -> None:
    assert text.multiline("\r\n Zeile 1 \r\n\r\nZeile\t2\rZeile\u20283\x00\n") == "Zeile 1\n\nZeile   2\nZeile\n3"


@given(ANY_TEXT)
def test_line_is_clean_and_stays_as_it_is(typed: str) -> None:
    try:
        stored = text.line(typed, max_chars=200)
    except text.TextRefused:
        return
    assert len(stored) <= 200
    assert stored == text.line(stored) == unicodedata.normalize("NFC", stored)
    assert [sign for sign in stored if unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp")] == []
    assert BIDI.findall(stored) == []
    assert stored.split() == stored.split(" ") or stored == ""
    assert stored.encode().decode() == stored


@given(ANY_TEXT)
def test_multiline_is_clean_and_stays_as_it_is(typed: str) -> None:
    stored = text.multiline(typed)
    assert stored == text.multiline(stored)
    assert [sign for sign in stored if sign != "\n" and unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp")] == []


def test_limits_count_characters_and_bytes() -> None:
    assert text.line("ü" * 20, max_chars=20) == "ü" * 20
    with pytest.raises(text.TextRefused) as caught:
        text.line("ü" * 21, max_chars=20)
    assert (caught.value.reason, caught.value.limit, caught.value.status) == ("chars", 20, 422)
    assert caught.value.sentence == "Das sind 21 Zeichen. Bitte kürzen Sie den Text auf höchstens 20."
    with pytest.raises(text.TextRefused) as caught:
        text.line("語" * 20, max_chars=20, max_bytes=40)
    assert (caught.value.reason, caught.value.limit) == ("bytes", 10)


def test_a_flood_of_marks_is_refused_before_it_is_sorted() -> None:
    with pytest.raises(text.TextRefused):
        text.multiline("\u0301\u0316" * 500_000)


def test_refusals_speak_english() -> None:
    with i18n.use("en"), pytest.raises(text.TextRefused) as caught:
        text.address("name.post.example")
    assert caught.value.sentence == "The @ is missing. Example: name@post.example"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" Ida.Muster+Messe@Post.Example\n", "Ida.Muster+Messe@post.example"),
        ("ida@straße.example", "ida@xn--strae-oqa.example"),
        ("ida@MÜNCHEN.example", "ida@xn--mnchen-3ya.example"),
        ("o'neil@r3---sn.example", "o'neil@r3---sn.example"),
        ("a" * 64 + "@post.example", "a" * 64 + "@post.example"),
    ],
)
def test_address_is_one_addr_spec(typed: str, stored: str) -> None:
    assert text.address(typed) == stored
    assert text.address(stored) == stored


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "empty"),
        ("name.post.example", "at"),
        ("a@post.example, b@post.example", "several"),
        ("a@post.example;b@post.example", "several"),
        ("a@b@post.example", "several"),
        ("Ida Muster <ida@post.example>", "display_name"),
        ('"ida muster"@post.example', "display_name"),
        ("ida@post.example (Ida)", "display_name"),
        ("ida muster@post.example", "space"),
        ("ida@post.example\r\nBcc: b@post.example", "several"),
        ("ida\n@post.example", "space"),
        ("@post.example", "local"),
        ("ida..m@post.example", "local"),
        (".ida@post.example", "local"),
        ("mailto:ida@post.example", "local"),
        ("müller@post.example", "international"),
        ("ida@post", "domain"),
        ("ida@post.", "domain"),
        ("ida@post.example.", "domain"),
        ("ida@-post.example", "domain"),
        ("ida@po_st.example", "domain"),
        ("ida@[192.0.2.1]", "domain"),
        ("ida@192.0.2.1", "domain"),
        ("ida@😀.example", "domain"),
        ("a" * 65 + "@post.example", "chars"),
        ("a@" + "b" * 60 + ".b" * 100 + ".example", "chars"),
        ("a" * 5000, "chars"),
    ],
)
def test_address_refuses(typed: str, reason: str) -> None:
    with pytest.raises(text.TextRefused) as caught:
        text.address(typed)
    assert caught.value.reason == reason
    assert caught.value.sentence != ""


@given(ANY_TEXT | st.text("abZ09.@-,;<> üß\u200b\n+", max_size=30))
def test_address_is_deliverable_ascii_or_refused(typed: str) -> None:
    try:
        stored = text.address(typed)
    except text.TextRefused:
        return
    assert stored.isascii()
    assert re.search(r"[\s,;<>()\"\x00-\x20]", stored) is None
    assert stored.count("@") == 1
    assert len(stored) <= 254
    assert text.address(stored) == stored


def test_normalised_address_joins_one_mailbox() -> None:
    assert text.normalised_address("Ida.MUSTER@Post.Example") == "ida.muster@post.example"


@given(ANY_TEXT)
def test_fold_is_stable(typed: str) -> None:
    assert text.fold(text.fold(typed)) == text.fold(typed)


def found(stored: str, query: str) -> bool:
    row = sqlite3.connect(":memory:").execute(
        "SELECT ? LIKE ? ESCAPE '\\'", (text.search_text(stored), text.like_pattern(query))
    )
    return bool(row.fetchone()[0])


@pytest.mark.parametrize("query", ["muller", "mueller", "MÜLLER", "Mu\u0308ller", "Mülle", "  müller "])
def test_search_finds_müller(query: str) -> None:
    assert found("Ida Müller", query)


@pytest.mark.parametrize(
    ("stored", "query"),
    [
        ("Mueller", "Müller"),
        ("Straße", "STRASSE"),
        ("Łódź", "lodz"),
        ("O’Neil", "o'neil"),
        ("Quelle", "elle"),
        ("100 %", "100 %"),
        ("a_b\\c", "_b\\"),
        ("GROẞ", "groß"),
        ("Zeile 1\nZeile 2", "1 zeile"),
    ],
)
def test_search_finds(stored: str, query: str) -> None:
    assert found(stored, query)


@pytest.mark.parametrize(("stored", "query"), [("100 Gäste", "100 %"), ("acb", "a_b"), ("Miller", "Müller")])
def test_search_does_not_find(stored: str, query: str) -> None:
    assert not found(stored, query)


@given(st.text(st.characters(categories=("L", "N")), min_size=1, max_size=40))
def test_search_finds_what_was_typed(name: str) -> None:
    assert found(f"vor {name} nach", name)


def test_search_query_never_refuses() -> None:
    assert text.search_query("Ä" * 100_000) == "a" * 100


def test_sort_key_follows_din_5007_1() -> None:
    names = ["Zech", "Öhler", "Ärmel", "Arnold", "Masse", "Maße", "Maßen", "Ohm", "ärger", "Çelik", "Cal"]
    assert sorted(names, key=lambda name: (text.sort_key(name), name)) == [
        "ärger", "Ärmel", "Arnold", "Cal", "Çelik", "Masse", "Maße", "Maßen", "Öhler", "Ohm", "Zech",
    ]  # fmt: skip


def test_isolate_closes_what_it_opens() -> None:
    assert text.isolate("دانا") == "\u2068دانا\u2069"


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("Große Übung: Tag 1", "grosse-uebung-tag-1.pdf"),
        ("../../etc/passwd", "etc-passwd.pdf"),
        ("دانا", "datei.pdf"),
        ("CON", "datei-con.pdf"),
        ("", "datei.pdf"),
        ("a" * 90, "a" * 60 + ".pdf"),
    ],
)
def test_file_name(value: str, name: str) -> None:
    assert text.file_name(value, ".pdf") == name


@given(ANY_TEXT)
def test_file_name_is_safe_everywhere(value: str) -> None:
    assert re.fullmatch(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?\.csv", text.file_name(value, ".csv")) is not None
