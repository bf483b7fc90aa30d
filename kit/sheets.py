"""Tables as files: CSV and XLSX that spreadsheet programs open with a double click, with umlauts and without formulas."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain

try:
    from rustpy_xlsxwriter import write_worksheet
except ImportError:
    # It is compiled and does not exist for every machine; the slow writer does.
    write_worksheet = None  # type: ignore[assignment]

Cell = str | int | float | datetime | None
"""A time is a naive wall time."""

_FORMULA_STARTS = frozenset("=+-@\t\r")
_CHUNK = 32_768
# The most that a cell takes, and how it shows a time.
_CELL_LETTERS = 32_767
_TIME = "dd.mm.yyyy hh:mm"


def csv_rows(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """UTF-8 with BOM, semicolons, CRLF; reads `rows` as the bytes are taken, so a long list never stands in memory.

    A text that a spreadsheet would take for a formula gets an apostrophe in front; numbers stay numbers.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    buffer.write("\ufeff")
    writer.writerow([cell and _plain(cell) for cell in head])
    for row in rows:
        # Many cells are empty, and what is empty is no formula.
        writer.writerow([cell and _plain(cell) for cell in row])
        if buffer.tell() > _CHUNK:
            yield _taken(buffer)
    yield _taken(buffer)


def xlsx(
    head: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    name: str,
    widths: Sequence[float],
    way: str | None = None,
) -> bytes:
    """A workbook of one sheet, its head fixed and with filters. `rows` are read one by one.

    Texts stay texts, whatever they begin with. `widths` are letters, one for each name of the head, which are all
    different. `way` is `rust` or `python`; without it the first where there is one.
    """
    taken = iter(rows)
    first = next(taken, None)
    target = io.BytesIO()
    # The quick writer takes the head from the first row.
    quick = first is not None and (way or ("python" if write_worksheet is None else "rust")) == "rust"
    write: Callable[..., None] = _by_rust if quick else _by_python
    write(target, head, taken if first is None else chain([first], taken), name=name, widths=widths)
    return target.getvalue()


def _by_rust(
    target: io.BytesIO, head: Sequence[str], rows: Iterable[Sequence[Cell]], *, name: str, widths: Sequence[float]
) -> None:
    write_worksheet(
        (dict(zip(head, map(_short, row), strict=True)) for row in rows),
        target,
        sheet_name=name,
        freeze_row=1,
        bold_headers=True,
        column_widths=list(widths),
        autofilter=True,
        datetime_format=_TIME,
    )


def _by_python(
    target: io.BytesIO, head: Sequence[str], rows: Iterable[Sequence[Cell]], *, name: str, widths: Sequence[float]
) -> None:
    # A tenth of what every start of the product would read, for a way that few machines take.
    import xlsxwriter

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, {**options, "default_date_format": _TIME}) as book:
        sheet = book.add_worksheet(name)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, head, book.add_format({"bold": True}))
        last = 0
        for last, row in enumerate(rows, 1):
            sheet.write_row(last, 0, [_short(cell) for cell in row])
        sheet.autofilter(0, 0, last, len(head) - 1)


def _plain(cell: Cell) -> str | int | float | None:
    if isinstance(cell, str):
        return f"'{cell}" if cell[:1] in _FORMULA_STARTS else cell
    return cell.isoformat(" ", "minutes") if isinstance(cell, datetime) else cell


def _short(cell: Cell) -> Cell:
    return cell[:_CELL_LETTERS] if isinstance(cell, str) else cell


def _taken(buffer: io.StringIO) -> bytes:
    content = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return content
