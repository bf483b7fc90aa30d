"""What the page about tables may show."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, ClassVar

from kit.templates import Frame
from registration.desk_pages import Head, TableRow
from registration.pages import Entry
from registration.seating_forms import SeatingForm


@dataclass(frozen=True)
class SeatingPage:
    """The people of one page with their tables. `used`: (table, people at it), for the whole dialogue."""

    template: ClassVar[str] = "registration/desk/seating.html"
    frame: Frame
    head: Head
    path: str
    number: int
    rows: tuple[TableRow, ...]
    errors: tuple[Entry, ...]
    used: tuple[tuple[str, int], ...]
    total: int
    open: int
    before_path: str
    after_path: str
    badges_path: str
    done: str

    @property
    def parties(self) -> tuple[tuple[TableRow, ...], ...]:
        """The rows of those who signed up together, one after the other."""
        return tuple(tuple(rows) for _path, rows in groupby(self.rows, key=lambda row: row.path))


def seat_row(person: Any, form: SeatingForm, *, about: str = "", path: str = "") -> TableRow:
    """One person with what was typed."""
    return TableRow(
        id=person.id,
        name=person.name or "",
        about=about,
        path=path,
        shown=form.typed.get(person.id, person.table_label),
        saved=person.table_label,
        problem=form.problems.get(person.id, ""),
    )


def seat_errors(rows: Sequence[TableRow]) -> tuple[Entry, ...]:
    return tuple((f"table-{row.id}", row.label, row.problem) for row in rows if row.problem)
