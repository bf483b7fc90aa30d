"""What is asked of plans, and by the pages that plan and open surveys."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from events.models import Dialogue
from feedback import library, queries, rules
from feedback.models import Questionnaire, Survey, SurveyPlan
from feedback.queries import Asked
from kit.i18n import gettext
from network.models import Initiative


def asked_by_id(session: Session, survey_id: str) -> Asked | None:
    """One survey, as whoever has its link would see it."""
    row = session.exec(
        select(Survey, Dialogue, Initiative)
        .outerjoin(Dialogue, col(Dialogue.id) == Survey.dialogue_id)
        .join(Initiative, col(Initiative.id) == Survey.initiative_id)
        .where(Survey.id == survey_id)
    ).first()
    return None if row is None else Asked(None, *row)


def surveys_of_initiative(session: Session, initiative_id: str) -> list[Survey]:
    """The surveys that belong to no dialogue, the newest first."""
    return list(
        session.exec(
            select(Survey)
            .where(Survey.initiative_id == initiative_id, col(Survey.dialogue_id).is_(None))
            .order_by(col(Survey.opens_at).desc(), col(Survey.id))
        )
    )


def own_questionnaire(session: Session, *, initiative_id: str, code: str) -> Questionnaire | None:
    return session.exec(
        select(Questionnaire).where(Questionnaire.initiative_id == initiative_id, Questionnaire.id == code)
    ).first()


def choices(
    session: Session, initiative_id: str, moments: tuple[str, ...] = (), audience: str = rules.CAME
) -> tuple[tuple[str, str], ...]:
    """(code, name) of what can be asked: of the library what is made for moment and audience, then one's own."""
    offered = library.offered(moments, audience)
    own = queries.questionnaires(session, initiative_id)
    return (*((each.code, gettext(each.name)) for each in offered), *((each.id, each.name) for each in own))


def has_begun() -> Any:
    """Whether what a plan says is asked already: its survey is there."""
    return (
        select(Survey.id)
        .where(
            Survey.dialogue_id == SurveyPlan.dialogue_id,
            Survey.moment == SurveyPlan.moment,
            Survey.audience == SurveyPlan.audience,
            Survey.subject == SurveyPlan.subject,
        )
        .exists()
    )


def is_used(session: Session, questionnaire: str, now: datetime) -> bool:
    """Whether a survey runs with these questions, or a dialogue that is not over for long is to ask them."""
    running = select(Survey.id).where(Survey.questionnaire == questionnaire, Survey.state == rules.OPEN)
    planned = (
        select(SurveyPlan.id)
        .join(Dialogue, col(Dialogue.id) == SurveyPlan.dialogue_id)
        .where(
            SurveyPlan.questionnaire == questionnaire,
            Dialogue.ends_at > now - rules.LATER_AFTER - rules.ASK_WITHIN,
            ~has_begun(),
        )
    )
    return session.exec(running).first() is not None or session.exec(planned).first() is not None


def name_of(session: Session, code: str) -> str:
    """What a questionnaire is called; empty when it is gone."""
    for each in library.LIBRARY:
        if each.code == code:
            return gettext(each.name)
    own = session.get(Questionnaire, code)
    return own.name if own is not None else ""
