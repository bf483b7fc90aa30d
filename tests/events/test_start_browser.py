"""The calendar finds while one types, where the browser runs scripts."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from events.models import Dialogue
from kit import clock
from kit.db import Database
from tests.events.conftest import VALUE
from tests.spine.processes import Product, Sink
from tests.walk.browser import ARGUMENTS, chromium

pytestmark = pytest.mark.browser


@pytest.fixture
def served(database: Database, database_url: str, tmp_path: Path) -> Iterator[Product]:
    with Sink() as sink, Product(database_url, tmp_path, sink) as running:
        running.start("serve")
        running.ready()
        yield running


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_it_finds_while_one_types(make: Callable[..., Dialogue], served: Product) -> None:
    clock.fix(None)
    day = f"{clock.now().year + 1}-06-10"
    for title in ("Rundgang bei Müller", "Etwas anderes"):
        make(replace(VALUE, title=title, start=f"{day}T17:00", end=f"{day}T19:00"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        page = browser.new_page(base_url=served.base)
        wrong: list[str] = []
        page.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto("/?land=NI")
        cards = page.locator("#results .card h3")
        expect(cards).to_have_count(2)
        page.locator("#q").press_sequentially("muell", delay=20)
        expect(cards).to_have_text(["Rundgang bei Müller"])
        expect(page.locator("#count")).to_have_text("1 Dialog")
        expect(page).to_have_url(f"{served.base}/?q=muell&land=NI")
        # What is found has addresses with the words in it, and the field keeps the caret.
        assert page.locator("#views a").nth(1).get_attribute("href") == "/?q=muell&land=NI&ansicht=monat"
        assert page.evaluate("document.activeElement.id") == "q"
        page.locator("#q").fill("")
        expect(cards).to_have_count(2)
        expect(page).to_have_url(f"{served.base}/?land=NI")
        assert wrong == []
        browser.close()
