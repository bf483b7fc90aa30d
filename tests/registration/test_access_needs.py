"""What somebody needs to take part: typed with a consent of its own, sealed, in no list, for the team's organisers alone."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from kit import clock, downloads, pdf, sealed
from kit.db import Database, within
from kit.downloads import Download
from kit.settings import settings
from registration.access_needs import access_need_of
from registration.models import AccessNeed, Consent, ConsentText, Registration
from registration.operations import erase
from registration.operations.access_needs import reseal_all
from registration.routes.shown import own_path
from tests.conftest import NOW, World
from tests.pdf.reading import texts
from tests.registration.site import errors, hidden, manners, visit
from tests.registration.staff import base, fields, staff
from web.files import MAKERS

MARK = "Zqxwvrampe"
SENTENCE = (
    "Bitte setzen Sie dieses Häkchen oder leeren Sie das Feld „Angabe zum Zugang“. "
    "Ohne Einwilligung dürfen wir sie nicht speichern."
)


@pytest.fixture
def site(database: Database) -> Iterator[TestClient]:
    yield visit(database)
    clock.fix(None)


def words(world: World, row: Registration) -> str | None:
    with world.database.read(within(row.initiative_id)) as session:
        return access_need_of(session, row.id)


def consents(world: World) -> list[Consent]:
    return sorted(world.rows(Consent, purpose="access_need"), key=lambda row: row.id)


def typed(site: TestClient, dialogue: Any, **more: str) -> Any:
    path = f"/dialoge/{dialogue.slug}/anmeldung"
    form = {"name": "Ada Muster", "email": "ada@post.example", "terms": "ja"}
    return site.post(path, data=form | {"form_key": hidden(site.get(path), "form_key")} | more)


def test_what_is_typed_needs_its_own_consent(site: TestClient, world: World) -> None:
    dialogue = world.dialogue()
    back = typed(site, dialogue, access_need=MARK)
    assert (back.status_code, errors(back)) == (422, [SENTENCE])
    assert f">\r\n{MARK}</textarea>" in back.text
    assert 'href="#access_consent"' in back.text
    manners(back)
    assert world.rows(Registration) == []
    assert typed(site, dialogue, access_need=MARK, access_consent="ja").status_code == 303
    [row] = world.rows(Registration)
    [kept] = world.rows(AccessNeed)
    assert MARK not in kept.sealed
    assert words(world, row) == MARK
    [consent] = consents(world)
    [told] = world.rows(ConsentText, text_hash=consent.text_hash)
    shown = site.get(f"/dialoge/{dialogue.slug}/anmeldung").text
    assert all(part in shown for part in told.text.split(". "))


def test_without_words_there_is_no_consent(site: TestClient, world: World) -> None:
    assert typed(site, world.dialogue(), access_consent="ja").status_code == 303
    assert (world.rows(AccessNeed), consents(world)) == ([], [])


def test_the_person_changes_it_and_takes_it_back(site: TestClient, world: World) -> None:
    row = world.confirm(world.sign_up(world.dialogue(), access_need="Ein Platz <i> vorn"))
    link = own_path(row)
    assert ">Ein Platz &lt;i&gt; vorn</p>" in site.get(link).text
    for data in ({"access_need": MARK}, {"access_need": "x" * 1001, "access_consent": "ja"}):
        back = site.post(f"{link}/angabe", data=data)
        assert (back.status_code, len(errors(back))) == (422, 1)
        assert data["access_need"] in back.text
        manners(back)
    for _double_click in range(2):
        done = site.post(f"{link}/angabe", data={"access_need": MARK, "access_consent": "ja"})
        assert done.headers["location"] == f"{link}?geaendert=ja"
    assert (words(world, row), [one.withdrawn_at for one in consents(world)]) == (MARK, [None])
    assert site.get(f"{link}/daten.json").json()["access_need"] == MARK
    # Taking the consent back takes the words; so does an empty field, and the consent with them.
    site.post(f"{link}/widerruf", data={"purpose": "access_need"})
    assert (words(world, row), [one.withdrawn_at for one in consents(world)]) == ("", [NOW])
    site.post(f"{link}/angabe", data={"access_need": MARK, "access_consent": "ja"})
    site.post(f"{link}/angabe", data={"access_need": ""})
    assert (words(world, row), [one.withdrawn_at for one in consents(world)]) == ("", [NOW, NOW])
    assert "Sie haben nichts angegeben." in site.get(link).text


def test_lists_and_readers_learn_only_that_there_is_something(world: World) -> None:
    dialogue = world.dialogue()
    row = world.confirm(world.sign_up(dialogue, access_need=MARK))
    path = f"{base(world, dialogue)}/anmeldungen"
    organiser = staff(world, dialogue.initiative_id, "organiser")
    kinds = ("csv", "xlsx", "pdf", "door", "signatures")
    for kind in kinds:
        answer = organiser.post(
            f"{path}/tabelle", data=fields(organiser.get(path).text, "download-list") | {"format": kind}
        )
        if kind == "csv":
            assert (MARK in answer.text, ";ja;" in answer.text) == (False, True)
        elif kind == "xlsx":
            assert MARK.encode() not in unpacked(answer.content)
    for file in world.rows(Download):
        assert downloads.make(world.database, file.initiative_id, file.id, MAKERS) == "ready"
    made = {file.kind: read(world, file) for file in world.rows(Download)}
    pdf.stop()
    assert made.keys() == {"pdf", "door", "signatures"}
    assert [kind for kind, said in made.items() if MARK in said] == []
    assert "ja" in made["pdf"].split()
    # Owner and organiser read it on the page of this registration alone.
    assert MARK in organiser.get(f"{path}/{row.id}").text
    assert f'href="{path}/{row.id}#access-need"' in organiser.get(path).text
    reader = staff(world, dialogue.initiative_id, "reader")
    for address in (base(world, dialogue), path, f"{path}?q=Muster", f"{path}/{row.id}"):
        assert MARK not in reader.get(address).text
        assert address == f"{path}/{row.id}" or MARK not in organiser.get(address).text
    assert "Angabe zum Zugang" in reader.get(f"{path}/{row.id}").text
    helper = staff(world, dialogue.initiative_id, "helper")
    assert helper.get(f"{path}/{row.id}").status_code == 403


def unpacked(book: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        return b"".join(parts.read(name) for name in parts.namelist())


def read(world: World, file: Download) -> str:
    with world.database.read(within(file.initiative_id)) as session:
        found = session.connection().execute(
            text("SELECT content FROM download_part WHERE download_id = :id"), {"id": file.id}
        )
        return " ".join(" ".join(texts(bytes(content))) for content in found.scalars())


def test_the_team_adds_it_by_hand(world: World) -> None:
    dialogue = world.dialogue()
    team = staff(world, dialogue.initiative_id, "organiser")
    path = f"{base(world, dialogue)}/anmeldungen/neu"
    form = fields(team.get(path).text, "add-registration") | {"name": "Alma Muster", "access_need": MARK}
    back = team.post(path, data=form)
    assert (back.status_code, errors(back)) == (422, [SENTENCE])
    assert team.post(path, data=form | {"access_consent": "ja"}).status_code == 303
    [row] = world.rows(Registration)
    [consent] = consents(world)
    assert (words(world, row), consent.channel) == (MARK, "organiser")
    [told] = world.rows(ConsentText, text_hash=consent.text_hash)
    assert told.text.startswith("Die Person hat ausdrücklich eingewilligt.")


def test_it_goes_with_the_person(world: World) -> None:
    row = world.confirm(world.sign_up(world.dialogue(), access_need=MARK))
    world.within(
        row, lambda session: erase(session, registration=session.get_one(Registration, row.id), actor="x", now=NOW)
    )
    assert world.rows(AccessNeed) == []


def test_another_key_opens_it_and_takes_it_over(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def keys(*secrets: str) -> None:
        changed = replace(settings(), secret_keys=secrets)
        monkeypatch.setattr(sealed, "settings", lambda: changed)

    row = world.confirm(world.sign_up(world.dialogue(), access_need=MARK))
    old, new = settings().secret_keys[0], "another-key-of-this-installation"
    keys(new, old)
    assert words(world, row) == MARK
    assert [reseal_all(world.database, NOW) for _night in range(2)] == [1, 0]
    keys(new)
    assert words(world, row) == MARK
    # Nobody knows the key any more.
    keys(old)
    assert words(world, row) is None
    assert reseal_all(world.database, NOW) == 0
