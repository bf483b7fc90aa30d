"""Reading letters."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import LargeBinary, bindparam, or_
from sqlalchemy.orm import defer
from sqlmodel import Session, col, func, select

from kit.db import PreparedRows
from mail.models import InboundMail, Letter
from mail.rules import Inbound, State


def letter_by_key(session: Session, dedupe_key: str) -> Letter | None:
    return session.exec(select(Letter).where(Letter.dedupe_key == dedupe_key)).first()


_LETTER = PreparedRows(select(Letter).where(Letter.id == bindparam("id")))


def letter_by_id(session: Session, letter_id: str) -> Letter | None:
    return _LETTER(session, id=letter_id).first()


def letters_due(session: Session, *, now: datetime, limit: int) -> list[Letter]:
    """Letters whose next attempt is due."""
    return list(
        session.exec(
            select(Letter)
            .where(Letter.state == State.QUEUED, col(Letter.next_attempt_at).is_not(None))
            .where(col(Letter.next_attempt_at) <= now)
            .order_by(col(Letter.next_attempt_at))
            .limit(limit)
        )
    )


def letters_stuck(session: Session, *, before: datetime, limit: int) -> list[Letter]:
    """Letters whose last job was made before this time and that wait without a due time, or are being sent since then."""
    return list(
        session.exec(
            select(Letter)
            .where(
                or_(
                    (col(Letter.state) == State.QUEUED) & col(Letter.next_attempt_at).is_(None),
                    (col(Letter.state) == State.SENDING) & (col(Letter.claimed_at) < before),
                )
            )
            .where(col(Letter.enqueued_at) < before)
            .limit(limit)
        )
    )


def unfinished(session: Session, *, now: datetime) -> int:
    """How many letters still wait for something that is due now."""
    return session.exec(
        select(func.count())
        .select_from(Letter)
        .where(col(Letter.state).in_([State.QUEUED, State.SENDING]))
        .where(or_(col(Letter.next_attempt_at).is_(None), col(Letter.next_attempt_at) <= now))
    ).one()


def letters_of_registration(session: Session, registration_id: str) -> list[Letter]:
    return list(
        session.exec(
            select(Letter).where(Letter.registration_id == registration_id).order_by(col(Letter.created_at).desc())
        )
    )


def letter_by_message_id(session: Session, message_id: str) -> Letter | None:
    return session.exec(select(Letter).where(Letter.message_id == message_id)).first()


def stored_inbound(session: Session, *, limit: int) -> list[tuple[str, int]]:
    """Id and begun readings of inbound mail that was not read yet, the oldest first."""
    rows = session.exec(
        select(InboundMail.id, InboundMail.attempts)
        .where(InboundMail.state == Inbound.STORED)
        .order_by(col(InboundMail.received_at), col(InboundMail.id))
        .limit(limit)
    )
    return [(row[0], row[1]) for row in rows]


def inbound_by_id(session: Session, inbound_id: str) -> InboundMail | None:
    return session.get(InboundMail, inbound_id)


HEAD_OCTETS = 20_000


def inbound_to_look_at(session: Session, *, limit: int) -> list[tuple[InboundMail, bytes]]:
    """Inbound mail that needs somebody, the latest first, with its first bytes alone."""
    head = func.substr(InboundMail.raw, 1, HEAD_OCTETS, type_=LargeBinary)
    rows = session.exec(
        select(InboundMail, head)
        .options(defer(InboundMail.raw, raiseload=True))  # type: ignore[arg-type]
        .where(InboundMail.state == Inbound.NEEDS_ATTENTION)
        .order_by(col(InboundMail.received_at).desc(), col(InboundMail.id))
        .limit(limit)
    )
    return [(row, bytes(first)) for row, first in rows]


def inbound_count(session: Session) -> int:
    """How many inbound messages need somebody."""
    return session.exec(
        select(func.count()).select_from(InboundMail).where(InboundMail.state == Inbound.NEEDS_ATTENTION)
    ).one()


def letters_of_dialogue(
    session: Session, dialogue_id: str, *, states: Sequence[str], offset: int, limit: int
) -> list[Letter]:
    """One page of a dialogue's letters in these states, the latest first."""
    return list(
        session.exec(
            select(Letter)
            .where(Letter.dialogue_id == dialogue_id, col(Letter.state).in_(states))
            .order_by(col(Letter.created_at).desc(), col(Letter.id))
            .offset(offset)
            .limit(limit)
        )
    )


def letter_counts(session: Session, dialogue_id: str) -> dict[str, int]:
    """State → letters of a dialogue."""
    rows = session.exec(
        select(Letter.state, func.count()).where(Letter.dialogue_id == dialogue_id).group_by(Letter.state)
    )
    return dict(rows.all())


def counts_by_prefix(session: Session, prefix: str) -> dict[str, int]:
    """State → number of the letters whose dedupe key begins so."""
    rows = session.exec(
        select(Letter.state, func.count())
        .where(col(Letter.dedupe_key).startswith(prefix, autoescape=True))
        .group_by(Letter.state)
    )
    return dict(rows.all())


DAY = timedelta(days=1)
