"""Rows in plain values, for the copy that a person gets of their data (Art. 15 GDPR)."""

from datetime import datetime
from typing import Any

from sqlmodel import SQLModel

from kit.models import Personal
from mail.marks import fill

Line = dict[str, Any]


def told(model: type[SQLModel], row: Any, *plain: str) -> Line:
    """The named plain columns of a row, and each one that the register exports. Links stand as they were mailed."""
    table: Any = model.__table__  # type: ignore[attr-defined]
    exported = [
        column.name
        for column in table.columns
        if isinstance(column.info.get("data"), Personal) and column.info["data"].export
    ]
    return {name: _value(getattr(row, name)) for name in (*plain, *exported)}


def _value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return fill(value) if isinstance(value, str) else value
