"""PostgreSQL with as few messages as its driver allows.

The driver asks whether a connection lives before each use, sends BEGIN by itself, and forgets all prepared statements with
each rollback, which is how every reading session ends: the server would plan each statement anew.
"""

import select
import time
from typing import Any

from psycopg.errors import OperationalError, error_from_result
from psycopg.pq import Escaping, ExecStatus, TransactionStatus
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DisconnectionError

IDLE_SECONDS = 5.0


def prepare(engine: Engine) -> Engine:
    """The engine, with what this module says."""
    event.listen(engine, "checkin", _note_rest)
    event.listen(engine, "checkout", _refuse_dead)
    event.listen(engine, "rollback", _roll_back)
    return engine


def begin(driver: Any, **values: str) -> None:
    """Begins a transaction in which the settings `app.…` have these values, in one message. Raises psycopg.Error."""
    quote = Escaping(driver.pgconn).escape_literal
    told = b", ".join(
        b"set_config('app.%b', %b, true)" % (name.encode(), bytes(quote(value.encode())))
        for name, value in values.items()
    )
    result = driver.pgconn.exec_(b"BEGIN; SELECT " + told)
    if driver.broken:
        raise OperationalError(driver.pgconn.get_error_message())
    if result.status != ExecStatus.TUPLES_OK:
        raise error_from_result(result)


def _note_rest(_driver: Any, record: Any) -> None:
    record.info["rests"] = time.monotonic()


def _refuse_dead(driver: Any, record: Any, _proxy: Any) -> None:
    """A connection that the server ended says so at once; one that rested long is asked. Raises DisconnectionError."""
    rested = time.monotonic() - record.info.get("rests", 0.0)
    if rested < IDLE_SECONDS and not _has_news(driver):
        return
    if driver.pgconn.exec_(b"SELECT 1").status != ExecStatus.TUPLES_OK:
        raise DisconnectionError


def _has_news(driver: Any) -> bool:
    """Whether something came that nobody asked for: the end of the connection, for example."""
    watched = select.poll()
    watched.register(driver.fileno(), select.POLLIN)
    return bool(watched.poll(0))


def _roll_back(connection: Connection) -> None:
    """Before the driver does it, which then has nothing left to do and forgets nothing. No transaction of ours makes tables."""
    talk: Any = connection.connection.dbapi_connection
    if talk.pgconn.transaction_status in (TransactionStatus.INTRANS, TransactionStatus.INERROR):
        talk.pgconn.exec_(b"ROLLBACK")
