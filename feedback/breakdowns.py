"""Figures of groups: which may be shown is decided once, for all groups of a question together, when they are frozen."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from feedback.questions import Question
from feedback.results import AnyFigure, Sheet, as_json, figure, of_company_and_role, summed_up
from feedback.suppression import CELLS_FROM, Filter, Verdict, figures_may, verdicts

# What is broken down: one number or one choice for each person. Rows of tables and places of rankings are not.
_KINDS = ("choice", "choices")


@dataclass(frozen=True)
class Cell:
    """One group's figure of one question, or why it is not shown."""

    verdict: Verdict
    figure: AnyFigure | None


def broken_down(questions: Sequence[Question], sheets: Sequence[Sheet]) -> dict[str, Any]:
    """Code of the question that makes groups → code of a question → option → what may be shown; ready for JSON."""
    dividing = [question for question in questions if question.group]
    found: dict[str, Any] = {question.code: {} for question in dividing}
    first, never = _first_asked(questions), of_company_and_role(questions, sheets)
    for question in questions:
        if question in dividing or question.code in never or not (question.scale or question.kind in _KINDS):
            continue
        given = [sheet for sheet in sheets if sheet.get(question.code) is not None]
        if not figures_may(len(given)):
            continue
        allowed = _allowed(dividing, [sheet for sheet in sheets if first[question.code] in sheet], given)
        for place, by in enumerate(dividing):
            found[by.code][question.code] = {
                option.code: _cell(
                    question,
                    allowed[frozenset({(place, option.code)})],
                    [sheet for sheet in given if sheet.get(by.code) == option.code],
                )
                for option in by.options
            }
    return {code: cells for code, cells in found.items() if cells}


def cells(stored: Mapping[str, Any]) -> dict[str, Cell]:
    """Option → cell, as `broken_down` wrote them for one question."""
    return {
        option: Cell(cell["verdict"], figure(cell["figure"]) if cell["figure"] else None)
        for option, cell in stored.items()
    }


def _first_asked(questions: Sequence[Question]) -> dict[str, str]:
    """Code → the question that its conditions begin with, itself where there are none; one that makes groups begins none."""
    by_code = {question.code: question for question in questions}
    found: dict[str, str] = {}
    for question in questions:
        before = question.only_if and by_code.get(question.only_if.code)
        found[question.code] = found[before.code] if before and not before.group else question.code
    return found


def _allowed(dividing: Sequence[Question], asked: Sequence[Sheet], given: Sequence[Sheet]) -> dict[Filter, Verdict]:
    """What may be shown of each single group. Whoever did not say where they belong is a group that has no name.

    How many of a group gave an answer says something of the others as well: they gave none, or were not asked because of
    what they had said before. So groups have to stand among all who were asked, and then among those who answered.
    """
    filters = [frozenset({(place, option.code)}) for place, by in enumerate(dividing) for option in by.options]
    places = {kind: [place for place, by in enumerate(dividing) if by.group == kind] for kind in ("employer", "role")}
    among_all, among_given = (
        Counter(tuple(str(sheet.get(by.code) or "") for by in dividing) for sheet in several)
        for several in (asked, given)
    )
    kinds = {"employers": places["employer"], "roles": places["role"]}
    all_of_them = verdicts(among_all, filters, **kinds)
    left = [each for each in filters if all_of_them[each] != "derivable"]
    return all_of_them | verdicts(among_given, left, **kinds)


def _cell(question: Question, verdict: Verdict, sheets: Sequence[Sheet]) -> dict[str, Any]:
    found = summed_up(question, sheets, least=CELLS_FROM) if verdict == "shown" else None
    return {"verdict": verdict, "figure": None if found is None else as_json(found)}
