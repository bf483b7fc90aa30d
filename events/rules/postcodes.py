"""Nearness by the first two digits of a postcode: made by hand, good enough to say "hereabouts" and no more.

A dialogue counts as near when the middle of its two-digit area lies within NEAR_KM of the middle of the asked one.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from math import asin, cos, radians, sin, sqrt

NEAR_KM = 80


@dataclass(frozen=True)
class Area:
    """All postcodes that begin with `digits`; `name` is the best known town, the place lies about in the middle."""

    digits: str
    name: str
    latitude: float
    longitude: float


_TABLE = """
01 Dresden 51.05 13.74|02 Görlitz 51.18 14.60|03 Cottbus 51.76 14.33|04 Leipzig 51.34 12.37|06 Halle (Saale) 51.55 11.90
07 Gera 50.83 11.90|08 Zwickau 50.65 12.40|09 Chemnitz 50.83 12.92|10 Berlin 52.52 13.38|12 Berlin 52.45 13.45
13 Berlin 52.57 13.35|14 Potsdam 52.40 12.95|15 Frankfurt (Oder) 52.25 14.20|16 Eberswalde 52.95 13.20
17 Neubrandenburg 53.70 13.40|18 Rostock 54.15 12.50|19 Schwerin 53.55 11.50|20 Hamburg 53.55 10.00
21 Hamburg 53.35 10.10|22 Hamburg 53.60 10.05|23 Lübeck 53.95 10.90|24 Kiel 54.40 9.85|25 Itzehoe 54.20 9.20
26 Oldenburg 53.30 7.90|27 Bremerhaven 53.30 8.85|28 Bremen 53.10 8.82|29 Celle 52.85 10.50|30 Hannover 52.40 9.70
31 Hildesheim 52.25 9.60|32 Herford 52.10 8.75|33 Bielefeld 51.88 8.60|34 Kassel 51.30 9.40|35 Gießen 50.70 8.65
36 Fulda 50.70 9.80|37 Göttingen 51.55 9.90|38 Braunschweig 52.25 10.65|39 Magdeburg 52.25 11.55
40 Düsseldorf 51.23 6.80|41 Mönchengladbach 51.18 6.45|42 Wuppertal 51.22 7.17|44 Dortmund 51.52 7.35|45 Essen 51.50 7.08
46 Oberhausen 51.68 6.68|47 Duisburg 51.45 6.55|48 Münster 52.02 7.45|49 Osnabrück 52.50 7.85|50 Köln 50.92 6.90
51 Köln 51.00 7.30|52 Aachen 50.80 6.25|53 Bonn 50.68 7.05|54 Trier 49.95 6.65|55 Mainz 49.90 7.90|56 Koblenz 50.35 7.40
57 Siegen 50.88 7.95|58 Hagen 51.32 7.55|59 Hamm 51.50 8.05|60 Frankfurt am Main 50.12 8.68
61 Bad Homburg 50.28 8.65|63 Offenbach am Main 50.10 9.10|64 Darmstadt 49.80 8.75|65 Wiesbaden 50.18 8.20
66 Saarbrücken 49.35 7.05|67 Ludwigshafen 49.45 8.10|68 Mannheim 49.48 8.48|69 Heidelberg 49.40 8.85|70 Stuttgart 48.78 9.18
71 Ludwigsburg 48.85 9.15|72 Reutlingen 48.45 8.95|73 Esslingen am Neckar 48.78 9.75|74 Heilbronn 49.20 9.40
75 Pforzheim 48.90 8.75|76 Karlsruhe 49.05 8.30|77 Offenburg 48.45 7.95|78 Villingen-Schwenningen 47.95 8.65
79 Freiburg 47.85 7.90|80 München 48.14 11.55|81 München 48.12 11.60|82 Starnberg 47.90 11.25|83 Rosenheim 47.85 12.30
84 Landshut 48.45 12.40|85 Ingolstadt 48.50 11.60|86 Augsburg 48.40 10.80|87 Kempten 47.80 10.40|88 Ravensburg 47.90 9.70
89 Ulm 48.50 10.05|90 Nürnberg 49.45 11.10|91 Erlangen 49.45 10.80|92 Amberg 49.50 11.95|93 Regensburg 49.05 12.20
94 Passau 48.75 13.15|95 Bayreuth 50.10 11.85|96 Bamberg 50.10 10.95|97 Würzburg 49.95 9.95|98 Suhl 50.55 10.65
99 Erfurt 51.00 10.90
"""


def _area(entry: str) -> Area:
    digits, _blank, rest = entry.partition(" ")
    name, latitude, longitude = rest.rsplit(" ", 2)
    return Area(digits, name, float(latitude), float(longitude))


AREAS = {area.digits: area for area in map(_area, _TABLE.strip().replace("\n", "|").split("|"))}


# Numbers of known areas that no place has, as far as the ranges of the package plz-to-bundesland (MIT) tell.
_UNUSED = """
01999-02600 03254-04000 04939-04999 06579-06600 06929-07300 07990-08000 09670-10000 14331-14400 16950-17000 17292-17300
19418-20000 21171-21201 21530-21600 21790-22000 22787-22800 27581-27606 27810-28000 31869-32000 33830-34000 36470-37000
37360-37400 38730-38800 39650-40000 48740-49000 49850-50100 53360-53400 53950-54180 56870-57000 57649-58000 59970-60000
63940-64200 65937-66000 67830-68000 68313-68500 68650-68700 69519-70000 76892-77600 79880-80000 87790-88000 89450-89500
89620-90000 96530-97000 98000-98500 99999-99999
"""
UNUSED = tuple(tuple(block.split("-")) for block in _UNUSED.split())


def area_of(postcode: str) -> Area | None:
    """The area of a postcode of five digits; None when there is none, or when no place has this one."""
    if not re.fullmatch("[0-9]{5}", postcode) or any(first <= postcode <= last for first, last in UNUSED):
        return None
    return AREAS.get(postcode[:2])


@lru_cache(maxsize=128)
def near(digits: str) -> tuple[str, ...]:
    """The areas near this one, itself among them, in the order of their digits. Raises KeyError for no area."""
    middle = AREAS[digits]
    return tuple(sorted(area.digits for area in AREAS.values() if _kilometres(middle, area) <= NEAR_KM))


def _kilometres(one: Area, other: Area) -> float:
    """On the sphere, by the haversine formula."""
    north = radians(other.latitude - one.latitude) / 2
    east = radians(other.longitude - one.longitude) / 2
    share = sin(north) ** 2 + cos(radians(one.latitude)) * cos(radians(other.latitude)) * sin(east) ** 2
    return 12742 * asin(sqrt(share))
