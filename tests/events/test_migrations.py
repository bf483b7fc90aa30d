"""The steps of the schema that concern dialogues, with rows in them."""

import pytest
from alembic import command

from events.models import Dialogue
from kit.db import Database
from tests.conftest import World
from tests.events.conftest import Browser
from tests.events.test_public_pages import titles
from web import schema


@pytest.mark.slow
def test_dialogues_pass_through(database: Database, world: World, client: Browser) -> None:
    dialogue = world.dialogue(plain_text="Kurz und klar.")
    world.within(
        dialogue, lambda session: setattr(session.get_one(Dialogue, dialogue.id), "search_text", "wasserstoff")
    )
    database.dispose()
    command.downgrade(schema.config(), "0007")
    database.dispose()
    command.upgrade(schema.config(), "head")
    for address in ("/", "/?q=einfache+sprache+wasserstoff"):
        assert titles(client, address) == ["Wasserstoff vor der Haustür"]
    database.dispose()
    command.downgrade(schema.config(), "0012")
    database.dispose()
    command.upgrade(schema.config(), "head")
    assert world.rows(Dialogue)[0].search_text == "wasserstoff\neinfache sprache plain language"
