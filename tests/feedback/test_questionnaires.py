"""Questionnaires that an initiative writes itself, without a script."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from events.models import Dialogue
from feedback import library, operations, queries, questions, sweeps
from feedback import questionnaire_forms as forms
from feedback.models import Questionnaire, Survey, SurveyPlan
from feedback.questionnaire_forms import Draft, Typed
from feedback.questions import KINDS, Condition, Option, Question, Words
from feedback.rules import AFTER
from kit import clock
from kit.db import Database, wide, within
from network.models import Initiative
from tests.feedback.desk import browser

NOW = datetime(2027, 4, 24, 21, tzinfo=UTC)
LIST = "/arbeitsplatz/rheinpark/frageboegen"
EVERY_KIND = tuple(
    Question(
        f"f{number}",
        kind,
        Words(f"Frage zu {kind}", f"Question on {kind}", f"Kurz: {kind}"),
        options=(Option("ja", Words("Ja", "Yes", "Ja")), Option("nein", Words("Nein", "No", "Nein")))
        if kind in ("choice", "choices", "ranking", "matrix")
        else (),
        required=kind == "stars",
        reverse=kind == "agreement",
        group="employer" if kind == "choice" else "",
        only_if=Condition("f0", ("4", "5")) if kind == "text" else None,
    )
    for number, kind in enumerate(KINDS)
)


@pytest.fixture
def client(database: Database, initiative: Initiative) -> TestClient:
    clock.fix(NOW)
    return browser(database, [initiative.id], "organiser")


def fields(typed: Typed) -> dict[str, str]:
    """The form as a browser sends it."""
    sent = {"name": typed.name, "anzahl": str(len(typed.drafts))}
    for place, draft in enumerate(typed.drafts):
        for name in ("code", "kind", "de", "en", "plain", "options", "options_en", "options_plain"):
            sent[f"{place}.{name}"] = getattr(draft, name)
        for name in ("after", "answers", "group"):
            sent[f"{place}.{name}"] = getattr(draft, name)
        for name in ("required", "reverse"):
            if getattr(draft, name):
                sent[f"{place}.{name}"] = "ja"
    return sent


def test_what_is_stored_comes_back_as_it_was() -> None:
    """Every kind, with both languages, plain words, a condition and a group."""
    questions.check(EVERY_KIND)
    found = forms.checked(forms.posted(fields(forms.filled("Alle Arten", EVERY_KIND))))
    assert (found.wrong, found.questions) == (False, EVERY_KIND)
    for offered in library.LIBRARY:
        asked = library.questions_of(offered.code, AFTER)
        assert forms.checked(forms.filled(offered.code, asked)).questions == asked


@pytest.mark.parametrize(
    ("step", "codes", "seen"),
    [
        ("hoch-1", "bac", 0),
        ("runter-1", "acb", 2),
        ("weg-0", "bc", 0),
        ("hoch-0", "abc", 0),
        ("runter-2", "abc", 2),
        ("weg-9", "abc", 2),
        ("hoch-²", "abc", 0),
        ("art-1", "abc", 1),
    ],
)
def test_buttons_move_and_take_away(step: str, codes: str, seen: int) -> None:
    before = Typed("x", tuple(Draft(code) for code in "abc"))
    after = forms.changed(before, step)
    assert ("".join(draft.code for draft in after.drafts), forms.place_after(step, after)) == (codes, seen)


def test_a_new_question_has_a_code_of_its_own() -> None:
    after = forms.changed(forms.changed(Typed("x", (Draft("f2"),)), "neu"), "neu")
    assert [draft.code for draft in after.drafts] == ["f2", "f1", "f3"]
    full = Typed("x", tuple(Draft(f"f{number}") for number in range(forms.MOST_WRITTEN)))
    assert forms.changed(full, "neu") == full


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"de": ""}, "Der Text fehlt."),
        ({"kind": "choice"}, "Bitte nennen Sie die Antworten, jede in einer eigenen Zeile."),
        ({"kind": "unknown"}, "Diese Art von Frage gibt es nicht."),
        ({"kind": "choice", "options": "a\nb", "options_en": "a"}, "so viele Zeilen"),
        ({"group": "employer"}, "Nur nach einer Auswahl"),
        ({"after": "later"}, "die nicht vor ihr steht"),
        ({"after": "f0", "answers": "vielleicht"}, "1, 2, 3, 4, 5"),
        ({"de": "x" * 301}, "höchstens 300"),
    ],
)
def test_a_fault_stands_at_its_question(changed: dict[str, str], sentence: str) -> None:
    second = replace(Draft("f1", de="Der zweite Satz."), **changed)
    found = forms.checked(Typed("Unsere", (Draft("f0", de="Der erste Satz."), second)))
    assert (found.drafts[0].error, sentence in found.drafts[1].error) == ("", True)
    assert found.drafts[1].error.startswith("Frage") is False


def test_written_changed_and_used(
    client: TestClient, dialogue: Dialogue, database: Database, come: Callable[..., list]
) -> None:
    sent = {"form_key": "k" * 20, "vorlage": "rating"}
    made = client.post(LIST, data=sent).headers["location"]
    assert client.post(LIST, data=sent).headers["location"] == made
    page = client.get(made)
    assert page.text.count('value="Kopie von: Kurze Bewertung: vier Fragen"') == 1
    typed = forms.filled("Unsere", library.questions_of("rating", AFTER))
    added = client.post(made, data=fields(typed) | {"schritt": "neu"})
    assert (added.status_code, added.text.count('class="written gap')) == (200, 5)
    wrong = client.post(made, data=fields(forms.changed(typed, "neu")) | {"schritt": "speichern"})
    assert (wrong.status_code, re.findall(r'<a href="#([\w-]+)">', wrong.text)) == (422, ["frage-5"])
    assert wrong.text.count('value="Unsere"') == 1
    with database.read(wide("figures")) as session:
        (stored,) = session.exec(select(Questionnaire))
    assert (len(stored.questions), stored.name) == (4, "Kopie von: Kurze Bewertung: vier Fragen")
    assert client.post(made, data=fields(typed) | {"schritt": "speichern"}).status_code == 303
    # A survey keeps the questions it began with.
    plan = "/arbeitsplatz/rheinpark/dialoge/was-passiert/umfragen"
    assert client.post(plan, data={"after.came": stored.id}).status_code == 303
    come(1)
    sweeps.invite_due(database, NOW)
    shorter = replace(typed, drafts=typed.drafts[:1])
    assert client.post(made, data=fields(shorter) | {"schritt": "speichern"}).status_code == 303
    with database.read(wide("figures")) as session:
        (survey,) = session.exec(select(Survey))
        assert len(queries.questions_of(survey)) == 4
        assert len(session.exec(select(Questionnaire)).one().questions) == 1


def test_the_preview_is_walked_through_and_keeps_nothing(client: TestClient, initiative: Initiative) -> None:
    path = f"{LIST}/instrument/vorschau?moment=before"
    first = client.get(path)
    assert first.text.count("Vorschau: So sehen es alle") == 1
    assert (first.text.count("Was denken Sie vor dem Dialog?") > 0, first.text.count('id="rate"')) == (True, 1)
    second = client.post(path, data={"seite": "1", "schritt": "weiter"})
    assert 'name="seite" value="2"' in second.text
    assert "Danke für Ihre Antwort" in client.post(path, data={"seite": "2", "schritt": "senden"}).text
    plain = client.get(f"{path}&fassung=einfach").text
    assert plain.count('class="face"') > 0
    assert client.get(f"{LIST}/rating/vorschau", headers={"accept-language": "en"}).status_code == 200


def test_only_ones_own_are_edited(client: TestClient) -> None:
    assert [client.get(f"{LIST}/rating").status_code, client.get(f"{LIST}/unknown/vorschau").status_code] == [404, 404]


def test_one_that_nobody_needs_is_deleted(client: TestClient, database: Database, dialogue: Dialogue) -> None:
    """While a survey runs or is to come it stays; a survey that is over keeps its questions."""
    path = client.post(LIST, data={"vorlage": "rating", "form_key": "one"}).headers["location"]
    code = path.rpartition("/")[2]
    with database.write(within(dialogue.initiative_id)) as session:
        own = {"initiative_id": dialogue.initiative_id, "dialogue_id": dialogue.id}
        session.add(SurveyPlan(**own, moment="later", audience="came", questionnaire=code))
    refused = client.post(f"{path}/entfernung")
    assert (refused.status_code, "Danach können Sie ihn löschen." in refused.text) == (409, True)
    with database.write(within(dialogue.initiative_id)) as session:
        row = session.get_one(Dialogue, dialogue.id)
        survey = operations.open_survey(session, dialogue=row, moment="later", audience="came", now=NOW)
        assert survey.questionnaire == code
    assert client.post(f"{path}/entfernung").status_code == 409
    with database.write(within(dialogue.initiative_id)) as session:
        operations.close_survey(session, survey=session.get_one(Survey, survey.id), now=NOW)
    assert client.post(f"{path}/entfernung").headers["location"] == LIST
    assert client.get(path).status_code == 404
    assert client.post(f"{path}/entfernung").status_code == 404
    with database.read(wide("figures")) as session:
        assert session.exec(select(Questionnaire)).all() == []
        assert queries.questions_of(session.get_one(Survey, survey.id))[0].code == "stars"
