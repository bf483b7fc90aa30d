"""Lists on paper: the list of registrations, the one to tick at the door, the one to sign.

Every row has the same height and every page its own table, so a long list is made in parts that put together look like
one, and each page can be handed on by itself.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from events import queries as events
from events.date_queries import dates_of
from events.dates import next_date
from events.models import Dialogue, DialogueDate, Offer
from kit import i18n, pdf
from kit.db import Database, within
from kit.downloads import Download, Maker, Report
from kit.i18n import _, format_day, format_range
from kit.pdf.merge import merge
from kit.pdf.pages import page, stylesheet
from kit.text import direction, fold
from network import queries as network
from registration import letters, list_queries
from registration.desk_pages import state_labels
from registration.rules import split_name

PAGES_A_PART = 8


@dataclass(frozen=True)
class Column:
    """A column on paper: its width in percent, and whether a box to tick stands in it."""

    label: str
    width: int
    tick: bool = False


@dataclass(frozen=True)
class Layout:
    """One kind of list. `rows` stand on a page; with `spare` the last page is filled with empty rows."""

    rows: int
    heading: Callable[[], str]
    columns: Callable[[], list[Column]]
    cells: Callable[[Any, str], list[str]]
    landscape: bool = False
    spare: bool = False


def _signature_columns() -> list[Column]:
    # Funders ask for these three and nothing else: no address goes from hand to hand.
    return [Column(_("Nachname"), 30), Column(_("Vorname"), 26), Column(_("Unterschrift"), 44)]


def _signature_cells(person: Any, _offer: str) -> list[str]:
    given, family = split_name(person.name or "")
    return [family, given, ""]


def _door_columns() -> list[Column]:
    return [
        Column(_("Da"), 7, tick=True),
        Column(_("Name"), 29),
        Column(_("Organisation"), 23),
        Column(_("Angebot"), 19),
        Column(_("Tisch"), 11),
        Column(_("Hinweise"), 11),
    ]


def _door_cells(person: Any, offer: str) -> list[str]:
    given, family = split_name(person.name or "")
    name = ", ".join(part for part in (family, given) if part) or _("Name noch offen")
    photo = _("Kein Foto") if person.no_photo else ""
    return ["", name, person.organisation or "", offer, person.table_label, photo]


def _list_columns() -> list[Column]:
    return [
        Column(_("Name"), 19),
        Column(_("Organisation"), 17),
        Column(_("E-Mail"), 21),
        Column(_("Angebot"), 14),
        Column(_("Tisch"), 8),
        Column(_("Stand"), 9),
        Column(_("Angabe zum Zugang"), 12),
    ]


def _list_cells(person: Any, offer: str) -> list[str]:
    return [
        person.name or _("Name noch offen"),
        person.organisation or "",
        person.email or "",
        offer,
        person.table_label,
        state_labels()[person.state],
        _("ja") if person.access_need else "",
    ]


LAYOUTS = {
    "pdf": Layout(16, lambda: _("Anmeldungen"), _list_columns, _list_cells, landscape=True),
    "door": Layout(24, lambda: _("Einlassliste"), _door_columns, _door_cells),
    "signatures": Layout(17, lambda: _("Unterschriftenliste"), _signature_columns, _signature_cells, spare=True),
}


def plan(session: Session, download: Download) -> list[list[str]]:
    """Who stands on the list, by parts. Lists of confirmed people go by family name, open names last."""
    layout = LAYOUTS[download.kind]
    if download.kind == "pdf":
        ids = list_queries.people_of(session, download.object_id)
    else:
        named = dict(list_queries.confirmed_names(session, download.object_id, offer_id=download.choice["offer"]))
        ids = sorted(named, key=lambda identity: _order(named[identity] or ""))
    step = layout.rows * PAGES_A_PART
    return [ids[start : start + step] for start in range(0, len(ids), step)] or [[]]


def _order(name: str) -> tuple[bool, str, str]:
    given, family = split_name(name)
    return not name, fold(family), fold(given)


def part(
    data: Database, download: Download, number: int, people: Sequence[str], _report: Report
) -> tuple[bytes, list[tuple[str, str]]]:
    """Some pages of the list."""
    layout = LAYOUTS[download.kind]
    with data.read(within(download.initiative_id)) as session:
        dialogue = events.dialogue(session, download.object_id)
        offers = {offer.id: offer for offer in events.offers_of(session, dialogue.id)}
        initiative = network.initiative(session, dialogue.initiative_id)
        found = list_queries.people_by_id(session, people)
        date = next_date(dates_of(session, dialogue), download.ordered_at)
    with i18n.use(download.language):
        columns = layout.columns()
        chosen = offers.get(download.choice.get("offer", ""))
        rows = [layout.cells(person, _title(person, dialogue)) for person in found]
        # Who was erased meanwhile leaves an empty row, so that pages and their numbers stay.
        rows += [[""] * len(columns)] * (len(people) - len(rows))
        pages = [rows[start : start + layout.rows] for start in range(0, len(rows), layout.rows)] or [[]]
        if layout.spare:
            pages[-1] = pages[-1] + [[""] * len(columns)] * (layout.rows - len(pages[-1]))
        heading = layout.heading()
        html = page(
            "list.html",
            kind=download.kind,
            heading=heading,
            initiative=initiative.name,
            dialogue=dialogue.title,
            facts=_facts(dialogue, chosen, date),
            columns=columns,
            pages=[[[(cell, direction(cell)) for cell in row] for row in rows] for rows in pages],
            first=(number - 1) * PAGES_A_PART + 1,
            total=-(-max(download.total, 1) // layout.rows),
            spare=layout.spare,
        )
        orientation = "landscape" if layout.landscape else "portrait"
        content = pdf.render(
            html,
            css=[stylesheet("list.css"), f"@page{{size:A4 {orientation}}}"],
            assets={},
            title=f"{heading}: {dialogue.title}",
            language="en" if i18n.current() == "en" else "de",
        )
    return content, []


def _title(person: Any, dialogue: Dialogue) -> str:
    return person.offer if person.offer and person.offer != dialogue.title else ""


def _facts(dialogue: Dialogue, offer: Offer | None, date: DialogueDate | None) -> list[str]:
    """When, where, and for which offer: lines of the head. Of several dates `date` is meant."""
    start, end = datetime.fromisoformat(dialogue.start), datetime.fromisoformat(dialogue.end)
    place = [line for line in (dialogue.place, dialogue.city) if line]
    if offer is not None:
        start, end = letters.times(dialogue, offer)
        place = letters.place_lines(dialogue, offer)
    if date is not None:
        start, end = datetime.fromisoformat(date.start), datetime.fromisoformat(date.end)
    when = (
        f"{format_day(start)}, {format_range(start, end)}" if start.date() == end.date() else format_range(start, end)
    )
    title = "" if offer is None or offer.title in ("", dialogue.title) else offer.title
    return [line for line in (when, ", ".join(dict.fromkeys(place)), title) if line]


MAKER = Maker(plan=plan, part=part, whole=merge)
