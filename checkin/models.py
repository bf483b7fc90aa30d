"""Links that open the door of one dialogue on a phone without an account."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index

from kit.ids import new_id
from kit.models import Tenant, moment, parent, personal, plain

# Free words of a team, which may name somebody; nobody's registration, so no copy of one's data holds them.
_GATE: dict[str, Any] = {"category": "log", "purpose": "which gate", "retention": "attendee", "export": False}


class DoorLink(Tenant, table=True):
    """One gate. The link itself is derived from `id` and not stored; `name` is where the phone stands."""

    __tablename__ = "door_link"
    __table_args__ = (parent("dialogue_id", "dialogue"), Index(None, "dialogue_id"))

    id: str = plain(new_id, primary_key=True, max_length=16)
    dialogue_id: str = plain(max_length=16)
    name: str = personal("", max_length=60, **_GATE)
    # When and where the helper is needed, as wall times of the dialogue; empty: as the dialogue.
    duty_start: str = plain("", max_length=16)
    duty_end: str = plain("", max_length=16)
    duty_place: str = personal("", max_length=200, **_GATE)
    created_at: datetime = moment()
    ended_at: datetime | None = moment(None, nullable=True)
