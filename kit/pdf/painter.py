"""Card sheets inside the child.

Each ground is laid out once and painted into one form that all its cards refer to; codes are bit masks in the page's
own stream; texts go through Pango directly (`pango`) or through HTML (`html`). One HTML document for all cards would
cost seventeen times the time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from html import escape
from typing import Any

from tinycss2.color5 import parse_color

from kit.pdf import codes, engine, fit, text
from kit.text import direction

_PX = 96 / 25.4
_VARIANT = "pdf/ua-1"


@dataclass(frozen=True)
class Line:
    """One line to draw; lengths in millimetres from the top left of the card."""

    text: str
    style: int
    size: float
    x: float
    top: float
    direction: str


def job(arguments: dict[str, Any], blobs: Mapping[str, bytes]) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The job `cards`."""
    sheet = arguments["sheet"]
    way = arguments["way"] or ("pango" if text.works() else "html")
    outcomes = []
    lines = []
    for card in sheet["cards"]:
        placed, outcome = _place(card["texts"], sheet["styles"], sheet["text_box"])
        lines.append(placed)
        outcomes.append(outcome)
    grounds = [_Ground(html, sheet["css"], blobs) for html in sheet["grounds"]]
    per_page = sheet["grid"]["columns"] * sheet["grid"]["rows"]
    images: dict[str, Any] = {}
    body = []
    for number, start in enumerate(range(0, len(sheet["cards"]), per_page)):
        part, part_lines = sheet["cards"][start : start + per_page], lines[start : start + per_page]
        address = f"sheet:{number}"
        images[address] = _Sheet(sheet, part, part_lines if way == "pango" else [[]] * len(part), grounds)
        spoken = escape("; ".join(card["spoken"] for card in part))
        extra = "" if way == "pango" else _html_lines(sheet, part_lines)
        body.append(f'<section><img src="{address}" alt="{spoken}">{extra}</section>')
    laid_out = engine.document(
        "<!doctype html><html><body>" + "".join(body) + "</body></html>",
        css=[_page_css(sheet["grid"])],
        assets={},
        images=images,
        variant=_VARIANT,
    )
    data = engine.write(laid_out, title=arguments["title"], language=arguments["language"], variant=_VARIANT)
    return {"outcomes": outcomes, "way": way}, {"pdf": data}


def glyphs_job(arguments: dict[str, Any], blobs: Mapping[str, bytes]) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The job `glyphs`."""
    return {"missing": [text.measure(one, ("sans-serif",), 400)[1] if one else "" for one in arguments["texts"]]}, {}


def _place(
    texts: list[list[str]], styles: list[dict[str, Any]], box: list[float]
) -> tuple[list[Line], list[list[Any]]]:
    """Fits the texts of one card and stacks them in the middle of the text box."""
    left, top, width, height = box
    fitted = []
    outcomes: list[list[Any]] = []
    for lines, style in zip(texts, styles, strict=True):
        families, weight = tuple(style["families"]), style["weight"]

        def measure(part: str, families: tuple[str, ...] = families, weight: int = weight) -> float:
            return text.measure(part, families, weight)[0] if part else 0.0

        missing = "".join(dict.fromkeys("".join(text.measure(line, families, weight)[1] for line in lines if line)))
        result = fit.fit(lines, width, style["tries"], measure)
        fitted.append((result, measure))
        outcomes.append([result.shortened, missing])
    used = 0.0
    for index, (result, _) in enumerate(fitted):
        if result.lines:
            before = styles[index]["space_before"] if used else 0.0
            used += before + len(result.lines) * result.size * styles[index]["line_height"]
    y = top + (height - used) / 2
    placed: list[Line] = []
    for index, (result, measure) in enumerate(fitted):
        if not result.lines:
            continue
        y += styles[index]["space_before"] if placed else 0.0
        way = direction("".join(texts[index]))
        for line in result.lines:
            x = left if way == "ltr" else left + width - measure(line) * result.size
            placed.append(Line(line, index, result.size, x, y, way))
            y += result.size * styles[index]["line_height"]
    return placed, outcomes


@lru_cache(maxsize=64)
def _plain(html: str, css: str) -> Any:
    """A ground without pictures, kept for the next part of the same badges."""
    return engine.document(html, css=[css], assets={}, variant=_VARIANT).pages[0]


class _Ground:
    """The unchanging part of a card: laid out once, painted once into the document, then referred to."""

    def __init__(self, html: str, css: str, assets: Mapping[str, bytes]) -> None:
        self._page = (
            engine.document(html, css=[css], assets=assets, variant=_VARIANT).pages[0] if assets else _plain(html, css)
        )
        self._name: str | None = None

    def paint(self, stream: Any) -> None:
        if self._name is None:
            group = stream.add_group(0, 0, self._page.width, self._page.height)
            # Marked content of the ground would belong to no page.
            group._tags = None
            self._page.paint(group, 1)
            self._name = group.id
        stream.draw_x_object(self._name)


class _Sheet:
    """An image that draws a whole page of cards; the address in the HTML leads WeasyPrint to it."""

    def __init__(
        self, sheet: dict[str, Any], part: list[dict[str, Any]], lines: list[list[Line]], grounds: list[_Ground]
    ) -> None:
        self._sheet, self._part, self._lines, self._grounds = sheet, part, lines, grounds
        self._width = sheet["grid"]["page_width"] * _PX
        self._height = sheet["grid"]["page_height"] * _PX

    def get_intrinsic_size(self, resolution: float, font_size: float) -> tuple[float, float, float]:
        return self._width, self._height, self._width / self._height

    def draw(self, stream: Any, width: float, height: float, style: Any) -> None:
        sheet = self._sheet
        code_x, code_y, code_size = (value * _PX for value in sheet["code_box"])
        corners = [_corner(sheet["grid"], index) for index in range(len(self._part))]
        for card, lines, (left, top) in zip(self._part, self._lines, corners, strict=True):
            with stream.stacked():
                stream.transform(e=left * _PX, f=top * _PX)
                self._grounds[card["ground"]].paint(stream)
                if card["code"] is not None:
                    codes.draw(stream, card["code"], code_x, code_y, code_size)
                for line in lines:
                    _text(stream, line, sheet["styles"][line.style])
        if not sheet["grid"]["cut_colour"]:
            return
        with stream.stacked():
            stream.set_color(_colour(sheet["grid"]["cut_colour"]), stroke=True)
            stream.set_line_width(0.2 * _PX)
            stream.set_dash([_PX, 0.8 * _PX], 0)
            for x1, y1, x2, y2 in _cuts(sheet["grid"], corners):
                stream.move_to(x1 * _PX, y1 * _PX)
                stream.line_to(x2 * _PX, y2 * _PX)
            stream.stroke()


def _corner(grid: dict[str, Any], index: int) -> tuple[float, float]:
    left = (grid["page_width"] - grid["columns"] * grid["card_width"]) / 2
    top = (grid["page_height"] - grid["rows"] * grid["card_height"]) / 2
    row, column = divmod(index, grid["columns"])
    return left + column * grid["card_width"], top + row * grid["card_height"]


def _cuts(grid: dict[str, Any], corners: list[tuple[float, float]]) -> list[tuple[float, float, float, float]]:
    """The edges of all cards, each once."""
    edges: dict[tuple[float, float, float, float], None] = {}
    for x, y in corners:
        right, bottom = x + grid["card_width"], y + grid["card_height"]
        for edge in ((x, y, right, y), (x, bottom, right, bottom), (x, y, x, bottom), (right, y, right, bottom)):
            edges[edge] = None
    return list(edges)


def _text(stream: Any, line: Line, style: dict[str, Any]) -> None:
    families, weight = tuple(style["families"]), style["weight"]
    down, height = text.baseline(families, weight)
    y = line.top + line.size * (style["line_height"] / 2 - height / 2 + down)
    stream.set_color(_colour(style["colour"]))
    text.draw(
        stream,
        line.text,
        line.x * _PX,
        y * _PX,
        families=families,
        weight=weight,
        size=line.size * _PX,
        direction=line.direction,
    )


@cache
def _colour(value: str) -> Any:
    """Parsed once: every line asks for it."""
    return parse_color(value)


def _page_css(grid: dict[str, Any]) -> str:
    width, height = f"{grid['page_width']}mm", f"{grid['page_height']}mm"
    return (
        f"@page{{size:{width} {height};margin:0}}body{{margin:0}}"
        f"section{{position:relative;width:{width};height:{height};overflow:hidden;break-after:page}}"
        "section:last-child{break-after:auto}"
        f"img{{display:block;width:{width};height:{height}}}p{{position:absolute;margin:0;white-space:pre}}"
    )


def _html_lines(sheet: dict[str, Any], lines: list[list[Line]]) -> str:
    pieces = []
    for index, card in enumerate(lines):
        left, top = _corner(sheet["grid"], index)
        for line in card:
            style = sheet["styles"][line.style]
            families = ",".join(f"'{name}'" for name in style["families"])
            pieces.append(
                f'<p dir="{line.direction}" style="left:{left + line.x:.4f}mm;top:{top + line.top:.4f}mm;'
                f"color:{style['colour']};direction:{line.direction};"
                f'font:{style["weight"]} {line.size}mm/{style["line_height"]} {families}">{escape(line.text)}</p>'
            )
    return "".join(pieces)
