"""What is known of before and after when a survey closes."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import Session

from feedback import changes, queries
from feedback.models import Survey
from feedback.rules import AFTER, BEFORE, CAME, CLOSED, CONFIRMED, LATER, Result


def changes_of(
    session: Session, survey: Survey, rows: Sequence[dict[str, Any]], breakdowns: Mapping[str, Any]
) -> dict[str, Any]:
    """The change since the survey before the dialogue, by those who answered both; empty where there was none.

    `rows` are the sheets of the survey that closes, with their traces; `breakdowns` what is shown of its groups.
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
    told = {"before": first.id, "altered": changes.altered(*asked)}
    if first.state != CLOSED:
        # The dialogue was moved, and the figures of the survey before would come on top of a change.
        unknown = [changes.as_json(changes.Measured(measure.code, "running")) for measure in measures]
        return {**told, "pairs": 0, "measures": unknown}
    kept = queries.sheets(session, first.id)
    traces = [sheet.traces for sheet in kept]
    before = changes.Side([sheet.answers for sheet in kept], _shown(session, first).breakdowns)
    after = changes.Side([row["answers"] for row in rows], breakdowns)
    other = queries.survey_of_dialogue(session, survey.dialogue_id, moment=LATER if survey.moment == AFTER else AFTER)
    earlier = _earlier(session, other, traces) if other is not None and other.state == CLOSED else None
    pairs = changes.pairs(traces, [row["traces"] for row in rows])
    return {
        **told,
        "pairs": len(pairs),
        "measures": [
            changes.as_json(changes.measured(measure, before, after, pairs, earlier=earlier)) for measure in measures
        ],
    }


def _earlier(session: Session, survey: Survey, traces: Sequence[str]) -> changes.Earlier:
    """What the other survey after the same one before has shown."""
    sheets = queries.sheets(session, survey.id)
    shown = _shown(session, survey)
    return changes.Earlier(
        changes.Side([sheet.answers for sheet in sheets], shown.breakdowns),
        changes.pairs(traces, [sheet.traces for sheet in sheets]),
        {each["code"]: changes.from_json(each) for each in shown.changes.get("measures", ())},
    )


def _shown(session: Session, survey: Survey) -> Result:
    """What is shown of a survey; nothing while it is open."""
    found = queries.results(session, survey)
    if isinstance(found, Result):
        return found
    return Result(0, 0, survey.closes_at, {}, ())
