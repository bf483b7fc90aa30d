"""Pages on which an initiative writes its own questionnaires, and the preview of any."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from feedback.questionnaire_forms import MOST_WRITTEN, Draft, Typed, group_labels, kind_labels
from feedback.questions import SCALES, WITH_OPTIONS
from kit.i18n import _
from kit.templates import Frame


@dataclass(frozen=True)
class ListRow:
    """One questionnaire: its name, how many questions, where it is seen and changed; `code` to copy it."""

    code: str
    name: str
    number: int
    preview_path: str
    edit_path: str = ""
    changed: datetime | None = None


@dataclass(frozen=True)
class QuestionnairesPage:
    template: ClassVar[str] = "feedback/questionnaires.html"

    frame: Frame
    home_path: str
    surveys_path: str
    path: str
    own: tuple[ListRow, ...]
    library: tuple[ListRow, ...]
    writes: bool
    form_key: str


@dataclass(frozen=True)
class EditRow:
    """One question in the form. `earlier` are (code, words, chosen) of those before it."""

    draft: Draft
    place: int
    first: bool
    last: bool
    earlier: tuple[tuple[str, str, bool], ...]

    @property
    def id(self) -> str:
        return f"frage-{self.place + 1}"

    @property
    def has_options(self) -> bool:
        return self.draft.kind in WITH_OPTIONS or self.draft.kind == "matrix"

    @property
    def has_scale(self) -> bool:
        return self.draft.kind in SCALES

    @property
    def more(self) -> bool:
        """Whether something is set in the fold that changes who is asked or what is counted."""
        return bool(self.draft.after or self.draft.group) or self.draft.reverse


@dataclass(frozen=True)
class QuestionnairePage:
    """`focus` is the place of the question that comes first into view; -1: none."""

    template: ClassVar[str] = "feedback/questionnaire.html"

    frame: Frame
    list_path: str
    path: str
    preview_path: str
    typed: Typed
    focus: int
    unsaved: bool = False
    done: str = ""
    refused: str = ""

    @property
    def rows(self) -> tuple[EditRow, ...]:
        drafts = self.typed.drafts
        return tuple(
            EditRow(
                draft,
                place,
                first=place == 0,
                last=place == len(drafts) - 1,
                earlier=tuple(
                    (other.code, f"{number}. {other.de[:60]}", other.code == draft.after)
                    for number, other in enumerate(drafts[:place], start=1)
                ),
            )
            for place, draft in enumerate(drafts)
        )

    @property
    def kinds(self) -> dict[str, str]:
        return kind_labels()

    @property
    def groups(self) -> dict[str, str]:
        return group_labels()

    @property
    def full(self) -> bool:
        return len(self.typed.drafts) >= MOST_WRITTEN

    @property
    def errors(self) -> tuple[tuple[str, str, str], ...]:
        found = [("name", _("Name"), self.typed.name_error)] if self.typed.name_error else []
        for number, draft in enumerate(self.typed.drafts, start=1):
            if draft.error:
                found.append((f"frage-{number}", _("Frage %(number)d") % {"number": number}, draft.error))
        return tuple(found)
