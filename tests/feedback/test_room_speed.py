"""A full room answers at once, over real HTTP."""

import ssl
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlmodel import func, select

from events.models import Dialogue
from feedback import operations, queries
from feedback.models import AnswerSheet, SurveyMark
from kit import db as kit_db
from kit.clock import wall_now
from kit.db import Database, wide, within
from tests.conftest import environment
from tests.spine.processes import Product, Sink
from tests.spine.test_kill import dialogue_on

PEOPLE = 500
# Half the minute that they have.
SECONDS = 30
AT_ONCE = 40
# Made once: what an encrypted connection needs costs a client more than the whole survey costs the server.
TRUST = ssl.create_default_context()


def opened(database: Database) -> str:
    """A survey in the room; the path of its link."""
    with database.read(wide("figures")) as session:
        dialogue = session.exec(select(Dialogue)).one()

    def work(session: Any) -> str:
        survey = operations.open_survey(
            session, dialogue=session.get_one(Dialogue, dialogue.id), moment="live", audience="anybody",
            subject="raum", title="Zwischendurch", questionnaire="speaker", linked=True, now=wall_now(),
        )  # fmt: skip
        return f"/umfrage/{queries.link_token(survey)}"

    return str(database.transact(within(dialogue.initiative_id), work))


def answer_all(base: str, path: str) -> tuple[Counter[str], dict[str, list[float]], list[int]]:
    """Everybody opens the form, answers and sees the thanks: status codes, how long requests took by method, who sent what.

    The first request is timed from the moment in which this person wants it, whether or not a connection is free.
    """
    codes: Counter[str] = Counter()
    waits: dict[str, list[float]] = {"GET": [], "POST": []}
    stars: list[int] = []
    numbers = iter(range(PEOPLE))
    lock = threading.Lock()
    begun = time.monotonic()

    def act() -> None:
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            sent = begun + number * SECONDS / PEOPLE
            time.sleep(max(0, sent - time.monotonic()))
            with httpx2.Client(base_url=base, timeout=60, verify=TRUST) as phone:
                for method, address, data in (
                    ("GET", path, None),
                    ("POST", path, {"clear": str(1 + number % 5), "text": f"Wort {number}"}),
                    ("GET", f"{path}/danke", None),
                ):
                    found = phone.request(method, address, data=data)
                    with lock:
                        waits[method].append(time.monotonic() - sent)
                        codes[f"{method} {found.status_code}"] += 1
                    sent = time.monotonic()
                with lock:
                    stars.append(1 + number % 5)

    threads = [threading.Thread(target=act) for _number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return codes, {method: sorted(found) for method, found in waits.items()}, stars


@pytest.mark.alone
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_five_hundred_in_the_room_answer_within_a_minute(database_url: str, tmp_path: Path) -> None:
    dialogue_on(database_url, capacity=10)
    settings = {"DIALOGWERK_ENV": "test", "DIALOGWERK_DATABASE_URL": database_url}
    with environment(**settings):
        path = opened(kit_db.database())
    with Sink(delay=0) as sink, Product(database_url, tmp_path, sink) as product:
        product.start("serve")
        product.start("work")
        product.ready(patience=120)
        httpx2.get(product.base + path, timeout=30)
        begun = time.monotonic()
        codes, waits, stars = answer_all(product.base, path)
        taken = time.monotonic() - begun
    with environment(**settings), kit_db.database().read(wide("figures")) as session:
        sheets = [answers["clear"] for answers in session.exec(select(AnswerSheet.answers))]
        marks = session.exec(select(func.count()).select_from(SurveyMark)).one()
    assert codes == {"GET 200": 2 * PEOPLE, "POST 303": PEOPLE}
    assert (Counter(sheets), marks) == (Counter(stars), PEOPLE)
    slow = {method: found[len(found) * 95 // 100] for method, found in waits.items()}
    told = [
        f"{method} half {found[len(found) // 2] * 1000:.0f} ms, p95 {slow[method] * 1000:.0f} ms"
        for method, found in waits.items()
    ]
    print(f"{PEOPLE} answers in {taken:.0f} s: {'; '.join(told)}")
    assert (max(slow.values()) <= 0.5, taken <= 60) == (True, True)
