"""The dialogues of one's own team as a calendar, under a private address for each person and team."""

from collections.abc import Mapping

from starlette.responses import Response

from events import compose, date_queries, feed_queries, feeds, queries
from events.routes.calendars import FORM, MEDIA_TYPE
from kit.db import ScopedSession
from kit.endpoint import Call, Loaded, see_other
from kit.errors import NotFound
from kit.etag import tagged_by
from kit.registry import route
from kit.settings import settings
from kit.tokens import derive, present
from network import operations as network_operations
from network import queries as network
from network.loaders import load_initiative
from network.models import Initiative, Membership
from network.rules import ADMITTED, FIRST_PART

TEAM_CALENDAR = "team_calendar"


def calendar_address(membership: Membership) -> str:
    """The full address; it ends with the membership, or with the next one."""
    token = derive(TEAM_CALENDAR, membership.id, membership.calendar_version)
    return f"{settings().base_url}/kalender/team/{token}.ics"


def load_team_calendar(session: ScopedSession, params: Mapping[str, str]) -> Loaded:
    """The membership whose calendar this is. Raises NotFound."""
    presented = present(params["token"])
    found = network.membership_by_id(session, presented.object_id) if presented else None
    if presented is None or found is None or not presented.proves(TEAM_CALENDAR, found.calendar_version):
        raise NotFound
    return Loaded(found, found.initiative_id)


def show(call: Call) -> Response:
    """The team's dialogues as this role sees them: helpers and observers no drafts, the others as tentative."""
    membership: Membership = call.thing
    drafts = membership.role in ADMITTED["reader"]
    part = FIRST_PART.get(membership.role, "")
    initiative = network.initiative(call.session, membership.initiative_id)
    state = feed_queries.team_state(call.session, initiative.id, drafts=drafts, now=call.now)
    name = f"Dialogwerk: {initiative.name}"

    def written() -> bytes:
        rows = queries.team_rows(call.session, initiative.id, drafts=drafts, now=call.now)
        dates = date_queries.odd_dates_of_many(call.session, rows)
        entries = [compose.team_entry(row, initiative, dates.get(row.id, ()), part=part) for row in rows]
        return feeds.feed(entries, name)

    facts = (TEAM_CALENDAR, FORM, settings().base_url, call.language, initiative.id, initiative.version, part, state)
    return tagged_by(call.request, facts, written, MEDIA_TYPE, private=True)


def renew(call: Call) -> Response:
    """Ends the address that was given away."""
    initiative: Initiative = call.thing
    membership = network.membership_of(call.session, initiative_id=initiative.id, person_id=str(call.viewer.person_id))
    if membership is None:
        raise NotFound
    network_operations.renew_calendar(call.session, membership=membership, actor=call.viewer.actor, now=call.now)
    return see_other(f"/arbeitsplatz/{initiative.slug}/?neu=kalender")


ROUTES = [
    route("GET", "/kalender/team/{token}.ics", show, permission="token", loads=load_team_calendar, rate="token"),
    route(
        "POST",
        "/arbeitsplatz/{initiative}/kalender",
        renew,
        permission="member",
        loads=load_initiative,
        changes_state=True,
        rate="session",
    ),
]
