"""Nobody finds out who said what: an attack on the stored file by every order it keeps.

Everybody answers in a known order with a text that tells which answer is whose. The attack lines up marks and sheets by
the order of a table, of a key, or of their bytes in the file, and counts how many pairs fall together. By chance it is one
on average, whatever the number of people; ten or more happen once in ten million times.
"""

import random
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import inspect, text
from sqlmodel import Session, select

from events.models import Dialogue
from feedback import closing, inviting, operations, sweeps
from feedback.models import AnswerSheet, Survey, SurveyInvitation, SurveyMark
from feedback.queries import Asked
from feedback.routes import ROUTES
from kit.db import Database, wide, within
from network.models import Initiative

NOW = datetime(2027, 4, 24, 21, tzinfo=UTC)
PEOPLE = 40
BY_CHANCE = 9


@pytest.fixture
def said(database: Database, come: Callable[..., list], reply: Callable[..., None]) -> dict[str, str]:
    """invitation → text, for forty people who answered one after the other."""
    come(PEOPLE)
    sweeps.invite_due(database, NOW)
    with database.read(wide("figures")) as session:
        ids = list(session.exec(select(SurveyInvitation.id)))
    random.SystemRandom().shuffle(ids)
    spoken = {invitation: f"Stimme-{number:02}-ENDE" for number, invitation in enumerate(ids)}
    for invitation, words in spoken.items():
        reply(invitation, text=words)
    return spoken


def hits(said: dict[str, str], marks: list[str], texts: list[str]) -> int:
    assert (len(marks), len(texts)) == (PEOPLE, PEOPLE)
    return sum(said[mark] == words for mark, words in zip(marks, texts, strict=True))


def _file(database: Database) -> Path:
    return Path(database.url.removeprefix("sqlite:///"))


def _in_file(database: Database, words: list[str]) -> list[str]:
    """The words in the order of their last place in the file."""
    content = _file(database).read_bytes()
    return sorted(words, key=lambda word: content.rfind(word.encode()))


def _rows(database: Database, statement: str) -> list[str]:
    with database.read(wide("figures")) as session:
        return [row[0] for row in session.execute(text(statement))]


def _orders(database: Database, said: dict[str, str]) -> dict[str, tuple[list[str], list[str]]]:
    """Marks and texts in each order that the database keeps by itself."""
    words = "answers ->> 'text'"
    by = {"table": ("", ""), "key": ("ORDER BY registration_id", "ORDER BY survey_id")}
    if not database.sqlite:
        by |= {"place": ("ORDER BY ctid", "ORDER BY ctid")}
    found = {
        name: (
            _rows(database, f"SELECT id FROM survey_invitation {marks}"),
            _rows(database, f"SELECT {words} FROM answer_sheet {sheets}"),
        )
        for name, (marks, sheets) in by.items()
    }
    if database.sqlite:
        found["file"] = (_in_file(database, list(said)), _in_file(database, list(said.values())))
    return found


def _by_transaction(database: Database) -> list[tuple[str, str]]:
    """Marks and texts written by one transaction, as PostgreSQL's xmin tells."""
    with database.read(wide("figures")) as session:
        rows = session.execute(
            text(
                "SELECT m.id, a.answers ->> 'text' FROM survey_invitation m "
                "JOIN answer_sheet a ON a.xmin::text = m.xmin::text"
            )
        )
        return [(row[0], row[1]) for row in rows]


def test_before_the_night_the_attack_works(
    database: Database, come: Callable[..., list], reply: Callable[..., None]
) -> None:
    """The control: what the page tells people is true, and the tests below look in the right place."""
    come(12)
    sweeps.invite_due(database, NOW)
    said = {
        invitation: f"Stimme-{number:02}-ENDE"
        for number, invitation in enumerate(_rows(database, "SELECT id FROM survey_invitation"))
    }
    for invitation, words in said.items():
        reply(invitation, text=words)
    if database.sqlite:
        sweeps.forget_order(database)
        # A page of SQLite is filled from its end.
        assert _in_file(database, list(said.values())) == list(said.values())[::-1]
        sweeps.shuffle_all(database, NOW)
        assert _in_file(database, list(said.values())) not in (list(said.values()), list(said.values())[::-1])
    else:
        assert sorted(_by_transaction(database)) == sorted(said.items())
        sweeps.shuffle_all(database, NOW)
        # One transaction wrote all: everybody goes with everything.
        assert len(_by_transaction(database)) == 12 * 12


@pytest.mark.parametrize("when", ["night", "closing"])
def test_no_order_links_an_answer_to_a_mark(database: Database, said: dict[str, str], when: str) -> None:
    if when == "night":
        assert sweeps.shuffle_all(database, NOW) == 1
    else:
        assert sweeps.close_due(database, NOW + timedelta(days=14)) == 1
    for name, (marks, texts) in _orders(database, said).items():
        found = max(hits(said, marks, texts), hits(said, marks[::-1], texts))
        assert found <= BY_CHANCE, name


def test_no_order_tells_who_answered_first(database: Database, said: dict[str, str]) -> None:
    """Also alone, neither table keeps the order of answering: about half of the neighbours stand the right way round."""
    sweeps.shuffle_all(database, NOW)
    place = {word: number for number, pair in enumerate(said.items()) for word in pair}
    for name, orders in _orders(database, said).items():
        for words in orders:
            rising = sum(place[one] < place[two] for one, two in pairwise(words))
            assert 8 <= rising <= 31, name


def test_the_night_gives_new_keys_and_changes_nothing_else(database: Database, said: dict[str, str]) -> None:
    def state() -> tuple[set[str], set[str], list[str]]:
        with database.read(wide("figures")) as session:
            sheets = session.exec(select(AnswerSheet)).all()
            marks = session.exec(select(SurveyInvitation)).all()
        return (
            {sheet.key for sheet in sheets},
            {f"{mark.id} {mark.registration_id} {mark.token_version} {mark.answered}" for mark in marks},
            sorted(str(sheet.answers) for sheet in sheets),
        )

    before = state()
    sweeps.shuffle_all(database, NOW)
    after = state()
    assert before[0] & after[0] == set()
    assert (before[1], before[2]) == (after[1], after[2])


def _files(database: Database) -> list[tuple[str, int]]:
    """The file of each table on PostgreSQL."""
    with database.engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT relname, pg_relation_filenode(oid) FROM pg_class "
                "WHERE relname IN ('survey_invitation', 'survey_mark', 'answer_sheet', 'survey_result') ORDER BY relname"
            )
        )
        return [tuple(row) for row in rows]


def test_the_rows_before_the_night_are_gone(database: Database, said: dict[str, str]) -> None:
    """SQLite's log is emptied; PostgreSQL writes new files, because dead rows keep their bytes on the pages of the old."""
    log = Path(f"{_file(database)}-wal")
    if database.sqlite:
        assert log.stat().st_size > 0
        sweeps.shuffle_all(database, NOW)
        assert log.stat().st_size == 0
        content = _file(database).read_bytes()
        assert {content.count(word.encode()) for word in said.values()} == {1}
        return
    before = _files(database)
    sweeps.shuffle_all(database, NOW)
    assert len(before) == 4
    assert set(before).isdisjoint(_files(database))


def test_names_in_a_room_are_gone_after_the_night(
    database: Database, dialogue: Dialogue, initiative: Initiative
) -> None:
    """The team ends the survey and takes the names out; when the night comes nothing runs any more."""
    names = [f"Frau Muster-{number:02}-ENDE" for number in range(12)]

    def step(work: Callable[[Session], object]) -> None:
        database.transact(within(initiative.id), work)

    def survey(session: Session) -> Survey:
        return session.exec(select(Survey)).one()

    step(
        lambda session: operations.open_survey(
            session, dialogue=dialogue, now=NOW, moment="live", audience="anybody", subject="raum", linked=True
        )
    )
    for name in names:
        step(
            lambda session, name=name: operations.answer(
                session,
                asked=Asked(None, survey(session), dialogue, initiative),
                answers={"stars": 4, "text": name},
                device=name,
                now=NOW,
            )
        )
    step(lambda session: operations.show_result(session, survey=survey(session), actor="p", now=NOW))
    step(
        lambda session: operations.release_texts(
            session, survey=survey(session), texts=["Jemand war laut"] * 12, actor="p", now=NOW
        )
    )
    if database.sqlite:
        log = Path(f"{_file(database)}-wal")
        assert all(name.encode() in log.read_bytes() for name in names)
        assert sweeps.shuffle_all(database, NOW) == 0
        content = _file(database).read_bytes()
        assert log.stat().st_size == 0
        assert [name for name in names if name.encode() in content] == []
        return
    before = _files(database)
    assert sweeps.shuffle_all(database, NOW) == 0
    assert set(before).isdisjoint(_files(database))


def test_behind_a_long_reader_the_night_does_not_wait(
    database: Database, said: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever answers meanwhile would wait as well."""
    monkeypatch.setattr(sweeps, "_PATIENCE_MS", 50)
    with database.read(wide("figures")) as session:
        assert len(session.exec(select(AnswerSheet.key)).all()) == PEOPLE
        assert sweeps.shuffle_all(database, NOW) == 1
    assert sweeps.shuffle_all(database, NOW) == 1
    with database.engine.connect() as connection:
        if not database.sqlite:
            assert connection.execute(text("SHOW lock_timeout")).scalar() == "0"


def test_the_tables_have_no_column_for_a_person_or_a_time() -> None:
    assert sorted(AnswerSheet.__table__.columns.keys()) == ["answers", "initiative_id", "key", "survey_id", "traces"]
    assert sorted(key.column.table.name for key in AnswerSheet.__table__.foreign_keys) == [
        "initiative",
        "survey",
        "survey",
    ]
    assert [column.name for column in SurveyInvitation.__table__.columns if "time" in str(column.type).lower()] == []


def test_there_are_no_row_numbers() -> None:
    tables = (SurveyInvitation.__table__, SurveyMark.__table__, AnswerSheet.__table__)
    assert [table.dialect_options["sqlite"]["with_rowid"] for table in tables] == [False] * 3


def test_only_the_queries_read_answers() -> None:
    """No other module selects answers, so none can forget a threshold."""
    root = Path(__file__).resolve().parents[2]
    rooms = ("accounts", "badges", "checkin", "events", "kit", "mail", "network", "registration", "servicepoint", "web")
    found = sorted(
        str(path.relative_to(root))
        for room in (*rooms, "feedback")
        for path in (root / room).rglob("*.py")
        if "AnswerSheet" in path.read_text(encoding="utf-8")
    )
    assert found == [
        "feedback/closing.py",
        "feedback/models.py",
        "feedback/operations.py",
        "feedback/queries.py",
    ]


def test_answers_leave_no_trace_elsewhere(database: Database, said: dict[str, str]) -> None:
    """No table but the one of the answers holds a word of them."""
    word = next(iter(said.values()))
    tables = inspect(database.engine).get_table_names()
    with database.read(wide("figures")) as session:
        holding = [
            table
            for table in tables
            if any(word in str(tuple(row)) for row in session.execute(text(f'SELECT * FROM "{table}"')))
        ]
        assert session.exec(select(Survey.answer_count)).one() == 0
    assert holding == ["answer_sheet"]


# --- nothing decides whether a survey is anonymous ---


def test_no_column_and_no_address_decides_whether_a_survey_is_anonymous() -> None:
    """Every survey is. Whoever adds a column or something that changes a survey looks here, and at docs/rules.md, first."""
    assert set(inspect(Survey).columns.keys()) == {
        "initiative_id", "id", "dialogue_id", "moment", "audience", "subject", "title", "questionnaire", "version",
        "questions", "state", "opens_at", "closes_at", "closed_at", "shown_at", "link_version", "kiosk_version", "invited",
        "answer_count", "by_invitation",
    }  # fmt: skip
    base = "/arbeitsplatz/{initiative}"
    result = f"{base}/dialoge/{{slug}}/ergebnis"
    changing = {route.path for route in ROUTES if route.method != "GET" and "frageboegen" not in route.path}
    assert changing == {
        # Answers, by a link, by a tablet, typed in from paper.
        "/umfrage/{token}", "/kiosk/{token}", f"{base}/umfragen/{{survey}}/eingabe",
        # Planned and opened.
        f"{base}/dialoge/{{slug}}/umfragen", f"{base}/dialoge/{{slug}}/umfragen/raum",
        f"{base}/dialoge/{{slug}}/umfragen/rueckmeldung", f"{base}/umfragen",
        # Ended, shown, the link of tablets made anew.
        *(f"{base}/umfragen/{{survey}}/{step}" for step in ("ende", "zeigen", "tablet")),
        # Names taken out of texts; what is told of a closed one.
        f"{result}/texte", f"{result}/{{survey}}/texte", f"{base}/umfragen/{{survey}}/ergebnis/texte",
        *(f"{result}/bericht{step}" for step in ("", "/veroeffentlichung", "/zuruecknahme")),
        f"{base}/dialoge/{{slug}}/erkenntnis",
    }  # fmt: skip


def test_whether_one_link_serves_everybody_stands_from_the_opening_on() -> None:
    """It is given where a survey is made, and set nowhere else."""
    room = Path(operations.__file__).parent
    written = [
        (path.name, line.strip())
        for path in sorted(room.rglob("*.py"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"link_version\s*[-+|]?=(?!=)", line)
    ]
    assert written == [
        ("operations.py", "link_version=int(linked or (moment == rules.BEFORE and audience != rules.WAITING)),"),
        ("operations.py", "link_version=1,"),
    ]


@pytest.mark.parametrize("linked", [False, True])
def test_no_operation_gives_or_takes_the_link_of_everybody(
    database: Database, dialogue: Dialogue, linked: bool
) -> None:
    kinds = []
    with database.write(within(dialogue.initiative_id)) as session:
        row = session.get_one(Dialogue, dialogue.id)
        survey = operations.open_survey(session, dialogue=row, now=NOW, linked=linked)
        again = operations.open_survey(session, dialogue=row, now=NOW, linked=not linked)
        assert again.id == survey.id
        row.state, row.starts_at = "cancelled", NOW + timedelta(days=1)
        steps: list[Callable[[], object]] = [
            lambda: operations.shuffle(session, survey=survey),
            lambda: inviting.follow_dialogue(session, survey=survey, now=NOW),
            lambda: operations.end_kiosk(session, survey=survey, now=NOW, actor="p"),
            lambda: operations.close_survey(session, survey=survey, now=NOW),
            lambda: operations.show_result(session, survey=survey, now=NOW, actor="p"),
            lambda: closing.forget_traces(session, survey=survey),
        ]
        for step in steps:
            step()
            session.flush()
            session.refresh(survey)
            kinds.append(survey.link_version)
    assert kinds == [int(linked)] * len(steps)
