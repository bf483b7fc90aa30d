"""Deletion by date: a word in every column of the personal-data register, time passes, and no table or file knows it."""

import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, LargeBinary, Table, func, select, text, update
from sqlmodel import col

from events.models import Dialogue
from events.rules import deletions
from kit.db import Database, ScopedSession, wide
from kit.journal import Audit
from kit.models import UtcDateTime, registered_columns
from network.operations import ensure_operator
from registration import operations
from registration.models import AccessNeed, Participant, Registration
from registration.operations.retention import told_days
from subscription.rules import PROOF_KEPT
from tests.conftest import NOW, World
from tests.web.test_registry import dump
from web import cli, retention
from web.commands.invariants import breaches
from web.tables import METADATA

REGISTER = registered_columns(list(METADATA.tables.values()))
MARK = re.compile(r"zqxwv\w*")


def test_every_rule_of_the_register_is_carried_out() -> None:
    assert {entry.retention for entry in REGISTER.values()} == set(retention.RULES)


def made_up(session: ScopedSession, table: Table, **values: Any) -> None:
    """One row of a table below the first parents that are there."""
    row: dict[str, Any] = {}
    for column in table.columns:
        if column.foreign_keys:
            continue
        kind = column.type
        if isinstance(kind, UtcDateTime):
            row[column.name] = NOW
        elif isinstance(kind, JSON | LargeBinary):
            row[column.name] = [] if isinstance(kind, JSON) else b""
        else:
            row[column.name] = {int: 1, bool: False}.get(kind.python_type, "x")
    connection = session.connection()
    for constraint in sorted(table.foreign_key_constraints, key=lambda found: len(found.columns)):
        wanted = select(*(element.column for element in constraint.elements))
        if connection.execute(wanted).first() is None:
            made_up(session, constraint.referred_table)
        row |= dict(zip(constraint.column_keys, connection.execute(wanted).first() or (), strict=True))
    connection.execute(table.insert(), [row | values])


def mark(database: Database) -> None:
    """Writes a word of its own into each registered column; tables without a row get one."""

    def work(session: ScopedSession) -> None:
        ensure_operator(session, now=NOW)
        connection = session.connection()
        names = {name.partition(".")[0] for name in REGISTER}
        for table in [table for table in METADATA.sorted_tables if table.name in names]:
            if not connection.execute(select(func.count()).select_from(table)).scalar():
                # Not of the mail made up here: that would go with the registration which comes first, before its own day.
                apart = {"inbound_id": "another"} if table.name == "calendar_answer" else {}
                if table.name == "arrival":
                    # One and the same person's.
                    found = connection.execute(
                        select(col(Participant.id), col(Participant.registration_id))
                        .join(Registration, col(Registration.id) == col(Participant.registration_id))
                        .where(col(Registration.state) == "confirmed")
                    ).first()
                    apart = dict(zip(("participant_id", "registration_id"), found or (), strict=False))
                made_up(session, table, **apart)
        made_up(session, METADATA.tables["letter"], state="sent", registration_id=None, dialogue_id=None)
        for number, name in enumerate(REGISTER):
            table = METADATA.tables[name.partition(".")[0]]
            column = table.columns[name.partition(".")[2]]
            word: Any = f"zqxwv{number}"
            if isinstance(column.type, JSON):
                word = [{"key": "ticket", "data": {"name": word}}]
            elif isinstance(column.type, LargeBinary):
                word = word.encode()
            elif column.primary_key:
                word = word + "x" + func.substr(column, 1, 20)
            elif "id" in table.columns:
                word = word + "x" + table.columns.id
            connection.execute(update(table).values({column: word}))

    database.transact(wide("migration"), work)


def words_left(database: Database, folder: Path) -> set[str]:
    left = {word for rows in dump(database).values() for word in MARK.findall(" ".join(rows))}
    for path in folder.rglob("*"):
        if path.is_file():
            left |= set(MARK.findall(path.read_bytes().decode("latin-1")))
    return left


def kinds_left(database: Database, folder: Path) -> set[str]:
    """Keys of the register's rules whose words are still somewhere."""
    keys = [entry.retention for entry in REGISTER.values()]
    return {keys[int(found)] for word in words_left(database, folder) for found in re.findall(r"zqxwv(\d+)", word)}


def run(database: Database, moment: datetime, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    assert cli.main(["retention-run", "--now", moment.isoformat()]) == 0
    return {line.partition(" (")[0]: line.rpartition(": ")[2] for line in capsys.readouterr().out.splitlines()}


def at(day: date, hours: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=NOW.tzinfo) + timedelta(hours=hours)


def test_on_the_told_day_everything_personal_is_gone(
    database: Database, world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dialogue = world.dialogue(capacity=2)
    came = world.confirm(world.sign_up(dialogue, size=2, access_need="Rampe"))
    waits = world.confirm(world.sign_up(dialogue, access_need="Rampe"))
    never = world.sign_up(dialogue, access_need="Rampe")
    days = told_days(dialogue.ends_at)
    assert days == {entry.kind: entry.day for entry in deletions(dialogue.ends_at) if entry.day}
    mark(database)
    assert {f"zqxwv{number}" for number in range(len(REGISTER))} <= {
        found for word in words_left(database, tmp_path) for found in re.findall(r"zqxwv\d+", word)
    }

    run(database, at(days["access"], -1), capsys)
    assert world.again(never) is None
    assert ["zqxwv" in row.sealed for row in world.rows(AccessNeed)] == [True, True]
    assert run(database, at(days["access"]), capsys)["access"] == "2"
    assert kinds_left(database, tmp_path) & {"access", "download"} == set()
    assert world.rows(AccessNeed) == []
    assert len(world.rows(Audit, action="registration.access_need_retention")) == 2

    assert set(days) == {"access", "lists", "without_place", "attendee"}
    # Lists do not lie for more than a day.
    assert days["access"] < days["lists"] == days["without_place"]
    run(database, at(days["without_place"], -1), capsys)
    assert (world.again(waits).erased_at, world.again(came).erased_at) == (None, None)
    assert run(database, at(days["without_place"]), capsys)["attendee"] == "1"
    assert world.again(waits).erased_at is not None
    assert run(database, at(days["attendee"], -1), capsys)["attendee"] == "0"
    assert "zqxwv" in str(world.again(came).name)
    # The registration, what the team wrote to many, the name of a gate, and minutes.
    assert run(database, at(days["attendee"]), capsys)["attendee"] == "4"
    # An ended subscription is kept as proof for three years.
    assert {table for table, rows in dump(database).items() if MARK.search(" ".join(rows))} == {".subscription"}
    proof_goes = NOW + PROOF_KEPT
    run(database, proof_goes, capsys)
    assert words_left(database, tmp_path) == set()

    assert {row.id: row.state for row in world.rows(Registration)} == {came.id: "confirmed", waits.id: "waiting"}
    assert len(world.rows(Participant, registration_id=came.id)) == 2
    assert len(world.rows(Audit, action="registration.retention")) == 2
    assert len(world.rows(Audit, action="mailing.retention")) == 1
    # One row for each rule and run that took something away: the proof of what leaves none of its own.
    proofs = {(row.object_id, row.at, row.detail) for row in world.rows(Audit, action="retention")}
    assert ("attendee", at(days["attendee"]), "4") in proofs
    assert {key for key, _at, _count in proofs} == set(retention.RULES)
    assert len(world.rows(Audit, action="registration.confirm", object_id=came.id)) == 1
    with database.read(wide("figures")) as session:
        assert list(breaches(session, at(days["attendee"]))) == []
    assert set(run(database, proof_goes + timedelta(days=1), capsys).values()) == {"0"}


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_postponed_dialogue_keeps_its_people(database: Database, world: World) -> None:
    dialogue = world.dialogue()
    registration = world.confirm(world.sign_up(dialogue))

    def become(state: str) -> None:
        world.within(dialogue, lambda session: session.connection().execute(update(Dialogue).values(state=state)))

    become("postponed")
    later = at(told_days(dialogue.ends_at)["attendee"])
    assert retention.run(database, later)["attendee"] == 0
    become("cancelled")
    assert retention.run(database, later)["attendee"] == 1
    assert world.again(registration).name is None


def test_people_with_a_role_stay(database: Database, world: World, capsys: pytest.CaptureFixture[str]) -> None:
    from accounts.models import Person
    from tests.web.scene import Scene

    scene = Scene(database, world)
    before = {row.id for row in world.rows(Person)}
    gone = scene.people["reader"].id

    def leave(session: ScopedSession) -> None:
        session.connection().execute(text("DELETE FROM membership WHERE person_id = :id"), {"id": gone})

    database.transact(wide("migration"), leave)
    scene.browser("owner")
    run(database, NOW + timedelta(days=29), capsys)
    assert {row.id for row in world.rows(Person)} == before
    run(database, NOW + timedelta(days=31), capsys)
    assert {row.id for row in world.rows(Person)} == before - {gone}


def test_a_rule_that_fails_stops_no_other(
    database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_data: Database, _now: datetime) -> int:
        raise RuntimeError("Zqxwvname Muster")

    monkeypatch.setitem(retention.RULES, "letter", (broken,))
    assert cli.main(["retention-run"]) == 1
    printed = capsys.readouterr().out
    assert "letter (letters that belong to no registration, a month old): failed, see the log\n" in printed
    assert printed.count(": 0\n") == len(retention.RULES) - 1


def test_an_erasure_on_request_after_the_dialogue_keeps_the_count(database: Database, world: World) -> None:
    dialogue = world.dialogue()
    registration = world.confirm(world.sign_up(dialogue))
    after = dialogue.ends_at + timedelta(days=1)
    world.within(
        registration,
        lambda session: operations.erase(
            session, registration=session.get_one(Registration, registration.id), actor="p", now=after
        ),
    )
    row = world.again(registration)
    assert (row.state, row.name, row.erased_at) == ("confirmed", None, after)
