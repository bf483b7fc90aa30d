"""The registry and its promises: nothing undeclared starts, looking changes nothing, what is not there looks alike."""

import re
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from sqlalchemy import Engine, inspect, text

from feedback.routes.previews import LETTER_POLICY
from kit import clock
from kit.db import Database
from kit.endpoint import PUBLIC_CACHE
from kit.registry import Undeclared, route
from kit.tokens import derive
from registration.letters import OWN
from registration.models import Registration
from registration.operations import cancel
from registration.routes.shown import confirm_path, own_path
from tests.conftest import NOW, World
from tests.web.scene import Scene
from web import app as web
from web.app import build, declared


@pytest.fixture
def scene(database: Database, world: World) -> Scene:
    return Scene(database, world)


def look() -> None:
    """An endpoint."""


@pytest.mark.parametrize(
    "values",
    [
        {"permission": "everyone"},
        {"permission": ""},
        {"permission": "public", "cache": "forever"},
        {"permission": "public", "rate": "often"},
        {"permission": "public", "changes_state": True},
        {"method": "HEAD", "permission": "public", "changes_state": True},
        {"method": "POST", "permission": "public"},
        {"permission": "token"},
        {"permission": "owner"},
        {"permission": "reader"},
        {"permission": "helper"},
        {"permission": "organiser"},
    ],
)
def test_a_declaration_that_does_not_hold_together_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(Undeclared):
        route(**{"method": "GET", "path": "/neu", "endpoint": look} | values)


def test_a_route_without_a_declaration_cannot_be_made() -> None:
    with pytest.raises(TypeError):
        route("GET", "/neu", look)  # type: ignore[call-arg]


def test_what_only_looks_is_not_counted_as_a_change() -> None:
    # Counting writes, and a look that writes finds the database locked.
    with pytest.raises(Undeclared):
        route("GET", "/neu", look, permission="signed_in", rate="session")


def test_an_address_declared_twice_stops_the_start(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "ROUTES", (*web.ROUTES, replace(web.ROUTES[0], endpoint=look)))
    with pytest.raises(Undeclared):
        build()


def test_whatever_changes_state_is_never_kept_for_others() -> None:
    assert [entry.path for entry in declared() if entry.changes_state and entry.cache != "none"] == []
    assert [entry.path for entry in declared() if entry.cache == "public" and entry.permission != "public"] == []


def dump(database: Database) -> dict[str, list[str]]:
    """Every row of every table, the job engine's included. When a session was last used is left out."""
    found = {}
    with database.engine.connect() as connection:
        if not database.sqlite:
            connection.execute(text("SELECT set_config('app.scope', 'backup', true)"))
        for name, statement in statements(database.engine):
            found[name] = sorted(repr(tuple(row)) for row in connection.execute(text(statement)))
    return found


@cache
def statements(engine: Engine) -> list[tuple[str, str]]:
    """Each table and how all of it is read; asked once, because a test that dumps often never changes the schema."""
    inspector = inspect(engine)
    made = []
    for schema in [None] if engine.dialect.name == "sqlite" else [None, "dbos"]:
        for table in inspector.get_table_names(schema=schema):
            columns = [
                column["name"]
                for column in inspector.get_columns(table, schema=schema)
                if (table, column["name"]) != ("login_session", "seen_at")
            ]
            named = ", ".join(f'"{name}"' for name in columns)
            place = f'{schema}."{table}"' if schema else f'"{table}"'
            made.append((f"{schema or ''}.{table}", f"SELECT {named} FROM {place}"))
    return made


def test_looking_changes_nothing(scene: Scene, database: Database) -> None:
    """Every GET as somebody who may see it, and as nobody, a later hour included."""
    changed = []
    browsers = {"owner": scene.browser("owner"), "desk": scene.browser("desk"), "nobody": scene.browser()}
    for entry in declared():
        if entry.method != "GET":
            continue
        path = scene.path(entry.path)
        who = "desk" if entry.permission == "desk" else "owner"
        before = dump(database)
        seen = [browsers[who].get(path).status_code, browsers["nobody"].get(path).status_code]
        seen.append(browsers["nobody"].head(path).status_code)
        clock.fix(NOW + timedelta(minutes=20))
        seen.append(browsers[who].get(path).status_code)
        clock.fix(NOW)
        if dump(database) != before:
            changed.append(path)
        if max(seen) >= 500:
            changed.append(f"{path} answers {seen}")
    assert changed == []


def bare(response: Any) -> tuple[int, bytes, list[tuple[str, str]]]:
    headers = sorted((name, value) for name, value in response.headers.items() if name != "date")
    return response.status_code, response.content, headers


def test_unknown_foreign_and_expired_links_are_one_page(scene: Scene, world: World, database: Database) -> None:
    registration = world.sign_up(scene.dialogue())
    old_own, old_confirm = own_path(registration), confirm_path(registration)
    token = own_path(registration).rpartition("/")[2]
    with database.engine.begin() as connection:
        if not database.sqlite:
            connection.execute(text("SELECT set_config('app.scope', 'migration', true)"))
        connection.execute(text("UPDATE registration SET token_version = 2"))
    flipped = token[:-1] + ("a" if token[-1] != "a" else "b")
    other_id = derive(OWN, "a" * 16, 1)
    odd = ["x", "a" * 46, "A" * 46, token.upper(), flipped, other_id, token + "a", token[4:], "ä" * 46, "%00"]
    client = scene.browser()
    own = [bare(client.get(f"/anmeldung/{odd_token}")) for odd_token in odd]
    own += [bare(client.get(old_own)), bare(client.get(f"/anmeldung/{old_confirm.rpartition('/')[2]}"))]
    confirm = [bare(client.get(f"/bestaetigen/{odd_token}")) for odd_token in odd]
    confirm += [bare(client.get(old_confirm)), bare(client.get(f"/bestaetigen/{token}"))]
    plain = [page for page in own + confirm if page[0] == 404]
    assert len(plain) == len(own + confirm)
    # A token with a control letter never reaches a link's page; it names no page of any kind.
    assert len(set(map(repr, own[:9] + own[10:] + confirm[:9] + confirm[10:]))) == 1
    assert "/anmeldung/link" in own[0][1].decode()


def test_sign_in_links_that_are_used_or_over_look_like_unknown_ones(scene: Scene) -> None:
    client = scene.browser()
    used = scene.sign_in_token()
    assert client.post(f"/anmelden/{used}").status_code == 303
    late = scene.sign_in_token()
    fresh = scene.browser()
    clock.fix(NOW + timedelta(hours=1))
    pages = {repr(bare(fresh.get(f"/anmelden/{token}"))) for token in (used, late, "x", "a" * 46)}
    assert len(pages) == 1
    assert fresh.get(f"/anmelden/{late}").status_code == 404
    assert fresh.post(f"/anmelden/{late}").status_code == 404


def test_foreign_and_unknown_things_of_the_workspace_are_one_page(scene: Scene, world: World) -> None:
    foreign = world.dialogue(scene.other)
    registration = world.confirm(world.sign_up(foreign))
    mine = scene.dialogue()
    client = scene.browser("owner")
    pages = {
        repr(bare(client.get(path)))
        for path in (
            f"/arbeitsplatz/{scene.other.slug}/",
            "/arbeitsplatz/gibt-es-nicht/",
            f"/arbeitsplatz/{scene.other.slug}/dialoge/{foreign.slug}",
            f"/arbeitsplatz/{scene.initiative.slug}/dialoge/{foreign.slug}",
            f"/arbeitsplatz/{scene.initiative.slug}/dialoge/gibt-es-nicht",
            f"/arbeitsplatz/{scene.initiative.slug}/dialoge/{mine.slug}/anmeldungen/{registration.id}",
            f"/arbeitsplatz/{scene.initiative.slug}/dialoge/{foreign.slug}/anmeldungen/{registration.id}",
            f"/arbeitsplatz/{scene.initiative.slug}/dialoge/{mine.slug}/anmeldungen/gibtesnicht",
            f"/arbeitsplatz/{scene.other.slug}/team",
            "/gibt/es/nicht",
        )
    }
    assert len(pages) == 1
    assert client.get(f"/arbeitsplatz/{scene.other.slug}/").status_code == 404


def test_drafts_are_not_there_for_visitors(scene: Scene) -> None:
    draft = scene.draft()
    client = scene.browser()
    unknown = bare(client.get("/dialoge/gibt-es-nicht"))
    for path in (f"/dialoge/{draft.slug}", f"/dialoge/{draft.slug}/anmeldung", f"/dialoge/{draft.slug}/kalender.ics"):
        assert bare(client.get(path)) == unknown


def test_a_cancelled_registration_answers_to_its_link_only(scene: Scene, world: World) -> None:
    registration = world.confirm(world.sign_up(scene.dialogue()))
    path = own_path(registration)
    world.within(
        registration,
        lambda session: cancel(session, registration=session.get_one(Registration, registration.id), now=NOW),
    )
    assert scene.browser().get(path).status_code == 200
    assert scene.browser().get(f"{path}/ticket.pdf").status_code in (404, 409)


WANTED = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}


@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgres", marks=pytest.mark.slow)], indirect=True)
def test_every_answer_is_dressed(scene: Scene) -> None:
    """Headers on every answer of every address; no style or script inside a page, none from elsewhere."""
    browsers = {"owner": scene.browser("owner"), "desk": scene.browser("desk"), "nobody": scene.browser()}
    for entry in declared():
        path = scene.path(entry.path)
        who = "desk" if entry.permission == "desk" else "owner"
        answers = [browsers[who].request(entry.method, path), browsers["nobody"].request(entry.method, path)]
        for response in answers:
            dressed(response, path)
        kept = "no-store"
        if entry.cache == "public":
            kept = PUBLIC_CACHE
        elif (
            path.endswith(("kalender.ics", "/dialoge.json", "/feed.atom", "/ergebnisse.csv", "/ergebnisse.json"))
            and entry.permission == "public"
        ):
            # Programs that subscribe ask again by themselves.
            kept = "public, max-age=300"
        elif entry.path.startswith("/kalender/") and entry.path.endswith(".ics") and entry.permission == "token":
            # Asked again each time, with what the program knows, and kept by nobody between.
            kept = "private, no-cache"
        elif entry.path == "/logo/{logo}":
            kept = "public, max-age=31536000, immutable"
        assert [answer.headers["cache-control"] for answer in answers] == [kept, kept], path


def test_pages_of_faults_are_dressed_too(scene: Scene) -> None:
    client = scene.browser()
    for response, status in (
        (client.get("/gibt-es-nicht"), 404),
        (client.put("/"), 405),
        (client.delete("/impressum"), 405),
        (client.post("/abmelden", headers={"sec-fetch-site": "cross-site"}), 403),
        (client.get("/", headers={"host": "evil.example"}), 400),
        (client.post("/barrierefreiheit", content=b"x", headers={"content-type": "text/plain"}), 400),
        (client.post("/barrierefreiheit", data={"text": "x" * 1_000_001}), 413),
        (client.get("/anmeldung/link?x=" + "y" * 4001), 400),
    ):
        assert response.status_code == status
        dressed(response, str(response.url))
        assert response.headers["cache-control"] == "no-store"
        assert response.text.count("<h1") == 1


def test_an_address_with_a_slash_too_many_names_no_host(scene: Scene) -> None:
    answer = scene.browser().get("/anmelden/?weiter=/arbeitsplatz/", headers={"host": "testserver:9"})
    assert (answer.status_code, answer.headers["location"]) == (307, "/anmelden?weiter=/arbeitsplatz/")
    assert scene.browser().get("/arbeitsplatz").headers["location"] == "/arbeitsplatz/"
    assert scene.browser().get("http://testserver//anmelden/").status_code == 404
    # The end of a pattern also stands before a last line feed.
    assert scene.browser().get("/anmelden%0a").status_code == 404
    assert sorted(scene.browser().put("/anmelden").headers["allow"].split(", ")) == ["GET", "HEAD"]


def dressed(response: Any, path: str) -> None:
    assert {name: response.headers.get(name) for name in WANTED} == WANTED, path
    policy = response.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; ")
    if path.endswith("/emails/vorschau/html") and response.status_code == 200:
        # A letter carries its own styles, as every mail does; the frame around it lets nothing run.
        assert policy == LETTER_POLICY
        return
    # The door reads codes with the camera, and its reader is WebAssembly; nothing else may.
    door = response.status_code == 200 and re.search(r"/einlass(/[a-z2-7]{46})?$", path) is not None
    assert ("unsafe" in policy) == door, path
    assert policy.replace(" 'wasm-unsafe-eval'", "", 1).count("unsafe") == 0
    camera = "camera=(self)" if door else "camera=()"
    assert response.headers["permissions-policy"] == f"{camera}, geolocation=(), microphone=()", path
    if not response.headers.get("content-type", "").startswith("text/html") or response.status_code == 303:
        return
    page = response.text
    assert re.findall(r"<style|\sstyle\s*=|\son\w+\s*=\s*[\"']|javascript:", page) == [], path
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", page, re.DOTALL)
    assert [body for given, body in scripts if body.strip() and 'type="application/ld+json"' not in given] == [], path
    sources = re.findall(r"<(?:script|link|img|iframe|source)\b[^>]*?(?:src|href)=\"([^\"]+)\"", page)
    away = [one for one in sources if re.match(r"(?:https?:)?//", one) and not one.startswith("http://testserver/")]
    assert away == [], path
