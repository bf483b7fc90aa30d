"""What stands around every answer: hosts, forms from elsewhere, the cache of public pages, and input that is no form."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest
from sqlalchemy import event
from starlette.testclient import TestClient

from events.models import Dialogue
from kit import clock
from kit.db import Database
from kit.endpoint import PUBLIC_CACHE
from registration.routes.shown import own_path
from tests.conftest import NOW, World, environment
from tests.web.scene import Scene
from web.app import build
from web.shield import PublicPages

BASE = "https://dialog.example"
PRODUCTION = {
    "DIALOGWERK_ENV": "production",
    "DIALOGWERK_BASE_URL": BASE,
    "DIALOGWERK_SECRET_KEY": "a-secret-of-the-tests-with-40-characters",
    "DIALOGWERK_SMTP_URL": "smtp://127.0.0.1:2525?tls=none",
    "DIALOGWERK_MAIL_FROM": "post@dialog.example",
}


@pytest.fixture
def engine() -> str:
    """Hosts, headers and caches do not depend on the database."""
    return "sqlite"


@pytest.fixture
def scene(database: Database, world: World) -> Scene:
    return Scene(database, world)


@pytest.fixture
def site(database: Database) -> Iterator[TestClient]:
    """The application as in production."""
    with environment(DIALOGWERK_DATABASE_URL=database.url, **PRODUCTION):
        clock.fix(NOW)
        yield TestClient(build(), base_url=BASE, follow_redirects=False, raise_server_exceptions=False)


# The header sets that browsers and programs send with a posted form, and whether it is taken.
SENT: dict[str, tuple[dict[str, str], bool]] = {
    "Chrome, own page": ({"sec-fetch-site": "same-origin", "origin": BASE, "sec-fetch-mode": "navigate"}, True),
    "Firefox, own page": ({"sec-fetch-site": "same-origin", "origin": BASE, "sec-fetch-dest": "document"}, True),
    "Safari 16.4, own page": ({"sec-fetch-site": "same-origin", "origin": BASE}, True),
    "typed or reloaded": ({"sec-fetch-site": "none", "sec-fetch-user": "?1"}, True),
    "Chrome, another subdomain": ({"sec-fetch-site": "same-site", "origin": "https://evil.dialog.example"}, False),
    "Firefox, another subdomain": ({"sec-fetch-site": "same-site"}, False),
    "Chrome, another site": ({"sec-fetch-site": "cross-site", "origin": "https://evil.example"}, False),
    "Chrome, framed without origin": ({"sec-fetch-site": "cross-site", "origin": "null"}, False),
    "a new word of the header": ({"sec-fetch-site": "somewhere", "origin": BASE}, False),
    "old Safari, own page": ({"origin": BASE}, True),
    "old Safari, another site": ({"origin": "https://evil.example"}, False),
    "old Safari, another port": ({"origin": f"{BASE}:8443"}, False),
    "old Safari, without https": ({"origin": "http://dialog.example"}, False),
    "old Safari, longer host": ({"origin": f"{BASE}.evil.example"}, False),
    "old Safari, sandboxed": ({"origin": "null"}, False),
    "Origin empty, as some proxies leave it": ({"origin": ""}, True),
    "curl": ({}, True),
    "behind a proxy": ({"sec-fetch-site": "same-origin", "origin": BASE, "x-forwarded-host": "evil.example"}, True),
    "a proxy cannot vouch": ({"origin": "https://evil.example", "x-forwarded-host": "evil.example"}, False),
    "only a foreign referer": ({"referer": "https://evil.example/"}, True),
}


@pytest.mark.parametrize("name", SENT)
def test_forms_come_from_our_own_pages(site: TestClient, name: str) -> None:
    headers, taken = SENT[name]
    found = site.post("/barrierefreiheit", data={"text": "Zu kleine Schrift."}, headers=headers)
    assert found.status_code == (303 if taken else 403)
    for method in ("PUT", "DELETE", "PATCH"):
        assert site.request(method, "/barrierefreiheit", headers=headers).status_code == (405 if taken else 403)


def test_looking_is_open_to_links_from_everywhere(site: TestClient) -> None:
    for headers, _taken in SENT.values():
        assert site.get("/impressum", headers=headers).status_code == 200
        assert site.head("/impressum", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("dialog.example", 200),
        ("DIALOG.EXAMPLE", 200),
        ("dialog.example:443", 200),
        ("evil.example", 400),
        ("dialog.example.evil.example", 400),
        ("evil.dialog.example", 400),
        ("dialog.example@evil.example", 400),
        ("127.0.0.1", 400),
        ("localhost", 400),
        ("[::1]", 400),
        ("testserver", 400),
        ("", 400),
    ],
)
def test_only_our_own_name_is_answered(site: TestClient, host: str, status: int) -> None:
    answer = site.get("/impressum", headers={"host": host, "x-forwarded-host": "dialog.example"})
    assert answer.status_code == status
    assert "evil" not in answer.text


def test_https_is_told_to_browsers(site: TestClient) -> None:
    assert site.get("/impressum").headers["strict-transport-security"] == "max-age=31536000"


def test_head_answers_like_get_without_a_body(scene: Scene) -> None:
    client = scene.browser()
    dialogue = scene.dialogue()
    for path in (
        "/",
        f"/dialoge/{dialogue.slug}",
        f"/dialoge/{dialogue.slug}/anmeldung",
        "/gibt-es-nicht",
        "/anmelden",
    ):
        get, head = client.get(path), client.head(path)
        assert (head.status_code, head.content) == (get.status_code, b"")
        kept = ("content-type", "cache-control", "content-security-policy")
        assert {name: head.headers[name] for name in kept} == {name: get.headers[name] for name in kept}


# --- the cache of public pages ---


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if "set_config" not in statement:
            statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def test_a_public_page_is_made_once(scene: Scene, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    # One look at the change counter for the whole test.
    monkeypatch.setattr(PublicPages, "ASK_EVERY", 60.0)
    dialogue = scene.dialogue()
    client = scene.browser()
    for path in ("/", f"/dialoge/{dialogue.slug}", "/initiativen/", "/impressum"):
        first = client.get(path)
        with counted(database) as statements:
            again = [client.get(path) for _number in range(5)]
        assert statements == []
        assert {page.content for page in again} == {first.content}
        assert first.headers["cache-control"] == "public, max-age=0, must-revalidate"
        assert first.headers["vary"] == "Cookie"


def page_of(body: bytes, made: list[str]) -> Any:
    """An application of one public page, which notes each making."""

    async def app(scope: Any, _receive: Any, send: Any) -> None:
        made.append(scope["path"])
        headers = [(b"cache-control", PUBLIC_CACHE.encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app


async def ask(pages: PublicPages, path: str) -> None:
    async def send(_message: Any) -> None: ...

    await pages({"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": []}, send, send)


def test_kept_pages_have_an_end_in_bytes(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PublicPages, "ASK_EVERY", 60.0)
    monkeypatch.setattr(PublicPages, "MOST_BYTES", 50_000)
    made: list[str] = []
    pages = PublicPages(page_of(b"x" * 10_000, made), database)

    async def several() -> None:
        for number in [*range(20), 19, 18, 0, 0]:
            await ask(pages, f"/{number}")

    anyio.run(several)
    assert made == [*(f"/{number}" for number in range(20)), "/0"]
    assert sum(len(kept.body) for kept in pages._kept.values()) == 40_000
    # What nobody asks for again goes with its time, whatever room there is.
    monkeypatch.setattr(PublicPages, "MOST_BYTES", 1_000_000)
    monkeypatch.setattr(PublicPages, "LIVES", 0.0)
    pages = PublicPages(page_of(b"x", made), database)
    anyio.run(several)
    assert [path for path, _query, _language in pages._kept] == ["/0"]


def test_a_clock_set_by_hand_makes_kept_pages_old(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PublicPages, "ASK_EVERY", -1.0)
    monkeypatch.setenv("DIALOGWERK_NOW_FILE", str(tmp_path / "clock"))
    made: list[str] = []
    pages = PublicPages(page_of(b"x", made), database)
    counts = []
    for told in ("2027-03-01", "2027-03-01", "2027-03-02", ""):
        (tmp_path / "clock").write_text(told)
        anyio.run(ask, pages, "/")
        counts.append(len(made))
    assert counts == [1, 1, 2, 2]


def test_an_unchanged_page_is_not_sent_again(scene: Scene) -> None:
    client = scene.browser()
    first = client.get("/impressum")
    tag = first.headers["etag"]
    again = client.get("/impressum", headers={"if-none-match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert again.headers["x-content-type-options"] == "nosniff"
    assert client.get("/impressum", headers={"if-none-match": 'W/"other"'}).status_code == 200
    assert client.head("/impressum", headers={"if-none-match": tag}).status_code == 304


@pytest.mark.parametrize("change", ["seats", "title", "initiative"])
def test_a_change_is_seen_within_two_seconds(scene: Scene, world: World, change: str) -> None:
    dialogue = scene.dialogue(capacity=3)
    client = scene.browser()
    path = "/initiativen/ems" if change == "initiative" else f"/dialoge/{dialogue.slug}"
    before = client.get(path).text
    time.sleep(1.1)
    assert client.get(path).text == before
    if change == "seats":
        world.sign_up(dialogue, size=3)
    elif change == "title":
        rename(scene, dialogue)
    else:
        owner = scene.browser("owner")
        form = {"name": "Dialogverbund Neuer Name (fiktiv)", "accent": "stahl", "street": "Musterweg 1",
                "place": "49999 Beispielmoor", "email": "post@ems.example"}  # fmt: skip
        assert owner.post("/arbeitsplatz/ems/einstellungen", data=form).status_code == 303
    time.sleep(1.1)
    after = client.get(path).text
    assert after != before


def rename(scene: Scene, dialogue: Any) -> None:
    def work(session: Any) -> None:
        row = session.get_one(Dialogue, dialogue.id)
        row.title = "Ein anderer Titel"
        row.version += 1
        session.add(row)

    scene.world.within(dialogue, work)


def test_languages_are_kept_apart(scene: Scene) -> None:
    client = scene.browser()
    german = client.get("/impressum").text
    english = client.get("/impressum?sprache=en")
    assert english.headers["set-cookie"] == "sprache=en; Path=/; Max-Age=31536000; SameSite=Lax"
    assert '<html lang="en"' in english.text
    assert '<html lang="en"' in client.get("/impressum").text
    fresh = scene.browser()
    kept = fresh.get("/impressum")
    assert kept.text == german
    assert "set-cookie" not in kept.headers
    for odd in ("xx", "../de", "qps-x", "", "de\x00"):
        answer = fresh.get("/impressum", params={"sprache": odd})
        assert answer.status_code in (200, 404)
        assert '<html lang="de"' in answer.text


def test_nobody_is_shown_somebody_elses_page(scene: Scene, world: World) -> None:
    """Personal pages and those behind sign-in are never kept, and public ones hold nothing of who asked."""
    owner, visitor = scene.browser("owner"), scene.browser()
    dialogue = scene.dialogue()
    path = own_path(world.confirm(world.sign_up(dialogue)))
    for address in (path, "/arbeitsplatz/ems/", "/anmelden", f"/dialoge/{dialogue.slug}/anmeldung"):
        answer = owner.get(address)
        assert answer.headers["cache-control"] == "no-store"
        assert "etag" not in answer.headers
    assert visitor.get("/arbeitsplatz/ems/").status_code == 303
    for address in ("/", f"/dialoge/{dialogue.slug}", "/impressum"):
        assert owner.get(address).text == scene.browser().get(address).text
        assert "owner@ems.example" not in owner.get(address).text


# --- input that is no form ---


def test_large_bodies_are_refused_before_they_are_read(scene: Scene) -> None:
    client = scene.browser()
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert client.post("/barrierefreiheit", content=b"text=" + b"x" * 1_000_000, headers=form).status_code == 413

    def endless() -> Iterator[bytes]:
        for _number in range(2000):
            yield b"x" * 10_000

    begun = time.monotonic()
    assert client.post("/barrierefreiheit", content=endless(), headers=form).status_code == 413
    part = b'--b\r\ncontent-disposition: form-data; name="text"\r\n\r\n'
    multi = {"content-type": "multipart/form-data; boundary=b"}

    def parts() -> Iterator[bytes]:
        yield part
        yield from endless()

    assert client.post("/barrierefreiheit", content=parts(), headers=multi).status_code in (400, 413)
    assert time.monotonic() - begun < 10


URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=b"
FIELD = b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\n'
ODD: dict[str, tuple[str, bytes]] = {
    "ten thousand fields": (URLENCODED, "&".join(f"f{number}=1" for number in range(10_000)).encode()),
    "ten thousand times one field": (URLENCODED, b"text=1&" * 10_000),
    "invalid UTF-8": (URLENCODED, b"text=%ff%fe%c3&email=%80"),
    "raw invalid UTF-8": (URLENCODED, b"text=\xff\xfe\xc3&\x80=\x80"),
    "NUL": (URLENCODED, b"text=a%00b&email=a%00@post.example&form_key=%00&name=%00"),
    "lone surrogate": (URLENCODED, b"text=%ed%a0%80&email=%ed%b0%80@post.example"),
    "nothing but signs": (URLENCODED, b"&&&===&;;%%%&=&=x&x"),
    "deep junk": (URLENCODED, b"text" + b"[a]" * 20_000 + b"=1"),
    "long name": (URLENCODED, b"x" * 900_000 + b"=1"),
    "line separators": (URLENCODED, "text=a\u2028b\u2029c\u0085d&email=a\u2028@post.example".encode()),
    "JSON": ("application/json", b'{"text": ' * 5000),
    "XML": ("text/xml", b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'b'>]><a>&b;</a>"),
    "plain": ("text/plain", b"text=x"),
    "no kind": ("", b"text=x"),
    "strange kind": ("\x7f/;;;boundary", b"text=x"),
    "Latin-1 in a form of UTF-8": (f"{URLENCODED}; charset=iso-8859-1", b"text=Gr%FC%DFe"),
    "multipart without boundary": ("multipart/form-data", FIELD + b"x\r\n--b--\r\n"),
    "multipart, long boundary": ("multipart/form-data; boundary=" + "b" * 5000, b"--b--"),
    "multipart, wrong boundary": (MULTIPART, b"--c\r\n\r\nx\r\n--c--\r\n"),
    "multipart, cut off": (MULTIPART, FIELD + b"half"),
    "multipart, no end": (MULTIPART, FIELD + b"x\r\n"),
    "multipart, no name": (MULTIPART, b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n"),
    "multipart, no header": (MULTIPART, b"--b\r\n\r\nx\r\n--b--\r\n"),
    "multipart, odd header": (MULTIPART, b"--b\r\n\x00\xff: \r\n\r\nx\r\n--b--\r\n"),
    "multipart, unknown charset": (
        "multipart/form-data; charset=klingon; boundary=b", FIELD + b"\xff\r\n--b--\r\n",
    ),
    "multipart, utf-16": ("multipart/form-data; charset=utf-16; boundary=b", FIELD + b"\xff\r\n--b--\r\n"),
    "multipart, a file": (
        MULTIPART,
        b'--b\r\nContent-Disposition: form-data; name="text"; filename="a.html"\r\n\r\n<script>\r\n--b--\r\n',
    ),
    "multipart, invalid UTF-8": (MULTIPART, FIELD + b"\xff\xfe\x00\r\n--b--\r\n"),
    "multipart, many parts": (MULTIPART, (FIELD + b"x\r\n") * 3000 + b"--b--\r\n"),
    "empty": (URLENCODED, b""),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_what_is_no_form_gets_a_clear_page(scene: Scene, database: Database, name: str, engine: str) -> None:
    """Each kind of junk at the sign-up form, the report of a barrier, the sign-in and a form behind sign-in."""
    kind, body = ODD[name]
    headers = {"content-type": kind} if kind else {}
    dialogue = scene.dialogue()
    visitor, owner = scene.browser(), scene.browser("owner")
    begun = time.monotonic()
    for client, path in (
        (visitor, f"/dialoge/{dialogue.slug}/anmeldung"),
        (visitor, "/barrierefreiheit"),
        (visitor, "/anmelden"),
        (visitor, "/anmeldung/link"),
        (owner, "/arbeitsplatz/ems/dialoge/neu"),
        (owner, "/arbeitsplatz/ems/team"),
        (owner, "/arbeitsplatz/ems/einstellungen"),
        (owner, "/arbeitsplatz/konto"),
    ):
        answer = client.post(path, content=body, headers=headers)
        assert answer.status_code in (400, 413, 422) or (path == "/arbeitsplatz/konto" and answer.status_code == 303), (
            path,
            answer.status_code,
        )
        assert "Traceback" not in answer.text
    assert time.monotonic() - begun < 8


@pytest.mark.parametrize(
    "path",
    [
        "/?q=%00", "/?q=%ff%fe", "/?q=" + "x" * 3000, "/?datum=9999999999999-99-99", "/?land=%27%3B--", "/?seite=-1",
        "/?seite=99999999999999999999999", "/?q=%F0%9F%98%80", "/?q=%25%25_%25&q=2", "/?" + "a=1&" * 900, "/?sprache=%00",
        "/dialoge/%00", "/dialoge/%ff", "/dialoge/..%2f..%2fetc%2fpasswd", "/dialoge/" + "x" * 5000, "/dialoge/a%0d%0ab",
        "/kalender.ics?land=%00", "/kalender.ics?initiative=%ff&format=%27", "/static/../kit/settings.py",
        "/static/%2e%2e/pyproject.toml", "/static/%00", "/anmeldung/" + "%F0%9F%98%80" * 11, "//evil.example/%2f..",
        "/anmelden?weiter=//evil.example", "/anmelden?weiter=%00",
    ],
)  # fmt: skip
def test_odd_addresses_are_no_fault_of_ours(scene: Scene, path: str) -> None:
    for client in (scene.browser(), scene.browser("owner")):
        answer = client.get(path)
        assert answer.status_code < 500
        assert "location" not in answer.headers or not answer.headers["location"].startswith(("//", "http"))


@pytest.mark.parametrize(
    "cookie",
    ["dialogwerk=", "dialogwerk=x", "dialogwerk=" + "x" * 6000, 'dialogwerk="\\000"', "sprache=en; sprache", "=;=;=",
     "\xff=\xfe", "dialogwerk=\xff\xfe", 'sprache="en', "sprache=%00"],
)  # fmt: skip
def test_odd_cookies_are_nobodys(scene: Scene, cookie: str) -> None:
    client = scene.browser()
    for path, status in (("/", 200), ("/arbeitsplatz/", 303), ("/anmelden", 200)):
        assert client.get(path, headers={"cookie": cookie.encode("latin-1")}).status_code == status  # type: ignore[dict-item]
