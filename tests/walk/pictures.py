"""Takes the pictures of docs/pictures/ from a running demo: `python -m tests.walk.pictures [address] [names ...]`.

Run `make run` on an empty `var/` first. The pictures are for people who read about the product, and for whoever wants
to see at one glance what a change of the style sheets did.
"""

import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.walk.browser import ARGUMENTS, DESK, PHONE, ROOT, chromium

FOLDER = ROOT / "docs" / "pictures"
COLOURS = 256
SURVEYS = (
    "umfrage-vorher-telefon", "umfrage-einfach-telefon", "umfrage-raum-telefon", "umfrage-wand", "umfrage-wand-ergebnis",
    "umfrage-nachher-englisch", "umfrage-blatt", "ergebnis", "ergebnis-telefon", "bericht", "erkenntnis",
)  # fmt: skip
LONGEST = 3600
"""CSS pixels of a phone's page that one picture shows."""


def main(base: str, wanted: set[str]) -> None:
    """Each page at both widths."""
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        for name, path, role in places(browser, base):
            if wanted and name not in wanted:
                continue
            for width, suffix in ((PHONE, "mobile"), (DESK, "desktop")):
                page = signed_in(browser, base, role, width)
                page.goto(base + path)
                take(page, FOLDER / f"{name}-{suffix}.png")
                page.context.close()
        if not wanted or wanted & set(SURVEYS):
            for name, path, role, width, language in surveys(browser, base):
                if wanted and name not in wanted:
                    continue
                page = signed_in(browser, base, role, width, language)
                page.goto(base + path)
                take(page, FOLDER / f"{name}.png")
                page.context.close()
        browser.close()


def signed_in(browser: Browser, base: str, role: str, width: int, language: str = "de") -> Page:
    """A new window of somebody with this role; "" for the public."""
    context = browser.new_context(locale="de-DE", viewport={"width": width, "height": 844 if width == PHONE else 900})
    context.add_cookies([{"name": "sprache", "value": language, "url": base}])
    page = context.new_page()
    if role:
        page.goto(base)
        page.locator(f"#demo-sign-in button[value='{role}']").click()
        page.wait_for_load_state()
    return page


def take(page: Page, path: Path) -> None:
    """The whole page, without the demo's banner, in few colours so that the file stays small."""
    # The banner belongs to the demo alone, and would stand on every picture.
    page.evaluate("() => document.querySelectorAll('.demo-banner').forEach(one => one.remove())")
    page.screenshot(path=path, full_page=True)
    with Image.open(path) as image:
        small = image.convert("RGB").crop((0, 0, image.width, min(image.height, LONGEST)))
    small.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    print(path.name, small.size, path.stat().st_size // 1024, "kB")


def places(browser: Browser, base: str) -> list[tuple[str, str, str]]:
    """Name, path and role of each picture, found the way a person finds them."""
    public = signed_in(browser, base, "", DESK)
    public.goto(base)
    free = public.locator(".card:has(.sign-free) h3 a").first.get_attribute("href") or ""
    found = [
        ("start", "/", ""),
        ("map", "/?ansicht=karte", ""),
        ("month", "/?ansicht=monat", ""),
        ("dialogue", free, ""),
        ("sign-up", f"{free}/anmeldung", ""),
        ("initiative", own_initiative(public, base, free), ""),
        ("how", "/so-laeuft-es-ab", ""),
        ("own-page", own_page(public, base), ""),
    ]
    public.context.close()
    owner = signed_in(browser, base, "owner", DESK)
    overview = owner.url.removeprefix(base).partition("?")[0]
    owner.goto(base + overview)
    rows = owner.locator("table tbody tr:has(.sign-free) a")
    dialogue = rows.first.get_attribute("href") or ""
    done = owner.locator("table tbody tr:has(.sign-closed) a").last.get_attribute("href") or ""
    owner.context.close()
    return [
        *found,
        ("workspace", overview, "owner"),
        ("workspace-dialogue", dialogue, "owner"),
        ("registrations", f"{dialogue}/anmeldungen", "owner"),
        ("edit", f"{dialogue}/bearbeiten", "owner"),
        ("door", f"{dialogue}/einlass?q=Muster", "owner"),
        ("tables", f"{dialogue}/tische", "owner"),
        ("badges", f"{dialogue}/ausweise", "owner"),
        ("result", f"{done}/ergebnis", "owner"),
        ("team", f"{overview}team", "owner"),
    ]


def surveys(browser: Browser, base: str) -> Iterator[tuple[str, str, str, int, str]]:
    """Name, path, role, width and language of each picture of a survey.

    A dialogue that comes asks before it begins, and a survey runs in the room; a few phones answer there.
    """
    owner = signed_in(browser, base, "owner", DESK)
    overview = owner.url.removeprefix(base).partition("?")[0]
    owner.goto(base + overview)
    coming = owner.locator("table tbody tr:has(.sign-free) a, table tbody tr:has(.sign-waiting) a").first
    dialogue = coming.get_attribute("href") or ""
    done = owner.locator("table tbody tr:has(.sign-closed) a").last.get_attribute("href") or ""
    before = _asks_before(owner, base + dialogue + "/umfragen")
    yield SURVEYS[0], before, "", PHONE, "de"
    yield SURVEYS[1], f"{before}?sprache=einfach", "", PHONE, "de"
    live, room = _asks_in_the_room(owner, base + dialogue + "/umfragen")
    yield SURVEYS[2], room, "", PHONE, "de"
    for number in range(9):
        _answers(signed_in(browser, base, "", PHONE), base + room, 2 + number % 4)
    yield SURVEYS[3], f"{live}/leinwand", "owner", DESK, "de"
    yield SURVEYS[6], f"{live}/eingabe", "owner", DESK, "de"
    owner.goto(base + live)
    owner.locator("form#show-result button").click()
    yield SURVEYS[4], f"{live}/leinwand", "owner", DESK, "de"
    owner.context.close()
    public = signed_in(browser, base, "", DESK)
    yield SURVEYS[5], open_survey(public, base), "", DESK, "en"
    public.context.close()
    yield SURVEYS[7], f"{done}/ergebnis", "owner", DESK, "de"
    yield SURVEYS[8], f"{done}/ergebnis", "owner", PHONE, "de"
    yield SURVEYS[9], f"{done}/bericht", "owner", DESK, "de"
    yield SURVEYS[10], f"{done}/erkenntnis", "owner", DESK, "de"


def _asks_before(owner: Page, plan: str) -> str:
    """The link of the survey before a dialogue, planned now and opened by the worker; of an earlier run it is there."""
    owner.goto(plan)
    choice = owner.locator("select[name='before.confirmed']")
    if choice.count():
        choice.select_option("instrument")
        owner.locator("form#plan-surveys button[type=submit]").click()
    for _try in range(60):
        owner.goto(plan)
        if not owner.locator("select[name='before.confirmed']").count():
            break
        time.sleep(1)
    owner.locator("ul.plan").first.locator("a[href*='/umfragen/']").first.click()
    return owner.locator("main a[href*='/umfrage/']").first.evaluate("one => one.pathname")


def _asks_in_the_room(owner: Page, plan: str) -> tuple[str, str]:
    """A survey in the room: its page and its link."""
    owner.goto(plan)
    owner.locator("details:has(form#open-live) summary").click()
    form = owner.locator("form#open-live")
    form.locator("input[type=text]").first.fill("Der erste Beitrag")
    form.locator("select").first.select_option("speaker")
    form.locator("button").click()
    link = owner.locator("main a[href*='/umfrage/']").first.evaluate("one => one.pathname")
    return owner.evaluate("location.pathname"), link


def _answers(phone: Page, address: str, step: int) -> None:
    """One more phone in the room."""
    phone.goto(address)
    for name in ("clear", "open", "useful"):
        phone.locator(f"input[name={name}][value='{step}']").check()
    phone.locator("form#rate button").first.click()
    phone.context.close()


def open_survey(page: Page, base: str) -> str:
    """The survey of somebody who came and has not answered, from the demo's letter box."""
    page.goto(f"{base}/demo/post")
    for letter in page.locator("main a[href^='/demo/post/']").evaluate_all("all => all.map(one => one.pathname)"):
        page.goto(base + letter)
        words = page.content() + " ".join(frame.content() for frame in page.frames)
        for link in re.findall(r"/umfrage/[a-z2-7]{40,}", words):
            page.goto(base + link)
            if page.locator("h1:text-is('Wie war der Dialog für Sie?')").count():
                return str(link)
    raise SystemExit("No letter in the demo's box asks about a dialogue that is over.")


def own_initiative(page: Page, base: str, dialogue: str) -> str:
    page.goto(base + dialogue)
    return page.locator(".sender a").first.get_attribute("href") or ""


def own_page(page: Page, base: str) -> str:
    """The own page of somebody with a place, from the demo's letter box."""
    page.goto(f"{base}/demo/post")
    for letter in page.locator("main a[href^='/demo/post/']").evaluate_all("all => all.map(one => one.pathname)"):
        page.goto(base + letter)
        links = re.findall(
            r"/anmeldung/[a-z2-7]{40,}", page.content() + " ".join(frame.content() for frame in page.frames)
        )
        for link in links:
            page.goto(base + link)
            if page.locator(".ticket").count():
                return str(link)
    raise SystemExit("No letter in the demo's box belongs to a place that is confirmed.")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000", set(sys.argv[2:]))
