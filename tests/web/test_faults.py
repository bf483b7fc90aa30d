"""What a visitor and the log see when something breaks: a page that says so, and nothing that anybody typed."""

from typing import Any

import pytest
from starlette.responses import Response
from starlette.testclient import TestClient

from kit.db import Database
from kit.settings import settings
from tests.conftest import World, environment
from tests.registration.staff import staff
from web.app import Logged, build, refuse_outside
from web.shield import Shield


def test_public_pages_say_that_the_database_is_away() -> None:
    with environment(DIALOGWERK_ENV="test"):
        client = TestClient(build(data=Database("sqlite:////nowhere/there.sqlite3")), base_url="http://127.0.0.1")
        answer = client.get("/")
    assert (answer.status_code, "content-security-policy" in answer.headers) == (503, True)


def test_the_log_holds_no_message_of_an_exception(caplog: pytest.LogCaptureFixture) -> None:
    async def broken(_scope: Any, _receive: Any, _send: Any) -> None:
        raise ValueError("gast@post.example")

    async def broken_after_its_answer(scope: Any, receive: Any, send: Any) -> None:
        await Response("said")(scope, receive, send)
        raise ValueError("gast@post.example")

    with environment(DIALOGWERK_ENV="test"):
        for app, status in ((broken, 500), (broken_after_its_answer, 200)):
            client = TestClient(Shield(Logged(app), settings(), refuse_outside), base_url="http://127.0.0.1")
            assert client.get("/").status_code == status
    assert "ValueError" in caplog.text
    assert "gast@post.example" not in caplog.text


def test_a_nul_in_a_form_names_nothing(world: World) -> None:
    browser = staff(world, world.initiative().id, "owner")
    assert browser.post("/arbeitsplatz/konto/sitzungen", data={"session": "\0"}).status_code == 404
