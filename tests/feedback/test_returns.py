"""How many answered: the share of the invited counts answers to invitations alone, and small ways are not told apart."""

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
from alembic import command
from sqlmodel import select
from starlette.testclient import TestClient

from events.models import Dialogue
from feedback import operations, queries, returns, sweeps
from feedback.models import Survey, SurveyInvitation
from feedback.queries import Asked
from feedback.suppression import way_may
from kit import clock
from kit.db import Database, wide, within
from kit.tokens import derive
from network.models import Initiative
from tests.feedback.test_pages import NOW, RESULT
from tests.feedback.test_reports import HEARD, REPORT
from tests.pdf.reading import texts
from web import schema

SHEET = "/arbeitsplatz/rheinpark/dialoge/was-passiert/bericht"
# What must not be told of two invitations and six answers.
SPLIT = re.compile(r"6 von 2|6 von 12|davon|-\d+ eingeladene|\N{MINUS SIGN}\d+ eingeladene|300 %|haben geantwortet")


@pytest.mark.parametrize(
    ("part", "number", "told"),
    [
        (0, 0, True),
        (3, 3, True),
        (6, 6, True),
        (0, 6, False),
        (1, 6, False),
        (4, 12, False),
        (5, 9, False),
        (5, 10, True),
        (8, 12, False),
        (7, 12, True),
    ],
)
def test_a_way_of_one_to_four_is_not_told(part: int, number: int, told: bool) -> None:
    assert way_may(part, number) is told


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        (
            (7, 12, 7),
            (
                "7 von 12 Eingeladenen haben geantwortet.|7 von 12|7 von 12 der Gefragten|7 von 12 haben geantwortet."
                "|5 eingeladene Personen haben nicht geantwortet. Wie sie denken, wissen wir nicht."
            ),
        ),
        (
            (12, 12, 12),
            "12 von 12 Eingeladenen haben geantwortet.|12 von 12|12 von 12 der Gefragten|12 von 12 haben geantwortet.|",
        ),
        (
            (14, 12, 9),
            (
                "14 Antworten, davon 9 auf 12 Einladungen.|14 Antworten, davon 9 auf 12 Einladungen|9 auf Einladung"
                "|9 von 12 haben auf die Einladung geantwortet. 5 weitere Antworten kamen ohne Einladung."
                "|3 Einladungen blieben ungenutzt. Ob diese Menschen anders geantwortet haben, etwa im Raum oder auf Papier, wissen wir nicht."
            ),
        ),
        (
            (6, 2, None),
            (
                "6 Antworten. Antworten konnte man auch ohne Einladung.|6 Antworten||"
                "|Antworten konnte man auch ohne Einladung. Wie viele Eingeladene antworteten, sagen wir nicht: "
                "Auf einem Weg kamen weniger als fünf."
            ),
        ),
    ],
)
def test_the_words(numbers: tuple[int, int, int | None], words: str) -> None:
    found = SimpleNamespace(**dict(zip(("answers", "invited", "by_invitation"), numbers, strict=True)))
    said = (
        returns.counted(found, linked=False),
        returns.short(found, linked=False),
        returns.beside(found),
        returns.share(found),
        returns.silence(found, linked=False),
    )
    assert said == tuple(words.split("|"))
    assert returns.counted(found, linked=True) == f"{numbers[0]} Antworten"


def test_a_link_beside_invitations_hides_nothing_of_those() -> None:
    linked, asked = (SimpleNamespace(link_version=version) for version in (1, 0))
    assert [returns.by_link_alone(survey, invited) for survey in (linked, asked) for invited in (0, 9)] == [
        True, False, False, False,
    ]  # fmt: skip


@pytest.fixture
def typed(database: Database, dialogue: Dialogue, initiative: Initiative) -> Callable[[int], None]:
    """typed(n): n sheets of paper, typed in by a helper."""

    def work(number: int) -> None:
        def one(session: object) -> None:
            survey = session.exec(select(Survey)).one()
            for sheet in range(number):
                operations.answer(
                    session,
                    asked=Asked(None, survey, dialogue, initiative),
                    answers={"stars": 4},
                    device=f"sheet-{sheet}",
                    now=NOW,
                )

        database.transact(within(initiative.id), one)

    return work


def _over(database: Database) -> None:
    sweeps.close_due(database, NOW + timedelta(days=14))
    clock.fix(NOW + timedelta(days=14))


def _told(client: TestClient) -> list[dict[str, str]]:
    client.post(REPORT, data={"text": "Viel gehört.", "zahlen": "stars"})
    client.post(f"{REPORT}/veroeffentlichung")
    return list(csv.DictReader(io.StringIO(client.get("/ergebnisse.csv").content.decode("utf-8-sig")), delimiter=";"))


def test_two_invited_and_six_sheets(
    client: TestClient, database: Database, come: Callable[..., list], typed: Callable[[int], None]
) -> None:
    come(2)
    sweeps.invite_due(database, NOW)
    typed(4)
    with database.read(wide("figures")) as session:
        invited = list(session.exec(select(SurveyInvitation.id)))
    for invitation in invited:
        client.post(f"/umfrage/{derive('survey', invitation, 1)}", data={"stars": "4"})
    running = client.get(RESULT).text
    assert (running.count("Bisher 6 Antworten"), running.count("2 Einladungen sind verschickt")) == (2, 1)
    _over(database)
    table = _told(client)
    assert {(row["invited"], row["answers"], row["by_invitation"]) for row in table} == {("2", "6", "")}
    pages = {path: client.get(path).text for path in (RESULT, SHEET, HEARD)}
    for path in (f"{RESULT}.pdf", f"{SHEET}.pdf"):
        pages[path] = re.sub(r"\s+", " ", " ".join(texts(client.get(path).content)))
    assert [(path, found) for path, page in pages.items() for found in SPLIT.findall(page)] == []
    assert [path for path, page in pages.items() if "6 Antworten" not in page] == []
    assert (pages[RESULT].count("Rücklauf"), pages[HEARD].count("Antworten konnte man auch ohne Einladung.")) == (0, 1)
    with database.read(wide("figures")) as session:
        assert next(queries.exported(session))["by_invitation"] is None
        assert list(queries.breaches(session)) == []


def test_six_of_twelve_invited_and_five_sheets(
    client: TestClient, database: Database, paths: list[str], typed: Callable[[int], None]
) -> None:
    for path in paths[:6]:
        client.post(path, data={"stars": "4"})
    typed(5)
    _over(database)
    assert {(row["invited"], row["answers"], row["by_invitation"]) for row in _told(client)} == {("12", "11", "6")}
    sentence = "11 Antworten, davon 6 auf 12 Einladungen"
    page = client.get(RESULT).text
    assert page.count("6 von 12 haben auf die Einladung geantwortet. 5 weitere Antworten kamen ohne Einladung.") == 1
    assert page.count("6 Einladungen blieben ungenutzt.") == 1
    assert re.sub(r"\s+", " ", " ".join(texts(client.get(f"{RESULT}.pdf").content))).count(sentence) == 2
    assert [client.get(path).text.count(sentence) for path in (SHEET, HEARD)] == [1, 1]
    with database.read(wide("figures")) as session:
        assert next(queries.exported(session))["by_invitation"] == 6
        assert list(queries.breaches(session)) == []


def test_surveys_closed_before_are_counted(
    client: TestClient, database: Database, paths: list[str], typed: Callable[[int], None]
) -> None:
    for path in paths[:6]:
        client.post(path, data={"stars": "4"})
    typed(5)
    _over(database)
    database.dispose()
    command.downgrade(schema.config(), "0029")
    command.upgrade(schema.config(), "head")
    with database.read(wide("figures")) as session:
        assert session.exec(select(Survey.by_invitation)).one() == 6
