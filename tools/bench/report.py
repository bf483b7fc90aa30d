"""Rows of the benchmark, as a table for people and as JSON."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """One measurement. `sense` says how it compares with its goal: "<=", ">=" or "=="; without a goal it only informs."""

    work: str
    unit: str
    measured: float | None
    first: float | None = None
    floor: float | None = None
    goal: float | None = None
    sense: str = "<="
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times the floor."""
        return self.measured / self.floor if self.measured is not None and self.floor else None

    @property
    def met(self) -> bool | None:
        """None where there is no goal or nothing was measured."""
        if self.goal is None or self.measured is None:
            return None
        return {
            "<=": self.measured <= self.goal,
            ">=": self.measured >= self.goal,
            "==": self.measured == self.goal,
        }[self.sense]


def skipped(work: str, unit: str, reason: str) -> Row:
    """A row that could not be measured, with its reason."""
    return Row(work, unit, None, note=f"skipped: {reason}")


def number(value: float | None) -> str:
    """Three digits that count."""
    if value is None:
        return "-"
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) >= 1 else f"{value:.3f}"


def table(rows: Sequence[Row]) -> str:
    """The rows under each other, notes below their row."""
    head = ("work", "first", "measured", "floor", "ratio", "goal", "met")
    lines = [
        (
            f"{row.work} [{row.unit}]",
            number(row.first),
            number(row.measured),
            number(row.floor),
            number(row.ratio),
            f"{row.sense} {number(row.goal)}" if row.goal is not None else "-",
            {True: "yes", False: "NO", None: "-"}[row.met],
        )
        for row in rows
    ]
    widths = [max(len(line[column]) for line in [head, *lines]) for column in range(len(head))]
    printed = []
    for line, note in [(head, ""), *((line, row.note) for line, row in zip(lines, rows, strict=True))]:
        cells = [
            line[0].ljust(widths[0]),
            *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)),
        ]
        printed.append("  ".join(cells).rstrip())
        if note:
            printed.append(f"    {note}")
    return "\n".join(printed)


def save(path: Path, rows: Sequence[Row], *, seconds: float, full: bool) -> None:
    """Writes the rows with what is needed to read them later."""
    path.parent.mkdir(parents=True, exist_ok=True)
    about = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),  # noqa: TID251 - the clock of the machine
        "seconds": round(seconds, 1),
        "full": full,
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load": os.getloadavg(),
    }
    found = [asdict(row) | {"ratio": row.ratio, "met": row.met} for row in rows]
    path.write_text(json.dumps(about | {"rows": found}, indent=1, ensure_ascii=False) + "\n")
