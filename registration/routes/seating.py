"""Tables: typed in rows for the whole dialogue, or for the people of one registration."""

import re

from starlette.responses import Response

from events.models import Dialogue
from kit.endpoint import Answer, Call, see_other
from kit.frames import workspace_frame
from kit.i18n import _
from kit.registry import route
from network import queries as network
from registration import operations, seating_queries
from registration.desk_pages import page_number
from registration.routes import desk
from registration.routes.dialogues import BASE, head_of, load_live_dialogue
from registration.seating_forms import SeatingForm
from registration.seating_pages import SeatingPage, seat_errors, seat_row

PART = "tische"
PAGE_SIZE = 100
_DIGITS = re.compile("([0-9]+)")


def show(call: Call) -> SeatingPage:
    """Everybody with a confirmed seat, a hundred on a page."""
    done = _("Die Tische sind gespeichert.") if call.query.get("neu") == "tische" else ""
    return _page(call, page_number(call.query.get("seite", "")), SeatingForm(), done=done)


def _page(call: Call, wanted: int, form: SeatingForm, *, done: str = "") -> SeatingPage:
    dialogue: Dialogue = call.thing
    top = head_of(call, dialogue, desk.PART)
    path = f"{top.path}/{PART}"
    used = seating_queries.tables(call.session, dialogue.id)
    total = sum(used.values())
    number = min(wanted, max(1, -(-total // PAGE_SIZE)))
    found = seating_queries.people(call.session, dialogue.id, offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE)
    rows = tuple(
        seat_row(
            person,
            form,
            about=" · ".join(dict.fromkeys(filter(None, (person.organisation, person.offer)))),
            path=f"{top.path}/{desk.PART}/{person.registration_id}",
        )
        for person in found
    )
    return SeatingPage(
        frame=workspace_frame(
            call, nav="overview", initiative=network.initiative(call.session, dialogue.initiative_id), path=path
        ),
        head=top,
        path=path,
        number=number,
        rows=rows,
        errors=seat_errors(rows),
        used=tuple(sorted(((label, count) for label, count in used.items() if label), key=_natural)),
        total=total,
        open=used.get("", 0),
        before_path=f"{path}?seite={number - 1}" if number > 1 else "",
        after_path=f"{path}?seite={number + 1}" if number * PAGE_SIZE < total else "",
        badges_path=f"{top.path}/ausweise",
        done=done,
    )


def _natural(row: tuple[str, int]) -> list[tuple[bool, int, str]]:
    """Table 10 stands behind table 9."""
    # Every second part is a number.
    parts = _DIGITS.split(row[0].casefold())
    return [(place % 2 == 1, int(part) if place % 2 else 0, part) for place, part in enumerate(parts)]


def update(call: Call) -> Response | Answer:
    """Saves what was changed on a page; the same form sent again changes nothing."""
    dialogue: Dialogue = call.thing
    form = SeatingForm.parse(call.form)
    number = page_number(str(call.form.get("seite", "")))
    if form.problems:
        return Answer(_page(call, number, form), 422)
    operations.seat(call.session, dialogue=dialogue, labels=form.labels, actor=call.viewer.actor, now=call.now)
    return see_other(f"{head_of(call, dialogue, desk.PART).path}/{PART}?seite={number}&neu=tische")


def update_one(call: Call) -> Response | Answer:
    """Saves the tables of the people of one registration."""
    dialogue, registration = call.thing
    form = SeatingForm.parse(call.form)
    if form.problems:
        return Answer(desk.registration_page(call, seating=form), 422)
    operations.seat(call.session, dialogue=dialogue, labels=form.labels, actor=call.viewer.actor, now=call.now)
    path = f"{head_of(call, dialogue, desk.PART).path}/{desk.PART}/{registration.id}"
    return see_other(f"{path}?neu=tische")


ROUTES = [
    route("GET", f"{BASE}/{PART}", show, permission="organiser", loads=load_live_dialogue),
    route(
        "POST",
        f"{BASE}/{PART}",
        update,
        permission="organiser",
        loads=load_live_dialogue,
        changes_state=True,
        rate="session",
    ),
    route(
        "POST",
        f"{desk.ONE}/{PART}",
        update_one,
        permission="organiser",
        loads=desk.load_registration,
        changes_state=True,
        rate="session",
    ),
]
