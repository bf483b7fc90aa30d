"""Signing up: the form, its receipt, the link that confirms the address, and links sent once more."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from starlette.background import BackgroundTask
from starlette.responses import HTMLResponse, RedirectResponse, Response

from events import queries as events
from events import rules as event_rules
from events.models import Dialogue, Offer
from kit.db import ScopedSession, row_by_id, wide
from kit.endpoint import Answer, Call, Loaded, see_other
from kit.errors import NotFound
from kit.forms import content_key
from kit.frames import public_frame
from kit.i18n import _
from kit.journal import answered
from kit.registry import route
from kit.templates import Stencils
from kit.tokens import derive, present
from kit.zones import local
from registration import operations, pages, queries
from registration.forms import (
    ChoiceForm,
    ExtendForm,
    LinkForm,
    SignUpForm,
    access_words,
    newsletter_words,
    photo_words,
    shown_at,
    shown_stamp,
    terms_words,
)
from registration.models import Registration
from registration.operations.links import send_links
from registration.operations.refusals import ChoiceNeeded
from registration.operations.sign_up import FLOW
from registration.routes import shown
from registration.routes.links import load_by_token
from registration.rules import FORGET_UNCONFIRMED_AFTER, MOST_PARTICIPANTS, State, extended_hold

RECEIPT = "receipt"


def load_dialogue(session: ScopedSession, params: Mapping[str, str]) -> Loaded:
    """The dialogue of a sign-up page. Raises NotFound for drafts and for what only invited people may see."""
    found = events.shown_by_slug(session, params["slug"])
    if found is None:
        raise NotFound
    return Loaded(found, found.initiative_id)


def load_receipt(session: ScopedSession, params: Mapping[str, str]) -> Loaded:
    """The registration of a receipt and its dialogue. Raises NotFound."""
    presented = present(params["receipt"])
    found = queries.registration_by_id(session, presented.object_id) if presented else None
    if presented is None or found is None or not presented.proves(RECEIPT, 1) or found.erased_at is not None:
        raise NotFound
    dialogue = row_by_id(session, Dialogue, found.dialogue_id)
    if dialogue.slug != params["slug"]:
        raise NotFound
    return Loaded((found, dialogue), found.initiative_id)


def load_to_confirm(session: ScopedSession, params: Mapping[str, str]) -> Loaded:
    return load_by_token(session, params["token"], "confirm")


# --- the form ---


# Stand in a drawn form for what differs each time. Nobody can type them.
_KEY, _STAMP, _FREE = secrets.token_hex(12), secrets.token_hex(12), 10**15 + secrets.randbelow(10**15)
_FORMS = Stencils()


def new(call: Call) -> Response | pages.ClosedPage:
    """The sign-up form, or why there is none."""
    dialogue: Dialogue = call.thing
    offers = events.offers_of(call.session, dialogue.id)
    if not events.sign_up_with(dialogue, offers, call.now).open:
        return _closed_page(call, dialogue, offers, late=False)
    choices = shown.choices(dialogue, offers)
    values = {_KEY: secrets.token_urlsafe(18), _STAMP: shown_stamp(dialogue.id, call.now)}
    if len(choices) == 1 and (choices[0].free or 0) > 1:
        # How many seats are free changes with each sign-up.
        values[str(_FREE)] = str(choices[0].free)
        choices = (replace(choices[0], free=_FREE),)
    page = _sign_up_page(call, dialogue, choices)
    return HTMLResponse(_FORMS.fill(page, values, lambda: _with_form(page, SignUpForm(form_key=_KEY, shown_at=_STAMP))))


def create(call: Call) -> Response | Answer | pages.SignUpPage:
    """One party. The same form sent twice leads to the same receipt."""
    dialogue: Dialogue = call.thing
    offers = events.offers_of(call.session, dialogue.id)
    form = SignUpForm.parse(call.form)
    form.for_offers([offer.key for offer in offers], party_limit=dialogue.party_limit)
    # A key belongs to one form of one dialogue. Who goes back and mends the address sends another form.
    key = f"{dialogue.id}:{form.form_key.data}:{content_key(call.form)}"
    accepted = _accepts(call, dialogue, offers, form)
    typing_at = form.edit_party(str(call.form.get("action", "")))
    if not accepted or typing_at is not None or not form.validate():
        # What this form made before counts more than what is wrong with it now. A good form is asked under the lock.
        known = answered(call.session, initiative_id=dialogue.initiative_id, key=key, flow=FLOW)
        if known is not None:
            return see_other(_receipt_path(dialogue, known))
        if not accepted:
            return Answer(_closed_page(call, dialogue, offers, late=True), 409)
        if typing_at is not None:
            return _typed_page(call, dialogue, offers, form, typing_at=typing_at)
        return Answer(_typed_page(call, dialogue, offers, form), 422)
    chosen = next(offer for offer in offers if offer.key == form.offers.data)
    registration = operations.register(
        call.session,
        dialogue=dialogue,
        party=form.party(offer_id=chosen.id, language=call.language, remote=_is_remote(dialogue)),
        form_key=key,
        now=call.now,
    )
    return see_other(_receipt_path(dialogue, registration.id))


def _is_remote(dialogue: Dialogue) -> bool:
    """Nobody meets in a room: what one declares says so."""
    return dialogue.online and not dialogue.place and not dialogue.city


def _receipt_path(dialogue: Dialogue, registration_id: str) -> str:
    return f"/dialoge/{dialogue.slug}/anmeldung/eingang/{derive(RECEIPT, registration_id, 1)}"


def _accepts(call: Call, dialogue: Dialogue, offers: Sequence[Offer], form: SignUpForm) -> bool:
    return event_rules.accepts(
        events.facts(dialogue),
        [events.offer_facts(offer) for offer in offers],
        opened_at=shown_at(dialogue.id, form.shown_at.data or ""),
        now=call.now,
    )


def _typed_page(
    call: Call, dialogue: Dialogue, offers: Sequence[Offer], form: SignUpForm, *, typing_at: int = -1
) -> pages.SignUpPage:
    page = _sign_up_page(call, dialogue, shown.choices(dialogue, offers))
    return replace(_with_form(page, form), typing_at=typing_at)


def _with_form(page: pages.SignUpPage, form: SignUpForm) -> pages.SignUpPage:
    form.for_offers([choice.key for choice in page.offers], party_limit=page.most)
    if page.remote:
        form.organisation.description = _("Sehen die Gastgeber.")
    return replace(page, form=form, errors=pages.sign_up_errors(form))


def _sign_up_page(call: Call, dialogue: Dialogue, choices: tuple[pages.OfferChoice, ...]) -> pages.SignUpPage:
    """The page around an empty form."""
    initiative = shown.initiative_of(call, dialogue)
    return pages.SignUpPage(
        frame=shown.frame(call, dialogue, initiative),
        sender=shown.sender(initiative),
        occasion=shown.occasion(call, dialogue),
        path=f"/dialoge/{dialogue.slug}/anmeldung",
        remote=_is_remote(dialogue),
        form=None,
        errors=(),
        offers=choices,
        full=all(choice.free == 0 for choice in choices),
        waiting=any(choice.free == 0 for choice in choices),
        most=min(MOST_PARTICIPANTS, dialogue.party_limit),
        closes=local(event_rules.closes_at(events.facts(dialogue)), dialogue.zone),
        list_deadline=local(event_rules.list_ends_at(events.facts(dialogue)), dialogue.zone),
        terms=terms_words(remote=_is_remote(dialogue)),
        photo=photo_words(remote=_is_remote(dialogue)),
        newsletter=newsletter_words(),
        access=access_words(),
        recipients=dialogue.recipients,
        cost=dialogue.cost,
        contact=shown.contact(dialogue),
        deletes_on=shown.deleted_on(dialogue),
        privacy_path=shown.privacy_path(dialogue),
    )


def _closed_page(call: Call, dialogue: Dialogue, offers: Sequence[Offer], *, late: bool) -> pages.ClosedPage:
    state = events.sign_up_with(dialogue, offers, call.now)
    initiative = shown.initiative_of(call, dialogue)
    return pages.ClosedPage(
        frame=shown.frame(call, dialogue, initiative),
        sender=shown.sender(initiative),
        occasion=shown.occasion(call, dialogue),
        kind=state.kind,
        late=late and state.kind == "closed",
        at=shown.wall(state.at, dialogue),
        reason=dialogue.cancel_reason,
        address=dialogue.sign_up_address,
    )


# --- the receipt ---


def show_receipt(call: Call) -> pages.ReceiptPage:
    """What the form did, as of when it came in. It tells nobody whether the address was known."""
    registration: Registration
    dialogue: Dialogue
    registration, dialogue = call.thing
    initiative = shown.initiative_of(call, dialogue)
    return pages.ReceiptPage(
        frame=shown.frame(call, dialogue, initiative),
        sender=shown.sender(initiative),
        occasion=shown.occasion(call, dialogue),
        reference=registration.reference,
        came_at=local(registration.created_at, dialogue.zone),
        held_until=shown.wall(shown.first_hold_until(registration, dialogue), dialogue),
        list_over=event_rules.list_is_over(events.facts(dialogue), registration.created_at),
    )


# --- the link that confirms ---


def show_confirmation(call: Call) -> Response | pages.ConfirmPage:
    """The button. A link that was used before leads to the registration."""
    registration: Registration = call.thing
    dialogue = row_by_id(call.session, Dialogue, registration.dialogue_id)
    if not _may_confirm(call, registration, dialogue):
        return see_other(shown.own_path(registration))
    return _confirm_page(call, registration, dialogue, ChoiceForm())


def create_confirmation(call: Call) -> Response | Answer:
    """The address is right."""
    registration: Registration = call.thing
    dialogue = row_by_id(call.session, Dialogue, registration.dialogue_id)
    form = ChoiceForm.parse(call.form)
    if _may_confirm(call, registration, dialogue):
        try:
            operations.confirm(call.session, registration=registration, choice=form.chosen(), now=call.now)
        except ChoiceNeeded as refused:
            form.choice.errors = [refused.sentence]
            return Answer(_confirm_page(call, registration, dialogue, form), 422)
    return see_other(shown.own_path(registration))


def create_extension(call: Call) -> Response | Answer:
    """Holds the seats longer."""
    registration: Registration = call.thing
    if registration.email_verified_at is not None:
        # Nothing is held any more that could end: the button was on a page from before.
        return see_other(shown.own_path(registration))
    form = ExtendForm.parse(call.form)
    if not form.validate():
        return Answer(
            _confirm_page(
                call, registration, row_by_id(call.session, Dialogue, registration.dialogue_id), ChoiceForm()
            ),
            422,
        )
    operations.extend(call.session, registration=registration, form_key=form.form_key.data, now=call.now)
    return see_other(shown.confirm_path(registration))


def _may_confirm(call: Call, registration: Registration, dialogue: Dialogue) -> bool:
    return (
        registration.state in (State.UNCONFIRMED, State.EXPIRED)
        and registration.email_verified_at is None
        and dialogue.state in ("published", "postponed")
        and dialogue.ends_at > call.now
    )


def _confirm_page(call: Call, registration: Registration, dialogue: Dialogue, form: ChoiceForm) -> pages.ConfirmPage:
    initiative = shown.initiative_of(call, dialogue)
    held = registration.hold_until if registration.state == State.UNCONFIRMED else None
    if held is not None and held <= call.now:
        held = None
    started = registration.hold_started_at
    longer = held and extended_hold(
        started_at=started or registration.created_at,
        until=held,
        step=timedelta(minutes=registration.hold_step_minutes),
        closes_at=event_rules.closes_at(events.facts(dialogue)),
    )
    forget_at = (registration.hold_until or registration.created_at) + FORGET_UNCONFIRMED_AFTER
    path = shown.confirm_path(registration)
    return pages.ConfirmPage(
        frame=shown.frame(call, dialogue, initiative, path=path),
        sender=shown.sender(initiative),
        occasion=shown.occasion(call, dialogue, queries.offer_of(call.session, registration.id)),
        path=path,
        form=form,
        form_key=secrets.token_urlsafe(18),
        errors=tuple(("choice", str(form.choice.label.text), sentence) for sentence in form.choice.errors),
        reference=registration.reference,
        email=registration.email or "",
        names=shown.names_of(queries.participants_of(call.session, registration.id)),
        earlier=shown.earlier(call, dialogue, queries.other_active(call.session, registration)),
        was_held=registration.hold_until is not None,
        held_until=shown.wall(held, dialogue),
        can_extend=bool(longer),
        list_over=event_rules.list_is_over(events.facts(dialogue), call.now),
        forget_on=local(forget_at, dialogue.zone).date(),
    )


# --- links sent once more ---


def new_link(call: Call) -> pages.LinkPage:
    return _link_page(call, LinkForm(), sent=call.query.get("gesendet") == "ja")


def create_link(call: Call) -> Response | Answer:
    """Sends the links of an address to it. The answer goes out first, so it is the same for every address."""
    form = LinkForm.parse(call.form)
    if not form.validate():
        return Answer(_link_page(call, form, sent=False), 422)
    email, key, now, data = form.email.data, form.form_key.data, call.now, call.database

    def send() -> None:
        data.transact(
            wide("token"), lambda session: send_links(session, email=email, form_key=key, now=now), background=True
        )

    return RedirectResponse("/anmeldung/link?gesendet=ja", status_code=303, background=BackgroundTask(send))


def _link_page(call: Call, form: LinkForm, *, sent: bool) -> pages.LinkPage:
    return pages.LinkPage(
        frame=public_frame(call),
        path="/anmeldung/link",
        form=form,
        errors=tuple((field.id, str(field.label.text), sentence) for field, sentence in form.errors_in_order()),
        sent=sent,
    )


ROUTES = [
    route("GET", "/dialoge/{slug}/anmeldung", new, permission="public", loads=load_dialogue),
    route(
        "POST",
        "/dialoge/{slug}/anmeldung",
        create,
        permission="public",
        loads=load_dialogue,
        changes_state=True,
        rate="address",
    ),
    route(
        "GET",
        "/dialoge/{slug}/anmeldung/eingang/{receipt}",
        show_receipt,
        permission="token",
        loads=load_receipt,
        rate="token",
    ),
    route("GET", "/bestaetigen/{token}", show_confirmation, permission="token", loads=load_to_confirm, rate="token"),
    route(
        "POST",
        "/bestaetigen/{token}",
        create_confirmation,
        permission="token",
        loads=load_to_confirm,
        changes_state=True,
        rate="token",
    ),
    route(
        "POST",
        "/bestaetigen/{token}/verlaengerung",
        create_extension,
        permission="token",
        loads=load_to_confirm,
        changes_state=True,
        rate="token",
    ),
    route("GET", "/anmeldung/link", new_link, permission="public"),
    route("POST", "/anmeldung/link", create_link, permission="public", changes_state=True, rate="address"),
]
