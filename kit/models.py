"""What every table shares: names of constraints, aware times, the initiative's key, the personal-data register."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import DateTime, Dialect, ForeignKeyConstraint, String, UniqueConstraint, column
from sqlalchemy.types import JSON, TypeDecorator
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

# Tables without an initiative, each with the reason.
GLOBAL_TABLES: dict[str, str] = {}


def global_table(name: str, reason: str) -> str:
    """Names a table that belongs to no initiative; the reason is part of the schema test."""
    GLOBAL_TABLES[name] = reason
    return name


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, kept in UTC; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive time cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


@dataclass(frozen=True)
class Personal:
    """One column of the personal-data register.

    category: contact, content, access, consent, account, calendar, letter, log.
    retention: a key of `docs/rules.md`, section Retention. export: part of the copy a person gets (Art. 15).
    erase: `clear` (set to null or empty), `delete` (the row goes), `keep` (a duty names it).
    """

    category: str
    purpose: str
    retention: str
    export: bool = True
    erase: str = "clear"


PLAIN = "plain"


def plain(default: Any = ..., **options: Any) -> Any:
    """A column without personal data."""
    return _column(default, PLAIN, options)


def personal(
    default: Any = ...,
    *,
    category: str,
    purpose: str,
    retention: str,
    export: bool = True,
    erase: str = "clear",
    **options: Any,
) -> Any:
    """A column with personal data, declared in the register."""
    return _column(default, Personal(category, purpose, retention, export, erase), options)


def _column(default: Any, data: str | Personal, options: dict[str, Any]) -> Any:
    server_default = options.pop("server_default", None)
    keywords: dict[str, Any] = {"info": {"data": data}}
    if server_default is not None:
        keywords["server_default"] = server_default
    if default is not ...:
        options["default_factory" if callable(default) else "default"] = default
    return Field(sa_column_kwargs=keywords, **options)


# Folded text compares byte by byte on both databases; PostgreSQL would otherwise sort by its own locale.
BYTE_ORDER = String(200).with_variant(String(200, collation="C"), "postgresql")


def moment(default: Any = ..., **options: Any) -> Any:
    """A plain aware time."""
    return plain(default, sa_type=UtcDateTime, **options)


def document(default: Any = ..., **options: Any) -> Any:
    """A plain JSON value; replaced whole, never changed in place."""
    return plain(default, sa_type=JSON, **options)


class _OnItsOwnClass:
    """A column that is seen on `Owned` alone, so that pydantic does not take it for a default of the tables below."""

    def __get__(self, _instance: object, owner: type) -> Any:
        if owner is Owned:
            return column("initiative_id")
        raise AttributeError("initiative_id")


class Owned:
    """What the scope of a session filters by: SQLAlchemy asks this class for the column before it asks the tables."""


class Tenant(Owned, SQLModel):
    """A row below an initiative. `initiative_id` stands on every one of them, children included."""

    initiative_id: str = plain(foreign_key="initiative.id", max_length=16, index=False)

    def __init__(self, **given: Any) -> None:
        """A new row, filled at once: the library's way through every attribute costs more than storing the row.

        Nothing is checked, as in every table of the library. Raises TypeError for what is no column.
        """
        if unknown := given.keys() - type(self).model_fields.keys():
            raise TypeError(f"{type(self).__name__} has no {', '.join(sorted(unknown))}")
        values, makers = _defaults(type(self))
        self.__dict__.update(values)
        self.__dict__.update((name, make()) for name, make in makers if name not in given)
        self.__dict__.update(given)


@cache
def _defaults(table: type[SQLModel]) -> tuple[dict[str, Any], list[tuple[str, Callable[[], Any]]]]:
    """What columns hold when nothing is said: values, and functions that make one."""
    fields = table.model_fields.items()
    return (
        {name: field.default for name, field in fields if not field.is_required() and field.default_factory is None},
        [(name, field.default_factory) for name, field in fields if field.default_factory is not None],  # type: ignore[misc]
    )


# After the class below it exists: pydantic warns of a field that shadows an attribute.
Owned.initiative_id = _OnItsOwnClass()  # type: ignore[attr-defined]


def parent(column: str, table: str) -> ForeignKeyConstraint:
    """A foreign key that also holds the initiative: parent and child are always of the same one."""
    return ForeignKeyConstraint(["initiative_id", column], [f"{table}.initiative_id", f"{table}.id"])


def tenant_key() -> UniqueConstraint:
    """The key that children point at."""
    return UniqueConstraint("initiative_id", "id")


def registered_columns(tables: Sequence[Any]) -> dict[str, Personal]:
    """table.column → declaration of all personal columns."""
    return {
        f"{table.name}.{column.name}": column.info["data"]
        for table in tables
        for column in table.columns
        if isinstance(column.info.get("data"), Personal)
    }
