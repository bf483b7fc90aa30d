"""Calendar files: one dialogue to take along, and feeds to subscribe to."""

from starlette.responses import Response

from events import compose, date_queries, feed_queries, feeds, queries
from events.page_queries import Shown
from events.queries import Search
from events.routes.narrowed import asked
from events.routes.public import load_initiative_page, load_shown
from kit.endpoint import Call
from kit.etag import tagged, tagged_by
from kit.registry import route
from kit.settings import settings

MEDIA_TYPE = "text/calendar; charset=utf-8"
FORM = 4
"""Grows when the same dialogues are written otherwise, so that programs fetch them again."""


def show_file(call: Call) -> Response:
    """One dialogue as a file."""
    found: Shown = call.thing
    dates = date_queries.dates_of(call.session, found.dialogue)
    data = feeds.single(compose.feed_entry(*found, dates))
    return tagged(call.request, data, MEDIA_TYPE, Content_Disposition=_disposition(found.dialogue.slug))


def show_feed(call: Call) -> Response:
    """All public dialogues, or those of one Land, initiative or format. Unknown values are a 404."""
    narrowed = asked(call)
    search = Search(land=narrowed.land, format_code=narrowed.format_code, initiative_id=narrowed.initiative_id)
    return feed_of(call, search, narrowed.name)


def show_initiative_feed(call: Call) -> Response:
    """The dialogues of one initiative."""
    return feed_of(call, Search(initiative_id=call.thing.id), call.thing.name)


def feed_of(call: Call, search: Search, name: str) -> Response:
    """The calendar of a search, written anew only when something in it changed."""
    title = f"Dialogwerk: {name}" if name else "Dialogwerk"

    def written() -> bytes:
        rows = queries.feed_rows(call.session, search, call.now)
        dates = date_queries.odd_dates_of_many(call.session, [row.dialogue for row in rows])
        entries = [compose.feed_entry(row.dialogue, row.initiative, dates.get(row.dialogue.id, ())) for row in rows]
        return feeds.feed(entries, title)

    state = feed_queries.feed_state(call.session, search, call.now)
    facts = (FORM, settings().base_url, call.language, title, search, state)
    return tagged_by(call.request, facts, written, MEDIA_TYPE, Content_Disposition=_disposition("dialogwerk"))


def _disposition(name: str) -> str:
    return f'inline; filename="{name}.ics"'


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
