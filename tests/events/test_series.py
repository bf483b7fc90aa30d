"""Series: separate dialogues of one initiative under one name, on a page and in a calendar of their own."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from events import operations
from events.models import Dialogue, DialogueSeries
from events.series_operations import series_named
from kit.db import Database, within
from kit.ical import lint
from tests.conftest import World
from tests.events.conftest import NOW, SEATS, VALUE, Browser
from tests.events.test_public_pages import titles
from tests.events.test_workspace import NEW, fields, written
from tests.registration.staff import statements

Make = Callable[..., Dialogue]
NAME = "Abende am Kanal"
PAGE = "/reihen/ems/abende-am-kanal"
OURS = "initiative000000"


def evening(title: str, day: str = "2027-03-04", **values: Any) -> Any:
    return replace(VALUE, title=title, start=f"{day}T17:00", end=f"{day}T21:00", **({"series": NAME} | values))


def summaries(calendar: str) -> dict[str, str]:
    """Title → STATUS of each entry."""
    return {
        re.findall(r"SUMMARY:(.*)\r", entry)[0]: re.findall(r"STATUS:(.*)\r", entry)[0]
        for entry in calendar.split("BEGIN:VEVENT")[1:]
    }


def test_a_name_makes_one_series_in_an_initiative(world: World) -> None:
    theirs = "initiative000001"

    def name(owner: str, *titles: str) -> list[str | None]:
        found: list[str | None] = world.within_id(
            owner, lambda session: [series_named(session, owner, title) for title in titles]
        )
        return found

    first, same, blank, other = name(OURS, "Abende am Kanal", " abende  AM Kanal", " ", "Abende am Kanal!")
    assert (first == same, blank, other == first) == (True, None, False)
    assert name(OURS, "ABENDE AM KANAL") == [first]
    name(theirs, "Abende am Kanal")
    assert sorted((row.initiative_id, row.slug, row.title) for row in world.rows(DialogueSeries)) == [
        (OURS, "abende-am-kanal", "Abende am Kanal"),
        (OURS, "abende-am-kanal-2", "Abende am Kanal!"),
        (theirs, "abende-am-kanal", "Abende am Kanal"),
    ]


def test_a_series_shows_what_comes_and_below_it_what_was(client: Browser, make: Make) -> None:
    make(evening("Zweiter Abend", "2027-04-08"))
    make(evening("Erster Abend", "2027-03-04"))
    make(evening("Alter Abend", "2026-12-03"), now=NOW - timedelta(days=90))
    make(evening("Nur mit Adresse", visibility="unlisted"))
    make(evening("Entwurf"), publish=False)
    make(evening("Anderswo", series="Andere"))
    assert titles(client, PAGE) == ["Erster Abend", "Zweiter Abend", "Alter Abend"]
    page = client.get(PAGE).text
    assert page.index("Zweiter Abend") < page.index("Das war") < page.index("Alter Abend")
    assert f'href="{PAGE}"' in client.get("/dialoge/alter-abend").text
    assert f'href="{PAGE}"' in client.get("/initiativen/ems").text
    # Where the dialogue is in no list, its page does not lead to one.
    assert "/reihen/" not in client.get("/dialoge/nur-mit-adresse").text


@pytest.mark.parametrize("values", [{"visibility": "unlisted"}, {"visibility": "invited"}, {"publish": False}])
def test_a_series_without_public_dialogues_has_no_page(client: Browser, make: Make, values: dict[str, Any]) -> None:
    make(evening("Abend", **{name: value for name, value in values.items() if name != "publish"}), **(
        {"publish": False} if "publish" in values else {}))  # fmt: skip
    assert [client.get(PAGE + part).status_code for part in ("", "/kalender.ics", "/feed.atom")] == [404] * 3
    assert "Abende am Kanal" not in client.get("/initiativen/ems").text


def test_the_series_of_another_initiative_is_unknown(client: Browser, make: Make) -> None:
    make(evening("Abend"))
    assert [client.get(f"/reihen/{slug}/abende-am-kanal").status_code for slug in ("ems", "rhein", "nichts")] == [
        200,
        404,
        404,
    ]


def test_the_calendar_of_a_series_keeps_what_was_cancelled(client: Browser, make: Make, database: Database) -> None:
    make(evening("Erster"))
    second = make(evening("Zweiter", "2027-04-08", coordinates="52.27264,7.44219"))
    make(evening("Anderswo", series=""))
    first_answer = client.get(f"{PAGE}/kalender.ics")
    assert summaries(first_answer.text) == {"Erster": "CONFIRMED", "Zweiter": "CONFIRMED"}
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in first_answer.text
    assert "NAME:Dialogwerk: Abende am Kanal" in first_answer.text
    assert first_answer.text.count("GEO:52.27264;7.44219") == 1
    tag = {"If-None-Match": first_answer.headers["etag"]}
    assert client.get(f"{PAGE}/kalender.ics", headers=tag).status_code == 304
    with database.write(within(OURS)) as session:
        operations.cancel(session, dialogue=second, reason="Sturm", actor="x", now=NOW)
    after = client.get(f"{PAGE}/kalender.ics", headers=tag)
    assert (after.status_code, summaries(after.text)) == (200, {"Erster": "CONFIRMED", "Zweiter": "CANCELLED"})
    assert lint(after.content) == []
    news = client.get(f"{PAGE}/feed.atom").text
    assert sorted(re.findall(r"<title>(.*?)</title>", news)) == ["Dialogwerk: Abende am Kanal", "Erster", "Zweiter"]


@pytest.mark.parametrize("address", [PAGE, f"{PAGE}/kalender.ics", f"{PAGE}/feed.atom"])
def test_long_series_ask_as_many_questions_as_short_ones(
    client: Browser, make: Make, world: World, address: str
) -> None:
    make(evening("Erster"))
    few = statements(world, client, address)
    for number in range(4):
        make(evening(f"Abend {number}", f"2027-05-0{number + 1}"))
    assert statements(world, client, address) == few > 0


def test_the_form_offers_the_series_and_keeps_it(client: Browser, make: Make, database: Database) -> None:
    make(evening("Erster"))
    client.sign_in(i0="organiser")
    page = client.get(NEW).text
    assert '<option value="Abende am Kanal">' in page
    assert client.post(NEW, data=written(page, title="Zweiter", series="abende am kanal")).status_code == 303
    with database.read(within(OURS)) as session:
        assert len({row.series_id for row in session.exec(operations.select(Dialogue))}) == 1
    edit = "/arbeitsplatz/ems/dialoge/zweiter/bearbeiten"
    kept = fields(client.get(edit).text)
    assert kept["series"] == "Abende am Kanal"
    # Another series or none moves no calendar.
    with database.write(within(OURS)) as session:
        (row,) = session.exec(operations.select(Dialogue).where(Dialogue.slug == "erster"))
        done = operations.change_dialogue(
            session, dialogue=row, value=replace(evening("Erster"), series=""), offers=SEATS, actor="x", now=NOW
        )
        assert (done.fields, done.calendar, row.series_id) == (frozenset({"series_id"}), False, None)
