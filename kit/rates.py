"""Limits for what only attackers do often: failed tokens and sign-in links by network address, changes by session.

Reading and signing up are never counted by address: a company or a school is one address. Counters are written on their
own connection, so a refused request still counts.
"""

from datetime import datetime, timedelta

from sqlalchemy import Integer, bindparam, inspect, text, update
from sqlmodel import Session, col, select

from kit.db import Database, Prepared, wide
from kit.journal import RateCounter
from kit.tokens import keyed_hash

WINDOW = timedelta(hours=1)


def window_of(now: datetime) -> datetime:
    """The full hour a moment belongs to."""
    return now.replace(minute=0, second=0, microsecond=0)


_COUNTED = Prepared(
    select(RateCounter.count).where(
        RateCounter.bucket == bindparam("bucket"),
        RateCounter.key_hash == bindparam("key_hash"),
        RateCounter.window == bindparam("window"),
    )
)


def counted(session: Session, *, bucket: str, key: str, now: datetime) -> int:
    """How often something was counted in this hour."""
    return _COUNTED(session, bucket=bucket, key_hash=keyed_hash("rate", key), window=window_of(now)).scalar() or 0


def add(session: Session, *, bucket: str, key: str, now: datetime) -> None:
    """Counts once, in the caller's transaction: what is rolled back is not counted."""
    hashed, window = keyed_hash("rate", key), window_of(now)
    changed = session.connection().execute(
        update(RateCounter)
        .where(col(RateCounter.bucket) == bucket, col(RateCounter.key_hash) == hashed)
        .where(col(RateCounter.window) == window)
        .values(count=RateCounter.count + 1)
    )
    if changed.rowcount == 0:
        session.add(RateCounter(bucket=bucket, key_hash=hashed, window=window, count=1))


def count(database: Database, *, bucket: str, key: str, now: datetime) -> None:
    """Counts once, in a transaction of its own: what is refused still counts."""
    database.transact(wide("token"), lambda session: add(session, bucket=bucket, key=key, now=now))


_TALLY = Prepared(
    text(
        'INSERT INTO rate_counter (bucket, key_hash, "window", count) VALUES (:bucket, :key_hash, :window, :by)'
        ' ON CONFLICT (bucket, key_hash, "window") DO UPDATE SET count = rate_counter.count + :by RETURNING count'
    )
    .bindparams(bindparam("window", type_=inspect(RateCounter).local_table.c.window.type))
    .columns(count=Integer)
)


def tally(session: Session, *, bucket: str, key: str, window: datetime, by: int = 1) -> int:
    """Counts once in the session's own transaction, so only what happens counts. Returns how often since `window`."""
    return int(_TALLY(session, bucket=bucket, key_hash=keyed_hash("rate", key), window=window, by=by).scalar_one())
