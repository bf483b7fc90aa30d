"""The badges of a dialogue: choose whose and how large; they are made in the background."""

from typing import Any

from badges import queries
from badges.pages import BadgesPage, Choice
from badges.sheet import Size
from events import queries as events
from events.models import Dialogue
from kit.endpoint import Answer, Call
from kit.frames import workspace_frame
from kit.i18n import _
from kit.registry import route
from network import queries as network
from registration import list_queries
from registration.files import new_file
from registration.routes import files
from registration.routes.dialogues import BASE, head_of, load_live_dialogue

PART = "ausweise"


def show(call: Call) -> BadgesPage:
    """The choice: whose badges, on which paper."""
    return _page(call)


def _choices(call: Call, key: str) -> tuple[Choice, ...]:
    dialogue: Dialogue = call.thing
    numbers = queries.counts(call.session, dialogue.id)
    offers = events.offers_of(call.session, dialogue.id)
    everybody = Choice("", _("Alle bestätigten Personen"), numbers[""], chosen=not key)
    of_offers = [
        Choice(offer.key, offer.title or dialogue.title, numbers.get(offer.id, 0), chosen=offer.key == key)
        for offer in offers
    ]
    return (everybody, *(of_offers if len(of_offers) > 1 else []))


def _sizes(key: str) -> tuple[Choice, ...]:
    labels = {
        Size.TEN: _("Zehn auf einem Blatt A4, je 90 × 55 mm"),
        Size.FOUR: _("Vier auf einem Blatt A4, je A6"),
        Size.ONE: _("Eines auf einem Blatt A6"),
    }
    return tuple(Choice(size, label, 0, chosen=size == key) for size, label in labels.items())


def _page(call: Call, *, problem: str = "", key: str = "", size: str = Size.TEN) -> BadgesPage:
    dialogue: Dialogue = call.thing
    top = head_of(call, dialogue, PART)
    initiative = network.initiative(call.session, dialogue.initiative_id)
    path = f"{top.path}/{PART}"
    return BadgesPage(
        frame=workspace_frame(call, nav="overview", initiative=initiative, path=path),
        head=top,
        path=path,
        files_path=f"{top.path}/{files.PART}",
        choices=_choices(call, key),
        sizes=_sizes(size),
        nameless=sum(not name for _id, name in list_queries.confirmed_names(call.session, dialogue.id)),
        problem=problem,
    )


def print_badges(call: Call) -> Any:
    """Orders the badges. Every order and every download is recorded."""
    dialogue: Dialogue = call.thing
    key, size = str(call.form.get("offer", "")), str(call.form.get("size", Size.TEN))
    choice = next((choice for choice in _choices(call, key) if choice.chosen), None)
    if choice is None or size not in list(Size):
        return Answer(_page(call, problem=_("Dieses Angebot gibt es nicht mehr. Bitte wählen Sie neu.")), 422)
    if not choice.number:
        problem = _("Es ist noch niemand bestätigt. Es gibt nichts zu drucken.")
        return Answer(_page(call, problem=problem, key=key, size=size), 409)
    offer = next((one for one in events.offers_of(call.session, dialogue.id) if key and one.key == key), None)
    title = _("Namensschilder") if offer is None or not offer.title else f"{_('Namensschilder')}: {offer.title}"
    wanted = {"offer": "" if offer is None else offer.id, "size": size}
    return files.order(
        call, new_file(dialogue, kind="badges", choice=wanted, title=title[:200], language=call.language)
    )


ROUTES = [
    route("GET", f"{BASE}/{PART}", show, permission="organiser", loads=load_live_dialogue),
    route(
        "POST",
        f"{BASE}/{PART}",
        print_badges,
        permission="organiser",
        loads=load_live_dialogue,
        changes_state=True,
        rate="session",
    ),
]
