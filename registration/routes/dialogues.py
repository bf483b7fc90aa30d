"""A published dialogue in the workspace: how it stands, and what changes it for people who are registered."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from starlette.responses import Response

from events import dates, forms, operations, series_queries
from events import queries as events
from events.forms import DialogueForm
from events.models import Dialogue, Offer
from events.operations import BelowTaken, Change, OfferInUse, SeriesRuns
from events.routes import workspace
from events.routes.workspace import load_own_dialogue
from events.rules import DialogueState
from events.workspace_pages import DialogueHomePage, EditPage, Task
from kit.db import ScopedSession
from kit.endpoint import Answer, Call, Loaded, see_other
from kit.errors import NotFound, Refused
from kit.frames import workspace_frame
from kit.i18n import _, format_moment, format_number, ngettext
from kit.journal import answered, remember
from kit.registry import route
from kit.settings import settings
from kit.zones import local
from network import queries as network
from network.rules import ADMITTED
from registration import answer_queries, desk_queries, queries
from registration.answer_pages import answer_counts
from registration.desk_forms import ReasonForm
from registration.desk_pages import AnswerCount, ChangePage, DialoguePage, EndPage, Head, Letters, SeatRow, head, tabs
from registration.rules import PlaceState, State

CHANGE_FLOW = "change-dialogue"
SOON = timedelta(days=2)


def load_live_dialogue(session: ScopedSession, params: Mapping[str, str]) -> Loaded:
    """The dialogue of an address of the workspace once it is published. Raises NotFound."""
    loaded = load_own_dialogue(session, params)
    if loaded.thing.state == DialogueState.DRAFT:
        raise NotFound
    return loaded


def role_of(call: Call) -> str:
    """The viewer's role in the initiative of the page."""
    return call.viewer.roles[call.initiative_id]


def head_of(call: Call, dialogue: Dialogue, part: str) -> Head:
    initiative = network.initiative(call.session, dialogue.initiative_id)
    return head(dialogue, initiative.slug, role_of(call), part)


def show(call: Call) -> DialogueHomePage:
    """One dialogue in the workspace; a published one with its registrations."""
    dialogue: Dialogue = call.thing
    home = workspace.show(call)
    if dialogue.state == DialogueState.DRAFT:
        return home
    counts = queries.state_counts(call.session, dialogue.id)
    seats = desk_queries.seats_by_offer(call.session, dialogue.id)
    told = desk_queries.told_of(call.session, dialogue)
    initiative = network.initiative(call.session, dialogue.initiative_id)
    known = {field.name: getattr(home, field.name) for field in fields(home)}
    known["tabs"] = tabs(dialogue, initiative.slug, role_of(call), "")
    known["done"] = home.done or _done(call, dialogue)
    return DialoguePage(
        **known,
        confirmed=counts.get(State.CONFIRMED, (0, 0))[1],
        groups=counts.get(State.CONFIRMED, (0, 0))[0],
        unconfirmed=counts.get(State.UNCONFIRMED, (0, 0))[0],
        waiting=counts.get(State.WAITING, (0, 0))[1],
        offered=counts.get(State.OFFERED, (0, 0))[1],
        arrived=desk_queries.arrived_counted(call.session, dialogue.id),
        rows=tuple(_seat_row(offer, dialogue, seats) for offer in events.offers_of(call.session, dialogue.id)),
        letters=None if told is None else Letters(local(told.at, dialogue.zone), told.letters, told.sent, told.stuck),
        tasks=_tasks(call, dialogue, home.path, home.start),
        list_path=f"{home.path}/anmeldungen",
        answers=_answers(call, dialogue),
    )


def _answers(call: Call, dialogue: Dialogue) -> tuple[AnswerCount, ...]:
    """What calendars answered, once one was asked and one did."""
    counts = answer_queries.answers_counted(call.session, dialogue.id)
    return answer_counts(counts) if settings().reply_address or any(counts) else ()


def _seat_row(offer: Offer, dialogue: Dialogue, seats: Mapping[tuple[str, str], int]) -> SeatRow:
    confirmed = seats.get((offer.id, PlaceState.CONFIRMED), 0)
    return SeatRow(
        title=offer.title or dialogue.title,
        confirmed=confirmed,
        held=sum(count for (offer_id, _state), count in seats.items() if offer_id == offer.id) - confirmed,
        capacity=offer.capacity,
        free=None if offer.capacity is None else max(0, offer.capacity - offer.taken),
    )


def _done(call: Call, dialogue: Dialogue) -> str:
    """What the last form did, in a sentence."""
    asked = call.query.get("neu", "")
    if asked == "unveraendert":
        return _("Es hat sich nichts geändert. Niemand bekommt eine E-Mail.")
    if asked not in ("geaendert", "verschoben", "abgesagt"):
        return ""
    number = queries.letters_a_change_sends(call.session, dialogue.id)
    if asked == "geaendert":
        return _("Die Änderung ist gespeichert.")
    said = _("Der Dialog ist verschoben.") if asked == "verschoben" else _("Der Dialog ist abgesagt.")
    if not number:
        return said
    letters = ngettext("%(num)s E-Mail geht jetzt hinaus.", "%(num)s E-Mails gehen jetzt hinaus.", number)
    return f"{said} {letters % {'num': format_number(number)}}"


def _tasks(call: Call, dialogue: Dialogue, path: str, start: datetime) -> tuple[Task, ...]:
    """What comes next, for those who may do it; `start` is that of the next date, on the wall."""
    if role_of(call) not in ADMITTED["organiser"]:
        return ()
    found: list[Task] = []
    soon = start - SOON <= local(call.now, dialogue.zone) and call.now <= dialogue.ends_at
    if dialogue.state == DialogueState.POSTPONED:
        found.append(
            Task(
                _("Neuen Termin eintragen"),
                _("Wer angemeldet ist, behält seinen Platz und bekommt den Termin als E-Mail."),
                f"{path}/bearbeiten",
                _("Termin eintragen"),
            )
        )
    holds = desk_queries.holds_counted(call.session, dialogue.id, now=call.now)
    if holds and dialogue.state == DialogueState.PUBLISHED:
        found.append(
            Task(
                _("Gehaltene Plätze ansehen"),
                ngettext(
                    "%(num)d Anmeldung hält Plätze, ohne dass die Adresse bestätigt ist.",
                    "%(num)d Anmeldungen halten Plätze, ohne dass die Adresse bestätigt ist.",
                    holds,
                )
                % {"num": holds},
                f"{path}/anmeldungen?stand={State.UNCONFIRMED}",
                _("Liste öffnen"),
            )
        )
    if dialogue.state == DialogueState.PUBLISHED and soon:
        found.append(
            Task(
                _("Namensschilder drucken"),
                _("Zehn auf einem Blatt A4, mit Code für den Einlass."),
                f"{path}/ausweise",
                _("Schilder ansehen"),
                due=start,
            )
        )
        found.append(
            Task(
                _("Einlass öffnen"),
                _("Sie suchen den Namen und haken die Person ab."),
                f"{path}/einlass",
                _("Zum Einlass"),
                due=start,
            )
        )
    if dialogue.state in (DialogueState.HELD, DialogueState.CLOSED):
        found.append(
            Task(
                _("Umfrage ansehen"),
                _("Wer da war, wird nach seiner Meinung gefragt."),
                f"{path}/ergebnis",
                _("Ergebnis öffnen"),
            )
        )
    return tuple(found)


def update(call: Call) -> Any:
    """Changes a published dialogue. What people are told of is shown first and saved by the second button."""
    dialogue: Dialogue = call.thing
    form = DialogueForm.parse(call.form)
    if call.form.get("step") == "edit":
        form.validate()
        return _edit_page(call, form)
    if not form.validate():
        return Answer(_edit_page(call, form), 422)
    # The row is locked before the answer is looked up: of two clicks at once the second sees the first.
    operations.lock_dialogue(call.session, dialogue.id)
    path = head_of(call, dialogue, "").path
    key: dict[str, Any] = {"initiative_id": dialogue.initiative_id, "key": form.form_key.data, "flow": CHANGE_FLOW}
    if answered(call.session, **key) is not None:
        return see_other(f"{path}?neu=geaendert")
    before = forms.filled(dialogue, (), events.programme_of(call.session, dialogue.id))
    attempt = call.session.begin_nested()
    try:
        change = _apply(call, dialogue, form)
    except (BelowTaken, OfferInUse) as refusal:
        form.refuse_seats(refusal.sentence)
        return Answer(_edit_page(call, form), 422)
    except SeriesRuns as refusal:
        form.start.errors = [refusal.sentence]
        return Answer(_edit_page(call, form), 422)
    if not change:
        return see_other(f"{path}?neu=unveraendert")
    if change.calendar and call.form.get("step") != "save":
        attempt.rollback()
        letters = queries.letters_a_change_sends(call.session, dialogue.id)
        if letters or change.lost:
            return _preview(call, form, before, change, letters)
        _apply(call, dialogue, form)
    else:
        attempt.commit()
    remember(call.session, **key, object_id=dialogue.id, now=call.now)
    return see_other(f"{path}?neu=geaendert")


def _apply(call: Call, dialogue: Dialogue, form: DialogueForm) -> Change:
    offers: Sequence[Offer] = events.offers_of(call.session, dialogue.id)
    return operations.change_dialogue(
        call.session,
        dialogue=dialogue,
        value=form.value(),
        offers=form.offer_values(offers),
        programme=form.programme_values(),
        version=form.opened_with(),
        actor=call.viewer.actor,
        now=call.now,
    )


def _edit_page(call: Call, form: DialogueForm) -> EditPage:
    dialogue: Dialogue = call.thing
    top = head_of(call, dialogue, "bearbeiten")
    initiative = network.initiative(call.session, dialogue.initiative_id)
    return EditPage(
        frame=workspace_frame(call, nav="overview", initiative=initiative, path=f"{top.path}/bearbeiten"),
        heading=_("Dialog bearbeiten"),
        form=form,
        form_id=CHANGE_FLOW,
        action=f"{top.path}/aenderung",
        button=_("Änderung prüfen"),
        back_path=top.path,
        back_label=dialogue.title,
        formats=workspace.format_notes(),
        affected=queries.letters_a_change_sends(call.session, dialogue.id),
        tabs=top.tabs,
        series=series_queries.names(call.session, initiative.id),
    )


def _preview(call: Call, form: DialogueForm, before: Mapping[str, Any], change: Change, letters: int) -> ChangePage:
    dialogue: Dialogue = call.thing
    top = head_of(call, dialogue, "")
    initiative = network.initiative(call.session, dialogue.initiative_id)
    return ChangePage(
        frame=workspace_frame(call, nav="overview", initiative=initiative, path=f"{top.path}/bearbeiten"),
        head=top,
        action=f"{top.path}/aenderung",
        changes=_changes(form, before, change),
        letters=letters,
        values=tuple((name, str(value)) for name, value in call.form.multi_items() if name != "step"),
    )


def _changes(form: DialogueForm, before: Mapping[str, Any], change: Change) -> tuple[tuple[str, str, str], ...]:
    """What people are told of: label, as it was, as it will be."""
    told = (
        "title",
        "start",
        "end",
        "zone",
        "place",
        "street",
        "postcode",
        "city",
        "online",
        "online_link",
        "programme",
    )
    found = tuple(
        (form[name].label.text, _shown(before[name]), _shown(form[name].data))
        for name in told
        if change.fields & {name, f"regular_{name}"} and (before[name] or "") != (form[name].data or "")
    )
    if "repetition" in change.fields:
        often, number = dict(form.repeat.choices), form.repeat_dates
        found += (
            (form.repeat.label.text, often[before["repeat"]], often[form.repeat.data]),
            (number.label.text, str(before["repeat_dates"] or 1), str(number.data if form.repeat.data else 1)),
        )
    found += tuple(
        (_("Einzelner Termin"), dates.line(date), _("Diese Änderung gilt nicht mehr.")) for date in change.lost
    )
    return found or ((_("Angebote"), "", _("Zeit, Ort oder Titel eines Angebots")),)


def _shown(value: str | bool | None) -> str:
    if isinstance(value, bool):
        return _("ja") if value else _("nein")
    try:
        return format_moment(datetime.fromisoformat(value or ""))
    except ValueError:
        return ", ".join((value or "–").splitlines())


def edit_postponement(call: Call) -> EndPage:
    """Asks before a dialogue is postponed."""
    _refuse_over(call, (DialogueState.PUBLISHED,), _("Nur ein veröffentlichter Dialog lässt sich verschieben."))
    return _postpone_page(call, ReasonForm())


def _postpone_page(call: Call, form: ReasonForm) -> EndPage:
    return _end_page(
        call,
        form,
        heading=_("Dialog verschieben"),
        lead=_(
            "Der Termin gilt dann nicht mehr. Alle behalten ihren Platz. "
            "Den neuen Termin tragen Sie ein, sobald er feststeht."
        ),
        form_id="postpone",
        end="verschiebung",
        button=_("Dialog verschieben"),
    )


def update_postponement(call: Call) -> Answer | Response:
    """The date no longer holds."""
    form = ReasonForm.parse(call.form)
    if not form.validate():
        return Answer(_postpone_page(call, form), 422)
    operations.postpone(
        call.session, dialogue=call.thing, reason=form.reason.data or "", actor=call.viewer.actor, now=call.now
    )
    return see_other(f"{head_of(call, call.thing, '').path}?neu=verschoben")


def edit_cancellation(call: Call) -> EndPage:
    """Asks before a dialogue is cancelled."""
    _refuse_over(
        call,
        (DialogueState.PUBLISHED, DialogueState.POSTPONED),
        _("Nur ein veröffentlichter Dialog lässt sich absagen."),
    )
    return _cancel_page(call, ReasonForm(needed=True))


def _cancel_page(call: Call, form: ReasonForm) -> EndPage:
    return _end_page(
        call,
        form,
        heading=_("Dialog absagen"),
        lead=_("Das lässt sich nicht zurücknehmen. Die Seite bleibt stehen und sagt, dass der Dialog ausfällt."),
        form_id="cancel-dialogue",
        end="absage",
        button=_("Dialog absagen"),
    )


def update_cancellation(call: Call) -> Answer | Response:
    """It does not take place."""
    form = ReasonForm.parse(call.form, needed=True)
    if not form.validate():
        return Answer(_cancel_page(call, form), 422)
    operations.cancel(call.session, dialogue=call.thing, reason=form.reason.data, actor=call.viewer.actor, now=call.now)
    return see_other(f"{head_of(call, call.thing, '').path}?neu=abgesagt")


def _refuse_over(call: Call, states: tuple[DialogueState, ...], sentence: str) -> None:
    if call.thing.state not in states:
        raise Refused(sentence)


def _has_begun(call: Call) -> bool:
    """One of several dates has begun."""
    return (
        bool(call.thing.repetition) and call.thing.state == DialogueState.PUBLISHED and call.thing.starts_at <= call.now
    )


def _end_page(call: Call, form: ReasonForm, *, heading: str, lead: str, form_id: str, end: str, button: str) -> EndPage:
    top = head_of(call, call.thing, "")
    initiative = network.initiative(call.session, call.thing.initiative_id)
    return EndPage(
        frame=workspace_frame(call, nav="overview", initiative=initiative, path=f"{top.path}/{end}"),
        head=top,
        heading=heading,
        lead=lead,
        form_id=form_id,
        action=f"{top.path}/{end}",
        form=form,
        button=button,
        letters=queries.letters_a_change_sends(call.session, call.thing.id),
        date_path=f"{top.path}/bearbeiten" if end == "verschiebung" else "",
        dates_path=f"{top.path}/termine" if end == "absage" and _has_begun(call) else "",
    )


BASE = "/arbeitsplatz/{initiative}/dialoge/{slug}"
_ORGANISER: dict[str, Any] = {"permission": "organiser", "loads": load_live_dialogue}
_POST: dict[str, Any] = {**_ORGANISER, "changes_state": True, "rate": "session"}

ROUTES = [
    route("GET", BASE, show, permission="reader", loads=load_own_dialogue),
    route("POST", f"{BASE}/aenderung", update, **_POST),
    route("GET", f"{BASE}/verschiebung", edit_postponement, **_ORGANISER),
    route("POST", f"{BASE}/verschiebung", update_postponement, **_POST),
    route("GET", f"{BASE}/absage", edit_cancellation, **_ORGANISER),
    route("POST", f"{BASE}/absage", update_cancellation, **_POST),
]
