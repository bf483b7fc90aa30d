"""The parts of the benchmark, each with an installation of its own, so that none measures what another left."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial

import psycopg
import pytest

from tools.bench import badges, crowds, doors, floors, machine, site, usual, works
from tools.bench.http import Connection
from tools.bench.product import Letterbox, Product, installed
from tools.bench.report import Row, skipped

Measure = Callable[[Product, Connection], Awaitable[list[Row]]]
SETTLED_SECONDS = 8.0


def at_rest(letterbox: Letterbox) -> list[Row]:
    """Memory with everything running and nobody there."""
    bare = floors.bare_memory()
    rows = []
    for starts, goal in ((("run",), 200.0), (("serve", "work"), 350.0)):
        begun = time.perf_counter()
        with installed(*starts, smtp_port=letterbox.port) as product:
            ready = time.perf_counter() - begun
            time.sleep(SETTLED_SECONDS)
            note = f"schema made and ready after {ready:.1f} s"
            rows.append(
                Row(f"memory at rest: {' + '.join(starts)}", "MB", product.memory(), None, bare, goal, note=note)
            )
    return rows


def pages(letterbox: Letterbox) -> list[Row]:
    return _measured(works.pages, letterbox, "serve")


def start_page(letterbox: Letterbox) -> list[Row]:
    return _measured(works.start_page, letterbox, "serve")


def registration(letterbox: Letterbox) -> list[Row]:
    return _measured(partial(works.registration, letterbox=letterbox), letterbox, "serve", "work")


def letters(letterbox: Letterbox) -> list[Row]:
    # The worker starts when there is something to deliver.
    return _measured(partial(works.letters, letterbox=letterbox), letterbox, "serve")


def door(letterbox: Letterbox) -> list[Row]:
    return _measured(partial(doors.door, letterbox=letterbox), letterbox, "serve", "work")


def badge_sheets(letterbox: Letterbox) -> list[Row]:
    return _measured(badges.badges, letterbox, "serve", "work")


def table(letterbox: Letterbox) -> list[Row]:
    return _measured(works.table, letterbox, "serve")


def crowd(letterbox: Letterbox, *, engine: str, attempts: int) -> list[Row]:
    """A crowd on one engine, with web and worker running."""
    name = f"{attempts:,} on {'SQLite' if engine == 'sqlite' else 'PostgreSQL'}"
    measure = partial(crowds.measure, letterbox=letterbox, name=name, size=crowds.SIZES[engine, attempts])
    if engine == "sqlite":
        return _measured(measure, letterbox, "serve", "work")
    try:
        with _postgres() as (url, pid):
            return _measured(measure, letterbox, "serve", "work", database_url=url, database_pid=pid)
    except pytest.skip.Exception as reason:
        return [skipped(f"crowd of {name}", "s", str(reason))]


def _measured(
    measure: Measure, letterbox: Letterbox, *starts: str, database_url: str = "", database_pid: int = 0
) -> list[Row]:
    with installed(*starts, smtp_port=letterbox.port, database_url=database_url, database_pid=database_pid) as product:

        async def all_of_it() -> list[Row]:
            owner = await site.set_up(product)
            try:
                return await measure(product, owner)
            finally:
                owner.close()

        return asyncio.run(all_of_it())


@contextmanager
def _postgres() -> Iterator[tuple[str, int]]:
    """The address of an empty database, as a plain role, and its server's process (0 when it runs elsewhere)."""
    # The server of this run answers only when the disk has it, as the floor does.
    os.environ["TEST_POSTGRES_DURABLE"] = "yes"
    from tests import postgres

    server = postgres.server()
    with server.database() as url:
        with psycopg.connect(server.admin_url) as connection:
            pid = 0 if os.environ.get("TEST_DATABASE_URL") else machine.parent(connection.info.backend_pid)
        yield url, pid


PARTS: dict[str, Callable[[Letterbox], list[Row]]] = {
    "rest": at_rest,
    "pages": pages,
    "start": start_page,
    "registration": registration,
    "crowd": partial(crowd, engine="sqlite", attempts=1000),
    "crowd-postgres": partial(crowd, engine="postgres", attempts=1000),
    "rush": partial(crowd, engine="sqlite", attempts=5000),
    "rush-postgres": partial(crowd, engine="postgres", attempts=5000),
    "letters": letters,
    "door": door,
    "table": table,
    "badges": badge_sheets,
    "usual": usual.usual,
}
FULL_ONLY = ("rush", "rush-postgres")
