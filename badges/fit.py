"""What a badge can show: sizes of its texts, and the badges that an organiser must look at before printing."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from kit.i18n import _
from kit.pdf import Outcome, TextStyle

# Millimetres; 3.4 mm is 9.6 points, the smallest name that is read across a table.
_NAME_TRIES = (
    (7.6, 2),
    (7.0, 2),
    (6.4, 2),
    (5.8, 2),
    (5.8, 3),
    (5.2, 2),
    (5.2, 3),
    (4.6, 3),
    (4.0, 4),
    (3.4, 4),
)
_ORGANISATION_TRIES = ((3.3, 1), (3.3, 2), (2.8, 2))

# An A6 badge hangs at the chest and is read from farther away.
_A6_NAME_TRIES = (
    (15.0, 2),
    (13.5, 2),
    (12.0, 2),
    (12.0, 3),
    (10.5, 2),
    (10.5, 3),
    (9.0, 3),
    (7.6, 4),
    (6.0, 5),
    (4.6, 6),
)
_A6_ORGANISATION_TRIES = ((5.4, 1), (5.4, 2), (4.4, 2), (4.4, 3))


def _styles(
    names: tuple[tuple[float, int], ...], organisations: tuple[tuple[float, int], ...], between: float
) -> tuple[TextStyle, TextStyle]:
    return (
        TextStyle(
            families=("Barlow Semi Condensed", "Noto Sans", "Noto Sans Arabic", "sans-serif"),
            weight=700,
            colour="#10262B",
            tries=names,
            line_height=1.04,
            space_before=0.0,
        ),
        TextStyle(
            families=("Noto Sans", "Noto Sans Arabic", "sans-serif"),
            weight=400,
            colour="#333333",
            tries=organisations,
            line_height=1.25,
            space_before=between,
        ),
    )


STYLES = _styles(_NAME_TRIES, _ORGANISATION_TRIES, 0.9)
A6_STYLES = _styles(_A6_NAME_TRIES, _A6_ORGANISATION_TRIES, 2.0)


class Reason(StrEnum):
    """Why a badge does not show all of a text."""

    TOO_LONG = "too_long"
    NO_FONT = "no_font"


class Part(StrEnum):
    """The text that is not shown whole."""

    NAME = "name"
    ORGANISATION = "organisation"


@dataclass(frozen=True)
class Misfit:
    """A badge to look at: its index in the order given, what is affected and why; scripts only where a font is missing."""

    index: int
    name: str
    part: Part
    reason: Reason
    scripts: tuple[str, ...] = ()

    def sentence(self) -> str:
        """What the organiser reads, in the language in use."""
        if self.reason is Reason.NO_FONT:
            return _("Für diese Schrift fehlt hier eine Schriftart: %(scripts)s. Das Schild zeigt leere Kästchen.") % {
                "scripts": ", ".join(script_name(script) for script in self.scripts)
            }
        if self.part is Part.NAME:
            return _("Der Name ist auch in der kleinsten Größe zu lang. Das Schild kürzt ihn.")
        return _("Die Organisation ist zu lang. Das Schild kürzt sie.")


def misfits(index: int, name: str, outcomes: Sequence[Outcome]) -> list[Misfit]:
    """The misfits of one badge from what became of its texts, name first."""
    found = []
    for part, outcome in zip((Part.NAME, Part.ORGANISATION), outcomes, strict=True):
        if outcome.missing:
            found.append(Misfit(index, name, part, Reason.NO_FONT, scripts(outcome.missing)))
        if outcome.shortened:
            found.append(Misfit(index, name, part, Reason.TOO_LONG))
    return found


def scripts(characters: str) -> tuple[str, ...]:
    """The scripts of these characters, by the first word of their Unicode names, sorted."""
    words = {unicodedata.name(character, "UNKNOWN").split()[0].split("-")[0] for character in characters}
    return tuple(sorted(word if word in _script_names() else "UNKNOWN" for word in words))


def script_name(script: str) -> str:
    """The name of a script in the language in use."""
    return _script_names()[script]


def _script_names() -> dict[str, str]:
    return {
        "CJK": _("Chinesisch"),
        "HIRAGANA": _("Japanisch (Hiragana)"),
        "KATAKANA": _("Japanisch (Katakana)"),
        "HANGUL": _("Koreanisch"),
        "THAI": _("Thailändisch"),
        "LAO": _("Laotisch"),
        "KHMER": _("Khmer"),
        "MYANMAR": _("Birmanisch"),
        "DEVANAGARI": _("Devanagari"),
        "BENGALI": _("Bengalisch"),
        "TAMIL": _("Tamil"),
        "TELUGU": _("Telugu"),
        "KANNADA": _("Kannada"),
        "MALAYALAM": _("Malayalam"),
        "GUJARATI": _("Gujarati"),
        "GURMUKHI": _("Gurmukhi"),
        "SINHALA": _("Singhalesisch"),
        "TIBETAN": _("Tibetisch"),
        "ETHIOPIC": _("Äthiopisch"),
        "SYRIAC": _("Syrisch"),
        "HEBREW": _("Hebräisch"),
        "ARABIC": _("Arabisch"),
        "ARMENIAN": _("Armenisch"),
        "GEORGIAN": _("Georgisch"),
        "UNKNOWN": _("Sonderzeichen"),
    }
