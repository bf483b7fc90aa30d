"""The PDF child as its parent sees it: one per process, started on first use, killed when a job takes too long."""

import atexit
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from typing import Any

from kit.pdf import fonts, wire
from kit.settings import ROOT

APT_LINE = "apt-get install --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
_IDLE_END = 0
_TOO_MUCH = "The document needed more time or memory than allowed."


class PdfFailed(Exception):
    """A document could not be made: it asked for too much time or memory, or could not be laid out."""


class PdfUnavailable(Exception):
    """The system libraries for PDF are missing; the text names the line to type."""


class _Gone(Exception):
    """The child closed its end."""


class Worker:
    """A child process and the lock that gives it one job at a time."""

    def __init__(self, idle_seconds: float = 300.0) -> None:
        self._idle_seconds = idle_seconds
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def call(
        self, job: str, arguments: Mapping[str, Any], blobs: Mapping[str, bytes], *, wall: float, cpu: int
    ) -> tuple[dict[str, Any], dict[str, bytes]]:
        """Runs a job. `wall` and `cpu` are seconds. Raises PdfFailed or PdfUnavailable."""
        message = wire.frame({"job": job, "arguments": arguments, "cpu": cpu, "idle": self._idle_seconds}, blobs)
        with self._lock:
            warm = self._process is not None
            try:
                head, answer = self._exchange(message, wall)
            except _Gone:
                if self._end() != _IDLE_END or not warm:
                    raise PdfFailed(_TOO_MUCH) from None
                # An idle child had ended by itself just before this job.
                try:
                    head, answer = self._exchange(message, wall)
                except _Gone:
                    self._end()
                    raise PdfFailed(_TOO_MUCH) from None
        if head["state"] == "unavailable":
            raise PdfUnavailable(f"PDF needs system libraries. Type: {APT_LINE}")
        if head["state"] != "done":
            raise PdfFailed(f"The document could not be laid out ({head['reason']}).")
        return head["result"], answer

    def stop(self) -> None:
        """Ends the child; the next call starts another one."""
        with self._lock:
            self._end()

    @property
    def pid(self) -> int | None:
        """The process id of the child while there is one."""
        return None if self._process is None else self._process.pid

    def _start(self) -> subprocess.Popen[bytes]:
        # The child gets no setting and no secret, only what fonts and Python need.
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "FONTCONFIG_FILE": str(fonts.configuration()),
            "PYTHONPATH": str(ROOT),
        }
        for name in ("DYLD_FALLBACK_LIBRARY_PATH", "LD_LIBRARY_PATH"):
            if name in os.environ:
                environment[name] = os.environ[name]
        return subprocess.Popen(
            [sys.executable, "-m", "kit.pdf.child"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _exchange(self, message: bytes, wall: float) -> tuple[dict[str, Any], dict[str, bytes]]:
        if self._process is None:
            self._process = self._start()
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        deadline = time.monotonic() + wall
        try:
            process.stdin.write(message)
            process.stdin.flush()
        except OSError:
            raise _Gone from None
        source = process.stdout.fileno()
        poll = select.poll()
        poll.register(source, select.POLLIN)

        def take(count: int) -> bytes:
            data = bytearray()
            while len(data) < count:
                left = deadline - time.monotonic()
                if left <= 0 or not poll.poll(left * 1000):
                    raise PdfFailed("The document needed more time than allowed.")
                part = os.read(source, min(count - len(data), 1 << 20))
                if not part:
                    raise _Gone
                data += part
            return bytes(data)

        try:
            return wire.read(take)
        except _Gone:
            raise
        except BaseException:
            # Too late, or interrupted: an answer still to come must not be taken for that of the next job.
            process.kill()
            self._end()
            raise

    def _end(self) -> int | None:
        process, self._process = self._process, None
        if process is None:
            return None
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    # Unsent bytes for a child that is gone.
                    continue
        # A child that closes by itself has a moment for it, so that its own exit code is seen.
        try:
            return process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()


worker = Worker()
atexit.register(worker.stop)
