"""The pages that people have open all day, on the large demo: 200 initiatives, 1,000 dialogues, 10,000 registrations in one."""

import asyncio
import contextlib
import re
import secrets
from collections.abc import Callable, Sequence

from tools.bench import site
from tools.bench.http import Connection, connected, percentile, spread
from tools.bench.product import Failed, Letterbox, Product, installed, link_in
from tools.bench.report import Row
from tools.bench.site import expect

SEED_SECONDS = 3000.0
INITIATIVE = "dialogkreis-001"
CROWDED = "der-grosse-online-dialog"
TURNS = 60
AT_ONCE = 4
PART = 0.95
GOAL_MS = 500.0


def usual(letterbox: Letterbox) -> list[Row]:
    """A row for each page."""
    before = len(letterbox.letters)
    with installed(smtp_port=letterbox.port) as product:
        product.command("seed", "demo", "--size", "large", seconds=SEED_SECONDS)
        product.start("serve")
        return asyncio.run(_measure(product, _own_pages(letterbox, before)))


def _own_pages(letterbox: Letterbox, since: int) -> list[str]:
    """The pages of some of those who signed up, from their letters."""
    found = []
    for _at, _to, letter in letterbox.letters[since:]:
        with contextlib.suppress(Failed):
            found.append(link_in(letter, "/anmeldung/"))
    if not found:
        raise Failed("no letter leads to one's own page")
    return found[:: max(1, len(found) // TURNS)]


async def _measure(product: Product, own: Sequence[str]) -> list[Row]:
    owner = Connection(product.port)
    await site.sign_in(product, owner, product.command("sign-in-link", f"owner@{INITIATIVE}.example"))
    home = f"/arbeitsplatz/{INITIATIVE}/"
    overview = expect(await owner.get(home), 200, "overview").text
    crowded = re.search(rf'href="({home}dialoge/{CROWDED}[a-z-]*)"', overview)
    if crowded is None:
        raise Failed(f"the overview does not lead to {CROWDED}")
    public = re.findall(r'href="(/dialoge/[a-z0-9-]+)"', expect(await owner.get("/"), 200, "start").text)
    work = crowded[1]

    def fresh(path: str) -> str:
        # An address never asked before is never in the cache.
        return f"{path}?messung={secrets.token_hex(6)}"

    pages: dict[str, Callable[[int], str]] = {
        "start page": lambda _number: fresh("/"),
        "dialogue": lambda number: fresh(public[number % len(public)]),
        "overview of the workspace": lambda _number: home,
        "list of 10,000 registrations": lambda number: f"{work}/anmeldungen?seite={1 + 3 * number}",
        "door of 10,000": lambda number: f"{work}/einlass?seite={1 + 3 * number}",
        "one's own page": lambda number: own[number % len(own)],
    }
    # All kinds of page in turn, as they come from different people.
    asked = [name for _turn in range(TURNS) for name in pages]
    first: dict[str, float] = {}
    taken: dict[str, list[float]] = {name: [] for name in pages}
    for name, path in pages.items():
        first[name] = expect(await owner.get(path(0)), 200, name).whole * 1000
    async with connected(product.port, AT_ONCE) as connections:
        for connection in connections:
            connection.cookie = owner.cookie

        async def one(connection: Connection, number: int) -> None:
            name = asked[number]
            answer = expect(await connection.get(pages[name](number // len(pages))), 200, name)
            taken[name].append(answer.whole * 1000)

        await spread(connections, len(asked), one)
    owner.close()
    note = f"{TURNS} times, {AT_ONCE} people at once who never pause"
    return [
        Row(f"usual pages, p95: {name}", "ms", percentile(taken[name], PART), first[name], None, GOAL_MS, note=note)
        for name in pages
    ]
