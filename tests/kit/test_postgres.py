"""The test server itself: the plain role is plain, and a template is made once."""

import psycopg

from tests import postgres


def prepared(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE mark (id int PRIMARY KEY)")
        connection.execute("INSERT INTO mark VALUES (1)")


def test_the_plain_role_stands_below_policies() -> None:
    with postgres.server().database() as url, psycopg.connect(url) as connection:
        row = connection.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user").fetchone()
        assert row == (False, False)
        owner = connection.execute(
            "SELECT pg_get_userbyid(datdba) = current_user FROM pg_database WHERE datname = current_database()"
        )
        assert owner.fetchone() == (True,)


def test_copies_of_a_template_are_apart() -> None:
    with postgres.server().database(prepared) as first, postgres.server().database(prepared) as second:
        with psycopg.connect(first) as connection:
            connection.execute("INSERT INTO mark VALUES (2)")
        with psycopg.connect(second) as connection:
            assert connection.execute("SELECT id FROM mark").fetchall() == [(1,)]
