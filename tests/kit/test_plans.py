"""SQLite's plans: the people of a registration are found by the registration, however many the initiative has."""

import pytest
from sqlmodel import Session, select

from kit.db import Database, wide, within
from registration import queries
from registration.models import Arrival, Participant, Place, Registration, Wish
from tests.conftest import World


def plan(session: Session, statement: str) -> str:
    rows = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")
    return " ".join(row[3] for row in rows)


# PostgreSQL counts its rows by itself.
pytestmark = pytest.mark.parametrize("engine", ["sqlite"])


@pytest.mark.parametrize("table", [Participant, Place, Wish, Arrival])
def test_children_are_found_by_their_registration(database: Database, table: type) -> None:
    name = table.__tablename__
    with database.read(wide("figures")) as session:
        found = plan(
            session,
            f"SELECT r.state FROM registration r LEFT JOIN {name} c ON c.registration_id = r.id "
            "AND c.initiative_id = 'x' WHERE r.dialogue_id = 'd' AND r.initiative_id = 'x'",
        )
    assert "registration_id=?" in found.split("SEARCH c", 1)[1], found


def test_a_list_of_two_thousand_is_counted_in_steps_and_not_in_squares(database: Database, world: World) -> None:
    dialogue = world.dialogue()
    own = {"initiative_id": dialogue.initiative_id}
    with database.write(within(dialogue.initiative_id)) as session:
        for number in range(2000):
            made = Registration(
                **own,
                dialogue_id=dialogue.id,
                reference=f"R{number:08}",
                state="confirmed",
                created_at=dialogue.created_at,
            )
            session.add(made)
            session.flush()
            session.add(Participant(**own, registration_id=made.id, position=1))
    steps = 0

    def tick() -> None:
        nonlocal steps
        steps += 1

    with database.read(within(dialogue.initiative_id)) as session:
        driver = session.connection().connection.dbapi_connection
        driver.set_progress_handler(tick, 1000)
        try:
            assert queries.state_counts(session, dialogue.id) == {"confirmed": (2000, 2000)}
        finally:
            driver.set_progress_handler(None, 0)
        assert len(session.exec(select(Registration.id)).all()) == 2000
    # Two thousand times two thousand rows are tens of millions of steps.
    assert steps < 500
