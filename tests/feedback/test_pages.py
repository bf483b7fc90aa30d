"""The survey and its result over HTTP, on a small app of this room's routes."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st
from sqlmodel import select
from starlette.responses import Response
from starlette.testclient import TestClient

from events.models import Dialogue
from feedback import library, sweeps
from feedback.models import AnswerSheet, SurveyInvitation
from feedback.pictures import rows
from feedback.results import summarise
from feedback.rules import AFTER
from kit import clock, i18n
from kit.db import Database, wide, within
from kit.tokens import derive
from mail.models import Letter
from registration.models import Registration
from registration.operations import erase
from tests.conftest import few

NOW = datetime(2027, 4, 24, 21, tzinfo=UTC)
ASKED = library.questions_of(library.RATING, AFTER)
RESULT = "/arbeitsplatz/rheinpark/dialoge/was-passiert/ergebnis"


def heading(response: Response) -> str:
    return re.sub(r"\s+", " ", re.findall(r"<h1[^>]*>(.*?)</h1>", response.text, re.DOTALL)[0]).strip()


def sheets(database: Database) -> list[dict[str, object]]:
    with database.read(wide("figures")) as session:
        return list(session.exec(select(AnswerSheet.answers)))


def test_nothing_is_chosen_beforehand_and_no_key_is_kept(client: TestClient, paths: list[str]) -> None:
    page = client.get(paths[0])
    assert (page.status_code, heading(page)) == (200, "Wie war der Dialog für Sie?")
    assert page.text.count('id="rate"') == 1
    assert (page.text.count(" checked"), re.findall('type="hidden" name="([a-z]+)"', page.text)) == (0, ["fassung"])
    assert page.text.count('type="radio"') == 5 + 6 + 6


def test_an_answer_once(client: TestClient, paths: list[str], database: Database) -> None:
    sent = {"stars": "4", "heard": "weiss_nicht", "critical": "2", "text": "  Mehr\r\nZeit <b> "}
    first = client.post(paths[0], data=sent)
    assert (first.status_code, first.headers["location"]) == (303, f"{paths[0]}/danke")
    assert heading(client.get(f"{paths[0]}/danke")) == "Danke für Ihre Antwort"
    again = client.post(paths[0], data={**sent, "stars": "1"})
    assert (again.status_code, heading(again)) == (409, "Ihre Antwort ist schon da")
    reloaded = client.get(paths[0])
    assert (reloaded.status_code, heading(reloaded)) == (200, "Ihre Antwort ist schon da")
    assert sheets(database) == [{"stars": 4, "heard": None, "critical": 2, "text": "Mehr\nZeit <b>"}]
    assert client.get(f"{paths[1]}/danke").headers["location"] == paths[1]


def test_what_is_missing_comes_back_with_what_was_typed(
    client: TestClient, paths: list[str], database: Database
) -> None:
    page = client.post(paths[0], data={"heard": "5", "critical": "9", "text": "<script>x</script>" + "ä" * 1000})
    assert page.status_code == 422
    assert re.findall(r'<a href="#(\w+)">(.*?)</a>', page.text) == [
        ("stars", "Frage 1 von 4: Die Sterne fehlen. Bitte wählen Sie einen bis fünf."),
        ("critical", "Frage 3 von 4: Diese Antwort kennen wir nicht. Bitte wählen Sie eine der Antworten aus."),
        ("text", "Frage 4 von 4: Das sind 1018 Zeichen. Bitte kürzen Sie den Text auf höchstens 1000."),
    ]
    assert re.findall(r'name="(\w+)" value="(\w+)" checked', page.text) == [("heard", "5")]
    assert page.text.count("&lt;script&gt;x&lt;/script&gt;" + "ä" * 1000) == 1
    assert sheets(database) == []


def test_after_the_end(client: TestClient, paths: list[str], database: Database) -> None:
    clock.fix(NOW + timedelta(days=14))
    page = client.get(paths[0])
    assert (page.status_code, heading(page)) == (200, "Die Umfrage ist beendet")
    page = client.post(paths[0], data={"stars": "nonsense"})
    assert (page.status_code, heading(page)) == (409, "Die Umfrage ist beendet")
    assert sheets(database) == []


def test_the_link_of_an_erased_registration_opens_nothing(
    client: TestClient, paths: list[str], database: Database
) -> None:
    with database.read(wide("figures")) as session:
        mark = session.exec(select(SurveyInvitation)).first()
    assert mark is not None
    path = f"/umfrage/{derive('survey', mark.id, mark.token_version)}"
    assert client.get(path).status_code == 200
    with database.write(within(mark.initiative_id)) as session:
        erase(session, registration=session.get_one(Registration, mark.registration_id), actor="p", now=NOW)
    assert [client.get(path).status_code, client.post(path, data={"stars": "4"}).status_code] == [404, 404]
    assert sheets(database) == []


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_unknown_and_foreign_tokens_are_the_same(client: TestClient, paths: list[str], method: str) -> None:
    token = paths[0].removeprefix("/umfrage/")
    other = paths[1].removeprefix("/umfrage/")
    wrong = ["x", token[:-1], token.upper(), token[:20] + other[20:], derive("own", token[4:20], 1), "ü" * 46]
    answers = {
        (client.request(method, f"/umfrage/{each}").status_code, client.request(method, f"/umfrage/{each}").text)
        for each in wrong
    }
    assert answers == {(404, "Diese Seite gibt es nicht oder nicht mehr.")}


def test_of_several_dates_no_day_is_named(
    client: TestClient, database: Database, dialogue: Dialogue, come: Callable[..., list]
) -> None:
    with database.write(within(dialogue.initiative_id)) as session:
        session.get_one(Dialogue, dialogue.id).repetition = "FREQ=WEEKLY;COUNT=3"
    come(1)
    sweeps.invite_due(database, NOW)
    with database.read(wide("figures")) as session:
        invitation, letter = session.exec(select(SurveyInvitation)).one(), session.exec(select(Letter)).one()
    page = client.get(f"/umfrage/{derive('survey', invitation.id, invitation.token_version)}").text
    assert "danke, dass Sie dabei waren: " in letter.text
    assert "Umfrage nach dem Dialog<" in page
    assert "24. April" not in letter.text + page + client.get(RESULT).text


def test_the_result_by_state(
    client: TestClient, paths: list[str], database: Database, release: Callable[[], None]
) -> None:
    for path in paths[:10]:
        assert client.post(path, data={"stars": "4", "heard": "5", "text": "Gern <wieder>"}).status_code == 303
    page = client.get(RESULT)
    assert (heading(page), page.text.count("12 Einladungen sind verschickt"), page.text.count("Gern")) == (
        "Bisher 10 Antworten",
        1,
        0,
    )
    sweeps.close_due(database, NOW + timedelta(days=14))
    assert client.get(RESULT).text.count("Gern") == 0, "names have not been taken out yet"
    release()
    page = client.get(RESULT)
    assert heading(page) == "Im Mittel 4,0 von 5 Sternen bei 10 Antworten"
    assert page.text.count("Gern &lt;wieder&gt;") == 10
    assert page.text.count("10 von 12 haben geantwortet.") == 1
    assert page.text.count("Anteile: Wilson") == 1
    assert page.text.count("Vier oder fünf Sterne: 10 von 10. Ein oder zwei Sterne: 0 von 10.") == 2
    assert page.text.count("alle haben dasselbe geantwortet") == 4
    assert page.text.count('<p class="suppressed">') == 2, "one question, and all in plain language"
    assert (page.text.count('class="key'), page.text.count("<small>10 Antworten</small>")) == (1, 2)
    assert re.findall(r'<a href="[^"]*/ergebnis" aria-current="page">([^<]*)</a>', page.text) == ["Ergebnis"]
    assert (page.text.count("style="), page.text.count('viewBox="0 0 100')) == (0, 0)


def test_the_result_below_five(client: TestClient, paths: list[str], database: Database) -> None:
    for path in paths[:4]:
        client.post(path, data={"stars": "1", "text": "Nie wieder"})
    sweeps.close_due(database, NOW + timedelta(days=14))
    page = client.get(RESULT)
    assert heading(page) == "Zu wenige Antworten für ein Ergebnis"
    assert page.text.count("Für ein Ergebnis fehlt 1 Antwort") == 1
    assert (page.text.count('<rect class="step-'), page.text.count("Nie wieder"), page.text.count("Stern")) == (0, 0, 0)


def test_no_survey_yet_and_no_dialogue(client: TestClient, dialogue: object) -> None:
    assert heading(client.get(RESULT)) == "Noch keine Umfrage"
    assert client.get(RESULT.replace("was-passiert", "anderes")).status_code == 404
    assert client.get(RESULT.replace("rheinpark", "ems")).status_code == 404


@pytest.mark.parametrize("code", ["en", "qps"])
def test_other_languages(client: TestClient, paths: list[str], database: Database, code: str) -> None:
    for path in paths[:10]:
        client.post(path, data={"stars": "3", "heard": "2", "critical": "1"})
    sweeps.close_due(database, NOW + timedelta(days=14))
    with i18n.use(code):
        titles = [heading(client.get(path)) for path in (RESULT, paths[0])]
    expected = {
        "en": ["3.0 of 5 stars on average from 10 answers", "Your answer is already here"],
        "qps": ["⟦Im Mittel 3,0 von 5 Sternen bei 10 Antworten⟧", "⟦Ihre Antwort ist schon da⟧"],
    }
    assert titles == expected[code]


_text = st.text(max_size=40) | st.sampled_from(["1", "5", "0", "6", "weiss_nicht", "١", "1 ", "-1", "\x00", "1e3"])


@effort(max_examples=few(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    fields=st.dictionaries(st.sampled_from(["stars", "heard", "critical", "text", "key"]), st.lists(_text, max_size=3))
)
def test_whatever_is_posted(
    client: TestClient, paths: list[str], database: Database, fields: dict[str, list[str]]
) -> None:
    before = len(sheets(database))
    answer = client.post(paths[0], data=fields)
    assert answer.status_code in (303, 409, 422)
    assert len(sheets(database)) - before == (answer.status_code == 303)


@pytest.mark.parametrize(
    ("counts", "finding", "labels"),
    [
        ((1, 0, 2, 1, 3), "Zustimmung: 4 von 7. Ablehnung: 1 von 7. Teils, teils: 2 von 7.", ["1", "2", "1", "3"]),
        (
            (5, 0, 10, 0, 5),
            "Zustimmung: 25\u202f%. Ablehnung: 25\u202f%. Teils, teils: 50\u202f%.",
            ["25\u202f%", "50\u202f%", "25\u202f%"],
        ),
    ],
)
def test_few_answers_are_told_as_counts(counts: tuple[int, ...], finding: str, labels: list[str]) -> None:
    figure = summarise([step for step, count in enumerate(counts, start=1) for _one in range(count)])
    (row,) = rows({"heard": figure}, ASKED[1:2])
    assert (row.finding, [part.label for part in row.segments]) == (finding, labels)


def test_shares_have_their_range_and_the_return_its_share() -> None:
    # Wilson for 4 and for 1 of 7: 25 to 84 and 3 to 51 per cent.
    (row,) = rows({"heard": summarise([1, 3, 3, 4, 5, 5, 5, None])}, ASKED[1:2])
    assert row.ranges == "95-Prozent-Bereich: Zustimmung 25 bis 84\u202f%, Ablehnung 3 bis 51\u202f%."
    (row,) = rows({"stars": summarise([5] * 8)}, ASKED[:1])
    assert (
        row.ranges
        == "95-Prozent-Bereich: vier oder fünf Sterne 68 bis 100\u202f%, ein oder zwei Sterne 0 bis 32\u202f%."
    )
