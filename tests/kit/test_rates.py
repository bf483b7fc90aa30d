"""Only failed tokens and sign-in links are limited by network address."""

import os

import pytest
from starlette.testclient import TestClient

from kit.db import Database
from kit.settings import settings
from tests.conftest import World
from tests.registration.site import own_path
from tests.web.scene import Scene
from web.app import build


@pytest.fixture
def client(database: Database) -> TestClient:
    limits = {"FAILED_TOKENS": "3", "SIGN_INS": "2", "CHANGES": "2"}
    os.environ |= {f"DIALOGWERK_LIMIT_{name}": value for name, value in limits.items()}
    settings.cache_clear()
    return TestClient(build(data=database), follow_redirects=False)


def test_tokens_cannot_be_tried_for_ever_and_good_ones_still_open(client: TestClient, world: World) -> None:
    own = own_path(world.confirm(world.sign_up(world.dialogue())))
    codes = [client.get(f"/anmeldung/{'a' * 40}{number:06}").status_code for number in range(6)]
    assert codes == [404, 404, 404, 429, 429, 429]
    # Behind the same address sits a whole company: whoever holds a link that opens something comes in.
    assert client.get(own).status_code == 200


def test_pages_and_sign_ups_are_never_limited_by_address(client: TestClient, world: World) -> None:
    dialogue = world.dialogue()
    assert {client.get(f"/dialoge/{dialogue.slug}").status_code for _number in range(8)} == {200}
    assert {client.post(f"/dialoge/{dialogue.slug}/anmeldung", data={}).status_code for _number in range(8)} == {422}
    assert {client.get("/dialoge/es-gibt-ihn-nicht").status_code for _number in range(8)} == {404}


def test_sign_in_links_are_limited_by_address(client: TestClient) -> None:
    answers = [client.post("/anmelden", data={"email": f"wer{number}@post.example"}).status_code for number in range(4)]
    assert answers[2:] == [429, 429]


def test_what_one_person_changes_has_an_end(client: TestClient, database: Database, world: World) -> None:
    owner = Scene(database, world).browser("owner")
    answers = [owner.post("/arbeitsplatz/konto", data={"name": f"Olga {n}", "language": "de"}) for n in range(4)]
    assert [answer.status_code for answer in answers] == [303, 303, 429, 429]
