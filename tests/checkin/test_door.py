"""The door over HTTP, on both databases."""

import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from checkin.operations import make_link
from checkin.queries import next_dialogue
from checkin.routes.gates import link_path
from events.models import Dialogue
from kit import clock
from kit.db import within
from kit.journal import Audit
from registration import desk_queries, list_queries, operations, queries
from registration.models import Arrival, Registration
from tests.conftest import NOW, World, few
from tests.registration.site import heading, manners, unmarked
from tests.registration.staff import base, fields, staff, statements, visitor


@pytest.fixture
def dialogue(world: World) -> Any:
    return world.dialogue(world.initiative(), capacity=60)


@pytest.fixture
def helper(world: World, dialogue: Any) -> TestClient:
    return staff(world, dialogue.initiative_id, "helper")


def people(world: World, row: Any) -> list[Any]:
    return world.within(row, lambda session: queries.participants_of(session, row.id))


def found(page: str) -> list[str]:
    """The names of the list in its order; those without a seat come last."""
    names = re.findall(r'door-name"><bdi>(.*?)</bdi>', page)
    return [re.sub(r"</?b>", "", name) for name in names]


def test_each_of_several_dates_has_its_own_arrivals(world: World) -> None:
    """Every Wednesday from 24 March: in on the first one is not in on the second. Lists ask for at least one."""
    dialogue = world.dialogue(world.initiative(), repetition="FREQ=WEEKLY;COUNT=3", capacity=60)
    row = world.confirm(world.sign_up(dialogue, size=2, names=("Ada Beispiel", "Bo Beispiel")))
    first, second = people(world, row)
    first_day, second_day = (datetime(2027, 3, day, 16, 5, tzinfo=UTC) for day in (24, 31))
    # By a link, because a session of one evening is over by the next.
    told = {"dialogue": dialogue, "name": "Tor 1", "actor": "person:test", "now": NOW}
    helper, path = visitor(world), link_path(world.within(dialogue, lambda session: make_link(session, **told)))
    clock.fix(first_day)
    report = fields(helper.get(path).text, "check-in") | {"participant": first.id}
    assert "1 von 2 da" in helper.get(helper.post(path, data=report).headers["location"]).text
    clock.fix(second_day)
    page = helper.get(path).text
    assert "Termin: Mittwoch, 31. März 2027" in page
    assert (helper.get(f"{path}/stand").json(), "Drin" in page) == ({"arrived": 0, "expected": 2}, False)
    assert "von einem anderen Termin" in helper.post(path, data=report).text
    again = fields(page, "check-in") | {"participant": f"{first.id} {second.id}"}
    verdict = helper.get(helper.post(path, data=again).headers["location"])
    assert (heading(verdict), "Eingelassen um 18:05" in verdict.text, "2 von 2 da" in verdict.text) == (
        "Drin",
        True,
        True,
    )
    assert len({(row.participant_id, row.recurrence_id) for row in world.rows(Arrival)}) == 3
    helper.post(f"{path}/{first.id}/zuruecknahme")
    assert helper.get(f"{path}/stand").json()["arrived"] == 1
    with world.database.read(within(dialogue.initiative_id)) as session:
        assert desk_queries.arrived_counted(session, dialogue.id) == 2
        assert list_queries.arrivals(session, dialogue.id) == {first.id: first_day, second.id: second_day}
    clock.fix(first_day)
    assert "um 17:05" in helper.get(helper.post(path, data=report).headers["location"]).text
    clock.fix(NOW)


def test_the_next_door_is_that_of_the_next_date(world: World) -> None:
    initiative = world.initiative()
    world.dialogue(initiative, title="Reihe", repetition="FREQ=MONTHLY;COUNT=3;BYDAY=4WE")
    world.dialogue(initiative, title="Abend", start="2027-04-07T17:00", end="2027-04-07T19:00")
    with world.database.read(within(initiative.id)) as session:
        doors = [next_dialogue(session, initiative.id, NOW + timedelta(days=days)) for days in (0, 25, 40)]
    assert [door and door.title for door in doors] == ["Reihe", "Abend", "Reihe"]


def test_a_helper_finds_and_ticks_in(world: World, dialogue: Any, helper: TestClient) -> None:
    row = world.confirm(world.sign_up(dialogue, size=2, names=("Jörg Müller-Muster", "Ada Beispiel")))
    first, second = people(world, row)
    path = f"{base(world, dialogue)}/einlass"
    page = helper.get(path, params={"q": "mueller"})
    manners(page)
    assert found(page.text) == ["Jörg Müller-Muster", "Ada Beispiel"]
    report = fields(page.text, "check-in") | {"participant": first.id}
    for _double_click in range(2):
        done = helper.post(path, data=report)
        assert done.headers["location"] == f"{path}/{first.id}?neu=ja"
    verdict = helper.get(done.headers["location"])
    manners(verdict)
    assert heading(verdict) == "Drin"
    assert "1 von 2 da" in verdict.text
    assert len(world.rows(Arrival)) == 1
    later = fields(helper.get(path, params={"q": "muller"}).text, "check-in") | {"participant": first.id}
    again = helper.get(helper.post(path, data=later).headers["location"])
    assert heading(again) == "Schon drin"
    assert len(world.rows(Arrival)) == 1
    group = fields(again.text, "check-in")
    assert group["participant"] == second.id
    assert "auch drin" not in again.text
    assert helper.post(path, data=group).status_code == 303
    assert "2</strong> von 2 da" in helper.get(path).text
    assert "auch drin" in helper.get(f"{path}/{first.id}").text


def test_the_list_stands_by_family_name_and_party(world: World, dialogue: Any, helper: TestClient) -> None:
    world.confirm(world.sign_up(dialogue, name="Zoe Abel-Muster", names=("Zoe Abel-Muster",)))
    row = world.confirm(
        world.sign_up(dialogue, size=3, name="Ada Zander", names=("Ada Zander", "Ben Abel", "Cem Ötztal"))
    )
    world.confirm(world.sign_up(dialogue, names=("Ümit Öztürk-Muster",), name="Maria Nebel"))
    gone = world.confirm(world.sign_up(dialogue, names=("Weg Muster",)))
    world.within(
        gone, lambda session: operations.cancel(session, registration=session.get_one(Registration, gone.id), now=NOW)
    )
    path = f"{base(world, dialogue)}/einlass"
    page = helper.get(path)
    manners(page)
    seated, _details, without = page.text.partition('<details class="fold')
    assert found(seated) == ["Zoe Abel-Muster", "Ümit Öztürk-Muster", "Ada Zander", "Ben Abel", "Cem Ötztal"]
    assert "angemeldet von \u2068Maria Nebel\u2069" in seated
    assert found(without) == ["Weg Muster"]
    assert "1 Anmeldung ohne Platz" in without
    all_three = re.findall(r'name="participant" value="(\w+ \w+ \w+)"', seated)
    assert all_three == [" ".join(person.id for person in people(world, row))]
    report = fields(page.text, "check-in") | {"participant": all_three[0]}
    verdict = helper.get(helper.post(path, data=report).headers["location"])
    assert heading(verdict) == "Drin"
    assert re.findall(r"<li><bdi>(.*?)</bdi>", verdict.text) == ["Ben Abel", "Cem Ötztal"]
    assert len(world.rows(Arrival)) == 3


def test_an_arrival_is_taken_back(world: World, dialogue: Any, helper: TestClient) -> None:
    row = world.confirm(world.sign_up(dialogue))
    (person,) = people(world, row)
    path = f"{base(world, dialogue)}/einlass"
    report = fields(helper.get(path, params={"q": "person"}).text, "check-in") | {"participant": person.id}
    helper.post(path, data=report)
    for _double_click in range(2):
        undone = helper.post(f"{path}/{person.id}/zuruecknahme")
        assert undone.headers["location"] == f"{path}?neu=zurueck"
    assert [audit.action for audit in world.rows(Audit) if audit.action.startswith("arrival")].count(
        "arrival.undo"
    ) == 1
    assert "0</strong> von 1 da" in helper.get(path).text
    assert helper.post(path, data=report).status_code == 409
    assert helper.get(f"{path}/{person.id}").headers["location"] == f"{path}?q={row.reference}"
    fresh = fields(helper.get(path, params={"q": row.reference}).text, "check-in") | {"participant": person.id}
    assert helper.post(path, data=fresh).headers["location"] == f"{path}/{person.id}?neu=ja"


def test_whoever_has_no_seat_is_not_counted(world: World, dialogue: Any, helper: TestClient) -> None:
    open_address = world.sign_up(dialogue)
    path = f"{base(world, dialogue)}/einlass"
    (person,) = people(world, open_address)
    page = helper.get(path, params={"q": "muster"}).text
    assert "Adresse offen" in page
    answer = helper.post(path, data={"arrival": "a" * 16, "participant": person.id})
    verdict = helper.get(answer.headers["location"])
    manners(verdict)
    assert heading(verdict) == "Kein Platz"
    assert 'id="undo-check-in"' not in verdict.text
    assert world.rows(Arrival) == []


def test_a_crowd_is_searched_with_few_statements(world: World, dialogue: Any, helper: TestClient) -> None:
    path = f"{base(world, dialogue)}/einlass"
    world.confirm(world.sign_up(dialogue))
    alone = statements(world, helper, path)
    for _more in range(51):
        world.confirm(world.sign_up(dialogue))
    assert statements(world, helper, path) == alone
    first = helper.get(path).text
    assert len(found(first)) == 50
    assert f'href="{path}?seite=2"' in first
    assert len(found(helper.get(f"{path}?q=muster&seite=2").text)) == 2


@pytest.mark.parametrize("role", ["owner", "organiser", "helper", "reader", "foreign", "nobody"])
def test_roles(world: World, dialogue: Any, role: str) -> None:
    row = world.confirm(world.sign_up(dialogue))
    (person,) = people(world, row)
    if role == "nobody":
        client = visitor(world)
    elif role == "foreign":
        client = staff(world, world.initiative("rhein").id, "owner")
    else:
        client = staff(world, dialogue.initiative_id, role)
    path = f"{base(world, dialogue)}/einlass"
    expected = {"reader": (403, 403), "foreign": (404, 404), "nobody": (303, 403)}.get(role, (200, 303))
    answers = (
        client.get(path).status_code,
        client.post(path, data={"arrival": "a" * 16, "participant": person.id}).status_code,
    )
    assert answers == expected
    assert len(world.rows(Arrival)) == (1 if role in ("owner", "organiser", "helper") else 0)


def test_helpers_land_at_the_door_of_what_runs_or_comes_next(world: World) -> None:
    initiative = world.initiative()
    helper = staff(world, initiative.id, "helper")
    first = helper.get("/arbeitsplatz/").headers["location"]
    assert first == "/arbeitsplatz/ems/einlass"
    assert helper.get(first).headers["location"] == "/arbeitsplatz/ems/"
    later = world.dialogue(initiative, title="Später", start="2027-05-01T17:00", end="2027-05-01T21:00")
    soon = world.dialogue(initiative, title="Bald")
    assert helper.get(first).headers["location"] == f"{base(world, soon)}/einlass"
    world.within(soon, lambda session: setattr(session.get_one(Dialogue, soon.id), "state", "cancelled"))
    assert helper.get(first).headers["location"] == f"{base(world, later)}/einlass"
    assert staff(world, initiative.id, "organiser").get("/arbeitsplatz/").headers["location"] == "/arbeitsplatz/ems/"


def test_foreign_people_are_unknown(world: World, dialogue: Any, helper: TestClient) -> None:
    (foreign,) = people(world, world.confirm(world.sign_up(world.dialogue(world.initiative("rhein")))))
    path = f"{base(world, dialogue)}/einlass"
    assert helper.post(path, data={"arrival": "a" * 16, "participant": foreign.id}).status_code == 404
    assert helper.get(f"{path}/{foreign.id}").status_code == 404
    assert helper.post(f"{path}/{foreign.id}/zuruecknahme").status_code == 404
    assert helper.get("/einlass/irgendwas").status_code == 404
    assert world.rows(Arrival) == []


ODD = st.one_of(st.text(max_size=60), st.sampled_from(["a" * 16, "\x00", "%", "_", "9" * 30]))


@settings(max_examples=few(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.dictionaries(st.sampled_from(["arrival", "participant"]), ODD), words=ODD)
def test_malformed_reports_get_an_answer(
    world: World, dialogue: Any, helper: TestClient, typed: dict[str, str], words: str
) -> None:
    path = f"{base(world, dialogue)}/einlass"
    assert helper.post(path, data=typed).status_code in (400, 404)
    assert helper.get(path, params={"q": words}).status_code in (200, 404)


def test_every_word_is_translated(world: World, dialogue: Any, helper: TestClient) -> None:
    (person,) = people(world, world.confirm(world.sign_up(dialogue)))
    path = f"{base(world, dialogue)}/einlass"
    page = helper.get(f"{path}?q=muster&sprache=qps").text
    # Family names are bold, so a name is cut into two.
    assert unmarked(SimpleNamespace(text=re.sub("</?b>", "", page))) == set()
    helper.post(path, data={"arrival": "a" * 16, "participant": person.id})
    assert unmarked(helper.get(f"{path}/{person.id}?neu=ja&sprache=qps")) == set()
    assert unmarked(helper.get(f"{path}/{person.id}?sprache=qps")) == set()
