"""Public dialogues for programs: open data as JSON, news as an Atom feed. Any page of the web may read both."""

import json
from datetime import UTC, date, datetime
from urllib.parse import urlencode

from starlette.responses import Response

from events import open_data, open_queries
from events.open_queries import After, Narrowed
from events.routes.narrowed import Asked, asked
from kit import atom
from kit.endpoint import Call
from kit.errors import NotFound
from kit.etag import tagged
from kit.registry import route

_STAMP = "%Y%m%dT%H%M%SZ"


def show_data(call: Call) -> Response:
    """One page of the dialogues, in the order of their beginning. Unknown values are a 404."""
    narrowed, days = asked(call), {name: call.query.get(name, "") for name in ("von", "bis")}
    search = _search(narrowed, _day(days["von"]), _day(days["bis"]))
    rows, last = open_queries.page(call.session, search, _after(call.query.get("nach", "")), call.now)
    more = ""
    if last:
        place = {name: value for name, value in days.items() if value}
        place["nach"] = f"{last.starts_at.astimezone(UTC).strftime(_STAMP)}-{last.dialogue_id}"
        more = f"/dialoge.json{narrowed.query}{'&' if narrowed.query else '?'}{urlencode(place)}"
    data = json.dumps(open_data.document(rows, more, call.now), ensure_ascii=False, separators=(",", ":"))
    return tagged(call.request, data.encode(), "application/json", Access_Control_Allow_Origin="*")


def show_news(call: Call) -> Response:
    """The dialogues published last. Unknown values are a 404."""
    narrowed = asked(call)
    rows = open_queries.news(call.session, _search(narrowed), call.now)
    page = f"/initiativen/{narrowed.initiative.slug}" if narrowed.initiative else f"/{narrowed.query}"
    data = open_data.news(rows, narrowed.name, f"/feed.atom{narrowed.query}", page)
    return tagged(call.request, data, atom.MEDIA_TYPE, Access_Control_Allow_Origin="*")


def _search(narrowed: Asked, first: date | None = None, last: date | None = None) -> Narrowed:
    return Narrowed(narrowed.land, narrowed.format_code, narrowed.initiative_id, first, last)


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except ValueError as error:
        raise NotFound from error


def _after(value: str) -> After | None:
    if not value:
        return None
    stamp, _hyphen, dialogue_id = value.partition("-")
    try:
        return After(datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC), dialogue_id)
    except ValueError as error:
        raise NotFound from error


ROUTES = [
    route("GET", "/dialoge.json", show_data, permission="public"),
    route("GET", "/feed.atom", show_news, permission="public"),
]
