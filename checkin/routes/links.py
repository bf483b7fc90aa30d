"""Links that open the door on a phone without an account: made, shown, ended."""

from collections.abc import Mapping
from dataclasses import replace

from starlette.responses import Response

from checkin import operations
from checkin.duty import Duty, duty_path, read_times
from checkin.models import DoorLink
from checkin.pages import LinkRow, LinksPage
from checkin.queries import link_by_id, open_links
from checkin.routes.gates import PART, Gate, link_path, load_gate
from checkin.rules import AFTER_THE_END, MOST_LINKS, link_open
from events.rules import wall
from kit import qr
from kit.db import ScopedSession
from kit.endpoint import Answer, Call, Loaded, see_other
from kit.errors import NotFound
from kit.frames import workspace_frame
from kit.i18n import _, format_range
from kit.settings import settings
from kit.text import TextRefused, line
from kit.zones import local
from network import queries as network
from registration.routes.dialogues import head_of

TYPED = ("name", "duty_start", "duty_end", "duty_place")
NOTHING_TYPED: Mapping[str, str] = dict.fromkeys(TYPED, "")


def load_link(session: ScopedSession, params: Mapping[str, str]) -> Loaded:
    """A link that opens this door. Raises NotFound."""
    loaded = load_gate(session, params)
    gate: Gate = loaded.thing
    link = link_by_id(session, params["link"])
    if link is None or link.dialogue_id != gate.dialogue.id:
        raise NotFound
    return replace(loaded, thing=(gate, link))


def show(call: Call) -> LinksPage:
    """The open links of one dialogue, each as address and as code."""
    return _page(call)


def _page(call: Call, typed: Mapping[str, str] = NOTHING_TYPED, *, too_long: str = "") -> LinksPage:
    """`typed`: a duty whose times are none, or words that are `too_long`."""
    gate: Gate = call.thing
    dialogue = gate.dialogue
    links = open_links(call.session, dialogue.id)
    said = {"ja": _("Der Zugang ist angelegt."), "beendet": _("Der Zugang ist beendet.")}
    going = link_open(ended_at=None, ends_at=dialogue.ends_at, now=call.now)
    return LinksPage(
        frame=workspace_frame(
            call, nav="overview", initiative=network.initiative(call.session, dialogue.initiative_id)
        ),
        head=head_of(call, dialogue, PART),
        path=f"{gate.path}/zugang",
        door_path=gate.path,
        rows=tuple(_row(gate, link) for link in links) if going else (),
        ends=local(dialogue.ends_at + AFTER_THE_END, dialogue.zone),
        possible=going and len(links) < MOST_LINKS,
        done=said.get(call.query.get("neu", ""), ""),
        typed=typed,
        too_long=too_long,
    )


def _row(gate: Gate, link: DoorLink) -> LinkRow:
    address = f"{settings().base_url}{link_path(link)}"
    return LinkRow(
        name=link.name or _("Einlass"),
        address=address,
        drawing=qr.svg(address, _("QR-Code des Zugangs")),
        end_path=f"{gate.path}/zugang/{link.id}/ende",
        duty=_duty_words(link),
        calendar_address=f"{settings().base_url}{duty_path(link.id)}",
    )


def _duty_words(link: DoorLink) -> str:
    """When and where, as far as it was said."""
    times = format_range(wall(link.duty_start), wall(link.duty_end)) if link.duty_start else ""
    return ", ".join(filter(None, (times, link.duty_place)))


def create(call: Call) -> Response | Answer:
    """Makes a link."""
    gate: Gate = call.thing
    typed = {key: str(call.form.get(key, "")) for key in TYPED}
    times = read_times(typed["duty_start"], typed["duty_end"], gate.dialogue.zone)
    if times is None:
        return Answer(_page(call, typed), 422)
    try:
        name, place = line(typed["name"], max_chars=60), line(typed["duty_place"], max_chars=200)
    except TextRefused as refused:
        return Answer(_page(call, typed, too_long=str(refused.sentence)), 422)
    duty = Duty(*times, place)
    operations.make_link(
        call.session, dialogue=gate.dialogue, name=name, duty=duty, actor=call.viewer.actor, now=call.now
    )
    return see_other(f"{gate.path}/zugang?neu=ja")


def end(call: Call) -> Response:
    """Ends a link."""
    gate, link = call.thing
    operations.end_link(call.session, link=link, actor=call.viewer.actor, now=call.now)
    return see_other(f"{gate.path}/zugang?neu=beendet")
