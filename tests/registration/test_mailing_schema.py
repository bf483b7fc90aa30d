"""The steps of the schema that concern letters, with rows in them: letters to many, letters that one subscribes to."""

import pytest
from alembic import command

from kit.db import Database
from mail.models import Letter
from tests.conftest import NOW, World
from web import schema


@pytest.mark.slow
def test_letters_pass_through(database: Database, world: World) -> None:
    world.confirm(world.sign_up(world.dialogue()))
    before = sorted((row.id, row.state, row.created_at) for row in world.rows(Letter))
    database.dispose()
    command.downgrade(schema.config(), "0008")
    database.dispose()
    command.upgrade(schema.config(), "head")
    rows = world.rows(Letter)
    assert sorted((row.id, row.state, row.created_at) for row in rows) == before
    assert {(row.mass, row.enqueued_at, row.unsubscribe) for row in rows} == {(False, NOW, "")}
    assert world.subscription().state == "active"
