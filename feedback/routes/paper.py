"""Surveys on paper: the sheet and the cards as PDF, and the page that takes filled-in sheets."""

from typing import Any

from starlette.responses import Response

from feedback import operations, paper, planning, queries, rules, sheets, signs, whole
from feedback.pages import day_of
from feedback.paper import Facts
from feedback.paper_pages import EntryPage, TypedField, TypedQuestion
from feedback.queries import Asked
from feedback.questions import WORDS_FIELD, Question, in_plain_language
from feedback.routes.live import ONE, path_of, title_of
from feedback.routes.planning import DIALOGUE, PART, load_survey
from feedback.routes.surveys import NoFile
from kit.endpoint import Answer, Call, see_other
from kit.forms import posted as values_of
from kit.frames import workspace_frame
from kit.i18n import _, format_date_only
from kit.pdf import PdfFailed, PdfUnavailable
from kit.registry import route
from kit.text import file_name
from kit.tokens import random_token
from network import queries as network
from network.rules import Role
from registration.desk_pages import page_number
from registration.routes.dialogues import load_live_dialogue, role_of

PLAIN = "sprache=einfach"


def sheet(call: Call) -> Response:
    """The questions as PDF, two pages of A4 for what the library holds."""
    asked: Asked = call.thing
    survey, dialogue = asked.survey, asked.dialogue
    plain = _plain(call)
    day = day_of(dialogue) if dialogue is not None else None
    facts = Facts(
        initiative=asked.initiative.name,
        title=title_of(asked),
        day=format_date_only(day) if day else "",
        heading=_("Fragebogen in einfacher Sprache") if plain else _("Fragebogen"),
        plain=plain,
        paired=signs.are_asked(call.session, survey),
        before=survey.moment == rules.BEFORE,
    )
    try:
        content = paper.questionnaire_pdf(whole.questions_of(survey, plain=plain), facts)
    except (PdfFailed, PdfUnavailable) as error:
        raise NoFile from error
    return _file(content, f"{facts.heading} {title_of(asked)}")


def cards(call: Call) -> Response:
    """Sheets of ten cards with three words, drawn now and kept nowhere."""
    dialogue = call.thing
    number = min(page_number(call.query.get("boegen", "1")), paper.MOST_SHEETS)
    initiative = network.initiative(call.session, dialogue.initiative_id)
    day = day_of(dialogue)
    try:
        content = paper.cards_pdf(
            number, title=dialogue.title, initiative=initiative.name, day=format_date_only(day) if day else ""
        )
    except (PdfFailed, PdfUnavailable) as error:
        raise NoFile from error
    return _file(content, f"{_('Karten')} {dialogue.title}")


def _file(content: bytes, name: str) -> Response:
    named = file_name(name, ".pdf")
    return Response(
        content, media_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="{named}"'}
    )


def edit(call: Call) -> EntryPage:
    """An empty sheet, with a random word of its own."""
    return _page(call, {})


def enter(call: Call) -> Any:
    """One sheet, once; the next one is empty again."""
    asked: Asked = call.thing
    survey = asked.survey
    typed = values_of(call.form)
    questions = paper.on_paper(whole.questions_of(survey, plain=_plain(call)))
    read = sheets.sent(questions, paper.read_typed(questions, typed))
    code = (typed.get(whole.CODE_FIELD) or [""])[0] if signs.are_asked(call.session, survey) else ""
    boxes, code_error = whole.code_of(code)
    word = whole.word((typed.get(whole.WORD_FIELD) or [""])[0])
    errors = dict(read.errors) | ({whole.CODE_FIELD: code_error} if code_error else {})
    if errors or not word:
        return Answer(_page(call, typed, errors=errors, word=word), status=422)
    try:
        operations.answer(
            call.session,
            asked=asked,
            answers=read.answers,
            traces=signs.traces(call.session, survey, phrase=read.phrase, boxes=boxes),
            device=word,
            now=call.now,
        )
    except operations.AlreadyAnswered:
        # The same form once more: it is there already.
        pass
    except operations.SurveyOver:
        return Answer(_page(call, typed, word=word), status=409)
    plain = f"&{PLAIN}" if _plain(call) else ""
    return see_other(f"{path_of(asked)}/eingabe?erfasst={_entered(call) + 1}{plain}")


def _entered(call: Call) -> int:
    given = call.query.get("erfasst", "0")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 6 else 0


def _plain(call: Call) -> bool:
    return call.query.get("sprache") == "einfach" and bool(in_plain_language(queries.questions_of(call.thing.survey)))


def _page(call: Call, typed: sheets.Posted, *, errors: dict[str, str] | None = None, word: str = "") -> EntryPage:
    asked: Asked = call.thing
    survey, dialogue = asked.survey, asked.dialogue
    plain = _plain(call)
    path = f"{path_of(asked)}/eingabe"
    entered = _entered(call)
    count = f"erfasst={entered}"
    helper = role_of(call) == Role.HELPER
    back = path_of(asked)
    if helper:
        back = f"/arbeitsplatz/{asked.initiative.slug}/"
        if dialogue is not None:
            back += f"dialoge/{dialogue.slug}/{PART}"
    paired = signs.are_asked(call.session, survey)
    questions = whole.questions_of(survey, plain=plain)
    wrong = errors or {}
    has_plain = bool(in_plain_language(queries.questions_of(survey)))
    return EntryPage(
        frame=workspace_frame(call, nav="overview" if dialogue else "surveys", initiative=asked.initiative, path=path),
        back_path=back,
        title=title_of(asked),
        line=planning.label(survey.moment, survey.audience),
        action=f"{path}?{count}&{PLAIN}" if plain else f"{path}?{count}",
        other_path=f"{path}?{count}" if plain else f"{path}?{count}&{PLAIN}" if has_plain else "",
        plain=plain,
        open=rules.takes_answers(state=survey.state, closes_at=survey.closes_at, now=call.now),
        entered=entered,
        sheet=word or random_token(),
        questions=_typed(questions, typed, wrong),
        words=(typed.get(WORDS_FIELD) or [""])[0] if paired else None,
        words_error=wrong.get(WORDS_FIELD, ""),
        code=(typed.get(whole.CODE_FIELD) or [""])[0] if paired else None,
        code_error=wrong.get(whole.CODE_FIELD, ""),
    )


def _typed(questions: tuple[Question, ...], typed: sheets.Posted, errors: dict[str, str]) -> tuple[TypedQuestion, ...]:
    found = []
    for question, item in zip(questions, whole.items(questions, {}, {}), strict=True):
        several = question.kind in ("matrix", "ranking")
        labels = [row.label for row in item.asking.rows] if several else [""]
        choices = question.kind in ("choice", "choices")
        found.append(
            TypedQuestion(
                code=question.code,
                number=item.asking.number,
                text=item.asking.text,
                kind=question.kind,
                hint=paper.typing_hint(question),
                condition=item.condition,
                answers=tuple(
                    label
                    for value, label, _chosen in item.asking.rows[0].answers
                    if value in {o.code for o in question.options}
                )
                if choices
                else (),
                fields=tuple(
                    TypedField(name, label, (typed.get(name) or [""])[0])
                    for name, label in zip(sheets.names(question), labels, strict=True)
                ),
                error=errors.get(question.code, ""),
            )
        )
    return tuple(found)


ROUTES = [
    route("GET", f"{ONE}/bogen.pdf", sheet, permission="reader", loads=load_survey),
    route("GET", f"{ONE}/eingabe", edit, permission="helper", loads=load_survey),
    route("POST", f"{ONE}/eingabe", enter, permission="helper", loads=load_survey, changes_state=True),
    route("GET", f"{DIALOGUE}/karten.pdf", cards, permission="organiser", loads=load_live_dialogue),
]
