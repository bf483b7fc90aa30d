"""The result as PDF, and what the organiser tells of it in public: written, published, withdrawn, never below a threshold."""

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest
from starlette.testclient import TestClient

from events import queries as events
from events.models import Dialogue
from feedback import sweeps
from kit import clock
from kit.db import Database, within
from tests.feedback.test_pages import NOW, RESULT, heading
from tests.pdf.reading import texts

REPORT = f"{RESULT}/bericht"
SAVED = f"{REPORT}?neu=gespeichert"
HEARD = "/dialoge/was-passiert/gehoert"
TEXT = "Viele fragten nach dem Lärm.\nGelobt wurde, dass niemand auswich."


def close(client: TestClient, paths: list[str], database: Database, answers: int) -> None:
    for path in paths[:answers]:
        assert client.post(path, data={"stars": "4", "heard": "5", "text": "Gern wieder"}).status_code == 303
    sweeps.close_due(database, NOW + timedelta(days=14))
    clock.fix(NOW + timedelta(days=14))


def told(database: Database, dialogue: Dialogue) -> tuple[str, list[str], bool] | None:
    with database.read(within(dialogue.initiative_id)) as session:
        found = events.heard_report(session, dialogue.id)
        return None if found is None else (found.text, found.figures, found.published_at is not None)


@pytest.mark.usefixtures("dialogue")
def test_what_was_heard_can_be_read_where_nobody_was_asked(client: TestClient) -> None:
    assert client.post(REPORT, data={"text": TEXT}).status_code == 303
    assert client.get(HEARD).status_code == 404, "a draft"
    assert client.post(f"{REPORT}/veroeffentlichung").status_code == 303
    page = client.get(HEARD)
    assert (page.status_code, heading(page)) == (200, "Was wir gehört haben")
    assert (page.text.count("Gelobt wurde"), page.text.count("Umfrage")) == (1, 0)


def test_a_report_is_written_published_and_withdrawn(
    client: TestClient,
    paths: list[str],
    database: Database,
    dialogue: Dialogue,
) -> None:
    close(client, paths, database, 6)
    assert client.get(RESULT).text.count(f'href="{REPORT}"') == 0, "a reader does not write"
    assert client.post(f"{REPORT}/veroeffentlichung").status_code == 409
    missing = client.post(REPORT, data={"text": " \n", "zahlen": "stars"})
    assert (missing.status_code, told(database, dialogue)) == (422, None)
    assert client.post(REPORT, data={"text": TEXT, "zahlen": "stars"}).headers["location"] == SAVED
    assert client.get(SAVED).text.count("<p>Gespeichert.</p>") == 1
    assert told(database, dialogue) == (TEXT, ["stars"], False)
    assert client.get(HEARD).status_code == 404

    assert client.post(f"{REPORT}/veroeffentlichung").status_code == 303
    page = client.get(HEARD)
    assert (page.status_code, heading(page)) == (200, "Was wir gehört haben")
    assert re.findall(r"<h3[^>]*>(.*?) <small>", page.text) == ["Wie hat Ihnen der Dialog insgesamt gefallen?"]
    assert (page.text.count("Vier oder fünf Sterne: 6 von 6."), page.text.count("Gern wieder")) == (2, 0)

    table = client.get("/ergebnisse.csv").content.decode("utf-8-sig").splitlines()
    assert [line.split(";")[9] for line in table] == ["question", *["stars"] * 5], "heard was not told"
    assert [line.split(";")[16:] for line in table[4:]] == [["4", "6", "4.0", "", ""], ["5", "0", "4.0", "", ""]]
    codebook = client.get("/ergebnisse.json").json()
    assert ";".join(column["name"] for column in codebook["columns"]) == table[0]

    assert client.post(f"{REPORT}/zuruecknahme").status_code == 303
    assert len(client.get("/ergebnisse.csv").content.splitlines()) == 1
    assert told(database, dialogue) == (TEXT, ["stars"], False)
    assert client.get(HEARD).status_code == 404


def test_what_follows_stands_beside_what_was_heard(
    client: TestClient, paths: list[str], database: Database, dialogue: Dialogue
) -> None:
    close(client, paths, database, 6)
    lost = client.post(REPORT, data={"text": "", "follows": "Das Tor öffnet später."})
    assert (lost.status_code, lost.text.count("Das Tor öffnet später.</textarea>")) == (422, 1)
    long = client.post(REPORT, data={"text": TEXT, "follows": "x" * 4001})
    assert (long.status_code, told(database, dialogue)) == (422, None)
    client.post(REPORT, data={"text": TEXT, "follows": "Das Tor öffnet später.", "zahlen": "stars"})
    client.post(f"{REPORT}/veroeffentlichung")
    page = client.get(HEARD)
    assert heading(page) == "Was wir gehört haben und was daraus folgt"
    assert re.findall(r"<h2>(.*?)</h2>", page.text)[:2] == ["Was wir gehört haben", "Was daraus folgt"]
    assert page.text.count("Das Tor öffnet später.") == 1
    client.post(REPORT, data={"text": TEXT, "follows": ""})
    assert client.get(HEARD).text.count("Was daraus folgt") == 0


@pytest.mark.parametrize("answers", [0, 4])
def test_no_figure_below_five(
    client: TestClient,
    paths: list[str],
    database: Database,
    dialogue: Dialogue,
    answers: int,
) -> None:
    close(client, paths, database, answers)
    assert client.get(REPORT).text.count('type="checkbox"') == 0
    assert client.post(REPORT, data={"text": TEXT, "zahlen": "stars"}).status_code == 409
    assert told(database, dialogue) is None


def test_no_figure_while_the_survey_runs(
    client: TestClient,
    paths: list[str],
    database: Database,
    dialogue: Dialogue,
) -> None:
    for path in paths[:8]:
        client.post(path, data={"stars": "4"})
    assert client.post(REPORT, data={"text": TEXT, "zahlen": "stars"}).status_code == 409
    assert client.post(REPORT, data={"text": TEXT}).status_code == 303
    assert client.get(f"{RESULT}.pdf").status_code == 404


def test_nothing_is_told_before_the_end(client: TestClient, database: Database, dialogue: Dialogue) -> None:
    clock.fix(NOW - timedelta(hours=4))
    assert client.get(REPORT).text.count("<form") == client.get(RESULT).text.count("<form")
    assert client.post(REPORT, data={"text": TEXT}).status_code == 409
    assert told(database, dialogue) is None


@pytest.mark.parametrize(("answers", "figures", "voices"), [(4, 0, 0), (9, 2, 0), (10, 2, 10)])
def test_the_pdf_holds_the_thresholds(
    client: TestClient,
    paths: list[str],
    database: Database,
    answers: int,
    figures: int,
    voices: int,
    release: Callable[[], None],
) -> None:
    close(client, paths, database, answers)
    release()
    answer = client.get(f"{RESULT}.pdf")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    text = re.sub(r"\s+", " ", " ".join(texts(answer.content)))
    assert (text.count("alle haben dasselbe geantwortet"), text.count("Gern wieder")) == (figures, voices)
    assert text.count("Nicht gezeigt: Für ein Ergebnis fehlt 1 Antwort") == (1 if answers == 4 else 0)
    assert text.count("Genauigkeit und Grenzen") == 1
    with pikepdf.open(BytesIO(answer.content)) as document:
        assert (bool(document.Root.MarkInfo.Marked), str(document.Root.Lang)) == (True, "de")
        with document.open_metadata() as said:
            assert (said["dc:title"].count("Was passiert, wenn was passiert?"), said["pdfuaid:part"]) == (1, "1")
