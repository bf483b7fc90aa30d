"""Addresses of dialogues, of their parts in the workspace, and of the pages of the list."""

import re
import unicodedata
from collections.abc import Sequence

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


def month_window(counts: Sequence[tuple[str, int]], first: str, size: int) -> tuple[str, str, str, str]:
    """Which whole months one page of the list holds, at least `size` dialogues when there are as many.

    `counts` are (`YYYY-MM`, dialogues), sorted; `first` is the wished first month or empty. Returns first and last
    month of the page, and the first months of the page before and after; empty where there is none.
    """
    pages: list[list[str]] = []
    filled = size
    for month, count in counts:
        if filled >= size:
            pages.append([])
            filled = 0
        pages[-1].append(month)
        filled += count
    if not pages:
        return "", "", "", ""
    place = next((index for index, page in enumerate(pages) if first <= page[-1]), len(pages) - 1)
    page = pages[place]
    before = pages[place - 1][0] if place else ""
    after = pages[place + 1][0] if place + 1 < len(pages) else ""
    return page[0], page[-1], before, after


WORKSPACE_PARTS = (
    ("", N_("Übersicht")),
    ("anmeldungen", N_("Anmeldungen")),
    ("ausweise", N_("Namensschilder")),
    ("einlass", N_("Einlass")),
    ("ergebnis", N_("Umfrage")),
)
"""The parts of a dialogue in the workspace: end of the address, label."""


def workspace_path(initiative_slug: str, slug: str, part: str = "") -> str:
    """The address of a part of a dialogue in the workspace."""
    base = f"/arbeitsplatz/{initiative_slug}/dialoge/{slug}"
    return f"{base}/{part}" if part else base
