"""The bounded child: nothing fetched, limits that bite, and the next document works."""

import http.server
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from kit import pdf
from kit.pdf.client import Worker, worker
from kit.settings import ROOT
from tests.pdf.reading import logo, pictures, texts

PLAIN = "<!doctype html><html lang=de><body><h1>Guten Tag</h1></body></html>"


def render(html: str, css: str = "", assets: dict[str, bytes] | None = None) -> bytes:
    return pdf.render(html, css=[css], assets=assets or {}, title="Probe", language="de")


class Site:
    """A web server that only notes what was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"body{color:red}")

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.server.shutdown()
    site.server.server_close()


def test_tagged_with_title_and_language(tmp_path: Path) -> None:
    data = render(PLAIN)
    assert [text.strip() for text in texts(data)] == ["Guten Tag"]
    path = tmp_path / "a.pdf"
    path.write_bytes(data)
    with pikepdf.open(path) as document:
        assert str(document.Root.Lang) == "de"
        assert bool(document.Root.MarkInfo.Marked) is True
        assert str(document.docinfo["/Title"]) == "Probe"
        with document.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
    subprocess.run(["qpdf", "--check", str(path)], check=True, capture_output=True)


def test_nothing_is_fetched(site: Site, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("Streng geheim 4711")
    picture = tmp_path / "red.png"
    Image.new("RGB", (50, 50), "red").save(picture)
    web, file = site.address, secret.as_uri()
    html = f"""<!doctype html><html lang=de><head><base href="{web}/base/">
<link rel=stylesheet href="{web}/link.css"><link rel=stylesheet href=relative.css>
<link rel=attachment href="{file}"><link rel=attachment href="{web}/attachment"><link rel=icon href="{web}/icon">
<style>@import url({web}/import.css); @import url({file});
@font-face{{font-family:Evil;src:url({web}/font.woff2),url({file})}}
body{{font-family:Evil;background:url({web}/background.png),url({picture.as_uri()})}}
p::before{{content:url({web}/content.png)}} li{{list-style-image:url({web}/list.png)}} @page{{background:url({web}/page.png)}}
</style></head><body><p>Text</p><ul><li>x</li></ul>
<img src="{web}/img.png"><img src="{picture.as_uri()}"><img src="{picture}"><img src=relative.png>
<img src="asset:unknown"><img src="asset:../../etc/passwd"><img src="ftp://127.0.0.1/x"><img src="FILE://{secret}">
<object data="{web}/object.svg"></object><embed src="{web}/embed.svg"><iframe src="{web}/frame"></iframe>
<a rel=attachment href="{file}">Anhang</a><a rel=attachment href="{web}/a">Anhang</a>
<svg width=10 height=10><image href="{web}/svg.png" width=10 height=10 /><use href="{web}/use.svg#a"/></svg>
<img src="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'>
<image width='9' height='9' href='{web}/in-data.png'/><style>@import url({web}/svg.css)</style></svg>">
</body></html>"""
    data = render(html, css=f"@import url({web}/own.css); h1{{background:url({web}/own.png)}}")
    assert site.asked == []
    with pikepdf.open(BytesIO(data)) as document:
        assert dict(document.attachments) == {}
        streams = [bytes(part.read_bytes()) for part in document.objects if isinstance(part, pikepdf.Stream)]
    assert [part for part in streams if b"4711" in part] == []
    colours = {colour for page in pictures(data, 50) for _, colour in page.convert("RGB").getcolors(100_000) or []}
    assert (255, 0, 0) not in colours


def test_registered_assets_and_data_addresses_are_shown() -> None:
    assets = {"logo": logo(), "sheet": b"h1{color:#0000ff}"}
    page = pictures(render('<img src="asset:logo" alt="Logo">', assets=assets), 50)[0].convert("RGB")
    assert (166, 61, 31) in {colour for _, colour in page.getcolors(100_000) or []}
    dot = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='99' height='99'><path fill='lime' d='M0 0h99v99H0z'/></svg>"
    page = pictures(render(f'<img src="{dot}" alt="Punkt">'), 50)[0].convert("RGB")
    assert (0, 255, 0) in {colour for _, colour in page.getcolors(100_000) or []}


BOMBS = {
    "time": "<div>" * 300 + "x" + "<table><tr><td>y" * 60 + "<p>z</p>" * 200_000,
    "memory": "<div style='columns:1000;height:1mm'>" + "<p>wort wort wort</p>" * 2_000_000,
}


@pytest.mark.parametrize("kind", sorted(BOMBS))
def test_a_bomb_fails_and_the_next_document_works(kind: str) -> None:
    own = Worker()
    arguments = {"css": [], "codes": {}, "title": "t", "language": "de", "variant": "pdf/ua-1"}
    try:
        started = time.monotonic()
        with pytest.raises(pdf.PdfFailed):
            own.call("render", {"html": BOMBS[kind], **arguments}, {}, wall=20, cpu=3)
        assert time.monotonic() - started < 20
        assert own.pid is None
        _, blobs = own.call("render", {"html": PLAIN, **arguments}, {}, wall=30, cpu=15)
        assert [text.strip() for text in texts(blobs["pdf"])] == ["Guten Tag"]
    finally:
        own.stop()


def test_wall_clock_kills_a_child_that_only_waits() -> None:
    own = Worker()
    with pytest.raises(pdf.PdfFailed, match="more time"):
        own.call("render", {}, {}, wall=0.05, cpu=15)
    assert own.pid is None


def test_many_threads_share_one_child() -> None:
    render(PLAIN)
    before = worker.pid
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: texts(render(PLAIN.replace("Tag", str(n))))[0].strip(), range(24)))
    assert found == [f"Guten {n}" for n in range(24)]
    assert worker.pid == before


def test_an_idle_end_is_not_noticed() -> None:
    own = Worker(idle_seconds=0.2)
    arguments = {"html": PLAIN, "css": [], "codes": {}, "title": "t", "language": "de", "variant": "pdf/ua-1"}
    try:
        own.call("render", arguments, {}, wall=30, cpu=15)
        first = own.pid
        assert first is not None
        assert own._process is not None
        assert own._process.wait(timeout=10) == 0
        own.call("render", arguments, {}, wall=30, cpu=15)
        assert own.pid not in (None, first)
    finally:
        own.stop()


def test_the_child_dies_with_its_parent() -> None:
    script = (
        "from kit import pdf; from kit.pdf.client import worker; import os, signal\n"
        f"pdf.render({PLAIN!r}, css=[], assets={{}}, title='t', language='de')\n"
        "print(worker.pid, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    child = int(done.stdout)
    deadline = time.monotonic() + 10
    while Path(f"/proc/{child}/stat").exists() and Path(f"/proc/{child}/stat").read_text().split()[2] != "Z":
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_the_child_gets_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIALOGWERK_SECRET_KEY", "very secret")
    own = Worker()
    arguments = {"html": PLAIN, "css": [], "codes": {}, "title": "t", "language": "de", "variant": "pdf/ua-1"}
    try:
        own.call("render", arguments, {}, wall=30, cpu=15)
        names = Path(f"/proc/{own.pid}/environ").read_bytes().split(b"\0")
        assert [name for name in names if name.startswith(b"DIALOGWERK")] == []
    finally:
        own.stop()


def test_web_process_does_not_import_weasyprint() -> None:
    script = "import kit.pdf, badges.sheet, registration.ticket, sys; print('weasyprint' in sys.modules)"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"
