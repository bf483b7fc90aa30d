"""The only clock. Rules and operations take `now` as an argument; edges ask here."""

import os
from datetime import UTC, datetime
from pathlib import Path

_fixed: datetime | None = None
_last_told: dict[str, datetime] = {}


def now() -> datetime:
    """The present as an aware UTC time.

    In the environments `demo` and `test` the file named by DIALOGWERK_NOW_FILE overrides it while it exists.
    """
    return _fixed or overriding() or datetime.now(UTC)


def overriding() -> datetime | None:
    """What the file of the clock says, None while the machine's own time holds."""
    name = os.environ.get("DIALOGWERK_NOW_FILE")
    if not name or os.environ.get("DIALOGWERK_ENV") not in ("demo", "test"):
        return None
    try:
        return told(name)
    except ValueError:
        # Somebody is writing it: what it said before holds.
        return _last_told.get(name)


def told(name: str) -> datetime | None:
    """The time that this file tells, None where there is no file. Raises ValueError for what is no time, or OSError."""
    try:
        moment = parse(Path(name).read_text(encoding="ascii").strip())
    except FileNotFoundError:
        _last_told.pop(name, None)
        return None
    _last_told[name] = moment
    return moment


def wall_now() -> datetime:
    """The machine's own time, for what measures processes: heartbeats, patience."""
    return datetime.now(UTC)


def fix(moment: datetime | None) -> None:
    """Holds the clock of this process at one moment (`--now`), or lets it run again."""
    global _fixed
    _fixed = moment


def parse(value: str) -> datetime:
    """An ISO time; without an offset it is UTC. Raises ValueError."""
    moment = datetime.fromisoformat(value)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
