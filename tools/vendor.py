"""Copies the vendored front-end parts out of their npm packages and writes `static/vendor/vendor.json`.

    python tools/vendor.py           copies again what the list below names
    python tools/vendor.py --check   compares the copies with vendor.json, without network

Needs the npm client. It asks whatever registry npm is set up for; no address is written anywhere.
"""

import hashlib
import io
import json
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

VENDOR = Path(__file__).resolve().parent.parent / "static" / "vendor"


@dataclass(frozen=True)
class Part:
    """One npm package: which of its files are copied (source in the package: target below static/vendor)."""

    package: str
    version: str
    licence: str
    files: dict[str, str]


def _font(family: str, weights: tuple[int, ...]) -> dict[str, str]:
    names = [f"{family}-{subset}-{weight}-normal.woff2" for subset in ("latin", "latin-ext") for weight in weights]
    return {f"files/{name}": f"fonts/{name}" for name in names} | {"LICENSE": f"fonts/{family}-LICENSE.txt"}


PARTS = (
    Part(
        "@kern-ux/native",
        "2.7.2",
        "EUPL-1.2",
        {"dist/kern.min.css": "kern/kern.min.css", "LICENSE.md": "kern/LICENSE.md"},
    ),
    Part("@fontsource/fira-sans", "5.3.0", "OFL-1.1", _font("fira-sans", (400, 600))),
    Part("@fontsource/barlow-semi-condensed", "5.3.0", "OFL-1.1", _font("barlow-semi-condensed", (600, 700))),
    Part(
        "zxing-wasm",
        "3.1.4",
        "MIT AND Apache-2.0",
        {
            "dist/iife/reader/index.js": "zxing/zxing-reader.js",
            "dist/reader/zxing_reader.wasm": "zxing/zxing_reader.wasm",
            "LICENSE": "zxing/LICENSE.txt",
        },
    ),
)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _contents(part: Part) -> dict[str, bytes]:
    """The wanted files of one package, by target. Raises CalledProcessError without npm or network."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", f"{part.package}@{part.version}", "--silent", "--pack-destination", folder]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - a fixed command
        (archive,) = Path(folder).glob("*.tgz")
        with tarfile.open(fileobj=io.BytesIO(archive.read_bytes())) as packed:
            found = {}
            for source, target in part.files.items():
                member = packed.extractfile(f"package/{source}")
                if member is None:
                    raise FileNotFoundError(f"{part.package}: {source}")
                found[target] = member.read()
    return found


def copy() -> None:
    """Writes every file and the list of what they are."""
    listed = []
    for part in PARTS:
        contents = _contents(part)
        for target, content in contents.items():
            path = VENDOR / target
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        listed.append(
            {
                "name": part.package,
                "version": part.version,
                "licence": part.licence,
                "files": {target: _digest(content) for target, content in sorted(contents.items())},
            }
        )
    (VENDOR / "vendor.json").write_text(json.dumps(listed, indent=2) + "\n", encoding="utf-8")


def differences() -> list[str]:
    """One line for each vendored file that is missing, changed or not in the list."""
    listed: dict[str, str] = {}
    for part in json.loads((VENDOR / "vendor.json").read_text(encoding="utf-8")):
        listed |= part["files"]
    present = {
        path.relative_to(VENDOR).as_posix(): _digest(path.read_bytes())
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name != "vendor.json"
    }
    return [
        f"{name}: {'missing' if name not in present else 'not in the list' if name not in listed else 'changed'}"
        for name in sorted(listed.keys() | present.keys())
        if listed.get(name) != present.get(name)
    ]


def main() -> int:
    if "--check" in sys.argv[1:]:
        found = differences()
        print("\n".join(found) or "static/vendor is as listed.")
        return 1 if found else 0
    copy()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
