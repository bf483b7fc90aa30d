"""Look and texts of an initiative. They are saved in the events room, because dialogues are found under its name."""

from typing import Any

from kit.endpoint import Call
from kit.frames import workspace_frame
from kit.registry import route
from network.forms import InitiativeForm
from network.loaders import load_initiative
from network.models import Initiative
from network.pages import SettingsPage
from network.rules import OWN_LOGO

SETTINGS = "/arbeitsplatz/{initiative}/einstellungen"


def edit_settings(call: Call) -> Any:
    return settings_page(call, InitiativeForm.of(call.thing), saved=call.query.get("gespeichert") == "1")


def settings_page(call: Call, form: InitiativeForm, *, saved: bool = False, logo_problem: str = "") -> SettingsPage:
    initiative: Initiative = call.thing
    path = f"/arbeitsplatz/{initiative.slug}/einstellungen"
    return SettingsPage(
        frame=workspace_frame(call, nav="settings", initiative=initiative, path=path),
        slug=initiative.slug,
        form=form,
        saved=saved,
        logo=initiative.logo,
        own_logo=initiative.logo.startswith(OWN_LOGO),
        logo_problem=logo_problem,
    )


ROUTES = [route("GET", SETTINGS, edit_settings, permission="owner", loads=load_initiative)]
