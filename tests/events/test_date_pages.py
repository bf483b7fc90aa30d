"""Pages of a dialogue with several dates: what everybody sees of them, and what organisers choose, move and drop."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest

from events import queries
from events.forms import DialogueForm, blank
from events.models import Dialogue
from kit.db import Database, within
from tests.events.conftest import VALUE, Browser
from tests.events.test_date_operations import APRIL, MARCH, SERIES, drop, move
from tests.events.test_workspace import fields

Make = Callable[..., Dialogue]


@pytest.fixture
def breakfast(database: Database, make: Make) -> Dialogue:
    """Every third Thursday from February to May; March is moved by a day, April is dropped."""
    dialogue = make(replace(SERIES, title="Frühstück", plain_text="Wir frühstücken."))
    move(database, dialogue, MARCH, "2027-03-19T08:00", "2027-03-19T09:30")
    drop(database, dialogue, APRIL)
    return dialogue


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_everybody_sees_all_dates_and_the_next_one(client: Browser, breakfast: Dialogue) -> None:
    page = client.get(f"/dialoge/{breakfast.slug}").text
    shown = words(page)
    assert "Jeden dritten Donnerstag im Monat: 3 Termine" in shown
    assert "Nächster Termin: Donnerstag, 18. Februar 2027, 07:45 bis 09:15 Uhr" in shown
    assert "Freitag, 19. März 2027, 08:00 bis 09:30 Uhr (verlegt vom Donnerstag, 18. März 2027, 07:45 Uhr)" in shown
    assert "Donnerstag, 15. April 2027, 07:45 Uhr fällt aus" in shown
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    schema = json.loads(found)
    assert (schema["startDate"], schema["endDate"]) == ("2027-02-18T07:45+01:00", "2027-05-20T09:15+02:00")
    assert [part["eventStatus"].rpartition("/")[2] for part in schema["subEvent"]] == [
        "EventScheduled", "EventRescheduled", "EventCancelled", "EventScheduled",
    ]  # fmt: skip
    assert schema["subEvent"][1]["previousStartDate"] == "2027-03-18T07:45+01:00"
    client.set_now(datetime(2027, 3, 1, 12, tzinfo=UTC))
    later = words(client.get(f"/dialoge/{breakfast.slug}").text)
    assert "Nächster Termin: Freitag, 19. März 2027" in later
    assert "Donnerstag, 18. Februar 2027, 07:45 bis 09:15 Uhr (vorbei)" in later
    plain = words(client.get(f"/dialoge/{breakfast.slug}/einfach").text)
    assert "Sie melden sich für alle Termine an." in plain


def test_the_list_shows_the_next_date_in_its_month(client: Browser, make: Make, breakfast: Dialogue) -> None:
    make(replace(VALUE, title="Abend"))
    assert headings(client) == ["Februar 2027", "Frühstück", "März 2027", "Abend"]
    client.set_now(datetime(2027, 3, 1, 12, tzinfo=UTC))
    page = client.get("/?ansicht=liste").text
    assert "3 Termine" in page
    assert headings(client) == ["März 2027", "Abend", "Frühstück"]
    for first, last, found in (
        ("2027-03-19", "2027-03-19", True),
        ("2027-03-18", "2027-03-18", False),
        ("2027-04-01", "2027-04-30", False),
        ("2027-05-01", "2027-05-31", True),
    ):
        page = client.get(f"/?ansicht=liste&von={first}&bis={last}").text
        assert (f'href="/dialoge/{breakfast.slug}"' in page) is found


def test_until_a_day_finds_no_date_that_is_over(client: Browser, breakfast: Dialogue) -> None:
    client.set_now(datetime(2027, 4, 20, 12, tzinfo=UTC))
    for last, found in (("2027-03-20", False), ("2027-05-19", False), ("2027-05-20", True)):
        page = client.get(f"/?ansicht=liste&bis={last}").text
        assert (f'href="/dialoge/{breakfast.slug}"' in page) is found, last


def test_pages_of_the_list_keep_series_where_their_next_date_belongs(
    client: Browser, make: Make, breakfast: Dialogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In March the breakfast of February to May is on the 19th: after the 4th, before the 24th, on each page of two."""
    monkeypatch.setattr(queries, "PAGE_SIZE", 2)
    for day in ("2027-03-24", "2027-03-04", "2027-04-01"):
        make(replace(VALUE, title=f"Abend {day[5:]}", start=f"{day}T17:00", end=f"{day}T21:00"))
    client.set_now(datetime(2027, 3, 1, 12, tzinfo=UTC))
    order = ["Abend 03-04", "Frühstück", "Abend 03-24", "Abend 04-01"]
    for address in ("/?ansicht=liste", "/initiativen/ems"):
        found, page = [], client.get(address).text
        for _page in range(2):
            found += re.findall(r'<h3><a href="/dialoge/[^"]*">([^<]*)</a>', page.partition("Das war")[0])
            following = re.search(r'<link rel="next" href="([^"]*)"', page)
            page = client.get(unescape(following[1])).text if following else ""
        assert found == order, address
    client.sign_in(i0="organiser")
    overview = client.get("/arbeitsplatz/ems/").text
    assert re.findall(r'<td><a href="[^"]*">([^<]*)</a>', overview) == order
    client.set_now(datetime(2027, 6, 1, 12, tzinfo=UTC))
    later = client.get("/arbeitsplatz/ems/").text
    assert re.findall(r'<td><a href="[^"]*">([^<]*)</a>', later) == [
        "Frühstück",
        "Abend 04-01",
        "Abend 03-24",
        "Abend 03-04",
    ]


@pytest.mark.parametrize("publish", [False, True])
def test_a_rule_that_loses_single_changes_names_them_first(
    client: Browser, database: Database, make: Make, publish: bool
) -> None:
    """Also where no letter goes out: of a draft, and where nobody is registered."""
    dialogue = make(SERIES, publish=publish)
    move(database, dialogue, MARCH, "2027-03-19T08:00", "2027-03-19T09:30")
    drop(database, dialogue, APRIL)
    client.sign_in(i0="organiser")
    home = f"/arbeitsplatz/ems/dialoge/{dialogue.slug}"
    typed = fields(client.get(f"{home}/bearbeiten").text) | {"repeat": "1", "repeat_dates": "5"}
    sent = f"{home}/aenderung" if publish else f"{home}/bearbeiten"
    asked = client.post(sent, data=typed)
    said = words(asked.text)
    assert asked.status_code == 200
    # Every Thursday from 18 February to 18 March: April is gone, the moved March stays as it is.
    assert "Freitag, 19. März 2027" not in said
    assert "Donnerstag, 15. April 2027, 07:45 Uhr: fällt aus" in said
    with database.read(within("initiative000000")) as session:
        assert session.get_one(Dialogue, dialogue.id).repetition == SERIES.repetition
    again = typed | ({"step": "save"} if publish else {"lost": fields(asked.text)["lost"]})
    assert client.post(sent, data=again).status_code == 303
    with database.read(within("initiative000000")) as session:
        assert session.get_one(Dialogue, dialogue.id).repetition == "FREQ=WEEKLY;COUNT=5"


def headings(client: Browser) -> list[str]:
    page = client.get("/?ansicht=liste").text
    found = re.findall(r'<h2 class="month">([^<]+)</h2>|<h3><a[^>]*>([^<]+)</a>', page)
    return [month or title for month, title in found]


def test_the_month_shows_every_date(client: Browser, breakfast: Dialogue) -> None:
    for month, count in (("2027-02", 1), ("2027-03", 1), ("2027-04", 0), ("2027-05", 1)):
        page = client.get(f"/?ansicht=monat&monat={month}").text
        assert page.count(f'href="/dialoge/{breakfast.slug}"') == count, month


def test_calendar_and_data_name_the_dates(client: Browser, breakfast: Dialogue) -> None:
    for address in (f"/dialoge/{breakfast.slug}/kalender.ics", "/kalender.ics"):
        file = client.get(address).text
        assert file.count("RRULE:FREQ=MONTHLY;COUNT=4;BYDAY=3TH") == 1
        assert "EXDATE;TZID=Europe/Berlin:20270415T074500" in file
        assert "RECURRENCE-ID;TZID=Europe/Berlin:20270318T074500" in file
    (record,) = client.get("/dialoge.json").json()["dialogues"]
    assert (record["start"], record["end"]) == ("2027-02-18T07:45+01:00", "2027-05-20T09:15+02:00")
    assert [date["state"] for date in record["dates"]] == ["planned", "planned", "dropped", "planned"]
    assert "Jeden dritten Donnerstag im Monat: 3 Termine" in client.get("/feed.atom").text


def test_an_organiser_moves_and_drops(client: Browser, breakfast: Dialogue) -> None:
    client.sign_in(i0="organiser")
    home = f"/arbeitsplatz/ems/dialoge/{breakfast.slug}"
    assert f'href="{home}/termine"' in client.get(home).text
    page = client.get(f"{home}/termine").text
    moves, drops = (re.findall(rf'href="({home}/termine/\w+/{act})"', page) for act in ("verschiebung", "absage"))
    assert (len(moves), len(drops)) == (4, 3)

    def opened(address: str) -> dict[str, str]:
        (version,) = re.findall(r'name="version"[^>]*value="(\d+)"', client.get(address).text)
        return {"version": version}

    stale = opened(moves[2]) | {"start": "2027-04-16T07:45", "end": "2027-04-16T09:15"}
    early = client.post(moves[0], data=opened(moves[0]) | {"start": "2027-03-20T07:45", "end": "2027-03-20T09:15"})
    assert (early.status_code, "zwischen dem davor und dem danach" in early.text) == (422, True)
    night = client.post(moves[1], data=opened(moves[1]) | {"start": "2027-03-28T02:30", "end": "2027-03-28T04:00"})
    assert (night.status_code, "Uhren werden in dieser Nacht vorgestellt" in night.text) == (422, True)
    done = client.post(moves[2], data=opened(moves[2]) | {"start": "2027-04-15T07:45", "end": "2027-04-15T09:15"})
    assert done.headers["location"] == f"{home}/termine?neu=verlegt"
    late = client.post(moves[2], data=stale)
    assert (late.status_code, "inzwischen geändert" in late.text, "2027-04-16T07:45" in late.text) == (409, True, True)
    assert f'value="{stale["version"]}"' not in late.text
    assert client.post(drops[2]).headers["location"] == f"{home}/termine?neu=gestrichen"
    assert client.post(drops[2]).headers["location"] == f"{home}/termine?neu=unveraendert"
    shown = words(client.get(f"{home}/termine").text)
    assert "Donnerstag, 15. April 2027, 07:45 bis 09:15 Uhr" in shown
    assert "Donnerstag, 20. Mai 2027, 07:45 Uhr fällt aus" in shown


def form(**typed: Any) -> DialogueForm:
    start = blank("NI") | {
        "title": "Stammtisch", "place": "Halle", "capacity": 5, "start": "2027-02-18T07:45", "end": "2027-02-18T09:15",
        "form_key": "x" * 26, "picture": "",
    }  # fmt: skip
    return DialogueForm(data=start | typed)


@pytest.mark.parametrize(
    ("typed", "rule"),
    [
        ({"repeat": "1", "repeat_dates": 6}, "FREQ=WEEKLY;COUNT=6"),
        ({"repeat": "3", "repeat_dates": 52}, "FREQ=WEEKLY;COUNT=52;INTERVAL=3"),
        ({"repeat": "month", "repeat_dates": 2}, "FREQ=MONTHLY;COUNT=2;BYDAY=3TH"),
        ({"repeat": "last", "repeat_dates": 4, "start": "2027-02-25T07:45", "end": "2027-02-25T09:15"}, "FREQ=MONTHLY;COUNT=4;BYDAY=-1TH"),
        ({"repeat": "", "repeat_dates": 6}, ""),
    ],
)  # fmt: skip
def test_the_rule_as_it_is_chosen(typed: dict[str, Any], rule: str) -> None:
    filled = form(**typed)
    assert filled.validate(), filled.errors
    assert filled.value().repetition == rule


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"repeat": "1"}, "repeat_dates", "wie viele Termine"),
        ({"repeat": "month", "repeat_dates": 3, "start": "2027-04-29T07:45", "end": "2027-04-29T09:15"}, "repeat", "fünf solche Tage"),
        ({"repeat": "last", "repeat_dates": 3}, "repeat", "nicht der letzte"),
        ({"repeat": "1", "repeat_dates": 3, "end": "2027-02-19T07:46"}, "end", "höchstens einen Tag"),
        ({"repeat": "1", "repeat_dates": 3, "start": "2027-03-21T02:30", "end": "2027-03-21T04:00"}, "repeat", "Uhren"),
        ({"repeat": "1", "repeat_dates": 3, "offers": "Rundgang | 5 | 08:00 | 08:30"}, "offers", "alle Termine"),
    ],
)  # fmt: skip
def test_rules_that_a_form_refuses(typed: dict[str, Any], field: str, said: str) -> None:
    filled = form(**typed)
    assert not filled.validate()
    assert said in filled[field].errors[0]


def test_the_workspace_speaks_of_the_next_date(client: Browser, breakfast: Dialogue) -> None:
    client.sign_in(i0="organiser")
    home = f"/arbeitsplatz/ems/dialoge/{breakfast.slug}"
    for day, told, badges in ((1, "19. März 2027", False), (18, "19. März 2027", True), (20, "20. Mai 2027", False)):
        client.set_now(datetime(2027, 3, day, 12, tzinfo=UTC))
        page = words(client.get(home).text)
        assert ("Namensschilder drucken" in page) is badges, day
        assert told in page.split("Jeden dritten")[0]
        assert "Fr 19. März 08:00" in page or not badges
        overview = words(client.get("/arbeitsplatz/ems/").text)
        assert f"{told} Frühstück" in overview, day


def test_a_series_that_runs_refuses_its_rule_at_the_field_and_warns_before_a_cancellation(
    client: Browser, breakfast: Dialogue
) -> None:
    client.sign_in(i0="organiser")
    home = f"/arbeitsplatz/ems/dialoge/{breakfast.slug}"
    assert "Es gab schon Termine." not in client.get(f"{home}/absage").text
    client.set_now(datetime(2027, 3, 1, 12, tzinfo=UTC))
    assert f'<a href="{home}/termine">Dann streichen' in client.get(f"{home}/absage").text
    typed = fields(client.get(f"{home}/bearbeiten").text) | {"start": "2027-02-18T08:00", "lead": "Bleibt stehen"}
    answer = client.post(f"{home}/aenderung", data=typed)
    assert answer.status_code == 422
    assert "Verlegen Sie einzelne Termine." in answer.text
    assert 'href="#start"' in answer.text
    assert "Bleibt stehen" in answer.text
