"""The service point: the first start, and taking an initiative in."""

import re

import pytest

from kit.db import Database
from network.models import Initiative
from tests.accounts.rooms import (
    admin,
    audits,
    browser,
    check_manners,
    form_key,
    initiative,
    letters,
    member,
    rows,
    signed_in,
)

FORM = "/servicestelle/initiativen"
VALUES = {"name": "Industriedialog Müßtal (fiktiv)", "land": "BY", "accent": "tanne", "email": "erste@tal.example"}


def test_a_fresh_installation_says_how_to_begin(database: Database) -> None:
    client = browser(database)
    page = client.get("/servicestelle/")
    assert (page.status_code, "dialogwerk create-admin" in page.text) == (200, True)
    check_manners(page.text)
    assert client.get(FORM).status_code == 303
    admin(database)
    assert client.get("/servicestelle/").headers["location"] == "/anmelden?weiter=/servicestelle/"
    initiative(database)
    assert signed_in(database, "vera@ems.example").get("/servicestelle/").status_code == 403
    assert signed_in(database, "desk@servicestelle.example").get("/servicestelle/").headers["location"] == FORM


def test_the_desk_takes_an_initiative_in(database: Database) -> None:
    client = signed_in(database, admin(database).email)
    page = client.get(FORM).text
    check_manners(page)
    data = {**VALUES, "form_key": form_key(page)}
    answers = [client.post(FORM, data=data) for _time in range(2)]
    assert [answer.headers["location"] for answer in answers] == [
        f"{FORM}?angelegt=industriedialog-muesstal-fiktiv"
    ] * 2
    [letter] = letters(database)
    assert (letter.recipient, letter.kind) == ("erste@tal.example", "welcome")
    assert audits(database).count("create_initiative") == 1
    found = client.get(answers[0].headers["location"]).text
    assert ("Angelegt: Industriedialog Müßtal" in found, "erste@tal.example" in found) == (True, True)
    assert (
        signed_in(database, "erste@tal.example")
        .get("/arbeitsplatz/")
        .headers["location"]
        .startswith("/arbeitsplatz/industr")
    )
    taken = client.post(FORM, data={**VALUES, "form_key": form_key(client.get(FORM).text)})
    assert taken.status_code == 409
    check_manners(taken.text)


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"land": ""}, {"land": "XX"}, {"accent": "rot"}, {"email": "x"}, {"slug": "A B"}, {"slug": "konto"}, {"slug": "servicestelle"}],
)  # fmt: skip
def test_what_is_wrong_is_said_at_the_field(database: Database, wrong: dict[str, str]) -> None:
    client = signed_in(database, admin(database).email)
    answer = client.post(FORM, data={**VALUES, "form_key": form_key(client.get(FORM).text), **wrong})
    assert (answer.status_code, answer.text.count('class="error"')) == (422, 1)
    check_manners(answer.text)
    assert [row.slug for row in rows(database, Initiative)] == ["servicestelle"]


def test_the_desk_helps_an_owner_whose_link_lapsed(database: Database) -> None:
    """The letter goes once more, three a day; another owner is invited, a member becomes one at once."""
    client = signed_in(database, admin(database).email)
    client.post(FORM, data={**VALUES, "form_key": form_key(client.get(FORM).text)})
    path = f"{FORM}/industriedialog-muesstal-fiktiv"
    assert f'href="{path}"' in client.get(FORM).text
    page = client.get(path).text
    check_manners(page)
    assert "erste@tal.example" in page
    [again] = re.findall(f'action="({path}/inhaber/[^"]+)"', page)
    assert [client.post(again).status_code for _time in range(4)] == [303, 303, 303, 409]
    sent = {"email": "zweite@tal.example", "name": "Zoe Muster"}
    for _time in range(2):
        assert client.post(f"{path}/inhaber", data=sent).headers["location"] == f"{path}?erledigt=1"
    page = client.get(f"{path}?erledigt=1").text
    assert ("Zoe Muster" in page, "Der Link gilt bis" in page) == (True, True)
    taken = client.post(f"{path}/inhaber", data={"email": "erste@tal.example"})
    assert (taken.status_code, "gehört die Initiative schon" in taken.text) == (409, True)
    check_manners(taken.text)
    assert client.post(f"{path}/inhaber", data={"email": "x"}).status_code == 422
    assert sorted((letter.recipient, letter.kind) for letter in letters(database)) == [
        *[("erste@tal.example", "welcome")] * 4,
        *[("zweite@tal.example", "team_invitation")] * 2,
    ]
    assert [action for action in audits(database) if action in ("welcome_again", "invite_member_again")] == [
        *["welcome_again"] * 3,
        "invite_member_again",
    ]
    made = next(row for row in rows(database, Initiative) if row.slug.startswith("industrie"))
    member(database, made, "dritte@tal.example", "helper")
    assert client.post(f"{path}/inhaber", data={"email": "dritte@tal.example"}).status_code == 303
    assert len(re.findall(f'action="{path}/inhaber/', client.get(path).text)) == 2
