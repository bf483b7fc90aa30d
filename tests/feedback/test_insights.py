"""What is learned at a dialogue: a draft of result, programme and minutes that the team keeps, changes and hands over."""

import html
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from events.models import Dialogue, Offer, ProgrammeItem
from feedback import insights, queries
from feedback.models import Insight
from kit import clock
from kit.db import Database, wide, within
from tests.feedback.test_pages import NOW
from tests.feedback.test_result_pages import fill as fill

PATH = "/arbeitsplatz/rheinpark/dialoge/was-passiert/erkenntnis"


def kept(database: Database, dialogue: Dialogue) -> tuple[str, str, str] | None:
    with database.read(within(dialogue.initiative_id)) as session:
        found = queries.insight_of(session, dialogue.id)
        return None if found is None else (found.minutes, found.text, found.state)


def test_a_draft_is_made_changed_and_handed_over(
    client: TestClient, fill: Callable[..., str], database: Database, dialogue: Dialogue
) -> None:
    fill([{"stars": 4, "heard": 3}] * 6)
    page = client.get(PATH).text
    assert [page.count(words) for words in ("# Was passiert, wenn was passiert?", "Noch kein Protokoll.")] == [1, 1]
    assert page.count("Zufriedenheit (1 bis 5 Sterne): 4,0, alle haben dasselbe geantwortet, 6 Antworten.") == 1
    assert page.count("<li>Auch kritische Punkte kamen zur Sprache: Nicht gezeigt, weniger als fünf Antworten") == 1
    empty = client.post(PATH, data={"minutes": "Der Lärm.", "text": " ", "schritt": "freigabe"})
    assert (empty.status_code, empty.text.count("Der Lärm.</textarea>")) == (422, 1)
    assert (client.get(f"{PATH}.md").status_code, kept(database, dialogue)) == (404, None)
    long = client.post(PATH, data={"minutes": "Der Lärm.", "text": "x" * 30001})
    assert (long.status_code, long.text.count("Der Lärm.</textarea>"), kept(database, dialogue)) == (422, 1, None)
    minutes = "Viele fragten nach dem Lärm."
    client.post(PATH, data={"minutes": minutes, "text": "alt", "schritt": "neu"})
    found, text, state = kept(database, dialogue) or ("", "", "")
    assert (found, state) == (minutes, "draft")
    assert text.count("## Was zur Sprache kam\n\nViele fragten nach dem Lärm.\n") == 1
    for step, then in (("", "draft"), ("freigabe", "ready"), ("", "ready"), ("entwurf", "draft")):
        # Whatever is pressed takes what stands in the field.
        done = client.post(PATH, data={"minutes": minutes, "text": f"Lärm zählt {step}.", "schritt": step})
        assert (done.status_code, done.headers["location"]) == (303, f"{PATH}?neu=gespeichert")
        assert kept(database, dialogue) == (minutes, f"Lärm zählt {step}.", then)
    file = client.get(f"{PATH}.md")
    assert (file.text, file.headers["content-type"]) == ("Lärm zählt entwurf.\n", "text/markdown; charset=utf-8")


@pytest.mark.usefixtures("dialogue")
def test_a_new_draft_is_asked_for_behind_a_sentence(client: TestClient) -> None:
    for step, others in (("", "freigabe"), ("freigabe", "entwurf")):
        assert client.post(PATH, data={"minutes": "", "text": "Lärm", "schritt": step}).status_code == 303
        page = client.get(f"{PATH}?neu=gespeichert").text
        (fold,) = re.findall(r'<details class="fold.*?</details>', page, re.DOTALL)
        assert ("ersetzt alles" in fold, 'value="neu"' in fold, "<p>Gespeichert.</p>" in page) == (True, True, True)
        assert re.findall(r'name="schritt" value="(\w+)"', page) == [others, "neu"]


def test_two_changes_are_told_apart(client: TestClient, fill: Callable[..., str]) -> None:
    own = {"questionnaire": "instrument", "traces": "w"}
    fill([{"N1": 2, "N2": 2}] * 6, moment="before", audience="confirmed", **own)
    fill([{"N1": 4, "N2": 4}] * 6, **own)
    once = html.unescape(client.get(PATH).text)
    assert (once.count("- Nutzen vor Ort: "), once.count("<li>6 Paare aus")) == (1, 1)
    fill([{"N2": 3}] * 6, moment="later", **own)
    twice = html.unescape(client.get(PATH).text)
    assert [twice.count(f"- {name}: Nutzen vor Ort: ") for name in ("Danach", "Wochen später")] == [1, 1]
    assert [twice.count(f"<li>{name}: 6 Paare aus") for name in ("Danach", "Wochen später")] == [1, 1]


def test_programme_and_offers_stand_in_the_draft(client: TestClient, database: Database, dialogue: Dialogue) -> None:
    def work(session: Any) -> None:
        own: Any = {"initiative_id": dialogue.initiative_id, "dialogue_id": dialogue.id}
        session.add(Offer(**own, key="whole", capacity=40))
        session.add(Offer(**own, key="tour", position=1, title="Gang durch die Halle", capacity=12))
        session.add(Offer(**own, key="talk", position=2, title="Gespräch am Tor"))
        session.add(ProgrammeItem(**own, position=0, time="18:00", title="Begrüßung"))
        session.add(ProgrammeItem(**own, position=1, time="18:15", title="Drei Fragen", text="An alle im Saal."))

    database.transact(within(dialogue.initiative_id), work)
    text = html.unescape(client.get(PATH).text)
    took_place = text.partition("## Was stattfand")[2].partition("\n## ")[0].splitlines()
    assert [line for line in took_place if "Angebot" in line] == [
        "- Angebot: Gang durch die Halle, 12 Plätze",
        "- Angebot: Gespräch am Tor, ohne Grenze",
    ]
    assert took_place[-2:] == ["- 18:00 Begrüßung", "- 18:15 Drei Fragen: An alle im Saal."]


def test_nothing_is_learned_before_the_end(client: TestClient, database: Database, dialogue: Dialogue) -> None:
    clock.fix(NOW - timedelta(hours=4))
    assert client.get(PATH).text.count('id="insight"') == 0
    assert client.post(PATH, data={"text": "Zu früh"}).status_code == 409
    assert kept(database, dialogue) is None


@pytest.mark.parametrize(("state", "left"), [("draft", ""), ("ready", "Lärm zählt.")])
def test_minutes_go_with_the_last_guests(database: Database, dialogue: Dialogue, state: str, left: str) -> None:
    def work(session: Any) -> None:
        own = {"initiative_id": dialogue.initiative_id, "dialogue_id": dialogue.id}
        session.add(Insight(**own, minutes="Der Lärm.", text="Lärm zählt.", state=state, changed_at=NOW))

    database.transact(within(dialogue.initiative_id), work)
    gone = [
        database.transact(
            wide("sweep"), lambda session, day=day: insights.forget_minutes(session, now=NOW + timedelta(days=day))
        )
        for day in (150, 200, 201)
    ]
    assert gone == [0, 1, 0]
    assert kept(database, dialogue) == ("", left, state)
