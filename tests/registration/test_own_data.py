"""The copy of one's data and their erasure, over HTTP."""

import json
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from kit import clock
from kit.db import Database
from kit.journal import Erasure
from kit.models import registered_columns
from registration.models import Registration
from tests.conftest import World
from tests.registration.replies import reply
from tests.registration.site import heading, manners, own_path, unmarked, visit
from web.tables import METADATA


@pytest.fixture
def site(database: Database) -> TestClient:
    return visit(database)


ROOMS = {
    "registration": "registration",
    "participant": "participants",
    "invitation": "invitations",
    "calendar_answer": "answers",
    "letter": "letters",
}


def test_the_copy_holds_what_the_register_exports(site: TestClient, world: World) -> None:
    row = world.confirm(world.sign_up(world.dialogue(), size=2, organisation="Beispielwerk (fiktiv)"))
    reply(world, row, comment="Leider nein.")
    foreign = world.confirm(world.sign_up(world.dialogue()))
    answer = site.get(f"{own_path(row)}/daten.json")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.headers["content-disposition"] == f'attachment; filename="daten-{row.reference}.json"'
    copy = answer.json()
    for table, place in ROOMS.items():
        lines = copy[place] if isinstance(copy[place], list) else [copy[place]]
        register = registered_columns([METADATA.tables[table]])
        kept = {name.partition(".")[2] for name, entry in register.items() if entry.export}
        hidden = {name.partition(".")[2] for name, entry in register.items() if not entry.export}
        assert lines, place
        assert all(kept <= line.keys() and not hidden & line.keys() for line in lines), place
    assert copy["registration"]["email"] == row.email
    assert [line["name"] for line in copy["participants"]] == [
        f"Person Muster-{row.email.removeprefix('gast').partition('@')[0]}-{number}" for number in range(2)
    ]
    assert own_path(row) in copy["letters"][0]["text"]
    assert "\x1e" not in answer.text
    assert foreign.email not in json.dumps(copy)


def test_erasing_ends_everything_behind_a_button(site: TestClient, world: World, database: Database) -> None:
    row = world.confirm(world.sign_up(world.dialogue(), size=2))
    link = own_path(row)
    page = site.get(link)
    assert f'href="{link}/loeschung"' in page.text
    assert f'href="{link}/daten.json"' in page.text
    asked = site.get(f"{link}/loeschung")
    assert (asked.status_code, heading(asked)) == (200, "Möchten Sie Ihre Daten löschen?")
    assert "Ihr Platz wird frei." in asked.text
    manners(asked)
    assert unmarked(site.get(f"{link}/loeschung?sprache=qps")) == set()
    assert world.again(row).erased_at is None
    done = site.post(f"{link}/loeschung")
    assert (done.status_code, heading(done)) == (200, "Ihre Daten sind gelöscht.")
    manners(done)
    erased = world.again(row)
    assert (erased.name, erased.email, erased.state) == (None, None, "cancelled")
    assert [entry.object_id for entry in world.rows(Erasure)] == [row.id]
    assert [site.get(f"{link}{part}").status_code for part in ("", "/daten.json", "/loeschung")] == [404] * 3
    assert site.post(f"{link}/loeschung").status_code == 404


def test_after_the_dialogue_no_place_is_promised_to_others(site: TestClient, world: World) -> None:
    dialogue = world.dialogue()
    row = world.confirm(world.sign_up(dialogue))
    clock.fix(dialogue.ends_at + timedelta(days=1))
    assert "Ihr Platz wird frei." not in site.get(f"{own_path(row)}/loeschung").text
    assert site.post(f"{own_path(row)}/loeschung").status_code == 200
    assert world.rows(Registration, id=row.id)[0].state == "confirmed"


def test_the_own_page_names_the_day_of_its_own_deletion(site: TestClient, world: World) -> None:
    dialogue = world.dialogue(capacity=1)
    placed, waits = (world.confirm(world.sign_up(dialogue)) for _time in range(2))
    for row, day in ((placed, "24. September 2027"), (waits, "23. April 2027")):
        assert f"Wir löschen Ihre Angaben am {day}." in " ".join(site.get(own_path(row)).text.split())
