"""QR codes, level M, drawn by zxing-cpp: as rows, as an SVG for pages, as a PNG and as packed bits for print."""

import base64
import math
import re
import struct
import zlib

import zxingcpp
from markupsafe import Markup

QUIET_ZONE = 4
"""Modules of white that a reader needs around the symbol (ISO/IEC 18004, 9.1)."""

# What fits into version 5 at level M and not into version 4, written in the letters of the alphanumeric mode.
_VERSION_5 = re.compile(r"[0-9A-Z $%*+\-./:]{91,122}")
_FIXED = "ecLevel=M,version=5,dataMask=2"

_DARK = re.compile("0+")
_BITS = bytes.maketrans(b"\x00\xff", b"01")


def _pixels(data: str) -> tuple[int, bytes]:
    """Modules per side, and one byte for each: 0 is dark, 255 is light.

    With version and mask given the encoder does not draw all eight masks to compare them: a fifth of the time. Every
    reader takes every mask.
    """
    level = {"options": _FIXED} if _VERSION_5.fullmatch(data) else {"ec_level": "M"}
    code = zxingcpp.create_barcode(data, zxingcpp.BarcodeFormat.QRCode, **level)
    pixels = memoryview(code.to_image(scale=1, add_quiet_zones=False)).tobytes()  # type: ignore[arg-type]
    return math.isqrt(len(pixels)), pixels


def matrix(data: str) -> list[list[bool]]:
    """The symbol without its quiet zone; True is dark."""
    side, pixels = _pixels(data)
    return [[pixel == 0 for pixel in pixels[start : start + side]] for start in range(0, side * side, side)]


def packed(data: str) -> tuple[int, bytes]:
    """Modules per side, and the rows as bits padded to whole bytes; a dark module is 0, as image masks have it."""
    side, pixels = _pixels(data)
    bits = pixels.translate(_BITS).decode("ascii")
    padding = "1" * (-side % 8)
    width = (side + len(padding)) // 8
    return side, b"".join(
        int(bits[start : start + side] + padding, 2).to_bytes(width) for start in range(0, side * side, side)
    )


def _drawn(eight: int) -> str:
    """Eight modules of a row as a part of a path, from their left to their right."""
    drawn, at = "", 0
    for run in _DARK.finditer(f"{eight:08b}"):
        # A closed run leaves the pen where it began.
        drawn += f"m{run.start() - at} 0h{run.end() - run.start()}v1h-{run.end() - run.start()}z"
        at = run.start()
    return f"{drawn}m{8 - at} 0"


_EIGHT = [_drawn(eight) for eight in range(256)]


def svg(data: str, label: str) -> Markup:
    """An SVG to put into a page: white ground with quiet zone, one path of dark runs, both coloured by attribute."""
    modules, rows = packed(data)
    side, width = modules + 2 * QUIET_ZONE, len(rows) // modules
    path = "".join(
        f"M{QUIET_ZONE} {y + QUIET_ZONE}" + "".join([_EIGHT[eight] for eight in rows[y * width : (y + 1) * width]])
        for y in range(modules)
    )
    return Markup(
        '<svg class="qr-code" viewBox="0 0 {side} {side}" role="img" aria-label="{label}" shape-rendering="crispEdges">'
        '<path class="qr-ground" fill="#fff" d="M0 0h{side}v{side}H0z"/><path class="qr-dark" fill="#000" d="{path}"/></svg>'
    ).format(side=side, label=label, path=path)


def png(data: str) -> bytes:
    """A greyscale PNG of one bit a module, quiet zone included, to be enlarged without smoothing."""
    rows = matrix(data)
    side = len(rows) + 2 * QUIET_ZONE
    blank = [[False] * side] * QUIET_ZONE
    edge = [False] * QUIET_ZONE
    padding = -side % 8
    lines = b"".join(
        b"\0" + int("".join("0" if dark else "1" for dark in row) + "1" * padding, 2).to_bytes((side + padding) // 8)
        for row in [*blank, *(edge + row + edge for row in rows), *blank]
    )
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )


def png_data_uri(data: str) -> str:
    """The PNG as an address for an image element."""
    return "data:image/png;base64," + base64.b64encode(png(data)).decode("ascii")
