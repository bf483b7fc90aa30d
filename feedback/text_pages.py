"""The page on which somebody takes names out of texts before others read them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from feedback.naming import suspects
from feedback.questions import TEXT_LIMIT
from feedback.rules import Voice
from kit.i18n import _, ngettext
from kit.templates import Frame
from registration.desk_pages import Head

CONFIRMED = "bestaetigt"


@dataclass(frozen=True)
class Part:
    """A piece of a text; `kind` says in a word what it may be, "" where nothing is suspected."""

    text: str
    kind: str


@dataclass(frozen=True)
class TextRow:
    """One text to look through: with marks, and in its field, as it will be shown."""

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
    # Whether somebody is to say that what is still marked names nobody.
    asked: bool = False

    @property
    def errors(self) -> tuple[tuple[str, str, str], ...]:
        """(id, label, sentence) for the summary."""
        rows = [(row.name, _("Text %(number)d") % {"number": row.number}, row.error) for row in self.rows if row.error]
        if self.asked:
            rows.append((CONFIRMED, _("Markierte Stellen"), still_marked(sum(row.marked for row in self.rows))))
        return tuple(rows)


def field(number: int) -> str:
    """The name of a text in the form, from 1 on."""
    return f"text-{number}"


def still_marked(number: int) -> str:
    """Why so many texts are not let through yet."""
    return ngettext(
        "In %(num)d Text stehen noch markierte Stellen. Bitte nehmen Sie Namen heraus, oder bestätigen Sie, dass keine dabei sind.",
        "In %(num)d Texten stehen noch markierte Stellen. Bitte nehmen Sie Namen heraus, oder bestätigen Sie, dass keine dabei sind.",
        number,
    ) % {"num": number}


def marked(texts: Mapping[str, str], *, known: Collection[str]) -> dict[str, str]:
    """By field a sentence with what is still marked in it."""
    found = {
        name: [value[each.start : each.end] for each in suspects(value, known=known)] for name, value in texts.items()
    }
    return {
        name: _("Hier ist noch markiert: %(words)s.") % {"words": ", ".join(f"„{word}“" for word in words)}
        for name, words in found.items()
        if words
    }


def text_rows(
    texts: Sequence[Voice],
    names: Mapping[str, str],
    *,
    known: Collection[str],
    typed: Mapping[str, str],
    errors: Mapping[str, str],
) -> tuple[TextRow, ...]:
    """The texts as they stand in their fields, with marks. `names`: code → words of the question."""
    shown = [
        (field(number), voice, typed.get(field(number), voice.text)) for number, voice in enumerate(texts, start=1)
    ]
    return tuple(
        TextRow(name, number, names.get(voice.code, ""), parts(value, known=known), value, errors.get(name, ""))
        for number, (name, voice, value) in enumerate(shown, start=1)
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
