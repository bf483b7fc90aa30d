"""One survey beside others."""

from collections.abc import Mapping, Sequence

from events.models import Dialogue
from events.pages import format_name
from feedback import comparison, comparison_pages, queries
from feedback.comparison_pages import Compared, ComparisonPage
from feedback.models import Survey
from feedback.questions import Question, item, with_twins
from feedback.result_queries import Measured
from feedback.results import AnyFigure
from feedback.routes.surveys import BASE, PART, measured, result_head, result_path
from feedback.rules import CAME, CLOSED, WAITING, Result
from kit.db import wide
from kit.endpoint import Call
from kit.errors import NotFound
from kit.frames import workspace_frame
from kit.registry import route


def show(call: Call) -> ComparisonPage:
    """What others say to the same questions. Raises NotFound while the survey is open."""
    thing: Measured = call.thing
    survey, dialogue = thing.survey, thing.dialogue
    if survey is None or dialogue is None or survey.state != CLOSED:
        raise NotFound
    shown = queries.results(call.session, survey)
    assert isinstance(shown, Result)
    asked = with_twins(queries.questions_of(survey))
    waited = queries.survey_of_dialogue(call.session, dialogue.id, moment=survey.moment, audience=WAITING)
    theirs = queries.results(call.session, waited) if waited is not None and survey.audience == CAME else None
    waiting: tuple[tuple[str, str], ...] = ()
    if waited is not None and isinstance(theirs, Result):
        others = queries.questions_of(waited)
        waiting = comparison_pages.waiting_beside(asked, shown.figures, others, theirs.figures)
    return ComparisonPage(
        frame=workspace_frame(call, nav="overview", initiative=thing.initiative),
        head=result_head(thing, call.viewer.roles[thing.initiative.id]),
        result_path=result_path(thing),
        rows=beside_others(call, dialogue, survey, asked, shown.figures),
        waiting=waiting,
    )


def beside_others(
    call: Call, dialogue: Dialogue, survey: Survey, asked: Sequence[Question], figures: Mapping[str, AnyFigure]
) -> tuple[Compared, ...]:
    """What others said to these questions, as far as it may be shown."""
    shown = [question for question in asked if question.code in figures]
    # Figures of other initiatives, without a person: thresholds are in `comparison`.
    with call.database.read(wide("figures")) as session:
        found = comparison.parts(
            session, items=[item(question) for question in shown], moment=survey.moment, audience=survey.audience
        )
    return comparison_pages.compared(
        shown,
        figures,
        found,
        survey=survey,
        format_code=dialogue.format_code,
        format_name=format_name(dialogue.format_code),
        land=dialogue.land,
    )


ROUTES = [
    route("GET", f"{BASE}/{PART}/vergleich", show, permission="observer", loads=measured),
    route("GET", f"{BASE}/{PART}/{{survey}}/vergleich", show, permission="observer", loads=measured),
]
