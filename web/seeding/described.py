"""A described state: read, checked, and put in place in one transaction, all of it or nothing."""

import json
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import jsonschema

from kit import text
from kit.db import Database, wide
from kit.errors import Refused
from web.seeding.faults import Faulty
from web.seeding.form import SCHEMA
from web.seeding.placing import Described, Placing

__all__ = ["Faulty", "check", "put", "read"]


def read(path: Path) -> Described:
    """The description of a file. Raises Faulty with every breach of the schema."""
    try:
        state = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Faulty(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise Faulty(f"{path}: not JSON: {error}") from error
    check(state)
    try:
        cleaned: Described = _cleaned(state)
    except Refused as refused:
        raise Faulty(f"{path}: {refused.sentence}") from refused
    return cleaned


def check(state: Any) -> None:
    """Raises Faulty with every breach of the schema and every slug or key that stands twice."""
    errors = jsonschema.Draft202012Validator(SCHEMA).iter_errors(state)
    faults = sorted(f"{error.json_path}: {error.message}" for error in errors)
    if not faults:
        for kind, name in (
            ("initiatives", "slug"),
            ("people", "email"),
            ("dialogues", "slug"),
            ("registrations", "key"),
        ):
            counts = Counter(entry[name] for entry in state.get(kind, ()))
            faults += [f"$.{kind}: {name} {value!r} stands twice" for value, number in counts.items() if number > 1]
    if faults:
        raise Faulty(*faults)


def _cleaned(value: Any) -> Any:
    """The same description with every text as it would pass a form."""
    if isinstance(value, str):
        return text.multiline(value, max_chars=8000)
    if isinstance(value, list):
        return [_cleaned(entry) for entry in value]
    if isinstance(value, dict):
        return {name: _cleaned(entry) for name, entry in value.items()}
    return value


def put(data: Database, state: Described, now: datetime) -> dict[str, int]:
    """Puts a checked description in place. Returns how many of each kind are new. Raises Faulty; then nothing is."""
    return data.transact(wide("migration"), lambda session: Placing(session, state, now).all())
