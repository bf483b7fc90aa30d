"""What a dialogue asks when, and surveys with a link: chosen, opened, listed."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from events import queries as events
from events.models import Dialogue
from feedback import due, library, operations, planning, planning_queries, queries, rules
from feedback.models import Survey
from feedback.pages import ZONE
from feedback.planning_forms import FeedbackForm, OpenForm, OpenUntilForm
from feedback.planning_pages import PlanPage, PlanRow, SheetsPage, SurveyRow, SurveysPage, options, survey_row
from kit.endpoint import Answer, Call, Loaded, see_other
from kit.errors import NotFound
from kit.frames import workspace_frame
from kit.i18n import _
from kit.ids import new_id
from kit.journal import answered, remember
from kit.registry import route
from kit.zones import local
from network import queries as network
from network.loaders import load_initiative
from network.models import Initiative
from network.rules import ADMITTED, Role
from registration.routes.dialogues import head_of, load_live_dialogue, role_of

PART = "umfragen"
DIALOGUE = "/arbeitsplatz/{initiative}/dialoge/{slug}/umfragen"
OPEN = "/arbeitsplatz/{initiative}/umfragen"
FLOW = "open-survey"
# So long one may answer about a part of a dialogue, unless another day is chosen.
OPEN_FOR = timedelta(days=14)


def show(call: Call) -> Any:
    """What is planned and what runs; a helper sees where sheets of paper are typed in."""
    if role_of(call) == Role.HELPER:
        return _sheets(call)
    return _page(call)


def save(call: Call) -> Any:
    """Chooses what is asked when. What has begun stands."""
    dialogue: Dialogue = call.thing
    changed = _changed(call)
    letters = sum(_letters_now(call, moment, audience) for (moment, audience), chosen in changed.items() if chosen)
    if letters and call.form.get("letters") != str(letters):
        return _page(call, changed=changed, letters=letters)
    for (moment, audience), chosen in changed.items():
        operations.plan(
            call.session,
            dialogue=dialogue,
            moment=moment,
            audience=audience,
            questionnaire=chosen,
            actor=call.viewer.actor,
            now=call.now,
        )
    return see_other(f"{head_of(call, dialogue, PART).path}/{PART}?neu=gespeichert")


def _changed(call: Call) -> dict[tuple[str, str], str]:
    """What is chosen otherwise than it stands: (moment, audience) → questionnaire."""
    chosen = {(moment, audience): call.form.get(f"{moment}.{audience}") for moment, audience in planning.PLANNED}
    return {
        key: str(value)[:16]
        for key, value in chosen.items()
        if value is not None and str(value) != _chosen(call.session, call.thing, *key)
    }


def _letters_now(call: Call, moment: str, audience: str) -> int:
    """How many people are asked as soon as this is saved, because its time has come."""
    dialogue: Dialogue = call.thing
    times = rules.times(
        moment,
        starts_at=dialogue.starts_at,
        ends_at=dialogue.ends_at,
        survey_days=dialogue.survey_days,
        now=call.now,
    )
    begun = queries.survey_of_dialogue(call.session, dialogue.id, moment=moment, audience=audience)
    if begun or dialogue.state not in rules.TAKES_PLACE or not rules.due(times, now=call.now):
        return 0
    return due.audience_size(call.session, dialogue.id, audience)


def open_live(call: Call) -> Any:
    """Opens a survey in the room."""
    dialogue: Dialogue = call.thing
    form = OpenForm.parse(call.form)
    form.questionnaire.choices = _choices(call, dialogue, rules.LIVE)
    if not form.validate():
        return Answer(_page(call, live=form), status=422)
    return _opened(
        call,
        form,
        lambda: operations.open_survey(
            call.session,
            dialogue=dialogue,
            moment=rules.LIVE,
            audience=rules.ANYBODY,
            subject=new_id(),
            title=form.title.data,
            questionnaire=form.questionnaire.data,
            linked=True,
            actor=call.viewer.actor,
            now=call.now,
        ),
    )


def open_feedback(call: Call) -> Any:
    """Opens a survey on one part of the dialogue: an offer, or what a title says."""
    dialogue: Dialogue = call.thing
    form = FeedbackForm.parse(call.form)
    _set_choices(call, form, dialogue)
    ends = _checked(form, zone=dialogue.zone, now=call.now)
    if ends is None:
        return Answer(_page(call, feedback=form), status=422)
    title, subject = _about(form)
    return _opened(
        call,
        form,
        lambda: operations.open_survey(
            call.session,
            dialogue=dialogue,
            moment=rules.AFTER,
            audience=rules.ANYBODY,
            subject=subject,
            title=title,
            questionnaire=form.questionnaire.data,
            linked=True,
            closes_at=ends,
            actor=call.viewer.actor,
            now=call.now,
        ),
    )


def _about(form: FeedbackForm) -> tuple[str, str]:
    """The title and the subject of feedback.

    Hosts and guests may be asked about the same part: each has a survey of its own, and a name by which to know it.
    """
    if form.title.data:
        return form.title.data, new_id()
    part, asked = dict(form.offer.choices)[form.offer.data], form.questionnaire.data
    title = f"{part}: {dict(form.questionnaire.choices)[asked]}"[:200]
    return title, operations.part_subject(form.offer.data, asked)


def index(call: Call) -> SurveysPage:
    """The surveys of the initiative that belong to no dialogue."""
    return _open_page(call)


def open_to_all(call: Call) -> Any:
    """Opens one of them until a day."""
    initiative: Initiative = call.thing
    form = OpenUntilForm.parse(call.form)
    form.questionnaire.choices = list(planning_queries.choices(call.session, initiative.id, (rules.OPEN_TO_ALL,)))
    ends = _checked(form, zone=ZONE, now=call.now)
    if ends is None:
        return Answer(_open_page(call, form), status=422)
    return _opened(
        call,
        form,
        lambda: operations.open_to_all(
            call.session,
            initiative=initiative,
            title=form.title.data,
            questionnaire=form.questionnaire.data,
            closes_at=ends,
            actor=call.viewer.actor,
            now=call.now,
        ),
    )


def _checked(form: OpenUntilForm, *, zone: str, now: datetime) -> datetime | None:
    """When the survey of a form ends; None where something is wrong, which then stands at its field."""
    form.validate()
    until = planning.until(form.until.data or "", zone=zone, now=now)
    if until.error and not form.until.errors:
        form.until.errors = [until.error]
    return None if any(field.errors for field in form) else until.ends


def _opened(call: Call, form: OpenForm, work: Any) -> Any:
    """The page of the survey that a form opened, once however often it is sent."""
    key: dict[str, Any] = {"initiative_id": call.initiative_id, "key": form.form_key.data, "flow": FLOW}
    made = answered(call.session, **key)
    if made is None:
        made = work().id
        remember(call.session, **key, object_id=made, now=call.now)
    initiative = network.initiative(call.session, str(call.initiative_id))
    return see_other(f"/arbeitsplatz/{initiative.slug}/umfragen/{made}?neu=ja")


def _chosen(session: Session, dialogue: Dialogue, moment: str, audience: str) -> str:
    """What is planned; for those who came the short rating, unless something else is."""
    found = queries.plan_of(session, dialogue.id, moment=moment, audience=audience)
    if found is not None and found.questionnaire:
        return found.questionnaire
    return library.RATING if (moment, audience) == (rules.AFTER, rules.CAME) else ""


def _choices(call: Call, dialogue: Dialogue, *moments: str) -> list[tuple[str, str]]:
    return list(planning_queries.choices(call.session, dialogue.initiative_id, moments))


def _page(
    call: Call,
    *,
    live: OpenForm | None = None,
    feedback: FeedbackForm | None = None,
    changed: Mapping[tuple[str, str], str] | None = None,
    letters: int = 0,
) -> PlanPage:
    dialogue: Dialogue = call.thing
    initiative = network.initiative(call.session, dialogue.initiative_id)
    top = head_of(call, dialogue, PART)
    base = f"/arbeitsplatz/{initiative.slug}"
    begun = {
        (survey.moment, survey.audience, survey.subject): survey_row_of(call, survey, base=base, zone=dialogue.zone)
        for survey in queries.surveys_of_dialogue(call.session, dialogue.id)
    }
    writes = role_of(call) in ADMITTED["organiser"]
    if live is None:
        live = OpenForm(data={"title": dialogue.title})
        live.questionnaire.choices = _choices(call, dialogue, rules.LIVE)
    if feedback is None:
        ends = max(local(call.now, dialogue.zone), local(dialogue.ends_at, dialogue.zone)).date()
        feedback = FeedbackForm(data={"until": (ends + OPEN_FOR).isoformat()})
        _set_choices(call, feedback, dialogue)
    return PlanPage(
        frame=workspace_frame(call, nav="overview", initiative=initiative, path=f"{top.path}/{PART}"),
        head=top,
        path=f"{top.path}/{PART}",
        rows=tuple(
            _plan_row(call, dialogue, moment, audience, begun.get((moment, audience, "")), base, changed or {})
            for moment, audience in planning.PLANNED
        ),
        linked=tuple(row for (_moment, audience, _subject), row in begun.items() if audience == rules.ANYBODY),
        writes=writes,
        live_form=live if writes else None,
        feedback_form=feedback if writes else None,
        cards_path=f"{top.path}/{PART}/karten.pdf" if writes else "",
        questionnaires_path=f"{base}/frageboegen",
        letters=letters,
        done=_("Gespeichert.") if call.query.get("neu") == "gespeichert" else "",
    )


def _set_choices(call: Call, form: FeedbackForm, dialogue: Dialogue) -> None:
    form.questionnaire.choices = _choices(call, dialogue, rules.AFTER, rules.OPEN_TO_ALL)
    titled = [(offer.id, offer.title) for offer in events.offers_of(call.session, dialogue.id) if offer.title]
    form.offer.choices = [("", _("Keiner davon")), *titled]


def _plan_row(
    call: Call,
    dialogue: Dialogue,
    moment: str,
    audience: str,
    begun: SurveyRow | None,
    base: str,
    changed: Mapping[tuple[str, str], str],
) -> PlanRow:
    stands = _chosen(call.session, dialogue, moment, audience)
    chosen = changed.get((moment, audience), stands)
    choices = planning_queries.choices(call.session, dialogue.initiative_id, (moment,), audience)
    if chosen and chosen not in dict(choices):
        # Chosen elsewhere, or made for another moment: it stays what it is.
        choices = (*choices, (chosen, planning_queries.name_of(call.session, chosen) or _("Gelöschter Fragebogen")))
    none = (moment, audience) != (rules.AFTER, rules.CAME)
    query = f"dialog={dialogue.slug}&moment={moment}&wen={audience}"
    preview = f"{base}/frageboegen/{chosen}/vorschau?{query}" if chosen else ""
    return PlanRow(
        key=f"{moment}.{audience}",
        label=planning.label(moment, audience),
        hint=planning.hint(moment, audience),
        options=options(choices, chosen, none=none),
        preview_path="" if begun else preview,
        begun=begun,
    )


def survey_row_of(call: Call, survey: Survey, *, base: str, zone: str) -> SurveyRow:
    return survey_row(
        survey,
        base=base,
        zone=zone,
        questionnaire=planning_queries.name_of(call.session, survey.questionnaire),
        answers=queries.results(call.session, survey).answers,
    )


def _sheets(call: Call) -> SheetsPage:
    dialogue: Dialogue = call.thing
    initiative = network.initiative(call.session, dialogue.initiative_id)
    found = queries.surveys_of_dialogue(call.session, dialogue.id)
    return SheetsPage(
        frame=workspace_frame(call, nav="overview", initiative=initiative),
        head=head_of(call, dialogue, PART),
        rows=tuple(
            (
                f"/arbeitsplatz/{initiative.slug}/umfragen/{survey.id}/eingabe",
                survey.title or planning.label(survey.moment, survey.audience),
            )
            for survey in found
            if rules.takes_answers(state=survey.state, closes_at=survey.closes_at, now=call.now)
        ),
    )


def _open_page(call: Call, form: OpenUntilForm | None = None) -> SurveysPage:
    initiative: Initiative = call.thing
    base = f"/arbeitsplatz/{initiative.slug}"
    if form is None:
        form = OpenUntilForm()
        form.questionnaire.choices = list(planning_queries.choices(call.session, initiative.id, (rules.OPEN_TO_ALL,)))
    return SurveysPage(
        frame=workspace_frame(call, nav="surveys", initiative=initiative),
        home_path=f"{base}/",
        path=f"{base}/umfragen",
        questionnaires_path=f"{base}/frageboegen",
        rows=tuple(
            survey_row_of(call, survey, base=base, zone=ZONE)
            for survey in planning_queries.surveys_of_initiative(call.session, initiative.id)
        ),
        form=form if role_of(call) in ADMITTED["organiser"] else None,
        observes=role_of(call) == Role.OBSERVER,
    )


def load_survey(session: Session, params: dict[str, str]) -> Loaded:
    """One survey of the initiative that `{initiative}` names. Raises NotFound."""
    asked = planning_queries.asked_by_id(session, params["survey"])
    if asked is None or asked.initiative.slug != params["initiative"]:
        raise NotFound
    return Loaded(asked, asked.survey.initiative_id)


_WRITES: dict[str, Any] = {"permission": "organiser", "changes_state": True, "rate": "session"}

ROUTES = [
    route("GET", DIALOGUE, show, permission="team", loads=load_live_dialogue),
    route("POST", DIALOGUE, save, loads=load_live_dialogue, **_WRITES),
    route("POST", f"{DIALOGUE}/raum", open_live, loads=load_live_dialogue, **_WRITES),
    route("POST", f"{DIALOGUE}/rueckmeldung", open_feedback, loads=load_live_dialogue, **_WRITES),
    route("GET", OPEN, index, permission="observer", loads=load_initiative),
    route("POST", OPEN, open_to_all, loads=load_initiative, **_WRITES),
]
