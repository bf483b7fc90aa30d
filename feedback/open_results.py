"""Published figures for programs: one line for each answer to each question that an organiser told in public."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from events import rules
from events.models import Dialogue, HeardReport
from events.rules import Visibility
from feedback.models import Survey, SurveyResult
from feedback.queries import by_invitation, of_those_who_came
from feedback.questions import Question, from_json, item
from feedback.results import AnyFigure, Choice, Figure, Matrix, Ranking, read
from feedback.rules import CLOSED
from kit.settings import settings
from kit.sheets import Cell
from network.models import Initiative

# Column → what it holds; the codebook, in the order of the table.
COLUMNS = {
    "dialogue": "id of the dialogue, as in /dialoge.json",
    "url": "page of the dialogue",
    "initiative": "name of the initiative, the source to name",
    "format": "code of the format, F1 to F14",
    "land": "two letters of ISO 3166-2",
    "day": "first day of the dialogue, local",
    "invited": "registrations of people who came and were asked",
    "answers": "sheets that came back, by invitation, on paper or by a tablet",
    "by_invitation": "how many of these came by invitation; empty where some came otherwise and fewer than five one of the "
    "two ways",
    "question": "code of the question",
    "item": "twelve signs for its words and its scale: equal ones asked the same",
    "kind": "stars, agreement, satisfaction, knowledge (1 to 5), recommendation (0 to 10), smileys (1 to 3), choice, choices, "
    "ranking, matrix",
    "text": "the question in German",
    "row": "row of a matrix, or option of a ranking; otherwise empty",
    "given": "people who answered this question",
    "missing": "people who were asked and gave no answer, or said that they do not know",
    "value": "the answer: a step of the scale, an option, or a place",
    "count": "how many chose it",
    "mean": "mean of the scale; empty for choices and places",
    "low": "lower end of the 95 % range of the mean (Student's t); empty where all answered the same",
    "high": "upper end of it",
}


@dataclass(frozen=True)
class Told:
    """One dialogue whose organiser told what they heard, and which figures."""

    dialogue: Dialogue
    initiative: Initiative
    survey: Survey
    codes: tuple[str, ...]
    figures: dict[str, AnyFigure]


def told(session: Session, now: datetime) -> list[Told]:
    """What everybody may read, in the order of the dialogues; in one statement. Only figures that were frozen and told."""
    wanted: tuple[Any, ...] = (Dialogue, Initiative, Survey, HeardReport, SurveyResult)
    rows = session.exec(
        select(*wanted)
        .join(HeardReport, col(HeardReport.dialogue_id) == Dialogue.id)
        .join(Initiative, col(Initiative.id) == Dialogue.initiative_id)
        .join(Survey, of_those_who_came())
        .join(SurveyResult, col(SurveyResult.survey_id) == Survey.id)
        .where(
            col(Dialogue.state).in_(rules.SHOWN_STATES),
            Dialogue.visibility == Visibility.PUBLIC,
            Dialogue.ends_at <= now,
            col(HeardReport.published_at).is_not(None),
            Survey.state == CLOSED,
        )
        .order_by(col(Dialogue.starts_at), col(Dialogue.id))
    )
    return [
        Told(dialogue, initiative, survey, tuple(report.figures), read(result.figures))
        for dialogue, initiative, survey, report, result in rows
    ]


def lines(found: list[Told]) -> Iterator[tuple[Cell, ...]]:
    """The rows of the table, as COLUMNS names them."""
    for each in found:
        common = (
            each.dialogue.id,
            f"{settings().base_url}/dialoge/{each.dialogue.slug}",
            each.initiative.name,
            each.dialogue.format_code,
            each.dialogue.land,
            each.dialogue.start[:10],
            each.survey.invited,
            each.survey.answer_count,
            by_invitation(each.survey),
        )
        for question in from_json(each.survey.questions):
            if question.code in each.codes and question.code in each.figures:
                for part in _of(question, each.figures[question.code]):
                    yield (*common, question.code, item(question), question.kind, question.text.de, *part)


def _of(question: Question, figure: AnyFigure) -> Iterator[tuple[Cell, ...]]:
    words = {option.code: option.text.de for option in question.options}
    match figure:
        case Figure():
            yield from _scale("", figure)
        case Matrix():
            for code, row in figure.rows.items():
                if row is not None:
                    yield from _scale(words[code], row)
        case Choice():
            for code, count in figure.chosen.items():
                yield ("", figure.number, figure.missing, words[code], count, None, None, None)
        case Ranking():
            for code, places in figure.places.items():
                for place, count in enumerate(places, start=1):
                    yield (words[code], figure.number, figure.missing, place, count, None, None, None)


def _scale(row: str, figure: Figure) -> Iterator[tuple[Cell, ...]]:
    for step, count in enumerate(figure.counts, start=figure.first):
        yield (row, figure.number, figure.missing, step, count, figure.mean, figure.low, figure.high)


def codebook() -> dict[str, Any]:
    """What each column of the table means."""
    return {
        "table": f"{settings().base_url}/ergebnisse.csv",
        "format": "CSV in UTF-8 with BOM, separated by semicolons, one line for each answer to each question",
        "columns": [{"name": name, "meaning": meaning} for name, meaning in COLUMNS.items()],
        "sample": "People who came to a dialogue and answered afterwards. They chose to come; the figures stand for nobody else.",
        "protection": "No figure below five answers; only what an organiser told in public; frozen when the survey closed.",
    }
