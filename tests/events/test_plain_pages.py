"""The plain-language twin of a dialogue's page."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from lxml import html

from events import operations
from events.models import Dialogue
from events.rules import OfferValue
from kit.db import Database, within
from kit.i18n import format_deadline
from tests.events.conftest import NOW, VALUE, Browser
from tests.events.test_public_pages import HOSTILE, titles

Make = Callable[..., Dialogue]
PLAIN = "/dialoge/werkstatt-waermenetz/einfach"


def chapters(client: Browser, address: str = PLAIN) -> dict[str, list[str]]:
    """What stands under each question, the texts of its lines."""
    page = html.fromstring(client.get(address).text)
    return {
        part.findtext(".//h2", ""): [
            " ".join(line.text_content().split())
            for line in part.xpath(".//*[self::p or self::li]")
        ]
        for part in page.xpath("//section[@class='plain-chapter']")
    }  # fmt: skip


def test_the_facts_are_told_in_short_sentences(client: Browser, make: Make) -> None:
    make(
        replace(
            VALUE, plain_text="Die Fabrik hat zu viel Wärme.\nDas Dorf braucht Wärme.", host="Musterwerk (fiktiv)",
            street="Musterweg 1", postcode="12345", online=True, admission="16:30", latest_entry="17:30",
            step_free="partly", access=(("hearing", "im Saal"), ("other", "Parkplatz am Tor")), languages=("de", "tr"),
            bring="Ausweis\nfeste Schuhe", notices=(("Ab 14 Jahren", "Es fahren Stapler."),),
            registration_closes="2027-03-01T12:00", contact_name="Bürgerbüro", contact_email="hilfe@ems.example",
        )
    )  # fmt: skip
    assert chapters(client) == {
        "Worum geht es?": [
            "Die Fabrik hat zu viel Wärme.", "Das Dorf braucht Wärme.", "Dialogverbund Ems (fiktiv) lädt Sie ein.",
            "Gastgeber: Musterwerk (fiktiv).",
        ],
        "Wann ist das?": [
            "Donnerstag, 4. März 2027", "Es beginnt um 17:00 Uhr.", "Es endet um 21:00 Uhr.",
            "Ab 16:30 Uhr können Sie hinein.", "Kommen Sie nicht später als 17:30 Uhr.", "Danach ist das Tor zu.",
        ],
        "Wo ist das?": [
            "MusterhalleMusterweg 112345 Beispielmoor", "Sie können auch im Internet mitmachen.",
            "Den Link bekommen Sie mit der Bestätigung.",
        ],
        "Welche Sprache sprechen wir?": ["Wir sprechen: Deutsch, Türkisch."],
        "Kann ich mit dem Rollstuhl kommen?": [
            "Zum Teil. An manchen Stellen gibt es Stufen.", "Bitte fragen Sie vorher nach.",
        ],
        "Was hilft mir?": ["Eine Höranlage hilft beim Hören. Wo: im Saal.", "Parkplatz am Tor"],
        "Was bringe ich mit?": ["Ausweis", "feste Schuhe"],
        "Welche Regeln gibt es?": ["Ab 14 JahrenEs fahren Stapler."],
        "Wie melde ich mich an?": [
            "Es sind noch Plätze frei.", "Drücken Sie auf den Knopf.",
            "Schreiben Sie Ihren Namen und Ihre E-Mail-Adresse auf.", "Sie bekommen eine E-Mail. Darin ist ein Link.",
            "Öffnen Sie den Link und bestätigen Sie. Dann haben Sie einen Platz.",
            "Sie können sich anmelden bis: Montag, 1. März 2027, 12:00 Uhr.", "Zu diesem Dialog anmelden",
        ],
        "Wen kann ich fragen?": ["Bürgerbürohilfe@ems.example"],
    }  # fmt: skip
    page = html.fromstring(client.get(PLAIN.removesuffix("/einfach")).text)
    assert page.xpath("//h2[@id='call']/text()") == ["Anmelden bis 1. März 2027, 12:00 Uhr"]
    assert format_deadline(datetime(2027, 3, 1, 23, 59)) == "1. März 2027"


def test_an_english_page_says_what_is_german(client: Browser, make: Make) -> None:
    make(replace(VALUE, cost="Keine", audience="Für alle", bring="Ausweis", notices=(("Ab 14", "Stapler"),)))
    make(replace(VALUE, title="English", languages=("en",)))
    sentence = "The initiative's own text is in German."
    for end in ("", "/einfach"):
        client.set_language("en")
        page = html.fromstring(client.get(PLAIN.removesuffix("/einfach") + end).text)
        said = [" ".join(part.text_content().split()) for part in page.xpath("//main//*[@lang='de']")]
        assert {"Für alle", "Keine", "Ausweis"} - set(said) == set()
        assert sentence in page.text_content()
        assert sentence not in html.fromstring(client.get(f"/dialoge/english{end}").text).text_content()
        client.set_language("de")
        german = html.fromstring(client.get(PLAIN.removesuffix("/einfach") + end).text)
        assert german.xpath("//main//*[@lang='de']") == []


def test_each_state_says_what_one_can_do(client: Browser, make: Make, database: Database) -> None:
    how = "Wie melde ich mich an?"
    full = make(replace(VALUE, title="Voll"), offers=[OfferValue("dialog", 0)])
    make(replace(VALUE, title="Bald", registration_opens="2027-02-01T08:00"))
    make(replace(VALUE, title="Ohne", sign_up="none"), offers=[])
    make(replace(VALUE, title="Los", format_code="F1"))
    found = {slug: chapters(client, f"/dialoge/{slug}/einfach")[how] for slug in ("voll", "bald", "ohne", "los")}
    assert found == {
        "voll": [
            "Alle Plätze sind vergeben.", "Es gibt eine Warteliste.", "Wird ein Platz frei, schreiben wir Ihnen.",
            "Auf die Warteliste setzen",
        ],
        "bald": ["Sie können sich jetzt noch nicht anmelden.", "Das geht ab Montag, 1. Februar 2027."],
        "ohne": ["Sie müssen sich nicht anmelden.", "Kommen Sie einfach."],
        "los": ["Sie können sich jetzt noch nicht anmelden.", "Bitte sehen Sie später noch einmal nach."],
    }  # fmt: skip
    assert chapters(client, "/dialoge/los/einfach")["Worum geht es?"][:2] == [
        "Der Dialog ist eine Veranstaltung. Man redet dort miteinander.",
        "Busse fahren zu mehreren Betrieben. Das Los verteilt die Plätze.",
    ]
    with database.write(within(full.initiative_id)) as session:
        operations.cancel(session, dialogue=full, reason="Streik im Nahverkehr", actor="x", now=NOW)
    page = client.get("/dialoge/voll/einfach").text
    assert how not in page
    assert "<p>Dieser Dialog fällt aus.</p><p>Bitte kommen Sie nicht.</p><p>Streik im Nahverkehr</p>" in page
    client.set_now(NOW + timedelta(days=90))
    assert chapters(client, "/dialoge/ohne/einfach")["Wann ist das?"][0] == "Donnerstag, 4. März 2027"


def test_only_shown_dialogues_have_a_twin(client: Browser, make: Make) -> None:
    make(replace(VALUE, title="Entwurf"), publish=False)
    make(replace(VALUE, title="Nur mit Adresse", visibility="unlisted"))
    make(replace(VALUE, title="Nur für Eingeladene", visibility="invited"))
    found = {slug: client.get(f"/dialoge/{slug}/einfach").status_code for slug in (
        "entwurf", "nur-mit-adresse", "nur-fuer-eingeladene", "gibt-es-nicht")}  # fmt: skip
    assert found == {"entwurf": 404, "nur-mit-adresse": 200, "nur-fuer-eingeladene": 404, "gibt-es-nicht": 404}


@pytest.mark.parametrize(("language", "written"), [("de", ("de",)), ("en", ("de", "en")), ("en", ("tr",))])
def test_both_pages_name_each_other_and_their_language(
    client: Browser, make: Make, language: str, written: tuple[str, ...]
) -> None:
    make(replace(VALUE, plain_text="Wir reden.", languages=written))
    client.set_language(language)
    full, plain = (html.fromstring(client.get(address).text) for address in (PLAIN.removesuffix("/einfach"), PLAIN))
    assert full.xpath("//link[@rel='alternate']/@*[name()='hreflang' or name()='href']") == [
        f"{language}-simple",
        PLAIN,
    ]
    assert full.xpath(f"//main//a[@href='{PLAIN}']/@hreflang") == [f"{language}-simple"]
    assert plain.xpath("//link[@rel='alternate']/@hreflang") == [language]
    assert plain.xpath(f"//main//a[@href='{PLAIN.removesuffix('/einfach')}']/@hreflang") == [language]
    assert plain.xpath("//main//article/@lang") == [f"{language}-simple"]
    assert plain.xpath("//p[.='Wir reden.']/../@lang") == ["de-simple" if "de" in written else "tr-simple"]


def test_what_people_typed_is_shown_literally(client: Browser, make: Make) -> None:
    values = dict.fromkeys(
        ("title", "plain_text", "host", "place", "bring", "contact_name", "audience", "cost"), HOSTILE
    )
    dialogue = make(replace(VALUE, **values, access=(("other", HOSTILE),), notices=((HOSTILE, HOSTILE),)))  # type: ignore[arg-type]
    page = client.get(f"/dialoge/{dialogue.slug}/einfach").text
    assert "<script" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 12


def test_the_search_finds_what_is_written_in_plain_language(client: Browser, make: Make) -> None:
    make(replace(VALUE, title="Leicht zu lesen", plain_text="Wir reden."))
    make(replace(VALUE, title="Etwas anderes"))
    for words in ("einfache Sprache", "plain language"):
        assert titles(client, f"/?q={words}") == ["Leicht zu lesen"]
