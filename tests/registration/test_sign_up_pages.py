"""Signing up over HTTP: the form, its receipt, the link that confirms, links sent again."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st
from starlette.testclient import TestClient

from events.models import Dialogue
from kit import clock
from kit.db import Database
from kit.tokens import derive
from mail.models import Letter
from registration.forms import shown_stamp
from registration.models import Consent, ConsentText, Participant, Registration
from registration.rules import Choice, Declaration
from tests.conftest import NOW, World, few
from tests.registration.site import confirm_path, errors, heading, hidden, manners, own_path, unmarked, visit
from tests.registration.staff import visitor

KEY = "form-key-0000000001"


@pytest.fixture
def site(database: Database) -> TestClient:
    return visit(database)


def form(**values: Any) -> dict[str, Any]:
    return {"form_key": KEY, "name": "Ada Muster", "email": "ada@post.example", "terms": "ja"} | values


def path(dialogue: Any) -> str:
    return f"/dialoge/{dialogue.slug}/anmeldung"


def test_one_person_signs_up(site: TestClient, world: World) -> None:
    dialogue = world.dialogue()
    shown = site.get(path(dialogue))
    assert (shown.status_code, heading(shown)) == (200, "Anmelden")
    manners(shown)
    sent = site.post(path(dialogue), data=form(shown_at=hidden(shown, "shown_at"), newsletter="ja"))
    assert sent.status_code == 303
    [registration] = world.rows(Registration)
    assert (registration.state, registration.name, registration.email) == (
        "address_unconfirmed",
        "Ada Muster",
        "ada@post.example",
    )
    assert [person.name for person in world.rows(Participant)] == ["Ada Muster"]
    assert [letter.kind for letter in world.rows(Letter)] == ["confirm_address"]
    receipt = site.get(sent.headers["location"])
    assert (receipt.status_code, heading(receipt)) == (200, "Bitte bestätigen Sie Ihre Adresse")
    assert f'data-reference="{registration.reference}"' in receipt.text
    assert "Ada" not in receipt.text
    assert "ada@post" not in receipt.text
    manners(receipt)


def test_a_form_that_was_drawn_before_shows_what_is_true_now(site: TestClient, world: World) -> None:
    dialogue = world.dialogue(capacity=9, title="Ein <b>Abend</b>")
    first, second = site.get(path(dialogue)), site.get(path(dialogue))
    keys = [hidden(shown, "form_key") for shown in (first, second)]
    assert len({*keys, ""}) == 3
    assert first.text.replace(keys[0], "") == second.text.replace(keys[1], "")
    assert (first.text.count("9 Plätze frei"), first.text.count("<b>Abend")) == (1, 0)
    world.sign_up(dialogue)
    clock.fix(NOW + timedelta(minutes=1))
    later = site.get(path(dialogue))
    assert hidden(later, "shown_at") == shown_stamp(dialogue.id, NOW + timedelta(minutes=1))
    assert later.text.count("8 Plätze frei") == 1
    assert heading(site.get(path(dialogue) + "?sprache=en")) == "Sign up"
    # The same instants on another clock.
    world.within(dialogue, lambda session: setattr(session.get_one(Dialogue, dialogue.id), "zone", "Europe/London"))
    moved = site.get(path(dialogue))
    ends = [re.findall("Anmeldung offen bis ([^<]*)", shown.text)[0] for shown in (later, moved)]
    assert ends == [f"Mittwoch, 24. März 2027, {hour}:00 Uhr" for hour in (17, 16)]


def test_consents_are_rows_with_the_words_that_were_shown(site: TestClient, world: World) -> None:
    dialogue = world.dialogue()
    shown = site.get(path(dialogue))
    assert shown.text.count('type="checkbox"') == 5
    assert " checked" not in shown.text
    site.post(path(dialogue), data=form(newsletter="ja"))
    assert sorted(row.purpose for row in world.rows(Consent)) == ["newsletter_opt_in", "participation_terms"]
    words = {row.purpose: row.text for row in world.rows(ConsentText)}
    assert words["newsletter_opt_in"] == (
        "Freiwillig: neue Dialoge per E-Mail. Ich möchte neue Dialoge dieser Initiative gemeldet bekommen, höchstens einmal "
        "am Tag. Das kann ich jederzeit mit einem Klick beenden."
    )
    assert all(part in shown.text for part in words["participation_terms"].split(". "))


def test_photos_are_asked_once(site: TestClient, world: World) -> None:
    dialogue = world.dialogue()
    site.post(path(dialogue), data=form(participants=["", "Bea Muster"]))
    site.post(path(dialogue), data=form(name="Cem Muster", email="cem@post.example", form_key="c" * 20, photo="ja"))
    assert {person.name: person.no_photo for person in world.rows(Participant)} == {
        "Ada Muster": True,
        "Bea Muster": True,
        "Cem Muster": False,
    }


def test_who_signs_up_others_names_them(site: TestClient, world: World) -> None:
    dialogue = world.dialogue()
    back = site.post(path(dialogue), data=form(for_others="ja", participants=[""]))
    assert (back.status_code, errors(back)) == (422, ["Der Name fehlt. Bitte nennen Sie ihn."])
    assert 'id="for_others" name="for_others" value="ja" checked' in back.text
    manners(back)
    assert site.post(path(dialogue), data=form(for_others="ja", participants=["Bea Muster"])).status_code == 303
    assert [row.name for row in world.rows(Registration)] == ["Ada Muster"]
    assert [person.name for person in world.rows(Participant)] == ["Bea Muster"]


def test_a_double_click_and_a_reload_give_the_same_receipt(site: TestClient, world: World) -> None:
    dialogue = world.dialogue()
    first, second = (site.post(path(dialogue), data=form()) for _time in range(2))
    assert second.headers["location"] == first.headers["location"]
    assert len(world.rows(Registration)) == 1
    clock.fix(dialogue.starts_at + timedelta(days=1))
    late = site.post(path(dialogue), data=form())
    assert (late.status_code, late.headers["location"]) == (303, first.headers["location"])


def test_who_goes_back_and_mends_the_address_sends_another_form(site: TestClient, world: World) -> None:
    dialogue = world.dialogue()
    wrong, right = (
        site.post(path(dialogue), data=form(email=email)) for email in ("ada@pst.example", "ada@post.example")
    )
    assert (wrong.status_code, right.status_code) == (303, 303)
    assert {row.email for row in world.rows(Registration)} == {"ada@pst.example", "ada@post.example"}


def test_one_key_is_for_one_dialogue(site: TestClient, world: World) -> None:
    initiative = world.initiative()
    for dialogue in (world.dialogue(initiative), world.dialogue(initiative, title="Zweiter Abend")):
        assert site.post(path(dialogue), data=form()).status_code == 303
    assert len(world.rows(Registration)) == 2


def test_a_known_address_looks_like_a_new_one(site: TestClient, world: World) -> None:
    dialogue = world.dialogue()
    world.confirm(world.sign_up(dialogue, "ada@post.example"))
    pages = []
    for email, key in (("ada@post.example", "a" * 20), ("neu@post.example", "b" * 20)):
        sent = site.post(path(dialogue), data=form(email=email, form_key=key))
        receipt = site.get(sent.headers["location"]).text
        [row] = world.rows(Registration, email=email, state="address_unconfirmed")
        pages.append((sent.status_code, receipt.replace(row.reference, "").replace(sent.headers["location"], "")))
    assert pages[0] == pages[1]


def test_persons_are_added_and_removed_with_everything_kept(site: TestClient, world: World) -> None:
    dialogue = world.dialogue()
    typed = form(
        email="nicht fertig", access_need="Frage", participants=["Ada", "Bea <b>"], shown_at="x", newsletter="ja"
    )
    more = site.post(path(dialogue), data=typed | {"action": "add"})
    assert more.status_code == 200
    assert more.text.count('name="participants"') == 3
    assert 'value="nicht fertig"' in more.text
    assert 'value="Bea &lt;b&gt;"' in more.text
    assert hidden(more, "form_key") == KEY
    assert errors(more) == []
    assert 'id="newsletter" name="newsletter" value="ja" checked' in more.text
    manners(more)
    less = site.post(path(dialogue), data=typed | {"action": "remove-1"})
    assert less.text.count('name="participants"') == 1
    most = site.post(path(dialogue), data=typed | {"participants": list("abcd"), "action": "add"})
    assert most.text.count('name="participants"') == 4
    assert 'value="add"' not in most.text
    assert world.rows(Registration) == []


def test_faults_come_back_with_all_that_was_typed(site: TestClient, world: World) -> None:
    dialogue = world.dialogue()
    back = site.post(
        path(dialogue),
        data={
            "form_key": KEY, "email": "ada.post.example", "name": "", "participants": ["", "  "], "access_need": "x" * 1001,
            "access_consent": "ja", "photo": "ja",
        },
    )  # fmt: skip
    assert back.status_code == 422
    assert errors(back) == [
        "Ihr Name fehlt. Beispiel: Maria Muster",
        "Das @ fehlt. Beispiel: name@post.example",
        "Der Name fehlt. Nennen Sie ihn oder nehmen Sie die Person heraus.",
        "Das sind 1001 Zeichen. Bitte kürzen Sie den Text auf höchstens 1000.",
        "Ohne dieses Häkchen geht es nicht: Wir brauchen Ihre Zusage zu den Regeln der Teilnahme.",
    ]
    assert "Bitte prüfen Sie 5 Angaben" in back.text
    assert "<title>Fehler: Anmelden" in back.text
    assert "x" * 1001 in back.text
    manners(back)
    assert world.rows(Registration) == []


def test_five_persons_are_too_many(site: TestClient, world: World) -> None:
    dialogue = world.dialogue()
    back = site.post(path(dialogue), data=form(participants=list("abcde")))
    assert back.status_code == 422
    assert errors(back) == ["Zusammen gehen hier höchstens 4 Personen. Bitte nehmen Sie die anderen heraus."]
    assert back.text.count('name="participants"') == 5
    assert site.post(path(dialogue), data=form(participants=list("abcd"))).status_code == 303


def test_whoever_names_only_the_people_is_the_first_of_them(site: TestClient, world: World) -> None:
    dialogue = world.dialogue()
    assert site.post(path(dialogue), data=form(name="", participants=["Ada", "Bea"])).status_code == 303
    assert world.rows(Registration)[0].name == "Ada"


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "=HYPERLINK(1)", "محمد", "Ñ" * 300, "李小龙", "{{ 7*7 }}", "O'Brien & Co"]
)
def test_names_are_shown_literally(site: TestClient, world: World, name: str) -> None:
    from markupsafe import escape

    dialogue = world.dialogue()
    assert site.post(path(dialogue), data=form(name=name)).status_code == 303
    [registration] = world.rows(Registration)
    assert registration.name == name
    assert f"{escape(name)}</dd>" in site.get(confirm_path(registration)).text


def test_one_of_several_offers_is_chosen(site: TestClient, world: World) -> None:
    dialogue = world.dialogue(offers=2, capacity=1)
    world.confirm(world.sign_up(dialogue))
    shown = site.get(path(dialogue))
    assert shown.text.count('type="radio"') == 2
    assert 'name="take_at_once"' in shown.text
    manners(shown)
    for wrong in ({}, {"offers": "o7"}):
        assert errors(site.post(path(dialogue), data=form(**wrong))) == ["Bitte wählen Sie eines der Angebote."]
    assert site.post(path(dialogue), data=form(offers="o1")).status_code == 303


def test_the_cost_stands_among_the_facts_and_no_badge_where_nobody_meets(site: TestClient, world: World) -> None:
    there = site.get(path(world.dialogue(cost="5 Euro für das Essen."))).text
    above = there.partition("<form")[0]
    assert "Kosten: 5 Euro für das Essen<" in above
    assert there.count("Kosten:") == 1
    assert "Namensschild" in there
    remote = world.dialogue(online=True, place="", street="", postcode="", city="")
    for answer in (site.get(path(remote)), site.post(path(remote), data=form(terms=""))):
        assert "Sehen die Gastgeber." in answer.text
        assert "vor Ort" not in answer.text
        assert "Namensschild" not in answer.text


def test_a_dialogue_that_has_begun_says_so(world: World) -> None:
    dialogue = world.dialogue()

    def shown(address: str, at: datetime) -> str:
        # Of an application of its own, which keeps no copy of a page.
        browser = visitor(world)
        clock.fix(at)
        return browser.get(address).text

    page = f"/dialoge/{dialogue.slug}"
    assert "Der Dialog läuft gerade" in shown(page, dialogue.starts_at)
    assert "Läuft gerade" in shown("/", dialogue.starts_at)
    assert "läuft gerade" not in shown(page, dialogue.ends_at)


def test_a_full_dialogue_has_a_waiting_list(site: TestClient, world: World) -> None:
    dialogue = world.dialogue(capacity=1)
    assert 'name="take_at_once"' not in site.get(path(dialogue)).text
    world.confirm(world.sign_up(dialogue))
    assert heading(site.get(path(dialogue))) == "Auf die Warteliste"
    sent = site.post(path(dialogue), data=form(take_at_once="ja"))
    [registration] = world.rows(Registration, email="ada@post.example")
    assert (registration.hold_until, registration.take_at_once) == (None, True)
    assert "kommen Sie auf die Warteliste" in site.get(sent.headers["location"]).text


def test_closing_with_ten_minutes_for_forms_that_were_open(site: TestClient, world: World) -> None:
    dialogue = world.dialogue()
    end = dialogue.starts_at
    clock.fix(end - timedelta(minutes=1))
    stamp = hidden(site.get(path(dialogue)), "shown_at")
    clock.fix(end + timedelta(minutes=5))
    closed = site.get(path(dialogue))
    assert (closed.status_code, heading(closed)) == (200, "Die Anmeldung ist beendet")
    foreign = shown_stamp("another", end - timedelta(minutes=1))
    for forged in ("", "1.x", foreign, f"{stamp[:-1]}!", stamp.replace(stamp[:9], "100000000"), "٣.x"):
        late = site.post(path(dialogue), data=form(shown_at=forged))
        assert (late.status_code, heading(late)) == (409, "Die Anmeldung ist beendet")
        assert "nichts davon gespeichert" in late.text
    assert world.rows(Registration) == []
    assert site.post(path(dialogue), data=form(shown_at=stamp)).status_code == 303
    clock.fix(end + timedelta(minutes=10))
    assert site.post(path(dialogue), data=form(shown_at=stamp, form_key="x" * 20)).status_code == 409


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"registration_opens": "2027-03-10T08:00"}, "Die Anmeldung öffnet noch"),
        ({"sign_up": "elsewhere", "sign_up_address": "https://x.example/"}, "Die Anmeldung ist beim Veranstalter"),
        ({"sign_up": "none"}, "Eine Anmeldung ist nicht nötig"),
        ({"format_code": "F1"}, "Die Anmeldung ist noch nicht offen"),
    ],
)
def test_where_no_form_is_a_page_says_why(site: TestClient, world: World, values: dict[str, Any], words: str) -> None:
    dialogue = world.dialogue(**values)
    shown = site.get(path(dialogue))
    assert (shown.status_code, heading(shown)) == (200, words)
    manners(shown)
    assert (site.post(path(dialogue), data=form()).status_code, world.rows(Registration)) == (409, [])


def test_the_receipt_stays_as_it_was(site: TestClient, world: World) -> None:
    dialogue = world.dialogue()
    registration = world.sign_up(dialogue)
    receipt = f"{path(dialogue)}/eingang/{derive('receipt', registration.id, 1)}"
    before = site.get(receipt).text
    world.confirm(registration)
    assert site.get(receipt).text == before
    other = world.dialogue(title="Anderer")
    for wrong in (derive("own", registration.id, 1), "x", derive("receipt", "a" * 16, 1)):
        assert site.get(f"{path(dialogue)}/eingang/{wrong}").status_code == 404
    assert site.get(receipt.replace(dialogue.slug, other.slug)).status_code == 404


def test_the_button_behind_the_link_confirms(site: TestClient, world: World) -> None:
    registration = world.sign_up(world.dialogue(), size=2)
    link = confirm_path(registration)
    shown = site.get(link)
    assert (shown.status_code, heading(shown)) == (200, "Bitte bestätigen Sie Ihre Adresse")
    manners(shown)
    assert 'name="choice"' not in shown.text
    assert world.again(registration).state == "address_unconfirmed"
    for _click in range(2):
        done = site.post(link)
        assert (done.status_code, done.headers["location"]) == (303, own_path(registration))
    assert world.again(registration).state == "confirmed"
    used = site.get(link)
    assert (used.status_code, used.headers["location"]) == (303, own_path(registration))


def test_the_hold_is_extended_once_a_form(site: TestClient, world: World) -> None:
    registration = world.sign_up(world.dialogue(capacity=100))
    link = confirm_path(registration)
    until = registration.hold_until
    key = hidden(site.get(link), "form_key")
    for _click in range(2):
        done = site.post(f"{link}/verlaengerung", data={"form_key": key})
        assert (done.status_code, done.headers["location"]) == (303, link)
    assert world.again(registration).hold_until == until + timedelta(hours=2)
    assert site.post(f"{link}/verlaengerung", data={"form_key": "kurz"}).status_code == 422
    clock.fix(NOW + timedelta(days=2))
    assert site.post(f"{link}/verlaengerung", data={"form_key": "n" * 20}).status_code == 409
    assert "wir halten die Plätze nicht mehr" in site.get(link).text


def test_a_confirmed_hold_needs_no_more_time(site: TestClient, world: World) -> None:
    registration = world.sign_up(world.dialogue())
    link = confirm_path(registration)
    key = hidden(site.get(link), "form_key")
    world.confirm(registration)
    late = site.post(f"{link}/verlaengerung", data={"form_key": key})
    assert (late.status_code, late.headers["location"]) == (303, own_path(registration))


@pytest.mark.parametrize(
    ("choice", "old", "new", "words"),
    [
        ("keep", "confirmed", "cancelled", "Ihre frühere Anmeldung gilt"),
        ("change", "cancelled", "confirmed", "Sie sind dabei"),
        ("add", "confirmed", "confirmed", "Sie sind dabei"),
    ],
)
def test_whoever_is_known_chooses(site: TestClient, world: World, choice: str, old: str, new: str, words: str) -> None:
    dialogue = world.dialogue()
    first = world.confirm(world.sign_up(dialogue, "ada@post.example"))
    second = world.sign_up(dialogue, "ADA@post.example")
    link = confirm_path(second)
    assert first.reference in site.get(link).text
    for wrong in ({}, {"choice": "all"}):
        back = site.post(link, data=wrong)
        assert back.status_code == 422
        assert errors(back) == ["Sie sind zu diesem Dialog schon angemeldet. Bitte wählen Sie, was gelten soll."]
        manners(back)
    assert world.again(second).email_verified_at is None
    site.post(link, data={"choice": choice})
    assert (world.again(first).state, world.again(second).state) == (old, new)
    assert heading(site.get(own_path(second))) == words


def test_links_that_prove_nothing_are_the_same_404(site: TestClient, world: World) -> None:
    registration = world.sign_up(world.dialogue())
    good = confirm_path(registration).rpartition("/")[2]
    pages = {
        site.get(f"/bestaetigen/{wrong}").text
        for wrong in (
            good[:-1] + ("a" if good[-1] != "a" else "b"),
            good.upper(),
            "x",
            derive("own", registration.id, 1),
        )
    }
    assert len(pages) == 1
    assert "/anmeldung/link" in pages.pop()
    assert [site.post(f"/bestaetigen/{good[:-1]}").status_code, site.get("/bestaetigen/ä").status_code] == [404, 404]


def test_links_are_sent_again_to_the_address_alone(site: TestClient, world: World) -> None:
    dialogue = world.dialogue()
    world.confirm(world.sign_up(dialogue, "ada@post.example"))
    world.sign_up(world.dialogue(), "ada@post.example")
    world.confirm(world.sign_up(dialogue, "bea@post.example"))
    before = len(world.rows(Letter))
    manners(site.get("/anmeldung/link"))
    answers = set()
    for email, key in (
        ("Ada@post.example", "a" * 20),
        ("Ada@post.example", "a" * 20),
        ("niemand@post.example", "b" * 20),
    ):
        sent = site.post("/anmeldung/link", data={"email": email, "form_key": key})
        answers.add((sent.status_code, sent.headers["location"], sent.text))
    assert answers == {(303, "/anmeldung/link?gesendet=ja", "")}
    new = world.rows(Letter)[before:]
    assert sorted((letter.kind, letter.recipient) for letter in new) == [
        ("confirm_address", "ada@post.example"),
        ("link", "ada@post.example"),
    ]
    for number in range(4):
        site.post("/anmeldung/link", data={"email": "ada@post.example", "form_key": f"{number}" * 20})
    assert len(world.rows(Letter, kind="link")) == 3
    assert errors(site.post("/anmeldung/link", data={"email": "ada"})) == ["Das @ fehlt. Beispiel: name@post.example"]


def test_pages_speak_the_marked_language(site: TestClient, world: World) -> None:
    dialogue = world.dialogue(offers=2, capacity=1, recipients="Muster GmbH")
    registration = world.sign_up(dialogue, "ada@post.example")
    full = world.dialogue(capacity=0)
    receipt = f"{path(dialogue)}/eingang/{derive('receipt', registration.id, 1)}"
    addresses = [path(dialogue), path(full), receipt, confirm_path(registration), "/anmeldung/link?gesendet=ja"]
    for address in addresses:
        assert unmarked(site.get(f"{address}{'&' if '?' in address else '?'}sprache=qps")) == set()
    assert unmarked(site.post(f"{path(dialogue)}?sprache=qps", data={"participants": ["", ""]})) == set()


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
FIELDS = ["form_key", "shown_at", "name", "email", "organisation", "participants", "offers", "access_need", "terms", "photo",
          "newsletter", "access_consent", "for_others", "take_at_once", "action", "choice"]  # fmt: skip


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@effort(max_examples=few(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.sampled_from(FIELDS), st.lists(TEXTS | st.sampled_from(["ja", "add", "remove-1", "o0"]), max_size=6)
    )
)
def test_malformed_forms_change_nothing(site: TestClient, world: World, typed: dict[str, list[str]]) -> None:
    found = world.rows(Registration) or [world.sign_up(world.dialogue())]
    registration = found[0]
    from events.models import Dialogue

    [dialogue] = world.rows(Dialogue)
    answer = site.post(path(dialogue), data=typed | {"email": [*typed.get("email", []), ""][:1]})
    assert answer.status_code in (200, 422)
    link = confirm_path(registration)
    for address in (f"{link}/verlaengerung", "/anmeldung/link"):
        kept = {name: values for name, values in typed.items() if name not in ("form_key", "email")}
        assert site.post(address, data=kept | {"form_key": ["x"], "email": ["y"]}).status_code == 422
    assert site.post(path(dialogue), content=b"\xff\x00%zz", headers={"content-type": "text/plain"}).status_code == 400
    assert world.again(registration) == registration
    assert len(world.rows(Registration)) == 1


def test_declarations_carry_their_version() -> None:
    from registration.forms import declarations

    found = declarations("de")
    assert [(row.purpose, row.version, row.language) for row in found.values()] == [
        ("participation_terms", "2026-4", "de"),
        ("photo", "2026-4", "de"),
        ("newsletter_opt_in", "2026-4", "de"),
        ("access_need", "2026-4", "de"),
    ]
    assert isinstance(found["terms"], Declaration)
    # What happens in a room is nothing that one declares for a dialogue online.
    remote = " ".join(row.text for row in declarations("de", remote=True).values())
    assert "Bilder vom Bildschirm" in remote
    assert [word for word in ("vor Ort", "Namensschild", "Fotos") if word in remote] == []
    assert Choice("keep") == Choice.KEEP


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_form_without_its_key_is_one_by_what_it_says(database: Database, world: World) -> None:
    dialogue = world.dialogue()
    site = visit(database)
    typed = {name: value for name, value in form().items() if name != "form_key"}
    first, again = (site.post(path(dialogue), data=typed) for _time in range(2))
    assert (first.status_code, again.headers["location"]) == (303, first.headers["location"])
    assert len(world.rows(Registration)) == 1
    assert site.post(path(dialogue), data=typed | {"form_key": ""}).status_code == 422
