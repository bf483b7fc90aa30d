"""Every change of an initiative's own questionnaires. Surveys keep the questions of their opening."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from feedback import questions
from feedback.models import Questionnaire
from feedback.questions import Question
from kit.journal import audit
from network.models import Initiative


def create(
    session: Session, *, initiative: Initiative, name: str, asked: Sequence[Question], actor: str, now: datetime
) -> Questionnaire:
    """A new one, without questions or with those of another."""
    found = Questionnaire(initiative_id=initiative.id, name=name, questions=questions.as_json(asked), changed_at=now)
    session.add(found)
    session.flush()
    _log(session, found, "questionnaire.create", actor=actor, now=now)
    return found


def change(
    session: Session, *, questionnaire: Questionnaire, name: str, asked: Sequence[Question], actor: str, now: datetime
) -> Questionnaire:
    """Other words, other questions. Raises QuestionsRefused."""
    questions.check(asked)
    stored = questions.as_json(asked)
    if (questionnaire.name, questionnaire.questions) == (name, stored):
        return questionnaire
    questionnaire.name, questionnaire.questions, questionnaire.changed_at = name, stored, now
    session.add(questionnaire)
    _log(session, questionnaire, "questionnaire.change", actor=actor, now=now)
    session.flush()
    return questionnaire


def _log(session: Session, questionnaire: Questionnaire, action: str, *, actor: str, now: datetime) -> None:
    audit(
        session,
        initiative_id=questionnaire.initiative_id,
        actor=actor,
        action=action,
        object_kind="questionnaire",
        object_id=questionnaire.id,
        now=now,
    )
