"""Suggestions for whoever takes names out of texts: what may name somebody. A person decides; nothing is taken out here."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from kit.districts import DISTRICTS

Kind = Literal["mail", "phone", "name", "place", "plate"]

_WORD = r"[A-ZÄÖÜÇŞŁØ][\wäöüßçşğıłéèøå]*(?:-[A-ZÄÖÜ][\wäöüß]*){0,8}"
_TITLES = (
    "Herrn?|Frau|Dr\\.?|Prof\\.?|Professorin|Professor|Doktor|Familie|Pfarrerin|Pfarrer|Bürgermeisterin|Bürgermeister|"
    "Landrätin|Landrat|Meisterin|Meister|Chefin|Chef|Leiterin|Leiter|Kollegin|Kollegen|Kollege|Nachbarin|Nachbarn|Nachbar|"
    "Mr\\.?|Mrs\\.?|Ms\\.?"
)
_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("mail", re.compile(r"(?<![^\s@<>()])[^\s@<>()]+@[^\s@<>()]+\.\w+|(?<!\w)@\w{2,}")),
    ("phone", re.compile(r"(?<![\w])(?:\+|0)(?:[ /().-]{0,2}\d){6,}")),
    ("plate", re.compile(r"\b[A-ZÄÖÜ]{1,3}[- ][A-Z]{1,2} ?\d{1,4}\b")),
    (
        "name",
        re.compile(
            rf"\b(?:{_TITLES})\s+(?:(?:Dr\.?|Prof\.?|von|van|zu|de|der|den)\s+)*(?!(?:{_TITLES})\b){_WORD}(?:\s+{_WORD})?"
        ),
    ),
    (
        "place",
        re.compile(
            rf"\b{_WORD}(?:straße|strasse|str\.)(?:\s*\d+\s?[a-z]?\b)?|\b{_WORD}(?:weg|platz|allee|gasse|ring)\s+\d+\s?[a-z]?\b"
        ),
    ),
)
_WORDS = re.compile(_WORD)


@dataclass(frozen=True)
class Suspect:
    """A part of a text that may name somebody: from where to where, and what it looks like."""

    start: int
    end: int
    kind: Kind


@cache
def first_names() -> frozenset[str]:
    """Common first names in Germany, as our own list."""
    return frozenset(Path(__file__).with_name("first_names.txt").read_text(encoding="utf-8").split())


@cache
def _places() -> frozenset[str]:
    """The names of Kreise and cities, without what makes them Kreise."""
    names = (
        re.sub(r"\(.*|,.*|\b(Landkreis|Kreis|Städteregion|Region|Stadt)\b", "", name).strip()
        for name in DISTRICTS.values()
    )
    return frozenset(name for name in names if len(name) > 3)


def suspects(text: str, *, known: Collection[str] = ()) -> tuple[Suspect, ...]:
    """What to look at in a text, in its order and without overlaps. `known` are names of the dialogue: place, hosts."""
    found = [
        Suspect(match.start(), match.end(), kind) for kind, pattern in _PATTERNS for match in pattern.finditer(text)
    ]
    words = list(_WORDS.finditer(text))
    for place, match in enumerate(words):
        if match.group().split("-")[0] in first_names():
            after = words[place + 1] if place + 1 < len(words) else None
            joined = after is not None and text[match.end() : after.start()] == " "
            found.append(Suspect(match.start(), after.end() if after is not None and joined else match.end(), "name"))
        elif match.group() in _places():
            found.append(Suspect(match.start(), match.end(), "place"))
    for name in filter(None, known):
        found += [
            Suspect(match.start(), match.end(), "place")
            for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE)
        ]
    return _apart(found)


def _apart(found: list[Suspect]) -> tuple[Suspect, ...]:
    """Overlapping ones are told as the one that begins first, as far as the last one ends."""
    kept: list[Suspect] = []
    for each in sorted(found, key=lambda each: (each.start, -each.end)):
        if kept and each.start < kept[-1].end:
            kept[-1] = Suspect(kept[-1].start, max(kept[-1].end, each.end), kept[-1].kind)
        else:
            kept.append(each)
    return tuple(kept)
