"""What surrounds every answer: host check, cross-site check, security headers, and the cache of public pages.

Plain ASGI, because a cached page must cost next to nothing.
"""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

import anyio.to_thread
from sqlalchemy import text

from kit import clock, i18n
from kit.db import Database
from kit.endpoint import PUBLIC_CACHE
from kit.headers import CONTENT_SECURITY_POLICY, PERMISSIONS_POLICY
from kit.settings import Settings, settings

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LANGUAGE_COOKIE = "sprache"


def header(scope: Scope, name: bytes) -> str:
    """The first header of this name, "" without one."""
    for key, value in scope["headers"]:
        if key == name:
            return value.decode("latin-1")
    return ""


def language_of(scope: Scope) -> str:
    """?sprache= first, then the cookie the switch left, else German."""
    # The marked language is for tests: letters in it would puzzle people.
    known = i18n.CODES if settings().env == "test" else i18n.PUBLIC_CODES
    query = scope["query_string"]
    if b"sprache" in query:
        wanted = parse_qs(query.decode("latin-1")).get("sprache", [""])[0]
        if wanted in known:
            return wanted
    cookie = header(scope, b"cookie")
    if "sprache" in cookie:
        try:
            morsel = SimpleCookie(cookie).get(LANGUAGE_COOKIE)
        except CookieError:
            morsel = None
        if morsel is not None and morsel.value in known:
            return morsel.value
    return "de"


class Shield:
    """Refuses foreign hosts and cross-site forms, sets the language, and puts the headers on every answer."""

    def __init__(self, app: App, settings: Settings, refuse: Callable[[Scope, int, str], App]) -> None:
        self.app = app
        self.settings = settings
        self.refuse = refuse
        self.origin = settings.base_url
        always = [
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"same-origin"),
            (b"cross-origin-opener-policy", b"same-origin"),
        ]
        if settings.https:
            always.append((b"strict-transport-security", b"max-age=31536000"))
        self.always = always

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        language = language_of(scope)
        i18n.set_current(language)
        chosen = b"sprache=" in scope["query_string"]

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message.setdefault("headers", [])
                names = {name for name, _value in headers}
                headers.extend(self.always)
                if b"content-security-policy" not in names:
                    headers.append((b"content-security-policy", CONTENT_SECURITY_POLICY.encode()))
                if b"permissions-policy" not in names:
                    headers.append((b"permissions-policy", PERMISSIONS_POLICY.encode()))
                if b"cache-control" not in names:
                    headers.append((b"cache-control", b"no-store"))
                if chosen:
                    headers.append(
                        (
                            b"set-cookie",
                            f"{LANGUAGE_COOKIE}={language}; Path=/; Max-Age=31536000; SameSite=Lax".encode(),
                        )
                    )
            await send(message)

        app = self.app
        if not self._host_is_ours(header(scope, b"host")):
            app = self.refuse(scope, 400, "host")
        elif scope["method"] not in ("GET", "HEAD", "OPTIONS") and not self._same_site(scope):
            app = self.refuse(scope, 403, "cross-site")
        await app(scope, receive, dressed)

    def _host_is_ours(self, host: str) -> bool:
        name, _colon, port = host.rpartition(":") if ":" in host and not host.endswith("]") else (host, "", "80")
        if not port.isdigit():
            return False
        if name.lower() == self.settings.host:
            return True
        return not self.settings.production and name.lower() in ("127.0.0.1", "localhost", "[::1]", "testserver")

    def _same_site(self, scope: Scope) -> bool:
        """Sec-Fetch-Site where the browser sends it, Origin where it does not, neither for programs."""
        site = header(scope, b"sec-fetch-site")
        if site:
            return site in ("same-origin", "none")
        origin = header(scope, b"origin")
        if not origin:
            return True
        if origin == self.origin:
            return True
        return not self.settings.production and origin == f"http://{header(scope, b'host')}"


@dataclass
class Kept:
    """One finished page."""

    version: object
    until: float
    etag: bytes
    head: list[tuple[bytes, bytes]]
    body: bytes
    size: int


class PublicPages:
    """One rendered copy of each public page. Whether something changed is asked once a second, not once a request."""

    ASK_EVERY = 1.0
    LIVES = 30.0
    MOST_BYTES = 32_000_000
    LARGEST = 1_000_000

    def __init__(self, app: App, database: Database) -> None:
        self.app = app
        self.database = database
        self._kept: OrderedDict[tuple[str, bytes, str], Kept] = OrderedDict()
        self._bytes = 0
        self._version: object = None
        self._asked = 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        key = (scope["path"], scope["query_string"], i18n.current())
        moment = time.monotonic()
        found = self._kept.get(key)
        if found is not None:
            if moment - self._asked > self.ASK_EVERY:
                await self._ask(moment)
            if found.version == self._version and moment < found.until:
                await self._answer(found, scope, send)
                return
            # Another request may have taken it out while this one asked.
            self._drop(key)
        await self._render(key, scope, receive, send)

    async def _ask(self, moment: float) -> None:
        self._asked = moment
        # A clock that is set by hand makes pages old too.
        self._version = await anyio.to_thread.run_sync(self._change_counter), clock.overriding()

    def _change_counter(self) -> object:
        with self.database.engine.connect() as connection:
            if not self.database.sqlite:
                connection.execute(text("SELECT set_config('app.scope', 'public', true)"))
            return tuple(
                connection.execute(
                    text(
                        "SELECT (SELECT count(*) FROM dialogue), (SELECT coalesce(sum(version + activity), 0) FROM dialogue),"
                        " (SELECT count(*) FROM initiative), (SELECT coalesce(sum(version), 0) FROM initiative)"
                    )
                ).one()
            )

    async def _render(self, key: tuple[str, bytes, str], scope: Scope, receive: Receive, send: Send) -> None:
        start: Message = {}
        chunks: list[bytes] = []
        keep = False

        async def watch(message: Message) -> None:
            nonlocal start, keep
            if message["type"] == "http.response.start":
                start = message
                keep = message["status"] == 200 and (b"cache-control", PUBLIC_CACHE.encode()) in message["headers"]
                if not keep:
                    await send(message)
            elif keep:
                chunks.append(message.get("body", b""))
                if not message.get("more_body"):
                    await self._answer(self._keep(key, version, start, b"".join(chunks)), scope, send)
            else:
                await send(message)

        moment = time.monotonic()
        if moment - self._asked > self.ASK_EVERY:
            await self._ask(moment)
        version = self._version
        await self.app({**scope, "method": "GET"} if scope["method"] == "HEAD" else scope, receive, watch)

    def _keep(self, key: tuple[str, bytes, str], version: object, start: Message, body: bytes) -> Kept:
        etag = b'W/"' + hashlib.sha256(body).hexdigest()[:24].encode() + b'"'
        head = [(name, value) for name, value in start["headers"] if name not in (b"content-length", b"etag")]
        head += [(b"etag", etag), (b"vary", b"Cookie")]
        # An address counts too, and what Python needs to hold all of it.
        size = len(body) + len(key[0]) + len(key[1]) + 2000
        moment = time.monotonic()
        kept = Kept(version, moment + self.LIVES, etag, head, body, size)
        if kept.size < self.LARGEST:
            self._drop(key)
            self._kept[key] = kept
            self._bytes += kept.size
            # The first is the oldest: what nobody asked for again goes when its time is over.
            while self._bytes > self.MOST_BYTES or next(iter(self._kept.values())).until < moment:
                self._drop(next(iter(self._kept)))
        return kept

    def _drop(self, key: tuple[str, bytes, str]) -> None:
        found = self._kept.pop(key, None)
        if found is not None:
            self._bytes -= found.size

    @staticmethod
    async def _answer(kept: Kept, scope: Scope, send: Send) -> None:
        if header(scope, b"if-none-match") == kept.etag.decode():
            await send({"type": "http.response.start", "status": 304, "headers": list(kept.head)})
            await send({"type": "http.response.body", "body": b""})
            return
        body = b"" if scope["method"] == "HEAD" else kept.body
        headers = [*kept.head, (b"content-length", str(len(kept.body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})
