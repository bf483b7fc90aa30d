"""What the door may show. Times are local to the dialogue."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from kit.templates import Frame
from registration.desk_pages import Head, Sign


@dataclass(frozen=True)
class DoorRow:
    """One person who was found. `value` is the id that the form sends; `arrived` None: not yet."""

    value: str
    path: str
    name: str
    party: str
    organisation: str
    offer: str
    admitted: bool
    sign: Sign
    arrived: datetime | None


@dataclass(frozen=True)
class DoorPage:
    """Search at the door. `rows` None: nothing was searched yet. `more`: not all who were found are shown.

    `arrival` is the id under which this page reports: sent twice, it is one arrival. `other_day`: it is not today.
    """

    template: ClassVar[str] = "checkin/door.html"
    frame: Frame
    head: Head
    path: str
    words: str
    rows: tuple[DoorRow, ...] | None
    more: bool
    arrived: int
    expected: int
    arrival: str
    starts: datetime
    other_day: bool
    done: str


class Verdict(StrEnum):
    """What the door says: in, already in, not admitted."""

    IN = "in"
    BEFORE = "before"
    NOT = "not"


@dataclass(frozen=True)
class VerdictPage:
    """One verdict over the whole screen. `others` of the same party are not in yet: (id, name).

    `undo_path` is empty where there is nothing to take back.
    """

    template: ClassVar[str] = "checkin/verdict.html"
    frame: Frame
    verdict: Verdict
    title: str
    arrived: int
    expected: int
    name: str
    reason: str
    offer: str
    note: str
    others: tuple[tuple[str, str], ...]
    arrival: str
    door_path: str
    undo_path: str
    dialogue: str

    @property
    def heading(self) -> str:
        """The word of the verdict and whom it is about, for the title of the window."""
        return f"{self.title}: {self.name}" if self.name else self.title
