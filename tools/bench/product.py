"""Starts the product as `make run` does, and takes its letters."""

import contextlib
import email.policy  # noqa: TID251 - reads what the product sent
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from email import message_from_bytes  # noqa: TID251 - reads what the product sent
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from tools.bench import machine

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60


class Failed(RuntimeError):
    """The product did not do what the measurement needs; the text says what."""


class Letterbox:
    """An SMTP server that keeps what comes."""

    def __init__(self) -> None:
        self.letters: list[tuple[float, str, bytes]] = []
        self._arrived = threading.Condition()
        self._controller = Controller(self, hostname="127.0.0.1", port=free_port())

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - named by aiosmtpd
        with self._arrived:
            self.letters.append((time.perf_counter(), envelope.rcpt_tos[0], envelope.content))
            self._arrived.notify_all()
        return "250 OK"

    @property
    def port(self) -> int:
        return int(self._controller.port)

    def wait(
        self, count: int, *, to: str = "", since: int = 0, seconds: float = 60.0
    ) -> list[tuple[float, str, bytes]]:
        """The letters from number `since` on to addresses that begin with `to`, once there are so many.

        Raises Failed when they do not come.
        """

        def found() -> list[tuple[float, str, bytes]]:
            return [letter for letter in self.letters[since:] if letter[1].startswith(to)]

        with self._arrived:
            if not self._arrived.wait_for(lambda: len(found()) >= count, timeout=seconds):
                raise Failed(
                    f"{len(found())} of {count} letters came within {seconds:.0f} s; the last: {self._last_subject()}"
                )
            return found()

    def _last_subject(self) -> str:
        return (
            str(message_from_bytes(self.letters[-1][2], policy=email.policy.default)["subject"])
            if self.letters
            else "-"
        )

    def __enter__(self) -> "Letterbox":
        self._controller.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._controller.stop()


def link_in(letter: bytes, path: str) -> str:
    """The path of the first address in the text part that begins with `path`. Raises Failed without one."""
    message = message_from_bytes(letter, policy=email.policy.default)
    part = message.get_body(("plain",))
    found = re.search(rf"https?://[^/\s]+({re.escape(path)}[^\s<>]+)", part.get_content() if part else "")
    if found is None:
        raise Failed(f"a letter without a link to {path}")
    return found[1]


def has_part(letter: bytes, content_type: str) -> bool:
    return any(part.get_content_type() == content_type for part in message_from_bytes(letter).walk())


class Product:
    """One installation in a folder of its own. `database_url`: empty for SQLite."""

    def __init__(self, folder: Path, *, smtp_port: int | None, database_url: str = "", database_pid: int = 0) -> None:
        self.folder = folder
        self.port = free_port()
        self.database_pid = database_pid
        self.env = {name: value for name, value in os.environ.items() if not name.startswith("DIALOGWERK_")} | {
            "DIALOGWERK_ENV": "demo",
            "DIALOGWERK_VAR_DIR": str(folder),
            "DIALOGWERK_BASE_URL": f"http://127.0.0.1:{self.port}",
            "PYTHONUTF8": "1",
        }
        if smtp_port:
            self.env["DIALOGWERK_SMTP_URL"] = f"smtp://127.0.0.1:{smtp_port}?tls=none"
        if database_url:
            self.env["DIALOGWERK_DATABASE_URL"] = database_url
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def command(self, *arguments: str, seconds: float = 120) -> str:
        """Runs a command to its end and returns what it printed. Raises Failed when it fails."""
        done = subprocess.run(  # noqa: S603 - our own commands
            [sys.executable, "-m", "web.cli", *arguments],
            cwd=ROOT, env=self.env, capture_output=True, text=True, timeout=seconds, check=False,
        )  # fmt: skip
        if done.returncode:
            raise Failed(f"dialogwerk {' '.join(arguments)}: {done.stderr.strip()[-500:]}")
        return done.stdout

    def start(self, name: str) -> None:
        """Starts `serve`, `work` or `run` and waits until it is ready. Raises Failed when it is not within a minute."""
        port = () if name == "work" else ("--port", str(self.port))
        log = self.folder / f"{name}.log"
        with log.open("ab") as output:
            self.running[name] = subprocess.Popen(  # noqa: S603 - our own commands
                [sys.executable, "-m", "web.cli", name, *port], cwd=ROOT, env=self.env, stdout=output, stderr=output
            )
        ready = (lambda: b"worker " in log.read_bytes()) if name == "work" else self._answers
        deadline = time.monotonic() + START_SECONDS
        while not ready():
            if self.running[name].poll() is not None or time.monotonic() > deadline:
                raise Failed(f"dialogwerk {name} did not start: {log.read_text()[-500:]}")
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def pid(self, name: str) -> int:
        return self.running[name].pid

    def cpu(self, *names: str) -> float:
        """CPU seconds so far of the named processes; of all and the database without names."""
        pids = [self.pid(name) for name in names or self.running]
        return machine.cpu_seconds([*pids, self.database_pid] if self.database_pid and not names else pids)

    def memory(self) -> float:
        return machine.memory_mb([process.pid for process in self.running.values()])

    def stop(self, name: str) -> None:
        process = self.running.pop(name)
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def state(self) -> dict[str, list[dict[str, Any]]]:
        """What `export` says, by kind."""
        found: dict[str, list[dict[str, Any]]] = {}
        for line in self.command("export").splitlines():
            row = json.loads(line)
            found.setdefault(row["kind"], []).append(row)
        return found


@contextlib.contextmanager
def installed(
    *starts: str, smtp_port: int | None = None, database_url: str = "", database_pid: int = 0
) -> Iterator[Product]:
    """A fresh installation with its processes running; everything is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="dialogwerk-bench-") as folder:
        product = Product(Path(folder), smtp_port=smtp_port, database_url=database_url, database_pid=database_pid)
        product.command("migrate")
        try:
            for name in starts:
                product.start(name)
            yield product
        finally:
            for name in list(product.running):
                product.stop(name)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def until(ready: Callable[[], bool], seconds: float) -> bool:
    """Waits until `ready`; False when it took too long."""
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
