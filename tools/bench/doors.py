"""Guests come through three gates; their codes are read from the tickets that came by mail."""

import asyncio
import email.policy  # noqa: TID251 - reads what the product sent
import re
import secrets
import time
from email import message_from_bytes  # noqa: TID251 - reads what the product sent

import pypdfium2
import zxingcpp

from tools.bench import site
from tools.bench.http import Connection, Form, connected, percentile, spread
from tools.bench.product import Failed, Letterbox, Product
from tools.bench.report import Row
from tools.bench.site import expect

GATES = 3
A_SECOND = 30
FIRST = 30
GUESTS = 300
PARTY = 4
PARTIES = -(-(FIRST + GUESTS) // PARTY)


def codes_in(letter: bytes) -> list[str]:
    """What a phone reads from the ticket of a letter."""
    found = []
    for part in message_from_bytes(letter, policy=email.policy.default).iter_attachments():
        if part.get_content_type() == "application/pdf":
            with pypdfium2.PdfDocument(part.get_content()) as document:
                pictures = [page.render(scale=150 / 72).to_pil() for page in document]
            found += [code.text for picture in pictures for code in zxingcpp.read_barcodes(picture)]
    return found


async def tickets(product: Product, owner: Connection, letterbox: Letterbox, dialogue: site.Dialogue) -> list[str]:
    """The codes of everybody's ticket, once all have signed up and confirmed."""
    form = await site.sign_up_form(owner, dialogue)
    asked: list[tuple[float, str, bytes]] = []

    async def sign_up(connection: Connection, number: int) -> None:
        people = site.party(form, f"einlass{number}@post.example", PARTY)
        expect(await connection.post(dialogue.form, people), 303, "sign-up of four")

    async def confirm(connection: Connection, number: int) -> None:
        await site.confirm(connection, asked[number][2])

    async with connected(product.port, 4) as connections:
        for work in (sign_up, confirm):
            arrived = len(letterbox.letters)
            await spread(connections, PARTIES, work)
            asked = await asyncio.to_thread(letterbox.wait, PARTIES, to="einlass", since=arrived, seconds=150)
    codes = [code for _at, _to, letter in asked for code in codes_in(letter)]
    if len(set(codes)) != PARTIES * PARTY:
        raise Failed(f"{len(set(codes))} codes on the tickets of {PARTIES * PARTY} people")
    return codes


async def links_to(owner: Connection, dialogue: site.Dialogue) -> list[str]:
    """A link to the door for each gate."""
    managed = f"{dialogue.work}/einlass/zugang"
    for number in range(GATES):
        expect(await owner.post(managed, {"name": f"Tor {number + 1}"}), 303, "door link")
    page = expect(await owner.get(managed), 200, "links to the door")
    found = re.findall(r'href="https?://[^/"]+(/einlass/[^"]+)"', page.text)
    if len(set(found)) != GATES:
        raise Failed(f"{len(set(found))} links to the door instead of {GATES}")
    return found


async def door(product: Product, owner: Connection, *, letterbox: Letterbox) -> list[Row]:
    """Check-in of one code, thirty a second. Needs `serve` and `work`."""
    dialogue = await site.publish(owner, "Einlass gemessen", capacity=PARTIES * PARTY)
    codes = await tickets(product, owner, letterbox, dialogue)
    links = await links_to(owner, dialogue)
    # What the worker still has to note of the letters is not the door's.
    await asyncio.sleep(2)
    async with connected(product.port, GATES) as gates:

        async def scan(gate: int, code: str) -> float:
            begun = time.perf_counter()
            report: Form = {"code": code, "arrival": secrets.token_hex(8), "waited": "0"}
            answer = expect(await gates[gate].post(f"{links[gate]}/code", report), 200, "code at the door")
            if b'data-verdict="in"' not in answer.body:
                raise Failed("a good code without the verdict that its guest may come in")
            return time.perf_counter() - begun

        used = product.cpu("serve")
        for number in range(FIRST):
            await scan(number % GATES, codes[number])
        first = (product.cpu("serve") - used) * 1000 / FIRST
        used, begun = product.cpu("serve"), time.perf_counter()

        async def come(gate: int) -> list[float]:
            waits = []
            for number in range(gate, GUESTS, GATES):
                await asyncio.sleep(max(0.0, begun + number / A_SECOND - time.perf_counter()))
                waits.append(await scan(gate, codes[FIRST + number]))
            return waits

        waits = [wait for found in await asyncio.gather(*map(come, range(GATES))) for wait in found]
    spent, seconds = (product.cpu("serve") - used) * 1000 / GUESTS, time.perf_counter() - begun
    inside = len(product.state().get("arrival", []))
    if inside != FIRST + GUESTS:
        raise Failed(f"export shows {inside} arrivals instead of {FIRST + GUESTS}")
    note = f"{GUESTS} codes of tickets at {GATES} gates in {seconds:.1f} s, web alone"
    return [
        Row("check-in of one code", "CPU-ms", spent, first, None, 2.0, note=note),
        Row(f"check-in of one code, p95 at {A_SECOND}/s", "ms", percentile(waits, 0.95) * 1000, None, None, 50),
    ]
