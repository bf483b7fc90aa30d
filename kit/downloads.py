"""Files that take a while: ordered by a team, made in the background, fetched within a day.

The row is the truth, the job carries only ids. A file is made in parts, each saved as it is finished: a process may be
killed at any time, the next one goes on with the part that is missing.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, LargeBinary, UniqueConstraint, delete, update
from sqlmodel import Field, Session, col, func, select

from kit import clock, jobs
from kit.db import Database, insert, wide, within
from kit.errors import Refused
from kit.i18n import _
from kit.ids import new_id
from kit.models import Personal, Tenant, document, moment, parent, plain, tenant_key
from kit.pdf import PdfFailed, PdfUnavailable

MAKE = "make_download"
KEPT = timedelta(days=1)
# A job that said nothing for so long is lost and gets started again, so often at most.
SILENT = timedelta(minutes=10)
ATTEMPTS = 4
MOST = 20

log = logging.getLogger("dialogwerk.downloads")


class State(StrEnum):
    """Where a file stands."""

    WAITING = "waiting"
    WORKING = "working"
    READY = "ready"
    FAILED = "failed"


class Download(Tenant, table=True):
    """A file that somebody ordered. `total` and `done` count people; `notes` are pairs of a person's id and a sentence."""

    __tablename__ = "download"
    __table_args__ = (tenant_key(), Index(None, "object_id"), Index(None, "expires_at"))

    id: str = plain(new_id, primary_key=True, max_length=16)
    object_id: str = plain(max_length=16)
    kind: str = plain(max_length=20)
    choice: dict[str, Any] = document()
    title: str = plain(max_length=200)
    file_name: str = plain(max_length=100)
    language: str = plain(max_length=5)
    state: str = plain(State.WAITING, max_length=12)
    total: int = plain(0)
    done: int = plain(0)
    attempts: int = plain(0)
    size: int = plain(0)
    notes: list[Any] = document(list)
    ordered_at: datetime = moment()
    changed_at: datetime = moment()
    expires_at: datetime = moment()


class DownloadPart(Tenant, table=True):
    """A part of a file: for whom it is, then its content. Part 0 of a finished file is the whole."""

    __tablename__ = "download_part"
    __table_args__ = (tenant_key(), parent("download_id", "download"), UniqueConstraint("download_id", "number"))

    id: str = plain(new_id, primary_key=True, max_length=16)
    download_id: str = plain(max_length=16)
    number: int = plain()
    people: list[Any] = document(list)
    content: bytes | None = Field(
        default=None,
        sa_type=LargeBinary,
        nullable=True,
        sa_column_kwargs={
            "info": {
                "data": Personal("contact", "lists and badges for a team", "download", export=False, erase="delete")
            }
        },
    )


Report = Callable[[int], None]
"""Takes how many people are done; raises Stopped when nobody wants the file any more."""


@dataclass(frozen=True)
class Maker:
    """How a kind of file is made.

    `plan` says for whom each part is (ids of people), `part` makes one of them and what is to be said of whom, `whole`
    puts the parts together.
    """

    plan: Callable[[Session, Download], list[list[str]]]
    part: Callable[[Database, Download, int, Sequence[str], Report], tuple[bytes, list[tuple[str, str]]]]
    whole: Callable[[Sequence[bytes]], bytes]


class Stopped(Exception):
    """The file is not wanted any more."""


class TooManyFiles(Refused):
    """A dialogue's files lie there until they are fetched or a day is over."""

    def default(self) -> str:
        return _("Es liegen schon %(num)d Dateien bereit. Bitte löschen Sie eine davon.") % {"num": MOST}


# --- verbs ---


def order(session: Session, *, download: Download, now: datetime) -> Download:
    """Saves an order with its job. The same one that still waits is not made twice. Raises TooManyFiles."""
    waiting = of_object(session, download.object_id)
    for other in waiting:
        same = (other.kind, other.choice, other.language) == (download.kind, download.choice, download.language)
        if same and other.state in (State.WAITING, State.WORKING):
            return other
    if len(waiting) >= MOST:
        raise TooManyFiles
    download.ordered_at = download.changed_at = now
    download.expires_at = now + KEPT
    session.add(download)
    session.flush()
    _enqueue(session, download)
    return download


def drop(session: Session, *, download: Download) -> None:
    """Takes a file away, finished or not; a job that works on it ends at its next step."""
    connection = session.connection()
    connection.execute(delete(DownloadPart).where(col(DownloadPart.download_id) == download.id))
    connection.execute(delete(Download).where(col(Download.id) == download.id))
    session.expunge(download)


def drop_all(session: Session, object_id: str) -> None:
    """Takes all files about something away."""
    for download in of_object(session, object_id):
        drop(session, download=download)


def _enqueue(session: Session, download: Download) -> None:
    download.attempts += 1
    jobs.enqueue(
        session,
        workflow=MAKE,
        queue=jobs.DOWNLOADS,
        workflow_id=f"download:{download.id}:{download.attempts}",
        arguments=(download.initiative_id, download.id),
    )


# --- questions ---


def of_object(session: Session, object_id: str) -> list[Download]:
    """The files about something, the newest first."""
    return list(
        session.exec(
            select(Download)
            .where(Download.object_id == object_id)
            .order_by(col(Download.ordered_at).desc(), col(Download.id))
        )
    )


def by_id(session: Session, download_id: str) -> Download | None:
    return session.exec(select(Download).where(Download.id == download_id)).first()


def content(session: Session, download_id: str) -> bytes:
    """The whole of a finished file."""
    found = session.exec(
        select(DownloadPart.content).where(DownloadPart.download_id == download_id, DownloadPart.number == 0)
    ).one()
    assert found is not None
    return found


def unfinished(session: Session) -> tuple[int, int]:
    """How many files are still to be made, and how many people their finished parts have."""
    return session.exec(
        select(func.count(), func.coalesce(func.sum(Download.done), 0)).where(
            col(Download.state).in_([State.WAITING, State.WORKING])
        )
    ).one()


# --- background ---


def make(data: Database, initiative_id: str, download_id: str, makers: Mapping[str, Maker]) -> str:
    """Makes a file, from where an earlier attempt ended. Returns its state, or nothing when it is gone."""
    scope = within(initiative_id)

    def begin(session: Session) -> Download | None:
        found = by_id(session, download_id)
        if found is None or found.state not in (State.WAITING, State.WORKING):
            return None
        if found.state == State.WAITING:
            plan = makers[found.kind].plan(session, found)
            found.state, found.total, found.done = State.WORKING, sum(map(len, plan)), 0
            # From 1: the whole takes 0.
            for number, people in enumerate(plan, 1):
                session.add(
                    DownloadPart(initiative_id=initiative_id, download_id=found.id, number=number, people=people)
                )
        found.changed_at = clock.now()
        return found

    download = data.transact(scope, begin, background=True)
    if download is None:
        return ""
    try:
        _finish(data, download, makers[download.kind])
    except Stopped:
        return ""
    except (PdfFailed, PdfUnavailable):
        _fail(data, download)
    except Exception:
        log.exception("a file of kind %s could not be made", download.kind)
        _fail(data, download)
    with data.read(scope) as session:
        found = by_id(session, download_id)
        return "" if found is None else found.state


def _finish(data: Database, download: Download, maker: Maker) -> None:
    scope = within(download.initiative_id)
    with data.read(scope) as session:
        rows = session.exec(
            select(DownloadPart.number, DownloadPart.people, col(DownloadPart.content).is_not(None))
            .where(DownloadPart.download_id == download.id)
            .order_by(col(DownloadPart.number))
        ).all()
    done = 0
    for number, people, made in rows:
        if not made:
            before = done

            def report(people_done: int, before: int = before) -> None:
                _set(data, download, done=before + people_done)

            made_now, notes = maker.part(data, download, number, people, report)
            _keep(data, download, number, made_now, notes, done=done + len(people))
        done += len(people)
    with data.read(scope) as session:
        parts = session.exec(
            select(DownloadPart.content)
            .where(DownloadPart.download_id == download.id)
            .order_by(col(DownloadPart.number))
        ).all()
    whole = maker.whole([part for part in parts if part is not None])

    def end(session: Session) -> None:
        if not _changed(session, download, state=State.READY, size=len(whole), expires_at=clock.now() + KEPT):
            raise Stopped
        session.connection().execute(delete(DownloadPart).where(col(DownloadPart.download_id) == download.id))
        insert(
            session,
            DownloadPart(initiative_id=download.initiative_id, download_id=download.id, number=0, content=whole),
        )

    data.transact(scope, end, background=True)


def _keep(
    data: Database, download: Download, number: int, content: bytes, notes: list[tuple[str, str]], *, done: int
) -> None:
    def work(session: Session) -> None:
        found = by_id(session, download.id)
        if found is None or found.state != State.WORKING:
            raise Stopped
        session.connection().execute(
            update(DownloadPart)
            .where(col(DownloadPart.download_id) == download.id, col(DownloadPart.number) == number)
            .values(content=content)
        )
        found.notes = [*found.notes, *map(list, notes)]
        found.done, found.changed_at = done, clock.now()

    data.transact(within(download.initiative_id), work, background=True)


def _set(data: Database, download: Download, **values: Any) -> None:
    """Changes the row of a file in the making. Raises Stopped when it is gone."""

    def work(session: Session) -> bool:
        return _changed(session, download, **values)

    if not data.transact(within(download.initiative_id), work, background=True):
        raise Stopped


def _changed(session: Session, download: Download, **values: Any) -> bool:
    statement = (
        update(Download)
        .where(col(Download.id) == download.id, col(Download.state) == State.WORKING)
        .values(changed_at=clock.now(), **values)
    )
    return bool(session.connection().execute(statement).rowcount)


def _fail(data: Database, download: Download) -> None:
    data.transact(
        within(download.initiative_id),
        lambda session: _changed(session, download, state=State.FAILED),
        background=True,
    )


def take_up(data: Database, now: datetime) -> int:
    """Files whose job was lost get a new one; after several they have failed."""
    with data.read(wide("sweep")) as session:
        silent = session.exec(
            select(Download.initiative_id, Download.id).where(
                col(Download.state).in_([State.WAITING, State.WORKING]), col(Download.changed_at) < now - SILENT
            )
        ).all()
    for initiative_id, download_id in silent:

        def work(session: Session, download_id: str = download_id) -> None:
            found = by_id(session, download_id)
            if found is None or found.state not in (State.WAITING, State.WORKING):
                return
            found.changed_at = now
            if found.attempts >= ATTEMPTS:
                found.state = State.FAILED
            else:
                _enqueue(session, found)

        data.transact(within(initiative_id), work, background=True)
    return len(silent)


def forget_expired(data: Database, now: datetime) -> int:
    """Files that nobody may fetch any more go with their content."""
    with data.read(wide("sweep")) as session:
        expired = session.exec(select(Download.initiative_id, Download.id).where(col(Download.expires_at) <= now)).all()
    for initiative_id, download_id in expired:

        def work(session: Session, download_id: str = download_id) -> None:
            found = by_id(session, download_id)
            if found is not None:
                drop(session, download=found)

        data.transact(within(initiative_id), work, background=True)
    return len(expired)
