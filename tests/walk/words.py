"""Which words of a text were written by the product, and in which language."""

import re
from collections.abc import Iterable

from kit import lands

# What is the same in every language: names of the product and of languages, calendar terms, short names of Länder.
_SAME = {"fiktiv", "Deutsch", "English", "PDF", "ICS", "http", "https", *lands.CODES}
_REFERENCE = re.compile(r"\b[0-9A-Z]{4}(?:[- ][0-9A-Z]{3,4})+\b|\b(?=[A-Z]*\d)[A-Z0-9]{6,10}\b")
_WORD = re.compile(r"[^\W\d_]{2,}")
# The mark sets its two halves in two colours.
_BRAND = re.compile(r"Dialog\s*werk")
_ADDRESS = re.compile(r"https?://\S+|\S+@\S+")
_GERMAN = re.compile(
    r"\b(Anmeld\w+|Platz|Plätze\w*|Bitte|und|oder|nicht|Sie|Ihre?\w?|wir|für|Warteliste|Absag\w+|Uhr|Einlass|Dialoge|"
    r"Donnerstag|Mittwoch|März|bestätig\w+|Namen|Adresse|Datenschutz|Angaben|freiwillig|gespeichert|Ort|Wann|Wo)\b"
)


def without(text: str, typed: Iterable[str]) -> str:
    """The text without what people typed, and without addresses."""
    text = _BRAND.sub(" ", _ADDRESS.sub(" ", text))
    parts = {part for value in typed for part in (value, value.removesuffix(" (fiktiv)"))}
    for part in sorted(parts, key=len, reverse=True):
        if len(part) > 1:
            text = text.replace(part, " ")
    return text


def unmarked(text: str, typed: Iterable[str]) -> list[str]:
    """The words that stand outside of the marks of the pseudo-language."""
    outside, depth = [], 0
    for character in text:
        depth += (character == "⟦") - (character == "⟧")
        outside.append(character if depth <= 0 and character not in "⟦⟧" else " ")
    rest = _REFERENCE.sub(" ", without(re.sub(r"\s+", " ", "".join(outside)), typed))
    return [word for word in _WORD.findall(rest) if word not in _SAME]


def german(text: str, typed: Iterable[str]) -> list[str]:
    """German words of a small list."""
    return sorted({found[0] for found in _GERMAN.finditer(without(text, typed))})
