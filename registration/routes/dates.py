"""Single dates of a dialogue with several, in the workspace: moved or dropped one by one."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from starlette.responses import Response

from events import compose, date_operations, date_queries, dates
from events.date_operations import NotThisDate
from events.forms.date import DateForm
from events.models import Dialogue, DialogueDate
from events.operations import ChangedMeanwhile, NotInThisState
from events.pages import DateRow
from events.routes.workspace import load_own_dialogue
from events.rules import DROPPED, PLANNED, DialogueState
from kit.db import ScopedSession
from kit.endpoint import Answer, Call, Loaded, see_other
from kit.errors import NotFound
from kit.frames import workspace_frame
from kit.i18n import _
from kit.registry import route
from network import queries as network
from registration import queries
from registration.date_pages import DateLine, DatePage, DatesPage
from registration.routes.dialogues import BASE, head_of

MOVED, GONE, SAME = "verlegt", "gestrichen", "unveraendert"


def load_dates(session: ScopedSession, params: Mapping[str, str]) -> Loaded:
    """A dialogue of the workspace with several dates. Raises NotFound."""
    loaded = load_own_dialogue(session, params)
    if not loaded.thing.repetition:
        raise NotFound
    return loaded


def load_date(session: ScopedSession, params: Mapping[str, str]) -> Loaded:
    """One date of such a dialogue. Raises NotFound."""
    loaded = load_dates(session, params)
    found = next((row for row in date_queries.dates_of(session, loaded.thing) if row.id == params["date"]), None)
    if found is None:
        raise NotFound
    return replace(loaded, thing=(loaded.thing, found))


def index(call: Call) -> DatesPage:
    """All dates, with the ways to those that can be changed."""
    dialogue: Dialogue = call.thing
    rows = date_queries.dates_of(call.session, dialogue)
    head = head_of(call, dialogue, "")
    several = len(dates.taking_place(rows)) > 1
    lines = []
    for row, shown in zip(rows, compose.date_rows(dialogue, rows, call.now), strict=True):
        fixed = not _changeable(dialogue) or (row.state == PLANNED and row.starts_at <= call.now)
        path = f"{head.path}/termine/{row.id}"
        lines.append(
            DateLine(
                shown,
                move_path="" if fixed else f"{path}/verschiebung",
                drop_path="" if fixed or row.state == DROPPED or not several else f"{path}/absage",
            )
        )
    said = {
        MOVED: _("Der Termin ist verlegt."),
        GONE: _("Der Termin ist gestrichen."),
        SAME: _("Es hat sich nichts geändert. Niemand bekommt eine E-Mail."),
    }
    return DatesPage(
        frame=_frame(call, dialogue, f"{head.path}/termine"),
        head=head,
        rule=dates.lines(dialogue, rows)[0],
        lines=tuple(lines),
        done=said.get(call.query.get("neu", ""), ""),
    )


def _changeable(dialogue: Dialogue) -> bool:
    return dialogue.state in (DialogueState.DRAFT, DialogueState.PUBLISHED)


def _frame(call: Call, dialogue: Dialogue, path: str) -> Any:
    initiative = network.initiative(call.session, dialogue.initiative_id)
    return workspace_frame(call, nav="overview", initiative=initiative, path=path)


def edit_move(call: Call) -> DatePage:
    """Asks for the new time of one date."""
    dialogue, date = call.thing
    start = {"start": date.start, "end": date.end, "version": str(dialogue.version)}
    return _page(call, "verschiebung", DateForm(data=start))


def update_move(call: Call) -> Answer | Response:
    """Gives one date another time."""
    dialogue, date = call.thing
    form = DateForm.parse(call.form, zone=dialogue.zone)
    if not form.validate():
        return Answer(_page(call, "verschiebung", form), 422)
    try:
        moved = date_operations.move_date(
            call.session,
            dialogue=dialogue,
            recurrence_id=date.recurrence_id,
            start=form.start.data,
            end=form.end.data,
            version=form.opened_with(),
            actor=call.viewer.actor,
            now=call.now,
        )
    except ChangedMeanwhile:
        # What was typed stays; who sends it once more has seen how the date is now.
        form.version.data = str(dialogue.version)
        problem = _("Jemand hat diesen Dialog inzwischen geändert. Hier steht, wie der Termin jetzt ist.")
        return Answer(_page(call, "verschiebung", form, problem=problem), ChangedMeanwhile.status)
    except NotThisDate as refusal:
        form.refuse(refusal.sentence)
        return Answer(_page(call, "verschiebung", form), 422)
    return _back(call, dialogue, MOVED if moved else SAME)


def edit_drop(call: Call) -> DatePage:
    """Asks before one date is dropped."""
    return _page(call, "absage")


def update_drop(call: Call) -> Answer | Response:
    """One date does not take place."""
    dialogue, date = call.thing
    try:
        dropped = date_operations.drop_date(
            call.session, dialogue=dialogue, recurrence_id=date.recurrence_id, actor=call.viewer.actor, now=call.now
        )
    except NotThisDate as refusal:
        return Answer(_page(call, "absage", problem=refusal.sentence), refusal.status)
    return _back(call, dialogue, GONE if dropped else SAME)


def _page(call: Call, act: str, form: DateForm | None = None, *, problem: str = "") -> DatePage:
    dialogue, date = call.thing
    if not _changeable(dialogue):
        raise NotInThisState(
            _("Dieser Dialog ist abgesagt, verschoben oder vorbei. Seine Termine bleiben, wie sie sind.")
        )
    head = head_of(call, dialogue, "")
    path = f"{head.path}/termine/{date.id}/{act}"
    return DatePage(
        frame=_frame(call, dialogue, path),
        head=head,
        row=_row(call, dialogue, date),
        dates_path=f"{head.path}/termine",
        action=path,
        letters=queries.letters_a_change_sends(call.session, dialogue.id),
        form=form,
        problem=problem,
    )


def _row(call: Call, dialogue: Dialogue, date: DialogueDate) -> DateRow:
    return compose.date_rows(dialogue, [date], call.now)[0]


def _back(call: Call, dialogue: Dialogue, said: str) -> Response:
    return see_other(f"{head_of(call, dialogue, '').path}/termine?neu={said}")


_DATE = f"{BASE}/termine/{{date}}"
_ORGANISER: dict[str, Any] = {"permission": "organiser", "loads": load_date}
_POST: dict[str, Any] = {**_ORGANISER, "changes_state": True, "rate": "session"}

ROUTES = [
    route("GET", f"{BASE}/termine", index, permission="organiser", loads=load_dates),
    route("GET", f"{_DATE}/verschiebung", edit_move, **_ORGANISER),
    route("POST", f"{_DATE}/verschiebung", update_move, **_POST),
    route("GET", f"{_DATE}/absage", edit_drop, **_ORGANISER),
    route("POST", f"{_DATE}/absage", update_drop, **_POST),
]
