"""serve, work, run, migrate, routes."""

import argparse
import contextlib
import gc
import json
import signal
import sys
import threading
from collections.abc import AsyncIterator, Callable
from typing import Any

import anyio.to_thread
import uvicorn

from kit import clock
from kit.db import database, wide
from kit.settings import PREFIX, SettingsError, settings
from kit.templates import prepare
from network import operations as network
from web import erasures, schema, worker
from web.app import build, declared, set_up_logs

# What the first visitors see, and what it imports: nobody waits until it is compiled. English is, once it is asked for.
_FIRST_PAGES = (
    "base.html",
    *(f"macros/{name}.html" for name in ("calendar", "dialogues", "forms", "parts", "pictures")),
    *(f"events/{name}.html" for name in ("start", "show")),
    *(f"registration/{name}.html" for name in ("_parts", "sign_up", "receipt", "confirm", "own")),
)


def _refuse_without_schema() -> None:
    """One sentence instead of a process that fails at every request."""
    if fault := schema.schema_fault(database()):
        raise SettingsError(f"The database: {fault}")


def _refuse_without_journal() -> None:
    """Whoever runs sweeps writes down who was erased: a copy that is taken back needs it."""
    if fault := erasures.fault():
        raise SettingsError(fault)


def _uvicorn(args: argparse.Namespace, app: Any, *, patience: int = 25) -> int:
    """Serves until it is told to stop; open requests get `patience` seconds then."""
    config = settings()
    if config.demo and not config.demo_public and args.host not in ("127.0.0.1", "localhost", "::1"):
        raise SettingsError(
            f"The demo listens on 127.0.0.1 only. Set {PREFIX}DEMO_PUBLIC=yes to open it to {args.host}."
        )
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            host=args.host,
            port=args.port,
            loop="uvloop",
            http="httptools",
            access_log=False,
            # Its lines go the way of all others.
            log_config=None,
            log_level="warning",
            server_header=False,
            proxy_headers=bool(config.trusted_proxies),
            forwarded_allow_ips=list(config.trusted_proxies) or None,
            timeout_graceful_shutdown=patience,
            lifespan="on",
        )
    )
    print(f"Dialogwerk: {config.base_url} (listening on {args.host}:{args.port})", flush=True)
    if config.demo and config.smtp is None:
        print(f"Letters:    {config.base_url}/demo/post", flush=True)
    prepare(_FIRST_PAGES)
    # What was imported stays: looking through it again and again would cost more than a short page.
    gc.collect()
    gc.freeze()
    server.run()
    return 0 if server.started else 1


def serve(args: argparse.Namespace) -> int:
    """The web server alone; it enqueues jobs and runs none."""
    set_up_logs()
    _refuse_without_schema()
    return _uvicorn(args, build())


def run(args: argparse.Namespace) -> int:
    """Web server and worker in one process."""
    set_up_logs()
    _refuse_without_journal()
    _refuse_without_schema()

    @contextlib.asynccontextmanager
    async def with_worker(_app: Any) -> AsyncIterator[None]:
        engine = await anyio.to_thread.run_sync(worker.start)
        try:
            yield
        finally:
            await anyio.to_thread.run_sync(engine.stop)

    # The worker may take 20 seconds after the requests; together they end within 30.
    return _uvicorn(args, build(lifespan=with_worker), patience=8)


def work(args: argparse.Namespace) -> int:
    """The worker alone, or everything that is due once."""
    set_up_logs()
    _refuse_without_journal()
    _refuse_without_schema()
    if args.once:
        if worker.work_once():
            return 0
        print("Something that is due is left: see the log above, and type it again.", file=sys.stderr)
        return 1
    stop = threading.Event()
    handler: Callable[..., None] = lambda *_arguments: stop.set()  # noqa: E731 - a handler is a value here
    signal.signal(signal.SIGTERM, handler)
    signal.signal(signal.SIGINT, handler)
    engine = worker.start()
    print(f"worker {engine.executor_id}", flush=True)
    stop.wait()
    engine.stop()
    return 0


def migrate(_args: argparse.Namespace) -> int:
    database()
    schema.migrate()
    database().transact(wide("migration"), lambda session: network.ensure_operator(session, now=clock.now()))
    print(f"schema {schema.newest_version()}")
    return 0


def routes(_args: argparse.Namespace) -> int:
    """The registry as JSON, for tests and operators."""
    json.dump([entry.as_json() for entry in declared()], sys.stdout, indent=1, ensure_ascii=False)
    print()
    return 0
