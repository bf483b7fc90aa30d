"""Questions as values: their kinds, their words in each language, and what an answer to each may be.

A survey keeps its questions as JSON from its opening on, so an answer is read with the words it was given to.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeGuard

from kit.i18n import _

Kind = Literal[
    "stars",
    "agreement",
    "satisfaction",
    "knowledge",
    "recommendation",
    "smileys",
    "choice",
    "choices",
    "ranking",
    "matrix",
    "line",
    "text",
]
# The first and the last step of each scale.
SCALES: Mapping[str, tuple[int, int]] = {
    "stars": (1, 5),
    "agreement": (1, 5),
    "satisfaction": (1, 5),
    "knowledge": (1, 5),
    "recommendation": (0, 10),
    "smileys": (1, 3),
}
WITH_OPTIONS = ("choice", "choices", "ranking")
WRITTEN = ("line", "text")
KINDS: tuple[str, ...] = (*SCALES, *WITH_OPTIONS, "matrix", *WRITTEN)
# One row of a matrix is answered as one sentence to agree with.
ROW_SCALE = SCALES["agreement"]
# Figures may be broken down by a choice. Of company and role together nothing is ever shown.
GROUPS = ("", "group", "employer", "role")

LINE_LIMIT = 200
TEXT_LIMIT = 1000
MOST_QUESTIONS = 40
MOST_OPTIONS = 12
# What may be shown of groups is worked out for all of them together when a survey closes, while others wait to write.
MOST_DIVIDING = 5
# What a browser sends of a whole survey: the server takes 400 fields.
MOST_FIELDS = 300
CODE_LENGTH = 24
# Ends the code of a question in plain language, whose answers are never mixed with the others.
PLAIN = "_einfach"
# What a form sends where somebody does not know, and its fields that are no questions.
DONT_KNOW = "weiss_nicht"
WORDS_FIELD, VERSION_FIELD, PAGE_FIELD, STEP_FIELD = "woerter", "fassung", "seite", "schritt"
_TAKEN = frozenset({DONT_KNOW, WORDS_FIELD, VERSION_FIELD, PAGE_FIELD, STEP_FIELD})

Value = int | str | list[str] | dict[str, int]
Answers = Mapping[str, Value | None]


@dataclass(frozen=True)
class Words:
    """One sentence in German, in English, and in plain German where there is one."""

    de: str
    en: str = ""
    plain: str = ""

    def told(self, language: str) -> str:
        return self.en if language == "en" and self.en else self.de


@dataclass(frozen=True)
class Option:
    """One answer of a choice, one place of a ranking, one row of a matrix."""

    code: str
    text: Words


@dataclass(frozen=True)
class Condition:
    """The question is asked only of those who gave one of these answers to an earlier one."""

    code: str
    answers: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """One question. `reverse`: agreement means a lower score. `group`: figures are broken down by its options."""

    code: str
    kind: str
    text: Words
    options: tuple[Option, ...] = ()
    required: bool = False
    only_if: Condition | None = None
    reverse: bool = False
    group: str = ""

    @property
    def scale(self) -> tuple[int, int] | None:
        return SCALES.get(self.kind)


class QuestionsRefused(ValueError):
    """Questions that do not fit together; the sentence says which."""


def as_json(questions: Iterable[Question]) -> list[dict[str, Any]]:
    """What a survey keeps: only what differs from the defaults."""
    return [_question_json(question) for question in questions]


def from_json(stored: Iterable[Mapping[str, Any]]) -> tuple[Question, ...]:
    return tuple(_question(each) for each in stored)


def version(questions: Sequence[Question]) -> str:
    """Twelve signs that change with any word, kind, option or order."""
    return _digest(as_json(questions))


def item(question: Question) -> str:
    """Twelve signs for what one question asks and how; equal ones may be compared and paired."""
    stored = _question_json(replace(question, code="", required=False, only_if=None, group=""))
    return _digest(stored)


def unchanged(first: Sequence[Question], second: Sequence[Question]) -> tuple[str, ...]:
    """The codes of questions that ask the same in both; only these make pairs."""
    items = {question.code: item(question) for question in second}
    return tuple(question.code for question in first if items.get(question.code) == item(question))


def in_plain_language(questions: Sequence[Question]) -> tuple[Question, ...]:
    """The questions that have a twin in plain language, scales as three smileys; empty when none has."""
    return tuple(
        Question(
            code=question.code + PLAIN,
            kind="smileys" if question.scale else question.kind,
            text=Words(question.text.plain, "", question.text.plain),
            options=tuple(
                Option(option.code, Words(option.text.plain or option.text.de, "", option.text.plain))
                for option in question.options
            ),
        )
        for question in questions
        if question.text.plain
    )


def with_twins(questions: Sequence[Question]) -> tuple[Question, ...]:
    """All questions whose answers a sheet may hold."""
    return (*questions, *in_plain_language(questions))


def asked(questions: Sequence[Question], answers: Answers) -> tuple[Question, ...]:
    """The questions for somebody who has answered so far like this."""
    return tuple(question for question in questions if _applies(question, answers))


def of_groups(questions: Sequence[Question]) -> frozenset[str]:
    """The codes of questions that one group alone is asked, directly or by another question: their figures are cells."""
    dividing = {question.code for question in questions if question.group}
    found: set[str] = set()
    for question in questions:
        if question.only_if is not None and question.only_if.code in dividing | found:
            found.add(question.code)
    return frozenset(found)


def check(questions: Sequence[Question]) -> None:
    """Raises QuestionsRefused, with a sentence for who writes them."""
    if not questions:
        raise QuestionsRefused(_("Die Umfrage hat keine Fragen. Bitte schreiben Sie mindestens eine."))
    if len(questions) > MOST_QUESTIONS:
        raise QuestionsRefused(
            _("Das sind zu viele Fragen. Höchstens %(most)d sind möglich.") % {"most": MOST_QUESTIONS}
        )
    if sum(max(1, len(question.options)) for question in questions) > MOST_FIELDS:
        raise QuestionsRefused(_("Das sind zusammen zu viele Antworten und Zeilen. Bitte kürzen Sie."))
    if sum(bool(question.group) for question in questions) > MOST_DIVIDING:
        raise QuestionsRefused(
            _("Nach höchstens %(most)d Fragen lässt sich das Ergebnis aufteilen.") % {"most": MOST_DIVIDING}
        )
    before: dict[str, Question] = {}
    for number, question in enumerate(questions, start=1):
        sentence = _fault(question, before)
        if sentence:
            raise QuestionsRefused(_("Frage %(number)d: %(sentence)s") % {"number": number, "sentence": sentence})
        before[question.code] = question


def fits(question: Question, value: Value | None) -> bool:
    """Whether an answer is one that this question allows; None is „weiß nicht“ or nothing."""
    if value is None:
        return not question.required
    if question.scale is not None:
        return _is_step(value, question.scale)
    codes = {option.code for option in question.options}
    match question.kind:
        case "choice":
            return isinstance(value, str) and value in codes
        case "choices":
            return _are_codes(value) and 0 < len(value) == len(set(value)) and codes.issuperset(value)
        case "ranking":
            return _are_codes(value) and len(value) == len(codes) and set(value) == codes
        case "matrix":
            return (
                isinstance(value, dict)
                and len(value) > 0
                and codes.issuperset(value)
                and all(_is_step(step, ROW_SCALE) for step in value.values())
            )
        case "line" | "text":
            limit = LINE_LIMIT if question.kind == "line" else TEXT_LIMIT
            return isinstance(value, str) and 0 < len(value) <= limit
    return False


def _are_codes(value: Any) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _is_step(value: Any, scale: tuple[int, int]) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and scale[0] <= value <= scale[1]


def _applies(question: Question, answers: Answers) -> bool:
    if question.only_if is None:
        return True
    given = answers.get(question.only_if.code)
    chosen = given if isinstance(given, list) else [given]
    return any(str(each) in question.only_if.answers for each in chosen if each is not None)


def _fault(question: Question, before: Mapping[str, Question]) -> str:
    """What is wrong with one question; empty when nothing is."""
    if not _is_code(question.code) or question.code.endswith(PLAIN) or question.code in before:
        return _("Ihr Kürzel fehlt, ist zu lang oder kommt zweimal vor.")
    if question.kind not in KINDS:
        return _("Diese Art von Frage gibt es nicht.")
    if not question.text.de:
        return _("Der Text fehlt.")
    needs = question.kind in WITH_OPTIONS or question.kind == "matrix"
    codes = [option.code for option in question.options]
    if needs and len(codes) < (1 if question.kind == "matrix" else 2):
        return _("Bitte nennen Sie die Antworten, jede in einer eigenen Zeile.")
    if (
        len(codes) > MOST_OPTIONS
        or len(set(codes)) < len(codes)
        or not all(_is_code(option.code) and option.text.de for option in question.options)
    ):
        return _("Höchstens %(most)d verschiedene Antworten sind möglich.") % {"most": MOST_OPTIONS}
    if question.only_if is not None and question.only_if.code not in before:
        return _("Sie hängt von einer Frage ab, die nicht vor ihr steht.")
    if question.only_if is not None and not _answers(before[question.only_if.code]).issuperset(
        question.only_if.answers or ("",)
    ):
        return _("Sie hängt von einer Antwort ab, die es bei jener Frage nicht gibt.")
    if question.group not in GROUPS or (question.group and question.kind != "choice"):
        return _("Nur nach einer Auswahl lässt sich das Ergebnis aufteilen.")
    if question.group and question.only_if is not None:
        # Otherwise the figures of a question about the company would be those of one role.
        return _("Wonach das Ergebnis aufgeteilt wird, müssen alle gefragt werden.")
    return ""


def _is_code(code: str) -> bool:
    """Letters, digits and lines that neither a form nor a twin needs for itself."""
    short = 0 < len(code) <= CODE_LENGTH - len(PLAIN)
    return short and re.fullmatch("[A-Za-z0-9_-]+", code) is not None and code not in _TAKEN


def _answers(question: Question) -> set[str]:
    """The answers that others may depend on."""
    if question.scale is not None:
        return {str(step) for step in range(question.scale[0], question.scale[1] + 1)}
    return {option.code for option in question.options} if question.kind in ("choice", "choices") else set()


def _digest(stored: Any) -> str:
    content = json.dumps(stored, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:12]


def _words_json(words: Words) -> dict[str, str]:
    return {name: text for name, text in (("de", words.de), ("en", words.en), ("plain", words.plain)) if text}


def _question_json(question: Question) -> dict[str, Any]:
    stored: dict[str, Any] = {"code": question.code, "kind": question.kind, "text": _words_json(question.text)}
    if question.options:
        stored["options"] = [{"code": option.code, "text": _words_json(option.text)} for option in question.options]
    if question.only_if is not None:
        stored["only_if"] = {"code": question.only_if.code, "answers": list(question.only_if.answers)}
    stored |= {name: True for name in ("required", "reverse") if getattr(question, name)}
    return stored | ({"group": question.group} if question.group else {})


def _question(stored: Mapping[str, Any]) -> Question:
    only_if = stored.get("only_if")
    return Question(
        code=stored["code"],
        kind=stored["kind"],
        text=Words(**stored["text"]),
        options=tuple(Option(each["code"], Words(**each["text"])) for each in stored.get("options", ())),
        required=stored.get("required", False),
        only_if=Condition(only_if["code"], tuple(only_if["answers"])) if only_if else None,
        reverse=stored.get("reverse", False),
        group=stored.get("group", ""),
    )
