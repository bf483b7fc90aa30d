"""What each change of an initiative needs: its row, held, and one row in its log."""

from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from kit.journal import audit
from network.models import Initiative


def locked(session: Session, initiative_id: str) -> Initiative:
    """The initiative's row, held until the end of the transaction: changes of one team go one after the other."""
    same: ColumnElement[bool] = col(Initiative.id) == initiative_id
    return session.exec(
        select(Initiative).where(same).with_for_update().execution_options(populate_existing=True)
    ).one()


def note(
    session: Session,
    initiative: Initiative,
    *,
    actor: str,
    action: str,
    kind: str,
    object_id: str,
    now: datetime,
    detail: str = "",
) -> None:
    """Writes the audit row of a change."""
    audit(
        session,
        initiative_id=initiative.id,
        actor=actor,
        action=action,
        object_kind=kind,
        object_id=object_id,
        now=now,
        detail=detail,
    )
