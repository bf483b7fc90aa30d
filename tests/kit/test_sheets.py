"""CSV and XLSX files open in spreadsheet programs as they are meant, and hold no formulas."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.sheets import Cell, csv_rows, xlsx
from tests.kit.workbook import read


def test_csv_is_what_spreadsheets_expect() -> None:
    content = b"".join(csv_rows(["Name", "Plätze"], [["Müller; Ida", 2], ['"Werk"', None], ["Zeile 1\nZeile 2", 1.5]]))
    assert content == (
        b"\xef\xbb\xbfName;Pl\xc3\xa4tze\r\n"
        b'"M\xc3\xbcller; Ida";2\r\n'
        b'"""Werk""";\r\n'
        b'"Zeile 1\nZeile 2";1.5\r\n'
    )  # fmt: skip


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_formulas_become_text(start: str) -> None:
    rows = csv.reader(io.StringIO(b"".join(csv_rows(["a"], [[start + "1+1"]])).decode("utf-8-sig")), delimiter=";")
    assert list(rows) == [["a"], ["'" + start + "1+1"]]


def test_numbers_stay_numbers() -> None:
    assert b"".join(csv_rows(["a", "b"], [[-1, -1.5]])) == b"\xef\xbb\xbfa;b\r\n-1;-1.5\r\n"


def test_an_empty_list_has_its_head() -> None:
    assert list(csv_rows(["a"], [])) == [b"\xef\xbb\xbfa\r\n"]


def test_rows_are_read_as_bytes_are_taken() -> None:
    read = 0

    def rows() -> Iterator[list[str]]:
        nonlocal read
        for _number in range(100_000):
            read += 1
            yield ["x" * 100]

    chunks = csv_rows(["a"], rows())
    next(chunks)
    assert 0 < read < 1000


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2, max_size=2)))
def test_every_text_comes_back(rows: list[list[str]]) -> None:
    content = b"".join(csv_rows(["a", "b"], rows)).decode("utf-8-sig")
    read = list(csv.reader(io.StringIO(content, newline=""), delimiter=";", strict=True))
    guarded = [["'" + cell if cell[:1] in tuple("=+-@\t\r") else cell for cell in row] for row in rows]
    assert read == [["a", "b"], *guarded]


WAYS = ("rust", "python")
ROWS: list[list[Cell]] = [
    [None, "", 1, None],
    ["=1+1", "Müller; Ida", -2.5, datetime(2027, 3, 1, 10, 5)],
    ["+49 000 1", "@SUM(1)", None, None],
    ["http://werk.example", "{=1}", "später", datetime(2027, 10, 31, 2, 30)],
    ["_x0041_ & <b>", "مرحبا 王 😀\nzwei", 0, "x" * 40_000],
]


@pytest.mark.parametrize("way", WAYS)
def test_a_workbook_holds_what_was_given(way: str) -> None:
    content = xlsx(["a", "b", "c", "d"], ROWS, name="Liste", widths=[5, 20, 5, 16], way=way)
    shown: list[list[Any]] = [[None if cell == "" else cell for cell in row] for row in ROWS]
    shown[4][3] = "x" * 32_767
    sheet = read(content)
    assert sheet.rows == [["a", "b", "c", "d"], *shown]
    assert (sheet.name, sheet.formulas, sheet.links, sheet.frozen_rows, sheet.filtered) == ("Liste", 0, 0, 1, "A1:D6")


@pytest.mark.parametrize("way", WAYS)
def test_an_empty_workbook_has_its_head(way: str) -> None:
    assert read(xlsx(["a", "b"], [], name="Liste", widths=[5, 5], way=way)).rows == [["a", "b"]]


def test_times_stand_in_csv_as_they_are_read_aloud() -> None:
    assert b"".join(csv_rows(["a"], [[datetime(2027, 3, 1, 10, 5)]])) == b"\xef\xbb\xbfa\r\n2027-03-01 10:05\r\n"


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2, max_size=2), max_size=5))
def test_both_writers_say_the_same(rows: list[list[str]]) -> None:
    found = [read(xlsx(["a", "b"], rows, name="x", widths=[5, 5], way=way)).rows for way in WAYS]
    assert found[0] == found[1]
