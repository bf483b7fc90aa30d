"""What the worker does for subscriptions by itself. It may run twice, and in two workers, without harm."""

from datetime import datetime
from functools import partial

from kit.db import Database, wide
from registration.operations.sweeps import alone
from subscription import operations, queries

MOST_CHUNKS = 50


def tell_news(database: Database, now: datetime) -> int:
    """Writes the letters with new dialogues that are due, chunk by chunk. Returns how many subscriptions were looked at."""
    with database.read(wide("sweep")) as session:
        if not queries.any_due(session, now=now):
            return 0
    work = partial(operations.tell_chunk, now=now)
    seen = 0
    for _chunk in range(MOST_CHUNKS):
        chunk = alone(partial(database.transact, wide("sweep"), work, background=True))
        seen += chunk
        if chunk < operations.CHUNK:
            break
    return seen
