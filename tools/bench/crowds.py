"""Crowds: many people sign up for few places."""

import asyncio
import secrets
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from tools.bench import floors, site
from tools.bench.http import Connection, connected, percentile, spread
from tools.bench.product import Failed, Letterbox, Product
from tools.bench.report import Row
from tools.bench.site import Dialogue


@dataclass(frozen=True)
class Size:
    """How large a crowd is and what it must keep. `within` None: 50 at once, else all come within so many seconds."""

    attempts: int
    places: int
    goal_seconds: float
    p99_seconds: float | None = None
    within: float | None = None
    turns: int = 2


SIZES = {
    ("sqlite", 1000): Size(1000, 100, 6.0, 1.0),
    ("postgres", 1000): Size(1000, 100, 10.0, 1.0),
    ("sqlite", 5000): Size(5000, 500, 30.0, within=10.0, turns=1),
    ("postgres", 5000): Size(5000, 500, 45.0, within=10.0, turns=1),
}
AT_ONCE = 50


@dataclass(frozen=True)
class Crowd:
    """How a crowd fared; times in seconds."""

    seconds: float
    waits: list[float]
    statuses: Counter[int]
    others: list[float]
    held: int
    cpu: float


async def measure(product: Product, owner: Connection, *, letterbox: Letterbox, name: str, size: Size) -> list[Row]:
    """One crowd after the other; the next comes when the letters to the last are out."""
    _cpu, durable = await asyncio.to_thread(floors.durable_insert, product.folder)
    runs: list[Crowd] = []
    arrived = 0
    for _turn in range(size.turns):
        if runs:
            await asyncio.to_thread(letterbox.wait, size.attempts, since=arrived, seconds=120)
        arrived = len(letterbox.letters)
        runs.append(await _crowd(product, owner, size))
    return rows(f"crowd of {name}", runs, size, durable)


Attempt = Callable[[Connection, int], Awaitable[None]]


async def _closed(product: Product, attempts: int, at_once: int, one: Attempt) -> float:
    async with connected(product.port, at_once) as connections:
        return await spread(connections, attempts, one)


async def _open(product: Product, attempts: int, within: float, one: Attempt) -> float:
    begun = time.perf_counter()

    async def come(number: int) -> None:
        await asyncio.sleep(number * within / attempts)
        connection = Connection(product.port)
        await one(connection, number)
        connection.close()

    await asyncio.gather(*(come(number) for number in range(attempts)))
    return time.perf_counter() - begun


async def _crowd(product: Product, owner: Connection, size: Size) -> Crowd:
    dialogue = await site.publish(owner, f"Andrang {secrets.token_hex(3)}", capacity=size.places)
    form = await site.sign_up_form(owner, dialogue)
    waits: list[float] = []
    statuses: Counter[int] = Counter()

    async def one(connection: Connection, number: int) -> None:
        address = f"{dialogue.slug}-{number}@post.example"
        begun = time.perf_counter()
        try:
            statuses[(await connection.post(dialogue.form, site.party(form, address))).status] += 1
        except (OSError, asyncio.IncompleteReadError):
            statuses[0] += 1
        waits.append(time.perf_counter() - begun)

    others: list[float] = []
    watching = asyncio.create_task(_watch(product.port, dialogue, others))
    before = product.cpu()
    if size.within is None:
        seconds = await _closed(product, size.attempts, AT_ONCE, one)
    else:
        seconds = await _open(product, size.attempts, size.within, one)
    cpu = product.cpu() - before
    watching.cancel()
    state = await asyncio.to_thread(product.state)
    [own] = [row["id"] for row in state["dialogue"] if row["slug"] == dialogue.slug]
    registrations = {row["id"] for row in state["registration"] if row["dialogue_id"] == own}
    if len(registrations) != statuses[303]:
        raise Failed(f"{statuses[303]} answers 303 and {len(registrations)} registrations in the export")
    held = sum(row["registration_id"] in registrations for row in state["place"])
    return Crowd(seconds, waits, statuses, others, held, cpu)


async def _watch(port: int, dialogue: Dialogue, times: list[float]) -> None:
    """Looks at a page that is rendered each time, twenty times a second."""
    connection = Connection(port)
    while True:
        answer = await connection.get(f"{dialogue.path}?messung={secrets.token_hex(6)}")
        times.append(answer.whole)
        await asyncio.sleep(0.05)


def rows(name: str, runs: list[Crowd], size: Size, durable: float) -> list[Row]:
    """What the crowds kept. `durable`: seconds of one durable insert."""
    first, last = runs[0], runs[-1]
    worst = max(runs, key=lambda run: abs(run.held - size.places))
    errors = max(size.attempts - run.statuses[303] for run in runs)
    median = percentile(last.waits, 0.5)
    note = (
        f"{last.cpu * 1000 / size.attempts:.1f} CPU-ms an attempt, web, worker and database; median wait {median:.2f} s"
    )
    said = "" if not errors else f"answers: {dict(last.statuses)}"
    found = [
        Row(name, "s", last.seconds, first.seconds, durable * size.attempts, size.goal_seconds, note=note),
        Row(f"{name}: places held", "count", worst.held, first.held, None, size.places, "=="),
        Row(f"{name}: answers other than 303", "count", errors, None, None, 0, "==", said),
        Row(f"{name}: an attempt, p99", "s", *_p(0.99, last.waits, first.waits), None, size.p99_seconds),
        Row(f"{name}: other pages, p95", "s", *_p(0.95, last.others, first.others), None, 1.0),
    ]
    return found if len(runs) > 1 else [replace(row, first=None) for row in found]


def _p(part: float, last: list[float], first: list[float]) -> tuple[float, float]:
    return percentile(last, part), percentile(first, part)
