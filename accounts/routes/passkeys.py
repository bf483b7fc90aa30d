"""Passkeys: made and deleted on the account page, used at the sign-in page."""

from typing import Any

from starlette.responses import Response

from accounts import cookies, operations, rules
from accounts.forms import PasskeyForm, SignInForm
from accounts.pages import SignInPage
from accounts.routes.account import ACCOUNT, account_page, account_person
from accounts.routes.sign_in import sign_in_page
from accounts.words import device_name
from kit.endpoint import Answer, Call, see_other
from kit.errors import Refused
from kit.registry import route
from kit.tokens import random_token


def create_question(call: Call) -> Response:
    """What the browser needs to make a passkey, for its script."""
    question = operations.ask_for_new(
        call.session, person=account_person(call), cookie=cookies.read(call.request), now=call.now
    )
    return Response(question, media_type="application/json")


def create_passkey(call: Call) -> Any:
    person = account_person(call)
    form = PasskeyForm.parse(call.form)
    if not form.validate():
        return Answer(account_page(call, person, passkey_form=form), status=422)
    named = form.name.data or device_name(rules.device(call.request.headers.get("user-agent", "")))
    try:
        operations.add_passkey(
            call.session,
            person=person,
            credential=form.credential.data or "",
            name=named,
            cookie=cookies.read(call.request),
            now=call.now,
        )
    except Refused as refused:
        page = account_page(call, person, passkey_form=form, refusal=refused.sentence)
        return Answer(page, status=refused.status)
    return see_other(f"{ACCOUNT}?passkey=1")


def delete_passkey(call: Call) -> Response:
    operations.delete_passkey(
        call.session,
        person_id=call.viewer.person_id,
        passkey_id=str(call.form.get("passkey", "")),
        cookie=cookies.read(call.request),
        now=call.now,
    )
    return see_other(f"{ACCOUNT}?passkey=0")


def create_sign_in_question(call: Call) -> Response:
    """What the browser needs to sign in, for its script; a cookie ties the question to this browser."""
    token = random_token()
    question = operations.ask_for_any(call.session, cookie=token, now=call.now)
    return cookies.put_question(Response(question, media_type="application/json"), token)


def create_session(call: Call) -> Any:
    next_path = rules.local_path(str(call.form.get("next", "")))
    try:
        passkey = operations.answered_passkey(
            call.session,
            credential=str(call.form.get("credential", "")),
            cookie=cookies.read_question(call.request),
            now=call.now,
        )
    except operations.PasskeyRefused as refused:
        page: SignInPage = sign_in_page(call, SignInForm(next=next_path), refusal=refused.sentence)
        return Answer(page, status=refused.status)
    token = operations.sign_in(
        call.session,
        person_id=passkey.person_id,
        passkey_id=passkey.id,
        old_cookie=cookies.read(call.request),
        device=rules.device(call.request.headers.get("user-agent", "")),
        now=call.now,
    )
    return cookies.put(see_other(next_path or rules.HOME), token)


ROUTES = [
    route(
        "POST", f"{ACCOUNT}/passkeys/frage", create_question, permission="signed_in", changes_state=True, rate="session"
    ),
    route("POST", f"{ACCOUNT}/passkeys", create_passkey, permission="signed_in", changes_state=True, rate="session"),
    route(
        "POST", f"{ACCOUNT}/passkeys/ende", delete_passkey, permission="signed_in", changes_state=True, rate="session"
    ),
    route(
        "POST",
        "/anmelden/passkey/frage",
        create_sign_in_question,
        permission="public",
        changes_state=True,
        rate="sign_in",
    ),
    # Before `/anmelden/{token}`. Only an open question is answered, so this one is not counted again.
    route("POST", "/anmelden/passkey", create_session, permission="public", changes_state=True),
]
