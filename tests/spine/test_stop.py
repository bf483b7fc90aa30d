"""Told to stop, each process ends by itself, before the half minute is over."""

import json
import signal
import socket
import time
from pathlib import Path

import pytest

from kit.db import Database
from tests.spine.processes import Product, Sink


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_process_that_is_told_to_stop_ends(database: Database, database_url: str, tmp_path: Path) -> None:
    with Sink() as sink, Product(database_url, tmp_path, sink) as product:
        product.start("run")
        product.ready()
        product.start("work")
        time.sleep(1)
        worker = tmp_path / "work.log"
        while b"worker " not in worker.read_bytes():
            time.sleep(0.1)
        with socket.create_connection(("127.0.0.1", product.port)) as stranger:
            stranger.sendall(b"no request\r\n\r\n")
            stranger.recv(1000)
        for name in ("run", "work"):
            product.running[name].terminate()
        # The web server ends by the signal it was told to stop with, once everything is tidy.
        assert [product.running[name].wait(timeout=30) for name in ("run", "work")] == [-signal.SIGTERM, 0]
    told = (tmp_path / "run.log").read_text().splitlines()
    # Greetings first; whatever the server itself or the job engine has to say is a line of the log like others.
    lines = [json.loads(line) for line in told if not line.startswith(("Dialogwerk:", "Letters:"))]
    assert ("uvicorn.error", "Invalid HTTP request received.") in {(line["from"], line["message"]) for line in lines}
