"""The tablet in Chromium: one person after the other, and a connection that gets lost."""

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Page, expect, sync_playwright
from sqlmodel import select

from feedback import operations
from feedback.models import AnswerSheet
from feedback.routes.kiosk import kiosk_path
from kit import clock
from kit.db import wide
from network.models import Initiative
from tests.conftest import NOW, World
from tests.walk.browser import ARGUMENTS, chromium
from web.app import build


@pytest.fixture
def address(world: World) -> Iterator[str]:
    """The application at a port of its own."""
    clock.fix(NOW)
    server = uvicorn.Server(uvicorn.Config(build(data=world.database), port=0, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


def opened(world: World) -> str:
    """The address of a tablet with a question that must be answered."""
    initiative: Initiative = world.initiative()

    def work(session: Any) -> str:
        survey = operations.open_to_all(
            session, initiative=session.get_one(Initiative, initiative.id), title="Am Stand", questionnaire="rating",
            closes_at=NOW + timedelta(days=1), actor="p", now=NOW,
        )  # fmt: skip
        return kiosk_path(survey)

    return str(world.within_id(initiative.id, work))


def answer(page: Page, stars: int) -> None:
    page.locator(f"input[name=stars][value='{stars}']").check(force=True)
    page.get_by_role("button", name="Antworten abschicken").click()
    expect(page.locator("#kiosk-thanks")).to_be_visible()
    page.get_by_role("button", name="Nächste Person").click()
    expect(page.locator("#kiosk-form")).to_be_visible()
    assert page.locator("input:checked").count() == 0


# What the browser does is the same on both databases.
@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_answers_wait_on_the_tablet_and_count_once(world: World, address: str) -> None:
    path = opened(world)

    def stored() -> list[int]:
        with world.database.read(wide("figures")) as session:
            return sorted(answers["stars"] for answers in session.exec(select(AnswerSheet.answers)))

    with sync_playwright() as browsers:
        browser = browsers.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        context = browser.new_context(locale="de-DE")
        page = context.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(address + path)
        page.get_by_role("button", name="Antworten abschicken").click()
        expect(page.locator(".kiosk-missing:visible")).to_have_count(1)
        expect(page.locator("#kiosk-thanks")).to_be_hidden()
        with page.expect_response("**/danke"):
            answer(page, 1)
        context.set_offline(True)
        answer(page, 2)
        answer(page, 3)
        expect(page.locator("#kiosk-waiting")).to_contain_text("warten: 2.")
        assert stored() == [1]
        context.set_offline(False)
        expect(page.locator("#kiosk-waiting")).to_be_hidden(timeout=10_000)
        assert stored() == [1, 2, 3]
        # An answer that was taken, whose reply got lost, is sent again and counts once.
        page.route("**/kiosk/**", lambda route: (route.fetch(), route.abort()))
        answer(page, 5)
        expect(page.locator("#kiosk-waiting")).to_contain_text("warten: 1.")
        page.unroute("**/kiosk/**")
        expect(page.locator("#kiosk-waiting")).to_be_hidden(timeout=10_000)
        browser.close()
    assert (stored(), faults) == ([1, 2, 3, 5], [])
