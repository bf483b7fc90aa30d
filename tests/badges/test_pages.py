"""The badge page over HTTP, on both databases."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from badges import routes
from kit.journal import Audit
from registration.models import Registration
from tests.conftest import World
from tests.registration.site import manners, unmarked
from tests.registration.staff import base, fields, staff, visitor


@pytest.fixture
def dialogue(world: World) -> Any:
    return world.dialogue(world.initiative(), capacity=50, offers=2)


@pytest.fixture
def organiser(world: World, dialogue: Any) -> TestClient:
    return staff(world, dialogue.initiative_id, "organiser")


def test_without_anybody_there_is_nothing_to_print(world: World, dialogue: Any, organiser: TestClient) -> None:
    path = f"{base(world, dialogue)}/ausweise"
    page = organiser.get(path)
    manners(page)
    assert "Noch niemand ist bestätigt" in page.text
    assert organiser.post(path, data={"offer": ""}).status_code == 409


def test_what_does_not_fit_is_listed_before_the_print(world: World, dialogue: Any, organiser: TestClient) -> None:
    long_name = "Maximiliane " * 24 + "Muster"
    second = world.offers(dialogue)[1]
    world.confirm(world.sign_up(dialogue, size=2, names=(long_name, "")))
    world.confirm(world.sign_up(dialogue, offer_id=second.id, names=("Ada Beispiel",)))
    path = f"{base(world, dialogue)}/ausweise"
    checked = organiser.get(path, params={"angebot": ""})
    manners(checked)
    assert "Bitte sehen Sie sich ein Schild an" in checked.text
    assert "zu lang" in checked.text
    assert "Bei 1 Schild ist der Name noch offen." in checked.text
    printed = organiser.post(path, data=fields(checked.text, "print-badges"))
    assert (printed.status_code, printed.content[:5]) == (200, b"%PDF-")
    assert printed.headers["content-disposition"] == (
        'attachment; filename="namensschilder-wasserstoff-vor-der-haustuer.pdf"'
    )
    one = organiser.get(path, params={"angebot": second.key})
    assert "Alle Namen passen auf ihr Schild." in one.text
    assert organiser.post(path, data=fields(one.text, "print-badges")).status_code == 200
    assert sorted(row.detail for row in world.rows(Audit, action="badges.print")) == ["1 badges", "3 badges"]
    assert unmarked(organiser.get(f"{path}?angebot={second.key}&sprache=qps")) == set()


def test_too_many_for_one_file_are_printed_by_offer(
    world: World, dialogue: Any, organiser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "MOST", 2)
    second = world.offers(dialogue)[1]
    world.confirm(world.sign_up(dialogue, size=2))
    world.confirm(world.sign_up(dialogue, offer_id=second.id))
    path = f"{base(world, dialogue)}/ausweise"
    for answer in (organiser.get(path, params={"angebot": ""}), organiser.post(path, data={"offer": ""})):
        assert answer.status_code == 409
        assert "Bitte drucken Sie je Angebot." in answer.text
    assert organiser.post(path, data={"offer": second.key}).status_code == 200
    assert organiser.post(path, data={"offer": "anders"}).status_code == 422


@pytest.mark.parametrize("role", ["owner", "reader", "helper", "foreign", "nobody"])
def test_roles(world: World, dialogue: Any, role: str) -> None:
    world.confirm(world.sign_up(dialogue))
    if role == "nobody":
        client = visitor(world)
    elif role == "foreign":
        client = staff(world, world.initiative("rhein").id, "owner")
    else:
        client = staff(world, dialogue.initiative_id, role)
    path = f"{base(world, dialogue)}/ausweise"
    expected = {"owner": (200, 200), "foreign": (404, 404), "nobody": (303, 403)}.get(role, (403, 403))
    assert (client.get(path).status_code, client.post(path, data={"offer": ""}).status_code) == expected
    assert len(world.rows(Registration)) == 1
