"""The end of a survey: it is closed and frozen, its texts are released, its rows are rewritten in random order."""

import random
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert
from sqlmodel import Session, col

from feedback import breakdowns, comparison, freezing, queries, questions, results
from feedback.models import AnswerSheet, Survey, SurveyInvitation, SurveyMark, SurveyResult
from feedback.rules import CLOSED, Voice
from feedback.suppression import figures_may
from kit.errors import Refused
from kit.i18n import _
from kit.ids import new_id
from kit.journal import SYSTEM, audit
from kit.tokens import keyed_hash

_random = random.SystemRandom()
# So many texts are looked through on one page.
TEXTS_AT_ONCE = 100


class NothingToRelease(Refused):
    """There are no texts to look through, or somebody else has done so meanwhile."""

    def default(self) -> str:
        return _("Hier sind keine Texte mehr durchzusehen. Bitte laden Sie die Seite neu.")


def close_survey(session: Session, *, survey: Survey, now: datetime, actor: str = SYSTEM) -> Survey:
    """Closes a survey, freezes its result and shuffles it for good. A closed one stays as it is.

    What nobody may ever see, below the threshold, is deleted: texts, and with fewer than five sheets all answers.
    """
    survey = queries.survey_for_change(session, survey.id)
    if survey.state == CLOSED:
        return survey
    asked = queries.asked_of(survey)
    found = [sheet.answers for sheet in queries.sheets(session, survey.id)]
    rows = _rewrite(session, survey, keep_texts=results.readable(asked, found), empty=not figures_may(len(found)))
    sheets = [row["answers"] for row in rows]
    figures = results.figures_shown(asked, sheets)
    texts = results.texts_shown(asked, sheets)
    # Two texts of one person do not stand side by side.
    _random.shuffle(texts)
    groups = breakdowns.broken_down(asked, sheets) if figures else {}
    session.add(
        SurveyResult(
            initiative_id=survey.initiative_id,
            survey_id=survey.id,
            figures=figures,
            texts=texts,
            breakdowns=groups,
            changes=freezing.changes_of(session, survey, rows, groups) if figures else {},
        )
    )
    session.add_all(comparison.figures_of(session, survey, results.read(figures)))
    survey.state = CLOSED
    survey.closed_at = now
    survey.answer_count = len(sheets)
    survey.invited = len(queries.marks(session, survey.id))
    survey.by_invitation = queries.answered_by_invitation(session, survey.id)
    session.add(survey)
    log(session, survey, "survey.close", actor=actor, now=now, detail=str(len(sheets)))
    session.flush()
    return survey


def shuffle(session: Session, *, survey: Survey) -> None:
    """Rewrites the marks and the answers of an open survey in random order, the answers under new random keys.

    Afterwards neither place, nor order, nor transaction number says which answer came with which mark.
    """
    survey = queries.survey_for_change(session, survey.id)
    if survey.state != CLOSED:
        _rewrite(session, survey, keep_texts=_written(survey))


def forget_traces(session: Session, *, survey: Survey) -> None:
    """Takes off what pairs were made of, and rewrites the rows of a closed survey in random order."""
    survey = queries.survey_for_change(session, survey.id)
    _rewrite(session, survey, keep_texts=_written(survey), keep_traces=False)


def release_texts(
    session: Session, *, survey: Survey, texts: Sequence[str], actor: str, now: datetime, seen: str = ""
) -> None:
    """Keeps the texts out of which names were taken, and nothing of what they were. Raises NothingToRelease.

    Whoever reads later sees these alone; an emptied one is left out. Of more than TEXTS_AT_ONCE the first ones are
    released; `seen` is the mark of those that somebody looked through, so that nobody releases others.
    """
    result, changed, rest = _looked_through(session, survey, texts, seen)
    kept = [[code, text] for code, text in changed if text]
    result.released = [*(result.released or ()), *kept]
    result.texts = rest
    session.add(result)
    if not rest:
        _rewrite(session, queries.survey_for_change(session, survey.id), keep_texts=())
    log(session, survey, "survey.release", actor=actor, now=now, detail=str(len(kept)))
    session.flush()


def keep_edits(
    session: Session, *, survey: Survey, texts: Sequence[str], actor: str, now: datetime, seen: str = ""
) -> None:
    """Puts what somebody has changed so far in place of the texts; they still wait. Raises NothingToRelease.

    What was taken out is not kept beside it, so there are never more names here than before.
    """
    result, changed, rest = _looked_through(session, survey, texts, seen)
    result.texts = [*changed, *rest]
    session.add(result)
    log(session, survey, "survey.edit", actor=actor, now=now)
    session.flush()


def _looked_through(
    session: Session, survey: Survey, texts: Sequence[str], seen: str
) -> tuple[SurveyResult, list[list[str]], list[Any]]:
    """The result, the texts on the page as they now are with the codes of their questions, and those after them."""
    result = queries.result_for_change(session, survey.id)
    if result is None or not result.texts:
        raise NothingToRelease
    part, rest = queries.voices(result.texts[:TEXTS_AT_ONCE]), result.texts[TEXTS_AT_ONCE:]
    if len(texts) != len(part) or (seen and seen != texts_mark(part)):
        raise NothingToRelease
    return result, [[voice.code, text] for voice, text in zip(part, texts, strict=True)], rest


def texts_mark(texts: Sequence[Voice]) -> str:
    """Twelve signs for these texts in their order."""
    return keyed_hash("survey-texts", "|".join(f"{voice.code}:{voice.text}" for voice in texts))[:12]


def _written(survey: Survey) -> set[str]:
    return {question.code for question in queries.asked_of(survey) if question.kind in questions.WRITTEN}


def _rewrite(
    session: Session, survey: Survey, *, keep_texts: Collection[str], keep_traces: bool = True, empty: bool = False
) -> list[dict[str, Any]]:
    """Deletes and inserts all marks and sheets in random order, of texts those to these questions. Returns the sheets.

    `empty`: the sheets count and say nothing any more.
    """
    own = {"initiative_id": survey.initiative_id, "survey_id": survey.id}
    emptied = _written(survey).difference(keep_texts)
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
            "answers": {} if empty else {**sheet.answers, **dict.fromkeys(emptied & sheet.answers.keys())},
            "traces": sheet.traces if keep_traces and not empty else "",
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
    return sheets


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
