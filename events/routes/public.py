"""What everybody sees: the list, a dialogue, its privacy notice, the initiatives."""

from collections.abc import Mapping
from datetime import date
from itertools import groupby
from urllib.parse import urlencode

from events import compose, pages, queries, rules
from events.models import Dialogue
from events.privacy import privacy_sections
from events.queries import Search
from events.rules import PageStart
from kit.db import ScopedSession
from kit.endpoint import Call, Loaded
from kit.errors import NotFound
from kit.frames import public_frame
from kit.i18n import _
from kit.lands import CODES, land_name
from kit.registry import route
from network import queries as network

FIELDS = ("q", "land", "von", "bis", "format", "frei")


def load_shown(session: ScopedSession, params: Mapping[str, str]) -> Loaded:
    """The dialogue of a public page. Raises NotFound for drafts and for what only invited people may see."""
    found = queries.shown_by_slug(session, params["slug"])
    if found is None:
        raise NotFound
    return Loaded(found, found.initiative_id)


def load_initiative_page(session: ScopedSession, params: Mapping[str, str]) -> Loaded:
    """The initiative named by `{slug}`. Raises NotFound."""
    found = network.initiative_by_slug(session, params["slug"])
    if found is None:
        raise NotFound
    return Loaded(found, found.id)


def index(call: Call) -> pages.StartPage:
    """The calendar of all dialogues."""
    asked = {name: call.query.get(name, "").strip()[:200] for name in FIELDS}
    asked["land"] = asked["land"] if asked["land"] in CODES else ""
    asked["format"] = asked["format"] if asked["format"] in rules.FORMATS else ""
    first, last = _day(asked["von"]), _day(asked["bis"])
    problem = _problem(asked, first, last)
    search = Search(
        words=asked["q"],
        land=asked["land"],
        first=first,
        last=last,
        format_code=asked["format"],
        free_only=asked["frei"] == "ja",
    )
    at = _page_start(call)
    found = queries.published_page(call.session, search, at=at, now=call.now)
    counts = queries.land_counts(call.session, search, call.now)
    return pages.StartPage(
        frame=public_frame(call, here="dialogues"),
        filter=pages.Filter(**(asked | {"frei": search.free_only}), laender=CODES),  # type: ignore[arg-type]
        cards=compose.cards(found.rows),
        total=counts.get(search.land, 0) if search.land else sum(counts.values()),
        chips=_chips(asked, first, last),
        problem=problem,
        laender=tuple(
            pages.LandCount(code, counts[code], _path(asked, land=code)) for code in CODES if counts.get(code)
        ),
        feed_path=_feed_path(asked),
        paging=_paging(_path(asked), at, found.after),
    )


def _page_start(call: Call) -> PageStart | None:
    """Where the asked page of a list begins: `ab` is a day, `nach` how many of its dialogues came before."""
    day, skip = _day(call.query.get("ab", "")), call.query.get("nach", "")
    if day is None:
        return None
    return PageStart(day, int(skip) if skip.isascii() and skip.isdigit() and len(skip) < 5 else 0)


def _paging(path: str, at: PageStart | None, after: PageStart | None) -> pages.Paging:
    """The neighbours of a page of the list at `path`, whose filters they keep."""
    more = ""
    if after:
        place = {"ab": after.day.isoformat()} | ({"nach": str(after.skip)} if after.skip else {})
        more = f"{path}{'&' if '?' in path else '?'}{urlencode(place)}"
    return pages.Paging(at.day if at else None, path if at else "", after.day if after else None, more)


def _problem(asked: Mapping[str, str], first: date | None, last: date | None) -> str:
    if (asked["von"] and first is None) or (asked["bis"] and last is None):
        return _("Ein Tag war nicht lesbar und zählt nicht mit. Beispiel: 2027-10-07")
    if first and last and last < first:
        return _("Der letzte Tag liegt vor dem ersten. Bitte prüfen Sie beide.")
    return ""


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _path(asked: Mapping[str, str], **changes: str) -> str:
    kept = {name: value for name, value in (dict(asked) | changes).items() if value}
    return f"/?{urlencode(kept)}" if kept else "/"


def _feed_path(asked: Mapping[str, str]) -> str:
    kept = {name: asked[name] for name in ("land", "format") if asked[name]}
    return f"/kalender.ics?{urlencode(kept)}" if kept else "/kalender.ics"


def _chips(asked: Mapping[str, str], first: date | None, last: date | None) -> tuple[pages.Chip, ...]:
    labels = {
        "q": f"„{asked['q']}“" if asked["q"] else "",
        "land": land_name(asked["land"]) if asked["land"] else "",
        "von": _("ab %(day)s") % {"day": f"{first:%d.%m.%Y}"} if first else "",
        "bis": _("bis %(day)s") % {"day": f"{last:%d.%m.%Y}"} if last else "",
        "format": pages.format_name(asked["format"]) if asked["format"] else "",
        "frei": _("mit freien Plätzen") if asked["frei"] == "ja" else "",
    }
    return tuple(pages.Chip(label, _path(asked, **{name: ""})) for name, label in labels.items() if label)


def show(call: Call) -> pages.DialoguePage:
    """One dialogue."""
    dialogue: Dialogue = call.thing
    initiative = network.initiative(call.session, dialogue.initiative_id)
    return compose.dialogue_page(
        public_frame(call, here="dialogues", initiative=initiative, privacy=f"/dialoge/{dialogue.slug}/datenschutz"),
        dialogue,
        initiative,
        queries.offers_of(call.session, dialogue.id),
        queries.programme_of(call.session, dialogue.id),
        call.now,
    )


def show_privacy(call: Call) -> pages.TextPage:
    """The privacy notice made for one dialogue."""
    dialogue: Dialogue = call.thing
    initiative = network.initiative(call.session, dialogue.initiative_id)
    return pages.TextPage(
        frame=public_frame(call, initiative=initiative, privacy=f"/dialoge/{dialogue.slug}/datenschutz"),
        title=_("Datenschutz zu diesem Dialog"),
        lead=_("Diese Information gilt für: %(title)s.") % {"title": dialogue.title},
        sections=privacy_sections(dialogue, initiative),
        sender=compose.sender(initiative),
        back_path=f"/dialoge/{dialogue.slug}",
        back_label=dialogue.title,
    )


def index_initiatives(call: Call) -> pages.DirectoryPage:
    """All initiatives by Land."""
    coming = queries.coming_counts(call.session, call.now)
    rows = network.directory(call.session)
    rows.sort(key=lambda row: CODES.index(row.land))
    groups = tuple(
        pages.LandGroup(
            land,
            tuple(
                pages.InitiativeRow(compose.sender(row), row.about, row.place, coming.get(row.id, 0)) for row in group
            ),
        )
        for land, group in groupby(rows, key=lambda row: row.land)
    )
    return pages.DirectoryPage(frame=public_frame(call, here="initiatives"), groups=groups)


def show_initiative(call: Call) -> pages.InitiativePage:
    """One initiative, what it plans and what it held."""
    initiative = call.thing
    at = _page_start(call)
    found = queries.published_page(call.session, Search(initiative_id=initiative.id), at=at, now=call.now)
    return pages.InitiativePage(
        frame=public_frame(call, here="initiatives", initiative=initiative),
        sender=compose.sender(initiative),
        about=initiative.about,
        land=initiative.land,
        coming=compose.cards(found.rows),
        past=compose.cards(queries.past_of_initiative(call.session, initiative.id, call.now)) if at is None else (),
        imprint=compose.imprint(initiative),
        feed_path=f"/initiativen/{initiative.slug}/kalender.ics",
        funding_line=initiative.funding_line,
        paging=_paging(f"/initiativen/{initiative.slug}", at, found.after),
    )


ROUTES = [
    route("GET", "/", index, permission="public", cache="public"),
    route("GET", "/dialoge/{slug}", show, permission="public", loads=load_shown, cache="public"),
    route("GET", "/dialoge/{slug}/datenschutz", show_privacy, permission="public", loads=load_shown, cache="public"),
    route("GET", "/initiativen/", index_initiatives, permission="public", cache="public"),
    route(
        "GET", "/initiativen/{slug}", show_initiative, permission="public", loads=load_initiative_page, cache="public"
    ),
]
