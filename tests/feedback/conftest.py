"""A dialogue that is over, with people who came."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlmodel import select
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from events.models import Dialogue
from feedback import operations, queries, sweeps
from feedback.models import Survey, SurveyInvitation
from feedback.routes import ROUTES
from kit import clock
from kit.db import Database, wide, within
from kit.endpoint import Edge
from kit.errors import Refused
from kit.ids import new_id
from kit.tokens import derive
from network.models import Initiative
from registration.models import Arrival, Participant, Registration
from tests.conftest import environment

NOW = datetime(2027, 4, 24, 21, tzinfo=UTC)


@pytest.fixture
def initiative(database: Database) -> Initiative:
    made = Initiative(
        slug="rheinpark", name="Nachbarschaftsbüro (fiktiv)", sort_key="nachbar", land="05", created_at=NOW
    )
    with database.write(wide("migration")) as session:
        session.add(made)
    return made


@pytest.fixture
def dialogue(database: Database, initiative: Initiative) -> Dialogue:
    made = Dialogue(
        initiative_id=initiative.id,
        slug="was-passiert",
        title="Was passiert, wenn was passiert?",
        format_code="F4",
        state="published",
        start="2027-04-24T18:00",
        end="2027-04-24T20:00",
        starts_at=NOW - timedelta(hours=5),
        ends_at=NOW - timedelta(hours=3),
        land="05",
        city="Leverkusen",
        created_at=NOW,
        changed_at=NOW,
    )
    with database.write(within(initiative.id)) as session:
        session.add(made)
    return made


@pytest.fixture
def come(database: Database, dialogue: Dialogue) -> Callable[..., list[Registration]]:
    """come(n): n registrations with one participant each who arrived."""

    def make(count: int, *, arrived: bool = True, undone: bool = False, email: str | None = "gast@post.example"):
        own = {"initiative_id": dialogue.initiative_id}
        made = [
            Registration(
                **own,
                dialogue_id=dialogue.id,
                reference=new_id()[:9],
                state="confirmed",
                email=email,
                name="Gast Muster",
                created_at=NOW - timedelta(days=9),
            )
            for _number in range(count)
        ]
        with database.write(within(dialogue.initiative_id)) as session:
            session.add_all(made)
            session.flush()
            for registration in made:
                participant = Participant(**own, registration_id=registration.id, position=1)
                session.add(participant)
                session.flush()
                if arrived:
                    session.add(
                        Arrival(
                            **own,
                            id=new_id(),
                            dialogue_id=dialogue.id,
                            registration_id=registration.id,
                            participant_id=participant.id,
                            at=NOW - timedelta(hours=5),
                            undone_at=NOW if undone else None,
                        )
                    )
        return made

    return make


@pytest.fixture
def reply(database: Database, initiative: Initiative) -> Callable[..., None]:
    """reply(invitation_id, stars=4): one answer in its own transaction."""

    def send(
        invitation_id: str,
        stars: int = 4,
        heard: int | None = 4,
        critical: int | None = None,
        text: str = "",
        now: datetime = NOW,
    ) -> None:
        def work(session: object) -> None:
            invitation = session.get_one(SurveyInvitation, invitation_id)
            asked = queries.asked_by_token(session, derive("survey", invitation.id, invitation.token_version))
            given = {"stars": stars, "heard": heard, "critical": critical, "text": text or None}
            operations.answer(session, asked=asked, answers=given, now=now)

        database.transact(within(initiative.id), work)

    return send


@pytest.fixture
def viewer(initiative: Initiative) -> SimpleNamespace:
    return SimpleNamespace(
        person_id="p",
        actor="person:p",
        name="Wer schaut",
        email="m@x.example",
        desk=False,
        roles={initiative.id: "reader"},
    )


@pytest.fixture
def viewed_by(viewer: SimpleNamespace, initiative: Initiative) -> Callable[[str], None]:
    """viewed_by(role): what a page shows may depend on the role; who may open it is no part of these tests."""
    return lambda role: viewer.roles.update({initiative.id: role})


@pytest.fixture
def client(database: Database, viewer: SimpleNamespace) -> TestClient:
    edge = Edge(database, lambda *_: viewer, lambda *_: None)

    def refused(_request: object, error: Refused) -> Response:
        return Response(error.sentence, status_code=error.status)

    clock.fix(NOW)
    routes = [Route(entry.path, edge.endpoint(entry), methods=[entry.method]) for entry in ROUTES]
    return TestClient(Starlette(routes=routes, exception_handlers={Refused: refused}), follow_redirects=False)


@pytest.fixture
def paths(database: Database, come: Callable[..., list]) -> list[str]:
    come(12)
    sweeps.invite_due(database, NOW)
    with database.read(wide("figures")) as session:
        return [f"/umfrage/{derive('survey', found, 1)}" for found in session.exec(select(SurveyInvitation.id))]


@pytest.fixture
def release(database: Database, initiative: Initiative) -> Callable[[], None]:
    """release(): the organiser lets every text through as it is."""

    def work(session: object) -> None:
        for survey in session.exec(select(Survey)).all():
            if texts := queries.unread_texts(session, survey):
                operations.release_texts(session, survey=survey, texts=texts, actor="person:p", now=NOW)

    return lambda: database.transact(within(initiative.id), work)


@pytest.fixture
def made(tmp_path: Path) -> Iterator[None]:
    """Settings under which documents are made; no database."""
    with environment(
        DIALOGWERK_ENV="test", DIALOGWERK_VAR_DIR=str(tmp_path), DIALOGWERK_BASE_URL="http://testserver",
        DIALOGWERK_DATABASE_URL=f"sqlite:///{tmp_path}/none.sqlite3",
    ):  # fmt: skip
        yield
