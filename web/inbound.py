"""Reading stored mail: one message at a time, each whole in itself.

What it is says `mail.incoming`; what follows from it is written together with the note that it was read, or not at all.
"""

import logging
from datetime import datetime

from sqlmodel import Session

from kit.db import Database, ScopedSession, wide, within
from kit.tokens import present
from mail import incoming, operations, queries
from mail.bounce_address import letter_of
from mail.incoming import Incoming, Kind
from mail.models import Letter
from mail.rules import Inbound
from registration import answer_queries
from registration.attachments import REPLY
from registration.operations import answers

log = logging.getLogger(__name__)

CHUNK = 100
LETTER_GONE = "letter_gone"
# Nobody has to look at these; kinds that are not named need somebody.
_QUIET = (Kind.AUTO_REPLY, Kind.LOOP, Kind.SPAM)


def read_inbound(data: Database, now: datetime) -> int:
    """Reads what was stored, the oldest first. One message that cannot be read stops no other."""
    with data.read(wide("sweep")) as session:
        waiting = queries.stored_inbound(session, limit=CHUNK)
    for inbound_id, attempts in waiting:
        try:
            _read(data, inbound_id, attempts, now)
        except Exception:
            # It is begun again, at most as often as a message may be begun.
            log.exception("inbound mail %s was not read", inbound_id)
    return len(waiting)


def _read(data: Database, inbound_id: str, attempts: int, now: datetime) -> None:
    if not data.transact(
        wide("sweep"),
        lambda session: operations.begin_reading(session, inbound_id=inbound_id, attempts=attempts),
        background=True,
    ):
        return
    with data.read(wide("sweep")) as session:
        row = queries.inbound_by_id(session, inbound_id)
        if row is None:
            return
        found = incoming.read(row.raw, sender=row.sender, recipient=row.recipient)
    settle(data, inbound_id, found, now)


def settle(data: Database, inbound_id: str, found: Incoming, now: datetime) -> None:
    """Does what follows from a message whose reading has begun, and notes that it was read."""
    with data.read(wide("sweep")) as session:
        owner = _owner(session, found)

    def work(session: ScopedSession) -> None:
        state, reason = _follow(session, found, inbound_id=inbound_id, now=now)
        operations.note_reading(
            session,
            inbound_id=inbound_id,
            state=state,
            kind=found.kind,
            reason=reason,
            concerns=owner,
            forget=reason == LETTER_GONE,
        )

    data.transact(within(owner) if owner else wide("sweep"), work, background=True)


def _owner(session: Session, found: Incoming) -> str | None:
    """The initiative whose letter or invitation a message is about."""
    letter = _returned(session, found)
    if letter is not None:
        return letter.initiative_id
    presented = present(found.token)
    if presented is None or not presented.proves(REPLY, 1):
        return None
    invitation = answer_queries.invitation_by_id(session, presented.object_id)
    return invitation.initiative_id if invitation else None


def _returned(session: Session, found: Incoming) -> Letter | None:
    letter_id = letter_of(found.token)
    if letter_id is not None:
        return queries.letter_by_id(session, letter_id)
    original = found.report.original_id if found.report else ""
    return queries.letter_by_message_id(session, original) if original else None


def _follow(session: Session, found: Incoming, *, inbound_id: str, now: datetime) -> tuple[Inbound, str]:
    """Does what follows from a message. Returns where that leaves it, and why."""
    if found.kind == Kind.ANSWER:
        return _take(session, found, inbound_id=inbound_id, now=now)
    if found.kind == Kind.BOUNCE:
        return _note_bounce(session, found, now=now)
    if found.kind in _QUIET and not found.reason:
        return Inbound.SORTED, ""
    return Inbound.NEEDS_ATTENTION, found.reason


def _take(session: Session, found: Incoming, *, inbound_id: str, now: datetime) -> tuple[Inbound, str]:
    # One for the whole time comes before those for single dates.
    ordered = sorted(found.answers, key=lambda answer: bool(answer.recurrence_id))
    taken = [
        answers.take(
            session, answer=answer, inbound_id=inbound_id, token=found.token, sender=found.from_address, now=now
        )
        for answer in ordered
    ]
    first = taken[0]
    return Inbound.NEEDS_ATTENTION if first.puzzling else Inbound.SORTED, first.verdict


def _note_bounce(session: Session, found: Incoming, *, now: datetime) -> tuple[Inbound, str]:
    assert found.report is not None
    letter = _returned(session, found)
    if letter is not None:
        operations.note_bounce(session, letter=letter, hard=found.report.hard, words=found.report.words, now=now)
        return Inbound.SORTED, found.report.status
    if letter_of(found.token) is not None:
        # Its day of deletion came before its way back ended.
        return Inbound.SORTED, LETTER_GONE
    return Inbound.NEEDS_ATTENTION, "unknown_letter"
