"""Decisions about subscriptions as plain values. Standard library only."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

# The purposes under which the tokens of a subscription are derived.
CONFIRM_PURPOSE = "subscription_confirm"
OWN_PURPOSE = "subscription"
CONSENT_PURPOSE = "new_dialogues"
CONSENT_VERSION = "2026-1"

UNCONFIRMED_KEPT = timedelta(days=7)
PROOF_KEPT = timedelta(days=3 * 365 + 1)
MOST_LISTED = 25

DIGEST_TIME = time(7)
DIGEST_ZONE = ZoneInfo("Europe/Berlin")


class State(StrEnum):
    """unconfirmed → active → ended, and active again when somebody wants it back."""

    UNCONFIRMED = "unconfirmed"
    ACTIVE = "active"
    ENDED = "ended"


@dataclass(frozen=True)
class Wanted:
    """Which dialogues somebody wants to hear of; an empty value takes all. `inviter_id` is an initiative, `kreis` a key."""

    land: str = ""
    format_code: str = ""
    inviter_id: str = ""
    kreis: str = ""

    def fits(self, *, land: str, format_code: str, inviter_id: str, kreis: str) -> bool:
        """Whether a dialogue is among them."""
        pairs = ((self.land, land), (self.format_code, format_code), (self.inviter_id, inviter_id), (self.kreis, kreis))
        return all(wanted in ("", found) for wanted, found in pairs)


def next_digest(now: datetime) -> datetime:
    """The next seven o'clock in Germany: a letter gathers what was published since the one before."""
    local = now.astimezone(DIGEST_ZONE)
    day = local.date() if local.time() < DIGEST_TIME else local.date() + timedelta(days=1)
    return datetime.combine(day, DIGEST_TIME, DIGEST_ZONE).astimezone(UTC)


def confirmable(*, asked_at: datetime, now: datetime) -> bool:
    """Whether the link of the first letter still opens something."""
    return now < asked_at + UNCONFIRMED_KEPT
