"""The picture that stands for an initiative."""

from datetime import datetime

from sqlmodel import Session

from kit.db import insert
from network import queries
from network.models import Initiative, Logo
from network.operations.log import locked, note
from network.rules import own_logo


def set_logo(
    session: Session, *, initiative: Initiative, content: bytes, media_type: str, actor: str, now: datetime
) -> bool:
    """Puts a picture in the place of the one that stands there. Returns whether it is another one."""
    row = locked(session, initiative.id)
    old = queries.logo_of(session, row.id)
    if old is not None and old.content == content:
        return False
    drawing = row.logo if old is None else old.drawing
    if old is not None:
        session.delete(old)
        session.flush()
    new = Logo(initiative_id=row.id, media_type=media_type, content=content, drawing=drawing, created_at=now)
    insert(session, new)
    _show(session, row, own_logo(new.id))
    note(session, row, actor=actor, action="initiative.logo", kind="initiative", object_id=row.id, now=now)
    return True


def remove_logo(session: Session, *, initiative: Initiative, actor: str, now: datetime) -> bool:
    """Takes the picture away; what was drawn before stands there again. Doing it twice changes nothing."""
    row = locked(session, initiative.id)
    old = queries.logo_of(session, row.id)
    if old is None:
        return False
    _show(session, row, old.drawing)
    session.delete(old)
    note(session, row, actor=actor, action="initiative.logo_removed", kind="initiative", object_id=row.id, now=now)
    return True


def _show(session: Session, row: Initiative, logo: str) -> None:
    row.logo = logo
    # Public pages are drawn anew.
    row.version += 1
    session.add(row)
