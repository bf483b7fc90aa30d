"""The kinds of files that this room makes in the background, and what they are called."""

from events.models import Dialogue
from kit.downloads import Download, Maker
from kit.i18n import _
from kit.text import file_name
from registration import paper_lists, tables

MAKERS: dict[str, Maker] = {
    "csv": tables.MAKER,
    "xlsx": tables.MAKER,
    "pdf": paper_lists.MAKER,
    "door": paper_lists.MAKER,
    "signatures": paper_lists.MAKER,
}
TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pdf": "application/pdf",
}


def titles() -> dict[str, str]:
    """Kind → what a file of it is called, in the order of the choice."""
    return {
        "xlsx": _("Anmeldungen"),
        "csv": _("Anmeldungen"),
        "pdf": _("Anmeldungen"),
        "door": _("Einlassliste"),
        "signatures": _("Unterschriftenliste"),
    }


def suffix(kind: str) -> str:
    return f".{kind}" if f".{kind}" in TYPES else ".pdf"


def new_file(dialogue: Dialogue, *, kind: str, choice: dict[str, str], title: str, language: str) -> Download:
    """The order of a file about a dialogue."""
    return Download(
        initiative_id=dialogue.initiative_id,
        object_id=dialogue.id,
        kind=kind,
        choice=choice,
        title=title,
        file_name=file_name(f"{title} {dialogue.title}", suffix(kind)),
        language=language,
    )
