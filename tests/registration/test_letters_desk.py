"""What a team sees of its e-mails: how each stands, a look beforehand, and letters to many."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from events.models import Dialogue, HeardReport
from kit import i18n
from kit.journal import Audit
from mail.models import Letter
from mail.rules import Reason
from registration import operations
from registration.letter_forms import known_names
from registration.letter_pages import kind_words, letter_line
from registration.models import Mailing, MailingRecipient, Participant, Registration
from registration.operations import mailings
from registration.rules import Placeholder, filled_in, unknown_placeholders
from tests.conftest import NOW, World
from tests.registration.site import errors, manners
from tests.registration.staff import base, fields, heard, staff, statements

VALUES = {one: f"<{one}>" for one in Placeholder}


def test_placeholders_are_a_flat_table_filled_in_one_pass() -> None:
    values = VALUES | {Placeholder.NAME: "{Titel} {0} %(x)s", Placeholder.PLACE: "{Name}"}
    assert filled_in("{Name} | { titel } | {Place}", values) == "{Titel} {0} %(x)s | <title> | {Name}"
    assert filled_in("{e.__class__} {} {{Name}} {x\ny}", VALUES) == "{e.__class__} {} {<name>} {x\ny}"
    assert filled_in("{Titel}, {Datum}", {Placeholder.TITLE: "{Name}?"}) == "{Name}?, {Datum}"
    assert unknown_placeholders("{Name} {Nmae} {e.__init__}") == ["Nmae", "e.__init__"]


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_names_that_are_told_are_known(language: str) -> None:
    with i18n.use(language):
        assert unknown_placeholders(known_names()) == []
        assert len(re.findall("{", known_names())) == len(Placeholder)


def stuck(world: World, letter: Letter, reason: str) -> None:
    def work(session: Any) -> None:
        row = session.get_one(Letter, letter.id)
        row.state, row.reason, row.attempts = "needs_attention", reason, 3

    world.within(letter, work)


def test_a_letter_is_named_by_its_kind_and_a_written_one_by_its_subject_too() -> None:
    def named(kind: str) -> tuple[str, str]:
        letter = Letter(kind=kind, subject="Sie sind dabei: Wasserstoff", state="sent", recipient="ada@post.example")
        line = letter_line(letter, at=NOW, people_path="/x/anmeldungen", again=False)
        return line.kind, line.subject

    assert named("confirmation") == ("Bestätigung mit Ticket", "")
    assert named("message") == ("Von der Initiative geschrieben", "Sie sind dabei: Wasserstoff")
    assert named("unknown") == ("Sie sind dabei: Wasserstoff", "")


def test_each_letter_says_how_it_stands_and_goes_again_once(world: World) -> None:
    dialogue = world.dialogue()
    guest = world.confirm(world.sign_up(dialogue, "ada@post.example"))
    (letter,) = world.rows(Letter, kind="confirmation")
    stuck(world, letter, "550 5.1.1 No such <user>")
    owner = staff(world, dialogue.initiative_id, "owner")
    for path in (
        f"{base(world, dialogue)}/emails?stand=needs_attention",
        f"{base(world, dialogue)}/anmeldungen/{guest.id}",
    ):
        shown = owner.get(path)
        manners(shown)
        assert "Der Mailserver antwortete: 550 5.1.1 No such &lt;user&gt;" in shown.text
    again = re.findall(r'action="([^"]*/versand)"', shown.text)
    assert again == [f"{base(world, dialogue)}/emails/{letter.id}/versand"]
    for _click in range(2):
        sent = owner.post(again[0], data={"von": "anmeldung"})
        assert (sent.status_code, sent.headers["location"]) == (
            303,
            f"{base(world, dialogue)}/anmeldungen/{guest.id}?neu=versand",
        )
    row = world.again(letter)
    assert (row.state, row.reason, row.attempts, row.enqueued, row.message_id) == (
        "queued",
        "",
        0,
        2,
        letter.message_id,
    )
    assert len(world.rows(Audit, action="letter.send_again")) == 1
    reader = staff(world, dialogue.initiative_id, "reader")
    assert re.findall("/versand|/neu|/vorschau", reader.get(f"{base(world, dialogue)}/emails").text) == []


def test_a_letter_in_doubt_and_one_held_back_say_why(world: World) -> None:
    dialogue = world.dialogue()
    for number in range(2):
        world.confirm(world.sign_up(dialogue, f"gast-{number}@post.example"))
    one, other = world.rows(Letter, kind="confirmation")
    stuck(world, one, Reason.IN_DOUBT)
    stuck(world, other, Reason.CANNOT_BE_MADE)
    shown = staff(world, dialogue.initiative_id, "owner").get(f"{base(world, dialogue)}/emails").text
    assert "Die Verbindung brach nach dem Senden ab; vielleicht ist die E-Mail angekommen." in shown
    assert "Eine Datei dieser E-Mail ließ sich nicht erstellen." in shown


def test_the_list_asks_as_much_for_many_letters(world: World) -> None:
    dialogue = world.dialogue(capacity=None)
    owner = staff(world, dialogue.initiative_id, "owner")
    path = f"{base(world, dialogue)}/emails"
    world.confirm(world.sign_up(dialogue))
    write(world, dialogue)
    few = statements(world, owner, path)
    for _number in range(30):
        world.confirm(world.sign_up(dialogue))
    write(world, dialogue)
    assert statements(world, owner, path) == few


def test_every_kind_is_looked_at_with_a_real_person_and_nothing_is_sent(world: World) -> None:
    dialogue = world.dialogue(bring="Ausweis")
    guest = world.confirm(world.sign_up(dialogue, "ada@post.example", size=2))
    before = [(row.id, row.state) for row in world.rows(Letter)]
    owner = staff(world, dialogue.initiative_id, "owner")
    path = f"{base(world, dialogue)}/emails/vorschau"
    page = owner.get(path)
    manners(page)
    chosen = page.text.partition('name="art"')[2].partition("</select>")[0]
    kinds = re.findall(r'<option value="([a-z_]+)"', chosen)
    assert (len(kinds), kinds[-1]) == (len(kind_words()) + 1, "survey")
    for kind in kinds:
        for person in ("", guest.id):
            asked = f"{path}?art={kind}&fuer={person}"
            shown = owner.get(asked)
            assert (kind, shown.status_code) == (kind, 200)
            html = owner.get(unescape(re.search(r'<iframe[^>]*src="([^"]*)"', shown.text)[1]))  # type: ignore[index]
            assert dialogue.title in html.text
            assert html.headers["content-security-policy"].endswith("sandbox")
            name = guest.name if person else "Maria Muster"
            assert f"Guten Tag {name}," in html.text
            # Whoever may look at a letter gets no rights of the person it is for.
            assert (
                re.findall(r"/(?:anmeldung|bestaetigen|umfrage)/[^…/\"]", html.text + shown.text.partition("<main")[2])
                == []
            )
    assert "Termin als Kalenderdatei (einladung.ics), Ticket als PDF" in owner.get(f"{path}?art=confirmation").text
    assert [(row.id, row.state) for row in world.rows(Letter)] == before
    assert world.again(guest).letter_number == guest.letter_number
    stranger = world.confirm(world.sign_up(world.dialogue()))
    assert owner.get(f"{path}?fuer={stranger.id}").status_code == 404


TEXT = "Liebe Gäste,\nam Tor <b>links</b>.\n\nIhr Platz: {Titel}, {Datum}, {Name}, {Referenz}."


def write(world: World, dialogue: Any, key: str = "", circle: str = "confirmed") -> Mailing:
    """A letter to many, written whole."""
    world.count += 1
    mailing = world.within(
        dialogue,
        lambda session: mailings.write_to_many(
            session, dialogue=dialogue, circle=circle, subject="Weg zu {Titel}", text=TEXT,
            form_key=key or f"message-key-{world.count:08}", actor="person:test", now=NOW,
        ),
    )  # fmt: skip
    mailings.write_mailings(world.database, NOW)
    return mailing


def test_a_letter_to_many_is_looked_at_and_goes_out_once(world: World) -> None:
    dialogue = world.dialogue()
    ada = world.confirm(world.sign_up(dialogue, "ada@post.example", name="Ada {Titel} Muster"))
    world.confirm(world.sign_up(dialogue, "bob@post.example"))
    world.sign_up(dialogue, "offen@post.example")
    owner = staff(world, dialogue.initiative_id, "owner")
    path = f"{base(world, dialogue)}/emails/neu"
    form = owner.get(path)
    manners(form)
    assert "Bestätigte (2)" in form.text
    asked = fields(form.text, "write-to-many") | {"subject": "Weg {Nmae}", "text": TEXT}
    wrong = owner.post(path, data=asked)
    assert (wrong.status_code, len(errors(wrong))) == (422, 1)
    assert "{Nmae} kennen wir nicht. Es gibt: {Name}, {Titel}, {Datum}, {Uhrzeit}, {Ort}, {Referenz}." in wrong.text
    assert owner.post(path, data=asked | {"subject": "Weg", "circle": "waiting"}).status_code == 422
    check = owner.post(path, data=asked | {"subject": "Weg zu {Titel}"})
    manners(check)
    assert "2 E-Mails gehen hinaus." in check.text
    assert re.findall(r"<li><bdi>(.*?)</bdi> <span[^>]*>(.*?)</span>", check.text) == [
        ("Ada {Titel} Muster", "ada@post.example"),
        (world.rows(Registration, email="bob@post.example")[0].name, "bob@post.example"),
    ]
    assert world.rows(Mailing) == []
    values = fields(check.text, "send-to-many")
    assert values["text"] == TEXT
    for _click in range(2):
        sent = owner.post(path, data=values | {"step": "send"})
        assert (sent.status_code, sent.headers["location"]) == (303, f"{base(world, dialogue)}/emails?neu=viele")
    mailings.write_mailings(world.database, NOW)
    mailings.write_mailings(world.database, NOW)
    (mailing,) = world.rows(Mailing)
    assert (mailing.total, mailing.finished_at) == (2, NOW)
    # The page of before with other words in it: nothing goes, and it says so; looked at once more it would go.
    for other in ({"text": "Anders."}, {"circle": "waiting"}):
        again = owner.post(path, data=values | other | {"step": "send"})
        assert (again.status_code, len(errors(again))) == (409, 1)
        assert fields(again.text, "write-to-many")["form_key"] != values["form_key"]
    assert len(world.rows(Mailing)) == 1
    found = {row.recipient: row for row in world.rows(Letter, kind="message")}
    assert sorted(found) == ["ada@post.example", "bob@post.example"]
    letter = found["ada@post.example"]
    assert (letter.subject, letter.mass) == (f"Weg zu {dialogue.title}", True)
    said = f"Ihr Platz: {dialogue.title}, Mittwoch, 24. März 2027, Ada {{Titel}} Muster, {ada.reference}."
    assert f"Liebe Gäste,\nam Tor <b>links</b>.\n\n{said}\n" in letter.text
    assert "Liebe Gäste,<br>am Tor &lt;b&gt;links&lt;/b&gt;.</p>" in letter.html
    progress = owner.get(f"{base(world, dialogue)}/emails")
    manners(progress)
    assert "0 von 2 E-Mails verschickt" in progress.text
    assert f"<b>Weg zu {dialogue.title}</b>" in progress.text
    assert len(world.rows(Audit, action="mailing.message")) == 1


def test_guests_are_told_what_was_heard_once_it_is_public(world: World) -> None:
    dialogue = world.dialogue()
    world.confirm(world.sign_up(dialogue, "ada@post.example"))
    owner = staff(world, dialogue.initiative_id, "owner")
    path = f"{base(world, dialogue)}/emails/neu?anlass=gehoert"
    report = heard(world, dialogue, published=False)
    world.within(
        dialogue, lambda session: setattr(session.get_one(Dialogue, dialogue.id), "ends_at", NOW - timedelta(hours=1))
    )
    empty = fields(owner.get(path).text, "write-to-many")
    world.within(dialogue, lambda session: setattr(session.get_one(HeardReport, report.id), "published_at", NOW))
    page = owner.get(path)
    manners(page)
    begun = fields(page.text, "write-to-many")
    assert (empty["text"], empty["subject"]) == ("", "")
    assert (begun["circle"], begun["subject"]) == ("arrived", "Was wir gehört haben: „{Titel}“")
    assert (f"/dialoge/{dialogue.slug}#heard" in begun["text"], "was daraus folgt" in begun["text"]) == (True, False)
    world.within(dialogue, lambda session: setattr(session.get_one(HeardReport, report.id), "follows", "Ein Zaun."))
    assert "und was daraus folgt" in fields(owner.get(path).text, "write-to-many")["text"]
    assert owner.post(path, data=begun | {"circle": "confirmed"}).text.count(f"„{dialogue.title}“") >= 2


def test_circles_reach_whom_they_name(world: World) -> None:
    dialogue = world.dialogue(capacity=1)
    came = world.confirm(world.sign_up(dialogue, "da@post.example"))
    world.confirm(world.sign_up(dialogue, "wartet@post.example"))
    (person,) = world.rows(Participant, registration_id=came.id)
    with pytest.raises(mailings.NobodyThere):
        write(world, dialogue, circle="arrived")
    assert world.rows(Mailing) == []
    world.within(
        dialogue,
        lambda session: operations.arrive(
            session, participant=person, arrival_id=person.id, device="", actor="person:test", now=NOW
        ),
    )
    for circle, recipient in (("waiting", "wartet"), ("arrived", "da"), ("confirmed", "da")):
        mailing = write(world, dialogue, circle=circle)
        sent = [row.recipient for row in world.rows(Letter, kind="message") if f":{mailing.id}:" in row.dedupe_key]
        assert sent == [f"{recipient}@post.example"]


def test_who_joins_later_gets_none_and_who_was_erased_is_left_out(world: World) -> None:
    dialogue = world.dialogue()
    gone = world.confirm(world.sign_up(dialogue, "fort@post.example"))
    world.confirm(world.sign_up(dialogue, "ada@post.example"))
    mailing = world.within(
        dialogue,
        lambda session: mailings.write_to_many(
            session, dialogue=dialogue, circle="confirmed", subject="Weg", text="Text",
            form_key="a-form-key-0000001", actor="person:test", now=NOW,
        ),
    )  # fmt: skip
    world.confirm(world.sign_up(dialogue, "spaet@post.example"))
    world.within(
        dialogue,
        lambda session: operations.erase(
            session, registration=session.get_one(Registration, gone.id), actor="person:test", now=NOW
        ),
    )
    mailings.write_mailings(world.database, NOW)
    assert [row.recipient for row in world.rows(Letter, kind="message")] == ["ada@post.example"]
    assert sorted(row.state for row in world.rows(MailingRecipient, mailing_id=mailing.id)) == ["left_out", "written"]


def test_a_kill_in_the_middle_writes_each_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    dialogue = world.dialogue(capacity=None)
    people = [world.confirm(world.sign_up(dialogue)) for _number in range(7)]
    monkeypatch.setattr(mailings, "CHUNK", 3)
    real, written = mailings.mass_letters.message, []

    class Killed(BaseException):
        """What no handler takes for a fault of one letter."""

    def dying(session: Any, registration: Any, **values: Any) -> Any:
        written.append(registration.id)
        if len(written) == 5:
            raise Killed
        return real(session, registration, **values)

    monkeypatch.setattr(mailings.mass_letters, "message", dying)
    with pytest.raises(Killed):
        write(world, dialogue)
    # The chunk that was whole stays, the one in the middle is not there.
    assert len(world.rows(Letter, kind="message")) == 3
    mailings.write_mailings(world.database, NOW + timedelta(seconds=10))
    assert sorted(row.registration_id for row in world.rows(Letter, kind="message")) == sorted(row.id for row in people)
    assert [row.state for row in world.rows(MailingRecipient)] == ["written"] * 7
