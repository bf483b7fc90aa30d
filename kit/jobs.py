"""Background work: DBOS in the same database.

An effect has a row that is the truth; a job carries only `(initiative id, row id)`. Jobs are enqueued inside the business
transaction. Every process that works has its own executor id and a heartbeat; the reaper gives the work of the dead to
the living. No due time lives in the job engine alone.
"""

import logging
import os
import secrets
import socket
import threading
from collections.abc import Callable
from functools import cache
from types import SimpleNamespace
from typing import Any, cast

from dbos import DBOS, DBOSClient, DBOSConfig
from dbos import DBOSPortableJSONSerializer as Serializer
from sqlalchemy import Connection, Insert, text
from sqlmodel import Session

from kit.clock import wall_now
from kit.db import database, make_jobs_engine, plain_url, wide
from kit.driver import Driven, Found, Line, line
from kit.journal import Worker
from kit.settings import settings

APPLICATION = "dialogwerk"
# Bumped by hand when the order of steps in a workflow changes; a hash of the code would strand work at every release.
VERSION = "1"
LETTERS = "letters"
# Letters to many at once wait here, so that somebody who just booked is never behind them.
MASS_LETTERS = "letters_mass"
MAINTENANCE = "maintenance"
LONG_WORK = "long_work"
# Files for a team take seconds to minutes; the sweeps of the long work do not wait behind them.
DOWNLOADS = "downloads"
HEARTBEAT_SECONDS = 3.0
DEAD_AFTER_SECONDS = 15.0

logging.getLogger("dbos").setLevel(logging.WARNING)


@cache
def client() -> DBOSClient:
    """What web processes enqueue with; it runs nothing. On the application's own engine it keeps its statements compiled."""
    return DBOSClient(
        system_database_engine=database().engine,
        serializer=Serializer(),
        application_name=APPLICATION,
        lazy=True,
    )


class _Connection:
    """What the library asks of the caller's connection, past SQLAlchemy's way to the driver.

    It writes each of its statements anew for each job; the same table and columns give the same statement.
    """

    def __init__(self, talk: Line) -> None:
        self._talk = talk
        self.dialect = talk.dialect
        self._options: dict[str, Any] = {}

    def get_execution_options(self) -> dict[str, Any]:
        return self._options

    def execution_options(self, **options: Any) -> None:
        self._options |= options

    def execute(self, statement: Insert, values: dict[str, Any]) -> Found:
        key = self.dialect.name, statement.table.name, tuple(values)
        if key not in _WRITTEN:
            schema = self._options["schema_translate_map"]
            _WRITTEN[key] = Driven(
                statement,
                self.dialect,
                column_keys=list(values),
                schema_translate_map=schema,
                render_schema_translate=True,
            )
        return _WRITTEN[key](self._talk, values)

    def exec_driver_sql(self, sql: str, values: dict[str, Any]) -> Found:
        """Where the library keeps its statements itself. Of what they return it asks by name."""
        if " RETURNING " not in sql:
            self._talk.later(sql, values)
            return Found([])
        cursor = self._talk.run(sql, values)
        rows = cursor.fetchall()
        names = [column.name for column in cursor.description]
        return Found([SimpleNamespace(_mapping=dict(zip(names, row, strict=True))) for row in rows])


_WRITTEN: dict[tuple[str, str, tuple[str, ...]], Driven] = {}


def enqueue(session: Session, *, workflow: str, queue: str, workflow_id: str, arguments: tuple[str, ...]) -> None:
    """Enqueues in the caller's transaction: the job exists exactly when the transaction commits."""
    client().enqueue_in_transaction(
        cast("Connection", _Connection(line(session))),
        {"workflow_name": workflow, "queue_name": queue, "workflow_id": workflow_id, "app_version": VERSION},
        *arguments,
    )


def ever_ran(session: Session, workflow: str) -> bool:
    """Whether the engine remembers a job of this kind."""
    connection = session.connection()
    place = "workflow_status" if connection.dialect.name == "sqlite" else "dbos.workflow_status"
    found = connection.execute(text(f"SELECT 1 FROM {place} WHERE name = :name LIMIT 1"), {"name": workflow})  # noqa: S608
    return found.first() is not None


def migrate() -> None:
    """Creates or updates the engine's own tables."""
    DBOS.migrate(plain_url(settings().database_url))


def new_executor_id() -> str:
    """One name for each start of a working process."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


class Engine:
    """The running job engine of this process, with its heartbeat."""

    def __init__(self) -> None:
        self.executor_id = new_executor_id()
        # SQLite has one writer: more deliveries at once only stand in the way of people who sign up.
        slots = 6 if settings().sqlite else 20
        self.lanes = {LETTERS: threading.Semaphore(slots), MASS_LETTERS: threading.Semaphore(max(1, slots // 2))}
        """How many letters of a queue are delivered at once; the queue itself hands out more, which wait in this process."""
        self._drains = False
        self._stop = threading.Event()
        self._beat: threading.Thread | None = None

    def launch(self, schedules: dict[str, tuple[str, str, Callable[..., Any]]]) -> None:
        """Starts working. `schedules`: name → (cron with seconds, queue, workflow); empty for a run that only drains."""
        config: DBOSConfig = {
            "name": APPLICATION,
            "system_database_engine": make_jobs_engine(settings().database_url),
            "system_database_url": plain_url(settings().database_url),
            "serializer": Serializer(),
            "application_version": VERSION,
            "executor_id": self.executor_id,
            "run_migrations": False,
            "use_listen_notify": False,
            "enable_otlp": False,
            "log_level": "WARNING",
            "scheduler_polling_interval_sec": 30.0,
        }
        self.beat()
        engine = DBOS(config=config)
        # Nothing of ours stands in the library's own queue, which it asks every second.
        engine._registry.get_internal_queue()._polling_interval_sec = 30.0
        DBOS.launch()
        self._drains = not schedules
        self._register_queues()
        if schedules:
            DBOS.apply_schedules(
                [
                    {
                        "schedule_name": name,
                        "workflow_fn": workflow,
                        "schedule": cron,
                        "context": None,
                        "queue_name": queue,
                    }
                    for name, (cron, queue, workflow) in schedules.items()
                ]
            )
        self._beat = threading.Thread(target=self._beat_on, name="heartbeat", daemon=True)
        self._beat.start()

    def _register_queues(self) -> None:
        """Each queue is asked for work as often as that is worth, and hands out enough for the time until then.

        Asking is what a process at rest spends its time on. Somebody waits for a letter; nobody waits for a sweep.
        """
        for name, at_once, seconds in (
            (LETTERS, 80, 1.0),
            (MASS_LETTERS, 140, 2.0),
            (MAINTENANCE, 1, 2.0),
            (LONG_WORK, 1, 5.0),
            (DOWNLOADS, 1, 2.0),
        ):
            DBOS.register_queue(name, worker_concurrency=at_once, polling_interval_sec=0.2 if self._drains else seconds)

    def beat(self) -> None:
        """Says that this process lives."""

        def write(session: Session) -> None:
            row = session.get(Worker, self.executor_id)
            if row is None:
                session.add(Worker(executor_id=self.executor_id, seen_at=wall_now(), started_at=wall_now()))
            else:
                row.seen_at = wall_now()

        database().transact(wide("sweep"), write, background=True)

    def _beat_on(self) -> None:
        while not self._stop.wait(HEARTBEAT_SECONDS):
            try:
                self.beat()
            except Exception:
                logging.getLogger(__name__).warning("heartbeat failed", exc_info=True)

    def stop(self) -> None:
        """Ends this process's work: what runs gets 20 seconds, the rest stays queued."""
        self._stop.set()
        if self._drains:
            # What a queue is told holds for all processes.
            self._drains = False
            self._register_queues()
        DBOS.destroy(workflow_completion_timeout_sec=20)
