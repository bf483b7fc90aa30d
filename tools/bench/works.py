"""The measurements. Each drives a running installation and returns its rows."""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable

from tools.bench import floors, machine, site
from tools.bench.http import Connection, connected, spread
from tools.bench.product import Failed, Letterbox, Product, has_part
from tools.bench.report import Row
from tools.bench.site import expect

FRESH = 300
CACHED = 6000
DIALOGUES = 1000
REGISTRATIONS = 24
LETTERS = 150
CSV_ROWS = 10_000
CSV_COLUMNS = 32


async def load(
    product: Product, path: Callable[[int], str], count: int, status: int, **headers: str
) -> tuple[float, float]:
    """CPU milliseconds of the web process for one answer, and answers a second, with eight connections."""
    async with connected(product.port, 8) as connections:

        async def one(connection: Connection, number: int) -> None:
            expect(await connection.get(path(number), **headers), status, "public page")

        before = product.cpu("serve")
        seconds = await spread(connections, count, one)
    return (product.cpu("serve") - before) * 1000 / count, count / seconds


async def pages(product: Product, owner: Connection) -> list[Row]:
    """The public page of a dialogue: rendered, from the cache, unchanged."""
    dialogue = await site.publish(owner, "Seite gemessen", capacity=100)
    connection = Connection(product.port)
    page = expect(await connection.get(dialogue.path), 200, "public page")
    bare_ms, bare_rate = await asyncio.to_thread(floors.bare_page, len(page.body), CACHED)
    # An address never asked before is never in the cache.
    fresh: Callable[[int], str] = lambda number: f"{dialogue.path}?messung={secrets.token_hex(4)}{number}"  # noqa: E731
    rendered = [await load(product, fresh, FRESH, 200) for _turn in range(3)]
    tag = (await connection.get(dialogue.path)).headers.get("etag")
    if tag is None:
        raise Failed("the public page has no tag, so it is not kept")
    same: Callable[[int], str] = lambda _number: dialogue.path  # noqa: E731
    cached = [await load(product, same, CACHED, 200) for _turn in range(2)]
    unchanged = [await load(product, same, CACHED, 304, if_none_match=tag) for _turn in range(2)]
    connection.close()
    name = "dialogue page"
    return [
        Row(f"{name}, rendered", "CPU-ms", min(ms for ms, _rate in rendered[1:]), rendered[0][0], bare_ms, 3.0),
        Row(f"{name}, from cache", "CPU-ms", cached[1][0], cached[0][0], bare_ms, 0.5),
        Row(f"{name}, from cache", "req/s", cached[1][1], cached[0][1], bare_rate, 1500, ">="),
        Row(f"{name}, unchanged (304)", "CPU-ms", unchanged[1][0], unchanged[0][0], bare_ms, 0.15),
        Row(f"{name}, the very first answer", "ms", page.whole * 1000),
    ]


async def start_page(product: Product, owner: Connection) -> list[Row]:
    """The calendar with many published dialogues, made through the guided form."""
    action, form = await site.new_dialogue(owner)
    async with connected(product.port, 4) as connections:
        for connection in connections:
            connection.cookie = owner.cookie

        async def one(connection: Connection, number: int) -> None:
            title = f"Dialog Nummer {number}"
            await site.publish_as(connection, action, form, title, capacity=50, days_ahead=30 + number % 300)

        seconds = await spread(connections, DIALOGUES, one)
    page = await owner.get("/")
    bare_ms, _rate = await asyncio.to_thread(floors.bare_page, len(page.body), 1500)
    fresh: Callable[[int], str] = lambda number: f"/?messung={secrets.token_hex(4)}{number}"  # noqa: E731
    measured = [(await load(product, fresh, 100, 200))[0] for _turn in range(3)]
    note = f"{DIALOGUES} dialogues made and published through the pages in {seconds:.0f} s; {len(page.body) // 1000} kB"
    name = f"start page, {DIALOGUES:,} dialogues, rendered"
    return [Row(name, "CPU-ms", min(measured[1:]), measured[0], bare_ms, 5.0, note=note)]


async def registration(product: Product, owner: Connection, *, letterbox: Letterbox) -> list[Row]:
    """Six requests and two letters, from the form to the confirmed place."""
    dialogue = await site.publish(owner, "Anmeldung gemessen", capacity=500)
    durable_ms, _seconds = await asyncio.to_thread(floors.durable_insert, product.folder)
    idle = await idle_cpu(product)

    async def several(name: str, count: int) -> tuple[float, float, float]:
        arrived, begun = len(letterbox.letters), time.perf_counter()
        web, whole = product.cpu("serve"), product.cpu()
        async with connected(product.port, 4) as connections:

            async def one(connection: Connection, number: int) -> None:
                await site.register(connection, dialogue, f"{name}{number}@post.example", letterbox)

            await spread(connections, count, one)
        letters = await asyncio.to_thread(letterbox.wait, 2 * count, to=name, since=arrived)
        # What the letters leave to note still counts.
        await asyncio.sleep(0.5)
        seconds = time.perf_counter() - begun
        kinds = [
            (has_part(letter, "application/pdf"), has_part(letter, "text/calendar")) for _at, _to, letter in letters
        ]
        if kinds.count((True, True)) != count:
            raise Failed(f"{kinds.count((True, True))} of {count} confirmations carry ticket and invitation")
        used = product.cpu() - whole - idle * seconds
        return (product.cpu("serve") - web) * 1000 / count, used * 1000 / count, seconds

    first_web, first_whole, _seconds = await several("erste", 1)
    web, whole, seconds = await several("weitere", REGISTRATIONS)
    note = f"{REGISTRATIONS} people, 4 at once, {seconds:.1f} s; each with ticket and invitation"
    return [
        Row("registration, web alone, six requests", "CPU-ms", web, first_web, durable_ms, 20.0),
        Row(
            "registration, with both letters, ticket, .ics", "CPU-ms", whole, first_whole, durable_ms, 100.0, note=note
        ),
        Row("all processes at rest", "CPU-ms/s", idle * 1000),
    ]


async def idle_cpu(product: Product, *names: str, seconds: float = 6.0) -> float:
    """CPU seconds a second of the named processes, of everything without names, while nobody does anything."""
    before = product.cpu(*names)
    await asyncio.sleep(seconds)
    return (product.cpu(*names) - before) / seconds


async def letters(product: Product, owner: Connection, *, letterbox: Letterbox) -> list[Row]:
    """Many confirm at once; then the dialogue moves, and everybody gets a new invitation and a new ticket; then it is
    cancelled, and everybody gets a calendar file alone. Needs `serve`, starts `work`.
    """
    floor = await asyncio.to_thread(floors.letters_per_second, letterbox)
    dialogue = await site.publish(owner, "Umzug gemessen", capacity=LETTERS)
    form = await site.sign_up_form(owner, dialogue)
    async with connected(product.port, 8) as connections:

        async def sign_up(connection: Connection, number: int) -> None:
            answer = await connection.post(dialogue.form, site.party(form, f"umzug{number}@post.example"))
            expect(answer, 303, "sign-up")

        arrived = len(letterbox.letters)
        await spread(connections, LETTERS, sign_up)
        product.start("work")
        asked = await asyncio.to_thread(letterbox.wait, LETTERS, to="umzug", since=arrived, seconds=150)
        plain_rate = _rate([at for at, _to, _letter in asked])

        async def confirm(connection: Connection, number: int) -> None:
            await site.confirm(connection, asked[number][2])

        arrived = len(letterbox.letters)
        await spread(connections, LETTERS, confirm)
        tickets = await asyncio.to_thread(letterbox.wait, LETTERS, to="umzug", since=arrived, seconds=150)
    ticket_rate = _rate([at for at, _to, _letter in tickets])
    idle = await idle_cpu(product)

    async def told(change: Awaitable[None], *, ticket: bool) -> tuple[float, float]:
        """What everybody is told of a change: letters per second, CPU-ms of the worker for each."""
        arrived = len(letterbox.letters)
        await change
        used, begun = product.cpu("work"), time.perf_counter()
        sent = await asyncio.to_thread(letterbox.wait, LETTERS, to="umzug", since=arrived, seconds=150)
        await asyncio.sleep(0.5)
        cpu = product.cpu("work") - used - idle * (time.perf_counter() - begun)
        if {(has_part(one, "text/calendar"), has_part(one, "application/pdf")) for _at, _to, one in sent} != {
            (True, ticket)
        }:
            raise Failed("a letter about a change without its files")
        return _rate([at for at, _to, _letter in sent]), cpu * 1000 / LETTERS

    moved_rate, moved_cpu = await told(site.move(owner, dialogue), ticket=True)
    rate, cpu = await told(site.cancel(owner, dialogue), ticket=False)
    note = (
        f"{LETTERS} letters, one worker; without files {plain_rate:.0f}/s, with ticket {ticket_rate:.0f}/s,"
        f" with ticket after a move {moved_rate:.0f}/s"
    )
    return [
        Row("letters with .ics", "per s", rate, None, floor, 60, ">=", note),
        Row("letters with .ics", "CPU-ms", cpu, None, None, 14.0),
        Row("letters with .ics and ticket", "CPU-ms", moved_cpu),
    ]


def _rate(moments: list[float]) -> float:
    return (len(moments) - 1) / (max(moments) - min(moments))


async def table(product: Product, owner: Connection) -> list[Row]:
    """The list of a dialogue with 10,000 people as CSV and as XLSX. Needs `serve` alone."""
    dialogue = await site.publish(owner, "Liste gemessen", capacity=None)
    form = await site.sign_up_form(owner, dialogue)
    async with connected(product.port, 8) as connections:

        async def one(connection: Connection, number: int) -> None:
            people = site.party(form, f"liste{number}@post.example", 4)
            expect(await connection.post(dialogue.form, people), 303, "sign-up of four")

        await spread(connections, CSV_ROWS // 4, one)
    pid = product.pid("serve")
    found = []
    for _turn in range(3):
        memory, used = machine.memory_mb([pid]), product.cpu("serve")
        machine.forget_peak(pid)
        answer = expect(await owner.post(f"{dialogue.work}/anmeldungen/tabelle", {}), 200, "list as CSV")
        cpu, grown = product.cpu("serve") - used, machine.peak_mb(pid) - memory
        lines = answer.body.decode("utf-8-sig").splitlines()
        if len(lines) != CSV_ROWS + 1:
            raise Failed(f"the list has {len(lines) - 1} rows instead of {CSV_ROWS}")
        found.append((cpu, answer.first_byte * 1000, grown))
    books = []
    for _turn in range(3):
        used = product.cpu("serve")
        answer = expect(
            await owner.post(f"{dialogue.work}/anmeldungen/tabelle", {"format": "xlsx"}), 200, "list as XLSX"
        )
        books.append(product.cpu("serve") - used)
        if not answer.body.startswith(b"PK"):
            raise Failed("the list as XLSX is no workbook")
    columns = lines[0].count(";") + 1
    floor = floors.csv_seconds(CSV_ROWS, columns)
    best = [min(values) for values in zip(*found[1:], strict=True)]
    note = f"{columns} columns; the goal and the peers' times are for {CSV_COLUMNS}"
    return [
        Row("list as CSV, 10,000 rows", "CPU-s", best[0], found[0][0], floor, 0.5, note=note),
        Row("list as CSV, first byte", "ms", best[1], found[0][1], None, 100),
        Row("list as CSV, memory on top", "MB", max(grown for _cpu, _byte, grown in found), None, None, 20),
        Row("list as XLSX, 10,000 rows", "CPU-s", min(books[1:]), books[0], None, 0.8, note=note),
    ]
