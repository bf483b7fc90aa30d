"""The service point's door, its list of initiatives, the barriers people reported, and mail that waits for somebody."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from accounts.queries import desk_exists
from accounts.rules import OPERATOR_INITIATIVE_ID
from kit.db import ScopedSession
from kit.endpoint import Answer, Call, Loaded, see_other
from kit.errors import Forbidden, NotFound, Refused, SignInNeeded
from kit.frames import public_frame, workspace_frame
from kit.i18n import _, format_moment
from kit.registry import route
from kit.settings import settings
from mail import operations as mail_operations
from mail import queries as mail
from mail.models import InboundMail
from mail.reading import Shown, shown
from mail.rules import Inbound
from network import operations, queries
from network.loaders import load_initiative, load_member
from network.models import Initiative
from network.rules import Role
from servicepoint.forms import InitiativeForm, OwnerForm
from servicepoint.mail_words import why
from servicepoint.pages import (
    InitiativeLine,
    InitiativePage,
    InitiativesPage,
    MessagePage,
    NoteLine,
    NotesPage,
    OwnerLine,
    PostLine,
    PostPage,
    SetUpPage,
)

DOOR = "/servicestelle/"
INITIATIVES = "/servicestelle/initiativen"
NOTES = "/servicestelle/barrieren"
POST = "/servicestelle/post"
MOST_SHOWN = 100
_ZONE = ZoneInfo("Europe/Berlin")


def show_door(call: Call) -> Any:
    """Leads the service point in. While nobody works there yet, everybody reads how the first one comes in."""
    if call.viewer.desk:
        return see_other(INITIATIVES)
    if not desk_exists(call.session):
        return SetUpPage(frame=public_frame(call))
    if call.viewer.signed_in:
        raise Forbidden(_("Diese Seite ist für die Servicestelle. Ihr Konto gehört zu einer Initiative."))
    raise SignInNeeded


def index_initiatives(call: Call) -> Any:
    made = queries.initiative_by_slug(call.session, call.query.get("angelegt", ""))
    done = (
        _("Angelegt: %(name)s. Die E-Mail an die erste Inhaberin oder den ersten Inhaber ist unterwegs.")
        % {"name": made.name}
        if made
        else ""
    )
    return _initiatives(call, InitiativeForm(accent="stahl"), done)


def create_initiative(call: Call) -> Any:
    form = InitiativeForm.parse(call.form)
    if not form.validate():
        return Answer(_initiatives(call, form, ""), status=422)
    try:
        made = operations.create_initiative(
            call.session,
            value=form.value(),
            owner_email=form.email.data,
            owner_name=form.owner_name.data or "",
            key=form.form_key.data,
            actor=call.viewer.actor,
            now=call.now,
        )
    except operations.SlugTaken as refused:
        form.slug.errors = [refused.sentence]
        return Answer(_initiatives(call, form, ""), status=409)
    return see_other(f"{INITIATIVES}?angelegt={made.slug}")


def show_initiative(call: Call) -> Any:
    return _initiative(call, call.thing, OwnerForm())


def create_owner(call: Call) -> Any:
    """Names one more owner; the letter goes out with it."""
    initiative: Initiative = call.thing
    form = OwnerForm.parse(call.form)
    if not form.validate():
        return Answer(_initiative(call, initiative, form), status=422)
    try:
        operations.name_owner(
            call.session,
            initiative=initiative,
            email=form.email.data,
            name=form.name.data or "",
            inviter=settings().operator["name"] or _("Servicestelle"),
            actor=call.viewer.actor,
            now=call.now,
        )
    except Refused as refused:
        form.email.errors = [refused.sentence]
        return Answer(_initiative(call, initiative, form), status=refused.status)
    return see_other(f"{INITIATIVES}/{initiative.slug}?erledigt=1")


def update_owner(call: Call) -> Any:
    """Sends the letter of welcome once more."""
    initiative, membership = call.thing
    try:
        operations.welcome_again(call.session, membership=membership, actor=call.viewer.actor, now=call.now)
    except operations.InvitedOften as refused:
        return Answer(_initiative(call, initiative, OwnerForm(), refusal=refused.sentence), status=refused.status)
    return see_other(f"{INITIATIVES}/{initiative.slug}?erledigt=1")


def _initiative(call: Call, initiative: Initiative, form: OwnerForm, *, refusal: str = "") -> InitiativePage:
    return InitiativePage(
        frame=workspace_frame(call, nav="desk", path=f"{INITIATIVES}/{initiative.slug}"),
        name=initiative.name,
        slug=initiative.slug,
        land=initiative.land,
        owners=tuple(
            OwnerLine(person.name, person.email, id=membership.id)
            for membership, person in queries.team(call.session, initiative.id)
            if membership.role == Role.OWNER
        ),
        invited=tuple(
            OwnerLine(row.name, row.email, until=row.expires_at.astimezone(_ZONE))
            for row in queries.invitations_of(call.session, initiative.id)
            if row.role == Role.OWNER
        ),
        form=form,
        done=_("Die E-Mail mit dem Link ist unterwegs.") if call.query.get("erledigt") == "1" else "",
        refusal=refusal,
    )


def index_notes(call: Call) -> Any:
    return NotesPage(
        frame=workspace_frame(call, nav="notes"),
        notes=tuple(
            NoteLine(format_moment(note.at.astimezone(_ZONE)), note.path, note.text, note.email)
            for note in queries.accessibility_notes(call.session)
        ),
    )


def load_inbound(session: ScopedSession, params: Mapping[str, str]) -> Loaded:
    """The inbound message that was put before somebody. Raises NotFound."""
    found = mail.inbound_by_id(session, params["inbound"])
    if found is None or found.state not in (Inbound.NEEDS_ATTENTION, Inbound.DONE):
        raise NotFound
    return Loaded(found, None)


def index_post(call: Call) -> Any:
    """Inbound mail that nobody but a person can make something of."""
    rows = mail.inbound_to_look_at(call.session, limit=MOST_SHOWN)
    return PostPage(
        frame=workspace_frame(call, nav="post"),
        lines=tuple(_post_line(call, row, shown(head)) for row, head in rows),
        left=max(0, mail.inbound_count(call.session) - len(rows)),
        done=_("Erledigt.") if call.query.get("erledigt") == "1" else "",
    )


def show_message(call: Call) -> Any:
    row: InboundMail = call.thing
    read = shown(row.raw)
    return MessagePage(
        frame=workspace_frame(call, nav="post"),
        line=_post_line(call, row, read),
        to=read.to,
        date=read.date,
        envelope=row.recipient,
        text=read.text,
        files=read.files,
        action=f"{POST}/{row.id}/erledigt" if row.state == Inbound.NEEDS_ATTENTION else "",
    )


def settle_message(call: Call) -> Any:
    """Notes that somebody looked; a second click changes nothing more."""
    row: InboundMail = call.thing
    mail_operations.settle_inbound(
        call.session,
        inbound_id=row.id,
        initiative_id=row.concerns or OPERATOR_INITIATIVE_ID,
        actor=call.viewer.actor,
        now=call.now,
    )
    return see_other(f"{POST}?erledigt=1")


def _post_line(call: Call, row: InboundMail, read: Shown) -> PostLine:
    return PostLine(
        path=f"{POST}/{row.id}",
        at=format_moment(row.received_at.astimezone(_ZONE)),
        why=why(row.kind, row.reason),
        author=read.author or row.sender,
        subject=read.subject,
        initiative=queries.initiative(call.session, row.concerns).name if row.concerns else "",
    )


def _initiatives(call: Call, form: InitiativeForm, done: str) -> InitiativesPage:
    owners = queries.owners_by_initiative(call.session)
    return InitiativesPage(
        frame=workspace_frame(call, nav="desk", path=INITIATIVES),
        initiatives=tuple(
            InitiativeLine(
                slug=one.slug,
                name=one.name,
                land=one.land,
                accent=one.accent,
                owners=tuple(person.name or person.email for person in owners.get(one.id, [])),
            )
            for one in queries.directory(call.session)
        ),
        form=form,
        done=done,
        post=mail.inbound_count(call.session),
    )


_ONE = INITIATIVES + "/{initiative}"
_POST: dict[str, Any] = {"permission": "desk", "changes_state": True, "rate": "session"}

ROUTES = [
    route("GET", DOOR, show_door, permission="public"),
    route("GET", INITIATIVES, index_initiatives, permission="desk"),
    route("POST", INITIATIVES, create_initiative, permission="desk", changes_state=True, rate="session"),
    route("GET", _ONE, show_initiative, permission="desk", loads=load_initiative),
    route("POST", f"{_ONE}/inhaber", create_owner, loads=load_initiative, **_POST),
    route("POST", f"{_ONE}/inhaber/{{member}}", update_owner, loads=load_member, **_POST),
    route("GET", NOTES, index_notes, permission="desk"),
    route("GET", POST, index_post, permission="desk"),
    route("GET", f"{POST}/{{inbound}}", show_message, permission="desk", loads=load_inbound),
    route("POST", f"{POST}/{{inbound}}/erledigt", settle_message, loads=load_inbound, **_POST),
]
