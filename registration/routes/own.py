"""The person's own page: state, ticket, names, offer, cancellation, calendar."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from markupsafe import Markup
from starlette.responses import Response

from events import queries as events
from events.date_queries import dates_of
from events.feeds import single
from events.models import Dialogue
from events.rules import list_ends_at, list_is_over
from kit import qr
from kit.db import ScopedSession, row_by_id
from kit.endpoint import Answer, Call, Endpoint, Loaded, see_other
from kit.errors import Refused
from kit.i18n import _
from kit.pdf import PdfFailed, PdfUnavailable
from kit.registry import Declared, route
from kit.settings import settings
from kit.text import file_name
from kit.zones import local
from registration import answer_queries, letters, operations, pages, queries
from registration.access_needs import access_need_of
from registration.attachments import make_ticket
from registration.codes import participant_code
from registration.forms import AccessNeedForm, NamesForm, access_words, ticked
from registration.models import Invitation, Participant, Registration
from registration.operations import answers
from registration.operations.refusals import PeopleChanged
from registration.own_calendar import calendar_path, own_entry
from registration.routes import shown
from registration.routes.links import load_by_token
from registration.rules import ACTIVE, CancelReason, Partstat, State

OWN_PATH = "/anmeldung/{token}"


class Past(Refused):
    def default(self) -> str:
        return _("Dieser Dialog ist vorbei. An der Anmeldung lässt sich nichts mehr ändern.")


class NoTicket(Refused):
    def default(self) -> str:
        return _("Ticket und Kalendereintrag gibt es, sobald Ihr Platz bestätigt ist.")


class NoPdf(Refused):
    status = 503

    def default(self) -> str:
        return _("Das PDF gelingt gerade nicht. Ihr Ticket steht auch auf Ihrer Seite und gilt am Handy genauso.")


def load_own(session: ScopedSession, params: Mapping[str, str]) -> Loaded:
    return load_by_token(session, params["token"], letters.OWN)


def show(call: Call) -> pages.OwnPage:
    """The registration and what can be done with it."""
    people = queries.participants_of(call.session, call.thing.id)
    return _own_page(call, people, NamesForm(participants=list(shown.names_of(people))))


def accept(call: Call) -> Response:
    """Takes the offered seats."""
    operations.accept_offer(call.session, registration=call.thing, now=call.now)
    return see_other(shown.own_path(call.thing))


def decline(call: Call) -> Response:
    """Gives the offered seats back."""
    operations.decline_offer(call.session, registration=call.thing, now=call.now)
    return see_other(shown.own_path(call.thing))


def keep(call: Call) -> Response:
    """Takes back what the person's calendar declined."""
    answers.keep(call.session, registration=call.thing, now=call.now)
    return see_other(f"{shown.own_path(call.thing)}?geaendert=behalten")


def change(call: Call) -> Response | Answer:
    """Sets the names of those who come."""
    registration: Registration = call.thing
    _refuse_past(call)
    people = queries.participants_of(call.session, registration.id)
    form = NamesForm.parse(call.form)
    asked = [str(key) for key in call.form.getlist("person")]
    dialogue = row_by_id(call.session, Dialogue, registration.dialogue_id)
    if asked != [person.id for person in people] and may_change(state_of(registration, dialogue, call.now)):
        typed = dict(zip(asked, form.participants.data, strict=False))
        names = [typed.get(person.id, person.name or "") for person in people]
        return Answer(
            _own_page(call, people, NamesForm(participants=names), names_problem=PeopleChanged().sentence), 422
        )
    if not form.for_count(len(people)).validate():
        return Answer(_own_page(call, people, form), 422)
    operations.change_names(
        call.session,
        registration=registration,
        names=dict(zip(asked, form.participants.data, strict=False)),
        actor=letters.contact_pseudonym(registration),
        now=call.now,
    )
    return see_other(f"{shown.own_path(registration)}?geaendert=ja")


def change_access_need(call: Call) -> Response | Answer:
    """Sets what somebody needs to take part."""
    registration: Registration = call.thing
    _refuse_past(call)
    form = AccessNeedForm.parse(call.form)
    if not form.validate():
        people = queries.participants_of(call.session, registration.id)
        page = _own_page(call, people, NamesForm(participants=list(shown.names_of(people))), form)
        return Answer(page, 422)
    operations.change_access_need(
        call.session,
        registration=registration,
        words=form.access_need.data or "",
        consent=form.need_consent(call.language),
        actor=letters.contact_pseudonym(registration),
        now=call.now,
    )
    return see_other(f"{shown.own_path(registration)}?geaendert=ja")


def new_cancellation(call: Call) -> Response | pages.CancelPage:
    """What cancelling means, with the buttons."""
    return _cancel_page(call)


def _cancel_page(call: Call, *, missing: bool = False) -> Response | pages.CancelPage:
    registration: Registration = call.thing
    dialogue = row_by_id(call.session, Dialogue, registration.dialogue_id)
    state = state_of(registration, dialogue, call.now)
    if not may_change(state):
        return see_other(shown.own_path(registration))
    initiative = shown.initiative_of(call, dialogue)
    offer = queries.offer_of(call.session, registration.id)
    return pages.CancelPage(
        frame=shown.frame(call, dialogue, initiative),
        sender=shown.sender(initiative),
        occasion=shown.occasion(call, dialogue, offer),
        path=shown.own_path(registration),
        state=state,
        people=tuple(
            (person.position, person.name or pages.person_label(place))
            for place, person in enumerate(queries.participants_of(call.session, registration.id))
        ),
        missing=missing,
        waiting=sum(party.size for party in queries.waiting_for(call.session, offer.id)),
    )


def create_cancellation(call: Call) -> Response | Answer:
    """The ticked people do not come, or the whole party."""
    registration: Registration = call.thing
    _refuse_past(call)
    path = shown.own_path(registration)
    if call.form.get("was") != "auswahl":
        operations.cancel(call.session, registration=registration, now=call.now)
        return see_other(path)
    positions = ticked([str(value) for value in call.form.getlist("person")])
    if not positions:
        page = _cancel_page(call, missing=True)
        return page if isinstance(page, Response) else Answer(page, 422)
    operations.cancel_people(
        call.session,
        registration=registration,
        positions=positions,
        reason=CancelReason.BY_PERSON,
        actor=letters.contact_pseudonym(registration),
        now=call.now,
    )
    return see_other(f"{path}?abgesagt=ja" if registration.state != State.CANCELLED else path)


def withdraw_consent(call: Call) -> Response:
    """Takes one consent back, for good."""
    registration: Registration = call.thing
    operations.withdraw_consent(
        call.session,
        registration=registration,
        purpose=str(call.form.get("purpose", "")),
        actor=letters.contact_pseudonym(registration),
        now=call.now,
    )
    return see_other(f"{shown.own_path(registration)}?geaendert=einwilligung")


def show_ticket(call: Call) -> Response:
    """The ticket as PDF, in the language of the page."""
    registration, dialogue = _with_seat(call)
    data = letters.ticket_data(
        registration,
        queries.participants_of(call.session, registration.id),
        dialogue,
        queries.offer_of(call.session, registration.id),
        shown.initiative_of(call, dialogue),
        dates_of(call.session, dialogue),
    )
    try:
        ticket = make_ticket(data | {"language": call.language})
    except (PdfFailed, PdfUnavailable) as error:
        raise NoPdf from error
    return _download(ticket.content, ticket.content_type, ticket.file_name)


def show_calendar(call: Call) -> Response:
    """The dialogue for the person's own calendar. Nothing in it opens the registration: people share calendars."""
    registration, dialogue = _with_seat(call)
    entry = own_entry(call.session, registration)
    if entry is None:
        raise NoTicket
    return _download(single(entry), "text/calendar; charset=utf-8", file_name(dialogue.title, ".ics"))


def _download(content: bytes, content_type: str, name: str) -> Response:
    return Response(
        content, headers={"content-type": content_type, "content-disposition": f'attachment; filename="{name}"'}
    )


def _with_seat(call: Call) -> tuple[Registration, Dialogue]:
    registration: Registration = call.thing
    dialogue = row_by_id(call.session, Dialogue, registration.dialogue_id)
    if registration.state != State.CONFIRMED or dialogue.state == "cancelled":
        raise NoTicket
    return registration, dialogue


def _refuse_past(call: Call) -> None:
    if call.session.get_one(Dialogue, call.thing.dialogue_id).ends_at <= call.now:
        raise Past


ENDED = {
    CancelReason.BY_PERSON: "by_person",
    CancelReason.BY_ORGANISER: "by_organiser",
    CancelReason.DIALOGUE: "dialogue",
    CancelReason.REPLACED: "replaced",
    CancelReason.DUPLICATE: "duplicate",
}


def state_of(registration: Registration, dialogue: Dialogue, now: datetime) -> str:
    """The state as the own page names it (see OwnPage): what a deadline has ended counts as ended before the sweep."""
    if registration.state == State.CANCELLED:
        return ENDED.get(CancelReason(registration.cancel_reason), "by_organiser")
    if registration.state == State.DECLINED:
        return "declined"
    if dialogue.state == "cancelled":
        return "dialogue"
    if dialogue.ends_at <= now:
        return "past"
    if registration.state in (State.UNCONFIRMED, State.EXPIRED) and registration.email_verified_at is None:
        held = registration.state == State.UNCONFIRMED and (registration.hold_until or now) >= now
        return "unconfirmed" if held else "hold_over"
    if registration.state == State.OFFERED and registration.offered_until and registration.offered_until > now:
        return "offered"
    if registration.cancel_reason == CancelReason.NO_SEAT:
        return "no_seat"
    if registration.state == State.WAITING:
        return "no_seat" if list_is_over(events.facts(dialogue), now) else "waiting"
    return "confirmed" if registration.state == State.CONFIRMED else "offer_over"


def may_change(state: str) -> bool:
    return state in ("unconfirmed", "hold_over", "waiting", "offered", "confirmed")


def _own_page(
    call: Call,
    people: Sequence[Participant],
    form: NamesForm,
    need_form: AccessNeedForm | None = None,
    *,
    names_problem: str = "",
) -> pages.OwnPage:
    registration: Registration = call.thing
    need = access_need_of(call.session, registration.id)
    need_form = need_form or AccessNeedForm(access_need=need or "")
    dialogue = row_by_id(call.session, Dialogue, registration.dialogue_id)
    offer = queries.offer_of(call.session, registration.id)
    initiative = shown.initiative_of(call, dialogue)
    state = state_of(registration, dialogue, call.now)
    invitation = queries.invitation_of(call.session, registration.id)
    path = shown.own_path(registration)
    confirmed = state == "confirmed"
    until = registration.offered_until if state == "offered" else registration.hold_until
    begins = shown.occasion(call, dialogue).start if dialogue.repetition else local(dialogue.starts_at, dialogue.zone)
    return pages.OwnPage(
        frame=shown.frame(call, dialogue, initiative, path=path),
        sender=shown.sender(initiative),
        occasion=shown.occasion(call, dialogue, offer),
        path=path,
        state=state,
        postponed=dialogue.state == "postponed",
        reason=dialogue.cancel_reason,
        reference=registration.reference,
        contact_name=registration.name or "",
        email=registration.email or "",
        names=shown.names_of(people),
        tables=tuple(person.table_label if confirmed else "" for person in people),
        codes=_codes(people) if confirmed else (),
        form=form,
        people=tuple(person.id for person in people),
        names_problem=names_problem,
        errors=tuple(("participants-0", _("Namen"), problem) for problem in (names_problem,) if problem)
        + tuple(
            (f"participants-{place}", pages.person_label(place), problem)
            for place, problem in sorted(form.participants.problems.items())
        )
        + tuple((field.id, str(field.label.text), sentence) for field, sentence in need_form.errors_in_order()),
        changeable=may_change(state),
        changed=call.query.get("geaendert") == "ja",
        parted=call.query.get("abgesagt") == "ja" and may_change(state),
        access_need=need,
        need_form=need_form,
        access=access_words(),
        consents=tuple(row.purpose for row in queries.consents_of(call.session, registration.id)),
        withdrawn=call.query.get("geaendert") == "einwilligung",
        calendar_address=settings().base_url + calendar_path(registration) if confirmed else "",
        calendar_renewed=call.query.get("geaendert") == "kalender",
        until=shown.wall(until, dialogue),
        list_deadline=local(list_ends_at(events.facts(dialogue)), dialogue.zone),
        list_over=list_is_over(events.facts(dialogue), call.now),
        position=queries.waiting_position(call.session, registration, offer.id) if state == "waiting" else 0,
        answer=invitation.answer.lower() if invitation is not None and confirmed else "",
        freed_at=shown.wall(_freed_at(call, registration, invitation), dialogue) if confirmed else None,
        kept=call.query.get("geaendert") == "behalten" and confirmed,
        confirm_path=shown.confirm_path(registration),
        earlier=_earlier(call, registration, dialogue, state),
        open_for_sign_up=not may_change(state) and events.sign_up_of(call.session, dialogue, call.now).open,
        bring=tuple(line.strip() for line in dialogue.bring.splitlines() if line.strip()),
        notices=tuple((entry["title"], entry["text"]) for entry in dialogue.notices),
        online_link=(offer.online_link or dialogue.online_link) if confirmed else "",
        contact=shown.contact(dialogue),
        steps=_steps(registration, dialogue, queries.turns_of(call.session, registration.id), begins, call.now),
        deletes_on=shown.deleted_on(dialogue, placed=registration.confirmed_at is not None),
        privacy_path=shown.privacy_path(dialogue),
        heard=events.published_report(call.session, dialogue, call.now) is not None,
    )


def _freed_at(call: Call, registration: Registration, invitation: Invitation | None) -> datetime | None:
    """When the place goes that the calendar declined."""
    if invitation is None or invitation.answer != Partstat.DECLINED:
        return None
    waiting = answer_queries.grace_of(call.session, registration.id)
    return waiting.act_at if waiting is not None else None


def _earlier(call: Call, registration: Registration, dialogue: Dialogue, state: str) -> tuple[pages.Earlier, ...]:
    if state not in ("duplicate", "replaced"):
        return ()
    rows = [row for row in queries.other_active(call.session, registration) if row.state in ACTIVE]
    return shown.earlier(call, dialogue, rows)


def _codes(people: Sequence[Participant]) -> tuple[pages.Code, ...]:
    """One code for each person; the drawing says whose it is."""
    found = []
    for place, person in enumerate(people):
        name = person.name or pages.person_label(place)
        drawing: Markup = qr.svg(participant_code(person.id), _("QR-Code für %(name)s") % {"name": name})
        found.append(pages.Code(name, drawing))
    return tuple(found)


TURNS = {"registration.offer": "offered", "registration.part_cancelled": "parted"}


def _steps(
    registration: Registration,
    dialogue: Dialogue,
    turns: Sequence[tuple[str, datetime]],
    begins: datetime,
    now: datetime,
) -> tuple[pages.Step, ...]:
    """What happened, and the dialogue itself as long as it is still to come for this person; `begins`: its next date."""
    facts = [
        ("signed_up", registration.created_at),
        ("verified", registration.email_verified_at),
        ("waiting", registration.waiting_since),
        ("confirmed", registration.confirmed_at),
        ("ended", registration.ended_at),
        *((TURNS[action], at) for action, at in turns),
    ]
    known = sorted(((kind, at) for kind, at in facts if at is not None), key=lambda fact: fact[1])
    rows = [pages.Step(kind, local(at, dialogue.zone), "done") for kind, at in known]
    if registration.ended_at is None and dialogue.state != "cancelled":
        rows.append(pages.Step("event", begins, "done" if dialogue.ends_at <= now else "open"))
    return tuple(rows)


def _shown(path: str, endpoint: Endpoint) -> Declared:
    return route("GET", OWN_PATH + path, endpoint, permission="token", loads=load_own, rate="token")


def _posted(path: str, endpoint: Endpoint) -> Declared:
    return route(
        "POST", OWN_PATH + path, endpoint, permission="token", loads=load_own, changes_state=True, rate="token"
    )


ROUTES = [
    _shown("", show),
    _posted("/zusage", accept),
    _posted("/ablehnung", decline),
    _posted("/behalten", keep),
    _posted("/namen", change),
    _posted("/widerruf", withdraw_consent),
    _posted("/angabe", change_access_need),
    _shown("/absage", new_cancellation),
    _posted("/absage", create_cancellation),
    _shown("/ticket.pdf", show_ticket),
    _shown("/kalender.ics", show_calendar),
]
