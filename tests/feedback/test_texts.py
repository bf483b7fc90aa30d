"""Names in texts: what is marked, and that readers see what somebody let through and nothing else."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from feedback import closing, operations, queries
from feedback.models import AnswerSheet, Survey, SurveyResult
from feedback.naming import suspects
from kit.db import Database, wide, within
from network.models import Initiative
from tests.feedback.test_pages import NOW, RESULT
from tests.feedback.test_result_pages import fill as fill
from tests.pdf.reading import texts

TEXTS = f"{RESULT}/texte"


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("Herr Muster hat nicht geantwortet.", ["Herr Muster"]),
        ("Danke an Frau Dr. von Beispiel und alle.", ["Frau Dr. von Beispiel"]),
        ("Schreiben Sie an post@ems.example, bitte", ["post@ems.example"]),
        ("Ruf an: 0171 2345678 oder +49 (30) 123-4567.", ["0171 2345678", "+49 (30) 123-4567"]),
        ("Meine Nachbarin Sabine Muster war laut.", ["Nachbarin Sabine Muster"]),
        ("Mehmet und Ulrike-Marie kamen zu spät.", ["Mehmet", "Ulrike-Marie"]),
        ("Ich wohne in der Lindenstraße 12 b in Leverkusen.", ["Lindenstraße 12 b", "Leverkusen"]),
        ("Am Tor von Musterguss steht der HH-AB 123.", ["Musterguss", "HH-AB 123"]),
        ("Der Arbeitsplatz ist gut. Das Werk war laut, 85 Dezibel, seit 2019.", []),
        ("Es gab 12 Fragen in 90 Minuten und 3 Antworten.", []),
        ("", []),
    ],
)
def test_what_may_name_somebody_is_marked(text: str, marked: list[str]) -> None:
    found = suspects(text, known=["Musterguss"])
    assert [text[each.start : each.end] for each in found] == marked


def test_a_reader_sees_what_was_let_through_alone(
    client: TestClient, fill: Callable[..., str], viewed_by: Callable[[str], None], database: Database
) -> None:
    survey = fill([{"stars": 4, "text": f"Herr Muster {number} war laut"} for number in range(10)])
    assert client.get(RESULT).text.count("Muster") == 0
    viewed_by("organiser")
    page = client.get(TEXTS).text
    assert page.count("<mark>Herr Muster</mark>") == 10
    sent = dict.fromkeys(re.findall(r'name="(text-\d+)"', page), "Jemand war laut")
    sent["text-3"] = "  "
    seen = re.findall(r'name="gesehen" value="(\w+)"', page)[0]
    assert client.post(TEXTS, data=sent).status_code == 409, "nobody says which texts were looked through"
    long = client.post(TEXTS, data={**sent, "text-2": "ä" * 1001, "gesehen": seen})
    assert (long.status_code, long.text.count('href="#text-2"'), long.text.count("Jemand war laut")) == (422, 1, 8)
    done = client.post(TEXTS, data={**sent, "gesehen": seen})
    assert (done.status_code, done.headers["location"]) == (303, RESULT)
    assert client.post(TEXTS, data={**sent, "gesehen": seen}).status_code == 409
    viewed_by("reader")
    page = client.get(RESULT).text
    assert (page.count("Jemand war laut"), page.count("Muster"), page.count("Was sollen wir wissen?")) == (9, 0, 1)
    seen_by_reader = page.count("4,0")
    viewed_by("observer")
    page = client.get(RESULT).text
    assert (page.count("Jemand war laut"), page.count("In eigenen Worten"), page.count("4,0")) == (0, 0, seen_by_reader)
    # In no file either; that of the result is the same as the page, for each role.
    sheet = RESULT.removesuffix("ergebnis")
    words = [" ".join(texts(client.get(f"{path}.pdf").content)) for path in (RESULT, f"{sheet}bericht")]
    assert [each.count("war laut") for each in words] == [0, 0]
    assert all("4,0" in each for each in words)
    viewed_by("reader")
    assert " ".join(texts(client.get(f"{RESULT}.pdf").content)).count("war laut") == 9
    with database.read(wide("figures")) as session:
        kept = session.exec(select(SurveyResult).where(SurveyResult.survey_id == survey)).one()
        assert kept.texts == []
        assert [sheet.answers["text"] for sheet in session.exec(select(AnswerSheet))] == [None] * 10


def test_marked_places_are_asked_about_and_edits_are_kept(
    client: TestClient, fill: Callable[..., str], viewed_by: Callable[[str], None], database: Database
) -> None:
    survey = fill([{"stars": 4, "text": f"Frau Muster half {number} Mal"} for number in range(10)])
    viewed_by("organiser")

    def form() -> tuple[str, dict[str, str]]:
        page = client.get(TEXTS).text
        return page, {"gesehen": re.findall(r'name="gesehen" value="(\w+)"', page)[0]}

    page, seen = form()
    assert 'name="bestaetigt"' not in page
    names = [f"text-{number}" for number in range(1, 11)]
    first = dict.fromkeys(names[:9], "Jemand half") | {"text-10": "Frau Muster half", "schritt": "spaeter"}
    assert client.post(TEXTS, data={**first, "text-2": "", **seen}).headers["location"] == RESULT
    with database.read(wide("figures")) as session:
        kept = session.exec(select(SurveyResult).where(SurveyResult.survey_id == survey)).one()
        assert ([text for _code, text in kept.texts].count("Jemand half"), kept.released) == (8, None)
        assert str(kept.texts).count("Muster") == 1
    assert client.post(TEXTS, data={**first, **seen}).status_code == 409, "others were looked at"
    page, seen = form()
    assert (page.count("Jemand half</textarea>"), page.count("<mark>")) == (8, 1)
    sent = {**dict.fromkeys(names, "Jemand half"), "text-4": "Neu", "text-7": "Herr Muster", "text-9": "Frau Muster"}
    asked = client.post(TEXTS, data={**sent, **seen})
    assert (asked.status_code, asked.text.count(">Neu</textarea>"), asked.text.count("<mark>")) == (422, 1, 2)
    assert asked.text.count("In 2 Texten stehen noch markierte Stellen.") == 1
    assert set(re.findall(r'href="#([\w-]+)">(?:Text|Mark)', asked.text)) == {"text-7", "text-9", "bestaetigt"}
    assert client.post(TEXTS, data={**sent, **seen, "bestaetigt": "ja"}).headers["location"] == RESULT
    viewed_by("reader")
    assert client.get(RESULT).text.count("Herr Muster") == 1


def test_many_texts_are_released_part_by_part(
    fill: Callable[..., str], database: Database, initiative: Initiative
) -> None:
    survey_id = fill([{"stars": 4, "text": f"Text {number}"} for number in range(104)])

    def release(session: Any, count: int, seen: str = "") -> int:
        survey = session.get_one(Survey, survey_id)
        operations.release_texts(session, survey=survey, texts=["gut"] * count, actor="p", now=NOW, seen=seen)
        return len(queries.results(session, survey).texts)

    scope = within(initiative.id)
    with database.read(scope) as session:
        frozen = session.exec(select(SurveyResult)).one()
        first = closing.texts_mark(queries.voices(frozen.texts[:100]))
    for wrong in ((104, ""), (99, ""), (100, "somethingelse")):
        with pytest.raises(operations.NothingToRelease):
            database.transact(scope, lambda session, wrong=wrong: release(session, *wrong))
    assert database.transact(scope, lambda session: release(session, 100, first)) == 100
    with pytest.raises(operations.NothingToRelease):
        database.transact(scope, lambda session: release(session, 4, first))
    assert database.transact(scope, lambda session: release(session, 4)) == 104


@pytest.mark.parametrize("part", ["ä", "Ä", "A-", "a@", "0 ", "Frau Dr. ", "x.y@"])
def test_long_texts_are_looked_through_in_one_go(part: str) -> None:
    """Ten times as long takes about ten times as long, whatever somebody writes."""
    begun = time.process_time()
    suspects(part * 30_000)
    assert time.process_time() - begun < 5
