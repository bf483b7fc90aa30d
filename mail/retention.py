"""What goes by date: letters that belong to no registration, inbound mail."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import Session, col, select

from mail.models import InboundMail, Letter
from mail.rules import State

LETTERS_KEPT = timedelta(days=30)
INBOUND_KEPT = timedelta(days=30)
CHUNK = 500


def forget_letters(session: Session, *, now: datetime) -> int:
    """Deletes one chunk of letters to teams and of links asked for; those of a registration go with it."""
    due = (
        select(Letter.id)
        .where(col(Letter.registration_id).is_(None), col(Letter.created_at) < now - LETTERS_KEPT)
        .where(col(Letter.state).not_in([State.QUEUED, State.SENDING]))
        .limit(CHUNK)
    )
    return session.connection().execute(delete(Letter).where(col(Letter.id).in_(due))).rowcount


def forget_inbound(session: Session, *, now: datetime) -> int:
    """Deletes inbound mail a month after it came."""
    gone = delete(InboundMail).where(col(InboundMail.received_at) < now - INBOUND_KEPT)
    return session.connection().execute(gone).rowcount
