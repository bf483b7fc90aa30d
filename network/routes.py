"""Texts of the platform and of initiatives, the workspace's door, team and settings."""

from typing import Any

from starlette.responses import Response

from accounts import cookies
from accounts import operations as accounts
from accounts import queries as account_queries
from accounts.models import Person
from accounts.rules import HOME, device
from kit.endpoint import Answer, Call, see_other
from kit.errors import NotFound, Refused
from kit.frames import DEMO_ROLES, public_frame, workspace_frame
from kit.i18n import _
from kit.registry import route
from kit.settings import settings
from network import operations, queries, texts
from network.forms import BarrierForm, InitiativeForm, MemberForm, RoleForm
from network.loaders import load_initiative, load_member
from network.models import Initiative, Membership
from network.pages import (
    MemberLine,
    MemberPage,
    MyInitiative,
    MyInitiativesPage,
    Sender,
    SettingsPage,
    TeamPage,
    TextPage,
)
from network.words import role_meaning, role_name


def show_imprint(call: Call) -> Any:
    return TextPage(
        frame=public_frame(call), title=_("Impressum"), sections=texts.operator_imprint(settings().operator)
    )


def show_privacy(call: Call) -> Any:
    return TextPage(
        frame=public_frame(call),
        title=_("Datenschutz"),
        lead=_("Was die Plattform über Sie speichert, wozu, und wann sie es löscht."),
        sections=texts.platform_privacy(settings().operator),
    )


def show_how(call: Call) -> Any:
    return TextPage(
        frame=public_frame(call, here="how"),
        title=_("So läuft es ab"),
        lead=_("Von der Einladung bis zum Rückblick in sechs Schritten."),
        sections=texts.how_it_works(),
    )


def show_initiative_imprint(call: Call) -> Any:
    initiative: Initiative = call.thing
    path = f"/initiativen/{initiative.slug}"
    return TextPage(
        frame=public_frame(call, here="initiatives", initiative=initiative),
        title=_("Impressum"),
        lead=initiative.name,
        sections=texts.initiative_imprint(initiative),
        sender=Sender(initiative.name, path, initiative.accent, initiative.logo),
        back_path=path,
        back_label=initiative.name,
    )


def show_accessibility(call: Call) -> Any:
    done = _("Danke. Ihre Meldung ist da. Wir kümmern uns darum.") if call.query.get("gesendet") == "1" else ""
    return _accessibility(call, BarrierForm(), done)


def create_note(call: Call) -> Any:
    form = BarrierForm.parse(call.form)
    if not form.validate():
        return Answer(_accessibility(call, form, ""), status=422)
    operations.note_barrier(
        call.session,
        key=form.form_key.data,
        text=form.text.data,
        email=form.email.data or "",
        path=form.path.data or "",
        now=call.now,
    )
    return see_other("/barrierefreiheit?gesendet=1")


def _accessibility(call: Call, form: BarrierForm, done: str) -> TextPage:
    return TextPage(
        frame=public_frame(call, path="/barrierefreiheit"),
        title=_("Barrierefreiheit"),
        lead=_("Was auf diesen Seiten für alle geht, was noch nicht, und wie Sie uns sagen, was Sie aufhält."),
        sections=texts.accessibility(),
        form=form,
        form_id="accessibility-note",
        form_path="/barrierefreiheit",
        form_heading=_("Barriere melden"),
        form_button=_("Barriere melden"),
        done=done,
    )


def create_demo_session(call: Call) -> Response:
    """Signs in as the demo's person of a role; the demo alone has this address."""
    role = str(call.form.get("role", ""))
    if role not in DEMO_ROLES:
        raise NotFound
    person = (
        account_queries.first_desk_person(call.session)
        if role == "desk"
        else queries.first_person_with_role(call.session, role)
    )
    if person is None:
        raise NotFound(_("In dieser Vorführung gibt es niemanden mit dieser Rolle."))
    token = accounts.sign_in(
        call.session,
        person_id=person.id,
        old_cookie=cookies.read(call.request),
        device=device(call.request.headers.get("user-agent", "")),
        now=call.now,
    )
    return cookies.put(see_other("/servicestelle/" if role == "desk" else HOME), token)


def index_mine(call: Call) -> Any:
    """The one initiative of most people, or the choice among several."""
    rows = queries.memberships_of(call.session, call.viewer.person_id)
    if not rows and call.viewer.desk:
        return see_other("/servicestelle/")
    if len(rows) == 1 and not call.viewer.desk:
        return see_other(f"/arbeitsplatz/{rows[0][1].slug}/")
    return MyInitiativesPage(
        frame=workspace_frame(call),
        initiatives=tuple(
            MyInitiative(
                slug=initiative.slug,
                name=initiative.name,
                land=initiative.land,
                accent=initiative.accent,
                logo=initiative.logo,
                role=role_name(membership.role),
            )
            for membership, initiative in rows
        ),
        desk=call.viewer.desk,
    )


def index_team(call: Call) -> Any:
    return _team(call, MemberForm(role="organiser"), call.query.get("erledigt", ""))


def create_member(call: Call) -> Any:
    form = MemberForm.parse(call.form)
    if not form.validate():
        return Answer(_team(call, form, ""), status=422)
    try:
        operations.add_member(
            call.session,
            initiative=call.thing,
            email=form.email.data,
            name=form.name.data or "",
            role=form.role.data,
            actor=call.viewer.actor,
            now=call.now,
        )
    except operations.AlreadyMember as refused:
        form.email.errors = [str(refused.sentence)]
        return Answer(_team(call, form, ""), status=409)
    return see_other(f"{_team_path(call.thing)}?erledigt=invited")


def edit_member(call: Call) -> Any:
    _initiative, membership = call.thing
    return _member(call, RoleForm(role=membership.role), "")


def update_member(call: Call) -> Any:
    initiative, membership = call.thing
    form = RoleForm.parse(call.form)
    if not form.validate():
        return Answer(_member(call, form, ""), status=422)
    try:
        operations.change_role(
            call.session, membership=membership, role=form.role.data, actor=call.viewer.actor, now=call.now
        )
    except Refused as refused:
        return Answer(_member(call, form, refused.sentence), status=refused.status)
    return see_other(_after(call, initiative, "changed"))


def delete_member(call: Call) -> Any:
    initiative, membership = call.thing
    try:
        operations.remove_member(call.session, membership=membership, actor=call.viewer.actor, now=call.now)
    except Refused as refused:
        return Answer(_member(call, RoleForm(role=membership.role), refused.sentence), status=refused.status)
    return see_other(_after(call, initiative, "removed"))


def edit_settings(call: Call) -> Any:
    return _settings(call, InitiativeForm.of(call.thing), call.query.get("gespeichert") == "1")


def update_settings(call: Call) -> Any:
    form = InitiativeForm.parse(call.form)
    if not form.validate():
        return Answer(_settings(call, form, False), status=422)
    operations.change_initiative(
        call.session, initiative=call.thing, value=form.value(), actor=call.viewer.actor, now=call.now
    )
    return see_other(f"/arbeitsplatz/{call.thing.slug}/einstellungen?gespeichert=1")


def _team_path(initiative: Initiative) -> str:
    return f"/arbeitsplatz/{initiative.slug}/team"


def _after(call: Call, initiative: Initiative, done: str) -> str:
    """Where to go after a change of the team: whoever changed their own role may not see the team any more."""
    _initiative, membership = call.thing
    if membership.person_id == call.viewer.person_id:
        return HOME
    return f"{_team_path(initiative)}?erledigt={done}"


def _line(call: Call, membership: Membership, person: Person) -> MemberLine:
    return MemberLine(
        id=membership.id,
        name=person.name,
        email=person.email,
        role=role_name(membership.role),
        meaning=role_meaning(membership.role),
        me=person.id == call.viewer.person_id,
    )


def _team(call: Call, form: MemberForm, done: str) -> TeamPage:
    initiative: Initiative = call.thing
    sentences = {
        "invited": _("Eingeladen. Die E-Mail mit dem Link zum Einloggen ist unterwegs."),
        "changed": _("Die Rolle ist geändert. Das gilt ab sofort."),
        "removed": _("Entfernt. Der Zugang zu dieser Initiative ist ab sofort zu."),
    }
    return TeamPage(
        frame=workspace_frame(call, nav="team", initiative=initiative, path=_team_path(initiative)),
        slug=initiative.slug,
        members=tuple(_line(call, *row) for row in queries.team(call.session, initiative.id)),
        form=form,
        done=sentences.get(done, ""),
    )


def _member(call: Call, form: RoleForm, refusal: str) -> MemberPage:
    initiative, membership = call.thing
    path = f"{_team_path(initiative)}/{membership.id}"
    return MemberPage(
        frame=workspace_frame(call, nav="team", initiative=initiative, path=path),
        slug=initiative.slug,
        member=_line(call, membership, call.session.get_one(Person, membership.person_id)),
        form=form,
        refusal=refusal,
    )


def _settings(call: Call, form: InitiativeForm, saved: bool) -> SettingsPage:
    initiative: Initiative = call.thing
    path = f"/arbeitsplatz/{initiative.slug}/einstellungen"
    return SettingsPage(
        frame=workspace_frame(call, nav="settings", initiative=initiative, path=path),
        slug=initiative.slug,
        form=form,
        saved=saved,
    )


_TEAM = "/arbeitsplatz/{initiative}/team"
_MEMBER = _TEAM + "/{member}"
_SETTINGS = "/arbeitsplatz/{initiative}/einstellungen"

ROUTES = [
    route("GET", "/impressum", show_imprint, permission="public", cache="public"),
    route("GET", "/datenschutz", show_privacy, permission="public", cache="public"),
    route("GET", "/so-laeuft-es-ab", show_how, permission="public", cache="public"),
    # Not cached: the form carries its own key.
    route("GET", "/barrierefreiheit", show_accessibility, permission="public"),
    route("POST", "/barrierefreiheit", create_note, permission="public", changes_state=True, rate="session"),
    route(
        "GET",
        "/initiativen/{initiative}/impressum",
        show_initiative_imprint,
        permission="public",
        loads=load_initiative,
        cache="public",
    ),
    route("POST", "/demo/anmelden", create_demo_session, permission="demo", changes_state=True),
    route("GET", HOME, index_mine, permission="signed_in"),
    route("GET", _TEAM, index_team, permission="owner", loads=load_initiative),
    route("POST", _TEAM, create_member, permission="owner", loads=load_initiative, changes_state=True, rate="session"),
    route("GET", _MEMBER, edit_member, permission="owner", loads=load_member),
    route("POST", _MEMBER, update_member, permission="owner", loads=load_member, changes_state=True, rate="session"),
    route(
        "POST",
        _MEMBER + "/ende",
        delete_member,
        permission="owner",
        loads=load_member,
        changes_state=True,
        rate="session",
    ),
    route("GET", _SETTINGS, edit_settings, permission="owner", loads=load_initiative),
    route(
        "POST",
        _SETTINGS,
        update_settings,
        permission="owner",
        loads=load_initiative,
        changes_state=True,
        rate="session",
    ),
]
