"""The whole application while somebody answers: no log, no figure, no row but those of the answer speaks of it."""

import json
import logging
import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from feedback import operations, pairing, queries
from feedback.models import AnswerSheet, Survey, SurveyMark
from feedback.routes import answers
from feedback.routes.kiosk import kiosk_path
from kit import clock
from kit.db import Database, wide, within
from kit.tokens import derive
from tests.conftest import NOW, World
from tests.web.scene import Forms, Scene
from tests.web.test_registry import dump
from web.app import _ANSWERS, Discreet, declared
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


def test_tablet_and_paper_leave_no_more(database: Database, world: World, caplog: pytest.LogCaptureFixture) -> None:
    """An answer at the tablet, and a sheet that a helper types in."""
    caplog.set_level(logging.DEBUG)
    scene = Scene(database, world)
    token = _open(scene)
    with database.read(wide("figures")) as session:
        survey = session.exec(select(Survey)).one()
    tablet, typing = kiosk_path(survey), f"/arbeitsplatz/ems/umfragen/{survey.id}/eingabe"
    helper, anybody = scene.browser("helper"), scene.browser()
    words = pairing.written(pairing.draw())
    caplog.clear()
    before = dump(database)
    clock.fix(NOW + timedelta(minutes=20))
    for browser, path, values in ((anybody, tablet, {"stars": "4"}), (helper, typing, {"stars": "3"})):
        page = browser.get(path)
        form = {**Forms(page.text, path).found[path], **values, "text": SAID, "woerter": words}
        # A tablet sends again what it does not know to be taken.
        assert [browser.post(path, data=form).status_code for _again in range(2)] == [303, 303]
        assert form[".blatt"] not in json.dumps(dump(database))
        assert form[".blatt"] not in _lines(caplog)
    after = dump(database)
    assert {name for name in after if after[name] != before[name]} == {".survey_mark", ".answer_sheet"}
    assert [word for word in (token, tablet, words, "kiosk", "eingabe", SAID) if word in _lines(caplog)] == []
    with database.read(wide("figures")) as session:
        assert len(session.exec(select(AnswerSheet)).all()) == 2
        assert list(queries.breaches(session)) == []


def test_every_address_that_takes_answers_is_left_out_of_the_log() -> None:
    """Also of those to come: whatever writes an answer stands in one of these modules."""
    root = Path(answers.__file__).parent
    writing = {path.stem for path in root.glob("*.py") if "operations.answer(" in path.read_text(encoding="utf-8")}
    assert writing == {"answers", "kiosk", "paper"}
    for entry in declared():
        module = entry.endpoint.__module__.removeprefix("feedback.routes.")
        if module in ("answers", "kiosk") or (module == "paper" and entry.path.endswith("/eingabe")):
            assert _ANSWERS.fullmatch(re.sub("{[^}]+}", "x", entry.path)), entry.path
