"""A dialogue's e-mails in the workspace: how each stands, and sent once more. What they look like: the feedback room."""

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
from mail.operations import send_again
from mail.rules import State
from network import queries as network
from registration import mailing_queries, queries
from registration.desk_pages import StateChip, page_number
from registration.letter_pages import (
    LettersPage,
    MailingRow,
    all_kind_words,
    letter_line,
    state_words,
)
from registration.routes.desk import organises
from registration.routes.dialogues import BASE, head_of, load_live_dialogue
from registration.rules import Placeholder, filled_in

PART = "emails"
LIST = f"{BASE}/{PART}"
PAGE_SIZE = 50


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
                subject=filled_in(row.subject, {Placeholder.TITLE: dialogue.title}) or kinds[row.kind],
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


ROUTES = [
    route("GET", LIST, index, permission="reader", loads=load_live_dialogue),
    route(
        "POST",
        f"{LIST}/{{letter}}/versand",
        send,
        permission="organiser",
        loads=load_letter,
        changes_state=True,
        rate="session",
    ),
]
