"""Messages between a process and its PDF child: a length, a JSON head, then the bytes that the head announces."""

import json
import struct
from collections.abc import Callable, Mapping
from typing import Any

_LENGTH = struct.Struct(">I")


def frame(head: Mapping[str, Any], blobs: Mapping[str, bytes]) -> bytes:
    """One message; JSON cannot carry code, so a broken child cannot harm its parent."""
    text = json.dumps({**head, "blobs": [[name, len(data)] for name, data in blobs.items()]}).encode()
    return b"".join((_LENGTH.pack(len(text)), text, *blobs.values()))


def read(take: Callable[[int], bytes]) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Reads one message; `take(n)` gives exactly n bytes or raises EOFError."""
    head = json.loads(take(_LENGTH.unpack(take(_LENGTH.size))[0]))
    return head, {name: take(size) for name, size in head.pop("blobs")}
