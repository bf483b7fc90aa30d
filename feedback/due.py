"""Who is asked, who is reminded and what is due: the questions of the sweeps."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, and_, col, false, func, select

from events.models import Dialogue
from feedback.models import Survey, SurveyInvitation, SurveyPlan
from feedback.planning_queries import has_begun
from feedback.rules import AFTER, ASK_WITHIN, BEFORE, CAME, LATER, OPEN, TAKES_PLACE
from registration.models import Arrival, Registration
from registration.rules import State


def without_invitation(session: Session, survey: Survey, *, limit: int) -> list[Registration]:
    """Registrations of the survey's audience with an address, not yet asked."""
    return list(
        session.exec(
            select(Registration)
            .where(
                *_can_be_asked(survey.dialogue_id, survey.audience),
                ~select(SurveyInvitation.id)
                .where(SurveyInvitation.survey_id == survey.id, SurveyInvitation.registration_id == Registration.id)
                .exists(),
            )
            .order_by(Registration.id)
            .limit(limit)
        )
    )


def audience_size(session: Session, dialogue_id: str, audience: str) -> int:
    """How many letters it takes to ask an audience as it is now."""
    people = select(func.count()).select_from(Registration).where(*_can_be_asked(dialogue_id, audience))
    return session.exec(people).one()


def _can_be_asked(dialogue_id: str | None, audience: str) -> tuple[Any, ...]:
    return (
        Registration.dialogue_id == dialogue_id,
        col(Registration.email).is_not(None),
        Registration.email != "",
        col(Registration.erased_at).is_(None),
        _in_audience(audience),
    )


def _in_audience(audience: str) -> Any:
    match audience:
        case "came":
            return _came(Registration.id)
        case "confirmed":
            return Registration.state == State.CONFIRMED
        case "waiting":
            # Their address is confirmed; who never confirmed it has no place in the list and none in its end.
            return and_(
                col(Registration.state).in_((State.WAITING, State.EXPIRED)),
                col(Registration.email_verified_at).is_not(None),
            )
    return false()


def to_remind(session: Session, survey: Survey, *, limit: int) -> list[tuple[SurveyInvitation, Registration]]:
    """Invitations without an answer and without a reminder."""
    rows = session.exec(
        select(SurveyInvitation, Registration)
        .join(Registration, col(Registration.id) == SurveyInvitation.registration_id)
        .where(
            SurveyInvitation.survey_id == survey.id,
            col(SurveyInvitation.answered).is_(False),
            col(SurveyInvitation.reminded).is_(False),
            col(Registration.email).is_not(None),
            Registration.email != "",
            col(Registration.erased_at).is_(None),
        )
        .order_by(SurveyInvitation.id)
        .limit(limit)
    )
    return [(mark, registration) for mark, registration in rows]


def _came(registration_id: Any) -> Any:
    return (
        select(Arrival.id).where(Arrival.registration_id == registration_id, col(Arrival.undone_at).is_(None)).exists()
    )


def dialogues_without_survey(session: Session, now: datetime) -> list[Dialogue]:
    """Dialogues that ended in the last weeks, to which somebody came, and that have no survey yet."""
    return list(
        session.exec(
            select(Dialogue).where(
                col(Dialogue.ends_at) > now - ASK_WITHIN,
                Dialogue.ends_at <= now,
                select(Arrival.id).where(Arrival.dialogue_id == Dialogue.id, col(Arrival.undone_at).is_(None)).exists(),
                ~select(Survey.id)
                .where(Survey.dialogue_id == Dialogue.id, Survey.moment == AFTER, Survey.audience == CAME)
                .exists(),
            )
        )
    )


def plans_without_survey(session: Session) -> list[tuple[SurveyPlan, Dialogue]]:
    """What is planned at dialogues that take place, and has not begun."""
    rows = session.exec(
        select(SurveyPlan, Dialogue)
        .join(Dialogue, col(Dialogue.id) == SurveyPlan.dialogue_id)
        .where(
            col(Dialogue.state).in_(TAKES_PLACE),
            SurveyPlan.questionnaire != "",
            col(SurveyPlan.moment).in_((BEFORE, AFTER, LATER)),
            ~has_begun(),
        )
    )
    return [(plan, dialogue) for plan, dialogue in rows]


def before_dialogues(session: Session) -> list[tuple[Survey, Dialogue]]:
    """The open surveys before a dialogue, each with its dialogue."""
    rows = session.exec(
        select(Survey, Dialogue)
        .join(Dialogue, col(Dialogue.id) == Survey.dialogue_id)
        .where(Survey.state == OPEN, Survey.moment == BEFORE)
    )
    return [(survey, dialogue) for survey, dialogue in rows]


def open_surveys(session: Session) -> list[Survey]:
    """In the order of their beginning."""
    return list(session.exec(select(Survey).where(Survey.state == OPEN).order_by(col(Survey.opens_at), Survey.id)))
