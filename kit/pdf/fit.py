"""Fitting lines of text into a box: the largest size at which they fit, otherwise cut with an ellipsis."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

ELLIPSIS = "…"
Measure = Callable[[str], float]
"""Width of a text per unit of font size."""

# Lines may end after spaces, after hyphens and dashes, and between ideographs, which are written without spaces.
_IDEOGRAPH = "\u2e80-\u2fff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_PIECES = re.compile(rf"[{_IDEOGRAPH}]|[^\s\-–—{_IDEOGRAPH}]*[\-–—]+|[^\s\-–—{_IDEOGRAPH}]+|\s+")


@dataclass(frozen=True)
class Fitted:
    """The lines as they will be drawn, at one size."""

    size: float
    lines: tuple[str, ...]
    shortened: bool


def fit(lines: Sequence[str], width: float, tries: Sequence[tuple[float, int]], measure: Measure) -> Fitted:
    """Tries pairs of font size and number of lines in order; the last pair is kept even if the text must be cut."""
    given = [stripped for line in lines if (stripped := line.strip())]
    size = tries[-1][0]
    for size, most in tries:
        wrapped = [part for line in given for part in wrap(line, width / size, measure)]
        if len(wrapped) <= most and all(measure(part) * size <= width for part in wrapped):
            return Fitted(size, tuple(wrapped), shortened=False)
    return Fitted(size, tuple(_cut(given, width / size, tries[-1][1], measure)), shortened=True)


def wrap(text: str, room: float, measure: Measure) -> list[str]:
    """Breaks at the last opportunity before the room ends. A word that is too wide stays whole on its own line."""
    if measure(text) <= room:
        return [text]
    lines: list[str] = []
    current = ""
    for piece in _PIECES.findall(text):
        longer = current + piece
        if current.strip() and measure(longer.rstrip()) > room:
            lines.append(current.strip())
            current = piece.lstrip()
        else:
            current = longer
    return [*lines, current.strip()] if current.strip() else lines


def shorten(text: str, room: float, measure: Measure) -> str:
    """The longest beginning that fits together with an ellipsis; never parts a letter from its marks."""
    if measure(text) <= room:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(text[:middle].rstrip() + ELLIPSIS) <= room:
            low = middle
        else:
            high = middle - 1
    while 0 < low < len(text) and (unicodedata.combining(text[low]) or text[low] in "\u200d\ufe0f"):
        low -= 1
    return text[:low].rstrip() + ELLIPSIS


def _cut(given: Sequence[str], room: float, most: int, measure: Measure) -> list[str]:
    kept: list[str] = []
    for index, line in enumerate(given):
        # Every later line keeps at least one of its own.
        free = most - len(kept) - (len(given) - index - 1)
        parts = wrap(line, room, measure)
        if len(parts) > free:
            rest = line[line.index(parts[free - 1], sum(map(len, parts[: free - 1]))) :]
            parts = [*parts[: free - 1], rest if measure(rest) > room else rest + ELLIPSIS]
        kept += [shorten(part, room, measure) for part in parts]
    return kept
