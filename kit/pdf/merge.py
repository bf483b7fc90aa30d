"""Parts of one document put together, their tags included: a long document is made in parts, each whole in itself."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String


def merge(parts: Sequence[bytes]) -> bytes:
    """One PDF of all pages. The parts come from `render` or `cards` and have the same title and language.

    Appending pages alone would leave their tags behind: the structure trees become one, and the numbers by which
    pages find their tags (PDF 1.7, 14.7.4.4) go on counting.
    """
    with pikepdf.open(BytesIO(parts[0])) as whole:
        tree = whole.Root.StructTreeRoot
        document = _kids(tree)[0]
        kids = _kids(document)
        numbers: list[Any] = list(tree.ParentTree.Nums)
        _mark(kids, "0")
        pages = len(whole.pages)
        sources = [pikepdf.open(BytesIO(part)) for part in parts[1:]]
        for index, source in enumerate(sources, 1):
            # Pages first: what is copied afterwards refers to the copies.
            whole.pages.extend(source.pages)
            added = whole.copy_foreign(source.Root.StructTreeRoot)
            for page in list(whole.pages)[pages:]:
                page.StructParents = int(page.StructParents) + pages
            of_pages = list(added.ParentTree.Nums)
            for place in range(0, len(of_pages), 2):
                numbers += [int(of_pages[place]) + pages, of_pages[place + 1]]
            found = _kids(_kids(added)[0])
            _mark(found, str(index))
            for kid in found:
                kid.P = document
            kids += found
            pages = len(whole.pages)
        document.K = Array(kids)
        tree.ParentTree.Nums = Array(numbers)
        target = BytesIO()
        whole.save(target, compress_streams=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        for source in sources:
            source.close()
    return target.getvalue()


def _kids(node: Any) -> list[Any]:
    kids = node.get("/K")
    if kids is None:
        return []
    return list(kids) if isinstance(kids, Array) else [kids]


def _mark(elements: list[Any], part: str) -> None:
    """Makes the names of table cells different from those of other parts."""
    waiting = list(elements)
    while waiting:
        element = waiting.pop()
        if not isinstance(element, Dictionary):
            continue
        if "/ID" in element:
            element.ID = String(f"{part}-{element.ID}")
        attributes = element.get("/A")
        for one in attributes if isinstance(attributes, Array) else [attributes]:
            if isinstance(one, Dictionary) and "/Headers" in one:
                one.Headers = Array([String(f"{part}-{name}") for name in one.Headers])
        if element.get("/S") != Name.MCR:
            waiting += _kids(element)
