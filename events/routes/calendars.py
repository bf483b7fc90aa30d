"""Calendar files: one dialogue to take along, and feeds to subscribe to."""

from starlette.responses import Response

from events import compose, feeds, queries
from events.page_queries import Shown
from events.queries import Search
from events.routes.narrowed import asked
from events.routes.public import load_initiative_page, load_shown
from kit.endpoint import Call
from kit.etag import tagged
from kit.registry import route


def show_file(call: Call) -> Response:
    """One dialogue as a file."""
    found: Shown = call.thing
    return _calendar(call, feeds.single(compose.feed_entry(*found)), found.dialogue.slug)


def show_feed(call: Call) -> Response:
    """All public dialogues, or those of one Land, initiative or format. Unknown values are a 404."""
    narrowed = asked(call)
    search = Search(land=narrowed.land, format_code=narrowed.format_code, initiative_id=narrowed.initiative_id)
    return _feed(call, search, narrowed.name)


def show_initiative_feed(call: Call) -> Response:
    """The dialogues of one initiative."""
    return _feed(call, Search(initiative_id=call.thing.id), call.thing.name)


def _feed(call: Call, search: Search, name: str) -> Response:
    rows = queries.feed_rows(call.session, search, call.now)
    entries = [compose.feed_entry(row.dialogue, row.initiative) for row in rows]
    return _calendar(call, feeds.feed(entries, f"Dialogwerk: {name}" if name else "Dialogwerk"), "dialogwerk")


def _calendar(call: Call, data: bytes, name: str) -> Response:
    return tagged(
        call.request,
        data,
        "text/calendar; charset=utf-8",
        Content_Disposition=f'inline; filename="{name}.ics"',
    )


ROUTES = [
    route("GET", "/kalender.ics", show_feed, permission="public"),
    route("GET", "/dialoge/{slug}/kalender.ics", show_file, permission="public", loads=load_shown),
    route(
        "GET",
        "/initiativen/{slug}/kalender.ics",
        show_initiative_feed,
        permission="public",
        loads=load_initiative_page,
    ),
]
