"""The plain-language twin of a dialogue's page: the same facts in short sentences, chosen in its template."""

from dataclasses import dataclass
from typing import ClassVar

from events.models import Dialogue
from events.pages import DialoguePage
from events.rules import FORMATS
from kit.i18n import _
from kit.templates import Frame


@dataclass(frozen=True)
class PlainPage:
    """`dialogue` is the full page; `path` leads to it. `text` is what the organiser wrote in plain language, in the
    language `text_language`; `about` says what makes the format, where they wrote nothing. `support` holds pairs of
    what helps (a key of rules.SUPPORT_LABELS, or other) and where."""

    template: ClassVar[str] = "events/plain.html"
    frame: Frame
    dialogue: DialoguePage
    path: str
    text: str
    text_language: str
    about: str
    step_free: str
    support: tuple[tuple[str, str], ...]
    spoken: tuple[str, ...]


def plain_page(frame: Frame, row: Dialogue, page: DialoguePage, spoken: list[str]) -> PlainPage:
    """The twin of a page; `spoken` are the names of its languages."""
    return PlainPage(
        frame=frame,
        dialogue=page,
        path=f"/dialoge/{row.slug}",
        text=row.plain_text,
        text_language=page.text_language,
        about=_(FORMATS[row.format_code].about),
        step_free=row.step_free,
        support=tuple((entry["kind"], entry["text"]) for entry in row.access),
        spoken=tuple(spoken),
    )
