"""HTML to PDF inside the child. Nothing is fetched: data addresses and the assets that came with the job, no more."""

import logging
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from io import BytesIO
from typing import Any

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

# Its warnings quote the document, and a document may hold names.
logging.getLogger("weasyprint").setLevel(logging.CRITICAL + 1)
logging.getLogger("fontTools").setLevel(logging.CRITICAL + 1)

_TYPES = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"<svg": "image/svg+xml"}


class DenyAll(URLFetcher):
    """Refuses every address but `data:` and `asset:<name>` of this job."""

    def __init__(self, assets: Mapping[str, bytes]) -> None:
        super().__init__(allowed_protocols=("data",), allow_redirects=False)
        self._assets = assets

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        if url.startswith("asset:") and (data := self._assets.get(url.removeprefix("asset:"))) is not None:
            kind = next((kind for start, kind in _TYPES.items() if data.startswith(start)), "text/css")
            return URLFetcherResponse(url, body=BytesIO(data), headers={"Content-Type": kind})
        return super().fetch(url, headers)


@cache
def font_configuration() -> FontConfiguration:
    """One for all documents: finding the fonts takes 15 ms."""
    return FontConfiguration()


@lru_cache(maxsize=32)
def _stylesheet(text: str) -> CSS:
    """Parsed once for all documents: a third of the time of a short one. What it imports is refused here."""
    return CSS(string=text, url_fetcher=DenyAll({}), font_config=font_configuration())


def document(
    html: str,
    *,
    css: list[str],
    assets: Mapping[str, bytes],
    images: dict[str, Any] | None = None,
    variant: str | None = None,
    prepare: Callable[[Any], None] | None = None,
) -> Any:
    """A laid-out document. `images` are objects that draw themselves, by their address; `prepare` is given the tree of
    elements before it is laid out.
    """
    parsed = HTML(string=html, url_fetcher=DenyAll(assets))
    if prepare is not None:
        prepare(parsed.etree_element)
    return parsed.render(
        font_config=font_configuration(),
        stylesheets=[_stylesheet(text) for text in css],
        cache={} if images is None else images,
        pdf_variant=variant,
    )


def write(laid_out: Any, *, title: str, language: str, variant: str) -> bytes:
    """The PDF with title and language set as accessible documents need them."""
    laid_out.metadata.title = title
    laid_out.metadata.lang = language
    return laid_out.write_pdf(pdf_variant=variant)
