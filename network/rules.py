"""Roles, accents and addresses of initiatives. Standard library only."""

from datetime import datetime, timedelta
from enum import StrEnum

OPERATOR_SLUG = "servicestelle"


class Role(StrEnum):
    """What somebody is in one initiative."""

    OWNER = "owner"
    ORGANISER = "organiser"
    HELPER = "helper"
    READER = "reader"
    OBSERVER = "observer"


# Which roles a declared permission admits (kit.registry.PERMISSIONS says it in words).
ADMITTED: dict[str, frozenset[str]] = {
    "member": frozenset(Role),
    "team": frozenset({Role.HELPER, Role.READER, Role.ORGANISER, Role.OWNER}),
    "observer": frozenset({Role.OBSERVER, Role.READER, Role.ORGANISER, Role.OWNER}),
    "reader": frozenset({Role.READER, Role.ORGANISER, Role.OWNER}),
    "helper": frozenset({Role.HELPER, Role.ORGANISER, Role.OWNER}),
    "organiser": frozenset({Role.ORGANISER, Role.OWNER}),
    "owner": frozenset({Role.OWNER}),
}

FIRST_PART: dict[str, str] = {Role.HELPER: "einlass", Role.OBSERVER: "ergebnis"}
"""The part of a dialogue to which the overview leads, where it is not the dialogue's own page."""

OWN_LOGO = "bild:"
"""What stands before the id of a picture where otherwise the name of a drawing stands."""


def own_logo(logo_id: str) -> str:
    """How an initiative names a picture of its own."""
    return f"{OWN_LOGO}{logo_id}"


# The twelve tested colours of an initiative, in the order of the wheel; the values are in static/css.
ACCENTS = (
    "ziegel", "mennige", "ocker", "reseda", "tanne", "wasser",
    "stahl", "kobalt", "ultramarin", "pflaume", "beere", "schiefer",
)  # fmt: skip

# Words that stand in the place of an initiative's slug in addresses.
RESERVED_SLUGS = frozenset({OPERATOR_SLUG, "konto", "neu", "demo", "initiativen", "dialoge"})


INVITATION_LIVES = timedelta(days=7)
KEPT_AFTER_INVITATION = timedelta(days=30)

# The purpose under which the token of an invitation is derived.
INVITATION_PURPOSE = "team_invitation"


def invitation_open(*, expires_at: datetime, now: datetime) -> bool:
    """Whether an invitation can still be accepted."""
    return now < expires_at


def start_path(slug: str, role: str) -> str:
    """Where a member's work begins: helpers stand at the door."""
    return f"/arbeitsplatz/{slug}/{'einlass' if role == Role.HELPER else ''}"


def slug_fits(slug: str) -> bool:
    """a to z, digits and single hyphens inside, 2 to 80 characters."""
    parts = slug.split("-")
    return 2 <= len(slug) <= 80 and all(
        part and part.isascii() and part.isalnum() and part == part.lower() for part in parts
    )
