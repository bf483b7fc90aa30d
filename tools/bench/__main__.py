"""`make bench`: prints a table of what was measured, the floor beside it and the goal, and writes var/bench.json.

A goal that is missed does not fail the run: the machine at hand may be slower, and the ratio to the floor says so.
What could not be measured fails it.
"""

import argparse
import asyncio
import resource
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tools.bench import machine, parts
from tools.bench.product import ROOT, Failed, Letterbox
from tools.bench.report import Row, save, table


def main() -> int:
    """Runs the parts asked for; 1 when one could not be measured."""
    arguments = argparse.ArgumentParser(prog="make bench", description=__doc__.partition("\n")[0])
    arguments.add_argument("--full", action="store_true", help="also 5,000 attempts within 10 s, on both databases")
    arguments.add_argument("--only", nargs="+", choices=parts.PARTS, metavar="PART", help=", ".join(parts.PARTS))
    arguments.add_argument("--json", type=Path, default=ROOT / "var" / "bench.json", help="where the figures go")
    args = arguments.parse_args()
    # Whoever ends the run early leaves no server behind.
    signal.signal(signal.SIGTERM, lambda *_arguments: sys.exit(1))
    # A crowd needs a connection for each of its members.
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    chosen = args.only or [name for name in parts.PARTS if args.full or name not in parts.FULL_ONLY]
    begun = time.perf_counter()
    loop = machine.loop_seconds()
    rows: list[Row] = []
    with Letterbox() as letterbox:
        for name in chosen:
            rows += run(name, parts.PARTS[name], letterbox)
            save(args.json, rows, seconds=time.perf_counter() - begun, full=args.full)
    note = "before and after everything: other work on the machine shows here"
    rows.append(Row("clock: a fixed loop", "CPU-s", machine.loop_seconds(), loop, note=note))
    seconds = time.perf_counter() - begun
    print(f"\n{table(rows)}\n\n{seconds:.0f} s; written to {args.json}")
    save(args.json, rows, seconds=seconds, full=args.full)
    return 1 if any(row.note.startswith("failed") for row in rows) else 0


def run(name: str, measure: Callable[[Letterbox], list[Row]], letterbox: Letterbox) -> list[Row]:
    """The rows of one part. One that fails says so in a row and does not stop the others."""
    print(f"==> {name}", end="", file=sys.stderr, flush=True)
    begun = time.perf_counter()
    try:
        rows = measure(letterbox)
    except (Failed, OSError, asyncio.IncompleteReadError, ValueError) as error:
        rows = [Row(name, "-", None, note=f"failed: {type(error).__name__}: {error}")]
    print(f": {time.perf_counter() - begun:.0f} s", file=sys.stderr, flush=True)
    return rows


if __name__ == "__main__":
    sys.exit(main())
