"""The schema holds the rules: an initiative on every row, every column declared, one scope for each session."""

import psycopg
import pytest
from alembic import command
from alembic.util import CommandError
from sqlalchemy import text
from sqlmodel import select

from kit.db import Database, ScopedSession, ScopeMissing, wide, within
from kit.models import GLOBAL_TABLES, PLAIN, Personal
from registration.models import Registration
from tests import postgres
from tests.conftest import World
from web import schema
from web.tables import METADATA

TENANT_TABLES = sorted(set(METADATA.tables) - set(GLOBAL_TABLES))


def test_every_table_has_an_initiative_or_a_reason() -> None:
    without = {name for name, table in METADATA.tables.items() if "initiative_id" not in table.columns}
    assert without == set(GLOBAL_TABLES)
    assert all(GLOBAL_TABLES.values())


def test_every_column_is_declared_in_the_register() -> None:
    undeclared = [
        f"{table.name}.{column.name}"
        for table in METADATA.tables.values()
        for column in table.columns
        if column.info.get("data") != PLAIN and not isinstance(column.info.get("data"), Personal)
    ]
    assert undeclared == []


def test_children_of_an_initiative_carry_it_in_their_foreign_keys() -> None:
    loose = [
        f"{table.name}.{constraint.column_keys}"
        for name, table in METADATA.tables.items()
        if name in TENANT_TABLES
        for constraint in table.foreign_key_constraints
        if constraint.referred_table.name in TENANT_TABLES and "initiative_id" not in constraint.column_keys
    ]
    assert loose == []


def test_no_foreign_key_deletes_by_itself() -> None:
    assert [
        key for table in METADATA.tables.values() for key in table.foreign_keys if key.ondelete or key.onupdate
    ] == []


def test_models_and_migrations_agree(database: Database) -> None:
    try:
        command.check(schema.config())
    except CommandError as difference:
        pytest.fail(str(difference))


def test_the_schema_goes_down_and_up_again(database: Database) -> None:
    database.dispose()
    command.downgrade(schema.config(), "base")
    command.upgrade(schema.config(), "head")
    command.check(schema.config())


def two_initiatives(world: World) -> tuple[Registration, Registration]:
    return world.sign_up(world.dialogue()), world.sign_up(world.dialogue())


def test_a_session_sees_one_initiative(world: World) -> None:
    mine, foreign = two_initiatives(world)
    with world.database.read(within(mine.initiative_id)) as session:
        assert [row.id for row in session.exec(select(Registration))] == [mine.id]
        assert session.get(Registration, foreign.id) is None
    with world.database.read(wide("sweep")) as session:
        assert len(session.exec(select(Registration)).all()) == 2


def test_a_session_writes_one_initiative(world: World) -> None:
    mine, foreign = two_initiatives(world)

    def steal(session: ScopedSession) -> None:
        session.add(Registration(**foreign.model_dump(exclude={"id", "reference"}), reference="AAAA-BBBB"))

    with pytest.raises(ScopeMissing):
        world.database.transact(within(mine.initiative_id), steal)


def test_a_query_without_a_scope_raises(database: Database) -> None:
    with ScopedSession(database.engine) as session, pytest.raises(ScopeMissing):
        session.exec(select(Registration)).all()
    with pytest.raises(ScopeMissing):
        wide("because")


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
def test_policies_hold_for_raw_sql_and_only_they_do(world: World) -> None:
    mine, foreign = two_initiatives(world)
    count = text("SELECT count(*) FROM registration")
    with world.database.read(within(mine.initiative_id)) as session:
        assert session.connection().execute(count).scalar() == 1
    with world.database.engine.connect() as connection:
        assert connection.execute(count).scalar() == 0
        # A write for somebody else is refused as well.
        connection.execute(text("SELECT set_config('app.initiative', :i, true)"), {"i": mine.initiative_id})
        changed = connection.execute(text("UPDATE registration SET name = 'x' WHERE id = :id"), {"id": foreign.id})
        assert changed.rowcount == 0
    with world.database.engine.connect() as connection:
        unprotected = connection.execute(
            text(
                "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'initiative_id'"
                " JOIN pg_namespace n ON n.oid = c.relnamespace"
                " WHERE n.nspname = 'public' AND c.relkind = 'r' AND NOT (c.relrowsecurity AND c.relforcerowsecurity)"
            )
        ).all()
        assert unprotected == []
    # Control: without the policy the same session sees foreign rows, so the test above can see a hole.
    with psycopg.connect(world.database.url.replace("+psycopg", "")) as connection:
        connection.execute("DROP POLICY registration_scope ON registration")
        connection.execute("ALTER TABLE registration DISABLE ROW LEVEL SECURITY")
    with world.database.read(within(mine.initiative_id)) as session:
        assert session.connection().execute(count).scalar() == 2


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
def test_a_role_above_the_policies_is_named(database: Database) -> None:
    assert database.unsafe_role() is None
    name = database.url.rpartition("/")[2].partition("?")[0]
    above = Database(postgres.server().url(name, admin=True))
    assert above.unsafe_role() is not None
    above.dispose()
