"""Look and texts of an initiative."""

from typing import Any

from kit.endpoint import Answer, Call, see_other
from kit.frames import workspace_frame
from kit.registry import route
from network import operations
from network.forms import InitiativeForm
from network.loaders import load_initiative
from network.models import Initiative
from network.pages import SettingsPage

_SETTINGS = "/arbeitsplatz/{initiative}/einstellungen"


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


def _settings(call: Call, form: InitiativeForm, saved: bool) -> SettingsPage:
    initiative: Initiative = call.thing
    path = f"/arbeitsplatz/{initiative.slug}/einstellungen"
    return SettingsPage(
        frame=workspace_frame(call, nav="settings", initiative=initiative, path=path),
        slug=initiative.slug,
        form=form,
        saved=saved,
    )


ROUTES = [
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
