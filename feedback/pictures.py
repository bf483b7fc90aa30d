"""How figures become sentences, pictures and tables: for the page, the PDF and what is told in public alike."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from feedback.answer_pages import told
from feedback.questions import Question, of_groups
from feedback.results import AnyFigure, Choice, Figure, Matrix, Net, Ranking
from feedback.rules import PER_CENT_FROM, STARS
from feedback.statistics import Estimate, NotEnough
from kit.i18n import _, format_number

NARROW = "\u202f"
# Colours of look.md by the number of parts that a bar is cut into.
_COLOURS = {3: (1, 3, 5), 5: (1, 2, 3, 4, 5)}


@dataclass(frozen=True)
class Segment:
    """A part of a distribution bar: `x` and `width` in per cent, `label` empty where it would not fit."""

    step: int
    x: str
    width: str
    middle: str
    label: str


@dataclass(frozen=True)
class Bar:
    """One option: its share as a bar, the range of the share as a line, and both as words."""

    code: str
    label: str
    width: str
    value: str
    low_at: str
    range_width: str


@dataclass(frozen=True)
class Row:
    """One question of the result. Without `figure` it is not shown, and `hidden` says why. `shape`: scale, bars, matrix.

    `key` explains the colours and stands above the first row that has them. `ticks` are (place, label) of the axis.
    """

    code: str
    text: str
    figure: AnyFigure | None
    shape: str = "scale"
    number: int = 0
    missing: int = 0
    key: tuple[tuple[int, str], ...] = ()
    segments: tuple[Segment, ...] = ()
    finding: str = ""
    ranges: str = ""
    score: str = ""
    mean: str = ""
    low: str = ""
    high: str = ""
    mean_at: str = ""
    low_at: str = ""
    range_width: str = ""
    ticks: tuple[tuple[str, int], ...] = ()
    bars: tuple[Bar, ...] = ()
    rows: tuple["Row", ...] = ()
    cell: bool = False

    @property
    def hidden(self) -> str:
        """Why there is no figure. `cell`: one group alone was asked."""
        if self.cell:
            return _(
                "Nicht gezeigt: Was nur eine Gruppe gefragt wird, steht hier ab zehn Antworten, und nie von einem Arbeitgeber in nur einer Rolle."
            )
        return _("Nicht gezeigt, weniger als fünf Antworten auf diese Frage")


@dataclass(frozen=True)
class Table:
    """Figures as a table. A row with two cells alone says why the others are missing."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def rows(figures: Mapping[str, AnyFigure], questions: Sequence[Question]) -> tuple[Row, ...]:
    """One row for each question that is not written, with the key where the colours begin to mean something else."""
    cells = of_groups(questions)
    found = _with_keys(
        (question, figures.get(question.code)) for question in questions if question.kind not in ("line", "text")
    )
    return tuple(_as_cell(each) if each.code in cells else each for each in found)


def _as_cell(row: Row) -> Row:
    return replace(row, cell=True, rows=tuple(replace(each, cell=True) for each in row.rows))


def rows_of(figures: Mapping[str, AnyFigure], questions: Sequence[Question]) -> tuple[Row, ...]:
    """One row for each of these figures."""
    return _with_keys((question, figures[question.code]) for question in questions if question.code in figures)


def _with_keys(shown: Iterable[tuple[Question, AnyFigure | None]]) -> tuple[Row, ...]:
    found, known = [], ""
    shown = list(shown)
    kinds = {question.kind for question, figure in shown if figure is not None}
    for question, figure in shown:
        family = _family(question.kind) if figure is not None else ""
        new = bool(family) and family != known
        known = family or known
        found.append(replace(row(question, figure), key=_key(family, kinds) if new else ()))
    return tuple(found)


def row(question: Question, figure: AnyFigure | None) -> Row:
    """One question as picture and words."""
    text = told(question.text)
    match figure:
        case None:
            return Row(question.code, text, None)
        case Figure():
            return _scale_row(question.code, text, question.kind, figure)
        case Matrix():
            inner = tuple(
                _scale_row(option.code, told(option.text), "matrix", each)
                if (each := figure.rows.get(option.code))
                else Row(option.code, told(option.text), None)
                for option in question.options
            )
            return Row(question.code, text, figure, "matrix", figure.number, figure.missing, rows=inner)
        case Choice():
            bars = tuple(
                _choice_bar(option.code, told(option.text), figure.share(option.code)) for option in question.options
            )
        case Ranking():
            options = sorted(question.options, key=lambda option: _mean_place(figure, option.code))
            bars = tuple(_place_bar(option.code, told(option.text), figure) for option in options)
    several = {
        "choices": _("Mehrere Antworten waren möglich."),
        "ranking": _("Die Balken zeigen, wie oft etwas auf Platz 1 stand."),
    }
    return Row(
        question.code,
        text,
        figure,
        "bars",
        figure.number,
        figure.missing,
        bars=bars,
        finding=several.get(question.kind, ""),
    )


def _family(kind: str) -> str:
    if kind in ("stars", "agreement", "matrix"):
        return "agreement"
    return kind if kind in ("satisfaction", "knowledge", "smileys", "recommendation") else ""


def _key(family: str, kinds: Collection[str]) -> tuple[tuple[int, str], ...]:
    """What the colours mean; stars are named only where some were given."""
    ends = _("1: gar nicht, ein Stern"), _("5: voll und ganz, fünf Sterne")
    if "stars" not in kinds:
        ends = f"1: {_('stimme gar nicht zu')}", f"5: {_('stimme voll und ganz zu')}"
    words = {
        "agreement": (ends[0], "2", "3", "4", ends[1]),
        "satisfaction": (_("1: sehr unzufrieden"), "2", "3", "4", _("5: sehr zufrieden")),
        "knowledge": (_("1: sehr wenig"), "2", "3", "4", _("5: sehr viel")),
        "smileys": (_("Stimmt nicht"), _("Stimmt zum Teil"), _("Stimmt")),
        "recommendation": (_("0 bis 6"), _("7 oder 8"), _("9 oder 10")),
    }[family]
    return tuple(zip(_COLOURS[len(words)], words, strict=True))


def _scale_row(code: str, text: str, kind: str, figure: Figure) -> Row:
    first, last = figure.first, figure.last

    def at(value: float) -> float:
        return _place(value, first, last)

    low = max(float(first), figure.low) if figure.low is not None else None
    high = min(float(last), figure.high) if figure.high is not None else None
    return Row(
        code,
        text,
        figure,
        number=figure.number,
        missing=figure.missing,
        segments=_segments(figure),
        finding=_finding(kind, figure),
        ranges=_ranges(kind, figure),
        score=_score(figure.net) if figure.net else "",
        mean=format_number(figure.mean, 1),
        low="" if low is None else format_number(low, 1),
        high="" if high is None else format_number(high, 1),
        mean_at=percent(at(figure.mean)),
        low_at="" if low is None else percent(at(low)),
        range_width="" if low is None or high is None else percent(at(high) - at(low)),
        ticks=tuple((percent(at(value)), value) for value in (first, (first + last) // 2, last)),
    )


def _segments(figure: Figure) -> tuple[Segment, ...]:
    counts = figure.counts
    if len(counts) not in _COLOURS:
        counts = (figure.disagreeing, figure.between, figure.agreeing)
    found = []
    start = 0.0
    for step, count in zip(_COLOURS[len(counts)], counts, strict=True):
        share = count / figure.number * 100
        if count:
            # A gap of 0.3 per cent separates neighbours; labels need 8.5 per cent (look.md, Survey results).
            found.append(
                Segment(
                    step,
                    percent(start),
                    percent(max(share - 0.3, 0.3)),
                    percent(start + share / 2),
                    _bar_label(figure, count) if share >= 8.5 else "",
                )
            )
        start += share
    return tuple(found)


def _bar_label(figure: Figure, count: int) -> str:
    return format_number(count) if figure.number < PER_CENT_FROM else per_cent(count / figure.number)


def per_cent(share: float) -> str:
    return f"{round(share * 100)}{NARROW}%"


def part_of(count: int, number: int) -> str:
    """A part of them: 4 von 7, or per cent once there are enough."""
    if number >= PER_CENT_FROM:
        return per_cent(count / number)
    return _("%(count)s von %(number)s") % {"count": format_number(count), "number": format_number(number)}


def _labels(kind: str) -> tuple[str, str, str]:
    """What the upper end, the lower end and the middle of a scale are called."""
    return {
        "satisfaction": (_("Zufrieden"), _("Unzufrieden"), _("Teils, teils")),
        "knowledge": (_("Eher viel oder mehr"), _("Eher wenig oder weniger"), _("Mittel")),
        "smileys": (_("Stimmt"), _("Stimmt nicht"), _("Stimmt zum Teil")),
        "recommendation": (_("9 oder 10"), _("0 bis 6"), _("7 oder 8")),
    }.get(kind, (_("Zustimmung"), _("Ablehnung"), _("Teils, teils")))


def _finding(kind: str, figure: Figure) -> str:
    """What the distribution says, high and low told alike."""
    high, low = part_of(figure.agreeing, figure.number), part_of(figure.disagreeing, figure.number)
    if kind == STARS:
        return _("Vier oder fünf Sterne: %(high)s. Ein oder zwei Sterne: %(low)s.") % {"high": high, "low": low}
    names = _labels(kind)
    return f"{names[0]}: {high}. {names[1]}: {low}. {names[2]}: {part_of(figure.between, figure.number)}."


def _ranges(kind: str, figure: Figure) -> str:
    """How exact both shares are, high and low told alike."""
    high, low = range_of(figure.share(figure.agreeing)), range_of(figure.share(figure.disagreeing))
    if kind == STARS:
        return _("95-Prozent-Bereich: vier oder fünf Sterne %(high)s, ein oder zwei Sterne %(low)s.") % {
            "high": high,
            "low": low,
        }
    if kind == "recommendation":
        return _("95-Prozent-Bereiche. 9 oder 10: %(high)s. 0 bis 6: %(low)s.") % {"high": high, "low": low}
    upper, lower, _middle = _labels(kind)
    return _("95-Prozent-Bereich: %(upper)s %(high)s, %(lower)s %(low)s.") % {
        "upper": upper,
        "high": high,
        "lower": lower,
        "low": low,
    }


def range_of(share: Estimate) -> str:
    """25 bis 84 %."""
    return _("%(low)s bis %(high)s") % {
        "low": per_cent(share.low).removesuffix(f"{NARROW}%"),
        "high": per_cent(share.high),
    }


def _score(net: Net) -> str:
    told_score = _("Empfehlung (NPS): %(score)s, das ist der Anteil mit 9 oder 10 minus der Anteil mit 0 bis 6.") % {
        "score": _points(net.value)
    }
    if net.low is None or net.high is None:
        return told_score
    return f"{told_score} " + _("95-Prozent-Bereich: %(low)s bis %(high)s.") % {
        "low": _points(net.low),
        "high": _points(net.high),
    }


def _points(value: float) -> str:
    rounded = round(value)
    return f"{'+' if rounded > 0 else chr(0x2212) if rounded < 0 else ''}{abs(rounded)}"


def _choice_bar(code: str, label: str, share: Estimate) -> Bar:
    value = _("%(share)s (Bereich %(range)s)") % {
        "share": part_of(round(share.value * share.number), share.number),
        "range": range_of(share),
    }
    return _bar(code, label, share, value)


def _place_bar(code: str, label: str, ranking: Ranking) -> Bar:
    share = ranking.first(code)
    value = _("im Mittel Platz %(place)s, auf Platz 1: %(share)s") % {
        "place": format_number(_mean_place(ranking, code), 1),
        "share": part_of(ranking.places[code][0], ranking.number),
    }
    return _bar(code, label, share, value)


def _bar(code: str, label: str, share: Estimate, value: str) -> Bar:
    return Bar(
        code,
        label,
        percent(100 * share.value),
        value,
        percent(100 * share.low),
        percent(100 * (share.high - share.low)),
    )


def _mean_place(ranking: Ranking, code: str) -> float:
    found = ranking.place(code)
    return (found.value or 0.0) if isinstance(found, NotEnough) else found.value


def _place(value: float, first: int, last: int) -> float:
    """Where a value stands on an axis that keeps 5 per cent free at both ends."""
    return 5 + (value - first) / (last - first) * 90


def percent(value: float) -> str:
    return f"{value:.2f}%"
