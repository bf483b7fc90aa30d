"""The step of the schema that brought letters to many, with rows in it."""

from alembic import command

from kit.db import Database
from mail.models import Letter
from tests.conftest import NOW, World
from web import schema


def test_letters_pass_through(database: Database, world: World) -> None:
    world.confirm(world.sign_up(world.dialogue()))
    before = sorted((row.id, row.state, row.created_at) for row in world.rows(Letter))
    database.dispose()
    command.downgrade(schema.config(), "0008")
    database.dispose()
    command.upgrade(schema.config(), "head")
    rows = world.rows(Letter)
    assert sorted((row.id, row.state, row.created_at) for row in rows) == before
    assert {(row.mass, row.enqueued_at) for row in rows} == {(False, NOW)}
