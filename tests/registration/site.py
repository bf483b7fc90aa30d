"""This room's addresses as a site to visit, without the shell around it."""

import re
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from kit import clock, i18n
from kit.db import Database
from kit.endpoint import Edge
from kit.errors import Refused
from network.guards import identify, permit
from registration.routes import own, own_data, public
from registration.routes.shown import confirm_path, own_path
from tests.conftest import NOW
from web.errors import error_page


class Spoken:
    """Sets the language of a request as the shell does."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            found = re.search(rb"sprache=(de|en|qps)", scope["query_string"])
            i18n.set_current(found[1].decode() if found else "de")
        await self.app(scope, receive, send)


def visit(database: Database) -> TestClient:
    """A browser that follows nothing by itself and sees every exception that is not a refusal."""

    def refused(request: Request, error: Any) -> Response:
        return error_page(request, error.status, error.sentence)

    edge = Edge(database, identify, permit)
    routes = [
        Route(entry.path, edge.endpoint(entry), methods=[entry.method])
        for entry in (*public.ROUTES, *own.ROUTES, *own_data.ROUTES)
    ]
    clock.fix(NOW)
    app = Spoken(Starlette(routes=routes, exception_handlers={Refused: refused}))
    return TestClient(app, follow_redirects=False)


def heading(response: Any) -> str:
    """The text of the one h1; the title begins with it."""
    found = re.findall(r"<h1[^>]*>(.*?)</h1>", response.text, re.DOTALL)
    assert len(found) == 1
    return re.sub(r"<[^>]*>|\s+", " ", found[0]).strip()


def hidden(response: Any, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', response.text)
    assert found is not None
    return found[1]


def errors(response: Any) -> list[str]:
    """The sentences at the fields."""
    return [
        re.sub(r"<[^>]*>|\s+", " ", text).strip()
        for text in re.findall(r'<p class="error[^"]*"[^>]*>(.*?)</p>', response.text, re.DOTALL)
    ]


def manners(response: Any) -> None:
    """What every page keeps: one h1 that the title begins with, unique ids, labelled fields, nothing inline."""
    text = response.text
    title = re.search(r"<title>(.*?)</title>", text, re.DOTALL)
    assert title is not None
    assert title[1].removeprefix("Fehler: ").startswith(heading(response))
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    labelled = set(re.findall(r'<label[^>]*\sfor="([^"]+)"', text))
    for before, tag in re.findall(r"(<label[^>]*>|)(<(?:input|textarea|select)\b[^>]*>)", text):
        if 'type="hidden"' not in tag and not before:
            assert re.search(r'\sid="([^"]+)"', tag)[1] in labelled  # type: ignore[index]
    described = {name for value in re.findall(r'aria-describedby="([^"]+)"', text) for name in value.split()}
    assert described <= set(ids)
    assert " style=" not in text
    assert "<style" not in text


DATA = re.compile(
    r"Wasserstoff vor der Haustür|Dialogverbund [\w-]+|Muster GmbH|\(fiktiv\)|Bürgerhaus Beispielmoor|Beispielmoor"
    r"|(?:Gast|Person) Muster[\w-]*|[\w.]+@post\.example|Angebot \d|[0-9A-Z]{4}-[0-9A-Z]{4}"
)


def unmarked(response: Any) -> set[str]:
    """Words of a page in the marked language that are neither marked nor data of the tests' world."""
    text = response.text.partition("<main")[2].partition(">")[2].partition("</main>")[0]
    text = DATA.sub(" ", re.sub(r"<[^>]*>", " ", text))
    while (inner := re.sub(r"⟦[^⟦⟧]*⟧", " ", text)) != text:
        text = inner
    return set(re.findall(r"[^\W\d_]{2,}", text))


__all__ = ["confirm_path", "errors", "heading", "hidden", "manners", "own_path", "unmarked", "visit"]
