"""The benchmark itself: its client against a real server, its table, and one part from end to end."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tools.bench import floors, machine
from tools.bench.http import Connection, connected, filled, percentile, spread
from tools.bench.report import Row, skipped, table

ROOT = Path(__file__).resolve().parents[2]
PAGE = """
<form method="post" action="/a?b=1&amp;c" id="one"><input type="hidden" name="key" value="&quot;x&quot;">
<input type="checkbox" name="kind" value="p" checked><input type="checkbox" name="kind" value="q">
<textarea name="text">
Zeile &lt;1&gt;</textarea><select name="land"><option value="NW">NW</option><option selected value="HB">HB</option></select></form>
<form id="two"><input type="text" name="other" value="z"></form>
"""


def test_a_form_is_read_as_a_browser_would_send_it() -> None:
    assert filled(PAGE, "one") == ("/a?b=1&c", {"key": '"x"', "kind": ["p"], "text": "Zeile <1>", "land": "HB"})
    assert filled(PAGE, "two") == ("", {"other": "z"})
    with pytest.raises(ValueError):
        filled(PAGE, "three")


def test_percentiles_are_values_that_were_measured() -> None:
    assert [percentile([4, 1, 3, 2], part) for part in (0.0, 0.5, 0.75, 0.99, 1.0)] == [1, 2, 3, 4, 4]


def test_the_table_says_what_is_met() -> None:
    rows = [
        Row("a", "s", 2.0, 3.0, 0.5, 6.0),
        Row("b", "count", 101, None, None, 100, "=="),
        Row("c", "per s", 59, None, None, 60, ">=", "slow"),
        skipped("d", "s", "no server"),
    ]
    assert [line.split() for line in table(rows).splitlines()] == [
        ["work", "first", "measured", "floor", "ratio", "goal", "met"],
        ["a", "[s]", "3.00", "2.00", "0.500", "4.00", "<=", "6.00", "yes"],
        ["b", "[count]", "-", "101", "-", "-", "==", "100", "NO"],
        ["c", "[per", "s]", "-", "59.00", "-", "-", ">=", "60.00", "NO"],
        ["slow"],
        ["d", "[s]", "-", "-", "-", "-", "-", "-"],
        ["skipped:", "no", "server"],
    ]


def test_the_cost_of_a_process_counts_its_children() -> None:
    child = "sum(range(3 * 10**7)); input()"
    words = f"import subprocess, sys; subprocess.run([sys.executable, '-c', '{child}']); input()"
    with subprocess.Popen([sys.executable, "-c", words], stdin=subprocess.PIPE) as process:
        while len(machine.family([process.pid])) == 1 or machine.cpu_seconds([process.pid]) < 0.3:
            asyncio.run(asyncio.sleep(0.02))
        # The child ends; what it used stays with its parent.
        assert process.stdin is not None
        process.stdin.write(b"\n")
        process.stdin.flush()
        while len(machine.family([process.pid])) == 2:
            asyncio.run(asyncio.sleep(0.02))
        assert machine.cpu_seconds([process.pid]) >= 0.3
        process.communicate(b"\n")


def test_the_client_reads_what_a_bare_server_answers() -> None:
    async def ask(port: int) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        async with connected(port, 3) as connections:

            async def one(connection: Connection, _number: int) -> None:
                answer = await connection.get("/")
                found.append((answer.status, len(answer.body)))

            await spread(connections, 20, one)
            found.append(((await connections[0].get("/nothing")).status, 0))
        return found

    with floors.bare_server(1234) as (port, _pid):
        assert asyncio.run(ask(port)) == [(200, 1234)] * 20 + [(404, 0)]


@pytest.mark.slow
@pytest.mark.alone
@pytest.mark.timeout(280)
def test_registration_is_measured_with_ticket_and_invitation(tmp_path: Path) -> None:
    figures = tmp_path / "bench.json"
    done = subprocess.run(
        [sys.executable, "-m", "tools.bench", "--only", "registration", "--json", str(figures)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, "registration, web alone" in done.stdout) == (0, True), done.stdout + done.stderr
    rows = json.loads(figures.read_text())["rows"]
    assert [row["unit"] for row in rows] == ["CPU-ms", "CPU-ms", "CPU-ms/s", "CPU-s"]
    assert all(row["measured"] > 0 for row in rows)
