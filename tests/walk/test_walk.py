"""The whole life of a dialogue in a real browser, against a real process, with real letters."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import LONG
from tests.spine.processes import Product, Sink
from tests.walk.browser import DESK, PHONE, Watch, browsers
from tests.walk.journey import MAILBOX, Journey

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1200 if LONG else 400)]


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    path = tmp_path / "walk.sqlite3"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


Walk = Callable[..., Journey]


@pytest.fixture
def walk(tmp_path: Path) -> Iterator[Walk]:
    """Starts the product on a database and gives a journey through it; at the end its faults are told."""
    watches: list[Watch] = []
    stack: list[Any] = []

    def begin(url: str, *, width: int, language: str = "de", keyboard: bool = False, script: bool = True,
              checks: bool = True) -> Journey:  # fmt: skip
        watch = Watch(tmp_path / "pages", language, accessibility=checks and script, widths=checks and script)
        watches.append(watch)
        now_file = tmp_path / "now"
        sink = _entered(stack, Sink())
        product = _entered(stack, Product(url, tmp_path, sink))
        product.environment["DIALOGWERK_NOW_FILE"] = str(now_file)
        product.environment["DIALOGWERK_REPLY_ADDRESS"] = MAILBOX
        now_file.write_text("2027-03-01T09:00:00+00:00")
        product.command("migrate")
        product.start("run")
        opened = _entered(stack, browsers(product.base))
        product.ready()
        return Journey(product, sink, opened, watch, now_file, width=width, keyboard=keyboard, script=script)

    yield begin
    # Where a walk stopped early, what it saw until then helps.
    for watch in watches:
        print("\n".join(watch.faults))
    while stack:
        stack.pop().__exit__(None, None, None)


def _entered(stack: list[Any], manager: Any) -> Any:
    value = manager.__enter__()
    stack.append(manager)
    return value


def told(journey: Journey, *, html: bool = True) -> None:
    """Nothing was wrong on any page."""
    if html:
        journey.watch.valid()
    assert "\n".join(journey.watch.faults) == ""


def test_on_a_phone(walk: Walk, sqlite_url: str) -> None:
    """Every page with every check: axe, HTML, widths, large text, console, foreign requests."""
    journey = walk(sqlite_url, width=PHONE)
    # The longest test of the short run goes without what comes back by mail.
    journey.whole(answers=LONG)
    told(journey)


@pytest.mark.slow
def test_on_a_wide_screen(walk: Walk, sqlite_url: str) -> None:
    journey = walk(sqlite_url, width=DESK)
    journey.whole()
    told(journey)


@pytest.mark.slow
def test_in_the_pseudo_language(walk: Walk, sqlite_url: str) -> None:
    """Whatever shows without a mark is not in the catalogues."""
    journey = walk(sqlite_url, width=PHONE, language="qps", checks=False)
    journey.whole()
    told(journey, html=False)


@pytest.mark.slow
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_in_english(walk: Walk, sqlite_url: str, width: int) -> None:
    journey = walk(sqlite_url, width=width, language="en", checks=False)
    journey.whole()
    told(journey, html=False)


@pytest.mark.slow
def test_without_script(walk: Walk, sqlite_url: str) -> None:
    journey = walk(sqlite_url, width=PHONE, script=False)
    journey.whole()
    told(journey, html=False)


@pytest.mark.slow
def test_by_keyboard_alone(walk: Walk, sqlite_url: str) -> None:
    """Sign-up, own page, cancellation and survey by Tab, Space and Enter."""
    journey = walk(sqlite_url, width=DESK, keyboard=True, checks=False)
    journey.whole()
    told(journey, html=False)


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.parametrize("engine", ["postgres"])
def test_on_postgresql(walk: Walk, database_url: str) -> None:
    journey = walk(database_url, width=PHONE, checks=False)
    journey.whole()
    told(journey, html=False)
