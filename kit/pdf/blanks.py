"""Documents that differ in a few lines only, inside the child: laid out once, then painted with other words.

A ticket's layout costs twice what its painting does, and those of one dialogue differ in a name, a number and a code.
An element with `data-blank` takes the text (an image: the description) of that name. Words that would stand as the laid
out ones do, on one line and by the same metrics, take their place; for all others the document is laid out anew. As in
text.py the function that measures is not public: WeasyPrint is pinned, and the tests compare both ways byte by byte.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from weasyprint.formatting_structure.boxes import TextBox
from weasyprint.text.line_break import split_first_line

from kit.pdf import codes
from kit.pdf.engine import document, write

_MOST_KEPT = 12
_MARK = "data-blank"


@dataclass
class _Form:
    """A laid-out document, the lines in which its blanks stand, and its codes."""

    laid_out: Any
    lines: list[tuple[str, Any]]
    descriptions: list[tuple[str, Any]]
    images: dict[str, codes.CodeImage]


_kept: dict[Any, _Form] = {}


def job(arguments: dict[str, Any], blobs: Mapping[str, bytes]) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The job `render`."""
    variant, words, data = arguments["variant"], arguments.get("blanks", {}), arguments["codes"]
    key = (arguments["html"], *arguments["css"], variant, *blobs.items())
    form = _kept.get(key)
    fits = form is not None and _refill(form, words, data)
    if form is None or not fits:
        images = {f"code:{name}": codes.CodeImage(value) for name, value in data.items()}
        laid_out = document(
            arguments["html"],
            css=arguments["css"],
            assets=blobs,
            images=dict(images),
            variant=variant,
            prepare=partial(_fill, words),
        )
        form = _form(laid_out, words, images)
    if form.lines:
        # The one used last stands last.
        _kept.pop(key, None)
        _kept[key] = form
        if len(_kept) > _MOST_KEPT:
            del _kept[next(iter(_kept))]
    # A copy, since a document collects the letters that it was painted with.
    painted = write(form.laid_out.copy(), title=arguments["title"], language=arguments["language"], variant=variant)
    return {"pages": len(form.laid_out.pages), "laid_out": not fits}, {"pdf": painted}


def _fill(words: Mapping[str, str], root: Any) -> None:
    """Puts the words into the elements before they are laid out."""
    for element in root.iter():
        if (name := element.get(_MARK)) is not None:
            if element.tag == "img":
                element.set("alt", words[name])
            else:
                element.text = words[name]


def _form(laid_out: Any, words: Mapping[str, str], images: dict[str, codes.CodeImage]) -> _Form:
    """What can be filled again; without lines when a blank does not stand in one line from the left."""
    lines: list[tuple[str, Any]] = []
    descriptions: list[tuple[str, Any]] = []
    for element, box in _boxes(laid_out):
        name = element.get(_MARK)
        if isinstance(box, TextBox):
            lines.append((name, box))
        elif element.tag == "img":
            descriptions.append((name, element))
    names = {name for name, _place in (*lines, *descriptions)}
    plain = all(
        box.text == words[name] and box.style["text_align_all"] == "start" and box.style["direction"] == "ltr"
        for name, box in lines
    )
    return _Form(laid_out, lines if plain and names == set(words) else [], descriptions, images)


def _boxes(laid_out: Any) -> Iterator[tuple[Any, Any]]:
    for page in laid_out.pages:
        for box in page._page_box.descendants():
            if box.element is not None and box.element.get(_MARK) is not None:
                yield box.element, box


def _refill(form: _Form, words: Mapping[str, str], data: Mapping[str, str]) -> bool:
    """Changes the words of a laid-out document, unless one would stand differently."""
    new = []
    for name, box in form.lines:
        text = words[name]
        if not text or text != " ".join(text.split()) or "\u00ad" in text:
            return False
        limit = box.pango_layout.max_width
        layout, _length, rest, width, height, baseline = split_first_line(text, box.style, None, limit, 0)
        if rest is not None or width > limit or height != box.height or baseline + box.margin_top != box.baseline:
            return False
        new.append((box, text, layout, width))
    for box, text, layout, width in new:
        box.text, box.pango_layout, box.width = text, layout, width
    for name, element in form.descriptions:
        element.set("alt", words[name])
    for name, value in data.items():
        form.images[f"code:{name}"].data = value
    return True
