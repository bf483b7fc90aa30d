"""Nobody finds out who said what: an attack with everything that is stored.

Of several dialogues thirty people each answer at different times, each in a text of their own length; the last ten after a
reminder. After a night, and after closing, the attack of `linking.py` takes tables, places, transactions, jobs, letters,
mails, logs and files of all schemas. Each dialogue is a trial of its own: who answers when is dealt by chance. A measure
lies above what nineteen of twenty random deals reach in one trial of twenty, so a leak is what lies there on more dialogues
than `MAY_LIE_ABOVE` says: of six on four or more. By chance that happens in one run of 5,800.
"""

import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient

from events.models import Dialogue
from feedback import sweeps
from kit import clock
from kit.db import Database
from kit.tokens import derive
from tests.feedback.conftest import NOW
from tests.feedback.evenings import CLOSE, NIGHT, REMIND, REMINDED, answered, audience, in_turn, marks
from tests.feedback.evenings import evenings as evenings
from tests.feedback.linking import Said, Stored, keys_of, leaks, read, tables
from tests.spine.processes import ROOT, Product, Sink


def test_no_order_of_anything_links_people_and_answers(
    database: Database, evenings: list[Said], tmp_path: Path
) -> None:
    sweeps.shuffle_all(database, NIGHT)
    stored = read(database, folder=tmp_path)
    jobs = "workflow_status" if database.sqlite else "dbos.workflow_status"
    people, _answers = keys_of(stored, evenings[0])
    read_of = {source for source, rows in stored.rows.items() if any(row.whose(people) for row in rows)}
    assert {jobs, "letter survey", "letter survey_reminder", "registration", "arrival", "survey_invitation"} <= read_of
    assert leaks(stored, evenings) == []


@pytest.mark.slow
def test_nor_at_twenty_dialogues(database: Database, dialogue: Dialogue, tmp_path: Path) -> None:
    evenings = answered(database, dialogue, 20)
    sweeps.shuffle_all(database, NIGHT)
    assert leaks(read(database, folder=tmp_path), evenings) == []


@pytest.mark.slow
def test_closing_leaves_no_order(database: Database, evenings: list[Said], tmp_path: Path) -> None:
    assert sweeps.close_due(database, CLOSE) == len(evenings)
    assert leaks(read(database, folder=tmp_path), evenings) == []


def test_an_answer_changes_its_mark_and_adds_its_sheet_and_nothing_else(
    client: TestClient, database: Database, paths: list[str]
) -> None:
    """No counter, no job, no time, no key of a form: of all tables two rows differ, and of the mark one word."""
    said = {"stars": "1", "text": "Unverwechselbar"}
    assert client.post(paths[1], data={**said, "text": "Jemand anders"}).status_code == 303
    before = tables(database)
    known = {row["key"] for row in before["answer_sheet"]}
    clock.fix(NOW + timedelta(days=10, minutes=3))
    client.get(paths[0])
    assert client.post(paths[0], data=said).status_code == 303
    client.get(f"{paths[0]}/danke")
    assert client.post(paths[0], data=said).status_code == 409
    after = tables(database)
    changed = {table for table in after if _plain(after[table]) != _plain(before[table])}
    assert changed == {"survey_invitation", "answer_sheet"}
    (mark,) = [row["id"] for row in after["survey_invitation"] if f"{row['id']}" in paths[0]]
    was, now = ({row["id"]: row for row in each["survey_invitation"]}[mark] for each in (before, after))
    assert {name for name in now if now[name] != was[name]} - set(_HIDDEN) == {"answered"}
    (sheet,) = [row for row in after["answer_sheet"] if row["key"] not in known]
    assert {name for name in sheet if name not in (*_HIDDEN, "key", "answers")} == {
        "initiative_id",
        "survey_id",
        "traces",
    }


_HIDDEN = ("ctid", "xmin", "row_number")


def _plain(rows: list[dict[str, Any]]) -> list[str]:
    return sorted(str({name: value for name, value in row.items() if name not in _HIDDEN}) for row in rows)


class Lived:
    """The product as it runs: web server, worker and mail server, each with all of its log, and a clock of its own."""

    def __init__(self, product: Product, sink: Sink) -> None:
        self.product = product
        self.sink = sink
        self.worked = ""
        self.clock = product.var_dir / "now"
        product.environment["DIALOGWERK_NOW_FILE"] = str(self.clock)

    def work(self, at: datetime) -> None:
        """Sweeps, nightly ones included, and deliveries."""
        done = subprocess.run(
            [sys.executable, "-m", self.product.module, "work", "--once", "--now", at.isoformat()],
            cwd=ROOT, env=self.product.environment, capture_output=True, text=True, check=True, timeout=280,
        )  # fmt: skip
        self.worked += done.stdout + done.stderr

    def answer(self, mark: str, said: str, at: datetime) -> None:
        self.clock.write_text(at.isoformat(), encoding="ascii")
        path = f"{self.product.base}/umfrage/{token(mark)}"
        assert httpx2.get(path).status_code == 200
        assert httpx2.post(path, data={"stars": "4", "text": said}).status_code == 303

    def stored(self, database: Database) -> Stored:
        served = (self.product.var_dir / "serve.log").read_text(encoding="utf-8")
        mails = [content for _recipient, _identity, content in self.sink.taken]
        files = self.product.var_dir.parent
        return read(database, folder=files, mails=mails, logs={"serve": served, "work": self.worked})


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_nor_what_the_running_product_delivers_and_logs(
    database: Database, dialogue: Dialogue, database_url: str, tmp_path: Path
) -> None:
    """Mails come to a mail server, answers over HTTP, and whatever web server and worker could log is written down."""
    (tmp_path / "var").mkdir()
    evenings = audience(database, dialogue, 6)
    with Sink(delay=0) as sink, Product(database_url, tmp_path / "var", sink, "tests.feedback.loud") as product:
        lived = Lived(product, sink)
        lived.work(NOW)
        asked = marks(database)
        product.start("serve")
        product.ready()
        for late in (False, True):
            if late:
                lived.work(REMIND)
            for number, (person, said) in enumerate(in_turn(evenings, late=late)):
                lived.answer(asked[person], said, (REMIND if late else NOW) + number * timedelta(minutes=17))
        assert httpx2.get(f"{product.base}/").status_code == 200
        figures = httpx2.get(f"{product.base}/metrics").text
        lived.work(NIGHT)
        stored = lived.stored(database)
        lived.work(CLOSE)
        closed = lived.stored(database)
    people = sum(len(said) for said in evenings)
    assert len(stored.rows["mail"]) == people + 6 * REMINDED
    # Both logs speak, and of everything but answers.
    lines = "\n".join(str(row.values) for name in ("log serve", "log work") for row in closed.rows[name])
    assert "'answered'" in lines
    assert 'route="/"' in figures
    for told in (lines, figures):
        assert [word for word in ("umfrage", "Stimme-", *map(token, asked.values())) if word in told] == []
    for each in (stored, closed):
        assert leaks(each, evenings) == []


def token(mark: str) -> str:
    return derive("survey", mark, 1)
