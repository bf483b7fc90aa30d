"""The calendar as month and map, and the filters that the views share."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from lxml import html
from sqlalchemy import event

from events.models import Dialogue
from events.rules import RADII, kilometres, place_of
from kit.db import Database
from kit.lands import CODES
from tests.conftest import LONG
from tests.events.conftest import VALUE, Browser
from tests.events.test_public_pages import copies, titles

Make = Callable[..., Dialogue]


def tree(client: Browser, address: str) -> html.HtmlElement:
    answer = client.get(address)
    assert answer.status_code == 200
    return html.document_fromstring(answer.text)


def words(found: html.HtmlElement) -> str:
    return " ".join(found.text_content().split())


def some(make: Make) -> None:
    make(replace(VALUE, title="A", postcode="49716", kreis="03454", step_free="yes", languages=("de", "tr")))
    make(replace(VALUE, title="B", postcode="26871", kreis="03457", step_free="partly", online=True), initiative=1)
    make(replace(VALUE, title="C", postcode="80331", land="BY", step_free="yes", start="2027-04-10T09:00", end="2027-04-10T10:00"))  # fmt: skip
    make(replace(VALUE, title="D", place="", city="", online=True, languages=("en",)))


def test_filters_of_access_language_and_nearness(client: Browser, make: Make) -> None:
    some(make)
    asked = {
        "/?stufenfrei=ja": "AC",
        "/?online=ja": "BD",
        "/?gesprochen=tr": "A",
        "/?gesprochen=de": "ABC",
        "/?gesprochen=%25": "ABCD",
        "/?initiative=rhein": "B",
        "/?initiative=niemand": "ABCD",
        "/?land=NI&kreis=03454": "A",
        "/?land=NI&kreis=03457&online=ja": "B",
        "/?land=NI&kreis=03405": "",
        "/?land=BY&kreis=03454": "C",
        "/?kreis=03454": "ABCD",
        "/?land=NI&kreis=%25": "ABD",
        "/?plz=49716&umkreis=10": "A",
        "/?plz=49716": "AB",
        "/?plz=49074": "",
        "/?plz=49074&umkreis=100": "A",
        "/?plz=49074&umkreis=99": "",
        "/?umkreis=10": "ABCD",
        "/?plz=81241": "C",
        "/?plz=26789": "B",
        "/?plz=00000": "ABCD",
        "/?plz=4": "ABCD",
        "/?plz=49x16": "ABCD",
        "/?stufenfrei=ja&plz=49716&umkreis=100&gesprochen=tr&initiative=ems&land=NI": "A",
        "/?stufenfrei=ja&online=ja": "",
        "/?stufenfrei=nein&online=1": "ABCD",
    }
    assert {address: "".join(sorted(titles(client, address))) for address in asked} == asked
    told = {
        code: words(tree(client, f"/?plz={code}").get_element_by_id("plz-error")) for code in ("00000", "1234", "abc")
    }
    assert told == dict.fromkeys(("1234", "abc"), "Bitte fünf Ziffern. Beispiel: 49716") | {
        "00000": "Diese Postleitzahl gibt es nicht. Beispiel: 49716"
    }
    near = tree(client, "/?plz=49074&umkreis=100&stufenfrei=ja")
    assert words(near.xpath("//p[contains(., 'Luftlinie')]")[0]).startswith("Bis 100 Kilometer Luftlinie um 49074.")
    assert words(near.xpath("//p[@class='place']")[0]).endswith(", rund 69 km")
    assert [link.get("href") for link in near.xpath("//p/a[starts-with(., 'bis ')]")] == [
        "/?plz=49074&umkreis=10&stufenfrei=ja", "/?plz=49074&umkreis=25&stufenfrei=ja", "/?plz=49074&stufenfrei=ja",
    ]  # fmt: skip
    assert near.xpath("//form[@id='filter']//input[@name='umkreis']/@value") == ["100"]
    # A Land leads on to its Kreise that have something; the others are told beside one as they are.
    offered = "//details[p[contains(@class,'chips')]]/p/a"
    led = {words(link): link.get("href") for link in tree(client, "/?land=NI&online=ja").xpath(offered)}
    assert led == {}
    led = {words(link): link.get("href") for link in tree(client, "/?land=NI").xpath(offered)}
    assert led == {"Emsland 1": "/?land=NI&kreis=03454", "Leer 1": "/?land=NI&kreis=03457"}
    one = tree(client, led["Emsland 1"])
    assert (words(one.get_element_by_id("count")), one.xpath(offered)) == ("1 Dialog", [])
    lands = {words(row.find("th")): words(row.find("td")) for row in one.xpath("//table//tr[th[@scope='row']]")}
    assert (lands["Niedersachsen"], lands["Bayern"]) == ("3", "1")


def test_each_filter_has_a_chip_that_takes_it_away(client: Browser, make: Make) -> None:
    some(make)
    given = (
        "q=halle&land=NI&kreis=03454&von=2027-03-01&bis=2027-03-31&format=F5&frei=ja&plz=49716&umkreis=100&gesprochen=tr&initiative=ems"
        "&stufenfrei=ja&online=ja&ansicht=monat&monat=2027-03"
    )
    page = tree(client, f"/?{given}")
    chips = page.xpath("//p[contains(@class,'chips')]/a")
    assert [words(chip).removesuffix(" entfernen") for chip in chips] == [
        "„halle“", "nahe 49716", "Niedersachsen", "Emsland", "ab 01.03.2027", "bis 31.03.2027", "Bürgerwerkstatt", "Türkisch",
        "Dialogverbund Ems (fiktiv)", "stufenfrei", "online", "mit freien Plätzen", "Alle Filter",
    ]  # fmt: skip
    everything = set(given.split("&"))
    left_out = [everything - set(chip.get("href").removeprefix("/?").split("&")) for chip in chips[:-1]]
    assert [sorted(part.partition("=")[0] for part in gone) for gone in left_out] == [
        ["q"], ["plz", "umkreis"], ["kreis", "land"], ["kreis"], ["von"], ["bis"], ["format"], ["gesprochen"], ["initiative"], ["stufenfrei"],
        ["online"], ["frei"],
    ]  # fmt: skip
    sent = {found.get("name"): found.get("value") for found in page.xpath("//form[@id='filter']//input")}
    assert (sent["ansicht"], sent["monat"]) == ("monat", "2027-03")


def test_the_month_is_a_table_of_weeks(client: Browser, make: Make) -> None:
    some(make)
    page = tree(client, "/?ansicht=monat")
    assert words(page.xpath("//div[@class='month-head']/h2")[0]) == "März 2027"
    assert words(page.get_element_by_id("count")) == "3 Dialoge im März 2027"
    assert [words(found) for found in page.xpath("//table//thead//th")] == ["Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"]
    weeks = [[words(cell) for cell in row.xpath("td")] for row in page.xpath("//table[@class='month-table']//tbody/tr")]
    assert [len(week) for week in weeks] == [7] * 5
    assert weeks[0] == ["Mo 1.", "Di 2.", "Mi 3.", weeks[0][3], "Fr 5.", "Sa 6.", "So 7."]
    assert weeks[4] == ["Mo 29.", "Di 30.", "Mi 31.", "", "", "", ""]
    entries = page.xpath("//table[@class='month-table']//li/a")
    assert [(entry.get("href"), words(entry)) for entry in entries] == [
        ("/dialoge/a", "17:00 NI A, Niedersachsen"),
        ("/dialoge/b", "17:00 NI B, Niedersachsen"),
        ("/dialoge/d", "17:00 NI D, Niedersachsen"),
    ]
    around = page.xpath("//nav[@aria-label='Monate']//a/@href")
    assert around == ["/?ansicht=monat&monat=2027-02", "/?ansicht=monat&monat=2027-04"]
    april = tree(client, "/?ansicht=monat&monat=2027-04&land=BY")
    assert [words(entry) for entry in april.xpath("//table[@class='month-table']//li/a")] == ["09:00 BY C, Bayern"]
    assert words(tree(client, "/?ansicht=monat&monat=2027-04&bis=2027-04-09").get_element_by_id("count")) == "0 Dialoge im April 2027"  # fmt: skip
    january = tree(client, "/?ansicht=monat&monat=2027-01")
    assert [words(cell) for cell in january.xpath("//td[@aria-current='date']")] == ["So 10. heute"]
    assert len(january.xpath("//td[contains(@class,'gone')]")) == 9


def test_a_full_day_of_the_month_leads_to_its_list(client: Browser, make: Make, database: Database) -> None:
    copies(database, make(), ["2027-03-04"] * 9)
    page = tree(client, "/?ansicht=monat&monat=2027-03&land=NI")
    entries = page.xpath("//table[@class='month-table']//li/a")
    assert len(entries) == 5
    assert words(entries[4]) == "6 weitere am 4. März 2027"
    assert len(titles(client, entries[4].get("href"))) == 10


def test_a_dialogue_of_several_days_stands_on_each_of_them(client: Browser, make: Make) -> None:
    make(replace(VALUE, title="Lang", start="2027-03-30T17:00", end="2027-04-02T12:00"))
    make(replace(VALUE, title="Kurz", start="2027-04-02T10:00", end="2027-04-03T00:00"))

    def days(address: str) -> dict[str, list[str]]:
        page = tree(client, address)
        cells = {words(cell.xpath("span")[0]): cell.xpath(".//li/a") for cell in page.xpath("//td[span]")}
        return {day: [words(entry) for entry in entries] for day, entries in cells.items() if entries}

    assert days("/?ansicht=monat&monat=2027-03") == {
        "Di 30.": ["17:00 NI Lang, Niedersachsen"],
        "Mi 31.": ["bis Fr 2. Apr. NI Lang, Niedersachsen"],
    }
    assert days("/?ansicht=monat&monat=2027-04") == {
        "Do 1.": ["bis Fr 2. Apr. NI Lang, Niedersachsen"],
        "Fr 2.": ["bis 12:00 NI Lang, Niedersachsen", "10:00 NI Kurz, Niedersachsen"],
    }
    assert list(days("/?ansicht=monat&monat=2027-04&bis=2027-04-01")) == ["Do 1."]
    # What began last year and still runs does not open last year's month.
    make(replace(VALUE, title="Dauer", start="2026-12-30T17:00", end="2027-01-12T12:00"))
    assert words(tree(client, "/?ansicht=monat").xpath("//div[@class='month-head']/h2")[0]) == "Januar 2027"


def test_the_map_and_its_table_say_the_same(client: Browser, make: Make) -> None:
    some(make)
    page = tree(client, "/?ansicht=karte&stufenfrei=ja")
    links = {found.get("aria-label"): found.get("href") for found in page.xpath("//svg//a")}
    assert links == {
        "Niedersachsen: 1 Dialog": "/?land=NI&stufenfrei=ja&ansicht=karte",
        "Bayern: 1 Dialog": "/?land=BY&stufenfrei=ja&ansicht=karte",
    }
    shapes = {found.partition("#")[2] for found in page.xpath("//svg[@class='land-map']//use/@href")}
    assert shapes == set(CODES)
    rows = [[words(cell) for cell in row] for row in page.xpath("//table[@class='land-table']/tbody/tr")]
    assert [row for row in rows if row[2] != "0"] == [
        ["Niedersachsen", "4. März 2027", "1"],
        ["Bayern", "10. April 2027", "1"],
    ]
    assert len(rows) == 16
    chosen = tree(client, "/?ansicht=karte&land=BY")
    assert [found.get("aria-label") for found in chosen.xpath("//svg//a[@aria-current]")] == ["Bayern: 1 Dialog"]
    assert titles(client, "/?ansicht=karte&land=BY") == ["C"]
    assert titles(client, "/?ansicht=karte") == []


def test_views_ask_a_constant_number_of_questions(client: Browser, make: Make, database: Database) -> None:
    addresses = ("/?ansicht=monat", "/?land=NI", "/?ansicht=karte&land=NI", "/?plz=49716&stufenfrei=ja&gesprochen=de")
    asked: list[Any] = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))

    def questions(address: str) -> int:
        asked.clear()
        assert client.get(address).status_code == 200
        return len(asked)

    first = make(replace(VALUE, title="Dialog 000", postcode="49716", step_free="yes"))
    few = {address: questions(address) for address in addresses}
    copies(database, first, [f"2027-{number % 9 + 2:02d}-05" for number in range(1, 10_000 if LONG else 1000)])
    assert {address: questions(address) for address in addresses} == few
    assert max(few.values()) <= 7


@pytest.mark.parametrize(
    "address",
    ["/?ansicht=monat&monat=0000-00", "/?ansicht=monat&monat=9999-12", "/?ansicht=monat&monat=0001-01", "/?ansicht=x",
     "/?ansicht=monat&von=9999-12-31", "/?ansicht=karte&land=%27", "/?land=NI&kreis=" + "9" * 300, "/?plz=%F0%9F%98%80", "/?plz=%D9%A4%D9%A9",
     "/?gesprochen=%22", "/?initiative=" + "a" * 300],
)  # fmt: skip
def test_odd_addresses_never_break(client: Browser, make: Make, address: str) -> None:
    make()
    assert client.get(address).status_code == 200


def test_five_digits_lead_to_a_place() -> None:
    cologne, bonn, berlin = (place_of(code) for code in ("50667", "53111", "10115"))
    assert cologne
    assert bonn
    assert berlin
    # As the crow flies: 25 and 477 kilometres, by the geodesic of the WGS 84 ellipsoid.
    assert round(kilometres(cologne, bonn)) in (24, 25, 26)
    assert abs(kilometres(cologne, berlin) - 477) < 4
    assert kilometres(berlin, berlin) == 0
    # Nobody has this one, so it lies where its first digits do; no code begins with 05.
    unknown, meppen = place_of("49799"), place_of("49716")
    assert unknown
    assert meppen
    assert kilometres(unknown, meppen) < 40
    assert [place_of(value) for value in ("05000", "00000", "49", "4", "497161", "", "²3456", "４９７１６")] == [
        None
    ] * 8
    # All of Germany, Helgoland too, and nothing else.
    places = [place_of(f"{number:02d}000") for number in range(100)]
    assert [f"{number:02d}" for number, place in enumerate(places) if place is None] == ["00", "05", "43", "62"]
    assert all(47 < place[0] < 55.1 and 5.8 < place[1] < 15.1 for place in places if place)
    assert sorted(RADII) == list(RADII)
