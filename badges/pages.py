"""What the badge page may show."""

from dataclasses import dataclass
from typing import ClassVar

from kit.templates import Frame
from registration.desk_pages import Head


@dataclass(frozen=True)
class Choice:
    """Whose badges: `key` is empty for everybody. `fits` says whether one file holds them."""

    key: str
    label: str
    number: int
    fits: bool
    chosen: bool


@dataclass(frozen=True)
class Look:
    """A badge to look at before printing: whose, and what about it."""

    name: str
    sentence: str


@dataclass(frozen=True)
class BadgesPage:
    """The choice, then what to look at. `looks` None: nothing was chosen yet; `problem` says why nothing is printed."""

    template: ClassVar[str] = "badges/show.html"
    frame: Frame
    head: Head
    path: str
    choices: tuple[Choice, ...]
    most: int
    chosen: Choice | None
    sheets: int
    nameless: int
    looks: tuple[Look, ...] | None
    problem: str
