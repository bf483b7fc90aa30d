"""Documents are read back as people and scanners do: as pictures, as text, as codes."""

from io import BytesIO

import pypdfium2
import zxingcpp
from PIL import Image


def pictures(data: bytes, dpi: int = 150) -> list[Image.Image]:
    """The pages as a printer would show them."""
    with pypdfium2.PdfDocument(data) as document:
        return [page.render(scale=dpi / 72).to_pil() for page in document]


def texts(data: bytes) -> list[str]:
    """The text of each page as a reader extracts it."""
    with pypdfium2.PdfDocument(data) as document:
        return [page.get_textpage().get_text_bounded() for page in document]


def codes(data: bytes) -> list[str]:
    """Every QR code on every page, sorted."""
    return sorted(code.text for picture in pictures(data) for code in zxingcpp.read_barcodes(picture))


def logo() -> bytes:
    """A plain PNG."""
    target = BytesIO()
    Image.new("RGB", (96, 96), "#A63D1F").save(target, "PNG")
    return target.getvalue()
