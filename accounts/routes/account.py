"""One's own account: name, language, passkeys, sessions."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from starlette.responses import Response

from accounts import cookies, operations, queries, rules
from accounts.forms import AccountForm, EmailForm, PasskeyForm
from accounts.models import Person
from accounts.pages import AccountPage, ConfirmAddressPage, PasskeyLine, SessionLine
from accounts.words import device_name
from kit.clock import now
from kit.db import ScopedSession
from kit.endpoint import Answer, Call, Loaded, see_other
from kit.errors import NotFound, Refused
from kit.frames import public_frame, workspace_frame
from kit.i18n import _
from kit.registry import route
from kit.settings import settings

ACCOUNT = "/arbeitsplatz/konto"
_ZONE = ZoneInfo("Europe/Berlin")


def edit_account(call: Call) -> Any:
    person = account_person(call)
    return account_page(call, person)


def update_account(call: Call) -> Any:
    person = account_person(call)
    form = AccountForm.parse(call.form)
    if not form.validate():
        return Answer(account_page(call, person, form=form), status=422)
    operations.change_person(
        call.session, person=person, name=form.name.data or "", language=form.language.data, now=call.now
    )
    return see_other(f"{ACCOUNT}?gespeichert=1")


def create_email_change(call: Call) -> Any:
    person = account_person(call)
    form = EmailForm.parse(call.form)
    if not form.validate():
        return Answer(account_page(call, person, email_form=form), status=422)
    try:
        operations.request_email_change(call.session, person=person, email=form.email.data, now=call.now)
    except Refused as refused:
        form.email.errors = [refused.sentence]
        return Answer(account_page(call, person, email_form=form), status=refused.status)
    return see_other(f"{ACCOUNT}?adresse=1")


def email_change_of_token(session: ScopedSession, params: Mapping[str, str]) -> Loaded:
    """The open change of `{token}`. Raises ChangeGone: confirmed, old and unknown ones are the same."""
    change = queries.email_change_by_token(session, params["token"], now=now())
    if change is None:
        raise operations.ChangeGone
    return Loaded(change, None)


def show_email_change(call: Call) -> Any:
    path = f"/adresse/{call.params['token']}"
    return ConfirmAddressPage(frame=public_frame(call, path="/"), action=path, email=call.thing.email)


def update_email(call: Call) -> Response:
    operations.confirm_email_change(call.session, change=call.thing, now=call.now)
    return see_other(f"{ACCOUNT}?adresse=2")


def delete_own_session(call: Call) -> Response:
    session_id = str(call.form.get("session", ""))
    current = queries.signed_in(call.session, cookie=cookies.read(call.request), now=call.now)
    operations.end_session(call.session, person_id=call.viewer.person_id, session_id=session_id, now=call.now)
    if current is not None and current.login.id == session_id:
        return cookies.drop(see_other("/"))
    return see_other(ACCOUNT)


def delete_other_sessions(call: Call) -> Response:
    operations.end_other_sessions(
        call.session, person_id=call.viewer.person_id, cookie=cookies.read(call.request), now=call.now
    )
    return see_other(f"{ACCOUNT}?beendet=1")


def account_person(call: Call) -> Person:
    person = call.session.get(Person, call.viewer.person_id)
    if person is None:
        raise NotFound
    return person


def account_page(
    call: Call,
    person: Person,
    *,
    form: AccountForm | None = None,
    email_form: EmailForm | None = None,
    passkey_form: PasskeyForm | None = None,
    refusal: str = "",
) -> AccountPage:
    """The account page, with what a form came back with."""
    current = queries.signed_in(call.session, cookie=cookies.read(call.request), now=call.now)
    sessions = tuple(
        SessionLine(
            id=login.id,
            device=device_name(login.device),
            since=login.created_at.astimezone(_ZONE),
            seen=login.seen_at.astimezone(_ZONE),
            current=current is not None and current.login.id == login.id,
        )
        for login in queries.sessions_of(call.session, person_id=person.id, now=call.now)
    )
    passkeys = tuple(
        PasskeyLine(
            id=passkey.id,
            name=passkey.name,
            since=passkey.created_at.astimezone(_ZONE),
            used=passkey.used_at.astimezone(_ZONE) if passkey.used_at else None,
        )
        for passkey in queries.passkeys_of(call.session, person_id=person.id)
    )
    here = device_name(rules.device(call.request.headers.get("user-agent", "")))
    return AccountPage(
        frame=workspace_frame(call, nav="account", path=ACCOUNT),
        form=form or AccountForm(name=person.name, language=person.language),
        email=person.email,
        email_form=email_form or EmailForm(),
        passkeys=passkeys,
        passkey_form=passkey_form or PasskeyForm(data={"name": here}),
        passkey_site=rules.passkey_site(settings().base_url),
        sessions=sessions,
        done=_done(call),
        refusal=refusal,
    )


def _done(call: Call) -> str:
    """What the address says that was done just now."""
    sentences = {
        "gespeichert=1": _("Gespeichert."),
        "adresse=1": _("Die E-Mail an die neue Adresse ist unterwegs. Öffnen Sie den Link darin, er gilt 24 Stunden."),
        "adresse=2": _("Ihre neue E-Mail-Adresse gilt ab sofort."),
        "beendet=1": _("Alle anderen Sitzungen sind beendet."),
        "passkey=1": _("Der Passkey ist gespeichert. Beim nächsten Mal loggen Sie sich damit ein."),
        "passkey=0": _("Der Passkey ist gelöscht. Andere Sitzungen, die er geöffnet hat, sind beendet."),
    }
    return sentences.get(call.request.url.query, "") if call.request.method == "GET" else ""


ROUTES = [
    route("GET", ACCOUNT, edit_account, permission="signed_in"),
    route("POST", ACCOUNT, update_account, permission="signed_in", changes_state=True, rate="session"),
    route(
        "POST", f"{ACCOUNT}/adresse", create_email_change, permission="signed_in", changes_state=True, rate="session"
    ),
    route("GET", "/adresse/{token}", show_email_change, permission="token", loads=email_change_of_token, rate="token"),
    route(
        "POST",
        "/adresse/{token}",
        update_email,
        permission="token",
        loads=email_change_of_token,
        changes_state=True,
        rate="token",
    ),
    route(
        "POST", f"{ACCOUNT}/sitzungen", delete_own_session, permission="signed_in", changes_state=True, rate="session"
    ),
    route(
        "POST",
        f"{ACCOUNT}/sitzungen/andere",
        delete_other_sessions,
        permission="signed_in",
        changes_state=True,
        rate="session",
    ),
]
