"""How changes, groups and comparisons become sentences, pictures and tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from feedback import changes, findings, instrument
from feedback.answer_pages import told
from feedback.breakdowns import Cell, cells
from feedback.changes import Measured
from feedback.pictures import part_of, percent
from feedback.questions import Question
from feedback.results import Choice, Figure
from feedback.statistics import Change, NotEnough
from feedback.suppression import figures_may
from kit.i18n import _, format_number, ngettext

# So many are named in a heading before the others are counted.
NAMED = 3


@dataclass(frozen=True)
class ChangeRow:
    """One facet: its range as a bar, its mean as a tick. Without `word` it is not shown, and `sentence` says why."""

    name: str
    sentence: str
    word: str = ""
    way: str = ""
    mean_at: str = ""
    low_at: str = ""
    range_width: str = ""
    effect: str = ""
    groups: str = ""
    short: str = ""


@dataclass(frozen=True)
class Changes:
    """Before and after. `summary` names gain and loss; `altered` are questions whose words changed in between.

    Without `pairs` that may be told, `unpaired` says why there is no change to see.
    """

    summary: str
    pairs: int
    unpaired: str
    rows: tuple[ChangeRow, ...]
    altered: tuple[str, ...]
    ticks: tuple[tuple[str, str], ...]
    limits: tuple[str, ...]


@dataclass(frozen=True)
class Group:
    """One group in one line. `hidden` says why there is no figure."""

    label: str
    words: str
    hidden: str = ""


@dataclass(frozen=True)
class Breakdown:
    """The figures by the answers to one question: (question, groups)."""

    by: str
    parts: tuple[tuple[str, tuple[Group, ...]], ...]


def change_of(stored: Mapping[str, Any], asked: Sequence[Question], *, others_asked: bool = False) -> Changes | None:
    """What was frozen about before and after; None where there was no survey before."""
    if not stored:
        return None
    found = [changes.from_json(each) for each in stored["measures"]]
    names = {question.code: told(question.text) for question in asked}
    names |= {facet.code: _(facet.name) for facet in instrument.FACETS}
    reach = _reach(found)
    pairs = stored["pairs"] if figures_may(stored["pairs"]) else 0
    return Changes(
        summary=_summary(found, names),
        pairs=pairs,
        unpaired="" if pairs else _unpaired(found),
        rows=tuple(_change_row(each, names[each.code], reach) for each in found),
        altered=tuple(names[code] for code in stored["altered"] if code in names),
        ticks=tuple((percent(_at(value, reach)), _step(value)) for value in (-reach, 0, reach)),
        limits=findings.limits(others_asked=others_asked),
    )


def _summary(found: Sequence[Measured], names: Mapping[str, str]) -> str:
    ways = {
        way: [names[each.code] for each in found if each.found is not None and findings.direction(each.found) == way]
        for way in ("higher", "lower")
    }
    if _runs(found):
        return _("Vorher und nachher: nicht verglichen")
    if not any(each.found is not None for each in found):
        return _("Vorher und nachher: zu wenige Paare")
    parts = []
    if ways["higher"]:
        parts.append(_("Höher: %(names)s.") % {"names": _listed(ways["higher"])})
    if ways["lower"]:
        parts.append(_("Niedriger: %(names)s.") % {"names": _listed(ways["lower"])})
    return " ".join(parts) or _("Vorher und nachher: keine klare Änderung")


def _unpaired(found: Sequence[Measured]) -> str:
    if _runs(found):
        return _("Als die spätere Umfrage endete, lief die vor dem Dialog noch. Deshalb ist nichts verglichen.")
    return _("Weniger als fünf Menschen haben vorher und nachher geantwortet und die drei Wörter genannt.")


def _runs(found: Sequence[Measured]) -> bool:
    """Whether the survey before had not ended when this one did."""
    return any(each.state == "running" for each in found)


def _listed(names: Sequence[str]) -> str:
    """The first ones by name, so that a heading stays one; all of them stand below it."""
    if len(names) <= NAMED + 1:
        return ", ".join(names)
    rest = format_number(len(names) - NAMED)
    return _("%(names)s und %(rest)s weitere") % {"names": ", ".join(names[:NAMED]), "rest": rest}


def _change_row(each: Measured, name: str, reach: int) -> ChangeRow:
    if each.found is None:
        reasons = {
            "derivable": _("%(facet)s: Nicht gezeigt, sonst ließen sich einzelne Antworten ausrechnen."),
            "running": _("%(facet)s: Nicht verglichen, die Umfrage vor dem Dialog lief noch."),
            "few": _("%(facet)s: Nicht gezeigt, weniger als fünf Paare."),
        }
        return ChangeRow(name, reasons[each.state] % {"facet": name})
    way = findings.direction(each.found)
    sentence = findings.change_words(name, each.found)
    words = {"higher": _("höher"), "lower": _("niedriger"), "unclear": _("unklar"), "same": _("gleich"), "few": ""}
    if isinstance(each.found, NotEnough):
        value = each.found.value or 0.0
        return ChangeRow(
            name,
            sentence,
            words[way],
            way,
            percent(_at(value, reach)),
            groups=_groups(each),
            short=findings.signed(value),
        )
    told_change: Change = each.found
    low, high = (max(-reach, min(reach, end)) for end in (told_change.difference.low, told_change.difference.high))
    return ChangeRow(
        name,
        sentence,
        words[way],
        way,
        mean_at=percent(_at(told_change.difference.value, reach)),
        low_at=percent(_at(low, reach)),
        range_width=percent(_at(high, reach) - _at(low, reach)),
        effect=_("In Standardabweichungen (d_z): %(value)s, Bereich %(low)s bis %(high)s.")
        % {
            "value": _decimal(told_change.effect.value),
            "low": _decimal(told_change.effect.low),
            "high": _decimal(told_change.effect.high),
        },
        groups=_groups(each),
        short=_("%(mean)s (%(low)s bis %(high)s)")
        % {
            "mean": findings.signed(told_change.difference.value),
            "low": findings.signed(told_change.difference.low),
            "high": findings.signed(told_change.difference.high),
        },
    )


def _groups(each: Measured) -> str:
    """Those who answered only once, beside the pairs and never mixed with them."""
    if each.before is None or each.after is None:
        return ""
    sentence = _("Ohne Paar: vorher %(before)s (%(one)s), nachher %(after)s (%(two)s).") % {
        "before": format_number(each.before.value, 1),
        "one": _answers(each.before.number),
        "after": format_number(each.after.value, 1),
        "two": _answers(each.after.number),
    }
    if each.apart is None:
        return sentence
    return f"{sentence} " + _("Unterschied %(gap)s, Bereich %(low)s bis %(high)s (Welch).") % {
        "gap": _decimal(each.apart.value, 1),
        "low": _decimal(each.apart.low, 1),
        "high": _decimal(each.apart.high, 1),
    }


def breakdowns_of(stored: Mapping[str, Any], asked: Sequence[Question]) -> tuple[Breakdown, ...]:
    """What was frozen of groups."""
    known = {question.code: question for question in asked}
    return tuple(
        Breakdown(
            told(known[code].text),
            tuple(
                (told(known[question].text), _group_lines(known[code], known[question], cells(found)))
                for question, found in parts.items()
                if question in known
            ),
        )
        for code, parts in stored.items()
        if code in known
    )


def _group_lines(by: Question, question: Question, found: Mapping[str, Cell]) -> tuple[Group, ...]:
    reasons = {
        "few": _("Nicht gezeigt, weniger als zehn Antworten"),
        "derivable": _("Nicht gezeigt, sonst ließe sich eine andere Zeile ausrechnen"),
        "never": _("Nicht gezeigt: Betrieb und Aufgabe zusammen nie"),
    }
    return tuple(
        Group(told(option.text), _cell_words(question, cell), reasons.get(cell.verdict, ""))
        for option in by.options
        if (cell := found.get(option.code)) is not None
    )


def _cell_words(question: Question, cell: Cell) -> str:
    figure = cell.figure
    if isinstance(figure, Figure):
        mean = format_number(figure.mean, 1)
        if figure.low is None or figure.high is None:
            return _("Mittelwert %(mean)s, alle haben dasselbe geantwortet (%(answers)s)") % {
                "mean": mean,
                "answers": _answers(figure.number),
            }
        return _("Mittelwert %(mean)s, Bereich %(low)s bis %(high)s (%(answers)s)") % {
            "mean": mean,
            "low": format_number(max(float(figure.first), figure.low), 1),
            "high": format_number(min(float(figure.last), figure.high), 1),
            "answers": _answers(figure.number),
        }
    if isinstance(figure, Choice):
        shares = [
            f"{told(option.text)}: {part_of(figure.chosen[option.code], figure.number)}" for option in question.options
        ]
        return f"{', '.join(shares)} ({_answers(figure.number)})"
    return ""


def _answers(number: int) -> str:
    return ngettext("%(num)d Antwort", "%(num)d Antworten", number) % {"num": number}


def _reach(found: Sequence[Measured]) -> int:
    """How far the axis goes to both sides: one, two or four points."""
    ends = [
        max(abs(each.found.difference.low), abs(each.found.difference.high))
        if isinstance(each.found, Change)
        else abs(each.found.value or 0)
        for each in found
        if each.found is not None
    ]
    return next((reach for reach in (1, 2) if max(ends, default=0) <= reach), 4)


def _at(value: float, reach: int) -> float:
    return 5 + (value + reach) / (2 * reach) * 90


def _step(value: int) -> str:
    return f"{'+' if value > 0 else chr(0x2212) if value < 0 else ''}{abs(value)}"


def _decimal(value: float, places: int = 2) -> str:
    rounded = round(value, places)
    return f"{chr(0x2212) if rounded < 0 else ''}{format_number(abs(rounded), places)}"
