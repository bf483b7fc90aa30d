"""Processes are killed at random moments under load. Nothing acknowledged is lost, nothing is doubled unnoticed.

Counted from the mail server and from `export`, not from the product's own idea of itself.
"""

import json
import os
import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kit.db import database as open_database
from tests.conftest import World, environment
from tests.spine.load import Load
from tests.spine.processes import Product, Sink

LONG = os.environ.get("DIALOGWERK_TEST_LONG") == "1"
KILLS = 30 if LONG else 5
# Answered actions a second. The short form shows only that there was load: it also runs on machines that do something else.
PACE = 20 if LONG else 8


def dialogue_on(database_url: str, capacity: int) -> str:
    """The address of a sign-up form on an otherwise empty installation."""
    with environment(DIALOGWERK_ENV="test", DIALOGWERK_DATABASE_URL=database_url):
        return f"/dialoge/{World(open_database()).dialogue(capacity=capacity).slug}/anmeldung"


def exported(product: Product) -> dict[str, list[dict[str, object]]]:
    """The export by kind."""
    found: dict[str, list[dict[str, object]]] = {}
    for line in product.command("export").stdout.splitlines():
        entry = json.loads(line)
        found.setdefault(entry["kind"], []).append(entry)
    return found


def drain(product: Product, sink: Sink, wanted: int, patience: float = 60) -> None:
    """Waits until the worker has delivered as many letters as there are."""
    deadline = time.monotonic() + patience
    while len(sink.by_message()) < wanted and time.monotonic() < deadline:
        time.sleep(0.2)


@pytest.mark.alone
@pytest.mark.timeout(900 if LONG else 240)
def test_nothing_acknowledged_is_lost(database_url: str, tmp_path: Path) -> None:
    chance = random.Random(f"{KILLS} kills")
    path = dialogue_on(database_url, capacity=40)
    with Sink() as sink, Product(database_url, tmp_path, sink) as product:
        product.start("serve")
        product.start("work")
        product.ready()
        load = Load(product.base, path)
        for number in range(KILLS):
            time.sleep(chance.uniform(0.4, 2.0 if LONG else 1.2))
            victim = "serve" if number % 3 == 2 else "work"
            product.kill(victim)
            product.start(victim)
            if victim == "serve":
                product.ready()
        time.sleep(1)
        load.finish()
        drain(product, sink, len(load.acknowledged))
        product.command("work", "--once")
        # Both only read.
        with ThreadPoolExecutor() as together:
            checked = together.submit(product.command, "check-invariants", check=False)
            state = exported(product)
        breaches = checked.result().stdout

    addresses = Counter(entry["email"] for entry in state["registration"])
    assert load.odd == []
    # Each acknowledged sign-up is there once; nobody else is.
    assert addresses == Counter(list(load.acknowledged))
    assert len(state["place"]) == min(40, len(addresses))
    # Each letter ended, was taken at least once, and under one Message-ID by one recipient.
    letters = [entry for entry in state["letter"] if entry["letter_kind"] == "confirm_address"]
    assert Counter(entry["recipient"] for entry in letters) == addresses
    assert Counter(entry["state"] for entry in letters) == {"sent": len(letters)}
    taken = sink.by_message()
    assert set(taken) == {(entry["recipient"], entry["message_id"]) for entry in letters}
    doubled = sum(count - 1 for count in taken.values())
    assert doubled <= KILLS * 30
    assert breaches == ""
    assert load.rate >= PACE
    print(
        f"{KILLS} kills, {len(addresses)} sign-ups at {load.rate:.0f} a second, {doubled} letters twice with the same Message-ID"
    )


@pytest.mark.alone
@pytest.mark.slow
@pytest.mark.timeout(240)
def test_mail_after_the_commit_without_a_job_loses_some(database_url: str, tmp_path: Path) -> None:
    path = dialogue_on(database_url, capacity=40)
    with Sink(delay=0.05) as sink, Product(database_url, tmp_path, sink, module="tests.spine.control") as product:
        product.start("serve")
        product.ready()
        load = Load(product.base, path)
        for _number in range(3):
            time.sleep(1.5)
            product.kill("serve")
            product.start("serve")
            product.ready()
        load.finish()
        drain(product, sink, len(load.acknowledged), patience=10)
        taken = {recipient for recipient, _identity in sink.by_message()}
    assert set(load.acknowledged) - taken
