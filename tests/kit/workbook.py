"""Reads an XLSX file as ECMA-376 has it, so that what is tested is the file and not the library that wrote it."""

import io
import re
import zipfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

NS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


@dataclass(frozen=True)
class Sheet:
    name: str
    rows: list[list[Any]]
    formulas: int
    links: int
    frozen_rows: int
    filtered: str


def read(content: bytes) -> Sheet:
    """The one sheet of a workbook; times by their number format, empty cells as None."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        book, sheet, styles = (
            ET.fromstring(archive.read(f"xl/{name}.xml")) for name in ("workbook", "worksheets/sheet1", "styles")
        )
        shared: list[str] = []
        if "xl/sharedStrings.xml" in archive.namelist():
            table = ET.fromstring(archive.read("xl/sharedStrings.xml"))
            shared = [text(entry) for entry in table.findall("m:si", NS)]
    custom = {
        found.get("numFmtId") for found in styles.findall(".//m:numFmt", NS) if "yy" in str(found.get("formatCode"))
    }
    times = [style.get("numFmtId") in custom for style in styles.findall("m:cellXfs/m:xf", NS)]
    found: dict[tuple[int, int], Any] = {}
    for cell in sheet.findall(".//m:c", NS):
        found[place(str(cell.get("r")))] = value(cell, times, shared)
    width = max(column for _row, column in found) + 1
    height = max(row for row, _column in found) + 1
    pane = sheet.find(".//m:pane", NS)
    filtered = sheet.find("m:autoFilter", NS)
    return Sheet(
        name=str(book.findall(".//m:sheet", NS)[0].get("name")),
        rows=[[found.get((row, column)) for column in range(width)] for row in range(height)],
        formulas=len(sheet.findall(".//m:f", NS)),
        links=len(sheet.findall(".//m:hyperlink", NS)),
        frozen_rows=0 if pane is None else int(str(pane.get("ySplit"))),
        filtered="" if filtered is None else str(filtered.get("ref")),
    )


def place(reference: str) -> tuple[int, int]:
    letters, digits = re.fullmatch(r"([A-Z]+)(\d+)", reference).groups()  # type: ignore[union-attr]
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(digits) - 1, column - 1


def value(cell: ET.Element, times: list[bool], shared: list[str]) -> Any:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return text(cell.find("m:is", NS))
    given = cell.find("m:v", NS)
    if given is None or given.text is None:
        return None
    if kind == "s":
        return shared[int(given.text)]
    number = float(given.text)
    if times[int(cell.get("s", "0"))]:
        seconds = round(number * 86_400)
        return datetime(1899, 12, 30) + timedelta(seconds=seconds)
    return number


def text(node: ET.Element | None) -> str | None:
    """Letters that XML cannot hold stand there as `_x0007_`; empty is empty."""
    if node is None:
        return None
    joined = "".join(part.text or "" for part in node.iter(f"{{{NS['m']}}}t"))
    return re.sub(r"_x([0-9A-F]{4})_", lambda found: chr(int(found[1], 16)), joined) or None
