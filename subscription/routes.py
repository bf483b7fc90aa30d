"""The addresses of subscriptions. Every link in a letter opens a page; only a form, or one click in a mail program, acts."""

import json
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from events import queries as events
from kit.clock import now
from kit.db import ScopedSession
from kit.endpoint import Answer, Call, Loaded, see_other
from kit.errors import NotFound
from kit.frames import public_frame
from kit.registry import route
from kit.settings import settings
from kit.text import normalised_address
from kit.tokens import derive, present
from kit.zones import local
from network import queries as network
from subscription import operations, pages, queries
from subscription.forms import Inviters, SubscribeForm, asked_for, declaration
from subscription.letters import CONFIRM_PATH, OWN_PATH, list_path
from subscription.models import Subscription
from subscription.personal_copy import personal_copy
from subscription.queries import wanted_by
from subscription.rules import (
    CONFIRM_PURPOSE,
    DIGEST_ZONE,
    OWN_PURPOSE,
    PROOF_KEPT,
    UNCONFIRMED_KEPT,
    State,
    confirmable,
)
from subscription.words import declaration_words, language_name, wanted_words

PATH = "/abo"
ASKED_PATH = "/abo/angefragt"
RESUME_PATH = OWN_PATH + "/wieder"
COPY_PATH = OWN_PATH + "/daten.json"
ZONE = str(DIGEST_ZONE)


def own_path(subscription: Subscription) -> str:
    return OWN_PATH.replace("{token}", derive(OWN_PURPOSE, subscription.id, subscription.token_version))


def confirm_path(subscription: Subscription) -> str:
    return CONFIRM_PATH.replace("{token}", derive(CONFIRM_PURPOSE, subscription.id, subscription.token_version))


def load_to_confirm(session: ScopedSession, params: Mapping[str, str]) -> Loaded:
    """What the link of the first letter names, while it can be confirmed or was. Raises NotFound."""
    found = _proved(session, params["token"], CONFIRM_PURPOSE)
    if found.state == State.UNCONFIRMED and not confirmable(asked_at=found.asked_at, now=now()):
        raise NotFound
    return Loaded(_living(session, found), None)


def load_own(session: ScopedSession, params: Mapping[str, str]) -> Loaded:
    """What the link of every other letter names. Raises NotFound."""
    return Loaded(_living(session, _proved(session, params["token"], OWN_PURPOSE)), None)


def _proved(session: ScopedSession, token: str, purpose: str) -> Subscription:
    presented = present(token)
    found = queries.subscription_by_id(session, presented.object_id) if presented else None
    if presented is None or found is None or not presented.proves(purpose, found.token_version):
        raise NotFound
    return found


def _living(session: ScopedSession, found: Subscription) -> Subscription:
    """Of an ended one the one that the same address began after it: an old letter's link ends what still writes."""
    if found.state != State.ENDED:
        return found
    later = queries.held_by(session, normalised_address(found.email), wanted_by(found), lock=False)
    return later if later is not None and later.state == State.ACTIVE else found


def new(call: Call) -> pages.SubscribePage:
    """The form, with the filter it was reached from."""
    inviters = _inviters(call, call.query.get("initiative", ""))
    return _form_page(call, SubscribeForm(**asked_for(call.query, inviters)).offering(inviters))


def create(call: Call) -> Response | Answer:
    """Asks the address by letter; the answer is the same for every address."""
    inviters = _inviters(call, str(call.form.get("initiative", "")))
    form: Any = SubscribeForm.parse(call.form)
    form.offering(inviters)
    if not form.validate():
        return Answer(_form_page(call, form), 422)
    operations.subscribe(
        call.session,
        email=form.email.data,
        wanted=form.wanted(inviters),
        language=form.language.data,
        declaration=declaration(),
        form_key=form.form_key.data,
        now=call.now,
    )
    return see_other(ASKED_PATH)


def _inviters(call: Call, slug: str) -> Inviters:
    """The initiatives to choose from; an asked one is among them however many there are."""
    found = events.inviters(call.session)
    asked = network.initiative_by_slug(call.session, slug) if slug else None
    if asked is not None and slug not in {known for _id, known, _name in found}:
        found.append((asked.id, asked.slug, asked.name))
    return found


def _form_page(call: Call, form: SubscribeForm) -> pages.SubscribePage:
    return pages.SubscribePage(public_frame(call, here="dialogues"), form, declaration_words())


def show_asked(call: Call) -> pages.AskedPage:
    return pages.AskedPage(public_frame(call), letters_here=settings().demo)


def show_confirmation(call: Call) -> pages.ConfirmPage | pages.OwnPage:
    """The page with the button; whom it runs for already is told so."""
    row: Subscription = call.thing
    if row.state != State.UNCONFIRMED:
        return _own_page(call, row)
    return pages.ConfirmPage(
        frame=public_frame(call),
        path=confirm_path(row),
        email=row.email,
        wanted=wanted_words(call.session, wanted_by(row)),
        declaration=declaration_words(),
        forget_on=local(row.asked_at + UNCONFIRMED_KEPT, ZONE),
    )


def create_confirmation(call: Call) -> Response:
    operations.confirm(call.session, subscription=call.thing, now=call.now)
    return see_other(own_path(call.thing))


def show_own(call: Call) -> pages.OwnPage:
    return _own_page(call, call.thing)


def end(call: Call) -> pages.OwnPage:
    """Ends it: the button of the page, or one click in a mail program, which follows no redirect (RFC 8058)."""
    operations.end(call.session, subscription=call.thing, now=call.now)
    return _own_page(call, call.thing)


def create_resumption(call: Call) -> Response:
    """Takes it up again."""
    row = operations.resume(call.session, subscription=call.thing, declaration=declaration(), now=call.now)
    return see_other(own_path(row))


def show_copy(call: Call) -> Response:
    """What is kept, as a file that people and programs can read."""
    content = json.dumps(personal_copy(call.session, call.thing), ensure_ascii=False, indent=1)
    return Response(
        content,
        headers={"content-type": "application/json", "content-disposition": 'attachment; filename="daten-abo.json"'},
    )


def _own_page(call: Call, row: Subscription) -> pages.OwnPage:
    return pages.OwnPage(
        frame=public_frame(call, path=own_path(row)),
        path=own_path(row),
        email=row.email,
        wanted=wanted_words(call.session, wanted_by(row)),
        letters_in=language_name(row.language),
        since=local(row.confirmed_at or row.asked_at, ZONE),
        list_path=list_path(call.session, row),
        declaration=declaration_words(),
        ended_at=local(row.ended_at, ZONE) if row.ended_at else None,
        proof_until=local(row.ended_at + PROOF_KEPT, ZONE) if row.ended_at else None,
    )


_OWN: dict[str, Any] = {"permission": "token", "loads": load_own, "rate": "token"}
_CONFIRM: dict[str, Any] = {"permission": "token", "loads": load_to_confirm, "rate": "token"}

ROUTES = [
    # Not cached: the form carries its own key.
    route("GET", PATH, new, permission="public"),
    route("POST", PATH, create, permission="public", changes_state=True, rate="address"),
    route("GET", ASKED_PATH, show_asked, permission="public"),
    route("GET", CONFIRM_PATH, show_confirmation, **_CONFIRM),
    route("POST", CONFIRM_PATH, create_confirmation, changes_state=True, **_CONFIRM),
    route("GET", OWN_PATH, show_own, **_OWN),
    route("POST", OWN_PATH, end, changes_state=True, **_OWN),
    route("POST", RESUME_PATH, create_resumption, changes_state=True, **_OWN),
    route("GET", COPY_PATH, show_copy, **_OWN),
]
