"""/metrics and the log: figures for the operator, nothing of persons, nothing of surveys."""

import json
import logging
import sys

import pytest
from starlette.testclient import TestClient

from kit.db import Database
from kit.settings import settings
from tests.conftest import World
from tests.web.scene import Scene
from web.app import Discreet, build
from web.metrics import TRAFFIC


@pytest.fixture(autouse=True)
def from_zero() -> None:
    TRAFFIC.answers.clear()
    TRAFFIC.seconds.clear()


def figures(text: str) -> dict[str, float]:
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


@pytest.mark.parametrize(
    ("host", "headers", "status"),
    [("127.0.0.1", {}, 200), ("::1", {}, 200), ("10.0.0.1", {}, 404), ("127.0.0.1", {"via": "1.1 proxy"}, 404)],
)
def test_without_a_setting_this_machine_reads_them(
    database: Database, host: str, headers: dict[str, str], status: int
) -> None:
    browser = TestClient(build(), base_url="http://testserver", client=(host, 50_000))
    assert browser.get("/metrics", headers=headers).status_code == status


def trust(monkeypatch: pytest.MonkeyPatch, addresses: str) -> None:
    monkeypatch.setenv("DIALOGWERK_METRICS_FROM", addresses)
    settings.cache_clear()


def test_figures_for_trusted_addresses_only(database: Database, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene(database, world)
    registration = world.sign_up(scene.dialogue())
    browser = scene.browser()
    browser.get(f"/anmeldung/{'a' * 46}")
    survey = scene.path("/umfrage/{token}")
    assert browser.get(survey).status_code == 200
    assert browser.get("/metrics").status_code == 404
    trust(monkeypatch, "10.0.0.1, testclient")
    answer = browser.get("/metrics")
    assert browser.get("/metrics", headers={"x-forwarded-for": "10.0.0.1"}).status_code == 404
    trust(monkeypatch, "10.0.0.1")
    assert browser.get("/metrics").status_code == 404
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    found = figures(answer.text)
    asked = 'dialogwerk_request_seconds_count{method="GET",route="/anmeldung/{token}",status="404"}'
    assert found[asked] == 1
    assert found['dialogwerk_letters{state="queued"}'] >= 1
    assert (found["dialogwerk_workers"], found["dialogwerk_outbox_frozen"]) == (0, 0)
    assert "umfrage" not in answer.text
    assert registration.email not in answer.text


def test_a_line_of_the_log_is_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        raise ValueError("gast@post.example")
    except ValueError:
        record = logging.LogRecord("dialogwerk.web", logging.ERROR, __file__, 1, "one\ntwo", (), sys.exc_info())
    record.fields = {"status": 500}
    line = Discreet().format(record)
    assert "\n" not in line
    said = json.loads(line)
    assert {name: said[name] for name in ("level", "from", "message", "status")} == {
        "level": "error", "from": "dialogwerk.web", "message": "one\ntwo", "status": 500,
    }  # fmt: skip
    assert said["error"].startswith("ValueError at ")
    assert "gast" not in line


def test_alive_and_ready(database: Database) -> None:
    browser = TestClient(build(), base_url="http://testserver")
    assert [(browser.get(path).status_code, browser.get(path).text) for path in ("/healthz", "/readyz")] == [
        (200, "ok\n"), (200, "ready\n"),
    ]  # fmt: skip
