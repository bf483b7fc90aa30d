"""A questionnaire as somebody types it: what stands in the fields, and the questions it makes.

The page works without a script: each button sends the whole form, and what is typed comes back changed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from events.rules import slug_of
from feedback.answer_pages import step_labels
from feedback.questions import (
    CODE_LENGTH,
    GROUPS,
    KINDS,
    MOST_OPTIONS,
    PLAIN,
    SCALES,
    WITH_OPTIONS,
    Condition,
    Option,
    Question,
    QuestionsRefused,
    Words,
    check,
)
from kit import text
from kit.i18n import _
from kit.text import TextRefused

NAME_CHARS = 120
TEXT_CHARS = 300
OPTION_CHARS = 120
# A form of more than 400 fields is refused (kit.endpoint), and one question has thirteen.
MOST_WRITTEN = 30
OPTION_LENGTH = CODE_LENGTH - len(PLAIN)
_FIELDS = ("code", "kind", "de", "en", "plain", "options", "options_en", "options_plain", "after", "answers", "group")
_BOXES = ("required", "reverse")


@dataclass(frozen=True)
class Draft:
    """One question as typed. `after` is the code of the question it depends on, `answers` what was answered there."""

    code: str
    kind: str = "agreement"
    de: str = ""
    en: str = ""
    plain: str = ""
    options: str = ""
    options_en: str = ""
    options_plain: str = ""
    after: str = ""
    answers: str = ""
    group: str = ""
    required: bool = False
    reverse: bool = False
    error: str = ""


@dataclass(frozen=True)
class Typed:
    """The whole form: the name, the questions, and what is wrong with it."""

    name: str
    drafts: tuple[Draft, ...]
    name_error: str = ""
    questions: tuple[Question, ...] = field(default=())

    @property
    def wrong(self) -> bool:
        return bool(self.name_error) or any(draft.error for draft in self.drafts)


def kind_labels() -> dict[str, str]:
    """What each kind of question is called."""
    labels = {
        "agreement": _("Satz: stimme zu oder nicht (5 Stufen)"),
        "stars": _("Sterne (1 bis 5)"),
        "satisfaction": _("Zufriedenheit (5 Stufen)"),
        "knowledge": _("Wissen (5 Stufen)"),
        "recommendation": _("Weiterempfehlung (0 bis 10)"),
        "smileys": _("Drei Gesichter"),
        "choice": _("Auswahl: eine Antwort"),
        "choices": _("Auswahl: mehrere Antworten"),
        "ranking": _("Reihenfolge"),
        "matrix": _("Mehrere Sätze mit denselben Stufen"),
        "line": _("Kurzer Text"),
        "text": _("Langer Text"),
    }
    return {kind: labels[kind] for kind in sorted(KINDS, key=list(labels).index)}


def group_labels() -> dict[str, str]:
    labels = {
        "": _("nicht aufteilen"),
        "group": _("nach Gruppe, zum Beispiel Anwohner"),
        "employer": _("nach Arbeitgeber"),
        "role": _("nach Rolle"),
    }
    return {group: labels[group] for group in GROUPS}


def posted(form: Mapping[str, str]) -> Typed:
    """What stands in the fields."""
    number = str(form.get("anzahl", "0"))
    count = min(int(number), MOST_WRITTEN + 1) if number.isascii() and number.isdigit() and len(number) < 4 else 0
    drafts = []
    for place in range(count):
        values = {name: str(form.get(f"{place}.{name}", ""))[:4000] for name in _FIELDS}
        ticked = {name: form.get(f"{place}.{name}") == "ja" for name in _BOXES}
        drafts.append(Draft(**values, **ticked))  # type: ignore[arg-type]
    return Typed(str(form.get("name", ""))[:1000], tuple(drafts))


def changed(typed: Typed, step: str) -> Typed:
    """After one of the buttons: neu, hoch-2, runter-2, weg-2; art-2 shows the fields of its kind."""
    drafts = list(typed.drafts)
    word, _minus, place = step.partition("-")
    if word == "neu" and len(drafts) < MOST_WRITTEN:
        drafts.append(Draft(code=_free_code(drafts)))
    at = int(place) if place.isascii() and place.isdigit() and len(place) < 4 else -1
    if 0 <= at < len(drafts):
        if word == "weg":
            drafts.pop(at)
        elif word == "hoch" and at > 0:
            drafts[at - 1 : at + 1] = drafts[at], drafts[at - 1]
        elif word == "runter" and at + 1 < len(drafts):
            drafts[at : at + 2] = drafts[at + 1], drafts[at]
    return replace(typed, drafts=tuple(drafts))


def place_after(step: str, typed: Typed) -> int:
    """The question that somebody wants to see after a button: the new one, or the one that was moved."""
    word, _minus, place = step.partition("-")
    if word == "neu":
        return len(typed.drafts) - 1
    at = int(place) if place.isascii() and place.isdigit() and len(place) < 4 else 0
    moved = at + {"hoch": -1, "runter": 1}.get(word, 0)
    return max(0, min(moved, len(typed.drafts) - 1))


def checked(typed: Typed) -> Typed:
    """With the questions, or with a sentence at each field that is wrong."""
    name, name_error = "", ""
    try:
        name = text.line(typed.name, max_chars=NAME_CHARS)
        if not name:
            name_error = _("Der Name fehlt. Er steht nur in Ihrem Arbeitsplatz.")
    except TextRefused as refused:
        name_error = refused.sentence
    drafts: list[Draft] = []
    good: list[Question] = []
    for draft in typed.drafts:
        try:
            question = _question(draft, typed.drafts, good)
            check((*good, question))
        except QuestionsRefused as refused:
            drafts.append(replace(draft, error=str(refused).partition(": ")[2] or str(refused)))
        except TextRefused as refused:
            drafts.append(replace(draft, error=refused.sentence))
        else:
            drafts.append(replace(draft, error=""))
            good.append(question)
    if not typed.drafts and not name_error:
        name_error = _("Der Fragebogen hat noch keine Frage. Bitte fügen Sie mindestens eine hinzu.")
    return Typed(name or typed.name, tuple(drafts), name_error, tuple(good))


def filled(name: str, questions: Sequence[Question]) -> Typed:
    """The form of questions that are stored."""
    by_code = {question.code: question for question in questions}
    return Typed(name, tuple(_draft(question, by_code) for question in questions))


def _free_code(drafts: Sequence[Draft]) -> str:
    known = {draft.code for draft in drafts}
    return next(code for number in range(1, 1000) if (code := f"f{number}") not in known)


def _question(draft: Draft, drafts: Sequence[Draft], before: Sequence[Question]) -> Question:
    needs = draft.kind in WITH_OPTIONS or draft.kind == "matrix"
    code = "".join(sign for sign in draft.code if sign.isascii() and (sign.isalnum() or sign == "_"))
    return Question(
        code=code[: CODE_LENGTH - len(PLAIN)],
        kind=draft.kind,
        text=_words(draft.de, draft.en, draft.plain),
        options=_options(draft) if needs else (),
        required=draft.required,
        only_if=_condition(draft, drafts, before),
        reverse=draft.reverse and draft.kind in SCALES,
        group=draft.group,
    )


def _words(de: str, en: str, plain: str) -> Words:
    return Words(*(text.line(each, max_chars=TEXT_CHARS) for each in (de, en, plain)))


def _options(draft: Draft) -> tuple[Option, ...]:
    german = _lines(draft.options)
    columns = [_lines(draft.options_en), _lines(draft.options_plain)]
    for column in columns:
        if column and len(column) != len(german):
            raise QuestionsRefused(
                _("Die Übersetzungen der Antworten brauchen so viele Zeilen wie die deutschen Antworten.")
            )
    codes: list[str] = []
    for number, line in enumerate(german[: MOST_OPTIONS + 1], start=1):
        code = slug_of(line, f"a{number}")[:OPTION_LENGTH].strip("-")
        codes.append(code if code not in codes else f"{code[: OPTION_LENGTH - 3]}-{number}")
    return tuple(
        Option(code, Words(line, *(column[place] if column else "" for column in columns)))
        for place, (code, line) in enumerate(zip(codes, german, strict=False))
    )


def _lines(typed: str) -> list[str]:
    return [clean for line in typed.splitlines() if (clean := text.line(line, max_chars=OPTION_CHARS))]


def _condition(draft: Draft, drafts: Sequence[Draft], before: Sequence[Question]) -> Condition | None:
    if not draft.after:
        return None
    known = {question.code: question for question in before}
    if draft.after not in known:
        # Kept for the check, which says what is wrong.
        return Condition(draft.after, ("?",))
    question = known[draft.after]
    words = [text.line(each, max_chars=OPTION_CHARS) for each in draft.answers.split(",")]
    codes = [_answer_code(question, word) for word in words if word]
    if not codes or "" in codes:
        raise QuestionsRefused(
            _(
                "Bitte nennen Sie die Antworten der anderen Frage, wie sie dort stehen, mit Kommas dazwischen: %(answers)s"
            )
            % {"answers": ", ".join(_answer_words(question))}
        )
    return Condition(draft.after, tuple(codes))


def _answer_code(question: Question, word: str) -> str:
    for option in question.options:
        if word.casefold() in (option.text.de.casefold(), option.code):
            return option.code
    if question.scale is not None:
        first, last = question.scale
        for step, label in zip(range(first, last + 1), step_labels(question.kind), strict=True):
            if word.casefold() in (str(step), label.casefold()):
                return str(step)
    return ""


def _answer_words(question: Question) -> tuple[str, ...]:
    if question.options:
        return tuple(option.text.de for option in question.options)
    if question.scale is not None:
        return tuple(str(step) for step in range(question.scale[0], question.scale[1] + 1))
    return (_("diese Frage hat keine festen Antworten"),)


def _draft(question: Question, by_code: Mapping[str, Question]) -> Draft:
    condition = question.only_if
    answers = ""
    if condition is not None:
        options = {option.code: option.text.de for option in by_code[condition.code].options}
        answers = ", ".join(options.get(answer, answer) for answer in condition.answers)

    def lines(language: str) -> str:
        found = [getattr(option.text, language) for option in question.options]
        return "\n".join(found) if any(found) else ""

    return Draft(
        code=question.code,
        kind=question.kind,
        de=question.text.de,
        en=question.text.en,
        plain=question.text.plain,
        options=lines("de"),
        options_en=lines("en"),
        options_plain=lines("plain"),
        after=condition.code if condition else "",
        answers=answers,
        group=question.group,
        required=question.required,
        reverse=question.reverse,
    )
