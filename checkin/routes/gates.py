"""Which door: that of the workspace, or one that a link opens. Both do the same."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from checkin.models import DoorLink
from checkin.queries import Opened, opened_by
from checkin.rules import DOOR_PURPOSE, link_open, other_day
from events.dates import Dates, name_at, taking_place
from events.models import Dialogue
from events.rules import DialogueState, workspace_path
from kit.clock import now
from kit.db import ScopedSession
from kit.endpoint import Call, Loaded
from kit.errors import NotFound
from kit.i18n import _, format_date_only
from kit.journal import pseudonym
from kit.tokens import derive, present
from kit.zones import local
from registration.door_queries import guest_of
from registration.routes.dialogues import load_live_dialogue

PART = "einlass"
DEVICE = "web"


@dataclass(frozen=True)
class Gate:
    """Where somebody stands: the dialogue, the address of this door, and the link that opened it, None with an account."""

    dialogue: Dialogue
    path: str
    link: Opened | None

    @property
    def device(self) -> str:
        return (self.link.name if self.link else "") or DEVICE

    def date(self, session: ScopedSession, at: datetime) -> str:
        """The name of the date that one stands here for; empty where there are not several."""
        return name_at(session, self.dialogue, at)

    def actor(self, call: Call) -> str:
        """Who ticks in, as the log keeps it."""
        return pseudonym("door", self.link.id) if self.link else str(call.viewer.actor)


def other_day_of(dialogue: Dialogue, dates: Dates, at: datetime) -> str:
    """That the dialogue is on another day than this moment; empty where it is not. Of several dates the next one is named."""
    today = local(at, dialogue.zone).date()
    spans = [(local(day.starts_at, dialogue.zone), local(day.ends_at, dialogue.zone)) for day in taking_place(dates)]
    spans = spans or [(local(dialogue.starts_at, dialogue.zone), local(dialogue.ends_at, dialogue.zone))]
    if not all(other_day(starts=starts.date(), ends=ends.date(), today=today) for starts, ends in spans):
        return ""
    named = next((starts for starts, _ends in spans if starts.date() > today), spans[-1][0])
    return _("Der Dialog ist nicht heute, sondern am %(day)s.") % {"day": format_date_only(named)}


class DoorLinkGone(NotFound):
    """Unknown, taken back, or over."""

    def default(self) -> str:
        return _("Dieser Zugang zum Einlass gilt nicht mehr. Die Initiative kann Ihnen einen neuen geben.")


def load_gate(session: ScopedSession, params: Mapping[str, str]) -> Loaded:
    """The door in the workspace. Raises NotFound."""
    loaded = load_live_dialogue(session, params)
    path = workspace_path(params["initiative"], params["slug"], PART)
    return replace(loaded, thing=Gate(loaded.thing, path, None))


def load_gate_by_token(session: ScopedSession, params: Mapping[str, str]) -> Loaded:
    """The door that a link opens. Raises DoorLinkGone."""
    token = params["token"]
    presented = present(token)
    found = opened_by(session, presented.object_id) if presented else None
    if presented is None or found is None or not presented.proves(DOOR_PURPOSE, 1):
        raise DoorLinkGone
    link, dialogue = found
    over = not link_open(ended_at=link.ended_at, ends_at=dialogue.ends_at, now=now())
    if over or dialogue.state == DialogueState.DRAFT:
        raise DoorLinkGone
    return Loaded(Gate(dialogue, link_path(link), link), dialogue.initiative_id)


def link_path(link: DoorLink | Opened) -> str:
    """The address that opens the door on a phone."""
    return f"/{PART}/{derive(DOOR_PURPOSE, link.id, 1)}"


def with_guest(load: Any) -> Any:
    """A loader of a door and of the person `{participant}` of its dialogue. Raises NotFound."""

    def load_guest(session: ScopedSession, params: Mapping[str, str]) -> Loaded:
        loaded = load(session, params)
        gate: Gate = loaded.thing
        found = guest_of(session, params["participant"], gate.date(session, now()))
        if found is None or found.dialogue_id != gate.dialogue.id:
            raise NotFound
        return replace(loaded, thing=(gate, found))

    return load_guest
