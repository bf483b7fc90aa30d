"""A series: its page, its calendar and its news."""

from collections.abc import Mapping
from typing import NamedTuple

from starlette.responses import Response

from events import compose, open_data, open_queries, queries, series_queries
from events.models import DialogueSeries
from events.open_queries import Narrowed
from events.queries import Search
from events.routes.calendars import feed_of
from events.routes.start import page_start, paging
from events.rules import series_path
from events.series_pages import SeriesPage
from kit import atom
from kit.db import ScopedSession
from kit.endpoint import Call, Loaded
from kit.errors import NotFound
from kit.etag import tagged
from kit.frames import public_frame
from kit.registry import route
from network import queries as network
from network.models import Initiative


class Shown(NamedTuple):
    """A series that has a page, and whose it is."""

    series: DialogueSeries
    initiative: Initiative

    @property
    def path(self) -> str:
        return series_path(self.initiative.slug, self.series.slug)


def load_series(session: ScopedSession, params: Mapping[str, str]) -> Loaded:
    """The series of an address. Raises NotFound, also where none of its dialogues is public."""
    initiative = network.initiative_by_slug(session, params["initiative"])
    found = series_queries.shown_series(session, initiative.id, params["slug"]) if initiative else None
    if initiative is None or found is None:
        raise NotFound
    return Loaded(Shown(found, initiative), initiative.id)


def show(call: Call) -> SeriesPage:
    """What the series plans and what it held."""
    shown: Shown = call.thing
    at, search = page_start(call), Search(series_id=shown.series.id)
    found = queries.published_page(call.session, search, at=at, now=call.now)
    return SeriesPage(
        frame=public_frame(call, here="dialogues", initiative=shown.initiative),
        sender=compose.sender(shown.initiative),
        title=shown.series.title,
        coming=compose.cards(found.rows, call.now),
        past=compose.cards(queries.past(call.session, search, call.now), call.now) if at is None else (),
        feed_path=f"{shown.path}/kalender.ics",
        news_path=f"{shown.path}/feed.atom",
        paging=paging(shown.path, at, found.after),
    )


def show_feed(call: Call) -> Response:
    """Its public dialogues as a calendar to subscribe to."""
    shown: Shown = call.thing
    return feed_of(call, Search(series_id=shown.series.id), shown.series.title)


def show_news(call: Call) -> Response:
    """Its dialogues that were published last."""
    shown: Shown = call.thing
    rows = open_queries.news(call.session, Narrowed(series_id=shown.series.id), call.now)
    data = open_data.news(rows, shown.series.title, f"{shown.path}/feed.atom", shown.path)
    return tagged(call.request, data, atom.MEDIA_TYPE, Access_Control_Allow_Origin="*")


_SERIES = "/reihen/{initiative}/{slug}"

ROUTES = [
    route("GET", _SERIES, show, permission="public", loads=load_series, cache="public"),
    route("GET", f"{_SERIES}/kalender.ics", show_feed, permission="public", loads=load_series),
    route("GET", f"{_SERIES}/feed.atom", show_news, permission="public", loads=load_series),
]
