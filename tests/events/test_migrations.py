"""The steps of the schema that concern dialogues, with rows in them."""

from alembic import command

from kit.db import Database
from tests.conftest import World
from tests.events.conftest import Browser
from tests.events.test_public_pages import titles
from web import schema


def test_dialogues_pass_through(database: Database, world: World, client: Browser) -> None:
    world.dialogue()
    database.dispose()
    command.downgrade(schema.config(), "0007")
    database.dispose()
    command.upgrade(schema.config(), "head")
    assert titles(client, "/") == ["Wasserstoff vor der Haustür"]
