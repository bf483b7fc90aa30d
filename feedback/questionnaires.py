"""Every change of an initiative's own questionnaires. Surveys keep the questions of their opening."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from feedback import planning_queries, questions
from feedback.models import Questionnaire
from feedback.questions import Question
from kit.errors import Refused
from kit.i18n import _
from kit.journal import audit
from network.models import Initiative


class InUse(Refused):
    """A survey runs with these questions, or a dialogue will ask them."""

    def default(self) -> str:
        return _("Mit diesem Fragebogen läuft oder kommt noch eine Umfrage. Danach können Sie ihn löschen.")


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


def delete(session: Session, *, questionnaire: Questionnaire, actor: str, now: datetime) -> None:
    """Takes one away; surveys that are over keep their questions. Raises InUse."""
    if planning_queries.is_used(session, questionnaire.id, now):
        raise InUse
    _log(session, questionnaire, "questionnaire.delete", actor=actor, now=now)
    session.delete(questionnaire)
    session.flush()


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
