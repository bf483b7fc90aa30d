"""What the organisers' pages about registrations may show. Times are local to the dialogue."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from events.models import Dialogue
from events.rules import WORKSPACE_PARTS, DialogueState, workspace_path
from events.workspace_pages import DialogueHomePage, Task
from kit.i18n import _, format_date_only, format_number, format_time
from kit.templates import Frame
from kit.zones import local
from network.rules import Role
from registration.desk_forms import AddForm, ReasonForm
from registration.models import Registration
from registration.pages import Entry
from registration.rules import State

PARTS_OF_ROLE = {
    Role.HELPER: ("einlass", "umfragen"),
    Role.OBSERVER: ("ergebnis", "bericht"),
    Role.READER: ("", "anmeldungen", "emails", "umfragen", "ergebnis", "bericht"),
}
"""The parts of a dialogue that a role may open; the others open all."""


@dataclass(frozen=True)
class Head:
    """Which dialogue a page belongs to. `home_path` is its own page, empty where the role may not open that.

    `tabs`: (path, label, current).
    """

    overview_path: str
    path: str
    home_path: str
    title: str
    tabs: tuple[tuple[str, str, bool], ...]


def head(dialogue: Dialogue, initiative_slug: str, role: str, part: str) -> Head:
    """The head of one part of a dialogue, with the parts that this role may open."""
    path = workspace_path(initiative_slug, dialogue.slug)
    return Head(
        overview_path=f"/arbeitsplatz/{initiative_slug}/",
        path=path,
        home_path=path if "" in PARTS_OF_ROLE.get(Role(role), ("",)) else "",
        title=dialogue.title,
        tabs=tabs(dialogue, initiative_slug, role, part),
    )


def tabs(dialogue: Dialogue, initiative_slug: str, role: str, part: str) -> tuple[tuple[str, str, bool], ...]:
    """The parts of a dialogue that this role may open; a draft has none."""
    if dialogue.state == DialogueState.DRAFT:
        return ()
    return tuple(
        (workspace_path(initiative_slug, dialogue.slug, end), _(label), end == part)
        for end, label in WORKSPACE_PARTS
        if end in PARTS_OF_ROLE.get(Role(role), (end,))
    )


def page_number(value: str) -> int:
    """The page of a list that an address asks for; 1 where it asks for none."""
    return max(1, int(value)) if value.isascii() and value.isdigit() and len(value) < 7 else 1


@dataclass(frozen=True)
class Sign:
    """A state in words, as the macro `sign` takes it."""

    kind: str
    text: str
    symbol: str = ""


def state_labels() -> dict[str, str]:
    """State → its words, in the order of the filter."""
    return {
        State.CONFIRMED: _("Bestätigt"),
        State.UNCONFIRMED: _("Adresse offen"),
        State.WAITING: _("Warteliste"),
        State.OFFERED: _("Platz angeboten"),
        State.EXPIRED: _("Abgelaufen"),
        State.DECLINED: _("Angebot abgelehnt"),
        State.CANCELLED: _("Abgesagt"),
    }


_KINDS = {
    State.CONFIRMED: ("free", "check_circle"),
    State.UNCONFIRMED: ("task", "mail"),
    State.WAITING: ("waiting", "hourglass_top"),
    State.OFFERED: ("invited", "mail"),
    State.EXPIRED: ("closed", "history"),
    State.DECLINED: ("closed", "block"),
    State.CANCELLED: ("off", "person_off"),
}


def state_sign(registration: Registration, zone: str, rank: int = 0) -> Sign:
    """How a registration stands, with the date or the place on the waiting list that matters."""
    state = State(registration.state)
    text = state_labels()[state]
    if state == State.UNCONFIRMED and registration.hold_until:
        until = local(registration.hold_until, zone)
        text = _("Adresse offen, Platz bis %(time)s") % {"time": f"{until:%d.%m.} {format_time(until)}"}
    elif state == State.OFFERED and registration.offered_until:
        text = _("Angeboten bis %(day)s") % {"day": format_date_only(local(registration.offered_until, zone))}
    elif rank:
        text = _("Warteliste, Platz %(number)s") % {"number": format_number(rank)}
    return Sign(_KINDS[state][0], text, _KINDS[state][1])


@dataclass(frozen=True)
class AnswerCount:
    """How many registrations with a place gave one answer from a calendar."""

    sign: Sign
    number: int


@dataclass(frozen=True)
class AnswerRow:
    """One answer from a calendar: `words` is what became of it, `comment` what somebody wrote."""

    at: datetime
    sign: Sign
    words: str
    comment: str


@dataclass(frozen=True)
class SeatRow:
    """How it stands with the seats of one offer. `capacity` and `free` None: no limit."""

    title: str
    confirmed: int
    held: int
    capacity: int | None
    free: int | None


@dataclass(frozen=True)
class Letters:
    """The letters of the last change: when, how many of how many went, how many need a look."""

    at: datetime
    letters: int
    sent: int
    stuck: int


@dataclass(frozen=True, kw_only=True)
class DialoguePage(DialogueHomePage):
    """A published dialogue with its registrations. Numbers count people; `groups` counts registrations.

    `list_path` is empty for those who may not read the list.
    """

    template: ClassVar[str] = "registration/desk/overview.html"
    confirmed: int
    groups: int
    unconfirmed: int
    waiting: int
    offered: int
    arrived: int
    rows: tuple[SeatRow, ...]
    letters: Letters | None
    tasks: tuple[Task, ...]
    list_path: str
    answers: tuple[AnswerCount, ...]


@dataclass(frozen=True)
class ChangePage:
    """What a change means before it is saved. `changes`: (label, before, after); `values`: the form to send on."""

    template: ClassVar[str] = "registration/desk/change.html"
    frame: Frame
    head: Head
    action: str
    changes: tuple[tuple[str, str, str], ...]
    letters: int
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class EndPage:
    """Postponing or cancelling: `form_id` postpone or cancel-dialogue, `letters` people get a letter. `date_path` is where
    the date is changed by those who know the new one already, `dates_path` where single dates are dropped, once one of
    several has begun."""

    template: ClassVar[str] = "registration/desk/end.html"
    frame: Frame
    head: Head
    heading: str
    lead: str
    form_id: str
    action: str
    form: ReasonForm
    button: str
    letters: int
    date_path: str = ""
    dates_path: str = ""


@dataclass(frozen=True)
class ListRow:
    """One registration of the list."""

    path: str
    name: str
    email: str
    persons: int
    offer: str
    sign: Sign
    since: datetime
    access_need: bool
    answer: Sign | None


@dataclass(frozen=True)
class StateChip:
    """One state as a filter: how many registrations are in it. The first one is all of them."""

    path: str
    label: str
    number: int
    chosen: bool


@dataclass(frozen=True)
class ListPage:
    """The list. `first` and `last` count from 1; paths are empty where there is nothing or nobody may.

    `total` counts registrations and `persons` people; `offers`: (key, title) where there are several; `holds`: sign-ups
    that hold seats without a confirmed address.
    """

    template: ClassVar[str] = "registration/desk/list.html"
    frame: Frame
    head: Head
    rows: tuple[ListRow, ...]
    words: str
    state: str
    chips: tuple[StateChip, ...]
    total: int
    persons: int
    first: int
    last: int
    before_path: str
    after_path: str
    add_path: str
    tables_path: str
    download_path: str
    offers: tuple[tuple[str, str], ...]
    release_path: str
    holds: int
    done: str

    @property
    def filtered(self) -> bool:
        """Whether somebody asked for a part of the list."""
        return bool(self.words or self.state)


@dataclass(frozen=True)
class AddPage:
    """The form for adding somebody by hand. `access` are the words of the consent to what the person needs."""

    template: ClassVar[str] = "registration/desk/add.html"
    frame: Frame
    head: Head
    action: str
    form: AddForm
    access: tuple[str, str]


@dataclass(frozen=True)
class TableRow:
    """One person: `shown` stands in the field, `saved` in the database. `path` leads to the registration."""

    id: str
    name: str
    about: str
    path: str
    shown: str
    saved: str
    problem: str

    @property
    def label(self) -> str:
        """What the field is for."""
        return _("Tisch für %(name)s") % {"name": self.name or _("Name noch offen")}


@dataclass(frozen=True)
class PersonRow:
    """One person of a registration; an open name is empty."""

    name: str
    arrived: datetime | None
    no_photo: bool
    table: TableRow


@dataclass(frozen=True)
class LetterLine:
    """One letter: what kind it is, and its subject where somebody wrote one. `words` is what the mail server or we said.
    `again_path` is empty where it cannot be sent again."""

    kind: str
    subject: str
    name: str
    recipient: str
    path: str
    at: datetime
    sign: Sign
    words: str
    again_path: str


@dataclass(frozen=True)
class HistoryRow:
    at: datetime
    what: str
    who: str


@dataclass(frozen=True)
class RegistrationPage:
    """One registration. Paths are empty where it cannot be done or the viewer may not.

    `access_need` is empty for whoever may only know that there is one, None when its key is gone.
    """

    template: ClassVar[str] = "registration/desk/registration.html"
    frame: Frame
    head: Head
    name: str
    reference: str
    state: Sign
    email: str
    organisation: str
    offer: str
    letter_language: str
    source: str
    since: datetime
    access_need: str | None
    has_access_need: bool
    people: tuple[PersonRow, ...]
    tables_path: str
    errors: tuple[Entry, ...]
    letters: tuple[LetterLine, ...]
    history: tuple[HistoryRow, ...]
    answer: Sign | None
    answers: tuple[AnswerRow, ...]
    confirm_path: str
    cancel_path: str
    consents: tuple[str, ...]
    withdraw_path: str
    erase_path: str
    print_path: str
    ticket_path: str
    done: str
    problem: str


@dataclass(frozen=True)
class CancelPage:
    """Whom a cancellation hits: number and name of each. `problem` says what was missing."""

    template: ClassVar[str] = "registration/desk/cancel.html"
    frame: Frame
    head: Head
    back_path: str
    action: str
    name: str
    people: tuple[tuple[int, str], ...]
    told: bool
    problem: str = ""


@dataclass(frozen=True)
class ErasePage:
    """Whose data are erased. `cancel_path` is empty where nobody would be told of a cancellation."""

    template: ClassVar[str] = "registration/desk/erase.html"
    frame: Frame
    head: Head
    back_path: str
    action: str
    name: str
    people: tuple[str, ...]
    frees_seats: bool
    cancel_path: str


@dataclass(frozen=True)
class PrintPage:
    """A letter on paper, for somebody without an address, in that person's language. `text`: its paragraphs."""

    template: ClassVar[str] = "registration/desk/print.html"
    frame: Frame
    heading: str
    back_path: str
    ticket_path: str
    sender: tuple[str, ...]
    recipient: tuple[str, ...]
    day: str
    text: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
