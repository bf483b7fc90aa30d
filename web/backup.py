"""A whole copy of the installation in one file, neutral of the engine: what SQLite held PostgreSQL can take.

The file is a ZIP: `tables/<name>.jsonl` with one row a line, `media/…` with the files of the media folder, and as its last
member `backup.json` with product, schema, counts and a SHA-256 of each member. Rows stand in the order of their keys, which
are random, so that the order of a table says nothing about who came when.
"""

import base64
import fcntl
import hashlib
import json
import os
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

from sqlalchemy import LargeBinary, Table, delete, func, select
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.types import JSON

from accounts.rules import OPERATOR_INITIATIVE_ID
from kit import jobs
from kit.db import Database, ScopedSession, wide
from kit.journal import OUTBOX, Standstill
from kit.models import UtcDateTime
from kit.settings import settings
from mail.operations import DELIVER
from mail.queries import unfinished
from web import erasures, schema
from web.tables import METADATA

PRODUCT = "dialogwerk"
MANIFEST = "backup.json"
CHUNK = 500

# Tables that belong to the running installation and not to its copy, each with the reason.
LEFT_OUT = {
    "worker": "processes that run now",
    "rate_counter": "limits of the present hour",
    "login_session": "whoever signed out since then must not be signed in again",
    "download": "files of a day, made again when they are wanted",
    "download_part": "as download",
    "erasure": "the journal stands beside the copy, otherwise an old copy would hide what was erased since",
    "standstill": "a restored installation begins with a frozen outbox in any case",
}


# What a file can raise that only looks like a copy: as an archive, as JSON, as values, as rows.
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, RecursionError, NotImplementedError,
    ValueError, KeyError, TypeError, AttributeError, OverflowError, IntegrityError, DataError,
)  # fmt: skip


class BackupError(Exception):
    """A copy cannot be made or taken back; one sentence for the operator."""


@dataclass(frozen=True)
class Restored:
    """What a restore did: rows in all, people erased again, letters that wait for `thaw`."""

    rows: int
    erased: int
    letters: int


def copied_tables() -> list[Table]:
    """The tables of a copy, parents before their children."""
    return [table for table in METADATA.sorted_tables if table.name not in LEFT_OUT]


def media() -> Path:
    return settings().var_dir / "media"


# --- making a copy ---


def save(data: Database, path: Path, now: datetime) -> int:
    """Writes a copy while the installation runs; returns the number of rows. The file appears when it is whole."""
    if path.exists():
        raise BackupError(f"{path} exists already. Name a file that does not.")
    part = path.with_name(path.name + ".part")
    try:
        with open(part, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
                rows = _fill(data, archive, now)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise BackupError(f"{path} cannot be written: {error.strerror}.") from error
    finally:
        part.unlink(missing_ok=True)
    return rows


def _fill(data: Database, archive: zipfile.ZipFile, now: datetime) -> int:
    members: dict[str, dict[str, Any]] = {}
    with _one_moment(data) as session:
        for table in copied_tables():
            name = f"tables/{table.name}.jsonl"
            statement = select(table).order_by(*table.primary_key.columns)
            rows = session.connection().execute(statement, execution_options={"yield_per": CHUNK}).mappings()
            lines = (
                json.dumps({key: _written(value) for key, value in row.items()}, ensure_ascii=False) + "\n"
                for row in rows
            )
            members[name] = _store(archive, name, (line.encode() for line in lines))
    for file in sorted(media().rglob("*")):
        if file.is_file():
            name = f"media/{file.relative_to(media()).as_posix()}"
            with file.open("rb") as source:
                members[name] = _store(archive, name, _blocks(source))
    manifest = {
        "product": PRODUCT,
        "schema": schema.newest_version(),
        "made_at": now.isoformat(),
        "members": members,
    }
    archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
    return sum(entry["parts"] for name, entry in members.items() if name.startswith("tables/"))


def _blocks(source: IO[bytes]) -> Iterator[bytes]:
    while block := source.read(1 << 20):
        yield block


@contextmanager
def _one_moment(data: Database) -> Iterator[ScopedSession]:
    """A session that sees the same moment in all its queries. SQLite's transactions do so by themselves."""
    with data.read(wide("backup")) as session:
        if not data.sqlite:
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        yield session


def _store(archive: zipfile.ZipFile, name: str, parts: Iterator[bytes]) -> dict[str, Any]:
    digest = hashlib.sha256()
    count = 0
    with archive.open(name, "w", force_zip64=True) as member:
        for part in parts:
            member.write(part)
            digest.update(part)
            count += 1
    return {"parts": count, "sha256": digest.hexdigest()}


def _written(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value


# --- taking a copy back ---


def restore(data: Database, path: Path, journal: list[erasures.Entry], now: datetime) -> Restored:
    """Fills an empty, migrated database from a copy, erases once more what the journal names, and freezes the outbox.

    All in one transaction: a restore that is killed has done nothing. Files of the media folder lie beside it until
    all rows are in.
    """
    with data.read(wide("backup")) as session:
        _refuse_unless_empty(session)
    try:
        with zipfile.ZipFile(path) as archive, _room() as room:
            members = _checked(archive)
            _unpack_media(archive, members, room)

            def work(session: ScopedSession) -> Restored:
                _refuse_unless_empty(session)
                session.connection().execute(delete(METADATA.tables["initiative"]))
                rows = sum(_load(session, archive, table, members) for table in copied_tables())
                session.add(Standstill(part=OUTBOX, since=now))
                erased = erasures.replay(session, journal, now=now)
                session.flush()
                _move_in(room)
                return Restored(rows, erased, unfinished(session, now=now))

            return data.transact(wide("backup"), work, background=True)
    except OSError as error:
        raise BackupError(f"{path} cannot be read: {error.strerror}.") from error
    except _DAMAGED as error:
        raise BackupError(f"{path} is not a whole backup of Dialogwerk. Nothing was changed.") from error


def _checked(archive: zipfile.ZipFile) -> dict[str, dict[str, Any]]:
    """The members of a copy after each was read once and compared with its sum."""
    manifest = json.loads(archive.read(MANIFEST))
    if manifest["product"] != PRODUCT:
        raise ValueError("another product")
    found, needed = str(manifest["schema"]), schema.newest_version()
    if found != needed:
        kind = "a newer" if found > needed else "an older"
        raise BackupError(
            f"This backup was made by {kind} version (schema {found}, here {needed}). Restore it with that version,"
            " then migrate. Nothing was changed."
        )
    members: dict[str, dict[str, Any]] = manifest["members"]
    if {*members, MANIFEST} != set(archive.namelist()):
        raise ValueError("other members than the list says")
    if {name for name in members if name.startswith("tables/")} != {f"tables/{t.name}.jsonl" for t in copied_tables()}:
        raise ValueError("other tables than this version has")
    for name, entry in members.items():
        digest = hashlib.sha256()
        with archive.open(name) as member:
            for block in _blocks(member):
                digest.update(block)
        if digest.hexdigest() != entry["sha256"]:
            raise ValueError(f"{name} was changed")
    return members


def _refuse_unless_empty(session: ScopedSession) -> None:
    """Only an empty database takes a copy. The service point's own initiative, which `migrate` makes, gives way."""
    connection = session.connection()
    initiative = METADATA.tables["initiative"]
    for table in METADATA.sorted_tables:
        statement = select(func.count()).select_from(table)
        if table is initiative:
            statement = statement.where(initiative.c.id != OPERATOR_INITIATIVE_ID)
        if table.name not in ("worker", "rate_counter") and connection.execute(statement).scalar_one():
            raise BackupError("A restore needs an empty database, and this one holds data. Nothing was changed.")
    if jobs.ever_ran(session, DELIVER):
        raise BackupError("This database has delivered letters before. Restore into a new one. Nothing was changed.")


def _load(session: ScopedSession, archive: zipfile.ZipFile, table: Table, members: dict[str, dict[str, Any]]) -> int:
    name = f"tables/{table.name}.jsonl"
    columns = set(table.columns.keys())
    rows: list[dict[str, Any]] = []
    count = 0
    with archive.open(name) as member:
        for line in member:
            row = json.loads(line)
            if row.keys() != columns:
                raise ValueError(f"{table.name} has other columns")
            rows.append({key: _read(table.columns[key].type, value) for key, value in row.items()})
            count += 1
            if len(rows) == CHUNK:
                session.connection().execute(table.insert(), rows)
                rows = []
    if rows:
        session.connection().execute(table.insert(), rows)
    if count != members[name]["parts"]:
        raise ValueError(f"{table.name} has another number of rows")
    return count


def _read(kind: Any, value: Any) -> Any:
    if isinstance(kind, UtcDateTime) and value is not None:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError(f"{value!r} is no instant")
        return moment.astimezone(UTC)
    if isinstance(kind, LargeBinary) and value is not None:
        return base64.b64decode(value, validate=True)
    if value is not None and not isinstance(kind, JSON) and not isinstance(value, kind.python_type):
        raise ValueError(f"{value!r} is not of its kind")
    return value


@contextmanager
def _room() -> Iterator[Path]:
    """An empty folder on the disk of the media folder, for a while. Those of restores that were killed go."""
    place = media().parent
    place.mkdir(parents=True, exist_ok=True)
    for left in place.glob("restore-*"):
        with _held(left) as ours:
            if ours:
                shutil.rmtree(left)
    with tempfile.TemporaryDirectory(dir=place, prefix="restore-") as name, _held(Path(name)):
        yield Path(name)


@contextmanager
def _held(folder: Path) -> Iterator[bool]:
    """Whether this process holds the folder; a process that is killed holds none."""
    handle, free = os.open(folder, os.O_RDONLY), False
    try:
        with suppress(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            free = True
        yield free
    finally:
        os.close(handle)


def _move_in(room: Path) -> None:
    """Files before the rows are committed: without their rows they do no harm, and a second try writes them again."""
    for file in sorted(room.rglob("*")):
        if file.is_file():
            target = media() / file.relative_to(room)
            target.parent.mkdir(parents=True, exist_ok=True)
            file.replace(target)


def _unpack_media(archive: zipfile.ZipFile, members: dict[str, dict[str, Any]], room: Path) -> None:
    for name in members:
        if not name.startswith("media/"):
            continue
        parts = PurePosixPath(name).parts[1:]
        if not parts or ".." in parts:
            raise ValueError(f"{name} leaves its folder")
        target = room.joinpath(*parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(name) as source, target.open("wb") as file:
            file.writelines(_blocks(source))
            file.flush()
            os.fsync(file.fileno())
