"""The people of an initiative as browsers of the whole application."""

import re
from html import unescape
from typing import Any

from sqlalchemy import event
from starlette.testclient import TestClient

from accounts import cookies
from accounts.operations import ensure_person, sign_in
from events.models import HeardReport
from kit import clock
from kit.db import wide
from kit.journal import SYSTEM
from network import operations
from network.models import Initiative
from tests.conftest import NOW, World
from web.app import build


def visitor(world: World) -> TestClient:
    """A browser of nobody, at NOW."""
    clock.fix(NOW)
    return TestClient(build(data=world.database), follow_redirects=False)


def staff(world: World, initiative_id: str, role: str) -> TestClient:
    """A browser of somebody with this role."""
    client = visitor(world)
    email = f"{role}@{initiative_id[:6]}.example"

    def work(session: Any) -> str:
        operations.ensure_operator(session, now=NOW)
        session.flush()
        found = session.get_one(Initiative, initiative_id)
        operations.add_member(session, initiative=found, email=email, role=role, welcome=False, actor=SYSTEM, now=NOW)
        person = ensure_person(session, email=email, now=NOW)
        return sign_in(session, person_id=person.id, old_cookie="", now=NOW)

    client.cookies.set(cookies.cookie_name(), world.database.transact(wide("person"), work))
    return client


def base(world: World, dialogue: Any) -> str:
    """The address of a dialogue in the workspace."""
    initiative = next(row for row in world.rows(Initiative) if row.id == dialogue.initiative_id)
    return f"/arbeitsplatz/{initiative.slug}/dialoge/{dialogue.slug}"


def fields(page: str, form_id: str) -> dict[str, Any]:
    """What a browser would send of a form as it stands, its buttons left out."""
    start = page.index(f'id="{form_id}"')
    form = page[start : page.index("</form>", start)]
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        given = {name: unescape(value) for name, value in re.findall(r'([a-z-]+)="([^"]*)"', tag)}
        if given.get("type") not in ("checkbox", "radio"):
            if given["name"] in found:
                earlier = found[given["name"]]
                found[given["name"]] = [*(earlier if isinstance(earlier, list) else [earlier]), given.get("value", "")]
            else:
                found[given["name"]] = given.get("value", "")
        elif " checked" in tag:
            found.setdefault(given["name"], []).append(given["value"])
    for name, text in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>\r?\n?(.*?)</textarea>', form, re.DOTALL):
        found[name] = unescape(text)
    for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option selected value="([^"]*)"', options) or re.search(r'value="([^"]*)"', options)
        assert chosen is not None
        found[name] = unescape(chosen[1])
    return found


def statements(world: World, client: TestClient, address: str) -> int:
    """How many questions a page asks."""
    return len(questions(world, client, address))


# The change counter, and on PostgreSQL the scope it is asked in.
BY_THE_CLOCK = ("SELECT (SELECT count(*) FROM dialogue)", "SELECT set_config('app.scope', 'public'")


def questions(world: World, client: TestClient, address: str) -> list[str]:
    """What a page asks the database. What is asked by the clock does not count: the change counter of the page cache
    once a second, and the note every ten minutes that somebody was here.
    """
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("SELECT") and not statement.startswith(BY_THE_CLOCK):
            seen.append(statement)

    event.listen(world.database.engine, "before_cursor_execute", note)
    assert client.get(address).status_code == 200
    event.remove(world.database.engine, "before_cursor_execute", note)
    return seen


def heard(world: World, dialogue: Any, *, published: bool = True) -> HeardReport:
    """What a team tells of a dialogue."""
    report = HeardReport(
        initiative_id=dialogue.initiative_id, dialogue_id=dialogue.id, text="Viele fragten nach dem Lärm.",
        published_at=NOW if published else None, changed_at=NOW,
    )  # fmt: skip
    world.within(dialogue, lambda session: session.add(report))
    return report
