"""Nobody finds out who said what: an attack with everything that is stored.

Thirty people answer at different times, each in a letter and a text of their own length; some are reminded. The attack
takes every table with its order, places, transaction numbers, times, numbers and lengths, and the bytes of the files.
Whatever can be put in order of people is laid beside whatever can be put in order of answers, forwards and backwards;
equal values are laid together as well. The best of all these guesses must hit no more people than the best does when
answers are dealt out at random a thousand times, in nineteen of twenty deals. That is missed by chance one time in twenty,
so it counts as a leak only if it is missed after each of three nights.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import inspect, text
from sqlmodel import select
from starlette.testclient import TestClient

from events.models import Dialogue
from feedback import sweeps
from feedback.models import AnswerSheet, SurveyInvitation
from kit import clock
from kit.db import Database, wide, within
from kit.tokens import derive
from registration.models import Registration
from tests.feedback.conftest import NOW

PEOPLE = 30
# Person → their answer's text.
Said = dict[str, str]
# What orders people or answers: a name, and a value for each.
Order = tuple[str, dict[str, Any]]


@pytest.fixture
def said(client: TestClient, database: Database, dialogue: Dialogue, come: Callable[..., list]) -> Said:
    """Thirty people who answered one after the other, the last ten after a reminder."""
    chance = random.Random(5)
    registrations = come(PEOPLE)
    with database.write(within(dialogue.initiative_id)) as session:
        for number, each in enumerate(registrations):
            session.get_one(Registration, each.id).name = "Gast " + "n" * number
    sweeps.invite_due(database, NOW)
    with database.read(wide("figures")) as session:
        marks = {mark.registration_id: mark.id for mark in session.exec(select(SurveyInvitation))}
    chance.shuffle(registrations)
    spoken: Said = {}
    for number, each in enumerate(registrations):
        if number == 20:
            sweeps.remind_due(database, NOW + timedelta(days=10))
        clock.fix(NOW + timedelta(days=number // 3, minutes=number))
        words = f"Stimme-{number:02}-" + "x" * chance.randrange(200) + "-ENDE"
        answer = client.post(f"/umfrage/{derive('survey', marks[each.id], 1)}", data={"stars": "4", "text": words})
        assert answer.status_code == 303
        spoken[each.id] = words
    return spoken


def _tables(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Every table in the order in which it comes, with what the database itself keeps of each row."""
    hidden = "" if database.sqlite else "ctid::text AS ctid, xmin::text AS xmin, "
    with database.read(wide("figures")) as session:
        return {
            table: [dict(row._mapping) for row in session.execute(text(f'SELECT {hidden}* FROM "{table}"'))]
            for table in inspect(database.engine).get_table_names()
        }


def _bytes(database: Database) -> bytes:
    """SQLite's file with its log; the files of PostgreSQL are its own."""
    if not database.sqlite:
        return b""
    path = Path(database.url.removeprefix("sqlite:///"))
    log = Path(f"{path}-wal")
    return path.read_bytes() + (log.read_bytes() if log.exists() else b"")


def _features(name: str, row: dict[str, Any], number: int) -> Iterable[tuple[str, Any]]:
    yield f"{name} order", number
    for column, value in row.items():
        if column == "ctid":
            yield f"{name} ctid", tuple(map(int, value.strip("()").split(",")))
        elif isinstance(value, bool) or value is None:
            continue
        elif column == "xmin" or isinstance(value, int | float):
            yield f"{name}.{column}", float(value)
        else:
            yield f"{name}.{column}", str(value)
            yield f"{name}.{column} length", float(len(str(value)))


def _of_people(tables: dict[str, list[dict[str, Any]]], said: Said, content: bytes) -> list[Order]:
    """Whatever is stored with a key of each person."""
    owner = {person: person for person in said}
    for row in tables["survey_invitation"]:
        owner[row["id"]] = row["registration_id"]
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    for table, rows in tables.items():
        for number, row in enumerate(rows):
            for person in {owner[value] for value in row.values() if isinstance(value, str) and value in owner}:
                for name, value in _features(table, row, number):
                    found[name].setdefault(person, value)
    for key, person in owner.items():
        for side, place in (("first", content.find(key.encode())), ("last", content.rfind(key.encode()))):
            found[f"file {side} {'mark' if key != person else 'person'}"][person] = place
    return [(name, values) for name, values in found.items() if len(values) == len(said)]


def _of_answers(tables: dict[str, list[dict[str, Any]]], said: Said, content: bytes) -> list[Order]:
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    for number, row in enumerate(tables["answer_sheet"]):
        words = next(each for each in said.values() if each in str(row["answers"]))
        # What is said is no way to find out who said it.
        for name, value in _features("answer_sheet", {**row, "answers": "x" * len(str(row["answers"]))}, number):
            found[name][words] = value
        found["file first"][words] = content.find(words.encode())
        found["file last"][words] = content.rfind(words.encode())
    return list(found.items())


def _guesses(people: list[Order], answers: list[Order], said: Said) -> dict[str, Any]:
    """For each pair of orders how much of each person's guess falls on each answer."""
    persons, texts = list(said), list(said.values())
    ties = random.SystemRandom()
    first, second = ties.sample(persons, PEOPLE), ties.sample(texts, PEOPLE)
    found: dict[str, Any] = {}
    seen: set[Hashable] = set()
    for person_name, of_person in people:
        ranks = sorted(first, key=of_person.__getitem__)
        for answer_name, of_answer in answers:
            order = sorted(second, key=of_answer.__getitem__)
            for direction, line in (("", order), (" backwards", order[::-1])):
                guess = np.zeros((PEOPLE, PEOPLE))
                for person, words in zip(ranks, line, strict=True):
                    guess[persons.index(person), texts.index(words)] = 1
                if guess.tobytes() not in seen:
                    seen.add(guess.tobytes())
                    found[f"{person_name} | {answer_name}{direction}"] = guess
            equal = np.array([[float(of_person[each] == of_answer[words]) for words in texts] for each in persons])
            if equal.any() and equal.tobytes() not in seen:
                seen.add(equal.tobytes())
                found[f"{person_name} = {answer_name}"] = equal / np.maximum(equal.sum(axis=1, keepdims=True), 1)
    return found


def attack(database: Database, said: Said, *, more: Iterable[tuple[Order, Order]] = ()) -> tuple[float, float, str]:
    """Hits of the best guess, what it hits in nineteen of twenty random deals, and which guess it was.

    Equal values stand in an order of chance, of their own on each side.
    """
    tables, content = _tables(database), _bytes(database)
    people, answers = _of_people(tables, said, content), _of_answers(tables, said, content)
    assert len(people) > 25, [name for name, _values in people]
    assert len(answers) >= 5
    for person, answer in more:
        people.append(person)
        answers.append(answer)
    found = _guesses(people, answers, said)
    guesses = np.array(list(found.values()))
    places = np.arange(PEOPLE)
    hits = guesses[:, places, places].sum(axis=1)
    chance = np.random.default_rng(5)
    deals = sorted(guesses[:, places, chance.permutation(PEOPLE)].sum(axis=1).max() for _deal in range(1000))
    return float(hits.max()), float(deals[949]), list(found)[int(hits.argmax())]


def by_log(database: Database, said: Said) -> Said:
    """Person → answer by SQLite's log, where each transaction wrote its pages anew: whose mark turned, which text came."""
    log = Path(f"{database.url.removeprefix('sqlite:///')}-wal").read_bytes()
    with database.read(wide("figures")) as session:
        owner = {mark.id.encode(): mark.registration_id for mark in session.exec(select(SurveyInvitation))}
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
        came += [words for words in said.values() if words.encode() in page and words not in {*came, *found.values()}]
        if int.from_bytes(log[start + 4 : start + 8], "big"):
            # The last page of a transaction.
            if len(turned) == len(came) == 1:
                found[turned[0]] = came[0]
            turned, came = [], []
    return found


@pytest.mark.slow
def test_before_the_night_the_attack_works(database: Database, said: Said) -> None:
    """The control: where marks and answers stand as they came, transactions tell whose is which."""
    if database.sqlite:
        linked = by_log(database, said)
        assert len(linked) > PEOPLE / 2
        assert linked.items() <= said.items()
        sweeps.shuffle_all(database, NOW)
        assert by_log(database, said) == {}
    else:
        hits, chance, name = attack(database, said)
        assert (hits, chance < PEOPLE / 2) == (PEOPLE, True), name


def test_no_order_of_anything_links_people_and_answers(database: Database, said: Said) -> None:
    missed = []
    for night in range(3):
        sweeps.shuffle_all(database, NOW + timedelta(days=11 + night))
        hits, chance, name = attack(database, said)
        if hits <= chance:
            return
        missed.append(f"{name}: {hits} hits, {chance} by chance")
    pytest.fail("; ".join(missed))


@pytest.mark.slow
def test_closing_leaves_no_order(database: Database, said: Said) -> None:
    assert sweeps.close_due(database, NOW + timedelta(days=15)) == 1
    hits, chance, name = attack(database, said)
    # Not repeated here: chance alone passes this by far less than it takes to find anybody.
    assert hits <= chance + 2, name


@pytest.mark.slow
def test_a_planted_leak_is_found(database: Database, said: Said) -> None:
    """The control: a time in a mark that goes with a length of an answer, for two thirds of the people."""
    sweeps.shuffle_all(database, NOW)
    lengths = {words: float(len(words)) for words in said.values()}
    leak = {
        person: len(words) + (0 if number % 3 else random.Random(number).random() * 500)
        for number, (person, words) in enumerate(said.items())
    }
    hits, chance, name = attack(database, said, more=[(("planted", leak), ("planted", lengths))])
    assert hits > chance, name


def test_an_answer_changes_its_mark_and_adds_its_sheet_and_nothing_else(
    client: TestClient, database: Database, said: Said, come: Callable[..., list]
) -> None:
    """No counter, no job, no time, no key of a form: of all tables two rows differ, and of the mark one word."""
    come(1)
    sweeps.invite_due(database, NOW + timedelta(days=10))
    with database.read(wide("figures")) as session:
        mark = session.exec(select(SurveyInvitation).where(SurveyInvitation.answered.is_(False))).one()  # type: ignore[attr-defined]
        known = set(session.exec(select(AnswerSheet.key)))
    before = _tables(database)
    path = f"/umfrage/{derive('survey', mark.id, 1)}"
    clock.fix(NOW + timedelta(days=10, minutes=3))
    client.get(path)
    assert client.post(path, data={"stars": "1", "text": "Unverwechselbar"}).status_code == 303
    client.get(f"{path}/danke")
    assert client.post(path, data={"stars": "1", "text": "Unverwechselbar"}).status_code == 409
    after = _tables(database)
    changed = {table for table in after if _plain(after[table]) != _plain(before[table])}
    assert changed == {"survey_invitation", "answer_sheet"}
    was = {row["id"]: row for row in before["survey_invitation"]}[mark.id]
    now = {row["id"]: row for row in after["survey_invitation"]}[mark.id]
    assert {name for name in now if now[name] != was[name]} - {"ctid", "xmin"} == {"answered"}
    (sheet,) = [row for row in after["answer_sheet"] if row["key"] not in known]
    assert {name for name in sheet if name not in ("ctid", "xmin", "key", "answers")} == {
        "initiative_id",
        "survey_id",
        "traces",
    }


def _plain(rows: list[dict[str, Any]]) -> list[str]:
    return sorted(str({name: value for name, value in row.items() if name not in ("ctid", "xmin")}) for row in rows)
