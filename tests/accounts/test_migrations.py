"""The steps of the schema that concern people who sign in, with rows in them."""

import pytest
from alembic import command
from sqlalchemy import text

from kit.db import Database
from web import schema

PERSON = "INSERT INTO person VALUES ('p', 'a@ems.example', 'a@ems.example', 'A', 'de', false, '2027-03-01')"
SESSION = (
    "INSERT INTO login_session (token_hash, id, person_id, created_at, seen_at, expires_at)"
    " VALUES ('h', 's', 'p', '2027-03-01', '2027-03-01', '2027-03-31')"
)


@pytest.mark.slow
def test_people_and_sessions_pass_through(database: Database) -> None:
    database.dispose()
    command.downgrade(schema.config(), "0002")
    with database.engine.begin() as connection:
        connection.execute(text(PERSON))
        connection.execute(text(SESSION))
    database.dispose()
    command.upgrade(schema.config(), "head")
    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT id, device, passkey_id FROM login_session")).all() == [("s", "", None)]
        assert connection.execute(text("SELECT email FROM person")).all() == [("a@ems.example",)]
