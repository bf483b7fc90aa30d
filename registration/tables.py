"""The list of registrations as a table: a row for each person, in the order of the list."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from sqlmodel import Session

from events import queries as events
from events.models import Dialogue
from kit import i18n
from kit.db import Database, within
from kit.downloads import Download, Maker, Report
from kit.i18n import _
from kit.sheets import Cell, csv_rows, xlsx
from kit.zones import local
from registration import list_queries
from registration.answer_pages import answer_labels
from registration.desk_pages import state_labels

CHUNK = 500
# So many people leave at once; a longer list is made in the background.
AT_ONCE = 20_000
REPORTED = 2_000


def columns() -> list[tuple[str, float]]:
    """The names of the columns in the language in use, each with its width in letters."""
    return [
        (_("Referenz"), 12),
        (_("Person"), 8),
        (_("Name"), 28),
        (_("Organisation"), 28),
        (_("Kontakt"), 28),
        (_("E-Mail"), 32),
        (_("Angebot"), 30),
        (_("Tisch"), 12),
        (_("Stand"), 16),
        (_("Kalender"), 22),
        (_("Angekommen"), 16),
        (_("Kein Foto"), 10),
        (_("Angabe zum Zugang"), 18),
        (_("Sprache"), 9),
        (_("Eingetragen"), 22),
        (_("Angemeldet am"), 16),
        (_("Bestätigt am"), 16),
        (_("Warteliste seit"), 16),
        (_("Beendet am"), 16),
    ]


def rows(database: Database, dialogue: Dialogue, language: str) -> Iterator[list[Cell]]:
    """The rows, read in chunks in sessions of their own: the request's session is closed by then."""
    scope = within(dialogue.initiative_id)
    with database.read(scope) as session:
        titles = {offer.id: offer.title or dialogue.title for offer in events.offers_of(session, dialogue.id)}
        answers = list_queries.answers(session, dialogue.id)
        arrived = {key: local(at, dialogue.zone) for key, at in list_queries.arrivals(session, dialogue.id).items()}
    with i18n.use(language):
        labels, said = state_labels(), answer_labels() | {"": ""}
        yes, by_hand, by_form = _("ja"), _("von Hand"), _("auf der Anmeldeseite")

    def wall(value: datetime | None) -> datetime | None:
        return None if value is None else local(value, dialogue.zone)

    for lines in list_queries.all_lines(lambda: database.read(scope), dialogue.id, limit=CHUNK):
        for line in lines:
            row = line.registration
            middle = [row.name, row.email, titles.get(line.offer_id, "")]
            end = [
                yes if row.access_need else "",
                row.language,
                by_hand if row.source == "organiser" else by_form,
                wall(row.created_at),
                wall(row.confirmed_at),
                wall(row.waiting_since),
                wall(row.ended_at),
            ]
            for _registration_id, key, position, name, organisation, no_photo, table in line.people:
                own = [
                    table,
                    labels[row.state],
                    said[answers.get(row.id, "")],
                    arrived.get(key),
                    yes if no_photo else "",
                ]
                yield [row.reference, position + 1, name, organisation, *middle, *own, *end]


def plan(session: Session, download: Download) -> list[list[str]]:
    """A table is one part: it is made faster than it could be put together."""
    return [list_queries.people_of(session, download.object_id)]


def part(
    data: Database, download: Download, _number: int, _people: Sequence[str], report: Report
) -> tuple[bytes, list[tuple[str, str]]]:
    """The table of a long list."""
    with data.read(within(download.initiative_id)) as session:
        dialogue = events.dialogue(session, download.object_id)
    with i18n.use(download.language):
        named = columns()
        sheet = _("Anmeldungen")
    head = [label for label, _width in named]
    lines = _reported(rows(data, dialogue, download.language), report)
    if download.kind == "csv":
        return b"".join(csv_rows(head, lines)), []
    return xlsx(head, lines, name=sheet, widths=[width for _label, width in named]), []


def _reported(lines: Iterable[list[Cell]], report: Report) -> Iterator[list[Cell]]:
    for number, line in enumerate(lines):
        if number and number % REPORTED == 0:
            report(number)
        yield line


MAKER = Maker(plan=plan, part=part, whole=lambda parts: parts[0])
