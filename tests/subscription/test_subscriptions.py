"""New dialogues by e-mail, over real HTTP and the real sweep: asked for, confirmed, told once, ended with one click."""

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from sqlalchemy import text, update
from starlette.testclient import TestClient

from events import operations as events
from events.models import Dialogue
from kit import clock
from kit.db import Database, wide, within
from kit.journal import Audit, Erasure
from mail import compose
from mail.marks import fill
from mail.models import Letter
from registration.models import ConsentText
from subscription import operations, rules
from subscription.models import Mention, Subscription
from subscription.routes import confirm_path, own_path
from subscription.sweeps import tell_news
from tests.conftest import NOW, World
from tests.registration.site import errors, heading, hidden, manners
from tests.web.scene import Forms
from web import erasures, retention
from web.app import build

# Ten in the morning in Germany; the next letter goes at seven.
MORNING = datetime(2027, 3, 2, 6, 0, tzinfo=UTC)
ADDRESS = "ada@post.example"


@pytest.fixture
def site(database: Database) -> Iterator[TestClient]:
    clock.fix(NOW)
    yield TestClient(build(), follow_redirects=False)
    clock.fix(None)


def ask(site: TestClient, **typed: str) -> Any:
    page = site.get("/abo")
    return site.post("/abo", data=Forms(page.text, "/abo").found["/abo"] | {"email": ADDRESS} | typed)


def letters(world: World, kind: str) -> list[Letter]:
    return sorted((row for row in world.rows(Letter) if row.kind == kind), key=lambda row: row.created_at)


def link(letter: Letter) -> str:
    """The path of the first link below /abo/."""
    found = re.search(r"http://testserver(/abo/[/a-z2-7]+)", fill(letter.text))
    assert found is not None
    return found[1]


def one(world: World) -> Subscription:
    (row,) = world.rows(Subscription)
    return row


def told(world: World) -> list[tuple[str, str]]:
    return [(row.recipient, row.subject) for row in letters(world, "new_dialogues")]


def test_from_the_form_to_the_end(site: TestClient, world: World) -> None:
    initiative = world.initiative()
    page = site.get("/abo?land=NI&format=F5&initiative=ems&sprache=de")
    manners(page)
    chosen = Forms(page.text, "/abo").found["/abo"]
    assert (chosen["land"], chosen["format"], chosen["initiative"], chosen["language"]) == ("NI", "F5", "ems", "de")
    asked = site.post("/abo", data=chosen | {"email": "Ada@Post.example"})
    assert (asked.status_code, asked.headers["location"]) == (303, "/abo/angefragt")
    manners(site.get("/abo/angefragt"))
    row = one(world)
    assert (row.state, row.email, row.normalised_email, row.inviter_id, row.next_at) == (
        "unconfirmed", "Ada@post.example", ADDRESS, initiative.id, None,
    )  # fmt: skip
    words = world.rows(ConsentText, text_hash=row.text_hash)[0]
    assert (words.purpose, words.version) == ("new_dialogues", "2026-1")
    assert f"„{words.text}“" in page.text
    (letter,) = letters(world, "subscription_confirm")
    assert (letter.unsubscribe, letter.recipient) == ("", "Ada@post.example")
    assert "Dialogverbund Ems (fiktiv), Niedersachsen, Bürgerwerkstatt" in letter.text
    # A scanner that opens the link, or asks for its head, confirms nothing.
    path = link(letter)
    assert path == confirm_path(row)
    shown = site.get(path)
    manners(shown)
    assert (site.head(path).status_code, one(world).state) == (200, "unconfirmed")
    clock.fix(NOW + timedelta(minutes=5))
    assert site.post(path).headers["location"] == own_path(row)
    assert site.post(path).status_code == 303
    row = one(world)
    assert (row.state, row.confirmed_at, row.next_at) == ("active", NOW + timedelta(minutes=5), MORNING)
    own = site.get(own_path(row))
    manners(own)
    assert heading(own) == "Sie bekommen neue Dialoge per E-Mail"
    assert heading(site.get(path)) == heading(own)
    assert 'href="/?land=NI&amp;format=F5&amp;initiative=ems"' in own.text
    copy = json.loads(site.get(f"{own_path(row)}/daten.json").text)
    assert (copy["subscription"]["email"], copy["consent"]["text"]) == ("Ada@post.example", words.text)
    ended = site.post(own_path(row))
    assert (ended.status_code, heading(ended)) == (200, "Wir schreiben Ihnen nicht mehr")
    manners(ended)
    row = one(world)
    assert (row.state, row.normalised_email, row.email) == ("ended", None, "Ada@post.example")
    assert [entry.kind for entry in world.rows(Letter)] == []
    assert world.rows(Erasure)[0].object_id == row.consent_id
    assert sorted(entry.action for entry in world.rows(Audit, object_id=row.id)) == [
        "subscription.ask", "subscription.confirm", "subscription.end",
    ]  # fmt: skip
    # The way back: a button on the same page; the declaration is a new one.
    clock.fix(NOW + timedelta(minutes=9))
    assert site.post(f"{own_path(row)}/wieder").headers["location"] == own_path(row)
    back = one(world)
    assert (back.state, back.since, back.normalised_email) == ("active", NOW + timedelta(minutes=9), ADDRESS)
    assert back.consent_id != row.consent_id


def test_a_kreis_is_chosen(site: TestClient, database: Database, world: World) -> None:
    """By its name; it brings its Land, and letters name the dialogues of this Kreis alone."""
    world.dialogue(title="Im Emsland", kreis="03454")
    world.dialogue(title="In Leer", kreis="03457")
    world.dialogue(title="Irgendwo")
    assert 'href="/abo?land=NI&amp;kreis=03454"' in site.get("/?land=NI&kreis=03454").text
    form = Forms(site.get("/abo?land=NI&kreis=03454").text, "/abo").found["/abo"]
    assert (form["land"], form["kreis"]) == ("NI", "Emsland")
    assert ask(site, kreis="  emsland ").status_code == 303
    clock.fix(NOW - timedelta(days=1))
    row = one(world)
    assert (row.land, row.kreis) == ("NI", "03454")
    assert "neue Dialoge per E-Mail abonniert: Emsland." in letters(world, "subscription_confirm")[0].text
    ask(site, kreis="Leer")
    assert len(world.rows(Subscription)) == 2
    early = NOW - timedelta(days=1)
    database.transact(
        wide("migration"), lambda session: session.connection().execute(update(Subscription).values(since=early))
    )
    site.post(confirm_path(row))
    own = site.get(own_path(row))
    manners(own)
    assert 'href="/?land=NI&amp;kreis=03454"' in own.text
    assert json.loads(site.get(f"{own_path(row)}/daten.json").text)["subscription"]["kreis"] == "03454"
    tell_news(database, MORNING)
    assert told(world) == [(ADDRESS, "Neuer Dialog: Im Emsland")]
    refused = [ask(site, kreis="Nirgends"), ask(site, kreis="Emsland", land="BY")]
    for page in refused:
        manners(page)
    assert [errors(page) for page in refused] == [
        ["Diesen Kreis gibt es nicht. Wählen Sie ihn aus der Liste. Beispiel: Emsland"],
        ["Emsland liegt nicht in Bayern. Bitte prüfen Sie beide Angaben."],
    ]


def test_nobody_learns_who_is_subscribed(site: TestClient, world: World) -> None:
    """The same pages for new, waiting and running ones; the letter says it, and who asks for another changes nothing."""
    first = ask(site)
    again = ask(site, language="en")
    site.post(confirm_path(one(world)))
    running = ask(site, email="ADA@post.example", language="de")
    assert len({(page.status_code, page.headers["location"], page.text) for page in (first, again, running)}) == 1
    row = one(world)
    assert (row.state, row.language) == ("active", "en")
    said = [letter.text for letter in letters(world, "subscription_confirm")]
    assert ["already get" in text for text in said] == [False, False, True]
    assert heading(site.get(link(letters(world, "subscription_confirm")[2]))) == "Sie bekommen neue Dialoge per E-Mail"
    # The fourth letter of a day is kept and not sent; a form sent twice is one letter.
    ask(site, land="BY", email="Ada@post.example")
    assert [letter.state for letter in letters(world, "subscription_confirm")] == ["queued"] * 3 + ["skipped"]
    form = Forms(site.get("/abo").text, "/abo").found["/abo"] | {"email": "bea@post.example"}
    assert [site.post("/abo", data=form).status_code for _ in range(2)] == [303, 303]
    assert len([row for row in world.rows(Letter) if row.recipient == "bea@post.example"]) == 1


def test_what_the_form_does_not_take(site: TestClient, world: World) -> None:
    world.subscription("unconfirmed")
    refused = ask(site, email="ada", land="XX", format="F99", initiative="servicestelle", language="fr")
    manners(refused)
    assert (refused.status_code, len(errors(refused))) == (422, 5)
    assert hidden(refused, "form_key")
    assert len(world.rows(Subscription)) == 1
    # The operator's own initiative is none to choose, here and in the calendar.
    assert ["servicestelle" in site.get(path).text for path in ("/abo", "/")] == [False, False]
    # What the address of the form asks for and does not exist, does not count.
    assert Forms(site.get("/abo?land=XX&format=%3Cb%3E&initiative=nein").text, "/abo").found["/abo"]["land"] == ""


def test_links_that_prove_nothing(site: TestClient, world: World) -> None:
    row = world.subscription("unconfirmed")
    confirming, own = confirm_path(row), own_path(row)
    flipped = own[:-1] + ("a" if own[-1] != "a" else "b")
    paths = [flipped, confirming.replace("/bestaetigen", ""), "/abo/" + "a" * 46]
    assert [site.get(path).status_code for path in paths] == [404, 404, 404]
    assert [site.post(path).status_code for path in paths] == [404, 404, 404]
    clock.fix(NOW + rules.UNCONFIRMED_KEPT)
    assert (site.get(confirming).status_code, site.post(confirming).status_code) == (404, 404)
    assert one(world).state == "unconfirmed"


def test_one_click_ends_it_without_a_browser(site: TestClient, world: World) -> None:
    """As a mail program sends it (RFC 8058): a form, no Origin, no cookie, no redirect; again, and by an older letter."""
    row = world.subscription(email=ADDRESS)
    answer = site.post(own_path(row), data={"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, one(world).state) == (200, "ended")
    form = {"List-Unsubscribe": (None, "One-Click")}
    assert site.post(own_path(row), files=form).status_code == 200
    # The same address asked again; the link of an old letter ends the one that writes now.
    clock.fix(NOW + timedelta(minutes=1))
    later = world.subscription(email=ADDRESS, now=NOW + timedelta(minutes=1))
    assert heading(site.get(own_path(row))) == "Sie bekommen neue Dialoge per E-Mail"
    site.post(own_path(row), data={"List-Unsubscribe": "One-Click"})
    assert {found.id: found.state for found in world.rows(Subscription)} == {row.id: "ended", later.id: "ended"}
    # A form of another site is refused all the same.
    assert site.post(own_path(row), headers={"sec-fetch-site": "cross-site"}).status_code == 403


def test_each_dialogue_is_told_once(database: Database, world: World) -> None:
    """One letter a morning with what is new, public, to come and wanted; nothing where nothing is new."""
    ems = world.initiative("ems")
    old = world.dialogue(ems, title="Schon lange da")
    world.within(old, lambda session: session.connection().execute(update(Dialogue).values(published_at=NOW)))
    after = NOW + timedelta(minutes=1)

    def published(title: str, **values: Any) -> Dialogue:
        row = world.dialogue(ems, title=title, **values)
        world.within(row, lambda session: session.connection().execute(
            update(Dialogue).where(Dialogue.id == row.id).values(published_at=after)  # type: ignore[arg-type]
        ))  # fmt: skip
        return row

    world.subscription(email="alle@post.example", language="en")
    world.subscription(email="bayern@post.example", land="BY")
    world.subscription(email="fruehstueck@post.example", format_code="F9", inviter_id=ems.id)
    world.subscription(email="spaeter@post.example", now=after + timedelta(minutes=1))
    world.subscription("unconfirmed", "offen@post.example")
    world.subscription("ended", "ende@post.example")
    published("Werkstatt Wärme")
    published("Frühstück am Tor", format_code="F9")
    published("Nur mit Adresse", visibility="unlisted")
    gone = published("Fällt aus")
    world.within(
        gone, lambda s: events.cancel(s, dialogue=s.get_one(Dialogue, gone.id), reason="", actor="p", now=after)
    )
    published("Vorbei", start="2027-03-01T17:00", end="2027-03-01T18:00")
    assert (tell_news(database, MORNING - timedelta(seconds=1)), told(world)) == (0, [])
    assert tell_news(database, MORNING) == 4
    assert sorted(told(world)) == [
        ("alle@post.example", "2 new dialogues"),
        ("fruehstueck@post.example", "Neuer Dialog: Frühstück am Tor"),
    ]
    assert len(world.rows(Mention)) == 3
    # Again, by another worker, later the same day, the next day: nothing is told twice.
    day = timedelta(days=1)
    assert [tell_news(database, MORNING + later) for later in (timedelta(), day / 2, day)] == [0, 0, 4]
    assert len(told(world)) == 2
    # One that was not public before is new when it is; what ended meanwhile is not told.
    hidden_one = world.rows(Dialogue, title="Nur mit Adresse")[0]
    world.within(hidden_one, lambda session: session.connection().execute(
        update(Dialogue).where(Dialogue.id == hidden_one.id).values(visibility="public")  # type: ignore[arg-type]
    ))  # fmt: skip
    tell_news(database, MORNING + 2 * day)
    assert told(world)[2:] == [("alle@post.example", "New dialogue: Nur mit Adresse")]
    assert retention.run(database, NOW + timedelta(days=29))["subscription"] == 5
    assert (world.rows(Mention), len(world.rows(Subscription))) == ([], 5)


def test_a_worker_that_dies_tells_nothing_twice(database: Database, world: World) -> None:
    """Letter, mentions and the next morning are one transaction: what dies before its end has told nothing."""
    world.dialogue()
    world.subscription(now=NOW - timedelta(days=1))

    class Died(BaseException):
        """A process that ends here."""

    def die(session: Any) -> None:
        assert operations.tell_chunk(session, now=MORNING) == 1
        session.flush()
        raise Died

    with pytest.raises(Died):
        database.transact(wide("sweep"), die)
    assert (told(world), world.rows(Mention)) == ([], [])
    assert [tell_news(database, MORNING) for _ in range(2)] == [1, 0]
    assert len(told(world)) == 1


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_letter_that_cannot_be_written_leaves_the_others_alone(
    database: Database, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.dialogue()
    broken = world.subscription(now=NOW - timedelta(days=1))
    world.subscription(now=NOW - timedelta(days=1))
    right = operations.letters.post_new_dialogues

    def write(session: Any, subscription: Subscription, *rest: Any, **values: Any) -> None:
        if subscription.id == broken.id:
            raise RuntimeError
        right(session, subscription, *rest, **values)

    monkeypatch.setattr(operations.letters, "post_new_dialogues", write)
    assert tell_news(database, MORNING) == 2
    assert (len(told(world)), len(world.rows(Mention))) == (1, 1)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_letter(database: Database, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says the same twice, names each dialogue with day, place and link, and mail programs can end it."""
    monkeypatch.setattr(operations.letters, "MOST_LISTED", 1)
    world.dialogue(title="Öl & <Wasser>", online=True)
    world.dialogue(title="Später", start="2027-03-25T17:00", end="2027-03-26T09:00")
    row = world.subscription(email=ADDRESS, now=NOW - timedelta(days=1))
    tell_news(database, MORNING)
    (letter,) = letters(world, "new_dialogues")
    own = f"http://testserver{own_path(row)}"
    said = fill(letter.text)
    assert letter.subject == "2 neue Dialoge"
    assert (
        "Öl & <Wasser>\nMittwoch, 24. März 2027, 17:00 bis 21:00 Uhr\nBürgerhaus Beispielmoor, Niedersachsen, online\n"
    ) in said
    assert "http://testserver/dialoge/oel-wasser\n" in said
    assert "Dazu kommt 1 weiterer Dialog." in said
    assert f"E-Mails beenden:\n{own}\n" in said
    assert "Öl &amp; &lt;Wasser&gt;</a>" in letter.html
    assert own.rpartition("/")[2] not in letter.text + letter.html + letter.unsubscribe
    mail = message_from_bytes(compose.message(letter, [], sender_name="x").as_bytes(), policy=default)
    assert mail["List-Unsubscribe"] == f"<{own}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (letter.mass, letter.initiative_id) == (True, "servicestelle222")


def test_what_goes_by_date(database: Database, world: World) -> None:
    never, ended = world.subscription("unconfirmed"), world.subscription("ended")
    world.subscription()
    day = timedelta(days=1)
    assert retention.run(database, NOW + 7 * day - timedelta(seconds=1))["subscription"] == 0
    assert retention.run(database, NOW + 7 * day)["subscription"] == 1
    assert world.again(never) is None
    assert [row for row in world.rows(Letter) if row.recipient == never.email] == []
    assert retention.run(database, NOW + rules.PROOF_KEPT - day)["subscription"] == 0
    assert retention.run(database, NOW + rules.PROOF_KEPT)["subscription"] == 1
    assert [row.state for row in world.rows(Subscription)] == ["active"]
    assert world.again(ended) is None


def test_a_restored_copy_writes_to_nobody_who_ended_it(database: Database, world: World) -> None:
    """The copy is older than the end; one that was taken up again since then runs on."""
    gone, back = world.subscription(), world.subscription()
    entries = [erasures.Entry(NOW, "subscription", gone.consent_id), erasures.Entry(NOW, "subscription", "x" * 16)]

    def replay(session: Any) -> int:
        return erasures.replay(session, entries * 2, now=NOW)

    assert database.transact(wide("migration"), replay) == 1
    assert (world.again(gone).state, world.again(back).state) == ("ended", "active")


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
def test_sessions_of_an_initiative_see_no_address(database: Database, world: World) -> None:
    world.subscription()
    count = text("SELECT count(*) FROM subscription")
    with database.read(within(world.initiative().id)) as session:
        assert session.connection().execute(count).scalar() == 0
    with database.read(wide("sweep")) as session:
        assert session.connection().execute(count).scalar() == 1


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
def test_two_workers_at_once_tell_each_of_them_once(
    database: Database, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "CHUNK", 2)
    world.dialogue()
    for _ in range(6):
        world.subscription(now=NOW - timedelta(days=1))
    with ThreadPoolExecutor(2) as workers:
        seen = list(workers.map(lambda _worker: tell_news(database, MORNING), range(2)))
    assert sum(seen) == len(told(world)) == len(set(told(world))) == 6
