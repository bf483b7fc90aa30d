"""The result of every survey over HTTP: of a dialogue, with a menu, and of one without a dialogue."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from events.models import Dialogue
from feedback import library, operations, pages, planning, queries, questionnaires
from feedback.models import Survey, SurveyFigure
from feedback.queries import Asked
from feedback.questions import Words
from kit.db import Database, wide, within
from kit.ids import new_id
from network.models import Initiative
from tests.feedback.test_pages import NOW, RESULT, heading
from tests.pdf.reading import texts

Fill = Callable[..., str]


@pytest.fixture
def fill(database: Database, dialogue: Dialogue, initiative: Initiative) -> Fill:
    """fill(sheets, moment=...): a closed survey with these answers, of whoever had the link; its id.

    With `traces` the sheets of the same place in two surveys are a pair.
    """

    def make(sheets: list[dict[str, Any]], *, alone: bool = False, traces: str = "", **opened: Any) -> str:
        def work(session: Any) -> str:
            if alone:
                survey = operations.open_to_all(
                    session, initiative=initiative, title="Was sollen wir fragen?", questionnaire="children",
                    closes_at=NOW + timedelta(days=1), actor="p", now=NOW,
                )  # fmt: skip
            else:
                row = session.get_one(Dialogue, dialogue.id)
                until = NOW + timedelta(days=1)
                survey = operations.open_survey(session, dialogue=row, now=NOW, linked=True, closes_at=until, **opened)
            for number, answers in enumerate(sheets):
                asked = Asked(None, survey, dialogue, initiative)
                operations.answer(
                    session,
                    asked=asked,
                    answers=answers,
                    now=NOW,
                    device=f"device-{number}",
                    traces=f"{traces}{number}" if traces else "",
                )
            return operations.close_survey(session, survey=survey, now=NOW).id

        return database.transact(within(initiative.id), work)

    return make


def test_each_survey_of_a_dialogue_has_its_page_and_a_menu_leads_there(client: TestClient, fill: Fill) -> None:
    before = fill([{"N1": 4, "P1": 2}] * 5, moment="before", audience="confirmed", questionnaire="instrument")
    assert re.findall(r'<nav class="tabs[^"]*" aria-label="Umfragen">', client.get(RESULT).text) == []
    fill([{"stars": 5}] * 6)
    page = client.get(f"{RESULT}/{before}")
    assert (page.status_code, heading(page)) == (200, "Ergebnis aus 5 Antworten")
    assert ("gar nicht, ein Stern" in page.text, page.text.count("1: stimme gar nicht zu")) == (False, 1)
    menu = re.findall(r'aria-label="Umfragen">(.*?)</nav>', page.text, re.DOTALL)[0]
    assert re.findall(r'href="([^"]*)"[^>]*>([^<]*)<', menu) == [(f"{RESULT}/{before}", "Vorher"), (RESULT, "Danach")]
    assert page.text.count("Wie viele ihn sahen und nicht antworteten, wissen wir nicht.") == 1
    assert heading(client.get(RESULT)) == "Im Mittel 5,0 von 5 Sternen bei 6 Antworten"
    # Where figures of a dialogue stand, they are those of people who chose to come.
    paper = client.get(f"{RESULT}/{before}.pdf")
    assert paper.headers["content-type"] == "application/pdf"
    sheet = client.get(f"{RESULT.removesuffix('ergebnis')}bericht").text
    for told in (page.text, client.get(RESULT).text, " ".join(texts(paper.content)), sheet):
        assert ("Wer kam, wollte kommen." in told, "Geantwortet hat, wer wollte." in told) == (True, False)
    assert [client.get(f"{RESULT}/{wrong}").status_code for wrong in ("x", before[:-1])] == [404, 404]


def test_without_a_survey_of_those_who_came_another_stands_there(client: TestClient, fill: Fill) -> None:
    survey = fill([{"stars": 2}] * 6, moment="live")
    page = client.get(RESULT)
    assert (heading(page), survey in page.text) == ("Im Mittel 2,0 von 5 Sternen bei 6 Antworten", True)


def test_each_survey_of_a_plan_has_a_name_of_its_own() -> None:
    named = {pages.survey_name(Survey(moment=moment, audience=audience)) for moment, audience in planning.PLANNED}
    assert len(named) == len(planning.PLANNED)


def test_a_heading_names_three_and_counts_the_rest(client: TestClient, fill: Fill) -> None:
    codes = ("N1", "N2", "U1", "S1", "T1", "P1")
    fill([dict.fromkeys(codes, 2 + number % 2) for number in range(12)], moment="before", audience="confirmed",
         questionnaire="instrument", traces="w")  # fmt: skip
    fill([dict.fromkeys(codes, 4 + number % 2 - number % 3 // 2) for number in range(12)], questionnaire="instrument",
         traces="w")  # fmt: skip
    assert heading(client.get(RESULT)) == (
        "Höher: Nutzen für das Land, Nutzen vor Ort, Umgang mit der Umwelt und 3 weitere."
    )
    assert re.findall("<title>(.*?) – ", client.get(RESULT).text) == ["Ergebnis: Danach"]


def test_a_survey_without_a_dialogue(client: TestClient, fill: Fill) -> None:
    survey = fill([{"fun": 3, "best": "Der Kran"}] * 10, alone=True)
    path = f"/arbeitsplatz/rheinpark/umfragen/{survey}/ergebnis"
    page = client.get(path)
    assert (page.status_code, heading(page), page.text.count("Der Kran")) == (200, "Ergebnis aus 10 Antworten", 0)
    assert page.text.count("Stimmt: 10 von 10. Stimmt nicht: 0 von 10. Stimmt zum Teil: 0 von 10.") == 2
    # Nobody came anywhere, so nobody wanted to come; those who answered wanted to.
    paper = " ".join(" ".join(texts(client.get(f"{path}.pdf").content)).split())
    for told in (page.text, paper):
        assert ("Wer kam" in told, "Geantwortet hat, wer wollte." in told) == (False, True)
    assert client.get(f"{RESULT}/{survey}").status_code == 404, "it is none of this dialogue"


def test_texts_of_before_stay_readable(
    client: TestClient, fill: Fill, database: Database, initiative: Initiative
) -> None:
    survey = fill([{"stars": 4, "text": "Gern wieder"}] * 10)

    def older(session: Any) -> None:
        frozen = queries.result_for_change(session, survey)
        frozen.texts, frozen.released = [], ["Aus alter Zeit"]

    database.transact(within(initiative.id), older)
    assert client.get(RESULT).text.count("Aus alter Zeit") == 1
    with database.read(within(initiative.id)) as session:
        assert queries.results(session, session.get_one(Survey, survey)).texts[0].code == ""


def test_pairs_meet_when_the_later_survey_closes(client: TestClient, fill: Fill, database: Database) -> None:
    before = [{"N1": 3, "U1": 2 + number % 3, "P1": 4} for number in range(12)]
    after = [{"N1": 4, "U1": 3 - number % 2, "P1": 3 - number % 2, "W1": 9} for number in range(12)]
    fill(before, moment="before", audience="confirmed", questionnaire="instrument", traces="w")
    fill([*after, *[{"N1": 1}] * 5], questionnaire="instrument", traces="w")
    page = client.get(RESULT).text
    words = dict(re.findall(r'<h3 class="heading-s">([^<]*) <span class="way[^"]*">([^<]*)</span>', page))
    assert words == {
        "Nutzen für das Land": "gleich",
        "Umgang mit der Umwelt": "unklar",
        "Neuer Betrieb in der Nähe": "niedriger",
    }
    assert heading(client.get(RESULT)) == "Niedriger: Neuer Betrieb in der Nähe."
    # The method of each range is named.
    assert page.count("(95 Prozent, t-Verteilung; bei d_z die nichtzentrale)") == 1
    assert page.count("(95 Prozent; Mittelwert: t-Verteilung, Anteile: Wilson)") == 1
    assert page.count("12 Menschen haben vorher und nachher geantwortet") == 1
    assert page.count("Nicht gezeigt, weniger als fünf Paare.") == 6
    # Twelve differences of -1 and -2: mean -1.5, standard deviation 0.5222.
    assert page.count("In Standardabweichungen (d_z): \N{MINUS SIGN}2,87, Bereich \N{MINUS SIGN}") == 1
    with database.read(wide("figures")) as session:
        kept = {row.code: (row.number, row.mean) for row in session.exec(select(SurveyFigure)) if row.moment == "after"}
    assert (kept["N1"], kept["W1"]) == ((17, pytest.approx(53 / 17)), (12, 9.0))
    compared = client.get(f"{RESULT}/vergleich")
    assert (compared.status_code, heading(compared)) == (200, "Im Vergleich")
    assert compared.text.count("Hier gibt es noch nichts zu vergleichen") == 1
    # Two earlier dialogues are below the threshold; three are told, by the picture, beside it and in the table.
    for count, shown in ((2, 0), (1, 3)):
        _earlier(database, count)
        assert client.get(f"{RESULT}/vergleich").text.count("3 Dialoge") == shown


def _earlier(database: Database, count: int, *, initiative_id: str = "", mean: float = 8.0) -> None:
    """So many closed surveys with one figure like that of the first, of the same initiative or of another."""
    with database.read(wide("figures")) as session:
        figure = session.exec(select(SurveyFigure).where(SurveyFigure.code == "W1")).first()
        survey = session.get_one(Survey, figure.survey_id)
        dialogue = session.get_one(Dialogue, survey.dialogue_id)
    owner = {"initiative_id": initiative_id or dialogue.initiative_id}

    def work(session: Any) -> None:
        for one in range(count):
            older = Dialogue(**dialogue.model_dump(exclude={"id", "slug"}) | owner | {"slug": new_id()})
            session.add(older)
            session.flush()
            kept = survey.model_dump(exclude={"id"})
            closed = Survey(**kept | owner | {"dialogue_id": older.id, "closed_at": NOW - timedelta(days=1)})
            session.add(closed)
            session.flush()
            told = owner | {"survey_id": closed.id, "mean": mean + one, "variance": 2.0}
            session.add(SurveyFigure(**figure.model_dump(exclude={"id"}) | told))

    database.transact(within(owner["initiative_id"]), work)


def test_five_dialogues_of_three_initiatives_stand_in_every_circle(
    client: TestClient, fill: Fill, database: Database, dialogue: Dialogue
) -> None:
    with database.write(within(dialogue.initiative_id)) as session:
        session.get_one(Dialogue, dialogue.id).land = "NW"
    fill([{"W1": 9 - number % 2} for number in range(6)], questionnaire="instrument")
    _earlier(database, 3, mean=6.0)
    others = [
        Initiative(slug=f"fern-{name}", name=f"Fern {name} (fiktiv)", sort_key=name, land="05", created_at=NOW)
        for name in "bc"
    ]
    with database.write(wide("migration")) as session:
        session.add_all(others)
    hidden = "Nicht gezeigt, noch zu wenige Dialoge oder Initiativen mit dieser Frage"
    for other, lines, spreads in zip(others, (3, 0), (1, 4), strict=True):
        _earlier(database, 1, initiative_id=other.id, mean=5.0)
        page = client.get(f"{RESULT}/vergleich").text
        assert re.findall(r'<div class="beside"><p>([^<]*)</p>', page) == [
            "Dieser Dialog", "Frühere Dialoge Ihrer Initiative", "Nachbarschaftsdialog", "Nordrhein-Westfalen",
            "Alle Initiativen",
        ]  # fmt: skip
        pictures = page.partition("Als Tabelle")[0]
        assert (pictures.count(hidden), pictures.count("Ein weiterer Dialog läge meist zwischen")) == (lines, spreads)
    assert pictures.count("5 Dialoge</p>") == 3


def test_who_waited_stands_beside_who_came_at_the_same_moment(client: TestClient, fill: Fill) -> None:
    own = {"questionnaire": "instrument"}
    fill([{"N2": 3}, {"N2": 5}] * 3, **own)
    later = fill([{"N2": 3}] * 6, moment="later", **own)
    fill([{"N2": 1}, {"N2": 3}] * 3, audience="waiting", **own)
    page = client.get(f"{RESULT}/vergleich").text
    assert page.count("Wer kam: 4,0. Wer keinen Platz bekam: 2,0. Unterschied ") == page.count("(Welch)") == 1
    assert page.count("Wer kam, wollte kommen.") == 1
    assert client.get(f"{RESULT}/{later}/vergleich").text.count("Wer keinen Platz bekam:") == 0
    fill([{"N2": 5}] * 6, moment="later", audience="waiting", **own)
    page = client.get(f"{RESULT}/{later}/vergleich").text
    assert page.count("Wer kam: 3,0. Wer keinen Platz bekam: 5,0.") == 1


def test_a_question_in_other_words_is_told_apart(
    client: TestClient, fill: Fill, database: Database, initiative: Initiative
) -> None:
    asked = library.questions_of("instrument", "before") or ()
    first = (replace(asked[0], text=Words("Die Industrie ist gut.")), *asked[1:])

    def own(session: Any) -> str:
        row = session.get_one(Initiative, initiative.id)
        return questionnaires.create(session, initiative=row, name="Eigene", asked=first, actor="p", now=NOW).id

    code = database.transact(within(initiative.id), own)
    fill([{"N1": 3, "P1": 4}] * 6, moment="before", audience="confirmed", questionnaire=code, traces="w")
    fill([{"N1": 4, "P1": 4}] * 6, questionnaire="instrument", traces="w")
    page = client.get(RESULT).text
    words = "Diese Fragen hatten vorher andere Worte, deshalb stehen ihre Antworten für sich:"
    assert re.findall(rf"{words}([^<]*)<", page) == [f" {asked[0].text.de}"]
    names = re.findall(r'<div class="change"><h3 class="heading-s">([^<]*?)\s*<', page)
    assert ("Nutzen für das Land" in names, "Neuer Betrieb in der Nähe" in names) == (False, True)


def test_nothing_is_compared_while_the_survey_runs(client: TestClient, paths: list[str]) -> None:
    assert client.get(f"{RESULT}/vergleich").status_code == 404
