"""seed: the demo, a described state, or the schema of one."""

import argparse
import json
import sys
from pathlib import Path

from kit import clock
from kit.db import database
from kit.settings import ROOT, SettingsError, settings
from web import worker
from web.schema import schema_fault
from web.seeding import demo, described
from web.seeding import large as big
from web.seeding.form import SCHEMA

PATIENCE_SECONDS = 300.0


def seed(args: argparse.Namespace) -> int:
    """Fills the database. Exit 1 when what is described cannot be put in place, 2 when it was asked for wrongly."""
    if args.schema:
        print(json.dumps(SCHEMA, indent=2, ensure_ascii=False))
        return 0
    if not args.what:
        print("Say what to put in place: seed demo, or seed FILE.json (its form: seed --schema).", file=sys.stderr)
        return 2
    if fault := schema_fault(database()):
        print(fault, file=sys.stderr)
        return 1
    return seed_demo(large=args.size == "large") if args.what == "demo" else seed_file(Path(args.what))


def seed_demo(*, large: bool = False) -> int:
    """The demo data, and the large ones beside them. A second call says that they are there."""
    if settings().production:
        raise SettingsError("seed demo works in demo and test only: invented people must not stand among real ones.")
    made = False
    for part in (demo, big) if large else (demo,):
        found = part.standing(database())
        if found == "part":
            print(f"The demo data are there in part: making them was interrupted. {_begin_again()}", file=sys.stderr)
            return 1
        if found == "whole":
            continue
        _tell(
            "Making the large demo takes some minutes."
            if part is big
            else "Making the demo data takes about half a minute."
        )
        part.make(database(), clock.now(), _tell)
        made = True
    if not made:
        print("The demo data are there already.")
        return 0
    _tell("Delivering the letters to the demo's letter box ...")
    engine = worker.start(schedules=False)
    try:
        worker.wait_for_jobs(PATIENCE_SECONDS)
    finally:
        engine.stop()
    _tell("The demo data are there.")
    return 0


def seed_file(path: Path) -> int:
    """A described state; nothing is written when the description has a fault."""
    try:
        counts = described.put(database(), described.read(path), clock.now())
    except described.Faulty as faulty:
        print(*faulty.faults, sep="\n", file=sys.stderr)
        return 1
    print(", ".join(f"{number} {kind}" for kind, number in counts.items()) or "Nothing is described.")
    return 0


def _begin_again() -> str:
    if settings().sqlite and settings().var_dir == ROOT / "var":
        return "Type: rm -r var, and start again."
    return "Begin again with an empty database."


def _tell(line: str) -> None:
    print(f"  {line}", flush=True)
