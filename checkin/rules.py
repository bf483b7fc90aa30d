"""Decisions of the door on plain values: how long a link opens it, when somebody came, what a hand scanner typed."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import combinations, islice

DOOR_PURPOSE = "door"
AFTER_THE_END = timedelta(hours=6)
MOST_LINKS = 20
LONGEST_WAIT = 24 * 3600
"""Seconds that a report may have waited on a phone without connection; longer ones count as this long."""

CODE_START = "DW1:"
_REFERENCE = re.compile(r"[2-9A-Z]{4}-[2-9A-Z]{4}", re.IGNORECASE | re.ASCII)
_GERMAN_START = "DW1Ö"
# What a German keyboard makes of the keys that a scanner set to the American one presses.
_GERMAN = str.maketrans({"Y": "Z", "Z": "Y", "Ö": ":", "ß": "-", "-": "/", "(": "*", "`": "+"})
_GRAVE = "\u0300"
_MOST_READINGS = 60


def link_open(*, ended_at: datetime | None, ends_at: datetime, now: datetime) -> bool:
    """Whether a link still opens the door: not taken back, and not long after the dialogue."""
    return ended_at is None and now < ends_at + AFTER_THE_END


def came_at(*, waited: int, now: datetime) -> datetime:
    """When somebody stood at the door, by how many seconds ago a phone says. Its clock may be wrong, so nobody asks it."""
    return now - timedelta(seconds=min(max(waited, 0), LONGEST_WAIT))


def other_day(*, starts: date, ends: date, today: date) -> bool:
    """Whether somebody stands at the door on a day on which the dialogue does not take place."""
    return not starts <= today <= ends


def looks_like_reference(typed: str) -> bool:
    """Whether something typed may be the reference of a registration."""
    return _REFERENCE.fullmatch(typed) is not None


def looks_like_code(typed: str) -> bool:
    """Whether something typed is a code and not a name."""
    return typed[:4].upper() in (CODE_START, _GERMAN_START)


def readings(typed: str, length: int) -> Iterator[str]:
    """The codes of this length that may be meant, the likeliest first; which one is right its signature tells.

    A hand scanner types like an American keyboard. On a German one Y and Z change places, signs move, and the plus becomes
    an accent that melts into the next letter or swallows a blank.
    """
    plain = typed.strip("\t\r\n")
    upper = unicodedata.normalize("NFC", plain.replace("ß", "\0")).upper().replace("\0", "ß")
    if upper.startswith(CODE_START):
        yield upper
        return
    if not upper.startswith(_GERMAN_START):
        return
    text = _apart(upper).translate(_GERMAN)
    missing = length - len(text)
    if missing < 0 or missing > text.count("+"):
        return
    accents = [place for place, letter in enumerate(text) if letter == "+"]
    for chosen in islice(combinations(accents, missing), _MOST_READINGS):
        yield "".join(letter + " " if place in chosen else letter for place, letter in enumerate(text))


def _apart(text: str) -> str:
    """Letters with a grave accent as accent and letter."""
    found = ""
    for letter in text:
        parts = unicodedata.normalize("NFD", letter)
        found += f"`{parts[0]}" if parts.endswith(_GRAVE) else letter
    return found
