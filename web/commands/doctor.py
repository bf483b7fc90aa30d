"""doctor: all settings with their source, and one line for each part that works or the line to type where it does not."""

import argparse
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from kit import clock, ical, pdf, zones
from kit.db import database
from kit.i18n import _
from kit.ids import new_id
from kit.settings import PREFIX, Settings, SettingsError, settings
from kit.text import TextRefused, address
from mail import dkim
from mail.compose import Attachment, message
from mail.models import Letter
from mail.rules import State
from mail.smtp import Doubt, Permanent, Temporary, Transport
from web import schema
from web.commands.sender import Lookup, NoAnswer, NoDomain, report

FREE_BYTES = 200_000_000
# One letter of each script that names come in; the fonts of the machine have to know them.
SAMPLE = "Ä ß Ł ı Ż Ω Ж"


# Settings whose field is called otherwise than the setting.
FIELDS = {
    "limit_failed_tokens": "failed_tokens_per_hour",
    "limit_sign_ins": "sign_ins_per_hour",
    "limit_changes": "changes_per_hour",
    "limit_barrier_notes": "barrier_notes_per_hour",
}


class Fault(Exception):
    """Something does not work; the text ends with what to type or to set."""


def doctor(args: argparse.Namespace) -> int:
    """Prints settings and checks. Exit 1 when something has to be done."""
    config = settings()
    print("Settings")
    for name, value, source in shown(config):
        print(f"  {name} = {value or '(empty)'}  [{source}]")
    print("Checks")
    faults = 0
    advice: list[str] = []
    for name, check in (
        ("time zones", time_zones),
        ("PDF and fonts", documents),
        ("files", files),
        ("database", stored),
        ("mail", lambda: mail(config, args.mail)),
        ("signature", signature),
        ("sender domain", lambda: sender_domain(config, args.dkim or "", advice)),
    ):
        try:
            print(f"  ok     {name}: {check()}")
        except Fault as fault:
            faults += 1
            print(f"  FAULT  {name}: {fault}")
    if advice:
        print("Advice")
        for line in advice:
            print(f"  {line}")
    return 1 if faults else 0


# --- settings ---


def shown(config: Settings) -> Iterator[tuple[str, str, str]]:
    """Name, value and source of each setting; passwords and keys only as far as one can tell them apart."""
    for name, source in sorted(config.sources.items()):
        yield name, _value(config, name.removeprefix(PREFIX).lower()), source


def _value(config: Settings, name: str) -> str:
    if name == "secret_key":
        return ", ".join(f"{len(key)} characters" for key in config.secret_keys)
    if name.startswith("operator_"):
        return config.operator[name.removeprefix("operator_")]
    value = getattr(config, FIELDS.get(name, name))
    if isinstance(value, tuple):
        return ", ".join(value)
    return without_password(str(value))


def without_password(url: str) -> str:
    """The same address, its passwords as three stars."""
    url = re.sub(r"([?&](?:ssl)?password=)[^&]*", r"\1***", url)
    scheme, separator, rest = url.partition("://")
    login, at, place = rest.rpartition("@")
    if not separator or not at or ":" not in login:
        return url
    return f"{scheme}://{login.partition(':')[0]}:***@{place}"


# --- this machine ---


def time_zones() -> str:
    summer = datetime(2027, 7, 1, 12, tzinfo=ZoneInfo("Europe/Berlin"))
    try:
        zones.to_utc(datetime(2027, 7, 1, 12), "Europe/Berlin")  # noqa: DTZ001 - a wall time
    except zones.UnknownZone as error:
        raise Fault(f"{error} Type: .venv/bin/pip install tzdata") from error
    if summer.utcoffset() != timedelta(hours=2):
        raise Fault("Europe/Berlin has no summer time. Type: .venv/bin/pip install --force-reinstall tzdata")
    return f"Europe/Berlin, this machine says {clock.wall_now():%Y-%m-%d %H:%M} UTC"


def documents() -> str:
    try:
        missing = pdf.missing_characters([SAMPLE])
        pages = pdf.render(
            "<html lang='de'><head><title>Test</title></head><body><h1>Test</h1></body></html>",
            css=[],
            assets={},
            title="Test",
            language="de",
        )
    except pdf.PdfUnavailable as error:
        raise Fault(str(error)) from error
    except pdf.PdfFailed as error:
        raise Fault(f"{error} Give this process more memory, at least 1.5 GB for documents.") from error
    finally:
        pdf.stop()
    if any(missing):
        raise Fault(f"no font for {' '.join(missing[0])}. Type: apt-get install fonts-noto-core")
    return f"a page of {len(pages)} bytes, fonts for all letters of the test"


def files() -> str:
    folder = settings().var_dir
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise Fault(
            f"{folder} cannot be written: {error.strerror}. Type: chown $USER {folder}, or set {PREFIX}VAR_DIR."
        ) from error
    free = shutil.disk_usage(folder).free
    if free < FREE_BYTES:
        raise Fault(f"{folder} has {free // 1_000_000} MB left. Make room for at least {FREE_BYTES // 1_000_000} MB.")
    return f"{folder} can be written, {free // 1_000_000} MB free"


# --- database ---


def stored() -> str:
    data = database()
    if fault := schema.schema_fault(data):
        raise Fault(fault)
    if role := data.unsafe_role():
        raise Fault(
            f"the role {role} stands above row-level security. Type in psql: ALTER ROLE {role} NOSUPERUSER NOBYPASSRLS;"
        )
    kind = "SQLite" if data.sqlite else "PostgreSQL as a plain role"
    return f"{kind}, schema {schema.newest_version()}"


# --- mail ---


def mail(config: Settings, recipient: str | None) -> str:
    """Greets the mail server; with a recipient it takes an invitation, its change and its cancellation, a letter each."""
    if config.smtp is None:
        if recipient:
            raise Fault(f"there is no mail server. Set {PREFIX}SMTP_URL, for example smtp://user:password@host:587.")
        return f"no server, letters are kept and shown at {config.base_url}/demo/post"
    transport = Transport(config.smtp)
    where = f"{config.smtp.host}:{config.smtp.port}"
    try:
        if not recipient:
            transport.greet()
            return f"{where} answers"
        signer = dkim.signer()
        for letter, calendar in test_letters(config, address(recipient)):
            sender_name = config.operator["name"] or "Dialogwerk"
            data = message(letter, [calendar], sender_name=sender_name).as_bytes()
            data = signer.signed(data) if signer else data
            transport.send(data, sender=config.mail_from, recipient=letter.recipient, claim=lambda: True)
    except TextRefused as refused:
        raise Fault(refused.sentence) from refused
    except SettingsError as error:
        raise Fault(str(error)) from error
    except (Temporary, Permanent, Doubt) as error:
        raise Fault(f"{where}: {error}. Check {PREFIX}SMTP_URL and {PREFIX}MAIL_FROM.") from error
    finally:
        transport.close()
    return f"{where} took three letters to {recipient}; look whether the appointment comes, moves by an hour and goes again"


def test_letters(config: Settings, recipient: str) -> Iterator[tuple[Letter, Attachment]]:
    """Three letters that say what they are: an invitation for tomorrow at ten, its move to eleven, its cancellation."""
    now = clock.now()
    begin = (now.astimezone(ZoneInfo("Europe/Berlin")) + timedelta(days=1)).replace(
        hour=10, minute=0, second=0, microsecond=0, tzinfo=None
    )
    identity = new_id()
    hour = timedelta(hours=1)
    steps: list[tuple[ical.Method, ical.Status, datetime, str, str]] = [
        (
            "REQUEST",
            "CONFIRMED",
            begin,
            _("Dialogwerk: Test-E-Mail mit Termin"),
            _("Diese E-Mail prüft den Versand. Der Termin morgen um 10 Uhr ist ein Test, gleich wird er verschoben."),
        ),
        (
            "REQUEST",
            "CONFIRMED",
            begin + hour,
            _("Dialogwerk: Test-Termin verschoben"),
            _("Der Test-Termin ist jetzt morgen um 11 Uhr. Es soll nur einen geben, nicht zwei."),
        ),
        (
            "CANCEL",
            "CANCELLED",
            begin + hour,
            _("Dialogwerk: Test-Termin abgesagt"),
            _("Der Test-Termin ist abgesagt. Er soll aus dem Kalender verschwinden oder durchgestrichen sein."),
        ),
    ]
    for sequence, (method, status, start, subject, body) in enumerate(steps):
        asked = bool(config.reply_address) and method == "REQUEST"
        entry = ical.Entry(
            uid=f"{identity}@{config.host}",
            sequence=sequence,
            dtstamp=now + timedelta(seconds=sequence),
            start=start,
            end=start + hour / 2,
            zone="Europe/Berlin",
            summary=_("Dialogwerk: Test-E-Mail mit Termin"),
            status=status,
            organizer=ical.Organizer("Dialogwerk", config.reply_address or config.mail_from),
            attendee=ical.Attendee(recipient, recipient, "NEEDS-ACTION" if asked else "ACCEPTED", asked),
        )
        yield (
            _test_letter(config, recipient, subject, body),
            Attachment("termin.ics", "application/ics", ical.calendar([entry], method), method=method),
        )


def _test_letter(config: Settings, recipient: str, subject: str, body: str) -> Letter:
    identity = new_id()
    return Letter(
        id=identity,
        initiative_id="",
        dedupe_key=f"doctor:{identity}",
        kind="test",
        recipient=recipient,
        recipient_name="",
        language="de",
        subject=subject,
        text=body + "\n",
        html=f'<!DOCTYPE html><html lang="de"><head><title>{subject}</title></head><body><p>{body}</p></body></html>',
        attachments=[],
        message_id=f"<{identity}@{config.mail_from.rpartition('@')[2]}>",
        state=State.QUEUED,
        created_at=clock.now(),
    )


def signature() -> str:
    """The key that signs our letters, and the record that tells everybody its public half."""
    try:
        signer = dkim.signer()
    except SettingsError as error:
        raise Fault(str(error)) from error
    if signer is None:
        return f"letters leave unsigned. Let your mail server sign, or set {PREFIX}DKIM_KEY"
    return f'{signer.kind} key. Publish: {signer.name}. TXT "{signer.record}"'


def sender_domain(config: Settings, selector: str, advice: list[str], lookup: Lookup | None = None) -> str:
    """What is published for the domain that letters come from; `advice` gets what lacks. A machine without a name server
    cannot tell."""
    domain = config.mail_from.rpartition("@")[2]
    if domain.rpartition(".")[2] in ("example", "invalid", "localhost", "test"):
        return f"{domain} is a name for examples, nothing to look up"
    server = config.smtp.host if config.smtp else ""
    # Asked for by its name, or our own, with what it has to be; a key that cannot be read is told by `signature`.
    key = ""
    if config.dkim_key and selector in ("", config.dkim_selector):
        selector = config.dkim_selector
        with suppress(SettingsError):
            signer = dkim.signer()
            key = signer.public if signer else ""
    try:
        found = report(domain, server=server, selector=selector, key=key, lookup=lookup or Lookup())
    except NoAnswer:
        return f"{domain} not looked up: no name server answers here"
    except NoDomain as error:
        raise Fault(
            f"{domain} takes no mail. Add MX, SPF, DKIM and DMARC records for it, or set {PREFIX}MAIL_FROM."
        ) from error
    advice += found.advice
    return ", ".join((domain, *found.found))
