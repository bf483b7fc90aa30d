"""A small application of the rooms around access, and browsers that are signed in to it."""

import re
from collections.abc import Callable, Sequence
from html.parser import HTMLParser
from typing import Any

from sqlmodel import select
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

import accounts.routes
import events.routes
import network.routes
import servicepoint.routes
from accounts import cookies
from accounts.models import Person
from accounts.operations import ensure_person, sign_in
from kit import clock
from kit.db import Database, wide
from kit.endpoint import Edge
from kit.errors import Refused, SignInNeeded
from kit.journal import SYSTEM, Audit
from mail.models import Letter
from network import operations
from network.guards import identify, permit
from network.models import Initiative
from tests.conftest import NOW

ROUTES = [*accounts.routes.ROUTES, *network.routes.ROUTES, *events.routes.settings.ROUTES, *servicepoint.routes.ROUTES]


def _refused(_request: Request, error: Any) -> Response:
    return PlainTextResponse(error.sentence, status_code=error.status)


def _sign_in_needed(request: Request, _error: Any) -> Response:
    return RedirectResponse(f"/anmelden?weiter={request.url.path}", status_code=303)


def application(database: Database) -> Starlette:
    edge = Edge(database, identify, permit)
    return Starlette(
        routes=[Route(entry.path, edge.endpoint(entry), methods=[entry.method]) for entry in ROUTES],
        exception_handlers={Refused: _refused, SignInNeeded: _sign_in_needed},
    )


def browser(database: Database) -> TestClient:
    """A visitor, at NOW."""
    clock.fix(NOW)
    return TestClient(application(database), follow_redirects=False)


def wide_write(database: Database, work: Callable[[Any], Any]) -> Any:
    return database.transact(wide("person"), work)


def admin(database: Database, email: str = "desk@servicestelle.example") -> Person:
    return wide_write(database, lambda session: operations.create_admin(session, email=email, now=NOW))


def initiative(database: Database, slug: str = "ems", owner: str = "vera@ems.example", **values: Any) -> Initiative:
    value = operations.NewInitiative(
        **{"slug": slug, "name": f"Dialogverbund {slug.title()} (fiktiv)", "land": "NI"} | values
    )
    return wide_write(
        database,
        lambda session: operations.create_initiative(
            session, value=value, owner_email=owner, welcome=False, actor=SYSTEM, now=NOW
        ),
    )


def member(database: Database, found: Initiative, email: str, role: str) -> Any:
    return wide_write(
        database,
        lambda session: operations.add_member(
            session, initiative=found, email=email, role=role, welcome=False, actor=SYSTEM, now=NOW
        ),
    )


def signed_in(database: Database, email: str) -> TestClient:
    """A browser of the person with this address."""
    client = browser(database)

    def work(session: Any) -> str:
        person = ensure_person(session, email=email, now=NOW)
        return sign_in(session, person_id=person.id, old_cookie="", now=NOW)

    client.cookies.set(cookies.cookie_name(), wide_write(database, work))
    return client


def rows(database: Database, model: Any) -> list[Any]:
    with database.read(wide("figures")) as session:
        return list(session.exec(select(model)).all())


def letters(database: Database) -> list[Letter]:
    return sorted(rows(database, Letter), key=lambda letter: letter.created_at)


def audits(database: Database) -> list[str]:
    return [row.action for row in rows(database, Audit)]


def form_key(page: str) -> str:
    found = re.search(r'name="form_key"[^>]*value="([^"]+)"', page)
    assert found is not None
    return found[1]


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.labelled: set[str] = set()
        self.fields: list[str] = []
        self.headings = 0
        self.text: dict[str, str] = {"h1": "", "title": ""}
        self._open = ""

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        assert "style" not in values
        if values.get("id"):
            self.ids.append(str(values["id"]))
        if tag == "label":
            self.labelled.add(str(values.get("for")))
        if tag in ("input", "select", "textarea") and values.get("type") not in ("hidden", "radio"):
            self.fields.append(str(values.get("id")))
        if tag == "h1":
            self.headings += 1
        if tag in self.text:
            self._open = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self._open:
            self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open:
            self.text[self._open] += data


def check_manners(page: str) -> None:
    """One h1 that begins the title, unique ids, a label for each field, no style attribute."""
    found = _Page()
    found.feed(page)
    assert found.headings == 1
    assert len(found.ids) == len(set(found.ids))
    assert [field for field in found.fields if field not in found.labelled] == []
    title = found.text["title"].removeprefix("Fehler: ").removeprefix("⟦Fehler:⟧ ").removeprefix("Error: ")
    assert title.startswith(" ".join(found.text["h1"].split()))
