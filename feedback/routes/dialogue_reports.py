"""The report of a dialogue: one page of what matters, and the same as a file with its appendix."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response

from events import queries as events
from events.models import HeardReport
from feedback import pages, queries, report, report_pages, report_queries
from feedback.comparison_pages import Compared
from feedback.pages import ResultPage
from feedback.queries import Rated
from feedback.questions import Question
from feedback.report_pages import DialogueReportPage, Report, Told
from feedback.routes.comparisons import beside_others
from feedback.routes.surveys import BASE, pdf, rated_dialogue
from feedback.rules import Result
from kit.endpoint import Call
from kit.errors import NotFound
from kit.frames import workspace_frame
from kit.i18n import _
from kit.registry import route
from registration import queries as registrations
from registration.desk_pages import head

PART = "bericht"


@dataclass(frozen=True)
class Gathered:
    """The sheet and what its appendix is made of: the closed surveys."""

    report: Report
    closed: tuple[Told, ...]
    results: tuple[ResultPage, ...]
    heard: HeardReport | None


def show(call: Call) -> DialogueReportPage:
    """One page of what matters."""
    rated: Rated = call.thing
    role = call.viewer.roles[rated.initiative.id]
    top = head(rated.dialogue, rated.initiative.slug, role, PART)
    over = rated.dialogue.ends_at <= call.now
    writes = over and role in ("organiser", "owner")
    found = gathered(call) if over else None
    return DialogueReportPage(
        frame=workspace_frame(call, nav="overview", initiative=rated.initiative),
        head=top,
        report=found.report if found else None,
        result_path=f"{top.path}/ergebnis",
        pdf_path=f"{top.path}/{PART}.pdf" if over else "",
        tell_path=f"{top.path}/ergebnis/bericht" if writes else "",
        insight_path=f"{top.path}/erkenntnis" if writes else "",
        heard_path=f"/dialoge/{rated.dialogue.slug}" if found and found.heard else "",
    )


def show_pdf(call: Call) -> Response:
    """The page as the first sheet of a file, with tables and method behind it. Raises NotFound before the end."""
    rated: Rated = call.thing
    if rated.dialogue.ends_at > call.now:
        raise NotFound
    found = gathered(call)
    names = [pages.survey_name(each.survey) for each in found.closed]
    main = report_pages.main_of(found.closed)
    compared = _beside(call, main, main.asked) if main is not None else ()
    return pdf(
        lambda: report.dialogue_report_pdf(found.report, found.results, names, compared, found.heard),
        rated.dialogue.title,
        _("Bericht"),
    )


def gathered(call: Call) -> Gathered:
    """What the query layer gives of all surveys of the dialogue; as many statements for many surveys as for one."""
    rated: Rated = call.thing
    dialogue = rated.dialogue
    rows = queries.surveys_of_dialogue(call.session, dialogue.id)
    surveys = report_pages.told_of(rows, queries.results_of(call.session, rows))
    closed = tuple(each for each in surveys if isinstance(each.shown, Result))
    frame = workspace_frame(call, nav="overview", initiative=rated.initiative)
    top = head(dialogue, rated.initiative.slug, call.viewer.roles[rated.initiative.id], PART)
    asked = pages.others_asked(rows)
    results = tuple(
        pages.result_page(frame, top, dialogue, each.survey, each.shown, others_asked=asked) for each in closed
    )
    parts = [offer.id for offer in registrations.offers_of(call.session, dialogue.id)]
    main = report_pages.main_of(closed)
    received = [question for each, question in report_pages.received_by(closed, parts) if each is main][:1]
    heard = events.published_report(call.session, dialogue, call.now)
    sheet = report_pages.report_of(
        dialogue,
        rated.initiative.name,
        surveys,
        results,
        report_queries.attendance(call.session, dialogue.id),
        parts=parts,
        compared=_beside(call, main, received) if main is not None and received else (),
        heard=heard,
    )
    return Gathered(sheet, closed, results, heard)


def _beside(call: Call, main: Told, asked: Sequence[Question]) -> tuple[Compared, ...]:
    assert isinstance(main.shown, Result)
    return beside_others(call, call.thing.dialogue, main.survey, asked, main.shown.figures)


ROUTES = [
    route("GET", f"{BASE}/{PART}", show, permission="observer", loads=rated_dialogue),
    route("GET", f"{BASE}/{PART}.pdf", show_pdf, permission="observer", loads=rated_dialogue),
]
