"""A survey on one page, all questions below each other: on paper, where a sheet is typed in, and on a tablet."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from feedback import pairing, queries
from feedback.answer_pages import Asking, asking, step_labels, told
from feedback.models import Survey
from feedback.questions import Question, in_plain_language
from feedback.sheets import Posted
from kit.i18n import _

# The random word that makes one sheet of paper, or one turn at the tablet, count once, and the six boxes. No question has
# a code that begins like these.
WORD_FIELD = ".blatt"
CODE_FIELD = ".code"
_WORD = re.compile("[a-z2-7]{32}")


@dataclass(frozen=True)
class Item:
    """One question, and when it is to be answered; `only_if` (code, answers) for who hides it until then."""

    asking: Asking
    condition: str = ""
    only_if: tuple[str, str] = ("", "")


def questions_of(survey: Survey, *, plain: bool) -> tuple[Question, ...]:
    asked = queries.questions_of(survey)
    return in_plain_language(asked) if plain else asked


def items(questions: Sequence[Question], posted: Posted, errors: Mapping[str, str]) -> tuple[Item, ...]:
    """All questions with what was chosen."""
    shown = asking(questions, posted, errors, of=questions)
    numbers = {question.code: number for number, question in enumerate(questions, start=1)}
    by_code = {question.code: question for question in questions}
    found = []
    for question, each in zip(questions, shown, strict=True):
        condition = question.only_if
        if condition is None or condition.code not in by_code:
            found.append(Item(each))
            continue
        words = " / ".join(_answer_words(by_code[condition.code], answer) for answer in condition.answers)
        sentence = _("Nur, wenn Sie bei Frage %(number)d geantwortet haben: %(answers)s") % {
            "number": numbers[condition.code],
            "answers": words,
        }
        found.append(Item(each, sentence, (condition.code, " ".join(condition.answers))))
    return tuple(found)


def _answer_words(question: Question, answer: str) -> str:
    for option in question.options:
        if option.code == answer:
            return told(option.text)
    if question.scale is not None and answer.isdigit():
        first, last = question.scale
        if first <= int(answer) <= last:
            return step_labels(question.kind)[int(answer) - first]
    return answer


def word(given: str) -> str:
    """The random word of a sheet as it was sent; "" where it is none of ours."""
    return given if _WORD.fullmatch(given) else ""


def code_of(typed: str) -> tuple[str | None, str]:
    """The six boxes as somebody typed them, and a sentence where they cannot be read."""
    if not typed.strip():
        return None, ""
    boxes = pairing.code(typed[:40])
    if boxes is None:
        return None, _("Das sind nicht sechs Zeichen. Ein Feld darf fehlen: dafür tippen Sie einen Unterstrich.")
    return boxes, ""
