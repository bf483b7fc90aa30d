"""The page on which somebody takes names out of texts before others read them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from feedback.naming import suspects
from feedback.questions import TEXT_LIMIT
from feedback.rules import Voice
from kit.i18n import _
from kit.templates import Frame
from registration.desk_pages import Head


@dataclass(frozen=True)
class Part:
    """A piece of a text; `kind` says in a word what it may be, "" where nothing is suspected."""

    text: str
    kind: str


@dataclass(frozen=True)
class TextRow:
    """One text to look through: as it was written, with marks, and as it will be shown."""

    name: str
    number: int
    question: str
    parts: tuple[Part, ...]
    value: str
    error: str = ""

    @property
    def marked(self) -> bool:
        return any(part.kind for part in self.parts)


@dataclass(frozen=True)
class TextsPage:
    """Texts to be released. `rest`: so many more come on a next page. `seen` is the mark of those on this one."""

    template: ClassVar[str] = "feedback/texts.html"

    frame: Frame
    head: Head
    path: str
    result_path: str
    rows: tuple[TextRow, ...]
    rest: int
    seen: str
    limit: int = TEXT_LIMIT

    @property
    def errors(self) -> tuple[tuple[str, str, str], ...]:
        """(id, label, sentence) for the summary."""
        return tuple(
            (row.name, _("Text %(number)d") % {"number": row.number}, row.error) for row in self.rows if row.error
        )


def field(number: int) -> str:
    """The name of a text in the form, from 1 on."""
    return f"text-{number}"


def text_rows(
    texts: Sequence[Voice],
    names: Mapping[str, str],
    *,
    known: Collection[str],
    typed: Mapping[str, str],
    errors: Mapping[str, str],
) -> tuple[TextRow, ...]:
    """The texts with marks; what was typed already stands in the field. `names`: code → words of the question."""
    return tuple(
        TextRow(
            field(number),
            number,
            names.get(voice.code, ""),
            parts(voice.text, known=known),
            typed.get(field(number), voice.text),
            errors.get(field(number), ""),
        )
        for number, voice in enumerate(texts, start=1)
    )


def parts(text: str, *, known: Collection[str]) -> tuple[Part, ...]:
    """A text cut at what may name somebody."""
    found, at = [], 0
    for each in suspects(text, known=known):
        found += [Part(text[at : each.start], ""), Part(text[each.start : each.end], kinds()[each.kind])]
        at = each.end
    return tuple(part for part in (*found, Part(text[at:], "")) if part.text)


def kinds() -> dict[str, str]:
    """What a marked part may be."""
    return {
        "mail": _("E-Mail-Adresse?"),
        "phone": _("Telefonnummer?"),
        "name": _("Name?"),
        "place": _("Ort?"),
        "plate": _("Kennzeichen?"),
    }
