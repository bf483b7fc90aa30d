"""Where PDF text finds its fonts: the system's, the packaged Noto families and the display family of the look."""

from importlib.util import find_spec
from pathlib import Path
from xml.sax.saxutils import escape

from kit.settings import settings

DISPLAY = "Barlow Semi Condensed"
TEXT = "Noto Sans"
_OWN = Path(__file__).resolve().parent / "fonts"
_PACKAGES = ("fontpkg_noto_sans", "fontpkg_noto_sans_arabic")


def _folders() -> list[Path]:
    folders = [_OWN]
    for name in _PACKAGES:
        spec = find_spec(name)
        if spec is not None and spec.origin is not None:
            folders.append(Path(spec.origin).resolve().parent / "files")
    return folders


def configuration() -> Path:
    """Writes the fontconfig file of this installation under its var folder and gives its path."""
    home = settings().var_dir / "fonts"
    home.mkdir(parents=True, exist_ok=True)
    path = home / "fonts.conf"
    lines = [
        '<?xml version="1.0"?>',
        '<!DOCTYPE fontconfig SYSTEM "fonts.dtd">',
        "<fontconfig>",
        '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>',
        *(f"<dir>{escape(str(folder))}</dir>" for folder in _folders()),
        f"<cachedir>{escape(str(home / 'cache'))}</cachedir>",
        "</fontconfig>",
    ]
    text = "\n".join(lines) + "\n"
    if not path.exists() or path.read_text() != text:
        # Another process may read the file at this moment: replace it in one step.
        draft = path.with_suffix(".new")
        draft.write_text(text)
        draft.replace(path)
    return path
