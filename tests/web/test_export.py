"""The export: every kind of the contract, keys on every line, no secrets, and nothing of a survey before its time."""

import json
from typing import Any

import pytest

from accounts.models import LoginSession, SignInLink
from kit.db import Database, wide
from kit.settings import settings
from registration.routes.shown import confirm_path, own_path
from tests.conftest import World
from tests.web.test_invariants import Life
from web.commands.export import lines

# `payment` comes with the room that fills it.
KINDS = {
    "initiative", "person", "membership", "dialogue", "offer", "registration", "participant", "place", "invitation",
    "letter", "arrival", "survey", "answer_count", "audit", "logo", "subscription", "mention",
    "date", "series", "heard_report", "insight",
}  # fmt: skip
REFERENCES = {
    "membership": {"person_id"},
    "dialogue": {"series_id"},
    "offer": {"dialogue_id"},
    "date": {"dialogue_id"},
    "registration": {"dialogue_id"},
    "participant": {"registration_id"},
    "place": {"registration_id", "participant_id", "offer_id"},
    "invitation": {"registration_id"},
    "letter": {"registration_id", "dialogue_id"},
    "arrival": {"registration_id", "participant_id", "dialogue_id"},
    "mention": {"subscription_id", "dialogue_id"},
    "heard_report": {"dialogue_id"},
    "insight": {"dialogue_id"},
    "survey": {"dialogue_id"},
    "answer_count": {"survey_id", "dialogue_id"},
}


@pytest.fixture
def life(database: Database, world: World) -> Life:
    return Life(database, world)


def exported(database: Database) -> list[dict[str, Any]]:
    with database.read(wide("figures")) as session:
        return [json.loads(json.dumps(line, ensure_ascii=False)) for line in lines(session)]


def test_every_line_has_its_keys_and_its_references_exist(life: Life, database: Database) -> None:
    life.scene.told(published=True)
    life.scene.learned()
    found = exported(database)
    assert {line["kind"] for line in found} == KINDS
    ids = {(line["kind"], line["id"]) for line in found}
    assert len(ids) == len(found)
    for line in found:
        assert {"kind", "id", "initiative", "state"} <= line.keys()
        references = REFERENCES.get(line["kind"], set())
        assert {name for name in line if name.endswith("_id") and name not in ("object_id", "message_id")} == references
        for name in references:
            assert line[name] is None or (name.removesuffix("_id"), line[name]) in ids
    registrations = [line for line in found if line["kind"] == "registration"]
    assert all(line["reference"] for line in registrations)


def test_two_exports_of_one_state_are_equal(life: Life, database: Database) -> None:
    assert exported(database) == exported(database)


def test_no_secret_and_no_answer_leaves(life: Life, database: Database, world: World) -> None:
    life.scene.browser("owner")
    link = life.scene.sign_in_token()
    token = own_path(life.confirmed).rpartition("/")[2]
    text = json.dumps(exported(database), ensure_ascii=False)
    secrets = [
        token, token[-26:], confirm_path(life.held).rpartition("/")[2], link, link[-26:], settings().secret_keys[0],
        *(row.token_hash for row in world.rows(LoginSession)), *(row.id for row in world.rows(SignInLink)),
    ]  # fmt: skip
    assert [secret for secret in secrets if secret in text] == []
    assert "answer_sheet" not in text
    (survey,) = [line for line in exported(database) if line["kind"] == "survey"]
    assert survey["figures"] == {}
    (count,) = [line for line in exported(database) if line["kind"] == "answer_count"]
    assert count["answers"] == 1
