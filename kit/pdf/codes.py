"""QR codes drawn into a PDF as one bit mask: exact at any size, and nothing for WeasyPrint to lay out or parse."""

from typing import Any

from tinycss2.color5 import parse_color

from kit import qr

_DARK = parse_color("#10262B")


def draw(stream: Any, data: str, x: float, y: float, size: float) -> None:
    """The symbol without quiet zone, `size` wide, with its top left at x and y; lengths are CSS pixels."""
    modules, bits = qr.packed(data)
    with stream.stacked():
        stream.set_color(_DARK)
        stream.transform(a=size, d=-size, e=x, f=y + size)
        # In hexadecimal no byte of the image can be taken for its end; the page's compression takes the rest.
        head = f"BI /W {modules} /H {modules} /BPC 1 /IM true /F /AHx ID "
        stream.stream.append(head.encode() + bits.hex().encode() + b">\nEI")


class CodeImage:
    """An image for WeasyPrint that is a code with its quiet zone."""

    def __init__(self, data: str) -> None:
        self.data = data

    def get_intrinsic_size(self, resolution: float, font_size: float) -> tuple[float, float, float]:
        return 100.0, 100.0, 1.0

    def draw(self, stream: Any, width: float, height: float, style: Any) -> None:
        side = qr.packed(self.data)[0]
        margin = width * qr.QUIET_ZONE / (side + 2 * qr.QUIET_ZONE)
        draw(stream, self.data, margin, margin, width - 2 * margin)
