"""Every change of surveys. An answer writes no audit row, no time and no stored form key."""

from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import CursorResult, insert, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from events.models import Dialogue
from events.operations import lock_dialogue
from feedback import library, queries, questions, rules
from feedback.closing import NothingToRelease as NothingToRelease
from feedback.closing import close_survey as close_survey
from feedback.closing import log as log
from feedback.closing import release_texts as release_texts
from feedback.closing import shuffle as shuffle
from feedback.models import AnswerSheet, Survey, SurveyInvitation, SurveyMark, SurveyPlan
from feedback.queries import Asked
from feedback.questions import Answers
from feedback.rules import AFTER, CAME
from kit.errors import Refused
from kit.i18n import _
from kit.ids import new_id
from kit.journal import SYSTEM, audit
from kit.tokens import keyed_hash
from network.models import Initiative


class AlreadyAnswered(Refused):
    """This invitation has been used."""

    def default(self) -> str:
        return _("Ihre Antwort ist schon da. Jede Einladung zählt einmal.")


class SurveyOver(Refused):
    """The survey takes no answers any more."""

    def default(self) -> str:
        return _("Die Umfrage ist beendet. Neue Antworten nehmen wir nicht mehr an.")


class Begun(Refused):
    """What is asked already cannot be chosen any more."""

    def default(self) -> str:
        return _("Diese Umfrage hat schon begonnen. Ihre Fragen stehen fest.")


class NoQuestions(Refused):
    """A survey without questions is not opened."""

    def default(self) -> str:
        return _(
            "Dieser Fragebogen hat keine Fragen. Bitte wählen Sie einen anderen, oder schreiben Sie Fragen hinein."
        )


def plan(
    session: Session,
    *,
    dialogue: Dialogue,
    moment: str,
    audience: str,
    questionnaire: str,
    actor: str,
    now: datetime,
    subject: str = "",
) -> SurveyPlan:
    """Chooses what is asked at one moment; without a questionnaire nothing is. Raises Begun once it is asked."""
    dialogue = lock_dialogue(session, dialogue.id)
    key = {"moment": moment, "audience": audience, "subject": subject}
    if queries.survey_of_dialogue(session, dialogue.id, **key) is not None:
        raise Begun
    if questionnaire and not queries.questions_for(
        session, questionnaire=questionnaire, moment=moment, audience=audience
    ):
        raise NoQuestions
    found = queries.plan_of(session, dialogue.id, **key)
    if found is None:
        found = SurveyPlan(initiative_id=dialogue.initiative_id, dialogue_id=dialogue.id, **key)
    if found.questionnaire == questionnaire:
        return found
    found.questionnaire = questionnaire
    session.add(found)
    audit(
        session,
        initiative_id=dialogue.initiative_id,
        actor=actor,
        action="survey.plan",
        object_kind="dialogue",
        object_id=dialogue.id,
        now=now,
        detail=f"{moment} {audience} {questionnaire}".strip(),
    )
    session.flush()
    return found


def open_survey(
    session: Session,
    *,
    dialogue: Dialogue,
    now: datetime,
    moment: str = AFTER,
    audience: str = CAME,
    subject: str = "",
    title: str = "",
    questionnaire: str = "",
    linked: bool = False,
    closes_at: datetime | None = None,
    actor: str = SYSTEM,
) -> Survey:
    """The survey of one moment of a dialogue, opened now if it has not begun; with the planned questions, or these.

    With `linked` one link serves whoever has it. Raises NoQuestions.
    """
    found = queries.survey_of_dialogue(session, dialogue.id, moment=moment, audience=audience, subject=subject)
    if found is not None:
        return found
    if not questionnaire:
        planned = queries.plan_of(session, dialogue.id, moment=moment, audience=audience, subject=subject)
        questionnaire = planned.questionnaire if planned and planned.questionnaire else library.RATING
    until = (
        closes_at
        or rules.times(
            moment, starts_at=dialogue.starts_at, ends_at=dialogue.ends_at, survey_days=dialogue.survey_days, now=now
        ).closes_at
    )
    if moment == AFTER and audience == CAME and closes_at is None:
        until = now + timedelta(days=dialogue.survey_days)
    return _open(
        session,
        Survey(
            initiative_id=dialogue.initiative_id,
            dialogue_id=dialogue.id,
            moment=moment,
            audience=audience,
            subject=subject,
            title=title,
            questionnaire=questionnaire,
            version="",
            opens_at=now,
            closes_at=until,
            # On arrival the same sheet is filled in from a sign on the wall; who waits for a place is not there.
            link_version=int(linked or (moment == rules.BEFORE and audience != rules.WAITING)),
        ),
        actor=actor,
        now=now,
    )


def open_to_all(
    session: Session,
    *,
    initiative: Initiative,
    title: str,
    questionnaire: str,
    closes_at: datetime,
    actor: str,
    now: datetime,
) -> Survey:
    """A survey of the initiative itself, for whoever has its link. Raises NoQuestions."""
    survey = Survey(
        initiative_id=initiative.id,
        moment=rules.OPEN_TO_ALL,
        audience=rules.ANYBODY,
        subject=new_id(),
        title=title,
        questionnaire=questionnaire,
        version="",
        opens_at=now,
        closes_at=closes_at,
        link_version=1,
    )
    return _open(session, survey, actor=actor, now=now)


def part_subject(offer: str, questionnaire: str) -> str:
    """What tells the surveys on parts of a dialogue apart: one for each part and questionnaire, however often it is opened."""
    return sha256(f"{offer}|{questionnaire}".encode()).hexdigest()[:16]


def _open(session: Session, survey: Survey, *, actor: str, now: datetime) -> Survey:
    asked = queries.questions_for(
        session, questionnaire=survey.questionnaire, moment=survey.moment, audience=survey.audience
    )
    if not asked:
        raise NoQuestions
    survey.questions = questions.as_json(asked)
    survey.version = questions.version(asked)
    session.add(survey)
    log(session, survey, "survey.open", actor=actor, now=now)
    session.flush()
    return survey


def answer(
    session: Session, *, asked: Asked, answers: Answers, now: datetime, traces: str = "", device: str = ""
) -> None:
    """Sets the mark and stores the sheet, together or not at all. Raises AlreadyAnswered or SurveyOver.

    The mark is set by one conditional statement, so of two answers sent at once exactly one is kept. Where one link
    serves everybody, `device` is the random word that this device or this sheet of paper has been given.
    """
    survey = queries.survey_for_change(session, asked.survey.id, shared=True)
    if not rules.takes_answers(state=survey.state, closes_at=survey.closes_at, now=now):
        raise SurveyOver
    sheet = {question.code: answers[question.code] for question in queries.asked_of(survey) if question.code in answers}
    for question in queries.asked_of(survey):
        if question.code in sheet and not questions.fits(replace(question, required=False), sheet[question.code]):
            raise ValueError(f"an answer that {question.code} does not know")
    if not _marked(session, asked, survey, device):
        raise AlreadyAnswered
    session.add(
        AnswerSheet(initiative_id=survey.initiative_id, survey_id=survey.id, key=new_id(), answers=sheet, traces=traces)
    )
    session.flush()


def _marked(session: Session, asked: Asked, survey: Survey, device: str) -> bool:
    """Sets the mark of an invitation or a device; False when it has been set before."""
    if asked.invitation is not None:
        marked: CursorResult[Any] = session.execute(  # type: ignore[assignment]
            update(SurveyInvitation)
            .where(col(SurveyInvitation.id) == asked.invitation.id, col(SurveyInvitation.answered).is_(False))
            .values(answered=True)
            .execution_options(synchronize_session=False)
        )
        return marked.rowcount > 0
    row = {"initiative_id": survey.initiative_id, "survey_id": survey.id, "mark": device_mark(survey, device)}
    if queries.is_marked(session, survey, row["mark"]):
        return False
    try:
        with session.begin_nested():
            session.execute(insert(SurveyMark), [row])
    except IntegrityError:
        return False
    return True


def device_mark(survey: Survey, device: str) -> str:
    """What is kept of a device's random word: nothing that leads to another survey."""
    return keyed_hash("survey-mark", f"{survey.id}|{device}")


def end_kiosk(session: Session, *, survey: Survey, now: datetime, actor: str) -> Survey:
    """Ends the link of the tablets; from now on another one opens the survey there."""
    survey = queries.survey_for_change(session, survey.id)
    survey.kiosk_version += 1
    session.add(survey)
    log(session, survey, "survey.kiosk", actor=actor, now=now)
    session.flush()
    return survey


def show_result(session: Session, *, survey: Survey, now: datetime, actor: str) -> Survey:
    """Closes a survey in the room and shows its result to whoever has the link."""
    survey = close_survey(session, survey=survey, now=now, actor=actor)
    if survey.shown_at is None:
        survey.shown_at = now
        session.add(survey)
        log(session, survey, "survey.show", actor=actor, now=now)
        session.flush()
    return survey
