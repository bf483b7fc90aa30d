"""Erasing: each column of the personal-data register gets a word of its own through the real flow; after the erasure the
word is nowhere: no table, no file, no job, no letter, no line of a log."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from kit.db import Database, within
from kit.models import registered_columns
from registration import operations
from registration.models import Consent, Registration
from tests.accounts.test_erasure import FILLED as OF_PEOPLE
from tests.conftest import World
from tests.spine.processes import Product, Sink
from tests.web.scene import Forms
from tests.web.test_registry import dump
from web.tables import METADATA

# What the form takes, and where it must be found before the erasure.
TYPED = {
    "name": "Zqxwvname Muster",
    "email": "Zqxwvmail@post.example",
    "organisation": "Zqxwvbetrieb (fiktiv)",
    "access_need": "Zqxwvrampe",
    "participants": "Zqxwvgast Muster",
}
MARK = re.compile(r"zqxwv\w*", re.IGNORECASE)
FILLED = {
    "registration.email": "zqxwvmail",
    "registration.normalised_email": "zqxwvmail",
    "registration.name": "zqxwvname",
    "registration.organisation": "zqxwvbetrieb",
    "registration.search_text": "zqxwvname",
    "registration.sort_key": "zqxwvname",
    "participant.name": "zqxwvgast",
    "participant.email": "zqxwvpartner",
    "participant.organisation": "zqxwvbetrieb",
    "participant.table_label": "zqxwvtisch",
    "arrival.device": "zqxwvtor",
    "invitation.recipient": "zqxwvmail",
    "letter.recipient": "zqxwvmail",
    "letter.recipient_name": "zqxwvname",
    "letter.subject": "zqxwvbetreff",
    "letter.text": "zqxwvname",
    "letter.html": "zqxwvname",
    "letter.attachments": "zqxwvmail",
    "letter.bounce_words": "zqxwvunknown",
    "calendar_answer.sender": "zqxwvmail",
    "calendar_answer.comment": "zqxwvcomment",
    "calendar_answer.delegated_to": "zqxwvdelegate",
    "inbound_mail.raw": "zqxwvanswer",
    "inbound_mail.sender": "zqxwvmail",
    "inbound_mail.recipient": "zqxwvreply",
}
# Columns that this flow does not fill: the word is written by SQL, the erasure must take it all the same.
BY_HAND = {
    "participant.email": "UPDATE participant SET email = 'zqxwvpartner@post.example'",
    "arrival.device": "INSERT INTO arrival (initiative_id, id, dialogue_id, registration_id, participant_id,"
    " recurrence_id, at, device)"
    " SELECT p.initiative_id, p.id, r.dialogue_id, r.id, p.id, '', '2027-03-01 10:00:00', 'Zqxwvtor' FROM participant p"
    " JOIN registration r ON r.id = p.registration_id WHERE p.position = 0",
    "participant.table_label": "UPDATE participant SET table_label = 'Zqxwvtisch'",
    "letter.subject": "UPDATE letter SET subject = 'Zqxwvbetreff'",
    "letter.bounce_words": "UPDATE letter SET bounce_words = 'Zqxwvunknown user'",
    "inbound_mail": "INSERT INTO inbound_mail (id, received_at, digest, raw, state, sender, recipient, kind, reason, attempts)"
    " VALUES ('zqxwv00000000000', '2027-03-01 10:00:00', 'zqxwv', CAST('Zqxwvanswer' AS {blob}), 'done', 'zqxwvmail@post.example',"
    " 'zqxwvreply@dialog.example', 'answer', '', 1)",
    "calendar_answer": "INSERT INTO calendar_answer (initiative_id, id, registration_id, invitation_id, inbound_id, method,"
    " partstat, sequence, verdict, recurrence_id, sender, comment, delegated_to, received_at)"
    " SELECT initiative_id, id, registration_id, id, 'zqxwv00000000000', 'REPLY', 'DELEGATED', 0, 'taken', '',"
    " 'zqxwvmail@post.example', 'Zqxwvcomment', 'zqxwvdelegate@post.example', '2027-03-01 10:00:00' FROM invitation",
}
# Columns that the erasure of a registration does not reach, each with its reason.
ELSEWHERE = {
    "access_need.sealed": "sealed, so no word of it can be found: tests/registration/test_access_needs.py",
    "accessibility_note.text": "belongs to nobody's registration; goes by its own retention",
    "accessibility_note.email": "as accessibility_note.text",
    "download_part.content": "files for a team: all of a dialogue go with the erasure, tests/registration/test_files.py",
    "door_link.name": "what a team calls a gate; goes with the last guests, by date, tests/web/test_retention.py",
    "door_link.duty_place": "as door_link.name",
    "insight.minutes": "what a team wrote down, without names; goes with the last guests, by date",
    "mailing.subject": "what a team wrote to many is nobody's registration; goes with the last guests, by date",
    "mailing.text": "as mailing.subject; the letter that came of it goes with its registration",
    "subscription.email": "its own consent: ended by its own link, kept as proof, tests/subscription",
    "subscription.normalised_email": "emptied when it ends, tests/subscription",
    "rate_counter.key_hash": "a keyed hash, never an address; goes with its window",
}


def test_every_registered_column_is_spoken_for() -> None:
    registered = set(registered_columns(list(METADATA.tables.values())))
    # What belongs to people of a team is held by tests/accounts/test_erasure.py.
    assert registered == FILLED.keys() | OF_PEOPLE.keys() | ELSEWHERE.keys()
    assert not OF_PEOPLE.keys() & ELSEWHERE.keys()
    assert not FILLED.keys() & ELSEWHERE.keys()


@pytest.fixture
def product(database: Database, database_url: str, tmp_path: Path) -> Iterator[tuple[Product, Sink]]:
    with Sink() as sink, Product(database_url, tmp_path, sink) as running:
        running.environment |= {"DIALOGWERK_NOW_FILE": str(tmp_path / "now")}
        yield running, sink


def test_nothing_of_an_erased_person_is_left(
    product: tuple[Product, Sink], database: Database, world: World, tmp_path: Path
) -> None:
    running, sink = product
    (tmp_path / "now").write_text("2027-03-01T09:00:00+00:00")
    dialogue = world.dialogue()
    running.start("serve")
    running.ready()
    sign_up(running, dialogue)
    running.command("work", "--once")
    link = sink.link_to(TYPED["email"], "bestaetigen")
    assert httpx2.post(running.base + link).status_code == 303
    with database.engine.begin() as connection:
        if not database.sqlite:
            connection.execute(text("SELECT set_config('app.scope', 'migration', true)"))
        for statement in BY_HAND.values():
            connection.execute(text(statement.format(blob="BLOB" if database.sqlite else "BYTEA")))
    running.command("work", "--once")
    odd_requests(running, sink.link_to(TYPED["email"], "anmeldung"))
    assert missing(database) == []
    (registration,) = world.rows(Registration)

    def erase(session: Any) -> None:
        row = session.get_one(Registration, registration.id)
        operations.erase(session, registration=row, actor="system", now=registration.created_at)

    database.transact(within(registration.initiative_id), erase)
    running.command("work", "--once")
    assert {table: rows for table, rows in dump(database).items() if MARK.search(" ".join(rows))} == {}
    assert world.rows(Consent) == []
    assert MARK.findall(running.command("export").stdout) == []
    running.kill("serve")
    left = {}
    for path in tmp_path.rglob("*"):
        if path.is_file() and (found := MARK.findall(path.read_bytes().decode("latin-1"))):
            left[path.name] = sorted(set(found))
    assert left == {}
    assert (tmp_path / "serve.log").exists()


def sign_up(running: Product, dialogue: Any) -> None:
    path = f"/dialoge/{dialogue.slug}/anmeldung"
    form = Forms(httpx2.get(running.base + path).text, path).found[path]
    answer = httpx2.post(
        running.base + path, data=form | TYPED | {"terms": "ja", "access_consent": "ja", "photo": "ja"}
    )
    assert answer.status_code == 303


def odd_requests(running: Product, own: str) -> None:
    """Requests that fail or are refused with the words in them: none of it may stand in a log."""
    for path in (
        own,
        f"{own}/ticket.pdf",
        "/?q=Zqxwvname",
        "/dialoge/Zqxwvname",
        "/Zqxwvname?Zqxwvname=1",
        f"{own}Zqxwvname",
    ):
        httpx2.get(running.base + path)
    httpx2.post(f"{running.base}/barrierefreiheit", content=b"Zqxwvname" * 10, headers={"content-type": "text/plain"})
    httpx2.post(f"{running.base}/anmelden", data={"email": "Zqxwvmail@post.example, Zqxwvname"})
    httpx2.put(f"{running.base}/Zqxwvname", data={"Zqxwvname": "Zqxwvname"})


def missing(database: Database) -> list[str]:
    """The columns whose word is not where the flow should have put it: a test without the word would prove nothing."""
    gone = []
    with database.engine.connect() as connection:
        if not database.sqlite:
            connection.execute(text("SELECT set_config('app.scope', 'backup', true)"))
        for name, word in FILLED.items():
            table, column = name.split(".")
            values = connection.execute(text(f"SELECT {column} FROM {table}")).scalars()
            if word not in " ".join(str(value) for value in values).lower():
                gone.append(name)
    return gone
