"""What all rooms' tests share: a migrated database on both engines, and a dialogue to work with.

`database` runs every test that asks for it twice: on SQLite and on PostgreSQL as the plain role.
"""

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, create_engine, event

from kit import clock, jobs
from kit import db as kit_db
from kit.db import Database, within
from kit.settings import settings
from tests import postgres

# As the product does (web/cli.py): what is imported and compiled stays.
gc.set_threshold(50_000, 20, 50)

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
ENGINES = ("sqlite", "postgres")


LONG = os.environ.get("DIALOGWERK_TEST_LONG") == "1"


def few(examples: int) -> int:
    """How many random inputs a test tries: all of them in the long run, a quarter otherwise."""
    return examples if LONG else max(8, examples // 4)


@contextmanager
def environment(**values: str) -> Iterator[None]:
    """Runs with other settings; what the process remembers of the old ones is forgotten, before and after."""
    before = dict(os.environ)
    for name in [name for name in os.environ if name.startswith("DIALOGWERK_") and "TEST_" not in name]:
        del os.environ[name]
    os.environ.update(values)
    forget()
    try:
        yield
    finally:
        forget()
        os.environ.clear()
        os.environ.update(before)


def forget() -> None:
    """Closes and forgets what the process keeps of its settings."""
    if kit_db.database.cache_info().currsize:
        kit_db.database().dispose()
    if jobs.client.cache_info().currsize:
        jobs.client().destroy()
    for remembered in (settings, kit_db.database, jobs.client):
        remembered.cache_clear()
    clock.fix(None)


# By dialect: the engine whose compiled statements all others of this process use.
_FIRST: dict[str, Engine] = {}


def remembering(url: str, **options: Any) -> Engine:
    """An engine that knows what earlier ones of this process compiled: each test has one of its own, and compiling the
    same statements for each took a fifth of the suite's time."""
    made = create_engine(url, **options)
    event.listen(made, "engine_connect", _share, once=True)
    return made


def _share(connection: Connection) -> None:
    # Not before the first connection: only then the dialect knows the server.
    first = _FIRST.setdefault(connection.dialect.name, connection.engine)
    connection.engine.dialect, connection.engine._compiled_cache = first.dialect, first._compiled_cache


kit_db.create_engine = remembering  # type: ignore[attr-defined]


def migrated(url: str) -> None:
    """Brings an empty database to the newest schema."""
    from web import schema

    with environment(DIALOGWERK_ENV="test", DIALOGWERK_DATABASE_URL=url):
        schema.migrate()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "template.sqlite3"
    migrated(f"sqlite:///{path}")
    # Leaves one file without a journal beside it.
    made = Database(f"sqlite:///{path}")
    with made.engine.connect() as connection:
        connection.connection.dbapi_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
    made.dispose()
    return path


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """The database engine of a test."""
    return str(request.param)


@pytest.fixture
def database_url(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a migrated, empty database."""
    if engine == "sqlite":
        path = tmp_path / "test.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
    else:
        with postgres.server().database(migrated) as url:
            yield url


@pytest.fixture
def database(database_url: str, tmp_path: Path) -> Iterator[Database]:
    """A migrated database; the settings of this process point at it."""
    with environment(
        DIALOGWERK_ENV="test",
        DIALOGWERK_DATABASE_URL=database_url,
        DIALOGWERK_VAR_DIR=str(tmp_path),
        DIALOGWERK_BASE_URL="http://testserver",
    ):
        yield kit_db.database()


class World:
    """Makes rows through the operations, with defaults that fit together."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.count = 0

    def initiative(self, slug: str = "ems", **values: Any) -> Any:
        from network.models import Initiative

        row = Initiative(
            **{
                "slug": slug,
                "name": f"Dialogverbund {slug.title()} (fiktiv)",
                "sort_key": slug,
                "land": "NI",
                "email": f"post@{slug}.example",
                "created_at": NOW,
            }
            | values
        )
        with self.database.write(kit_db.wide("migration")) as session:
            session.add(row)
        return row

    def dialogue(self, initiative: Any = None, *, capacity: int | None = 10, offers: int = 1, **values: Any) -> Any:
        """A published dialogue three weeks after NOW, with one offer or several."""
        from events import operations
        from events.rules import DialogueValue, OfferValue

        self.count += 1
        initiative = initiative or self.initiative(f"initiative-{self.count}")
        value = DialogueValue(
            **{
                "title": "Wasserstoff vor der Haustür",
                "lead": "Ein Abend an runden Tischen.",
                "format_code": "F5",
                "start": "2027-03-24T17:00",
                "end": "2027-03-24T21:00",
                "place": "Bürgerhaus Beispielmoor",
                "city": "Beispielmoor",
                "land": "NI",
            }
            | values
        )
        offered = [
            OfferValue(key=f"o{number}", title="" if offers == 1 else f"Angebot {number + 1}", capacity=capacity)
            for number in range(offers)
        ]

        def work(session: Any) -> Any:
            row = operations.create_dialogue(
                session, initiative_id=initiative.id, value=value, offers=offered, actor="person:test", now=NOW
            )
            session.flush()
            operations.publish(session, dialogue=row, actor="person:test", now=NOW)
            return row

        return self.within_id(initiative.id, work)

    def within_id(self, initiative_id: str, work: Callable[[Any], Any]) -> Any:
        return self.database.transact(within(initiative_id), work)

    def within(self, row: Any, work: Callable[[Any], Any]) -> Any:
        """One transaction in the initiative of a row."""
        return self.database.transact(within(row.initiative_id), work)

    def offers(self, dialogue: Any) -> list[Any]:
        from registration import queries

        with self.database.read(within(dialogue.initiative_id)) as session:
            return queries.offers_of(session, dialogue.id)

    def sign_up(
        self, dialogue: Any, email: str = "", *, size: int = 1, key: str = "", now: datetime = NOW, **values: Any
    ) -> Any:
        """A sign-up as the form makes it: address not confirmed yet."""
        from registration.operations import register
        from registration.rules import Party

        self.count += 1
        offer_id = values.pop("offer_id", None) or self.offers(dialogue)[0].id
        party = Party(
            **{
                "email": email or f"gast{self.count}@post.example",
                "name": f"Gast Muster-{self.count}",
                "organisation": "",
                "names": tuple(f"Person Muster-{self.count}-{number}" for number in range(size)),
                "offer_id": offer_id,
            }
            | values
        )
        return self.within(
            dialogue,
            lambda session: register(
                session, dialogue=dialogue, party=party, form_key=key or f"form-key-{self.count:012}", now=now
            ),
        )

    def confirm(self, registration: Any, *, choice: Any = None, now: datetime = NOW) -> Any:
        from registration.models import Registration
        from registration.operations import confirm

        return self.within(
            registration,
            lambda session: confirm(
                session, registration=session.get_one(Registration, registration.id), choice=choice, now=now
            ),
        )

    def subscription(
        self, state: str = "active", email: str = "", *, language: str = "de", now: datetime = NOW, **wanted: str
    ) -> Any:
        """A subscription as form, link and button make it."""
        from subscription import operations, queries
        from subscription.forms import declaration
        from subscription.rules import Wanted

        self.count += 1
        email = email or f"leserin{self.count}@post.example"

        def work(session: Any) -> Any:
            operations.subscribe(
                session, email=email, wanted=Wanted(**wanted), language=language, declaration=declaration(),
                form_key=f"form-key-{self.count:012}", now=now,
            )  # fmt: skip
            row = queries.held_by(session, email, Wanted(**wanted))
            assert row is not None
            if state != "unconfirmed":
                operations.confirm(session, subscription=row, now=now)
            if state == "ended":
                operations.end(session, subscription=row, now=now)
            return row

        return self.database.transact(kit_db.wide("token"), work)

    def again(self, row: Any) -> Any:
        """The row as it stands now."""
        scope = within(row.initiative_id) if hasattr(row, "initiative_id") else kit_db.wide("figures")
        with self.database.read(scope) as session:
            return session.get(type(row), row.id)

    def rows(self, model: Any, **where: Any) -> list[Any]:
        """All rows of a table with these values."""
        from sqlmodel import select

        with self.database.read(kit_db.wide("figures")) as session:
            found = session.exec(select(model)).all()
        return [row for row in found if all(getattr(row, name) == value for name, value in where.items())]


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


LONGEST = ("tests/walk/test_walk.py::test_on_a_phone", "tests/spine/test_malformed.py")

# Rooms whose statements other tests ask on PostgreSQL: their pages are looked at there in the long run.
PAGES_ON_SQLITE = (
    "tests/accounts/test_address.py",
    "tests/accounts/test_passkeys.py",
    "tests/accounts/test_sign_in.py",
    "tests/badges/test_pages.py",
    "tests/checkin/test_codes.py",
    "tests/checkin/test_duty.py",
    "tests/events/test_date_pages.py",
    "tests/events/test_open_data.py",
    "tests/events/test_plain_pages.py",
    "tests/events/test_public_pages.py",
    "tests/events/test_start_views.py",
    "tests/events/test_workspace.py",
    "tests/feedback/test_answer_pages.py",
    "tests/feedback/test_dialogue_reports.py",
    "tests/feedback/test_insights.py",
    "tests/feedback/test_leaving.py",
    "tests/feedback/test_linking.py",
    "tests/feedback/test_moments.py",
    "tests/feedback/test_pages.py",
    "tests/feedback/test_paper.py",
    "tests/feedback/test_planning.py",
    "tests/feedback/test_questionnaires.py",
    "tests/feedback/test_reports.py",
    "tests/feedback/test_result_pages.py",
    "tests/feedback/test_returns.py",
    "tests/feedback/test_silence.py",
    "tests/feedback/test_texts.py",
    "tests/mail/test_demo_post.py",
    "tests/mail/test_smtp.py",
    "tests/network/test_logo.py",
    "tests/network/test_network.py",
    "tests/registration/test_answer_pages.py",
    "tests/registration/test_desk.py",
    "tests/registration/test_files.py",
    "tests/registration/test_letters_desk.py",
    "tests/registration/test_own_page.py",
    "tests/registration/test_private_calendars.py",
    "tests/registration/test_seating.py",
    "tests/registration/test_sign_up_pages.py",
    "tests/servicepoint/test_servicepoint.py",
    "tests/web/test_backup.py::test_a_restore_that_is_killed_has_done_nothing",
    "tests/web/test_cli.py::test_inbound_mail_is_stored_once_and_raw",
    "tests/web/test_cli.py::test_people_come_in_by_command",
    "tests/web/test_cli.py::test_routes_as_json",
    "tests/web/test_invariants.py::test_each_breach_is_named",
    "tests/web/test_invariants.py::test_the_command_prints_a_line_a_breach_and_exits_1",
    "tests/web/test_links.py",
    "tests/web/test_metrics.py",
    "tests/web/test_permissions.py::test_each_role_gets_the_written_answer",
    "tests/web/test_permissions.py::test_each_role_sees_what_is_written",
    "tests/web/test_personal_data.py",
    "tests/web/test_registry.py::test_every_answer_is_dressed",
    "tests/web/test_registry.py::test_looking_changes_nothing",
    "tests/web/test_seed.py::test_the_demo_has_every_state_and_no_breach",
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        variant = item.nodeid.partition("[")[2]
        # Who belongs to another initiative is tried on both: there PostgreSQL has a wall of its own.
        if item.nodeid.startswith(PAGES_ON_SQLITE) and "postgres" in variant and "foreign" not in variant:
            item.add_marker(pytest.mark.slow)
    # What takes minutes begins at once, so that nobody waits for it alone at the end.
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


_counted = {"sqlite": 0, "postgres": 0, "none": 0}


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "call" and report.passed:
        name = report.nodeid
        kind = (
            "postgres"
            if "postgres" in name.partition("[")[2]
            else "sqlite"
            if "sqlite" in name.partition("[")[2]
            else "none"
        )
        _counted[kind] += 1


def pytest_terminal_summary(terminalreporter: Any) -> None:
    counted = postgres.tally(_counted)
    terminalreporter.write_line(
        f"databases: {counted['sqlite']} tests on SQLite, {counted['postgres']} on PostgreSQL, "
        f"{counted['none']} without a choice of engine"
    )
