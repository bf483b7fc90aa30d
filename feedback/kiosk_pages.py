"""The pages of a tablet that asks one person after the other."""

from dataclasses import dataclass
from typing import ClassVar

from feedback.answer_pages import Occasion, Sender
from feedback.questions import WORDS_FIELD
from feedback.whole import Item
from kit.i18n import _
from kit.templates import Frame


@dataclass(frozen=True)
class KioskPage:
    """`state`: open, thanks, over. `words`: what stands in the field for the three words, None where there is none."""

    template: ClassVar[str] = "feedback/kiosk.html"

    frame: Frame
    sender: Sender
    occasion: Occasion
    state: str
    action: str
    other_path: str
    plain: bool
    word: str
    items: tuple[Item, ...]
    words: str | None
    words_error: str = ""

    @property
    def errors(self) -> tuple[tuple[str, str, str], ...]:
        found = [(item.asking.code, item.asking.number, item.asking.error) for item in self.items if item.asking.error]
        if self.words_error:
            found.append((WORDS_FIELD, _("Ihre drei Wörter"), self.words_error))
        return tuple(found)
