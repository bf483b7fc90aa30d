"""A survey on paper: the sheet to fill in, cards with three words, and a sheet read as somebody types it.

Cards are drawn anew for each file and stored nowhere; they carry no name, and go to whoever takes one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from feedback import pairing
from feedback.answer_pages import step_labels, told
from feedback.questions import DONT_KNOW, SCALES, Question
from feedback.sheets import Posted, names
from feedback.whole import Item, items
from kit import i18n
from kit.i18n import _
from kit.pdf import render
from kit.pdf.pages import page, stylesheet

CARDS_ON_A_SHEET = 10
MOST_SHEETS = 20


@dataclass(frozen=True)
class PaperRow:
    """One line of a table: its number or letter, its words, and under what condition it is answered."""

    number: str
    text: str
    condition: str = ""


@dataclass(frozen=True)
class Block:
    """Questions of one kind below each other. `steps` are (number to tick, words) of the columns."""

    kind: str
    rows: tuple[PaperRow, ...]
    steps: tuple[tuple[str, str], ...] = ()
    options: tuple[str, ...] = ()
    heading: PaperRow | None = None


@dataclass(frozen=True)
class Facts:
    """What stands above the questions."""

    initiative: str
    title: str
    day: str
    heading: str
    plain: bool
    paired: bool
    before: bool


def blocks(questions: Sequence[Question]) -> tuple[Block, ...]:
    """The questions as they stand on paper; neighbours on the same scale share a table."""
    found: list[Block] = []
    for question, item in zip(questions, items(questions, {}, {}), strict=True):
        row = _row(item)
        if question.kind in SCALES:
            if found and found[-1].kind == question.kind and not row.condition:
                found[-1] = replace(found[-1], rows=(*found[-1].rows, row))
            else:
                found.append(Block(question.kind, (row,), _steps(question.kind)))
        elif question.kind == "matrix":
            rows = tuple(
                PaperRow(f"{row.number}{chr(97 + place)}", told(option.text))
                for place, option in enumerate(question.options)
            )
            found.append(Block("matrix", rows, _steps("agreement"), heading=row))
        else:
            options = tuple(told(option.text) for option in question.options)
            found.append(Block(question.kind, (row,), options=options))
    return tuple(found)


def _row(item: Item) -> PaperRow:
    number = item.asking.number.split()[1] if item.asking.number else ""
    return PaperRow(number, item.asking.text, item.condition)


def _steps(kind: str) -> tuple[tuple[str, str], ...]:
    first, last = SCALES[kind]
    labels = step_labels(kind)
    if kind == "recommendation":
        # Eleven columns hold numbers alone; the words of both ends stand above them.
        return tuple((str(step), "") for step in range(first, last + 1))
    return tuple((str(step), label) for step, label in zip(range(first, last + 1), labels, strict=True))


def code_boxes() -> tuple[str, ...]:
    """What stands in each of the six boxes of the code that somebody makes of their own life."""
    return (
        _("Erster Buchstabe des Vornamens Ihrer Mutter"),
        _("Zweiter Buchstabe des Vornamens Ihrer Mutter"),
        _("Erster Buchstabe Ihres Geburtsorts"),
        _("Letzter Buchstabe Ihres Geburtsorts"),
        _("Ihr Geburtstag, nur der Tag: erste Ziffer (am 7.: 0)"),
        _("Ihr Geburtstag, nur der Tag: zweite Ziffer (am 7.: 7)"),
    )


def questionnaire_pdf(questions: Sequence[Question], facts: Facts) -> bytes:
    """A4 and PDF/UA-1. Raises kit.pdf.PdfFailed and kit.pdf.PdfUnavailable."""
    title = f"{facts.heading}: {facts.title}"
    html = page(
        "questionnaire.html",
        facts=facts,
        title=title,
        blocks=blocks(questions),
        boxes=code_boxes() if facts.paired else (),
        ends=step_labels("recommendation"),
    )
    return _pdf(html, "questionnaire.css", title)


def cards_pdf(sheets: int, *, title: str, initiative: str, day: str) -> bytes:
    """A4 sheets of ten cards with three words each, drawn now. Raises as `questionnaire_pdf` does."""
    name = f"{_('Karten mit drei Wörtern')}: {title}"
    drawn = [[pairing.written(pairing.draw()).split() for _card in range(CARDS_ON_A_SHEET)] for _sheet in range(sheets)]
    html = page("phrase_cards.html", sheets=drawn, title=name, dialogue=title, initiative=initiative, day=day)
    return _pdf(html, "phrase_cards.css", name)


def _pdf(html: str, css: str, title: str) -> bytes:
    language = "en" if i18n.current() == "en" else "de"
    return render(html, css=[stylesheet(css)], assets={}, codes={}, blanks={}, title=title, language=language)


def read_typed(questions: Sequence[Question], typed: Posted) -> Posted:
    """What the fields of a form would hold, of the numbers that somebody typed from a sheet.

    A choice is typed as the number of its answer, several with spaces between; a step as its number. What is none is left
    as it is, and refused where it is read.
    """
    found = dict(typed)
    for question in questions:
        options = [option.code for option in question.options]
        given = _typed(typed, question.code)
        match question.kind:
            case "choice":
                found[question.code] = [given if given == DONT_KNOW else _option(options, given)] if given else []
            case "choices":
                found[question.code] = [_option(options, each) for each in given.replace(",", " ").split()]
            case "matrix" | "ranking":
                found |= {name: [_typed(typed, name)] for name in names(question)}
            case "line" | "text":
                pass
            case _:
                found[question.code] = [given]
    return found


def _typed(typed: Posted, name: str) -> str:
    """What stands in a field; a dash is what the box for "don't know" shows on paper."""
    given = (typed.get(name) or [""])[0].strip()
    return DONT_KNOW if given in ("-", "–") else given


def _option(options: Sequence[str], number: str) -> str:
    if number.isascii() and number.isdigit() and len(number) < 3 and 0 < int(number) <= len(options):
        return options[int(number) - 1]
    return "?"


def on_paper(questions: Sequence[Question]) -> tuple[Question, ...]:
    """On paper nobody can be asked again: nothing has to be answered."""
    return tuple(replace(question, required=False) for question in questions)


def typing_hint(question: Question) -> str:
    """What may be typed for one question."""
    if question.kind == "matrix":
        return _("1 bis 5, leer: keine Angabe")
    if question.scale is not None:
        first, last = question.scale
        return _("%(first)d bis %(last)d, leer: keine Angabe") % {"first": first, "last": last}
    match question.kind:
        case "choice":
            return _("Nummer der Antwort, leer: keine Angabe")
        case "choices":
            return _("Nummern mit Leerzeichen, leer: keine Angabe")
        case "ranking":
            return _("Platz als Zahl, alle leer: keine Angabe")
    return _("Wie auf dem Blatt, ohne Namen")
