"""Tables as files: CSV that spreadsheet programs open with a double click, with umlauts and without formulas."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

Cell = str | int | float | None

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_CHUNK = 32_768


def csv_rows(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """UTF-8 with BOM, semicolons, CRLF; reads `rows` as the bytes are taken, so a long list never stands in memory.

    A text that a spreadsheet would take for a formula gets an apostrophe in front; numbers stay numbers.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    buffer.write("\ufeff")
    writer.writerow([_guarded(cell) for cell in head])
    for row in rows:
        writer.writerow([_guarded(cell) for cell in row])
        if buffer.tell() > _CHUNK:
            yield _taken(buffer)
    yield _taken(buffer)


def _guarded(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell


def _taken(buffer: io.StringIO) -> bytes:
    content = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return content
