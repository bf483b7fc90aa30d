"""What the pages of a result show."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar

from events.models import Dialogue
from feedback import queries, returns
from feedback.answer_pages import Sender, told
from feedback.change_pages import Breakdown, Changes, breakdowns_of, change_of
from feedback.forms import ReportForm
from feedback.models import Survey
from feedback.pictures import Row, Table, rows
from feedback.questions import PLAIN, WRITTEN, Question, in_plain_language
from feedback.results import Figure
from feedback.rules import AFTER, BEFORE, CAME, LATER, LIVE, MOMENTS, STARS, WAITING, Counting, Result
from feedback.suppression import FIGURES_FROM, TEXTS_FROM
from feedback.tables import tables
from kit.i18n import _, format_number, ngettext
from kit.templates import Frame
from kit.zones import local
from registration.desk_pages import Head

# Of surveys without a dialogue.
ZONE = "Europe/Berlin"


@dataclass(frozen=True)
class Voices:
    """What was written to one question."""

    question: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class ResultPage:
    """The result of a survey in the workspace. `state`: none, counting, few, shown. Times are local.

    `answers` and `invited` are all that a page of a survey that counts may show. `by_invitation`: how many of the answers
    came so, None where that is not told. `linked`: nobody was invited, whoever had a link could answer, so that nobody
    knows how many did not. `plain` are the questions in plain language, apart from the others. `surveys` are (path, label, current) of all
    surveys of the dialogue.
    """

    template: ClassVar[str] = "feedback/result.html"

    frame: Frame
    head: Head
    day: date | None
    city: str
    state: str
    headline: str
    name: str = ""
    surveys: tuple[tuple[str, str, bool], ...] = ()
    answers: int = 0
    invited: int = 0
    by_invitation: int | None = None
    linked: bool = False
    until: datetime | None = None
    rows: tuple[Row, ...] = ()
    plain: tuple[Row, ...] = ()
    tables: tuple[Table, ...] = ()
    changes: Changes | None = None
    breakdowns: tuple[Breakdown, ...] = ()
    compare_path: str = ""
    voices: tuple[Voices, ...] = ()
    written: bool = True
    unread: int = 0
    texts_path: str = ""
    pdf_path: str = ""
    report_path: str = ""
    sheet_path: str = ""
    alone: bool = False
    figures_lack: int = 0
    texts_lack: int = 0
    figures_from: int = FIGURES_FROM
    texts_from: int = TEXTS_FROM

    @property
    def returned(self) -> str:
        """How many of the invited have answered; "" where that is not known or not told."""
        return "" if self.linked else returns.share(self)

    @property
    def silence(self) -> str:
        """What is not known of those who did not answer."""
        return returns.silence(self, linked=self.linked)

    @property
    def plain_hidden(self) -> bool:
        """Whether there were questions in plain language and too few answers to any of them."""
        return bool(self.plain) and all(row.figure is None for row in self.plain)


@dataclass(frozen=True)
class HeardPage:
    """What the organiser heard and what follows, with the figures they chose and how many answered, for everybody."""

    template: ClassVar[str] = "feedback/heard.html"

    frame: Frame
    sender: Sender
    dialogue_path: str
    title: str
    day: date | None
    text: str
    follows: str
    rows: tuple[Row, ...]
    counted: str


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
    letter_path: str
    published: datetime | None = None
    done: str = ""


def headline(shown: Counting | Result | None) -> str:
    """The finding in one line, the heading of the result page."""
    if shown is None:
        return _("Noch keine Umfrage")
    if isinstance(shown, Counting):
        return ngettext("Bisher %(num)d Antwort", "Bisher %(num)d Antworten", shown.answers) % {"num": shown.answers}
    stars = shown.figures.get(STARS)
    if isinstance(stars, Figure):
        return _("Im Mittel %(mean)s von 5 Sternen bei %(number)s Antworten") % {
            "mean": format_number(stars.mean, 1),
            "number": format_number(stars.number),
        }
    if shown.figures:
        return ngettext("Ergebnis aus %(num)d Antwort", "Ergebnis aus %(num)d Antworten", shown.answers) % {
            "num": shown.answers
        }
    return _("Zu wenige Antworten für ein Ergebnis")


def survey_name(survey: Survey) -> str:
    """What a survey is called beside the others of its dialogue."""
    if survey.title:
        return survey.title
    if survey.audience == WAITING:
        return {
            BEFORE: _("Vorher, ohne Platz"),
            AFTER: _("Danach, ohne Platz"),
            LATER: _("Wochen später, ohne Platz"),
        }.get(survey.moment, _("Ohne Platz"))
    return {
        BEFORE: _("Vorher"),
        LIVE: _("Im Raum"),
        AFTER: _("Danach"),
        LATER: _("Wochen später"),
    }.get(survey.moment, _("Umfrage"))


def in_order(surveys: Sequence[Survey]) -> list[Survey]:
    """The surveys of a dialogue as they follow each other; those who came before those who have no place."""
    return sorted(
        surveys, key=lambda each: (MOMENTS.index(each.moment), each.audience == WAITING, each.subject, each.opens_at)
    )


def others_asked(surveys: Sequence[Survey]) -> bool:
    """Whether those who got no place were asked, too."""
    return any(survey.audience == WAITING for survey in surveys)


def result_part(survey: Survey) -> str:
    """The end of the address of a survey's result; the one of those who came has none of its own."""
    return "" if (survey.moment, survey.audience, survey.subject) == (AFTER, CAME, "") else f"/{survey.id}"


def day_of(dialogue: Dialogue) -> date | None:
    """The local day of a dialogue; None where it has several."""
    return None if dialogue.repetition else local(dialogue.starts_at, dialogue.zone).date()


def result_page(
    frame: Frame,
    top: Head,
    dialogue: Dialogue | None,
    survey: Survey | None,
    shown: Counting | Result | None,
    *,
    others_asked: bool = False,
) -> ResultPage:
    """The page for what `queries.results` gave; None where no survey has begun.

    `others_asked`: those who got no place were asked as well.
    """
    page = ResultPage(
        frame=frame,
        head=top,
        day=day_of(dialogue) if dialogue else None,
        city=dialogue.city if dialogue else "",
        state="none",
        headline=headline(shown),
        alone=dialogue is None,
    )
    if shown is None or survey is None:
        return page
    zone = dialogue.zone if dialogue else ZONE
    linked = returns.by_link_alone(survey, shown.invited)
    page = replace(page, name=survey_name(survey), answers=shown.answers, invited=shown.invited, linked=linked)
    if isinstance(shown, Counting):
        return replace(page, state="counting", until=local(shown.closes_at, zone))
    asked = queries.questions_of(survey)
    usual, plain = rows(shown.figures, asked), rows(shown.figures, in_plain_language(asked))
    few = not shown.figures
    change = change_of(shown.changes, asked, others_asked=others_asked)
    return replace(
        page,
        headline=change.summary if change is not None and STARS not in shown.figures else page.headline,
        state="few" if few else "shown",
        until=local(shown.closed_at, zone),
        by_invitation=shown.by_invitation,
        rows=usual,
        plain=plain,
        tables=() if few else tables((*usual, *(row for row in plain if row.figure is not None))),
        changes=change,
        breakdowns=breakdowns_of(shown.breakdowns, asked),
        voices=voices(shown, asked),
        written=any(question.kind in WRITTEN for question in asked),
        unread=shown.unread,
        figures_lack=shown.figures_lack,
        texts_lack=shown.texts_lack,
    )


def voices(shown: Result, asked: tuple[Question, ...]) -> tuple[Voices, ...]:
    """The released texts by question; those of plain language stand with the same question."""
    names = {question.code: told(question.text) for question in asked}
    groups: dict[str, list[str]] = {}
    for voice in shown.texts:
        groups.setdefault(names.get(voice.code.removesuffix(PLAIN), ""), []).append(voice.text)
    return tuple(Voices(question, tuple(texts)) for question, texts in groups.items())
