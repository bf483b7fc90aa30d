"""Taking names out of the texts of a closed survey, and releasing them."""

from collections.abc import Mapping
from typing import Any

from feedback import closing, queries, result_queries
from feedback.answer_pages import told
from feedback.questions import TEXT_LIMIT
from feedback.result_queries import Measured
from feedback.routes.surveys import ALONE, BASE, PART, measured, measured_alone, result_head, result_path
from feedback.rules import CLOSED, Voice
from feedback.text_pages import CONFIRMED, TextsPage, field, marked, text_rows
from kit import text
from kit.endpoint import Answer, Call, see_other
from kit.errors import NotFound
from kit.frames import workspace_frame
from kit.registry import route
from kit.text import TextRefused

SEEN, LATER = "gesehen", "spaeter"


def edit(call: Call) -> TextsPage:
    """The texts nobody but the team that takes names out may read. Raises NotFound where there are none."""
    return _page(call, _texts(call))


def release(call: Call) -> Any:
    """Lets the texts through as they stand in the form, or keeps them for later; an emptied one is left out."""
    thing: Measured = call.thing
    texts, later = _texts(call), call.form.get("schritt") == LATER
    typed = {field(number): str(call.form.get(field(number), "")) for number, _text in enumerate(texts, start=1)}
    kept, errors = _read(typed)
    confirmed = call.form.get(CONFIRMED) == "ja"
    asked = not (later or errors) and bool(marks := marked(kept, known=_known(thing)))
    if errors or (asked and not confirmed):
        return Answer(_page(call, texts, typed=typed, errors=errors or marks, asked=asked), status=422)
    assert thing.survey is not None
    (closing.keep_edits if later else closing.release_texts)(
        call.session,
        survey=thing.survey,
        texts=list(kept.values()),
        seen=str(call.form.get(SEEN, "-")),
        actor=call.viewer.actor,
        now=call.now,
    )
    more = not later and result_queries.unread(call.session, thing.survey, limit=1)
    return see_other(f"{result_path(thing)}/texte" if more else result_path(thing))


def _read(typed: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The texts by field, and the sentences about those that cannot be read."""
    kept, errors = {}, {}
    for name, value in typed.items():
        try:
            kept[name] = text.multiline(value, max_chars=TEXT_LIMIT)
        except TextRefused as error:
            errors[name] = str(error.sentence)
    return kept, errors


def _known(thing: Measured) -> set[str]:
    """Names of the dialogue itself."""
    dialogue = thing.dialogue
    return {name for name in (dialogue.place, dialogue.city, dialogue.host) if name} if dialogue is not None else set()


def _texts(call: Call) -> tuple[Voice, ...]:
    survey = call.thing.survey
    if survey is None or survey.state != CLOSED:
        raise NotFound
    return result_queries.unread(call.session, survey, limit=closing.TEXTS_AT_ONCE)


def _page(
    call: Call,
    texts: tuple[Voice, ...],
    *,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    asked: bool = False,
) -> TextsPage:
    thing: Measured = call.thing
    survey = thing.survey
    assert survey is not None
    names = {question.code: told(question.text) for question in queries.asked_of(survey)}
    path = result_path(thing)
    return TextsPage(
        frame=workspace_frame(call, nav="overview", initiative=thing.initiative),
        head=result_head(thing, call.viewer.roles[thing.initiative.id]),
        path=f"{path}/texte",
        result_path=path,
        rows=text_rows(texts, names, known=_known(thing), typed=typed or {}, errors=errors or {}),
        rest=len(result_queries.unread(call.session, survey, limit=10_000)) - len(texts),
        seen=closing.texts_mark(texts),
        asked=asked,
    )


ROUTES = [
    declared
    for base, loads in (
        (f"{BASE}/{PART}", measured),
        (f"{BASE}/{PART}/{{survey}}", measured),
        (f"{ALONE}/{PART}", measured_alone),
    )
    for declared in (
        route("GET", f"{base}/texte", edit, permission="organiser", loads=loads),
        route("POST", f"{base}/texte", release, permission="organiser", loads=loads, changes_state=True),
    )
]
