"""Where a dialogue is, in degrees: what people paste from a map, and what is stored."""

import re

SOUTH, NORTH, WEST, EAST = 34.0, 72.0, -25.0, 45.0
"""Europe: who mistypes or swaps the two numbers lands outside."""

# Both numbers have decimals, so that a comma is either a decimal sign or stands between the two, never unclear.
_POINTS = re.compile(r"([+-]?[0-9]{1,3}\.[0-9]{1,20})\s*[,;\s]\s*([+-]?[0-9]{1,3}\.[0-9]{1,20})")
_COMMAS = re.compile(r"([+-]?[0-9]{1,3},[0-9]{1,20})\s*(?:;|,\s|\s)\s*([+-]?[0-9]{1,3},[0-9]{1,20})")
_UNCLEAR = re.compile(
    r"[+-]?[0-9]{1,2}(,[0-9]{1,20}){2,3}|[+-]?[0-9]{1,2}(,[0-9]{1,20})?\s*[,;\s]\s*[0-9]{1,2}(,[0-9]+)?"
)
_DEGREES = re.compile(r"\s?°\s?[NEO]?")


def read_coordinates(written: str) -> str:
    """The pair as stored, `52.27264,7.44219` to about a metre; empty where it is no pair or not in Europe."""
    found = _pair(written)
    if found is None or not _in_europe(*found):
        return ""
    return f"{found[0]:.5f},{found[1]:.5f}"


def coordinates_fault(written: str) -> str:
    """Why what was written is no place: `unclear` which comma parts the two, `swapped`, `outside`, `unreadable`, or nothing."""
    found = _pair(written)
    if found is None:
        return "unclear" if _UNCLEAR.fullmatch(_bare(written)) else "unreadable"
    if _in_europe(*found):
        return ""
    return "swapped" if _in_europe(found[1], found[0]) else "outside"


def degrees(stored: str) -> tuple[float, float] | None:
    """Latitude and longitude of what `read_coordinates` gave."""
    if not stored:
        return None
    latitude, _comma, longitude = stored.partition(",")
    return float(latitude), float(longitude)


def _bare(written: str) -> str:
    return _DEGREES.sub("", written[:100]).strip()


def _pair(written: str) -> tuple[float, float] | None:
    found = _POINTS.fullmatch(_bare(written)) or _COMMAS.fullmatch(_bare(written))
    if not found:
        return None
    # The sum makes nought of minus nought.
    latitude, longitude = (round(float(part.replace(",", ".")), 5) + 0.0 for part in found.groups())
    return latitude, longitude


def _in_europe(latitude: float, longitude: float) -> bool:
    return SOUTH <= latitude <= NORTH and WEST <= longitude <= EAST
