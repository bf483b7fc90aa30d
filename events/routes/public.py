"""What everybody sees besides the calendar: a dialogue, its privacy notice, the initiatives."""

from collections.abc import Mapping
from itertools import groupby

from events import compose, date_queries, page_queries, pages, queries, series_queries
from events.page_queries import Shown
from events.privacy import privacy_sections
from events.queries import Search
from events.routes.start import page_start, paging
from kit.db import ScopedSession
from kit.endpoint import Call, Loaded
from kit.errors import NotFound
from kit.frames import public_frame
from kit.i18n import _
from kit.lands import CODES
from kit.registry import route
from network import queries as network


def load_shown(session: ScopedSession, params: Mapping[str, str]) -> Loaded:
    """The dialogue of a public page with its initiative. Raises NotFound for drafts and for what only invited people may
    see."""
    found = page_queries.shown(session, params["slug"])
    if found is None:
        raise NotFound
    return Loaded(found, found.dialogue.initiative_id)


def load_initiative_page(session: ScopedSession, params: Mapping[str, str]) -> Loaded:
    """The initiative named by `{slug}`. Raises NotFound."""
    found = network.initiative_by_slug(session, params["slug"])
    if found is None:
        raise NotFound
    return Loaded(found, found.id)


def show(call: Call) -> pages.DialoguePage:
    """One dialogue."""
    found: Shown = call.thing
    dialogue, initiative = found
    return compose.dialogue_page(
        public_frame(call, here="dialogues", initiative=initiative, privacy=f"/dialoge/{dialogue.slug}/datenschutz"),
        dialogue,
        initiative,
        page_queries.offers(call.session, dialogue.id),
        page_queries.programme(call.session, dialogue.id),
        call.now,
        dates=date_queries.dates_of(call.session, dialogue),
        series=series_queries.shown_with(call.session, dialogue),
        heard=queries.published_report(call.session, dialogue, call.now),
    )


def show_privacy(call: Call) -> pages.TextPage:
    """The privacy notice made for one dialogue."""
    found: Shown = call.thing
    dialogue, initiative = found
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
    at, search = page_start(call), Search(initiative_id=initiative.id)
    found = queries.published_page(call.session, search, at=at, now=call.now)
    return pages.InitiativePage(
        frame=public_frame(call, here="initiatives", initiative=initiative),
        sender=compose.sender(initiative),
        about=initiative.about,
        land=initiative.land,
        coming=compose.cards(found.rows, call.now),
        past=compose.cards(queries.past(call.session, search, call.now), call.now) if at is None else (),
        series=compose.series_links(initiative, series_queries.all_shown(call.session, initiative.id)),
        imprint=compose.imprint(initiative),
        feed_path=f"/initiativen/{initiative.slug}/kalender.ics",
        funding_line=initiative.funding_line,
        paging=paging(f"/initiativen/{initiative.slug}", at, found.after),
    )


ROUTES = [
    route("GET", "/dialoge/{slug}", show, permission="public", loads=load_shown, cache="public"),
    route("GET", "/dialoge/{slug}/datenschutz", show_privacy, permission="public", loads=load_shown, cache="public"),
    route("GET", "/initiativen/", index_initiatives, permission="public", cache="public"),
    route(
        "GET", "/initiativen/{slug}", show_initiative, permission="public", loads=load_initiative_page, cache="public"
    ),
]
