"""The pages of a survey as somebody goes through them: forth and back, in the room, in plain language, once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from sqlmodel import select
from starlette.responses import Response
from starlette.testclient import TestClient

from events.models import Dialogue
from feedback import answer_pages, inviting, operations, pairing, queries, sweeps
from feedback.models import AnswerSheet, Questionnaire, Survey, SurveyInvitation, SurveyMark
from feedback.questions import Condition, Option, Question, Words, as_json
from kit import clock, i18n
from kit.db import Database, wide, within
from kit.tokens import derive
from network.models import Initiative
from tests.feedback.conftest import NOW
from tests.feedback.test_pages import heading, sheets

Values = dict[str, list[str]]


class Sheet(HTMLParser):
    """What a browser would send of the form on a page, every field with its values."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.values: Values = {}
        self.asked: list[str] = []
        self.action = ""
        self._text = self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        found = {name: value or "" for name, value in attrs}
        name, kind = found.get("name", ""), found.get("type", "")
        if tag == "form" and found.get("id") == "rate":
            self.action = found["action"]
        if tag in ("input", "select", "textarea") and kind != "hidden" and name and name not in self.asked:
            self.asked.append(name)
        if (tag == "input" and (kind not in ("radio", "checkbox") or "checked" in found)) and name:
            self.values.setdefault(name, []).append(found.get("value", ""))
        if tag == "textarea":
            self._text, self.values[name] = name, [""]
        if tag == "select":
            self._select, self.values[name] = name, [""]
        if tag == "option" and "selected" in found:
            self.values[self._select] = [found["value"]]

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            # The line feed right after the tag is none of the text.
            self.values[self._text] = [self.values[self._text][0].removeprefix("\n")]
            self._text = ""

    def handle_data(self, data: str) -> None:
        if self._text:
            self.values[self._text][0] += data


def words(text: str, plain: str = "") -> Words:
    return Words(text, f"{text} (en)", plain)


def offered(*codes: str) -> tuple[Option, ...]:
    return tuple(Option(code, words(code.upper())) for code in codes)


# Three pages: what stands on the second one hangs on the first answer.
LONG = (
    Question("art", "choice", words("Wer sind Sie?"), offered("gast", "team")),
    Question("weg", "line", words("Wie kamen Sie?"), only_if=Condition("art", ("gast",)), required=True),
    Question("ziele", "choices", words("Was war Ihr Ziel?"), offered("a", "b", "c")),
    Question("platz", "ranking", words("Was zuerst?"), offered("x", "y")),
    Question("teile", "matrix", words("Die Teile"), offered("eins", "zwei", "drei")),
    Question("sterne", "stars", words("Sterne?", "Gut?"), required=True),
    Question("nps", "recommendation", words("Empfehlen Sie uns?")),
    Question("text", "text", words("Noch etwas?")),
)


def survey_of(database: Database, dialogue: Dialogue, asked: tuple[Question, ...] = LONG, **more: Any) -> Survey:
    """A survey with questions of its own; without a word about it one in the room."""
    with database.write(within(dialogue.initiative_id)) as session:
        own = Questionnaire(
            initiative_id=dialogue.initiative_id, name="Eigene", questions=as_json(asked), changed_at=NOW
        )
        session.add(own)
        session.flush()
        given = {"moment": "live", "audience": "anybody", "linked": True} | more
        return operations.open_survey(
            session,
            dialogue=session.get_one(Dialogue, dialogue.id),
            questionnaire=own.id,
            now=NOW,
            **given,
        )


def link(survey: Survey) -> str:
    return f"/umfrage/{queries.link_token(survey)}"


def device(client: TestClient) -> TestClient:
    """Another browser."""
    return TestClient(client.app, follow_redirects=False)


def turn(client: TestClient, page: Response, step: str = "weiter", **filled: str | list[str]) -> Response:
    """Fills in what stands on this page and presses a button, as a browser would."""
    sheet = Sheet(page.text)
    unknown = set(filled) - set(sheet.asked)
    assert not unknown, unknown
    values = sheet.values | {name: value if isinstance(value, list) else [value] for name, value in filled.items()}
    return client.post(sheet.action, data={**values, "schritt": [step]})


def test_several_pages_forth_and_back_with_nothing_lost_and_nothing_kept(
    client: TestClient, database: Database, dialogue: Dialogue
) -> None:
    path = link(survey_of(database, dialogue))
    first = client.get(path)
    assert Sheet(first.text).asked == ["art"]
    # What must be answered is not called voluntary.
    assert turn(client, first, art="gast").text.count("(freiwillig)") == 0
    missing = turn(client, turn(client, first, art="gast"))
    assert (missing.status_code, missing.text.count("Diese Antwort brauchen wir.")) == (422, 2)
    given = {"ziele": ["a", "c"], "platz.x": "2", "platz.y": "1", "teile.eins": "5", "teile.drei": "weiss_nicht"}
    third = turn(client, missing, weg='Mit dem <Rad> & "Bus"', **given)
    assert Sheet(third.text).asked == ["sterne", "nps", "text"]
    # Back twice with the last page half filled in, and forth again.
    back = turn(client, turn(client, third, "zurueck", nps="0", text="Zeile\r\nzwei"), "zurueck")
    assert (Sheet(back.text).asked, Sheet(back.text).values["art"]) == (["art"], ["gast"])
    forth = turn(client, back)
    assert Sheet(forth.text).values["weg"] == ['Mit dem <Rad> & "Bus"']
    assert sorted(Sheet(forth.text).values["ziele"]) == ["a", "c"]
    end = turn(client, forth)
    assert sheets(database) == []
    sent = turn(client, end, "senden", sterne="4")
    assert (sent.status_code, sent.headers["location"]) == (303, f"{path}/danke")
    assert sheets(database) == [
        {
            "art": "gast",
            "weg": 'Mit dem <Rad> & "Bus"',
            "ziele": ["a", "c"],
            "platz": ["y", "x"],
            "teile": {"eins": 5},
            "sterne": 4,
            "nps": 0,
            "text": "Zeile\nzwei",
        }
    ]


def test_a_page_that_nobody_with_these_answers_needs_is_passed_over_both_ways(
    client: TestClient, database: Database, dialogue: Dialogue
) -> None:
    asked = (
        Question("a", "choice", words("A?"), offered("ja", "nein")),
        Question("b", "choice", words("B?"), offered("ja", "nein"), only_if=Condition("a", ("ja",)), required=True),
        Question("c", "line", words("C?"), only_if=Condition("b", ("ja",)), required=True),
        *(Question(f"m{number}", "matrix", words("M?"), offered("r1", "r2", "r3", "r4")) for number in range(2)),
    )
    path = link(survey_of(database, dialogue, asked))
    # Questions that must be answered are not passed over.
    page = turn(client, client.get(path), a="ja")
    assert Sheet(page.text).asked == ["b"]
    page = turn(client, page, b="ja")
    assert "c" in Sheet(page.text).asked
    page = turn(client, client.get(path), a="nein")
    assert Sheet(page.text).asked[0] == "m0.r1"
    assert Sheet(turn(client, page, "zurueck").text).asked == ["a"]
    # Whoever changes their mind sends nothing of what they wrote before.
    page = turn(client, turn(client, turn(client, turn(client, client.get(path), a="ja"), b="ja"), c="x"), "zurueck")
    back = turn(client, turn(client, page, "zurueck"), "zurueck")
    end = turn(client, turn(client, turn(client, back, a="nein")))
    assert turn(client, end, "senden").status_code == 303
    assert sheets(database) == [{"a": "nein", "m0": None, "m1": None}]


def test_what_is_missing_on_an_earlier_page_leads_back_to_it(
    client: TestClient, database: Database, dialogue: Dialogue
) -> None:
    path = link(survey_of(database, dialogue))
    client.get(path)
    page = client.post(path, data={"art": "team", "text": "bleibt", "seite": "4"})
    assert page.status_code == 422
    assert "sterne" in Sheet(page.text).asked
    assert page.text.count("Die Sterne fehlen.") == 2
    assert Sheet(page.text).values["text"] == ["bleibt"]
    assert sheets(database) == []


def test_a_page_that_does_not_exist(client: TestClient, database: Database, dialogue: Dialogue) -> None:
    path = link(survey_of(database, dialogue))
    client.get(path)
    for step in ("weiter", "senden", "zurueck", "x"):
        for number in ("0", "-1", "99", "100000000000", "٣", "x", ""):
            answer = client.post(path, data={"art": "gast", "seite": number, "schritt": step})
            assert answer.status_code in (200, 422)
    assert sheets(database) == []


def test_each_device_in_the_room_counts_once(client: TestClient, database: Database, dialogue: Dialogue) -> None:
    asked = LONG[5:6]
    path = link(survey_of(database, dialogue, asked))
    others = [client, device(client), device(client)]
    for number, each in enumerate(others, start=1):
        page = each.get(path)
        assert page.headers["set-cookie"].startswith("dialogwerk-survey=")
        assert "HttpOnly" in page.headers["set-cookie"]
        sent = turn(each, page, "senden", sterne=str(number))
        assert sent.status_code == 303
        assert heading(each.get(sent.headers["location"])) == "Danke für Ihre Antwort"
        # A double click, the page before sent again, a reload.
        again = turn(each, page, "senden", sterne="5")
        assert (again.status_code, heading(again)) == (409, "Ihre Antwort ist schon da")
        assert ("Jedes Gerät zählt einmal." in again.text, "Einladung" in again.text) == (True, False)
        reloaded = each.get(path)
        assert (heading(reloaded), "set-cookie" in reloaded.headers) == ("Ihre Antwort ist schon da", False)
    assert sorted(sheet["sterne"] for sheet in sheets(database)) == [1, 2, 3]
    with database.read(wide("figures")) as session:
        marks = session.exec(select(SurveyMark.mark)).all()
        assert list(queries.breaches(session)) == []
    assert len(marks) == 3
    assert not {each.cookies["dialogwerk-survey"] for each in others} & set(marks)


def test_an_empty_sheet_is_no_answer_and_the_link_stays_good(
    client: TestClient, database: Database, dialogue: Dialogue
) -> None:
    path = link(survey_of(database, dialogue, LONG[6:]))
    page = client.get(path)
    for nothing in ({}, {"text": " \n"}):
        empty = turn(client, page, "senden", **nothing)
        assert (empty.status_code, empty.text.count("Bitte beantworten Sie mindestens eine Frage.")) == (422, 2)
    assert sheets(database) == []
    assert turn(client, page, "senden", text="Doch").status_code == 303


def test_a_device_without_a_cookie_gets_one_and_keeps_what_it_wrote(
    client: TestClient, database: Database, dialogue: Dialogue
) -> None:
    path = link(survey_of(database, dialogue, LONG[5:]))
    client.cookies.clear()
    page = client.post(path, data={"sterne": "2", "text": "Noch da"})
    assert page.status_code == 422
    assert "Ihr Browser behält für diese Seite kein Cookie." in page.text
    assert (Sheet(page.text).values["sterne"], Sheet(page.text).values["text"]) == (["2"], ["Noch da"])
    assert sheets(database) == []
    assert turn(client, page, "senden").status_code == 303
    assert len(sheets(database)) == 1


@pytest.mark.parametrize("cookie", ["", "x", "ä" * 32, "a" * 31 + "!", "a" * 5000, "a" * 31 + "\u0660"])
def test_a_word_that_is_none_of_ours_is_no_device(
    client: TestClient, database: Database, dialogue: Dialogue, cookie: str
) -> None:
    path = link(survey_of(database, dialogue, LONG[5:]))
    sent = client.post(path, data={"sterne": "2"}, headers={"cookie": b"dialogwerk-survey=" + cookie.encode("utf-8")})
    assert (sent.status_code, sheets(database)) == (422, [])


def test_the_same_device_answers_another_survey_and_nothing_stored_tells(
    client: TestClient, database: Database, dialogue: Dialogue
) -> None:
    paths = [link(survey_of(database, dialogue, LONG[5:6], subject=subject)) for subject in ("eins", "zwei")]
    for path in paths:
        assert turn(client, client.get(path), "senden", sterne="3").status_code == 303
    with database.read(wide("figures")) as session:
        assert len(set(session.exec(select(SurveyMark.mark)))) == 2


def test_another_version_is_refused_with_a_sentence(client: TestClient, database: Database, dialogue: Dialogue) -> None:
    path = link(survey_of(database, dialogue, LONG[5:6]))
    page = client.get(path)
    values = {**Sheet(page.text).values, "fassung": ["abcdefabcdef"], "sterne": ["5"]}
    for step in ("senden", "weiter", "zurueck"):
        sent = client.post(path, data={**values, "schritt": [step]})
        assert (sent.status_code, heading(sent)) == (409, "Diese Fragen gibt es so nicht mehr")
        assert "Es ist nichts gespeichert." in sent.text
    assert sheets(database) == []


def test_a_survey_in_the_room_ends_when_its_result_is_shown(
    client: TestClient, database: Database, dialogue: Dialogue
) -> None:
    survey = survey_of(database, dialogue, LONG[5:6])
    page = client.get(link(survey))
    with database.write(within(dialogue.initiative_id)) as session:
        shown = operations.show_result(session, survey=survey, now=NOW + timedelta(minutes=5), actor="person:p")
        again = operations.show_result(session, survey=survey, now=NOW + timedelta(minutes=9), actor="person:p")
    assert (shown.shown_at, again.shown_at) == (NOW + timedelta(minutes=5), NOW + timedelta(minutes=5))
    late = turn(client, page, "senden", sterne="3")
    assert (late.status_code, heading(late), sheets(database)) == (409, "Die Umfrage ist beendet", [])
    assert f"Sie lief bis {i18n.format_moment(datetime(2027, 4, 24, 23, 5))}." in late.text


def test_the_link_of_the_room_is_its_own(client: TestClient, database: Database, dialogue: Dialogue) -> None:
    survey = survey_of(database, dialogue, LONG[5:6])
    asked_by_letter = survey_of(database, dialogue, LONG[5:6], moment="after", audience="came", linked=False)
    wrong = [
        derive("survey", survey.id, 1),
        derive("survey_link", survey.id, 2),
        derive("survey_link", survey.id, 0),
        derive("survey_link", asked_by_letter.id, 1),
        derive("survey_link", asked_by_letter.id, 0),
    ]
    for token in wrong:
        for path in (f"/umfrage/{token}", f"/umfrage/{token}/danke"):
            assert (client.get(path).status_code, client.post(path, data={"sterne": "3"}).status_code) in (
                (404, 404),
                (404, 405),
            )


def test_plain_language_is_three_smileys_kept_apart(client: TestClient, database: Database, dialogue: Dialogue) -> None:
    path = link(survey_of(database, dialogue))
    first = client.get(path)
    assert f'href="{path}?sprache=einfach"' in first.text
    page = client.get(f"{path}?sprache=einfach")
    assert (Sheet(page.text).asked, page.text.count('class="face"')) == (["sterne_einfach"], 3)
    assert f'href="{path}"' in page.text
    # What is kept is told in the language of the page: short sentences, no database and no log.
    assert ("Wir speichern Ihre Antworten. Ihren Namen" in page.text, "Datenbank" in page.text) == (True, False)
    sent = turn(client, page, "senden", sterne_einfach="3")
    assert (sent.status_code, sheets(database)) == (303, [{"sterne_einfach": 3}])


def test_a_survey_without_twins_has_no_plain_language(
    client: TestClient, database: Database, dialogue: Dialogue
) -> None:
    path = link(survey_of(database, dialogue, LONG[7:]))
    for page in (client.get(path), client.get(f"{path}?sprache=einfach")):
        assert (Sheet(page.text).asked, "sprache=einfach" in page.text) == (["text"], False)


def test_english_is_complete_on_the_page(client: TestClient, database: Database, dialogue: Dialogue) -> None:
    path = link(survey_of(database, dialogue, LONG[5:]))
    with i18n.use("en"):
        page = client.get(path)
    assert page.text.count("Sterne? (en)") == 1
    assert "Noch etwas? (en)" in page.text
    assert [word for word in ("Sterne?<", "Antworten abschicken", "Frage 1 von") if word in page.text] == []


def test_markup_in_questions_and_answers_is_text(client: TestClient, database: Database, dialogue: Dialogue) -> None:
    asked = (
        Question("a", "choice", words("<b>A</b>"), (Option("x", words("<i>X</i>")), Option("y", words('"y"')))),
        Question("b", "line", words("B"), only_if=Condition("a", ("x",))),
    )
    path = link(survey_of(database, dialogue, asked))
    page = turn(client, client.get(path), a="x")
    assert "<b>A" not in client.get(path).text + page.text
    sent = turn(client, page, "weiter", b='"><script>x</script>')
    assert "<script>x" not in sent.text
    assert turn(client, turn(client, page, "zurueck"), "weiter").status_code == 200


def test_a_hundred_thousand_characters_come_back_as_a_sentence(
    client: TestClient, database: Database, dialogue: Dialogue
) -> None:
    path = link(survey_of(database, dialogue, LONG[5:]))
    page = turn(client, client.get(path), "senden", sterne="3", text="x" * 100_000)
    assert page.status_code == 422
    assert "Das sind 100000 Zeichen. Bitte kürzen Sie den Text auf höchstens 1000." in page.text
    assert Sheet(page.text).values["text"] == ["x" * 100_000]
    # What is larger than a form may be is refused as a whole.
    assert client.post(path, data={"sterne": "3", "text": "x" * 1_000_000}).status_code == 413
    assert sheets(database) == []


def test_three_words_before_and_after_find_each_other(
    client: TestClient, database: Database, dialogue: Dialogue, come: Callable[..., list]
) -> None:
    come(1)
    before = survey_of(
        database, dialogue, LONG[5:6], moment="before", audience="confirmed", closes_at=NOW + timedelta(hours=1)
    )
    page = client.get(link(before))
    drawn = Sheet(page.text).values["woerter"][0]
    assert pairing.read(drawn) is not None
    # Words from a card replace them; what nobody knows is refused with all that was written.
    wrong = turn(client, page, "senden", sterne="2", woerter="Gibt es nicht")
    assert wrong.status_code == 422
    assert Sheet(wrong.text).values["woerter"] == ["Gibt es nicht"]
    assert turn(client, wrong, "senden", woerter=drawn).status_code == 303
    after = survey_of(database, dialogue, LONG[5:6], moment="after", audience="came", linked=False)
    with database.write(within(dialogue.initiative_id)) as session:
        inviting.invite(session, survey=after, limit=9, now=NOW)
        mark = session.exec(select(SurveyInvitation)).one()
    page = client.get(f"/umfrage/{derive('survey', mark.id, 1)}")
    assert Sheet(page.text).values["woerter"] == [""]
    assert turn(client, page, "senden", sterne="4", woerter=drawn.upper().replace(" ", "-")).status_code == 303
    with database.read(wide("figures")) as session:
        traces = [sheet.traces for sheet in session.exec(select(AnswerSheet))]
    assert (len(traces), len(set(traces)), len(traces[0])) == (2, 1, 32)


def test_in_the_room_nobody_is_asked_for_three_words(
    client: TestClient, database: Database, dialogue: Dialogue
) -> None:
    path = link(survey_of(database, dialogue, LONG[5:6]))
    page = client.get(path)
    assert "woerter" not in Sheet(page.text).asked
    # Posted anyway they leave no trace.
    assert client.post(path, data={"sterne": "3", "woerter": pairing.written(pairing.draw())}).status_code == 303
    with database.read(wide("figures")) as session:
        assert session.exec(select(AnswerSheet.traces)).one() == ""


def test_a_survey_of_the_initiative_itself(client: TestClient, database: Database, initiative: Initiative) -> None:
    with database.write(within(initiative.id)) as session:
        survey = operations.open_to_all(
            session,
            initiative=session.get_one(Initiative, initiative.id),
            title="Was beschäftigt Sie?",
            questionnaire="children",
            closes_at=NOW + timedelta(days=3),
            actor="person:p",
            now=NOW,
        )
    page = client.get(link(survey))
    assert (heading(page), page.text.count("Was beschäftigt Sie?") > 0) == ("Ihre Meinung", True)
    assert turn(client, page, "senden", fun="3").status_code == 303
    clock.fix(NOW + timedelta(days=3))
    assert heading(device(client).get(link(survey))) == "Die Umfrage ist beendet"
    sweeps.close_due(database, NOW + timedelta(days=3))
    with database.read(wide("figures")) as session:
        assert session.exec(select(Survey.state)).one() == "closed"
        assert list(queries.breaches(session)) == []


@pytest.mark.parametrize(("zone", "told"), [("Europe/Berlin", 11), ("America/New_York", 5)])
def test_the_end_is_told_in_the_time_of_the_place(
    client: TestClient, database: Database, dialogue: Dialogue, zone: str, told: int
) -> None:
    with database.write(within(dialogue.initiative_id)) as session:
        session.get_one(Dialogue, dialogue.id).zone = zone
    page = client.get(link(survey_of(database, dialogue, LONG[5:6])))
    assert f"({i18n.format_moment(datetime(2027, 4, 25, told))})" in page.text


def test_a_question_keeps_its_number_when_one_before_it_is_not_asked() -> None:
    asked = tuple(Question(code, "agreement", Words(code)) for code in "abc")
    with i18n.use("de"):
        found = answer_pages.asking(asked[1:], {}, {}, of=asked)
    assert [each.number for each in found] == ["Frage 2 von 3", "Frage 3 von 3"]


@pytest.mark.parametrize("length", [1001, 5000, 300_000, 990_000])
def test_a_text_that_is_too_long_comes_back_with_a_sentence(
    client: TestClient, database: Database, paths: list[str], length: int
) -> None:
    """Up to the largest form that the server takes, however a browser sends it."""
    for more in ({}, {"files": {"x": (None, "")}}):
        page = client.post(paths[0], data={"stars": "4", "text": "x" * length}, **more)
        assert (page.status_code, page.text.count('id="text-error"')) == (422, 1)
        assert page.text.count("x" * length) == 1
    assert sheets(database) == []
