"""The badge page over HTTP, on both databases."""

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from badges import batches
from kit import downloads, pdf
from kit.downloads import Download
from kit.journal import Audit
from registration.codes import participant_code
from registration.models import Participant, Registration
from tests.conftest import World
from tests.pdf.reading import codes, pictures, texts
from tests.registration.site import manners, unmarked
from tests.registration.staff import base, fields, staff, visitor
from web.files import MAKERS


@pytest.fixture
def dialogue(world: World) -> Any:
    return world.dialogue(world.initiative(logo="ems"), capacity=50, offers=2)


@pytest.fixture
def organiser(world: World, dialogue: Any) -> Iterator[TestClient]:
    yield staff(world, dialogue.initiative_id, "organiser")
    pdf.stop()


def test_without_anybody_there_is_nothing_to_print(world: World, dialogue: Any, organiser: TestClient) -> None:
    path = f"{base(world, dialogue)}/ausweise"
    page = organiser.get(path)
    manners(page)
    assert "Noch niemand ist bestätigt" in page.text
    assert organiser.post(path, data={"offer": ""}).status_code == 409


def made(world: World) -> list[str]:
    """Does what the worker would do."""
    return [
        downloads.make(world.database, file.initiative_id, file.id, MAKERS)
        for file in world.rows(Download, state="waiting")
    ]


def test_what_does_not_fit_is_said_before_the_print(world: World, dialogue: Any, organiser: TestClient) -> None:
    long_name = "Maximiliane " * 24 + "Muster"
    second = world.offers(dialogue)[1]
    world.confirm(world.sign_up(dialogue, size=2, names=(long_name, "")))
    world.confirm(world.sign_up(dialogue, offer_id=second.id, names=("Ada von der Beispiel",)))
    world.sign_up(dialogue, names=("Nicht Bestätigt",))
    base_path = base(world, dialogue)
    page = organiser.get(f"{base_path}/ausweise")
    manners(page)
    assert "Bei 1 Schild ist der Name noch offen." in page.text
    ordered = organiser.post(f"{base_path}/ausweise", data=fields(page.text, "print-badges"))
    assert (ordered.status_code, ordered.headers["location"]) == (303, f"{base_path}/dateien")
    assert made(world) == ["ready"]
    files = organiser.get(f"{base_path}/dateien")
    manners(files)
    assert "Bitte sehen Sie sich ein Schild an" in files.text
    assert "zu lang" in files.text
    (file,) = world.rows(Download)
    printed = organiser.post(f"{base_path}/dateien/{file.id}/abruf")
    assert printed.headers["content-disposition"] == (
        'attachment; filename="namensschilder-wasserstoff-vor-der-haustuer.pdf"'
    )
    assert len(codes(printed.content)) == 3
    assert "Nicht" not in texts(printed.content)[0]
    form = {"offer": second.key, "size": "one"}
    assert organiser.post(f"{base_path}/ausweise", data=form).status_code == 303
    assert made(world) == ["ready"]
    newest = next(row for row in world.rows(Download) if row.id != file.id)
    small = organiser.post(f"{base_path}/dateien/{newest.id}/abruf").content
    assert [("von der Beispiel" in text, "Angebot 2" in text) for text in texts(small)] == [(True, True)]
    # The initiative's logo is printed; the drawing that pages show for none is not.
    [card] = pictures(small, 50)
    assert (0x35, 0x43, 0xA8) in {colour for _count, colour in card.convert("RGB").getcolors(100_000) or []}
    assert (batches.drawn_logo(""), batches.drawn_logo("unbekannt")) == (None, None)
    assert sorted(row.detail for row in world.rows(Audit, action="list.download")) == [
        "badges, 1 people", "badges, 3 people"
    ]  # fmt: skip
    assert organiser.post(f"{base_path}/ausweise", data={"offer": "anders"}).status_code == 422
    assert organiser.post(f"{base_path}/ausweise", data={"size": "riesig"}).status_code == 422
    assert unmarked(organiser.get(f"{base_path}/ausweise?sprache=qps")) == set()


def test_many_badges_are_made_in_parts(
    world: World, dialogue: Any, organiser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "AT_ONCE", 10)
    for _number in range(3):
        world.confirm(world.sign_up(dialogue, size=4))
    path = base(world, dialogue)
    assert organiser.post(f"{path}/ausweise", data={"offer": "", "size": "ten"}).status_code == 303
    assert made(world) == ["ready"]
    (file,) = world.rows(Download)
    data = organiser.post(f"{path}/dateien/{file.id}/abruf").content
    assert codes(data) == sorted(participant_code(person.id) for person in world.rows(Participant))
    assert (file.total, file.done, len(texts(data))) == (12, 12, 2)


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
    expected = {"owner": (200, 303), "foreign": (404, 404), "nobody": (303, 403)}.get(role, (403, 403))
    assert (client.get(path).status_code, client.post(path, data={"offer": ""}).status_code) == expected
    assert len(world.rows(Registration)) == 1
