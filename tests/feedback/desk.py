"""A browser of somebody in the team, on a small app of this room's routes."""

from types import SimpleNamespace

from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from feedback.routes import ROUTES
from kit.db import Database
from kit.endpoint import Edge
from kit.errors import Refused


def browser(database: Database, initiative_ids: list[str], role: str) -> TestClient:
    """Follows nothing by itself; who may do what is not asked here."""
    viewer = SimpleNamespace(
        person_id="p", actor="person:p", name="Muster", email="m@x.example", desk=False, signed_in=False,
        roles=dict.fromkeys(initiative_ids, role),
    )  # fmt: skip
    edge = Edge(database, lambda *_: viewer, lambda *_: None)

    def refused(_request: object, error: Refused) -> Response:
        return Response(error.sentence, status_code=error.status)

    routes = [Route(entry.path, edge.endpoint(entry), methods=[entry.method]) for entry in ROUTES]
    return TestClient(Starlette(routes=routes, exception_handlers={Refused: refused}), follow_redirects=False)
