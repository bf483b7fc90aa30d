"""Statements as the driver takes them, for what is asked so often that SQLAlchemy's way there costs more than asking.

SQLAlchemy writes the statement and knows its types, once for each database; afterwards only the driver is called. The
transaction stays the session's.
"""

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.exc import DBAPIError, MultipleResultsFound, NoResultFound
from sqlalchemy.orm import Session, SessionTransaction

from kit import postgres

_LINE = "line"


class Line:
    """The driver's connection in a session's transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.dialect = connection.dialect
        self.driver: Any = connection.connection.dbapi_connection
        self._watchers = connection.engine.dispatch.before_cursor_execute
        self._together = False

    def begin(self, **values: str) -> None:
        """Begins a transaction of PostgreSQL in which the settings `app.…` have these values."""
        try:
            postgres.begin(self.driver, **values)
        except self.dialect.loaded_dbapi.Error as error:
            self._raise(error, "BEGIN", None)

    def run(self, sql: str, values: Any = (), *, many: bool = False) -> Any:
        """The cursor after a statement. Raises what SQLAlchemy raises."""
        cursor = self.driver.cursor()
        if self._watchers:
            for watch in self._watchers:
                watch(self.connection, cursor, sql, values, None, many)
        try:
            if many:
                cursor.executemany(sql, values)
            else:
                cursor.execute(sql, values)
        except self.dialect.loaded_dbapi.Error as error:
            self._raise(error, sql, cursor)
        return cursor

    @contextmanager
    def together(self) -> Iterator[None]:
        """Statements without an answer, which go to PostgreSQL in one message: nobody waits for one before the next.

        What one of them raises is raised at the end of the block at the latest, and the others were not run then. One that
        gives rows is waited for. How many rows it changed is not known inside, and SQLAlchemy's own statements have no place.
        """
        if self._together or self.dialect.name != "postgresql":
            yield
            return
        self._together = True
        try:
            with self.driver.pipeline():
                yield
        except self.dialect.loaded_dbapi.Error as error:
            self._raise(error, "", None)
        finally:
            self._together = False

    def _raise(self, error: Any, sql: str, cursor: Any) -> None:
        gone = self.dialect.is_disconnect(error, self.driver, cursor)
        if gone:
            self.connection.invalidate(error)
        raise DBAPIError.instance(
            sql,
            None,
            error,
            self.dialect.loaded_dbapi.Error,
            hide_parameters=True,
            connection_invalidated=gone,
            dialect=self.dialect,
        ) from error


def line(session: Session) -> Line:
    """The session's line; it begins the transaction where there is none."""
    found: Line | None = session.info.get(_LINE)
    if found is None:
        found = session.info[_LINE] = Line(session.connection())
    return found


def _hang_up(session: Session, transaction: SessionTransaction) -> None:
    # A savepoint is set when the session is next asked for its connection.
    if transaction.nested or transaction.parent is None:
        session.info.pop(_LINE, None)


def watch(sessions: type[Session]) -> None:
    """Lets go of the line of each session where a transaction or a savepoint begins and ends."""
    event.listen(sessions, "after_transaction_create", _hang_up)
    event.listen(sessions, "after_transaction_end", _hang_up)


class Found:
    """What a statement gave: all of its rows, and how many it changed."""

    __slots__ = ("_rows", "rowcount")

    def __init__(self, rows: list[Any], rowcount: int = -1) -> None:
        self._rows = rows
        self.rowcount = rowcount

    def __iter__(self) -> Iterator[Any]:
        return iter(self._rows)

    def all(self) -> list[Any]:
        return self._rows

    def first(self) -> Any:
        return self._rows[0] if self._rows else None

    fetchone = first

    def one(self) -> Any:
        """The only row. Raises NoResultFound and MultipleResultsFound."""
        if len(self._rows) != 1:
            raise MultipleResultsFound if self._rows else NoResultFound
        return self._rows[0]

    def scalar(self) -> Any:
        """The first value of the first row, None without one."""
        return self._rows[0][0] if self._rows else None

    def scalar_one(self) -> Any:
        return self.one()[0]


class Driven:
    """One statement on columns for one database.

    Its values are given by name, as to SQLAlchemy. A list in it must be the statement's own, of a length that stays.
    """

    def __init__(self, statement: Any, dialect: Any, **compiling: Any) -> None:
        compiled = statement.compile(dialect=dialect, **compiling)
        if compiled.prefetch:
            raise ValueError(f"SQLAlchemy fills in {compiled.prefetch} when it runs this itself")
        given = {bind.key for bind in compiled.bind_names if bind.required}
        binds = {name: bind for bind, name in compiled.bind_names.items()}
        expanded = compiled.construct_expanded_state(dict.fromkeys(given))
        self._sql = expanded.statement
        self._given: list[tuple[str, str, Callable[[Any], Any] | None]] = []
        self._fixed: dict[str, Any] = {}
        for name in expanded.positiontup or expanded.parameters:
            bind = binds.get(name)
            processor = (
                expanded.processors.get(name)
                if bind is None
                else bind.type.dialect_impl(dialect).bind_processor(dialect)
            )
            if bind is not None and bind.required:
                self._given.append((name, bind.key, processor))
            else:
                value = expanded.parameters[name]
                self._fixed[name] = processor(value) if processor else value
        self._order = expanded.positiontup
        self._columns = [(column.key, column.type) for column in statement.exported_columns]
        self._dialect = dialect
        self._shape: tuple[Any, list[tuple[int, Callable[[Any], Any]]]] | None = None

    def values(self, values: Mapping[str, Any]) -> Any:
        """The values as the driver takes them."""
        if self._order is None:
            return self._fixed | {
                name: values[key] if processor is None else processor(values[key])
                for name, key, processor in self._given
            }
        if not self._fixed:
            return [
                values[key] if processor is None else processor(values[key]) for _name, key, processor in self._given
            ]
        told = dict(self._fixed)
        for name, key, processor in self._given:
            told[name] = values[key] if processor is None else processor(values[key])
        return [told[name] for name in self._order]

    def __call__(self, line: Line, values: Mapping[str, Any]) -> Found:
        cursor = line.run(self._sql, self.values(values))
        if not self._columns:
            return Found([], cursor.rowcount)
        rows = cursor.fetchall()
        row, processors = self._shape or self._shaped(cursor.description)
        if processors:
            rows = [_processed(list(raw), processors) for raw in rows]
        return Found([row._make(raw) for raw in rows], cursor.rowcount)

    def many(self, line: Line, rows: Sequence[Mapping[str, Any]]) -> None:
        """The statement for each of these rows."""
        line.run(self._sql, [self.values(row) for row in rows], many=True)

    def _shaped(self, description: Sequence[Any]) -> tuple[Any, list[tuple[int, Callable[[Any], Any]]]]:
        """The type of a row, and what makes a value of ours of the driver's, by place."""
        processors = []
        for place, (_name, kind) in enumerate(self._columns):
            processor = kind.dialect_impl(self._dialect).result_processor(self._dialect, description[place][1])
            if processor is not None:
                processors.append((place, processor))
        names = [name or "" for name, _kind in self._columns]
        row = namedtuple("row", names, rename=True)  # type: ignore[misc]
        row._mapping = property(row._asdict)  # type: ignore[attr-defined]
        self._shape = row, processors
        return self._shape


def _processed(row: list[Any], processors: list[tuple[int, Callable[[Any], Any]]]) -> list[Any]:
    for place, processor in processors:
        row[place] = processor(row[place])
    return row
