"""Real processes of the product, and a mail server that counts what it took."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx2
from aiosmtpd.controller import Controller

ROOT = Path(__file__).resolve().parent.parent.parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Sink:
    """An SMTP server that acknowledges everything after a short while, and remembers it."""

    delay: float = 0.01
    taken: list[tuple[str, str, bytes]] = field(default_factory=list)
    port: int = field(default_factory=free_port)

    def __enter__(self) -> "Sink":
        self._lock = threading.Lock()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()
        return self

    def __exit__(self, _kind: type | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self._controller.stop()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        time.sleep(self.delay)  # noqa: ASYNC251 - one letter after the other, as a slow server takes them
        identity = str(message_from_bytes(envelope.content, policy=default)["Message-ID"])
        with self._lock:
            for recipient in envelope.rcpt_tos:
                self.taken.append((recipient, identity, envelope.content))
        return "250 OK"

    def by_message(self) -> Counter[tuple[str, str]]:
        """(recipient, Message-ID) → how often it was taken."""
        with self._lock:
            return Counter((recipient, identity) for recipient, identity, _content in self.taken)

    def texts_to(self, recipient: str) -> list[str]:
        """The text parts of all mails to an address, oldest first."""
        with self._lock:
            raw = [content for address, _identity, content in self.taken if address == recipient]
        return [str(message_from_bytes(mail, policy=default).get_body(("plain",)).get_content()) for mail in raw]

    def link_to(self, recipient: str, path: str, *, patience: float = 30) -> str:
        """The last address below `path` that was mailed to somebody."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            found = re.findall(rf"https?://[^\s/]+(/{path}/[a-z2-7]+)", "\n".join(self.texts_to(recipient)))
            if found:
                return str(found[-1])
            time.sleep(0.1)
        raise AssertionError(f"no letter with /{path}/ for {recipient}")


class Product:
    """The product's processes on one database, started and killed like an operating system would."""

    def __init__(self, database_url: str, var_dir: Path, sink: Sink, module: str = "web.cli") -> None:
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.var_dir = var_dir
        self.module = module
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("DIALOGWERK_")},
            "DIALOGWERK_ENV": "test",
            "DIALOGWERK_DATABASE_URL": database_url,
            "DIALOGWERK_VAR_DIR": str(var_dir),
            "DIALOGWERK_BASE_URL": self.base,
            "DIALOGWERK_SMTP_URL": f"smtp://127.0.0.1:{sink.port}?tls=none",
        }

    def __enter__(self) -> "Product":
        return self

    def __exit__(self, _kind: type | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        for name in list(self.running):
            self.kill(name)

    def command(
        self, *words: str, check: bool = True, given: str | None = None, **values: str
    ) -> subprocess.CompletedProcess[str]:
        """Runs one command to its end; `given` is what it reads."""
        return subprocess.run(
            [sys.executable, "-m", "web.cli", *words],
            cwd=ROOT, env=self.environment | values, capture_output=True, text=True, check=check, timeout=280,
            input=given,
        )  # fmt: skip

    def start(self, name: str, module: str = "", *more: str) -> None:
        """Starts `serve`, `work` or `run`; returns at once. Another module may want words of its own behind."""
        words = [name, "--port", str(self.port), *more] if name != "work" else [name]
        log = (self.var_dir / f"{name}.log").open("ab")
        self.running[name] = subprocess.Popen(
            [sys.executable, "-m", module or self.module, *words],
            cwd=ROOT,
            env=self.environment,
            stdout=log,
            stderr=log,
        )
        log.close()

    def ready(self, *, patience: float = 60) -> None:
        """Waits until the web server answers."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            try:
                if httpx2.get(f"{self.base}/readyz", timeout=2).status_code == 200:
                    return
            except httpx2.TransportError:
                pass
            time.sleep(0.05)
        raise AssertionError("the web server does not start")

    def kill(self, name: str) -> None:
        """SIGKILL: the process gets no chance to tidy up."""
        process = self.running.pop(name)
        process.send_signal(signal.SIGKILL)
        process.wait()
