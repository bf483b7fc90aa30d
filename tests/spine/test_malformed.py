"""Malformed requests from a grammar of the real forms: always an answer, soon, and nothing changes.

Beside it runs the control: the same forms without a fault are taken, so it was the fault that was refused.
"""

import hashlib
import os
import socket
import time
from collections import Counter
from contextlib import closing
from dataclasses import replace
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from accounts.cookies import cookie_name
from kit.db import Database, wide
from tests.conftest import NOW, World
from tests.spine.malformed import Broken, Grammar, Page, Shown, Target
from tests.spine.processes import Product, Sink
from tests.web.scene import Scene
from tests.web.test_permissions import typed
from web.app import declared
from web.tables import METADATA

LONG = os.environ.get("DIALOGWERK_TEST_LONG") == "1"
# On each of the two databases.
REQUESTS = 50_000 if LONG else 500
LOOK_EVERY = 250
MEGABYTE = 1_000_000
TYPED = {
    "/arbeitsplatz/{initiative}/einstellungen": {
        "street": "Musterweg 1", "place": "49999 Beispielmoor", "email": "post@ems.example",
    },
    "/arbeitsplatz/{initiative}/frageboegen/{questionnaire}/vorschau": {"stars": "4"},
    "/kiosk/{token}": {"fun": "3"},
    "/arbeitsplatz/{initiative}/umfragen/{survey}/eingabe": {"fun": "3"},
}  # fmt: skip
# What a person types, but need not fill in.
NOT_NEEDED = {
    "/arbeitsplatz/{initiative}/dialoge/neu": ("capacity", "place", "city"),
    "/arbeitsplatz/{initiative}/dialoge/{slug}/verschiebung": ("reason",),
    "/servicestelle/initiativen": ("slug",),
}
# These have no form, as a device answers a question and a camera reads a code, or want a file.
NOT_TAKEN = {
    "/arbeitsplatz/konto/passkeys": 400,
    "/arbeitsplatz/konto/passkeys/ende": 404,
    "/anmelden/passkey": 400,
    "/arbeitsplatz/{initiative}/einstellungen/logo": 422,
    "/arbeitsplatz/{initiative}/dialoge/{slug}/einlass/code": 400,
    "/einlass/{token}/code": 400,
}
# Where a question of a survey may be left out, by an empty answer too.
ANSWERED = ("/umfrage/{token}", "/kiosk/{token}", "/arbeitsplatz/{initiative}/umfragen/{survey}/eingabe")


def fingerprint(database: Database) -> dict[str, str]:
    """Each table by what is in it, without the counters of limits: a refused request still counts."""
    with database.read(wide("backup")) as session:
        return {
            table.name: hashlib.sha256(
                "\n".join(sorted(repr(tuple(row)) for row in session.execute(select(table)))).encode()
            ).hexdigest()
            for table in METADATA.sorted_tables
            if table.name != "rate_counter"
        }


def role_for(address: str) -> str:
    if address.startswith("/arbeitsplatz/"):
        return "owner"
    return "desk" if address.startswith("/servicestelle/") else "nobody"


def cookie(scene: Scene, address: str) -> str:
    """A session of its own, as a header."""
    role = role_for(address)
    return "" if role == "nobody" else f"{cookie_name()}={scene.browser(role).cookies[cookie_name()]}"


def shown_form(scene: Scene, address: str, path: str) -> Shown | None:
    """The form that goes to this path, from the page itself, the one above, or the one to edit."""
    browser = scene.browser(role_for(address))
    parent = path.rpartition("/")[0]
    for page in (path, parent, f"{parent}/bearbeiten", parent.rpartition("/")[0]):
        answer = browser.get(page)
        found = Page(answer.text, page).forms.get(path) if answer.status_code == 200 else None
        if found is not None:
            return found
    return None


def target(scene: Scene, address: str) -> Target:
    path = scene.path(address)
    form = shown_form(scene, address, path) or Shown()
    by_hand = typed(address) | TYPED.get(address, {})
    needed = tuple(name for name in by_hand if name not in NOT_NEEDED.get(address, ()))
    if address in ANSWERED:
        form.fields = {
            name: replace(found, choices=(*found.choices, "")) if found.kind == "radio" else found
            for name, found in form.fields.items()
        }
    form.values = [pair for pair in form.pressed() if pair[0] not in by_hand] + list(by_hand.items())
    return Target(address, path, form, needed, cookie(scene, address))


def answer_of(base: str, request: Broken) -> tuple[int, float]:
    """The status, 0 without an answer, and the seconds it took."""
    place = urlsplit(base)
    begun = time.monotonic()
    with socket.create_connection((place.hostname, place.port), timeout=10) as connection:
        try:
            connection.sendall(request.raw)
            if request.cut:
                connection.shutdown(socket.SHUT_WR)
            with closing(HTTPResponse(connection, method=request.method)) as answer:
                answer.begin()
                answer.read()
                status = answer.status
        except (OSError, HTTPException):
            status = 0
    return status, time.monotonic() - begun


def whole_answer(base: str, grammar: Grammar, scene: Scene, each: Target) -> int:
    """The status of a form without a fault; another one may have ended the session."""
    return answer_of(base, grammar.whole(replace(each, cookie=cookie(scene, each.address))))[0]


class Trial:
    """Sends what the grammar draws, and remembers what should not have happened."""

    def __init__(self, database: Database, product: Product, grammar: Grammar) -> None:
        self.database = database
        self.base = product.base
        self.grammar = grammar
        self.server = product.running["serve"].pid
        self.statuses: Counter[int] = Counter()
        self.faults: list[str] = []
        self.slowest = 0.0

    def send(self, count: int) -> None:
        before = fingerprint(self.database)
        let_in: list[str] = []
        for number in range(1, count + 1):
            request = self.grammar.one()
            status, seconds = answer_of(self.base, request)
            self.statuses[status] += 1
            self.slowest = max(self.slowest, seconds)
            if status >= 500 or (status == 0 and not request.cut) or seconds > 2:
                self.faults.append(f"{status} after {seconds:.1f} s: {request.what}")
            if request.method == "POST" and 200 <= status < 400:
                let_in.append(f"{status} {request.what}")
            if number % LOOK_EVERY == 0 or number == count:
                after = fingerprint(self.database)
                if after != before:
                    changed = sorted(name for name in after if after[name] != before[name])
                    self.faults.append(f"changed {changed}, perhaps by one of {let_in}")
                before, let_in = after, []

    def memory(self) -> int:
        """The bytes that the server holds in memory."""
        pages = int(Path(f"/proc/{self.server}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.timeout(3000 if LONG else 300)
@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgres", marks=pytest.mark.slow)], indirect=True)
def test_malformed_requests_change_nothing(database: Database, world: World, tmp_path: Path) -> None:
    scene = Scene(database, world)
    routes = [entry for entry in declared() if not entry.path.startswith("/demo/")]
    reads = [
        (entry.path, scene.path(entry.path), cookie(scene, entry.path)) for entry in routes if entry.method == "GET"
    ]
    reads += [(path, path, "") for path in ("/static/css/app.css", "/healthz", "/readyz", "/metrics", "/nichts")]
    targets = [target(scene, entry.path) for entry in routes if entry.method == "POST"]
    moment = tmp_path / "now"
    moment.write_text(NOW.isoformat())
    with Sink() as sink, Product(database.url, tmp_path, sink) as product:
        # Limits would answer instead of what is tried, and a clock that stands still notes no use of a session.
        product.environment |= {
            "DIALOGWERK_LIMIT_FAILED_TOKENS": "1000000",
            "DIALOGWERK_LIMIT_SIGN_INS": "1000000",
            "DIALOGWERK_LIMIT_CHANGES": "1000000",
            "DIALOGWERK_LIMIT_BARRIER_NOTES": "1000000",
            "DIALOGWERK_NOW_FILE": str(moment),
        }
        product.start("serve")
        product.ready()
        host = urlsplit(product.base).netloc
        grammar = Grammar(REQUESTS, host, targets, reads)
        trial = Trial(database, product, grammar)
        trial.send(REQUESTS // 3)
        warm = trial.memory()
        trial.send(REQUESTS - REQUESTS // 3)
        grown = trial.memory() - warm
        print(f"{sum(trial.statuses.values())} requests: {dict(trial.statuses)}, slowest {trial.slowest:.2f} s")
        print(f"memory {warm / MEGABYTE:.0f} MB after a third, {grown / MEGABYTE:+.1f} MB at the end")
        # The account goes last.
        targets.sort(key=lambda each: each.address.endswith("/konto/loeschen"))
        whole = {each.address: whole_answer(product.base, grammar, scene, each) for each in targets}
    if trial.faults:
        # In full, where an assertion would cut it.
        pytest.fail("\n".join(trial.faults), pytrace=False)
    assert grown < 16 * MEGABYTE
    assert {address: status for address, status in whole.items() if status not in (200, 303)} == NOT_TAKEN
