"""Codes at the door and links that open it, over HTTP on both databases."""

import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from lxml import html
from starlette.testclient import TestClient

from checkin import operations
from checkin.models import DoorLink
from checkin.pages import Told, Verdict, VerdictPart
from checkin.routes.gates import link_path
from checkin.rules import readings
from kit import clock, i18n
from kit.journal import SYSTEM, Audit
from kit.settings import settings
from kit.templates import render
from network.models import Initiative
from registration import operations as registrations
from registration import queries
from registration.checkin_code import LENGTH, encode, signing_key
from registration.codes import participant_code
from registration.models import Arrival, Registration
from tests.conftest import NOW, World
from tests.registration import test_statements as counting
from tests.registration.site import heading, manners, unmarked
from tests.registration.staff import base, fields, staff, statements, visitor

IN_PLACE = {"X-Door": "1"}


@pytest.fixture
def dialogue(world: World) -> Any:
    return world.dialogue(world.initiative(), capacity=60)


@pytest.fixture
def door(world: World, dialogue: Any) -> str:
    """The address of the door on a phone without an account."""
    return open_door(world, dialogue)


@pytest.fixture
def phone(world: World) -> Iterator[TestClient]:
    yield visitor(world)
    clock.fix(NOW)


def open_door(world: World, dialogue: Any, name: str = "Tor 1") -> str:
    return world.within(
        dialogue,
        lambda session: link_path(operations.make_link(session, dialogue=dialogue, name=name, actor=SYSTEM, now=NOW)),
    )


def guests(world: World, dialogue: Any, size: int = 1, **values: Any) -> list[Any]:
    row = world.confirm(world.sign_up(dialogue, size=size, **values))
    return world.within(row, lambda session: queries.participants_of(session, row.id))


def reference_of(world: World, person: Any) -> str:
    return world.within(person, lambda session: queries.registration_of(session, person).reference)


def cancel(world: World, registration_id: str, dialogue: Any) -> None:
    world.within(
        dialogue,
        lambda session: registrations.cancel(
            session, registration=session.get_one(Registration, registration_id), now=NOW
        ),
    )


def read(phone: TestClient, door: str, code: str, report: str = "a" * 16, waited: str = "0") -> tuple[str, ...]:
    """What the door says: verdict, word, name, reason."""
    sent = {"code": code, "arrival": report, "waited": waited}
    answer = phone.post(f"{door}/code", data=sent, headers=IN_PLACE)
    assert answer.status_code == 200
    found = re.search(r'data-verdict="(\w+)"', answer.text)
    name = re.search(r'verdict-name display"><bdi>(.*?)</bdi>', answer.text)
    reason = re.search(r'<p class="large">(.*?)</p>', answer.text)
    assert found
    assert reason
    return found[1], heading(answer), name[1] if name else "", reason[1]


def test_each_verdict(world: World, dialogue: Any, door: str, phone: TestClient) -> None:
    """In, in since, another dialogue of this initiative, cancelled, no seat, another initiative, forged."""
    (ada,) = guests(world, dialogue, names=("Ada Muster",))
    code = participant_code(ada.id)
    assert read(phone, door, code) == ("in", "Drin", "Ada Muster", "Eingelassen um 10:00 Uhr")
    assert read(phone, door, code) == ("in", "Drin", "Ada Muster", "Eingelassen um 10:00 Uhr")
    clock.fix(NOW + timedelta(minutes=3))
    assert read(phone, door, code, "b" * 16) == ("before", "Schon drin", "Ada Muster", "Drin seit 10:00 Uhr")
    second = world.dialogue((world.again(dialogue) and None) or _initiative(world), title="Stahl am Abend")
    (ben,) = guests(world, second, names=("Ben Muster",))
    assert read(phone, door, participant_code(ben.id), "c" * 16) == (
        "not", "Anderer Dialog", "Ben Muster", "Gehört zu: Stahl am Abend, 24. März 2027",
    )  # fmt: skip
    (cem,) = guests(world, dialogue, names=("Cem Muster",))
    cancel(world, cem.registration_id, dialogue)
    assert read(phone, door, participant_code(cem.id), "d" * 16)[:3] == ("not", "Abgesagt", "Cem Muster")
    unconfirmed = world.sign_up(dialogue)
    (eda,) = world.within(unconfirmed, lambda session: queries.participants_of(session, unconfirmed.id))
    assert read(phone, door, participant_code(eda.id), "e" * 16)[:2] == ("not", "Kein Platz")
    (foreign,) = guests(world, world.dialogue(world.initiative("rhein")))
    unknown = ("not", "Unbekannt", "", "Dieser Code ist nicht echt, oder er gehört zu einer anderen Initiative.")
    forged = encode(bytes(10), signing_key(b"another installation"))
    for odd in (participant_code(foreign.id), forged, code[:-1], code.replace("1:", "2:"), "DW1:", "\x01", "ß" * 300):
        assert read(phone, door, odd, "f" * 16) == unknown
    (arrival,) = world.rows(Arrival)
    assert (arrival.participant_id, arrival.at, arrival.device) == (ada.id, NOW, "Tor 1")


def _initiative(world: World) -> Any:
    return next(row for row in world.rows(Initiative) if row.slug == "ems")


def test_a_report_that_waited_keeps_its_time(world: World, dialogue: Any, door: str, phone: TestClient) -> None:
    """A wrong clock of a phone moves nothing into the future and nothing further back than a day."""
    for waited, minutes in (("90", 1.5), ("-4000", 0), ("999999999", 24 * 60)):
        (person,) = guests(world, dialogue)
        read(phone, door, participant_code(person.id), person.id, waited)
        (arrival,) = world.rows(Arrival, participant_id=person.id)
        assert arrival.at == NOW - timedelta(minutes=minutes)


def test_undone_stays_undone(world: World, dialogue: Any, door: str, phone: TestClient) -> None:
    """The report of an arrival that was taken back is no arrival when it comes again; a new one is."""
    (person,) = guests(world, dialogue)
    code = participant_code(person.id)
    read(phone, door, code)
    undo = phone.post(f"{door}/{person.id}/zuruecknahme", headers=IN_PLACE)
    assert undo.status_code == 204
    assert read(phone, door, code)[:2] == ("not", "Zurückgenommen")
    assert phone.get(f"{door}/stand").json() == {"arrived": 0, "expected": 1}
    # Another gate's report from before, which lost against the first and comes once more.
    assert read(phone, door, code, "c" * 16, "5")[:2] == ("not", "Zurückgenommen")
    assert read(phone, door, code, "b" * 16)[:2] == ("in", "Drin")
    assert phone.get(f"{door}/stand").json() == {"arrived": 1, "expected": 1}


def test_two_gates_at_the_same_moment(world: World, dialogue: Any, door: str) -> None:
    """One code, four reports at once: exactly one is in."""
    other = open_door(world, dialogue, "Tor 2")
    (person,) = guests(world, dialogue)
    code, said = participant_code(person.id), []
    start = threading.Barrier(4)

    def report(phone: TestClient, number: int) -> None:
        start.wait()
        said.append(read(phone, door if number % 2 else other, code, f"report-{number:04}")[0])

    gates = [threading.Thread(target=report, args=(visitor(world), number)) for number in range(4)]
    for gate in gates:
        gate.start()
    for gate in gates:
        gate.join(timeout=30)
    assert sorted(said) == ["before", "before", "before", "in"]
    assert len(world.rows(Arrival)) == 1


def test_a_party_comes_in_together(world: World, dialogue: Any, door: str, phone: TestClient) -> None:
    first, second = guests(world, dialogue, size=2, names=("Ada Muster", "Ben Muster"))
    sent = {"code": participant_code(first.id), "arrival": "a" * 16}
    told = phone.post(f"{door}/code", data=sent, headers=IN_PLACE).text
    assert re.findall(r"<li><bdi>(.*?)</bdi>", told) == ["Ben Muster"]
    sent = {"participant": second.id, "arrival": "b" * 16}
    told = phone.post(door, data=sent, headers=IN_PLACE)
    assert heading(told) == "Drin"
    assert len(world.rows(Arrival)) == 2


@pytest.mark.parametrize(
    "sent",
    [
        {}, {"code": "DW1:A"}, {"code": "DW1:A", "arrival": "kurz"}, {"code": "", "arrival": "a" * 16},
        {"code": "A" * 501, "arrival": "a" * 16}, {"code": "A", "arrival": "a" * 16, "waited": "gestern"},
        {"code": "A", "arrival": "a" * 16, "waited": "9" * 40}, {"code": "A", "arrival": "a" * 15 + "\n"},
    ],
)  # fmt: skip
def test_malformed_reports(world: World, door: str, phone: TestClient, sent: dict[str, str]) -> None:
    assert phone.post(f"{door}/code", data=sent, headers=IN_PLACE).status_code == 400


def test_a_flood_is_refused(world: World, door: str, phone: TestClient) -> None:
    assert phone.post(f"{door}/code", data={"code": "A" * 10_000_000, "arrival": "a" * 16}).status_code == 413


def test_links_open_one_door_until_they_end(world: World, dialogue: Any, phone: TestClient) -> None:
    """Made by an organiser, shown as address and code; ended by one, or by itself six hours after the dialogue."""
    guests(world, dialogue, names=("Ada Muster",))
    organiser = staff(world, dialogue.initiative_id, "organiser")
    links = f"{base(world, dialogue)}/einlass/zugang"
    assert organiser.post(links, data={"name": "Tor 1"}).headers["location"] == f"{links}?neu=ja"
    page = organiser.get(links)
    manners(page)
    (door,) = set(re.findall(r'href="http[^"/]*//[^"/]*(/einlass/[^"]*)"', page.text))
    assert f'href="{settings().base_url}{door}"' in page.text
    shown = phone.get(door)
    manners(shown)
    assert "0</strong> von 1 da" in shown.text
    assert "Muster" in shown.text
    assert "arbeitsplatz/ems" not in shown.text
    for other in (door[:-1] + ("a" if door[-1] != "a" else "b"), "/einlass/x"):
        assert phone.get(other).status_code == 404
    (link,) = world.rows(DoorLink)
    clock.fix(dialogue.ends_at + timedelta(hours=6, seconds=-1))
    assert phone.get(door).status_code == 200
    clock.fix(dialogue.ends_at + timedelta(hours=6))
    assert phone.get(door).status_code == 404
    clock.fix(NOW)
    for _double_click in range(2):
        ended = organiser.post(f"{links}/{link.id}/ende")
        assert ended.headers["location"] == f"{links}?neu=beendet"
    assert phone.get(door).status_code == 404
    assert phone.get(f"{door}/stand").status_code == 404
    noted = [row.action for row in world.rows(Audit) if row.object_kind == "door_link"]
    assert noted == ["door_link.create", "door_link.end"]


def test_a_door_opened_by_a_link_leads_to_imprint_and_privacy(door: str, phone: TestClient) -> None:
    foot = phone.get(door).text.partition("</main>")[2]
    assert re.findall(r'href="(/[a-z]+)"', foot) == ["/impressum", "/datenschutz", "/barrierefreiheit"]


def test_a_name_is_ticked_in_without_script(world: World, dialogue: Any, door: str, phone: TestClient) -> None:
    """A hand scanner without script types into the search; the list holds whose code it is."""
    guests(world, dialogue, names=("Ben Beispiel",))
    (ada,) = guests(world, dialogue, names=("Ada Muster",))
    found = phone.get(door, params={"q": participant_code(ada.id)})
    assert re.findall(r'door-name"><bdi>(.*?)</bdi>', found.text) == ["Ada <b>Muster</b>"]
    report = fields(found.text, "check-in") | {"participant": ada.id}
    verdict = phone.get(phone.post(door, data=report).headers["location"])
    manners(verdict)
    assert heading(verdict) == "Drin"
    assert "1 von 2 da" in verdict.text
    other = "Anderer Dialog. Gehört zu: Stahl am Abend, 24. März 2027"
    (elsewhere,) = guests(world, world.dialogue(_initiative(world), title="Stahl am Abend"))
    (foreign,) = guests(world, world.dialogue(world.initiative("rhein"), title="Stahl am Abend"))
    for typed, told in (
        (participant_code(elsewhere.id), [other]),
        (reference_of(world, elsewhere).lower(), [other]),
        (reference_of(world, foreign), []),
        (reference_of(world, ada), []),
    ):
        warned = phone.get(door, params={"q": typed}).text
        assert re.findall("Anderer Dialog[^<]*", warned) == told
        assert 'name="participant"' not in warned


def test_the_verdict_names_another_day(world: World, dialogue: Any, door: str, phone: TestClient) -> None:
    """Somebody is let in months before, and it says so; on the day it says nothing."""
    told = []
    for moment in (NOW, dialogue.starts_at, dialogue.ends_at):
        clock.fix(moment)
        (person,) = guests(world, dialogue)
        sent = {"code": participant_code(person.id), "arrival": person.id, "waited": "0"}
        answer = phone.post(f"{door}/code", data=sent, headers=IN_PLACE).text
        assert heading(SimpleNamespace(text=answer)) == "Drin"
        assert "/zuruecknahme" in answer
        told.append(re.findall("Der Dialog ist nicht heute[^<]*", answer))
    assert told == [["Der Dialog ist nicht heute, sondern am 24. März 2027."], [], []]


def test_a_report_asks_little(world: World, dialogue: Any, door: str, phone: TestClient) -> None:
    """As many statements with one guest as with fifty."""
    guests(world, dialogue)
    alone = asked(world, phone, f"{door}/stand")
    for _more in range(20):
        guests(world, dialogue)
    assert asked(world, phone, f"{door}/stand") == alone


def test_a_check_in_takes_few_statements(world: World, dialogue: Any, door: str, phone: TestClient) -> None:
    """And no public page shows who came: those that are kept are not thrown away."""
    person, *_others = guests(world, dialogue, size=4)
    activity = world.again(dialogue).activity
    with counting.told(world.database) as seen:
        assert read(phone, door, participant_code(person.id))[0] == "in"
    # The link with its dialogue, the guest with the party, the arrival, the log; only SQLite needs no lock besides.
    assert len(seen) == (4 if world.database.sqlite else 5)
    assert world.again(dialogue).activity == activity


def asked(world: World, phone: TestClient, path: str) -> int:
    """The least of three: a new connection to the database says hello with statements of its own."""
    return min(statements(world, phone, path) for _time in range(3))


def test_a_german_keyboard_is_understood() -> None:
    """What a scanner with American keys types on a German keyboard, blanks that an accent swallowed included."""
    keys = str.maketrans({"Y": "Z", "Z": "Y", ":": "Ö", "-": "ß", "/": "-", "*": "(", "+": "`"})
    key = signing_key(b"any")
    wrong = []
    for number in range(400):
        code = encode(number.to_bytes(10), key)
        typed = code.translate(keys).replace("` ", "`")
        for letter, melted in zip("AEIOU", "ÀÈÌÒÙ", strict=True):
            typed = typed.replace(f"`{letter}", melted)
        if code not in list(readings(typed + "\r", LENGTH)):
            wrong.append(code)
        assert list(readings(code.lower(), LENGTH)) == [code]
    assert wrong == []


def test_every_word_is_translated(world: World, dialogue: Any, door: str, phone: TestClient) -> None:
    organiser = staff(world, dialogue.initiative_id, "organiser")
    links = organiser.get(f"{base(world, dialogue)}/einlass/zugang?sprache=qps").text
    links = re.sub(r">http[^<]*<|>Tor 1<", "><", links)
    assert unmarked(SimpleNamespace(text=links)) == set()
    assert unmarked(SimpleNamespace(text=phone.get(f"{door}?sprache=qps").text.replace("Tor 1", ""))) == set()
    answer = phone.post(f"{door}/code?sprache=qps", data={"code": "DW1:", "arrival": "a" * 16})
    assert unmarked(answer) == set()


def test_each_of_a_group_has_a_button_of_their_own() -> None:
    def buttons(*others: tuple[str, str]) -> list[tuple[str, str]]:
        told = Told(Verdict.IN, "Drin", "Ada", "Eingelassen", "", "Dialog", "/einlass/x", "a" * 16, others=others)
        with i18n.use("de"):
            page = html.fragment_fromstring(render(VerdictPart(told)), create_parent=True)
        return [(one.get("value"), one.text_content()) for one in page.xpath("//button[@name='participant']")]

    assert buttons(("p1", "Bo"), ("p2", "Cem")) == [("p1", "Bo einlassen"), ("p2", "Cem einlassen")]
    # The large button below says the same of one alone.
    assert buttons(("p1", "Bo")) == []
