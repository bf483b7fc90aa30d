"""The result of a survey in the workspace, and what the organiser heard."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from sqlmodel import Session
from starlette.responses import Response

from events import queries as events
from feedback import heard, pages, pictures, queries, report, result_queries, returns
from feedback.forms import ReportForm
from feedback.models import Survey
from feedback.queries import Rated
from feedback.questions import Question
from feedback.result_queries import Measured
from feedback.routes.answers import sender
from feedback.rules import Result
from kit.endpoint import Answer, Call, Loaded, see_other
from kit.errors import NotFound, Refused
from kit.frames import public_frame, workspace_frame
from kit.i18n import _
from kit.pdf import PdfFailed, PdfUnavailable
from kit.registry import route
from kit.text import file_name
from kit.zones import local
from network.rules import Role
from registration.desk_pages import Head, head

BASE = "/arbeitsplatz/{initiative}/dialoge/{slug}"
PART = "ergebnis"


class NoFile(Refused):
    """The PDF could not be made."""

    status = 503

    def default(self) -> str:
        return _("Die Datei lässt sich gerade nicht erstellen. Bitte versuchen Sie es in einer Minute noch einmal.")


def rated_dialogue(session: Session, params: dict[str, str]) -> Loaded:
    rated = queries.rated_by_slug(session, initiative=params["initiative"], slug=params["slug"])
    if rated is None:
        raise NotFound
    return Loaded(rated, rated.dialogue.initiative_id)


def rated_in_public(session: Session, params: dict[str, str]) -> Loaded:
    rated = queries.rated_in_public(session, params["slug"])
    if rated is None:
        raise NotFound
    return Loaded(rated, rated.dialogue.initiative_id)


def measured(session: Session, params: dict[str, str]) -> Loaded:
    """A survey of a dialogue; without an id the one of those who came."""
    found = result_queries.of_dialogue(
        session, initiative=params["initiative"], slug=params["slug"], survey_id=params.get("survey", "")
    )
    if found is None:
        raise NotFound
    return Loaded(found, found.initiative.id)


def measured_alone(session: Session, params: dict[str, str]) -> Loaded:
    """A survey of the initiative itself."""
    found = result_queries.of_initiative(session, initiative=params["initiative"], survey_id=params["survey"])
    if found is None:
        raise NotFound
    return Loaded(found, found.initiative.id)


def result(call: Call) -> pages.ResultPage:
    """What may be known about a survey."""
    thing: Measured = call.thing
    survey, dialogue = thing.survey, thing.dialogue
    role = call.viewer.roles[thing.initiative.id]
    shown = queries.results(call.session, survey) if survey is not None else None
    top = result_head(thing, role)
    frame = workspace_frame(call, nav="overview", initiative=thing.initiative)
    others = queries.surveys_of_dialogue(call.session, dialogue.id) if dialogue is not None else []
    page = pages.result_page(frame, top, dialogue, survey, shown, others_asked=pages.others_asked(others))
    if role == Role.OBSERVER:
        # Figures alone: what single guests wrote stays with the team.
        page = replace(page, written=False, voices=(), unread=0)
    writes = role in ("organiser", "owner")
    path = result_path(thing)
    return replace(
        page,
        surveys=_menu(thing, others),
        pdf_path=f"{path}.pdf" if isinstance(shown, Result) else "",
        compare_path=f"{path}/vergleich" if page.rows and dialogue is not None else "",
        texts_path=f"{path}/texte" if writes and isinstance(shown, Result) and shown.unread else "",
        sheet_path=f"{top.path}/bericht" if isinstance(shown, Result) and dialogue is not None else "",
        report_path=f"{top.path}/{PART}/bericht"
        if writes and dialogue is not None and dialogue.ends_at <= call.now
        else "",
    )


def result_head(thing: Measured, role: str) -> Head:
    """The head of a result: that of its dialogue, or of a survey that stands by itself."""
    if thing.dialogue is not None:
        return head(thing.dialogue, thing.initiative.slug, role, PART)
    assert thing.survey is not None
    overview = f"/arbeitsplatz/{thing.initiative.slug}/"
    return Head(overview, result_path(thing), "", pages.survey_name(thing.survey), ())


def result_path(thing: Measured) -> str:
    """Where the result of a survey stands."""
    base = f"/arbeitsplatz/{thing.initiative.slug}"
    if thing.dialogue is None:
        assert thing.survey is not None
        return f"{base}/umfragen/{thing.survey.id}/{PART}"
    return f"{base}/dialoge/{thing.dialogue.slug}/{PART}{pages.result_part(thing.survey) if thing.survey else ''}"


def _menu(thing: Measured, surveys: Sequence[Survey]) -> tuple[tuple[str, str, bool], ...]:
    """All surveys of the dialogue: (path, label, current)."""
    return tuple(
        (
            result_path(replace(thing, survey=survey)),
            pages.survey_name(survey),
            thing.survey is not None and survey.id == thing.survey.id,
        )
        for survey in pages.in_order(surveys)
    )


def show_pdf(call: Call) -> Response:
    """The result as PDF, once it stands."""
    page = result(call)
    if not page.pdf_path:
        raise NotFound
    return pdf(lambda: report.result_pdf(page, initiative=call.thing.initiative.name), page.head.title)


def pdf(make: Callable[[], bytes], title: str, kind: str = "") -> Response:
    """A result as a file, or a file of another kind. Raises NoFile."""
    try:
        content = make()
    except (PdfFailed, PdfUnavailable) as error:
        raise NoFile from error
    name = file_name(f"{kind or _('Ergebnis')} {title}", ".pdf")
    return Response(
        content, media_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def edit_report(call: Call) -> pages.ReportPage:
    """What the organiser heard, to be written."""
    found = events.heard_report(call.session, call.thing.dialogue.id)
    form = ReportForm()
    if found is not None:
        form = ReportForm(data={"text": found.text, "follows": found.follows})
    return _report_page(call, form, found.figures if found is not None else ())


def save_report(call: Call) -> Any:
    """Keeps the text and the choice."""
    form = ReportForm.parse(call.form)
    if not form.validate():
        return Answer(_report_page(call, form, _ticked(call)), status=422)
    heard.save_report(
        call.session,
        rated=call.thing,
        text=form.text.data,
        follows=form.follows.data,
        figures=_ticked(call),
        actor=call.viewer.actor,
        now=call.now,
    )
    return see_other(f"{_report_path(call)}?neu=gespeichert")


def publish_report(call: Call) -> Response:
    heard.publish_report(call.session, rated=call.thing, actor=call.viewer.actor, now=call.now)
    return see_other(_report_path(call))


def withdraw_report(call: Call) -> Response:
    heard.withdraw_report(call.session, rated=call.thing, actor=call.viewer.actor, now=call.now)
    return see_other(_report_path(call))


def show_heard(call: Call) -> pages.HeardPage:
    """What was heard, with the chosen figures if there are any, for everybody."""
    rated: Rated = call.thing
    found = events.published_report(call.session, rated.dialogue, call.now)
    if found is None:
        raise NotFound
    shown = queries.results(call.session, rated.survey) if rated.survey is not None else None
    figures = shown.figures if isinstance(shown, Result) else {}
    told = {code: figures[code] for code in found.figures if code in figures}
    path = f"/dialoge/{rated.dialogue.slug}"
    return pages.HeardPage(
        frame=public_frame(call, here="dialogues", initiative=rated.initiative, privacy=f"{path}/datenschutz"),
        sender=sender(rated.initiative),
        dialogue_path=path,
        title=rated.dialogue.title,
        day=pages.day_of(rated.dialogue),
        text=found.text,
        follows=found.follows,
        rows=pictures.rows_of(told, _asked(rated)),
        counted=returns.counted(shown, linked=returns.by_link_alone(rated.survey, shown.invited))
        if rated.survey is not None and isinstance(shown, Result)
        else "",
    )


def _asked(rated: Rated) -> tuple[Question, ...]:
    return queries.questions_of(rated.survey) if rated.survey is not None else ()


def _report_path(call: Call) -> str:
    rated: Rated = call.thing
    return f"/arbeitsplatz/{rated.initiative.slug}/dialoge/{rated.dialogue.slug}/{PART}/bericht"


def _ticked(call: Call) -> tuple[str, ...]:
    """The questions whose figures are told beside the text, in their order."""
    return tuple(dict.fromkeys(str(code) for code in call.form.getlist("zahlen")))


def _report_page(call: Call, form: ReportForm, ticked: Sequence[str]) -> pages.ReportPage:
    rated: Rated = call.thing
    found = events.heard_report(call.session, rated.dialogue.id)
    state = "early" if rated.dialogue.ends_at > call.now else "new" if found is None else "draft"
    if found is not None and found.published_at is not None:
        state = "published"
    top = head(rated.dialogue, rated.initiative.slug, call.viewer.roles[rated.initiative.id], PART)
    return pages.ReportPage(
        frame=workspace_frame(call, nav="overview", initiative=rated.initiative),
        head=top,
        form=form,
        path=_report_path(call),
        result_path=f"{top.path}/{PART}",
        public_path=f"/dialoge/{rated.dialogue.slug}",
        letter_path=f"{top.path}/emails/neu?anlass=gehoert",
        state=state,
        choices=tuple(
            (row.code, row.text, row.code in ticked)
            for row in pictures.rows_of(queries.figures_of(call.session, rated), _asked(rated))
        ),
        published=local(found.published_at, rated.dialogue.zone) if found and found.published_at else None,
        done=_("Gespeichert.") if call.query.get("neu") == "gespeichert" else "",
    )


ALONE = "/arbeitsplatz/{initiative}/umfragen/{survey}"

ROUTES = [
    route("GET", f"{BASE}/{PART}", result, permission="observer", loads=measured),
    route("GET", f"{BASE}/{PART}.pdf", show_pdf, permission="observer", loads=measured),
    route("GET", f"{BASE}/{PART}/bericht", edit_report, permission="organiser", loads=rated_dialogue),
    route(
        "POST",
        f"{BASE}/{PART}/bericht",
        save_report,
        permission="organiser",
        loads=rated_dialogue,
        changes_state=True,
    ),
    route(
        "POST",
        f"{BASE}/{PART}/bericht/veroeffentlichung",
        publish_report,
        permission="organiser",
        loads=rated_dialogue,
        changes_state=True,
    ),
    route(
        "POST",
        f"{BASE}/{PART}/bericht/zuruecknahme",
        withdraw_report,
        permission="organiser",
        loads=rated_dialogue,
        changes_state=True,
    ),
    route("GET", "/dialoge/{slug}/gehoert", show_heard, permission="public", loads=rated_in_public, cache="public"),
    # After the addresses with a word of their own, which an id could be taken for.
    route("GET", f"{BASE}/{PART}/{{survey}}.pdf", show_pdf, permission="observer", loads=measured),
    route("GET", f"{BASE}/{PART}/{{survey}}", result, permission="observer", loads=measured),
    route("GET", f"{ALONE}/{PART}", result, permission="observer", loads=measured_alone),
    route("GET", f"{ALONE}/{PART}.pdf", show_pdf, permission="observer", loads=measured_alone),
]
