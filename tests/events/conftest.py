"""A database with two initiatives, and shorthands for dialogues."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from events import operations
from events.models import Dialogue
from events.routes import ROUTES as EVENTS
from events.rules import DialogueValue, OfferValue
from kit import clock, i18n
from kit.db import Database, wide, within
from kit.endpoint import Edge
from kit.errors import Refused, SignInNeeded
from network.guards import NOBODY, Viewer, permit
from network.models import Initiative
from registration.routes import dates, dialogues

# The page of one dialogue is completed by the registration room.
ROUTES = [*EVENTS, *dialogues.ROUTES, *dates.ROUTES]
NOW = datetime(2027, 1, 10, 12, 0, tzinfo=UTC)
VALUE = DialogueValue(
    title="Werkstatt Wärmenetz",
    format_code="F5",
    start="2027-03-04T17:00",
    end="2027-03-04T21:00",
    land="NI",
    place="Musterhalle",
    city="Beispielmoor",
)
SEATS = [OfferValue(key="dialog", capacity=60)]


@pytest.fixture
def database(database: Database) -> Database:
    """The shared database with two initiatives."""
    with database.write(wide("migration")) as session:
        names = {"ems": "Dialogverbund Ems (fiktiv)", "rhein": "Rheinbogen (fiktiv)"}
        for number, (slug, name) in enumerate(names.items()):
            session.add(
                Initiative(
                    id=f"initiative00000{number}",
                    slug=slug,
                    name=name,
                    sort_key=name.lower(),
                    land="NI",
                    street="Musterweg 1",
                    place="12345 Musterstadt",
                    email=f"post@{slug}.example",
                    represented_by="Maria Muster-Vorstand",
                    created_at=NOW,
                )
            )
    return database


@pytest.fixture
def make(database: Database) -> Callable[..., Dialogue]:
    """Creates a dialogue of one initiative through the operations; `publish=False` leaves a draft."""

    def make_one(
        value: DialogueValue = VALUE,
        *,
        offers: list[OfferValue] | None = None,
        initiative: int = 0,
        publish: bool = True,
        now: datetime = NOW,
    ) -> Dialogue:
        initiative_id = f"initiative00000{initiative}"
        with database.write(within(initiative_id)) as session:
            dialogue = operations.create_dialogue(
                session,
                initiative_id=initiative_id,
                value=value,
                offers=SEATS if offers is None else offers,
                actor="person:test",
                now=now,
            )
            if publish:
                operations.publish(session, dialogue=dialogue, actor="person:test", now=now)
        return dialogue

    return make_one


class Browser(TestClient):
    """A client whose clock, language and viewer the test sets."""

    viewer: Viewer = NOBODY

    def set_now(self, moment: datetime) -> None:
        clock.fix(moment)

    def set_language(self, code: str) -> None:
        self.app.state.language = code  # type: ignore[attr-defined]

    def sign_in(self, **roles: str) -> None:
        """Roles by number of the initiative: sign_in(i0="owner")."""
        known = {f"initiative00000{key[1:]}": role for key, role in roles.items()}
        self.viewer = Viewer(person_id="person0000000000", email="muster@ems.example", roles=known)


@pytest.fixture
def client(database: Database) -> Iterator[Browser]:
    def identify(_session: Any, _request: Request, _now: datetime) -> Viewer:
        return browser.viewer

    async def refuse(_request: Request, error: Exception) -> PlainTextResponse:
        assert isinstance(error, Refused)
        return PlainTextResponse(error.sentence, error.status)

    async def sign_in_first(_request: Request, _error: Exception) -> PlainTextResponse:
        return PlainTextResponse("sign in", 401)

    handlers: Mapping[Any, Any] = {Refused: refuse, SignInNeeded: sign_in_first}
    edge = Edge(database, identify, permit)
    routes = [Route(entry.path, edge.endpoint(entry), methods=[entry.method]) for entry in ROUTES]
    app = Starlette(routes=routes, exception_handlers=handlers)
    app.state.language = "de"

    async def speaking(scope: Any, receive: Any, send: Any) -> None:
        i18n.set_current(app.state.language)
        await app(scope, receive, send)

    speaking.state = app.state  # type: ignore[attr-defined]
    clock.fix(NOW)
    browser = Browser(speaking, follow_redirects=False)
    yield browser
    clock.fix(None)
