"""Another address of one's own, by real HTTP: the new mailbox confirms, the old one is told, and it acts at once."""

import re
from datetime import timedelta
from typing import Any

from accounts.models import EmailChange, Person, SignInLink
from kit import clock
from kit.db import Database
from mail.marks import fill
from tests.accounts.rooms import audits, browser, check_manners, form_key, initiative, letters, rows, signed_in
from tests.conftest import NOW

OLD, NEW = "vera@ems.example", "Vera.Neu@ems.example"
ACCOUNT = "/arbeitsplatz/konto"


def ask(client: Any, email: str = NEW) -> Any:
    return client.post(f"{ACCOUNT}/adresse", data={"email": email})


def mailed(database: Database) -> list[str]:
    texts = [fill(letter.text) for letter in letters(database) if letter.kind == "email_change"]
    return [re.findall(r"http://testserver(/adresse/\S+)", text)[0] for text in texts]


def sign_in_mail(database: Database, email: str) -> list[str]:
    """Who gets a sign-in link when this address asks for one."""
    client = browser(database)
    before = len(letters(database))
    key = form_key(client.get("/anmelden").text)
    client.post("/anmelden", data={"email": email, "form_key": key})
    return [letter.recipient for letter in letters(database)[before:]]


def test_a_new_address_is_confirmed_and_the_old_one_told(database: Database) -> None:
    initiative(database)
    client = signed_in(database, OLD)
    assert sign_in_mail(database, OLD) == [OLD]
    assert ask(client).headers["location"] == f"{ACCOUNT}?adresse=1"
    [path] = mailed(database)
    assert [letter.recipient for letter in letters(database)] == [OLD, "Vera.Neu@ems.example"]
    assert [person.email for person in rows(database, Person)] == [OLD]
    phone = browser(database)
    page = phone.get(path).text
    check_manners(page)
    assert ("Künftig loggen Sie sich ein mit Vera.Neu@ems.example." in page, len(rows(database, EmailChange))) == (
        True,
        1,
    )
    assert phone.post(path).headers["location"] == f"{ACCOUNT}?adresse=2"
    assert (phone.get(path).status_code, phone.post(path).status_code) == (404, 404)
    assert f'<p class="lead gap-s">{NEW}</p>' in client.get(f"{ACCOUNT}?adresse=2").text
    # At once: the old address gets no link, and the one it holds opens nothing.
    assert {link.used_at for link in rows(database, SignInLink)} == {NOW}
    clock.fix(NOW + timedelta(seconds=1))
    assert (sign_in_mail(database, OLD), sign_in_mail(database, NEW.lower())) == ([], [NEW])
    [told] = [letter for letter in letters(database) if letter.kind == "email_changed"]
    assert (told.recipient, "neu@" in told.text.lower()) == (OLD, False)
    assert rows(database, EmailChange) == []
    assert [action for action in audits(database) if "email" in action] == ["request_email_change", "change_email"]


def test_links_that_change_nothing(database: Database) -> None:
    initiative(database)
    initiative(database, "saar", "otto@saar.example")
    client = signed_in(database, OLD)
    answers = [ask(client, email) for email in ("", "vera", OLD.upper())]
    assert [answer.status_code for answer in answers] == [422, 422, 409]
    for answer in answers:
        check_manners(answer.text)
        assert answer.text.count('class="error"') == 2
    # Whether somebody signs in with an address is nobody's to know: the same answer, and no letter.
    assert (ask(client, "otto@saar.example").status_code, letters(database)) == (303, [])
    visitor = browser(database)
    ask(client)
    clock.fix(NOW + timedelta(hours=1))
    client = signed_in(database, OLD)
    clock.fix(NOW + timedelta(hours=1))
    ask(client)
    first, second = mailed(database)
    assert [visitor.get(path).status_code for path in (first, second)] == [404, 200]
    often = ask(client, "x@ems.example")
    assert (often.status_code, "Morgen geht" in often.text) == (409, True)
    # Somebody else comes to sign in with the address meanwhile.
    signed_in(database, NEW)
    clock.fix(NOW + timedelta(hours=1))
    taken = visitor.post(second)
    assert (taken.status_code, "Ihre alte Adresse gilt weiter." in taken.text) == (409, True)
    clock.fix(NOW + timedelta(hours=25))
    assert (visitor.get(second).status_code, visitor.post(second).status_code) == (404, 404)
    assert [visitor.get(f"/adresse/{token}").status_code for token in ("x", "a" * 46)] == [404, 404]
    assert sorted(person.email for person in rows(database, Person)) == [
        "Vera.Neu@ems.example",
        "otto@saar.example",
        OLD,
    ]
