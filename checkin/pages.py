"""What the door may show. Times are local to the dialogue."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from markupsafe import Markup

from kit.i18n import _
from kit.templates import Frame
from kit.text import isolate
from registration.desk_pages import Head, Sign
from registration.rules import split_name


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
        return split_name(self.name)[0]

    @property
    def family(self) -> str:
        """The last name, by which the list is sorted."""
        return split_name(self.name)[1]


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

    `arrival` is the id under which this page reports: sent twice, it is one arrival. `head` is None where a link opened the
    door; `gate` is the name of that link. `links_path` is empty for whoever may make no links. `warning` says why a code or a
    reference that was typed into the search is not good. `date` is the one of several
    that the door counts for; `other_day` says that the dialogue is not today. Both may be empty. `duty_path` is the helper's
    calendar, where a link opened the door.
    """

    template: ClassVar[str] = "checkin/door.html"
    frame: Frame
    head: Head | None
    dialogue: str
    gate: str
    path: str
    links_path: str
    words: str
    warning: str
    parties: tuple[DoorParty, ...]
    others: tuple[DoorParty, ...]
    more_others: bool
    before_path: str
    after_path: str
    arrived: int
    expected: int
    arrival: str
    date: str
    other_day: str
    done: str
    duty_path: str


class Verdict(StrEnum):
    """What the door says: in, already in, not admitted."""

    IN = "in"
    BEFORE = "before"
    NOT = "not"


@dataclass(frozen=True)
class Told:
    """What the door says about one person or code.

    `others` of the same party are not in yet: (id, name); `inside` are. `undo_path` is empty where there is nothing to take
    back. `top` stands above: the offer, otherwise the dialogue. `other_day` says that the dialogue is not today.
    """

    verdict: Verdict
    title: str
    name: str
    reason: str
    note: str
    top: str
    door_path: str
    arrival: str
    table: str = ""
    others: tuple[tuple[str, str], ...] = ()
    inside: tuple[str, ...] = ()
    undo_path: str = ""
    other_day: str = ""

    @property
    def heading(self) -> str:
        """The word of the verdict and whom it is about, for the title of the window."""
        return f"{self.title}: {self.name}" if self.name else self.title


@dataclass(frozen=True)
class VerdictPage:
    """One verdict over the whole screen, and how many are in."""

    template: ClassVar[str] = "checkin/verdict.html"
    frame: Frame
    told: Told
    arrived: int
    expected: int


@dataclass(frozen=True)
class VerdictPart:
    """The same for a page that is open at the door: without what surrounds it, and without the counts."""

    template: ClassVar[str] = "checkin/_verdict.html"
    told: Told


@dataclass(frozen=True)
class LinkRow:
    """A link that opens the door on a phone, as words and as a code to point the phone at."""

    name: str
    address: str
    drawing: Markup
    end_path: str
    duty: str
    calendar_address: str


@dataclass(frozen=True)
class LinksPage:
    """The links to one door. `ends` is when all of them end by themselves; `possible`: one more can be made.

    `typed` is what was sent with times that are no beginning and end, or with words that are `too_long`; all empty
    otherwise.
    """

    template: ClassVar[str] = "checkin/links.html"
    frame: Frame
    head: Head
    path: str
    door_path: str
    rows: tuple[LinkRow, ...]
    ends: datetime
    possible: bool
    done: str
    typed: Mapping[str, str]
    too_long: str
