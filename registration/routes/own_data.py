"""One's own data from the own page: a copy of them, and their erasure."""

import json

from starlette.responses import Response

from events.models import Dialogue
from kit.endpoint import Call
from kit.registry import route
from registration import operations, pages, queries
from registration.letters import contact_pseudonym
from registration.models import Registration
from registration.operations.erasure import LIVING
from registration.personal_copy import personal_copy
from registration.routes import shown
from registration.routes.own import OWN_PATH, load_own

COPY_PATH = OWN_PATH + "/daten.json"
ERASURE_PATH = OWN_PATH + "/loeschung"


def show_copy(call: Call) -> Response:
    """The copy as a file that people and programs can read."""
    registration: Registration = call.thing
    content = json.dumps(personal_copy(call.session, registration), ensure_ascii=False, indent=1)
    name = f"daten-{registration.reference}.json"
    return Response(
        content, headers={"content-type": "application/json", "content-disposition": f'attachment; filename="{name}"'}
    )


def new_erasure(call: Call) -> pages.ErasePage:
    """What goes and what stays, with the button."""
    registration: Registration = call.thing
    dialogue = call.session.get_one(Dialogue, registration.dialogue_id)
    initiative = shown.initiative_of(call, dialogue)
    return pages.ErasePage(
        frame=shown.frame(call, dialogue, initiative),
        sender=shown.sender(initiative),
        occasion=shown.occasion(call, dialogue, queries.offer_of(call.session, registration.id)),
        path=shown.own_path(registration),
        ends=registration.state in LIVING and dialogue.ends_at > call.now,
    )


def create_erasure(call: Call) -> pages.ErasedPage:
    """Erases. The link opens nothing any more, so the answer is a page and not the way to one."""
    registration: Registration = call.thing
    dialogue = call.session.get_one(Dialogue, registration.dialogue_id)
    initiative = shown.initiative_of(call, dialogue)
    operations.erase(call.session, registration=registration, actor=contact_pseudonym(registration), now=call.now)
    return pages.ErasedPage(
        frame=shown.frame(call, dialogue, initiative),
        sender=shown.sender(initiative),
        dialogue_path=f"/dialoge/{dialogue.slug}",
    )


ROUTES = [
    route("GET", COPY_PATH, show_copy, permission="token", loads=load_own, rate="token"),
    route("GET", ERASURE_PATH, new_erasure, permission="token", loads=load_own, rate="token"),
    route("POST", ERASURE_PATH, create_erasure, permission="token", loads=load_own, changes_state=True, rate="token"),
]
