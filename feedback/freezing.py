"""What is known of before and after when a survey closes."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session

from feedback import changes, queries
from feedback.models import Survey
from feedback.rules import AFTER, BEFORE, CAME, CLOSED, CONFIRMED, LATER


def changes_of(session: Session, survey: Survey, rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The change since the survey before the dialogue, by those who answered both; empty where there was none.

    `rows` are the sheets of the survey that closes, with their traces.
    """
    if survey.dialogue_id is None or survey.audience != CAME or survey.moment not in (AFTER, LATER):
        return {}
    first = queries.survey_of_dialogue(session, survey.dialogue_id, moment=BEFORE, audience=CONFIRMED)
    if first is None:
        return {}
    asked = queries.questions_of(first), queries.questions_of(survey)
    measures = changes.measures(*asked)
    if not measures:
        return {}
    before = queries.sheets(session, first.id)
    answers, traces = [sheet.answers for sheet in before], [sheet.traces for sheet in before]
    other = queries.survey_of_dialogue(session, survey.dialogue_id, moment=LATER if survey.moment == AFTER else AFTER)
    earlier = None
    if other is not None and other.state == CLOSED and other.id != survey.id:
        sheets = queries.sheets(session, other.id)
        found = changes.pairs(traces, [sheet.traces for sheet in sheets])
        earlier = changes.Earlier(answers, [sheet.answers for sheet in sheets], found)
    pairs = changes.pairs(traces, [row["traces"] for row in rows])
    now = [row["answers"] for row in rows]
    return {
        "before": first.id,
        "pairs": len(pairs),
        "altered": changes.altered(*asked),
        "measures": [
            changes.as_json(changes.measured(measure, answers, now, pairs, earlier=earlier)) for measure in measures
        ],
    }
