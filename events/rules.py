"""Decisions about dialogues as plain values: states, formats, sign-up, what a calendar has to learn.

Labels are German message ids; whoever shows them translates them.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum


def N_(message: str) -> str:  # noqa: N802 - the name that message extraction knows
    """Marks a message for the catalogue without translating it yet."""
    return message


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


@dataclass(frozen=True)
class Format:
    """One of the fourteen kinds of dialogue; `picture` names its drawing, `about` says what makes it."""

    code: str
    label: str
    picture: str
    about: str


FORMATS = {
    entry.code: entry
    for entry in (
        Format(
            "F1",
            N_("Fabriknacht mit dem Bus"),
            "night",
            N_("Busse fahren zu mehreren Betrieben. Das Los verteilt die Plätze."),
        ),
        Format(
            "F2",
            N_("Werkführung"),
            "tour",
            N_("Kleine Gruppen gehen durch einen Betrieb, oft zu festen Zeiten."),
        ),
        Format(
            "F3",
            N_("Tag der offenen Tore"),
            "gate",
            N_("Alle kommen, wann sie wollen. Nur Führungen brauchen Plätze."),
        ),
        Format(
            "F4",
            N_("Nachbarschaftsdialog"),
            "neighbours",
            N_("Betrieb und Nachbarn sprechen über das, was vor der Haustür geschieht."),
        ),
        Format(
            "F5",
            N_("Bürgerwerkstatt"),
            "workshop",
            N_("Menschen arbeiten an Tischen zusammen an einer Frage."),
        ),
        Format(
            "F6",
            N_("Podium und Fishbowl"),
            "panel",
            N_("Mehrere Sichten im Gespräch, das Publikum fragt mit."),
        ),
        Format(
            "F7",
            N_("Schultag und Azubi-Tag"),
            "school",
            N_("Klassen lernen einen Betrieb und seine Berufe kennen."),
        ),
        Format(
            "F8",
            N_("Nacht der Ausbildung"),
            "night",
            N_("Viele Betriebe öffnen am Abend, man steigt ein und aus."),
        ),
        Format(
            "F9",
            N_("Industriefrühstück"),
            "breakfast",
            N_("Ein kurzer Beitrag, dann Gespräch. Die Anmeldung bleibt ganz kurz."),
        ),
        Format(
            "F10",
            N_("Parlamentarischer Abend"),
            "round_table",
            N_("Ein Abend auf persönliche Einladung."),
        ),
        Format(
            "F11",
            N_("Betriebsrätekonferenz"),
            "workshop",
            N_("Interessenvertretungen tauschen sich einen Tag lang aus."),
        ),
        Format(
            "F12",
            N_("Online-Dialog"),
            "online",
            N_("Alle nehmen am Bildschirm teil."),
        ),
        Format(
            "F13",
            N_("Netzwerktreffen"),
            "round_table",
            N_("Initiativen lernen voneinander."),
        ),
        Format(
            "F14",
            N_("Runder Tisch"),
            "round_table",
            N_("Ein fester Kreis mit Sitz für jede Seite."),
        ),
    )
}

LOTTERY_FORMAT = "F1"
"""Its seats are drawn by lot; such a dialogue is announced, one cannot sign up for it here yet."""

PICTURES = tuple(dict.fromkeys(entry.picture for entry in FORMATS.values()))

FEW = 10
"""Up to this many free seats the number is said."""

GRACE = timedelta(minutes=10)
"""A form opened before closing may be sent for this long afterwards (reliability.md 6.2)."""

CLOSE_AFTER = timedelta(days=30)
"""A dialogue that has taken place is closed this long after its end."""

CAPACITY_LIMIT = 10_000
"""The largest dialogue the product promises to carry (reliability.md 6.1)."""

WHOLE = "dialog"
"""Key of the offer that is the whole dialogue."""


@dataclass(frozen=True)
class DialogueFacts:
    """What the sign-up decision needs to know of a dialogue."""

    state: str
    sign_up: str
    format_code: str
    starts_at: datetime
    registration_opens_at: datetime | None
    registration_closes_at: datetime | None


@dataclass(frozen=True)
class OfferFacts:
    """What it needs to know of an offer; `capacity` None is unlimited."""

    capacity: int | None
    taken: int


@dataclass(frozen=True)
class SignUpState:
    """How one gets a seat right now.

    `kind`: open, few, full, not_yet, closed, cancelled, postponed, elsewhere, none or announced. `free` and `capacity`
    count seats, None when unlimited; `at` is the opening for not_yet, the closing for open, few, full and closed.
    """

    kind: str
    free: int | None = None
    capacity: int | None = None
    taken: int = 0
    at: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether the form of this platform may be opened, for a seat or for the waiting list."""
        return self.kind in ("open", "few", "full")


def closes_at(dialogue: DialogueFacts) -> datetime:
    """When registration ends: the time the organiser set, never after the start; otherwise the start."""
    return min(dialogue.registration_closes_at or dialogue.starts_at, dialogue.starts_at)


_SETTLED = {
    DialogueState.CANCELLED: "cancelled",
    DialogueState.HELD: "closed",
    DialogueState.CLOSED: "closed",
    DialogueState.POSTPONED: "postponed",
}


def sign_up_state(dialogue: DialogueFacts, offers: Sequence[OfferFacts], now: datetime) -> SignUpState:
    """What a visitor is told about signing up."""
    unlimited = any(offer.capacity is None for offer in offers)
    capacity = None if unlimited else sum(offer.capacity or 0 for offer in offers)
    taken = sum(offer.taken for offer in offers)
    free = None if unlimited else sum(max(0, (offer.capacity or 0) - offer.taken) for offer in offers)

    def told(kind: str, at: datetime | None = None) -> SignUpState:
        return SignUpState(kind, free=free, capacity=capacity, taken=taken, at=at)

    if dialogue.state in _SETTLED:
        return told(_SETTLED[DialogueState(dialogue.state)], dialogue.starts_at)
    if dialogue.sign_up == SignUp.NONE:
        return told("none")
    end = closes_at(dialogue)
    if now >= end:
        return told("closed", end)
    if dialogue.sign_up == SignUp.ELSEWHERE:
        return told("elsewhere")
    if dialogue.format_code == LOTTERY_FORMAT:
        return told("announced")
    if dialogue.registration_opens_at is not None and now < dialogue.registration_opens_at:
        return told("not_yet", dialogue.registration_opens_at)
    if free == 0:
        return told("full", end)
    return told("few" if free is not None and free <= FEW else "open", end)


def accepts(
    dialogue: DialogueFacts, offers: Sequence[OfferFacts], *, opened_at: datetime | None, now: datetime
) -> bool:
    """Whether a sign-up sent now is taken: open now, or its form was opened before closing and the grace runs."""
    if sign_up_state(dialogue, offers, now).open:
        return True
    end = closes_at(dialogue)
    if opened_at is None or not (opened_at < end <= now < end + GRACE):
        return False
    return sign_up_state(dialogue, offers, opened_at).open


CALENDAR_FIELDS = frozenset(
    {"title", "start", "end", "zone", "place", "street", "postcode", "city", "online", "online_link"}
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

    Times are wall times `YYYY-MM-DDTHH:MM` in `zone`; `registration_opens`, `registration_closes` and `list_deadline`
    may be empty. `access` pairs a key of SUPPORT_LABELS or `other` with where, `notices` a rule with its reason.
    """

    title: str
    format_code: str
    start: str
    end: str
    land: str
    zone: str = "Europe/Berlin"
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


WALL = "%Y-%m-%dT%H:%M"


def wall(value: str) -> datetime:
    """The naive wall time of a stored `start` or `end`."""
    return datetime.strptime(value, WALL)  # noqa: DTZ007 - a wall time


_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"})
SLUG_LENGTH = 80

RESERVED_SLUGS = frozenset({"neu"})
"""Words that stand in the place of a dialogue's slug in addresses."""


def slug_of(title: str, fallback: str) -> str:
    """The part of an address that a title makes: lower-case ASCII words with hyphens, or the fallback."""
    text = unicodedata.normalize("NFC", title).lower().translate(_GERMAN)
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    words = re.findall(r"[a-z0-9]+", text)
    slug = ""
    for word in words:
        longer = f"{slug}-{word}" if slug else word[:SLUG_LENGTH]
        if len(longer) > SLUG_LENGTH:
            break
        slug = longer
    return slug or fallback


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


def month_window(counts: Sequence[tuple[str, int]], first: str, size: int) -> tuple[str, str, str, str]:
    """Which whole months one page of the list holds, at least `size` dialogues when there are as many.

    `counts` are (`YYYY-MM`, dialogues), sorted; `first` is the wished first month or empty. Returns first and last
    month of the page, and the first months of the page before and after; empty where there is none.
    """
    pages: list[list[str]] = []
    filled = size
    for month, count in counts:
        if filled >= size:
            pages.append([])
            filled = 0
        pages[-1].append(month)
        filled += count
    if not pages:
        return "", "", "", ""
    place = next((index for index, page in enumerate(pages) if first <= page[-1]), len(pages) - 1)
    page = pages[place]
    before = pages[place - 1][0] if place else ""
    after = pages[place + 1][0] if place + 1 < len(pages) else ""
    return page[0], page[-1], before, after


WORKSPACE_PARTS = (
    ("", N_("Übersicht")),
    ("anmeldungen", N_("Anmeldungen")),
    ("ausweise", N_("Ausweise")),
    ("einlass", N_("Einlass")),
    ("ergebnis", N_("Umfrage")),
)
"""The parts of a dialogue in the workspace: end of the address, label."""


def workspace_path(initiative_slug: str, slug: str, part: str = "") -> str:
    """The address of a part of a dialogue in the workspace."""
    base = f"/arbeitsplatz/{initiative_slug}/dialoge/{slug}"
    return f"{base}/{part}" if part else base
