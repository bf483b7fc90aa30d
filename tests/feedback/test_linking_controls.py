"""The attack of `test_linking.py` works: a leak in each kind of source turns it red, and so does what stands as it came."""

import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import text
from sqlmodel import select

from feedback import sweeps
from kit.db import Database, wide
from registration.models import Registration
from tests.feedback.conftest import NOW
from tests.feedback.evenings import NIGHT, PEOPLE, marks
from tests.feedback.evenings import evenings as evenings
from tests.feedback.linking import Said, Stored, attack, leaks, read

pytestmark = pytest.mark.slow


def test_before_the_night_the_attack_works(database: Database, evenings: list[Said], tmp_path: Path) -> None:
    """The control: where marks and answers stand as they came, transactions tell whose is which."""
    if database.sqlite:
        # The reader of before keeps the log from being written back.
        together = {person: said for evening in evenings for person, said in evening.items()}
        linked = by_log(database, together)
        assert len(linked) > len(together) / 4
        assert linked.items() <= together.items()
        sweeps.shuffle_all(database, NIGHT)
        assert by_log(database, together) == {}
    else:
        stored = read(database, folder=tmp_path)
        assert {attack(stored, said)["hits"].reached for said in evenings} == {PEOPLE}


def by_log(database: Database, said: Said) -> Said:
    """Person → answer by SQLite's log, where each transaction wrote its pages anew: whose mark turned, which text came."""
    log = Path(f"{database.url.removeprefix('sqlite:///')}-wal").read_bytes()
    owner = {mark.encode(): person for person, mark in marks(database).items()}
    heads: dict[tuple[bytes, bytes], bytes] = {}
    turned: list[str] = []
    came: list[str] = []
    found: Said = {}
    for start in range(32, len(log), 24 + 4096):
        page = log[start + 24 : start + 24 + 4096]
        for mark, person in owner.items():
            # The types of a record stand right before its first column.
            place = page.find(mark)
            head = page[max(0, place - 9) : place]
            where = (log[start : start + 4], mark)
            if place >= 9 and heads.setdefault(where, head) != head:
                heads[where] = head
                turned.append(person)
        came += [each for each in said.values() if each.encode() in page and each not in {*came, *found.values()}]
        if int.from_bytes(log[start + 4 : start + 8], "big"):
            # The last page of a transaction.
            if len(turned) == len(came) == 1:
                found[turned[0]] = came[0]
            turned, came = [], []
    return found


def leaking(evenings: list[Said]) -> dict[str, int]:
    """Person → a number that goes with the length of their answer, give or take."""
    chance = random.Random(5)
    return {person: len(said) + chance.randrange(12) for evening in evenings for person, said in evening.items()}


def in_mark(database: Database, leak: dict[str, int], stored: Stored) -> None:
    """Yes or no: in one row of a mark, for longer and shorter answers."""
    middle = float(np.median(list(leak.values())))
    change(database, "UPDATE survey_invitation SET reminded = :value WHERE registration_id = :key",
           {person: number > middle for person, number in leak.items()})  # fmt: skip


def in_arrival(database: Database, leak: dict[str, int], stored: Stored) -> None:
    """A row that only some have."""
    gone = {person: 0 for person, number in leak.items() if number < np.median(list(leak.values()))}
    change(database, "DELETE FROM arrival WHERE registration_id = :key AND 0 = :value", gone)


def in_letter(database: Database, leak: dict[str, int], stored: Stored) -> None:
    """The size of a letter."""
    change(
        database,
        "UPDATE letter SET text = :value WHERE registration_id = :key AND kind = 'survey'",
        {person: "x" * number for person, number in leak.items()},
    )


def in_job(database: Database, leak: dict[str, int], stored: Stored) -> None:
    """The time of a job; of the person it knows the letter alone."""
    table = "workflow_status" if database.sqlite else "dbos.workflow_status"
    with database.read(wide("figures")) as session:
        letters = session.execute(text("SELECT id, registration_id FROM letter WHERE kind = 'survey'")).all()
    change(
        database,
        f"UPDATE {table} SET created_at = :value WHERE workflow_uuid LIKE '%' || :key || '%'",
        {letter: 10**12 + 1000 * leak[person] for letter, person in letters},
    )


def in_mail(database: Database, leak: dict[str, int], stored: Stored) -> None:
    """The size of a mail as it was delivered, of one that only some get."""
    for address, number in addressed(database, leak).items():
        if number > np.median(list(leak.values())):
            stored.add("mail", {"To": f"Gast <{address}>", "size": 3000 + number})


def in_date(database: Database, leak: dict[str, int], stored: Stored) -> None:
    """The time at which a mail came."""
    for address, number in addressed(database, leak).items():
        at = NOW + number * timedelta(seconds=1)
        stored.add("mail", {"To": f"Gast <{address}>", "Date": at.isoformat()})


def in_line(database: Database, leak: dict[str, int], stored: Stored) -> None:
    """A number in a line of the log that names somebody's link."""
    for person, mark in marks(database).items():
        stored.add("log serve", {"route": f"/umfrage/{mark}", "bytes": 200 + leak[person]})


def in_file(database: Database, leak: dict[str, int], stored: Stored) -> None:
    """The order of a file."""
    stored.files["notes"] = " ".join(sorted(leak, key=leak.__getitem__)).encode()


def addressed(database: Database, leak: dict[str, int]) -> dict[str, int]:
    with database.read(wide("figures")) as session:
        return {row.email or "": leak[row.id] for row in session.exec(select(Registration))}


def change(database: Database, statement: str, values: dict[str, Any]) -> None:
    with database.write(wide("migration")) as session:
        for key, value in values.items():
            session.execute(text(statement), {"key": key, "value": value})


@pytest.mark.parametrize("plant", [in_mark, in_arrival, in_letter, in_job, in_mail, in_date, in_line, in_file])
def test_a_planted_leak_is_found(
    database: Database, evenings: list[Said], tmp_path: Path, plant: Callable[..., None]
) -> None:
    """The control: what goes with the length of an answer, in each kind of source."""
    sweeps.shuffle_all(database, NIGHT)
    leak = leaking(evenings)
    plant(database, leak, Stored())
    stored = read(database, folder=tmp_path)
    plant(database, leak, stored)
    assert leaks(stored, evenings) != []
