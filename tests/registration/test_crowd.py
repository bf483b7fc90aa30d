"""Many processes want few seats. Without the lock the same crowd oversells, so the test can see it (in the long run)."""

import os
import subprocess
import sys
from collections import Counter

import pytest

from registration.models import Place
from tests.conftest import World

PROCESSES = 4


def rush(world: World, *, attempts: int, capacity: int, lock: str = "on") -> tuple[Counter[str], int, int]:
    """What the members were told, how many seats exist, what the counter says."""
    dialogue = world.dialogue(capacity=capacity)
    offer = world.offers(dialogue)[0]
    each = attempts // PROCESSES
    members = [
        subprocess.Popen(
            [
                sys.executable, "-m", "tests.registration.crowd",
                dialogue.id, dialogue.initiative_id, offer.id, str(number * each), str(each),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"DIALOGWERK_TEST_LOCK": lock},
        )
        for number in range(PROCESSES)
    ]  # fmt: skip
    for member in members:
        member.stdin.write("go\n")
        member.stdin.flush()
    told = Counter(line for member in members for line in member.communicate(timeout=240)[0].split())
    return told, len(world.rows(Place)), world.offers(dialogue)[0].taken


@pytest.mark.alone
def test_a_crowd_gets_exactly_the_seats_there_are(world: World) -> None:
    told, places, taken = rush(world, attempts=120, capacity=30)
    assert (told["held"], told["none"], places, taken) == (30, 90, 30, 30)


@pytest.mark.alone
@pytest.mark.slow
def test_without_the_lock_the_same_crowd_oversells(world: World) -> None:
    _told, places, _taken = rush(world, attempts=120, capacity=30, lock="off")
    assert places > 30
