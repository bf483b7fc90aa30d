"""PDF: HTML and card sheets, made by WeasyPrint in a bounded child process.

Parent side: `render`, `cards`, `missing_characters`, `stop`. Child side (imports WeasyPrint): engine, blanks, text,
painter.
"""

from collections.abc import Mapping, Sequence

from kit.pdf.card_sheets import Card, CardSheet, Grid, Outcome, TextStyle, cards, missing_characters
from kit.pdf.client import PdfFailed, PdfUnavailable, worker

__all__ = [
    "Card",
    "CardSheet",
    "Grid",
    "Outcome",
    "PdfFailed",
    "PdfUnavailable",
    "TextStyle",
    "cards",
    "missing_characters",
    "render",
    "stop",
]

_CPU_SECONDS = 15
_WALL_SECONDS = 30.0


def render(
    html: str,
    *,
    css: Sequence[str],
    assets: Mapping[str, bytes],
    title: str,
    language: str,
    codes: Mapping[str, str] | None = None,
    blanks: Mapping[str, str] | None = None,
    variant: str = "pdf/ua-1",
) -> bytes:
    """A PDF of one HTML page. Only `data:` addresses and `asset:<name>` for the given assets are read;
    `code:<name>` draws a QR code of the given data. `blanks` are the texts of the elements with `data-blank="<name>"`:
    documents that differ in these and in their codes only are laid out once.

    Raises PdfFailed when it needs more than 15 CPU seconds, 30 seconds or 1.5 GB, PdfUnavailable without Pango.
    """
    arguments = {
        "html": html,
        "css": list(css),
        "title": title,
        "language": language,
        "codes": dict(codes or {}),
        "blanks": dict(blanks or {}),
        "variant": variant,
    }
    _, blobs = worker.call("render", arguments, assets, wall=_WALL_SECONDS, cpu=_CPU_SECONDS)
    return blobs["pdf"]


def stop() -> None:
    """Ends the child process; the next document starts another one."""
    worker.stop()
