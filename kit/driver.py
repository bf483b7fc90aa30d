"""Statements as the driver takes them, for what is asked so often that SQLAlchemy's way there costs more than asking.

SQLAlchemy writes the statement and knows its types, once for each database; afterwards only the driver is called. The
transaction stays the session's.
"""

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event
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
        self._waiting: list[tuple[str, Any, bool]] = []
        connection.info[_LINE] = self

    def begin(self, **values: str) -> None:
        """Begins a transaction of PostgreSQL in which the settings `app.…` have these values."""
        try:
            postgres.begin(self.driver, **values)
        except self.dialect.loaded_dbapi.Error as error:
            self._raise(error, "BEGIN", None)

    def run(self, sql: str, values: Any = ()) -> Any:
        """The cursor after a statement. Raises what SQLAlchemy raises."""
        if not self._waiting:
            return self._execute(sql, values)
        with self._message():
            return self._execute(sql, values)

    def run_all(self, statements: Sequence[tuple[str, Any]]) -> list[Any]:
        """The cursors after several statements, which go to PostgreSQL in one message."""
        if self.dialect.name != "postgresql":
            return [self._execute(sql, values) for sql, values in statements]
        with self._message():
            return [self._execute(sql, values) for sql, values in statements]

    def later(self, sql: str, values: Any, *, many: bool = False) -> None:
        """Runs a statement whose answer nobody waits for, for each of the values where there are `many`.

        It goes to PostgreSQL in one message with the next statement or the commit. What it raises is raised there.
        """
        if self.dialect.name == "postgresql":
            self._waiting.append((sql, values, many))
        else:
            self._execute(sql, values, many=many)

    def settle(self) -> None:
        """Runs what waits."""
        if self._waiting:
            with self._message():
                pass

    def commit(self) -> None:
        """Runs what waits and commits, in one message."""
        if self._waiting:
            with self._message():
                self.driver.commit()

    def forget(self) -> None:
        """What waits is not wanted any more."""
        self._waiting.clear()

    @contextmanager
    def _message(self) -> Iterator[None]:
        """One message to PostgreSQL: what waits, and what is run inside. Where one is refused, those after it are not run."""
        waiting, self._waiting = self._waiting, []
        try:
            with self.driver.pipeline():
                for sql, values, many in waiting:
                    self._execute(sql, values, many=many)
                yield
        except self.dialect.loaded_dbapi.Error as error:
            self._raise(error, "", None)

    def _execute(self, sql: str, values: Any, *, many: bool = False) -> Any:
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


def settle_before(engine: Engine) -> None:
    """What waits on a line goes before statements of SQLAlchemy's own and with the commit, and is gone with a rollback."""
    event.listen(engine, "before_cursor_execute", lambda connection, *_told: _waiting_on(connection, Line.settle))
    event.listen(engine, "commit", lambda connection: _waiting_on(connection, Line.commit))
    event.listen(engine, "rollback", lambda connection: _waiting_on(connection, Line.forget))
    event.listen(engine, "rollback_savepoint", lambda connection, *_told: _waiting_on(connection, Line.forget))


def _waiting_on(connection: Connection, do: Callable[[Line], None]) -> None:
    found: Line | None = connection.info.get(_LINE)
    if found is not None:
        do(found)


def _hang_up(session: Session, transaction: SessionTransaction) -> None:
    # A savepoint is set when the session is next asked for its connection.
    if transaction.nested or transaction.parent is None:
        session.info.pop(_LINE, None)


def _settle_savepoint(session: Session) -> None:
    # While what is refused can still be rolled back to it: not with its release.
    if session.in_nested_transaction() and _LINE in session.info:
        session.info[_LINE].settle()


def watch(sessions: type[Session]) -> None:
    """Lets go of the line of each session where a transaction or a savepoint begins and ends."""
    event.listen(sessions, "before_commit", _settle_savepoint)
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
        self._columns = [(column.key, column.type) for column in getattr(statement, "exported_columns", ())]
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

    def told(self, values: Mapping[str, Any]) -> tuple[str, Any]:
        """The statement and its values as the driver takes them."""
        return self._sql, self.values(values)

    def __call__(self, line: Line, values: Mapping[str, Any]) -> Found:
        return self.found(line.run(self._sql, self.values(values)))

    def found(self, cursor: Any) -> Found:
        """What the statement gave, of the cursor after it."""
        if not self._columns:
            return Found([], cursor.rowcount)
        rows = cursor.fetchall()
        row, processors = self._shape or self._shaped(cursor.description)
        if processors:
            rows = [_processed(list(raw), processors) for raw in rows]
        return Found([row._make(raw) for raw in rows], cursor.rowcount)

    def later(self, line: Line, rows: Sequence[Mapping[str, Any]]) -> None:
        """Runs the statement for each of these rows, and nobody waits for an answer."""
        if len(rows) == 1:
            line.later(self._sql, self.values(rows[0]))
        else:
            line.later(self._sql, [self.values(row) for row in rows], many=True)

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
