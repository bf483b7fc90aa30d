"""The official codes of the sixteen Länder: municipality key (AGS, text with leading zeros), ISO 3166-2, NUTS-1.

Everything else names a Land by the two letters of its ISO code; names are in `kit.laender`.
"""

from dataclasses import dataclass

from kit.laender import land_name
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


def land_choices() -> list[tuple[str, str]]:
    """(code, name) of all Länder by name, for a select field."""
    return sorted(((land.code, land.name) for land in _ALL), key=lambda choice: sort_key(choice[1]))


def land_of_ags(ags: str) -> Land | None:
    """The Land that a municipality or district key belongs to."""
    return next((land for land in _ALL if land.ags == ags[:2]), None)
