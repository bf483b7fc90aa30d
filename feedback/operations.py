"""Every change of surveys. An answer writes no audit row, no time and no stored form key."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, delete, insert, update
from sqlmodel import Session, col

from events import queries as events
from events.models import Dialogue, HeardReport
from events.operations import lock_dialogue
from feedback import letters, queries, rules, suppression
from feedback.models import AnswerSheet, Survey, SurveyInvitation, SurveyResult
from feedback.queries import Asked, Rated
from feedback.rules import CLOSED, Answers
from kit.errors import Refused
from kit.i18n import _
from kit.ids import new_id
from kit.journal import SYSTEM, audit
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


class NotOver(Refused):
    """What was heard is told afterwards."""

    def default(self) -> str:
        return _("Der Dialog ist noch nicht vorbei. Danach können Sie erzählen, was Sie gehört haben.")


class NothingWritten(Refused):
    """There is no report to publish or to withdraw."""

    def default(self) -> str:
        return _("Hier steht noch kein Text. Bitte schreiben Sie ihn zuerst.")


class FigureHidden(Refused):
    """This question had too few answers, or its survey still runs."""

    def default(self) -> str:
        return _("Diese Zahl darf niemand sehen, weil es zu wenige Antworten gibt oder die Umfrage noch läuft.")


def open_survey(session: Session, *, dialogue: Dialogue, now: datetime, actor: str = SYSTEM) -> Survey:
    """The survey of a dialogue, opened now for its `survey_days` if there is none yet."""
    found = queries.survey_of_dialogue(session, dialogue.id)
    if found is not None:
        return found
    survey = Survey(
        initiative_id=dialogue.initiative_id,
        dialogue_id=dialogue.id,
        instrument=rules.INSTRUMENT,
        opens_at=now,
        closes_at=now + timedelta(days=dialogue.survey_days),
    )
    session.add(survey)
    _log(session, survey, "survey.open", actor=actor, now=now)
    session.flush()
    return survey


def invite(session: Session, *, survey: Survey, limit: int, now: datetime, actor: str = SYSTEM) -> int:
    """Asks up to `limit` registrations that came and were not asked yet, each by one letter. Returns how many."""
    # Held as whoever erases a registration holds it: no letter is written to somebody who goes meanwhile.
    dialogue = lock_dialogue(session, survey.dialogue_id)
    survey = queries.survey_for_change(session, survey.id)
    if not rules.takes_answers(state=survey.state, closes_at=survey.closes_at, now=now):
        return 0
    registrations = queries.came_without_invitation(session, survey, limit=limit)
    if not registrations:
        return 0
    initiative = session.get_one(Initiative, survey.initiative_id)
    for registration in registrations:
        invitation = SurveyInvitation(
            initiative_id=survey.initiative_id, survey_id=survey.id, registration_id=registration.id
        )
        session.add(invitation)
        session.flush()
        letters.ask(
            session,
            invitation=invitation,
            survey=survey,
            registration=registration,
            dialogue=dialogue,
            initiative=initiative,
            now=now,
        )
    _log(session, survey, "survey.invite", actor=actor, now=now, detail=str(len(registrations)))
    return len(registrations)


def answer(session: Session, *, asked: Asked, value: Answers, now: datetime) -> None:
    """Sets the mark and stores the sheet, together or not at all. Raises AlreadyAnswered or SurveyOver.

    The mark is set by one conditional statement, so of two answers sent at once exactly one is kept.
    """
    survey = queries.survey_for_change(session, asked.survey.id, shared=True)
    if not rules.takes_answers(state=survey.state, closes_at=survey.closes_at, now=now):
        raise SurveyOver
    marked: CursorResult[Any] = session.execute(  # type: ignore[assignment]
        update(SurveyInvitation)
        .where(col(SurveyInvitation.id) == asked.invitation.id, col(SurveyInvitation.answered).is_(False))
        .values(answered=True)
        .execution_options(synchronize_session=False)
    )
    if marked.rowcount == 0:
        raise AlreadyAnswered
    session.add(
        AnswerSheet(initiative_id=survey.initiative_id, survey_id=survey.id, key=new_id(), answers=_as_stored(value))
    )
    session.flush()


def _as_stored(value: Answers) -> dict[str, Any]:
    return {rules.STARS: value.stars, "heard": value.heard, "critical": value.critical, rules.TEXT: value.text}


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
            figures=rules.figures_shown(sheets, instrument=survey.instrument),
            texts=rules.texts_shown(sheets),
        )
    )
    survey.state = CLOSED
    survey.closed_at = now
    survey.answer_count = len(sheets)
    survey.invited = len(queries.marks(session, survey.id))
    session.add(survey)
    _log(session, survey, "survey.close", actor=actor, now=now, detail=str(len(sheets)))
    session.flush()
    return survey


def save_report(
    session: Session, *, rated: Rated, text: str, figures: Sequence[str], actor: str, now: datetime
) -> HeardReport:
    """Keeps what was heard at a dialogue; what is published already changes at once.

    Raises NotOver, and FigureHidden for a question that may not be shown.
    """
    dialogue = rated.dialogue
    if dialogue.ends_at > now:
        raise NotOver
    if not set(figures) <= queries.figures_of(session, rated).keys():
        raise FigureHidden
    report = events.heard_report(session, dialogue.id)
    if report is None:
        report = HeardReport(initiative_id=dialogue.initiative_id, dialogue_id=dialogue.id, text=text, changed_at=now)
    report.text, report.figures, report.changed_at = text, list(figures), now
    session.add(report)
    session.flush()
    _told(session, rated, report, "heard.save", actor=actor, now=now)
    return report


def publish_report(session: Session, *, rated: Rated, actor: str, now: datetime) -> None:
    """Shows the report on the dialogue's page. Raises NothingWritten."""
    report = _written(session, rated)
    if report.published_at is None:
        report.published_at = now
        _told(session, rated, report, "heard.publish", actor=actor, now=now)


def withdraw_report(session: Session, *, rated: Rated, actor: str, now: datetime) -> None:
    """Takes the report off the dialogue's page; it stays as a draft. Raises NothingWritten."""
    report = _written(session, rated)
    if report.published_at is not None:
        report.published_at = None
        _told(session, rated, report, "heard.withdraw", actor=actor, now=now)


def _written(session: Session, rated: Rated) -> HeardReport:
    report = events.heard_report(session, rated.dialogue.id)
    if report is None:
        raise NothingWritten
    return report


def _told(session: Session, rated: Rated, report: HeardReport, action: str, *, actor: str, now: datetime) -> None:
    """Kept copies of the public page end with the dialogue's activity."""
    session.execute(
        update(Dialogue).where(col(Dialogue.id) == rated.dialogue.id).values(activity=Dialogue.activity + 1)
    )
    audit(
        session,
        initiative_id=report.initiative_id,
        actor=actor,
        action=action,
        object_kind="dialogue",
        object_id=report.dialogue_id,
        now=now,
    )


def _rewrite(session: Session, survey: Survey, *, keep_texts: bool) -> list[dict[str, Any]]:
    """Deletes and inserts all marks and sheets in random order. Returns the answers in theirs."""
    own = {"initiative_id": survey.initiative_id, "survey_id": survey.id}
    marks = [
        {
            **own,
            "id": mark.id,
            "registration_id": mark.registration_id,
            "token_version": mark.token_version,
            "answered": mark.answered,
        }
        for mark in queries.marks(session, survey.id)
    ]
    answers = [
        sheet.answers if keep_texts else {**sheet.answers, rules.TEXT: ""}
        for sheet in queries.sheets(session, survey.id)
    ]
    _random.shuffle(marks)
    _random.shuffle(answers)
    for model, rows in (
        (SurveyInvitation, marks),
        (AnswerSheet, [{**own, "key": new_id(), "answers": sheet} for sheet in answers]),
    ):
        session.execute(
            delete(model).where(col(model.survey_id) == survey.id).execution_options(synchronize_session=False)
        )
        if rows:
            session.execute(insert(model), rows)
    return answers


def _log(session: Session, survey: Survey, action: str, *, actor: str, now: datetime, detail: str = "") -> None:
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
