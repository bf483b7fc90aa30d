"""The calendar of one registration: its private address, and a new one."""

from collections.abc import Mapping

from starlette.responses import Response

from events.feeds import feed
from kit.db import ScopedSession
from kit.endpoint import Call, Loaded, see_other
from kit.etag import tagged
from kit.registry import route
from kit.tokens import present
from registration import operations, queries
from registration.models import Registration
from registration.own_calendar import CALENDAR, own_entry
from registration.routes import shown
from registration.routes.links import UnknownLink
from registration.routes.own import OWN_PATH, load_own


def load_calendar(session: ScopedSession, params: Mapping[str, str]) -> Loaded:
    """The registration whose calendar this is. The address opens nothing else, and ends with the person's data."""
    presented = present(params["token"])
    found = queries.registration_by_id(session, presented.object_id) if presented else None
    if presented is None or found is None or found.erased_at or not presented.proves(CALENDAR, found.calendar_version):
        raise UnknownLink
    return Loaded(found, found.initiative_id)


def show(call: Call) -> Response:
    """The entry of this registration, for a program that asks again and again."""
    entry = own_entry(call.session, call.thing)
    name = f"Dialogwerk: {entry.title}" if entry else "Dialogwerk"
    data = feed([entry] if entry else [], name)
    return tagged(call.request, data, "text/calendar; charset=utf-8", private=True)


def renew(call: Call) -> Response:
    """Ends the address that was given away."""
    registration: Registration = call.thing
    operations.renew_calendar(call.session, registration=registration, now=call.now)
    return see_other(f"{shown.own_path(registration)}?geaendert=kalender")


ROUTES = [
    route("GET", "/kalender/{token}.ics", show, permission="token", loads=load_calendar, rate="token"),
    route("POST", f"{OWN_PATH}/kalender", renew, permission="token", loads=load_own, changes_state=True, rate="token"),
]
