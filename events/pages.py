"""What each public page of dialogues may show. Times are local: aware datetimes in the zone of the dialogue.

Texts that people wrote (titles, names, notices) are plain; templates escape them. Words of ours are chosen in the templates
by the codes documented here, so that a page says the same in each language.
"""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, ClassVar

from events.rules import FORMATS
from kit.i18n import _
from kit.templates import Frame, Section


def format_name(code: str) -> str:
    """The name of a format in the language in use. Raises KeyError for an unknown code."""
    return _(FORMATS[code].label)


@dataclass(frozen=True)
class Sender:
    """The initiative that asks, as its pages name it. `accent` is one of the twelve; `logo` names a drawing or is empty."""

    name: str
    slug: str
    accent: str = "stahl"
    logo: str = ""

    @property
    def path(self) -> str:
        return f"/initiativen/{self.slug}"


@dataclass(frozen=True)
class Seats:
    """How it stands with places. `kind` is one of

    free        places can be booked; `free` and `capacity` are None when there is no limit
    waiting     full, the waiting list is open
    full        full, nothing can be done
    invited     by invitation only
    announced   published without a date for sign-up
    soon        sign-up begins at `opens`
    closed      sign-up is over; `running`: the dialogue has begun and not ended
    open        come without sign-up
    elsewhere   sign-up at another address
    postponed, cancelled, held
    """

    kind: str
    free: int | None = None
    capacity: int | None = None
    opens: datetime | None = None
    running: bool = False


@dataclass(frozen=True)
class Card:
    """One dialogue in a list. `access` holds up to four codes: step_free, partly_step_free, sign_language, captions,
    hearing, childcare, languages. `zone` is that of the times: cards that are equal look the same. `dates` says how many
    there are, where they are several; then the next one stands in `start` and `end`. `distance` is in kilometres from where somebody asked."""

    path: str
    title: str
    format_code: str
    start: datetime
    end: datetime
    sender: Sender
    seats: Seats
    place: str = ""
    land: str = ""
    online: bool = False
    access: tuple[str, ...] = ()
    picture: str = ""
    zone: str = ""
    dates: str = ""
    distance: int | None = None

    @property
    def format_name(self) -> str:
        return format_name(self.format_code)

    @property
    def drawing(self) -> str:
        return self.picture or FORMATS[self.format_code].picture


@dataclass(frozen=True)
class Month:
    """The cards of one month; `first` is its first day."""

    first: date
    cards: tuple[Card, ...]


def by_month(cards: tuple[Card, ...]) -> tuple[Month, ...]:
    """Cards grouped by month, in order of their start."""
    return tuple(
        Month(first, tuple(group)) for first, group in groupby(cards, key=lambda card: card.start.date().replace(day=1))
    )


@dataclass(frozen=True)
class Paging:
    """Where a page of a long list stands. `since` is the day it begins with, None at the beginning of the list, to which
    `first_path` leads back; `more_path` leads to the next page, which begins with the day `more_since`."""

    since: date | None = None
    first_path: str = ""
    more_since: date | None = None
    more_path: str = ""


@dataclass(frozen=True)
class OfferRow:
    """One thing to sign up for. `start` and `end` only where they differ from the dialogue's."""

    title: str
    seats: Seats
    description: str = ""
    start: datetime | None = None
    end: datetime | None = None
    place: str = ""
    minimum_age: int | None = None


@dataclass(frozen=True)
class ProgrammeRow:
    """A line of the programme; `time` as HH:MM."""

    time: str
    title: str
    text: str = ""


@dataclass(frozen=True)
class Step:
    """A step of the procedure. `kind`: opens, closes, list, event; `state`: done, now, open."""

    kind: str
    at: datetime
    state: str


@dataclass(frozen=True)
class HostNotice:
    """What a host demands. `icon` names a symbol of the sprite; `serious` is for health and lateness."""

    title: str
    text: str = ""
    icon: str = "info"
    serious: bool = False


@dataclass(frozen=True)
class AccessLine:
    """One line on access. `kind`: steps, hearing, sign_language, captions, plain_language, childcare, languages, other;
    `state`: yes, partly, no. `text` says where or how and may be empty; `kind` other needs it."""

    kind: str
    state: str
    text: str = ""


@dataclass(frozen=True)
class Contact:
    name: str
    email: str = ""
    phone: str = ""


@dataclass(frozen=True)
class DateRow:
    """One of several dates. `was` is the beginning it had before it was moved; one that was dropped has its first times."""

    start: datetime
    end: datetime
    dropped: bool = False
    was: datetime | None = None
    over: bool = False


@dataclass(frozen=True)
class Preview:
    """Where whoever looks at a preview goes on; empty for those who may only look, and where nothing is to be published."""

    home_path: str
    edit_path: str = ""
    publish_path: str = ""


@dataclass(frozen=True)
class DialoguePage:
    """One dialogue. `address` is absolute. `sign_up`: here, elsewhere, none; `sign_up_path` is where the button leads and
    is empty when there is no button now. Of several `dates` the next one stands in `start` and `end`, and `rule` says how
    they repeat. `series`: (path, name) of the one it
    belongs to, or nothing. `deletes_on` is when registrations are erased. A preview shows what the page
    will show; what leads to pages of a published dialogue leads nowhere there."""

    template: ClassVar[str] = "events/show.html"
    frame: Frame
    sender: Sender
    title: str
    address: str
    format_code: str
    start: datetime
    end: datetime
    seats: Seats
    host: str = ""
    lead: str = ""
    description: str = ""
    picture: str = ""
    land: str = ""
    land_path: str = ""
    admission: str = ""
    latest_entry: str = ""
    place: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    geo: tuple[float, float] | None = None
    online: bool = False
    audience: str = ""
    cost: str = ""
    languages: tuple[str, ...] = ("de",)
    offers: tuple[OfferRow, ...] = ()
    programme: tuple[ProgrammeRow, ...] = ()
    steps: tuple[Step, ...] = ()
    bring: tuple[str, ...] = ()
    notices: tuple[HostNotice, ...] = ()
    access: tuple[AccessLine, ...] = ()
    sign_up: str = "here"
    sign_up_path: str = ""
    closes: datetime | None = None
    party_limit: int = 4
    calendar_path: str = ""
    plain_path: str = ""
    privacy_path: str = ""
    recipients: str = ""
    deletes_on: date | None = None
    contact: Contact | None = None
    cancel_reason: str = ""
    heard: str = ""
    follows: str = ""
    heard_path: str = ""
    preview: Preview | None = None
    rule: str = ""
    dates: tuple[DateRow, ...] = ()
    series: tuple[tuple[str, str], ...] = ()

    @property
    def format_name(self) -> str:
        return format_name(self.format_code)

    @property
    def drawing(self) -> str:
        return self.picture or FORMATS[self.format_code].picture

    @property
    def text_language(self) -> str:
        """The language that the initiative's own words are most likely in."""
        return "de" if "de" in self.languages or not self.languages else self.languages[0]

    @property
    def named_offers(self) -> tuple[OfferRow, ...]:
        """The offers worth a list: several, or one that has a name of its own."""
        return self.offers if len(self.offers) > 1 or any(offer.title for offer in self.offers) else ()

    @property
    def schema(self) -> dict[str, Any]:
        """The dialogue as schema.org Event."""
        status = {"cancelled": "EventCancelled", "postponed": "EventPostponed"}.get(self.seats.kind, "EventScheduled")
        places: list[dict[str, Any]] = []
        if self.place or self.city:
            places.append(
                {
                    "@type": "Place",
                    "name": self.place or self.city,
                    "address": {
                        "@type": "PostalAddress",
                        "streetAddress": self.street,
                        "postalCode": self.postcode,
                        "addressLocality": self.city,
                        "addressRegion": f"DE-{self.land}",
                        "addressCountry": "DE",
                    },
                    **(_geo(self.geo) if self.geo else {}),
                }
            )
        if self.online:
            places.append({"@type": "VirtualLocation", "url": self.address})
        mode = "Mixed" if len(places) == 2 else "Online" if self.online else "Offline"
        planned = [date for date in self.dates if not date.dropped]
        start, end = (planned[0].start, planned[-1].end) if planned else (self.start, self.end)
        return {
            "@context": "https://schema.org",
            "@type": "Event",
            "name": self.title,
            "description": self.lead,
            "url": self.address,
            "startDate": start.isoformat(timespec="minutes"),
            "endDate": end.isoformat(timespec="minutes"),
            **({"subEvent": [_part(date, self.title, places, status) for date in self.dates]} if self.dates else {}),
            "eventStatus": f"https://schema.org/{status}",
            "eventAttendanceMode": f"https://schema.org/{mode}EventAttendanceMode",
            "inLanguage": list(self.languages),
            "location": places,
            "organizer": {"@type": "Organization", "name": self.sender.name},
            **({"superEvent": {"@type": "EventSeries", "name": self.series[0][1]}} if self.series else {}),
        }


def _geo(degrees: tuple[float, float]) -> dict[str, Any]:
    return {"geo": {"@type": "GeoCoordinates", "latitude": degrees[0], "longitude": degrees[1]}}


def _part(date: DateRow, title: str, places: list[dict[str, Any]], status: str) -> dict[str, Any]:
    """One of several dates as schema.org Event."""
    if status == "EventScheduled":
        status = "EventCancelled" if date.dropped else "EventRescheduled" if date.was else status
    return {
        "@type": "Event",
        "name": title,
        "startDate": date.start.isoformat(timespec="minutes"),
        "endDate": date.end.isoformat(timespec="minutes"),
        "eventStatus": f"https://schema.org/{status}",
        **({"previousStartDate": date.was.isoformat(timespec="minutes")} if date.was else {}),
        "location": places,
    }


@dataclass(frozen=True)
class TextPage:
    """Imprint, privacy notice, accessibility statement, how it works. Texts come translated.

    `form` is shown below the sections, with `form_id`, `form_path` and the label of its button."""

    template: ClassVar[str] = "events/text.html"
    frame: Frame
    title: str
    sections: tuple[Section, ...]
    lead: str = ""
    sender: Sender | None = None
    back_path: str = ""
    back_label: str = ""
    form: Any = None
    form_id: str = ""
    form_path: str = ""
    form_heading: str = ""
    form_button: str = ""
    done: str = ""


@dataclass(frozen=True)
class InitiativeRow:
    """One initiative of the directory; `coming` counts its coming public dialogues."""

    sender: Sender
    about: str
    place: str
    coming: int


@dataclass(frozen=True)
class LandGroup:
    land: str
    initiatives: tuple[InitiativeRow, ...]


@dataclass(frozen=True)
class DirectoryPage:
    """All initiatives by Land."""

    template: ClassVar[str] = "events/directory.html"
    frame: Frame
    groups: tuple[LandGroup, ...]

    @property
    def total(self) -> int:
        return sum(len(group.initiatives) for group in self.groups)


@dataclass(frozen=True)
class Imprint:
    """Who answers for an initiative's pages (§ 5 DDG)."""

    name: str
    street: str
    place: str
    represented_by: str = ""
    register_entry: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True)
class InitiativePage:
    """One initiative, its dialogues, its `series` (path, name), its imprint."""

    template: ClassVar[str] = "events/initiative.html"
    frame: Frame
    sender: Sender
    about: str
    land: str
    coming: tuple[Card, ...]
    past: tuple[Card, ...]
    imprint: Imprint
    feed_path: str
    privacy_path: str = "/datenschutz"
    funding_line: str = ""
    paging: Paging = Paging()
    series: tuple[tuple[str, str], ...] = ()

    @property
    def months(self) -> tuple[Month, ...]:
        return by_month(self.coming)
