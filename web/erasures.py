"""The journal of erasures beside the database: one line each, `time kind id`, with ids that name nobody any more.

The table is the truth of a running installation. The file is what is left when the database is not, so it belongs neither
into the database nor into its backups.
"""

import fcntl
import os
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import col, func, select

from accounts.models import Person
from kit import clock
from kit.db import Database, ScopedSession, wide
from kit.journal import SYSTEM, Erasure, note_erasure
from kit.settings import PREFIX, settings
from network.operations import erase_account
from registration.models import Registration
from registration.operations import erase
from subscription.models import Subscription
from subscription.operations import end
from subscription.rules import State


@dataclass(frozen=True)
class Entry:
    at: datetime
    kind: str
    object_id: str


def journal() -> Path:
    return settings().var_dir / "erasures.log"


def read(path: Path) -> list[Entry]:
    """The lines of a journal. What a crash left of a line names nothing and is passed over."""
    if not path.exists():
        return []
    found = []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        parts = line.split(" ")
        if len(parts) != 3 or len(parts[2]) != Registration.__table__.columns.id.type.length:  # type: ignore[attr-defined]
            continue
        try:
            found.append(Entry(clock.parse(parts[0]), parts[1], parts[2]))
        except ValueError:
            continue
    return found


def fault() -> str:
    """Why this machine's journal cannot be written, in one sentence; empty where it can."""
    path = journal()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            path.open("ab").close()
        else:
            tempfile.TemporaryFile(dir=path.parent).close()
    except OSError as error:
        return f"The journal of erasures {path} cannot be written: {error.strerror}. Check {PREFIX}VAR_DIR."
    return ""


def write_down(data: Database, _now: datetime) -> int:
    """Appends to this machine's journal what is not in it yet. Returns how many lines."""
    path = journal()
    with data.read(wide("sweep")) as session:
        known = read(path)
        if len(known) == session.exec(select(func.count()).select_from(Erasure)).one():
            return 0
        rows = session.exec(select(Erasure).order_by(col(Erasure.at))).all()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        # Two workers of one machine write the same file.
        fcntl.flock(file, fcntl.LOCK_EX)
        known_ids = {entry.object_id for entry in read(path)}
        missing = [row for row in rows if row.object_id not in known_ids]
        if file.tell() and not _ends_whole(path):
            file.write(b"\n")
        for row in missing:
            file.write(f"{row.at.isoformat()} {row.kind} {row.object_id}\n".encode())
        file.flush()
        os.fsync(file.fileno())
    return len(missing)


def _ends_whole(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def replay(session: ScopedSession, entries: list[Entry], *, now: datetime) -> int:
    """Erases again what was erased after a copy was made. Returns how many rows still held a person."""
    erased = 0
    for entry in entries:
        person = session.get(Person, entry.object_id)
        if person is not None:
            erase_account(session, person=person, now=now, even_if_needed=True)
            erased += 1
        row = session.get(Registration, entry.object_id)
        if row is not None and row.erased_at is None:
            erase(session, registration=row, actor=SYSTEM, now=now)
            erased += 1
        # The journal names the declaration that was taken back; a later one of the same person is another.
        subscription = session.exec(select(Subscription).where(Subscription.consent_id == entry.object_id)).first()
        if subscription is not None and subscription.state != State.ENDED:
            end(session, subscription=subscription, actor=SYSTEM, now=now)
            erased += 1
        note_erasure(session, kind=entry.kind, object_id=entry.object_id, now=entry.at)
    return erased
