"""Statements that go to the driver past SQLAlchemy behave as its own."""

import sqlite3
from datetime import UTC
from pathlib import Path

import pytest
from sqlalchemy import bindparam, event, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError

from events.models import Dialogue
from kit.db import Database, Prepared, PreparedRows, ask, insert, row_by_id, wide, within
from kit.journal import FormAnswer
from tests.conftest import NOW, World, environment

KINDS = Prepared(select(FormAnswer.object_id).where(FormAnswer.flow.in_(("one", "two"))).order_by(FormAnswer.object_id))
MANY = Prepared(select(FormAnswer.object_id).where(FormAnswer.flow.in_(bindparam("flows", expanding=True))))


def answer(dialogue: Dialogue, key: str, flow: str = "one") -> FormAnswer:
    return FormAnswer(initiative_id=dialogue.initiative_id, key_hash=key, flow=flow, object_id=key, at=NOW)


def test_a_key_that_is_taken_is_refused_without_telling_values(world: World) -> None:
    dialogue = world.dialogue()
    with world.database.write(within(dialogue.initiative_id)) as session:
        insert(session, answer(dialogue, "secret"))
    with (
        pytest.raises(IntegrityError) as refused,
        world.database.write(within(dialogue.initiative_id)) as session,
    ):
        insert(session, answer(dialogue, "secret"))
    assert refused.value.params is None
    assert refused.value.hide_parameters


def test_a_savepoint_takes_back_what_was_inserted_after_it(world: World) -> None:
    dialogue = world.dialogue()
    with world.database.write(within(dialogue.initiative_id)) as session:
        insert(session, answer(dialogue, "a"))
        with pytest.raises(IntegrityError), session.begin_nested():
            insert(session, answer(dialogue, "b"), answer(dialogue, "c", "two"))
            insert(session, answer(dialogue, "a"))
        insert(session, answer(dialogue, "d", "two"), answer(dialogue, "e", "three"))
    with world.database.read(within(dialogue.initiative_id)) as session:
        assert [row.object_id for row in KINDS(session)] == ["a", "d"]
        assert sorted(MANY(session, flows=["two", "three"]).all()) == [("d",), ("e",)]
        assert MANY(session, flows=[]).all() == []


def test_a_refused_row_is_told_by_the_next_statement_at_the_latest(world: World) -> None:
    dialogue = world.dialogue()
    with world.database.write(within(dialogue.initiative_id)) as session:
        insert(session, answer(dialogue, "a"))
    with (
        pytest.raises(IntegrityError) as refused,
        world.database.write(within(dialogue.initiative_id)) as session,
    ):
        insert(session, answer(dialogue, "b"))
        insert(session, answer(dialogue, "a"))
        KINDS(session)
        pytest.fail("the key is taken")
    assert refused.value.hide_parameters
    with world.database.write(within(dialogue.initiative_id)) as session:
        insert(session, answer(dialogue, "c"), answer(dialogue, "d"))
        assert [row.object_id for row in KINDS(session)] == ["a", "c", "d"]
        insert(session, answer(dialogue, "e"))
    with world.database.read(within(dialogue.initiative_id)) as session:
        assert [row.object_id for row in KINDS(session)] == ["a", "c", "d", "e"]


def test_what_waits_goes_before_a_savepoint_and_ends_with_it(world: World) -> None:
    dialogue = world.dialogue()
    with world.database.write(within(dialogue.initiative_id)) as session:
        insert(session, answer(dialogue, "a"))
        with session.begin_nested():
            insert(session, answer(dialogue, "b"))
        # SQLite is told at once, PostgreSQL never.
        with pytest.raises((KeyError, IntegrityError)), session.begin_nested():
            insert(session, answer(dialogue, "a"))
            raise KeyError
        insert(session, answer(dialogue, "d"))
        # A statement of SQLAlchemy's own sees what waited.
        assert session.connection().execute(text("SELECT count(*) FROM form_answer")).scalar() == 3
        insert(session, answer(dialogue, "e"))
        session.rollback()
    with world.database.write(within(dialogue.initiative_id)) as session:
        with session.begin_nested():
            insert(session, answer(dialogue, "b"))
        with pytest.raises(KeyError), session.begin_nested():
            insert(session, answer(dialogue, "c"))
            raise KeyError
        insert(session, answer(dialogue, "d"))
    with world.database.read(within(dialogue.initiative_id)) as session:
        assert [row.object_id for row in KINDS(session)] == ["b", "d"]


def test_several_questions_are_answered_in_their_order(world: World) -> None:
    dialogue = world.dialogue()
    one = Prepared(select(FormAnswer.object_id).where(FormAnswer.key_hash == bindparam("key")))
    raise_all = Prepared(update(FormAnswer).values(flow=FormAnswer.flow + "!").returning(FormAnswer.flow))
    with world.database.write(within(dialogue.initiative_id)) as session:
        insert(session, answer(dialogue, "a"))
        flows, found, missing, kinds = ask(
            session, (raise_all, {}), (one, {"key": "a"}), (one, {"key": "x"}), (KINDS, {})
        )
        assert (flows.scalar_one(), found.scalar(), missing.scalar(), kinds.all()) == ("one!", "a", None, [])


def test_what_a_session_knows_stays_and_what_it_forgot_is_filled(world: World) -> None:
    dialogue = world.dialogue()
    rows = {
        fresh: PreparedRows(select(Dialogue).where(Dialogue.id == bindparam("id")), fresh=fresh)
        for fresh in (False, True)
    }
    with world.database.write(within(dialogue.initiative_id)) as session:
        mine = row_by_id(session, Dialogue, dialogue.id)
        session.expire(mine, ["title"])
        mine.__dict__["lead"] = "known"
        assert rows[False](session, id=dialogue.id).one() is mine
        assert (mine.__dict__["title"], mine.lead, mine.starts_at.tzinfo) == (dialogue.title, "known", UTC)
        assert rows[True](session, id=dialogue.id).one() is mine
        assert (mine.lead, session.is_modified(mine)) == (dialogue.lead, False)
        mine.lead = "neu"
    assert world.again(dialogue).lead == "neu"


def test_whoever_counts_statements_sees_these_too(world: World) -> None:
    seen: list[str] = []
    event.listen(world.database.engine, "before_cursor_execute", lambda *told: seen.append(told[2]))
    with world.database.read(wide("figures")) as session:
        KINDS(session)
    assert [statement.split()[0] for statement in seen if "form_answer" in statement] == ["SELECT"]


def test_a_transaction_that_cannot_begin_is_the_library_s_error(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/held.sqlite3"
    with environment(DIALOGWERK_ENV="test", DIALOGWERK_DATABASE_URL=url, DIALOGWERK_BASE_URL="http://testserver"):
        database = Database(url)
        with database.engine.connect() as connection:
            connection.execute(text("PRAGMA busy_timeout=20"))
        other = sqlite3.connect(tmp_path / "held.sqlite3", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError, match="database is locked"), database.write(wide("sweep")) as session:
            session.connection()
        other.close()
        with database.write(wide("sweep")) as session:
            session.connection()
        database.dispose()
