"""Where postcodes lie and how far one is from another; postcodes.csv names its source and licence."""

import re
from collections import defaultdict
from functools import lru_cache
from math import asin, cos, radians, sin, sqrt
from pathlib import Path
from statistics import fmean

RADII = (10, 25, 50, 100)
"""How far "near" can reach, in kilometres."""
RADIUS = 50

Place = tuple[float, float]
"""Latitude and longitude in degrees (WGS 84)."""


def place_of(postcode: str) -> Place | None:
    """Where a postcode of five digits lies; one that is not known lies where its first digits do. None for no postcode."""
    if not re.fullmatch("[0-9]{5}", postcode):
        return None
    known = _places()
    return known.get(postcode) or known.get(postcode[:3]) or known.get(postcode[:2])


def kilometres(one: Place, other: Place) -> float:
    """On the sphere, by the haversine formula."""
    north, east = radians(other[0] - one[0]) / 2, radians(other[1] - one[1]) / 2
    share = sin(north) ** 2 + cos(radians(one[0])) * cos(radians(other[0])) * sin(east) ** 2
    return 12742 * asin(sqrt(share))


@lru_cache(maxsize=1)
def _places() -> dict[str, Place]:
    """Every known code, and the middle of all that begin with the same two or three digits."""
    lines = Path(__file__).with_suffix(".csv").read_text(encoding="utf-8").splitlines()
    codes = {
        code: (float(latitude), float(longitude))
        for code, latitude, longitude in (line.split(",") for line in lines if not line.startswith("#"))
    }
    beginnings: defaultdict[str, list[Place]] = defaultdict(list)
    for code, place in codes.items():
        beginnings[code[:2]].append(place)
        beginnings[code[:3]].append(place)
    return codes | {
        digits: (fmean(place[0] for place in places), fmean(place[1] for place in places))
        for digits, places in beginnings.items()
    }
