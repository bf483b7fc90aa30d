"""Whoever has everything that is stored tries to find out who said what: the attack, its measures and its rule.

Sources are the rows of every table of every schema with their places, the mails as they arrived, the lines of the logs, and
the bytes of files. What belongs to a person or to an answer is known by their keys; whatever such rows hold (order, place,
transaction, time, number, yes or no, text, length) puts people in an order, and answers in another one. Who has no such row
is one group, tried at both ends.

Two measures. Hits: the two orders are laid side by side, forwards and backwards, equal values laid together as well, and
the best of all these guesses is counted in people; ties stand in an order of chance. Together: how closely two orders go
together (Spearman's rank correlation, ties share their rank), which also sees what divides people in two halves and so
hits hardly anybody. Both are compared with the best of the same guesses when answers are dealt out at random a thousand
times: the bar is what nineteen of twenty deals stay within.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import numpy as np
from scipy import stats
from sqlalchemy import Connection, inspect, text

from kit.db import Database, wide

DEALS = 1000
BAR = 949
# A row belongs to whose key stands in it as a word. Longer texts belong to their row's other columns.
_WORD = re.compile(r"[\w@.+-]{9,}")
_LONGEST = 1500
# What names a row that somebody's key stands in.
_NAMES = ("id", "message_id", "email", "recipient")
# Whose places in files are looked for.
_IN_FILES = ("person", "survey_invitation id", "letter survey id", "letter survey_reminder id", "sheet", "words")
# Of rows of one kind that somebody has, so many are looked at one by one.
_MOST_ROWS = 3

# Person → the words of their answer.
Said = dict[str, str]
# Word → whose it is, by their place in `Said`, and where it comes from.
Keys = dict[str, tuple[int, str]]


@dataclass(frozen=True)
class Row:
    """One row, mail or line: its place among its like, what it holds, and the words in it."""

    number: int
    values: Mapping[str, Any]
    words: frozenset[str]

    @classmethod
    def of(cls, number: int, values: Mapping[str, Any]) -> "Row":
        told = [str(value) for value in values.values() if isinstance(value, str | dict | list)]
        short = [each for each in told if len(each) < _LONGEST]
        return cls(number, values, frozenset([*short, *(word for each in short for word in _WORD.findall(each))]))

    def whose(self, keys: Keys) -> set[int]:
        return {keys[word][0] for word in self.words if word in keys}


@dataclass
class Stored:
    """Everything that is stored: rows by where they come from, in the order in which they come, and files."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    files: dict[str, bytes] = field(default_factory=dict)

    def add(self, source: str, values: Mapping[str, Any]) -> None:
        self.rows[source].append(Row.of(len(self.rows[source]), values))


def tables(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Every table of every schema in the order in which it comes, with what the database itself keeps of each row."""
    seen = inspect(database.engine)
    own = [name for name in seen.get_schema_names() if not name.startswith(("pg_", "information_schema"))]
    with database.read(wide("figures")) as session:
        plain = session.connection()
        return {
            table if schema in ("main", "public") else f"{schema}.{table}": [
                dict(row._mapping)
                for row in plain.execute(text(f'SELECT {_hidden(plain, table)}* FROM "{schema}"."{table}"'))
            ]
            for schema in own
            for table in seen.get_table_names(schema=schema)
        }


def _hidden(connection: Connection, table: str) -> str:
    if connection.dialect.name != "sqlite":
        return "ctid::text AS ctid, xmin::text AS xmin, "
    found = connection.execute(text("SELECT wr FROM pragma_table_list WHERE name = :name"), {"name": table}).scalar()
    return "" if found else "rowid AS row_number, "


def read(
    database: Database,
    *,
    folder: Path | None = None,
    mails: Iterable[bytes] = (),
    logs: Mapping[str, str] | None = None,
) -> Stored:
    """Takes everything: the database, what a mail server took, logs by name, the files of a folder."""
    found = Stored()
    for table, rows in tables(database).items():
        for row in rows:
            # A letter, a job, a report of each kind is a thing of its own.
            found.add(f"{table} {row['kind']}" if table == "letter" else table, row)
    for content in mails:
        headers = message_from_bytes(content, policy=default)
        found.add("mail", {"size": len(content), **{name: str(value) for name, value in headers.items()}})
    for name, lines in (logs or {}).items():
        for line in lines.splitlines():
            found.add(f"log {name}", _line(line))
    for path in sorted((folder or Path("/nowhere")).rglob("*")):
        if path.is_file():
            found.files[path.name] = path.read_bytes()
    return found


def _line(line: str) -> Mapping[str, Any]:
    try:
        return dict(json.loads(line))
    except ValueError:
        return {"line": line}


@dataclass(frozen=True)
class Feature:
    """One value of each person or each answer, None where there is none, and its steps: 0 the lowest, -1 for none."""

    name: str
    values: list[Any]
    steps: np.ndarray

    def ends(self) -> list[np.ndarray]:
        """The steps with those who have none at the lower end, and at the upper one."""
        if self.steps.min() >= 0:
            return [self.steps]
        return [self.steps, np.where(self.steps < 0, self.steps.max() + 1, self.steps)]


def keys_of(stored: Stored, said: Said) -> tuple[Keys, Keys]:
    """Of people their ids, marks, letters, messages and addresses; of answers the keys of their sheets and their words."""
    people: Keys = {person: (place, "person") for place, person in enumerate(said)}
    for _step in range(2):
        for source, rows in stored.rows.items():
            for row in rows:
                whose = {
                    people[value][0] for value in row.values.values() if isinstance(value, str) and value in people
                }
                for column in _NAMES if len(whose) == 1 else ():
                    if len(name := str(row.values.get(column, "")).strip("<>")) > 8:
                        people.setdefault(name, (min(whose), f"{source} {column}"))
    answers: Keys = {words: (place, "words") for place, words in enumerate(said.values())}
    for row in stored.rows["answer_sheet"]:
        for place in row.whose(answers):
            answers[row.values["key"]] = place, "sheet"
    return people, answers


def _values(row: Mapping[str, Any], number: int) -> Iterable[tuple[str, Any]]:
    yield "order", number
    for column, value in row.items():
        if column == "ctid":
            page, place = value.strip("()").split(",")
            yield column, int(page) * 10_000 + int(place)
        elif isinstance(value, datetime):
            yield column, value.timestamp()
        elif column == "xmin" or isinstance(value, int | float):
            # Yes or no is 1 or 0.
            yield column, float(value)
        elif value is not None:
            yield column, str(value)
            yield f"{column} length", len(value if isinstance(value, bytes) else str(value))


def words(evening: int, number: int, length: int) -> str:
    """What somebody says, recognised wherever it stands."""
    return f"Stimme-{evening:02}-{number:02}-{'x' * length}-ENDE"


_SAID = re.compile("Stimme-[0-9]{2}-[0-9]{2}-x*-ENDE")


def _hushed(value: Any) -> Any:
    """What is said is no way to find out who said it; its length may be one."""
    told = json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
    return _SAID.sub(lambda match: "x" * len(match[0]), told) if isinstance(told, str) else told


def features(stored: Stored, keys: Keys, count: int) -> list[Feature]:
    """Whatever distinguishes these people, or these answers."""
    found: dict[str, list[Any]] = defaultdict(lambda: [None] * count)
    for source, rows in stored.rows.items():
        times = [0] * count
        for row in rows:
            whose = row.whose(keys)
            if not whose:
                continue
            values = list(_values({column: _hushed(value) for column, value in row.values.items()}, row.number))
            for place in whose:
                times[place] += 1
                for column, value in values:
                    if times[place] <= _MOST_ROWS:
                        found[f"{source} {times[place]} {column}"][place] = value
                    found[f"{source} last {column}"][place] = value
        found[f"{source} how many"] = list(times)
    for key, (place, origin) in keys.items():
        for name, content in stored.files.items() if origin in _IN_FILES else ():
            found[f"{name} first {origin}"][place] = content.find(key.encode())
            found[f"{name} last {origin}"][place] = content.rfind(key.encode())
    return _distinct(found)


def _distinct(found: Mapping[str, list[Any]]) -> list[Feature]:
    """What is the same for all says nothing, and what says the same as another one says nothing new."""
    kept: dict[bytes, Feature] = {}
    for name, values in found.items():
        known = {value for value in values if value is not None}
        steps = {value: step for step, value in enumerate(sorted(known, key=lambda each: (str(type(each)), each)))}
        made = np.array([-1 if value is None else steps[value] for value in values])
        if made.min() < made.max():
            kept.setdefault(made.tobytes(), Feature(name, values, made))
    return list(kept.values())


@dataclass(frozen=True)
class Best:
    """What the best guess reached, what nineteen of twenty deals stay within, and which guess it was."""

    reached: float
    bar: float
    name: str

    @property
    def above(self) -> bool:
        return self.reached > self.bar + 1e-9


def attack(stored: Stored, said: Said) -> dict[str, Best]:
    """The best guess by each measure."""
    of_people, of_answers = keys_of(stored, said)
    people = features(stored, of_people, len(said))
    answers = features(stored, of_answers, len(said))
    assert len(people) > 20, [each.name for each in people]
    assert len(answers) >= 2, [each.name for each in answers]
    chance = np.random.default_rng()
    deals = np.array([chance.permutation(len(said)) for _deal in range(DEALS)])
    linked = [*_equal(people, answers), *_in_one_row(stored, of_people, of_answers, len(said))]
    return {"hits": _hits(people, answers, linked, deals), "together": _together(people, answers, deals)}


def _hits(
    people: Sequence[Feature], answers: Sequence[Feature], linked: Sequence[tuple[str, np.ndarray]], deals: np.ndarray
) -> Best:
    count = deals.shape[1]
    chance = np.random.default_rng()
    ties = chance.permutation(count), chance.permutation(count)
    ranks = {each.name: [np.argsort(np.lexsort((ties[0], steps))) for steps in each.ends()] for each in people}
    orders = {each.name: [np.lexsort((ties[1], steps)) for steps in each.ends()] for each in answers}
    guesses, names = [], []
    for person, of_person in ranks.items():
        for answer, of_answer in orders.items():
            for rank in of_person:
                for order in of_answer:
                    guesses += [order[rank], order[::-1][rank]]
                    names += [f"{person} | {answer}"] * 2
    # Each guess as a table of people by answers, in a line; so are the deals, and the truth.
    laid = np.eye(count, dtype=np.float32)[np.array(guesses)].reshape(len(guesses), -1)
    laid = np.concatenate([laid, *(each.reshape(1, -1).astype(np.float32) for _name, each in linked)])
    dealt = np.eye(count, dtype=np.float32)[deals].reshape(len(deals), -1)
    reached = laid @ np.eye(count, dtype=np.float32).reshape(-1)
    by_chance = (laid @ dealt.T).max(axis=0)
    names += [name for name, _each in linked]
    return Best(float(reached.max()), float(np.sort(by_chance)[BAR]), names[int(reached.argmax())])


def _equal(people: Sequence[Feature], answers: Sequence[Feature]) -> Iterable[tuple[str, np.ndarray]]:
    """Where people and answers hold equal values: how much of each person's guess falls on each answer."""
    for person in people:
        for answer in answers:
            if set(person.values) & set(answer.values) - {None}:
                same = [[float(one == two is not None) for two in answer.values] for one in person.values]
                yield f"{person.name} = {answer.name}", _shares(np.array(same))


def _in_one_row(stored: Stored, of_people: Keys, of_answers: Keys, count: int) -> Iterable[tuple[str, np.ndarray]]:
    """Where a person and an answer are named in the same row, mail or line."""
    for source, rows in stored.rows.items():
        named = np.zeros((count, count))
        for row in rows:
            for answer in row.whose(of_answers):
                named[list(row.whose(of_people)), answer] = 1
        if named.any():
            yield f"named together in {source}", _shares(named)


def _shares(found: np.ndarray) -> np.ndarray:
    return found / np.maximum(found.sum(axis=1, keepdims=True), 1)


def _together(people: Sequence[Feature], answers: Sequence[Feature], deals: np.ndarray) -> Best:
    def ranked(of: Sequence[Feature]) -> tuple[list[str], np.ndarray]:
        names = [each.name for each in of for _end in each.ends()]
        ranks = np.array([stats.rankdata(end) for each in of for end in each.ends()])
        ranks -= ranks.mean(axis=1, keepdims=True)
        return names, ranks / np.linalg.norm(ranks, axis=1, keepdims=True)

    names, ones = ranked(people)
    other_names, twos = ranked(answers)
    found = abs(ones @ twos.T)
    by_chance = [abs(ones @ twos[:, deal].T).max() for deal in deals]
    one, two = np.unravel_index(found.argmax(), found.shape)
    return Best(float(found.max()), float(np.sort(by_chance)[BAR]), f"{names[one]} with {other_names[two]}")


# Dialogues attacked → on how many of them a measure may lie above its bar. Each lies there by chance one time in twenty,
# apart from the others, so more of them do in one run of 11,000, of 2,600 and of 3,000.
MAY_LIE_ABOVE = {6: 3, 8: 3, 20: 5}


def leaks(stored: Stored, evenings: Sequence[Said]) -> list[str]:
    """What is a leak by the rule, in words; nothing where chance explains it. A false alarm is twice as frequent as one
    measure's, at most.
    """
    found = [attack(stored, said) for said in evenings]
    told = []
    for measure in ("hits", "together"):
        above = [each[measure] for each in found if each[measure].above]
        if len(above) > MAY_LIE_ABOVE[len(evenings)]:
            told += [f"{measure}: {best.reached:.3g} above {best.bar:.3g} by {best.name}" for best in above]
    return told
