"""Where PDF text finds its fonts: the typefaces that come with the product first, then the system's."""

import os
from pathlib import Path
from xml.sax.saxutils import escape

from kit.settings import settings

TYPEFACES = Path(__file__).resolve().parent / "typefaces"


def configuration() -> Path:
    """Writes the fontconfig file of this installation under its var folder and gives its path."""
    home = settings().var_dir / "fonts"
    home.mkdir(parents=True, exist_ok=True)
    path = home / "fonts.conf"
    lines = [
        '<?xml version="1.0"?>',
        '<!DOCTYPE fontconfig SYSTEM "fonts.dtd">',
        "<fontconfig>",
        f"<dir>{escape(str(TYPEFACES))}</dir>",
        '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>',
        f"<cachedir>{escape(str(home / 'cache'))}</cachedir>",
        "</fontconfig>",
    ]
    text = "\n".join(lines) + "\n"
    if not path.exists() or path.read_text() != text:
        # Another process may read the file at this moment: replace it in one step.
        draft = home / f"fonts.conf.{os.getpid()}"
        draft.write_text(text)
        draft.replace(path)
    return path
