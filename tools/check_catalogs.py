"""Every German sentence of code and templates has its English one with the same placeholders; none is left over."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Message
from babel.messages.extract import extract, extract_python
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

ROOT = Path(__file__).resolve().parent.parent
_ASIDE = {".git", ".venv", "node_modules", "tests", "tools", "var", "migrations", "build"}
# `N_` marks a sentence that a table holds and that is translated where it is shown; `_l` translates itself.
_KEYWORDS: dict[str, Any] = {"_": None, "_l": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
_STRAY = re.compile(r"%[sdr]|\{\w*\}")

Key = tuple[str, ...]


def findings(root: Path = ROOT) -> list[str]:
    """One line for each sentence without translation, translation without sentence, and unequal placeholder."""
    used = dict(_sentences(root))
    translated: dict[Key, tuple[str, Key]] = {}
    faults = []
    for path in sorted((root / "locales" / "en").glob("*.po")):
        for message in _messages(path):
            key, strings = _key(message.id), _key(message.string)
            first = translated.setdefault(key, (path.name, strings))
            if first[1] != strings:
                faults.append(f"{path.name}: other words than in {first[0]}: {key[0]!r}")
            if key not in used:
                faults.append(f"{path.name}: nothing says any more: {key[0]!r}")
            faults += [f"{path.name}: {fault}: {key[0]!r}" for fault in _faults(key, strings, fuzzy=message.fuzzy)]
    faults += [f"{place}: no English for {key[0]!r}" for key, place in used.items() if key not in translated]
    faults += [f"{place}: placeholders are written %(name)s: {key[0]!r}" for key, place in used.items() if _strays(key)]
    return sorted(faults)


def _sentences(root: Path) -> Iterator[tuple[Key, str]]:
    rooms = [folder for folder in root.iterdir() if folder.is_dir() and folder.name not in _ASIDE]
    code = [path for folder in rooms for path in folder.rglob("*.py")]
    for path in sorted([*code, *(root / "templates").rglob("*.*")]):
        place = path.relative_to(root)
        with path.open("rb") as file:
            for line, key in _extracted(path, file):
                yield key, f"{place}:{line}"


def _extracted(path: Path, file: IO[bytes]) -> Iterator[tuple[int, Key]]:
    method: Any = extract_python if path.suffix == ".py" else babel_extract
    options = {"encoding": "utf-8", "silent": "false", "newstyle_gettext": "true", "trimmed": "true"}
    for line, message, _comments, _context in extract(method, file, keywords=_KEYWORDS, options=options):
        yield line, _key(message)


def _messages(path: Path) -> list[Message]:
    with path.open("rb") as file:
        return [message for message in read_po(file, locale="en", abort_invalid=True) if message.id]


def _key(value: Any) -> Key:
    return (value,) if isinstance(value, str) else tuple(value)


def _faults(key: Key, strings: Key, *, fuzzy: bool) -> Iterator[str]:
    if fuzzy:
        yield "is marked fuzzy"
    if len(strings) != len(key) or not all(strings):
        yield "is not translated"
        return
    # The last form speaks of many and holds all that there is to say; one may do without the number.
    if set(_PLACEHOLDER.findall(strings[-1])) != set(_PLACEHOLDER.findall(key[-1])):
        yield "has other placeholders"
    if not set(_PLACEHOLDER.findall(strings[0])) <= set(_PLACEHOLDER.findall(key[-1])):
        yield "has a placeholder that nothing fills"


def _strays(key: Key) -> bool:
    return any(_STRAY.search(_PLACEHOLDER.sub("", text)) for text in key)


if __name__ == "__main__":
    found = findings()
    print(*found, sep="\n", end="\n" if found else "")
    sys.exit(bool(found))
