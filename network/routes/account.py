"""A copy of one's own account, and its erasure."""

import json
from typing import Any

from starlette.responses import Response

from accounts import cookies
from accounts.models import Person
from kit.endpoint import Answer, Call, see_other
from kit.errors import NotFound, Refused
from kit.frames import workspace_frame
from kit.registry import route
from network import operations, queries
from network.pages import EraseAccountPage
from network.personal_copy import personal_copy

_PATH = "/arbeitsplatz/konto/loeschen"
_COPY = "/arbeitsplatz/konto/daten.json"


def show(call: Call) -> Any:
    return _page(call, "")


def delete(call: Call) -> Any:
    try:
        operations.erase_account(call.session, person=_person(call), now=call.now)
    except Refused as refused:
        return Answer(_page(call, refused.sentence), status=refused.status)
    return cookies.drop(see_other("/anmelden?geloescht=1"))


def show_copy(call: Call) -> Response:
    """The copy as a file that people and programs can read."""
    content = json.dumps(personal_copy(call.session, _person(call)), ensure_ascii=False, indent=1)
    return Response(
        content,
        headers={"content-type": "application/json", "content-disposition": 'attachment; filename="konto.json"'},
    )


def _person(call: Call) -> Person:
    person = call.session.get(Person, call.viewer.person_id)
    if person is None:
        raise NotFound
    return person


def _page(call: Call, refusal: str) -> EraseAccountPage:
    person = _person(call)
    rows = queries.memberships_of(call.session, person.id)
    alone = queries.owned_alone(call.session, person.id)
    return EraseAccountPage(
        frame=workspace_frame(call, nav="account", path=_PATH),
        email=person.email,
        teams=tuple(initiative.name for _membership, initiative in rows),
        alone=tuple((initiative.name, initiative.slug) for _membership, initiative in rows if initiative.id in alone),
        refusal=refusal,
    )


ROUTES = [
    route("GET", _COPY, show_copy, permission="signed_in"),
    route("GET", _PATH, show, permission="signed_in"),
    route("POST", _PATH, delete, permission="signed_in", changes_state=True, rate="session"),
]
