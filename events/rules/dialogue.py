"""What a dialogue is and when its data go: states, labels, the values of its form."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from events.rules.words import N_


class DialogueState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"
    HELD = "held"
    CLOSED = "closed"


SHOWN_STATES = (
    DialogueState.PUBLISHED,
    DialogueState.POSTPONED,
    DialogueState.CANCELLED,
    DialogueState.HELD,
    DialogueState.CLOSED,
)
"""States with a public page."""

CHANGEABLE_STATES = (DialogueState.DRAFT, DialogueState.PUBLISHED, DialogueState.POSTPONED)

STATE_LABELS = {
    DialogueState.DRAFT: N_("Entwurf"),
    DialogueState.PUBLISHED: N_("Veröffentlicht"),
    DialogueState.POSTPONED: N_("Verschoben"),
    DialogueState.CANCELLED: N_("Fällt aus"),
    DialogueState.HELD: N_("Hat stattgefunden"),
    DialogueState.CLOSED: N_("Abgeschlossen"),
}


class Visibility(StrEnum):
    PUBLIC = "public"
    UNLISTED = "unlisted"
    INVITED = "invited"


VISIBILITY_LABELS = {
    Visibility.PUBLIC: N_("Öffentlich: in Liste, Kalender und Suche"),
    Visibility.UNLISTED: N_("Nur mit Adresse: in keiner Liste"),
    Visibility.INVITED: N_("Nur für Eingeladene: ohne öffentliche Seite"),
}


class SignUp(StrEnum):
    HERE = "here"
    ELSEWHERE = "elsewhere"
    NONE = "none"


SIGN_UP_LABELS = {
    SignUp.HERE: N_("Hier auf dieser Plattform"),
    SignUp.ELSEWHERE: N_("Auf einer anderen Seite"),
    SignUp.NONE: N_("Keine Anmeldung nötig"),
}

STEP_FREE_LABELS = {
    "unknown": N_("Noch nicht geklärt"),
    "yes": N_("Stufenfrei"),
    "partly": N_("Zum Teil stufenfrei"),
    "no": N_("Nicht stufenfrei"),
}

SUPPORT_LABELS = {
    "hearing": N_("Höranlage"),
    "sign_language": N_("Gebärdensprache"),
    "captions": N_("Untertitel"),
    "plain_language": N_("Leichte Sprache"),
    "childcare": N_("Kinderbetreuung"),
}
"""What helps people to take part; anything else is of the kind `other`."""

LANGUAGE_LABELS = {
    "de": N_("Deutsch"),
    "en": N_("Englisch"),
    "tr": N_("Türkisch"),
    "ar": N_("Arabisch"),
    "uk": N_("Ukrainisch"),
    "pl": N_("Polnisch"),
    "hsb": N_("Sorbisch"),
}


CLOSE_AFTER = timedelta(days=30)
"""A dialogue that has taken place is closed this long after its end."""

CAPACITY_LIMIT = 10_000
"""The largest dialogue the product promises to carry (reliability.md 6.1)."""

WHOLE = "dialog"
"""Key of the offer that is the whole dialogue."""


CALENDAR_FIELDS = frozenset(
    {
        "title",
        "start",
        "end",
        "zone",
        "repetition",
        "regular_start",
        "regular_end",
        "place",
        "street",
        "postcode",
        "city",
        "online",
        "online_link",
        "programme",
    }
)
"""A change of one of these is news for a calendar: SEQUENCE grows and registered people get a new invitation."""


def is_calendar_change(changed: frozenset[str]) -> bool:
    return bool(changed & CALENDAR_FIELDS)


@dataclass(frozen=True)
class Line:
    """A line of the programme. `time` is `HH:MM`."""

    time: str
    title: str
    text: str = ""


@dataclass(frozen=True)
class OfferValue:
    """What one signs up for. `capacity` None is unlimited; start and end are wall times, empty: as the dialogue."""

    key: str
    capacity: int | None
    title: str = ""
    description: str = ""
    start: str = ""
    end: str = ""
    place: str = ""
    online_link: str = ""


@dataclass(frozen=True)
class DialogueValue:
    """Everything an organiser writes about a dialogue.

    `series` is the name of the one it belongs to. `repetition` is the value of an RRULE, empty for one date; `start` and `end` are then the first date.
    Times are wall times `YYYY-MM-DDTHH:MM` in `zone`; `registration_opens`, `registration_closes` and `list_deadline`
    may be empty. `access` pairs a key of SUPPORT_LABELS or `other` with where, `notices` a rule with its reason.
    """

    title: str
    format_code: str
    start: str
    end: str
    land: str
    zone: str = "Europe/Berlin"
    repetition: str = ""
    series: str = ""
    lead: str = ""
    description: str = ""
    plain_text: str = ""
    visibility: str = Visibility.PUBLIC
    sign_up: str = SignUp.HERE
    sign_up_address: str = ""
    admission: str = ""
    latest_entry: str = ""
    place: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    kreis: str = ""
    coordinates: str = ""
    online: bool = False
    online_link: str = ""
    host: str = ""
    audience: str = ""
    cost: str = ""
    bring: str = ""
    step_free: str = "unknown"
    access: tuple[tuple[str, str], ...] = ()
    notices: tuple[tuple[str, str], ...] = ()
    languages: tuple[str, ...] = ("de",)
    recipients: str = ""
    contact_name: str = ""
    contact_email: str = ""
    contact_phone: str = ""
    picture: str = ""
    registration_opens: str = ""
    registration_closes: str = ""
    list_deadline: str = ""
    hold_minutes: int = 120
    offer_hours: int = 48
    fill_gaps: bool = True
    party_limit: int = 4
    survey_days: int = 14
    alarm_minutes: int | None = None


WALL = "%Y-%m-%dT%H:%M"


def offer_time_fault(begins: datetime, ends: datetime, closing: datetime) -> str:
    """Why an offer's times do not fit into its dialogue's: `order`, `late`, or nothing. All wall times of one zone."""
    if ends <= begins:
        return "order"
    # What is kept about people goes by the dialogue's end; an offer that begins after it would lose its guests.
    return "late" if begins >= closing else ""


def wall(value: str) -> datetime:
    """The naive wall time of a stored `start` or `end`."""
    return datetime.strptime(value, WALL)  # noqa: DTZ007 - a wall time


@dataclass(frozen=True)
class Deletion:
    """When one kind of data goes: `kind` is access, lists, without_place, attendee or survey."""

    kind: str
    day: date | None


def deletions(ends_at: datetime) -> tuple[Deletion, ...]:
    """The days on which data of this dialogue is deleted (domain.md 6.1); None: it names nobody and stays."""
    end = ends_at.astimezone(UTC).date()
    return (
        Deletion("access", end + timedelta(days=7)),
        Deletion("lists", end + timedelta(days=30)),
        Deletion("without_place", end + timedelta(days=30)),
        Deletion("attendee", _months_later(end, 6)),
        Deletion("survey", None),
    )


def _months_later(day: date, months: int) -> date:
    """The same day some months later, or the last day of that month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    following = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), following - timedelta(days=1))
