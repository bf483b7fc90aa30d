"""The pages on which somebody answers: the questions page by page, and what is said afterwards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from feedback.questions import DONT_KNOW, PLAIN, SCALES, WORDS_FIELD, Question, Words
from feedback.sheets import Posted, names
from kit import i18n
from kit.i18n import _, format_number, ngettext
from kit.templates import Frame


@dataclass(frozen=True)
class Sender:
    """Who asks: the band on top of the page."""

    name: str
    path: str
    accent: str
    logo: str


@dataclass(frozen=True)
class Occasion:
    """What is asked about, when and of whom. `day` and `until` are local; of several dates no day is named."""

    title: str
    day: date | None
    until: datetime
    moment: str = "after"
    audience: str = "came"


@dataclass(frozen=True)
class Row:
    """One field of a question: its name, its label where there are several, and its answers (value, label, chosen)."""

    name: str
    label: str
    answers: tuple[tuple[str, str, bool], ...] = ()
    value: str = ""


@dataclass(frozen=True)
class Asking:
    """One question as it stands on the page."""

    code: str
    kind: str
    text: str
    number: str
    rows: tuple[Row, ...]
    required: bool
    error: str


@dataclass(frozen=True)
class AnswerPage:
    """One page of questions. `carried` are the answers of the other pages: nothing is kept before the end.

    `words` is what stands in the field for the three words; None where none are asked for. `drawn`: they are new.
    `notes`: the device notes that it has answered, because the same can be answered by another way.
    """

    template: ClassVar[str] = "feedback/rate.html"

    frame: Frame
    sender: Sender
    occasion: Occasion
    action: str
    version: str
    number: int
    pages: int
    minutes: int
    questions: tuple[Asking, ...]
    total: int
    carried: tuple[tuple[str, str], ...]
    words: str | None
    drawn: bool
    words_error: str
    plain: bool
    other_path: str
    device: bool
    notes: bool = False
    notice: str = ""

    @property
    def last(self) -> bool:
        return self.number == self.pages

    @property
    def errors(self) -> tuple[tuple[str, str, str], ...]:
        """(id, label, sentence) for the summary."""
        found = [(asking.code, asking.number, asking.error) for asking in self.questions if asking.error]
        if self.words_error:
            found.append((WORDS_FIELD, _("Ihre drei Wörter"), self.words_error))
        return tuple(found)


@dataclass(frozen=True)
class DonePage:
    """After the answer, or instead of the form. `state`: thanks, answered, here, over, other.

    `here`: this device has answered by another way; `again_path` is for somebody else at it.
    """

    template: ClassVar[str] = "feedback/done.html"

    frame: Frame
    sender: Sender
    occasion: Occasion
    state: str
    device: bool = False
    again_path: str = ""
    result_path: str = ""


def asking(
    questions: Sequence[Question], posted: Posted, errors: Mapping[str, str], *, of: Sequence[Question]
) -> tuple[Asking, ...]:
    """The questions of one page with what was chosen and what was wrong; each has its number among all of them, `of`."""
    numbers = {question.code: number for number, question in enumerate(of, start=1)}
    return tuple(
        Asking(
            code=question.code,
            kind=question.kind,
            text=told(question.text),
            number=_("Frage %(number)s von %(total)s") % {"number": numbers[question.code], "total": len(of)},
            rows=_rows(question, posted),
            required=question.required,
            error=errors.get(question.code, ""),
        )
        for question in questions
    )


def carried(questions: Sequence[Question], posted: Posted) -> tuple[tuple[str, str], ...]:
    """What was chosen on other pages, as hidden fields."""
    return tuple(
        (name, value) for question in questions for name in names(question) for value in posted.get(name, ()) if value
    )


def told(words: Words) -> str:
    return words.told(i18n.current())


def step_labels(kind: str) -> tuple[str, ...]:
    """The words of the steps of a scale, from its first one on; of the scale from 0 to 10 only the ends have some."""
    match kind:
        case "stars":
            return tuple(ngettext("%(num)d Stern", "%(num)d Sterne", step) % {"num": step} for step in range(1, 6))
        case "satisfaction":
            return (
                _("sehr unzufrieden"),
                _("eher unzufrieden"),
                _("teils, teils"),
                _("eher zufrieden"),
                _("sehr zufrieden"),
            )
        case "knowledge":
            return (_("sehr wenig"), _("eher wenig"), _("mittel"), _("eher viel"), _("sehr viel"))
        case "smileys":
            return (_("Stimmt nicht"), _("Stimmt zum Teil"), _("Stimmt"))
        case "recommendation":
            middle = tuple(format_number(step) for step in range(1, 10))
            return (_("0: auf keinen Fall"), *middle, _("10: auf jeden Fall"))
    return (
        _("stimme gar nicht zu"),
        _("stimme eher nicht zu"),
        _("teils, teils"),
        _("stimme eher zu"),
        _("stimme voll und ganz zu"),
    )


def is_plain(code: str) -> bool:
    return code.endswith(PLAIN)


def _rows(question: Question, posted: Posted) -> tuple[Row, ...]:
    match question.kind:
        case "matrix":
            return tuple(
                Row(name, told(option.text), _steps("agreement", posted.get(name, ()), dont_know=True))
                for name, option in zip(names(question), question.options, strict=True)
            )
        case "ranking":
            places = range(1, len(question.options) + 1)
            return tuple(
                Row(
                    name,
                    told(option.text),
                    tuple(
                        (str(place), _("Platz %(place)d") % {"place": place}, str(place) in _of(posted, name))
                        for place in places
                    ),
                )
                for name, option in zip(names(question), question.options, strict=True)
            )
        case "choice" | "choices":
            chosen = _of(posted, question.code)
            answers = tuple((option.code, told(option.text), option.code in chosen) for option in question.options)
            if question.kind == "choice" and not question.required:
                answers += ((DONT_KNOW, _("weiß nicht"), DONT_KNOW in chosen),)
            return (Row(question.code, "", answers),)
        case "line" | "text":
            given = _of(posted, question.code)
            return (Row(question.code, "", value=given[0] if given else ""),)
    return (Row(question.code, "", _steps(question.kind, _of(posted, question.code), dont_know=not question.required)),)


def _steps(kind: str, chosen: Sequence[str], *, dont_know: bool) -> tuple[tuple[str, str, bool], ...]:
    first, last = SCALES[kind]
    steps = [(str(step), label) for step, label in zip(range(first, last + 1), step_labels(kind), strict=True)]
    if dont_know:
        steps.append((DONT_KNOW, _("weiß nicht")))
    return tuple((value, label, value in chosen) for value, label in steps)


def _of(posted: Posted, name: str) -> Sequence[str]:
    return posted.get(name, ())
