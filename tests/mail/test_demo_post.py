"""The demo's letter box shows each letter as a person would read it, and does not exist elsewhere."""

import os
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from kit.db import Database
from kit.ical import summary_of
from kit.settings import settings
from mail.models import Letter
from tests.conftest import World
from web import app
from web.demo_post import LETTER_POLICY


@pytest.fixture
def browser(database: Database) -> Iterator[TestClient]:
    os.environ["DIALOGWERK_ENV"] = "demo"
    os.environ["DIALOGWERK_BASE_URL"] = "http://127.0.0.1"
    settings.cache_clear()
    with TestClient(app.build(data=database), base_url="http://127.0.0.1") as client:
        yield client


@pytest.fixture
def confirmation(world: World) -> Letter:
    registration = world.sign_up(world.dialogue(), "ada@post.example")
    world.confirm(registration)
    (row,) = world.rows(Letter, kind="confirmation")
    assert isinstance(row, Letter)
    return row


def test_the_list_has_the_newest_first_and_finds_an_address(
    browser: TestClient, world: World, confirmation: Letter
) -> None:
    page = browser.get("/demo/post")
    assert (page.status_code, page.text.count('href="/demo/post/')) == (200, 2)
    assert browser.get("/demo/post?an=ADA@").text.count('href="/demo/post/') == 2
    assert browser.get("/demo/post?an=ada%25").text.count('href="/demo/post/') == 0


def test_a_letter_is_shown_with_its_links_and_files(browser: TestClient, confirmation: Letter) -> None:
    page = browser.get(f"/demo/post/{confirmation.id}")
    assert page.status_code == 200
    assert f'src="/demo/post/{confirmation.id}/html"' in page.text
    assert "http://127.0.0.1/anmeldung/" in page.text
    assert "Mittwoch, 24. März 2027, 17:00 bis 21:00 Uhr" in page.text

    html = browser.get(f"/demo/post/{confirmation.id}/html")
    assert html.headers["content-security-policy"] == LETTER_POLICY
    assert 'href="http://127.0.0.1/anmeldung/' in html.text

    ics = browser.get(f"/demo/post/{confirmation.id}/invitation")
    assert [event["method"] for event in summary_of(ics.content)] == ["REQUEST"]
    ticket = browser.get(f"/demo/post/{confirmation.id}/ticket")
    assert (ticket.headers["content-type"], ticket.content[:5]) == ("application/pdf", b"%PDF-")


@pytest.mark.parametrize("path", ["/demo/post/unknown", "/demo/post/unknown/html"])
def test_what_is_not_there(browser: TestClient, path: str) -> None:
    assert browser.get(path).status_code == 404


def test_outside_the_demo_there_is_no_letter_box(database: Database, confirmation: Letter) -> None:
    with TestClient(app.build(data=database)) as client:
        for path in ("", f"/{confirmation.id}", f"/{confirmation.id}/html", f"/{confirmation.id}/ticket"):
            assert client.get(f"/demo/post{path}").status_code == 404
