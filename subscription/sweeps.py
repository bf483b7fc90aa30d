"""What the worker does for subscriptions by itself. It may run twice, and in two workers, without harm."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from kit.db import Database, wide
from registration import consent_queries
from registration.operations.sweeps import alone
from subscription import operations, queries

MOST_CHUNKS = 50


def tell_news(database: Database, now: datetime) -> int:
    """Writes the letters with new dialogues that are due, chunk by chunk. Returns how many subscriptions were looked at."""
    with database.read(wide("sweep")) as session:
        if not queries.any_due(session, now=now):
            return 0
    return _in_chunks(database, partial(operations.tell_chunk, now=now))


def hear_declared(database: Database, now: datetime) -> int:
    """Takes up what people with a confirmed address declared about new dialogues when they signed up. Returns how many."""
    with database.read(wide("sweep")) as session:
        if not consent_queries.any_unheard(session):
            return 0
    return _in_chunks(database, partial(operations.hear_chunk, now=now))


def _in_chunks(database: Database, work: Callable[..., int]) -> int:
    seen = 0
    for _chunk in range(MOST_CHUNKS):
        chunk = alone(partial(database.transact, wide("sweep"), work, background=True))
        seen += chunk
        if chunk < operations.CHUNK:
            break
    return seen
