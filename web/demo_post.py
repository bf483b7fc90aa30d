"""The demo's letter box: every letter as a person would read it. No letter leaves a demo without a mail server."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from sqlmodel import col, select
from starlette.responses import Response

from kit.db import ScopedSession
from kit.endpoint import Call, Loaded
from kit.errors import NotFound
from kit.frames import public_frame
from kit.i18n import _, format_day, format_range
from kit.ical import summary_of
from kit.registry import route
from kit.settings import settings
from kit.templates import Frame
from kit.zones import local
from mail.compose import Attachment, Maker
from mail.marks import fill
from mail.models import Letter
from mail.rules import State
from mail.words import reason_words
from network.models import Initiative
from registration.attachments import make_invitation, make_ticket

HOME = "/demo/post"
MAKERS: dict[str, Maker] = {"ticket": make_ticket, "invitation": make_invitation}
SHOWN = 200
ZONE = "Europe/Berlin"
# The letter brings its own styles, so it has a policy of its own; it loads nothing and runs nothing.
LETTER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-top-navigation-by-user-activation"
)


@dataclass(frozen=True)
class Line:
    """One letter in the list; `when` is local time."""

    id: str
    subject: str
    recipient: str
    state: str
    when: datetime


@dataclass(frozen=True)
class CalendarPart:
    """What the calendar part of a letter tells a calendar, in words."""

    says: str
    title: str
    when: str
    place: str
    answer: str


@dataclass(frozen=True)
class PostPage:
    template: ClassVar[str] = "demo/post.html"
    frame: Frame
    lines: list[Line]
    address: str
    limit: int


@dataclass(frozen=True)
class LetterPage:
    template: ClassVar[str] = "demo/letter.html"
    frame: Frame
    id: str
    subject: str
    sender: str
    recipient: str
    when: datetime
    state: str
    reason: str
    text: str
    calendar: list[CalendarPart]
    files: list[tuple[str, str]]


def load_letter(session: ScopedSession, params: Mapping[str, str]) -> Loaded:
    """The letter of a page. Raises NotFound."""
    letter = session.get(Letter, params["id"])
    if letter is None:
        raise NotFound
    return Loaded(letter, letter.initiative_id)


def index(call: Call) -> PostPage:
    """The newest letters, of all people or of one address."""
    address = call.query.get("an", "").strip()
    found = select(Letter).order_by(col(Letter.created_at).desc(), col(Letter.id)).limit(SHOWN)
    if address:
        found = found.where(col(Letter.recipient).icontains(address, autoescape=True))
    lines = [
        Line(
            id=letter.id,
            subject=letter.subject,
            recipient=_person(letter.recipient_name, letter.recipient),
            state=_state(letter),
            when=local(letter.created_at, ZONE),
        )
        for letter in call.session.exec(found)
    ]
    return PostPage(frame=public_frame(call), lines=lines, address=address, limit=SHOWN)


def show(call: Call) -> LetterPage:
    """One letter with its files. A file that cannot be made is left out here, as it would stop the delivery."""
    letter: Letter = call.thing
    initiative = call.session.get_one(Initiative, letter.initiative_id)
    return LetterPage(
        frame=public_frame(call),
        id=letter.id,
        subject=letter.subject,
        sender=_person(initiative.name, settings().mail_from),
        recipient=_person(letter.recipient_name, letter.recipient),
        when=local(letter.created_at, ZONE),
        state=_state(letter),
        reason=reason_words(letter.reason),
        text=fill(letter.text),
        calendar=[
            part for entry in letter.attachments if entry["key"] == "invitation" for part in _calendar(entry["data"])
        ],
        files=[(entry["key"], _file_words(entry["key"])) for entry in letter.attachments],
    )


def show_html(call: Call) -> Response:
    """The HTML part alone, for the frame of the page. Links open in the whole window."""
    html = fill(call.thing.html).replace("<head>", '<head><base target="_top">', 1)
    return Response(html, media_type="text/html; charset=utf-8", headers={"content-security-policy": LETTER_POLICY})


def show_file(call: Call) -> Response:
    """One file of a letter, made as for the delivery. Raises NotFound."""
    key = call.params["key"]
    for entry in call.thing.attachments:
        if entry["key"] == key:
            file: Attachment = MAKERS[key](entry["data"])
            return Response(
                file.content,
                media_type=file.content_type,
                headers={"content-disposition": f'attachment; filename="{file.file_name}"'},
            )
    raise NotFound


def _calendar(data: dict[str, Any]) -> list[CalendarPart]:
    parts = []
    for event in summary_of(make_invitation(data).content):
        start, end = event["start"], event["end"]
        cancelled = event["method"] == "CANCEL"
        parts.append(
            CalendarPart(
                says=_("Der Termin verschwindet aus dem Kalender.")
                if cancelled
                else _("Der Kalender fragt nach einer Zusage und ändert den Termin, wenn sich etwas ändert.")
                if event["rsvp"]
                else _("Der Termin kommt in den Kalender und ändert sich dort, wenn sich etwas ändert."),
                title=event["summary"],
                when=_span(start, end) if start and end else "",
                place=event["location"],
                answer=event["attendee"],
            )
        )
    return parts


def _span(start: datetime, end: datetime) -> str:
    if start.date() != end.date():
        return format_range(start, end)
    return f"{format_day(start)}, {format_range(start, end)}"


def _person(name: str, address: str) -> str:
    return f"{name} <{address}>" if name else address


def _state(letter: Letter) -> str:
    return {
        State.QUEUED: _("wartet"),
        State.SENDING: _("wird verschickt"),
        State.SENT: _("verschickt"),
        State.SKIPPED: _("nicht verschickt"),
        State.NEEDS_ATTENTION: _("braucht jemanden"),
    }[State(letter.state)]


def _file_words(key: str) -> str:
    return {"ticket": _("Ticket als PDF"), "invitation": _("Termin als Kalenderdatei")}[key]


ROUTES = [
    route("GET", HOME, index, permission="demo"),
    route("GET", f"{HOME}/{{id}}", show, permission="demo", loads=load_letter),
    route("GET", f"{HOME}/{{id}}/html", show_html, permission="demo", loads=load_letter),
    route("GET", f"{HOME}/{{id}}/{{key}}", show_file, permission="demo", loads=load_letter),
]
