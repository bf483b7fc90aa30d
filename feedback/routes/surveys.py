"""The survey for those who came, and its result in the workspace."""

from dataclasses import replace
from typing import Any

from sqlmodel import Session
from starlette.responses import Response

from events import queries as events
from feedback import operations, pages, queries, report, rules
from feedback.forms import RateForm, ReportForm
from feedback.queries import Asked, Rated
from feedback.rules import Result
from kit.endpoint import Answer, Call, Loaded, see_other
from kit.errors import NotFound, Refused
from kit.frames import public_frame, workspace_frame
from kit.i18n import _
from kit.pdf import PdfFailed, PdfUnavailable
from kit.registry import route
from kit.templates import Frame
from kit.text import file_name
from kit.zones import local
from network.models import Initiative
from registration.desk_pages import head

BASE = "/arbeitsplatz/{initiative}/dialoge/{slug}"
PART = "ergebnis"


class NoFile(Refused):
    """The PDF could not be made."""

    status = 503

    def default(self) -> str:
        return _("Die Datei lässt sich gerade nicht erstellen. Bitte versuchen Sie es in einer Minute noch einmal.")


def invitation_by_token(session: Session, params: dict[str, str]) -> Loaded:
    asked = queries.asked_by_token(session, params["token"])
    if asked is None:
        raise NotFound
    return Loaded(asked, asked.survey.initiative_id)


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


def show(call: Call) -> Any:
    """The form; the state of the invitation where there is nothing to answer."""
    barred = _barred(call)
    return _done(call, barred) if barred else _rate(call, RateForm())


def create(call: Call) -> Any:
    """One answer, once."""
    barred = _barred(call)
    if barred:
        return Answer(_done(call, barred), status=409)
    form = RateForm.parse(call.form)
    if not form.validate():
        return Answer(_rate(call, form), status=422)
    try:
        operations.answer(call.session, asked=call.thing, value=form.answers(), now=call.now)
    except operations.AlreadyAnswered:
        return Answer(_done(call, "answered"), status=409)
    except operations.SurveyOver:
        return Answer(_done(call, "over"), status=409)
    return see_other(f"/umfrage/{call.params['token']}/danke")


def thanks(call: Call) -> Any:
    """The page after the answer; before it, the way to the form."""
    if not call.thing.invitation.answered:
        return see_other(f"/umfrage/{call.params['token']}")
    return _done(call, "thanks")


def result(call: Call) -> pages.ResultPage:
    """What may be known about the survey of a dialogue."""
    rated: Rated = call.thing
    role = call.viewer.roles[rated.initiative.id]
    shown = queries.results(call.session, rated.survey) if rated.survey is not None else None
    top = head(rated.dialogue, rated.initiative.slug, role, PART)
    frame = workspace_frame(call, nav="overview", initiative=rated.initiative)
    page = pages.result_page(frame, top, rated, shown)
    writes = role in ("organiser", "owner") and rated.dialogue.ends_at <= call.now
    return replace(
        page,
        pdf_path=f"{top.path}/{PART}.pdf" if isinstance(shown, Result) else "",
        report_path=f"{top.path}/{PART}/bericht" if writes else "",
    )


def show_pdf(call: Call) -> Response:
    """The result as PDF, once it stands."""
    page = result(call)
    if not page.pdf_path:
        raise NotFound
    try:
        content = report.result_pdf(page, initiative=call.thing.initiative.name)
    except (PdfFailed, PdfUnavailable) as error:
        raise NoFile from error
    name = file_name(f"{_('Ergebnis')} {call.thing.dialogue.title}", ".pdf")
    return Response(
        content, media_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def edit_report(call: Call) -> pages.ReportPage:
    """What the organiser heard, to be written."""
    found = events.heard_report(call.session, call.thing.dialogue.id)
    form = ReportForm()
    if found is not None:
        form = ReportForm(data={"text": found.text, **dict.fromkeys(found.figures, True)})
    return _report_page(call, form)


def save_report(call: Call) -> Any:
    """Keeps the text and the choice."""
    form = ReportForm.parse(call.form)
    if not form.validate():
        return Answer(_report_page(call, form), status=422)
    operations.save_report(
        call.session,
        rated=call.thing,
        text=form.text.data,
        figures=form.figures(),
        actor=call.viewer.actor,
        now=call.now,
    )
    return see_other(_report_path(call))


def publish_report(call: Call) -> Response:
    operations.publish_report(call.session, rated=call.thing, actor=call.viewer.actor, now=call.now)
    return see_other(_report_path(call))


def withdraw_report(call: Call) -> Response:
    operations.withdraw_report(call.session, rated=call.thing, actor=call.viewer.actor, now=call.now)
    return see_other(_report_path(call))


def show_heard(call: Call) -> pages.HeardPage:
    """What was heard, with the chosen figures, for everybody."""
    rated: Rated = call.thing
    found = events.published_report(call.session, rated.dialogue, call.now)
    if found is None or rated.survey is None:
        raise NotFound
    figures = queries.figures_of(call.session, rated)
    told = {code: figures[code] for code in found.figures if code in figures}
    path = f"/dialoge/{rated.dialogue.slug}"
    return pages.HeardPage(
        frame=public_frame(call, here="dialogues", initiative=rated.initiative, privacy=f"{path}/datenschutz"),
        sender=_sender(rated.initiative),
        dialogue_path=path,
        title=rated.dialogue.title,
        day=pages.day_of(rated.dialogue),
        text=found.text,
        rows=pages.rows_of(told),
        answers=rated.survey.answer_count,
        invited=rated.survey.invited,
    )


def _report_path(call: Call) -> str:
    rated: Rated = call.thing
    return f"/arbeitsplatz/{rated.initiative.slug}/dialoge/{rated.dialogue.slug}/{PART}/bericht"


def _report_page(call: Call, form: ReportForm) -> pages.ReportPage:
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
        state=state,
        choices=tuple((code, pages.question_text(code)) for code in queries.figures_of(call.session, rated)),
        published=local(found.published_at, rated.dialogue.zone) if found and found.published_at else None,
    )


def _barred(call: Call) -> str:
    """Why this invitation takes no answer: answered, over, or nothing."""
    asked: Asked = call.thing
    if asked.invitation.answered:
        return "answered"
    over = not rules.takes_answers(state=asked.survey.state, closes_at=asked.survey.closes_at, now=call.now)
    return "over" if over else ""


def _rate(call: Call, form: RateForm) -> pages.RatePage:
    asked: Asked = call.thing
    path = f"/umfrage/{call.params['token']}"
    return pages.RatePage(
        frame=_frame(call, path),
        sender=_sender(asked.initiative),
        occasion=_occasion(asked),
        action=path,
        questions=pages.questions(form),
        form=form,
    )


def _done(call: Call, state: str) -> pages.DonePage:
    asked: Asked = call.thing
    return pages.DonePage(
        frame=_frame(call, f"/umfrage/{call.params['token']}"),
        sender=_sender(asked.initiative),
        occasion=_occasion(asked),
        state=state,
    )


def _frame(call: Call, path: str) -> Frame:
    asked: Asked = call.thing
    privacy = f"/dialoge/{asked.dialogue.slug}/datenschutz"
    return public_frame(call, initiative=asked.initiative, privacy=privacy, path=path)


def _sender(initiative: Initiative) -> pages.Sender:
    return pages.Sender(
        name=initiative.name, path=f"/initiativen/{initiative.slug}", accent=initiative.accent, logo=initiative.logo
    )


def _occasion(asked: Asked) -> pages.Occasion:
    zone = asked.dialogue.zone
    return pages.Occasion(
        title=asked.dialogue.title,
        day=pages.day_of(asked.dialogue),
        until=local(asked.survey.closes_at, zone),
    )


ROUTES = [
    route("GET", "/umfrage/{token}", show, permission="token", loads=invitation_by_token, rate="token"),
    route(
        "POST",
        "/umfrage/{token}",
        create,
        permission="token",
        loads=invitation_by_token,
        changes_state=True,
        rate="token",
    ),
    route("GET", "/umfrage/{token}/danke", thanks, permission="token", loads=invitation_by_token, rate="token"),
    route(
        "GET",
        f"{BASE}/{PART}",
        result,
        permission="reader",
        loads=rated_dialogue,
    ),
    route("GET", f"{BASE}/{PART}.pdf", show_pdf, permission="reader", loads=rated_dialogue),
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
]
