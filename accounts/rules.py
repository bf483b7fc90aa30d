"""How long links and sessions live, and where a sign-in may lead. Standard library only."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

# The installation's own initiative: the service point. Sign-in letters and the log of accounts belong to it.
# Its id is fixed, so that the rooms below the initiatives can name it.
OPERATOR_INITIATIVE_ID = "servicestelle222"

LINK_LIVES = timedelta(minutes=30)
# A letter that nobody waits for is read later than one just asked for.
WELCOME_LIVES = timedelta(days=7)
LINKS_AN_HOUR = 5
SESSION_IDLE = timedelta(hours=12)
SESSION_LIVES = timedelta(days=30)
SEEN_STEP = timedelta(minutes=10)
EMAIL_CHANGE_LIVES = timedelta(hours=24)
EMAIL_CHANGES_A_DAY = 3
CHALLENGE_LIVES = timedelta(minutes=5)
MOST_PASSKEYS = 20
# A public key as base64url; RSA keys are the longest.
KEY_CHARS = 2000
KEPT_AFTER_END = timedelta(days=7)

# The purpose and version under which the token of a link is derived.
LINK_PURPOSE = "sign_in"
LINK_VERSION = 1
EMAIL_CHANGE_PURPOSE = "email_change"

HOME = "/arbeitsplatz/"


def passkey_site(base_url: str) -> tuple[str, str]:
    """The host and the origin that passkeys are for. Browsers make none for 127.0.0.1, where the demo answers as localhost
    too."""
    parts = urlsplit(base_url)
    if parts.hostname == "127.0.0.1":
        parts = parts._replace(netloc=parts.netloc.replace("127.0.0.1", "localhost"))
    return parts.hostname or "localhost", parts.geturl()


def link_open(*, expires_at: datetime, used_at: datetime | None, now: datetime) -> bool:
    """Whether a sign-in link still signs in."""
    return used_at is None and now < expires_at


def session_open(*, seen_at: datetime, expires_at: datetime, now: datetime) -> bool:
    """Whether a session still counts: not idle for too long, and not older than a session may be."""
    return now < expires_at and now - seen_at < SESSION_IDLE


def worth_noting(*, seen_at: datetime, now: datetime) -> bool:
    """Whether the last use is written down again."""
    return now - seen_at >= SEEN_STEP


# What a browser's own words contain → what people call it. The first that fits counts: most of them name others too.
_BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"), ("Chrom", "Chrome"), ("CriOS", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
    ("Macintosh", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


def device(user_agent: str) -> str:
    """`browser/system` in everyday words from what a browser says of itself; either may be missing."""
    browser = next((word for sign, word in _BROWSERS if sign in user_agent), "")
    system = next((word for sign, word in _SYSTEMS if sign in user_agent), "")
    return f"{browser}/{system}"


def local_path(value: str) -> str:
    """A path of this installation to go on to after signing in, or "" for anything that might lead elsewhere."""
    sober = value.isascii() and value.isprintable() and not any(sign in value for sign in '\\"<> ')
    if not sober or not value.startswith("/") or value.startswith(("//", "/anmelden")) or len(value) > 300:
        return ""
    return value
