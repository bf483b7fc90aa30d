"""Settings from the environment. Names and meaning: docs/settings in the README and `dialogwerk doctor`."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from kit import clock
from kit.text import TextRefused, address

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "DIALOGWERK_"
_BASE_URL = re.compile(r"https?://[a-z0-9-]+(\.[a-z0-9-]+)*(:[1-9][0-9]{0,4})?")
_SELECTOR = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_MOST_PORT = 65535
# What follows the + in the address of an answer takes the rest of the 64 that an address may have before its @.
_MOST_OF_REPLY = 17
DEMO_SECRET = "demo-installation-secret-not-for-production"  # noqa: S105 - refused in production below


class SettingsError(Exception):
    """A setting is missing or wrong; the text is one sentence for the operator."""


@dataclass(frozen=True)
class SmtpAddress:
    host: str
    port: int
    user: str | None
    password: str | None
    tls: str


@dataclass(frozen=True)
class ImapAddress:
    host: str
    port: int
    user: str
    password: str
    folder: str
    tls: str


@dataclass(frozen=True)
class Settings:
    env: str
    var_dir: Path
    database_url: str
    base_url: str
    secret_keys: tuple[str, ...]
    smtp_url: str
    mail_from: str
    reply_address: str
    imap_url: str
    dkim_key: str
    dkim_selector: str
    trusted_proxies: tuple[str, ...]
    metrics_from: tuple[str, ...]
    funding_line: str
    ministry_name: str
    operator: dict[str, str]
    demo_public: bool
    now_file: str
    failed_tokens_per_hour: int
    sign_ins_per_hour: int
    changes_per_hour: int
    barrier_notes_per_hour: int
    sources: dict[str, str] = field(default_factory=dict, compare=False)

    @property
    def production(self) -> bool:
        return self.env == "production"

    @property
    def demo(self) -> bool:
        return self.env == "demo"

    @property
    def sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def https(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).hostname or "localhost"

    @property
    def smtp(self) -> SmtpAddress | None:
        """Where letters go, or None: they are kept and shown at /demo/post."""
        if not self.smtp_url:
            return None
        try:
            parts = urlsplit(self.smtp_url)
            port = parts.port
        except ValueError:
            parts, port = urlsplit(""), None
        if parts.scheme != "smtp" or not parts.hostname or port == 0:
            raise SettingsError("DIALOGWERK_SMTP_URL must look like smtp://user:password@host:587?tls=starttls.")
        tls = parse_qs(parts.query).get("tls", ["starttls"])[0]
        if tls not in ("starttls", "implicit", "none"):
            raise SettingsError("DIALOGWERK_SMTP_URL: tls must be starttls, implicit or none.")
        return SmtpAddress(
            host=parts.hostname,
            port=port or (465 if tls == "implicit" else 587),
            user=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            tls=tls,
        )

    @property
    def imap(self) -> ImapAddress | None:
        """The mailbox that is looked into for inbound mail, or None."""
        if not self.imap_url:
            return None
        try:
            parts = urlsplit(self.imap_url)
            port = parts.port
        except ValueError:
            parts, port = urlsplit(""), None
        if parts.scheme not in ("imaps", "imap") or not all((parts.hostname, parts.username, parts.password)):
            raise SettingsError("DIALOGWERK_IMAP_URL must look like imaps://user:password@host/INBOX.")
        tls = "implicit" if parts.scheme == "imaps" else parse_qs(parts.query).get("tls", ["starttls"])[0]
        if tls not in ("implicit", "starttls", "none") or (tls == "none" and self.production):
            raise SettingsError(
                "DIALOGWERK_IMAP_URL: imaps://, or imap:// with tls=starttls; tls=none in demo and test."
            )
        return ImapAddress(
            host=parts.hostname or "",
            port=port or (993 if tls == "implicit" else 143),
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            folder=unquote(parts.path.strip("/")) or "INBOX",
            tls=tls,
        )


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Reads and checks the settings. Raises SettingsError with one clear sentence."""
    source = os.environ if environ is None else environ
    taken: dict[str, str] = {}

    def value(name: str, default: str = "") -> str:
        found = source.get(PREFIX + name)
        taken[PREFIX + name] = "environment" if found is not None else "default"
        return default if found is None else found.strip()

    env = value("ENV", "production")
    if env not in ("production", "demo", "test"):
        raise SettingsError("DIALOGWERK_ENV must be production, demo or test.")
    var_dir = Path(value("VAR_DIR", str(ROOT / "var"))).resolve()
    base_url = value("BASE_URL", "" if env == "production" else "http://127.0.0.1:8000").rstrip("/")
    secret = value("SECRET_KEY", "" if env == "production" else DEMO_SECRET)
    settings = Settings(
        env=env,
        var_dir=var_dir,
        database_url=value("DATABASE_URL", f"sqlite:///{var_dir / 'dialogwerk.sqlite3'}"),
        base_url=base_url,
        secret_keys=tuple(part.strip() for part in secret.split(",") if part.strip()),
        smtp_url=value("SMTP_URL"),
        mail_from=_address(
            "MAIL_FROM", value("MAIL_FROM", "" if env == "production" else "dialogwerk@dialogwerk.example")
        ),
        reply_address=_address("REPLY_ADDRESS", value("REPLY_ADDRESS")),
        imap_url=value("IMAP_URL"),
        dkim_key=value("DKIM_KEY"),
        dkim_selector=value("DKIM_SELECTOR", "dialogwerk"),
        trusted_proxies=tuple(part.strip() for part in value("TRUSTED_PROXIES").split(",") if part.strip()),
        metrics_from=tuple(part.strip() for part in value("METRICS_FROM", "127.0.0.1,::1").split(",") if part.strip()),
        funding_line=value("FUNDING_LINE"),
        ministry_name=value("MINISTRY_NAME"),
        operator={
            key: value(f"OPERATOR_{key.upper()}", "" if env == "production" else default)
            for key, default in OPERATOR_DEFAULTS.items()
        },
        demo_public=_yes("DEMO_PUBLIC", value("DEMO_PUBLIC")),
        now_file=value("NOW_FILE"),
        failed_tokens_per_hour=_number("LIMIT_FAILED_TOKENS", value("LIMIT_FAILED_TOKENS", "300")),
        sign_ins_per_hour=_number("LIMIT_SIGN_INS", value("LIMIT_SIGN_INS", "60")),
        changes_per_hour=_number("LIMIT_CHANGES", value("LIMIT_CHANGES", "20000")),
        barrier_notes_per_hour=_number("LIMIT_BARRIER_NOTES", value("LIMIT_BARRIER_NOTES", "100")),
        sources=taken,
    )
    _check(settings)
    return settings


OPERATOR_DEFAULTS = {
    "name": "Servicestelle Industriedialog Demo (fiktiv)",
    "street": "Musterallee 1",
    "place": "12345 Musterstadt",
    "email": "post@servicestelle.example",
    "phone": "030 555 01 00",
    "represented_by": "Vera Muster-Leitung",
    "authority": "",
}


def _number(name: str, value: str) -> int:
    if not value.isascii() or not value.isdigit():
        raise SettingsError(f"{PREFIX}{name} must be a whole number.")
    return int(value)


def _yes(name: str, value: str) -> bool:
    if value not in ("", "no", "yes"):
        raise SettingsError(f"{PREFIX}{name} must be yes, no or empty.")
    return value == "yes"


def _address(name: str, value: str) -> str:
    try:
        return address(value) if value else ""
    except TextRefused as refused:
        raise SettingsError(
            f"{PREFIX}{name} must be exactly one address without a name, for example dialog@dialog.example."
        ) from refused


def _check(settings: Settings) -> None:
    _check_base_url(settings)
    _check_database(settings)
    _check_mail(settings)
    if settings.now_file and not settings.production:
        try:
            clock.told(settings.now_file)
        except (OSError, ValueError) as error:
            raise SettingsError(
                "DIALOGWERK_NOW_FILE must name a file with one ISO time, for example 2027-03-01T09:00:00Z."
            ) from error
    for place in settings.trusted_proxies:
        try:
            ip_network(place)
        except ValueError as error:
            raise SettingsError(
                "DIALOGWERK_TRUSTED_PROXIES must hold addresses or networks, for example 127.0.0.1, 172.28.0.0/16."
            ) from error
    if settings.production and (
        not settings.secret_keys or any(_weak(key) or key == DEMO_SECRET for key in settings.secret_keys)
    ):
        raise SettingsError("DIALOGWERK_SECRET_KEY is missing or weak: set at least 32 random characters.")


def _weak(key: str) -> bool:
    """Too short, of a few characters only, or the word of an example that somebody did not replace."""
    return len(key) < 32 or len(set(key)) < 8 or key.startswith("replace-this")


def _check_base_url(settings: Settings) -> None:
    if not settings.base_url:
        raise SettingsError(
            "DIALOGWERK_BASE_URL is missing: set it to the public address, for example https://dialog.example."
        )
    if settings.production and settings.base_url.startswith("http://"):
        raise SettingsError("DIALOGWERK_BASE_URL must begin with https:// in production.")
    # As browsers write it in `Host` and `Origin`: small letters, no port that goes without saying.
    found = _BASE_URL.fullmatch(settings.base_url)
    port = int(found[2][1:]) if found and found[2] else 0
    if not found or port > _MOST_PORT or port == (443 if settings.https else 80):
        raise SettingsError(
            "DIALOGWERK_BASE_URL must be scheme and host in small ASCII letters, with a port only where it is a"
            " special one, and no path, for example https://dialog.example."
        )
    if settings.demo and not settings.demo_public and settings.host not in ("127.0.0.1", "localhost"):
        raise SettingsError(
            "The demo runs for 127.0.0.1 only. Set DIALOGWERK_DEMO_PUBLIC=yes if everybody may use its sign-in buttons."
        )


def _check_database(settings: Settings) -> None:
    # Only here, because the list of commands should not wait for SQLAlchemy.
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(settings.database_url)
        good = (url.drivername == "sqlite" and url.database) or url.drivername in ("postgresql", "postgresql+psycopg")
    except (ArgumentError, ValueError):
        good = False
    if not good:
        raise SettingsError(
            "DIALOGWERK_DATABASE_URL must look like postgresql://user:password@host/database or sqlite:////path/file."
        )


def _check_mail(settings: Settings) -> None:
    if settings.production and not settings.smtp_url:
        raise SettingsError(
            "DIALOGWERK_SMTP_URL is missing: set it, for example smtp://user:password@host:587?tls=starttls."
        )
    settings.smtp  # noqa: B018 - reading it checks it
    settings.imap  # noqa: B018
    if settings.imap_url and not settings.reply_address:
        raise SettingsError(
            "DIALOGWERK_REPLY_ADDRESS is missing: set the address of the mailbox of DIALOGWERK_IMAP_URL."
        )
    if settings.production and not settings.mail_from:
        raise SettingsError("DIALOGWERK_MAIL_FROM is missing: set the address that letters come from.")
    local, _at, domain = settings.reply_address.partition("@")
    if settings.reply_address and domain != settings.mail_from.partition("@")[2]:
        raise SettingsError("DIALOGWERK_REPLY_ADDRESS must be in the domain of DIALOGWERK_MAIL_FROM.")
    if not _SELECTOR.fullmatch(settings.dkim_selector):
        raise SettingsError("DIALOGWERK_DKIM_SELECTOR must be a name of small letters, digits and hyphens.")
    if len(local) > _MOST_OF_REPLY:
        raise SettingsError(f"DIALOGWERK_REPLY_ADDRESS may have at most {_MOST_OF_REPLY} characters before its @.")


@cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return load()
