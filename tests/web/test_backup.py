"""Backup and restore: the copy is whole, goes from each engine into the other, and nothing that was erased comes back."""

import hashlib
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kit import db as kit_db
from kit.db import Database, wide
from kit.ids import new_id
from kit.journal import Erasure, note_erasure
from kit.settings import ROOT
from mail.models import Letter
from registration import operations
from registration.models import Registration
from tests import postgres
from tests.conftest import NOW, World, environment, migrated
from tests.web.test_cli import run
from tests.web.test_export import exported
from tests.web.test_invariants import Life
from tests.web.test_registry import dump
from web import backup, cli, erasures, schema
from web.commands.invariants import breaches

Fresh = Callable[[], Any]


@pytest.fixture
def fresh(engine: str, sqlite_template: Path, tmp_path: Path) -> Fresh:
    """Opens an empty, migrated database of the other engine; the settings point at it meanwhile."""

    @contextmanager
    def other() -> Iterator[Database]:
        with address() as url, environment(**settings_of(url, tmp_path / "other")):
            yield kit_db.database()

    @contextmanager
    def address() -> Iterator[str]:
        if engine == "sqlite":
            with postgres.server().database(migrated) as url:
                yield url
        else:
            path = tmp_path / f"restored-{new_id()}.sqlite3"
            shutil.copy(sqlite_template, path)
            yield f"sqlite:///{path}"

    return other


def settings_of(url: str, folder: Path) -> dict[str, str]:
    return {
        "DIALOGWERK_ENV": "test",
        "DIALOGWERK_DATABASE_URL": url,
        "DIALOGWERK_VAR_DIR": str(folder),
        "DIALOGWERK_BASE_URL": "http://testserver",
    }


@pytest.mark.slow
def test_a_copy_goes_into_the_other_engine_and_erased_stays_erased(
    database: Database, world: World, fresh: Fresh, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    life = Life(database, world)
    (tmp_path / "media" / "logos").mkdir(parents=True)
    (tmp_path / "media" / "logos" / "ä.png").write_bytes(b"picture")
    file = tmp_path / "copy.zip"
    assert cli.main(["backup", str(file)]) == 0
    assert file.stat().st_mode & 0o777 == 0o600
    before, rows = exported(database), dump(database)
    life.act(life.confirmed, lambda session, row: operations.erase(session, registration=row, actor="p", now=NOW))
    assert erasures.write_down(database, NOW) == 3
    assert erasures.write_down(database, NOW) == 0
    journal = shutil.copy(erasures.journal(), tmp_path / "journal")
    assert life.confirmed.name not in Path(journal).read_text()
    letters = [row.id for row in world.rows(Letter) if row.state == "queued"]

    with fresh() as other:
        backup.restore(other, file, [], NOW)
        assert exported(other) == before
        assert table_sizes(other) == sizes(rows)
        with other.read(wide("figures")) as session:
            assert list(breaches(session, NOW)) == []
        assert (tmp_path / "other" / "media" / "logos" / "ä.png").read_bytes() == b"picture"
        assert cli.main(["restore", str(file)]) == 1
        assert "holds data. Nothing was changed." in capsys.readouterr().err
        # Nothing leaves while the outbox is frozen, however often the worker asks; then all of it does.
        later = (NOW + timedelta(hours=1)).isoformat()
        assert run("work", "--once", "--now", later).returncode == 0
        waiting = [row for row in World(other).rows(Letter) if row.id in letters]
        assert {row.state for row in waiting} == {"queued"}
        assert cli.main(["thaw"]) == 0
        assert run("work", "--once", "--now", later).returncode == 0
        assert {row.state for row in World(other).rows(Letter) if row.id in letters} == {"sent"}

    with fresh() as other:
        assert cli.main(["restore", str(file), "--erasures", str(journal)]) == 0
        assert "Erased again, by" in (printed := capsys.readouterr().out)
        assert printed.count(": 1.") == 1
        again = World(other)
        assert {row.object_id for row in again.rows(Erasure)} == {
            life.confirmed.id,
            life.erased.id,
            life.ended.consent_id,
        }
        (row,) = again.rows(Registration, id=life.confirmed.id)
        assert (row.name, row.email, row.erased_at is not None) == (None, None, True)
        with other.read(wide("figures")) as session:
            assert list(breaches(session, NOW)) == []


def sizes(rows: dict[str, list[str]]) -> dict[str, int]:
    """Rows of each copied table, with the name it has on both engines."""
    ours = {f".{table.name}" for table in backup.copied_tables()}
    return {name: len(found) for name, found in rows.items() if name in ours}


def table_sizes(database: Database) -> dict[str, int]:
    return sizes(dump(database))


def changed(file: Path, target: Path, name: str, change: Callable[[bytes], bytes | None]) -> Path:
    """The same copy with one member changed, or without it."""
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(target, "w") as new:
        for member in old.namelist():
            content = change(old.read(member)) if member == name else old.read(member)
            if content is not None:
                new.writestr(member, content)
    return target


def manifest(**values: str) -> Callable[[bytes], bytes]:
    return lambda content: json.dumps(json.loads(content) | values).encode()


def forged(file: Path, target: Path, table: str, change: Callable[[str], str]) -> Path:
    """The same copy with another first row in a table, and sums that agree."""
    name = f"tables/{table}.jsonl"
    with zipfile.ZipFile(file) as archive:
        first, *others = archive.read(name).decode().splitlines(keepends=True)
        said = json.loads(archive.read("backup.json"))
    content = "".join([change(first), *others]).encode()
    said["members"][name] = {"parts": content.count(b"\n"), "sha256": hashlib.sha256(content).hexdigest()}
    with_rows = changed(file, target.with_suffix(".rows"), name, lambda _content: content)
    return changed(with_rows, target, "backup.json", lambda _content: json.dumps(said).encode())


def value(name: str, found: Any) -> Callable[[str], str]:
    return lambda line: json.dumps(json.loads(line) | {name: found}) + "\n"


def encrypted(file: Path, target: Path) -> Path:
    content = bytearray(file.read_bytes())
    for sign, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.find(sign) + flags] |= 1
    target.write_bytes(content)
    return target


FORGED: dict[str, tuple[str, Callable[[str], str]]] = {
    "broken key": ("participant", value("registration_id", "z" * 16)),
    "double": ("offer", lambda line: line * 2),
    "below zero": ("offer", value("taken", -5)),
    "too large": ("offer", value("capacity", 10**30)),
    "nothing": ("offer", value("title", None)),
    "no row": ("offer", lambda _line: "[]\n"),
    "deep": ("offer", lambda _line: "[" * 100_000 + "]" * 100_000 + "\n"),
    "no zone": ("dialogue", value("created_at", "2027-03-01T09:00:00")),
    "no time": ("dialogue", value("created_at", "0001-01-01T00:00:00+09:00")),
}


# Into SQLite, and in the long run into PostgreSQL too.
@pytest.mark.parametrize("engine", ["postgres", pytest.param("sqlite", marks=pytest.mark.slow)], indirect=True)
def test_what_is_no_whole_copy_is_refused(
    database: Database, world: World, fresh: Fresh, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world.sign_up(world.dialogue())
    file = tmp_path / "copy.zip"
    for folder, words in ((tmp_path, "theirs"), (tmp_path / "other", "mine")):
        (folder / "media").mkdir(parents=True)
        (folder / "media" / "logo.png").write_text(words)
    backup.save(database, file, NOW)
    whole = file.read_bytes()
    (tmp_path / "half").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "foreign").write_bytes(b"SQLite format 3\0" + bytes(4000))
    rows = "tables/registration.jsonl"
    with zipfile.ZipFile(file) as archive:
        # Within what the member holds, behind its name.
        inside = archive.getinfo(rows).header_offset + 30 + len(rows) + 40
    (tmp_path / "bits").write_bytes(whole[:inside] + bytes([whole[inside] ^ 1]) + whole[inside + 1 :])
    odd = {
        "half": tmp_path / "half",
        "foreign": tmp_path / "foreign",
        "bits": tmp_path / "bits",
        "missing": tmp_path / "missing",
        "row": changed(file, tmp_path / "row", rows, lambda content: content.replace(b"gast", b"gans")),
        "table": changed(file, tmp_path / "table", rows, lambda _content: None),
        "product": changed(file, tmp_path / "product", "backup.json", manifest(product="other")),
        "newer": changed(file, tmp_path / "newer", "backup.json", manifest(schema="9999")),
        "older": changed(file, tmp_path / "older", "backup.json", manifest(schema="0000")),
        "encrypted": encrypted(file, tmp_path / "encrypted"),
        **{name: forged(file, tmp_path / f"{name}.zip", *how) for name, how in FORGED.items()},
    }
    with fresh() as other:
        empty = dump(other)
        for name, path in odd.items():
            assert cli.main(["restore", str(path)]) == 1, name
            sentence = capsys.readouterr().err
            assert len(sentence.splitlines()) == 1, name
            assert ("newer version" in sentence, "older version" in sentence) == (name == "newer", name == "older")
            assert [(path.name, path.read_text()) for path in (tmp_path / "other").rglob("*.*")] == [
                ("logo.png", "mine")
            ]
        assert dump(other) == empty
        with other.write(wide("backup")) as session:
            note_erasure(session, kind="person", object_id="a" * 16, now=NOW)
        assert cli.main(["restore", str(file)]) == 1
        assert (tmp_path / "other" / "media" / "logo.png").read_text() == "mine"


def test_an_existing_file_is_not_written_over(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "precious"
    file.write_text("precious")
    assert cli.main(["backup", str(file)]) == 1
    assert file.read_text() == "precious"
    assert cli.main(["backup", str(tmp_path / "nowhere" / "copy")]) == 1


# A restore that stops at the last table until it is killed.
SLOW = """
import sys, time
from web import backup, cli
load = backup._load
def slow(session, archive, table, members):
    if table is backup.copied_tables()[-1]:
        print("here", flush=True)
        time.sleep(60)
    return load(session, archive, table, members)
backup._load = slow
sys.exit(cli.main(sys.argv[1:]))
"""


def test_a_restore_that_is_killed_has_done_nothing(
    database: Database, world: World, fresh: Fresh, tmp_path: Path
) -> None:
    world.sign_up(world.dialogue())
    file = tmp_path / "copy.zip"
    backup.save(database, file, NOW)
    with fresh() as other:
        empty = dump(other)
        running = subprocess.Popen(
            [sys.executable, "-c", SLOW, "restore", str(file)], cwd=ROOT, env=os.environ, stdout=subprocess.PIPE
        )
        assert running.stdout is not None
        assert running.stdout.readline() == b"here\n"
        running.send_signal(signal.SIGKILL)
        running.wait()
        running.stdout.close()
        deadline = time.monotonic() + 10
        while dump(other) != empty and time.monotonic() < deadline:
            time.sleep(0.05)
        assert dump(other) == empty
        [left] = (tmp_path / "other").glob("restore-*")
        assert backup.restore(other, file, [], NOW).erased == 0
        assert not left.exists()


def test_the_tables_left_out_are_named_with_their_reason() -> None:
    assert set(backup.LEFT_OUT) <= set(backup.METADATA.tables)
    assert all(backup.LEFT_OUT.values())


def test_a_torn_line_of_the_journal_hides_no_other(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "journal"
    whole = f"{NOW.isoformat()} registration aaaaaaaaaaaaaaaa"
    path.write_bytes(b"\xff\xfe\n2027-03-01 registration short\n" + whole.encode() + b"\n2027-03-0")
    assert erasures.read(path) == [erasures.Entry(NOW, "registration", "aaaaaaaaaaaaaaaa")]
    assert erasures.read(tmp_path / "nothing") == []


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_journal_makes_its_folder_and_no_worker_starts_without_one(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database.transact(wide("backup"), lambda session: note_erasure(session, kind="person", object_id="a" * 16, now=NOW))
    with environment(**settings_of(database.url, tmp_path / "new" / "folder")):
        assert erasures.write_down(database, NOW) == 1
        assert erasures.read(tmp_path / "new" / "folder" / "erasures.log") == [erasures.Entry(NOW, "person", "a" * 16)]
    (tmp_path / "file").touch()
    with environment(**settings_of(database.url, tmp_path / "file" / "below")):
        for command in (["work", "--once"], ["run"]):
            assert cli.main(command) == 2
            assert capsys.readouterr().err.count("erasures.log cannot be written: Not a directory. Check") == 1


def test_schema_and_copy_agree(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "copy.zip"
    backup.save(database, file, NOW)
    with zipfile.ZipFile(file) as archive:
        said = json.loads(archive.read("backup.json"))
        assert archive.testzip() is None
        assert io.BytesIO(archive.read("tables/person.jsonl")).readlines() == []
    assert (said["product"], said["schema"], said["made_at"]) == (
        "dialogwerk",
        schema.newest_version(),
        NOW.isoformat(),
    )
