"""Roles, teams, settings and the texts of the platform, by real HTTP."""

import re
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update
from sqlmodel import col, select

from accounts.models import Person
from kit import clock, i18n
from kit.db import Database, wide
from kit.errors import NotFound
from kit.journal import SYSTEM
from mail.marks import fill
from mail.models import Letter
from network import operations
from network.models import AccessibilityNote, Initiative, Membership, TeamInvitation
from network.operations import forget_invitations
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
    wide_write,
)
from tests.conftest import NOW, environment, few
from tests.overtaking import overtaken

OWNER = "vera@ems.example"
TEAM = "/arbeitsplatz/ems/team"
SETTINGS = "/arbeitsplatz/ems/einstellungen"
PUBLIC = ("/impressum", "/datenschutz", "/so-laeuft-es-ab", "/barrierefreiheit", "/initiativen/ems/impressum")


@pytest.mark.parametrize("role", ["organiser", "helper", "reader"])
def test_only_owners_see_team_and_settings(database: Database, role: str) -> None:
    found = initiative(database)
    one = member(database, found, "rolle@ems.example", role)
    client = signed_in(database, "rolle@ems.example")
    paths = (TEAM, SETTINGS, f"{TEAM}/{one.id}")
    assert [client.get(path).status_code for path in paths] == [403, 403, 403]
    assert [client.post(path, data={"role": "owner"}).status_code for path in paths] == [403, 403, 403]
    assert [row.role for row in rows(database, Membership)].count("owner") == 1


def test_the_page_of_the_account_leads_where_the_role_may(database: Database) -> None:
    ems = initiative(database)
    for role in ("organiser", "helper"):
        member(database, ems, f"{role}@ems.example", role)
    shown = {
        email: [path in signed_in(database, email).get("/arbeitsplatz/konto").text for path in (TEAM, SETTINGS)]
        for email in (OWNER, "organiser@ems.example", "helper@ems.example")
    }
    assert shown == {
        OWNER: [True, True], "organiser@ems.example": [False, False], "helper@ems.example": [False, False]
    }  # fmt: skip
    # Whoever owns several chooses first which.
    initiative(database, "saar", OWNER)
    assert "/team" not in signed_in(database, OWNER).get("/arbeitsplatz/konto").text


def test_strangers_and_foreign_owners_find_nothing(database: Database) -> None:
    initiative(database)
    initiative(database, "saar", "otto@saar.example")
    [one] = [row for row in rows(database, Membership) if row.person_id == owner_id(database, OWNER)]
    foreign = signed_in(database, "otto@saar.example")
    assert foreign.get(TEAM).text == foreign.get("/arbeitsplatz/nirgends/team").text
    foreign_paths = (TEAM, SETTINGS, f"{TEAM}/{one.id}", f"/arbeitsplatz/saar/team/{one.id}")
    assert [foreign.get(path).status_code for path in foreign_paths] == [404] * 4
    assert [foreign.post(path, data={}).status_code for path in foreign_paths] == [404] * 4
    assert foreign.post(f"/arbeitsplatz/saar/team/{one.id}/ende").status_code == 404
    visitor = browser(database)
    assert [visitor.get(path).status_code for path in foreign_paths] == [303] * 4
    assert visitor.get(TEAM).headers["location"] == f"/anmelden?weiter={TEAM}"
    assert [visitor.post(path, data={}).status_code for path in foreign_paths] == [403] * 4
    desk = signed_in(database, admin(database).email)
    assert desk.get(TEAM).status_code == 404


def owner_id(database: Database, email: str) -> str:
    return next(person.id for person in rows(database, Person) if person.email == email)


def invite(client: Any, email: str = "ina@ems.example", role: str = "helper", name: str = "Ina Muster") -> Any:
    return client.post(TEAM, data={"email": email, "name": name, "role": role})


def mailed(letter: Letter) -> str:
    found = re.search(r"http://testserver(/einladung/\S+)", fill(letter.text))
    assert found is not None
    return found[1]


def forms_of(client: Any, ending: str) -> list[str]:
    return re.findall(rf'action="({TEAM}/einladungen/[a-z2-7]{{16}}/{ending})"', client.get(TEAM).text)


def test_an_owner_invites_and_the_link_lets_in(database: Database) -> None:
    initiative(database)
    client = signed_in(database, OWNER)
    answer = invite(client, "Ina@EMS.example")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{TEAM}?erledigt=invited")
    [letter] = letters(database)
    assert (letter.recipient, letter.kind, letter.subject) == (
        "Ina@ems.example",
        "team_invitation",
        "Einladung ins Team: Dialogverbund Ems (fiktiv)",
    )
    # Nobody has an account before they want one.
    assert ([person.email for person in rows(database, Person)], len(rows(database, Membership))) == ([OWNER], 1)
    visitor = browser(database)
    page = visitor.get(mailed(letter))
    check_manners(page.text)
    assert ("Sie helfen am Einlass" in page.text, len(rows(database, Person))) == (True, 1)
    answer = visitor.post(mailed(letter))
    assert (answer.status_code, answer.headers["location"]) == (303, "/arbeitsplatz/ems/einlass")
    assert [row.role for row in rows(database, Membership)] == ["owner", "helper"]
    assert visitor.get("/arbeitsplatz/").headers["location"] == "/arbeitsplatz/ems/einlass"
    assert rows(database, TeamInvitation) == []
    gone = [visitor.get(mailed(letter)), visitor.post(mailed(letter))]
    assert [(answer.status_code, "gilt nicht mehr" in answer.text) for answer in gone] == [(404, True)] * 2
    again = invite(client, "ina@ems.example")
    assert (again.status_code, again.text.count('class="error"')) == (409, 1)
    assert [action for action in audits(database) if "sign" not in action] == [
        "create_initiative",
        "invite_member",
        "accept_invitation",
    ]


def test_an_invitation_is_sent_again_and_taken_back(database: Database) -> None:
    initiative(database)
    client = signed_in(database, OWNER)
    invite(client)
    first = mailed(letters(database)[0])
    check_manners(client.get(TEAM).text)
    again = invite(client)
    assert (again.status_code, "schon eingeladen" in again.text) == (409, True)
    [send] = forms_of(client, "versand")
    clock.fix(NOW + timedelta(minutes=1))
    assert client.post(send).headers["location"] == f"{TEAM}?erledigt=again"
    second = mailed(letters(database)[1])
    visitor = browser(database)
    clock.fix(NOW + timedelta(days=7))
    assert [visitor.get(path).status_code for path in (first, second)] == [404, 200]
    clock.fix(NOW + timedelta(days=7, minutes=1))
    assert (visitor.get(second).status_code, visitor.post(second).status_code) == (404, 404)
    # What never went out does not count; of what did, three a day, however the form is sent.
    assert [letter.state for letter in letters(database)] == ["skipped", "queued"]
    client = signed_in(database, OWNER)
    delivered(database)
    for minute in (2, 3):
        clock.fix(NOW + timedelta(minutes=minute))
        assert client.post(send).status_code == 303
        delivered(database)
    often = client.post(send)
    assert (often.status_code, "Morgen geht" in often.text) == (409, True)
    check_manners(often.text)
    last = mailed(letters(database)[-1])
    assert visitor.get(last).status_code == 200
    [withdraw] = forms_of(client, "ende")
    assert client.post(withdraw).headers["location"] == f"{TEAM}?erledigt=withdrawn"
    assert (visitor.get(last).status_code, visitor.post(last).status_code) == (404, 404)
    assert (client.post(withdraw).status_code, client.post(send).status_code) == (404, 404)
    assert (invite(client).status_code, rows(database, TeamInvitation)) == (409, [])
    assert len(rows(database, Person)) == 1


def delivered(database: Database) -> None:
    """As if the queued letters were sent."""
    wide_write(
        database,
        lambda session: session.connection().execute(
            update(Letter).where(col(Letter.state) == "queued").values(state="sent")
        ),
    )


def test_who_is_invited_elsewhere_keeps_account_and_language(database: Database) -> None:
    initiative(database)
    initiative(database, "saar", "otto@saar.example")
    wide_write(database, lambda session: rename(session, "otto@saar.example", "en"))
    invite(signed_in(database, OWNER), "Otto@saar.example", "reader", "")
    [letter] = letters(database)
    assert letter.subject == "Invitation to the team: Dialogverbund Ems (fiktiv)"
    visitor = browser(database)
    visitor.post(mailed(letter))
    assert (len(rows(database, Person)), sorted(row.role for row in rows(database, Membership))) == (
        2,
        ["owner", "owner", "reader"],
    )
    # A foreign owner finds nothing of it.
    invite(signed_in(database, OWNER))
    [found] = rows(database, TeamInvitation)
    foreign = signed_in(database, "otto@saar.example")
    paths = [f"/arbeitsplatz/{slug}/team/einladungen/{found.id}/ende" for slug in ("ems", "saar")]
    assert [foreign.post(path).status_code for path in paths] == [403, 404]
    assert len(rows(database, TeamInvitation)) == 1


def rename(session: Any, email: str, language: str) -> None:
    session.exec(select(Person).where(Person.email == email)).one().language = language


def test_invitations_are_forgotten(database: Database) -> None:
    initiative(database)
    invite(signed_in(database, OWNER))
    gone = [
        wide_write(database, lambda session, days=days: forget_invitations(session, now=NOW + timedelta(days=days)))
        for days in (37, 38, 38)
    ]
    assert gone == [0, 1, 0]


def test_role_and_removal_act_on_open_sessions(database: Database) -> None:
    found = initiative(database)
    client = signed_in(database, OWNER)
    one = member(database, found, "ina@ems.example", "helper")
    colleague = signed_in(database, "ina@ems.example")
    seen = [colleague.get(TEAM).status_code]
    for path, data in ((f"{TEAM}/{one.id}", {"role": "owner"}), (f"{TEAM}/{one.id}", {"role": "reader"})):
        assert client.post(path, data=data).status_code == 303
        seen.append(colleague.get(TEAM).status_code)
    assert client.post(f"{TEAM}/{one.id}/ende").status_code == 303
    assert [*seen, colleague.get(TEAM).status_code] == [403, 200, 403, 404]
    assert audits(database)[-3:] == ["change_role", "change_role", "remove_member"]


def test_of_two_removals_at_once_the_second_finds_nobody(database: Database) -> None:
    found = initiative(database)

    def changing(one: Any, change: Any, **values: Any) -> Any:
        def work(session: Any) -> None:
            membership = session.get(Membership, one.id)
            if membership is None:
                raise NotFound
            change(session, membership=membership, actor=SYSTEM, now=NOW, **values)

        return work

    for change, values in ((operations.remove_member, {}), (operations.change_role, {"role": "reader"})):
        one = member(database, found, "ina@ems.example", "helper")
        raised = overtaken(
            database, wide("person"), changing(one, operations.remove_member), changing(one, change, **values)
        )
        assert type(raised) is NotFound
    assert audits(database)[-2:] == ["add_member", "remove_member"]


def test_an_initiative_keeps_an_owner(database: Database) -> None:
    initiative(database)
    client = signed_in(database, OWNER)
    [one] = rows(database, Membership)
    for path, data in ((f"{TEAM}/{one.id}", {"role": "reader"}), (f"{TEAM}/{one.id}/ende", {})):
        answer = client.post(path, data=data)
        assert answer.status_code == 409
        check_manners(answer.text)
    assert [row.role for row in rows(database, Membership)] == ["owner"]


def test_the_workspace_leads_on(database: Database) -> None:
    found = initiative(database)
    other = initiative(database, "saar", "otto@saar.example")
    client = signed_in(database, OWNER)
    assert client.get("/arbeitsplatz/").headers["location"] == "/arbeitsplatz/ems/"
    member(database, other, OWNER, "reader")
    page = client.get("/arbeitsplatz/").text
    check_manners(page)
    assert [f'href="/arbeitsplatz/{slug}/"' in page for slug in ("ems", "saar")] == [True, True]
    check_manners(signed_in(database, "neu@ems.example").get("/arbeitsplatz/").text)
    assert found.slug == "ems"


def test_settings_are_kept_and_shown(database: Database) -> None:
    initiative(database)
    client = signed_in(database, OWNER)
    hostile = "<script>alert(1)</script> {{ 7*7 }} =1+1"
    data = {
        "name": hostile,
        "accent": "beere",
        "street": "Musterweg 1",
        "place": "49999 Beispielmoor",
        "email": "post@ems.example",
        "represented_by": "Vera Muster",
        "privacy_contact": "datenschutz@ems.example",
        "privacy_extra": "Erster Absatz.\n\nZweiter Absatz.",
        "funding_line": "Gefördert.",
    }
    assert client.post(SETTINGS, data=data).status_code == 303
    page = client.get("/initiativen/ems/impressum").text
    check_manners(page)
    assert ("<script>alert" in page, "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7*7 }} =1+1" in page) == (False, True)
    assert [part in page for part in ("Musterweg 1", "datenschutz@ems.example", "Zweiter Absatz.", "Gefördert.")] == [
        True
    ] * 4
    before = audits(database).count("change_initiative")
    client.post(SETTINGS, data=data)
    assert (audits(database).count("change_initiative"), before) == (1, 1)
    [row] = [row for row in rows(database, Initiative) if row.slug == "ems"]
    assert (row.version, row.accent) == (2, "beere")
    for wrong in (
        {"accent": "rot"},
        {"name": ""},
        {"email": "kein"},
        {"street": ""},
        {"place": " "},
        {"email": ""},
        {"phone": "0" * 100},
    ):
        answer = client.post(SETTINGS, data={**data, **wrong})
        assert answer.status_code == 422
        check_manners(answer.text)


def test_a_barrier_is_noted_once(database: Database) -> None:
    client = browser(database)
    page = client.get("/barrierefreiheit").text
    check_manners(page)
    data = {"form_key": form_key(page), "text": "Der Knopf ist <b>zu</b> klein.", "email": "", "path": "/"}
    assert [client.post("/barrierefreiheit", data=data).status_code for _time in range(2)] == [303, 303]
    assert [note.text for note in rows(database, AccessibilityNote)] == ["Der Knopf ist <b>zu</b> klein."]
    assert (audits(database), letters(database)) == (["note_barrier"], [])
    assert "Ihre Meldung ist da" in client.get("/barrierefreiheit?gesendet=1").text
    empty = client.post("/barrierefreiheit", data={**data, "text": " "})
    assert empty.status_code == 422
    check_manners(empty.text)
    # So many an hour from all together; what was typed stays, and a form that was taken is still answered as before.
    many = [AccessibilityNote(at=NOW, text="Noch eine.") for _number in range(99)]
    wide_write(database, lambda session: session.add_all(many))
    more = {**data, "form_key": "another-form-key-1"}
    full = client.post("/barrierefreiheit", data=more)
    assert (full.status_code, "Das war sehr oft in kurzer Zeit." in full.text) == (429, True)
    assert "Der Knopf ist &lt;b&gt;zu&lt;/b&gt; klein." in full.text
    check_manners(full.text)
    assert client.post("/barrierefreiheit", data=data).status_code == 303
    clock.fix(NOW + timedelta(hours=1))
    assert client.post("/barrierefreiheit", data=more).status_code == 303
    desk = signed_in(database, admin(database).email)
    notes = desk.get("/servicestelle/barrieren")
    assert (notes.status_code, "Der Knopf ist &lt;b&gt;zu&lt;/b&gt; klein." in notes.text) == (200, True)
    check_manners(notes.text)


@pytest.mark.parametrize("code", ["de", "en", "qps"])
def test_pages_in_each_language(database: Database, code: str) -> None:
    found = initiative(database)
    one = member(database, found, "ina@ems.example", "helper")
    owner, desk = signed_in(database, OWNER), signed_in(database, admin(database).email)
    with i18n.use(code):
        for client, paths in (
            (browser(database), PUBLIC),
            (owner, (TEAM, f"{TEAM}?erledigt=changed", SETTINGS, f"{TEAM}/{one.id}")),
            (
                desk,
                ("/servicestelle/initiativen", "/servicestelle/initiativen?angelegt=ems", "/servicestelle/barrieren"),
            ),
        ):
            for path in paths:
                answer = client.get(path)
                assert answer.status_code == 200
                check_manners(answer.text)


def test_the_service_points_own_initiative_is_no_page(database: Database) -> None:
    admin(database)
    client = browser(database)
    assert client.get("/initiativen/servicestelle/impressum").status_code == 404
    assert signed_in(database, "desk@servicestelle.example").get("/arbeitsplatz/servicestelle/team").status_code == 404


@pytest.mark.parametrize("role", ["desk", "owner", "organiser", "helper"])
def test_the_demo_signs_in_as_each_role(database: Database, database_url: str, role: str) -> None:
    admin(database)
    found = initiative(database)
    for name in ("organiser", "helper"):
        member(database, found, f"{name}@ems.example", name)
    assert browser(database).post("/demo/anmelden", data={"role": role}).status_code == 404
    with environment(DIALOGWERK_ENV="demo", DIALOGWERK_DATABASE_URL=database_url):
        clock.fix(NOW)
        client = browser(database)
        answer = client.post("/demo/anmelden", data={"role": role})
        door = "/servicestelle/" if role == "desk" else "/arbeitsplatz/"
        assert (answer.status_code, answer.headers["location"]) == (303, door)
        leads = {"desk": "/servicestelle/initiativen", "helper": "/arbeitsplatz/ems/einlass"}.get(
            role, "/arbeitsplatz/ems/"
        )
        assert client.get(door).headers["location"] == leads
        strangers = [client.post("/demo/anmelden", data={"role": name}) for name in ("", "reader", "x")]
        assert [answer.status_code for answer in strangers] == [404, 404, 404]
        # This database is not the one that these settings remember, so nobody else closes it.
        database.dispose()


_NAMES = ["email", "name", "role", "accent", "form_key", "text", "path", "slug", "land", "privacy_extra", "street"]


@settings(max_examples=few(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(form=st.dictionaries(st.sampled_from(_NAMES), st.text(max_size=60), max_size=8))
def test_malformed_forms_never_break(database: Database, clients: Any, form: dict[str, str]) -> None:
    data = {name: value.encode("utf-8", "replace") for name, value in form.items()}
    one, owner, desk = clients
    for client, path in (
        (owner, TEAM),
        (owner, f"{TEAM}/{one.id}"),
        (owner, SETTINGS),
        (owner, "/barrierefreiheit"),
        (desk, "/servicestelle/initiativen"),
    ):
        assert client.post(path, data=data).status_code in (303, 409, 422)


@pytest.fixture
def clients(database: Database) -> Any:
    found = initiative(database)
    one = member(database, found, "ina@ems.example", "helper")
    return one, signed_in(database, OWNER), signed_in(database, admin(database).email)


def test_the_steps_are_numbered(database: Database) -> None:
    page = browser(database).get("/so-laeuft-es-ab").text
    assert re.findall(r'<h2><span class="plate display">(\d)</span>', page) == ["1", "2", "3", "4", "5", "6"]
