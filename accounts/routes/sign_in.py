"""Signing in and out."""

from collections.abc import Mapping
from typing import Any

from starlette.background import BackgroundTask
from starlette.responses import RedirectResponse, Response

from accounts import cookies, operations, queries, rules
from accounts.forms import SignInForm
from accounts.models import Person
from accounts.pages import ConfirmPage, SignInPage, SignInSentPage
from kit.clock import now
from kit.db import Database, ScopedSession, wide
from kit.endpoint import Answer, Call, Loaded, see_other
from kit.frames import public_frame
from kit.i18n import _
from kit.registry import route
from kit.settings import settings


def link_of_token(session: ScopedSession, params: Mapping[str, str]) -> Loaded:
    """The open sign-in link of `{token}`. Raises LinkGone: used, old and unknown ones are the same."""
    link = queries.link_by_token(session, params["token"])
    if link is None or not rules.link_open(expires_at=link.expires_at, used_at=link.used_at, now=now()):
        raise operations.LinkGone
    return Loaded(link, None)


def new_sign_in(call: Call) -> Any:
    if call.viewer.person_id is not None:
        return see_other(rules.local_path(call.query.get("weiter", "")) or rules.HOME)
    return sign_in_page(call, SignInForm(next=rules.local_path(call.query.get("weiter", ""))))


def sign_in_page(call: Call, form: SignInForm, *, refusal: str = "") -> SignInPage:
    """The page that asks for an address or a passkey, with what a form came back with."""
    erased = call.request.method == "GET" and call.query.get("geloescht") == "1"
    done = _("Ihr Konto ist gelöscht.") if erased else ""
    return SignInPage(
        frame=public_frame(call, path="/anmelden"),
        form=form,
        passkey_host=rules.passkey_site(settings().base_url)[0],
        done=done,
        refusal=refusal,
    )


def create_sign_in(call: Call) -> Any:
    form = SignInForm.parse(call.form)
    if not form.validate():
        return Answer(sign_in_page(call, form), status=422)
    # Done after the answer: how long it takes would tell whether somebody signs in with this address.
    values = {"email": form.email.data, "next_path": form.next.data or "", "key": form.form_key.data, "now": call.now}

    def send(data: Database = call.database) -> None:
        data.transact(
            wide("person"), lambda session: operations.request_sign_in_link(session, **values), background=True
        )

    return RedirectResponse("/anmelden/gesendet", status_code=303, background=BackgroundTask(send))


def show_sent(call: Call) -> Any:
    return SignInSentPage(
        frame=public_frame(call),
        minutes=int(rules.LINK_LIVES.total_seconds()) // 60,
        letters_here=settings().demo and settings().smtp is None,
    )


def show_link(call: Call) -> Any:
    person = call.session.get_one(Person, call.thing.person_id)
    path = f"/anmelden/{call.params['token']}"
    return ConfirmPage(frame=public_frame(call), action=path, email=person.email)


def create_session(call: Call) -> Response:
    token = operations.redeem(
        call.session,
        link=call.thing,
        old_cookie=cookies.read(call.request),
        device=rules.device(call.request.headers.get("user-agent", "")),
        now=call.now,
    )
    return cookies.put(see_other(call.thing.next_path or rules.HOME), token)


def delete_session(call: Call) -> Response:
    operations.sign_out(call.session, cookie=cookies.read(call.request), now=call.now)
    return cookies.drop(see_other("/"))


ROUTES = [
    route("GET", "/anmelden", new_sign_in, permission="public"),
    route("POST", "/anmelden", create_sign_in, permission="public", changes_state=True, rate="sign_in"),
    route("GET", "/anmelden/gesendet", show_sent, permission="public"),
    route("GET", "/anmelden/{token}", show_link, permission="token", loads=link_of_token, rate="token"),
    route(
        "POST",
        "/anmelden/{token}",
        create_session,
        permission="token",
        loads=link_of_token,
        changes_state=True,
        rate="token",
    ),
    route("POST", "/abmelden", delete_session, permission="public", changes_state=True),
]
