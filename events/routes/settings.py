"""What owners save about their initiative. Its form is the network's; its name is also a word of its dialogues."""

from typing import Any

from events import operations
from kit.endpoint import Answer, Call, see_other
from kit.registry import route
from network.forms import InitiativeForm
from network.loaders import load_initiative
from network.routes.settings import SETTINGS, settings_page


def update(call: Call) -> Any:
    form = InitiativeForm.parse(call.form)
    if not form.validate():
        return Answer(settings_page(call, form), status=422)
    operations.change_initiative(
        call.session, initiative=call.thing, value=form.value(), actor=call.viewer.actor, now=call.now
    )
    return see_other(f"/arbeitsplatz/{call.thing.slug}/einstellungen?gespeichert=1")


ROUTES = [
    route("POST", SETTINGS, update, permission="owner", loads=load_initiative, changes_state=True, rate="session"),
]
