"""An answer sheet as somebody posted it: what they chose, page by page, read against the questions of the survey.

Nothing is preselected and nothing is thrown away: what cannot be read stays on the page with a sentence that says why.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from feedback import pairing
from feedback.pairing import Phrase
from feedback.questions import (
    DONT_KNOW,
    LINE_LIMIT,
    ROW_SCALE,
    TEXT_LIMIT,
    WORDS_FIELD,
    Question,
    Value,
    asked,
    fits,
)
from kit import text
from kit.i18n import _
from kit.text import TextRefused

# So many questions stand on one page; a matrix counts for each of its rows.
PAGE_LENGTH = 6

Posted = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Read:
    """What was posted: the answers that can be read, and by the code of a question why one cannot."""

    answers: dict[str, Value | None] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    phrase: Phrase | None = None


def read(questions: Sequence[Question], posted: Posted) -> Read:
    """All answers of a sheet. A question that does not apply after earlier answers has none, whatever was posted."""
    answers: dict[str, Value | None] = {}
    errors = {}
    for question in questions:
        if question not in asked((question,), answers):
            continue
        try:
            answers[question.code] = _answer(question, posted)
        except Unreadable as error:
            errors[question.code] = str(error)
    phrase = None
    words = _first(posted, WORDS_FIELD).strip()
    if words:
        phrase = pairing.read(words)
        if phrase is None:
            errors[WORDS_FIELD] = _(
                "Diese drei Wörter kennen wir nicht. Prüfen Sie sie, oder lassen Sie das Feld leer."
            )
    return Read(answers, errors, phrase)


def sent(questions: Sequence[Question], posted: Posted) -> Read:
    """All answers of a sheet that is sent: something has to stand in it, if only "don't know"."""
    found = read(questions, posted)
    filled = (value.strip() for question in questions for name in names(question) for value in posted.get(name, ()))
    if not found.errors and not any(filled):
        found.errors[questions[0].code] = _("Noch steht hier nichts. Bitte beantworten Sie mindestens eine Frage.")
    return found


def pages(questions: Sequence[Question]) -> list[tuple[Question, ...]]:
    """The questions page by page. One that depends on an answer starts a page after that answer's."""
    found: list[list[Question]] = [[]]
    length = 0
    for question in questions:
        size = _size(question)
        here = {each.code for each in found[-1]}
        depends = question.only_if is not None and question.only_if.code in here
        if found[-1] and (length + size > PAGE_LENGTH or depends):
            found.append([])
            length = 0
        found[-1].append(question)
        length += size
    last = found[-1]
    if len(found) > 1 and len(last) == 1 and _size(last[0]) == 1 and last[0].only_if is None:
        # A last page with one question alone is a page too many.
        found[-2:] = [found[-2] + last]
    return [tuple(page) for page in found]


def _size(question: Question) -> int:
    return len(question.options) if question.kind == "matrix" else 1


def names(question: Question) -> tuple[str, ...]:
    """The fields of a question in the form."""
    if question.kind in ("matrix", "ranking"):
        return tuple(f"{question.code}.{option.code}" for option in question.options)
    return (question.code,)


class Unreadable(ValueError):
    """An answer that the question does not know."""


def _answer(question: Question, posted: Posted) -> Value | None:
    value: Value | None
    match question.kind:
        case "matrix":
            value = _rows(question, posted)
        case "ranking":
            value = _ranking(question, posted)
        case "choices":
            value = [each for each in posted.get(question.code, ()) if each] or None
        case "line" | "text":
            value = _written(question, posted)
        case _:
            given = _first(posted, question.code)
            value = None if given in ("", DONT_KNOW) else _step(given) if question.scale else given
    if value is None and question.required:
        raise Unreadable(
            _("Die Sterne fehlen. Bitte wählen Sie einen bis fünf.")
            if question.kind == "stars"
            else _("Diese Antwort brauchen wir. Bitte wählen Sie eine aus.")
        )
    if not fits(question, value):
        raise Unreadable(_("Diese Antwort kennen wir nicht. Bitte wählen Sie eine der Antworten aus."))
    return value


def _rows(question: Question, posted: Posted) -> dict[str, int] | None:
    given = {option.code: _first(posted, f"{question.code}.{option.code}") for option in question.options}
    return {code: _step(value) for code, value in given.items() if value not in ("", DONT_KNOW)} or None


def _ranking(question: Question, posted: Posted) -> list[str] | None:
    given = {option.code: _first(posted, f"{question.code}.{option.code}") for option in question.options}
    if not any(given.values()):
        return None
    places = {code: _step(value) if value else 0 for code, value in given.items()}
    free = sorted(set(range(1, len(places) + 1)) - set(places.values()))
    if free:
        raise Unreadable(
            _("Bitte geben Sie jeden Platz genau einmal, oder lassen Sie alle leer. Noch frei: Platz %(places)s.")
            % {"places": ", ".join(map(str, free))}
        )
    return sorted(places, key=places.__getitem__)


def _written(question: Question, posted: Posted) -> str | None:
    given = _first(posted, question.code)
    try:
        if question.kind == "line":
            return text.line(given, max_chars=LINE_LIMIT) or None
        return text.multiline(given, max_chars=TEXT_LIMIT) or None
    except TextRefused as error:
        raise Unreadable(str(error.sentence)) from error


def _step(value: str) -> int:
    """A number of at most two ASCII digits; -1 for anything else, which no scale knows."""
    return int(value) if value.isascii() and value.isdigit() and len(value) <= len(str(ROW_SCALE[1])) + 1 else -1


def _first(posted: Posted, name: str) -> str:
    values = posted.get(name, ())
    return values[0] if values else ""
