"""Tables: given in rows or on one person's page, and shown wherever somebody asks where to sit; on both databases."""

import csv
import io
from typing import Any

import pytest
from starlette.testclient import TestClient

from badges.batches import facts
from kit.downloads import Download
from kit.journal import Audit
from network.models import Initiative
from registration import operations
from registration.models import Participant, Registration
from registration.routes.shown import own_path
from tests.conftest import NOW, World
from tests.registration.site import errors, manners
from tests.registration.staff import base, fields, staff


@pytest.fixture
def dialogue(world: World) -> Any:
    return world.dialogue(world.initiative(), capacity=20)


@pytest.fixture
def organiser(world: World, dialogue: Any) -> TestClient:
    return staff(world, dialogue.initiative_id, "organiser")


def labels(world: World) -> dict[str, str]:
    return {person.name or "": person.table_label for person in world.rows(Participant) if person.table_label}


def test_tables_are_typed_in_rows(world: World, dialogue: Any, organiser: TestClient) -> None:
    world.confirm(world.sign_up(dialogue, size=2, names=("Ada Muster", "Bo Beispiel")))
    world.confirm(world.sign_up(dialogue, names=("Chris Zimmer",)))
    world.sign_up(dialogue, names=("Nicht Bestätigt",))
    path = f"{base(world, dialogue)}/tische"
    page = organiser.get(path)
    manners(page)
    assert "Nicht Bestätigt" not in page.text
    assert page.text.count("Zusammen angemeldet") == 1
    form = fields(page.text, "seat-people")
    ada, bo, chris = (
        next(row.id for row in world.rows(Participant) if row.name == name)
        for name in ("Ada Muster", "Bo Beispiel", "Chris Zimmer")
    )
    typed = form | {f"table-{ada}": " Tisch  4 ", f"table-{bo}": "Tisch 10", f"table-{chris}": "Tisch 4"}
    too_long = organiser.post(path, data=typed | {f"table-{bo}": "T" * 41})
    assert (too_long.status_code, len(errors(too_long)), labels(world)) == (422, 1, {})
    manners(too_long)
    assert fields(too_long.text, "seat-people")[f"table-{chris}"] == "Tisch 4"
    for _double_click in range(2):
        saved = organiser.post(path, data=typed)
        assert (saved.status_code, saved.headers["location"]) == (303, f"{path}?seite=1&neu=tische")
    assert labels(world) == {"Ada Muster": "Tisch 4", "Bo Beispiel": "Tisch 10", "Chris Zimmer": "Tisch 4"}
    assert [row.action for row in world.rows(Audit)].count("registration.table") == 2
    again = organiser.get(f"{path}?neu=tische")
    assert again.text.index("<bdi>Tisch 4</bdi> <b>2</b>") < again.text.index("<bdi>Tisch 10</bdi> <b>1</b>")
    # A page that was opened before writes over nobody else's entry.
    organiser.post(path, data=form | {f"table-{bo}": "Fenster"})
    assert labels(world) == {"Ada Muster": "Tisch 4", "Bo Beispiel": "Fenster", "Chris Zimmer": "Tisch 4"}


def test_a_table_of_another_dialogue_is_left_alone(world: World, dialogue: Any, organiser: TestClient) -> None:
    other = world.dialogue(world.initiative("weser"))
    near = world.dialogue(world.rows(Initiative, id=dialogue.initiative_id)[0])
    for place in (other, near):
        world.confirm(world.sign_up(place, names=("Fremd Muster",)))
    world.confirm(world.sign_up(dialogue, names=("Ada Muster",)))
    sent = {f"table-{person.id}": "Tisch 1" for person in world.rows(Participant)} | {"table-nobody": "Tisch 1"}
    assert organiser.post(f"{base(world, dialogue)}/tische", data=sent).status_code == 303
    assert labels(world) == {"Ada Muster": "Tisch 1"}


def test_the_table_stands_wherever_one_asks_for_it(world: World, dialogue: Any, organiser: TestClient) -> None:
    registration = world.confirm(world.sign_up(dialogue, names=("Ada Muster",)))
    (person,) = world.rows(Participant)
    world.within(
        dialogue,
        lambda session: session.add(
            Download(
                initiative_id=dialogue.initiative_id, kind="badges", object_id=dialogue.id, title="Alt",
                file_name="alt.pdf", language="de", choice={}, ordered_at=NOW, changed_at=NOW, expires_at=NOW,
            )
        ),
    )  # fmt: skip
    path = f"{base(world, dialogue)}/anmeldungen"
    form = fields(organiser.get(f"{path}/{registration.id}").text, "seat-people")
    refused = organiser.post(f"{path}/{registration.id}/tische", data=form | {f"table-{person.id}": "T" * 41})
    assert (refused.status_code, len(errors(refused))) == (422, 1)
    manners(refused)
    saved = organiser.post(f"{path}/{registration.id}/tische", data=form | {f"table-{person.id}": "Tisch 4"})
    assert saved.headers["location"] == f"{path}/{registration.id}?neu=tische"
    # Badges made before would show no table.
    assert world.rows(Download) == []
    table = organiser.post(f"{path}/tabelle").text.lstrip("\ufeff")
    [row] = csv.DictReader(io.StringIO(table), delimiter=";")
    assert row["Tisch"] == "Tisch 4"
    assert "<bdi>Tisch 4</bdi>" in organiser.get(own_path(registration)).text
    door = f"{base(world, dialogue)}/einlass"
    told = organiser.post(door, data={"participant": person.id, "arrival": "tisch-0001"}, headers={"x-door": "1"})
    assert '<p class="verdict-table"><bdi>Tisch 4</bdi></p>' in told.text
    (person,) = world.rows(Participant)
    [offer] = world.offers(dialogue)
    assert facts(person, offer, dialogue, "Dialogverbund").offer == "Tisch 4"
    world.within(
        dialogue,
        lambda session: operations.erase(
            session, registration=session.get_one(Registration, registration.id), actor="system", now=NOW
        ),
    )
    assert labels(world) == {}
