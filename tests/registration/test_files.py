"""Files made in the background: lists on paper, long tables, who may fetch them and how long; on both databases."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from events.models import Dialogue, DialogueDate
from events.operations import lock_dialogue
from kit import downloads, pdf
from kit.db import within
from kit.downloads import Download, DownloadPart
from kit.journal import Audit
from registration import operations, paper_lists, tables
from registration.files import new_file
from registration.models import Registration
from registration.rules import split_name
from tests.conftest import NOW, World
from tests.overtaking import beside
from tests.pdf.reading import texts
from tests.registration.site import manners, unmarked
from tests.registration.staff import base, fields, staff
from web.files import MAKERS


@pytest.fixture
def dialogue(world: World) -> Any:
    return world.dialogue(world.initiative(), capacity=None, offers=2)


@pytest.fixture
def organiser(world: World, dialogue: Any) -> Iterator[TestClient]:
    yield staff(world, dialogue.initiative_id, "organiser")
    pdf.stop()


def order(organiser: TestClient, path: str, kind: str, offer: str = "") -> None:
    page = organiser.get(f"{path}/anmeldungen").text
    answer = organiser.post(
        f"{path}/anmeldungen/tabelle", data=fields(page, "download-list") | {"format": kind, "offer": offer}
    )
    assert (answer.status_code, answer.headers["location"]) == (303, f"{path}/dateien")


def make(world: World) -> list[str]:
    """Does what the worker would do, the oldest order first; returns the states."""
    waiting = sorted(world.rows(Download, state="waiting"), key=lambda file: file.ordered_at)
    return [downloads.make(world.database, file.initiative_id, file.id, MAKERS) for file in waiting]


def fetched(organiser: TestClient, path: str) -> Any:
    """The newest file, by its button."""
    page = organiser.get(f"{path}/dateien").text
    start = page.index('action="', page.index('id="file-')) + len('action="')
    answer = organiser.post(page[start : page.index('"', start)])
    assert answer.status_code == 200
    return answer


def test_a_list_to_sign_has_three_columns_and_the_head_of_the_event(
    world: World, dialogue: Any, organiser: TestClient
) -> None:
    second = world.offers(dialogue)[1]
    world.confirm(world.sign_up(dialogue, names=("Annegret von der Wettern",), email="geheim@post.example"))
    world.confirm(world.sign_up(dialogue, names=("Zoë Ähnlich", "", "محمد المثال")))
    world.confirm(world.sign_up(dialogue, names=("Otto Zweitens",), offer_id=second.id))
    world.sign_up(dialogue, names=("Nicht Bestätigt",))
    path = base(world, dialogue)
    order(organiser, path, "signatures", world.offers(dialogue)[0].key)
    manners(organiser.get(f"{path}/dateien"))
    assert make(world) == ["ready"]
    answer = fetched(organiser, path)
    assert answer.headers["content-disposition"] == (
        'attachment; filename="unterschriftenliste-angebot-1-wasserstoff-vor-der-haustuer.pdf"'
    )
    (page,) = texts(answer.content)
    lines = page.split("\r\n")
    assert lines[:7] == [
        "Dialogverbund Ems (fiktiv)",
        "Unterschriftenliste",
        "Wasserstoff vor der Haustür",
        "Mittwoch, 24. März 2027, 17:00 bis 21:00 Uhr",
        "Bürgerhaus Beispielmoor, Beispielmoor",
        "Angebot 1",
        "Nachname Vorname Unterschrift",
    ]
    assert lines[7:9] == ["Ähnlich Zoë", "von der Wettern Annegret"]
    assert "@" not in page
    assert "Otto" not in page
    assert "Nicht" not in page
    assert [(row.action, row.detail) for row in world.rows(Audit, object_kind="dialogue")][-2:] == [
        ("file.order", "signatures"),
        ("list.download", "signatures, 4 people"),
    ]
    assert unmarked(organiser.get(f"{path}/dateien?sprache=qps")) == set()


def test_a_long_list_is_one_document(
    world: World, dialogue: Any, organiser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for kind in ("door", "pdf"):
        monkeypatch.setitem(paper_lists.LAYOUTS, kind, replace(paper_lists.LAYOUTS[kind], rows=2))
    monkeypatch.setattr(paper_lists, "PAGES_A_PART", 1)
    for number in range(3):
        names = tuple(f"Ada Muster-{number}{letter}" for letter in "ab")
        world.confirm(world.sign_up(dialogue, names=names, organisation="Werk (fiktiv)"))
    path = base(world, dialogue)
    for kind in ("door", "pdf"):
        order(organiser, path, kind)
        assert make(world) == ["ready"]
        pages = texts(fetched(organiser, path).content)
        assert [page.split("\r\n")[-1] for page in pages] == [f"Seite {number} von 3" for number in (1, 2, 3)]
        found = [f"Muster-{number}{letter}" in pages[number] for number in range(3) for letter in "ab"]
        assert found == [True] * 6


def test_a_list_beyond_what_leaves_at_once_is_made_in_the_background(
    world: World, dialogue: Any, organiser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "AT_ONCE", 2)
    monkeypatch.setattr(tables, "REPORTED", 1)
    world.confirm(world.sign_up(dialogue, size=3))
    path = base(world, dialogue)
    order(organiser, path, "csv")
    order(organiser, path, "csv")
    assert len(world.rows(Download)) == 1
    assert make(world) == ["ready"]
    rows = list(csv.reader(io.StringIO(fetched(organiser, path).content.decode("utf-8-sig")), delimiter=";"))
    assert (len(rows), rows[0][0]) == (4, "Referenz")
    (file,) = world.rows(Download)
    assert (file.total, file.done) == (3, 3)


def test_a_killed_job_goes_on_with_the_part_that_is_missing(
    world: World, dialogue: Any, organiser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(paper_lists.LAYOUTS, "door", replace(paper_lists.LAYOUTS["door"], rows=2))
    monkeypatch.setattr(paper_lists, "PAGES_A_PART", 1)
    for _number in range(3):
        world.confirm(world.sign_up(dialogue, size=2))
    path = base(world, dialogue)
    order(organiser, path, "door")
    made: list[int] = []

    def dying(*values: Any) -> Any:
        made.append(values[2])
        if len(made) == 3:
            raise KeyboardInterrupt
        return paper_lists.part(*values)

    (file,) = world.rows(Download)
    makers = {"door": replace(MAKERS["door"], part=dying)}
    with pytest.raises(KeyboardInterrupt):
        downloads.make(world.database, file.initiative_id, file.id, makers)
    assert "4 von 6 Personen" in organiser.get(f"{path}/dateien").text
    assert downloads.make(world.database, file.initiative_id, file.id, makers) == "ready"
    assert made == [1, 2, 3, 3]
    assert len(texts(fetched(organiser, path).content)) == 3
    assert [part.number for part in world.rows(DownloadPart)] == [0]


def test_who_ends_a_file_stops_its_job(world: World, dialogue: Any, organiser: TestClient) -> None:
    world.confirm(world.sign_up(dialogue))
    path = base(world, dialogue)
    order(organiser, path, "door")
    (file,) = world.rows(Download)
    assert organiser.post(f"{path}/dateien/{file.id}/abruf").status_code == 409

    def ended(*values: Any) -> Any:
        assert organiser.post(f"{path}/dateien/{file.id}/ende").status_code == 303
        return paper_lists.part(*values)

    makers = {"door": replace(MAKERS["door"], part=ended)}
    assert downloads.make(world.database, file.initiative_id, file.id, makers) == ""
    assert world.rows(Download) == world.rows(DownloadPart) == []
    assert "Die Datei ist gelöscht." in organiser.get(f"{path}/dateien?neu=geloescht").text


def test_a_file_lies_there_for_a_day_and_not_beyond_an_erasure(
    world: World, dialogue: Any, organiser: TestClient
) -> None:
    registration = world.confirm(world.sign_up(dialogue))
    path = base(world, dialogue)
    for ending in ("expired", "erased"):
        order(organiser, path, "signatures")
        assert make(world) == ["ready"]
        (file,) = world.rows(Download)
        if ending == "expired":
            assert downloads.forget_expired(world.database, file.expires_at - timedelta(seconds=1)) == 0
            assert downloads.forget_expired(world.database, file.expires_at) == 1
        else:
            world.within(
                dialogue,
                lambda session: operations.erase(
                    session, registration=session.get_one(Registration, registration.id), actor="system", now=NOW
                ),
            )
        assert world.rows(Download) == world.rows(DownloadPart) == []


def test_a_lost_job_is_taken_up_and_given_up(world: World, dialogue: Any, organiser: TestClient) -> None:
    order(organiser, base(world, dialogue), "door")
    later = NOW
    for attempts in (2, 3, 4):
        assert downloads.take_up(world.database, later + downloads.SILENT) == 0
        later += downloads.SILENT + timedelta(seconds=1)
        assert downloads.take_up(world.database, later) == 1
        (file,) = world.rows(Download)
        assert (file.attempts, file.state) == (attempts, "waiting")
    assert downloads.take_up(world.database, later + downloads.SILENT * 2) == 1
    assert [file.state for file in world.rows(Download)] == ["failed"]
    assert make(world) == []


def test_what_cannot_be_made_has_failed(world: World, dialogue: Any, organiser: TestClient) -> None:
    path = base(world, dialogue)
    order(organiser, path, "door")
    (file,) = world.rows(Download)

    def failing(*_values: Any) -> Any:
        raise pdf.PdfFailed("too much")

    makers = {"door": replace(MAKERS["door"], part=failing)}
    assert downloads.make(world.database, file.initiative_id, file.id, makers) == "failed"
    assert "Hat nicht geklappt" in organiser.get(f"{path}/dateien").text


def test_of_two_orders_at_once_one_is_made(world: World, dialogue: Any, organiser: TestClient) -> None:
    path = base(world, dialogue)
    form = fields(organiser.get(f"{path}/anmeldungen").text, "download-list") | {"format": "door", "offer": ""}

    def first(session: Any) -> None:
        held = lock_dialogue(session, dialogue.id)
        file = new_file(held, kind="door", choice={"offer": ""}, title="Einlassliste", language="de")
        downloads.order(session, download=file, now=NOW)

    second = beside(
        world.database,
        within(dialogue.initiative_id),
        first,
        lambda: organiser.post(f"{path}/anmeldungen/tabelle", data=form).status_code,
    )
    assert (second.result(), len(world.rows(Download))) == (303, 1)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ada Muster-Lindner", ("Ada", "Muster-Lindner")),
        ("Dr. Jan van der Beispiel", ("Dr. Jan", "van der Beispiel")),
        ("von Muster", ("von", "Muster")),
        ("Muster", ("", "Muster")),
        ("", ("", "")),
    ],
)
def test_family_names(name: str, expected: tuple[str, str]) -> None:
    assert split_name(name) == expected


def test_the_head_of_a_list_names_the_date_it_is_for() -> None:
    dialogue = Dialogue(start="2027-03-18T07:45", end="2027-03-18T09:15", place="Halle", city="")
    april = DialogueDate(start="2027-04-15T08:00", end="2027-04-15T09:30")
    assert paper_lists._facts(dialogue, None, april) == ["Donnerstag, 15. April 2027, 08:00 bis 09:30 Uhr", "Halle"]
    assert paper_lists._facts(dialogue, None, None)[0] == "Donnerstag, 18. März 2027, 07:45 bis 09:15 Uhr"
