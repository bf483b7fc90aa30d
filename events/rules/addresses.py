"""Addresses of dialogues, of their parts in the workspace, and of the pages of the list."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from events.rules.words import N_

_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"})
SLUG_LENGTH = 80

RESERVED_SLUGS = frozenset({"neu"})
"""Words that stand in the place of a dialogue's slug in addresses."""


def slug_of(title: str, fallback: str) -> str:
    """The part of an address that a title makes: lower-case ASCII words with hyphens, or the fallback."""
    text = unicodedata.normalize("NFC", title).lower().translate(_GERMAN)
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    words = re.findall(r"[a-z0-9]+", text)
    slug = ""
    for word in words:
        longer = f"{slug}-{word}" if slug else word[:SLUG_LENGTH]
        if len(longer) > SLUG_LENGTH:
            break
        slug = longer
    return slug or fallback


def free_slug(wanted: str, taken: Collection[str]) -> str:
    """The wanted part of an address, numbered where it is taken."""
    slug, number = wanted, 1
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug


def series_path(initiative_slug: str, slug: str) -> str:
    """The address of a series."""
    return f"/reihen/{initiative_slug}/{slug}"


@dataclass(frozen=True)
class PageStart:
    """Where a page of the list begins: at a local day, after `skip` of the dialogues from that day on."""

    day: date
    skip: int = 0


def page_end(days: Sequence[str], size: int, skip: int) -> tuple[int, PageStart | None]:
    """How many of the found dialogues a page shows, and where the next one begins; None when nothing follows.

    `days` (`YYYY-MM-DD`, sorted) are those of the dialogues found, up to one more than `size`; `skip` is what the page
    itself left out. A page ends with a day, unless that would leave it less than half full.
    """
    if len(days) <= size:
        return len(days), None
    following = days[size]
    begun = days.index(following)
    day = date.fromisoformat(following)
    if begun * 2 >= size:
        return begun, PageStart(day)
    return size, PageStart(day, size - begun if begun else size + skip)


WORKSPACE_PARTS = (
    ("", N_("Übersicht")),
    ("anmeldungen", N_("Anmeldungen")),
    ("emails", N_("E-Mails")),
    ("ausweise", N_("Namensschilder")),
    ("einlass", N_("Einlass")),
    ("umfragen", N_("Umfragen")),
    ("ergebnis", N_("Ergebnis")),
    ("bericht", N_("Bericht")),
)
"""The parts of a dialogue in the workspace: end of the address, label."""


def workspace_path(initiative_slug: str, slug: str, part: str = "") -> str:
    """The address of a part of a dialogue in the workspace."""
    base = f"/arbeitsplatz/{initiative_slug}/dialoge/{slug}"
    return f"{base}/{part}" if part else base
