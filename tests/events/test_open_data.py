"""Open data and the Atom feed over HTTP."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from sqlalchemy import event

from events import operations
from events.models import Dialogue
from kit.db import Database, within
from tests.events.conftest import NOW, VALUE, Browser
from tests.events.test_public_pages import HOSTILE, copies

Make = Callable[..., Dialogue]
ATOM = {"a": "http://www.w3.org/2005/Atom"}
DOCUMENTED = Path(__file__).resolve().parents[2] / "docs" / "open-data.md"


def titles(client: Browser, address: str) -> list[str]:
    """The titles behind an address, whatever its kind."""
    answer = client.get(address)
    assert answer.status_code == 200
    if address.startswith("/dialoge.json"):
        return sorted(entry["title"] for entry in answer.json()["dialogues"])
    if address.startswith("/feed.atom"):
        return sorted(etree.fromstring(answer.content).xpath("a:entry/a:title/text()", namespaces=ATOM))
    return sorted(re.findall(r"SUMMARY:(.*)\r", answer.text))


def test_one_dialogue_as_data(client: Browser, make: Make, database: Database) -> None:
    value = replace(
        VALUE, lead="Wohin mit der Wärme?", online=True, online_link="https://raum.example/geheim", step_free="yes",
        access=(("captions", "im Saal"), ("other", "Parkplatz")), contact_name="Maria Muster",
        contact_email="maria.muster@ems.example", contact_phone="0123 456", coordinates="52.27264,7.44219", series="Abende",
    )  # fmt: skip
    dialogue = make(value)
    answer = client.get("/dialoge.json")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["access-control-allow-origin"] == "*"
    base = (
        "http://testserver"
        if "testserver" in answer.text
        else re.match(r".*?\"url\":\"(http://[^/]*)/dialoge", answer.text)[1]
    )  # type: ignore[index]
    page = f"{base}/dialoge/werkstatt-waermenetz"
    data = answer.json()
    assert data["licence"]["id"] == "DL-DE-BY-2.0"
    assert data["next"] is None
    assert data["dialogues"] == [
        {
            "id": dialogue.id,
            "url": page,
            "plain_language_url": f"{page}/einfach",
            "calendar_url": f"{page}/kalender.ics",
            "title": "Werkstatt Wärmenetz",
            "summary": "Wohin mit der Wärme?",
            "format": {"code": "F5", "name": "Bürgerwerkstatt"},
            "state": "published",
            "start": "2027-03-04T17:00+01:00",
            "end": "2027-03-04T21:00+01:00",
            "time_zone": "Europe/Berlin",
            "repetition": None,
            "dates": [],
            "place": {
                "name": "Musterhalle",
                "street": "",
                "postcode": "",
                "city": "Beispielmoor",
                "land": "NI",
                "coordinates": [52.27264, 7.44219],
            },
            "online": True,
            "host": "",
            "audience": "",
            "cost": "",
            "languages": ["de"],
            "step_free": "yes",
            "support": ["captions"],
            "sign_up": {
                "state": "free",
                "url": f"{page}/anmeldung",
                "opens": None,
                "closes": "2027-03-04T17:00+01:00",
                "free": 60,
                "capacity": 60,
            },
            "series": {"name": "Abende", "url": f"{base}/reihen/ems/abende"},
            "initiative": {"name": "Dialogverbund Ems (fiktiv)", "url": f"{base}/initiativen/ems"},
            "published": "2027-01-10T13:00+01:00",
            "changed": "2027-01-10T13:00+01:00",
        }
    ]
    client.set_language("en")
    english = client.get("/dialoge.json").json()["dialogues"][0]
    assert english["format"] == {"code": "F5", "name": "Citizens’ workshop"}
    with database.write(within(dialogue.initiative_id)) as session:
        operations.cancel(session, dialogue=dialogue, reason="Streik", actor="x", now=NOW)
    cancelled = client.get("/dialoge.json").json()["dialogues"][0]
    assert (cancelled["state"], cancelled["sign_up"]["state"], cancelled["sign_up"]["url"]) == (
        "cancelled", "cancelled", None,
    )  # fmt: skip


def test_the_documentation_names_every_field(client: Browser, make: Make) -> None:
    make()
    written = DOCUMENTED.read_text(encoding="utf-8").partition("| field | meaning |")[2]
    named = [name for row in re.findall(r"^\|([^|]*)\|", written, re.MULTILINE) for name in re.findall("`(.*?)`", row)]
    assert named == list(client.get("/dialoge.json").json()["dialogues"][0])


def test_only_published_public_dialogues_are_open(client: Browser, make: Make) -> None:
    make(replace(VALUE, title="Sichtbar"))
    make(replace(VALUE, title="In Bayern", land="BY", format_code="F2"), initiative=1)
    make(replace(VALUE, title="Entwurf"), publish=False)
    make(replace(VALUE, title="Nur mit Adresse", visibility="unlisted"))
    make(replace(VALUE, title="Nur für Eingeladene", visibility="invited"))
    asked = {
        "": ["In Bayern", "Sichtbar"],
        "?land=BY": ["In Bayern"],
        "?land=HH": [],
        "?format=F2": ["In Bayern"],
        "?initiative=ems": ["Sichtbar"],
        "?initiative=rhein&land=BY&format=F2": ["In Bayern"],
        "?initiative=ems&land=BY": [],
    }
    for address in ("/dialoge.json", "/feed.atom", "/kalender.ics"):
        assert {query: titles(client, address + query) for query in asked} == asked
        for query in ("?land=XX", "?format=F99", "?initiative=nie"):
            assert client.get(address + query).status_code == 404


@pytest.mark.parametrize("query", ["von=morgen", "bis=2027-13-01", "nach=x", "nach=20270101T000000Z", "nach=-x"])
def test_odd_places_and_days(client: Browser, make: Make, query: str) -> None:
    make()
    known = 200 if query == "nach=20270101T000000Z" else 404
    assert client.get(f"/dialoge.json?{query}").status_code == known


def test_days_narrow_and_bring_back_what_is_over(client: Browser, make: Make) -> None:
    make(replace(VALUE, start="2027-01-11T09:00", end="2027-01-11T10:00"))
    client.set_now(NOW + timedelta(days=20))
    assert len(titles(client, "/dialoge.json")) == 1
    client.set_now(NOW + timedelta(days=40))
    asked = {"": 0, "?von=2027-01-11": 1, "?von=2027-01-12": 0, "?von=2027-01-01&bis=2027-01-10": 0}
    assert {query: len(titles(client, f"/dialoge.json{query}")) for query in asked} == asked


def test_pages_follow_each_other_with_as_many_questions(client: Browser, make: Make, database: Database) -> None:
    asked: list[str] = []

    def note(*args: Any) -> None:
        asked.append(args[2])

    def questions(address: str) -> int:
        asked.clear()
        assert client.get(address).status_code == 200
        return len(asked)

    addresses = ("/dialoge.json?land=NI", "/feed.atom?land=NI")
    first = make(replace(VALUE, title="Dialog 000"))
    event.listen(database.engine, "before_cursor_execute", note)
    few = {address: questions(address) for address in addresses}
    # Most begin in the same minute: the place in the list must not lose or repeat any of them.
    copies(database, first, ["2027-03-04"] * 240)
    assert {address: questions(address) for address in addresses} == few
    event.remove(database.engine, "before_cursor_execute", note)
    address, sizes, seen = "/dialoge.json?land=NI&bis=2027-12-31", [], []
    while address:
        data = client.get(address).json()
        sizes.append(len(data["dialogues"]))
        seen += [entry["title"] for entry in data["dialogues"]]
        address = data["next"]
    assert sizes == [100, 100, 41]
    assert sorted(seen) == [f"Dialog {number:03}" for number in range(241)]
    assert len(titles(client, "/feed.atom")) == 50


@pytest.mark.parametrize("address", ["/dialoge.json", "/feed.atom"])
def test_the_unchanged_is_not_sent_again(client: Browser, make: Make, address: str) -> None:
    make()
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": f'"other", {first.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["access-control-allow-origin"] == "*"
    make(replace(VALUE, title="Neu"))
    changed = client.get(address, headers={"If-None-Match": first.headers["etag"]})
    assert changed.status_code == 200
    assert changed.headers["etag"] != first.headers["etag"]


def test_the_feed_keeps_to_rfc_4287(client: Browser, make: Make, database: Database) -> None:
    """What section 4 demands: each element once, IRIs as ids, dates with their zone, an author for each entry."""
    empty = etree.fromstring(client.get("/feed.atom?land=HH").content)
    make(replace(VALUE, title=HOSTILE, lead=HOSTILE, place=HOSTILE))
    later = make(replace(VALUE, title="Später"), now=NOW + timedelta(hours=1))
    with database.write(within(later.initiative_id)) as session:
        operations.postpone(session, dialogue=later, reason="x", actor="x", now=NOW + timedelta(hours=2))
    answer = client.get("/feed.atom?format=F5&land=NI")
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    feed = etree.fromstring(answer.content)
    for root in (empty, feed):
        assert root.tag == "{http://www.w3.org/2005/Atom}feed"
        for node in (root, *root.findall("a:entry", ATOM)):
            for name in ("id", "title", "updated"):
                assert len(node.findall(f"a:{name}", ATOM)) == 1
            assert re.match(r"(tag:[^,]+,\d{4}:|https?://)", node.findtext("a:id", "", ATOM))
            assert datetime.fromisoformat(node.findtext("a:updated", "", ATOM)).tzinfo is not None
        [own] = root.xpath("a:link[@rel='self']/@href", namespaces=ATOM)
        assert own == root.findtext("a:id", "", ATOM)
    assert feed.xpath("a:entry/a:title/text()", namespaces=ATOM) == ["Später", HOSTILE]
    assert feed.findtext("a:title", "", ATOM) == "Dialogwerk: Niedersachsen, Bürgerwerkstatt"
    assert feed.xpath("a:entry/a:author/a:name/text()", namespaces=ATOM) == ["Dialogverbund Ems (fiktiv)"] * 2
    assert len(set(feed.xpath("a:entry/a:id/text()", namespaces=ATOM))) == 2
    postponed, hostile = feed.xpath("a:entry/a:summary/text()", namespaces=ATOM)
    assert postponed.startswith("Dieser Dialog ist verschoben.")
    assert hostile.split("\n")[0] == "Donnerstag, 4. März 2027, 17:00 bis 21:00 Uhr"
    assert hostile.split("\n")[2] == HOSTILE
    assert feed.findtext("a:updated", "", ATOM) == "2027-01-10T14:00:00Z"
