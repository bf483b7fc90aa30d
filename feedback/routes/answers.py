"""The survey as it is answered, by the link of a letter or by one for everybody in the room."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import Session

from feedback import answer_pages, devices, operations, pairing, queries, rules, sheets, signs
from feedback.answer_pages import AnswerPage, DonePage, Occasion, Sender
from feedback.pages import ZONE, day_of
from feedback.queries import Asked
from feedback.questions import (
    PAGE_FIELD,
    STEP_FIELD,
    VERSION_FIELD,
    WORDS_FIELD,
    Question,
    in_plain_language,
)
from feedback.sheets import Posted, Read
from kit.endpoint import Answer, Call, Loaded, see_other
from kit.errors import NotFound
from kit.forms import posted as values_of
from kit.frames import public_frame
from kit.i18n import _
from kit.registry import route
from kit.templates import Frame
from kit.zones import local
from network.models import Initiative

PLAIN_QUERY = "sprache=einfach"
# Somebody else sits at the device that has answered.
OTHER_QUERY = "person=andere"


def survey_by_token(session: Session, params: dict[str, str]) -> Loaded:
    asked = queries.asked_by_token(session, params["token"])
    if asked is None:
        raise NotFound
    return Loaded(asked, asked.survey.initiative_id)


def show(call: Call) -> Any:
    """The first page of questions; the state of the survey where there is nothing to answer."""
    state = _barred(call)
    if state:
        return _done(call, state)
    if call.thing.invitation and devices.has_answered(call.request, call.thing.survey) and not _other_person(call):
        return _done(call, "here")
    page = _page(call, {}, number=1)
    # Where one link serves everybody, each device is given a random word, which counts once.
    cookie = {} if call.thing.invitation or devices.of(call.request) else devices.cookie()
    return Answer(page, headers=cookie)


def create(call: Call) -> Any:
    """One more page, or one answer, once."""
    state = _barred(call)
    if state:
        return Answer(_done(call, state), status=409)
    posted = values_of(call.form)
    if posted.get(VERSION_FIELD, [call.thing.survey.version])[0] != call.thing.survey.version:
        return Answer(_done(call, "other"), status=409)
    asked = _questions(call)
    found = sheets.pages(asked)
    number = _number(posted, len(found))
    step = (posted.get(STEP_FIELD) or ["senden"])[0]
    read = sheets.read(asked, posted)
    if step == "zurueck":
        return _page(call, posted, number=_before(found, read, number))
    if step == "weiter":
        wrong = any(question.code in read.errors for question in found[number - 1])
        if wrong:
            return Answer(_page(call, posted, number=number, read=read), status=422)
        return _page(call, posted, number=_next(found, read, number))
    return _send(call, posted, found, sheets.sent(asked, posted))


def thanks(call: Call) -> Any:
    """The page after the answer; before it, the way to the form."""
    if not _answered(call):
        return see_other(f"/umfrage/{call.params['token']}")
    return _done(call, "thanks")


def _send(call: Call, posted: Posted, found: Sequence[Sequence[Question]], read: Read) -> Any:
    if read.errors:
        faulty = (number for number, page in enumerate(found, start=1) for each in page if each.code in read.errors)
        return Answer(_page(call, posted, number=next(faulty, len(found)), read=read), status=422)
    thing: Asked = call.thing
    device = devices.of(call.request)
    if thing.invitation is None and not device:
        notice = _("Ihr Browser behält für diese Seite kein Cookie. Wir brauchen eins, damit jedes Gerät einmal zählt.")
        page = _page(call, posted, number=len(found), read=read, notice=notice)
        return Answer(page, status=422, headers=devices.cookie())
    try:
        operations.answer(
            call.session,
            asked=thing,
            answers=read.answers,
            traces=signs.traces(call.session, thing.survey, phrase=read.phrase),
            device=device,
            now=call.now,
        )
    except operations.AlreadyAnswered:
        return Answer(_done(call, "answered"), status=409)
    except operations.SurveyOver:
        return Answer(_done(call, "over"), status=409)
    done = see_other(f"/umfrage/{call.params['token']}/danke")
    done.headers.update(devices.note(call.request, thing.survey))
    return done


def _barred(call: Call) -> str:
    """Why no answer is taken: answered, over, or nothing."""
    if _answered(call):
        return "answered"
    survey = call.thing.survey
    over = not rules.takes_answers(state=survey.state, closes_at=survey.closes_at, now=call.now)
    return "over" if over else ""


def _answered(call: Call) -> bool:
    asked: Asked = call.thing
    if asked.invitation is not None:
        return asked.invitation.answered
    if devices.has_answered(call.request, asked.survey):
        return True
    device = devices.of(call.request)
    return bool(device) and queries.is_marked(call.session, asked.survey, operations.device_mark(asked.survey, device))


def _other_person(call: Call) -> bool:
    return f"person={call.query.get('person', '')}" == OTHER_QUERY


def _plain(call: Call) -> bool:
    return call.query.get("sprache") == "einfach" and bool(in_plain_language(queries.questions_of(call.thing.survey)))


def _questions(call: Call) -> tuple[Question, ...]:
    asked = queries.questions_of(call.thing.survey)
    return in_plain_language(asked) if _plain(call) else asked


def _number(posted: Posted, pages: int) -> int:
    given = (posted.get(PAGE_FIELD) or [""])[0]
    return min(int(given), pages) if given in {str(number) for number in range(1, 100)} else pages


def _next(found: Sequence[Sequence[Question]], read: Read, number: int) -> int:
    """The next page that has a question for somebody with these answers; the last one anyway."""
    return next((place for place in range(number + 1, len(found)) if _applies(found[place - 1], read)), len(found))


def _before(found: Sequence[Sequence[Question]], read: Read, number: int) -> int:
    """The page before that has a question for somebody with these answers; the first one anyway."""
    return next((place for place in range(number - 1, 1, -1) if _applies(found[place - 1], read)), 1)


def _applies(page: Sequence[Question], read: Read) -> bool:
    return any(question.code in read.answers or question.code in read.errors for question in page)


def _page(call: Call, posted: Posted, *, number: int, read: Read | None = None, notice: str = "") -> AnswerPage:
    thing: Asked = call.thing
    asked = _questions(call)
    found = sheets.pages(asked)
    applying = sheets.read(asked, posted)
    here = [
        question
        for question in found[number - 1]
        if question.only_if is None or question.code in {**applying.answers, **applying.errors}
    ]
    path = f"/umfrage/{call.params['token']}"
    plain = _plain(call)
    words, drawn = _words(call, posted) if number == len(found) else (None, False)
    errors = read.errors if read else {}
    others = [question for place, page in enumerate(found, start=1) if place != number for question in page]
    kept = answer_pages.carried(others, posted)
    if words is None and posted.get(WORDS_FIELD):
        kept += ((WORDS_FIELD, posted[WORDS_FIELD][0]),)
    return AnswerPage(
        frame=_frame(call, path),
        sender=sender(thing.initiative),
        occasion=occasion_of(thing),
        action=f"{path}?{PLAIN_QUERY}" if plain else path,
        version=thing.survey.version,
        number=number,
        pages=len(found),
        minutes=rules.minutes(sum(len(page) for page in found[number - 1 :])),
        questions=answer_pages.asking(here, posted, errors, of=asked),
        total=len(asked),
        carried=kept,
        words=words,
        drawn=drawn,
        words_error=errors.get(WORDS_FIELD, ""),
        plain=plain,
        other_path=_other_path(call, path, plain=plain),
        device=thing.invitation is None,
        notes=devices.notes(thing.survey),
        notice=notice,
    )


def _other_path(call: Call, path: str, *, plain: bool) -> str:
    """The same survey in plain language, or back; empty where there is none."""
    other = [OTHER_QUERY] if _other_person(call) else []
    if plain:
        return "?".join([path, *other])
    if not in_plain_language(queries.questions_of(call.thing.survey)):
        return ""
    return f"{path}?{'&'.join([PLAIN_QUERY, *other])}"


def _words(call: Call, posted: Mapping[str, Sequence[str]]) -> tuple[str | None, bool]:
    """What stands in the field for the three words, and whether they were drawn now. None where nothing is paired."""
    survey = call.thing.survey
    if not signs.are_asked(call.session, survey):
        return None, False
    if WORDS_FIELD in posted:
        return posted[WORDS_FIELD][0], survey.moment == rules.BEFORE
    if survey.moment == rules.BEFORE:
        return pairing.written(pairing.draw()), True
    return "", False


def _done(call: Call, state: str) -> DonePage:
    thing: Asked = call.thing
    path = f"/umfrage/{call.params['token']}"
    return DonePage(
        frame=_frame(call, path),
        sender=sender(thing.initiative),
        occasion=occasion_of(thing),
        state=state,
        device=thing.invitation is None,
        again_path=f"{path}?{OTHER_QUERY}" if state == "here" else "",
        result_path=f"{path}/ergebnis" if thing.invitation is None and thing.survey.moment == rules.LIVE else "",
    )


def _frame(call: Call, path: str) -> Frame:
    thing: Asked = call.thing
    privacy = f"/dialoge/{thing.dialogue.slug}/datenschutz" if thing.dialogue else "/datenschutz"
    return public_frame(call, initiative=thing.initiative, privacy=privacy, path=path)


def sender(initiative: Initiative) -> Sender:
    return Sender(
        name=initiative.name, path=f"/initiativen/{initiative.slug}", accent=initiative.accent, logo=initiative.logo
    )


def occasion_of(thing: Asked) -> Occasion:
    dialogue, survey = thing.dialogue, thing.survey
    zone = dialogue.zone if dialogue is not None else ZONE
    return Occasion(
        title=survey.title or (dialogue.title if dialogue is not None else ""),
        day=day_of(dialogue) if dialogue is not None else None,
        until=local(survey.closed_at or survey.closes_at, zone),
        moment=survey.moment,
        audience=survey.audience,
    )


ROUTES = [
    route("GET", "/umfrage/{token}", show, permission="token", loads=survey_by_token, rate="token"),
    route(
        "POST",
        "/umfrage/{token}",
        create,
        permission="token",
        loads=survey_by_token,
        changes_state=True,
        rate="token",
    ),
    route("GET", "/umfrage/{token}/danke", thanks, permission="token", loads=survey_by_token, rate="token"),
]
