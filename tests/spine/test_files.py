"""A worker dies while it makes badges; the next one goes on, and the file is whole."""

import time
from pathlib import Path
from typing import Any

import pytest

from badges.sheet import Size
from kit import downloads
from kit.db import Database, insert, within
from kit.db import database as open_database
from kit.downloads import Download, DownloadPart
from registration.files import new_file
from registration.models import Participant, Place, Registration
from tests.conftest import NOW, World
from tests.pdf.reading import texts
from tests.spine.processes import Product, Sink

PEOPLE = 1500


@pytest.mark.alone
@pytest.mark.slow
@pytest.mark.timeout(240)
def test_badges_survive_a_killed_worker(database: Database, database_url: str, tmp_path: Path) -> None:
    world = World(open_database())
    dialogue = world.dialogue(capacity=None)
    offer = world.offers(dialogue)[0]

    def work(session: Any) -> str:
        for number in range(PEOPLE):
            row = Registration(
                initiative_id=dialogue.initiative_id, dialogue_id=dialogue.id, reference=f"T{number:06}",
                state="confirmed", created_at=NOW, sort_key=f"{number:06}",
            )  # fmt: skip
            person = Participant(
                initiative_id=row.initiative_id, registration_id=row.id, position=0, name=f"Ada Muster{number}"
            )
            place = Place(
                initiative_id=row.initiative_id, registration_id=row.id, participant_id=person.id,
                offer_id=offer.id, state="confirmed", created_at=NOW,
            )  # fmt: skip
            insert(session, row, person, place)
        choice = {"offer": "", "size": str(Size.TEN)}
        file = new_file(dialogue, kind="badges", choice=choice, title="Namensschilder", language="de")
        return downloads.order(session, download=file, now=NOW).id

    file_id = world.within(dialogue, work)

    def state() -> tuple[str, int]:
        (file,) = world.rows(Download)
        return file.state, file.done

    with Sink() as sink, Product(database_url, tmp_path, sink) as product:
        product.start("work")
        until(lambda: state()[1] >= 500)
        product.kill("work")
        killed_at = state()
        assert killed_at[0] == "working"
        first = made_parts(world)
        product.start("work")
        until(lambda: state()[0] == "ready")
    assert state() == ("ready", PEOPLE)
    # What was made before the kill was not made again.
    assert 500 <= killed_at[1] < PEOPLE
    assert first == set(range(1, killed_at[1] // 500 + 1))
    with world.database.read(within(dialogue.initiative_id)) as session:
        pages = texts(downloads.content(session, file_id))
    found = [word for page in pages for word in page.split() if word.startswith("Muster")]
    assert (len(pages), sorted(found)) == (PEOPLE // 10, sorted(f"Muster{number}" for number in range(PEOPLE)))


def made_parts(world: World) -> set[int]:
    return {part.number for part in world.rows(DownloadPart) if part.content is not None}


def until(true: Any, patience: float = 90) -> None:
    deadline = time.monotonic() + patience
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.1)
