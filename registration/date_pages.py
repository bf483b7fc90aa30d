"""What the pages of single dates may show. Times are local."""

from dataclasses import dataclass
from typing import Any, ClassVar

from events.pages import DateRow
from kit.templates import Frame
from registration.desk_pages import Head


@dataclass(frozen=True)
class DateLine:
    """One date; `move_path` and `drop_path` are empty where nothing can be done any more."""

    row: DateRow
    move_path: str
    drop_path: str


@dataclass(frozen=True)
class DatesPage:
    """All dates of a dialogue. `done` is a sentence on what was just asked for."""

    template: ClassVar[str] = "registration/desk/dates.html"
    frame: Frame
    head: Head
    rule: str
    lines: tuple[DateLine, ...]
    done: str


@dataclass(frozen=True)
class DatePage:
    """Asks before one date is moved or dropped. `form` is there when it is moved; `letters` go out."""

    template: ClassVar[str] = "registration/desk/date.html"
    frame: Frame
    head: Head
    row: DateRow
    dates_path: str
    action: str
    letters: int
    form: Any = None
    problem: str = ""
