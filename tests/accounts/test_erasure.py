"""Erasing an account, by real HTTP: each declared column of people is filled by the real flow, and afterwards the word is
in no table."""

import json
from typing import Any

from sqlalchemy import text
from sqlmodel import select

from accounts.models import LoginSession, Passkey, Person
from accounts.operations import request_sign_in_link
from kit.db import Database, wide
from kit.journal import Erasure
from kit.models import registered_columns
from network import operations
from network.models import Membership
from tests.accounts.authenticator import Device
from tests.accounts.rooms import (
    admin,
    audits,
    browser,
    check_manners,
    initiative,
    letters,
    member,
    rows,
    signed_in,
    wide_write,
)
from tests.accounts.test_passkeys import add, sign_in
from tests.conftest import NOW
from tests.network.test_network import invite
from tests.overtaking import overtaken
from tests.web.test_registry import dump
from web import erasures
from web.tables import METADATA

ADDRESS, OWNER = "zqxwvina@ems.example", "vera@ems.example"
ACCOUNT = "/arbeitsplatz/konto"
ERASE = f"{ACCOUNT}/loeschen"
# Column → what the flow below puts into it.
FILLED = {
    "person.email": "zqxwvina",
    "person.normalised_email": "zqxwvina",
    "person.name": "zqxwvname",
    "login_session.device": "firefox/windows",
    "email_change.email": "zqxwvneu",
    "email_change.normalised_email": "zqxwvneu",
    "passkey.credential_id": "",
    "passkey.public_key": "",
    "passkey.name": "zqxwvgerät",
    "team_invitation.email": "zqxwvina",
    "team_invitation.normalised_email": "zqxwvina",
    "team_invitation.name": "zqxwvname",
    "letter.recipient": "zqxwvneu",
    "letter.recipient_name": "zqxwvname",
}


def filled_in(database: Database, device: Device) -> Any:
    """Somebody with all that people can have, in the team of one initiative and asked into another."""
    found = initiative(database)
    initiative(database, "saar", "otto@saar.example")
    member(database, found, ADDRESS, "organiser")
    client = signed_in(database, ADDRESS)
    client.post(ACCOUNT, data={"name": "Zqxwvname Muster", "language": "de"})
    client.post(f"{ACCOUNT}/adresse", data={"email": "zqxwvneu@ems.example"})
    add(client, device, name="Zqxwvgerät")
    other = browser(database)
    other.headers["user-agent"] = "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"
    sign_in(other, device)
    saar = signed_in(database, "otto@saar.example")
    saar.post("/arbeitsplatz/saar/team", data={"email": ADDRESS, "name": "Zqxwvname Muster", "role": "reader"})
    return client


def missing(database: Database) -> list[str]:
    gone = []
    with database.engine.connect() as connection:
        if not database.sqlite:
            connection.execute(text("SELECT set_config('app.scope', 'backup', true)"))
        for name, word in FILLED.items():
            table, column = name.split(".")
            values = connection.execute(text(f"SELECT {column} FROM {table}")).scalars().all()
            if not values or word not in " ".join(str(value) for value in values).lower():
                gone.append(name)
    return gone


def test_nothing_of_an_erased_person_is_left(database: Database) -> None:
    device = Device()
    client = filled_in(database, device)
    assert missing(database) == []
    [person_id] = [person.id for person in rows(database, Person) if person.email == ADDRESS]
    page = client.get(ERASE).text
    check_manners(page)
    assert "Sie gehören dann nicht mehr zum Team: Dialogverbund Ems (fiktiv)" in page
    answer = client.post(ERASE)
    assert (answer.status_code, answer.headers["location"]) == (303, "/anmelden?geloescht=1")
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert {table: found for table, found in dump(database).items() if "zqxwv" in " ".join(found).lower()} == {}
    assert [login.person_id == person_id for login in rows(database, LoginSession)] == [False]
    assert [(row.kind, row.object_id) for row in rows(database, Erasure)] == [("person", person_id)]
    assert "Ihr Konto ist gelöscht." in browser(database).get("/anmelden?geloescht=1").text
    assert (sign_in(browser(database), device).status_code, client.get(ACCOUNT).status_code) == (400, 303)
    assert audits(database)[-2:] == ["leave_team", "erase_account"]


def test_whoever_has_an_account_gets_a_copy(database: Database) -> None:
    device = Device()
    client = filled_in(database, device)
    answer = client.get(f"{ACCOUNT}/daten.json")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    register = registered_columns([*METADATA.tables.values()])
    exported = {name: word for name, word in FILLED.items() if register[name].export}
    assert [name for name, word in exported.items() if word not in answer.text.lower()] == []
    found = json.loads(answer.text)
    assert found["person"]["email"] == ADDRESS
    assert ([team["role"] for team in found["teams"]], len(found["sessions"])) == (["organiser"], 2)
    [key] = rows(database, Passkey)
    assert (key.credential_id in answer.text, key.public_key in answer.text, OWNER in answer.text) == (False,) * 3
    assert 'href="/arbeitsplatz/konto/daten.json"' in client.get(ACCOUNT).text


def test_letters_and_second_clicks_come_before_an_erasure_or_not_at_all(database: Database) -> None:
    found = initiative(database)

    def erase(session: Any) -> None:
        person = session.exec(select(Person).where(Person.email == ADDRESS)).one_or_none()
        if person is not None:
            operations.erase_account(session, person=person, now=NOW)

    def ask(session: Any) -> None:
        request_sign_in_link(session, email=ADDRESS, now=NOW)

    for first, second in ((ask, erase), (erase, ask), (erase, erase)):
        member(database, found, ADDRESS, "organiser")
        before = audits(database).count("erase_account")
        assert overtaken(database, wide("person"), first, second) is None
        assert ([one.recipient for one in letters(database)], audits(database).count("erase_account") - before) == (
            [],
            1,
        )


def test_who_is_needed_stays(database: Database) -> None:
    found = initiative(database)
    client = signed_in(database, OWNER)
    page = client.get(ERASE).text
    check_manners(page)
    assert ('href="/arbeitsplatz/ems/team"' in page, "Konto endgültig löschen" in page) == (True, False)
    refused = client.post(ERASE)
    assert (refused.status_code, [row.role for row in rows(database, Membership)]) == (409, ["owner"])
    check_manners(refused.text)
    desk = signed_in(database, admin(database).email)
    assert (desk.post(ERASE).status_code, len(rows(database, Person))) == (409, 2)
    admin(database, "zweite@servicestelle.example")
    member(database, found, "ina@ems.example", "owner")
    assert [desk.post(ERASE).status_code, client.post(ERASE).status_code] == [303, 303]
    assert sorted(person.email for person in rows(database, Person)) == [
        "ina@ems.example",
        "zweite@servicestelle.example",
    ]


def test_an_erasure_is_repeated_in_a_restored_copy(database: Database) -> None:
    initiative(database)
    invite(signed_in(database, OWNER))

    def again(session: Any) -> int:
        person = session.exec(select(Person)).one()
        entry = erasures.Entry(NOW, "person", person.id)
        return erasures.replay(session, [entry, entry], now=NOW)

    assert wide_write(database, again) == 1
    assert (rows(database, Person), rows(database, Membership)) == ([], [])
