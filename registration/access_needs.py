"""What people need to take part, read from where it stands sealed. Lists ask only whether there is something."""

from collections.abc import Sequence

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from kit import sealed
from kit.db import Prepared
from registration.models import AccessNeed

USE = "access-need"

_SEALED = Prepared(select(AccessNeed.sealed).where(AccessNeed.registration_id == bindparam("registration_id")))


def access_need_of(session: Session, registration_id: str) -> str | None:
    """The words in clear: for the person, and for the team on the page of this registration alone.

    Empty: nothing was said. None: the key that sealed them is gone.
    """
    kept = _SEALED(session, registration_id=registration_id).first()
    return "" if kept is None else sealed.unseal(USE, kept[0])


def with_access_need(session: Session, registration_ids: Sequence[str]) -> set[str]:
    """Which of these registrations say something."""
    asked = col(AccessNeed.registration_id)
    return set(session.exec(select(AccessNeed.registration_id).where(asked.in_(registration_ids))))
