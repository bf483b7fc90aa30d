"""One survey: its page in the workspace, the screen on the wall, and the result for those who are in the room."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from starlette.responses import Response

from feedback import operations, planning, planning_queries, queries, rules
from feedback.pages import ZONE, result_part
from feedback.planning_pages import RoomPage, ScreenPage, SurveyPage, shown_of
from feedback.queries import Asked
from feedback.questions import in_plain_language
from feedback.routes.answers import occasion_of, sender, survey_by_token
from feedback.routes.kiosk import kiosk_path
from feedback.routes.planning import OPEN, PART, load_survey
from kit import qr
from kit.endpoint import Answer, Call, see_other
from kit.errors import NotFound
from kit.frames import public_frame, workspace_frame
from kit.i18n import _
from kit.registry import route
from kit.settings import settings
from kit.zones import local
from network.rules import ADMITTED
from registration.routes.dialogues import head_of, role_of

ONE = f"{OPEN}/{{survey}}"
# So often the screen loads itself again, in seconds.
AGAIN = 8


def path_of(asked: Asked) -> str:
    return f"/arbeitsplatz/{asked.initiative.slug}/umfragen/{asked.survey.id}"


def title_of(asked: Asked) -> str:
    dialogue = asked.dialogue
    return asked.survey.title or (dialogue.title if dialogue is not None else "")


def show(call: Call) -> SurveyPage:
    """How one survey stands, and what can be done with it."""
    asked: Asked = call.thing
    survey, dialogue = asked.survey, asked.dialogue
    said = {
        "ja": _("Die Umfrage ist offen."),
        "beendet": _("Die Umfrage ist beendet."),
        "tablet": _("Der bisherige Link für Tablets öffnet nichts mehr. Unten steht ein neuer."),
    }
    page = SurveyPage(
        frame=workspace_frame(call, nav="overview" if dialogue else "surveys", initiative=asked.initiative),
        head=head_of(call, dialogue, PART) if dialogue is not None else None,
        list_path=f"/arbeitsplatz/{asked.initiative.slug}/umfragen",
        title=title_of(asked),
        line=planning.label(survey.moment, survey.audience),
        questionnaire=planning_queries.name_of(call.session, survey.questionnaire),
        open=survey.state == rules.OPEN,
        until=local(survey.closed_at or survey.closes_at, dialogue.zone if dialogue else ZONE),
        shown=shown_of(survey, queries.results(call.session, survey)),
        screen_path=f"{path_of(asked)}/leinwand" if survey.moment == rules.LIVE else "",
        result_path="" if survey.state == rules.OPEN else _result_path(asked),
        done=said.get(call.query.get("neu", ""), ""),
    )
    if rules.takes_answers(state=survey.state, closes_at=survey.closes_at, now=call.now):
        page = _with_ways_in(page, asked)
    return _with_steps(page, asked, call.now) if role_of(call) in ADMITTED["organiser"] else page


def _with_ways_in(page: SurveyPage, asked: Asked) -> SurveyPage:
    """With what leads to the questions while they take answers: the link, where one serves everybody, and sheets."""
    path = path_of(asked)
    plain = bool(in_plain_language(queries.questions_of(asked.survey)))
    page = replace(
        page, paper_path=f"{path}/bogen.pdf", plain_paper_path=f"{path}/bogen.pdf?sprache=einfach" if plain else ""
    )
    if not asked.survey.link_version:
        return page
    address = f"{settings().base_url}/umfrage/{queries.link_token(asked.survey)}"
    return replace(
        page, address=address, code=qr.svg(address, _("QR-Code der Umfrage")), screen_path=f"{path}/leinwand"
    )


def _with_steps(page: SurveyPage, asked: Asked, now: datetime) -> SurveyPage:
    """With what an organiser may do: show, end, let a tablet ask, type in sheets."""
    survey, path = asked.survey, path_of(asked)
    in_the_room = survey.moment == rules.LIVE
    ends = survey.state == rules.OPEN and survey.audience == rules.ANYBODY and not in_the_room
    page = replace(
        page,
        end_path=f"{path}/ende" if ends else "",
        show_path=f"{path}/zeigen" if in_the_room and survey.shown_at is None else "",
    )
    if not rules.takes_answers(state=survey.state, closes_at=survey.closes_at, now=now):
        return page
    return replace(
        page,
        kiosk_address=f"{settings().base_url}{kiosk_path(survey)}",
        kiosk_end_path=f"{path}/tablet",
        entry_path=f"{path}/eingabe",
    )


def _result_path(asked: Asked) -> str:
    """Where the result of a survey stands in the workspace."""
    if asked.dialogue is None:
        return f"{path_of(asked)}/ergebnis"
    part = result_part(asked.survey)
    return f"/arbeitsplatz/{asked.initiative.slug}/dialoge/{asked.dialogue.slug}/ergebnis{part}"


def end(call: Call) -> Response:
    """Closes a survey that is open to whoever has its link."""
    asked: Asked = call.thing
    if asked.survey.audience != rules.ANYBODY:
        raise NotFound
    operations.close_survey(call.session, survey=asked.survey, actor=call.viewer.actor, now=call.now)
    return see_other(f"{path_of(asked)}?neu=beendet")


def end_kiosk(call: Call) -> Response:
    """Ends the link of the tablets before the survey ends."""
    asked: Asked = call.thing
    operations.end_kiosk(call.session, survey=asked.survey, actor=call.viewer.actor, now=call.now)
    return see_other(f"{path_of(asked)}?neu=tablet")


def reveal(call: Call) -> Response:
    """Closes a survey in the room and shows its result there."""
    asked: Asked = call.thing
    if asked.survey.moment != rules.LIVE:
        raise NotFound
    operations.show_result(call.session, survey=asked.survey, actor=call.viewer.actor, now=call.now)
    return see_other(f"{path_of(asked)}/leinwand")


def screen(call: Call) -> Any:
    """For the wall: the code and the count until the moderator shows the result."""
    asked: Asked = call.thing
    survey = asked.survey
    if not survey.link_version:
        raise NotFound
    address = f"{settings().base_url}/umfrage/{queries.link_token(survey)}"
    calm = call.query.get("ruhig") == "ja"
    path = f"{path_of(asked)}/leinwand"
    revealed = survey.shown_at is not None
    page = ScreenPage(
        frame=workspace_frame(call, initiative=asked.initiative),
        initiative=asked.initiative.name,
        accent=asked.initiative.accent,
        title=title_of(asked),
        back_path=path_of(asked),
        address=address,
        code=qr.svg(address, _("QR-Code der Umfrage")),
        open=rules.takes_answers(state=survey.state, closes_at=survey.closes_at, now=call.now),
        revealed=revealed,
        shown=shown_of(survey, queries.results(call.session, survey)),
        calm=calm,
        switch_path=path if calm else f"{path}?ruhig=ja",
    )
    return page if calm or revealed else Answer(page, headers={"Refresh": str(AGAIN)})


def room_result(call: Call) -> RoomPage:
    """What whoever has the link may see: nothing until the moderator shows it."""
    asked: Asked = call.thing
    survey = asked.survey
    if asked.invitation is not None or survey.moment != rules.LIVE:
        raise NotFound
    path = f"/umfrage/{call.params['token']}/ergebnis"
    privacy = f"/dialoge/{asked.dialogue.slug}/datenschutz" if asked.dialogue else "/datenschutz"
    revealed = survey.shown_at is not None
    return RoomPage(
        frame=public_frame(call, initiative=asked.initiative, privacy=privacy, path=path),
        sender=sender(asked.initiative),
        occasion=occasion_of(asked),
        state="shown" if revealed else "waiting",
        shown=shown_of(survey, queries.results(call.session, survey)) if revealed else None,
    )


ROUTES = [
    route("GET", ONE, show, permission="reader", loads=load_survey),
    route("POST", f"{ONE}/ende", end, permission="organiser", loads=load_survey, changes_state=True, rate="session"),
    route(
        "POST", f"{ONE}/zeigen", reveal, permission="organiser", loads=load_survey, changes_state=True, rate="session"
    ),
    route(
        "POST",
        f"{ONE}/tablet",
        end_kiosk,
        permission="organiser",
        loads=load_survey,
        changes_state=True,
        rate="session",
    ),
    route("GET", f"{ONE}/leinwand", screen, permission="reader", loads=load_survey),
    route("GET", "/umfrage/{token}/ergebnis", room_result, permission="token", loads=survey_by_token, rate="token"),
]
