"""A dialogue's e-mails in the workspace: how each stands, sent once more, and as somebody would read them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from events.models import Dialogue
from kit.db import ScopedSession
from kit.endpoint import Call, Loaded, see_other
from kit.errors import NotFound, Refused
from kit.frames import workspace_frame
from kit.i18n import _
from kit.registry import route
from kit.zones import local
from mail import queries as mail
from mail.marks import blank
from mail.models import Letter
from mail.operations import send_again
from mail.rules import State
from network import queries as network
from registration import mailing_queries, queries
from registration.desk_pages import StateChip, page_number
from registration.letter_pages import (
    LettersPage,
    MailingRow,
    PreviewPage,
    all_kind_words,
    kind_words,
    letter_line,
    state_words,
)
from registration.models import Registration
from registration.previews import file_words, preview
from registration.routes.desk import organises
from registration.routes.dialogues import BASE, head_of, load_live_dialogue

PART = "emails"
PAGE_SIZE = 50
# Enough to find one of each kind; the list of registrations finds the others.
PEOPLE = 50
# The letter brings its own styles, so it has a policy of its own; it loads nothing, runs nothing and leads nowhere.
LETTER_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"


def load_letter(session: ScopedSession, params: Mapping[str, str]) -> Loaded:
    """The dialogue and the letter that an address of the workspace names. Raises NotFound."""
    loaded = load_live_dialogue(session, params)
    found = mail.letter_by_id(session, params["letter"])
    if found is None or found.dialogue_id != loaded.thing.id:
        raise NotFound
    return replace(loaded, thing=(loaded.thing, found))


def frame(call: Call, dialogue: Dialogue, path: str = "") -> Any:
    initiative = network.initiative(call.session, dialogue.initiative_id)
    return workspace_frame(call, nav="overview", initiative=initiative, path=path)


def index(call: Call) -> LettersPage:
    """What was sent to whom and how it stands, the latest first; letters to many above."""
    dialogue: Dialogue = call.thing
    top = head_of(call, dialogue, PART)
    path = f"{top.path}/{PART}"
    words = state_words()
    counts = mail.letter_counts(call.session, dialogue.id)
    state = call.query.get("stand", "") if call.query.get("stand", "") in words else ""
    total = counts.get(state, 0) if state else sum(counts.values())
    number = min(page_number(call.query.get("seite", "")), max(1, -(-total // PAGE_SIZE)))
    offset = (number - 1) * PAGE_SIZE
    rows = mail.letters_of_dialogue(
        call.session, dialogue.id, states=[state] if state else list(words), offset=offset, limit=PAGE_SIZE
    )
    may = organises(call)

    def page_path(wanted: int = 1, *, stand: str = state) -> str:
        kept = {"stand": stand, "seite": str(wanted) if wanted > 1 else ""}
        asked = urlencode({name: value for name, value in kept.items() if value})
        return f"{path}?{asked}" if asked else path

    chips = [StateChip(page_path(stand=""), _("Alle"), sum(counts.values()), not state)]
    for value, label in words.items():
        if value in counts or value == state:
            chips.append(StateChip(page_path(stand=value), label, counts.get(value, 0), value == state))
    return LettersPage(
        frame=frame(call, dialogue),
        head=top,
        rows=tuple(
            letter_line(
                row,
                at=local(row.sent_at or row.created_at, dialogue.zone),
                people_path=f"{top.path}/anmeldungen",
                again=may,
            )
            for row in rows
        ),
        mailings=_mailings(call, dialogue),
        chips=tuple(chips),
        total=total,
        first=offset + 1,
        last=offset + len(rows),
        before_path=page_path(number - 1) if number > 1 else "",
        after_path=page_path(number + 1) if offset + len(rows) < total else "",
        write_path=f"{path}/neu" if may else "",
        preview_path=f"{path}/vorschau" if may and queries.offers_of(call.session, dialogue.id) else "",
        done={
            "versand": _("Die E-Mail geht noch einmal hinaus."),
            "viele": _("Die E-Mails werden jetzt geschrieben. Diese Seite zeigt, wie weit sie sind."),
        }.get(call.query.get("neu", ""), ""),
    )


def circle_words() -> dict[str, str]:
    """Circle → whom it means."""
    return {"confirmed": _("Bestätigte"), "waiting": _("Warteliste"), "arrived": _("Angekommene")}


def _mailings(call: Call, dialogue: Dialogue) -> tuple[MailingRow, ...]:
    found = mailing_queries.mailings_of(call.session, dialogue.id)
    if not found:
        return ()
    people = mailing_queries.recipient_counts(call.session, [row.id for row in found])
    letters = mailing_queries.letter_counts(call.session, dialogue.id)
    kinds = all_kind_words()
    rows = []
    for row in found:
        states = letters.get(row.id, {})
        rows.append(
            MailingRow(
                id=row.id,
                subject=row.subject or kinds[row.kind],
                circle=circle_words()[row.circle],
                at=local(row.created_at, dialogue.zone),
                total=row.total,
                written=people[row.id].get("written", 0),
                sent=states.get(State.SENT, 0),
                stuck=states.get(State.NEEDS_ATTENTION, 0),
                left_out=people[row.id].get("left_out", 0),
            )
        )
    return tuple(rows)


def send(call: Call) -> Response:
    """Tries a letter once more that did not arrive; a second click sends nothing more."""
    dialogue, letter = call.thing
    if letter.state in (State.SENT, State.SKIPPED):
        raise Refused(_("Diese E-Mail lässt sich nicht noch einmal senden."))
    send_again(call.session, letter=letter, actor=call.viewer.actor, now=call.now)
    top = head_of(call, dialogue, PART)
    if call.form.get("von") == "anmeldung" and letter.registration_id:
        return see_other(f"{top.path}/anmeldungen/{letter.registration_id}?neu=versand")
    return see_other(f"{top.path}/{PART}?neu=versand")


def show_preview(call: Call) -> PreviewPage:
    """One kind of letter to one person of this dialogue, or to somebody made up."""
    dialogue: Dialogue = call.thing
    top = head_of(call, dialogue, PART)
    path = f"{top.path}/{PART}"
    kind, registration = _chosen(call)
    letter = _preview(call, kind, registration)
    people = queries.registrations_listed(call.session, dialogue.id, limit=PEOPLE)
    if registration is not None and registration.id not in [row.id for row in people]:
        people = [registration, *people]
    chosen = registration.id if registration else ""
    asked = urlencode({"art": kind, "fuer": chosen})
    return PreviewPage(
        frame=frame(call, dialogue, f"{path}/vorschau"),
        head=top,
        back_path=path,
        kinds=tuple((value, label, value == kind) for value, label in kind_words().items()),
        people=(
            ("", _("Maria Muster, ausgedacht"), not chosen),
            *((row.id, f"{row.name}, {row.reference}", row.id == chosen) for row in people if row.email),
        ),
        subject=letter.subject,
        recipient=f"{letter.recipient_name} <{letter.recipient}>" if letter.recipient_name else letter.recipient,
        text=blank(letter.text),
        files=file_words(letter),
        html_path=f"{path}/vorschau/html?{asked}",
    )


def show_html(call: Call) -> Response:
    """The HTML part alone, for the frame of the page."""
    html = blank(_preview(call, *_chosen(call)).html)
    return Response(html, media_type="text/html; charset=utf-8", headers={"content-security-policy": LETTER_POLICY})


def _chosen(call: Call) -> tuple[str, Registration | None]:
    """Kind and registration that an address asks for. Raises NotFound for a registration of elsewhere."""
    kind = call.query.get("art", "")
    wanted = call.query.get("fuer", "")
    found = queries.registration_by_id(call.session, wanted) if wanted else None
    if wanted and (found is None or found.dialogue_id != call.thing.id or not found.email):
        raise NotFound
    return kind if kind in kind_words() else "confirmation", found


def _preview(call: Call, kind: str, registration: Registration | None) -> Letter:
    if not queries.offers_of(call.session, call.thing.id):
        raise NotFound
    return preview(
        call.session, dialogue=call.thing, registration=registration, kind=kind, language=call.language, now=call.now
    )


_LIST = f"{BASE}/{PART}"

ROUTES = [
    route("GET", _LIST, index, permission="reader", loads=load_live_dialogue),
    route("GET", f"{_LIST}/vorschau", show_preview, permission="organiser", loads=load_live_dialogue),
    route("GET", f"{_LIST}/vorschau/html", show_html, permission="organiser", loads=load_live_dialogue),
    route(
        "POST",
        f"{_LIST}/{{letter}}/versand",
        send,
        permission="organiser",
        loads=load_letter,
        changes_state=True,
        rate="session",
    ),
]
