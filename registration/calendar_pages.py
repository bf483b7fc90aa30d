"""What the pages of the calendar of all registrations show."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from kit.templates import Frame


@dataclass(frozen=True)
class AskCalendarPage:
    """What the calendar of all registrations is, with the button; `asked`: its link is on its way, `held_back`: one went
    today."""

    template: ClassVar[str] = "registration/ask_calendar.html"
    frame: Frame
    own_path: str
    email: str
    asked: bool
    held_back: bool


@dataclass(frozen=True)
class AllCalendarPage:
    """The calendar of all registrations of a mailbox. `calendar_address` is empty once it is ended; `until` its last day."""

    template: ClassVar[str] = "registration/all_calendar.html"
    frame: Frame
    calendar_address: str
    end_path: str
    email: str
    until: date | None
