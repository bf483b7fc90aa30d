"""`work --once`: patience counts from the last progress, and what is left shows in the exit status."""

from datetime import datetime

import pytest
from sqlalchemy import update
from sqlmodel import col

from kit import clock
from kit.db import Database, wide
from mail.models import Letter
from tests.conftest import NOW, World
from web import worker


def test_patience_begins_again_with_each_letter(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    clock.fix(NOW)
    dialogue = world.dialogue()
    for _time in range(5):
        world.sign_up(dialogue)
    waiting = [letter.id for letter in world.rows(Letter)]

    def deliver_one() -> int:
        gone = update(Letter).where(col(Letter.id) == waiting.pop()).values(state="sent")
        world.database.transact(wide("sweep"), lambda session: session.connection().execute(gone))
        return 0

    # A look every fifth of a second: together they take twice the patience.
    monkeypatch.setattr(worker, "reap", lambda: 0)
    assert not worker.wait_for_jobs(0.3)
    monkeypatch.setattr(worker, "reap", deliver_one)
    assert worker.wait_for_jobs(0.45)
    assert waiting == []


def test_a_sweep_that_failed_last_is_something_left(database: Database) -> None:
    def broken(_data: Database, _now: datetime) -> int:
        raise RuntimeError("no")

    assert worker.run({"one": broken, "two": lambda _data, _now: 2}) == 2
    assert worker._failed == {"one"}
    assert worker.run({"one": lambda _data, _now: 1}) == 1
    assert worker._failed == set()
