"""One answer for each device, where one link serves everybody: a random word in a cookie, of which only a hash is kept.

Where invitations and a link lead to the same questions, the device itself notes that it has answered them: the server
keeps nothing by which an invitation and a device would belong together (docs/decisions/0025).
"""

import re
from datetime import timedelta

from starlette.requests import Request

from feedback.models import Survey
from feedback.rules import BEFORE
from kit.settings import settings
from kit.tokens import keyed_hash, random_token

_LIVES = timedelta(days=60)
# The alphabet and the length of a random word.
_LENGTH = 32
# So many surveys a device notes at a time.
_NOTED = 12


def cookie_name() -> str:
    return "__Host-dialogwerk-survey" if settings().https else "dialogwerk-survey"


def of(request: Request) -> str:
    """The random word of this device, "" where it has none."""
    given = request.cookies.get(cookie_name(), "")
    return given if len(given) == _LENGTH and given.isascii() and given.isalnum() else ""


def cookie() -> dict[str, str]:
    """The header that hands a device its random word. It says nothing of what is answered, or when."""
    return _set(cookie_name(), random_token())


def note_name() -> str:
    return f"{cookie_name()}-done"


def notes(survey: Survey) -> bool:
    """Whether these questions can be answered both by invitation and by a link for whoever is in the room."""
    return survey.moment == BEFORE or (survey.link_version > 0 and survey.dialogue_id is not None)


def has_answered(request: Request, survey: Survey) -> bool:
    """Whether this device notes an answer to what this survey asks, of whatever audience."""
    return notes(survey) and _note(survey) in _noted(request)


def note(request: Request, survey: Survey) -> dict[str, str]:
    """The header by which a device notes that it has answered; empty where nothing needs it."""
    if not notes(survey):
        return {}
    kept = [each for each in _noted(request) if each != _note(survey)][-_NOTED + 1 :]
    return _set(note_name(), ".".join((*kept, _note(survey))))


def _note(survey: Survey) -> str:
    """The same for all audiences of one moment, and for every device."""
    return keyed_hash("survey-answered", f"{survey.dialogue_id}|{survey.moment}|{survey.subject}")[:12]


def _noted(request: Request) -> list[str]:
    return [
        each for each in request.cookies.get(note_name(), "").split(".")[:_NOTED] if re.fullmatch("[0-9a-f]{12}", each)
    ]


def _set(name: str, value: str) -> dict[str, str]:
    secure = "; Secure" if settings().https else ""
    life = int(_LIVES.total_seconds())
    return {"Set-Cookie": f"{name}={value}; Path=/; Max-Age={life}; HttpOnly; SameSite=Lax{secure}"}
