"""Foreign readers for the calendar tests."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
ORACLES = Path(__file__).with_name("oracles.mjs")

Read = Callable[[list[bytes]], list[dict[str, Any]]]


@pytest.fixture(scope="session")
def node_read(tmp_path_factory: pytest.TempPathFactory) -> Read:
    """Gives files to ical.js, node-ical and ts-ics and returns what each saw, a dict a file."""
    missing = ""
    if not shutil.which("node"):
        missing = "node is not installed, so ical.js, node-ical and ts-ics cannot be asked."
    elif not all((ROOT / "node_modules" / name).is_dir() for name in ("ical.js", "node-ical", "ts-ics")):
        missing = "node_modules is incomplete: `npm ci` installs ical.js, node-ical and ts-ics."
    if missing and os.environ.get("CI") == "true":
        pytest.fail(missing)
    if missing:
        pytest.skip(missing)
    folder = tmp_path_factory.mktemp("ics")

    def read(files: list[bytes]) -> list[dict[str, Any]]:
        paths = []
        for number, data in enumerate(files):
            path = folder / f"{number}.ics"
            path.write_bytes(data)
            paths.append(str(path))
        done = subprocess.run(["node", str(ORACLES), *paths], capture_output=True, text=True, timeout=60, cwd=ROOT)
        assert done.returncode == 0, done.stderr
        answers: list[dict[str, Any]] = json.loads(done.stdout)
        return answers

    return read
