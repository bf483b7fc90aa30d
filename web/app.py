"""The application: all rooms' routes behind one edge, one shield, one page cache."""

import contextlib
import json
import logging
import re
import sys
import time
import traceback
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any
from urllib.parse import quote

import anyio.to_thread
from sqlalchemy import text
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Match, Mount, Route
from starlette.staticfiles import StaticFiles

from kit import clock
from kit.db import Database, database
from kit.endpoint import Edge
from kit.errors import Refused, SignInNeeded
from kit.i18n import _
from kit.registry import Declared, Undeclared, route
from kit.settings import Settings, settings
from kit.templates import STATIC
from network.guards import identify, permit
from web.errors import error_page
from web.metrics import TRAFFIC, metrics
from web.routes import ROUTES
from web.schema import newest_version
from web.shield import PublicPages, Scope, Shield

log = logging.getLogger("dialogwerk.web")
# Where answers come in: by link, at a tablet, from sheets of paper.
_ANSWERS = re.compile("/(umfrage|kiosk)/.*|/arbeitsplatz/[^/]+/umfragen/[^/]+/eingabe")


def declared() -> list[Declared]:
    """The registry: each address once for each method. Raises Undeclared for a double."""
    seen: set[tuple[str, str]] = set()
    for entry in (*ROUTES, *PROBES):
        if (entry.method, entry.path) in seen:
            raise Undeclared(f"{entry.method} {entry.path} is declared twice")
        seen.add((entry.method, entry.path))
    return [*ROUTES, *PROBES]


def build(
    config: Settings | None = None,
    data: Database | None = None,
    lifespan: Callable[[Any], Any] | None = None,
) -> Any:
    """The whole application as ASGI. Refuses to start on a role that policies do not bind."""
    config = config or settings()
    data = data or database()
    if config.env in ("production", "test") and (role := data.unsafe_role()):
        raise RuntimeError(f"The database role {role} bypasses row-level security. Use a plain role.")
    edge = Edge(data, identify, permit)
    routes: list[Any] = [
        Route(
            entry.path,
            partial(entry.endpoint, data=data) if entry in PROBES else edge.endpoint(entry),
            methods=[entry.method],
            name=f"{entry.method} {entry.path}",
        )
        for entry in declared()
    ]
    routes.append(Mount("/static", Files(directory=STATIC)))
    app = Starlette(
        routes=routes,
        lifespan=lifespan or idle,
        exception_handlers={
            Refused: refused,
            SignInNeeded: sign_in_needed,
            HTTPException: http_error,
            OperationalError: unavailable,
            PoolTimeout: unavailable,
            Exception: failed,
        },
    )
    # Its redirects would take the name of the host from the request; `http_error` has one without.
    app.router.redirect_slashes = False
    return Shield(Logged(PublicPages(app, data)), config, refuse_outside)


@contextlib.asynccontextmanager
async def idle(_app: Any) -> AsyncIterator[None]:
    yield


async def healthz(_request: Request, *, data: Database) -> Response:
    """The process lives."""
    return PlainTextResponse("ok\n")


async def readyz(_request: Request, *, data: Database) -> Response:
    """The database answers and has the schema this version needs."""

    def ask() -> str:
        with data.engine.connect() as connection:
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return "" if found == newest_version() else f"schema {found}, needed {newest_version()}"

    try:
        problem = await anyio.to_thread.run_sync(ask)
    except SQLAlchemyError as error:
        problem = type(error).__name__
    return PlainTextResponse("ready\n" if not problem else f"not ready: {problem}\n", 200 if not problem else 503)


# What machines ask: answered without the edge, so that they work while the database does not.
PROBES = (
    route("GET", "/healthz", healthz, permission="public"),
    route("GET", "/readyz", readyz, permission="public"),
    route("GET", "/metrics", metrics, permission="operator"),
)


KIOSK_WORKER = "js/kiosk-worker.js"


class Files(StaticFiles):
    """Files whose address changes with their content may be kept for a year."""

    async def get_response(self, path: str, scope: Any) -> Response:
        response = await super().get_response(path, scope)
        if response.status_code in (200, 304):
            versioned = b"v=" in scope["query_string"]
            response.headers["cache-control"] = (
                "public, max-age=31536000, immutable" if versioned else "public, max-age=3600"
            )
        if path == KIOSK_WORKER:
            # A worker may serve pages beside its own folder only if this says so (W3C Service Workers, 4.1).
            response.headers["service-worker-allowed"] = "/kiosk/"
        return response


def refused(request: Request, error: Any) -> Response:
    return error_page(request, error.status, error.sentence)


def sign_in_needed(request: Request, _error: Any) -> Response:
    if request.method == "GET":
        return Response(status_code=303, headers={"location": f"/anmelden?weiter={quote(request.url.path)}"})
    return error_page(request, 403, _("Bitte loggen Sie sich zuerst ein."))


def http_error(request: Request, error: Any) -> Response:
    if error.status_code == 404 and (path := _other_slash(request)):
        query = f"?{request.url.query}" if request.url.query else ""
        return Response(status_code=307, headers={"location": quote(path) + query})
    sentences = {
        404: _("Diese Seite gibt es nicht oder nicht mehr."),
        405: _("Diese Adresse nimmt so keine Anfrage an."),
        413: _("Das ist zu groß. Bitte kürzen Sie Ihren Text."),
        400: _("Diese Anfrage war nicht lesbar. Bitte gehen Sie zurück und schicken Sie das Formular noch einmal."),
    }
    answer = error_page(request, error.status_code, sentences.get(error.status_code, sentences[400]))
    # 405 has to name what is allowed (RFC 9110, 15.5.6).
    answer.headers.update(error.headers or {})
    return answer


def _other_slash(request: Request) -> str:
    """The address with or without a slash at its end, where only that one exists."""
    path = str(request.scope["path"])
    other = path.rstrip("/") if path.endswith("/") else f"{path}/"
    scope = {**request.scope, "path": other}
    known = any(route.matches(scope)[0] == Match.FULL for route in request.app.routes if isinstance(route, Route))
    return other if known and not other.startswith("//") else ""


def unavailable(request: Request, error: Any) -> Response:
    log.error("database unavailable: %s", type(error).__name__)
    return error_page(
        request,
        503,
        _("Wir können gerade nichts speichern oder lesen. Bitte versuchen Sie es in einer Minute noch einmal."),
    )


def failed(request: Request, error: Any) -> Response:
    # The message of an exception may hold what somebody typed; its type and place do not.
    frame = error.__traceback__
    places = []
    while frame is not None:
        places.append(f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}")
        frame = frame.tb_next
    log.error("unexpected %s at %s", type(error).__name__, " > ".join(places[-6:]))
    return error_page(
        request,
        500,
        _("Hier ist uns ein Fehler passiert. Ihre Angaben sind nicht gespeichert. Bitte versuchen Sie es noch einmal."),
    )


def refuse_outside(scope: Scope, status: int, reason: str) -> Any:
    """The answer to a request that does not reach the application."""
    sentence = (
        _("Dieses Formular kam von einer anderen Seite. Bitte öffnen Sie es hier und schicken Sie es noch einmal.")
        if reason == "cross-site"
        else _("Unter diesem Namen sind wir nicht zu finden.")
    )
    return error_page(Request(scope), status, sentence)


class Logged:
    """One line a request: method, kind of answer, time. No address, no name, no token."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = time.perf_counter()
        status = 0

        async def watch(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, watch)
        except Exception as error:  # noqa: BLE001 - the last one to see it
            # Passed on, it would stand in the server's log with its message, which may hold what somebody typed. What
            # went wrong within the application is answered and logged already.
            if status == 0:
                answer = unavailable if isinstance(error, OperationalError | PoolTimeout) else failed
                await answer(Request(scope), error)(scope, receive, watch)
        finally:
            self._note(scope, status, time.perf_counter() - begun)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        # Who answers a survey leaves no time anywhere, not even among others.
        if _ANSWERS.fullmatch(scope["path"]):
            return
        # The declared address, or none for what was answered before a route was looked for.
        route = getattr(scope.get("route"), "path", "")
        TRAFFIC.note(scope["method"] if route else "", route, status, seconds)
        fields = {"method": scope["method"], "route": route, "status": status, "ms": round(seconds * 1000, 1)}
        log.log(logging.ERROR if status >= 500 else logging.INFO, "answered", extra={"fields": fields})


class Discreet(logging.Formatter):
    """One JSON object a line. Of an exception it has the type and where it was raised: its message may hold what
    somebody typed.
    """

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": clock.wall_now().isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the standard library's name
        kind, _error, trace = ei
        places = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(trace)]
        return f"{getattr(kind, '__name__', kind)} at {' > '.join(places[-6:])}"


def set_up_logs() -> None:
    """Lines on stdout; requests are among them from the level INFO on, which is switched off."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(Discreet())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    # What it says about an error that came second may hold values of a row.
    logging.getLogger("psycopg").setLevel(logging.CRITICAL)
    # The job engine makes a handler of its own where it finds none.
    engine = logging.getLogger("dbos")
    engine.handlers = [handler]
    engine.propagate = False
