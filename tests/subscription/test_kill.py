"""Workers are killed while letters with new dialogues are due: each subscription gets its one, counted at the mail server."""

import re
import time
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest

from kit.db import database as open_database
from tests.conftest import NOW, World, environment
from tests.spine.processes import Product, Sink

READERS = 120


@pytest.mark.alone
@pytest.mark.slow
@pytest.mark.timeout(240)
def test_each_is_told_once_whatever_dies(database_url: str, tmp_path: Path) -> None:
    with environment(DIALOGWERK_ENV="test", DIALOGWERK_DATABASE_URL=database_url):
        world = World(open_database())
        world.dialogue()
        rows = [world.subscription(now=NOW - timedelta(days=1)) for _number in range(READERS)]
    (tmp_path / "now").write_text("2027-03-02T06:00:00+00:00")
    with Sink(delay=0.03) as sink, Product(database_url, tmp_path, sink) as product:
        product.environment["DIALOGWERK_NOW_FILE"] = str(tmp_path / "now")
        # Half of the letters ask for the confirmation, half tell of the dialogue.
        for wanted in (READERS // 3, READERS, READERS * 3 // 2):
            product.start("work")
            deadline = time.monotonic() + 40
            while len(sink.taken) < wanted and time.monotonic() < deadline:
                time.sleep(0.01)
            product.kill("work")
            assert wanted <= len(sink.taken) < 2 * READERS
        product.command("work", "--once")
        product.command("work", "--once")
        told = [
            (address, identity, message_from_bytes(content, policy=default))
            for address, identity, content in sink.taken
            if b"List-Unsubscribe" in content
        ]
        # A letter that was on its way when its worker died may come twice, under the same Message-ID.
        assert len({(address, identity) for address, identity, _mail in told}) == READERS
        assert {address for address, _identity, _mail in told} == {row.email for row in rows}
        product.start("serve")
        product.ready()
        address, _identity, mail = told[0]
        link = re.fullmatch(r"<(http://[^>]+)>", str(mail["List-Unsubscribe"]))
        assert link is not None
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        path = urlsplit(link[1]).path
        ended = httpx2.post(product.base + path, data={"List-Unsubscribe": "One-Click"})
        assert (ended.status_code, "Wir schreiben Ihnen nicht mehr" in ended.text) == (200, True)
        assert address in ended.text
        assert product.command("check-invariants", check=False).stdout == ""
