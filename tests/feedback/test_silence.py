"""The whole application while somebody answers: no log, no figure, no row but those of the answer speaks of it."""

import json
import logging
from datetime import timedelta

import pytest
from sqlmodel import select

from feedback import operations, pairing, queries
from feedback.models import AnswerSheet, SurveyMark
from feedback.routes import answers
from kit import clock
from kit.db import Database, wide, within
from kit.tokens import derive
from tests.conftest import NOW, World
from tests.web.scene import Scene
from tests.web.test_registry import dump
from web.app import Discreet
from web.metrics import TRAFFIC

SAID = "Unverwechselbares"


def _open(scene: Scene) -> str:
    """The link of a survey before a dialogue, which has three words and one link for everybody."""
    dialogue = scene.dialogue()
    with scene.database.write(within(dialogue.initiative_id)) as session:
        survey = operations.open_survey(
            session, dialogue=dialogue, moment="before", audience="confirmed", questionnaire="rating", now=NOW
        )
        return queries.link_token(survey)


def _lines(caplog: pytest.LogCaptureFixture) -> str:
    # Without those of the browser, which is none of ours.
    ours = [record for record in caplog.records if not record.name.startswith("httpx")]
    return "\n".join(Discreet().format(record) for record in ours)


def test_nothing_but_mark_and_sheet_knows_of_an_answer(
    database: Database, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    scene = Scene(database, world)
    token = _open(scene)
    # Also of somebody who is signed in: they are nobody here, and the mark of their last visit stays as it is.
    browser = scene.browser("organiser")
    words = pairing.written(pairing.draw())
    caplog.clear()
    TRAFFIC.answers.clear()
    before = dump(database)
    clock.fix(NOW + timedelta(minutes=20))
    path = f"/umfrage/{token}"
    browser.get(path)
    device = browser.cookies["dialogwerk-survey"]
    form = {"stars": "4", "text": SAID, "woerter": words}
    assert browser.post(path, data={**form, "woerter": "Kein Wort"}).status_code == 422
    assert browser.post(path, data=form).status_code == 303
    assert browser.post(path, data=form).status_code == 409
    browser.get(f"{path}/danke")
    assert browser.get(f"/umfrage/{derive('survey', 'x' * 16, 1)}").status_code == 404
    after = dump(database)
    changed = {name for name in after if after[name] != before[name]}
    # A link that opens nothing is counted, by the network address and the hour.
    assert changed == {".survey_mark", ".answer_sheet", ".rate_counter"}
    everything = json.dumps(after, ensure_ascii=False)
    assert everything.count(SAID) == 1
    for secret in (token, token[20:], device, words, words.lower(), words.replace(" ", "")):
        assert secret not in everything, secret
        assert secret not in _lines(caplog), secret
    assert "umfrage" not in _lines(caplog)
    assert SAID not in _lines(caplog)
    assert [key for key in TRAFFIC.answers if "umfrage" in str(key)] == []
    with database.read(wide("figures")) as session:
        assert (len(session.exec(select(SurveyMark)).all()), len(session.exec(select(AnswerSheet)).all())) == (1, 1)


def test_a_fault_between_mark_and_sheet_keeps_neither_and_says_nothing(
    database: Database, world: World, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = Scene(database, world)
    path = f"/umfrage/{_open(scene)}"
    browser = scene.browser()
    browser.get(path)
    before = dump(database)

    def sheet(**values: object) -> None:
        raise RuntimeError(f"{SAID} {values}")

    caplog.clear()
    with monkeypatch.context() as broken:
        broken.setattr(operations, "AnswerSheet", sheet)
        answer = browser.post(path, data={"stars": "4", "text": SAID})
    assert (answer.status_code, SAID in answer.text) == (500, False)
    assert dump(database) == before
    lines = _lines(caplog)
    assert "RuntimeError" in lines
    assert [word for word in (SAID, path, browser.cookies["dialogwerk-survey"]) if word in lines] == []
    # The same person, the same device, once more.
    assert browser.post(path, data={"stars": "4", "text": SAID}).status_code == 303


def test_every_address_that_takes_answers_is_left_out_of_the_log() -> None:
    """The middleware knows them by how they begin."""
    assert all(entry.path.startswith("/umfrage/") for entry in answers.ROUTES)
