"""Calendars under private addresses: one's own registration, the dialogues of one's team. They open nothing else."""

import re
from datetime import timedelta
from typing import Any

import pytest
from alembic import command
from sqlalchemy import event
from starlette.testclient import TestClient

from events import compose, queries
from events import operations as events
from events.models import Dialogue
from kit.db import Database, within
from kit.ical import Shown, lint, summary_of
from kit.tokens import derive
from mail.marks import fill
from mail.models import Letter
from network import operations as network
from network.models import Membership
from registration import operations
from registration.all_calendar import FEED
from registration.models import Registration
from registration.operations import cancel, erase
from registration.operations.sweeps import announce_changes
from registration.routes.shown import own_path
from tests.conftest import NOW, World
from tests.registration.test_calendar_loop import save
from tests.web.scene import Scene
from web import schema


def address(page: str, path: str = "/kalender/") -> str:
    """The private address that a page shows, without its host."""
    (found,) = set(re.findall(rf'"http://testserver({path}[^"]+\.ics)"', page))
    return str(found)


def entries(client: TestClient, path: str) -> list[Shown]:
    answer = client.get(path)
    assert (answer.status_code, lint(answer.content)) == (200, [])
    assert (answer.headers["content-type"], answer.headers["cache-control"]) == (
        "text/calendar; charset=utf-8",
        "private, no-cache",
    )
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT1H" in answer.content
    assert b"ATTENDEE" not in answer.content
    return summary_of(answer.content)


def test_one_s_own_calendar_follows_and_is_given_up(database: Database, world: World) -> None:
    scene = Scene(database, world)
    client = scene.browser()
    dialogue = scene.dialogue(capacity=1, online_link="https://treffen.example/raum")
    guest = world.confirm(world.sign_up(dialogue))
    waiting = world.confirm(world.sign_up(dialogue))
    assert "/kalender/" not in client.get(own_path(waiting)).text
    page = client.get(own_path(guest)).text
    path = address(page)
    (shown,) = entries(client, path)
    assert (shown["method"], shown["status"], shown["sequence"], shown["start"].hour) == ("PUBLISH", "CONFIRMED", 0, 17)  # type: ignore[union-attr]
    assert "https://treffen.example/raum" in shown["description"]
    mailed = client.get(f"{own_path(guest)}/kalender.ics").content
    assert summary_of(mailed) == [shown]
    tag = client.get(path).headers["etag"]
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304

    save(world, dialogue, start="2027-03-24T18:00", end="2027-03-24T22:00")
    assert entries(client, path)[0]["start"].hour == 18  # type: ignore[union-attr]
    announce_changes(world.database, NOW)
    (moved,) = entries(client, path)
    assert (moved["uid"], moved["sequence"]) == (shown["uid"], 1)

    token, own = path.split("/")[2].removesuffix(".ics"), own_path(guest).rpartition("/")[2]
    assert [client.get(f"/{place}").status_code for place in (f"anmeldung/{token}", f"kalender/{own}.ics")] == [404] * 2
    assert client.post(f"{own_path(guest)}/kalender").headers["location"] == f"{own_path(guest)}?geaendert=kalender"
    renewed = address(client.get(own_path(guest)).text)
    assert (client.get(path).status_code, entries(client, renewed)) == (404, [moved])

    def leave(session: Any) -> None:
        cancel(session, registration=session.get_one(Registration, guest.id), now=NOW)

    world.within(dialogue, leave)
    (gone,) = entries(client, renewed)
    assert (gone["uid"], gone["status"], gone["sequence"]) == (shown["uid"], "CANCELLED", 2)
    assert "treffen.example" not in client.get(renewed).text
    world.within(
        dialogue,
        lambda session: erase(session, registration=session.get_one(Registration, guest.id), actor="x", now=NOW),
    )
    assert client.get(renewed).status_code == 404


def test_all_registrations_of_a_mailbox_are_one_calendar(database: Database, world: World) -> None:
    scene = Scene(database, world)
    client = scene.browser()
    guest = "gast@post.example"
    here = world.confirm(world.sign_up(scene.dialogue(title="Hier"), guest))
    there = world.confirm(world.sign_up(world.dialogue(scene.other, title="Anderswo"), "Gast@POST.example"))
    world.confirm(world.sign_up(scene.dialogue(title="Einer anderen Person"), "gast+x@post.example"))
    world.sign_up(scene.dialogue(title="Nicht bestätigt"), guest)
    ask = f"{own_path(here)}/alle-kalender"
    assert ask in client.get(own_path(here)).text
    assert client.post(ask).headers["location"] == f"{ask}?gesendet=1"
    # No second one on the same day, and nobody is told to wait for it.
    assert client.post(ask).headers["location"] == f"{ask}?gesendet=0"
    held, sent = (client.get(f"{ask}?gesendet={number}").text for number in (0, 1))
    assert ["ist unterwegs" in page for page in (held, sent)] == [False, True]
    assert ["Heute ging schon eine an diese Adresse" in page for page in (held, sent)] == [True, False]
    # Whoever has the link of one registration does not see the address; whoever reads its mailbox does.
    assert "/kalender/alle/" not in client.get(own_path(here)).text + client.get(f"{ask}?gesendet=1").text
    (letter,) = world.rows(Letter, kind="all_calendar")
    assert (letter.recipient, "Anderswo" in letter.text + letter.html) == (guest, False)
    (page,) = re.findall(r"http://testserver(/kalender/alle/[a-z2-7]+)", fill(letter.text))
    path = address(client.get(page).text, "/kalender/alle/")
    assert sorted((entry["summary"], entry["status"]) for entry in entries(client, path)) == [
        ("Anderswo", "CONFIRMED"), ("Hier", "CONFIRMED"),
    ]  # fmt: skip
    # The address that a calendar program knows ends nothing.
    act = path.removesuffix(".ics")
    assert [client.get(act).status_code, client.post(f"{act}/ende").status_code] == [404, 404]

    def forget(one: Registration) -> None:
        world.within(
            one,
            lambda session: erase(session, registration=session.get_one(Registration, one.id), actor="x", now=NOW),
        )

    forget(there)
    assert [entry["summary"] for entry in entries(client, path)] == ["Hier"]
    assert client.post(f"{page}/ende").status_code == 200
    assert [client.get(one).status_code for one in (path, page)] == [404, 404]
    again = world.again(here)
    token = derive(FEED, again.id, again.calendar_version)
    assert client.get(f"/kalender/alle/{token}.ics").status_code == 200
    forget(again)
    assert client.get(f"/kalender/alle/{token}.ics").status_code == 404


def test_a_mailbox_gets_the_letter_once_a_day(database: Database, world: World) -> None:
    """However often its calendars get new addresses, and from whichever registration it is asked for."""
    scene = Scene(database, world)
    client = scene.browser()
    here = world.confirm(world.sign_up(scene.dialogue(), "gast@post.example"))
    there = world.confirm(world.sign_up(world.dialogue(scene.other), "Gast@POST.example"))
    other = world.confirm(world.sign_up(scene.dialogue(), "andere@post.example"))
    for guest in (here, here, there, other):
        client.post(f"{own_path(guest)}/alle-kalender")
        client.post(f"{own_path(guest)}/kalender")
    assert sorted(row.recipient for row in world.rows(Letter, kind="all_calendar")) == [
        "andere@post.example", "gast@post.example",
    ]  # fmt: skip

    def ask(session: Any) -> bool:
        row = session.get_one(Registration, there.id)
        return operations.send_all_calendar(session, registration=row, now=NOW + timedelta(days=1))

    assert world.within(there, ask)


def test_the_team_s_calendar_is_of_one_team_and_one_person(database: Database, world: World) -> None:
    scene = Scene(database, world)
    client = scene.browser()
    home = f"/arbeitsplatz/{scene.initiative.slug}/"
    dialogue, _draft = scene.dialogue(title="Für alle"), scene.draft()
    world.dialogue(scene.other, title="Einer anderen Initiative")
    gone = scene.dialogue(title="Fällt aus")
    world.within(
        gone,
        lambda session: events.cancel(
            session, dialogue=session.get_one(Dialogue, gone.id), reason="x", actor="x", now=NOW
        ),
    )
    paths = {
        role: address(scene.reader(role).get(home).text, "/kalender/team/") for role in ("helper", "observer", "reader")
    }
    seen = {role: scene.reader(role).get(home).text.count("Entwurf eines Abends") for role in paths}
    assert seen == {"helper": 0, "observer": 0, "reader": 1}
    told = {
        role: sorted((entry["summary"], entry["status"], entry["url"]) for entry in entries(client, path))
        for role, path in paths.items()
    }
    at = f"http://testserver/arbeitsplatz/{scene.initiative.slug}/dialoge"
    assert told == {
        "helper": [
            ("Fällt aus", "CANCELLED", f"{at}/{gone.slug}/einlass"),
            ("Für alle", "CONFIRMED", f"{at}/{dialogue.slug}/einlass"),
        ],
        "observer": [
            ("Fällt aus", "CANCELLED", f"{at}/{gone.slug}/ergebnis"),
            ("Für alle", "CONFIRMED", f"{at}/{dialogue.slug}/ergebnis"),
        ],
        "reader": [
            ("Entwurf: Entwurf eines Abends", "TENTATIVE", f"{at}/{_draft.slug}"),
            ("Fällt aus", "CANCELLED", f"{at}/{gone.slug}"),
            ("Für alle", "CONFIRMED", f"{at}/{dialogue.slug}"),
        ],
    }
    tag = client.get(paths["reader"]).headers["etag"]
    assert client.get(paths["reader"], headers={"If-None-Match": tag}).status_code == 304
    assert client.get(paths["helper"], headers={"If-None-Match": tag}).status_code == 200

    for number in range(12):
        scene.dialogue(title=f"Nummer {number}")
    with database.read(within(scene.initiative.id)) as session:
        asked: list[str] = []
        event.listen(session.connection(), "before_cursor_execute", lambda *args: asked.append(args[2]))
        rows = queries.team_rows(session, scene.initiative.id, drafts=False, now=NOW)
        assert len([compose.team_entry(row, scene.initiative, part="einlass") for row in rows]) == 14
        assert len(asked) == 1

    assert scene.browser("helper").post(f"{home}kalender").headers["location"] == f"{home}?neu=kalender"
    assert client.get(paths["helper"]).status_code == 404
    renewed = address(scene.browser("helper").get(home).text, "/kalender/team/")
    assert len(entries(client, renewed)) == 14
    (member,) = world.rows(Membership, person_id=scene.people["helper"].id)
    scene.as_person(
        lambda session: network.remove_member(
            session, membership=session.get_one(Membership, member.id), actor="x", now=NOW
        )
    )
    assert (client.get(renewed).status_code, client.get(paths["reader"]).status_code) == (404, 200)


@pytest.mark.slow
def test_rows_pass_through_the_migration(database: Database, world: World) -> None:
    scene = Scene(database, world)
    guest = world.confirm(world.sign_up(scene.dialogue()))
    before = len(world.rows(Membership))
    database.dispose()
    command.downgrade(schema.config(), "0016")
    database.dispose()
    command.upgrade(schema.config(), "head")
    assert [row.calendar_version for row in world.rows(Membership)] == [1] * before
    assert [row.calendar_version for row in world.rows(Registration, id=guest.id)] == [1]
