"""Tables every room writes: the audit log, the answers already given to a form, the journal of erasures."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, bindparam
from sqlmodel import Session, SQLModel, select

from kit.db import Prepared, Question, insert
from kit.ids import new_id
from kit.models import Tenant, UtcDateTime, global_table, moment, personal, plain
from kit.tokens import keyed_hash, token_hash

SYSTEM = "system"


class Audit(Tenant, table=True):
    """One row a change, append-only. The actor is a pseudonym, so erasure never rewrites the log."""

    __tablename__ = "audit"
    __table_args__ = (Index(None, "initiative_id", "at"), Index(None, "object_id"))

    id: str = plain(new_id, primary_key=True, max_length=16)
    at: datetime = moment()
    actor: str = plain(max_length=48)
    action: str = plain(max_length=60)
    object_kind: str = plain(max_length=30)
    object_id: str = plain(max_length=16)
    detail: str = plain("", max_length=300)


def pseudonym(kind: str, object_id: str) -> str:
    """Who acted, as the log keeps it: `person:…` or `contact:…` with a keyed hash."""
    return f"{kind}:{keyed_hash('audit', object_id)}"


def audit(
    session: Session,
    *,
    initiative_id: str,
    actor: str,
    action: str,
    object_kind: str,
    object_id: str,
    now: datetime,
    detail: str = "",
) -> None:
    """Writes the one audit row of a change, in its transaction. `detail` holds no personal data."""
    insert(
        session,
        Audit(
            initiative_id=initiative_id,
            at=now,
            actor=actor,
            action=action,
            object_kind=object_kind,
            object_id=object_id,
            detail=detail,
        ),
    )


class FormAnswer(Tenant, table=True):
    """Where a form sent with this key ended: the same form sent again gives the same answer."""

    __tablename__ = "form_answer"
    __table_args__ = (Index(None, "at"),)

    key_hash: str = plain(primary_key=True, max_length=64)
    initiative_id: str = plain(foreign_key="initiative.id", max_length=16, primary_key=True)
    flow: str = plain(max_length=40)
    object_id: str = plain(max_length=16)
    at: datetime = moment()


_ANSWERED = Prepared(
    select(FormAnswer.object_id).where(
        FormAnswer.initiative_id == bindparam("initiative_id"),
        FormAnswer.key_hash == bindparam("key_hash"),
        FormAnswer.flow == bindparam("flow"),
    )
)


def answered(session: Session, *, initiative_id: str, key: str, flow: str) -> str | None:
    """The id of what this form already made, if it was sent before."""
    question, values = whether_answered(initiative_id=initiative_id, key=key, flow=flow)
    found: str | None = question(session, **values).scalar()
    return found


def whether_answered(*, initiative_id: str, key: str, flow: str) -> Question:
    """The same as a question for `kit.db.ask`."""
    return _ANSWERED, {"initiative_id": initiative_id, "key_hash": token_hash(key), "flow": flow}


def remember(session: Session, *, initiative_id: str, key: str, flow: str, object_id: str, now: datetime) -> None:
    """Stores the answer of a form beside what it made. A second insert of the same key fails: one of two wins."""
    insert(
        session,
        FormAnswer(initiative_id=initiative_id, key_hash=token_hash(key), flow=flow, object_id=object_id, at=now),
    )


class RateCounter(SQLModel, table=True):
    """How often something was tried in one window; written on its own connection, kept when a request is refused."""

    __tablename__ = global_table("rate_counter", "limits hold across initiatives; keys are keyed hashes")

    bucket: str = plain(primary_key=True, max_length=40)
    key_hash: str = personal(
        primary_key=True,
        max_length=64,
        category="log",
        purpose="limits",
        retention="counter",
        export=False,
        erase="delete",
    )
    window: datetime = moment(primary_key=True)
    count: int = plain(0)


class Worker(SQLModel, table=True):
    """A living worker process: the reaper takes over the work of those that stopped breathing."""

    __tablename__ = global_table("worker", "processes serve all initiatives")

    executor_id: str = plain(primary_key=True, max_length=120)
    seen_at: datetime = plain(sa_type=UtcDateTime)
    started_at: datetime = plain(sa_type=UtcDateTime)


class Erasure(SQLModel, table=True):
    """Whose data were erased on request, or whose subscription ended, by an id that names nobody any more. It is no part of
    a backup: the worker copies it beside the database, and each restore erases the same once more."""

    __tablename__ = global_table("erasure", "replayed over the whole installation after a restore")

    object_id: str = plain(primary_key=True, max_length=16)
    kind: str = plain(max_length=20)
    at: datetime = moment()


def note_erasure(session: Session, *, kind: str, object_id: str, now: datetime) -> None:
    """Remembers an erasure in its transaction, once."""
    if session.get(Erasure, object_id) is None:
        insert(session, Erasure(object_id=object_id, kind=kind, at=now))


class Standstill(SQLModel, table=True):
    """A part of the installation that waits for a person; `outbox` after a restore, until `dialogwerk thaw`."""

    __tablename__ = global_table("standstill", "stops the whole installation")

    part: str = plain(primary_key=True, max_length=20)
    since: datetime = moment()


OUTBOX = "outbox"
_FROZEN = Prepared(select(Standstill.since).where(Standstill.part == OUTBOX))


def outbox_frozen(session: Session) -> bool:
    """Whether letters wait for somebody to let them go."""
    return _FROZEN(session).first() is not None


def audit_values(row: Audit) -> dict[str, Any]:
    """The export form of an audit row."""
    return {
        "kind": "audit",
        "id": row.id,
        "initiative": row.initiative_id,
        "state": row.action,
        "at": row.at.isoformat(),
        "actor": row.actor,
        "object_kind": row.object_kind,
        "object_id": row.object_id,
    }
