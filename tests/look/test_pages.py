"""Every public page, filled and bare, in each language: complete, labelled, without inline styles."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from lxml import html

from events import pages
from kit import i18n
from kit.lands import CODES
from kit.templates import render
from tests.look.samples import PAGES

CASES = [(name, code) for name in PAGES for code in i18n.CODES]
LABELLED = "//input[not(@type='hidden')] | //select | //textarea"


def tree(name: str, code: str) -> html.HtmlElement:
    with i18n.use(code):
        return html.document_fromstring(render(PAGES[name]))


@pytest.mark.parametrize(("name", "code"), CASES)
def test_skeleton(name: str, code: str) -> None:
    page = tree(name, code)
    headings = [" ".join(found.text_content().split()) for found in page.xpath("//h1")]
    title = page.xpath("string(//title)")
    assert len(headings) == 1
    with i18n.use(code):
        prefix = f"{i18n.gettext('Fehler:')} " if name == "start-leer" else ""
    assert title == f"{prefix}{headings[0]} – Dialogwerk"
    assert page.xpath("string(/html/@lang)") == ("en" if code == "en" else "de")
    assert page.xpath("//*[@style] | //style | //*[starts-with(name(@*), 'on')]") == []
    assert page.xpath("//script[not(@type='application/ld+json')][not(@src) or text()]") == []
    assert [place for place, count in Counter(page.xpath("//@id")).items() if count > 1] == []
    assert len(page.xpath("//main")) == 1
    assert page.xpath("(//a)[1]/@href") == ["#inhalt"]


@pytest.mark.parametrize(("name", "code"), CASES)
def test_headings_have_no_gap(name: str, code: str) -> None:
    levels = [
        int(found.tag[1]) for found in tree(name, code).xpath("//main//*[self::h1 or self::h2 or self::h3 or self::h4]")
    ]
    assert [pair for pair in zip([0, *levels], levels, strict=False) if pair[1] - pair[0] > 1] == []


@pytest.mark.parametrize("name", PAGES)
def test_every_field_has_a_label(name: str) -> None:
    page = tree(name, "de")
    labels = set(page.xpath("//label/@for"))
    bare = [
        found for found in page.xpath(LABELLED) if found.get("id") not in labels and not found.xpath("ancestor::label")
    ]
    assert [found.get("name") for found in bare] == []


@pytest.mark.parametrize("name", PAGES)
def test_every_symbol_is_in_the_sprite(name: str) -> None:
    from kit.templates import STATIC

    known = set(html.fromstring((STATIC / "icons.svg").read_bytes()).xpath("//symbol/@id")) | set(CODES)
    used = {address.partition("#")[2] for address in tree(name, "de").xpath("//use/@href")}
    assert used - known == set()


@pytest.mark.parametrize("name", PAGES)
def test_english_is_complete(name: str) -> None:
    """A text of ours that reads the same in both languages has no translation, apart from those in ALIKE."""
    marked = {text.strip() for text in tree(name, "qps").xpath("//text()") if "⟦" in text}
    english = {text.strip() for text in tree(name, "en").xpath("//body//text()")}
    same = {text for text in marked if text.count("⟦") == 1 and text.strip("⟦⟧") in english}
    assert same - ALIKE == set()


ALIKE = {
    f"⟦{word}⟧"
    for word in (
        "April 2027",
        "September 2027",
        "November 2027",
        "Online",
        "Format",
        "Bremen",
        "Baden-Württemberg",
        "Brandenburg",
        "Deutsch",
        "Initiative",
    )
}


def test_what_people_typed_is_shown_and_not_run() -> None:
    page = tree("dialog", "de")
    assert page.xpath("//script[contains(., 'alert')]") == []
    assert "<script>alert(1)</script>" in page.text_content()


def test_the_dialogue_as_data() -> None:
    data = json.loads(tree("dialog", "de").xpath("string(//script[@type='application/ld+json'])"))
    assert data["@type"] == "Event"
    assert data["startDate"] == "2027-10-07T17:00+02:00"
    assert data["eventStatus"] == "https://schema.org/EventScheduled"
    assert data["eventAttendanceMode"] == "https://schema.org/OfflineEventAttendanceMode"
    assert data["location"][0]["address"]["addressRegion"] == "DE-NW"
    cancelled = json.loads(tree("dialog-abgesagt", "de").xpath("string(//script[@type='application/ld+json'])"))
    assert cancelled["eventStatus"] == "https://schema.org/EventCancelled"
    assert cancelled["eventAttendanceMode"] == "https://schema.org/OnlineEventAttendanceMode"


@pytest.mark.parametrize(
    ("seats", "words"),
    [
        (pages.Seats("free", 1, 24), "Noch 1 Platz frei"),
        (pages.Seats("free", 10, 24), "Noch 10 Plätze frei"),
        (pages.Seats("free", 1114, 3000), "Plätze frei 1.114 von 3.000 frei"),
        (pages.Seats("free"), "Plätze frei"),
        (pages.Seats("waiting"), "Warteliste"),
        (pages.Seats("full"), "Ausgebucht"),
        (pages.Seats("held"), "Hat stattgefunden"),
    ],
)
def test_words_for_places(seats: pages.Seats, words: str) -> None:
    from kit.templates import environment

    template = environment().from_string('{% from "macros/dialogues.html" import seat_sign %}{{ seat_sign(seats) }}')
    shown = html.fromstring(f"<p>{template.render(seats=seats)}</p>")
    assert " ".join(" ".join(shown.itertext()).split()) == words


def test_the_language_switch_keeps_the_filter() -> None:
    assert tree("start", "de").xpath("//a[@hreflang='en']/@href") == ["/?q=licht&sprache=en"]


def test_a_dialogue_answers_in_the_order_of_the_questions() -> None:
    """When, where, for whom, what it costs; how one gets a seat, what hosts demand, how one gets in, what becomes of data."""
    page = tree("dialog", "de")
    facts = [found.text_content() for found in page.xpath("//aside//dt")]
    assert facts == ["Wann", "Wo", "Für wen", "Kosten"]
    asked = [found.text_content() for found in page.xpath("//section[@class='section']/h2")]
    order = ["So kommen Sie an einen Platz", "Was die Gastgeber verlangen", "Zugang und Unterstützung", "Was mit Ihren Angaben geschieht"]  # fmt: skip
    assert [heading for heading in asked if heading in order] == order


def test_every_form_has_a_name() -> None:
    """Scripts find a form by its id."""
    folder = Path(__file__).parents[2] / "templates"
    forms = [
        (str(path.relative_to(folder)), tag)
        for path in sorted(folder.rglob("*.html"))
        for tag in re.findall(r"<form\b.*?>", path.read_text(), re.DOTALL)
    ]
    assert len(forms) > 50
    assert [(name, tag) for name, tag in forms if " id=" not in tag] == []
