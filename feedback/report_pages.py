"""The report of a dialogue: one page of what matters, made of nothing but what results already show."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from events.models import Dialogue, HeardReport
from events.pages import format_name
from events.rules import DialogueState
from feedback import pages, pictures, queries, returns
from feedback.change_pages import ChangeRow, Changes
from feedback.comparison_pages import Compared
from feedback.findings import limits
from feedback.models import Survey
from feedback.pages import ResultPage
from feedback.pictures import Row, part_of
from feedback.questions import Question
from feedback.report_queries import Attendance
from feedback.results import Choice
from feedback.rules import AFTER, CAME, LATER, WAITING, Counting, Result
from kit.i18n import _, format_date_only, format_number, format_range, ngettext
from kit.templates import Frame
from kit.zones import local
from registration.desk_pages import Head

# More would not fit on a sheet; what is left is told in the appendix.
FACETS_SHOWN = 9
TEXT_SHOWN = 360
# From so many letters on the sheet is set smaller.
DENSE_FROM = 1100

# Which questions say how a dialogue was received: (kinds, codes), the first that was asked.
_ASKED_OF_ALL = (
    (("stars", "satisfaction"), ()),
    (("recommendation",), ()),
    ((), ("heard", "D1")),
    ((), ("critical", "D2")),
)


@dataclass(frozen=True)
class Told:
    """One survey of the dialogue with what may be known of it now."""

    survey: Survey
    shown: Counting | Result
    asked: tuple[Question, ...]


@dataclass(frozen=True)
class Indicator:
    """One figure of who took part. `level`: Input or Output."""

    level: str
    number: str
    label: str
    extra: str = ""


@dataclass(frozen=True)
class Line:
    """One question in one line. `hidden` says why there is no figure."""

    label: str
    words: str = ""
    row: Row | None = None
    hidden: str = ""


@dataclass(frozen=True)
class Words:
    """A text of the organiser, cut where the sheet ends."""

    text: str
    cut: bool = False


@dataclass(frozen=True)
class Report:
    """What stands on the sheet. `changes` holds the rows that fit, `more` counts the others.

    `received`, `later` and `beside` are lines; `surveys` are (name, how many answered).
    """

    title: str
    initiative: str
    facts: tuple[tuple[str, str], ...]
    finding: str
    second: str
    indicators: tuple[Indicator, ...]
    surveys: tuple[tuple[str, str], ...]
    changes: tuple[ChangeRow, ...]
    ticks: tuple[tuple[str, str], ...]
    no_change: str
    more: int
    received: tuple[Line, ...]
    later: tuple[str, ...]
    beside: str
    heard: Words
    follows: Words
    limits: tuple[str, ...]

    @property
    def dense(self) -> bool:
        """Whether the sheet has to be set smaller to stay one."""
        texts = (self.title, self.finding, self.beside, self.heard.text, self.follows.text, *self.later)
        lines = (line.label + line.words + line.hidden for line in self.received)
        return sum(map(len, (*texts, *lines, *(name + answered for name, answered in self.surveys)))) > DENSE_FROM


@dataclass(frozen=True)
class DialogueReportPage:
    """The report in the workspace. Before the end of the dialogue there is none."""

    template: ClassVar[str] = "feedback/dialogue_report.html"

    frame: Frame
    head: Head
    report: Report | None
    result_path: str
    pdf_path: str = ""
    tell_path: str = ""
    insight_path: str = ""
    heard_path: str = ""


def main_of(surveys: Sequence[Told]) -> Told | None:
    """The survey of those who came."""
    return next((each for each in surveys if _key(each.survey) == (AFTER, CAME, "")), None)


def received_by(surveys: Sequence[Told], parts: Sequence[str]) -> list[tuple[Told, Question]]:
    """The questions that say how the dialogue was received, each from the first survey about all of it that tells it."""
    about_all = [
        each
        for each in surveys
        if isinstance(each.shown, Result)
        and (each.survey.moment, each.survey.audience) == (AFTER, CAME)
        and each.survey.subject not in parts
    ]
    found = []
    for kinds, codes in _ASKED_OF_ALL:
        fitting = [
            (each, question)
            for each in sorted(about_all, key=lambda told: told.survey.subject != "")
            for question in each.asked
            if question.kind in kinds or question.code in codes
        ]
        found += sorted(fitting, key=_hidden)[:1]
    return found


def _hidden(found: tuple[Told, Question]) -> bool:
    told, question = found
    return not isinstance(told.shown, Result) or question.code not in told.shown.figures


def report_of(
    dialogue: Dialogue,
    initiative: str,
    surveys: Sequence[Told],
    results: Sequence[ResultPage],
    attendance: Attendance,
    *,
    parts: Sequence[str],
    compared: Sequence[Compared],
    heard: HeardReport | None,
) -> Report:
    """The sheet. `results` are the pages of closed surveys, in the order of `surveys`; `parts` the ids of offers."""
    main = main_of(surveys)
    changes = next((page.changes for page in results if page.changes is not None), None)
    told = changes is not None and any(row.word for row in changes.rows)
    others_asked = any(each.survey.audience == WAITING for each in surveys)
    finding = _finding(dialogue, main)
    return Report(
        title=dialogue.title,
        initiative=initiative,
        facts=_facts(dialogue),
        finding=changes.summary if changes is not None and told else finding,
        second=finding if told else "",
        indicators=_indicators(attendance, main),
        surveys=tuple((pages.survey_name(each.survey), _answered(each)) for each in surveys),
        changes=changes.rows[:FACETS_SHOWN] if changes is not None and told else (),
        ticks=changes.ticks if changes is not None else (),
        no_change="" if told else _no_change(changes, surveys),
        more=max(0, len(changes.rows) - FACETS_SHOWN) if changes is not None and told else 0,
        received=tuple(_line(*each) for each in received_by(surveys, parts)),
        later=tuple(_later(surveys)),
        beside=_beside(compared),
        heard=_cut(heard.text if heard else ""),
        follows=_cut(heard.follows if heard else ""),
        limits=(*limits(others_asked=others_asked)[:2], *_silent(main)),
    )


def _key(survey: Survey) -> tuple[str, str, str]:
    return survey.moment, survey.audience, survey.subject


def _facts(dialogue: Dialogue) -> tuple[tuple[str, str], ...]:
    start, end = (local(at, dialogue.zone) for at in (dialogue.starts_at, dialogue.ends_at))
    if dialogue.repetition:
        when = _("%(first)s bis %(last)s") % {"first": format_date_only(start), "last": format_date_only(end)}
    else:
        when = (
            f"{format_date_only(start)}, {format_range(start, end)}"
            if start.date() == end.date()
            else (format_range(start, end))
        )
    places = ", ".join(filter(None, (dialogue.place, dialogue.city))) or (_("Online") if dialogue.online else "")
    rows = [(_("Wann"), when), (_("Wo"), places), (_("Format"), format_name(dialogue.format_code))]
    return tuple((name, value) for name, value in rows if value)


def _finding(dialogue: Dialogue, main: Told | None) -> str:
    if dialogue.state == DialogueState.CANCELLED:
        return _("Der Dialog fiel aus")
    return pages.headline(main.shown if main is not None else None)


def _indicators(attendance: Attendance, main: Told | None) -> tuple[Indicator, ...]:
    seats = format_number(attendance.seats) if attendance.seats is not None else _("offen")
    found = [
        Indicator(_("Input"), seats, _("Plätze"), "" if attendance.seats is not None else _("ohne Grenze")),
        Indicator(
            _("Output"),
            format_number(attendance.signed_up),
            _("angemeldet"),
            _("%(number)s mit Platz") % {"number": format_number(attendance.confirmed)},
        ),
        Indicator(
            _("Output"),
            format_number(attendance.came),
            _("gekommen"),
            _("%(part)s derer mit Platz") % {"part": part_of(attendance.came, attendance.confirmed)}
            if 0 < attendance.came <= attendance.confirmed
            else "",
        ),
    ]
    if main is not None:
        beside = returns.beside(main.shown) if isinstance(main.shown, Result) else ""
        found.append(Indicator(_("Output"), format_number(main.shown.answers), _("geantwortet"), beside))
    return tuple(found)


def _answered(each: Told) -> str:
    if isinstance(each.shown, Counting):
        return _("%(answers)s, läuft noch") % {"answers": returns.total(each.shown.answers)}
    return returns.short(each.shown, linked=returns.by_link_alone(each.survey, each.shown.invited))


def _no_change(changes: Changes | None, surveys: Sequence[Told]) -> str:
    if changes is not None:
        return changes.unpaired or _("Nicht gezeigt, weniger als fünf Paare aus vorher und nachher.")
    if any(isinstance(each.shown, Counting) and each.survey.moment == AFTER for each in surveys):
        return _("Das zeigt sich erst, wenn die Umfrage beendet ist.")
    return _("Vorher wurde niemand gefragt. Ob sich etwas änderte, weiß deshalb niemand.")


def _line(told: Told, question: Question) -> Line:
    figure = told.shown.figures.get(question.code) if isinstance(told.shown, Result) else None
    names = {
        "stars": _("Zufriedenheit (1 bis 5 Sterne)"),
        "satisfaction": _("Zufriedenheit (1 bis 5)"),
        "recommendation": _("Empfehlung (0 bis 10)"),
    }
    row = pictures.row(question, figure)
    label = names.get(question.kind, row.text)
    if figure is None:
        return Line(label, hidden=_("Nicht gezeigt, weniger als fünf Antworten auf diese Frage"))
    ends = (
        _("Bereich %(low)s bis %(high)s") % {"low": row.low, "high": row.high}
        if row.low
        else (_("alle haben dasselbe geantwortet"))
    )
    count = ngettext("%(num)d Antwort", "%(num)d Antworten", row.number) % {"num": row.number}
    words = f"{row.mean}, {ends}, {count}"
    return Line(label, f"{words}. {row.score.split(',')[0]}." if row.score else f"{words}.", row)


def _later(surveys: Sequence[Told]) -> Iterator[str]:
    """What people said weeks later that they did since; what was chosen, in words."""
    for each in surveys:
        if each.survey.moment == LATER and isinstance(each.shown, Result):
            for question in each.asked:
                figure = each.shown.figures.get(question.code)
                if isinstance(figure, Choice) and question.code in ("H1", "H2", "H3"):
                    row = pictures.row(question, figure)
                    yield f"{row.text} {row.bars[0].label}: {row.bars[0].value}."


def _beside(compared: Sequence[Compared]) -> str:
    """One question beside the widest circle that may be shown."""
    for row in compared:
        own, *others = row.lines
        shown = [line for line in others if not line.hidden]
        if shown:
            return _("%(question)s Dieser Dialog: %(own)s. %(circle)s: %(others)s.") % {
                "question": row.text,
                "own": own.words,
                "circle": shown[-1].label,
                "others": shown[-1].words,
            }
    return ""


def _silent(main: Told | None) -> tuple[str, ...]:
    if main is None or isinstance(main.shown, Counting) or not main.shown.invited:
        return ()
    sentence = returns.silence(main.shown, linked=False)
    return (sentence,) if sentence else ()


def _cut(text: str, most: int = TEXT_SHOWN) -> Words:
    """The beginning of a text in one piece, to the end of a word."""
    whole = " ".join(text.split())
    if len(whole) <= most:
        return Words(whole)
    return Words(f"{whole[:most].rsplit(' ', 1)[0]} \N{HORIZONTAL ELLIPSIS}", cut=True)


def told_of(surveys: Sequence[Survey], shown: dict[str, Counting | Result]) -> tuple[Told, ...]:
    """The surveys of a dialogue in their order, with what may be known of each."""
    return tuple(Told(each, shown[each.id], queries.questions_of(each)) for each in pages.in_order(surveys))
