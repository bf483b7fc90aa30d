"""The dates of a dialogue with several: how they follow from its rule, and how calendars and people are told of them."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlmodel import Session

from events import date_queries, rules
from events.date_queries import OddDate
from events.models import Dialogue, DialogueDate
from events.rules import N_
from kit import repeats, zones
from kit.i18n import _, format_moment, format_range, format_weekday, ngettext
from kit.ical import Moved, Series

Dates = Sequence[DialogueDate]

MOST_NAMED = 6
"""So many dates a ticket names; of more the first and the last."""

NTH = {1: N_("ersten"), 2: N_("zweiten"), 3: N_("dritten"), 4: N_("vierten"), -1: N_("letzten")}


class Shown(NamedTuple):
    """One date as people read it: `regular` is the wall start that the rule gave it."""

    start: datetime
    end: datetime
    regular: datetime
    dropped: bool

    @property
    def moved(self) -> bool:
        return not self.dropped and self.start != self.regular


class Times(NamedTuple):
    """When an entry of a calendar is: of several dates the first regular one, and how it repeats."""

    start: datetime
    end: datetime
    series: Series | None


def regular_dates(rule: str, start: str, end: str, zone: str) -> list[tuple[str, str]]:
    """Beginning and end of every date of a rule, by the clock on the wall. Raises NoRule and NoSuchTime."""
    first = rules.wall(start)
    length = rules.wall(end) - first
    found = [(begin, begin + length) for begin in repeats.starts(rule, first)]
    for moment in (moment for pair in found for moment in pair):
        zones.to_utc(moment, zone)
    return [(begin.strftime(rules.WALL), last.strftime(rules.WALL)) for begin, last in found]


def missing_time(rule: str, start: str, end: str, zone: str) -> str:
    """The first wall time of a rule that its zone jumps over; empty where all exist. Raises NoRule."""
    length = rules.wall(end) - rules.wall(start)
    for begin in repeats.starts(rule, rules.wall(start)):
        for moment in (begin, begin + length):
            if zones.is_gap(moment, zone):
                return moment.strftime(rules.WALL)
    return ""


def lasts(start: str, end: str, zone: str) -> timedelta:
    """How long it really takes from one wall time to another."""
    return zones.to_utc(rules.wall(end), zone) - zones.to_utc(rules.wall(start), zone)


def taking_place(dates: Dates) -> list[DialogueDate]:
    return [date for date in dates if date.state == rules.PLANNED]


def shown(dates: Dates) -> tuple[Shown, ...]:
    return tuple(
        Shown(rules.wall(date.start), rules.wall(date.end), rules.wall(date.recurrence_id), date.state == rules.DROPPED)
        for date in dates
    )


def entry_times(dialogue: Dialogue, dates: Dates | Sequence[OddDate]) -> Times:
    """What stands in DTSTART, DTEND, RRULE, EXDATE and RECURRENCE-ID.

    A date that takes longer or shorter than the first because the clocks change in it is named as well: RFC 5545 repeats
    the time that really passes. Dates that the rule tells rightly may be left out of `dates`.
    """
    if not dialogue.repetition:
        return Times(rules.wall(dialogue.start), rules.wall(dialogue.end), None)
    start, end = dialogue.regular_start, dialogue.regular_end
    length = lasts(start, end, dialogue.zone)
    series = Series(
        dialogue.repetition,
        dropped=tuple(rules.wall(date.recurrence_id) for date in dates if date.state == rules.DROPPED),
        moved=tuple(
            Moved(rules.wall(date.recurrence_id), rules.wall(date.start), rules.wall(date.end))
            for date in dates
            if date.state == rules.PLANNED
            and (date.start != date.recurrence_id or date.ends_at - date.starts_at != length)
        ),
    )
    return Times(rules.wall(start), rules.wall(end), series)


def next_date(dates: Dates, now: datetime) -> DialogueDate | None:
    """The date that runs or comes next; the last one when all are over."""
    planned = taking_place(dates)
    return next((date for date in planned if date.ends_at > now), planned[-1] if planned else None)


def date_at(dates: Dates, at: datetime, zone: str) -> DialogueDate | None:
    """The date that somebody at the door stands there for: the one that runs, otherwise the one that begins on this day,
    that ended a short while ago, that comes next, or the last. None where there are not several."""
    planned = taking_place(dates)
    today = zones.local(at, zone).date()
    wanted: tuple[Callable[[DialogueDate], bool], ...] = (
        lambda date: date.starts_at <= at < date.ends_at,
        lambda date: zones.local(date.starts_at, zone).date() == today,
        lambda date: date.ends_at <= at < date.ends_at + rules.LATE_ARRIVALS,
        lambda date: date.starts_at > at,
    )
    return next((date for fits in wanted for date in planned if fits(date)), planned[-1] if planned else None)


def name_at(session: Session, dialogue: Dialogue, at: datetime) -> str:
    """The name of the date that somebody stands at the door for; empty where there are not several."""
    date = date_at(date_queries.dates_of(session, dialogue), at, dialogue.zone)
    return date.recurrence_id if date else ""


def last_start(session: Session, dialogue: Dialogue) -> datetime:
    """When the last date that takes place begins; of one date its beginning."""
    planned = taking_place(date_queries.dates_of(session, dialogue))
    return planned[-1].starts_at if planned else dialogue.starts_at


def clocks(dialogue: Dialogue, date: DialogueDate | None) -> tuple[str, str]:
    """Admission and last entry on a date; a moved one says them only where they fit it."""
    if date is None or date.start == date.recurrence_id:
        return dialogue.admission, dialogue.latest_entry
    return rules.fitting_clocks(dialogue.admission, dialogue.latest_entry, rules.wall(date.start), rules.wall(date.end))


def rule_sentence(rule: str, first: datetime) -> str:
    """Jeden dritten Donnerstag im Monat."""
    repetition, weekday = repeats.parse(rule), format_weekday(first)
    if repetition.nth:
        return _("Jeden %(nth)s %(weekday)s im Monat") % {"nth": _(NTH[repetition.nth]), "weekday": weekday}
    if repetition.weeks == 1:
        return _("Jede Woche am %(weekday)s") % {"weekday": weekday}
    return _("Alle %(weeks)d Wochen am %(weekday)s") % {"weeks": repetition.weeks, "weekday": weekday}


def count_sentence(dates: Dates) -> str:
    """6 Termine: those that take place."""
    count = len(taking_place(dates))
    return ngettext("%(num)d Termin", "%(num)d Termine", count) % {"num": count}


def span(start: datetime, end: datetime) -> str:
    """Donnerstag, 18. März 2027, 7:45 bis 9:15 Uhr."""
    return (
        f"{format_moment(start).rsplit(', ', 1)[0]}, {format_range(start, end)}"
        if start.date() == end.date()
        else format_range(start, end)
    )


def lines(dialogue: Dialogue, dates: Dates) -> list[str]:
    """The rule, then each date on a line of its own, with what became of it."""
    if not dates:
        return []
    first = f"{rule_sentence(dialogue.repetition, rules.wall(dialogue.regular_start))}: {count_sentence(dates)}"
    return [first, *(line(date) for date in shown(dates))]


def short_lines(dialogue: Dialogue, dates: Dates) -> list[str]:
    """For a ticket: the rule, then all dates that take place, or of many the first and the last."""
    if not dates:
        return []
    planned = [span(date.start, date.end) for date in shown(taking_place(dates))]
    if len(planned) > MOST_NAMED:
        planned = [
            _("Erster Termin: %(when)s") % {"when": planned[0]},
            _("Letzter Termin: %(when)s") % {"when": planned[-1]},
        ]
    return [lines(dialogue, dates)[0], *planned]


def line(date: Shown) -> str:
    """One date: when it is, and that it was moved or does not take place."""
    if date.dropped:
        return _("%(day)s: fällt aus") % {"day": format_moment(date.regular)}
    told = span(date.start, date.end)
    return (
        _("%(new)s (verlegt vom %(old)s)") % {"new": told, "old": format_moment(date.regular)} if date.moved else told
    )


def news(dates: Dates, since: int) -> list[str]:
    """What changed about single dates after a calendar sequence, a sentence each."""
    return [_news(date) for date in shown([date for date in dates if date.changed_sequence > since])]


def _news(date: Shown) -> str:
    values = {"old": format_moment(date.regular), "new": span(date.start, date.end)}
    if date.dropped:
        return _("Der Termin am %(old)s fällt aus.") % values
    if date.moved:
        return _("Der Termin vom %(old)s ist verlegt. Neu: %(new)s.") % values
    return _("Der Termin findet statt wie zuerst geplant: %(new)s.") % values


def single_changes(session: Session, dialogue: Dialogue) -> list[DialogueDate]:
    """The dates that are not as the rule gives them: dropped, at another time or of another length."""
    if not dialogue.repetition:
        return []
    length = rules.wall(dialogue.regular_end) - rules.wall(dialogue.regular_start)
    return [
        date
        for date in date_queries.dates_by_id(session, dialogue.id)
        if date.state == rules.DROPPED
        or date.start != date.recurrence_id
        or rules.wall(date.end) - rules.wall(date.start) != length
    ]


def plan(session: Session, dialogue: Dialogue, singles: Dates = ()) -> tuple[Shown, ...]:
    """The dates that the rule gives now. Of `singles`, changed before, those stay changed whose day it still gives.

    Returns the changes that are lost. Raises NoRule and NoSuchTime.
    """
    for old in date_queries.dates_by_id(session, dialogue.id):
        session.delete(old)
    session.flush()
    if not dialogue.repetition:
        return shown(singles)
    rows = [
        DialogueDate(
            initiative_id=dialogue.initiative_id,
            dialogue_id=dialogue.id,
            recurrence_id=start,
            start=start,
            end=end,
            starts_at=zones.to_utc(rules.wall(start), dialogue.zone),
            ends_at=zones.to_utc(rules.wall(end), dialogue.zone),
        )
        for start, end in regular_dates(
            dialogue.repetition, dialogue.regular_start, dialogue.regular_end, dialogue.zone
        )
    ]
    lost = shown(_carry(dialogue, rows, singles))
    session.add_all(rows)
    session.flush()
    settle(dialogue, rows)
    return lost


def _carry(dialogue: Dialogue, rows: Dates, singles: Dates) -> list[DialogueDate]:
    """Drops and moves the dates of the same days again, all drops or none, all moves or none. Returns what is lost."""
    by_day = {row.recurrence_id[:10]: row for row in rows}
    pairs = [(by_day[old.recurrence_id[:10]], old) for old in singles if old.recurrence_id[:10] in by_day]
    drops = [(row, old) for row, old in pairs if old.state == rules.DROPPED]
    kept = drops if len(drops) < len(rows) else []
    for row, old in kept:
        row.state, row.changed_sequence = rules.DROPPED, old.changed_sequence
    moves = {
        row.recurrence_id: (row.start if old.start == old.recurrence_id else old.start, old.end)
        for row, old in pairs
        if old.state == rules.PLANNED
    }
    times = [moves.get(row.recurrence_id, (row.start, row.end)) for row in taking_place(rows)]
    gap = any(zones.is_gap(rules.wall(moment), dialogue.zone) for pair in moves.values() for moment in pair)
    if not gap and rules.in_order([(rules.wall(start), rules.wall(end)) for start, end in times]):
        kept = [*kept, *((row, old) for row, old in pairs if old.state == rules.PLANNED)]
        for row, old in kept:
            row.start, row.end = moves.get(row.recurrence_id, (row.start, row.end))
            row.starts_at, row.ends_at = (
                zones.to_utc(rules.wall(moment), dialogue.zone) for moment in (row.start, row.end)
            )
            row.changed_sequence = old.changed_sequence
    for row, old in pairs:
        if (row, old) not in kept and dialogue.published_at is not None:
            row.changed_sequence = dialogue.calendar_sequence + 1
    carried = {row.recurrence_id[:10] for row, _old in kept}
    return [old for old in singles if old.recurrence_id[:10] not in carried]


def settle(dialogue: Dialogue, dates: Dates) -> None:
    """The dialogue begins with the first date that takes place and ends with the last."""
    planned = taking_place(dates)
    dialogue.start, dialogue.end, dialogue.starts_at = planned[0].start, planned[0].end, planned[0].starts_at
    dialogue.ends_at = planned[-1].ends_at
