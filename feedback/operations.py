"""Every change of surveys. An answer writes no audit row, no time and no stored form key."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, delete, insert, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from events.models import Dialogue
from events.operations import lock_dialogue
from feedback import library, queries, questions, rules, suppression
from feedback.models import AnswerSheet, Survey, SurveyInvitation, SurveyMark, SurveyPlan, SurveyResult
from feedback.queries import Asked
from feedback.questions import Answers
from feedback.rules import AFTER, CAME, CLOSED
from kit.errors import Refused
from kit.i18n import _
from kit.ids import new_id
from kit.journal import SYSTEM, audit
from kit.tokens import keyed_hash
from network.models import Initiative

_random = random.SystemRandom()


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


class NothingToRelease(Refused):
    """There are no texts to look through, or somebody else has done so meanwhile."""

    def default(self) -> str:
        return _("Hier sind keine Texte mehr durchzusehen. Bitte laden Sie die Seite neu.")


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
    if questionnaire and not queries.questions_for(session, questionnaire=questionnaire, moment=moment):
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
            # On arrival the same sheet is filled in from a sign on the wall.
            link_version=int(linked or moment == rules.BEFORE),
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


def _open(session: Session, survey: Survey, *, actor: str, now: datetime) -> Survey:
    asked = queries.questions_for(session, questionnaire=survey.questionnaire, moment=survey.moment)
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


def show_result(session: Session, *, survey: Survey, now: datetime, actor: str) -> Survey:
    """Closes a survey in the room and shows its result to whoever has the link."""
    survey = close_survey(session, survey=survey, now=now, actor=actor)
    if survey.shown_at is None:
        survey.shown_at = now
        session.add(survey)
        log(session, survey, "survey.show", actor=actor, now=now)
        session.flush()
    return survey


def shuffle(session: Session, *, survey: Survey) -> None:
    """Rewrites the marks and the answers of an open survey in random order, the answers under new random keys.

    Afterwards neither place, nor order, nor transaction number says which answer came with which mark.
    """
    survey = queries.survey_for_change(session, survey.id)
    if survey.state != CLOSED:
        _rewrite(session, survey, keep_texts=True)


def close_survey(session: Session, *, survey: Survey, now: datetime, actor: str = SYSTEM) -> Survey:
    """Closes a survey, freezes its result and shuffles it for good. A closed one stays as it is.

    Texts that nobody may ever read, below the threshold, are deleted.
    """
    survey = queries.survey_for_change(session, survey.id)
    if survey.state == CLOSED:
        return survey
    enough = suppression.texts_may(len(queries.sheets(session, survey.id)))
    sheets = _rewrite(session, survey, keep_texts=enough)
    session.add(
        SurveyResult(
            initiative_id=survey.initiative_id,
            survey_id=survey.id,
            figures=rules.figures_shown(queries.asked_of(survey), sheets),
            texts=rules.texts_shown(queries.asked_of(survey), sheets),
        )
    )
    survey.state = CLOSED
    survey.closed_at = now
    survey.answer_count = len(sheets)
    survey.invited = len(queries.marks(session, survey.id))
    session.add(survey)
    log(session, survey, "survey.close", actor=actor, now=now, detail=str(len(sheets)))
    session.flush()
    return survey


def release_texts(session: Session, *, survey: Survey, texts: Sequence[str], actor: str, now: datetime) -> None:
    """Keeps the texts out of which names were taken, and nothing of what they were. Raises NothingToRelease.

    Whoever reads later sees these alone; an emptied one is left out.
    """
    result = queries.result_for_change(session, survey.id)
    if result is None or len(texts) != len(result.texts) or result.released is not None:
        raise NothingToRelease
    result.released = [each for each in texts if each]
    result.texts = []
    session.add(result)
    _rewrite(session, queries.survey_for_change(session, survey.id), keep_texts=False)
    log(session, survey, "survey.release", actor=actor, now=now, detail=str(len(result.released)))
    session.flush()


def _rewrite(session: Session, survey: Survey, *, keep_texts: bool) -> list[dict[str, Any]]:
    """Deletes and inserts all marks and sheets in random order. Returns the answers in theirs."""
    own = {"initiative_id": survey.initiative_id, "survey_id": survey.id}
    written = {question.code for question in queries.asked_of(survey) if question.kind in questions.WRITTEN}
    marks = [
        {
            **own,
            "id": mark.id,
            "registration_id": mark.registration_id,
            "token_version": mark.token_version,
            "answered": mark.answered,
            "reminded": mark.reminded,
        }
        for mark in queries.marks(session, survey.id)
    ]
    devices = [{**own, "mark": mark.mark} for mark in queries.device_marks(session, survey.id)]
    sheets: list[dict[str, Any]] = [
        {
            **own,
            "key": new_id(),
            "answers": sheet.answers
            if keep_texts
            else {**sheet.answers, **dict.fromkeys(written & sheet.answers.keys())},
            "traces": sheet.traces,
        }
        for sheet in queries.sheets(session, survey.id)
    ]
    tables: list[tuple[Any, list[dict[str, Any]]]]
    tables = [(SurveyInvitation, marks), (SurveyMark, devices), (AnswerSheet, sheets)]
    for model, rows in tables:
        _random.shuffle(rows)
        session.execute(
            delete(model).where(col(model.survey_id) == survey.id).execution_options(synchronize_session=False)
        )
        if rows:
            session.execute(insert(model), rows)
    return [row["answers"] for row in sheets]


def log(session: Session, survey: Survey, action: str, *, actor: str, now: datetime, detail: str = "") -> None:
    audit(
        session,
        initiative_id=survey.initiative_id,
        actor=actor,
        action=action,
        object_kind="survey",
        object_id=survey.id,
        now=now,
        detail=detail,
    )
