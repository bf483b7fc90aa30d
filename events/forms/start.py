"""What the form of a dialogue starts with."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from events import lines, rules
from events.forms import repeats
from events.models import Dialogue, Offer, ProgrammeItem
from events.rules import DialogueValue, SignUp
from kit import zones
from kit.districts import DISTRICTS
from kit.i18n import _


def blank(land: str, **options: Any) -> dict[str, Any]:
    """What a new form starts with."""
    return {
        "format": "F5",
        "zone": "Europe/Berlin",
        "land": land,
        "visibility": str(rules.Visibility.PUBLIC),
        "sign_up": str(SignUp.HERE),
        "step_free": "unknown",
        "languages": ["de"],
        "hold_minutes": "120",
        "offer_hours": "48",
        "fill_gaps": True,
        "party_limit": 4,
        "survey_days": 14,
        "alarm_minutes": "",
        **options,
    }


def filled(
    dialogue: Dialogue, offers: Sequence[Offer], programme: Sequence[ProgrammeItem], *, series: str = ""
) -> dict[str, Any]:
    """What the form of an existing dialogue starts with; `series` is the name of its series."""

    def moment(value: datetime | None) -> str:
        return zones.local(value, dialogue.zone).strftime(rules.WALL) if value else ""

    whole = offers[0] if len(offers) == 1 and not offers[0].title and not offers[0].start else None
    data: dict[str, Any] = {
        name: getattr(dialogue, name)
        for name in DialogueValue.__dataclass_fields__
        if hasattr(dialogue, name) and name not in ("access", "notices", "format_code")
    }
    if dialogue.repetition:
        data |= {"start": dialogue.regular_start, "end": dialogue.regular_end}
    return data | {
        **repeats.chosen(dialogue.repetition),
        "version": str(dialogue.version),
        "format": dialogue.format_code,
        "series": series,
        "kreis": DISTRICTS.get(dialogue.kreis, dialogue.kreis),
        "capacity": whole.capacity if whole else None,
        "unlimited": bool(whole and whole.capacity is None),
        "offers": "" if whole or not offers else "\n".join(lines.offer_line(row, data["start"]) for row in offers),
        "programme": "\n".join(lines.programme_line(row) for row in programme),
        "support": [entry["kind"] for entry in dialogue.access if entry["kind"] != "other" and not entry["text"]],
        "access": "\n".join(_access_line(entry["kind"], entry["text"]) for entry in dialogue.access if entry["text"]),
        "notices": "\n".join(lines.pair_line(entry["title"], entry["text"]) for entry in dialogue.notices),
        "registration_opens": moment(dialogue.registration_opens_at),
        "registration_closes": moment(dialogue.registration_closes_at),
        "list_deadline": moment(dialogue.list_deadline_at),
        "hold_minutes": str(dialogue.hold_minutes),
        "offer_hours": str(dialogue.offer_hours),
        "alarm_minutes": str(dialogue.alarm_minutes or ""),
    }


def _access_line(kind: str, where: str) -> str:
    return where if kind == "other" else lines.pair_line(_(rules.SUPPORT_LABELS[kind]), where)
