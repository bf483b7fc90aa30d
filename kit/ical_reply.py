"""What a calendar answered to an invitation, as plain values.

Who invited, and what was asked, is known from the stored invitation; nothing of it is taken from an answer.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Attending:
    """One ATTENDEE of an answer. Addresses are bare and as they were written; PARTSTAT is in capitals, "" where none is."""

    address: str
    partstat: str = ""
    delegated_to: str = ""
    delegated_from: str = ""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One component of an answer. `method` is REPLY or COUNTER; moments are aware.

    `proposed_start` and `proposed_end` are those of a COUNTER. `recurrence_id` is the instance that is meant, as it was
    written, "" for the whole.
    """

    method: str
    uid: str
    sequence: int = 0
    dtstamp: datetime | None = None
    recurrence_id: str = ""
    attendees: tuple[Attending, ...] = ()
    comment: str = ""
    proposed_start: datetime | None = None
    proposed_end: datetime | None = None
