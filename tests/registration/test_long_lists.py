"""The longest list that leaves at once: what it costs in memory, what is asked for it, and that it leaves as it is read."""

import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import pytest
from sqlalchemy import event
from starlette.testclient import TestClient

from kit.db import insert
from kit.downloads import Download
from registration import tables
from registration.models import Participant, Registration
from tests.conftest import NOW, World
from tests.registration.staff import BY_THE_CLOCK, base, staff

MOST_MEGABYTES = 20


def crowd(world: World, dialogue: Any, first: int, count: int) -> None:
    """Registrations of one person each, as rows: nobody's letters are of interest here."""
    of = {"initiative_id": dialogue.initiative_id}
    # In small steps, so that what the test itself used is not there to be used again.
    for begin in range(first, count, 1_000):
        parties = [
            Registration(
                **of, id=f"r{number:015}", dialogue_id=dialogue.id, reference=f"{number:09}", state="confirmed",
                email=f"gast{number}@post.example", name=f"Gast Muster-{number}", created_at=NOW, confirmed_at=NOW,
                sort_key=f"muster-{number % 7}",
            )
            for number in range(begin, min(begin + 1_000, count))
        ]  # fmt: skip
        people = [
            Participant(**of, registration_id=row.id, position=0, name=row.name, organisation=f"Werk {row.reference}")
            for row in parties
        ]
        world.within(dialogue, partial(_insert, rows=[*parties, *people]))


def _insert(session: Any, rows: list[Any]) -> None:
    insert(session, *rows)


@dataclass
class Seen:
    """What came of one download, and what it took."""

    status: int = 0
    size: int = 0
    head: bytes = b""
    asked: int = 0
    asked_at_first_byte: int = 0
    megabytes: float = 0
    location: str = ""


def memory(name: str) -> float:
    """A figure of this process in MB: `VmRSS`, what it holds, or `VmHWM`, the most it held."""
    found = re.search(rf"{name}:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    assert found is not None
    return int(found[1]) / 1000


def download(world: World, client: TestClient, path: str, kind: str) -> Seen:
    """Takes a list as a browser does, piece by piece, and keeps none of it."""
    seen = Seen()
    body = f"format={kind}".encode()
    headers = {
        "host": "testserver", "content-type": "application/x-www-form-urlencoded", "content-length": str(len(body)),
        "cookie": "; ".join(f"{name}={value}" for name, value in client.cookies.items()),
    }  # fmt: skip
    scope = {
        "type": "http", "http_version": "1.1", "method": "POST", "scheme": "http", "path": path, "raw_path": path.encode(),
        "query_string": b"", "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1), "server": ("testserver", 80), "root_path": "", "state": {},
    }  # fmt: skip

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.asked += (
            statement.startswith("SELECT") and "set_config" not in statement and not statement.startswith(BY_THE_CLOCK)
        )

    told = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> dict[str, Any]:
        found = next(told, None)
        # Nobody hangs up before the end.
        if found is None:
            await anyio.sleep_forever()
        return found or {}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            seen.status = message["status"]
            seen.location = dict(message["headers"]).get(b"location", b"").decode()
        elif message.get("body"):
            if not seen.size:
                seen.head, seen.asked_at_first_byte = message["body"][:4], seen.asked
            seen.size += len(message["body"])

    event.listen(world.database.engine, "before_cursor_execute", note)
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before = memory("VmRSS")
    anyio.run(client.app, scope, receive, send)
    seen.megabytes = memory("VmHWM") - before
    event.remove(world.database.engine, "before_cursor_execute", note)
    return seen


@pytest.mark.slow
@pytest.mark.alone
@pytest.mark.timeout(900)
def test_the_longest_list_leaves_as_it_is_read(world: World) -> None:
    dialogue = world.dialogue(world.initiative(), capacity=None)
    organiser = staff(world, dialogue.initiative_id, "organiser")
    path = f"{base(world, dialogue)}/anmeldungen"
    crowd(world, dialogue, 0, 1_000)
    heads = {"csv": b"\xef\xbb\xbfR", "xlsx": b"PK\x03\x04"}
    # What is loaded with the first list of all is there for good.
    short = {kind: [download(world, organiser, f"{path}/tabelle", kind) for _twice in range(2)][1] for kind in heads}
    crowd(world, dialogue, 1_000, tables.AT_ONCE)
    for kind, head in heads.items():
        long = download(world, organiser, f"{path}/tabelle", kind)
        assert (long.status, long.head) == (200, head)
        assert long.size > 15 * short[kind].size
        assert long.megabytes < MOST_MEGABYTES, (kind, long.megabytes)
        # Three questions for each 500 registrations, and nothing else for the 19,000 more.
        assert long.asked - short[kind].asked == 3 * (tables.AT_ONCE - 1_000) // tables.CHUNK
        if kind == "csv":
            assert long.asked_at_first_byte == short[kind].asked_at_first_byte < short[kind].asked
    assert world.rows(Download) == []
    crowd(world, dialogue, tables.AT_ONCE, tables.AT_ONCE + 1)
    refused = [download(world, organiser, f"{path}/tabelle", kind) for kind in heads]
    assert {(one.status, one.location) for one in refused} == {(303, f"{base(world, dialogue)}/dateien")}
    assert sorted(file.kind for file in world.rows(Download)) == ["csv", "xlsx"]
