"""The person's own page over HTTP: every state, ticket, names, offer, cancellation, calendar; and the letters' files."""

import re
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st
from icalendar import Calendar
from lxml import html
from starlette.testclient import TestClient

from events import operations as events
from events.models import Dialogue, HeardReport
from kit import clock
from kit.db import Database, wide
from kit.ids import id_bytes
from kit.journal import Audit
from kit.settings import settings
from kit.tokens import derive
from mail.models import Letter
from registration import checkin_code, operations
from registration.attachments import make_invitation, make_ticket, reply_address
from registration.codes import participant_code
from registration.models import Consent, Invitation, Participant, Registration
from registration.operations import sweeps
from registration.operations.refusals import NotThere
from registration.rules import Choice, Declaration
from tests.conftest import NOW, World, environment, few
from tests.registration.site import confirm_path, errors, heading, manners, own_path, unmarked, visit
from tests.registration.staff import base, fields, heard, staff
from web.commands.invariants import breaches


@pytest.fixture
def site(database: Database) -> TestClient:
    return visit(database)


def waiting(world: World, dialogue: Any) -> tuple[Any, Any]:
    """A confirmed registration that fills the dialogue, and one behind it on the list."""
    holder = world.confirm(world.sign_up(dialogue))
    return holder, world.confirm(world.sign_up(dialogue))


def offered(world: World, database: Database) -> Any:
    """A registration that was offered a seat."""
    holder, row = waiting(world, world.dialogue(capacity=1))
    world.within(holder, lambda session: operations.cancel(session, registration=world_row(session, holder), now=NOW))
    sweeps.serve_lists(database, NOW)
    return world.again(row)


def world_row(session: Any, row: Any) -> Any:
    return session.get_one(Registration, row.id)


def test_a_confirmed_place_has_a_ticket(site: TestClient, world: World) -> None:
    registration = world.confirm(world.sign_up(world.dialogue(bring="Ausweis\nFeste Schuhe"), size=3))
    page = site.get(own_path(registration))
    assert (page.status_code, heading(page)) == (200, "Sie sind dabei")
    manners(page)
    assert page.text.count('class="qr-code"') == 3
    above = html.document_fromstring(page.text.partition('<div class="columns')[0]).xpath("//main")[0].text_content()
    assert "Ihre Plätze sind bestätigt." in above
    assert [above.count(once) for once in ("24. März", "3 Personen", "3 Plätze")] == [1, 1, 0]
    assert registration.reference in page.text
    assert "Feste Schuhe" in page.text
    codes = [participant_code(person.id) for person in world.rows(Participant)]
    assert not any(code in page.text for code in codes)
    key = checkin_code.signing_key(settings().secret_keys[0].encode())
    assert [checkin_code.decode(code, [key]) for code in codes] == [id_bytes(p.id) for p in world.rows(Participant)]


def test_what_one_needs_on_the_day(site: TestClient, world: World) -> None:
    dialogue = world.dialogue(
        contact_name="Büro Muster", contact_phone="+49 (0)421 555-01", latest_entry="17:30",
        notices=(("Ausweis mitbringen", "Am Werkstor."),),
    )  # fmt: skip
    page = site.get(own_path(world.confirm(world.sign_up(dialogue))))
    links = html.fromstring(page.text).xpath("//main//a")
    assert [link.text for link in links if link.get("href") == "tel:+4942155501"] == ["+49 (0)421 555-01"]
    assert [link.get("href") for link in links].count(f"/dialoge/{dialogue.slug}") == 1
    shown = " ".join(html.fromstring(page.text).xpath("//main")[0].text_content().split())
    assert "Letzter Einlass 17:30 Uhr" in shown
    assert "Ausweis mitbringenAm Werkstor." in shown
    manners(page)


def test_the_unconfirmed_are_led_to_the_button(site: TestClient, world: World) -> None:
    registration = world.sign_up(world.dialogue())
    page = site.get(own_path(registration))
    assert heading(page) == "Bitte bestätigen Sie Ihre Adresse"
    assert f'href="{confirm_path(registration)}"' in page.text
    assert "qr-code" not in page.text
    clock.fix(NOW + timedelta(hours=30))
    assert "Wir halten die Plätze nicht mehr" in site.get(own_path(registration)).text


def test_the_list_tells_the_position(site: TestClient, world: World) -> None:
    dialogue = world.dialogue(capacity=1)
    _holder, first = waiting(world, dialogue)
    second = world.confirm(world.sign_up(dialogue), now=NOW + timedelta(minutes=1))
    page = site.get(own_path(second))
    assert heading(page) == "Sie stehen auf der Warteliste"
    assert "Sie stehen an Stelle 2." in page.text
    assert "Sie stehen an Stelle 1." in site.get(own_path(first)).text
    manners(page)


def test_an_offer_is_accepted(site: TestClient, world: World, database: Database) -> None:
    registration = offered(world, database)
    page = site.get(own_path(registration))
    assert heading(page) == "Ein Platz ist frei geworden"
    assert "Zu tun bis Mittwoch, 3. März 2027, 10:00 Uhr" in page.text
    assert re.findall(r'<form[^>]*id="([\w-]+)"', page.text) == ["accept", "decline", "change", "change-access-need"]
    assert "<b>1. März 2027</b>Platz angeboten" in page.text
    manners(page)
    for _click in range(2):
        done = site.post(f"{own_path(registration)}/zusage")
        assert (done.status_code, done.headers["location"]) == (303, own_path(registration))
    assert world.again(registration).state == "confirmed"


def test_an_offer_is_declined(site: TestClient, world: World, database: Database) -> None:
    registration = offered(world, database)
    for _click in range(2):
        assert site.post(f"{own_path(registration)}/ablehnung").status_code == 303
    assert heading(site.get(own_path(registration))) == "Sie haben den Platz abgelehnt"
    late = site.post(f"{own_path(registration)}/zusage")
    assert (late.status_code, "Dieses Angebot gilt nicht mehr." in late.text) == (409, True)


def test_an_offer_ends_with_its_deadline(site: TestClient, world: World, database: Database) -> None:
    registration = offered(world, database)
    clock.fix(NOW + timedelta(hours=49))
    assert heading(site.get(own_path(registration))) == "Ihr Angebot ist abgelaufen"
    assert site.post(f"{own_path(registration)}/zusage").status_code == 409
    sweeps.end_offers(database, clock.now())
    assert heading(site.get(own_path(registration))) == "Ihr Angebot ist abgelaufen"


def test_names_are_changed(site: TestClient, world: World) -> None:
    registration = world.confirm(world.sign_up(world.dialogue(), size=2))
    link = own_path(registration)
    people = [person.id for person in world.rows(Participant)]
    back = site.post(f"{link}/namen", data={"person": people, "participants": ["Neu <i>", " "]})
    assert (back.status_code, errors(back)) == (422, ["Der Name fehlt. Bitte nennen Sie ihn."])
    assert 'value="Neu &lt;i&gt;"' in back.text
    assert '<details class="fold gap-s" open>' in back.text
    manners(back)
    done = site.post(f"{link}/namen", data={"person": people, "participants": ["Neu <i>", "Zwei", "Zu viel"]})
    assert (done.status_code, done.headers["location"]) == (303, f"{link}?geaendert=ja")
    page = site.get(done.headers["location"])
    assert "Gespeichert." in page.text
    assert "<b>Neu &lt;i&gt;</b>" in page.text
    assert {person.position: person.name for person in world.rows(Participant)} == {0: "Neu <i>", 1: "Zwei"}


def test_a_page_from_before_a_cancellation_gives_nobody_the_name_of_another(site: TestClient, world: World) -> None:
    registration = world.confirm(world.sign_up(world.dialogue(), size=3, names=("Ada", "Bo", "Chris")))
    link = own_path(registration)
    old = fields(site.get(link).text, "change")
    other = world.confirm(world.sign_up(world.dialogue(), size=3, names=("X", "Y", "Z")))
    assert site.post(f"{link}/absage", data={"was": "auswahl", "person": "1"}).status_code == 303
    sentence = "Seit Sie diese Seite geöffnet haben, hat jemand abgesagt. Bitte prüfen Sie die Namen und speichern Sie noch einmal."
    stale = site.post(f"{link}/namen", data=old | {"participants": ["Ada", "Bo", "Chris Neu"]})
    assert (stale.status_code, sentence in stale.text) == (422, True)
    manners(stale)
    mended = fields(stale.text, "change")
    assert mended["participants"] == ["Ada", "Chris Neu"]
    foreign = fields(site.get(own_path(other)).text, "change")
    assert site.post(f"{link}/namen", data=foreign).status_code == 422
    assert {person.name for person in world.rows(Participant)} == {"Ada", "Chris", "X", "Y", "Z"}
    assert site.post(f"{link}/namen", data=mended).status_code == 303
    assert {person.name for person in world.rows(Participant)} == {"Ada", "Chris Neu", "X", "Y", "Z"}


def test_cancelling_asks_first(site: TestClient, world: World) -> None:
    registration, _behind = waiting(world, world.dialogue(capacity=1))
    link = own_path(registration)
    asked = site.get(f"{link}/absage")
    assert heading(asked) == "Möchten Sie absagen?"
    assert "1 Person wartet noch" in asked.text
    manners(asked)
    assert world.again(registration).state == "confirmed"
    for _click in range(2):
        done = site.post(f"{link}/absage")
        assert (done.status_code, done.headers["location"]) == (303, link)
    page = site.get(link)
    assert heading(page) == "Sie haben abgesagt"
    assert re.findall(r'<form[^>]*id="([\w-]+)"', page.text) == []
    assert site.get(f"{link}/absage").headers["location"] == link
    assert (
        site.post(
            f"{link}/namen", data={"person": [row.id for row in world.rows(Participant)], "participants": "X"}
        ).status_code
        == 409
    )


def test_some_of_a_party_are_cancelled(site: TestClient, world: World, database: Database) -> None:
    dialogue = world.dialogue(capacity=3)
    registration = world.confirm(world.sign_up(dialogue, size=3, language="de"))
    behind = world.confirm(world.sign_up(dialogue))
    people = {person.position: person for person in world.rows(Participant, registration_id=registration.id)}
    link = own_path(registration)
    asked = site.get(f"{link}/absage")
    assert heading(asked) == "Wer kommt nicht?"
    manners(asked)
    nobody = site.post(f"{link}/absage", data={"was": "auswahl", "person": "x"})
    assert (nobody.status_code, errors(nobody)) == (422, ["Bitte wählen Sie, wer nicht kommt."])
    manners(nobody)
    for _click in range(2):
        done = site.post(f"{link}/absage", data={"was": "auswahl", "person": "1"})
        assert (done.status_code, done.headers["location"]) == (303, f"{link}?abgesagt=ja")
    page = site.get(done.headers["location"])
    assert (heading(page), page.text.count('class="qr-code"')) == ("Sie sind dabei", 2)
    assert people[1].name not in page.text
    manners(page)
    [letter] = world.rows(Letter, kind="part_cancelled")
    [ticket] = letter.attachments
    assert [entry["id"] for entry in ticket["data"]["participants"]] == [people[0].id, people[2].id]
    assert "2 Plätze bleiben bestätigt." in letter.text
    assert people[1].name not in letter.text
    [invitation] = world.rows(Invitation, registration_id=registration.id)
    assert (invitation.sequence, invitation.method) == (0, "REQUEST")
    sweeps.serve_lists(database, NOW)
    assert world.again(behind).state == "offered"
    with pytest.raises(NotThere):
        world.within(registration, lambda session: arrived(session, people[1]))
    world.within(registration, lambda session: arrived(session, people[2]))
    there = site.post(f"{link}/absage", data={"was": "auswahl", "person": ["0", "2"]})
    assert (there.status_code, "Wer schon da ist" in there.text) == (409, True)
    with database.read(wide("figures")) as session:
        assert list(breaches(session, NOW)) == []
    for _click in range(2):
        # The last one goes only when named, not because a second click finds one person left.
        site.post(f"{link}/absage", data={"was": "auswahl", "person": "0"})
    assert [row.id for row in world.rows(Participant, registration_id=registration.id)] == [people[2].id]
    assert world.again(registration).state == "confirmed"


def arrived(session: Any, person: Any) -> None:
    operations.arrive(session, participant=person, arrival_id=f"a-{person.id}", device="d", actor="p", now=NOW)


@pytest.mark.parametrize("verb", ["cancel", "postpone"])
def test_the_dialogue_itself_falls_out_or_moves(site: TestClient, world: World, database: Database, verb: str) -> None:
    dialogue = world.dialogue()
    registration = world.confirm(world.sign_up(dialogue))

    def work(session: Any) -> None:
        getattr(events, verb)(
            session, dialogue=session.get_one(Dialogue, dialogue.id), reason="Das Werk steht still.", actor="p", now=NOW
        )

    world.within(dialogue, work)
    words = {"cancel": "Der Dialog fällt aus", "postpone": "Sie sind dabei"}[verb]
    for _time in range(2):
        page = site.get(own_path(registration))
        assert heading(page) == words
        assert "Das Werk steht still." in page.text
        manners(page)
        sweeps.announce_changes(database, NOW)
    assert ("Neuer Termin folgt" in page.text) == (verb == "postpone")


def test_afterwards_nothing_can_be_changed(site: TestClient, world: World) -> None:
    dialogue = world.dialogue()
    registration = world.confirm(world.sign_up(dialogue))
    clock.fix(dialogue.ends_at)
    link = own_path(registration)
    page = site.get(link)
    assert heading(page) == "Dieser Dialog ist vorbei"
    assert page.text.partition('<div class="columns')[0].count("24. März 2027") == 1
    for path in ("absage", "namen"):
        assert (
            site.post(
                f"{link}/{path}", data={"person": [row.id for row in world.rows(Participant)], "participants": "X"}
            ).status_code
            == 409
        )
    assert world.again(registration).state == "confirmed"


def test_afterwards_it_leads_to_what_was_heard(site: TestClient, world: World) -> None:
    dialogue = world.dialogue()
    registration = world.confirm(world.sign_up(dialogue))
    report = heard(world, dialogue)
    link, there = own_path(registration), f'href="/dialoge/{dialogue.slug}#heard"'
    assert there not in site.get(link).text, "the dialogue is still to come"
    clock.fix(dialogue.ends_at)
    page = site.get(link)
    manners(page)
    assert page.text.count(there) == 1
    world.within(dialogue, lambda session: setattr(session.get_one(HeardReport, report.id), "published_at", None))
    assert there not in site.get(link).text


def test_the_organiser_cancels(site: TestClient, world: World) -> None:
    registration = world.confirm(world.sign_up(world.dialogue()))
    world.within(
        registration,
        lambda session: operations.cancel_by_hand(
            session, registration=world_row(session, registration), actor="p", now=NOW
        ),
    )
    page = site.get(own_path(registration))
    assert heading(page) == "Ihre Anmeldung ist abgesagt"
    manners(page)


def test_the_kept_registration_is_linked(site: TestClient, world: World) -> None:
    dialogue = world.dialogue()
    first = world.confirm(world.sign_up(dialogue, "ada@post.example"))
    second = world.confirm(world.sign_up(dialogue, "ada@post.example"), choice=Choice.KEEP)
    page = site.get(own_path(second))
    assert heading(page) == "Ihre frühere Anmeldung gilt"
    assert f'href="{own_path(first)}"' in page.text


def test_the_calendar_file_holds_no_secret(site: TestClient, world: World) -> None:
    registration = world.confirm(world.sign_up(world.dialogue(online_link="https://raum.example/saal"), "a@b.example"))
    answer = site.get(f"{own_path(registration)}/kalender.ics")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    calendar = Calendar.from_ical(answer.content)
    [event] = calendar.walk("VEVENT")
    assert calendar["METHOD"] == "PUBLISH"
    assert "ATTENDEE" not in event
    assert str(event["SUMMARY"]) == "Wasserstoff vor der Haustür"
    assert str(event["CONFERENCE"]) == "https://raum.example/saal"
    for secret in (own_path(registration).rpartition("/")[2], "a@b.example", registration.id, "token"):
        assert secret.encode() not in answer.content.replace(b"\r\n ", b"")


@pytest.mark.parametrize("file", ["ticket.pdf", "kalender.ics"])
def test_files_are_for_confirmed_places(site: TestClient, world: World, file: str) -> None:
    registration = world.sign_up(world.dialogue())
    assert site.get(f"{own_path(registration)}/{file}").status_code == 409
    assert site.get(f"/anmeldung/{derive('confirm', registration.id, 1)}/{file}").status_code == 404


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_ticket_is_a_pdf(site: TestClient, world: World) -> None:
    registration = world.confirm(world.sign_up(world.dialogue()))
    answer = site.get(f"{own_path(registration)}/ticket.pdf")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.content[:5] == b"%PDF-"
    name = f"ticket-{registration.reference.lower()}.pdf"
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    [letter] = world.rows(Letter, kind="confirmation")
    data = {entry["key"]: entry["data"] for entry in letter.attachments}
    made = make_ticket(data["ticket"])
    assert (made.file_name, made.content_type, made.content[:5]) == (name, "application/pdf", b"%PDF-")


@pytest.mark.parametrize("reply", ["", "antwort@dialog.example"])
def test_the_invitation_of_a_letter(world: World, database_url: str, reply: str) -> None:
    registration = world.confirm(world.sign_up(world.dialogue(), "ada@post.example"))
    [letter] = world.rows(Letter, kind="confirmation")
    [invitation] = world.rows(Invitation)
    data = {entry["key"]: entry["data"] for entry in letter.attachments}["invitation"]
    with environment(
        DIALOGWERK_ENV="test",
        DIALOGWERK_DATABASE_URL=database_url,
        DIALOGWERK_REPLY_ADDRESS=reply,
        DIALOGWERK_MAIL_FROM="post@dialog.example",
    ):
        made = make_invitation(data)
        expected = reply_address(reply, invitation.id) or "post@dialog.example"
        withdrawn = make_invitation(data | {"method": "CANCEL", "sequence": 1})
    assert (made.file_name, made.content_type, made.method) == ("einladung.ics", "application/ics", "REQUEST")
    [event] = Calendar.from_ical(made.content).walk("VEVENT")
    assert (str(event["UID"]), event["SEQUENCE"]) == (invitation.uid, 0)
    assert str(event["ORGANIZER"]) == f"mailto:{expected}"
    assert event["ATTENDEE"].params["PARTSTAT"] == ("NEEDS-ACTION" if reply else "ACCEPTED")
    assert own_path(registration).encode() not in made.content.replace(b"\r\n ", b"")
    assert (withdrawn.method, Calendar.from_ical(withdrawn.content)["METHOD"]) == ("CANCEL", "CANCEL")


def test_the_reply_address_carries_a_token() -> None:
    with environment(DIALOGWERK_ENV="test"):
        made = reply_address("antwort@dialog.example", "a" * 16)
        none = reply_address("", "a" * 16)
    assert re.fullmatch(r"antwort\+[a-z2-7]{46}@dialog\.example", made)
    assert none == ""


def test_links_that_prove_nothing_are_the_same_404(site: TestClient, world: World) -> None:
    registration = world.confirm(world.sign_up(world.dialogue()))
    good = own_path(registration)
    answers = [
        site.get(wrong)
        for wrong in (
            f"{good}a",
            "/anmeldung/abc",
            f"/anmeldung/{derive('confirm', registration.id, 1)}",
            good.upper()[:-1],
        )
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers[:3]}) == 1
    world.within(
        registration,
        lambda session: operations.erase(session, registration=world_row(session, registration), actor="p", now=NOW),
    )
    assert site.get(good).status_code == 404


def test_every_state_speaks_the_marked_language(site: TestClient, world: World, database: Database) -> None:
    holder, behind = waiting(world, world.dialogue(capacity=1))
    rows = [world.sign_up(world.dialogue(), size=2), holder, behind, offered(world, database)]
    for row in rows:
        assert unmarked(site.get(f"{own_path(row)}?sprache=qps")) == set()
        assert unmarked(site.get(f"{own_path(row)}/absage?sprache=qps")) == set()
    for path in ("absage", "namen"):
        site.post(f"{own_path(holder)}/{path}")
    assert unmarked(site.get(f"{own_path(holder)}?sprache=qps")) == set()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@effort(max_examples=few(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["namen", "zusage", "ablehnung"]),
    st.lists(st.text(st.characters(categories=["Cc", "Cf", "Zs"]), max_size=20) | st.just("x" * 301), max_size=5),
)
def test_malformed_forms_change_nothing(site: TestClient, world: World, path: str, names: list[str]) -> None:
    [row] = world.rows(Registration) or [world.confirm(world.sign_up(world.dialogue(), size=2))]
    answer = site.post(f"{own_path(row)}/{path}", data={"participants": names, "x": "y"})
    assert answer.status_code in ((422,) if path == "namen" else (303, 409))
    assert world.again(row).state == "confirmed"
    assert [person.name for person in world.rows(Participant)] == ["Person Muster-2-0", "Person Muster-2-1"]


def test_consents_are_taken_back_by_the_person_and_by_the_team(database: Database, world: World) -> None:
    dialogue = world.dialogue()
    agreed = tuple(Declaration(purpose, "1", "de", purpose) for purpose in ("photo", "newsletter_opt_in", "terms"))
    row = world.confirm(world.sign_up(dialogue, size=2, consents=agreed))
    site, path = visit(database), own_path(row)
    manners(site.get(path))
    assert site.get(path).text.count(f'action="{path}/widerruf"') == 2
    for purpose in ("photo", "photo", "terms", "x"):
        site.post(f"{path}/widerruf", data={"purpose": purpose})
    told = {entry.purpose: entry.withdrawn_at for entry in world.rows(Consent)}
    assert told == {"photo": NOW, "newsletter_opt_in": None, "terms": None}
    assert [person.no_photo for person in world.rows(Participant)] == [True, True]

    team = staff(world, dialogue.initiative_id, "organiser")
    desk = f"{base(world, dialogue)}/anmeldungen/{row.id}"
    assert 'value="newsletter_opt_in"' in team.get(desk).text
    done = team.post(f"{desk}/widerruf", data={"purpose": "newsletter_opt_in"})
    assert "Die Einwilligung ist zurückgenommen." in team.get(done.headers["location"]).text
    assert "/widerruf" not in team.get(desk).text + site.get(path).text
    noted = world.rows(Audit, action="registration.consent_withdrawn")
    assert sorted(entry.detail for entry in noted) == ["newsletter_opt_in", "photo"]
