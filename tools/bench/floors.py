"""The floor: what this machine and these libraries can do at best, measured in the same run."""

import asyncio
import csv  # noqa: TID251 - the floor is the bare library
import io
import smtplib  # noqa: TID251 - the floor is the bare library
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.bench import machine
from tools.bench.http import Connection, connected, spread
from tools.bench.product import Failed, Letterbox, free_port, until

BARE = """
import sys, uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
body = b"x" * int(sys.argv[2])
async def page(request):
    return Response(body, media_type="text/html")
uvicorn.run(Starlette(routes=[Route("/", page)]), port=int(sys.argv[1]), loop="uvloop", http="httptools",
            access_log=False, log_level="error")
"""


@contextmanager
def bare_server(body_bytes: int) -> Iterator[tuple[int, int]]:
    """Starlette with one route that answers so many bytes: its port and process."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-c", BARE, str(port), str(body_bytes)])  # noqa: S603 - our own words

    async def ask() -> bool:
        async with connected(port, 1) as [connection]:
            return (await connection.get("/")).status == 200

    def answers() -> bool:
        try:
            return asyncio.run(ask())
        except OSError:
            return False

    try:
        if not until(answers, 20):
            raise Failed("the bare Starlette server did not start")
        yield port, process.pid
    finally:
        process.terminate()
        process.wait()


def bare_page(body_bytes: int, count: int) -> tuple[float, float]:
    """CPU milliseconds of one bare answer, and answers a second."""

    async def load(port: int) -> float:
        async with connected(port, 8) as connections:
            request = connections[0].head("GET", "/")

            async def one(connection: Connection, _number: int) -> None:
                await connection.send(request)

            await spread(connections, count // 10, one)
            return await spread(connections, count, one)

    with bare_server(body_bytes) as (port, pid):
        before = machine.cpu_seconds([pid])
        seconds = asyncio.run(load(port))
        used = machine.cpu_seconds([pid]) - before
    return used * 1000 / (count * 1.1), count / seconds


def bare_memory() -> float:
    """Resident MB of a bare server process."""
    with bare_server(1000) as (_port, pid):
        return machine.memory_mb([pid])


def durable_insert(folder: Path, count: int = 500) -> tuple[float, float]:
    """CPU milliseconds and seconds of one committed row in SQLite that survives a power cut."""
    connection = sqlite3.connect(folder / "floor.sqlite3", isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE registration (id INTEGER PRIMARY KEY, name TEXT, email TEXT)")
    begun, used = time.perf_counter(), time.process_time()
    for number in range(count):
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO registration VALUES (?, ?, ?)", (number, "Gast Muster", "gast@post.example"))
        connection.execute("COMMIT")
    seconds, cpu = time.perf_counter() - begun, time.process_time() - used
    connection.close()
    return cpu * 1000 / count, seconds / count


def csv_seconds(rows: int, columns: int) -> float:
    """CPU seconds of the csv module alone for so many rows."""
    used = time.process_time()
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";")
    row = ["Gast Muster"] * columns
    for _number in range(rows):
        writer.writerow(row)
    buffer.getvalue().encode()
    return time.process_time() - used


def letters_per_second(letterbox: Letterbox, count: int = 300) -> float:
    """Letters of 8 kB over one connection into the same letter box."""
    body = b"Subject: floor\r\n\r\n" + b"x" * 70 + b"\r\n" * 4 + (b"x" * 70 + b"\r\n") * 110
    begun = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", letterbox.port) as smtp:
        for number in range(count):
            smtp.sendmail("floor@post.example", f"floor{number}@post.example", body)
    return count / (time.perf_counter() - begun)
