"""A logo as it was sent: somebody's file in, a picture of our own encoding out."""

from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps

from kit.i18n import _

MOST_BYTES = 1_000_000
MOST_PIXELS = 4_000_000
SIDE = 512
"""Pixels of the longer side that we keep: ten times what a page shows, and enough for 4 cm of paper."""

# Pillow would warn of a large picture and go on; here it is refused before anything of it is unpacked.
Image.MAX_IMAGE_PIXELS = None


@dataclass(frozen=True)
class NewLogo:
    """A picture that we encoded, without anything that its file said beside it."""

    content: bytes
    media_type: str


def read_logo(data: bytes) -> tuple[NewLogo | None, str]:
    """The logo, or the sentence that says why this file is none."""
    if not data:
        return None, _("Die Datei fehlt. Bitte wählen Sie ein Bild als PNG oder JPEG.")
    if len(data) > MOST_BYTES:
        return None, _("Die Datei ist größer als 1 MB. Bitte speichern Sie das Bild kleiner.")
    no_picture = _("Das ist kein Bild, das wir lesen können. Bitte speichern Sie es als PNG oder JPEG.")
    try:
        with Image.open(BytesIO(data), formats=("PNG", "JPEG")) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return None, _("Das Bild hat zu viele Bildpunkte. Bitte verkleinern Sie es auf 2.000 mal 2.000.")
            return _encoded(picture), ""
    except Exception:  # noqa: BLE001 - whatever a decoder says about a hostile file
        return None, no_picture


def _encoded(picture: Image.Image) -> NewLogo:
    """The pixels, upright, at most `SIDE` on a side, encoded anew."""
    upright = ImageOps.exif_transpose(picture)
    if upright.mode.startswith("I"):
        # Grey of 16 bits: of each point the upper eight. What its file called transparent is a grey of its own here.
        upright = upright.point(lambda grey: grey * (1 / 256)).convert("L")
        upright.info.pop("transparency", None)
    clear = "A" in upright.getbands() or "transparency" in upright.info
    plain = upright.convert("RGBA" if clear else "RGB")
    plain.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    # A new picture carries no profile, comment or place.
    bare = Image.new(plain.mode, plain.size)
    bare.paste(plain)
    out = BytesIO()
    if picture.format == "JPEG":
        bare.save(out, "JPEG", quality=88, optimize=True)
        return NewLogo(out.getvalue(), "image/jpeg")
    bare.save(out, "PNG", optimize=True)
    return NewLogo(out.getvalue(), "image/png")
