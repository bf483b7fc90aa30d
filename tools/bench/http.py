"""A small HTTP client that costs little, so that what is measured is the server."""

import asyncio
import math
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import quote_plus

Form = dict[str, str | list[str]]


@dataclass
class Answer:
    """One answer. `first_byte` and `whole` are seconds since the request began."""

    status: int
    headers: dict[str, str]
    body: bytes
    first_byte: float
    whole: float

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def location(self) -> str:
        """The path this answer leads to."""
        return re.sub(r"^https?://[^/]+", "", self.headers.get("location", ""))


@dataclass
class Connection:
    """One connection that stays open; it opens again when the server closed it."""

    port: int
    cookie: str = ""
    _streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = field(default=None, repr=False)

    async def get(self, path: str, **headers: str) -> Answer:
        return await self.send(self.head("GET", path, headers))

    async def post(self, path: str, form: Form) -> Answer:
        body = encoded(form)
        kind = {"content-type": "application/x-www-form-urlencoded", "content-length": str(len(body))}
        return await self.send(self.head("POST", path, kind) + body)

    def head(self, method: str, path: str, headers: dict[str, str] | None = None) -> bytes:
        lines = [f"{method} {path} HTTP/1.1", f"host: 127.0.0.1:{self.port}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in (headers or {}).items()]
        lines += [f"cookie: {self.cookie}"] if self.cookie else []
        return "\r\n".join([*lines, "", ""]).encode()

    async def send(self, request: bytes) -> Answer:
        """One request as bytes, one answer. A kept connection that turns out to be closed is opened once more."""
        begun = time.perf_counter()
        if self._streams is not None:
            try:
                return await self._exchange(request, begun)
            except (ConnectionError, asyncio.IncompleteReadError):
                self.close()
        self._streams = await asyncio.open_connection("127.0.0.1", self.port, limit=2**20)
        return await self._exchange(request, begun)

    async def _exchange(self, request: bytes, begun: float) -> Answer:
        assert self._streams is not None
        reader, writer = self._streams
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        first_line, *lines = head.decode("latin-1").split("\r\n")
        headers = {
            name.lower(): value.strip() for name, _colon, value in (line.partition(":") for line in lines) if name
        }
        status = int(first_line.split(" ", 2)[1])
        body, first = b"", time.perf_counter()
        if headers.get("transfer-encoding") == "chunked":
            body, first = await _chunks(reader)
        elif status != 304 and headers.get("content-length", "0") != "0":
            body = await reader.readexactly(int(headers["content-length"]))
        now = time.perf_counter()
        if headers.get("connection") == "close":
            self.close()
        return Answer(status, headers, body, first - begun, now - begun)

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


async def _chunks(reader: asyncio.StreamReader) -> tuple[bytes, float]:
    parts: list[bytes] = []
    first = 0.0
    while size := int(await reader.readuntil(b"\r\n"), 16):
        parts.append(await reader.readexactly(size))
        first = first or time.perf_counter()
        await reader.readexactly(2)
    await reader.readexactly(2)
    return b"".join(parts), first


@asynccontextmanager
async def connected(port: int, count: int) -> AsyncIterator[list[Connection]]:
    """So many connections, closed at the end."""
    connections = [Connection(port) for _number in range(count)]
    try:
        yield connections
    finally:
        for connection in connections:
            connection.close()


async def spread(
    connections: Iterable[Connection], count: int, work: Callable[[Connection, int], Awaitable[None]]
) -> float:
    """Runs `work(connection, number)` for each number, as many at once as there are connections. Returns seconds."""
    numbers = iter(range(count))

    async def member(connection: Connection) -> None:
        for number in numbers:
            await work(connection, number)

    begun = time.perf_counter()
    await asyncio.gather(*(member(connection) for connection in connections))
    return time.perf_counter() - begun


def encoded(form: Form) -> bytes:
    pairs = [(name, one) for name, value in form.items() for one in (value if isinstance(value, list) else [value])]
    return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in pairs).encode()


def filled(page: str, form_id: str) -> tuple[str, Form]:
    """Where the form of a page goes, and what a browser would send of it as it stands. Raises ValueError without it."""
    found = re.search(rf'<form\b[^>]*\bid="{form_id}"[^>]*>.*?</form>', page, re.DOTALL)
    if found is None:
        raise ValueError(f"the page has no form {form_id}")
    text = found[0]
    form: Form = {}
    for tag in re.findall(r"<input\b[^>]*>", text):
        own = _attributes(tag)
        if own.get("type") not in ("checkbox", "radio"):
            form[own["name"]] = own.get("value", "")
        elif re.search(r"\schecked\b", tag):
            earlier = form.get(own["name"], [])
            form[own["name"]] = [*(earlier if isinstance(earlier, list) else [earlier]), own.get("value", "on")]
    for name, value in re.findall(r'<textarea\b[^>]*\bname="([^"]*)"[^>]*>\r?\n?(.*?)</textarea>', text, re.DOTALL):
        form[name] = unescape(value)
    for name, options in re.findall(r'<select\b[^>]*\bname="([^"]*)"[^>]*>(.*?)</select>', text, re.DOTALL):
        tags = re.findall(r"<option\b[^>]*>", options)
        chosen = next((tag for tag in tags if re.search(r"\sselected\b", tag)), tags[0])
        form[name] = _attributes(chosen).get("value", "")
    return _attributes(text[: text.index(">") + 1]).get("action", ""), form


def _attributes(tag: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in re.findall(r'([a-z-]+)="([^"]*)"', tag)}


def percentile(values: Iterable[float], part: float) -> float:
    """The smallest value that `part` (0 to 1) of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, math.ceil(part * len(ordered)) - 1))]
