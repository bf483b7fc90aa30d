"""The workspace's door, and the demo's."""

from typing import Any

from starlette.responses import Response

from accounts import cookies
from accounts import operations as accounts
from accounts import queries as account_queries
from accounts.rules import HOME, device
from kit.endpoint import Call, see_other
from kit.errors import NotFound
from kit.frames import DEMO_ROLES, workspace_frame
from kit.i18n import _
from kit.registry import route
from network import queries
from network.pages import MyInitiative, MyInitiativesPage
from network.rules import start_path
from network.words import role_name


def create_demo_session(call: Call) -> Response:
    """Signs in as the demo's person of a role; the demo alone has this address."""
    role = str(call.form.get("role", ""))
    if role not in DEMO_ROLES:
        raise NotFound
    person = (
        account_queries.first_desk_person(call.session)
        if role == "desk"
        else queries.first_person_with_role(call.session, role)
    )
    if person is None:
        raise NotFound(_("In dieser Vorführung gibt es niemanden mit dieser Rolle."))
    token = accounts.sign_in(
        call.session,
        person_id=person.id,
        old_cookie=cookies.read(call.request),
        device=device(call.request.headers.get("user-agent", "")),
        now=call.now,
    )
    return cookies.put(see_other("/servicestelle/" if role == "desk" else HOME), token)


def index_mine(call: Call) -> Any:
    """The one initiative of most people, its door for helpers, or the choice among several."""
    rows = queries.memberships_of(call.session, call.viewer.person_id)
    if not rows and call.viewer.desk:
        return see_other("/servicestelle/")
    if len(rows) == 1 and not call.viewer.desk:
        membership, initiative = rows[0]
        return see_other(start_path(initiative.slug, membership.role))
    return MyInitiativesPage(
        frame=workspace_frame(call),
        initiatives=tuple(
            MyInitiative(
                slug=initiative.slug,
                name=initiative.name,
                land=initiative.land,
                accent=initiative.accent,
                logo=initiative.logo,
                role=role_name(membership.role),
            )
            for membership, initiative in rows
        ),
        desk=call.viewer.desk,
    )


ROUTES = [
    route("POST", "/demo/anmelden", create_demo_session, permission="demo", changes_state=True),
    route("GET", HOME, index_mine, permission="signed_in"),
]
