"""The filter of the calendar: what an address asks for, and the addresses that ask for something else.

Nothing here refuses: what cannot be read does not narrow, and a sentence says so.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from events import rules
from events.queries import Search
from events.rules import RADII, RADIUS, Place
from kit.districts import DISTRICTS, lies_in
from kit.i18n import _
from kit.lands import CODES

FIELDS = (
    "q", "land", "kreis", "von", "bis", "format", "frei", "plz", "umkreis", "gesprochen", "initiative", "stufenfrei", "online",
    "ansicht", "monat",
)  # fmt: skip
"""The names in addresses, in their order."""

VIEWS = ("liste", "monat", "karte")
TICKS = ("frei", "stufenfrei", "online")
FURTHER = tuple(str(radius) for radius in RADII if radius != RADIUS)


@dataclass(frozen=True)
class Asked:
    """A filter that was read. `values` are by the names of FIELDS and empty where nothing counts; days and postcodes stay
    as typed. `place` is where the postcode lies, `month` the first day of the asked month. `problem` is about the days,
    `postcode_problem` stands at its field."""

    values: Mapping[str, str]
    search: Search
    place: Place | None
    month: date | None
    problem: str
    postcode_problem: str

    @property
    def view(self) -> str:
        return self.values["ansicht"] or VIEWS[0]

    @property
    def radius(self) -> int:
        """How far "near" reaches, in kilometres."""
        return int(self.values["umkreis"] or RADIUS)

    def path(self, **changes: str) -> str:
        """The address of the calendar with this filter and some changes."""
        kept = {name: value for name, value in {**self.values, **changes}.items() if value}
        return f"/?{urlencode(kept)}" if kept else "/"


def read(query: Mapping[str, str], inviters: Sequence[tuple[str, str, str]]) -> Asked:
    """The filter of an address. `inviters` are the initiatives: id, slug, name."""
    values = {name: query.get(name, "").strip()[:200] for name in FIELDS}
    ids = {slug: inviter_id for inviter_id, slug, _name in inviters}
    known = {
        "land": CODES,
        "format": rules.FORMATS,
        "gesprochen": rules.LANGUAGE_LABELS,
        "initiative": ids,
        "ansicht": VIEWS[1:],
    } | dict.fromkeys(TICKS, ("ja",))
    for name, codes in known.items():
        values[name] = values[name] if values[name] in codes else ""
    kreis = values["kreis"]
    values["kreis"] = kreis if kreis in DISTRICTS and values["land"] and lies_in(kreis, values["land"]) else ""
    month = day(f"{values['monat']}-01") if values["ansicht"] == "monat" else None
    values["monat"] = f"{month:%Y-%m}" if month else ""
    first, last, place = day(values["von"]), day(values["bis"]), rules.place_of(values["plz"])
    values["umkreis"] = values["umkreis"] if place and values["umkreis"] in FURTHER else ""
    search = Search(
        words=values["q"],
        land=values["land"],
        kreis=values["kreis"],
        first=first,
        last=last,
        format_code=values["format"],
        free_only=bool(values["frei"]),
        initiative_id=ids.get(values["initiative"], ""),
        language=values["gesprochen"],
        step_free=bool(values["stufenfrei"]),
        online=bool(values["online"]),
    )
    return Asked(values, search, place, month, _problem(values, first, last), _postcode_problem(values["plz"], place))


def day(value: str) -> date | None:
    """A day of an address; None when it is none."""
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _problem(values: Mapping[str, str], first: date | None, last: date | None) -> str:
    if (values["von"] and first is None) or (values["bis"] and last is None):
        return _("Ein Tag war nicht lesbar und zählt nicht mit. Beispiel: 2027-10-07")
    if first and last and last < first:
        return _("Der letzte Tag liegt vor dem ersten. Bitte prüfen Sie beide.")
    return ""


def _postcode_problem(typed: str, place: Place | None) -> str:
    if not typed or place is not None:
        return ""
    if not re.fullmatch("[0-9]{5}", typed):
        return _("Bitte fünf Ziffern. Beispiel: 49716")
    return _("Diese Postleitzahl gibt es nicht. Beispiel: 49716")
