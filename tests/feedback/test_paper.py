"""Surveys on paper: the sheet, the cards, and typing in."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pikepdf
import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from events.models import Dialogue
from feedback import library, operations, pairing, paper, queries, questions, sheets, whole
from feedback.models import AnswerSheet, Survey, SurveyMark
from feedback.paper import Facts
from feedback.questions import Option, Question, Words
from kit import clock
from kit.db import Database, wide, within
from network.models import Initiative
from tests.feedback.desk import browser
from tests.feedback.test_questionnaires import EVERY_KIND
from tests.pdf.reading import texts

NOW = datetime(2027, 4, 24, 21, tzinfo=UTC)
FACTS = Facts("Nachbarschaftsbüro (fiktiv)", "Was passiert?", "24. April 2027", "Fragebogen", False, True, True)


def test_numbers_become_answers() -> None:
    options = (Option("ja", Words("Ja")), Option("nein", Words("Nein")))
    asked = (
        Question("a", "agreement", Words("A")),
        Question("b", "choice", Words("B"), options),
        Question("c", "choices", Words("C"), options),
        Question("d", "ranking", Words("D"), options),
        Question("e", "matrix", Words("E"), options),
        Question("f", "line", Words("F")),
    )
    typed = {"a": ["4"], "b": ["2"], "c": ["1, 2"], "d.ja": ["2"], "d.nein": ["1"], "e.ja": ["5"], "f": ["Kran"]}
    read = sheets.read(asked, paper.read_typed(asked, typed))
    assert (read.errors, read.answers) == (
        {},
        {"a": 4, "b": "nein", "c": ["ja", "nein"], "d": ["nein", "ja"], "e": {"ja": 5}, "f": "Kran"},
    )
    wrong = {"a": ["6"], "b": ["3"], "c": ["0"], "d.ja": ["1"], "e.ja": ["9"]}
    assert sorted(sheets.read(asked, paper.read_typed(asked, wrong)).errors) == ["a", "b", "c", "d", "e"]
    assert sheets.read(asked, paper.read_typed(asked, {})).errors == {}
    # What stands in the box of "don't know" may be typed, and is more than an empty sheet.
    dashes = sheets.sent(asked, paper.read_typed(asked, {"a": ["–"], "b": ["-"], "e.ja": ["-"]}))
    assert (dashes.errors, set(dashes.answers.values())) == ({}, {None})
    assert list(sheets.sent(asked, paper.read_typed(asked, {"f": [" "]})).errors) == ["a"]


def test_what_is_typed_of_a_code() -> None:
    assert whole.code_of("") == (None, "")
    assert whole.code_of("ma b-n.07") == ("MABN07", "")
    assert whole.code_of("MA_N07")[0] == "MA_N07"
    assert whole.code_of("MAB")[0] is None
    assert len(paper.code_boxes()) == pairing.CODE_LENGTH


def test_neighbours_on_one_scale_share_a_table() -> None:
    asked = library.questions_of("instrument", "after")
    assert [(block.kind, len(block.rows)) for block in paper.blocks(asked)] == [
        ("agreement", 12), ("satisfaction", 1), ("recommendation", 1), ("knowledge", 2), ("text", 1),
    ]  # fmt: skip


@pytest.mark.parametrize("offered", library.LIBRARY, ids=lambda offered: offered.code)
@pytest.mark.usefixtures("made")
def test_a_sheet_is_tagged_and_has_two_pages_at_most(offered: library.Offered) -> None:
    asked = library.questions_of(offered.code, "after")
    content = paper.questionnaire_pdf(asked, FACTS)
    with pikepdf.open(BytesIO(content)) as document:
        assert bool(document.Root.MarkInfo.Marked) is True
        assert b"pdfuaid" in document.Root.Metadata.read_bytes()
    pages = texts(content)
    assert len(pages) <= 2
    words = " ".join(pages)
    assert all(re.sub(r"\W", "", question.text.de) in re.sub(r"\W", "", words) for question in asked)


@pytest.mark.usefixtures("made")
def test_every_kind_of_question_stands_on_paper() -> None:
    words = " ".join(texts(paper.questionnaire_pdf(EVERY_KIND, FACTS)))
    squeezed = re.sub(r"\s", "", words)
    assert all(re.sub(r"\s", "", question.text.de) in squeezed for question in EVERY_KIND)
    assert "Nur,wennSiebeiFrage1" in squeezed


@pytest.mark.usefixtures("made")
def test_a_sheet_in_plain_language_is_plain_from_head_to_foot() -> None:
    asked = questions.in_plain_language(library.questions_of("instrument", "after"))
    (words,) = texts(paper.questionnaire_pdf(asked, replace(FACTS, plain=True)))
    squeezed = re.sub(r"\s", "", words)
    plain = "Machen Sie in jeder Zeile ein Kreuz.", "Nur die Zahl bleibt.", "Von wem ein Blatt ist, wissen wir nicht."
    assert all(re.sub(r"\s", "", sentence) in squeezed for sentence in plain)
    assert [word for word in ("Prüfsumme", "ankreuzen", "freiwillig", "Gespeichertwerden") if word in squeezed] == []


@pytest.mark.usefixtures("made")
def test_cards_carry_words_and_no_name_and_are_new_each_time() -> None:
    first, second = (texts(paper.cards_pdf(2, title="Was passiert?", initiative="X", day="")) for _time in range(2))
    assert len(first) == 2
    # Long words stand on two lines.
    cards = re.compile(r"(\w+\s+\w+\s+\w+)\s+Was passiert\?\s+Ihre drei")
    found = [[" ".join(words.split()) for words in cards.findall(" ".join(pages))] for pages in (first, second)]
    assert all(pairing.read(words) for words in found[0])
    assert (len(found[0]), len(set(found[0]) | set(found[1]))) == (20, 40)


@pytest.fixture
def client(database: Database, initiative: Initiative) -> TestClient:
    clock.fix(NOW)
    return browser(database, [initiative.id], "helper")


def test_a_sheet_is_typed_in_once(client: TestClient, paths: list[str], database: Database) -> None:
    with database.read(wide("figures")) as session:
        survey = session.exec(select(Survey)).one()
    path = f"/arbeitsplatz/rheinpark/umfragen/{survey.id}/eingabe"
    # Nobody was asked before: no sign would make a pair.
    assert client.get(path).text.count('id="sheet-code"') == 0
    with database.write(within(survey.initiative_id)) as session:
        row = session.get_one(Dialogue, survey.dialogue_id)
        operations.open_survey(session, dialogue=row, moment="before", audience="confirmed", now=NOW)
    page = client.get(path).text
    word = re.findall(r'name="\.blatt" value="(\w{32})"', page)[0]
    typed = {".blatt": word, "heard": "4", "critical": "", "text": "Mehr Zeit", ".code": "mabn07"}
    wrong = client.post(path, data=typed | {"heard": "7", ".code": "x"})
    assert (wrong.status_code, re.findall(r'<a href="#([\w-]+)">', wrong.text)) == (422, ["heard", "sheet-code"])
    assert (wrong.text.count('value="7"'), wrong.text.count(word)) == (1, 1)
    for _time in range(2):
        sent = client.post(path, data=typed)
        assert (sent.status_code, sent.headers["location"]) == (303, f"{path}?erfasst=1")
    assert "1 Blatt ist eingetippt." in client.get(f"{path}?erfasst=1").text
    with database.read(wide("figures")) as session:
        (stored,) = session.exec(select(AnswerSheet))
        assert len(list(session.exec(select(SurveyMark)))) == 1
    # On paper nobody can be asked again for the stars.
    assert stored.answers == {"stars": None, "heard": 4, "critical": None, "text": "Mehr Zeit"}
    keys = pairing.pairing_keys()
    assert stored.traces.split() == list(pairing.code_traces("MABN07", scope=survey.dialogue_id, keys=keys))
    assert questions.version(queries.questions_of(survey)) == survey.version
