"""Passkeys by real HTTP: made, used, deleted; what is foreign, late, repeated or broken is refused and changes nothing."""

import json
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import LoginSession, Passkey, PasskeyChallenge
from accounts.operations import forget_ended
from kit import clock, i18n
from kit.db import Database
from tests.accounts.authenticator import Device, decode
from tests.accounts.rooms import audits, browser, check_manners, initiative, letters, rows, signed_in, wide_write
from tests.conftest import NOW, few

ADDRESS = "vera@ems.example"
ACCOUNT = "/arbeitsplatz/konto"
PASSKEYS = f"{ACCOUNT}/passkeys"


def question(client: Any, path: str = "/anmelden/passkey/frage") -> dict[str, Any]:
    answer = client.post(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    return answer.json()


def add(client: Any, device: Device, name: str = "Laptop", **odd: Any) -> Any:
    made = device.create(question(client, f"{PASSKEYS}/frage"), **odd)
    return client.post(PASSKEYS, data={"passkey-credential": made, "passkey-name": name})


def sign_in(client: Any, device: Device, **odd: Any) -> Any:
    return client.post("/anmelden/passkey", data={"credential": device.get(question(client), **odd), "next": ACCOUNT})


@pytest.fixture
def owner(database: Database) -> Any:
    initiative(database)
    return signed_in(database, ADDRESS)


def test_a_passkey_is_made_used_and_deleted(database: Database, owner: Any) -> None:
    device = Device()
    asked = question(owner, f"{PASSKEYS}/frage")
    [challenge] = rows(database, PasskeyChallenge)
    assert (asked["rp"], asked["challenge"], len(decode(asked["challenge"]))) == (
        {"name": "Dialogwerk", "id": "testserver"},
        challenge.challenge,
        64,
    )
    assert asked["authenticatorSelection"] == {
        "residentKey": "required",
        "requireResidentKey": True,
        "userVerification": "required",
    }
    assert add(owner, device).headers["location"] == f"{ACCOUNT}?passkey=1"
    page = owner.get(f"{ACCOUNT}?passkey=1").text
    check_manners(page)
    assert ("Der Passkey ist gespeichert" in page, page.count("noch nicht benutzt")) == (True, 1)
    visitor = browser(database)
    answer = sign_in(visitor, device)
    assert (answer.status_code, answer.headers["location"]) == (303, ACCOUNT)
    assert "noch nicht benutzt" not in visitor.get(ACCOUNT).text
    [passkey] = rows(database, Passkey)
    # What is known of the device is left out of the next question, so it makes no second one.
    assert question(owner, f"{PASSKEYS}/frage")["excludeCredentials"] == [
        {"id": passkey.credential_id, "type": "public-key"}
    ]
    foreign = signed_in(database, "x@ems.example")
    assert passkey.id not in foreign.get(ACCOUNT).text
    assert foreign.post(f"{PASSKEYS}/ende", data={"passkey": passkey.id}).status_code == 404
    assert foreign.post(f"{PASSKEYS}/ende").status_code == 404
    assert (visitor.get(ACCOUNT).status_code, len(rows(database, LoginSession))) == (200, 3)
    here = browser(database)
    sign_in(here, device)
    assert here.post(f"{PASSKEYS}/ende", data={"passkey": passkey.id}).status_code == 303
    # What it opened elsewhere is shut; this browser, and what a link opened, stay.
    assert visitor.get(ACCOUNT).headers["location"] == f"/anmelden?weiter={ACCOUNT}"
    assert [client.get(ACCOUNT).status_code for client in (here, owner, foreign)] == [200] * 3
    gone = sign_in(browser(database), device)
    assert (gone.status_code, "Das hat nicht geklappt." in gone.text) == (400, True)
    check_manners(gone.text)
    assert audits(database) == [
        "create_initiative",
        "sign_in",
        "add_passkey",
        "sign_in",
        "sign_in",
        "sign_in",
        "delete_passkey",
    ]
    told = {letter.kind: letter for letter in letters(database)}
    assert sorted(told) == ["passkey_added", "passkey_removed"]
    assert "ein neuer Passkey: Laptop." in told["passkey_added"].text
    assert {letter.recipient for letter in told.values()} == {ADDRESS}


OTHER = ec.generate_private_key(ec.SECP256R1())
ODD: dict[str, dict[str, Any]] = {
    "foreign origin": {"origin": "https://evil.example"},
    "foreign host": {"host": "evil.example"},
    "other challenge": {"challenge": "AAAA"},
    "wrong kind": {"type": "payment.get"},
    "nobody there": {"flags": 0},
    "not verified": {"flags": 0x01},
}
ODD_SIGN_IN = ODD | {"other key": {"key": OTHER}, "other person": {"user": "b3RoZXI"}}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_passkey_is_not_kept(database: Database, owner: Any, name: str) -> None:
    answer = add(owner, Device(), **ODD[name])
    assert (answer.status_code, "Das hat nicht geklappt." in answer.text, rows(database, Passkey)) == (400, True, [])
    check_manners(answer.text)


def test_odd_answers_do_not_sign_in(database: Database, owner: Any) -> None:
    device = Device(counter=5)
    add(owner, device)
    visitor = browser(database)
    before = rows(database, LoginSession), rows(database, Passkey)
    found = {name: sign_in(visitor, device, **odd).status_code for name, odd in ODD_SIGN_IN.items()}
    assert found == dict.fromkeys(ODD_SIGN_IN, 400)
    # A counter that stands still or goes back is a copy of the device.
    assert sign_in(visitor, device, counter=6).status_code == 400
    assert (rows(database, LoginSession), rows(database, Passkey)) == before
    assert sign_in(visitor, device).status_code == 303


def test_an_answer_counts_once_for_five_minutes_and_for_its_browser(database: Database, owner: Any) -> None:
    device = Device()
    made = device.create(question(owner, f"{PASSKEYS}/frage"))
    data = {"passkey-credential": made, "passkey-name": ""}
    # Somebody else's session has another question, or none.
    assert signed_in(database, "x@ems.example").post(PASSKEYS, data=data).status_code == 400
    assert [owner.post(PASSKEYS, data=data).status_code for _time in range(2)] == [303, 400]
    assert [passkey.name for passkey in rows(database, Passkey)] == ["Unbekanntes Gerät"]
    # A device that is known is not taken again, whoever brings it.
    owner_of_device = device.user
    assert [add(client, device).status_code for client in (owner, signed_in(database, "x@ems.example"))] == [400, 400]
    device.user = owner_of_device
    visitor, thief = browser(database), browser(database)
    stolen = device.get(question(visitor))
    question(thief)
    assert thief.post("/anmelden/passkey", data={"credential": stolen}).status_code == 400
    assert browser(database).post("/anmelden/passkey", data={"credential": stolen}).status_code == 400
    clock.fix(NOW + timedelta(minutes=5))
    assert visitor.post("/anmelden/passkey", data={"credential": stolen}).status_code == 400
    clock.fix(NOW)
    assert [visitor.post("/anmelden/passkey", data={"credential": stolen}).status_code for _time in range(2)] == [
        303,
        400,
    ]
    # The question for a sign-in is none for a new passkey.
    asked = question(visitor)
    made = Device(b"2").create(asked | {"user": {"id": ""}})
    assert owner.post(PASSKEYS, data={"passkey-credential": made}).status_code == 400
    assert len(rows(database, Passkey)) == 1
    wide_write(database, lambda session: forget_ended(session, now=NOW + timedelta(minutes=6)))
    assert rows(database, PasskeyChallenge) == []


def test_twenty_passkeys_are_enough(database: Database, owner: Any) -> None:
    assert {add(owner, Device(bytes([number]))).status_code for number in range(20)} == {303}
    assert owner.post(f"{PASSKEYS}/frage").status_code == 409


_TEXTS = st.text(max_size=40) | st.sampled_from(['{"id":1}', "[" * 3000, "{}", "null", '"x"', "9" * 5000])
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["AAAA", "public-key"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "rawId",
                    "type",
                    "response",
                    "clientDataJSON",
                    "attestationObject",
                    "authenticatorData",
                    "signature",
                ]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=few(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=_TEXTS | _VALUES.map(json.dumps))
def test_malformed_answers_never_break(database: Database, owner: Any, value: str) -> None:
    sent = value.encode("utf-8", "replace")
    question(owner, f"{PASSKEYS}/frage")
    assert owner.post(PASSKEYS, data={"passkey-credential": sent, "passkey-name": "x"}).status_code == 400
    wide_write(database, lambda session: forget_ended(session, now=NOW + timedelta(minutes=6)))
    assert owner.post("/anmelden/passkey", data={"credential": sent}).status_code == 400
    assert rows(database, Passkey) == []


@pytest.mark.parametrize("code", ["en", "qps"])
def test_pages_in_each_language(database: Database, owner: Any, code: str) -> None:
    add(owner, Device(), name="<b>x</b>")
    with i18n.use(code):
        for client, path in ((owner, f"{ACCOUNT}?passkey=0"), (browser(database), "/anmelden")):
            page = client.get(path).text
            check_manners(page)
            assert "<b>x</b>" not in page
