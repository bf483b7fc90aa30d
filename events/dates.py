"""The dates of a dialogue with several: how they follow from its rule, and how calendars and people are told of them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlmodel import Session

from events import date_queries, rules
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


def entry_times(dialogue: Dialogue, dates: Dates) -> Times:
    """What stands in DTSTART, DTEND, RRULE, EXDATE and RECURRENCE-ID.

    A date that takes longer or shorter than the first because the clocks change in it is named as well: RFC 5545 repeats
    the time that really passes.
    """
    if not dates:
        return Times(rules.wall(dialogue.start), rules.wall(dialogue.end), None)
    start, end = dialogue.regular_start, dialogue.regular_end
    length = lasts(start, end, dialogue.zone)
    series = Series(
        dialogue.repetition,
        dropped=tuple(rules.wall(date.recurrence_id) for date in dates if date.state == rules.DROPPED),
        moved=tuple(
            Moved(rules.wall(date.recurrence_id), rules.wall(date.start), rules.wall(date.end))
            for date in taking_place(dates)
            if date.start != date.recurrence_id or date.ends_at - date.starts_at != length
        ),
    )
    return Times(rules.wall(start), rules.wall(end), series)


def next_date(dates: Dates, now: datetime) -> DialogueDate | None:
    """The date that runs or comes next; the last one when all are over."""
    planned = taking_place(dates)
    return next((date for date in planned if date.ends_at > now), planned[-1] if planned else None)


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


def plan(session: Session, dialogue: Dialogue) -> None:
    """The dates that the rule gives now; what was moved or dropped before counts no more. Raises NoRule and NoSuchTime."""
    for old in date_queries.dates_by_id(session, dialogue.id):
        session.delete(old)
    session.flush()
    if not dialogue.repetition:
        return
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
    session.add_all(rows)
    session.flush()
    settle(dialogue, rows)


def settle(dialogue: Dialogue, dates: Dates) -> None:
    """The dialogue begins with the first date that takes place and ends with the last."""
    planned = taking_place(dates)
    dialogue.start, dialogue.end, dialogue.starts_at = planned[0].start, planned[0].end, planned[0].starts_at
    dialogue.ends_at = planned[-1].ends_at
