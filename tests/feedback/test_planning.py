"""What a dialogue asks when: chosen on its page, opened with a link, ended."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, select
from starlette.testclient import TestClient

from events.models import Dialogue, Offer
from feedback import operations, planning, queries, sweeps
from feedback.models import AnswerSheet, Survey
from kit import clock
from kit.db import Database, wide, within
from mail.models import Letter
from network.models import Initiative
from tests.feedback.desk import browser
from tests.feedback.test_pairing import phrase_in

NOW = datetime(2027, 4, 24, 21, tzinfo=UTC)
PAGE = "/arbeitsplatz/rheinpark/dialoge/was-passiert/umfragen"
OPEN = "/arbeitsplatz/rheinpark/umfragen"


@pytest.fixture
def client(database: Database, initiative: Initiative) -> TestClient:
    clock.fix(NOW)
    return browser(database, [initiative.id], "organiser")


@pytest.fixture
def ahead(database: Database, dialogue: Dialogue) -> Dialogue:
    """The dialogue is in three days."""
    with database.write(within(dialogue.initiative_id)) as session:
        row = session.get_one(Dialogue, dialogue.id)
        row.starts_at, row.ends_at = NOW + timedelta(days=3), NOW + timedelta(days=3, hours=2)
    return dialogue


def surveys(database: Database) -> list[Survey]:
    with database.read(wide("figures")) as session:
        return list(session.exec(select(Survey).order_by(Survey.opens_at, Survey.moment)))


def key(page: str, form: str) -> str:
    """The hidden key of one of the forms of a page."""
    return re.findall(rf'id="{form}".*?name="form_key"[^>]*value="([^"]+)"', page, re.DOTALL)[0]


def chosen(page: str) -> list[str]:
    return re.findall(
        r'<option value="([^"]*)" selected>', page.partition('id="plan-surveys"')[2].partition("</form>")[0]
    )


def test_what_is_planned_before_goes_out_at_once_and_stands(
    client: TestClient, ahead: Dialogue, database: Database, come: Callable[..., list]
) -> None:
    come(3, arrived=False)
    assert chosen(client.get(PAGE).text) == ["", "", "rating", "", "", ""]
    wanted = {"before.confirmed": "instrument", "later.came": "instrument", "after.came": "rating"}
    # First the number of letters is told, and nothing is saved.
    told = client.post(PAGE, data=wanted).text
    assert ("Wenn Sie speichern, gehen 3 E-Mails hinaus." in told, chosen(told)[0]) == (True, "instrument")
    assert (surveys(database), chosen(client.get(PAGE).text)[0]) == ([], "")
    come(1, arrived=False)
    # Somebody came in between: the number is another one.
    assert "gehen 4 E-Mails hinaus." in client.post(PAGE, data=wanted | {"letters": "3"}).text
    saved = client.post(PAGE, data=wanted | {"letters": "4"})
    assert (saved.status_code, saved.headers["location"]) == (303, f"{PAGE}?neu=gespeichert")
    assert chosen(client.get(PAGE).text) == ["instrument", "", "rating", "", "instrument", ""]
    assert sweeps.invite_due(database, NOW) == 4
    with database.read(wide("figures")) as session:
        found = session.exec(select(Letter)).all()
        assert ({letter.kind for letter in found}, [phrase_in(letter.text) for letter in found]) == (
            {"survey"},
            [False] * 4,
        )
    (before,) = surveys(database)
    # The same questions have a link for the room.
    assert (before.moment, before.audience, before.link_version) == ("before", "confirmed", 1)
    page = client.get(PAGE).text
    assert 'name="before.confirmed"' not in page
    again = client.post(PAGE, data={"before.confirmed": "children"})
    assert (again.status_code, again.text) == (409, "Diese Umfrage hat schon begonnen. Ihre Fragen stehen fest.")


def test_of_who_waits_only_what_they_can_answer_is_asked(client: TestClient, ahead: Dialogue) -> None:
    client.post(PAGE, data={"after.waiting": "instrument"})
    page = client.get(PAGE).text
    everything = ["rating", "instrument", "host", "speaker", "stop", "children"]
    for row, codes in (("after.waiting", ["", "instrument"]), ("after.came", everything)):
        options = re.findall(rf'name="{row}".*?</select>', page, re.DOTALL)[0]
        assert re.findall(r'<option value="([^"]*)"', options) == codes
    (preview,) = re.findall(r'href="([^"]*wen=waiting)"', page)
    shown = client.get(preview.replace("&amp;", "&")).text
    assert [shown.count(words) for words in ("10 Fragen", "Ihre Sicht auf die Industrie</h1>")] == [1, 1]


def test_each_field_of_the_page_has_a_name_of_its_own(client: TestClient, ahead: Dialogue) -> None:
    page = client.get(PAGE).text
    named = re.findall(r' id="([^"]+)"', page)
    assert sorted(named) == sorted(set(named))
    wrong = client.post(f"{PAGE}/rueckmeldung", data={"form_key": "x" * 32, "until": "2027-05-01"}).text
    assert ('href="#part-title"' in wrong, 'for="part-title"' in wrong) == (True, True)


def test_unknown_questions_are_not_planned(client: TestClient, ahead: Dialogue) -> None:
    assert client.post(PAGE, data={"before.confirmed": "unknown"}).status_code == 409
    assert chosen(client.get(PAGE).text) == ["", "", "rating", "", "", ""]


@pytest.mark.parametrize(
    ("form", "path", "typed", "moment"),
    [
        ("open-live", f"{PAGE}/raum", {"title": "Zwischendurch", "questionnaire": "speaker"}, "live"),
        (
            "open-feedback",
            f"{PAGE}/rueckmeldung",
            {"title": "Der Rundgang", "questionnaire": "host", "until": "2027-04-30", "offer": ""},
            "after",
        ),
        (
            "open-survey",
            OPEN,
            {"title": "Und die Nachbarn?", "questionnaire": "children", "until": "2027-05-01"},
            "open",
        ),
    ],
)
def test_a_survey_with_a_link_is_opened_once(
    client: TestClient, dialogue: Dialogue, database: Database, form: str, path: str, typed: dict[str, str], moment: str
) -> None:
    page = client.get(OPEN if moment == "open" else PAGE).text
    sent = {**typed, "form_key": key(page, form)}
    first, second = client.post(path, data=sent), client.post(path, data=sent)
    assert (first.status_code, second.headers["location"]) == (303, first.headers["location"])
    (survey,) = surveys(database)
    assert (survey.moment, survey.audience, survey.title) == (moment, "anybody", typed["title"])
    shown = client.get(first.headers["location"].partition("?")[0]).text
    assert f"/umfrage/{queries.link_token(survey)}" in shown
    assert shown.count('class="qr-code"') == 1


def test_hosts_and_guests_are_asked_about_the_same_part_each_for_themselves(
    client: TestClient, database: Database, dialogue: Dialogue, initiative: Initiative
) -> None:
    with database.write(within(initiative.id)) as session:
        offer = Offer(initiative_id=initiative.id, dialogue_id=dialogue.id, key="gang", title="Rundgang")
        session.add(offer)
    sent = {"title": "", "offer": offer.id, "until": "2027-05-01"}
    opened = [
        client.post(f"{PAGE}/rueckmeldung", data=sent | {"questionnaire": code, "form_key": letter * 20})
        for letter, code in (("a", "host"), ("b", "stop"), ("c", "host"))
    ]
    paths = [each.headers["location"].partition("?")[0] for each in opened]
    assert (paths[2] == paths[0], paths[1] == paths[0]) == (True, False)
    found = {survey.questionnaire: survey for survey in surveys(database)}
    assert {code: survey.title for code, survey in found.items()} == {
        "host": "Rundgang: Rückmeldung der Gastgeber", "stop": "Rundgang: Rückmeldung zu einer Station",
    }  # fmt: skip

    def answer(code: str, number: int, **answers: object) -> None:
        def work(session: Session) -> None:
            asked = queries.asked_by_token(session, queries.link_token(found[code]))
            operations.answer(session, asked=asked, answers=answers, device=f"device-{number}", now=NOW)

        database.transact(within(initiative.id), work)

    for number in range(10):
        answer("host", number, again=5, text="Herr Muster war laut")
        if number < 4:
            answer("stop", number, welcome=1)
    for path in paths[:2]:
        assert client.post(f"{path}/ende").status_code == 303
    results = {code: f"{PAGE.removesuffix('umfragen')}ergebnis/{survey.id}" for code, survey in found.items()}
    team = {role: browser(database, [initiative.id], role) for role in ("organiser", "reader", "observer")}

    def told(words: str, code: str = "host") -> list[int]:
        return [visitor.get(results[code]).text.count(words) for visitor in team.values()]

    # Each from five answers: of ten a figure, of four none.
    assert told("<h1>Ergebnis aus 10 Antworten</h1>") == [1, 1, 1]
    assert told("Für ein Ergebnis fehlt 1 Antwort", "stop") == [1, 1, 1]
    assert told("Herr Muster") == [0, 0, 0]
    texts = f"{results['host']}/texte"
    (seen,) = re.findall(r'name="gesehen" value="(\w+)"', client.get(texts).text)
    kept = {f"text-{number}": "Jemand war laut" for number in range(1, 11)}
    assert client.post(texts, data={**kept, "gesehen": seen}).status_code == 303
    assert (told("Jemand war laut"), told("Herr Muster")) == ([10, 10, 0], [0, 0, 0])


def test_what_is_missing_comes_back_with_what_was_typed(
    client: TestClient, dialogue: Dialogue, database: Database
) -> None:
    page = client.post(OPEN, data={"title": "Nachbarn", "questionnaire": "nonsense", "until": "2020-01-01"})
    assert page.status_code == 422
    assert re.findall(r'<a href="#(\w+)">', page.text) == ["questionnaire", "until"]
    assert 'value="Nachbarn"' in page.text
    assert (
        client.post(
            f"{PAGE}/rueckmeldung", data={"questionnaire": "host", "until": "2027-05-01", "offer": ""}
        ).status_code
        == 422
    )
    assert surveys(database) == []


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("2027-04-25", True),
        ("2027-04-23", False),
        ("2028-04-23", True),
        ("2028-05-01", False),
        ("morgen", False),
        ("", False),
    ],
)
def test_the_last_day_lies_ahead_and_within_a_year(typed: str, right: bool) -> None:
    found = planning.until(typed, zone="Europe/Berlin", now=NOW)
    assert (found.ends is not None, found.error == "") == (right, right)


def folds(page: str, *forms: str) -> None:
    """What ends for good stands behind a line to open, with a sentence before its button."""
    found = re.findall(r"<details[^>]*>(.*?)</details>", page, re.DOTALL)
    inside = {name: fold for fold in found for name in re.findall(r'<form[^>]* id="([\w-]+)"', fold)}
    assert sorted(inside) == sorted(forms)
    assert [fold.count("lässt sich nicht zurücknehmen.</p><p><button") for fold in inside.values()] == [1] * len(forms)


@pytest.mark.parametrize(
    ("typed", "zone", "ends"),
    [
        # The last minute of the day where the dialogue is, also on the days on which clocks there change.
        ("2027-05-01", "Europe/Berlin", (2027, 5, 1, 21, 59)),
        ("2027-05-01", "America/New_York", (2027, 5, 2, 3, 59)),
        ("2027-05-01", "Pacific/Auckland", (2027, 5, 1, 11, 59)),
        ("2028-03-26", "Europe/Berlin", (2028, 3, 26, 21, 59)),
        ("2027-10-31", "Europe/Berlin", (2027, 10, 31, 22, 59)),
        ("2027-10-30", "Europe/Berlin", (2027, 10, 30, 21, 59)),
        ("2028-03-12", "America/New_York", (2028, 3, 13, 3, 59)),
        ("2027-11-07", "America/New_York", (2027, 11, 8, 4, 59)),
        ("2027-09-26", "Pacific/Auckland", (2027, 9, 26, 10, 59)),
        # At this hour it is the 25th in Auckland already and still the 24th in New York.
        ("2027-04-24", "America/New_York", (2027, 4, 25, 3, 59)),
        ("2027-04-24", "Pacific/Auckland", None),
    ],
)
def test_the_last_day_ends_where_the_dialogue_is(typed: str, zone: str, ends: tuple[int, ...] | None) -> None:
    expected = datetime(*ends, tzinfo=UTC) if ends else None  # type: ignore[misc,arg-type]
    assert planning.until(typed, zone=zone, now=NOW).ends == expected


def test_a_result_in_the_room_stays_closed_until_it_is_shown(
    client: TestClient, dialogue: Dialogue, database: Database
) -> None:
    opened = client.post(
        f"{PAGE}/raum", data={"title": "Zwischendurch", "questionnaire": "speaker", "form_key": "k" * 20}
    )
    path = opened.headers["location"].partition("?")[0]
    (survey,) = surveys(database)
    link = f"/umfrage/{queries.link_token(survey)}"
    for step in (1, 4, 4, 5, 5, 5):
        client.cookies.clear()
        client.get(link)
        assert client.post(link, data={"clear": str(step)}).status_code == 303
    screen = client.get(f"{path}/leinwand")
    assert (screen.headers["refresh"], "distribution" in screen.text) == ("8", False)
    assert re.findall(r"<strong>(\d+)</strong>", screen.text) == ["6"]
    assert screen.text.count('class="qr-code"') == 1
    waiting = client.get(f"{link}/ergebnis").text
    assert ("Das Ergebnis ist noch zu" in waiting, "verständlich" in waiting) == (True, False)
    folds(client.get(path).text, "show-result", "end-kiosk")
    assert client.post(f"{path}/zeigen").headers["location"] == f"{path}/leinwand"
    for page in (client.get(f"{path}/leinwand"), client.get(f"{link}/ergebnis")):
        assert page.text.count('class="distribution"') == 1
        assert "refresh" not in page.headers
    assert client.post(link, data={"clear": "3"}).status_code == 409


def test_only_what_has_a_link_is_ended_by_hand(client: TestClient, paths: list[str], database: Database) -> None:
    (asked,) = surveys(database)
    assert client.post(f"{OPEN}/{asked.id}/ende").status_code == 404
    assert client.post(f"{OPEN}/{asked.id}/zeigen").status_code == 404
    opened = client.post(
        OPEN, data={"title": "Nachbarn", "questionnaire": "children", "until": "2027-05-01", "form_key": "k" * 20}
    )
    path = opened.headers["location"].partition("?")[0]
    folds(client.get(path).text, "end-survey", "end-kiosk")
    assert client.post(f"{path}/ende").status_code == 303
    assert "beendet" in client.get(path).text


def test_the_survey_of_another_initiative_is_not_there(
    client: TestClient, paths: list[str], database: Database
) -> None:
    (asked,) = surveys(database)
    with database.write(wide("migration")) as session:
        session.add(Initiative(slug="weser", name="Weser (fiktiv)", sort_key="w", land="03", created_at=NOW))
    assert client.get(f"{OPEN}/{asked.id}").status_code == 200
    assert client.get(f"/arbeitsplatz/weser/umfragen/{asked.id}").status_code == 404


# --- the tablet ---


@pytest.fixture
def kiosk(client: TestClient) -> str:
    """The address of a tablet."""
    sent = {"title": "Am Stand", "questionnaire": "children", "until": "2027-05-01", "form_key": "k" * 20}
    opened = client.post(OPEN, data=sent).headers["location"].partition("?")[0]
    found = re.findall(r'href="http://testserver(/kiosk/\w+)"', client.get(opened).text)
    return str(found[0])


def test_a_tablet_takes_each_word_once_and_sets_no_cookie(client: TestClient, kiosk: str, database: Database) -> None:
    first = client.get(kiosk)
    word = re.findall(r'name="\.blatt" value="(\w{32})"', first.text)[0]
    assert "set-cookie" not in first.headers
    for _time in range(2):
        sent = client.post(kiosk, data={".blatt": word, "fun": "3", "best": "Der Kran"})
        assert (sent.status_code, sent.headers["location"]) == (303, f"{kiosk}/danke")
    assert word not in client.get(kiosk).text
    with database.read(wide("figures")) as session:
        answers = list(session.exec(select(AnswerSheet.answers)))
    assert [(each["fun"], each["best"]) for each in answers] == [(3, "Der Kran")]


def test_a_tablet_refuses_what_has_no_word(client: TestClient, kiosk: str, database: Database) -> None:
    assert client.post(kiosk, data={".blatt": "x", "fun": "2"}).status_code == 422
    assert client.get(f"{kiosk[:-1]}x").status_code == 404
    with database.read(wide("figures")) as session:
        assert list(session.exec(select(AnswerSheet))) == []


def test_the_link_of_a_tablet_ends_before_the_survey(
    client: TestClient, database: Database, initiative: Initiative
) -> None:
    with database.write(within(initiative.id)) as session:
        survey = operations.open_to_all(
            session, initiative=session.get_one(Initiative, initiative.id), title="Was fehlt?", questionnaire="children",
            closes_at=NOW + timedelta(days=9), actor="p", now=NOW,
        )  # fmt: skip
    path = f"/arbeitsplatz/rheinpark/umfragen/{survey.id}"
    first = re.findall(r"/kiosk/[\w.~-]+", client.get(path).text)[0]
    assert client.get(first).status_code == 200
    assert client.post(f"{path}/tablet").headers["location"] == f"{path}?neu=tablet"
    second = re.findall(r"/kiosk/[\w.~-]+", client.get(f"{path}?neu=tablet").text)[0]
    assert [client.get(first).status_code, client.post(first, data={"fun": "3"}).status_code] == [404, 404]
    assert (second != first, client.get(second).status_code) == (True, 200)
