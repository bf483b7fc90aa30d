"""The organisers' pages: changes, list, one registration, by hand; over HTTP on both databases."""

import csv
import io
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html
from starlette.testclient import TestClient

from events.models import Dialogue
from kit.journal import Audit
from mail.models import Letter
from network.models import Initiative
from registration.models import Participant, Registration
from registration.operations import desk, sweeps
from tests.conftest import LONG, NOW, World, few
from tests.kit import workbook
from tests.registration.site import errors, heading, manners, unmarked
from tests.registration.staff import base, fields, questions, staff, statements, visitor


@pytest.fixture
def dialogue(world: World) -> Any:
    return world.dialogue(world.initiative(), capacity=10)


@pytest.fixture
def organiser(world: World, dialogue: Any) -> TestClient:
    return staff(world, dialogue.initiative_id, "organiser")


def kinds(world: World) -> list[str]:
    return sorted(letter.kind for letter in world.rows(Letter))


def tiles(page: str) -> list[str]:
    return re.findall(r'<dd class="number">([^<]*)</dd>', page)


def names(page: str) -> list[str]:
    return re.findall(r"<a href=\"[^\"]*\"><bdi>([^<]*)</bdi></a>", page)


def test_the_overview_counts_people(world: World, dialogue: Any, organiser: TestClient) -> None:
    world.confirm(world.sign_up(dialogue, size=3))
    world.sign_up(dialogue, size=2)
    world.confirm(world.sign_up(dialogue, size=4))
    world.confirm(world.sign_up(dialogue, size=2))
    answer = organiser.get(base(world, dialogue))
    manners(answer)
    assert heading(answer) == "Wasserstoff vor der Haustür"
    assert tiles(answer.text) == ["7", "1", "2", "0", "0"]
    assert "1 Anmeldung hält Plätze" in answer.text


def test_a_change_of_time_is_shown_before_it_is_saved(world: World, dialogue: Any, organiser: TestClient) -> None:
    world.confirm(world.sign_up(dialogue, size=2))
    path = base(world, dialogue)
    form = fields(organiser.get(f"{path}/bearbeiten").text, "change-dialogue")
    preview = organiser.post(f"{path}/aenderung", data=form | {"start": "2027-03-24T18:00"})
    assert preview.status_code == 200
    manners(preview)
    assert "1 Mensch bekommt eine E-Mail." in preview.text
    assert "18:00 Uhr" in preview.text
    assert world.again(dialogue).start == "2027-03-24T17:00"
    again = organiser.post(f"{path}/aenderung", data=fields(preview.text, "change-dialogue") | {"step": "edit"})
    assert fields(again.text, "change-dialogue")["start"] == "2027-03-24T18:00"
    sent = fields(preview.text, "change-dialogue") | {"step": "save"}
    for _double_click in range(2):
        saved = organiser.post(f"{path}/aenderung", data=sent)
        assert (saved.status_code, saved.headers["location"]) == (303, f"{path}?neu=geaendert")
    row = world.again(dialogue)
    assert (row.start, row.calendar_sequence) == ("2027-03-24T18:00", 1)
    assert "0 von 1 E-Mail verschickt" in organiser.get(path).text
    sweeps.announce_changes(world.database, NOW)
    assert "0 von 1 E-Mail verschickt" in organiser.get(path).text
    letter = world.rows(Letter, kind="change")[0]
    world.within(dialogue, lambda session: setattr(session.get_one(Letter, letter.id), "state", "sent"))
    assert "1 von 1 E-Mail verschickt" in organiser.get(path).text


def test_a_change_that_nobody_must_know_is_saved_at_once(world: World, dialogue: Any, organiser: TestClient) -> None:
    world.confirm(world.sign_up(dialogue))
    path = base(world, dialogue)
    form = fields(organiser.get(f"{path}/bearbeiten").text, "change-dialogue")
    saved = organiser.post(f"{path}/aenderung", data=form | {"lead": "Neu."})
    assert saved.headers["location"] == f"{path}?neu=geaendert"
    assert (world.again(dialogue).lead, world.again(dialogue).calendar_sequence) == ("Neu.", 0)
    form = fields(organiser.get(f"{path}/bearbeiten").text, "change-dialogue")
    same = organiser.post(f"{path}/aenderung", data=form)
    assert same.headers["location"] == f"{path}?neu=unveraendert"
    assert "Es hat sich nichts geändert." in organiser.get(same.headers["location"]).text
    assert len([row for row in world.rows(Audit) if row.action == "dialogue.change"]) == 1


def test_of_two_changes_the_later_one_is_told(world: World, dialogue: Any, organiser: TestClient) -> None:
    path = base(world, dialogue)
    first = fields(organiser.get(f"{path}/bearbeiten").text, "change-dialogue")
    second = fields(organiser.get(f"{path}/bearbeiten").text, "change-dialogue")
    assert organiser.post(f"{path}/aenderung", data=first | {"title": "Eins"}).status_code == 303
    refused = organiser.post(f"{path}/aenderung", data=second | {"title": "Zwei"})
    assert refused.status_code == 409
    assert world.again(dialogue).title == "Eins"


def test_fewer_seats_than_taken_are_refused_at_the_field(world: World, dialogue: Any, organiser: TestClient) -> None:
    world.confirm(world.sign_up(dialogue, size=3))
    path = base(world, dialogue)
    form = fields(organiser.get(f"{path}/bearbeiten").text, "change-dialogue")
    refused = organiser.post(f"{path}/aenderung", data=form | {"capacity": "2"})
    assert refused.status_code == 422
    assert errors(refused) == ["3 Plätze sind schon vergeben. Weniger Plätze gehen erst, wenn jemand absagt."]


def test_cancelling_needs_a_reason_and_tells_everybody(world: World, dialogue: Any, organiser: TestClient) -> None:
    world.confirm(world.sign_up(dialogue))
    path = base(world, dialogue)
    page = organiser.get(f"{path}/absage")
    manners(page)
    assert "1 Mensch bekommt eine E-Mail." in page.text
    assert organiser.post(f"{path}/absage", data={"reason": " "}).status_code == 422
    assert world.again(dialogue).state == "published"
    for _double_click in range(2):
        done = organiser.post(f"{path}/absage", data={"reason": "Störung im Werk"})
        assert done.headers["location"] == f"{path}?neu=abgesagt"
    assert "1 E-Mail geht jetzt hinaus." in organiser.get(done.headers["location"]).text
    sweeps.announce_changes(world.database, NOW)
    assert kinds(world).count("cancellation") == 1
    assert "0 von 1 E-Mail verschickt" in organiser.get(path).text
    assert organiser.get(f"{path}/absage").status_code == 409
    assert organiser.get(f"{path}/anmeldungen/neu").status_code == 409


def test_postponing_keeps_the_seats(world: World, dialogue: Any, organiser: TestClient) -> None:
    person = world.confirm(world.sign_up(dialogue))
    path = base(world, dialogue)
    asked = organiser.get(f"{path}/verschiebung")
    manners(asked)
    assert asked.text.index(f'href="{path}/bearbeiten">Dann ändern Sie ihn hier.') < asked.text.index('id="postpone"')
    for _double_click in range(2):
        assert organiser.post(f"{path}/verschiebung", data={"reason": ""}).status_code == 303
    assert (world.again(dialogue).state, world.again(person).state) == ("postponed", "confirmed")
    assert organiser.get(f"{path}/verschiebung").status_code == 409
    assert "Neuen Termin eintragen" in organiser.get(path).text
    assert "Neuer Termin folgt, bisher 24. März 2027" in organiser.get(path).text
    listed = organiser.get("/arbeitsplatz/ems/").text
    assert re.findall('<td class="display">(.*?)</td>', listed) == [
        'Neuer Termin folgt<br><small class="quiet">bisher 24. März 2027</small>'
    ]


def test_the_list_searches_filters_and_pages(world: World, dialogue: Any, organiser: TestClient) -> None:
    path = f"{base(world, dialogue)}/anmeldungen"
    assert "Noch keine Anmeldung" in organiser.get(path).text
    world.confirm(world.sign_up(dialogue, name="Jörg Müller-Muster", access_need="Mit Hund", size=2))
    world.sign_up(dialogue, name="Ada Beispiel", email="ada@post.example")
    answer = organiser.get(path)
    manners(answer)
    assert names(answer.text) == ["Ada Beispiel", "Jörg Müller-Muster"]
    assert (answer.text.count(">Angabe zum Zugang</a>"), "Mit Hund" in answer.text) == (1, False)
    for words in ("mueller", "MULLER", "müller jorg"):
        assert names(organiser.get(path, params={"q": words}).text) == ["Jörg Müller-Muster"], words
    assert names(organiser.get(path, params={"stand": "address_unconfirmed"}).text) == ["Ada Beispiel"]
    assert names(organiser.get(path, params={"stand": "quatsch", "seite": "99999"}).text) == names(answer.text)
    assert "Niemand passt zu diesem Filter" in organiser.get(path, params={"q": "100%"}).text


def chips(page: str) -> list[tuple[str, str]]:
    return re.findall(r'<li><a href="[^"]*"(?: aria-current="true")?>([^<]*) <b>([^<]*)</b></a></li>', page)


def test_on_a_phone_the_list_has_one_button_and_a_fold(world: World, dialogue: Any, organiser: TestClient) -> None:
    world.confirm(world.sign_up(dialogue))
    path = f"{base(world, dialogue)}/anmeldungen"
    page = html.document_fromstring(organiser.get(path).text)
    (fold,) = page.xpath("//details[summary[normalize-space()='Mehr']]")
    assert "open" not in fold.attrib
    assert [found.text_content().strip() for found in fold.xpath(".//a")] == ["Tische vergeben", "Liste herunterladen"]
    beside = fold.xpath("..//a[not(ancestor::details or ancestor::*[contains(@class, 'desk-beside')])]")
    assert [found.text_content().strip() for found in beside] == ["Person eintragen"]
    # Whoever only reads has nothing to do here.
    reader = html.document_fromstring(staff(world, dialogue.initiative_id, "reader").get(path).text)
    assert reader.xpath("//main//details | //main//a[contains(@class, 'kern-btn')]") == []


def test_the_header_of_the_workspace_says_whose_it_is_and_holds_the_menu(
    world: World, dialogue: Any, organiser: TestClient
) -> None:
    page = html.document_fromstring(organiser.get(base(world, dialogue)).text)
    (header,) = page.xpath("//*[@class='header header-joined']")
    name = world.rows(Initiative)[0].name.removesuffix(" (fiktiv)")
    assert name in header.xpath("string(.//*[@class='whose'])")
    menu = header.xpath(".//details//a/@href")
    assert menu == [*page.xpath("//*[@class='rail']//nav//a/@href"), "/"]
    assert page.xpath("//main//details[@class='menu']") == []


def test_states_are_counted_and_the_waiting_stand_in_order(world: World, dialogue: Any, organiser: TestClient) -> None:
    path = f"{base(world, dialogue)}/anmeldungen"
    for _full in range(2):
        world.confirm(world.sign_up(dialogue, size=4))
    world.sign_up(dialogue)
    late = [
        world.confirm(world.sign_up(dialogue, size=4, name=name), now=NOW + timedelta(minutes=number))
        for number, name in enumerate(("Zoe Muster", "Ada Muster"))
    ]
    page = organiser.get(path)
    assert chips(page.text) == [("Alle", "5"), ("Bestätigt", "2"), ("Adresse offen", "1"), ("Warteliste", "2")]
    assert '<th scope="col">Angebot</th>' not in page.text
    waiting = organiser.get(path, params={"stand": "waiting"}).text
    assert names(waiting) == ["Ada Muster", "Zoe Muster"]
    assert re.findall(r"Warteliste, Platz (\d)", waiting) == ["2", "1"]
    assert "2 Anmeldungen, 8 Personen" in waiting
    assert chips(organiser.get(path, params={"q": "zoe", "stand": "waiting"}).text) == [
        ("Alle", "1"),
        ("Warteliste", "1"),
    ]
    assert "Warteliste, Platz 1" in organiser.get(f"{path}/{late[0].id}").text


def many(world: World, dialogue: Any, first: int, count: int) -> None:
    def work(session: Any) -> None:
        for number in range(first, count):
            row = Registration(
                id=f"r{number:015}",
                initiative_id=dialogue.initiative_id,
                dialogue_id=dialogue.id,
                reference=f"{number:09}",
                state="confirmed",
                email=f"gast{number}@post.example",
                name=f"=Gast Muster-{number}",
                created_at=NOW,
                sort_key=f"muster-{number % 7}",
                search_text=f"gast muster-{number}",
            )
            session.add(row)
            session.flush()
            session.add(
                Participant(
                    initiative_id=dialogue.initiative_id, registration_id=row.id, position=0, name=f"Gast {number}"
                )
            )

    world.within(dialogue, work)


def test_a_long_list_takes_as_many_statements_as_a_short_one(
    world: World, dialogue: Any, organiser: TestClient
) -> None:
    path = f"{base(world, dialogue)}/anmeldungen"
    for _seats_and_list in range(3):
        world.confirm(world.sign_up(dialogue, size=4))
    many(world, dialogue, 0, 10)
    short = statements(world, organiser, path)
    long = 10_000 if LONG else 1000
    many(world, dialogue, 10, long)
    assert statements(world, organiser, path) == short
    second = organiser.get(path, params={"seite": "2"}).text
    told = f"51 bis 100 von {long + 3:,} Anmeldungen, {long + 12:,} Personen".replace(",", ".")
    assert told.replace(". ", ", ") in second
    assert len(names(second)) == 50
    answer = organiser.post(f"{path}/tabelle")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == long + 13
    assert len({row[0] for row in rows}) == long + 4
    assert {row[4][:2] for row in rows[1:]} == {"'=", "Ga"}


@pytest.mark.parametrize(
    "end", ["", "/bearbeiten", "/anmeldungen", "/anmeldungen/{id}", "/einlass", "/ausweise", "/absage"]
)
def test_a_page_reads_its_initiative_once(world: World, dialogue: Any, organiser: TestClient, end: str) -> None:
    row = world.confirm(world.sign_up(dialogue))
    asked = questions(world, organiser, base(world, dialogue) + end.replace("{id}", row.id))
    assert len([one for one in asked if "FROM initiative" in one]) == 1


def test_every_download_is_recorded(world: World, dialogue: Any, organiser: TestClient) -> None:
    world.confirm(world.sign_up(dialogue, size=2, name="Ümit Muster", access_need="Zeile 1\nZeile 2"))
    path = f"{base(world, dialogue)}/anmeldungen"
    assert organiser.get(f"{path}/tabelle").status_code == 404
    for _twice in range(2):
        answer = organiser.post(f"{path}/tabelle")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == (
        'attachment; filename="anmeldungen-wasserstoff-vor-der-haustuer.csv"'
    )
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), delimiter=";"))
    person = rows[1][2].removesuffix("-0")
    assert [row[1:6] for row in rows[1:]] == [
        [str(number + 1), f"{person}-{number}", "", "Ümit Muster", rows[1][5]] for number in range(2)
    ]
    assert (rows[0][12], rows[1][12]) == ("Angabe zum Zugang", "ja")
    book = organiser.post(f"{path}/tabelle", data={"format": "xlsx"})
    assert book.headers["content-disposition"] == (
        'attachment; filename="anmeldungen-wasserstoff-vor-der-haustuer.xlsx"'
    )
    sheet = workbook.read(book.content)
    shown = [["" if cell is None else cell for cell in row] for row in sheet.rows]
    assert [row[:1] + row[2:15] for row in shown] == [row[:1] + row[2:15] for row in rows]
    assert shown[1][15] == datetime(2027, 3, 1, 10, 0)
    assert [row.detail for row in world.rows(Audit, action="list.download")] == [
        "csv, 2 people",
        "csv, 2 people",
        "xlsx, 2 people",
    ]


def test_holds_are_released_in_one_step(
    world: World, dialogue: Any, organiser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "RELEASED_AT_ONCE", 1)
    held = [world.sign_up(dialogue, size=3), world.sign_up(dialogue, size=2)]
    kept = world.confirm(world.sign_up(dialogue, size=4))
    path = f"{base(world, dialogue)}/anmeldungen"
    assert 'id="release-holds"' in organiser.get(path).text
    done = organiser.post(f"{path}/freigabe")
    assert "Die Plätze von 2 Anmeldungen sind wieder frei." in organiser.get(done.headers["location"]).text
    # The first goes at once, the others with the next sweep; none is held any more.
    assert sorted(world.again(row).state for row in (*held, kept)) == ["address_unconfirmed", "confirmed", "expired"]
    assert 'id="release-holds"' not in organiser.get(path).text
    assert [sweeps.end_holds(world.database, NOW) for _time in range(2)] == [1, 0]
    assert [world.again(row).state for row in (*held, kept)] == ["expired", "expired", "confirmed"]
    assert kinds(world).count("hold_released") == 2
    assert [row.detail for row in world.rows(Audit, action="dialogue.release_holds")] == ["2 holds"]
    again = organiser.post(f"{path}/freigabe")
    assert "Es gab nichts freizugeben." in organiser.get(again.headers["location"]).text
    assert kinds(world).count("hold_released") == 2
    assert world.offers(dialogue)[0].taken == 4


def test_somebody_without_an_address_is_added_and_gets_paper(
    world: World, dialogue: Any, organiser: TestClient
) -> None:
    path = f"{base(world, dialogue)}/anmeldungen"
    page = organiser.get(f"{path}/neu")
    manners(page)
    form = fields(page.text, "add-registration") | {"name": "Alma Muster", "participants": "Ben Muster\n\nCem Muster"}
    answers = [organiser.post(f"{path}/neu", data=form) for _double_click in range(2)]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    (row,) = world.rows(Registration)
    assert (row.state, row.email, row.source) == ("confirmed", None, "organiser")
    assert world.rows(Letter) == []
    shown = organiser.get(answers[0].headers["location"])
    manners(shown)
    assert heading(shown) == "Alma Muster"
    paper = organiser.get(f"{path}/{row.id}/brief")
    manners(paper)
    assert heading(paper) == "Sie sind dabei"
    assert "Alma Muster, Ben Muster, Cem Muster" in paper.text
    ticket = organiser.get(f"{path}/{row.id}/ticket.pdf")
    assert ticket.content[:5] == b"%PDF-"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": " "}, "Der Name fehlt. Beispiel: Maria Muster"),
        ({"email": "kein-at"}, "Das @ fehlt. Beispiel: name@post.example"),
        ({"participants": "A\nB\nC\nD"}, "Zusammen gehen hier höchstens 4 Personen."),
        ({"offer": "anders"}, "Bitte wählen Sie einen der Einträge aus."),
        ({"language": "fr"}, "Bitte wählen Sie einen der Einträge aus."),
        ({"form_key": "kurz"}, "Das Formular war unvollständig."),
        ({"participants": "Ben\nCem\nDina"}, "So viele Plätze sind nicht frei."),
    ],
)
def test_each_fault_keeps_what_was_typed(
    world: World, dialogue: Any, organiser: TestClient, typed: dict[str, str], sentence: str
) -> None:
    for _full in range(2):
        world.confirm(world.sign_up(dialogue, size=4))
    path = f"{base(world, dialogue)}/anmeldungen/neu"
    form = fields(organiser.get(path).text, "add-registration") | {
        "name": "Alma <Muster>",
        "access_need": "bleibt & steht",
        "access_consent": "ja",
    }
    answer = organiser.post(path, data=form | typed)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert ">\r\nbleibt &amp; steht</textarea>" in answer.text
    assert len(world.rows(Registration)) == 2


def test_one_registration_is_confirmed_and_cancelled(world: World, dialogue: Any, organiser: TestClient) -> None:
    full = world.confirm(world.sign_up(dialogue, size=4)), world.confirm(world.sign_up(dialogue, size=4))
    waiting = world.confirm(world.sign_up(dialogue, size=4))
    path = f"{base(world, dialogue)}/anmeldungen"
    page = organiser.get(f"{path}/{waiting.id}")
    manners(page)
    assert "Auf die Warteliste gesetzt" in page.text
    refused = organiser.post(f"{path}/{waiting.id}/zusage")
    assert refused.status_code == 409
    assert "So viele Plätze sind nicht frei." in refused.text
    asked = organiser.get(f"{path}/{full[0].id}/absage")
    manners(asked)
    nobody = organiser.post(f"{path}/{full[0].id}/absage", data={"was": "auswahl"})
    assert (nobody.status_code, nobody.text.count('type="checkbox" id="person-')) == (422, 4)
    manners(nobody)
    for _click in range(2):
        done = organiser.post(f"{path}/{full[0].id}/absage", data={"was": "auswahl", "person": ["1", "3"]})
        assert done.headers["location"] == f"{path}/{full[0].id}?neu=abgesagt"
    left = world.rows(Participant, registration_id=full[0].id)
    assert (world.again(full[0]).state, sorted(person.position for person in left)) == ("confirmed", [0, 2])
    assert kinds(world).count("part_cancelled") == 1
    assert "Zum Teil abgesagt" in organiser.get(f"{path}/{full[0].id}").text
    for _double_click in range(2):
        assert organiser.post(f"{path}/{full[0].id}/absage").status_code == 303
    assert kinds(world).count("cancellation") == 1
    for _double_click in range(2):
        assert organiser.post(f"{path}/{waiting.id}/zusage").status_code == 303
    assert (world.again(waiting).state, world.offers(dialogue)[0].taken) == ("confirmed", 8)
    assert organiser.get(f"{path}/{full[0].id}/absage").headers["location"] == f"{path}/{full[0].id}"
    # The team gives the two that were left their seats back.
    assert organiser.post(f"{path}/{full[0].id}/zusage").status_code == 303
    assert (world.again(full[0]).state, world.offers(dialogue)[0].taken) == ("confirmed", 10)


def test_the_data_of_a_person_are_erased(world: World, dialogue: Any, organiser: TestClient) -> None:
    row = world.confirm(
        world.sign_up(dialogue, size=2, name="Ada Muster", email="ada@post.example", access_need="Mit Hund")
    )
    path = f"{base(world, dialogue)}/anmeldungen/{row.id}"
    assert f'href="{path}/loeschung"' in organiser.get(path).text
    asked = organiser.get(f"{path}/loeschung")
    manners(asked)
    assert "Das trifft 2 Personen" in asked.text
    assert "die Plätze: sie werden frei" in asked.text
    assert f'href="{path}/absage"' in asked.text
    for _double_click in range(2):
        assert organiser.post(f"{path}/loeschung").headers["location"] == f"{path}?neu=geloescht"
    gone = world.again(row)
    assert (gone.name, gone.email, gone.state) == (None, None, "cancelled")
    assert (kinds(world), world.offers(dialogue)[0].taken) == ([], 0)
    assert len(world.rows(Audit, action="registration.erase")) == 1
    shown = organiser.get(f"{path}?neu=geloescht")
    manners(shown)
    assert heading(shown) == "Ohne Namen"
    assert "loeschung" not in shown.text
    assert organiser.get(f"{path}/loeschung").headers["location"] == path
    assert "Ada" not in organiser.get(f"{base(world, dialogue)}/einlass").text


def test_when_it_is_over_registrations_stay(world: World, dialogue: Any, organiser: TestClient) -> None:
    row = world.confirm(world.sign_up(dialogue))
    path = f"{base(world, dialogue)}/anmeldungen"

    def finish(session: Any) -> None:
        session.get_one(Dialogue, dialogue.id).ends_at = NOW - timedelta(hours=1)

    world.within(dialogue, finish)
    assert "Entscheiden" not in organiser.get(f"{path}/{row.id}").text
    assert organiser.post(f"{path}/{row.id}/absage").status_code == 409
    assert organiser.get(f"{path}/neu").status_code == 409
    assert world.again(row).state == "confirmed"


def test_the_team_reads_that_a_dialogue_is_running(world: World, dialogue: Any, organiser: TestClient) -> None:
    def begin(session: Any) -> None:
        session.get_one(Dialogue, dialogue.id).starts_at = NOW

    assert "Läuft gerade" not in organiser.get(base(world, dialogue)).text
    world.within(dialogue, begin)
    assert "Läuft gerade" in organiser.get(base(world, dialogue)).text


def test_foreign_ids_are_unknown(world: World, dialogue: Any, organiser: TestClient) -> None:
    other = world.dialogue(world.initiative("rhein"))
    foreign = world.sign_up(other)
    near = world.sign_up(world.dialogue(next(iter(world.rows(type(world.initiative("zwei")), slug="ems")))))
    path = base(world, dialogue)
    for address in (
        f"{path}/anmeldungen/{foreign.id}",
        f"{path}/anmeldungen/{near.id}",
        f"{path}/anmeldungen/unbekannt",
        f"{base(world, other)}/anmeldungen",
        f"{base(world, other)}/anmeldungen/{foreign.id}",
    ):
        assert organiser.get(address).status_code == 404, address
    assert organiser.post(f"{path}/anmeldungen/{foreign.id}/absage").status_code == 404
    assert world.again(foreign).state == "address_unconfirmed"


ALL = {"owner", "organiser", "reader"}
DESK = {"owner", "organiser"}
ADDRESSES = {
    ("GET", ""): ALL,
    ("GET", "/anmeldungen"): ALL,
    ("GET", "/anmeldungen/{id}"): ALL,
    ("GET", "/anmeldungen/neu"): DESK,
    ("GET", "/anmeldungen/{id}/absage"): DESK,
    ("GET", "/anmeldungen/{id}/loeschung"): DESK,
    ("GET", "/verschiebung"): DESK,
    ("GET", "/absage"): DESK,
    ("POST", "/anmeldungen/neu"): DESK,
    ("POST", "/anmeldungen/freigabe"): DESK,
    ("POST", "/anmeldungen/tabelle"): DESK,
    ("POST", "/anmeldungen/{id}/zusage"): DESK,
    ("POST", "/anmeldungen/{id}/absage"): DESK,
    ("POST", "/anmeldungen/{id}/widerruf"): DESK,
    ("POST", "/anmeldungen/{id}/loeschung"): DESK,
    ("POST", "/aenderung"): DESK,
    ("POST", "/verschiebung"): DESK,
    ("POST", "/absage"): DESK,
}


@pytest.mark.parametrize("role", ["owner", "organiser", "reader", "helper", "foreign", "nobody"])
def test_roles(world: World, dialogue: Any, role: str) -> None:
    row = world.sign_up(dialogue)
    if role == "nobody":
        client = visitor(world)
    elif role == "foreign":
        client = staff(world, world.initiative("rhein").id, "owner")
    else:
        client = staff(world, dialogue.initiative_id, role)
    for (method, end), admitted in ADDRESSES.items():
        answer = client.request(method, base(world, dialogue) + end.replace("{id}", row.id))
        if role in admitted:
            assert answer.status_code in (200, 303, 409, 422), (method, end)
        else:
            expected = {"foreign": 404, "nobody": 303 if method == "GET" else 403}.get(role, 403)
            assert answer.status_code == expected, (method, end)


ODD = st.one_of(
    st.text(max_size=60), st.sampled_from(["ja", "\x00", "١٢", "-1", "address_unconfirmed", "%", "\\", "9" * 30])
)


@settings(max_examples=few(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    typed=st.dictionaries(
        st.sampled_from(
            ["name", "participants", "email", "offer", "access_need", "form_key", "language", "organisation"]
        ),
        ODD,
    ),
    asked=st.dictionaries(st.sampled_from(["q", "stand", "seite", "neu", "frei"]), ODD),
    change=st.dictionaries(st.sampled_from(["start", "end", "title", "step", "version", "form_key", "capacity"]), ODD),
)
def test_malformed_input_gets_an_answer(
    world: World,
    dialogue: Any,
    organiser: TestClient,
    typed: dict[str, str],
    asked: dict[str, str],
    change: dict[str, str],
) -> None:
    path = base(world, dialogue)
    form = {"name": "Alma Muster", "offer": "o0", "language": "de", "form_key": "x" * 24}
    assert organiser.get(f"{path}/anmeldungen", params=asked).status_code in (200, 400, 404)
    assert organiser.post(f"{path}/anmeldungen/neu", data=form | typed).status_code in (303, 400, 422)
    filled = fields(organiser.get(f"{path}/bearbeiten").text, "change-dialogue")
    assert organiser.post(f"{path}/aenderung", data=filled | change).status_code in (200, 303, 400, 409, 422)
    assert organiser.post(f"{path}/absage", data={"reason": typed.get("access_need", "")[:0]}).status_code == 422


def test_every_word_is_translated(world: World, dialogue: Any, organiser: TestClient) -> None:
    row = world.confirm(world.sign_up(dialogue, access_need="Gast Muster", size=2))
    path = base(world, dialogue)
    for letter in world.rows(Letter):
        # A letter is shown as it was written, in the language of its reader.
        world.within(letter, lambda session, one=letter: setattr(session.get_one(Letter, one.id), "subject", "–"))
    for end in ("", "/anmeldungen", "/anmeldungen/neu", f"/anmeldungen/{row.id}", f"/anmeldungen/{row.id}/absage",
                f"/anmeldungen/{row.id}/loeschung",
                "/verschiebung", "/absage"):  # fmt: skip
        answer = organiser.get(f"{path}{end}?sprache=qps")
        assert unmarked(answer) == set(), end
