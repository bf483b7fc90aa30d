"""The official codes of the sixteen Länder: municipality key (AGS, text with leading zeros), ISO 3166-2, NUTS-1.

Everything else names a Land by the two letters of its ISO code.
"""

from dataclasses import dataclass

from kit.i18n import _
from kit.text import sort_key


@dataclass(frozen=True)
class Land:
    """`code` is the part of `iso` after "DE-"; `ags` are the first two digits of every AGS of the Land."""

    ags: str
    iso: str
    nuts: str

    @property
    def code(self) -> str:
        return self.iso[3:]

    @property
    def name(self) -> str:
        """In the language in use."""
        return land_name(self.code)


_ALL = (
    Land("01", "DE-SH", "DEF"),
    Land("02", "DE-HH", "DE6"),
    Land("03", "DE-NI", "DE9"),
    Land("04", "DE-HB", "DE5"),
    Land("05", "DE-NW", "DEA"),
    Land("06", "DE-HE", "DE7"),
    Land("07", "DE-RP", "DEB"),
    Land("08", "DE-BW", "DE1"),
    Land("09", "DE-BY", "DE2"),
    Land("10", "DE-SL", "DEC"),
    Land("11", "DE-BE", "DE3"),
    Land("12", "DE-BB", "DE4"),
    Land("13", "DE-MV", "DE8"),
    Land("14", "DE-SN", "DED"),
    Land("15", "DE-ST", "DEE"),
    Land("16", "DE-TH", "DEG"),
)

LANDS: dict[str, Land] = {land.code: land for land in _ALL}
# In the order of the official keys.
CODES = tuple(LANDS)


def land_name(code: str) -> str:
    """The name in the language in use. Raises KeyError for an unknown code."""
    return {
        "SH": _("Schleswig-Holstein"),
        "HH": _("Hamburg"),
        "NI": _("Niedersachsen"),
        "HB": _("Bremen"),
        "NW": _("Nordrhein-Westfalen"),
        "HE": _("Hessen"),
        "RP": _("Rheinland-Pfalz"),
        "BW": _("Baden-Württemberg"),
        "BY": _("Bayern"),
        "SL": _("Saarland"),
        "BE": _("Berlin"),
        "BB": _("Brandenburg"),
        "MV": _("Mecklenburg-Vorpommern"),
        "SN": _("Sachsen"),
        "ST": _("Sachsen-Anhalt"),
        "TH": _("Thüringen"),
    }[code]


def land_choices() -> list[tuple[str, str]]:
    """(code, name) of all Länder by name, for a select field."""
    return sorted(((land.code, land.name) for land in _ALL), key=lambda choice: sort_key(choice[1]))
