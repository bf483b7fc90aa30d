"""One's own account: name, language, sessions."""

from typing import Any
from zoneinfo import ZoneInfo

from starlette.responses import Response

from accounts import cookies, operations, queries
from accounts.forms import AccountForm
from accounts.models import Person
from accounts.pages import AccountPage, SessionLine
from accounts.words import device_name
from kit.endpoint import Answer, Call, see_other
from kit.errors import NotFound
from kit.frames import workspace_frame
from kit.i18n import _
from kit.registry import route

ACCOUNT = "/arbeitsplatz/konto"
_ZONE = ZoneInfo("Europe/Berlin")


def edit_account(call: Call) -> Any:
    person = _person(call)
    return _account_page(call, AccountForm(name=person.name, language=person.language), person)


def update_account(call: Call) -> Any:
    person = _person(call)
    form = AccountForm.parse(call.form)
    if not form.validate():
        return Answer(_account_page(call, form, person), status=422)
    operations.change_person(
        call.session, person=person, name=form.name.data or "", language=form.language.data, now=call.now
    )
    return see_other(f"{ACCOUNT}?gespeichert=1")


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


def _person(call: Call) -> Person:
    person = call.session.get(Person, call.viewer.person_id)
    if person is None:
        raise NotFound
    return person


def _account_page(call: Call, form: AccountForm, person: Person) -> AccountPage:
    current = queries.signed_in(call.session, cookie=cookies.read(call.request), now=call.now)
    lines = tuple(
        SessionLine(
            id=login.id,
            device=device_name(login.device),
            since=login.created_at.astimezone(_ZONE),
            seen=login.seen_at.astimezone(_ZONE),
            current=current is not None and current.login.id == login.id,
        )
        for login in queries.sessions_of(call.session, person_id=person.id, now=call.now)
    )
    return AccountPage(
        frame=workspace_frame(call, nav="account", path=ACCOUNT),
        form=form,
        email=person.email,
        sessions=lines,
        done=_done(call),
    )


def _done(call: Call) -> str:
    """What the address says that was done just now."""
    sentences = {
        "gespeichert": _("Gespeichert."),
        "beendet": _("Alle anderen Sitzungen sind beendet."),
    }
    if call.request.method != "GET":
        return ""
    return next((sentence for name, sentence in sentences.items() if call.query.get(name) == "1"), "")


ROUTES = [
    route("GET", ACCOUNT, edit_account, permission="signed_in"),
    route("POST", ACCOUNT, update_account, permission="signed_in", changes_state=True, rate="session"),
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
