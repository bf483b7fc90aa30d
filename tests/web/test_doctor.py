"""The doctor finds what is broken and says what to type."""

import socket
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from kit.db import Database
from kit.settings import load, settings
from tests.conftest import environment
from web import cli, schema
from web.commands import doctor


class Sink:
    """A mail server that keeps what it takes."""

    def __init__(self) -> None:
        self.taken: list[tuple[list[str], bytes]] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.taken.append((envelope.rcpt_tos, envelope.content))
        return "250 taken"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def sink() -> Iterator[tuple[Sink, str]]:
    handler = Sink()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield handler, f"smtp://127.0.0.1:{controller.port}?tls=none"
    controller.stop()


def test_a_sound_installation_passes(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["doctor"]) == 0
    printed = capsys.readouterr().out
    assert "FAULT" not in printed
    assert printed.count("  ok     ") == 6
    assert "  DIALOGWERK_ENV = test  [environment]\n" in printed
    assert "  DIALOGWERK_FUNDING_LINE = (empty)  [default]\n" in printed


def test_secrets_are_not_printed() -> None:
    config = load(
        {
            "DIALOGWERK_ENV": "production",
            "DIALOGWERK_BASE_URL": "https://dialog.example",
            "DIALOGWERK_SECRET_KEY": "s3cret" * 8,
            "DIALOGWERK_SMTP_URL": "smtp://mailer:g%40heim@mail.example:587",
            "DIALOGWERK_MAIL_FROM": "post@dialog.example",
            "DIALOGWERK_DATABASE_URL": "postgresql://dw:geheim@db.example/dw",
        }
    )
    values = {name: value for name, value, _source in doctor.shown(config)}
    assert values["DIALOGWERK_SECRET_KEY"] == "48 characters"
    assert values["DIALOGWERK_SMTP_URL"] == "smtp://mailer:***@mail.example:587"
    assert values["DIALOGWERK_DATABASE_URL"] == "postgresql://dw:***@db.example/dw"
    assert len(values) == len(config.sources)


def test_a_missing_schema_names_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with environment(DIALOGWERK_ENV="test", DIALOGWERK_VAR_DIR=str(tmp_path)):
        assert cli.main(["doctor"]) == 1
        assert cli.main(["seed", "demo"]) == 1
    captured = capsys.readouterr()
    assert "  FAULT  database: schema missing, needed " in captured.out
    assert captured.out.count("FAULT") == 1
    assert captured.err.endswith("Type: dialogwerk migrate\n")


def test_a_database_out_of_reach_is_told(tmp_path: Path) -> None:
    data = Database(f"postgresql://dw:geheim@127.0.0.1:{free_port()}/dw")
    fault = schema.schema_fault(data)
    data.dispose()
    assert fault.startswith("it cannot be reached: ")
    assert "geheim" not in fault


def test_a_silent_mail_server_is_told(tmp_path: Path) -> None:
    address = f"smtp://127.0.0.1:{free_port()}?tls=none"
    with environment(DIALOGWERK_ENV="test", DIALOGWERK_SMTP_URL=address), pytest.raises(doctor.Fault) as fault:
        doctor.mail(settings(), None)
    assert str(fault.value).endswith("Check DIALOGWERK_SMTP_URL and DIALOGWERK_MAIL_FROM.")


def test_a_letter_with_an_invitation_is_sent(sink: tuple[Sink, str]) -> None:
    handler, url = sink
    with environment(DIALOGWERK_ENV="test", DIALOGWERK_SMTP_URL=url):
        assert doctor.mail(settings(), None).endswith("answers")
        doctor.mail(settings(), "ada@post.example")
    ((recipients, content),) = handler.taken
    assert recipients == ["ada@post.example"]
    mail = message_from_bytes(content, policy=policy.SMTP)
    assert mail["Subject"] == "Dialogwerk: Test-E-Mail mit Termin"
    (calendar,) = [
        part for part in mail.walk() if part.get_content_type() == "text/calendar" and not part.is_attachment()
    ]  # type: ignore[attr-defined]
    assert calendar.get_param("method") == "REQUEST"
    assert "BEGIN:VEVENT" in calendar.get_payload(decode=True).decode()


def test_an_address_that_is_none_is_refused(sink: tuple[Sink, str]) -> None:
    handler, url = sink
    with environment(DIALOGWERK_ENV="test", DIALOGWERK_SMTP_URL=url), pytest.raises(doctor.Fault):
        doctor.mail(settings(), "ada@")
    assert handler.taken == []


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        environment(DIALOGWERK_ENV="test", DIALOGWERK_VAR_DIR=str(tmp_path / "file" / "var")),
        pytest.raises(doctor.Fault) as fault,
    ):
        doctor.files()
    assert "cannot be written" in str(fault.value)
