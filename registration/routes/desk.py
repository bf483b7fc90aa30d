"""The organisers' list of registrations and one registration."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from events import queries as events
from events.models import Dialogue
from events.rules import DialogueState
from kit.db import ScopedSession
from kit.endpoint import Answer, Call, Loaded, see_other
from kit.errors import NotFound, Refused
from kit.frames import workspace_frame
from kit.i18n import _, ngettext
from kit.registry import route
from kit.templates import Frame
from kit.zones import local
from mail import queries as mail
from network import queries as network
from network.models import Initiative
from network.rules import ADMITTED
from registration import answer_queries, desk_queries, operations, queries
from registration.access_needs import access_need_of, with_access_need
from registration.answer_pages import answer_rows, answer_sign
from registration.desk_forms import AddForm
from registration.desk_pages import (
    AddPage,
    CancelPage,
    HistoryRow,
    ListPage,
    ListRow,
    PersonRow,
    RegistrationPage,
    StateChip,
    page_number,
    state_labels,
    state_sign,
)
from registration.forms import access_words, ticked
from registration.letter_pages import letter_line
from registration.operations.desk import may_be_confirmed
from registration.operations.refusals import Full
from registration.routes.dialogues import BASE, head_of, load_live_dialogue, role_of
from registration.rules import MOST_PARTICIPANTS, CancelReason, State
from registration.seating_forms import SeatingForm
from registration.seating_pages import seat_errors, seat_row

PAGE_SIZE = 50
CHUNK = 500
PART = "anmeldungen"


def load_registration(session: ScopedSession, params: Mapping[str, str]) -> Loaded:
    """The dialogue and the registration that an address of the workspace names. Raises NotFound."""
    loaded = load_live_dialogue(session, params)
    found = queries.registration_by_id(session, params["registration"])
    if found is None or found.dialogue_id != loaded.thing.id:
        raise NotFound
    return replace(loaded, thing=(loaded.thing, found))


def organises(call: Call) -> bool:
    return role_of(call) in ADMITTED["organiser"]


def _initiative(call: Call) -> Initiative:
    assert call.initiative_id is not None
    return network.initiative(call.session, call.initiative_id)


def _frame(call: Call, path: str) -> Frame:
    return workspace_frame(call, nav="overview", initiative=_initiative(call), path=path)


def index(call: Call) -> ListPage:
    """The list: search, filter, fifty on a page."""
    dialogue: Dialogue = call.thing
    top = head_of(call, dialogue, PART)
    path = f"{top.path}/{PART}"
    words = call.query.get("q", "").strip()[:100]
    labels = state_labels()
    state = call.query.get("stand", "") if call.query.get("stand", "") in labels else ""
    search: dict[str, Any] = {"words": words.split()[:8], "state": state}
    counts = queries.state_counts(call.session, dialogue.id, words=search["words"])
    shown = [counts.get(one, (0, 0)) for one in ([state] if state else labels)]
    total = sum(registrations for registrations, _persons in shown)
    pages = max(1, -(-total // PAGE_SIZE))
    number = min(page_number(call.query.get("seite", "")), pages)
    offset = (number - 1) * PAGE_SIZE
    found = queries.registrations_listed(call.session, dialogue.id, **search, offset=offset, limit=PAGE_SIZE)
    ids = [row.id for row in found]
    people = queries.participants_of_many(call.session, ids)
    offers = desk_queries.offers_of_many(call.session, ids)
    ranks = desk_queries.ranks_of_many(call.session, dialogue.id, ids)
    answers = answer_queries.shown_answers(call.session, ids)
    needs = with_access_need(call.session, ids)
    may = organises(call)

    def page_path(wanted: int = 1, *, stand: str = state) -> str:
        kept = {"q": words, "stand": stand, "seite": str(wanted) if wanted > 1 else ""}
        asked = urlencode({name: value for name, value in kept.items() if value})
        return f"{path}?{asked}" if asked else path

    chips = [StateChip(page_path(stand=""), _("Alle"), sum(number for number, _persons in counts.values()), not state)]
    for value, label in labels.items():
        if value in counts or value == state:
            chips.append(StateChip(page_path(stand=value), label, counts.get(value, (0, 0))[0], value == state))
    return ListPage(
        frame=workspace_frame(call, nav="overview", initiative=_initiative(call)),
        head=top,
        rows=tuple(
            ListRow(
                path=f"{path}/{row.id}",
                name=row.name or "",
                email=row.email or "",
                persons=len(people[row.id]),
                offer=offers[row.id].title if row.id in offers else "",
                sign=state_sign(row, dialogue.zone, ranks.get(row.id, 0)),
                since=local(row.created_at, dialogue.zone),
                access_need=row.id in needs,
                answer=answer_sign(answers.get(row.id, "")) if row.state == State.CONFIRMED else None,
            )
            for row in found
        ),
        words=words,
        state=state,
        chips=tuple(chips),
        total=total,
        persons=sum(persons for _registrations, persons in shown),
        first=offset + 1,
        last=offset + len(found),
        before_path=page_path(number - 1) if number > 1 else "",
        after_path=page_path(number + 1) if number < pages else "",
        add_path=f"{path}/neu" if may and _takes_people(call, dialogue) else "",
        tables_path=f"{top.path}/tische" if may and counts.get(State.CONFIRMED) else "",
        download_path=f"{path}/tabelle" if may else "",
        offers=_offer_choices(call, dialogue) if may else (),
        release_path=f"{path}/freigabe" if may else "",
        holds=desk_queries.holds_counted(call.session, dialogue.id, now=call.now),
        done=_released(call),
    )


def _offer_choices(call: Call, dialogue: Dialogue) -> tuple[tuple[str, str], ...]:
    """What a list on paper may be about, where there is a choice."""
    found = events.offers_of(call.session, dialogue.id)
    return tuple((offer.key, offer.title or dialogue.title) for offer in found) if len(found) > 1 else ()


def _takes_people(call: Call, dialogue: Dialogue) -> bool:
    return dialogue.state in (DialogueState.PUBLISHED, DialogueState.POSTPONED) and dialogue.ends_at > call.now


def _refuse_past(call: Call, dialogue: Dialogue) -> None:
    if not _takes_people(call, dialogue):
        raise Refused(_("Dieser Dialog ist abgesagt oder vorbei. An den Anmeldungen ändert sich nichts mehr."))


def _released(call: Call) -> str:
    number = call.query.get("frei", "")
    if not (number.isascii() and number.isdigit() and len(number) < 6):
        return ""
    count = int(number)
    if count == 0:
        return _("Es gab nichts freizugeben. Niemand bekommt eine E-Mail.")
    return ngettext(
        "Die Plätze von %(num)d Anmeldung sind wieder frei. Eine E-Mail geht hinaus.",
        "Die Plätze von %(num)d Anmeldungen sind wieder frei. Die E-Mails gehen hinaus.",
        count,
    ) % {"num": count}


def release_holds(call: Call) -> Response:
    """Takes the seats of all sign-ups without a confirmed address back, each with a letter."""
    dialogue: Dialogue = call.thing
    released = operations.release_holds(call.session, dialogue=dialogue, actor=call.viewer.actor, now=call.now)
    return see_other(f"{head_of(call, dialogue, PART).path}/{PART}?frei={released}")


def new(call: Call) -> AddPage:
    """The form for adding somebody by hand."""
    _refuse_past(call, call.thing)
    return _add_page(call, AddForm(**_choices(call)))


def _choices(call: Call) -> dict[str, Any]:
    dialogue: Dialogue = call.thing
    offers = events.offers_of(call.session, dialogue.id)
    if not offers:
        raise Refused(_("Zu diesem Dialog meldet man sich nicht hier an. Es gibt keine Plätze zu vergeben."))
    return {
        "offers": [(offer.key, offer.title or dialogue.title) for offer in offers],
        "party_limit": min(MOST_PARTICIPANTS, dialogue.party_limit),
    }


def _add_page(call: Call, form: AddForm) -> AddPage:
    top = head_of(call, call.thing, PART)
    action = f"{top.path}/{PART}/neu"
    words = access_words(by_hand=True)
    return AddPage(frame=_frame(call, action), head=top, action=action, form=form, access=words)


def create(call: Call) -> Answer | Response:
    """Adds somebody by hand, within the seats there are. The same form sent again leads to the same registration."""
    dialogue: Dialogue = call.thing
    _refuse_past(call, dialogue)
    form = AddForm.parse(call.form, **_choices(call))
    if not form.validate():
        return Answer(_add_page(call, form), 422)
    offer = next(offer for offer in events.offers_of(call.session, dialogue.id) if offer.key == form.offer.data)
    try:
        registration = operations.add_by_hand(
            call.session,
            dialogue=dialogue,
            party=form.party(offer.id),
            form_key=form.form_key.data,
            actor=call.viewer.actor,
            now=call.now,
        )
    except Full as refusal:
        form.participants.errors = [refusal.sentence]
        return Answer(_add_page(call, form), 422)
    return see_other(f"{head_of(call, dialogue, PART).path}/{PART}/{registration.id}?neu=eingetragen")


def show(call: Call) -> RegistrationPage:
    """One registration with its people, letters and history."""
    done = {
        "eingetragen": _("Eingetragen. Der Platz ist bestätigt."),
        "bestaetigt": _("Der Platz ist bestätigt."),
        "abgesagt": _("Die Absage gilt."),
        "tische": _("Die Tische sind gespeichert."),
        "widerrufen": _("Die Einwilligung ist zurückgenommen."),
        "versand": _("Die E-Mail geht noch einmal hinaus."),
        "geloescht": _("Die Daten sind gelöscht. Die Anmeldung zählt weiter, ohne Namen."),
    }
    return registration_page(call, done=done.get(call.query.get("neu", ""), ""))


def registration_page(
    call: Call, *, done: str = "", problem: str = "", seating: SeatingForm | None = None
) -> RegistrationPage:
    """The page of one registration; `seating` is a form of tables that could not be taken."""
    dialogue, registration = call.thing
    top = head_of(call, dialogue, PART)
    path = f"{top.path}/{PART}/{registration.id}"
    people = queries.participants_of(call.session, registration.id)
    tables = {person.id: seat_row(person, seating or SeatingForm()) for person in people}
    arrivals = desk_queries.arrivals_of_many(call.session, [registration.id])
    offer = desk_queries.offers_of_many(call.session, [registration.id]).get(registration.id)
    rank = desk_queries.ranks_of_many(call.session, dialogue.id, [registration.id]).get(registration.id, 0)
    may = organises(call) and _takes_people(call, dialogue)
    answer = answer_queries.shown_answers(call.session, [registration.id]).get(registration.id, "")
    printed = organises(call) and not registration.email and registration.name is not None
    return RegistrationPage(
        frame=_frame(call, path),
        head=top,
        name=registration.name or "",
        reference=registration.reference,
        state=state_sign(registration, dialogue.zone, rank),
        email=registration.email or "",
        organisation=registration.organisation or "",
        offer=offer.title if offer else "",
        letter_language=_("Englisch") if registration.language == "en" else _("Deutsch"),
        source=_("von Hand") if registration.source == "organiser" else _("auf der Anmeldeseite"),
        since=local(registration.created_at, dialogue.zone),
        access_need=access_need_of(call.session, registration.id) if organises(call) else "",
        has_access_need=bool(with_access_need(call.session, [registration.id])),
        people=tuple(
            PersonRow(
                person.name or "",
                local(arrivals[person.id].at, dialogue.zone) if person.id in arrivals else None,
                person.no_photo,
                tables[person.id],
            )
            for person in people
        ),
        tables_path=f"{path}/tische" if organises(call) and registration.state == State.CONFIRMED else "",
        errors=seat_errors(list(tables.values())),
        letters=tuple(
            letter_line(
                letter,
                at=local(letter.sent_at or letter.created_at, dialogue.zone),
                people_path=f"{top.path}/{PART}",
                again=organises(call),
            )
            for letter in mail.letters_of_registration(call.session, registration.id)
        ),
        history=tuple(
            HistoryRow(local(row.at, dialogue.zone), _action(row.action), _who(row.actor))
            for row in desk_queries.history_of(call.session, registration.id)
        ),
        answer=answer_sign(answer) if registration.state == State.CONFIRMED else None,
        answers=answer_rows(answer_queries.answers_of(call.session, registration.id), dialogue.zone),
        confirm_path=f"{path}/zusage" if may and may_be_confirmed(registration) else "",
        cancel_path=f"{path}/absage" if may and registration.state not in _OVER else "",
        consents=tuple(row.purpose for row in queries.consents_of(call.session, registration.id)),
        withdraw_path=f"{path}/widerruf" if organises(call) else "",
        erase_path=f"{path}/loeschung" if organises(call) and registration.erased_at is None else "",
        print_path=f"{path}/brief" if printed else "",
        ticket_path=f"{path}/ticket.pdf" if printed and registration.state == State.CONFIRMED else "",
        done=done,
        problem=problem,
    )


_OVER = (State.CANCELLED, State.DECLINED)


def _action(action: str) -> str:
    known = {
        "registration.create": _("Angemeldet"),
        "registration.confirm": _("Platz bestätigt"),
        "registration.wait": _("Auf die Warteliste gesetzt"),
        "registration.no_seat": _("Kein Platz mehr frei"),
        "registration.offer": _("Platz angeboten"),
        "registration.offer_reminder": _("An das Angebot erinnert"),
        "registration.offer_ended": _("Angebot abgelaufen"),
        "registration.hold_ended": _("Platz nicht mehr gehalten"),
        "registration.extend": _("Platz länger gehalten"),
        "registration.rename": _("Namen geändert"),
        "registration.answer": _("Antwort aus dem Kalender"),
        "registration.answer_void": _("Absage aus dem Kalender ohne Folge"),
        "registration.counter": _("Anderen Termin vorgeschlagen"),
        "registration.kept": _("Absage zurückgenommen"),
        "registration.table": _("Tisch geändert"),
        "registration.cancelled": _("Abgesagt"),
        "registration.part_cancelled": _("Zum Teil abgesagt"),
        "registration.declined": _("Angebot abgelehnt"),
        "registration.told": _("Über eine Änderung geschrieben"),
        "registration.erase": _("Angaben gelöscht"),
        "registration.consent_withdrawn": _("Einwilligung zurückgenommen"),
        "registration.retention": _("Angaben zum genannten Tag gelöscht"),
        "registration.access_need": _("Angabe zum Zugang geändert"),
        "registration.access_need_retention": _("Angabe zum Zugang zum genannten Tag gelöscht"),
        "arrival.create": _("Angekommen"),
        "arrival.undo": _("Ankunft zurückgenommen"),
    }
    return known.get(action, action)


def _who(actor: str) -> str:
    kind = actor.partition(":")[0]
    return {"person": _("Initiative"), "contact": _("Gast")}.get(kind, _("von selbst"))


def confirm(call: Call) -> Answer | Response:
    """Gives somebody a confirmed seat."""
    dialogue, registration = call.thing
    _refuse_past(call, dialogue)
    try:
        operations.confirm_by_hand(call.session, registration=registration, actor=call.viewer.actor, now=call.now)
    except Refused as refusal:
        return Answer(registration_page(call, problem=refusal.sentence), refusal.status)
    return see_other(f"{head_of(call, dialogue, PART).path}/{PART}/{registration.id}?neu=bestaetigt")


def withdraw_consent(call: Call) -> Response:
    """Notes that somebody took a consent back, by telephone or letter."""
    dialogue, registration = call.thing
    operations.withdraw_consent(
        call.session,
        registration=registration,
        purpose=str(call.form.get("purpose", "")),
        actor=call.viewer.actor,
        now=call.now,
    )
    return see_other(f"{head_of(call, dialogue, PART).path}/{PART}/{registration.id}?neu=widerrufen")


def edit_cancellation(call: Call) -> CancelPage | Response:
    """Asks before somebody's registration, or some people of it, are cancelled."""
    return _cancel_page(call)


def _cancel_page(call: Call, problem: str = "") -> CancelPage | Response:
    dialogue, registration = call.thing
    _refuse_past(call, dialogue)
    top = head_of(call, dialogue, PART)
    path = f"{top.path}/{PART}/{registration.id}"
    if registration.state in _OVER:
        return see_other(path)
    return CancelPage(
        frame=_frame(call, f"{path}/absage"),
        head=top,
        back_path=path,
        action=f"{path}/absage",
        name=registration.name or "",
        people=tuple(
            (person.position, person.name or "") for person in queries.participants_of(call.session, registration.id)
        ),
        told=bool(registration.email),
        problem=problem,
    )


def update_cancellation(call: Call) -> Response | Answer:
    """Cancels somebody's registration, or the ticked people of it."""
    dialogue, registration = call.thing
    _refuse_past(call, dialogue)
    actor, now = call.viewer.actor, call.now
    if call.form.get("was") != "auswahl":
        operations.cancel_by_hand(call.session, registration=registration, actor=actor, now=now)
    elif positions := ticked([str(value) for value in call.form.getlist("person")]):
        reason = CancelReason.BY_ORGANISER
        operations.cancel_people(
            call.session, registration=registration, positions=positions, reason=reason, actor=actor, now=now
        )
    else:
        page = _cancel_page(call, _("Bitte wählen Sie, wer nicht kommt."))
        return page if isinstance(page, Response) else Answer(page, 422)
    return see_other(f"{head_of(call, dialogue, PART).path}/{PART}/{registration.id}?neu=abgesagt")


_ORGANISER: dict[str, Any] = {"permission": "organiser"}
_POST: dict[str, Any] = {"permission": "organiser", "changes_state": True, "rate": "session"}
_LIST = f"{BASE}/{PART}"
ONE = f"{_LIST}/{{registration}}"

ROUTES = [
    route("GET", _LIST, index, permission="reader", loads=load_live_dialogue),
    route("GET", f"{_LIST}/neu", new, loads=load_live_dialogue, **_ORGANISER),
    route("POST", f"{_LIST}/neu", create, loads=load_live_dialogue, **_POST),
    route("POST", f"{_LIST}/freigabe", release_holds, loads=load_live_dialogue, **_POST),
    route("GET", ONE, show, permission="reader", loads=load_registration),
    route("POST", f"{ONE}/zusage", confirm, loads=load_registration, **_POST),
    route("POST", f"{ONE}/widerruf", withdraw_consent, loads=load_registration, **_POST),
    route("GET", f"{ONE}/absage", edit_cancellation, loads=load_registration, **_ORGANISER),
    route("POST", f"{ONE}/absage", update_cancellation, loads=load_registration, **_POST),
]
