"""The doctor finds what is broken and says what to type."""

import socket
import threading
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.resolver
import dns.rrset
import pytest
from aiosmtpd.controller import Controller

from kit.db import Database
from kit.ical import summary_of
from kit.settings import load, settings
from tests.conftest import environment
from tests.mail.test_dkim import RSA, pem
from web import cli, schema
from web.commands import doctor, sender


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
    assert printed.count("  ok     ") == 7
    assert "  DIALOGWERK_ENV = test  [environment]\n" in printed
    assert "  DIALOGWERK_FUNDING_LINE = (empty)  [default]\n" in printed


def test_secrets_are_not_printed() -> None:
    config = load(
        {
            "DIALOGWERK_ENV": "production",
            "DIALOGWERK_BASE_URL": "https://dialog.example",
            "DIALOGWERK_SECRET_KEY": "s3cret-8" * 6,
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
    beside = "postgresql://dw@db.example/dw?sslmode=require&password=ge@heim&sslpassword=a:b"
    hidden = "postgresql://dw@db.example/dw?sslmode=require&password=***&sslpassword=***"
    assert doctor.without_password(beside) == hidden
    assert doctor.without_password(f"{beside}&user=dw".replace("dw@", "dw:wort@")) == (
        f"{hidden}&user=dw".replace("dw@", "dw:***@")
    )


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


def test_an_invitation_its_change_and_its_cancellation_are_sent(sink: tuple[Sink, str]) -> None:
    handler, url = sink
    with environment(DIALOGWERK_ENV="test", DIALOGWERK_SMTP_URL=url):
        assert doctor.mail(settings(), None).endswith("answers")
        doctor.mail(settings(), "ada@post.example")
    assert [recipients for recipients, _content in handler.taken] == [["ada@post.example"]] * 3
    found = []
    for _recipients, content in handler.taken:
        mail = message_from_bytes(content, policy=policy.SMTP)
        (calendar,) = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
        (shown,) = summary_of(calendar.get_payload(decode=True))
        assert calendar.get_param("method") == shown["method"]
        found.append(
            (mail["Subject"], shown["method"], shown["sequence"], shown["status"], shown["start"].hour, shown["uid"])
        )
    uid = found[0][5]
    assert found == [
        ("Dialogwerk: Test-E-Mail mit Termin", "REQUEST", 0, "CONFIRMED", 10, uid),
        ("Dialogwerk: Test-Termin verschoben", "REQUEST", 1, "CONFIRMED", 11, uid),
        ("Dialogwerk: Test-Termin abgesagt", "CANCEL", 2, "CANCELLED", 11, uid),
    ]


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


@pytest.fixture
def name_server() -> Iterator[Any]:
    """A name server of this machine that knows what a test writes into it: name → lines as in a zone file."""
    zone: dict[str, list[str]] = {}
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))

    def answer(asked: dns.message.Message) -> dns.message.Message:
        reply = dns.message.make_response(asked)
        reply.flags |= dns.flags.AA
        name, kind = asked.question[0].name.to_text(True), dns.rdatatype.to_text(asked.question[0].rdtype)
        if not any(known == name or known.endswith(f".{name}") for known in zone):
            reply.set_rcode(dns.rcode.NXDOMAIN)
        lines = [line.partition(" ")[2] for line in zone.get(name, []) if line.partition(" ")[0] == kind]
        if lines:
            reply.answer.append(dns.rrset.from_text_list(f"{name}.", 60, "IN", kind, lines))
        return reply

    def serve() -> None:
        while True:
            data, peer = server.recvfrom(4096)
            if not data:
                return
            server.sendto(answer(dns.message.from_wire(data)).to_wire(), peer)

    thread = threading.Thread(target=serve)
    thread.start()
    yield zone, server.getsockname()[1]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
        last.sendto(b"", server.getsockname())
    thread.join()
    server.close()


def looked_up(port: int, *, selector: str = "", **more: str) -> tuple[str, list[str]]:
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], port
    sent_from = {
        "DIALOGWERK_MAIL_FROM": "post@mail.dialog.muster",
        "DIALOGWERK_SMTP_URL": "smtp://relay.dialog.muster:587",
    }
    advice: list[str] = []
    with environment(DIALOGWERK_ENV="test", **sent_from, **more):
        return doctor.sender_domain(settings(), selector, advice, sender.Lookup(resolver)), advice


def test_a_domain_without_records_gets_advice(name_server: Any) -> None:
    zone, port = name_server
    with pytest.raises(doctor.Fault) as fault:
        looked_up(port)
    assert str(fault.value).startswith(
        "mail.dialog.muster takes no mail. Add MX, SPF, DKIM and DMARC records for it, or set"
    )
    zone["mail.dialog.muster"] = ["A 192.0.2.1", 'TXT "some=proof"']
    assert looked_up(port) == (
        "mail.dialog.muster",
        [
            "MX is missing: bounces and answers go to the domain's own address. Add: mail.dialog.muster. MX 10 mail.mail.dialog.muster.",
            'SPF is missing: many servers refuse our letters. Add: mail.dialog.muster. TXT "v=spf1 mx a:relay.dialog.muster -all"',
            "DKIM is missing: there is no key. Let your mail server sign, and publish the key that it names.",
            'DMARC is missing: large providers ask for it. Add: _dmarc.mail.dialog.muster. TXT "v=DMARC1; p=quarantine"',
        ],
    )


def test_the_records_of_a_domain_are_read(name_server: Any) -> None:
    zone, port = name_server
    zone["mail.dialog.muster"] = ["MX 10 mx.dialog.muster.", 'TXT "v=spf1 mx" " -all"', 'TXT "some=proof"']
    zone["k1._domainkey.mail.dialog.muster"] = ['TXT "v=DKIM1; k=rsa; p=MIGf" "MA0G"']
    zone["_dmarc.dialog.muster"] = ['TXT "v=DMARC1; p=reject; sp=quarantine; rua=mailto:post@dialog.muster"']
    good = "mail.dialog.muster, MX 10 mx.dialog.muster., SPF v=spf1 mx -all"
    assert looked_up(port, selector="k1") == (
        f"{good}, DKIM key at k1._domainkey.mail.dialog.muster, DMARC p=quarantine at _dmarc.dialog.muster",
        [],
    )
    told, advice = looked_up(port)
    assert advice == ["DKIM may be there; ask with the selector of your mail server: dialogwerk doctor --dkim SELECTOR"]
    zone["mail.dialog.muster"] = ["MX 0 .", 'TXT "v=spf1 mx ?all"', 'TXT "v=spf1 -all"']
    zone["k1._domainkey.mail.dialog.muster"] = ['TXT "v=DKIM1; p="']
    zone["_dmarc.mail.dialog.muster"] = ['TXT "v=DMARC1; p=none"']
    told, advice = looked_up(port, selector="k1")
    assert told == "mail.dialog.muster, DMARC p=none at _dmarc.mail.dialog.muster"
    assert [" ".join(line.split()[:4]) for line in advice] == [
        "MX says that mail.dialog.muster",
        "SPF stands 2 times,",
        "DKIM key at k1._domainkey.mail.dialog.muster",
        "DMARC only watches. Once",
    ]
    zone["mail.dialog.muster"] = ["MX 10 mx.dialog.muster.", 'TXT "v=spf1 mx ?all"']
    _told, advice = looked_up(port, selector="k2")
    assert [line.partition(":")[0] for line in advice[:2]] == [
        "SPF lets everybody send for mail.dialog.muster",
        "DKIM has no key at k2._domainkey.mail.dialog.muster. Publish the one that your mail server signs with.",
    ]


def test_the_key_of_the_installation_is_printed_and_compared(name_server: Any, tmp_path: Path) -> None:
    zone, port = name_server
    (tmp_path / "key.pem").write_bytes(pem(RSA))
    name = "eins._domainkey.mail.dialog.muster"
    own = {"DIALOGWERK_DKIM_KEY": str(tmp_path / "key.pem"), "DIALOGWERK_DKIM_SELECTOR": "eins"}
    with environment(DIALOGWERK_ENV="test", DIALOGWERK_MAIL_FROM="post@mail.dialog.muster", **own):
        said = doctor.signature()
    record = said.partition('TXT "')[2].removesuffix('"')
    assert said == f'rsa key. Publish: {name}. TXT "{record}"'
    zone["mail.dialog.muster"] = ["MX 10 mx.dialog.muster.", 'TXT "v=spf1 mx -all"']
    zone["_dmarc.dialog.muster"] = ['TXT "v=DMARC1; p=reject"']
    assert looked_up(port, **own)[1] == [f"DKIM has no key at {name}. Publish the record named above."]
    zone[name] = ['TXT "v=DKIM1; k=rsa; p=MIGfMA0G"']
    assert looked_up(port, **own)[1] == [
        f"DKIM key at {name} is another one than that of this installation. Publish the record named above."
    ]
    zone[name] = [f'TXT "{record[:200]}" "{record[200:]}"']
    told, advice = looked_up(port, **own)
    assert (f"DKIM key at {name}" in told, advice) == (True, [])


def test_a_silent_name_server_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sender, "PATIENCE_SECONDS", 0.2)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        assert looked_up(silent.getsockname()[1]) == (
            "mail.dialog.muster not looked up: no name server answers here",
            [],
        )
