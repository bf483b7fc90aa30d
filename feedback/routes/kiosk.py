"""A tablet that asks one person after the other, by a link of its own. Each answer brings its own random word."""

from dataclasses import replace
from typing import Any

from sqlmodel import Session

from feedback import operations, planning_queries, queries, rules, sheets, signs, whole
from feedback.kiosk_pages import KioskPage
from feedback.models import Survey
from feedback.queries import Asked
from feedback.questions import WORDS_FIELD, in_plain_language
from feedback.routes.answers import occasion_of, sender
from kit.endpoint import Answer, Call, Loaded, see_other
from kit.errors import NotFound
from kit.forms import posted as values_of
from kit.frames import public_frame
from kit.registry import route
from kit.tokens import derive, present, random_token

PURPOSE = "survey_kiosk"
PLAIN = "sprache=einfach"


def kiosk_path(survey: Survey) -> str:
    return f"/kiosk/{derive(PURPOSE, survey.id, survey.kiosk_version)}"


def survey_by_kiosk(session: Session, params: dict[str, str]) -> Loaded:
    """The survey that a tablet's link opens. Raises NotFound."""
    presented = present(params["token"])
    found = planning_queries.asked_by_id(session, presented.object_id) if presented is not None else None
    if presented is None or found is None or not presented.proves(PURPOSE, found.survey.kiosk_version):
        raise NotFound
    return Loaded(found, found.survey.initiative_id)


def show(call: Call) -> KioskPage:
    """All questions, empty, with a new random word."""
    return _page(call, {})


def create(call: Call) -> Any:
    """One answer. The same word twice is one answer, so a tablet may send again what it does not know to be taken."""
    page = _page(call, {})
    if page.state == "over":
        return Answer(page, status=409)
    posted = values_of(call.form)
    asked = whole.questions_of(call.thing.survey, plain=_plain(call))
    read = sheets.sent(asked, posted)
    word = whole.word((posted.get(whole.WORD_FIELD) or [""])[0])
    if read.errors or not word:
        return Answer(_page(call, posted, errors=read.errors, word=word), status=422)
    try:
        operations.answer(
            call.session,
            asked=call.thing,
            answers=read.answers,
            traces=signs.traces(call.session, call.thing.survey, phrase=read.phrase),
            device=word,
            now=call.now,
        )
    except operations.AlreadyAnswered:
        pass
    except operations.SurveyOver:
        return Answer(replace(page, state="over"), status=409)
    return see_other(f"/kiosk/{call.params['token']}/danke{'?' + PLAIN if _plain(call) else ''}")


def thanks(call: Call) -> Any:
    """After each answer, for the next person."""
    page = _page(call, {})
    return replace(page, state="thanks") if page.state == "open" else page


def _plain(call: Call) -> bool:
    return call.query.get("sprache") == "einfach" and bool(in_plain_language(queries.questions_of(call.thing.survey)))


def _page(call: Call, posted: sheets.Posted, *, errors: dict[str, str] | None = None, word: str = "") -> KioskPage:
    thing: Asked = call.thing
    survey = thing.survey
    path = f"/kiosk/{call.params['token']}"
    privacy = f"/dialoge/{thing.dialogue.slug}/datenschutz" if thing.dialogue else "/datenschutz"
    plain = _plain(call)
    running = rules.takes_answers(state=survey.state, closes_at=survey.closes_at, now=call.now)
    other = path if plain else f"{path}?{PLAIN}" if in_plain_language(queries.questions_of(survey)) else ""
    return KioskPage(
        frame=public_frame(call, initiative=thing.initiative, privacy=privacy, path=path),
        sender=sender(thing.initiative),
        occasion=occasion_of(thing),
        state="open" if running else "over",
        action=f"{path}?{PLAIN}" if plain else path,
        other_path=other,
        plain=plain,
        word=word or random_token(),
        items=whole.items(whole.questions_of(survey, plain=plain), posted, errors or {}),
        words=(posted.get(WORDS_FIELD) or [""])[0] if signs.are_asked(call.session, survey) else None,
        words_error=(errors or {}).get(WORDS_FIELD, ""),
    )


ROUTES = [
    route("GET", "/kiosk/{token}", show, permission="token", loads=survey_by_kiosk, rate="token"),
    route(
        "POST", "/kiosk/{token}", create, permission="token", loads=survey_by_kiosk, changes_state=True, rate="token"
    ),
    route("GET", "/kiosk/{token}/danke", thanks, permission="token", loads=survey_by_kiosk, rate="token"),
]
