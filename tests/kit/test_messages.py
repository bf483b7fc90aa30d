"""PostgreSQL with few messages: what a transaction leaves behind, and which connections are trusted."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from events.models import Dialogue
from kit import postgres
from kit.db import Database, Prepared, insert, wide, within
from kit.driver import Line
from kit.journal import FormAnswer
from tests import postgres as server
from tests.conftest import NOW, World

KINDS = Prepared(select(FormAnswer.object_id).where(FormAnswer.flow == "one"))
# Everything here is about PostgreSQL.
pytestmark = pytest.mark.parametrize("engine", ["postgres"], indirect=True)


def answer(dialogue: Dialogue, key: str) -> FormAnswer:
    return FormAnswer(initiative_id=dialogue.initiative_id, key_hash=key, flow="one", object_id=key, at=NOW)


def backend(database: Database) -> int:
    with database.read(wide("figures")) as session:
        return int(session.connection().execute(text("SELECT pg_backend_pid()")).scalar_one())


def test_the_server_keeps_its_plans_over_sessions_that_only_look(database: Database) -> None:
    for _session in range(8):
        with database.read(wide("figures")) as session:
            KINDS(session)
    with database.engine.connect() as connection:
        kept = connection.execute(text("SELECT statement FROM pg_prepared_statements")).scalars().all()
    assert len([statement for statement in kept if "form_answer" in statement]) == 1


def test_a_session_that_only_looks_leaves_nothing(world: World) -> None:
    dialogue = world.dialogue()
    with world.database.read(within(dialogue.initiative_id)) as session:
        insert(session, answer(dialogue, "a"))
        assert KINDS(session).all() == [("a",)]
        # This one still waits when the session ends; whoever uses the connection next does not send it.
        insert(session, answer(dialogue, "b"))
    with world.database.engine.begin() as connection:
        told = [
            connection.execute(text(f"SELECT current_setting('app.{name}')")).scalar()
            for name in ("initiative", "scope")
        ]
    with world.database.read(within(dialogue.initiative_id)) as session:
        assert (KINDS(session).all(), told) == ([], ["", ""])


def test_a_connection_that_the_server_ended_is_replaced(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    first = backend(database)
    assert backend(database) == first
    server.server().execute(f"SELECT pg_terminate_backend({first}, 5000)")
    second = backend(database)
    assert second != first
    # One that rested long is asked, whatever the socket says.
    monkeypatch.setattr(postgres, "IDLE_SECONDS", 0.0)
    monkeypatch.setattr(postgres, "_has_news", lambda _driver: False)
    server.server().execute(f"SELECT pg_terminate_backend({second}, 5000)")
    assert backend(database) != second


def test_a_transaction_that_cannot_begin_is_the_library_s_error(database: Database) -> None:
    with database.engine.connect() as connection:
        pid = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        connection.rollback()
        server.server().execute(f"SELECT pg_terminate_backend({pid}, 5000)")
        with pytest.raises(OperationalError) as refused:
            Line(connection).begin(initiative="", scope="figures")
    assert refused.value.connection_invalidated
    assert backend(database) != pid


def test_what_a_setting_says_is_no_part_of_the_statement(database: Database) -> None:
    odd = "x'; SELECT 'y\\"
    with database.engine.connect() as connection:
        Line(connection).begin(initiative=odd, scope="")
        assert connection.execute(text("SELECT current_setting('app.initiative')")).scalar() == odd
