"""Single lines through WeasyPrint's own Pango functions, inside the child.

These functions are not public: weasyprint is pinned, `works` tries them at the first sheet, and without them sheets are
laid out as HTML (painter.py).
"""

from functools import lru_cache
from typing import Any

from weasyprint.css.properties import INITIAL_VALUES
from weasyprint.draw.text import draw_first_line
from weasyprint.matrix import Matrix
from weasyprint.text.ffi import FROM_UNITS, ffi, pango
from weasyprint.text.line_break import create_layout, line_size

from kit.pdf.engine import document, font_configuration

_REFERENCE = 100.0


class Style(dict[str, Any]):
    """The few style values that Pango layouts ask for."""

    def __init__(self, families: tuple[str, ...], weight: int, size: float, direction: str) -> None:
        super().__init__(INITIAL_VALUES)
        self.font_config = font_configuration()
        self["font_family"] = families
        self["font_weight"] = weight
        self["font_size"] = size
        self["direction"] = direction


class Line:
    """What `draw_first_line` wants of a text box."""

    def __init__(self, layout: Any, style: Style) -> None:
        self.pango_layout = layout
        self.style = style

    @property
    def text(self) -> str:
        return self.pango_layout.text


@lru_cache(maxsize=64)
def _style(families: tuple[str, ...], weight: int, size: float, direction: str) -> Style:
    return Style(families, weight, size, direction)


@lru_cache(maxsize=4096)
def measure(text: str, families: tuple[str, ...], weight: int) -> tuple[float, str]:
    """Width per unit of font size, and the characters that no font has."""
    style = _style(families, weight, _REFERENCE, "ltr")
    layout = create_layout(text, style, None, None, 0)
    line, _ = layout.get_first_line()
    width, _ = line_size(line, style)
    missing: dict[str, None] = {}
    run = line.runs[0] if line.runs != ffi.NULL else ffi.NULL
    while run != ffi.NULL:
        glyphs = run.data.glyphs
        for index in range(glyphs.num_glyphs):
            glyph = glyphs.glyphs[index].glyph
            if glyph != pango.PANGO_GLYPH_EMPTY and glyph & pango.PANGO_GLYPH_UNKNOWN_FLAG:
                missing[chr(glyph - pango.PANGO_GLYPH_UNKNOWN_FLAG)] = None
        run = run.next
    layout.deactivate()
    return width / _REFERENCE, "".join(missing)


@lru_cache(maxsize=16)
def baseline(families: tuple[str, ...], weight: int) -> tuple[float, float]:
    """Baseline below the top and height of a line, per unit of font size."""
    style = _style(families, weight, _REFERENCE, "ltr")
    layout = create_layout("Hg", style, None, None, 0)
    line, _ = layout.get_first_line()
    _, height = line_size(line, style)
    down = pango.pango_layout_get_baseline(layout.layout) * FROM_UNITS
    layout.deactivate()
    return down / _REFERENCE, height / _REFERENCE


def draw(
    stream: Any, text: str, x: float, y: float, *, families: tuple[str, ...], weight: int, size: float, direction: str
) -> None:
    """Draws one line with its baseline at y, in the stream's colour; lengths are CSS pixels."""
    style = _style(families, weight, size, direction)
    layout = create_layout(text, style, None, None, 0)
    stream.begin_text()
    draw_first_line(stream, Line(layout, style), "none", "none", Matrix(d=-1, e=x, f=y))
    stream.end_text()


class _Trial:
    """An image that is one line of text."""

    drawn = False

    def get_intrinsic_size(self, resolution: float, font_size: float) -> tuple[float, float, float]:
        return 10, 10, 1

    def draw(self, stream: Any, width: float, height: float, style: Any) -> None:
        families = ("sans-serif",)
        before = len(stream.stream)
        draw(stream, "Aé", 0, 5, families=families, weight=400, size=5, direction="ltr")
        self.drawn = len(stream.stream) > before and measure("Aé", families, 400)[0] > 0


@lru_cache(maxsize=1)
def works() -> bool:
    """Whether this WeasyPrint still has the functions that this module uses, tried on a small document."""
    trial = _Trial()
    try:
        document('<img src="trial:0" alt="">', css=[], assets={}, images={"trial:0": trial}).write_pdf()
    except (AttributeError, TypeError, KeyError, ValueError, AssertionError):
        return False
    return trial.drawn
