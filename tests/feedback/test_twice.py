"""The same questions by letter and by the link in the room: one person answers once, and nothing says which way."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from events.models import Dialogue
from feedback import inviting, operations, queries
from feedback.models import AnswerSheet, Survey, SurveyInvitation, SurveyMark
from kit.db import Database, wide, within
from kit.tokens import derive
from tests.feedback.conftest import NOW

FORM = {"stars": "4", "schritt": "senden"}


@pytest.fixture
def ways(database: Database, dialogue: Dialogue, come: Callable[..., list]) -> tuple[str, list[str]]:
    """The link in the room before a dialogue, and those of two invitations."""
    come(2)

    def work(session: object) -> tuple[str, list[str]]:
        row = session.get_one(Dialogue, dialogue.id)
        survey = operations.open_survey(
            session, dialogue=row, moment="before", audience="confirmed", questionnaire="rating",
            closes_at=NOW + timedelta(days=1), now=NOW,
        )  # fmt: skip
        inviting.invite(session, survey=survey, limit=10, now=NOW)
        session.flush()
        marks = session.exec(select(SurveyInvitation.id)).all()
        return f"/umfrage/{queries.link_token(survey)}", [f"/umfrage/{derive('survey', mark, 1)}" for mark in marks]

    return database.transact(within(dialogue.initiative_id), work)


def counted(database: Database) -> tuple[int, int, int]:
    """Sheets, used invitations, marks of devices."""
    with database.read(wide("figures")) as session:
        used = session.exec(select(SurveyInvitation).where(SurveyInvitation.answered)).all()
        return len(session.exec(select(AnswerSheet)).all()), len(used), len(session.exec(select(SurveyMark)).all())


def test_who_answered_the_letter_does_not_answer_in_the_room(
    client: TestClient, database: Database, ways: tuple[str, list[str]]
) -> None:
    link, (own, _other) = ways
    assert client.post(own, data=FORM).status_code == 303
    assert client.get(f"{own}/danke").text.count("Danke für Ihre Antwort") > 0
    page = client.get(link)
    assert ("Ihre Antwort ist schon da" in page.text, client.post(link, data=FORM).status_code) == (True, 409)
    assert counted(database) == (1, 1, 0), "the server knows no more of the device than before"
    # Another device may: it is not known who holds it.
    client.cookies.clear()
    client.get(link)
    assert client.post(link, data=FORM).status_code == 303


def test_who_answered_in_the_room_is_asked_before_the_letter_counts(
    client: TestClient, database: Database, ways: tuple[str, list[str]]
) -> None:
    link, (own, other) = ways
    client.get(link)
    assert client.post(link, data=FORM).status_code == 303
    page = client.get(own)
    assert (page.status_code, "Von diesem Gerät gibt es schon eine Antwort" in page.text) == (200, True)
    assert 'name="stars"' not in page.text
    # Somebody else at the same device is not kept out.
    again = client.get(f"{other}?person=andere").text
    assert 'name="stars"' in again
    assert again.count("sprache=einfach&amp;person=andere") == 1
    assert client.post(other, data=FORM).status_code == 303
    assert counted(database) == (2, 1, 1)


def test_the_note_is_the_same_for_every_device_and_leads_nowhere(
    client: TestClient, ways: tuple[str, list[str]]
) -> None:
    link, invitations = ways
    notes = set()
    for path in (link, *invitations):
        client.cookies.clear()
        client.get(path)
        client.post(path, data=FORM)
        notes.add(client.cookies["dialogwerk-survey-done"])
    assert len(notes) == 1
    assert len(min(notes)) == 12


def test_no_note_where_there_is_one_way(client: TestClient, paths: list[str]) -> None:
    assert client.post(paths[0], data=FORM).status_code == 303
    assert "dialogwerk-survey-done" not in client.cookies
    assert client.get(paths[1]).text.count('name="stars"') == 5


def test_who_waits_for_a_place_has_no_link_in_the_room(database: Database, dialogue: Dialogue) -> None:
    def work(session: object) -> dict[str, int]:
        row = session.get_one(Dialogue, dialogue.id)
        opened: dict[str, object] = {"moment": "before", "questionnaire": "rating", "now": NOW}
        return {
            audience: operations.open_survey(session, dialogue=row, audience=audience, **opened).link_version
            for audience in ("confirmed", "waiting")
        }

    assert database.transact(within(dialogue.initiative_id), work) == {"confirmed": 1, "waiting": 0}


def test_the_note_of_one_dialogue_says_nothing_of_another(client: TestClient, ways: tuple[str, list[str]]) -> None:
    from feedback import devices

    survey = Survey(dialogue_id="other", moment="before", version="v", opens_at=NOW, closes_at=NOW, initiative_id="i")
    assert client.post(ways[1][0], data=FORM).status_code == 303
    assert devices._note(survey) not in client.cookies["dialogwerk-survey-done"]
