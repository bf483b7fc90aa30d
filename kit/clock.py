"""The only clock. Rules and operations take `now` as an argument; edges ask here."""

import os
from datetime import UTC, datetime
from pathlib import Path

_fixed: datetime | None = None


def now() -> datetime:
    """The present as an aware UTC time.

    In the environments `demo` and `test` the file named by DIALOGWERK_NOW_FILE overrides it while it exists.
    """
    if _fixed is not None:
        return _fixed
    name = os.environ.get("DIALOGWERK_NOW_FILE")
    if name and os.environ.get("DIALOGWERK_ENV") in ("demo", "test"):
        try:
            return parse(Path(name).read_text(encoding="ascii").strip())
        except FileNotFoundError:
            pass
    return datetime.now(UTC)


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
