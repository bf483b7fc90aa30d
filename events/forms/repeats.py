"""The rule of several dates as organisers choose it: how often, and how many."""

from events import rules
from events.rules import N_
from kit import repeats
from kit.i18n import _, ngettext
from kit.repeats import Repetition

MONTHLY, LAST = "month", "last"
WEEKS = ("1", "2", "3", "4")

MONTHLY_LABEL = N_("Jeden Monat am gleichen Wochentag, zum Beispiel am dritten Donnerstag")
LAST_LABEL = N_("Jeden Monat am letzten solchen Wochentag, zum Beispiel am letzten Donnerstag")


def choices(current: object) -> list[tuple[str, str]]:
    """What one can choose, and what an existing dialogue has."""
    weeks = sorted({*WEEKS, *([current] if isinstance(current, str) and current in ("5", "6", "7", "8") else [])})
    return [
        ("", _("Nein, es ist ein Termin")),
        *((count, ngettext("Jede Woche", "Alle %(num)d Wochen", int(count)) % {"num": int(count)}) for count in weeks),
        (MONTHLY, _(MONTHLY_LABEL)),
        (LAST, _(LAST_LABEL)),
    ]


def chosen(rule: str) -> dict[str, object]:
    """What the form of an existing dialogue starts with."""
    if not rule:
        return {"repeat": "", "repeat_dates": None}
    repetition = repeats.parse(rule)
    kind = str(repetition.weeks) if not repetition.nth else LAST if repetition.nth == -1 else MONTHLY
    return {"repeat": kind, "repeat_dates": repetition.dates}


def rule_of(kind: str, dates: int, start: str) -> str:
    """The rule that was chosen; empty for one date. Raises KindOfDay where the first date is none of that rule."""
    if not kind:
        return ""
    first = rules.wall(start)
    if kind == MONTHLY and not repeats.nth_of(first):
        raise KindOfDay(_("Nicht jeder Monat hat fünf solche Tage. Wählen Sie „am letzten“, oder einen früheren Tag."))
    if kind == LAST and not repeats.is_last(first):
        raise KindOfDay(_("Der Beginn ist nicht der letzte solche Wochentag seines Monats. Bitte prüfen Sie den Tag."))
    nth = {MONTHLY: repeats.nth_of(first), LAST: -1}.get(kind, 0)
    return Repetition(dates, 1 if nth else int(kind), nth).rule(first)


class KindOfDay(ValueError):
    """The first date does not follow the rule; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
