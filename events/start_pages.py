"""What the calendar may show: as a list, a month or a map. Times are local, as in `pages`."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from events.pages import Card, Month, Paging, by_month, format_name
from events.rules import FORMATS, LANGUAGE_LABELS
from kit.i18n import _
from kit.templates import Frame

NO_PAGES = Paging()


@dataclass(frozen=True)
class Filter:
    """The filter as it was asked for, each value as typed. `formats`, `laender` and `languages` are the codes that can be
    chosen, `inviters` the initiatives: slug and name."""

    q: str = ""
    land: str = ""
    kreis: str = ""
    von: str = ""
    bis: str = ""
    format: str = ""
    frei: str = ""
    plz: str = ""
    umkreis: str = ""
    gesprochen: str = ""
    initiative: str = ""
    stufenfrei: str = ""
    online: str = ""
    ansicht: str = ""
    monat: str = ""
    formats: tuple[str, ...] = tuple(FORMATS)
    languages: tuple[str, ...] = tuple(LANGUAGE_LABELS)
    laender: tuple[str, ...] = ()
    inviters: tuple[tuple[str, str], ...] = ()

    @property
    def further(self) -> bool:
        """Whether something is set that stands below the first line."""
        return any(
            (self.von, self.bis, self.format, self.frei, self.gesprochen, self.initiative, self.stufenfrei, self.online)
        )

    def format_name(self, code: str) -> str:
        return format_name(code)

    def language_name(self, code: str) -> str:
        return _(LANGUAGE_LABELS[code])


@dataclass(frozen=True)
class Chip:
    """One active filter. `label` is what was chosen (translated), `path` the list without it."""

    label: str
    path: str


@dataclass(frozen=True)
class LandCount:
    """How many dialogues of the list a Land has; `path` is the calendar filtered by it, `upcoming` the next local day."""

    land: str
    count: int
    path: str
    upcoming: date | None = None


@dataclass(frozen=True)
class DistrictCount:
    """How many dialogues of the list a Kreis has; `path` is the calendar filtered by it."""

    name: str
    count: int
    path: str


@dataclass(frozen=True)
class MonthEntry:
    """One dialogue in a day of the month. `state` as in the table."""

    path: str
    title: str
    clock: str
    land: str
    accent: str
    state: str = "published"


@dataclass(frozen=True)
class MonthDay:
    """A day of the month; `more` dialogues are left out, which `more_path` lists."""

    day: date
    entries: tuple[MonthEntry, ...] = ()
    more: int = 0
    more_path: str = ""


@dataclass(frozen=True)
class MonthTable:
    """A month by its weeks, which begin on Monday; None for days of other months. Days before `today` are over."""

    first: date
    weeks: tuple[tuple[MonthDay | None, ...], ...]
    before: date
    before_path: str
    after: date
    after_path: str
    today: date | None = None

    @property
    def week(self) -> tuple[date, ...]:
        """Some days from Monday to Sunday, for their names."""
        return tuple(date(2024, 1, number) for number in range(1, 8))


@dataclass(frozen=True)
class Near:
    """Around which postcode a list looks, and how far in kilometres; `others` are further distances with their addresses."""

    postcode: str
    radius: int
    others: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class StartPage:
    """The calendar. `view` is list, month or map. `total` counts what the filter found, `cards` are those shown. `problem`
    is a sentence on a day that could not be read, `postcode_problem` one on the postcode; `near` what "near"
    means where a postcode is asked for. `views` are the names of the views with their addresses."""

    template: ClassVar[str] = "events/start.html"
    frame: Frame
    filter: Filter
    cards: tuple[Card, ...]
    total: int
    view: str = "liste"
    views: tuple[tuple[str, str], ...] = ()
    chips: tuple[Chip, ...] = ()
    problem: str = ""
    postcode_problem: str = ""
    near: Near | None = None
    laender: tuple[LandCount, ...] = ()
    districts: tuple[DistrictCount, ...] = ()
    month: MonthTable | None = None
    feed_path: str = "/kalender.ics"
    paging: Paging = NO_PAGES

    @property
    def months(self) -> tuple[Month, ...]:
        return by_month(self.cards)
