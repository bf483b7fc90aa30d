"""The survey for those who came, and its result in the workspace."""

from typing import Any

from sqlmodel import Session

from feedback import operations, pages, queries, rules
from feedback.forms import RateForm
from feedback.queries import Asked, Rated
from kit.endpoint import Answer, Call, Loaded, see_other
from kit.errors import NotFound
from kit.frames import public_frame, workspace_frame
from kit.registry import route
from kit.zones import local
from registration.desk_pages import head


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


def result(call: Call) -> Any:
    """What may be known about the survey of a dialogue."""
    rated: Rated = call.thing
    shown = queries.results(call.session, rated.survey) if rated.survey is not None else None
    top = head(rated.dialogue, rated.initiative.slug, call.viewer.roles[rated.initiative.id], "ergebnis")
    frame = workspace_frame(call, nav="overview", initiative=rated.initiative)
    return pages.result_page(frame, top, rated, shown)


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
        frame=public_frame(call, initiative=asked.initiative, path=path),
        sender=_sender(asked),
        occasion=_occasion(asked),
        action=path,
        questions=pages.questions(form),
        form=form,
    )


def _done(call: Call, state: str) -> pages.DonePage:
    asked: Asked = call.thing
    return pages.DonePage(
        frame=public_frame(call, initiative=asked.initiative, path=f"/umfrage/{call.params['token']}"),
        sender=_sender(asked),
        occasion=_occasion(asked),
        state=state,
    )


def _sender(asked: Asked) -> pages.Sender:
    initiative = asked.initiative
    return pages.Sender(
        name=initiative.name, path=f"/initiativen/{initiative.slug}", accent=initiative.accent, logo=initiative.logo
    )


def _occasion(asked: Asked) -> pages.Occasion:
    zone = asked.dialogue.zone
    return pages.Occasion(
        title=asked.dialogue.title,
        day=local(asked.dialogue.starts_at, zone).date(),
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
        "/arbeitsplatz/{initiative}/dialoge/{slug}/ergebnis",
        result,
        permission="reader",
        loads=rated_dialogue,
    ),
]
