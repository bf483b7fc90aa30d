"""The logo of an initiative: chosen by its owner, shown to everybody."""

from collections.abc import Mapping

from starlette.responses import Response

from kit.db import ScopedSession
from kit.endpoint import Answer, Call, Loaded, see_other
from kit.errors import NotFound
from kit.etag import tagged
from kit.registry import route
from network import operations, queries
from network.forms import InitiativeForm
from network.loaders import load_initiative
from network.logo_form import read_logo
from network.models import Initiative, Logo
from network.routes.settings import SETTINGS, settings_page


def load_logo(session: ScopedSession, params: Mapping[str, str]) -> Loaded:
    """The picture that `{logo}` names. Raises NotFound."""
    found = queries.logo_by_id(session, params["logo"])
    if found is None:
        raise NotFound
    return Loaded(found, found.initiative_id)


def show(call: Call) -> Response:
    """The picture. What somebody sent is shown as a picture and as nothing else."""
    logo: Logo = call.thing
    return tagged(
        call.request,
        logo.content,
        logo.media_type,
        Cache_Control="public, max-age=31536000, immutable",
        Content_Security_Policy="default-src 'none'; sandbox",
        Vary="Accept-Encoding",
    )


def upload(call: Call) -> Response | Answer:
    """Takes a new logo; the same file sent again changes nothing."""
    initiative: Initiative = call.thing
    sent = call.form.get("logo")
    logo, problem = read_logo(sent if isinstance(sent, bytes) else b"")
    if logo is None:
        return Answer(settings_page(call, InitiativeForm.of(initiative), logo_problem=problem), 422)
    operations.set_logo(
        call.session,
        initiative=initiative,
        content=logo.content,
        media_type=logo.media_type,
        actor=call.viewer.actor,
        now=call.now,
    )
    return see_other(f"/arbeitsplatz/{initiative.slug}/einstellungen?gespeichert=1")


def remove(call: Call) -> Response:
    """Takes the logo away."""
    initiative: Initiative = call.thing
    operations.remove_logo(call.session, initiative=initiative, actor=call.viewer.actor, now=call.now)
    return see_other(f"/arbeitsplatz/{initiative.slug}/einstellungen?gespeichert=1")


ROUTES = [
    route("GET", "/logo/{logo}", show, permission="public", loads=load_logo),
    route(
        "POST",
        f"{SETTINGS}/logo",
        upload,
        permission="owner",
        loads=load_initiative,
        changes_state=True,
        rate="session",
        uploads=True,
    ),
    route(
        "POST",
        f"{SETTINGS}/logo/ende",
        remove,
        permission="owner",
        loads=load_initiative,
        changes_state=True,
        rate="session",
    ),
]
