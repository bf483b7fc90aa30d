"""Badges of a whole dialogue: described people without addresses, so that no letters go beside them."""

import asyncio
import io
import json
import re
from datetime import UTC, datetime, timedelta

import pypdfium2

from tools.bench import machine
from tools.bench.http import Connection
from tools.bench.product import Failed, Product
from tools.bench.report import Row
from tools.bench.site import INITIATIVE, expect
from tools.bench.works import idle_cpu

PER_PAGE = 10
PARTY = 4
SIZES = (1_000, 5_000)
# Scripts that the machine's fonts may or may not have; the product brings its own.
NAMES = (
    "Änne Muster-Größlich", "Łukasz Przykład", "Παράδειγμα Δοκιμή", "Пример Образцов", "Nguyễn Thị Mẫu", "مثال نموذج",
    "Doğan Örnek", "Maximiliane-Josephine von Musterberg zu Beispielhausen",
)  # fmt: skip


def described(sizes: tuple[int, ...]) -> str:
    """A file for `seed` with one dialogue for each size."""
    day = (datetime.now(UTC) + timedelta(days=60)).date().isoformat()  # noqa: TID251 - the day of the machine
    slugs = {size: f"schilder-{size}" for size in sizes}
    dialogues = [
        {
            "slug": slug, "initiative": INITIATIVE, "title": "Schilder gemessen", "start": f"{day}T17:00",
            "end": f"{day}T21:00", "place": "Musterhalle", "state": "published",
            "offers": [{"key": "o0", "capacity": None}],
        }
        for slug in slugs.values()
    ]  # fmt: skip
    registrations = [
        {
            "key": f"{slug}-{number}", "dialogue": slug, "email": None, "state": "confirmed", "offers": ["o0"],
            "organisation": "Beispielwerk (fiktiv)",
            "participants": [f"{NAMES[(number + person) % len(NAMES)]} {number}" for person in range(PARTY)],
        }
        for size, slug in slugs.items()
        for number in range(size // PARTY)
    ]  # fmt: skip
    return json.dumps({"dialogues": dialogues, "registrations": registrations})


async def badges(product: Product, owner: Connection) -> list[Row]:
    """Badges with codes, ten on a sheet, made by the worker. Needs `serve` and `work`."""
    file = product.folder / "schilder.json"
    file.write_text(described(SIZES), encoding="utf-8")
    await asyncio.to_thread(product.command, "seed", str(file), seconds=400)
    idle = await idle_cpu(product, "work")
    first = await _sheets(product, owner, SIZES[0], idle)
    again = await _sheets(product, owner, SIZES[0], idle)
    many = await _sheets(product, owner, SIZES[1], idle)
    return [
        Row("badges with code, 1,000, ten per sheet", "CPU-s", again[0], first[0], None, 2.0),
        Row("badges with code, 1,000: the file", "kB", again[1], None, None, 600),
        Row("badges with code, 5,000", "CPU-s", many[0], None, None, 9.0),
        Row("badges with code, 5,000: memory on top of the worker", "MB", many[2], None, None, 250),
    ]


async def _sheets(product: Product, owner: Connection, people: int, idle: float) -> tuple[float, float, float]:
    """CPU seconds of the worker and its child, kilobytes, and the most memory that making takes in MB: the child's, and
    what the worker takes more than before.
    """
    base = f"/arbeitsplatz/{INITIATIVE}/dialoge/schilder-{people}"
    pid = product.pid("work")
    used, memory, rest = product.cpu("work"), 0.0, machine.memory_mb([pid], alone=True)
    expect(await owner.post(f"{base}/ausweise", {"offer": "", "size": "ten"}), 303, "badges ordered")
    for turn in range(1, 3_000):
        await asyncio.sleep(0.1)
        memory = max(memory, machine.memory_mb([pid]) - rest)
        # The page is looked at once a second, as somebody who waits would.
        if turn % 10:
            continue
        page = expect(await owner.get(f"{base}/dateien"), 200, "files").text
        if found := re.search(r'action="([^"]+)" id="fetch-', page):
            cpu = product.cpu("work") - used - idle * turn / 10
            content = expect(await owner.post(found[1], {}), 200, "badges fetched").body
            _refuse_wrong(content, people)
            drop = re.search(r'action="([^"]+)" id="drop-', page)
            if drop is None:
                raise Failed("a file that nobody can delete")
            expect(await owner.post(drop[1], {}), 303, "badges deleted")
            return cpu, len(content) / 1000, memory
    raise Failed(f"no badges of {people} people within 5 minutes")


def _refuse_wrong(content: bytes, people: int) -> None:
    with pypdfium2.PdfDocument(io.BytesIO(content)) as document:
        if len(document) != -(-people // PER_PAGE):
            raise Failed(f"{len(document)} sheets of badges for {people} people")
