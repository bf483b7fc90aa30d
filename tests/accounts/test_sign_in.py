"""Signing in by link, sessions, and one's own account, by real HTTP."""

import re
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import LoginSession, Person, SignInLink
from accounts.operations import LinkGone, forget_ended, make_sign_in_link, redeem
from accounts.rules import device, local_path
from kit import clock, i18n
from kit.db import Database
from kit.journal import Audit
from mail.marks import fill
from mail.models import Letter
from tests.accounts.rooms import (
    admin,
    audits,
    browser,
    check_manners,
    form_key,
    initiative,
    letters,
    rows,
    signed_in,
    wide_write,
)
from tests.conftest import NOW, environment, few

ADDRESS = "vera@ems.example"
ACCOUNT = "/arbeitsplatz/konto"


def ask(client: Any, email: str = ADDRESS, weiter: str = "") -> Any:
    key = form_key(client.get("/anmelden").text)
    return client.post("/anmelden", data={"email": email, "next": weiter, "form_key": key})


def mailed_path(letter: Letter) -> str:
    found = re.search(r"http://testserver(/anmelden/\S+)", fill(letter.text))
    assert found is not None
    return found[1]


def test_a_mailed_link_signs_in_once(database: Database) -> None:
    initiative(database)
    client = browser(database)
    assert ask(client).headers["location"] == "/anmelden/gesendet"
    [letter] = letters(database)
    assert (letter.recipient, letter.kind, letter.state) == (ADDRESS, "sign_in", "queued")
    path = mailed_path(letter)
    assert path.rpartition("/")[2] not in letter.text + letter.html
    before = client.get(path)
    assert (before.status_code, rows(database, LoginSession)) == (200, [])
    check_manners(before.text)
    answer = client.post(path)
    assert (answer.status_code, answer.headers["location"]) == (303, "/arbeitsplatz/")
    flags = answer.headers["set-cookie"].partition("; ")[2].lower()
    assert flags == "httponly; max-age=2592000; path=/; samesite=lax"
    assert client.get("/arbeitsplatz/").headers["location"] == "/arbeitsplatz/ems/"
    again = browser(database).post(path)
    assert (again.status_code, "neuen an" in again.text) == (404, True)
    assert audits(database) == ["create_initiative", "request_sign_in_link", "sign_in"]


def test_known_and_unknown_addresses_get_the_same_answer(database: Database) -> None:
    initiative(database)
    client = browser(database)
    answers = [ask(client, email) for email in (ADDRESS, "niemand@ems.example")]
    assert len({(answer.status_code, answer.text, answer.headers["location"]) for answer in answers}) == 1
    assert [letter.recipient for letter in letters(database)] == [ADDRESS]
    check_manners(client.get("/anmelden/gesendet").text)


def test_five_links_an_hour(database: Database) -> None:
    initiative(database)
    client = browser(database)
    assert {ask(client).status_code for _time in range(7)} == {303}
    assert len(letters(database)) == 5
    clock.fix(NOW + timedelta(minutes=61))
    ask(client)
    assert len(letters(database)) == 6


def test_one_form_sent_twice_is_one_letter(database: Database) -> None:
    initiative(database)
    client = browser(database)
    data = {"email": ADDRESS, "form_key": form_key(client.get("/anmelden").text)}
    assert [client.post("/anmelden", data=data).status_code for _time in range(2)] == [303, 303]
    assert len(letters(database)) == 1


def test_a_link_ends_after_thirty_minutes(database: Database) -> None:
    initiative(database)
    client = browser(database)
    ask(client)
    path = mailed_path(letters(database)[0])
    clock.fix(NOW + timedelta(minutes=29, seconds=59))
    assert client.get(path).status_code == 200
    clock.fix(NOW + timedelta(minutes=30))
    assert (client.get(path).status_code, client.post(path).status_code) == (404, 404)
    assert rows(database, LoginSession) == []


@pytest.mark.parametrize("token", ["x", "a" * 46, "A" * 46, "%00", "ä" * 46])
def test_tokens_that_prove_nothing(database: Database, token: str) -> None:
    initiative(database)
    client = browser(database)
    assert (client.get(f"/anmelden/{token}").status_code, client.post(f"/anmelden/{token}").status_code) == (404, 404)


def test_a_link_of_another_purpose_is_none(database: Database) -> None:
    from kit.tokens import derive

    initiative(database)
    client = browser(database)
    ask(client)
    [link] = rows(database, SignInLink)
    assert client.get(f"/anmelden/{derive('registration', link.id, 1)}").status_code == 404
    assert client.get(f"/anmelden/{derive('sign_in', link.id, 1)}").status_code == 200


def test_the_terminal_link_leads_on(database: Database) -> None:
    person = admin(database)
    token = wide_write(
        database, lambda session: make_sign_in_link(session, person=person, now=NOW, next_path="/servicestelle/")
    )
    client = browser(database)
    assert client.post(f"/anmelden/{token}").headers["location"] == "/servicestelle/"
    assert audits(database) == ["create_admin", "make_sign_in_link", "sign_in"]


def test_signing_in_gives_a_new_session_and_ends_the_old_one(database: Database) -> None:
    initiative(database)
    client = signed_in(database, ADDRESS)
    [old] = rows(database, LoginSession)
    client.post(new_link(database))
    [new] = rows(database, LoginSession)
    assert new.token_hash != old.token_hash


def new_link(database: Database) -> str:
    [person] = rows(database, Person)
    return "/anmelden/" + wide_write(database, lambda session: make_sign_in_link(session, person=person, now=NOW))


def test_sessions_end_when_idle_and_when_old(database: Database) -> None:
    initiative(database)
    client = signed_in(database, ADDRESS)

    def status(after: timedelta) -> int:
        clock.fix(NOW + after)
        return client.get("/arbeitsplatz/konto").status_code

    assert [status(timedelta(hours=11)), status(timedelta(hours=22)), status(timedelta(hours=34, minutes=1))] == [
        200,
        200,
        303,
    ]
    client = signed_in(database, ADDRESS)
    found = [status(timedelta(hours=11 * step)) for step in range(67)]
    assert (found.count(200), found[:65] == [200] * 65, found[66]) == (66, True, 303)


def test_use_is_noted_every_ten_minutes(database: Database) -> None:
    initiative(database)
    client = signed_in(database, ADDRESS)
    seen = []
    for minute in (0, 9, 10, 19, 20):
        clock.fix(NOW + timedelta(minutes=minute))
        client.get("/arbeitsplatz/konto")
        seen.append((rows(database, LoginSession)[0].seen_at - NOW) // timedelta(minutes=1))
    assert seen == [0, 0, 10, 10, 20]
    clock.fix(NOW + timedelta(minutes=31))
    client.post("/arbeitsplatz/konto", data={"name": "Vera", "language": "de"})
    assert (rows(database, LoginSession)[0].seen_at - NOW) == timedelta(minutes=31)


def test_signing_out_acts_at_once(database: Database) -> None:
    initiative(database)
    client = signed_in(database, ADDRESS)
    stolen = browser(database)
    stolen.cookies = client.cookies
    assert stolen.get("/arbeitsplatz/konto").status_code == 200
    answer = client.post("/abmelden")
    assert (answer.status_code, answer.headers["location"], "Max-Age=0" in answer.headers["set-cookie"]) == (
        303,
        "/",
        True,
    )
    assert stolen.get("/arbeitsplatz/konto").status_code == 303
    assert browser(database).post("/abmelden").status_code == 303


def test_own_sessions_are_listed_and_ended(database: Database) -> None:
    initiative(database)
    here, there, phone, foreign = (signed_in(database, email) for email in (ADDRESS,) * 3 + ("x@ems.example",))
    page = here.get(ACCOUNT).text
    check_manners(page)
    ids = re.findall(r'name="session" value="([a-z2-7]{16})"', page)
    assert (len(ids), page.count("diese Sitzung<"), page.count("<dt>Unbekanntes Gerät")) == (3, 1, 3)
    assert foreign.post(f"{ACCOUNT}/sitzungen", data={"session": ids[0]}).status_code == 404
    assert foreign.post(f"{ACCOUNT}/sitzungen", data={}).status_code == 404
    other = next(login.id for login in rows(database, LoginSession) if login.id in ids and is_of(there, login))
    assert here.post(f"{ACCOUNT}/sitzungen", data={"session": other}).status_code == 303
    assert open_to(there, here, phone) == [303, 200, 200]
    for _time in range(2):
        assert here.post(f"{ACCOUNT}/sitzungen/andere").headers["location"] == f"{ACCOUNT}?beendet=1"
    assert open_to(phone, here, foreign) == [303, 200, 200]
    assert audits(database).count("end_other_sessions") == 1
    assert "Alle anderen Sitzungen sind beendet." in here.get(f"{ACCOUNT}?beendet=1").text
    assert "Alle anderen Sitzungen beenden" not in here.get(ACCOUNT).text


def open_to(*clients: Any) -> list[int]:
    return [client.get(ACCOUNT).status_code for client in clients]


def test_a_session_is_named_by_its_device(database: Database) -> None:
    person = admin(database)
    client = browser(database)
    token = wide_write(database, lambda session: make_sign_in_link(session, person=person, now=NOW))
    words = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
    client.post(f"/anmelden/{token}", headers={"user-agent": words})
    assert [login.device for login in rows(database, LoginSession)] == ["Firefox/Windows"]
    assert "Firefox auf Windows" in client.get(ACCOUNT).text


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", "/"),
        ("curl/8.5", "/"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML) Chrome/140.0 Safari/537.36", "Chrome/Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge/Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1", "Safari/iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome/Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605.1", "Safari/Mac"),
        ("<script>Firefox" + "x" * 9000, "Firefox/"),
    ],
)
def test_devices_in_everyday_words(words: str, found: str) -> None:
    assert device(words) == found


def is_of(client: Any, login: LoginSession) -> bool:
    from kit.tokens import token_hash

    return token_hash(client.cookies["dialogwerk"]) == login.token_hash


def test_the_account_keeps_name_and_language(database: Database) -> None:
    initiative(database)
    client = signed_in(database, ADDRESS)
    hostile = "<b>Vera</b> {{ 7*7 }}"
    assert client.post("/arbeitsplatz/konto", data={"name": hostile, "language": "en"}).status_code == 303
    page = client.get("/arbeitsplatz/konto?gespeichert=1").text
    assert ("<b>Vera" in page, "&lt;b&gt;Vera&lt;/b&gt; {{ 7*7 }}" in page) == (False, True)
    ask(browser(database))
    assert letters(database)[0].subject == "Your link to sign in to Dialogwerk"
    assert client.post("/arbeitsplatz/konto", data={"name": "V", "language": "xx"}).status_code == 422
    assert client.post("/arbeitsplatz/konto", data={"name": "V" * 300, "language": "de"}).status_code == 422
    assert [person.name for person in rows(database, Person)] == [hostile]


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("/servicestelle/", "/servicestelle/"),
        ("/arbeitsplatz/ems/team?x=1", "/arbeitsplatz/ems/team?x=1"),
        ("//evil.example", ""),
        ("/\\evil.example", ""),
        ("https://evil.example", ""),
        ("/a\r\nb", ""),
        ("/ü", ""),
        ("/anmelden/x", ""),
        ("/" + "a" * 300, ""),
    ],
)
def test_only_own_paths_are_followed(value: str, kept: str) -> None:
    assert local_path(value) == kept


def test_the_mailed_link_leads_where_one_wanted_to_go(database: Database) -> None:
    initiative(database)
    client = browser(database)
    assert 'value="/arbeitsplatz/ems/team"' in client.get("/anmelden?weiter=/arbeitsplatz/ems/team").text
    ask(client, weiter="/arbeitsplatz/ems/team")
    assert client.post(mailed_path(letters(database)[0])).headers["location"] == "/arbeitsplatz/ems/team"


def test_addresses_that_are_none(database: Database) -> None:
    client = browser(database)
    for email in ("", "vera", "a@b@c.example", "a b@c.example", "a@c.example, d@c.example", "ä@c.example"):
        answer = ask(client, email)
        assert answer.status_code == 422, email
        check_manners(answer.text)
        # The second one is the hidden sentence for a passkey that did not work.
        assert re.findall(r'<p class="error"[^>]*id="(.+?)"', answer.text) == ["email-error"], email
    assert (letters(database), rows(database, Audit)) == ([], [])


def test_the_cookie_with_https(database: Database) -> None:
    from starlette.responses import Response

    from accounts import cookies

    with environment(DIALOGWERK_ENV="test", DIALOGWERK_BASE_URL="https://dialog.example"):
        set_cookie = cookies.put(Response(), "t").headers["set-cookie"]
    assert set_cookie == "__Host-dialogwerk=t; HttpOnly; Max-Age=2592000; Path=/; SameSite=lax; Secure"


def test_what_ended_is_forgotten_after_a_week(database: Database) -> None:
    initiative(database)
    signed_in(database, ADDRESS)
    ask(browser(database))
    counts = []
    for days in (6, 8, 8):
        moment = NOW + timedelta(days=days)
        counts.append(wide_write(database, lambda session, moment=moment: forget_ended(session, now=moment)))
    assert counts == [0, 2, 0]


@pytest.mark.parametrize("code", ["de", "en", "qps"])
def test_pages_and_letters_in_each_language(database: Database, code: str) -> None:
    initiative(database)
    client = signed_in(database, ADDRESS)
    with i18n.use(code):
        for path in ("/arbeitsplatz/konto", "/arbeitsplatz/konto?gespeichert=1"):
            check_manners(client.get(path).text)
        visitor = browser(database)
        for path in ("/anmelden", "/anmelden/gesendet"):
            check_manners(visitor.get(path).text)


_FORMS = st.dictionaries(
    st.sampled_from(["email", "next", "form_key", "name", "language", "session", "role", "token"])
    | st.text(max_size=8),
    st.text(max_size=60),
    max_size=6,
)


@settings(max_examples=few(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(form=_FORMS)
def test_malformed_forms_never_break(database: Database, form: dict[str, str]) -> None:
    client = browser(database)
    data = {name: value.encode("utf-8", "replace") for name, value in form.items() if name.isprintable()}
    for path in ("/anmelden", "/anmelden/x", "/abmelden", "/arbeitsplatz/konto", "/arbeitsplatz/konto/sitzungen"):
        assert client.post(path, data=data).status_code in (303, 400, 403, 404, 422)
    assert letters(database) == []


def test_two_browsers_with_one_open_page_get_one_session(database: Database) -> None:
    person = admin(database)
    wide_write(database, lambda session: make_sign_in_link(session, person=person, now=NOW))
    [link] = rows(database, SignInLink)
    wide_write(database, lambda session: redeem(session, link=link, old_cookie="", now=NOW))
    with pytest.raises(LinkGone):
        wide_write(database, lambda session: redeem(session, link=link, old_cookie="", now=NOW))
    assert len(rows(database, LoginSession)) == 1
