"""Sheets of equal cards: what a caller describes and what it hears back. All lengths are millimetres."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from kit.pdf.client import worker

_CPU_SECONDS = 20
_CPU_SECONDS_PER_THOUSAND = 10


@dataclass(frozen=True)
class Grid:
    """The paper and the places of the cards on it; without a colour nothing is to be cut."""

    page_width: float
    page_height: float
    columns: int
    rows: int
    card_width: float
    card_height: float
    cut_colour: str


@dataclass(frozen=True)
class TextStyle:
    """How one text of a card is set: sizes are tried in order, each with its number of lines."""

    families: tuple[str, ...]
    weight: int
    colour: str
    tries: tuple[tuple[float, int], ...]
    line_height: float
    space_before: float


@dataclass(frozen=True)
class Card:
    """One card: its ground, its texts (each a list of lines, one for every text style) and its code, if any."""

    ground: int
    texts: tuple[tuple[str, ...], ...]
    code: str | None
    spoken: str


@dataclass(frozen=True)
class CardSheet:
    """All cards. `grounds` are HTML pages of the card's size, each painted once and then only referred to."""

    grid: Grid
    grounds: tuple[str, ...]
    css: str
    styles: tuple[TextStyle, ...]
    text_box: tuple[float, float, float, float]
    code_box: tuple[float, float, float]
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Outcome:
    """What became of one text: whether it was cut, and the characters that no installed font has."""

    shortened: bool
    missing: str


def cards(
    sheet: CardSheet, *, assets: Mapping[str, bytes], title: str, language: str, way: str | None = None
) -> tuple[bytes, list[list[Outcome]]]:
    """The PDF (PDF/UA-1) and, card by card, the outcome of each text.

    `way` is `pango` (texts drawn by Pango directly) or `html` (texts laid out as HTML); without it the child takes the
    first where its self-test passes. Raises PdfFailed or PdfUnavailable.
    """
    cpu = _CPU_SECONDS + len(sheet.cards) * _CPU_SECONDS_PER_THOUSAND // 1000 * (4 if way == "html" else 1)
    result, blobs = worker.call(
        "cards",
        {"sheet": asdict(sheet), "title": title, "language": language, "way": way},
        assets,
        wall=cpu * 3,
        cpu=cpu,
    )
    outcomes = [[Outcome(*text) for text in texts] for texts in result["outcomes"]]
    return blobs["pdf"], outcomes


def missing_characters(texts: Sequence[str]) -> list[str]:
    """For each text the characters that no installed font can show. Raises PdfFailed or PdfUnavailable."""
    result, _ = worker.call("glyphs", {"texts": list(texts)}, {}, wall=30, cpu=20)
    return result["missing"]
