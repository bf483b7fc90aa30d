"""The team: members and invitations."""

from typing import Any

from starlette.responses import Response

from accounts import cookies
from accounts import operations as accounts
from accounts.models import Person
from accounts.rules import HOME, device
from kit.endpoint import Answer, Call, see_other
from kit.errors import Refused
from kit.frames import public_frame, workspace_frame
from kit.i18n import _
from kit.registry import route
from kit.zones import local
from network import operations, queries
from network.forms import MemberForm, RoleForm
from network.loaders import load_initiative, load_invitation, load_invitation_by_token, load_member
from network.models import Initiative, Membership, TeamInvitation
from network.pages import InvitationLine, InvitationPage, MemberLine, MemberPage, TeamPage
from network.rules import invitation_open, start_path
from network.words import role_meaning, role_name, role_sentence

_TEAM = "/arbeitsplatz/{initiative}/team"
_MEMBER = _TEAM + "/{member}"
_ZONE = "Europe/Berlin"
_INVITATION = _TEAM + "/einladungen/{invitation}"


def index_team(call: Call) -> Any:
    return _team(call, MemberForm(role="organiser"), call.query.get("erledigt", ""))


def create_member(call: Call) -> Any:
    form = MemberForm.parse(call.form)
    if not form.validate():
        return Answer(_team(call, form, ""), status=422)
    try:
        operations.invite(
            call.session,
            initiative=call.thing,
            email=form.email.data,
            name=form.name.data or "",
            role=form.role.data,
            inviter=call.viewer.name,
            actor=call.viewer.actor,
            now=call.now,
        )
    except Refused as refused:
        form.email.errors = [str(refused.sentence)]
        return Answer(_team(call, form, ""), status=refused.status)
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
    except operations.LastOwner as refused:
        return Answer(_member(call, form, refused.sentence), status=refused.status)
    return see_other(_after(call, initiative, "changed"))


def delete_member(call: Call) -> Any:
    initiative, membership = call.thing
    try:
        operations.remove_member(call.session, membership=membership, actor=call.viewer.actor, now=call.now)
    except operations.LastOwner as refused:
        return Answer(_member(call, RoleForm(role=membership.role), refused.sentence), status=refused.status)
    return see_other(_after(call, initiative, "removed"))


def update_invitation(call: Call) -> Any:
    initiative, invitation = call.thing
    try:
        operations.invite_again(
            call.session, invitation=invitation, inviter=call.viewer.name, actor=call.viewer.actor, now=call.now
        )
    except operations.InvitedOften as refused:
        page = _team(call, MemberForm(role="organiser"), "", initiative=initiative, refusal=refused.sentence)
        return Answer(page, status=refused.status)
    return see_other(f"{_team_path(initiative)}?erledigt=again")


def delete_invitation(call: Call) -> Response:
    initiative, invitation = call.thing
    operations.withdraw_invitation(call.session, invitation=invitation, actor=call.viewer.actor, now=call.now)
    return see_other(f"{_team_path(initiative)}?erledigt=withdrawn")


def show_invitation(call: Call) -> Any:
    invitation: TeamInvitation = call.thing
    return InvitationPage(
        frame=public_frame(call, path="/"),
        action=f"/einladung/{call.params['token']}",
        initiative=queries.initiative(call.session, invitation.initiative_id).name,
        role_sentence=role_sentence(invitation.role),
        email=invitation.email,
    )


def create_membership(call: Call) -> Response:
    """Joins the team and signs in: whoever holds the link reads the mail of the invited address."""
    start = start_path(queries.initiative(call.session, call.thing.initiative_id).slug, call.thing.role)
    person = operations.accept_invitation(call.session, invitation=call.thing, now=call.now)
    token = accounts.sign_in(
        call.session,
        person_id=person.id,
        old_cookie=cookies.read(call.request),
        device=device(call.request.headers.get("user-agent", "")),
        now=call.now,
    )
    return cookies.put(see_other(start), token)


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


def _invitation(call: Call, invitation: TeamInvitation) -> InvitationLine:
    return InvitationLine(
        id=invitation.id,
        name=invitation.name,
        email=invitation.email,
        role=role_name(invitation.role),
        sent=local(invitation.sent_at, _ZONE),
        expires=local(invitation.expires_at, _ZONE),
        open=invitation_open(expires_at=invitation.expires_at, now=call.now),
    )


def _team(
    call: Call, form: MemberForm, done: str, *, initiative: Initiative | None = None, refusal: str = ""
) -> TeamPage:
    initiative = initiative or call.thing
    assert initiative is not None
    sentences = {
        "invited": _("Eingeladen. Die E-Mail mit dem Link ist unterwegs."),
        "again": _("Noch einmal geschickt. Der Link davor gilt nicht mehr."),
        "withdrawn": _("Die Einladung ist zurückgenommen. Ihr Link führt nirgendwohin."),
        "changed": _("Die Rolle ist geändert. Das gilt ab sofort."),
        "removed": _("Entfernt. Der Zugang zu dieser Initiative ist ab sofort zu."),
    }
    return TeamPage(
        frame=workspace_frame(call, nav="team", initiative=initiative, path=_team_path(initiative)),
        slug=initiative.slug,
        members=tuple(_line(call, *row) for row in queries.team(call.session, initiative.id)),
        invitations=tuple(_invitation(call, one) for one in queries.invitations_of(call.session, initiative.id)),
        form=form,
        done=sentences.get(done, ""),
        refusal=refusal,
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


ROUTES = [
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
    route(
        "POST",
        _INVITATION + "/versand",
        update_invitation,
        permission="owner",
        loads=load_invitation,
        changes_state=True,
        rate="session",
    ),
    route(
        "POST",
        _INVITATION + "/ende",
        delete_invitation,
        permission="owner",
        loads=load_invitation,
        changes_state=True,
        rate="session",
    ),
    route(
        "GET", "/einladung/{token}", show_invitation, permission="token", loads=load_invitation_by_token, rate="token"
    ),
    route(
        "POST",
        "/einladung/{token}",
        create_membership,
        permission="token",
        loads=load_invitation_by_token,
        changes_state=True,
        rate="token",
    ),
]
