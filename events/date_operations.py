"""Moving and dropping single dates of a dialogue with several. Registered people are told by registration's sweep."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from events import date_queries, dates, rules
from events.models import Dialogue, DialogueDate
from events.operations import ChangedMeanwhile, NotInThisState, lock_dialogue, log, step
from events.rules import DialogueState
from kit import zones
from kit.errors import NotFound, Refused
from kit.i18n import _


class NotThisDate(Refused):
    """A date cannot be moved to this time, or not be dropped."""


def move_date(
    session: Session,
    *,
    dialogue: Dialogue,
    recurrence_id: str,
    start: str,
    end: str,
    version: int | None = None,
    actor: str,
    now: datetime,
) -> bool:
    """Gives one date another time; a dropped one takes place again. False when that is how it was.

    `version` is that of the dialogue when the form was opened. Raises NotFound, NotInThisState, ChangedMeanwhile,
    NotThisDate, and kit.zones.NoSuchTime.
    """
    dialogue, rows, row = _changeable(session, dialogue, recurrence_id, now)
    if version is not None and version != dialogue.version:
        raise ChangedMeanwhile
    starts_at, ends_at = (zones.to_utc(rules.wall(moment), dialogue.zone) for moment in (start, end))
    if starts_at <= now:
        raise NotThisDate(_("Die neue Zeit liegt in der Vergangenheit. Bitte prüfen Sie Tag und Uhrzeit."))
    if ends_at <= starts_at:
        raise NotThisDate(_("Das Ende liegt nicht nach dem Beginn. Bitte prüfen Sie Tag und Uhrzeit."))
    if ends_at - starts_at > rules.LONGEST_DATE:
        raise NotThisDate(_("Ein Termin dauert höchstens einen Tag."))
    _refuse_other_order(rows, row, starts_at, ends_at, start[:10])
    if (row.start, row.end, row.state) == (start, end, rules.PLANNED):
        return False
    row.start, row.end, row.starts_at, row.ends_at, row.state = start, end, starts_at, ends_at, rules.PLANNED
    _save(session, dialogue, rows, row, action="dialogue.date_moved", actor=actor, now=now)
    return True


def drop_date(session: Session, *, dialogue: Dialogue, recurrence_id: str, actor: str, now: datetime) -> bool:
    """One date does not take place. False when it was dropped before. Raises NotFound, NotInThisState, NotThisDate."""
    dialogue, rows, row = _changeable(session, dialogue, recurrence_id, now)
    if row.state == rules.DROPPED:
        return False
    if dates.taking_place(rows) == [row]:
        raise NotThisDate(_("Das ist der letzte Termin. Sagen Sie den ganzen Dialog ab."))
    row.state = rules.DROPPED
    _save(session, dialogue, rows, row, action="dialogue.date_dropped", actor=actor, now=now)
    return True


def _changeable(
    session: Session, dialogue: Dialogue, recurrence_id: str, now: datetime
) -> tuple[Dialogue, Sequence[DialogueDate], DialogueDate]:
    dialogue = lock_dialogue(session, dialogue.id)
    rows = date_queries.dates_of(session, dialogue)
    row = next((row for row in rows if row.recurrence_id == recurrence_id), None)
    if row is None:
        raise NotFound
    if dialogue.state not in (DialogueState.DRAFT, DialogueState.PUBLISHED):
        raise NotInThisState(_("Einzelne Termine ändert man nur in einem Entwurf oder einem veröffentlichten Dialog."))
    if row.state == rules.PLANNED and row.starts_at <= now:
        raise NotThisDate(_("Dieser Termin hat schon begonnen oder ist vorbei."))
    return dialogue, rows, row


def _refuse_other_order(
    rows: Sequence[DialogueDate], row: DialogueDate, starts_at: datetime, ends_at: datetime, day: str
) -> None:
    place = [other.id for other in rows].index(row.id)
    before, after = dates.taking_place(rows[:place]), dates.taking_place(rows[place + 1 :])
    if not rules.fits_between(
        starts_at, ends_at, before[-1].ends_at if before else None, after[0].starts_at if after else None
    ):
        raise NotThisDate(_("Der Termin muss zwischen dem davor und dem danach bleiben."))
    if day in {other.start[:10] for other in (*before[-1:], *after[:1])}:
        raise NotThisDate(_("An diesem Tag ist schon ein anderer Termin. Jeder Termin braucht einen eigenen Tag."))


def _save(
    session: Session,
    dialogue: Dialogue,
    rows: Sequence[DialogueDate],
    row: DialogueDate,
    *,
    action: str,
    actor: str,
    now: datetime,
) -> None:
    dates.settle(dialogue, rows)
    step(dialogue, now, calendar=True)
    row.changed_sequence = dialogue.calendar_sequence
    log(session, dialogue, action, actor, now, detail=row.recurrence_id)
    session.flush()
