"""The service point's door, its list of initiatives, and the barriers people reported."""

from typing import Any
from zoneinfo import ZoneInfo

from accounts.queries import desk_exists
from kit.endpoint import Answer, Call, see_other
from kit.errors import Forbidden, SignInNeeded
from kit.frames import public_frame, workspace_frame
from kit.i18n import _, format_moment
from kit.registry import route
from network import operations, queries
from servicepoint.forms import InitiativeForm
from servicepoint.pages import InitiativeLine, InitiativesPage, NoteLine, NotesPage, SetUpPage

DOOR = "/servicestelle/"
INITIATIVES = "/servicestelle/initiativen"
NOTES = "/servicestelle/barrieren"
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


def index_notes(call: Call) -> Any:
    return NotesPage(
        frame=workspace_frame(call, nav="notes"),
        notes=tuple(
            NoteLine(format_moment(note.at.astimezone(_ZONE)), note.path, note.text, note.email)
            for note in queries.accessibility_notes(call.session)
        ),
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
    )


ROUTES = [
    route("GET", DOOR, show_door, permission="public"),
    route("GET", INITIATIVES, index_initiatives, permission="desk"),
    route("POST", INITIATIVES, create_initiative, permission="desk", changes_state=True, rate="session"),
    route("GET", NOTES, index_notes, permission="desk"),
]
