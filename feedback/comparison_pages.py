"""The page that puts one survey beside others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from feedback import comparison
from feedback.answer_pages import told
from feedback.comparison import DIALOGUES_FROM, EVERYWHERE, INITIATIVES_FROM, OWN_FROM, Beside, Circles, Part
from feedback.models import Survey
from feedback.pictures import Table, percent
from feedback.questions import Question, item
from feedback.results import Figure
from feedback.statistics import Mean, gap
from kit.i18n import _, format_number, ngettext
from kit.lands import LANDS, land_name
from kit.templates import Frame
from registration.desk_pages import Head


@dataclass(frozen=True)
class Line:
    """One circle beside the dialogue. `hidden` says why there is no figure; `cells` are mean, range and base in a table."""

    label: str
    words: str = ""
    extra: str = ""
    mean_at: str = ""
    low_at: str = ""
    range_width: str = ""
    hidden: str = ""
    cells: tuple[str, ...] = ()


@dataclass(frozen=True)
class Compared:
    """One question with its lines."""

    text: str
    ticks: tuple[tuple[str, int], ...]
    lines: tuple[Line, ...]

    @property
    def table(self) -> Table:
        """The same as a table."""
        head = (_("Dialoge"), _("Mittelwert"), _("95-Prozent-Bereich"), _("Grundlage"))
        dash = "\N{EN DASH}"
        return Table(
            self.text,
            head,
            tuple((line.label, *(line.cells or (dash, dash, line.hidden))) for line in self.lines),
        )


@dataclass(frozen=True)
class ComparisonPage:
    """A survey beside others. Without `rows` there is nothing to compare yet."""

    template: ClassVar[str] = "feedback/comparison.html"

    frame: Frame
    head: Head
    result_path: str
    rows: tuple[Compared, ...]
    waiting: tuple[tuple[str, str], ...]
    own_from: int = OWN_FROM
    dialogues_from: int = DIALOGUES_FROM
    initiatives_from: int = INITIATIVES_FROM


def compared(
    asked: Sequence[Question],
    figures: Mapping[str, object],
    found: Mapping[str, Sequence[Part]],
    *,
    survey: Survey,
    format_code: str,
    format_name: str,
    land: str,
) -> tuple[Compared, ...]:
    """Each question on a scale of which anything may be said beside it."""
    circles = Circles()
    rows = []
    for question in asked:
        figure = figures.get(question.code)
        if not isinstance(figure, Figure):
            continue
        parts = found.get(item(question), ())
        shown = (
            (_("Frühere Dialoge Ihrer Initiative"), comparison.own(parts, survey), True),
            (format_name, comparison.beside(circles.of(parts, ("format", format_code))), False),
            (land_name(land) if land in LANDS else land, comparison.beside(circles.of(parts, ("land", land))), False),
            (_("Alle Initiativen"), comparison.beside(circles.of(parts, EVERYWHERE)), False),
        )
        lines = [_this(figure), *(_line(label, beside, figure, own=own) for label, beside, own in shown if label)]
        first, last = figure.first, figure.last
        ticks = tuple((percent(_at(value, figure)), value) for value in (first, (first + last) // 2, last))
        if any(not line.hidden for line in lines[1:]):
            rows.append(Compared(told(question.text), ticks, tuple(lines)))
    return tuple(rows)


def waiting_beside(
    asked: Sequence[Question], figures: Mapping[str, object], others: Sequence[Question], theirs: Mapping[str, object]
) -> tuple[tuple[str, str], ...]:
    """(question, sentence) where those who got no place were asked the same."""
    same = {question.code: item(question) for question in others}
    rows = []
    for question in asked:
        here, there = figures.get(question.code), theirs.get(question.code)
        if isinstance(here, Figure) and isinstance(there, Figure) and same.get(question.code) == item(question):
            found = gap(there.values, here.values)
            told_mean = _("Wer kam: %(came)s. Wer keinen Platz bekam: %(waited)s.") % {
                "came": format_number(here.mean, 1),
                "waited": format_number(there.mean, 1),
            }
            if isinstance(found, Mean):
                told_mean += " " + _("Unterschied %(gap)s, Bereich %(low)s bis %(high)s (Welch).") % {
                    "gap": _signed(found.value),
                    "low": _signed(found.low),
                    "high": _signed(found.high),
                }
            rows.append((told(question.text), told_mean))
    return tuple(rows)


def _this(figure: Figure) -> Line:
    low = figure.low if figure.low is not None else figure.mean
    high = figure.high if figure.high is not None else figure.mean
    words = ngettext("%(num)d Antwort", "%(num)d Antworten", figure.number) % {"num": figure.number}
    return _placed(_("Dieser Dialog"), figure, figure.mean, low, high, words)


def _line(label: str, beside: Beside | None, figure: Figure, *, own: bool) -> Line:
    if beside is None:
        reason = (
            _("Nicht gezeigt, weniger als drei frühere Dialoge mit dieser Frage")
            if own
            else _("Nicht gezeigt, noch zu wenige Dialoge oder Initiativen mit dieser Frage")
        )
        return Line(label, hidden=reason)
    found = beside.found
    words = ngettext("%(number)s Dialog", "%(number)s Dialoge", beside.dialogues) % {
        "number": format_number(beside.dialogues)
    }
    if beside.left_out:
        words += ", " + ngettext(
            "%(num)d ohne Streuung nicht gewichtet", "%(num)d ohne Streuung nicht gewichtet", beside.left_out
        ) % {"num": beside.left_out}
    extra = ""
    if found.spread is not None:
        low, high = (max(figure.first, min(figure.last, end)) for end in found.spread)
        extra = _("Ein weiterer Dialog läge meist zwischen %(low)s und %(high)s.") % {
            "low": format_number(low, 1),
            "high": format_number(high, 1),
        }
    return _placed(label, figure, found.value, found.low, found.high, words, extra)


def _placed(label: str, figure: Figure, value: float, low: float, high: float, words: str, extra: str = "") -> Line:
    low, high = max(float(figure.first), low), min(float(figure.last), high)
    told_mean = _("%(mean)s, Bereich %(low)s bis %(high)s, %(count)s") % {
        "mean": format_number(value, 1),
        "low": format_number(low, 1),
        "high": format_number(high, 1),
        "count": words,
    }
    at, start, end = (_at(each, figure) for each in (value, low, high))
    ends = _("%(low)s bis %(high)s") % {"low": format_number(low, 1), "high": format_number(high, 1)}
    return Line(
        label,
        told_mean,
        extra,
        percent(at),
        percent(start),
        percent(end - start),
        cells=(format_number(value, 1), ends, words),
    )


def _at(value: float, figure: Figure) -> float:
    return 5 + (value - figure.first) / (figure.last - figure.first) * 90


def _signed(value: float) -> str:
    rounded = round(value, 1)
    return f"{'+' if rounded > 0 else chr(0x2212) if rounded < 0 else ''}{format_number(abs(rounded), 1)}"
