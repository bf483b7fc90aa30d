"""What happens to a letter: states, and when it is tried again. Standard library only."""

from datetime import datetime, timedelta
from enum import StrEnum

GIVE_UP_AFTER = timedelta(days=5)
MOST_CLAIMS = 12
MOST_READINGS = 3
_STEPS = (1, 2, 5, 15, 30, 60)


class State(StrEnum):
    """queued → sending → sent; or skipped with a reason; or needs_attention."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    SKIPPED = "skipped"
    NEEDS_ATTENTION = "needs_attention"


class Bounce(StrEnum):
    """What a mail server reported after it had taken a letter: it will not arrive, or not yet."""

    HARD = "hard"
    SOFT = "soft"


class Inbound(StrEnum):
    """Inbound mail: stored → sorted, or needs_attention → done by somebody."""

    STORED = "stored"
    SORTED = "sorted"
    NEEDS_ATTENTION = "needs_attention"
    DONE = "done"


class InDoubt(StrEnum):
    """What to do when nobody can know whether the server took a letter."""

    RESEND = "resend"
    HOLD = "hold"


class Reason(StrEnum):
    """Why a letter waits, was skipped or needs somebody; what a mail server said stands in its own words instead.

    After FAULTY_CALENDAR follow a colon and what is wrong with the entry.
    """

    LIMIT = "limit"
    NO_ANSWER = "no_answer"
    IN_DOUBT = "in_doubt"
    CANNOT_BE_MADE = "cannot_be_made"
    FAULTY_CALENDAR = "faulty_calendar"
    TAKEN_BACK = "taken_back"
    RETURNED = "returned"


def next_attempt(*, created_at: datetime, failures: int, now: datetime) -> datetime | None:
    """When a letter that met a temporary error is tried again; None after five days."""
    if now - created_at >= GIVE_UP_AFTER:
        return None
    return now + timedelta(minutes=_STEPS[min(failures, len(_STEPS) - 1)])
