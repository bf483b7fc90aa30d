"""What the page of files may show."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from kit.templates import Frame
from registration.desk_pages import Head, Sign


@dataclass(frozen=True)
class FileRow:
    """One file. `looks`: (person, what to look at); `fetch_path` is empty until it is ready."""

    id: str
    title: str
    sign: Sign
    working: bool
    total: int
    done: int
    kilobytes: int
    until: datetime
    looks: tuple[tuple[str, str], ...]
    fetch_path: str
    drop_path: str


@dataclass(frozen=True)
class FilesPage:
    """The files of a dialogue, the newest first. `waiting`: one of them is still being made."""

    template: ClassVar[str] = "registration/desk/files.html"
    frame: Frame
    head: Head
    path: str
    list_path: str
    files: tuple[FileRow, ...]
    waiting: bool
    done: str
