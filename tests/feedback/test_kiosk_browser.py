"""The tablet in Chromium: one person after the other, and a connection that gets lost."""

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Error, Page, expect, sync_playwright
from sqlmodel import select

from feedback import operations
from feedback.models import AnswerSheet, Survey
from feedback.routes.kiosk import kiosk_path
from kit import clock
from kit.db import wide
from network.models import Initiative
from tests.conftest import NOW, World
from tests.spine.processes import free_port
from tests.walk.browser import ARGUMENTS, chromium
from web.app import build


class Site:
    """The application at a port of its own, which can go away and come back."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        self.server = uvicorn.Server(
            uvicorn.Config(build(data=self.world.database), port=self.port, log_level="error", lifespan="off")
        )
        self.thread = threading.Thread(target=self.server.run)
        self.thread.start()
        while not self.server.started:
            time.sleep(0.02)

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join()


@pytest.fixture
def site(world: World) -> Iterator[Site]:
    clock.fix(NOW)
    made = Site(world)
    yield made
    made.stop()


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


def stored(world: World) -> list[int]:
    with world.database.read(wide("figures")) as session:
        return sorted(answers["stars"] for answers in session.exec(select(AnswerSheet.answers)))


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
def test_answers_wait_on_the_tablet_and_count_once(world: World, site: Site) -> None:
    path, address = opened(world), site.address

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
        assert stored(world) == [1]
        context.set_offline(False)
        expect(page.locator("#kiosk-waiting")).to_be_hidden(timeout=10_000)
        assert stored(world) == [1, 2, 3]
        # An answer that was taken, whose reply got lost, is sent again and counts once.
        page.route("**/kiosk/**", lambda route: (route.fetch(), route.abort()))
        answer(page, 5)
        expect(page.locator("#kiosk-waiting")).to_contain_text("warten: 1.")
        page.unroute("**/kiosk/**")
        expect(page.locator("#kiosk-waiting")).to_be_hidden(timeout=10_000)
        browser.close()
    assert (stored(world), faults) == ([1, 2, 3, 5], [])


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_tablet_opens_its_page_without_connection(world: World, site: Site) -> None:
    path = opened(world)
    with sync_playwright() as browsers:
        browser = browsers.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        page = browser.new_context(locale="de-DE").new_page()
        page.goto(site.address + path)
        page.wait_for_function("caches.open('kiosk').then((kept) => kept.keys()).then((all) => all.length > 5)")
        page.wait_for_function("navigator.serviceWorker.controller !== null")
        site.stop()
        page.reload()
        page.get_by_role("link", name="In einfacher Sprache antworten").click()
        expect(page.get_by_text("Der Termin war gut.")).to_be_visible()
        page.get_by_role("link", name="Alle Fragen, nicht in einfacher Sprache").click()
        for stars in (2, 3):
            # The second time it is the same kept page, and another answer.
            page.reload()
            assert page.evaluate("getComputedStyle(document.querySelector('h1')).fontFamily").startswith('"Barlow')
            answer(page, stars)
        expect(page.locator("#kiosk-waiting")).to_contain_text("warten: 2.")
        site.start()
        expect(page.locator("#kiosk-waiting")).to_be_hidden(timeout=15_000)
        assert stored(world) == [2, 3]
        # A survey that is over does not come back without connection.
        world.within(
            world.rows(Survey)[0], lambda session: setattr(session.exec(select(Survey)).one(), "state", "closed")
        )
        page.reload()
        site.stop()
        page.reload()
        expect(page.get_by_role("heading", name="Die Umfrage ist beendet")).to_be_visible()
        site.start()
        # An ended link is not kept either.
        world.within(
            world.rows(Survey)[0], lambda session: setattr(session.exec(select(Survey)).one(), "kiosk_version", 2)
        )
        assert page.reload().status == 404
        site.stop()
        with pytest.raises(Error):
            page.reload()
        site.start()
        browser.close()
