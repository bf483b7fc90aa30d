"""The command line: what the contract names, settings that stop the start, and the clock of demo and test."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kit.db import Database
from kit.registry import CACHES, PERMISSIONS, RATES
from kit.settings import ROOT, SettingsError, load
from mail.models import InboundMail
from tests.conftest import World
from web import cli, commands

# The contract's commands.
HERE = (
    "serve", "work", "run", "migrate", "seed", "export", "check-invariants", "sign-in-link", "create-admin", "mail-in",
    "mail-server", "routes", "doctor", "backup", "restore", "thaw", "retention-run",
)  # fmt: skip

GOOD = {
    "DIALOGWERK_ENV": "production",
    "DIALOGWERK_BASE_URL": "https://dialog.example",
    "DIALOGWERK_SECRET_KEY": "a-secret-of-the-tests-with-40-characters",
    "DIALOGWERK_SMTP_URL": "smtp://user:word@mail.example:587?tls=starttls",
    "DIALOGWERK_MAIL_FROM": "post@dialog.example",
}


def run(*words: str, stdin: bytes = b"", **values: str) -> subprocess.CompletedProcess[bytes]:
    """One command in a process of its own, with the settings of this test or with these."""
    environment = {name: value for name, value in os.environ.items() if not (values and name.startswith("DIALOGWERK_"))}
    return subprocess.run(
        [sys.executable, "-m", "web.cli", *words],
        cwd=ROOT, env=environment | values, input=stdin, capture_output=True, timeout=120, check=False,
    )  # fmt: skip


def test_the_commands_of_the_contract_are_there() -> None:
    assert tuple(sorted(commands.COMMANDS)) == tuple(sorted(HERE))
    for name in HERE:
        with pytest.raises(SystemExit) as ended:
            cli.parser().parse_args([name, "--help"])
        assert ended.value.code == 0


def test_routes_as_json(database: Database) -> None:
    ended = run("routes")
    assert (ended.returncode, ended.stderr) == (0, b"")
    found = json.loads(ended.stdout)
    keys = {"method", "path", "permission", "loads", "changes_state", "rate", "cache"}
    assert {tuple(sorted(line)) for line in found} == {tuple(sorted(keys))}
    for line in found:
        assert line["method"] in ("GET", "POST")
        assert line["path"].startswith("/")
        assert line["permission"] in PERMISSIONS
        assert line["rate"] in RATES
        assert line["cache"] in CACHES
        assert line["changes_state"] is (line["method"] == "POST")
    assert len({(line["method"], line["path"]) for line in found}) == len(found)


WRONG: dict[str, tuple[dict[str, str], str]] = {
    "no address": ({"DIALOGWERK_BASE_URL": ""}, "DIALOGWERK_BASE_URL"),
    "no https": ({"DIALOGWERK_BASE_URL": "http://dialog.example"}, "DIALOGWERK_BASE_URL"),
    "no secret": ({"DIALOGWERK_SECRET_KEY": ""}, "DIALOGWERK_SECRET_KEY"),
    "short secret": ({"DIALOGWERK_SECRET_KEY": "a" * 31}, "DIALOGWERK_SECRET_KEY"),
    "one short secret of two": ({"DIALOGWERK_SECRET_KEY": "a" * 40 + ",b"}, "DIALOGWERK_SECRET_KEY"),
    "the demo's secret": (
        {"DIALOGWERK_SECRET_KEY": "demo-installation-secret-not-for-production"}, "DIALOGWERK_SECRET_KEY",
    ),
    "a secret of one letter": ({"DIALOGWERK_SECRET_KEY": "a" * 64}, "DIALOGWERK_SECRET_KEY"),
    "the secret of the example": (
        {"DIALOGWERK_SECRET_KEY": "replace-this-by-the-output-of-openssl-rand-hex-32"}, "DIALOGWERK_SECRET_KEY",
    ),
    "an address with a path": ({"DIALOGWERK_BASE_URL": "https://dialog.example/a"}, "DIALOGWERK_BASE_URL"),
    "an address with a query": ({"DIALOGWERK_BASE_URL": "https://dialog.example?a"}, "DIALOGWERK_BASE_URL"),
    "an address with a name": ({"DIALOGWERK_BASE_URL": "https://a@dialog.example"}, "DIALOGWERK_BASE_URL"),
    "an address in capitals": ({"DIALOGWERK_BASE_URL": "https://Dialog.example"}, "DIALOGWERK_BASE_URL"),
    "an address with the usual port": ({"DIALOGWERK_BASE_URL": "https://dialog.example:443"}, "DIALOGWERK_BASE_URL"),
    "an address with no port": ({"DIALOGWERK_BASE_URL": "https://dialog.example:70000"}, "DIALOGWERK_BASE_URL"),
    "half an address": ({"DIALOGWERK_BASE_URL": "https://[::1"}, "DIALOGWERK_BASE_URL"),
    "an address with umlauts": ({"DIALOGWERK_BASE_URL": "https://müller.example"}, "DIALOGWERK_BASE_URL"),
    "no mail": ({"DIALOGWERK_SMTP_URL": ""}, "DIALOGWERK_SMTP_URL"),
    "a port too high": ({"DIALOGWERK_SMTP_URL": "smtp://mail.example:99999"}, "DIALOGWERK_SMTP_URL"),
    "a port of letters": ({"DIALOGWERK_SMTP_URL": "smtp://mail.example:abc"}, "DIALOGWERK_SMTP_URL"),
    "odd mail": ({"DIALOGWERK_SMTP_URL": "http://mail.example"}, "DIALOGWERK_SMTP_URL"),
    "odd tls": ({"DIALOGWERK_SMTP_URL": "smtp://mail.example?tls=maybe"}, "DIALOGWERK_SMTP_URL"),
    "no sender": ({"DIALOGWERK_MAIL_FROM": ""}, "DIALOGWERK_MAIL_FROM"),
    "a sender with a name": ({"DIALOGWERK_MAIL_FROM": "Dialog <a@dialog.example>"}, "DIALOGWERK_MAIL_FROM"),
    "two senders": ({"DIALOGWERK_MAIL_FROM": "a@dialog.example, b@dialog.example"}, "DIALOGWERK_MAIL_FROM"),
    "a sender with umlauts": ({"DIALOGWERK_MAIL_FROM": "müller@dialog.example"}, "DIALOGWERK_MAIL_FROM"),
    "an odd mailbox": ({"DIALOGWERK_REPLY_ADDRESS": "antwort"}, "DIALOGWERK_REPLY_ADDRESS"),
    "no mailbox of its own": ({"DIALOGWERK_IMAP_URL": "imaps://a:b@mail.example"}, "DIALOGWERK_REPLY_ADDRESS"),
    "an odd way to look": ({"DIALOGWERK_IMAP_URL": "https://a:b@mail.example"}, "DIALOGWERK_IMAP_URL"),
    "an open way to look": ({"DIALOGWERK_IMAP_URL": "imap://a:b@mail.example?tls=none"}, "DIALOGWERK_IMAP_URL"),
    "a mailbox elsewhere": ({"DIALOGWERK_REPLY_ADDRESS": "antwort@post.example"}, "DIALOGWERK_REPLY_ADDRESS"),
    "a mailbox too long": ({"DIALOGWERK_REPLY_ADDRESS": f"{'a' * 18}@dialog.example"}, "DIALOGWERK_REPLY_ADDRESS"),
    "another database": ({"DIALOGWERK_DATABASE_URL": "mysql://db.example/dw"}, "DIALOGWERK_DATABASE_URL"),
    "an old name of a database": ({"DIALOGWERK_DATABASE_URL": "postgres://db.example/dw"}, "DIALOGWERK_DATABASE_URL"),
    "an empty database": ({"DIALOGWERK_DATABASE_URL": ""}, "DIALOGWERK_DATABASE_URL"),
    "a database in memory": ({"DIALOGWERK_DATABASE_URL": "sqlite://"}, "DIALOGWERK_DATABASE_URL"),
    "a proxy by name": ({"DIALOGWERK_TRUSTED_PROXIES": "127.0.0.1, proxy"}, "DIALOGWERK_TRUSTED_PROXIES"),
    "perhaps for everybody": ({"DIALOGWERK_DEMO_PUBLIC": "ja"}, "DIALOGWERK_DEMO_PUBLIC"),
    "odd environment": ({"DIALOGWERK_ENV": "staging"}, "DIALOGWERK_ENV"),
    "a demo for everybody": (
        {"DIALOGWERK_ENV": "demo", "DIALOGWERK_BASE_URL": "http://dialog.example"}, "DIALOGWERK_DEMO_PUBLIC",
    ),
}  # fmt: skip


def test_good_settings_are_taken() -> None:
    assert load(GOOD).production
    more = {
        "DIALOGWERK_BASE_URL": "https://dialog.example:8443/",
        "DIALOGWERK_MAIL_FROM": "post@müller.example",
        "DIALOGWERK_REPLY_ADDRESS": f"{'a' * 17}@müller.example",
        "DIALOGWERK_TRUSTED_PROXIES": "::1,172.28.0.0/16",
        "DIALOGWERK_DATABASE_URL": "postgresql://dw:wort@db.example:5432/dw",
    }
    assert load(GOOD | more).mail_from == "post@xn--mller-kva.example"


@pytest.mark.parametrize("name", WRONG)
def test_wrong_settings_are_named_in_one_sentence(name: str) -> None:
    values, setting = WRONG[name]
    with pytest.raises(SettingsError) as refused:
        load(GOOD | values)
    sentence = str(refused.value)
    assert re.search(rf"\b{setting}\b", sentence)
    assert "\n" not in sentence
    assert sentence.endswith(".")


def test_wrong_settings_stop_every_process_with_2(tmp_path: Path) -> None:
    values = GOOD | {"DIALOGWERK_SECRET_KEY": "", "DIALOGWERK_VAR_DIR": str(tmp_path)}
    ended = run("serve", **values)
    assert (ended.returncode, ended.stdout) == (2, b"")
    assert ended.stderr.decode().splitlines() == [
        "DIALOGWERK_SECRET_KEY is missing or weak: set at least 32 random characters."
    ]
    assert list(tmp_path.iterdir()) == []


def test_another_time_is_for_demo_and_test_only(tmp_path: Path) -> None:
    values = GOOD | {"DIALOGWERK_VAR_DIR": str(tmp_path)}
    ended = run("work", "--once", "--now", "2027-03-01T09:00:00Z", **values)
    assert (ended.returncode, ended.stderr.decode().splitlines()) == (2, ["--now works in demo and test only."])


def test_a_time_that_is_none_is_refused(database: Database) -> None:
    ended = run("work", "--once", "--now", "tomorrow")
    assert ended.returncode == 2
    assert len(ended.stderr.decode().splitlines()) == 1


def test_the_file_of_the_clock_is_read_in_test(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kit import clock

    file = tmp_path / "clock"
    monkeypatch.setenv("DIALOGWERK_NOW_FILE", str(file))
    real = clock.now()
    file.write_text("2031-05-06T07:08:09\n")
    for halfway in ("2031-05-06T07:08:09", "", "2031-05-"):
        file.write_text(halfway)
        assert clock.now().isoformat() == "2031-05-06T07:08:09+00:00"
    with pytest.raises(SettingsError, match="DIALOGWERK_NOW_FILE"):
        load(dict(os.environ))
    monkeypatch.setenv("DIALOGWERK_ENV", "production")
    assert clock.now().year == real.year
    monkeypatch.setenv("DIALOGWERK_ENV", "test")
    file.unlink()
    assert clock.now().year == real.year


MAIL = b"From: gast@post.example\r\nTo: antwort@dialog.example\r\nSubject: \xff\xfe\r\n\r\nIch komme.\r\n"


def test_inbound_mail_is_stored_once_and_raw(database: Database, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for _time in range(2):
        ended = run("mail-in", stdin=MAIL)
        assert (ended.returncode, ended.stdout, ended.stderr) == (0, b"", b"")
    assert [row.raw for row in world.rows(InboundMail)] == [MAIL]
    other = MAIL + b"\x00" * 100
    # As Postfix tells the envelope.
    monkeypatch.setenv("SENDER", "MAILER-DAEMON")
    monkeypatch.setenv("RECIPIENT", "antwort+x@dialog.example")
    assert run("mail-in", stdin=other).returncode == 0
    assert sorted((row.raw, row.sender, row.recipient) for row in world.rows(InboundMail)) == [
        (MAIL, "", ""), (other, "<>", "antwort+x@dialog.example"),
    ]  # fmt: skip


def test_what_is_no_mail_is_refused(database: Database, world: World) -> None:
    for nothing in (b"", b" \r\n\t"):
        ended = run("mail-in", stdin=nothing)
        assert ended.returncode == 65
        assert len(ended.stderr.decode().splitlines()) == 1
    assert world.rows(InboundMail) == []


def test_people_come_in_by_command(database: Database) -> None:
    unknown = run("sign-in-link", "nobody@dialog.example")
    assert (unknown.returncode, unknown.stdout) == (1, b"")
    made = run("create-admin", "desk@dialog.example")
    assert made.returncode == 0
    link = re.compile(r"http://testserver/anmelden/[a-z2-7]{46}\n")
    assert link.fullmatch(made.stdout.decode())
    again = run("sign-in-link", "desk@dialog.example")
    assert link.fullmatch(again.stdout.decode())
    assert again.stdout != made.stdout
    odd = run("create-admin", "no address")
    assert (odd.returncode, odd.stdout) == (2, b"")
    assert cli.main(["sign-in-link", "no address"]) == 2


def test_a_reader_that_leaves_early_is_no_fault(database: Database, world: World) -> None:
    world.dialogue()
    ended: Any = subprocess.run(
        ["/bin/sh", "-c", f"{sys.executable} -m web.cli export | head -c 1"],
        cwd=ROOT, capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    assert (ended.stdout, ended.stderr) == (b"{", b"")
