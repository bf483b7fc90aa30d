"""What is asked of surveys, their answers and their results. The thresholds are enforced here: pages and export cannot show
more than they allow, and no other module reads answers.

What is due, planned, compared or open to the public is asked in `due`, `planning_queries`, `comparison` and `open_results`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, and_, col, func, or_, select

from events import queries as events
from events.models import Dialogue
from feedback import library
from feedback.models import (
    AnswerSheet,
    Insight,
    Questionnaire,
    Survey,
    SurveyFigure,
    SurveyInvitation,
    SurveyMark,
    SurveyPlan,
    SurveyResult,
)
from feedback.questions import Question, from_json, with_twins
from feedback.results import AnyFigure, as_json, read
from feedback.rules import (
    AFTER,
    CAME,
    CLOSED,
    OPEN,
    Counting,
    Result,
    Voice,
)
from feedback.suppression import FIGURES_FROM, TEXTS_FROM, figures_may, texts_may, way_may
from kit.tokens import Presented, derive, present
from network.models import Initiative
from registration.models import Registration


@dataclass(frozen=True)
class Asked:
    """What a link opens: the invitation of one registration, or without one the survey for whoever has the link.

    A survey of the initiative itself has no dialogue.
    """

    invitation: SurveyInvitation | None
    survey: Survey
    dialogue: Dialogue | None
    initiative: Initiative


@dataclass(frozen=True)
class Rated:
    """A dialogue, its initiative, and its survey if it has one."""

    dialogue: Dialogue
    initiative: Initiative
    survey: Survey | None


def asked_by_token(session: Session, token: str) -> Asked | None:
    """What a link of a letter or on a wall opens; None when it proves nothing."""
    presented = present(token)
    return None if presented is None else _invited(session, presented) or _linked(session, presented)


def _invited(session: Session, presented: Presented) -> Asked | None:
    row = session.exec(
        select(SurveyInvitation, Survey, Dialogue, Initiative)
        .join(Survey, col(Survey.id) == SurveyInvitation.survey_id)
        .join(Dialogue, col(Dialogue.id) == Survey.dialogue_id)
        .join(Initiative, col(Initiative.id) == SurveyInvitation.initiative_id)
        .join(Registration, col(Registration.id) == SurveyInvitation.registration_id)
        # Whoever had their data erased is asked nothing any more.
        .where(SurveyInvitation.id == presented.object_id, col(Registration.erased_at).is_(None))
    ).first()
    return Asked(*row) if row is not None and presented.proves("survey", row[0].token_version) else None


def _linked(session: Session, presented: Presented) -> Asked | None:
    row = session.exec(
        select(Survey, Dialogue, Initiative)
        .outerjoin(Dialogue, col(Dialogue.id) == Survey.dialogue_id)
        .join(Initiative, col(Initiative.id) == Survey.initiative_id)
        .where(Survey.id == presented.object_id, Survey.link_version > 0)
    ).first()
    return Asked(None, *row) if row is not None and presented.proves("survey_link", row[0].link_version) else None


def link_token(survey: Survey) -> str:
    """The link for whoever is in the room, without a name: the same for all."""
    return derive("survey_link", survey.id, survey.link_version)


def of_those_who_came() -> Any:
    """Joins a dialogue with the survey of those who came."""
    return and_(
        col(Survey.dialogue_id) == Dialogue.id,
        col(Survey.moment) == AFTER,
        col(Survey.audience) == CAME,
        col(Survey.subject) == "",
    )


def rated_by_slug(session: Session, *, initiative: str, slug: str) -> Rated | None:
    """A dialogue of an initiative by their slugs."""
    row = session.exec(
        select(Dialogue, Initiative, Survey)
        .join(Initiative, col(Initiative.id) == Dialogue.initiative_id)
        .outerjoin(Survey, of_those_who_came())
        .where(Initiative.slug == initiative, Dialogue.slug == slug)
    ).first()
    return None if row is None else Rated(*row)


def survey_of_dialogue(
    session: Session, dialogue_id: str, *, moment: str = AFTER, audience: str = CAME, subject: str = ""
) -> Survey | None:
    """The survey of one moment; without a word on it the one to those who came."""
    return session.exec(
        select(Survey).where(
            Survey.dialogue_id == dialogue_id,
            Survey.moment == moment,
            Survey.audience == audience,
            Survey.subject == subject,
        )
    ).first()


def surveys_of_dialogue(session: Session, dialogue_id: str) -> list[Survey]:
    """All surveys of a dialogue that have begun, in the order of their beginning."""
    return list(
        session.exec(
            select(Survey).where(Survey.dialogue_id == dialogue_id).order_by(col(Survey.opens_at), col(Survey.id))
        )
    )


def plans_of_dialogue(session: Session, dialogue_id: str) -> list[SurveyPlan]:
    return list(session.exec(select(SurveyPlan).where(SurveyPlan.dialogue_id == dialogue_id).order_by(SurveyPlan.id)))


def plan_of(session: Session, dialogue_id: str, *, moment: str, audience: str, subject: str = "") -> SurveyPlan | None:
    return session.exec(
        select(SurveyPlan).where(
            SurveyPlan.dialogue_id == dialogue_id,
            SurveyPlan.moment == moment,
            SurveyPlan.audience == audience,
            SurveyPlan.subject == subject,
        )
    ).first()


def questionnaires(session: Session, initiative_id: str) -> list[Questionnaire]:
    """The initiative's own questionnaires by name."""
    return list(
        session.exec(
            select(Questionnaire)
            .where(Questionnaire.initiative_id == initiative_id)
            .order_by(Questionnaire.name, Questionnaire.id)
        )
    )


def questions_for(session: Session, *, questionnaire: str, moment: str, audience: str = CAME) -> tuple[Question, ...]:
    """The questions of a questionnaire, of the library or the initiative's own; empty when it is gone."""
    found = library.questions_of(questionnaire, moment, audience)
    if found is not None:
        return found
    own = session.get(Questionnaire, questionnaire)
    return from_json(own.questions) if own is not None else ()


def asked_of(survey: Survey) -> tuple[Question, ...]:
    """Whatever a sheet of this survey may hold an answer to, plain language included."""
    return with_twins(questions_of(survey))


def traces_of_dialogue(session: Session, dialogue_id: str) -> set[str]:
    """The hashes by which sheets about a dialogue find each other."""
    found = session.exec(
        select(AnswerSheet.traces)
        .join(Survey, col(Survey.id) == AnswerSheet.survey_id)
        .where(Survey.dialogue_id == dialogue_id)
    )
    return {trace for traces in found for trace in traces.split()}


def is_marked(session: Session, survey: Survey, mark: str) -> bool:
    return session.get(SurveyMark, (survey.id, mark)) is not None


def questions_of(survey: Survey) -> tuple[Question, ...]:
    """What this survey asks, as at its opening."""
    return from_json(survey.questions)


def survey_for_change(session: Session, survey_id: str, *, shared: bool = False) -> Survey:
    """The survey as it stands now, locked: shared by those who answer, alone by who closes or shuffles."""
    return session.exec(
        select(Survey)
        .where(Survey.id == survey_id)
        .with_for_update(read=shared)
        .execution_options(populate_existing=True)
    ).one()


def results(session: Session, survey: Survey) -> Counting | Result:
    """What anybody may know about a survey now.

    While it is open: the number of answers. Afterwards: what was frozen at closing. There is no filter and no
    breakdown, so no two answers of this function differ by single persons.
    """
    return results_of(session, [survey])[survey.id]


def results_of(session: Session, surveys: Sequence[Survey]) -> dict[str, Counting | Result]:
    """The same of several surveys by their ids, with as many statements for many as for one."""
    counts = _counts(session, [survey.id for survey in surveys if survey.state == OPEN])
    closed = [survey.id for survey in surveys if survey.state != OPEN]
    rows = session.exec(select(SurveyResult).where(col(SurveyResult.survey_id).in_(closed))) if closed else ()
    frozen = {row.survey_id: row for row in rows}
    return {
        survey.id: Counting(*counts[survey.id], closes_at=survey.closes_at)
        if survey.state == OPEN
        else _result(survey, frozen[survey.id])
        for survey in surveys
    }


def _result(survey: Survey, frozen: SurveyResult) -> Result:
    assert survey.closed_at is not None
    return Result(
        answers=survey.answer_count,
        invited=survey.invited,
        closed_at=survey.closed_at,
        figures=read(frozen.figures),
        breakdowns=frozen.breakdowns,
        changes=frozen.changes,
        texts=voices(frozen.released or ()),
        unread=len(frozen.texts),
        by_invitation=by_invitation(survey),
    )


def by_invitation(survey: Survey) -> int | None:
    """How many answers of a closed survey came by invitation, where that may be told."""
    return survey.by_invitation if way_may(survey.by_invitation, survey.answer_count) else None


def voices(stored: Sequence[Any]) -> tuple[Voice, ...]:
    """Texts as they are kept: with the code of their question, older ones without."""
    return tuple(Voice("", each) if isinstance(each, str) else Voice(*each) for each in stored)


def figures_of(session: Session, rated: Rated) -> Mapping[str, AnyFigure]:
    """The figures of a dialogue that may be shown to anybody, by question; none while its survey is open."""
    shown = results(session, rated.survey) if rated.survey is not None else None
    return shown.figures if isinstance(shown, Result) else {}


def rated_in_public(session: Session, slug: str) -> Rated | None:
    """A dialogue with a public page, by its slug."""
    dialogue = events.shown_by_slug(session, slug)
    if dialogue is None:
        return None
    initiative = session.get_one(Initiative, dialogue.initiative_id)
    return Rated(dialogue, initiative, survey_of_dialogue(session, dialogue.id))


def exported(session: Session) -> Iterator[dict[str, Any]]:
    """The lines `survey` and `answer_count` of the export: figures only of closed surveys with enough answers."""
    for survey in session.exec(select(Survey).order_by(Survey.id)):
        shown = results(session, survey)
        common = {"initiative": survey.initiative_id, "state": survey.state, "dialogue_id": survey.dialogue_id}
        yield {
            "kind": "survey",
            "id": survey.id,
            **common,
            "opens_at": survey.opens_at.isoformat(),
            "closes_at": survey.closes_at.isoformat(),
            "moment": survey.moment,
            "audience": survey.audience,
            "questionnaire": survey.questionnaire,
            "version": survey.version,
            "invited": shown.invited,
            "by_invitation": None if isinstance(shown, Counting) else shown.by_invitation,
            "figures": {}
            if isinstance(shown, Counting)
            else {code: as_json(found) for code, found in shown.figures.items()},
        }
        yield {"kind": "answer_count", "id": survey.id, "survey_id": survey.id, **common, "answers": shown.answers}


def breaches(session: Session) -> Iterator[str]:
    """Sentences about surveys whose rows contradict each other, for check-invariants."""
    for survey in session.exec(select(Survey).order_by(Survey.id)):
        answers, invited = _counted(session, survey.id)
        used = answered_by_invitation(session, survey.id)
        marked = used + len(device_marks(session, survey.id))
        frozen = session.exec(select(SurveyResult).where(SurveyResult.survey_id == survey.id)).first()
        if marked != answers:
            yield f"survey {survey.id}: {marked} marked as answered, {answers} answer sheets"
        if (frozen is not None) != (survey.state == CLOSED):
            yield f"survey {survey.id}: {survey.state}, but its result is {'there' if frozen else 'missing'}"
        if survey.state == CLOSED and (survey.answer_count, survey.invited) != (answers, invited):
            yield f"survey {survey.id}: closed with {survey.answer_count} answers, now {answers}"
        if survey.state == CLOSED and survey.by_invitation != used:
            yield f"survey {survey.id}: closed with {survey.by_invitation} used invitations, now {used}"
        few = not figures_may(survey.answer_count)
        if frozen is not None and few and any((frozen.figures, frozen.texts, frozen.released, frozen.changes)):
            yield f"survey {survey.id}: a result below {FIGURES_FROM} answers"
        elif frozen is not None and not texts_may(survey.answer_count) and any((frozen.texts, frozen.released)):
            yield f"survey {survey.id}: texts below {TEXTS_FROM} answers"
    too_early = select(SurveyFigure.survey_id).join(Survey, col(Survey.id) == SurveyFigure.survey_id)
    for survey_id in session.exec(too_early.where(or_(SurveyFigure.number < FIGURES_FROM, Survey.state != CLOSED))):
        yield f"survey {survey_id}: compared although it is open or below {FIGURES_FROM} answers"


def _counted(session: Session, survey_id: str) -> tuple[int, int]:
    """Answers and invitations of one survey."""
    return _counts(session, [survey_id])[survey_id]


def _counts(session: Session, ids: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Answers and invitations by survey."""
    if not ids:
        return {}
    sides = [
        dict(
            session.exec(
                select(table.survey_id, func.count()).where(col(table.survey_id).in_(ids)).group_by(table.survey_id)
            ).all()
        )
        for table in (AnswerSheet, SurveyInvitation)
    ]
    return {survey_id: (sides[0].get(survey_id, 0), sides[1].get(survey_id, 0)) for survey_id in ids}


# For operations; never for a page.


def sheets(session: Session, survey_id: str) -> list[AnswerSheet]:
    """All answers of a survey, to be shuffled and frozen; never for a page."""
    return list(session.exec(select(AnswerSheet).where(AnswerSheet.survey_id == survey_id)))


def traced_dialogues(session: Session) -> list[Dialogue]:
    """The dialogues of which sheets still hold what pairs are made of."""
    traced = (
        select(Survey.dialogue_id)
        .join(AnswerSheet, col(AnswerSheet.survey_id) == Survey.id)
        .where(AnswerSheet.traces != "")
    )
    return list(session.exec(select(Dialogue).where(col(Dialogue.id).in_(traced))))


def marks(session: Session, survey_id: str) -> list[SurveyInvitation]:
    return list(session.exec(select(SurveyInvitation).where(SurveyInvitation.survey_id == survey_id)))


def answered_by_invitation(session: Session, survey_id: str) -> int:
    """How many invitations have been used; which answers they brought is nowhere."""
    return session.exec(
        select(func.count())
        .select_from(SurveyInvitation)
        .where(SurveyInvitation.survey_id == survey_id, col(SurveyInvitation.answered))
    ).one()


def device_marks(session: Session, survey_id: str) -> list[SurveyMark]:
    return list(session.exec(select(SurveyMark).where(SurveyMark.survey_id == survey_id)))


def result_for_change(session: Session, survey_id: str) -> SurveyResult | None:
    return session.exec(
        select(SurveyResult)
        .where(SurveyResult.survey_id == survey_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()


def unread_texts(session: Session, survey: Survey) -> tuple[str, ...]:
    """The texts of a closed survey before names are taken out, for those alone who do that."""
    frozen = session.exec(select(SurveyResult).where(SurveyResult.survey_id == survey.id)).first()
    return tuple(voice.text for voice in voices(frozen.texts)) if frozen is not None else ()


def insight_of(session: Session, dialogue_id: str) -> Insight | None:
    """What was learned at a dialogue, ready or not."""
    return session.exec(select(Insight).where(Insight.dialogue_id == dialogue_id)).first()
