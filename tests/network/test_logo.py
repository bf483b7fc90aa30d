"""The logo of an initiative: taken, encoded anew, shown as a picture and nothing else; hostile files are refused."""

import struct
import zlib
from io import BytesIO
from typing import Any

import pytest
from alembic import command
from PIL import Image, PngImagePlugin

from badges.batches import part
from kit.db import Database
from kit.downloads import Download
from kit.journal import Audit
from network.logo_form import read_logo
from network.models import Initiative, Logo
from tests.accounts.rooms import browser, check_manners, initiative, rows, signed_in
from tests.conftest import NOW, World
from tests.pdf.reading import pictures
from web import schema

SETTINGS = "/arbeitsplatz/ems/einstellungen"


def png(width: int = 600, height: int = 300, **options: Any) -> bytes:
    out = BytesIO()
    Image.new("RGBA", (width, height), (200, 30, 30, 120)).save(out, "PNG", **options)
    return out.getvalue()


def send(client: Any, data: bytes, name: str = "logo.png") -> Any:
    return client.post(f"{SETTINGS}/logo", files={"logo": (name, data, "image/png")})


def sentence(page: Any) -> str:
    return str(page.text.split('id="logo-error"')[1].split("<span>")[1].split("</span>")[0])


def test_a_picture_takes_the_place_of_the_drawing(database: Database) -> None:
    initiative(database, logo="ems")
    owner = signed_in(database, "vera@ems.example")
    check_manners(owner.get(SETTINGS).text)
    for _double_click in range(2):
        assert send(owner, png()).headers["location"] == f"{SETTINGS}?gespeichert=1"
    [logo] = rows(database, Logo)
    path = f"/logo/{logo.id}"
    assert f'src="{path}"' in owner.get(SETTINGS).text
    assert f'src="{path}"' in browser(database).get("/initiativen/ems/impressum").text
    shown = browser(database).get(path)
    head = shown.headers
    assert (head["content-type"], head["content-security-policy"]) == ("image/png", "default-src 'none'; sandbox")
    assert browser(database).get(path, headers={"if-none-match": head["etag"]}).status_code == 304
    assert Image.open(BytesIO(shown.content)).size == (512, 256)
    assert send(owner, png(64, 64)).status_code == 303
    [other] = rows(database, Logo)
    assert browser(database).get(path).status_code == 404
    assert browser(database).get(f"/logo/{other.id}").status_code == 200
    for _double_click in range(2):
        assert owner.post(f"{SETTINGS}/logo/ende").status_code == 303
    assert rows(database, Logo) == []
    assert [row.logo for row in rows(database, Initiative) if row.slug == "ems"] == ["ems"]
    actions = [row.action for row in rows(database, Audit) if row.action.startswith("initiative.logo")]
    assert sorted(actions) == ["initiative.logo", "initiative.logo", "initiative.logo_removed"]


def test_grey_of_sixteen_bits_is_taken() -> None:
    out = BytesIO()
    grey = Image.new("I;16", (64, 32))
    grey.putdata([0, 0x8000] * 512 + [0xFFFF, 0x40FF] * 512)
    grey.save(out, "PNG")
    logo, problem = read_logo(out.getvalue())
    assert logo is not None
    assert problem == ""
    shown = Image.open(BytesIO(logo.content)).convert("L")
    assert (shown.size, [shown.getpixel(place) for place in ((0, 0), (1, 0), (0, 31), (1, 31))]) == (
        (64, 32),
        [0, 0x80, 0xFF, 0x40],
    )


def bomb() -> bytes:
    """A small file that unpacks to four gigabytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 32_000, 32_000, 8, 6, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(100_000)))
        + chunk(b"IEND", b"")
    )


def words() -> PngImagePlugin.PngInfo:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "x" * 80_000_000, zip=True)
    return info


HOSTILE = {
    "nothing": b"",
    "text": b"<script>alert(1)</script>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "gif": b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;",
    "cut off": png()[:200],
    "only a head": png()[:8],
    "broken": png()[:60] + b"\0" * 40 + png()[100:],
    "bomb": bomb(),
    "too many pixels": png(2100, 2000),
    "too large": png() + b"\0" * 1_000_000,
}


def test_hostile_files_are_refused_with_a_sentence(database: Database) -> None:
    initiative(database)
    owner = signed_in(database, "vera@ems.example")
    found = {}
    for name, data in HOSTILE.items():
        answer = send(owner, data)
        check_manners(answer.text)
        found[name] = (answer.status_code, sentence(answer))
    none = (422, "Das ist kein Bild, das wir lesen können. Bitte speichern Sie es als PNG oder JPEG.")
    many = (422, "Das Bild hat zu viele Bildpunkte. Bitte verkleinern Sie es auf 2.000 mal 2.000.")
    assert found == dict.fromkeys(HOSTILE, none) | {
        "nothing": (422, "Die Datei fehlt. Bitte wählen Sie ein Bild als PNG oder JPEG."),
        "bomb": many,
        "too many pixels": many,
        "too large": (422, "Die Datei ist größer als 1 MB. Bitte speichern Sie das Bild kleiner."),
    }
    assert owner.post(f"{SETTINGS}/logo", data={"logo": "x"}).status_code == 422
    assert send(owner, b"\0" * 3_100_000).status_code == 413
    cut = b'--x\r\nContent-Disposition: form-data; name="logo"; filename="a"\r\n\r\n' + png()
    kind = {"content-type": "multipart/form-data; boundary=x"}
    assert owner.post(f"{SETTINGS}/logo", content=cut, headers=kind).status_code == 400
    assert rows(database, Logo) == []


def test_nothing_but_pixels_is_kept() -> None:
    upright = Image.Exif()
    upright[0x0112] = 6
    upright[0x010E] = "Zqxort"
    out = BytesIO()
    Image.new("CMYK", (200, 100)).save(out, "JPEG", exif=upright, comment=b"Zqxwort")
    logo, problem = read_logo(out.getvalue())
    assert logo is not None
    assert (problem, logo.media_type, b"Zqx" in logo.content) == ("", "image/jpeg", False)
    with Image.open(BytesIO(logo.content)) as picture:
        assert (picture.size, picture.mode) == ((100, 200), "RGB")
    assert read_logo(png(pnginfo=words()))[0] is None


def test_badges_carry_the_picture(world: World) -> None:
    row = world.initiative(logo="ems")
    dialogue = world.dialogue(row)
    world.confirm(world.sign_up(dialogue))
    logo, _problem = read_logo(png(300, 300))
    assert logo is not None

    def choose(session: Any) -> None:
        from network import operations

        found = session.get_one(Initiative, row.id)
        operations.set_logo(
            session, initiative=found, content=logo.content, media_type=logo.media_type, actor="system", now=NOW
        )

    world.within(dialogue, choose)
    file = Download(
        initiative_id=row.id, kind="badges", object_id=dialogue.id, choice={"offer": "", "size": "ten"}, title="",
        file_name="", language="de", ordered_at=NOW, changed_at=NOW, expires_at=NOW,
    )  # fmt: skip
    from registration.models import Participant

    content, _notes = part(world.database, file, 1, [person.id for person in world.rows(Participant)], lambda _n: None)
    [card] = pictures(content, 50)
    assert any(
        red > green + 60 for red, green, _blue in card.convert("RGB").crop((0, 0, 300, 150)).get_flattened_data()
    )


@pytest.mark.slow
def test_the_drawing_stands_again_in_an_older_schema(database: Database, world: World) -> None:
    row = world.initiative(logo="ems")

    def choose(session: Any) -> None:
        session.add(Logo(initiative_id=row.id, media_type="image/png", content=png(), drawing="ems", created_at=NOW))
        session.get_one(Initiative, row.id).logo = "bild:x"

    world.within_id(row.id, choose)
    database.dispose()
    command.downgrade(schema.config(), "0017")
    database.dispose()
    command.upgrade(schema.config(), "head")
    assert [(found.logo, found.version) for found in world.rows(Initiative, id=row.id)] == [("ems", 1)]


@pytest.fixture(autouse=True)
def _quiet() -> Any:
    from kit import pdf

    yield
    pdf.stop()
