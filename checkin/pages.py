"""What the door may show. Times are local to the dialogue."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from kit.i18n import _
from kit.templates import Frame
from kit.text import isolate
from registration.desk_pages import Head, Sign


@dataclass(frozen=True)
class Guest:
    """One person of a party. `value` is the id that the form sends; `arrived` None: not yet."""

    value: str
    path: str
    name: str
    arrived: datetime | None

    @property
    def given(self) -> str:
        """What stands before the family name."""
        return self.name.rpartition(" ")[0]

    @property
    def family(self) -> str:
        """The last name, by which the list is sorted."""
        return self.name.rpartition(" ")[2]


@dataclass(frozen=True)
class DoorParty:
    """Those who come with one registration. `contact` is empty where one of the guests signed up."""

    contact: str
    organisation: str
    offer: str
    sign: Sign
    guests: tuple[Guest, ...]

    @property
    def about(self) -> str:
        """Who signed up, from where and for what, as far as it needs saying."""
        signed_up = _("angemeldet von %(name)s") % {"name": isolate(self.contact)} if self.contact else ""
        organisation = isolate(self.organisation) if self.organisation else ""
        return " · ".join(filter(None, (signed_up, organisation, self.offer)))

    @property
    def outside(self) -> tuple[Guest, ...]:
        """Who is not in yet."""
        return tuple(guest for guest in self.guests if guest.arrived is None)


@dataclass(frozen=True)
class DoorPage:
    """The list at the door, by family name. `parties` have a seat, `others` do not; `more_others`: not all are shown.

    `arrival` is the id under which this page reports: sent twice, it is one arrival. `other_day`: it is not today.
    """

    template: ClassVar[str] = "checkin/door.html"
    frame: Frame
    head: Head
    path: str
    words: str
    parties: tuple[DoorParty, ...]
    others: tuple[DoorParty, ...]
    more_others: bool
    before_path: str
    after_path: str
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
    """One verdict over the whole screen. `others` of the same party are not in yet: (id, name); `inside` are.

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
    inside: tuple[str, ...]
    arrival: str
    door_path: str
    undo_path: str
    dialogue: str

    @property
    def heading(self) -> str:
        """The word of the verdict and whom it is about, for the title of the window."""
        return f"{self.title}: {self.name}" if self.name else self.title
