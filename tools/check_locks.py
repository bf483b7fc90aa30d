"""Lock files name no registry and give every part a hash, so any mirror will do and none is trusted."""

import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_PART = re.compile(r"^([\w.-]+(?:\[[\w,-]+\])?)==\S+(.*?)(?=^\S|\Z)", re.MULTILINE | re.DOTALL)


def findings(root: Path = ROOT) -> list[str]:
    """One line for each fault in requirements*.lock and package-lock.json."""
    faults = []
    for path in sorted(root.glob("requirements*.lock")):
        text = path.read_text()
        parts = _PART.findall(text)
        if not parts:
            faults.append(f"{path.name}: names nothing")
        faults += [f"{path.name}: an address in line {number}" for number in _addresses(text)]
        faults += [f"{path.name}: {name} has no hash" for name, rest in parts if "--hash=sha256:" not in rest]
    path = root / "package-lock.json"
    if path.exists():
        text = path.read_text()
        faults += [f"{path.name}: an address in line {number}" for number in _addresses(text)]
        packages = json.loads(text)["packages"]
        faults += [
            f"{path.name}: {name} has no hash" for name, entry in packages.items() if name and "integrity" not in entry
        ]
    return faults


def tidy(root: Path = ROOT) -> None:
    """Takes the addresses out of package-lock.json that npm writes beside the parts: where to send them money."""
    path = root / "package-lock.json"
    lock = json.loads(path.read_text())
    for entry in lock["packages"].values():
        entry.pop("funding", None)
    path.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n")


def _addresses(text: str) -> list[int]:
    return [number for number, line in enumerate(text.splitlines(), 1) if "://" in line]


if __name__ == "__main__":
    if "--tidy" in sys.argv:
        tidy()
    found = findings()
    print(*found, sep="\n", end="\n" if found else "")
    sys.exit(bool(found))
