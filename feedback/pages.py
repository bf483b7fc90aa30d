"""What the pages of a survey show, and how figures become sentences and plots."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar

from events.models import Dialogue
from feedback import queries
from feedback.answer_pages import Sender, told
from feedback.forms import ReportForm
from feedback.queries import Rated
from feedback.questions import Question
from feedback.rules import PER_CENT_FROM, STARS, Counting, Figure, Result
from feedback.suppression import FIGURES_FROM, TEXTS_FROM
from kit.i18n import _, format_number, ngettext
from kit.templates import Frame
from kit.zones import local
from registration.desk_pages import Head


@dataclass(frozen=True)
class Segment:
    """A part of a distribution bar: `x` and `width` in per cent, `label` empty where it would not fit."""

    step: int
    x: str
    width: str
    middle: str
    label: str


@dataclass(frozen=True)
class Row:
    """One question of the result. Without `figure` it is not shown."""

    code: str
    text: str
    figure: Figure | None
    segments: tuple[Segment, ...] = ()
    finding: str = ""
    ranges: str = ""
    mean: str = ""
    low: str = ""
    high: str = ""
    mean_at: str = ""
    low_at: str = ""
    range_width: str = ""


@dataclass(frozen=True)
class ResultPage:
    """The result of a dialogue in the workspace. `state`: none, counting, few, shown. Times are local.

    `answers` and `invited` are all that a page of a survey that counts may show.
    """

    template: ClassVar[str] = "feedback/result.html"

    frame: Frame
    head: Head
    day: date | None
    city: str
    state: str
    headline: str
    answers: int = 0
    invited: int = 0
    until: datetime | None = None
    rows: tuple[Row, ...] = ()
    texts: tuple[str, ...] = ()
    unread: int = 0
    pdf_path: str = ""
    report_path: str = ""
    figures_lack: int = 0
    texts_lack: int = 0
    figures_from: int = FIGURES_FROM
    texts_from: int = TEXTS_FROM

    @property
    def returned(self) -> str:
        """How many of the invited have answered."""
        return _share(self.answers, self.invited)

    @property
    def legend(self) -> tuple[str, ...]:
        return legend()


@dataclass(frozen=True)
class HeardPage:
    """What the organiser heard, with the figures they chose, for everybody."""

    template: ClassVar[str] = "feedback/heard.html"

    frame: Frame
    sender: Sender
    dialogue_path: str
    title: str
    day: date | None
    text: str
    rows: tuple[Row, ...]
    answers: int
    invited: int

    @property
    def legend(self) -> tuple[str, ...]:
        return legend()


@dataclass(frozen=True)
class ReportPage:
    """The organiser's text to be written. `state`: early, new, draft, published. `choices` are (code, question, ticked)."""

    template: ClassVar[str] = "feedback/report.html"

    frame: Frame
    head: Head
    form: ReportForm
    path: str
    result_path: str
    public_path: str
    state: str
    choices: tuple[tuple[str, str, bool], ...]
    published: datetime | None = None


def legend() -> tuple[str, ...]:
    """What the five colours mean, for both kinds of questions."""
    return (_("1: gar nicht, ein Stern"), "2", "3", "4", _("5: voll und ganz, fünf Sterne"))


def headline(shown: Counting | Result | None) -> str:
    """The finding in one line, the heading of the result page."""
    if shown is None:
        return _("Noch keine Umfrage")
    if isinstance(shown, Counting):
        return ngettext("Bisher %(num)d Antwort", "Bisher %(num)d Antworten", shown.answers) % {"num": shown.answers}
    if STARS in shown.figures:
        return _("Im Mittel %(mean)s von 5 Sternen bei %(number)s Antworten") % {
            "mean": format_number(shown.figures[STARS].mean, 1),
            "number": format_number(shown.figures[STARS].number),
        }
    return _("Zu wenige Antworten für ein Ergebnis")


def day_of(dialogue: Dialogue) -> date | None:
    """The local day of a dialogue; None where it has several."""
    return None if dialogue.repetition else local(dialogue.starts_at, dialogue.zone).date()


def result_page(frame: Frame, top: Head, rated: Rated, shown: Counting | Result | None) -> ResultPage:
    """The page for what `queries.results` gave; None where no survey has begun."""
    dialogue = rated.dialogue
    page = ResultPage(
        frame=frame,
        head=top,
        day=day_of(dialogue),
        city=dialogue.city,
        state="none",
        headline=headline(shown),
    )
    if shown is None or rated.survey is None:
        return page
    page = replace(page, answers=shown.answers, invited=shown.invited)
    if isinstance(shown, Counting):
        return replace(page, state="counting", until=local(shown.closes_at, dialogue.zone))
    return replace(
        page,
        state="shown" if shown.figures else "few",
        until=local(shown.closed_at, dialogue.zone),
        rows=rows(shown, queries.questions_of(rated.survey)),
        texts=shown.texts,
        unread=shown.unread,
        figures_lack=shown.figures_lack,
        texts_lack=shown.texts_lack,
    )


def rows(result: Result, questions: Sequence[Question]) -> tuple[Row, ...]:
    """One row for each question with five steps."""
    return tuple(
        _row(question, result.figures.get(question.code)) for question in questions if question.scale == (1, 5)
    )


def rows_of(figures: Mapping[str, Figure], questions: Sequence[Question]) -> tuple[Row, ...]:
    """One row for each of these figures."""
    return tuple(_row(question, figures[question.code]) for question in questions if question.code in figures)


def _row(question: Question, figure: Figure | None) -> Row:
    text = told(question.text)
    if figure is None:
        return Row(question.code, text, None)
    low = max(1.0, figure.low) if figure.low is not None else None
    high = min(5.0, figure.high) if figure.high is not None else None
    return Row(
        question.code,
        text,
        figure,
        segments=_segments(figure),
        finding=_finding(question.kind, figure),
        ranges=_ranges(question.kind, figure),
        mean=format_number(figure.mean, 1),
        low="" if low is None else format_number(low, 1),
        high="" if high is None else format_number(high, 1),
        mean_at=_percent(_place(figure.mean)),
        low_at="" if low is None else _percent(_place(low)),
        range_width="" if low is None or high is None else _percent(_place(high) - _place(low)),
    )


def _segments(figure: Figure) -> tuple[Segment, ...]:
    found = []
    start = 0.0
    for step, count in enumerate(figure.counts, start=1):
        share = count / figure.number * 100
        if count:
            # A gap of 0.3 per cent separates neighbours; labels need 8.5 per cent (look.md, Survey results).
            found.append(
                Segment(
                    step,
                    _percent(start),
                    _percent(max(share - 0.3, 0.3)),
                    _percent(start + share / 2),
                    _bar_label(figure, count) if share >= 8.5 else "",
                )
            )
        start += share
    return tuple(found)


def _bar_label(figure: Figure, count: int) -> str:
    return format_number(count) if figure.number < PER_CENT_FROM else _per_cent(count / figure.number)


def _per_cent(share: float) -> str:
    return f"{round(share * 100)}\u202f%"


def _share(count: int, number: int) -> str:
    """A part of them: 4 von 7, or per cent once there are enough."""
    if number >= PER_CENT_FROM:
        return _per_cent(count / number)
    return _("%(count)s von %(number)s") % {"count": format_number(count), "number": format_number(number)}


def _finding(kind: str, figure: Figure) -> str:
    """What the distribution says, high and low told alike."""
    high, low = _share(figure.agreeing, figure.number), _share(figure.disagreeing, figure.number)
    if kind == STARS:
        return _("Vier oder fünf Sterne: %(high)s. Ein oder zwei Sterne: %(low)s.") % {"high": high, "low": low}
    return _("Zustimmung: %(high)s. Ablehnung: %(low)s. Teils, teils: %(between)s.") % {
        "high": high,
        "low": low,
        "between": _share(figure.counts[2], figure.number),
    }


def _ranges(kind: str, figure: Figure) -> str:
    """How exact both shares are, high and low told alike."""
    found = {
        name: _("%(low)s bis %(high)s")
        % {"low": _per_cent(share.low).removesuffix("\u202f%"), "high": _per_cent(share.high)}
        for name, share in (("high", figure.share(figure.agreeing)), ("low", figure.share(figure.disagreeing)))
    }
    if kind == STARS:
        return _("95-Prozent-Bereich: vier oder fünf Sterne %(high)s, ein oder zwei Sterne %(low)s.") % found
    return _("95-Prozent-Bereich: Zustimmung %(high)s, Ablehnung %(low)s.") % found


def _place(value: float) -> float:
    """Where a value from 1 to 5 stands on an axis that keeps 5 per cent free at both ends."""
    return 5 + (value - 1) / 4 * 90


def _percent(value: float) -> str:
    return f"{value:.2f}%"
