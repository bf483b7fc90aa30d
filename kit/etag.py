"""Answers that programs ask for again and again: a weak tag of their bytes, and 304 for whoever has them."""

import hashlib
import re
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from starlette.requests import Request
from starlette.responses import Response


def tagged(request: Request, data: bytes, media_type: str, *, private: bool = False, **headers: str) -> Response:
    """The bytes with their tag, good for five minutes. What depends on the language depends on a cookie.

    What is `private` is kept by nobody between, and asked for each time.
    """
    return _answer(request, _tag(data), lambda: data, media_type, headers, private=private)


def tagged_by(
    request: Request,
    facts: object,
    build: Callable[[], bytes],
    media_type: str,
    *,
    private: bool = False,
    **headers: str,
) -> Response:
    """The same for bytes that are dear: their tag comes from the facts they are made of, before they are made.

    `facts` hold everything that changes the bytes, as something whose repr says it all. What was made is kept as long as
    its facts are asked for.
    """
    tag = _tag(repr(facts).encode())
    return _answer(request, tag, lambda: _KEPT.get(tag, build), media_type, headers, private=private)


class _Kept:
    """Answers by their tags, the latest asked ones, up to so many bytes."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._found: OrderedDict[str, bytes] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def get(self, tag: str, build: Callable[[], bytes]) -> bytes:
        with self._lock:
            if tag in self._found:
                self._found.move_to_end(tag)
                return self._found[tag]
        data = build()
        with self._lock:
            self._bytes += len(data) - len(self._found.pop(tag, b""))
            self._found[tag] = data
            while self._bytes > self.most:
                self._bytes -= len(self._found.popitem(last=False)[1])
        return data


_KEPT = _Kept(8_000_000)


def _tag(data: bytes) -> str:
    return f'W/"{hashlib.sha256(data).hexdigest()[:32]}"'


def _answer(
    request: Request, tag: str, data: Callable[[], bytes], media_type: str, headers: dict[str, str], *, private: bool
) -> Response:
    kept = "private, no-cache" if private else "public, max-age=300"
    always = {"ETag": tag, "Cache-Control": kept, "Vary": "Cookie"}
    always |= {name.replace("_", "-"): value for name, value in headers.items()}
    known = re.findall(r'(?:W/)?"[^"]*"', request.headers.get("if-none-match", ""))
    if tag.removeprefix("W/") in {entry.removeprefix("W/") for entry in known}:
        return Response(status_code=304, headers=always)
    return Response(data(), media_type=media_type, headers=always)
