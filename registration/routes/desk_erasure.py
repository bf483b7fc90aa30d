"""Erasing the data of one registration, when somebody asks for it."""

from starlette.responses import Response

from kit.endpoint import Call, see_other
from kit.frames import workspace_frame
from kit.registry import route
from network import queries as network
from registration import operations, queries
from registration.desk_pages import ErasePage
from registration.operations.erasure import LIVING
from registration.routes.desk import ONE, PART, load_registration
from registration.routes.dialogues import head_of

END = "loeschung"


def edit_erasure(call: Call) -> ErasePage | Response:
    """Asks before the data go: what goes, what stays."""
    dialogue, registration = call.thing
    top = head_of(call, dialogue, PART)
    path = f"{top.path}/{PART}/{registration.id}"
    if registration.erased_at is not None:
        return see_other(path)
    coming = dialogue.ends_at > call.now and registration.state in LIVING
    initiative = network.initiative(call.session, dialogue.initiative_id)
    return ErasePage(
        frame=workspace_frame(call, nav="overview", initiative=initiative, path=f"{path}/{END}"),
        head=top,
        back_path=path,
        action=f"{path}/{END}",
        name=registration.name or "",
        people=tuple(person.name or "" for person in queries.participants_of(call.session, registration.id)),
        frees_seats=coming,
        cancel_path=f"{path}/absage" if coming and registration.email else "",
    )


def update_erasure(call: Call) -> Response:
    """Erases; sent twice it erases once."""
    dialogue, registration = call.thing
    operations.erase(call.session, registration=registration, actor=call.viewer.actor, now=call.now)
    return see_other(f"{head_of(call, dialogue, PART).path}/{PART}/{registration.id}?neu=geloescht")


ROUTES = [
    route("GET", f"{ONE}/{END}", edit_erasure, permission="organiser", loads=load_registration),
    route(
        "POST",
        f"{ONE}/{END}",
        update_erasure,
        permission="organiser",
        loads=load_registration,
        changes_state=True,
        rate="session",
    ),
]
