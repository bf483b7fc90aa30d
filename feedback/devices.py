"""One answer for each device, where one link serves everybody: a random word in a cookie, of which only a hash is kept."""

from datetime import timedelta

from starlette.requests import Request

from kit.settings import settings
from kit.tokens import random_token

_LIVES = timedelta(days=60)
# The alphabet and the length of a random word.
_LENGTH = 32


def cookie_name() -> str:
    return "__Host-dialogwerk-survey" if settings().https else "dialogwerk-survey"


def of(request: Request) -> str:
    """The random word of this device, "" where it has none."""
    given = request.cookies.get(cookie_name(), "")
    return given if len(given) == _LENGTH and given.isascii() and given.isalnum() else ""


def cookie() -> dict[str, str]:
    """The header that hands a device its random word. It says nothing of what is answered, or when."""
    secure = "; Secure" if settings().https else ""
    life = int(_LIVES.total_seconds())
    return {
        "Set-Cookie": f"{cookie_name()}={random_token()}; Path=/; Max-Age={life}; HttpOnly; SameSite=Lax{secure}",
    }
