"""Pages on which surveys are planned, opened and watched. They know counts and what may be shown, never answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from markupsafe import Markup

from feedback import queries
from feedback.answer_pages import Occasion, Sender
from feedback.models import Survey
from feedback.pictures import Row, rows
from feedback.planning import label
from feedback.planning_forms import FeedbackForm, OpenForm, OpenUntilForm
from feedback.questions import in_plain_language
from feedback.rules import OPEN, Counting, Result
from kit.i18n import _, ngettext
from kit.templates import Frame
from kit.zones import local
from registration.desk_pages import Head


@dataclass(frozen=True)
class PlanRow:
    """One moment and audience. `options` are (code, name, chosen) until it has begun; then `sign` says how it stands."""

    key: str
    label: str
    hint: str
    options: tuple[tuple[str, str, bool], ...]
    preview_path: str
    begun: "SurveyRow | None" = None


@dataclass(frozen=True)
class SurveyRow:
    """One survey that has begun: what it is, its state in words, how many answered."""

    path: str
    title: str
    label: str
    questionnaire: str
    open: bool
    until: datetime
    answers: int

    @property
    def counted(self) -> str:
        return ngettext("%(num)d Antwort", "%(num)d Antworten", self.answers) % {"num": self.answers}


@dataclass(frozen=True)
class PlanPage:
    """What a dialogue asks when, and the surveys with a link. Without `writes` nothing can be changed.

    `letters`: what is chosen is not saved yet, because that sends so many letters at once.
    """

    template: ClassVar[str] = "feedback/plan.html"

    frame: Frame
    head: Head
    path: str
    rows: tuple[PlanRow, ...]
    linked: tuple[SurveyRow, ...]
    writes: bool
    live_form: OpenForm | None
    feedback_form: FeedbackForm | None
    cards_path: str
    questionnaires_path: str
    letters: int = 0
    done: str = ""


@dataclass(frozen=True)
class SheetsPage:
    """For those who type in paper: the surveys of a dialogue that take sheets, as (path, title)."""

    template: ClassVar[str] = "feedback/plan_helper.html"

    frame: Frame
    head: Head
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class SurveysPage:
    """The surveys of an initiative that belong to no dialogue. `observes`: for somebody who may see results alone."""

    template: ClassVar[str] = "feedback/plan_open.html"

    frame: Frame
    home_path: str
    path: str
    questionnaires_path: str
    rows: tuple[SurveyRow, ...]
    form: OpenUntilForm | None
    observes: bool


@dataclass(frozen=True)
class Shown:
    """What may be known of a survey now. `state`: counting, few, shown."""

    state: str
    answers: int
    rows: tuple[Row, ...] = ()
    plain: tuple[Row, ...] = ()
    lack: int = 0

    @property
    def counted(self) -> str:
        return ngettext("%(num)d Antwort", "%(num)d Antworten", self.answers) % {"num": self.answers}


@dataclass(frozen=True)
class SurveyPage:
    """One survey: its link, its paper, its end. Paths are empty where there is nothing or the role may not."""

    template: ClassVar[str] = "feedback/live.html"

    frame: Frame
    head: Head | None
    list_path: str
    title: str
    line: str
    questionnaire: str
    open: bool
    until: datetime
    shown: Shown
    address: str = ""
    code: Markup | str = ""
    kiosk_address: str = ""
    kiosk_end_path: str = ""
    screen_path: str = ""
    end_path: str = ""
    show_path: str = ""
    paper_path: str = ""
    plain_paper_path: str = ""
    entry_path: str = ""
    result_path: str = ""
    done: str = ""


@dataclass(frozen=True)
class ScreenPage:
    """For the wall: a large code and the count, then the result. `calm_path` stops the page from loading itself."""

    template: ClassVar[str] = "feedback/live_screen.html"

    frame: Frame
    initiative: str
    accent: str
    title: str
    back_path: str
    address: str
    code: Markup | str
    open: bool
    revealed: bool
    shown: Shown
    calm: bool
    switch_path: str


@dataclass(frozen=True)
class RoomPage:
    """The result for those who have the link of a survey in the room. `state`: waiting, shown."""

    template: ClassVar[str] = "feedback/live_result.html"

    frame: Frame
    sender: Sender
    occasion: Occasion
    state: str
    shown: Shown | None


def survey_row(survey: Survey, *, base: str, zone: str, questionnaire: str, answers: int) -> SurveyRow:
    return SurveyRow(
        path=f"{base}/umfragen/{survey.id}",
        title=survey.title,
        label=label(survey.moment, survey.audience),
        questionnaire=questionnaire,
        open=survey.state == OPEN,
        until=local(survey.closed_at or survey.closes_at, zone),
        answers=answers,
    )


def shown_of(survey: Survey, known: Counting | Result) -> Shown:
    """Counts while it is open, afterwards what the thresholds allow."""
    if isinstance(known, Counting):
        return Shown("counting", known.answers)
    if not known.figures:
        return Shown("few", known.answers, lack=known.figures_lack)
    asked = queries.questions_of(survey)
    plain = rows(known.figures, in_plain_language(asked))
    return Shown(
        "shown",
        known.answers,
        rows=rows(known.figures, asked),
        plain=plain if any(row.figure is not None for row in plain) else (),
    )


def options(choices: Sequence[tuple[str, str]], chosen: str, *, none: bool) -> tuple[tuple[str, str, bool], ...]:
    """Choices of a list, with „nothing“ first where that is one."""
    first = (("", _("Nichts fragen"), not chosen),) if none else ()
    return (*first, *((code, name, code == chosen) for code, name in choices))
