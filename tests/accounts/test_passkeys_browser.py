"""The whole round in Chromium with an authenticator of its own: made, used, deleted, and nothing shown without script."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from accounts import cookies
from accounts.operations import ensure_person, sign_in
from kit.clock import wall_now
from kit.db import Database, wide
from network.operations import ensure_operator
from tests.spine.processes import Product, Sink
from tests.walk.browser import ARGUMENTS, chromium

pytestmark = pytest.mark.browser
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
BUTTONS = ("Passkey anlegen", "Mit Passkey einloggen")


@pytest.fixture
def served(database: Database, database_url: str, tmp_path: Path) -> Iterator[Product]:
    with Sink() as sink, Product(database_url, tmp_path, sink) as running:
        # Browsers make passkeys for names alone, never for an IP address.
        running.base = f"http://localhost:{running.port}"
        running.environment["DIALOGWERK_BASE_URL"] = running.base
        running.start("serve")
        running.ready()
        yield running


@pytest.fixture
def window() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        yield browser
        browser.close()


def cookie(database: Database) -> str:
    """The session of somebody who signed in by a link just now."""

    def work(session: Any) -> str:
        ensure_operator(session, now=wall_now())
        person = ensure_person(session, email="vera@ems.example", now=wall_now())
        session.flush()
        return sign_in(session, person_id=person.id, old_cookie="", now=wall_now())

    return str(database.transact(wide("person"), work))


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_passkey_in_the_browser(database: Database, served: Product, window: Browser) -> None:
    context = window.new_context(base_url=served.base)
    mine = {"name": cookies.cookie_name(), "value": cookie(database), "url": served.base}
    context.add_cookies([mine])  # type: ignore[list-item]
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    device = context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    key = device.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})["authenticatorId"]
    page.goto("/arbeitsplatz/konto")
    expect(page.get_by_label("Name des Passkeys")).to_have_value("Chrome auf Linux")
    page.get_by_role("button", name="Passkey anlegen").click()
    expect(page.get_by_role("status")).to_contain_text("Der Passkey ist gespeichert.")
    assert len(device.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]) == 1
    page.get_by_role("button", name="Ausloggen", exact=True).click()
    sign_in_with_passkey(page)
    expect(page).to_have_url(f"{served.base}/arbeitsplatz/konto")
    # The device is known: nothing is saved, and the page says so.
    page.get_by_role("button", name="Passkey anlegen").click()
    expect(page.get_by_role("alert")).to_contain_text("Es ist nichts gespeichert.")
    page.get_by_role("button", name=re.compile("Löschen.*Chrome auf Linux")).click()
    expect(page.get_by_role("status")).to_contain_text("Der Passkey ist gelöscht")
    page.get_by_role("button", name="Ausloggen", exact=True).click()
    assert wrong == []
    sign_in_with_passkey(page)
    expect(page.get_by_role("alert")).to_contain_text("nehmen Sie den Link per E-Mail.")
    bare = f"http://127.0.0.1:{served.port}"
    context.add_cookies([mine | {"value": cookie(database), "url": bare}])  # type: ignore[list-item]
    page.goto(f"{bare}/arbeitsplatz/konto")
    expect(page.get_by_role("link", name=served.base)).to_be_visible()
    expect(page.get_by_text("Dafür braucht es einen Browser von heute")).to_be_hidden()
    expect(page.get_by_role("button", name="Passkey anlegen")).to_be_hidden()
    context.close()
    without = window.new_context(base_url=served.base, java_script_enabled=False)
    without.add_cookies([mine | {"value": cookie(database)}])  # type: ignore[list-item]
    plain = without.new_page()
    shown = []
    for path in ("/arbeitsplatz/konto", "/anmelden"):
        plain.goto(path)
        shown += [name for name in BUTTONS if plain.get_by_role("button", name=name).is_visible()]
    assert shown == []


def sign_in_with_passkey(page: Page) -> None:
    page.goto("/anmelden?weiter=/arbeitsplatz/konto")
    page.get_by_role("button", name="Mit Passkey einloggen").click()
