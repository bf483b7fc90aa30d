"""Calendar files: one dialogue to take along, and feeds to subscribe to."""

import hashlib
import re

from starlette.responses import Response

from events import compose, feeds, queries, rules
from events.queries import Search
from events.routes.public import load_initiative_page, load_shown
from kit.endpoint import Call
from kit.errors import NotFound
from kit.i18n import _
from kit.lands import CODES, land_name
from kit.registry import route
from network import queries as network


def show_file(call: Call) -> Response:
    """One dialogue as a file."""
    initiative = network.initiative(call.session, call.thing.initiative_id)
    return _calendar(call, feeds.single(compose.feed_entry(call.thing, initiative)), call.thing.slug)


def show_feed(call: Call) -> Response:
    """All public dialogues, or those of one Land, initiative or format. Unknown values are a 404."""
    land, format_code, slug = (call.query.get(name, "") for name in ("land", "format", "initiative"))
    if (land and land not in CODES) or (format_code and format_code not in rules.FORMATS):
        raise NotFound
    initiative = network.initiative_by_slug(call.session, slug) if slug else None
    if slug and initiative is None:
        raise NotFound
    search = Search(land=land, format_code=format_code, initiative_id=initiative.id if initiative else "")
    names = [initiative.name if initiative else "", land_name(land) if land else ""]
    names.append(_(rules.FORMATS[format_code].label) if format_code else "")
    return _feed(call, search, ", ".join(filter(None, names)))


def show_initiative_feed(call: Call) -> Response:
    """The dialogues of one initiative."""
    return _feed(call, Search(initiative_id=call.thing.id), call.thing.name)


def _feed(call: Call, search: Search, name: str) -> Response:
    rows = queries.feed_rows(call.session, search, call.now)
    entries = [compose.feed_entry(row.dialogue, row.initiative) for row in rows]
    return _calendar(call, feeds.feed(entries, f"Dialogwerk: {name}" if name else "Dialogwerk"), "dialogwerk")


def _calendar(call: Call, data: bytes, name: str) -> Response:
    """The file with a weak tag of its bytes, or 304 when the asker has it."""
    tag = f'W/"{hashlib.sha256(data).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "public, max-age=300"}
    known = re.findall(r'(?:W/)?"[^"]*"', call.request.headers.get("if-none-match", ""))
    if tag.removeprefix("W/") in {entry.removeprefix("W/") for entry in known}:
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = f'inline; filename="{name}.ics"'
    return Response(data, media_type="text/calendar; charset=utf-8", headers=headers)


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
