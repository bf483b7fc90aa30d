"""The door on a phone: Chromium with a video for a camera, a hand scanner that types, and a connection that gets lost."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Page, expect, sync_playwright

from kit import clock, qr
from registration.codes import participant_code
from registration.models import Arrival
from tests.checkin.test_codes import guests, open_door
from tests.conftest import NOW, World
from tests.walk.browser import ARGUMENTS, PHONE, chromium
from web.app import build

WIDTH, HEIGHT, MODULE = 640, 480, 8
GERMAN = str.maketrans({"Y": "Z", "Z": "Y", ":": "Ö", "-": "ß", "/": "-", "*": "(", "+": "`"})


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


def video(path: Path, code: str) -> Path:
    """A film of one picture: the code as it stands on a badge, on grey."""
    rows = qr.matrix(code)
    left, top = (WIDTH - len(rows) * MODULE) // 2, (HEIGHT - len(rows) * MODULE) // 2
    light = [bytearray(b"\xc8" * WIDTH) for _row in range(HEIGHT)]
    for y in range(-4 * MODULE, (len(rows) + 4) * MODULE):
        for x in range(-4 * MODULE, (len(rows) + 4) * MODULE):
            inside = 0 <= y < len(rows) * MODULE and 0 <= x < len(rows) * MODULE
            light[top + y][left + x] = 16 if inside and rows[y // MODULE][x // MODULE] else 235
    frame = b"FRAME\n" + b"".join(light) + b"\x80" * (WIDTH * HEIGHT // 2)
    path.write_bytes(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode() + frame)
    return path


def says(page: Page, word: str, name: str = "") -> None:
    shown = page.locator("#door-verdict")
    expect(shown.locator("h1, .verdict-word:visible")).to_have_text(word)
    if name:
        expect(shown.locator(".verdict-name")).to_have_text(name)


def types(page: Page, code: str) -> None:
    """A hand scanner: letters wherever the focus is, then Enter."""
    page.locator("#q").evaluate("field => field.value = ''")
    page.keyboard.press(code[0])
    page.keyboard.insert_text(code[1:])
    page.keyboard.press("Enter")


# What the browser does is the same on both databases.
@pytest.mark.browser
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_phone_at_the_door(world: World, address: str, tmp_path: Path) -> None:
    dialogue = world.dialogue(world.initiative(), capacity=60)
    people: dict[str, Any] = {
        name: guests(world, dialogue, names=(name,))[0]
        for name in ("Ada Muster", "Ben Muster", "Cem Muster", "Dora Muster")
    }
    code = {name: participant_code(person.id) for name, person in people.items()}
    path = open_door(world, dialogue)
    film = video(tmp_path / "badge.y4m", code["Ada Muster"])
    faults: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(),
            args=[
                *ARGUMENTS,
                "--use-fake-ui-for-media-stream",
                "--use-fake-device-for-media-stream",
                f"--use-file-for-fake-video-capture={film}",
            ],
        )
        context = browser.new_context(viewport={"width": PHONE, "height": 844}, locale="de-DE", permissions=["camera"])
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if "Policy" in said.text else None)
        page.goto(address + path)
        other = context.new_page()
        other.goto(address + open_door(world, dialogue, "Tor 2"))

        # The camera.
        page.bring_to_front()
        page.get_by_role("button", name="Mit Kamera lesen").click()
        says(page, "Drin", "Ada Muster")
        expect(page.locator("#door-verdict .door-now")).to_have_text("1 von 4 da")
        other.bring_to_front()
        expect(other.locator("#door-count")).to_have_text("1 von 4 da")
        page.bring_to_front()
        page.get_by_role("link", name="Weiter").click()
        page.get_by_role("button", name="Kamera beenden").click()

        # A hand scanner, with the wrong keyboard; then the same badge once more.
        types(page, code["Ben Muster"].translate(GERMAN))
        says(page, "Drin", "Ben Muster")
        types(page, code["Ben Muster"])
        says(page, "Schon drin", "Ben Muster")
        page.get_by_role("button", name="Ankunft zurücknehmen").click()
        expect(page.get_by_text("Die Ankunft ist zurückgenommen.")).to_be_visible()
        expect(page.locator("#door-count")).to_have_text("1 von 4 da")

        # Without connection, by code and by name; the phone keeps it when the page is left and opened again.
        context.set_offline(True)
        page.locator("#q").fill(code["Cem Muster"])
        page.keyboard.press("Enter")
        says(page, "Gemerkt")
        page.get_by_role("link", name="Weiter").click()
        page.locator(f"button[value='{people['Dora Muster'].id}']").click()
        says(page, "Moment …")
        page.get_by_role("link", name="Weiter").click()
        page.locator("#q").fill("dora")
        page.keyboard.press("Enter")
        expect(page.locator(".door-name:visible bdi")).to_have_text(["Dora Muster"])
        page.locator("#q").fill(code["Cem Muster"])
        page.keyboard.press("Enter")
        says(page, "Schon gemerkt")
        page.get_by_role("link", name="Weiter").click()
        expect(page.locator("#door-waiting li")).to_have_count(1)
        clock.fix(NOW.replace(minute=30))
        context.set_offline(False)
        expect(page.locator("#door-count")).to_have_text("3 von 4 da")
        expect(page.locator("#door-waiting li")).to_have_count(0)
        assert page.evaluate("localStorage.length") == 0
        browser.close()
    assert faults == []
    came = sorted((row for row in world.rows(Arrival) if row.undone_at is None), key=lambda row: row.at)
    assert [row.participant_id for row in came] == [people[f"{name} Muster"].id for name in ("Ada", "Cem", "Dora")]


@pytest.mark.browser
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_scanner_that_types_while_a_verdict_shows_loses_no_letter(world: World, address: str) -> None:
    dialogue = world.dialogue(world.initiative(), capacity=60)
    names = ("Ada Muster", "Ben Muster", "Cem Muster")
    code = {name: participant_code(guests(world, dialogue, names=(name,))[0].id) for name in names}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        page = browser.new_context(viewport={"width": PHONE, "height": 844}, locale="de-DE").new_page()
        # A key is up when the browser says so and not before, however slow this machine is.
        page.add_init_script("const later = setTimeout; setTimeout = (work, ms) => later(work, ms === 500 ? 1e6 : ms)")
        page.goto(address + open_door(world, dialogue))
        for name in names[:2]:
            # The second one while the verdict of the first one shows.
            page.keyboard.type(code[name])
            page.keyboard.press("Enter")
            says(page, "Drin", name)

        # A verdict that comes between a key and its letter waits until the key is up.
        held: list[Any] = []
        page.route("**/code", lambda route: held.append(route), times=1)
        page.keyboard.type(code["Cem Muster"])
        page.keyboard.press("Enter")
        says(page, "Moment …", code["Cem Muster"][-6:])
        page.get_by_role("link", name="Weiter").click()
        expect(page.locator("#q")).to_be_focused()
        first = "D"
        key = {"key": first, "code": f"Key{first}", "windowsVirtualKeyCode": ord(first)}
        keyboard = page.context.new_cdp_session(page)
        keyboard.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **key})
        with page.expect_response("**/code"):
            held[0].continue_()
        page.wait_for_timeout(200)
        assert not page.locator("#door-verdict").is_visible()
        page.keyboard.insert_text(first)
        keyboard.send("Input.dispatchKeyEvent", {"type": "keyUp", **key})
        says(page, "Drin", "Cem Muster")
        expect(page.locator("#q")).to_have_value(first)
        browser.close()
