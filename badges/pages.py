"""What the badge page may show."""

from dataclasses import dataclass
from typing import ClassVar

from kit.templates import Frame
from registration.desk_pages import Head


@dataclass(frozen=True)
class Choice:
    """Whose badges, or on which paper: `key` is empty for everybody, `number` counts people."""

    key: str
    label: str
    number: int
    chosen: bool


@dataclass(frozen=True)
class BadgesPage:
    """The choice. `nameless` people have no name yet; `problem` says why nothing is printed."""

    template: ClassVar[str] = "badges/show.html"
    frame: Frame
    head: Head
    path: str
    files_path: str
    choices: tuple[Choice, ...]
    sizes: tuple[Choice, ...]
    nameless: int
    problem: str
