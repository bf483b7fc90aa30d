"""What the organisers' pages about e-mails may show. Times are local to the dialogue."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from kit.i18n import _
from kit.templates import Frame
from mail.models import Letter
from mail.rules import State
from mail.words import state_reason
from registration.desk_pages import Head, LetterLine, Sign, StateChip
from registration.letter_forms import MessageForm


def kind_words() -> dict[str, str]:
    """Kind of letter → what a team calls it, in the order of a registration's life."""
    return {
        "confirm_address": _("Bitte um Bestätigung der Adresse"),
        "hold_released": _("Platz nicht mehr gehalten"),
        "waiting_list": _("Auf der Warteliste"),
        "offer": _("Platz angeboten"),
        "offer_reminder": _("Erinnerung an das Angebot"),
        "offer_ended": _("Angebot abgelaufen"),
        "no_seat": _("Kein Platz mehr frei"),
        "confirmation": _("Bestätigung mit Ticket"),
        "link": _("Link noch einmal"),
        "all_calendar": _("Kalender mit allen Anmeldungen"),
        "change": _("Änderung"),
        "reminder": _("Erinnerung am Tag davor"),
        "answer_declined": _("Absage im Kalender"),
        "answer_elsewhere": _("Absage von einer anderen Adresse"),
        "answer_kept": _("Absage zurückgenommen"),
        "answer_counter": _("Vorschlag für einen anderen Termin"),
        "answer_delegated": _("Jemand anderes kommt"),
        "part_cancelled": _("Absage für einen Teil der Gruppe"),
        "cancellation": _("Absage"),
        "thanks": _("Dank"),
    }


def all_kind_words() -> dict[str, str]:
    """The same, with those that other rooms or people write."""
    return kind_words() | {
        "message": _("Von der Initiative geschrieben"),
        "survey": _("Umfrage"),
        "survey_reminder": _("Erinnerung an die Umfrage"),
        "answer_note": _("An die Initiative: Antwort aus einem Kalender"),
    }


def state_words() -> dict[str, str]:
    return {
        State.NEEDS_ATTENTION: _("Nicht angekommen"),
        State.QUEUED: _("Wartet"),
        State.SENDING: _("Wird verschickt"),
        State.SENT: _("Verschickt"),
        State.SKIPPED: _("Nicht verschickt"),
    }


_KINDS = {
    State.QUEUED: ("task", "schedule"),
    State.SENDING: ("task", "schedule_send"),
    State.SENT: ("free", ""),
    State.SKIPPED: ("closed", "block"),
    State.NEEDS_ATTENTION: ("off", "error"),
}


def letter_sign(letter: Letter) -> Sign:
    """How a letter stands."""
    state = State(letter.state)
    return Sign(_KINDS[state][0], state_words()[state], _KINDS[state][1])


def letter_line(letter: Letter, *, at: datetime, people_path: str, again: bool) -> LetterLine:
    """`people_path`: the list of registrations; `again`: whether the viewer may send."""
    stuck = letter.state == State.NEEDS_ATTENTION
    root = people_path.rpartition("/")[0]
    kind = all_kind_words().get(letter.kind, "")
    return LetterLine(
        kind=kind or letter.subject,
        # Most subjects say the kind again, and the title of the dialogue.
        subject=letter.subject if letter.kind == "message" else "",
        name=letter.recipient_name,
        recipient=letter.recipient,
        path=f"{people_path}/{letter.registration_id}" if letter.registration_id else "",
        at=at,
        sign=letter_sign(letter),
        words=state_reason(letter),
        again_path=f"{root}/emails/{letter.id}/versand" if stuck and again else "",
    )


@dataclass(frozen=True)
class MailingRow:
    """A letter to many: how many people it goes to, how many letters are written, sent and stuck, who was left out."""

    id: str
    subject: str
    circle: str
    at: datetime
    total: int
    written: int
    sent: int
    stuck: int
    left_out: int


@dataclass(frozen=True)
class LettersPage:
    """All e-mails of a dialogue. Paths are empty where there is nothing or nobody may."""

    template: ClassVar[str] = "registration/desk/letters.html"
    frame: Frame
    head: Head
    rows: tuple[LetterLine, ...]
    mailings: tuple[MailingRow, ...]
    chips: tuple[StateChip, ...]
    total: int
    first: int
    last: int
    before_path: str
    after_path: str
    write_path: str
    preview_path: str
    done: str


@dataclass(frozen=True)
class MessagePage:
    """The form for a letter to many."""

    template: ClassVar[str] = "registration/desk/message.html"
    frame: Frame
    head: Head
    action: str
    back_path: str
    form: MessageForm


@dataclass(frozen=True)
class MessageCheckPage:
    """Who gets the letter and how the first of them reads it. `people`: the first of `total`; `values`: to send on."""

    template: ClassVar[str] = "registration/desk/message_check.html"
    frame: Frame
    head: Head
    action: str
    back_path: str
    circle: str
    total: int
    people: tuple[tuple[str, str], ...]
    subject: str
    text: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class PreviewPage:
    """One kind of letter, as one person would read it. `kinds` and `people`: (value, label, chosen)."""

    template: ClassVar[str] = "registration/desk/letter_preview.html"
    frame: Frame
    head: Head
    back_path: str
    kinds: tuple[tuple[str, str, bool], ...]
    people: tuple[tuple[str, str, bool], ...]
    subject: str
    recipient: str
    text: str
    files: tuple[str, ...]
    html_path: str
