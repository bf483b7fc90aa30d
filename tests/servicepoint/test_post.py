"""Mail that nobody but a person can make something of, as the service point reads it."""

import re
from datetime import timedelta
from typing import Any

import pytest

from accounts.rules import OPERATOR_INITIATIVE_ID
from kit.db import Database, wide
from kit.journal import Audit
from mail.inbound import store
from mail.models import InboundMail, Letter
from mail.reading import shown
from servicepoint.sweeps import tell_of_post
from tests.accounts.rooms import admin, check_manners, rows, signed_in
from tests.conftest import NOW
from tests.mail import shapes
from tests.mail.shapes import mail, several
from web.inbound import read_inbound

HTML = (
    b"<style>p{}</style><p>Ich k&ouml;nnte<img src=http://x.example/pixel.gif> sp\xc3\xa4ter.</p>"
    b"<script>alert(1)</script>"
)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_mail_that_waits_is_read_as_text_and_settled_once(database: Database) -> None:
    client = signed_in(database, admin(database).email)
    page = client.get("/servicestelle/post")
    assert (page.status_code, "Nichts wartet auf Sie" in page.text) == (200, True)
    check_manners(page.text)
    odd = several(
        ("Content-Type: text/html; charset=utf-8", HTML),
        ('Content-Type: application/ics; name="a<b>.ics"\r\nContent-Disposition: attachment; filename="a<b>.ics"', b"x"),
        kind="mixed", Subject="=?utf-8?q?Absage_=3Cb=3E_f=C3=BCr_?= Samstag",
    )  # fmt: skip
    ids = [
        database.transact(
            wide("sweep"),
            lambda session, raw=raw: store(session, raw=raw, sender="", recipients=["x@y.example"], now=NOW),
        )
        for raw in (odd, mail(b"Ich bin weg", "text/plain", Auto_Submitted="auto-replied"))
    ]
    assert client.get(f"/servicestelle/post/{ids[0]}").status_code == 404
    read_inbound(database, NOW)
    page = client.get("/servicestelle/post")
    check_manners(page.text)
    assert re.findall(r'href="/servicestelle/post/(\w+)"', page.text) == ids[:1]
    assert "1 Nachricht wartet" in client.get("/servicestelle/initiativen").text
    page = client.get(f"/servicestelle/post/{ids[0]}")
    check_manners(page.text)
    for said in (
        "<h1 class=\"gap-s\"><bdi>Absage &lt;b&gt; für Samstag</bdi></h1>", "Ich könnte später.", "a&lt;b&gt;.ics",
        "Eine Nachricht, die keine Antwort aus einem Kalender ist.",
    ):  # fmt: skip
        assert said in page.text
    assert ("pixel.gif" in page.text, "alert(1)" in page.text) == (False, False)
    for _click in range(2):
        done = client.post(f"/servicestelle/post/{ids[0]}/erledigt")
        assert (done.status_code, done.headers["location"]) == (303, "/servicestelle/post?erledigt=1")
    assert [row.state for row in rows(database, InboundMail) if row.id == ids[0]] == ["done"]
    assert [row.object_id for row in rows(database, Audit) if row.action == "inbound.settle"] == ids[:1]
    assert 'id="settle-message"' not in client.get(f"/servicestelle/post/{ids[0]}").text
    assert [client.get(f"/servicestelle/post/{one}").status_code for one in (ids[1], "x" * 16)] == [404, 404]


def test_every_shape_can_be_shown() -> None:
    for name, raw in vars(shapes).items():
        if name.isupper() and isinstance(raw, bytes):
            read = shown(raw)
            assert (read.author or name == "_INVITED", "\x00" in read.text) != ("", True)
    assert shown(b"Content-Type: text/plain; charset=nonsense\r\nSubject: =?nonsense?q?x?=\r\n\r\n\xff").text == "ÿ"
    damaged: Any = b"Content-Type: message/rfc822\r\n\r\n" * 5000
    assert shown(damaged).subject == ""


def test_the_service_point_hears_once_a_day_that_mail_waits(database: Database) -> None:
    desk = admin(database)
    assert tell_of_post(database, NOW) == 0
    kept = database.transact(
        wide("sweep"),
        lambda session: store(
            session, raw=mail(b"Geheime Frage", "text/plain"), sender="", recipients=["x@y.example"], now=NOW
        ),
    )
    read_inbound(database, NOW)
    assert [tell_of_post(database, NOW + timedelta(hours=hour)) for hour in (0, 1, 24)] == [1, 0, 1]
    letters = [row for row in rows(database, Letter) if row.kind == "waiting_post"]
    assert {(row.recipient, row.initiative_id) for row in letters} == {(desk.email, OPERATOR_INITIATIVE_ID)}
    assert len(letters) == 2
    for row in letters:
        assert ("/servicestelle/post" in row.text, "1 Nachricht" in row.text, "Geheime" in row.text) == (
            True,
            True,
            False,
        )
    assert signed_in(database, desk.email).post(f"/servicestelle/post/{kept}/erledigt").status_code == 303
    assert tell_of_post(database, NOW + timedelta(hours=48)) == 0
