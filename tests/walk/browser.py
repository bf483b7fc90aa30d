"""Chromium as people use it, and what every page of the walk must stand."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Response, sync_playwright

from tests.walk import words

ROOT = Path(__file__).resolve().parent.parent.parent
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
VALIDATE = ROOT / "node_modules" / ".bin" / "html-validate"
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)
NARROW = 320
PHONE = 390
DESK = 1280

# Every line of text of a page, in order: what is shown, and what is said by names of things alone.
TEXTS = """() => {
  const skipped = "script, style, template, code, select[name=zone], [lang]:not(html)";
  const lines = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    // With scripts, the content of noscript is one text full of markup that nobody sees.
    if (node.parentElement.tagName !== "NOSCRIPT" && !node.parentElement.closest(skipped)) lines.push(node.textContent);
  }
  const said = [document.title];
  for (const name of ["aria-label", "alt", "placeholder", "title", "data-l"])
    for (const one of document.querySelectorAll(`[${name}]`))
      if (!one.closest(skipped)) said.push(one.getAttribute(name));
  return {lines: lines.join(" "), said};
}"""
# What sticks out of the page to the right, when it scrolls sideways.
WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const wide = [...document.querySelectorAll("body *")].filter(one => one.getBoundingClientRect().right > width + 1);
  return wide.slice(-3).map(one => `${one.tagName}.${one.className} ${Math.round(one.getBoundingClientRect().right)}`);
}"""
CHECKED = """([rules, contrast]) => axe.run(document, {
  runOnly: rules, resultTypes: ["violations"], rules: {"color-contrast": {enabled: contrast}}}).then(result =>
  result.violations.map(one => `${one.id}: ${one.nodes.map(node => node.target.join(" ")).slice(0, 4).join(" | ")}`))"""


def chromium() -> str:
    """The browser's path. Without it the test is skipped, and fails when CI=true."""
    found = shutil.which("chromium") or shutil.which("google-chrome")
    return found or _missing("Chromium is not installed")


def _missing(reason: str) -> str:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@dataclass
class Watch:
    """Collects what is wrong on the pages somebody looks at. Faults are told at the end, all at once."""

    folder: Path
    language: str = "de"
    accessibility: bool = True
    widths: bool = True
    typed: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    def fault(self, where: str, what: str) -> None:
        self.faults.append(f"{where}: {what}")

    def text(self, where: str, text: str) -> None:
        """Checks the language of a text that people read."""
        if self.language == "qps":
            if found := words.unmarked(text, self.typed):
                self.fault(where, f"without a mark: {' '.join(found)}")
        elif self.language == "en" and (found := words.german(text, self.typed)):
            self.fault(where, f"German: {' '.join(found)}")

    def valid(self) -> None:
        """Checks the HTML of all saved pages as it came from the server."""
        if not VALIDATE.exists():
            _missing("html-validate is not installed: npm ci")
        result = subprocess.run(
            [VALIDATE, "--config", ROOT / ".htmlvalidate.mjs", "--formatter", "json", *sorted(self.folder.glob("*.html"))],
            cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert result.stdout, result.stderr
        for entry in json.loads(result.stdout):
            for message in entry["messages"]:
                self.fault(
                    Path(entry["filePath"]).stem,
                    f"html {message['ruleId']} line {message['line']}: {message['message']}",
                )


class Visitor:
    """One person with an own browser window. With `keyboard` everything happens by Tab, typing, Space and Enter."""

    def __init__(
        self, browsers: "Browsers", watch: Watch, name: str, *, width: int, keyboard: bool, script: bool
    ) -> None:
        self.browsers = browsers
        self.watch = watch
        self.name = name
        self.width = width
        self.keyboard = keyboard
        self.answer: Response | None = None
        self.context: BrowserContext = browsers.usual.new_context(
            viewport={"width": width, "height": 844 if width < 600 else 900},
            java_script_enabled=script,
            locale="de-DE",
            timezone_id="Europe/Berlin",
        )
        if watch.language != "de":
            self.context.add_cookies([{"name": "sprache", "value": watch.language, "url": browsers.base}])
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: watch.fault(self._where(), f"script: {error}"))
        self.page.on("request", self._request)
        self.page.on("response", self._response)

    def _where(self) -> str:
        return f"{self.name} {urlsplit(self.page.url).path}"

    def _console(self, message: Any) -> None:
        # A form that comes back with 422 is reported as a failed load of the page itself.
        if message.type in ("error", "warning") and "status of 422" not in message.text:
            self.watch.fault(self._where(), f"console: {message.text}")

    def _request(self, request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https") and f"{parts.scheme}://{parts.netloc}" != self.browsers.base:
            self.watch.fault(self._where(), f"request to {request.url}")

    def _response(self, response: Response) -> None:
        if response.request.is_navigation_request() and response.request.frame == self.page.main_frame:
            if response.status < 300:
                self.answer = response
            elif response.status >= 400:
                self.answer = response
                if response.status != 422:
                    self.watch.fault(self._where(), f"status {response.status} of {response.url}")

    # -- acting

    def open(self, path: str) -> "Visitor":
        """Goes to an address, as somebody does who clicks on a link in a letter."""
        self.page.goto(path if "://" in path else self.browsers.base + path)
        return self

    def find(self, selector: str) -> Locator:
        return self.page.locator(selector)

    def click(self, selector: str) -> None:
        """Follows a link or presses a button, and waits for the page behind it."""
        target = self.find(selector).first
        if self.keyboard:
            self.tab_to(target)
            with self.page.expect_navigation():
                self.page.keyboard.press("Enter")
        else:
            with self.page.expect_navigation():
                target.click()

    def press(self, selector: str) -> None:
        """Presses what acts on this page."""
        target = self.find(selector).first
        if self.keyboard:
            self.tab_to(target)
            self.page.keyboard.press("Enter")
        else:
            target.click()

    def fill(self, selector: str, value: str) -> None:
        target = self.find(selector)
        self.watch.typed.add(value)
        if self.keyboard:
            self.tab_to(target)
            self.page.keyboard.press("Control+a")
            self.page.keyboard.type(value)
        else:
            target.fill(value)

    def tick(self, selector: str) -> None:
        target = self.find(selector)
        if self.keyboard and target.get_attribute("type") == "radio":
            # Tab leads to the first of a group, the arrows to the others, which chooses them.
            self.tab_to(self.find(f"input[type=radio][name={target.get_attribute('name')}]").first)
            self.page.keyboard.press("Space")
            while not target.is_checked():
                self.page.keyboard.press("ArrowDown")
        elif self.keyboard:
            self.tab_to(target)
            self.page.keyboard.press("Space")
        else:
            target.check()

    def choose(self, selector: str, value: str) -> None:
        self.find(selector).select_option(value)

    def submit(self, form: str) -> None:
        """Presses the main button of a form."""
        primary = f"form#{form} button.kern-btn--primary"
        self.click(primary if self.find(primary).count() else f"form#{form} button[type=submit]")

    def download(self, selector: str) -> bytes:
        """The file behind a link or a button."""
        with self.page.expect_download() as coming:
            self.find(selector).first.click()
        return Path(coming.value.path()).read_bytes()

    def fetch(self, selector: str) -> bytes:
        """The file that a link would open in the browser itself."""
        path = self.find(selector).first.get_attribute("href") or ""
        answer = self.context.request.get(self.browsers.base + path)
        assert answer.status == 200, path
        return answer.body()

    def tab_to(self, target: Locator) -> None:
        """Goes on by Tab until the control has the focus, and sees that the focus shows."""
        for _step in range(120):
            self.page.keyboard.press("Tab")
            if target.evaluate("one => one === document.activeElement"):
                break
        else:
            raise AssertionError(f"{target} cannot be reached by Tab on {self.page.url}")
        shown = target.evaluate("one => { const s = getComputedStyle(one); return s.outlineStyle + s.boxShadow; }")
        if shown == "nonenone":
            self.watch.fault(self._where(), f"the focus does not show on {target}")

    # -- looking

    def text(self) -> str:
        """What the page says."""
        return re.sub(r"\s+", " ", self.page.locator("body").inner_text())

    def lines(self, selector: str) -> int:
        """On how many lines things stand."""
        tops = self.find(selector).evaluate_all("all => all.map(one => Math.round(one.getBoundingClientRect().top))")
        return len(set(tops))

    def look(self, name: str) -> None:
        """Everything that holds for every page."""
        watch = self.watch
        watch.names.append(name)
        where = f"{name} ({urlsplit(self.page.url).path})"
        texts = self.page.evaluate(TEXTS)
        watch.text(where, texts["lines"])
        for said in texts["said"]:
            watch.text(where, said)
        assert self.answer is not None
        html = self.answer.text()
        watch.folder.mkdir(exist_ok=True)
        (watch.folder / f"{len(watch.names):02}-{name}.html").write_text(html, encoding="utf-8")
        if watch.accessibility:
            self.page.evaluate(self.browsers.axe)
            for violation in self.page.evaluate(CHECKED, [list(RULES), True]):
                watch.fault(where, f"axe {violation}")
            if os.environ.get("DIALOGWERK_TEST_LONG") == "1":
                self._look_in_other_colours(where)
        if watch.widths:
            self._look_narrow(where)
            # A second load of each page: a third of the walk's time, so it belongs to the long run.
            if os.environ.get("DIALOGWERK_TEST_LONG") == "1":
                self.browsers.look_large(watch, where, self.page.url, html)

    def _look_in_other_colours(self, where: str) -> None:
        """The same page in the dark, and with the colours that somebody set for all pages."""
        for name, media in (("dark", {"color_scheme": "dark"}), ("forced colours", {"forced_colors": "active"})):
            self.page.emulate_media(reduced_motion="reduce", **media)  # type: ignore[arg-type]
            # Of forced colours axe reads the text's fill, which the browser leaves as it was and does not paint.
            for violation in self.page.evaluate(CHECKED, [list(RULES), name == "dark"]):
                self.watch.fault(where, f"axe, {name}: {violation}")
            self.page.emulate_media(color_scheme="light", forced_colors="none", reduced_motion="no-preference")

    def _look_narrow(self, where: str) -> None:
        size = self.page.viewport_size
        assert size is not None
        for width in (NARROW, PHONE):
            self.page.set_viewport_size({"width": width, "height": 800})
            for wide in self.page.evaluate(WIDE):
                self.watch.fault(where, f"wider than {width}: {wide}")
        # Whoever enlarges only the text, as some browsers do: widths asked for in em stay as they were.
        if os.environ.get("DIALOGWERK_TEST_LONG") == "1":
            self.page.evaluate("() => { document.documentElement.style.fontSize = '200%'; }")
            for wide in self.page.evaluate(WIDE):
                self.watch.fault(where, f"wider than {PHONE} with its text enlarged: {wide}")
            self.page.evaluate("() => document.documentElement.removeAttribute('style')")
        self.page.set_viewport_size(size)

    def close(self) -> None:
        self.context.close()


class Browsers:
    """Two Chromiums: the usual one, and one of somebody who set the text to twice its size."""

    def __init__(self, usual: Browser, large: Browser, base: str) -> None:
        self.usual = usual
        self.base = base
        self.axe = AXE.read_text(encoding="utf-8")
        self._html = ""
        self._page = large.new_context(viewport={"width": PHONE, "height": 844}).new_page()

    def look_large(self, watch: Watch, where: str, url: str, html: str) -> None:
        """The same page with text of twice the size, on phones and on a wide screen."""
        page = self._page
        page.route(url, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
        page.goto(url)
        for width in (NARROW, PHONE, DESK):
            page.set_viewport_size({"width": width, "height": 844})
            for wide in page.evaluate(WIDE):
                watch.fault(where, f"wider than {width} with large text: {wide}")
        page.unroute(url)


@contextmanager
def browsers(base: str) -> Iterator[Browsers]:
    """Starts both; nothing is downloaded."""
    path = chromium()
    if not AXE.exists():
        _missing("axe-core is not installed: npm ci")
    with sync_playwright() as playwright:
        usual = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        large = playwright.chromium.launch(
            executable_path=path, args=[*ARGUMENTS, "--blink-settings=defaultFontSize=32,defaultFixedFontSize=26"]
        )
        try:
            yield Browsers(usual, large, base)
        finally:
            large.close()
            usual.close()
