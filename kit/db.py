"""One database, two engines (SQLite, PostgreSQL), and sessions that always know whose rows they may see.

A session is opened for one initiative or for one of the named wide scopes; a query without a scope raises. On PostgreSQL
row-level security repeats the same rule below us. Writers use `BEGIN IMMEDIATE` on SQLite, so a count and the insert that
follows from it cannot be separated by somebody else.
"""

import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import groupby
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import (
    BindParameter,
    Engine,
    Table,
    bindparam,
    create_engine,
    event,
    inspect,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import ORMExecuteState, SessionTransaction, make_transient_to_detached, with_loader_criteria
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql.visitors import iterate
from sqlmodel import Session, SQLModel
from sqlmodel import select as select_rows
from sqlmodel.sql.expression import SelectOfScalar

from kit import postgres
from kit.driver import Driven, Found, Line, line, settle_before, watch
from kit.models import Owned, Tenant
from kit.settings import settings

Result = TypeVar("Result")
Row = TypeVar("Row")

WIDE_SCOPES = {
    "public": "what every visitor may see: published dialogues of all initiatives",
    "token": "finding the one object that a presented token or idempotency key names, before its initiative is known",
    "person": "the memberships and initiatives of one signed-in person",
    "sweep": "background work that looks for due rows of all initiatives",
    "figures": "counts without persons: export, invariants, service point",
    "migration": "schema and data migrations",
    "backup": "a whole copy of the installation",
}


class ScopeMissing(RuntimeError):
    """A query for rows of initiatives ran in a session without a scope, or wrote outside of it."""


@dataclass(frozen=True)
class Scope:
    """Whose rows a session may touch: one initiative's, or all under a named reason."""

    initiative: str | None = None
    wide: str | None = None

    def __post_init__(self) -> None:
        if (self.initiative is None) == (self.wide is None) or (self.wide is not None and self.wide not in WIDE_SCOPES):
            raise ScopeMissing(f"not a scope: {self}")


def within(initiative_id: str) -> Scope:
    return Scope(initiative=initiative_id)


def wide(reason: str) -> Scope:
    return Scope(wide=reason)


class ScopedSession(Session):
    """A session with `info['scope']`."""


watch(ScopedSession)


@lru_cache(maxsize=1024)
def _only(initiative: str) -> Any:
    """The filter that keeps a statement to one initiative's rows."""
    return with_loader_criteria(Owned, lambda cls: cls.initiative_id == initiative, include_aliases=True)


_SHOWN = "shown"
"""In the info of a session that only shows: the plain rows it was asked for by their id."""


@event.listens_for(ScopedSession, "do_orm_execute")
def _keep_scope(state: ORMExecuteState) -> None:
    if state.is_column_load or state.is_relationship_load:
        return
    scope: Scope | None = state.session.info.get("scope")
    if scope is None:
        raise ScopeMissing("a query without a scope")
    if scope.initiative is not None:
        state.statement = state.statement.options(_only(scope.initiative))


@event.listens_for(ScopedSession, "before_flush")
def _keep_writes(session: Session, _context: Any, _instances: Any) -> None:
    scope: Scope | None = session.info.get("scope")
    if scope is None:
        raise ScopeMissing("a write without a scope")
    if scope.initiative is not None:
        for row in (*session.new, *session.dirty, *session.deleted):
            if isinstance(row, Tenant) and row.initiative_id != scope.initiative:
                raise ScopeMissing(f"a {type(row).__name__} of another initiative")


def narrow_to(session: Session, initiative_id: str) -> None:
    """From a wide scope to one initiative, inside the same transaction."""
    session.info["scope"] = within(initiative_id)
    talk = line(session)
    if talk.dialect.name == "postgresql":
        sql = "SELECT set_config('app.initiative', %s, true), set_config('app.scope', '', true)"
        talk.later(sql, [initiative_id])


@event.listens_for(ScopedSession, "after_begin")
def _tell_postgresql(session: Session, _transaction: SessionTransaction, connection: Any) -> None:
    if connection.dialect.name == "postgresql":
        scope: Scope | None = session.info.get("scope")
        Line(connection).begin(initiative=(scope and scope.initiative) or "", scope=(scope and scope.wide) or "")


def insert(session: Session, *rows: SQLModel) -> None:
    """Inserts rows in this order, past the unit of work: for rows that nobody changes afterwards.

    Rows of one table that stand together go in one statement. PostgreSQL gets them with the next statement or the commit,
    which raise what is refused. They are not part of the session.
    """
    scope: Scope | None = session.info.get("scope")
    for row in rows:
        if scope is None or (
            scope.initiative is not None and isinstance(row, Tenant) and row.initiative_id != scope.initiative
        ):
            raise ScopeMissing(f"a {type(row).__name__} of another initiative")
    talk = line(session)
    for model, group in groupby(rows, key=type):
        _insertion(model, talk).later(talk, [row.__dict__ for row in group])


_INSERTIONS: dict[tuple[type[SQLModel], str], Driven] = {}


def _insertion(model: type[SQLModel], talk: Line) -> Driven:
    found = _INSERTIONS.get((model, talk.dialect.name))
    if found is None:
        table = inspect(model).local_table
        found = Driven(table.insert().inline(), talk.dialect, column_keys=table.columns.keys())
        _INSERTIONS[model, talk.dialect.name] = found
    return found


class Prepared:
    """A statement on columns that is built once, for what every sign-up asks: several times as fast as a new one.

    It keeps to the scope of the session and sees its changes, as every query does. `perhaps` are the tables of outer joins:
    their rows may be missing, so the statement itself joins them to rows of their own initiative.
    """

    def __init__(self, statement: Any, *, perhaps: Sequence[type[Tenant]] = ()) -> None:
        self._wide = statement
        self._narrow = _narrowed(statement, perhaps)
        self._varies = any(
            isinstance(part, BindParameter) and part.expanding and part.required for part in iterate(statement)
        )
        self._driven: dict[tuple[str, bool], Driven] = {}

    def __call__(self, session: Session, **values: Any) -> Found:
        initiative = _initiative_of(session)
        if session.autoflush:
            session.flush()
        if initiative is not None:
            values["_initiative"] = initiative
        if self._varies:
            return Found([*session.connection().execute(self._wide if initiative is None else self._narrow, values)])
        talk = line(session)
        return self.driven(talk, initiative)(talk, values)

    def later(self, session: Session, **values: Any) -> None:
        """Runs a statement whose answer nobody waits for, as `insert` does."""
        initiative = _initiative_of(session)
        if initiative is not None:
            values["_initiative"] = initiative
        talk = line(session)
        self.driven(talk, initiative).later(talk, [values])

    def driven(self, talk: Line, initiative: str | None) -> Driven:
        """The statement for a database, within one initiative or in a wide scope."""
        key = talk.dialect.name, initiative is not None
        found = self._driven.get(key)
        if found is None:
            found = self._driven[key] = Driven(self._wide if initiative is None else self._narrow, talk.dialect)
        return found


Question = tuple[Prepared, Mapping[str, Any]]
"""A statement and its values."""


def ask(session: Session, *questions: Question) -> list[Found]:
    """The answers to several questions, asked in this order; they go to PostgreSQL in one message."""
    initiative = _initiative_of(session)
    if session.autoflush:
        session.flush()
    talk = line(session)
    asked = [
        (question.driven(talk, initiative), {**values, "_initiative": initiative}) for question, values in questions
    ]
    cursors = talk.run_all([driven.told(values) for driven, values in asked])
    return [driven.found(cursor) for (driven, _values), cursor in zip(asked, cursors, strict=True)]


class PreparedRows(Generic[Row]):
    """A SELECT of whole rows that is built once: as objects of the session, which remembers them.

    An object that the session knows keeps what it holds, unless the rows are `fresh`. In a session that only shows they are
    plain rows with the same names.
    """

    def __init__(self, statement: SelectOfScalar[Row], *, fresh: bool = False) -> None:
        self._model = statement.column_descriptions[0]["entity"]
        columns = inspect(self._model).local_table.columns
        self._rows = Prepared(statement.with_only_columns(*columns, maintain_column_froms=True))
        self._fresh = fresh

    def __call__(self, session: Session, **values: Any) -> Found:
        found = self._rows(session, **values)
        if _SHOWN in session.info:
            return found
        return Found([_object(session, self._model, row, fresh=self._fresh) for row in found], found.rowcount)


def _object(session: Session, model: type[Row], row: Any, *, fresh: bool) -> Row:
    """The session's object for a row: the one it knows, or a new one that was just loaded."""
    mapper = inspect(model)
    known: Row | None = session.identity_map.get(mapper.identity_key_from_primary_key((row.id,)))
    if known is not None:
        renew(known, row, only_missing=not fresh)
        return known
    loaded: Row = mapper.class_manager.new_instance()
    loaded.__dict__.update(zip(row._fields, row, strict=True))
    make_transient_to_detached(loaded)
    session.add(loaded)
    return loaded


def _narrowed(statement: Any, perhaps: Sequence[type[Tenant]] = ()) -> Any:
    """The statement for one initiative, whose id is its value `_initiative`."""
    tables = {part for part in iterate(statement) if isinstance(part, Table) and "initiative_id" in part.columns}
    tables -= {inspect(model).local_table for model in perhaps}
    if not tables:
        return statement
    return statement.where(*(table.c.initiative_id == bindparam("_initiative") for table in tables))


def _initiative_of(session: Session) -> str | None:
    """The one initiative of the session's scope, None in a wide one."""
    scope: Scope | None = session.info.get("scope")
    if scope is None:
        raise ScopeMissing("a query without a scope")
    return scope.initiative


class Identified(Protocol):
    """A row of a table with an `id`."""

    id: str


Known = TypeVar("Known", bound=Identified)


def renew(row: object, read: Any, *, only_missing: bool = False) -> None:
    """Sets on an object of the session what was just read of it."""
    known = row.__dict__
    for name, value in zip(read._fields, read, strict=True):
        # Hardly anything changes between two looks, and setting costs more than comparing.
        if name not in known or (not only_missing and known[name] != value):
            set_committed_value(row, name, value)


def reread(session: Session, row: Identified) -> None:
    """Reads a row again."""
    question, values = as_it_stands(row)
    renew(row, question(session, **values).one())


def as_it_stands(row: Identified) -> Question:
    """What a row holds now; for `ask` and `renew`."""
    return _by_id(type(row)), {"id": row.id}


def row_by_id(session: Session, model: type[Known], row_id: str) -> Known:
    """The row that must be there, from memory while somebody holds it. Raises NoResultFound."""
    shown: dict[tuple[type, str], Any] = session.info.get(_SHOWN, {})
    found: Known | None = shown.get((model, row_id)) or session.identity_map.get(session.identity_key(model, row_id))
    if found is None:
        found = shown[model, row_id] = _row_by_id(model)(session, id=row_id).one()
    return found


@cache
def _row_by_id(model: Any) -> PreparedRows[Any]:
    return PreparedRows(select_rows(model).where(model.id == bindparam("id")))


@cache
def _by_id(model: type[Identified]) -> Prepared:
    table = inspect(model).local_table
    return Prepared(select(*table.columns).where(table.columns.id == bindparam("id")))


def make_engine(url: str) -> Engine:
    """The application's engine: SQLite with our own BEGIN, PostgreSQL by psycopg."""
    if url.startswith("sqlite"):
        engine = create_engine(
            url, pool_size=10, max_overflow=0, hide_parameters=True, connect_args={"check_same_thread": False}
        )
        event.listen(engine, "connect", _sqlite_connect)
        event.listen(engine, "begin", _sqlite_begin)
        return engine
    engine = create_engine(
        sqlalchemy_url(url), pool_size=10, max_overflow=5, pool_timeout=30, pool_recycle=1800, hide_parameters=True
    )
    settle_before(engine)
    return postgres.prepare(engine)


def make_jobs_engine(url: str) -> Engine:
    """The job engine's own pool on the same database; its library opens transactions by itself."""
    if url.startswith("sqlite"):
        engine = create_engine(
            url, pool_size=5, max_overflow=5, connect_args={"isolation_level": "IMMEDIATE", "check_same_thread": False}
        )
        event.listen(engine, "connect", _sqlite_pragmas)
        return engine
    return postgres.prepare(create_engine(sqlalchemy_url(url), pool_size=5, max_overflow=15, hide_parameters=True))


def sqlalchemy_url(url: str) -> str:
    """`postgresql://` for people, `postgresql+psycopg://` for SQLAlchemy."""
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


def plain_url(url: str) -> str:
    """The address without the driver's name, as the job engine's migration wants it."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def _sqlite_pragmas(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000", "foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _sqlite_connect(connection: Any, record: Any) -> None:
    connection.isolation_level = None
    _sqlite_pragmas(connection, record)


def lock_is_off() -> bool:
    """The positive control of the crowd test: no transaction holds its rows. Only in the test environment."""
    return settings().env == "test" and os.environ.get("DIALOGWERK_TEST_LOCK") == "off"


def _sqlite_begin(connection: Any) -> None:
    if lock_is_off():
        return
    mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
    Line(connection).run(f"BEGIN {mode}")


class Database:
    """Opens sessions. One object a process and address."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.sqlite = url.startswith("sqlite")
        self.engine = make_engine(url)
        self._writer = self.engine.execution_options(sqlite_begin="IMMEDIATE") if self.sqlite else self.engine
        # SQLite has one writer. Background threads queue at their own gate first, so that at most one of them stands
        # beside the one request that the web's limiter lets through, and neither starves.
        self._gate = threading.Lock()
        self._write_lock = threading.Lock()

    @contextmanager
    def read(self, scope: Scope, *, shows: bool = False) -> Iterator[ScopedSession]:
        """A session that only looks; whatever it holds at the end is rolled back. One that `shows` needs no objects."""
        info: dict[str, Any] = {"scope": scope, _SHOWN: {}} if shows else {"scope": scope}
        with ScopedSession(self.engine, expire_on_commit=False, autoflush=False, info=info) as session:
            yield session

    @contextmanager
    def write(self, scope: Scope, *, background: bool = False) -> Iterator[ScopedSession]:
        """One transaction: committed when the block ends well, rolled back otherwise."""
        with (
            self._turn(background),
            ScopedSession(self._writer, expire_on_commit=False, info={"scope": scope}) as session,
        ):
            yield session
            session.commit()

    @contextmanager
    def _turn(self, background: bool) -> Iterator[None]:
        if not self.sqlite or lock_is_off():
            yield
        elif background:
            with self._gate, self._write_lock:
                yield
        else:
            with self._write_lock:
                yield

    def transact(self, scope: Scope, work: Callable[[ScopedSession], Result], *, background: bool = False) -> Result:
        """Runs `work` in one transaction, again when PostgreSQL asks for it (40001, 40P01).

        A unique key that somebody else took at the same moment (the second half of a double click) is looked at once
        more: the other transaction is committed by then, and the same form finds its answer.
        """
        collided = False
        for attempt in range(5):
            try:
                with self.write(scope, background=background) as session:
                    return work(session)
            except IntegrityError:
                if collided:
                    raise
                collided = True
            except DBAPIError as error:
                if attempt == 4 or getattr(error.orig, "sqlstate", None) not in ("40001", "40P01"):
                    raise
        raise AssertionError("unreachable")

    def unsafe_role(self) -> str | None:
        """On PostgreSQL the role's name when policies would not bind it (superuser or BYPASSRLS)."""
        if self.sqlite:
            return None
        with self.engine.connect() as connection:
            row = connection.execute(
                text("SELECT rolname FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolbypassrls)")
            ).first()
        return row[0] if row else None

    def empty_journal(self) -> None:
        """Empties SQLite's journal, which keeps old pages, erased ones too. Somebody's reading puts it off."""
        if not self.sqlite:
            return
        connection = self.engine.raw_connection()
        try:
            cursor = connection.cursor()
            # Writers wait as long as this waits for readers.
            cursor.execute("PRAGMA busy_timeout=200")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.execute("PRAGMA busy_timeout=10000")
        finally:
            connection.close()

    def dispose(self) -> None:
        self.engine.dispose()


@cache
def database() -> Database:
    """The database of this process."""
    config = settings()
    if config.sqlite:
        config.var_dir.mkdir(parents=True, exist_ok=True)
    return Database(config.database_url)
