"""What the pages of results ask: one survey with where it belongs, and what stands beside it."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from events.models import Dialogue
from feedback import queries
from feedback.models import Survey, SurveyResult
from feedback.rules import CLOSED, Voice
from network.models import Initiative


@dataclass(frozen=True)
class Measured:
    """A survey whose result is shown, its initiative, and its dialogue if it has one. Without a survey none has begun."""

    initiative: Initiative
    dialogue: Dialogue | None
    survey: Survey | None


def of_dialogue(session: Session, *, initiative: str, slug: str, survey_id: str = "") -> Measured | None:
    """One survey of a dialogue by their slugs and its id.

    Without an id the one of those who came, and before there is one another, closed ones first.
    """
    rated = queries.rated_by_slug(session, initiative=initiative, slug=slug)
    if rated is None:
        return None
    if not survey_id:
        others = [] if rated.survey else queries.surveys_of_dialogue(session, rated.dialogue.id)
        first = min(others, key=lambda each: (each.state != CLOSED, each.opens_at), default=None)
        return Measured(rated.initiative, rated.dialogue, rated.survey or first)
    survey = session.get(Survey, survey_id)
    if survey is None or survey.dialogue_id != rated.dialogue.id:
        return None
    return Measured(rated.initiative, rated.dialogue, survey)


def of_initiative(session: Session, *, initiative: str, survey_id: str) -> Measured | None:
    """One survey of the initiative itself."""
    row = session.exec(
        select(Survey, Initiative)
        .join(Initiative, col(Initiative.id) == Survey.initiative_id)
        .where(Initiative.slug == initiative, Survey.id == survey_id, col(Survey.dialogue_id).is_(None))
    ).first()
    return None if row is None else Measured(row[1], None, row[0])


def unread(session: Session, survey: Survey, *, limit: int) -> tuple[Voice, ...]:
    """The first texts of a closed survey before names are taken out, for those alone who do that."""
    frozen = session.exec(select(SurveyResult).where(SurveyResult.survey_id == survey.id)).first()
    return queries.voices(frozen.texts[:limit]) if frozen is not None else ()
