"""The page on which somebody types in sheets of paper."""

from dataclasses import dataclass
from typing import ClassVar

from feedback.questions import WORDS_FIELD
from kit.i18n import _
from kit.templates import Frame


@dataclass(frozen=True)
class TypedField:
    """One field: its name, label, hint, what was typed; `answers` are those of a choice with their numbers."""

    name: str
    label: str
    value: str


@dataclass(frozen=True)
class TypedQuestion:
    code: str
    number: str
    text: str
    kind: str
    hint: str
    condition: str
    answers: tuple[str, ...]
    fields: tuple[TypedField, ...]
    error: str


@dataclass(frozen=True)
class EntryPage:
    """One sheet. `entered`: so many were typed in before it, here in a row. `words`, `code`: None where none are asked."""

    template: ClassVar[str] = "feedback/paper_entry.html"

    frame: Frame
    back_path: str
    title: str
    line: str
    action: str
    other_path: str
    plain: bool
    open: bool
    entered: int
    sheet: str
    questions: tuple[TypedQuestion, ...]
    words: str | None
    words_error: str
    code: str | None
    code_error: str

    @property
    def errors(self) -> tuple[tuple[str, str, str], ...]:
        found = [(each.fields[0].name, each.number, each.error) for each in self.questions if each.error]
        if self.words_error:
            found.append((WORDS_FIELD, _("Drei Wörter"), self.words_error))
        if self.code_error:
            found.append(("sheet-code", _("Code"), self.code_error))
        return tuple(found)
