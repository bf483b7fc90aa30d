"""Where organisers work on their dialogues.

Changes of a published dialogue reach registered people, so their routes (`aenderung`, `verschiebung`, `absage`) are
in the registration room; drafts are changed here.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from starlette.responses import Response

from events import compose, date_queries, forms, operations, pages, queries, rules, series_queries
from events import dates as dating
from events.forms import DialogueForm
from events.models import Dialogue, Offer
from events.operations import BelowTaken, OfferInUse
from events.queries import Listed
from events.routes.team_calendar import calendar_address
from events.rules import DialogueState
from events.workspace_pages import DialogueHomePage, DialogueRow, EditPage, OfferLine, OverviewPage, Task
from kit.db import ScopedSession
from kit.endpoint import Answer, Call, Loaded, see_other
from kit.errors import NotFound, Refused
from kit.frames import workspace_frame
from kit.i18n import _
from kit.journal import answered, remember
from kit.registry import route
from network import queries as network
from network.loaders import load_initiative
from network.models import Initiative
from network.rules import ADMITTED, FIRST_PART


def load_own_dialogue(session: ScopedSession, params: Mapping[str, str]) -> Loaded:
    """The dialogue of an address of the workspace, in any state. Raises NotFound when it is another initiative's."""
    initiative = network.initiative_by_slug(session, params["initiative"])
    found = queries.any_by_slug(session, params["slug"]) if initiative else None
    if initiative is None or found is None or found.initiative_id != initiative.id:
        raise NotFound
    return Loaded(found, found.initiative_id, initiative)


def index(call: Call) -> OverviewPage:
    """The overview of one initiative, for everybody who belongs to it."""
    initiative: Initiative = call.thing
    membership = network.membership_of(call.session, initiative_id=initiative.id, person_id=call.viewer.person_id)
    role = call.viewer.roles[initiative.id]
    rows, nexts = queries.workspace_rows(call.session, initiative.id, call.now)
    organises = role in ADMITTED["organiser"]
    return OverviewPage(
        frame=workspace_frame(call, nav="overview", initiative=initiative),
        now=call.now.astimezone(ZoneInfo("Europe/Berlin")),
        tasks=_tasks(initiative, rows, nexts, call) if organises else (),
        rows=tuple(
            _row(row, nexts, initiative, role=role)
            for row in rows
            # What nobody outside knows yet is for those who may open it.
            if row.dialogue.state != DialogueState.DRAFT or role in ADMITTED["reader"]
        ),
        new_path=f"/arbeitsplatz/{initiative.slug}/dialoge/neu" if organises else "",
        calendar_address=calendar_address(membership) if membership else "",
        renew_path=f"/arbeitsplatz/{initiative.slug}/kalender",
        calendar_renewed=call.query.get("neu") == "kalender",
    )


def _row(row: Listed, nexts: Mapping[str, datetime], initiative: Initiative, *, role: str) -> DialogueRow:
    dialogue = row.dialogue
    return DialogueRow(
        path=rules.workspace_path(initiative.slug, dialogue.slug, FIRST_PART.get(role, "")),
        title=dialogue.title,
        start=nexts.get(dialogue.id, dialogue.starts_at).astimezone(ZoneInfo(dialogue.zone)),
        state=dialogue.state,
        state_label=_(rules.STATE_LABELS[DialogueState(dialogue.state)]),
        seats=compose.seats(row.sign_up, dialogue),
        taken=row.sign_up.taken,
        capacity=row.sign_up.capacity or None,
    )


def _tasks(
    initiative: Initiative, rows: Sequence[Listed], nexts: Mapping[str, datetime], call: Call
) -> tuple[Task, ...]:
    found: list[Task] = []
    if call.viewer.roles.get(initiative.id) in ADMITTED["owner"] and not (initiative.street and initiative.email):
        found.append(
            Task(
                title=_("Impressum ergänzen"),
                text=_("Anschrift und E-Mail fehlen. Sie stehen auf jeder Seite Ihrer Initiative."),
                path=f"/arbeitsplatz/{initiative.slug}/einstellungen",
                label=_("Einstellungen öffnen"),
            )
        )
    for row in rows:
        dialogue = row.dialogue
        due = nexts.get(dialogue.id, dialogue.starts_at).astimezone(ZoneInfo(dialogue.zone))
        path = rules.workspace_path(initiative.slug, dialogue.slug)
        if dialogue.state == DialogueState.DRAFT:
            found.append(
                Task(
                    title=_("Entwurf prüfen und veröffentlichen"),
                    text=dialogue.title,
                    path=path,
                    label=_("Entwurf öffnen"),
                    due=due,
                    overdue=dialogue.ends_at <= call.now,
                )
            )
        elif dialogue.state == DialogueState.POSTPONED:
            found.append(
                Task(
                    title=_("Neuen Termin eintragen"),
                    text=dialogue.title,
                    path=f"{path}/bearbeiten",
                    label=_("Termin eintragen"),
                )
            )
    return tuple(found)


def show(call: Call) -> DialogueHomePage:
    """One dialogue in the workspace; the registration room adds its figures and declares the address."""
    done = _("Der Dialog ist veröffentlicht.") if call.query.get("neu") == "veroeffentlicht" else ""
    if call.query.get("neu") == "gespeichert":
        done = _("Gespeichert.")
    return _home(call, done=done)


def _home(call: Call, *, done: str = "", problem: str = "") -> DialogueHomePage:
    dialogue: Dialogue = call.thing
    initiative = network.initiative(call.session, dialogue.initiative_id)
    offers = queries.offers_of(call.session, dialogue.id)
    state = rules.sign_up_state(queries.facts(dialogue), [queries.offer_facts(offer) for offer in offers], call.now)
    path = rules.workspace_path(initiative.slug, dialogue.slug)
    dates = date_queries.dates_of(call.session, dialogue)
    at = dating.next_date(dates, call.now) or dialogue
    return DialogueHomePage(
        frame=workspace_frame(call, nav="overview", initiative=initiative, path=path),
        title=dialogue.title,
        overview_path=f"/arbeitsplatz/{initiative.slug}/",
        path=path,
        state=dialogue.state,
        state_label=_(rules.STATE_LABELS[DialogueState(dialogue.state)]),
        seats=compose.seats(state, dialogue, running=compose.runs(at, call.now)),
        start=rules.wall(at.start),
        end=rules.wall(at.end),
        dates=dating.lines(dialogue, dates),
        place=", ".join(filter(None, (dialogue.place, dialogue.city))) or (_("Online") if dialogue.online else ""),
        taken=state.taken,
        capacity=state.capacity or None,
        offers=tuple(OfferLine(offer.title or dialogue.title, offer.taken, offer.capacity) for offer in offers),
        tabs=tabs(initiative, dialogue, ""),
        cancel_reason=dialogue.cancel_reason,
        done=done,
        problem=problem,
        **_ways(call, dialogue, path),
    )


def tabs(initiative: Initiative, dialogue: Dialogue, current: str) -> tuple[tuple[str, str, bool], ...]:
    """All parts of a dialogue, for those who organise it; a draft has none."""
    if dialogue.state == DialogueState.DRAFT:
        return ()
    return tuple(
        (rules.workspace_path(initiative.slug, dialogue.slug, part), _(label), part == current)
        for part, label in rules.WORKSPACE_PARTS
    )


def _ways(call: Call, dialogue: Dialogue, path: str) -> dict[str, str]:
    """Where this viewer may go from here."""
    found: dict[str, str] = {}
    if dialogue.state == DialogueState.DRAFT:
        found["preview_path"] = f"{path}/vorschau"
    elif dialogue.visibility != rules.Visibility.INVITED:
        found["public_path"] = f"/dialoge/{dialogue.slug}"
    if call.viewer.roles.get(dialogue.initiative_id) not in ADMITTED["organiser"]:
        return found
    if dialogue.state in rules.CHANGEABLE_STATES:
        found["edit_path"] = f"{path}/bearbeiten"
        if dialogue.repetition:
            found["dates_path"] = f"{path}/termine"
    if dialogue.state == DialogueState.DRAFT:
        found["publish_path"] = f"{path}/veroeffentlichung"
    if dialogue.state == DialogueState.PUBLISHED:
        found["postpone_path"] = f"{path}/verschiebung"
    if dialogue.state in (DialogueState.PUBLISHED, DialogueState.POSTPONED):
        found["cancel_path"] = f"{path}/absage"
    return found


def new(call: Call) -> EditPage:
    """The empty form."""
    start = forms.blank(
        call.thing.land, contact_name=call.thing.name, contact_email=call.thing.email, contact_phone=call.thing.phone
    )
    return _new_page(call, DialogueForm(data=start))


def _new_page(call: Call, form: DialogueForm) -> EditPage:
    home = f"/arbeitsplatz/{call.thing.slug}/"
    return EditPage(
        frame=workspace_frame(call, nav="overview", initiative=call.thing, path=f"{home}dialoge/neu"),
        heading=_("Dialog anlegen"),
        form=form,
        form_id="create-dialogue",
        action=f"{home}dialoge/neu",
        button=_("Entwurf speichern"),
        back_path=home,
        back_label=_("Dialoge"),
        formats=format_notes(),
        preview=True,
        series=series_queries.names(call.session, call.thing.id),
    )


def format_notes() -> tuple[tuple[str, str], ...]:
    """What makes each format: (label, sentence)."""
    return tuple((_(entry.label), _(entry.about)) for entry in rules.FORMATS.values())


def create(call: Call) -> Answer | Response:
    """Creates a draft. The same form sent again leads to the same draft."""
    initiative: Initiative = call.thing
    form = DialogueForm.parse(call.form)
    if not form.validate():
        return Answer(_new_page(call, form), 422)
    key = {"initiative_id": initiative.id, "key": form.form_key.data, "flow": "create-dialogue"}
    known = answered(call.session, **key)
    if known is None:
        dialogue = operations.create_dialogue(
            call.session,
            initiative_id=initiative.id,
            value=form.value(),
            offers=form.offer_values(),
            programme=form.programme_values(),
            actor=call.viewer.actor,
            now=call.now,
        )
        remember(call.session, **key, object_id=dialogue.id, now=call.now)
    else:
        dialogue = queries.dialogue(call.session, known)
    return see_other(_saved_path(call, initiative, dialogue))


def _saved_path(call: Call, initiative: Initiative, dialogue: Dialogue) -> str:
    """Where a saved draft goes on: to its preview, or to its page."""
    path = rules.workspace_path(initiative.slug, dialogue.slug)
    return f"{path}/vorschau" if call.form.get("step") == "preview" else f"{path}?neu=gespeichert"


def edit(call: Call) -> EditPage:
    """The form of an existing dialogue."""
    dialogue: Dialogue = call.thing
    if dialogue.state not in rules.CHANGEABLE_STATES:
        raise Refused(_("Dieser Dialog ist abgesagt oder vorbei. Er lässt sich nicht mehr ändern."))
    offers = queries.offers_of(call.session, dialogue.id)
    programme = queries.programme_of(call.session, dialogue.id)
    series = series_queries.series_of(call.session, dialogue)
    start = forms.filled(dialogue, offers, programme, series=series.title if series else "")
    return _edit_page(call, DialogueForm(data=start))


def _edit_page(call: Call, form: DialogueForm, lost: Sequence[dating.Shown] = ()) -> EditPage:
    dialogue: Dialogue = call.thing
    initiative = network.initiative(call.session, dialogue.initiative_id)
    path = rules.workspace_path(initiative.slug, dialogue.slug)
    draft = dialogue.state == DialogueState.DRAFT
    return EditPage(
        frame=workspace_frame(call, nav="overview", initiative=initiative, path=f"{path}/bearbeiten"),
        heading=_("Dialog bearbeiten"),
        form=form,
        form_id="change-dialogue",
        action=f"{path}/bearbeiten" if draft else f"{path}/aenderung",
        button=_("Entwurf speichern") if draft else _("Änderung prüfen"),
        back_path=path,
        back_label=dialogue.title,
        formats=format_notes(),
        tabs=tabs(initiative, dialogue, "bearbeiten"),
        preview=draft,
        lost=tuple(dating.line(date) for date in lost),
        lost_names=" ".join(_name_of(date) for date in lost),
        series=series_queries.names(call.session, initiative.id),
    )


def update(call: Call) -> Answer | Response:
    """Changes a draft. Single dates whose change a new rule has no place for are named first."""
    dialogue: Dialogue = call.thing
    if dialogue.state != DialogueState.DRAFT:
        raise Refused(_("Dieser Dialog ist schon veröffentlicht. Öffnen Sie ihn neu, um ihn zu ändern."))
    form = DialogueForm.parse(call.form)
    if not form.validate():
        return Answer(_edit_page(call, form), 422)
    offers: Sequence[Offer] = queries.offers_of(call.session, dialogue.id)
    attempt = call.session.begin_nested()
    try:
        change = operations.change_dialogue(
            call.session,
            dialogue=dialogue,
            value=form.value(),
            offers=form.offer_values(offers),
            programme=form.programme_values(),
            version=form.opened_with(),
            actor=call.viewer.actor,
            now=call.now,
        )
    except (BelowTaken, OfferInUse) as refusal:
        form.refuse_seats(refusal.sentence)
        return Answer(_edit_page(call, form), 422)
    if not {_name_of(date) for date in change.lost} <= set(str(call.form.get("lost", "")).split()):
        attempt.rollback()
        return Answer(_edit_page(call, form, change.lost))
    attempt.commit()
    initiative = network.initiative(call.session, dialogue.initiative_id)
    return see_other(_saved_path(call, initiative, dialogue))


def _name_of(date: dating.Shown) -> str:
    return date.regular.strftime(rules.WALL)


def show_preview(call: Call) -> pages.DialoguePage:
    """The public page as guests will see it."""
    dialogue: Dialogue = call.thing
    initiative = network.initiative(call.session, dialogue.initiative_id)
    path = rules.workspace_path(initiative.slug, dialogue.slug)
    ways = _ways(call, dialogue, path)
    return compose.dialogue_page(
        workspace_frame(call),
        dialogue,
        initiative,
        queries.offers_of(call.session, dialogue.id),
        queries.programme_of(call.session, dialogue.id),
        call.now,
        dates=date_queries.dates_of(call.session, dialogue),
        series=series_queries.shown_with(call.session, dialogue),
        preview=pages.Preview(path, ways.get("edit_path", ""), ways.get("publish_path", "")),
    )


def create_publication(call: Call) -> Any:
    """Publishes a draft."""
    dialogue: Dialogue = call.thing
    try:
        operations.publish(call.session, dialogue=dialogue, actor=call.viewer.actor, now=call.now)
    except operations.NotReady as refusal:
        return Answer(_home(call, problem=refusal.sentence), refusal.status)
    initiative = network.initiative(call.session, dialogue.initiative_id)
    return see_other(rules.workspace_path(initiative.slug, dialogue.slug) + "?neu=veroeffentlicht")


_DIALOGUE = "/arbeitsplatz/{initiative}/dialoge/{slug}"
_NEW = "/arbeitsplatz/{initiative}/dialoge/neu"

ROUTES = [
    route("GET", "/arbeitsplatz/{initiative}/", index, permission="member", loads=load_initiative),
    route("GET", _NEW, new, permission="organiser", loads=load_initiative),
    route("POST", _NEW, create, permission="organiser", loads=load_initiative, changes_state=True, rate="session"),
    route("GET", f"{_DIALOGUE}/vorschau", show_preview, permission="reader", loads=load_own_dialogue),
    route("GET", f"{_DIALOGUE}/bearbeiten", edit, permission="organiser", loads=load_own_dialogue),
    route(
        "POST",
        f"{_DIALOGUE}/bearbeiten",
        update,
        permission="organiser",
        loads=load_own_dialogue,
        changes_state=True,
        rate="session",
    ),
    route(
        "POST",
        f"{_DIALOGUE}/veroeffentlichung",
        create_publication,
        permission="organiser",
        loads=load_own_dialogue,
        changes_state=True,
        rate="session",
    ),
]
