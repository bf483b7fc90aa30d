"""The public pages over HTTP."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from events import feeds, operations, queries
from events.models import Dialogue, Offer
from events.rules import OfferValue
from kit import ical
from kit.db import Database, insert, wide, within
from network.models import Initiative
from tests.conftest import LONG
from tests.events.conftest import NOW, VALUE, Browser

Make = Callable[..., Dialogue]
HOSTILE = "<script>alert(1)</script> & „Ü“ {{ 7*7 }} '\"><b>"


def titles(client: Browser, address: str) -> list[str]:
    answer = client.get(address)
    assert answer.status_code == 200
    return re.findall(r'<h3><a href="/dialoge/[^"]*">([^<]*)</a>', answer.text)


def copies(database: Database, first: Dialogue, days: list[str], count: int = 1) -> None:
    """More of a dialogue with its offer, each on a day, at the same time; `count` is how many there are already."""
    length = first.ends_at - first.starts_at
    dialogues, offers = [], []
    with database.write(within(first.initiative_id)) as session:
        [offer] = queries.offers_of(session, first.id)
        for number, day in enumerate(days, count):
            begins = first.starts_at.replace(year=int(day[:4]), month=int(day[5:7]), day=int(day[8:]))
            name = f"dialog-{number:03}"
            changed = {
                "id": name, "slug": name, "title": f"Dialog {number:03}", "sort_key": name, "search_text": name,
                "start": day + first.start[10:], "end": day + first.end[10:],
                "starts_at": begins, "ends_at": begins + length,
            }  # fmt: skip
            dialogues.append(Dialogue(**first.model_dump() | changed))
            offers.append(Offer(**offer.model_dump() | {"id": f"offer-{number:03}", "dialogue_id": name}))
        insert(session, *dialogues, *offers)


def test_only_published_public_dialogues_are_listed(client: Browser, make: Make) -> None:
    make(replace(VALUE, title="Sichtbar"))
    make(replace(VALUE, title="Entwurf"), publish=False)
    make(replace(VALUE, title="Nur mit Adresse", visibility="unlisted"))
    make(replace(VALUE, title="Nur für Eingeladene", visibility="invited"))
    assert titles(client, "/") == ["Sichtbar"]
    states = {slug: client.get(f"/dialoge/{slug}").status_code for slug in (
        "sichtbar", "entwurf", "nur-mit-adresse", "nur-fuer-eingeladene", "gibt-es-nicht")}  # fmt: skip
    assert states == {
        "sichtbar": 200, "entwurf": 404, "nur-mit-adresse": 200, "nur-fuer-eingeladene": 404, "gibt-es-nicht": 404,
    }  # fmt: skip


def test_cancelled_stays_with_its_reason(client: Browser, make: Make, database: Database) -> None:
    dialogue = make()
    with database.write(within("initiative000000")) as session:
        operations.cancel(session, dialogue=dialogue, reason="Streik im Nahverkehr", actor="x", now=NOW)
    page = client.get("/dialoge/werkstatt-waermenetz").text
    assert "Dieser Dialog fällt aus." in page
    assert "Streik im Nahverkehr" in page
    assert "/anmeldung" not in page
    assert titles(client, "/") == ["Werkstatt Wärmenetz"]


@pytest.mark.parametrize("word", ["muller", "mueller", "MÜLLER", "Müller", "mull", "müller halle", "  HALLE  Mueller "])
def test_search_ignores_case_and_umlauts(client: Browser, make: Make, word: str) -> None:
    make(replace(VALUE, title="Rundgang bei Müller", place="Halle 7"))
    make(replace(VALUE, title="Etwas anderes"))
    assert titles(client, f"/?q={word}") == ["Rundgang bei Müller"]


def test_search_takes_signs_of_patterns_literally(client: Browser, make: Make) -> None:
    make(replace(VALUE, title="100 % erneuerbar"))
    make(replace(VALUE, title="Etwas anderes"))
    assert titles(client, "/?q=%25") == ["100 % erneuerbar"]
    assert titles(client, "/?q=_") == []


def test_filters(client: Browser, make: Make) -> None:
    make(replace(VALUE, title="A", land="NI"))
    make(replace(VALUE, title="B", land="BY", format_code="F2"))
    make(replace(VALUE, title="C", start="2027-04-10T09:00", end="2027-04-10T10:00"))
    make(replace(VALUE, title="D", start="2027-05-01T09:00", end="2027-05-01T10:00"), offers=[OfferValue("dialog", 0)])
    make(replace(VALUE, title="E", start="2027-05-02T09:00", end="2027-05-02T10:00", format_code="F1"))
    asked = {
        "/": "ABCDE",
        "/?land=BY": "B",
        "/?land=XX": "ABCDE",
        "/?format=F2": "B",
        "/?von=2027-04-10&bis=2027-04-30": "C",
        "/?von=2027-04-11": "DE",
        "/?bis=2027-03-04": "AB",
        "/?frei=ja": "ABC",
        "/?land=NI&frei=ja&q=moor&von=2027-03-01": "AC",
        "/?von=morgen": "ABCDE",
    }
    assert {address: "".join(sorted(titles(client, address))) for address in asked} == asked
    assert "Ein Tag war nicht lesbar" in client.get("/?von=morgen").text


def test_past_dialogues_leave_the_list(client: Browser, make: Make) -> None:
    make(replace(VALUE, start="2027-01-11T09:00", end="2027-01-11T10:00"), now=NOW - timedelta(days=30))
    assert len(titles(client, "/")) == 1
    client.set_now(NOW + timedelta(days=5))
    assert titles(client, "/") == []
    assert titles(client, "/?von=2027-01-01") == ["Werkstatt Wärmenetz"]


def test_a_long_list_goes_on_page_by_page(client: Browser, make: Make, database: Database) -> None:
    first = make(replace(VALUE, title="Dialog 000", start="2027-03-10T09:00", end="2027-03-10T10:00"))
    # Many of one day: a page may end within it.
    copies(database, first, [f"2027-03-1{0 if number < 30 else 2}" for number in range(1, 130)])
    for start in ("/?q=dialog&land=NI", "/initiativen/ems"):
        address, seen, addresses = start, [], []
        while address:
            found = titles(client, address)
            assert len(found) <= 40
            seen += found
            addresses.append(address)
            page = client.get(address).text
            more = re.search(r'href="([^"]*)" rel="next"', page)
            assert ('<link rel="next" href=' in page) == (more is not None)
            assert ("Zum Anfang der Liste" in page) == (address != start)
            address = more[1].replace("&amp;", "&") if more else ""
        assert seen == [f"Dialog {number:03}" for number in range(130)]
        sign = "&" if "?" in start else "?"
        assert addresses == [
            start,
            *(f"{start}{sign}ab=2027-03-12{skip}" for skip in ("", "&nach=40", "&nach=80")),
        ]
    assert "130 Dialoge" in client.get("/?ab=2027-03-12&nach=80").text


def test_lists_ask_a_constant_number_of_questions(client: Browser, make: Make, database: Database) -> None:
    addresses = ("/", "/?frei=ja&q=dialog", "/?ab=2027-03-01", "/kalender.ics", "/initiativen/", "/initiativen/ems")
    asked: list[str] = []

    def note(*args: Any) -> None:
        asked.append(args[2])

    def questions(address: str) -> int:
        asked.clear()
        assert client.get(address).status_code == 200
        return len(asked)

    first = make(replace(VALUE, title="Dialog 000", start="2027-02-05T09:00", end="2027-02-05T10:00"))
    copies(database, first, [f"2027-{number % 9 + 2:02d}-05" for number in range(1, 10)])
    event.listen(database.engine, "before_cursor_execute", note)
    few = {address: questions(address) for address in addresses}
    event.remove(database.engine, "before_cursor_execute", note)
    copies(database, first, [f"2027-{number % 9 + 2:02d}-05" for number in range(10, 10_000 if LONG else 1000)], 10)
    event.listen(database.engine, "before_cursor_execute", note)
    assert {address: questions(address) for address in addresses} == few
    assert max(few.values()) <= 7
    assert ("10.000 Dialoge" if LONG else "1.000 Dialoge") in client.get("/").text


def test_the_same_moment_in_another_zone_is_told_anew(client: Browser, make: Make, database: Database) -> None:
    dialogue = make()
    assert "17:00–21:00" in client.get("/").text
    with database.write(within(dialogue.initiative_id)) as session:
        session.get_one(Dialogue, dialogue.id).zone = "Europe/London"
    assert "16:00–20:00" in client.get("/").text


def test_hostile_texts_are_shown_literally(client: Browser, make: Make) -> None:
    make(
        replace(
            VALUE, title=HOSTILE, lead=HOSTILE, description=HOSTILE, host=HOSTILE, place=HOSTILE, bring=HOSTILE,
            access=(("other", HOSTILE),), notices=((HOSTILE, HOSTILE),), recipients=HOSTILE, contact_name=HOSTILE,
        )
    )  # fmt: skip
    slug = re.search(r'href="/dialoge/([^"]*)"', client.get("/").text)[1]  # type: ignore[index]
    for address in ("/", f"/dialoge/{slug}", f"/dialoge/{slug}/datenschutz", "/initiativen/ems"):
        page = client.get(address)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "49" not in re.sub(r"<[^>]*>", "", page.text.split("<h1")[1])
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
    page = client.get(f"/dialoge/{slug}").text
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)[1])  # type: ignore[index]
    assert data["name"] == HOSTILE
    assert data["startDate"] == "2027-03-04T17:00+01:00"


def test_seats_are_told(client: Browser, make: Make) -> None:
    for seats, word in ((60, "<b>60 Plätze frei</b>"), (7, "<b>7 Plätze frei</b>"), (0, "<b>Warteliste</b>")):
        dialogue = make(offers=[OfferValue("dialog", seats)])
        page = client.get(f"/dialoge/{dialogue.slug}").text
        assert word in page
        assert f'href="/dialoge/{dialogue.slug}/anmeldung"' in page
    announced = make(replace(VALUE, format_code="F1"))
    assert "/anmeldung" not in client.get(f"/dialoge/{announced.slug}").text


def test_the_privacy_notice_is_made_for_the_dialogue(client: Browser, make: Make) -> None:
    make(replace(VALUE, recipients="Werkschutz der Musterchemie GmbH (fiktiv)"))
    page = client.get("/dialoge/werkstatt-waermenetz/datenschutz").text
    for part in (
        "Dialogverbund Ems (fiktiv), Musterweg 1, 12345 Musterstadt",
        "Nur die Namen: Werkschutz der Musterchemie GmbH (fiktiv).",
        "Ihre Angabe zum Zugang: am 11. März 2027",
        "Ihre Anmeldung: am 4. September 2027",
        "post@ems.example",
    ):
        assert part in page
    assert 'href="/dialoge/werkstatt-waermenetz/datenschutz"' in client.get("/dialoge/werkstatt-waermenetz").text


def test_initiatives(client: Browser, make: Make) -> None:
    make()
    directory = client.get("/initiativen/").text
    assert directory.index("Niedersachsen") < directory.index("Dialogverbund Ems")
    assert "1 Dialog in Aussicht" in directory
    assert titles(client, "/initiativen/ems") == ["Werkstatt Wärmenetz"]
    assert titles(client, "/initiativen/rhein") == []
    assert client.get("/initiativen/gibt-es-nicht").status_code == 404


def test_calendar_files(client: Browser, make: Make, database: Database) -> None:
    dialogue = make()
    make(replace(VALUE, title="In Bayern", land="BY"), initiative=1)
    make(replace(VALUE, title="Entwurf"), publish=False)
    one = client.get(f"/dialoge/{dialogue.slug}/kalender.ics")
    assert one.headers["content-type"] == "text/calendar; charset=utf-8"
    assert ical.lint(one.content) == []
    [shown] = ical.summary_of(one.content)
    assert (shown["method"], shown["summary"], shown["attendee"]) == ("PUBLISH", "Werkstatt Wärmenetz", "")
    named = {
        address: sorted(entry["summary"] for entry in ical.summary_of(client.get(address).content))
        for address in ("/kalender.ics", "/kalender.ics?land=BY", "/kalender.ics?format=F2", "/kalender.ics?initiative=ems",
                        "/initiativen/rhein/kalender.ics")
    }  # fmt: skip
    assert named == {
        "/kalender.ics": ["In Bayern", "Werkstatt Wärmenetz"],
        "/kalender.ics?land=BY": ["In Bayern"],
        "/kalender.ics?format=F2": [],
        "/kalender.ics?initiative=ems": ["Werkstatt Wärmenetz"],
        "/initiativen/rhein/kalender.ics": ["In Bayern"],
    }
    for address in ("/kalender.ics?land=XX", "/kalender.ics?format=F99", "/kalender.ics?initiative=nie"):
        assert client.get(address).status_code == 404
    with database.write(within("initiative000000")) as session:
        operations.cancel(session, dialogue=dialogue, reason="x", actor="x", now=NOW)
    [shown] = ical.summary_of(client.get(f"/dialoge/{dialogue.slug}/kalender.ics").content)
    assert (shown["status"], shown["sequence"]) == ("CANCELLED", 1)


def test_a_faulty_dialogue_is_left_out_of_the_feed_and_told(
    client: Browser, make: Make, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    faulty = make(replace(VALUE, title="Zur verlorenen Stunde"))
    make()
    with database.write(within("initiative000000")) as session:
        session.get_one(Dialogue, faulty.id).start = "2027-03-28T02:30"
    answer = client.get("/kalender.ics")
    assert (answer.status_code, [entry["summary"] for entry in ical.summary_of(answer.content)]) == (
        200,
        ["Werkstatt Wärmenetz"],
    )
    assert [record.getMessage() for record in caplog.records if record.name == "events.feeds"] == [
        f"a feed leaves {faulty.id}@testserver out: 2027-03-28 02:30 does not exist in Europe/Berlin."
    ]
    answer = client.get(f"/dialoge/{faulty.slug}/kalender.ics")
    assert (answer.status_code, "gerade keine Kalenderdatei" in answer.text) == (409, True)


def test_an_unchanged_feed_is_neither_written_nor_sent_again(
    client: Browser, make: Make, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    write = feeds.feed
    monkeypatch.setattr(feeds, "feed", lambda entries, name: written.append(name) or write(entries, name))
    dialogue = make()
    first = client.get("/kalender.ics")
    again = client.get("/kalender.ics", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert (client.get("/kalender.ics").content, written) == (first.content, ["Dialogwerk"])
    tags = [first.headers["etag"]]

    def look() -> None:
        found = client.get("/kalender.ics", headers={"If-None-Match": tags[-1]})
        assert found.status_code == 200
        tags.append(found.headers["etag"])

    make(replace(VALUE, title="Neu"))
    look()
    with database.write(within("initiative000000")) as session:
        operations.cancel(session, dialogue=session.merge(dialogue), reason="x", actor="x", now=NOW)
    look()
    with database.write(wide("migration")) as session:
        owner = session.get_one(Initiative, "initiative000000")
        owner.version += 1
    look()
    client.set_language("en")
    look()
    assert (len(set(tags)), len(written)) == (5, 5)


@pytest.mark.parametrize(
    "address",
    ["/?q=%00", "/?q=%ED%A0%80", "/?ab=%F0%9F%98%80", "/?ab=9999-12-31&nach=99999", "/?ab=0001-01-01&nach=-1", "/?von=9999-99-99&bis=0001-01-01", "/?land=%27",
     "/dialoge/%2e%2e", "/dialoge/%00", "/dialoge/" + "a" * 3000, "/initiativen/'", "/?bis=0001-01-01", "/?q=" + "%25" * 300],
)  # fmt: skip
def test_odd_addresses_never_break(client: Browser, make: Make, address: str) -> None:
    make()
    assert client.get(address).status_code in (200, 400, 404)


@pytest.mark.parametrize("language", ["en", "qps"])
def test_other_languages(client: Browser, make: Make, language: str) -> None:
    make()
    client.set_language(language)
    for address in ("/", "/dialoge/werkstatt-waermenetz", "/dialoge/werkstatt-waermenetz/datenschutz", "/initiativen/"):
        assert client.get(address).status_code == 200
