"""Statements built once keep to the scope of their session, as every query does."""

import pytest
from sqlalchemy import bindparam, func, update
from sqlalchemy.exc import NoResultFound
from sqlmodel import Session, col, select

from events.models import Dialogue, Offer
from kit.db import Prepared, PreparedRows, ScopeMissing, reread, row_by_id, wide, within
from tests.conftest import World

COUNT = Prepared(select(func.count()).select_from(Dialogue).where(col(Dialogue.title) == bindparam("title")))
RENAME = Prepared(update(Dialogue).where(col(Dialogue.title) == bindparam("old")).values(lead=bindparam("lead")))

TITLED = PreparedRows(select(Dialogue).where(Dialogue.title == bindparam("title")).order_by(Dialogue.slug))


def test_a_prepared_statement_sees_and_changes_only_its_initiative(world: World) -> None:
    first, second = world.dialogue(title="Gleich"), world.dialogue(title="Gleich")
    with world.database.write(within(first.initiative_id)) as session:
        assert COUNT(session, title="Gleich").scalar_one() == 1
        assert RENAME(session, old="Gleich", lead="neu").rowcount == 1
    with world.database.read(wide("figures")) as session:
        assert COUNT(session, title="Gleich").scalar_one() == 2
    assert [world.again(row).lead for row in (first, second)] == ["neu", second.lead]


def test_a_prepared_statement_needs_a_scope(world: World) -> None:
    with Session(world.database.engine) as session, pytest.raises(ScopeMissing):
        COUNT(session, title="Gleich")
    with Session(world.database.engine) as session, pytest.raises(ScopeMissing):
        TITLED(session, title="Gleich")


def test_prepared_rows_are_those_of_the_initiative_and_belong_to_the_session(world: World) -> None:
    first, second = world.dialogue(title="Gleich"), world.dialogue(title="Gleich")
    with world.database.write(within(first.initiative_id)) as session:
        [mine] = TITLED(session, title="Gleich")
        assert row_by_id(session, Dialogue, first.id) is mine
        with pytest.raises(NoResultFound):
            row_by_id(session, Dialogue, second.id)
        mine.lead = "neu"
        mine.title = "Anders"
        assert TITLED(session, title="Gleich").all() == []
    with world.database.read(wide("figures")) as session:
        assert [row.id for row in TITLED(session, title="Gleich")] == [second.id]
        assert row_by_id(session, Dialogue, first.id).lead == "neu"


def test_a_session_that_shows_gets_the_same_rows_without_objects(world: World) -> None:
    first, second = world.dialogue(title="Gleich"), world.dialogue(title="Gleich")
    names = Dialogue.model_fields
    with world.database.read(within(first.initiative_id), shows=True) as session:
        [mine] = TITLED(session, title="Gleich")
        assert {name: getattr(mine, name) for name in names} == {name: getattr(first, name) for name in names}
        assert (type(mine) is Dialogue, len(session.identity_map)) == (False, 0)
        assert row_by_id(session, Dialogue, first.id) is row_by_id(session, Dialogue, first.id)
        with pytest.raises(NoResultFound):
            row_by_id(session, Dialogue, second.id)


def test_a_new_row_is_filled_with_what_is_given_and_what_is_said_without() -> None:
    first, second = Offer(dialogue_id="d", key="k", capacity=3), Offer(dialogue_id="d", key="k")
    assert (first.capacity, second.capacity, first.taken, first.start) == (3, None, 0, "")
    assert len({first.id, second.id}) == 2
    assert first.rules is not second.rules
    with pytest.raises(TypeError, match="Offer has no seats"):
        Offer(dialogue_id="d", key="k", seats=3)


def test_a_row_read_again_shows_what_others_wrote(world: World) -> None:
    dialogue = world.dialogue()
    with world.database.read(wide("figures")) as session:
        mine = session.get_one(Dialogue, dialogue.id)
    with world.database.write(within(dialogue.initiative_id)) as session:
        session.get_one(Dialogue, dialogue.id).lead = "neu"
    with world.database.read(within(dialogue.initiative_id)) as session:
        session.add(mine)
        reread(session, mine)
        assert (mine.lead, mine.starts_at, session.is_modified(mine)) == ("neu", dialogue.starts_at, False)
