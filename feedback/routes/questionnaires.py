"""The initiative's own questionnaires, and how any of them looks to those who answer."""

from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import Session

from events import queries as events
from feedback import answer_pages, library, planning_queries, queries, questionnaires, rules, sheets
from feedback import questionnaire_forms as forms
from feedback.answer_pages import AnswerPage, DonePage, Occasion
from feedback.models import Questionnaire
from feedback.pages import ZONE, day_of
from feedback.questionnaire_pages import ListRow, QuestionnairePage, QuestionnairesPage
from feedback.questions import PAGE_FIELD, STEP_FIELD, Question, in_plain_language, version
from feedback.routes.answers import sender
from kit.endpoint import Answer, Call, Loaded, see_other
from kit.errors import NotFound
from kit.forms import posted as values_of
from kit.frames import public_frame, workspace_frame
from kit.i18n import _, gettext
from kit.ids import new_id
from kit.journal import answered, remember
from kit.registry import route
from kit.zones import local
from network import queries as network
from network.loaders import load_initiative
from network.models import Initiative
from network.rules import ADMITTED
from registration.routes.dialogues import role_of

LIST = "/arbeitsplatz/{initiative}/frageboegen"
ONE = f"{LIST}/{{questionnaire}}"
FLOW = "create-questionnaire"


@dataclass(frozen=True)
class Chosen:
    """A questionnaire of the library or one's own. `questions` empty: none written yet."""

    initiative: Initiative
    code: str
    name: str
    questions: tuple[Question, ...]
    own: Any = None


def load_questionnaire(session: Session, params: dict[str, str]) -> Loaded:
    """Any questionnaire that `{questionnaire}` names. Raises NotFound."""
    initiative = network.initiative_by_slug(session, params["initiative"])
    if initiative is None:
        raise NotFound
    code = params["questionnaire"]
    own = planning_queries.own_questionnaire(session, initiative_id=initiative.id, code=code)
    if own is not None:
        asked = queries.questions_for(session, questionnaire=code, moment=rules.AFTER)
        return Loaded(Chosen(initiative, code, own.name, asked, own), initiative.id)
    for each in library.LIBRARY:
        if each.code == code:
            asked = library.questions_of(code, rules.AFTER) or ()
            return Loaded(Chosen(initiative, code, gettext(each.name), asked), initiative.id)
    raise NotFound


def load_own(session: Session, params: dict[str, str]) -> Loaded:
    """One's own alone. Raises NotFound."""
    loaded = load_questionnaire(session, params)
    if loaded.thing.own is None:
        raise NotFound
    return loaded


def index(call: Call) -> QuestionnairesPage:
    initiative: Initiative = call.thing
    path = f"/arbeitsplatz/{initiative.slug}/frageboegen"
    writes = role_of(call) in ADMITTED["organiser"]
    return QuestionnairesPage(
        frame=workspace_frame(call, nav="surveys", initiative=initiative),
        home_path=f"/arbeitsplatz/{initiative.slug}/",
        surveys_path=f"/arbeitsplatz/{initiative.slug}/umfragen",
        path=path,
        own=tuple(_own_row(own, path, writes=writes) for own in queries.questionnaires(call.session, initiative.id)),
        library=tuple(_library_row(each, path) for each in library.LIBRARY),
        writes=writes,
        form_key=new_id(),
    )


def _own_row(own: Questionnaire, path: str, *, writes: bool) -> ListRow:
    return ListRow(
        code=own.id,
        name=own.name,
        number=len(own.questions),
        preview_path=f"{path}/{own.id}/vorschau" if own.questions else "",
        edit_path=f"{path}/{own.id}" if writes else "",
        changed=local(own.changed_at, ZONE),
    )


def _library_row(each: library.Offered, path: str) -> ListRow:
    return ListRow(
        code=each.code,
        name=gettext(each.name),
        number=len(library.questions_of(each.code, rules.AFTER) or ()),
        preview_path=f"{path}/{each.code}/vorschau",
    )


def create(call: Call) -> Any:
    """A new questionnaire, empty or copied; once however often the form is sent."""
    initiative: Initiative = call.thing
    path = f"/arbeitsplatz/{initiative.slug}/frageboegen"
    form_key = str(call.form.get("form_key", ""))[:64] or new_id()
    key = {"initiative_id": initiative.id, "key": form_key, "flow": FLOW}
    made = answered(call.session, **key)
    if made is None:
        code = str(call.form.get("vorlage", ""))[:16]
        asked = queries.questions_for(call.session, questionnaire=code, moment=rules.AFTER) if code else ()
        name = planning_queries.name_of(call.session, code) if code else ""
        made = questionnaires.create(
            call.session,
            initiative=initiative,
            name=_("Kopie von: %(name)s") % {"name": name[:100]} if name else _("Neuer Fragebogen"),
            asked=asked,
            actor=call.viewer.actor,
            now=call.now,
        ).id
        remember(call.session, **key, object_id=made, now=call.now)
    return see_other(f"{path}/{made}")


def edit(call: Call) -> QuestionnairePage:
    chosen: Chosen = call.thing
    done = _("Gespeichert.") if call.query.get("neu") == "gespeichert" else ""
    return _page(call, forms.filled(chosen.name, chosen.questions), done=done)


def save(call: Call) -> Any:
    """One of the buttons: adds, moves or takes away a question on the page, or saves it all."""
    chosen: Chosen = call.thing
    typed = forms.posted({name: str(value) for name, value in call.form.multi_items()})
    step = str(call.form.get("schritt", "speichern"))
    if step != "speichern":
        after = forms.changed(typed, step)
        return _page(call, after, focus=forms.place_after(step, after), unsaved=True)
    found = forms.checked(typed)
    if found.wrong:
        return Answer(_page(call, found, unsaved=True), status=422)
    questionnaires.change(
        call.session,
        questionnaire=chosen.own,
        name=found.name,
        asked=found.questions,
        actor=call.viewer.actor,
        now=call.now,
    )
    return see_other(f"/arbeitsplatz/{chosen.initiative.slug}/frageboegen/{chosen.code}?neu=gespeichert")


def delete(call: Call) -> Any:
    """Takes one's own away; where a survey needs it, the page says so."""
    chosen: Chosen = call.thing
    path = f"/arbeitsplatz/{chosen.initiative.slug}/frageboegen"
    try:
        questionnaires.delete(call.session, questionnaire=chosen.own, actor=call.viewer.actor, now=call.now)
    except questionnaires.InUse as error:
        page = _page(call, forms.filled(chosen.name, chosen.questions))
        return Answer(replace(page, refused=error.sentence), status=409)
    return see_other(path)


def _page(call: Call, typed: forms.Typed, *, focus: int = -1, unsaved: bool = False, done: str = "") -> Any:
    chosen: Chosen = call.thing
    path = f"/arbeitsplatz/{chosen.initiative.slug}/frageboegen"
    return QuestionnairePage(
        frame=workspace_frame(call, nav="surveys", initiative=chosen.initiative, path=f"{path}/{chosen.code}"),
        list_path=path,
        path=f"{path}/{chosen.code}",
        preview_path=f"{path}/{chosen.code}/vorschau" if chosen.questions else "",
        typed=typed,
        focus=focus,
        unsaved=unsaved,
        done=done,
    )


def preview(call: Call) -> Any:
    """The pages as those who answer see them; nothing is kept."""
    asked = _asked(call)
    if not asked:
        raise NotFound
    posted = values_of(call.form) if call.request.method == "POST" else {}
    found = sheets.pages(asked)
    number = min(max(1, _number(posted)), len(found))
    step = (posted.get(STEP_FIELD) or [""])[0]
    if step == "zurueck":
        return _preview(call, asked, posted, max(1, number - 1))
    read = sheets.read(asked, posted) if step else sheets.Read()
    wrong = {code: sentence for code, sentence in read.errors.items() if any(code == q.code for q in found[number - 1])}
    if wrong:
        return Answer(_preview(call, asked, posted, number, errors=wrong), status=422)
    if step == "senden":
        return _thanks(call)
    return _preview(call, asked, posted, min(number + 1, len(found)) if step else 1)


def _number(posted: sheets.Posted) -> int:
    given = (posted.get(PAGE_FIELD) or ["1"])[0]
    return int(given) if given.isascii() and given.isdigit() and len(given) < 3 else 1


def _moment(call: Call) -> str:
    wanted = call.query.get("moment", rules.AFTER)
    return wanted if wanted in rules.MOMENTS else rules.AFTER


def _audience(call: Call) -> str:
    wanted = call.query.get("wen", rules.CAME)
    return wanted if wanted in rules.AUDIENCES else rules.CAME


def _asked(call: Call) -> tuple[Question, ...]:
    chosen: Chosen = call.thing
    asked = queries.questions_for(
        call.session, questionnaire=chosen.code, moment=_moment(call), audience=_audience(call)
    )
    plain = in_plain_language(asked)
    return plain if call.query.get("fassung") == "einfach" and plain else asked


def _path(call: Call, **changed: str) -> str:
    chosen: Chosen = call.thing
    kept = {"moment": _moment(call), "wen": _audience(call)}
    kept |= {name: call.query.get(name, "") for name in ("dialog", "fassung")}
    query = "&".join(f"{name}={value}" for name, value in (kept | changed).items() if value and value.isascii())
    return f"/arbeitsplatz/{chosen.initiative.slug}/frageboegen/{chosen.code}/vorschau?{query}"


def _occasion(call: Call) -> Occasion:
    chosen: Chosen = call.thing
    dialogue = events.any_by_slug(call.session, call.query.get("dialog", ""))
    if dialogue is None or dialogue.initiative_id != chosen.initiative.id:
        return Occasion(chosen.name, None, local(call.now, ZONE), _moment(call), _audience(call))
    return Occasion(dialogue.title, day_of(dialogue), local(call.now, dialogue.zone), _moment(call), _audience(call))


def _preview(
    call: Call, asked: tuple[Question, ...], posted: sheets.Posted, number: int, *, errors: dict[str, str] | None = None
) -> AnswerPage:
    chosen: Chosen = call.thing
    found = sheets.pages(asked)
    plain = call.query.get("fassung") == "einfach" and answer_pages.is_plain(asked[0].code)
    applying = sheets.read(asked, posted)
    here = [each for each in found[number - 1] if each.only_if is None or each.code in applying.answers]
    others = [each for place, page in enumerate(found, start=1) if place != number for each in page]
    has_plain = plain or bool(in_plain_language(asked))
    return AnswerPage(
        frame=public_frame(call, initiative=chosen.initiative),
        sender=sender(chosen.initiative),
        occasion=_occasion(call),
        action=_path(call),
        version=version(asked),
        number=number,
        pages=len(found),
        minutes=rules.minutes(sum(len(page) for page in found[number - 1 :])),
        questions=answer_pages.asking(here, posted, errors or {}, of=asked),
        total=len(asked),
        carried=answer_pages.carried(others, posted),
        words=None,
        drawn=False,
        words_error="",
        plain=plain,
        other_path=_path(call, fassung="" if plain else "einfach") if has_plain else "",
        device=True,
        notice=_("Vorschau: So sehen es alle, die antworten. Hier wird nichts gespeichert."),
    )


def _thanks(call: Call) -> DonePage:
    chosen: Chosen = call.thing
    return DonePage(
        frame=public_frame(call, initiative=chosen.initiative, path=_path(call).partition("?")[0]),
        sender=sender(chosen.initiative),
        occasion=_occasion(call),
        state="thanks",
        device=True,
    )


_WRITES: dict[str, Any] = {"permission": "organiser", "changes_state": True, "rate": "session"}

ROUTES = [
    route("GET", LIST, index, permission="reader", loads=load_initiative),
    route("POST", LIST, create, loads=load_initiative, **_WRITES),
    route("GET", ONE, edit, permission="organiser", loads=load_own),
    route("POST", ONE, save, loads=load_own, **_WRITES),
    route("POST", f"{ONE}/entfernung", delete, loads=load_own, **_WRITES),
    route("GET", f"{ONE}/vorschau", preview, permission="reader", loads=load_questionnaire),
    route("POST", f"{ONE}/vorschau", preview, permission="reader", loads=load_questionnaire, changes_state=True),
]
