"""Somebody who books does not wait behind a letter to many: a real worker, and a mail server that takes its time."""

import time
from pathlib import Path

import pytest
from sqlalchemy import update

from kit.db import wide
from mail.models import Letter
from mail.rules import State
from registration.operations import mailings
from registration.rules import Circle
from tests.conftest import NOW, World
from tests.spine.processes import Product, Sink

MANY = 60


def wait_for(sink: Sink, number: int) -> list[str]:
    """The recipients so far, in order, once there are as many."""
    deadline = time.monotonic() + 90
    while len(sink.taken) < number and time.monotonic() < deadline:
        time.sleep(0.02)
    return [recipient for recipient, _identity, _content in list(sink.taken)]


def write_to_all(world: World, dialogue: object, key: str) -> None:
    world.within(
        dialogue,
        lambda session: mailings.write_to_many(
            session, dialogue=dialogue, circle=Circle.CONFIRMED, subject="Weg", text="Zum Tor links.",
            form_key=key, actor="person:test", now=NOW,
        ),
    )  # fmt: skip
    mailings.write_mailings(world.database, NOW)


@pytest.mark.alone
@pytest.mark.slow
@pytest.mark.timeout(240)
def test_a_letter_to_many_does_not_delay_one_to_a_person(world: World, database_url: str, tmp_path: Path) -> None:
    dialogue, other, third = (world.dialogue(capacity=None) for _number in range(3))
    with Sink() as sink, Product(database_url, tmp_path, sink) as product:
        for _number in range(MANY):
            world.confirm(world.sign_up(dialogue))
        world.confirm(world.sign_up(other, "zuletzt@post.example"))
        # What was written so far counts as sent: tickets cost time that is not asked for here.
        with world.database.write(wide("migration")) as session:
            session.connection().execute(update(Letter).values(state=State.SENT))
        write_to_all(world, dialogue, "a-form-key-0000001")
        # One more to many, behind the others: the control.
        write_to_all(world, other, "a-form-key-0000002")
        sink.delay = 0.15
        product.start("work")
        before = len(wait_for(sink, 3))
        world.sign_up(third, "eilig@post.example")
        order = wait_for(sink, MANY + 2)
    assert len(order) == MANY + 2
    # It came between the others, while those to many went on; what stands in their lane came at its end.
    assert order.index("eilig@post.example") - before < MANY // 3
    assert order.index("zuletzt@post.example") >= MANY - 5
