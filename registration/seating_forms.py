"""Tables as they were typed: a line for each person, and what stood there before."""

from dataclasses import dataclass, field
from typing import Self

from starlette.datastructures import FormData

from kit import text

LABEL_CHARS = 40
_LABEL, _BEFORE = "table-", "before-"


@dataclass
class SeatingForm:
    """Participant id → what was typed, what is new, and the sentence where it cannot be taken.

    Only what differs from what the page showed is new: a page that was open for long writes over nobody else's entry.
    """

    typed: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, form: FormData) -> Self:
        found = cls()
        before = {name.removeprefix(_BEFORE): str(value) for name, value in form.items() if name.startswith(_BEFORE)}
        for name, value in form.items():
            if not name.startswith(_LABEL):
                continue
            key = name.removeprefix(_LABEL)
            found.typed[key] = str(value)
            try:
                label = text.line(str(value), max_chars=LABEL_CHARS)
            except text.TextRefused as refused:
                found.problems[key] = refused.sentence
                continue
            if label != before.get(key, ""):
                found.labels[key] = label
        return found
