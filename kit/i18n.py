"""Languages: German is the source, English is complete, `qps` marks every translated string for tests.

The catalogues are the files `locales/<code>/*.po`, one a room, read once a process.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time
from functools import cache, lru_cache
from pathlib import Path

from babel.dates import format_date
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from markupsafe import escape

CODES = ("de", "en", "qps")
PUBLIC_CODES = ("de", "en")
_LOCALES = Path(__file__).resolve().parent.parent / "locales"
_current: ContextVar[str] = ContextVar("language", default="de")


@cache
def _catalogue(code: str) -> dict[str, str | tuple[str, ...]]:
    entries: dict[str, str | tuple[str, ...]] = {}
    for path in sorted((_LOCALES / code).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=code):
                if message.id and message.string:
                    key = message.id[0] if isinstance(message.id, list | tuple) else message.id
                    string = message.string
                    # Where one room says a sentence alone and another with its plural, the plural stays.
                    if isinstance(string, str):
                        entries.setdefault(key, string)
                    else:
                        entries[key] = tuple(string)
    return entries


def current() -> str:
    """The code of the language in use: de, en or qps."""
    return _current.get()


@contextmanager
def use(code: str) -> Iterator[None]:
    """Everything inside speaks this language; an unknown code speaks German."""
    token = _current.set(code if code in CODES else "de")
    try:
        yield
    finally:
        _current.reset(token)


def set_current(code: str) -> None:
    """Sets the language for the rest of this context, for the edge of a request."""
    _current.set(code if code in CODES else "de")


def gettext(message: str) -> str:
    code = _current.get()
    if code == "de":
        return message
    if code == "qps":
        return f"⟦{message}⟧"
    found = _catalogue(code).get(message)
    if found is None:
        return message
    return found if isinstance(found, str) else found[0]


def ngettext(singular: str, plural: str, number: int) -> str:
    code = _current.get()
    if code == "de":
        return singular if number == 1 else plural
    if code == "qps":
        return f"⟦{singular if number == 1 else plural}⟧"
    found = _catalogue(code).get(singular)
    if not isinstance(found, tuple):
        return singular if number == 1 else plural
    return found[0 if number == 1 else 1]


_ = gettext


def _babel() -> str:
    return "en_GB" if _current.get() == "en" else "de_DE"


def _marked(text: str) -> str:
    return f"⟦{text}⟧" if _current.get() == "qps" else text


@lru_cache(maxsize=4096)
def _date(day: date, pattern: str, locale: str) -> str:
    # Babel reads its tables and the pattern anew for each date.
    return format_date(day, pattern, locale=locale)


def _dated(value: date | datetime, pattern: str) -> str:
    return _date(value.date() if isinstance(value, datetime) else value, pattern, _babel())


@lru_cache(maxsize=4096)
def _decimal(value: float, pattern: str, locale: str) -> str:
    return format_decimal(value, format=pattern, locale=locale)


def format_day(value: date | datetime) -> str:
    """Donnerstag, 7. Oktober 2027."""
    return _marked(_dated(value, "EEEE, d. MMMM y" if _babel() == "de_DE" else "EEEE d MMMM y"))


def format_day_short(value: date | datetime) -> str:
    """Do 7. Okt."""
    day = _dated(value, "d. MMM" if _babel() == "de_DE" else "d MMM")
    return _marked(f"{_dated(value, 'EEE').rstrip('.')} {day}")


def format_date_only(value: date | datetime) -> str:
    """7. Oktober 2027."""
    return _marked(_dated(value, "d. MMMM y" if _babel() == "de_DE" else "d MMMM y"))


def format_month(value: date | datetime) -> str:
    """Oktober 2027."""
    return _marked(_dated(value, "LLLL y"))


def format_weekday(value: date | datetime) -> str:
    """Donnerstag."""
    return _marked(_dated(value, "EEEE"))


def format_weekday_short(value: date | datetime) -> str:
    """Do."""
    return _marked(_dated(value, "EEE").rstrip("."))


def format_time(value: datetime | time) -> str:
    """17:00 Uhr, 17:00 in English."""
    text = value.strftime("%H:%M")
    return _marked(f"{text} Uhr" if _babel() == "de_DE" else text)


def format_range(start: datetime, end: datetime) -> str:
    """17:00 bis 22:30 Uhr on one day, otherwise both days."""
    if start.date() == end.date():
        first, last = start.strftime("%H:%M"), end.strftime("%H:%M")
        return _marked(f"{first} bis {last} Uhr" if _babel() == "de_DE" else f"{first} to {last}")
    joint = " bis " if _babel() == "de_DE" else " to "
    return joint.join(f"{format_day(moment)}, {format_time(moment)}" for moment in (start, end))


def format_moment(value: datetime) -> str:
    """Donnerstag, 7. Oktober 2027, 17:00 Uhr: a local time."""
    return f"{format_day(value)}, {format_time(value)}"


def format_deadline(value: datetime, *, weekday: bool = False) -> str:
    """The day until when something may be done, with the hour unless the whole day counts (until 23:59)."""
    shown = format_day(value) if weekday else format_date_only(value)
    return shown if (value.hour, value.minute) == (23, 59) else f"{shown}, {format_time(value)}"


def format_number(value: float, digits: int = 0) -> str:
    """1.286 and 3,8 in German."""
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return _decimal(value, pattern, _babel())


class LazyText:
    """A sentence that is translated when it is shown, for forms built at import."""

    def __init__(self, message: str) -> None:
        self.message = message

    def __str__(self) -> str:
        return gettext(self.message)

    def __html__(self) -> str:
        return str(escape(gettext(self.message)))


_l = LazyText
