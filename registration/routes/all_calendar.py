"""The calendar of all registrations of a mailbox: asked for on one's own page, told by letter, ended behind its link."""

from collections.abc import Mapping

from starlette.responses import Response

from events.feeds import feed
from events.models import Dialogue
from kit.db import ScopedSession, row_by_id
from kit.endpoint import Call, Loaded, see_other
from kit.etag import tagged
from kit.frames import public_frame
from kit.i18n import _
from kit.registry import route
from kit.settings import settings
from kit.tokens import present
from registration import operations, queries
from registration.all_calendar import FEED, PAGE, PATH, entries, feed_path
from registration.calendar_pages import AllCalendarPage, AskCalendarPage
from registration.models import Registration
from registration.routes import shown
from registration.routes.links import UnknownLink
from registration.routes.own import OWN_PATH, load_own


def load_feed(session: ScopedSession, params: Mapping[str, str]) -> Loaded:
    """Of no initiative, as what it shows is of all."""
    return Loaded(_asked_from(session, params["token"], FEED), None)


def load_page(session: ScopedSession, params: Mapping[str, str]) -> Loaded:
    found = _asked_from(session, params["token"], PAGE)
    return Loaded(found, found.initiative_id)


def _asked_from(session: ScopedSession, token: str, purpose: str) -> Registration:
    """The registration from whose page the calendar was asked for. Raises UnknownLink."""
    presented = present(token)
    found = queries.registration_by_id(session, presented.object_id) if presented else None
    if presented is None or found is None or found.erased_at or not presented.proves(purpose, found.calendar_version):
        raise UnknownLink
    return found


def show(call: Call) -> Response:
    """All entries, for a program that asks again and again."""
    data = feed(entries(call.session, call.thing, now=call.now), _("Dialogwerk: meine Anmeldungen"))
    return tagged(call.request, data, "text/calendar; charset=utf-8", private=True)


def show_address(call: Call) -> AllCalendarPage:
    """The address to copy, and the button that ends it."""
    return _page(call, ended=False)


def end(call: Call) -> AllCalendarPage:
    """The address opens nothing any more."""
    operations.renew_calendar(call.session, registration=call.thing, now=call.now)
    return _page(call, ended=True)


def new(call: Call) -> AskCalendarPage:
    """What the calendar is, and the button that sends its link."""
    return AskCalendarPage(
        frame=public_frame(call),
        own_path=shown.own_path(call.thing),
        email=call.thing.email or "",
        asked=call.query.get("gesendet") == "1",
        held_back=call.query.get("gesendet") == "0",
    )


def ask(call: Call) -> Response:
    """Sends the link to the mailbox of the registration, unless one went today."""
    sent = operations.send_all_calendar(call.session, registration=call.thing, now=call.now)
    return see_other(f"{shown.own_path(call.thing)}/alle-kalender?gesendet={int(sent)}")


def _page(call: Call, *, ended: bool) -> AllCalendarPage:
    registration: Registration = call.thing
    dialogue = row_by_id(call.session, Dialogue, registration.dialogue_id)
    return AllCalendarPage(
        frame=public_frame(call),
        calendar_address="" if ended else settings().base_url + feed_path(registration),
        end_path=f"{call.request.url.path}/ende",
        email=registration.email or "",
        until=shown.deleted_on(dialogue, placed=registration.confirmed_at is not None),
    )


_OWN = f"{OWN_PATH}/alle-kalender"

ROUTES = [
    route("GET", f"{PATH}.ics", show, permission="token", loads=load_feed, rate="token"),
    route("GET", PATH, show_address, permission="token", loads=load_page, rate="token"),
    route("POST", f"{PATH}/ende", end, permission="token", loads=load_page, changes_state=True, rate="token"),
    route("GET", _OWN, new, permission="token", loads=load_own, rate="token"),
    route("POST", _OWN, ask, permission="token", loads=load_own, changes_state=True, rate="token"),
]
