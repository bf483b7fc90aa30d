"""Every SELECT about surveys. The thresholds are enforced here: pages and export cannot show more than they allow."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from events import queries as events
from events.models import Dialogue
from feedback.models import AnswerSheet, Survey, SurveyInvitation, SurveyResult
from feedback.rules import ASK_WITHIN, CLOSED, OPEN, Counting, Figure, Result, figure
from feedback.suppression import FIGURES_FROM, figures_may
from kit.tokens import present
from network.models import Initiative
from registration.models import Arrival, Registration


@dataclass(frozen=True)
class Asked:
    """One invitation with what it belongs to."""

    invitation: SurveyInvitation
    survey: Survey
    dialogue: Dialogue
    initiative: Initiative


@dataclass(frozen=True)
class Rated:
    """A dialogue, its initiative, and its survey if it has one."""

    dialogue: Dialogue
    initiative: Initiative
    survey: Survey | None


def asked_by_token(session: Session, token: str) -> Asked | None:
    """The invitation that a link of a letter names; None when the link proves nothing."""
    presented = present(token)
    if presented is None:
        return None
    row = session.exec(
        select(SurveyInvitation, Survey, Dialogue, Initiative)
        .join(Survey, col(Survey.id) == SurveyInvitation.survey_id)
        .join(Dialogue, col(Dialogue.id) == Survey.dialogue_id)
        .join(Initiative, col(Initiative.id) == SurveyInvitation.initiative_id)
        .join(Registration, col(Registration.id) == SurveyInvitation.registration_id)
        # Whoever had their data erased is asked nothing any more.
        .where(SurveyInvitation.id == presented.object_id, col(Registration.erased_at).is_(None))
    ).first()
    if row is None or not presented.proves("survey", row[0].token_version):
        return None
    return Asked(*row)


def rated_by_slug(session: Session, *, initiative: str, slug: str) -> Rated | None:
    """A dialogue of an initiative by their slugs."""
    row = session.exec(
        select(Dialogue, Initiative, Survey)
        .join(Initiative, col(Initiative.id) == Dialogue.initiative_id)
        .outerjoin(Survey, col(Survey.dialogue_id) == Dialogue.id)
        .where(Initiative.slug == initiative, Dialogue.slug == slug)
    ).first()
    return None if row is None else Rated(*row)


def survey_of_dialogue(session: Session, dialogue_id: str) -> Survey | None:
    return session.exec(select(Survey).where(Survey.dialogue_id == dialogue_id)).first()


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
    if survey.state == OPEN:
        answers, invited = _counted(session, survey.id)
        return Counting(answers=answers, invited=invited, closes_at=survey.closes_at)
    frozen = session.exec(select(SurveyResult).where(SurveyResult.survey_id == survey.id)).one()
    assert survey.closed_at is not None
    return Result(
        answers=survey.answer_count,
        invited=survey.invited,
        closed_at=survey.closed_at,
        figures={code: figure(stored) for code, stored in frozen.figures.items()},
        texts=tuple(frozen.texts),
    )


def figures_of(session: Session, rated: Rated) -> Mapping[str, Figure]:
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
            "instrument": survey.instrument,
            "invited": shown.invited,
            "figures": {}
            if isinstance(shown, Counting)
            else {code: {"counts": list(found.counts), "mean": found.mean} for code, found in shown.figures.items()},
        }
        yield {"kind": "answer_count", "id": survey.id, "survey_id": survey.id, **common, "answers": shown.answers}


def breaches(session: Session) -> Iterator[str]:
    """Sentences about surveys whose rows contradict each other, for check-invariants."""
    for survey in session.exec(select(Survey).order_by(Survey.id)):
        answers, invited = _counted(session, survey.id)
        marked = session.exec(
            select(func.count())
            .select_from(SurveyInvitation)
            .where(SurveyInvitation.survey_id == survey.id, col(SurveyInvitation.answered))
        ).one()
        frozen = session.exec(select(SurveyResult).where(SurveyResult.survey_id == survey.id)).first()
        if marked != answers:
            yield f"survey {survey.id}: {marked} marked as answered, {answers} answer sheets"
        if (frozen is not None) != (survey.state == CLOSED):
            yield f"survey {survey.id}: {survey.state}, but its result is {'there' if frozen else 'missing'}"
        if survey.state == CLOSED and (survey.answer_count, survey.invited) != (answers, invited):
            yield f"survey {survey.id}: closed with {survey.answer_count} answers, now {answers}"
        if frozen is not None and not figures_may(survey.answer_count) and (frozen.figures or frozen.texts):
            yield f"survey {survey.id}: a result below {FIGURES_FROM} answers"


def _counted(session: Session, survey_id: str) -> tuple[int, int]:
    """Answers and invitations of one survey."""
    answers = session.exec(
        select(func.count()).select_from(AnswerSheet).where(AnswerSheet.survey_id == survey_id)
    ).one()
    invited = session.exec(
        select(func.count()).select_from(SurveyInvitation).where(SurveyInvitation.survey_id == survey_id)
    ).one()
    return answers, invited


# For operations and sweeps.


def sheets(session: Session, survey_id: str) -> list[AnswerSheet]:
    """All answers of a survey, to be shuffled and frozen; never for a page."""
    return list(session.exec(select(AnswerSheet).where(AnswerSheet.survey_id == survey_id)))


def marks(session: Session, survey_id: str) -> list[SurveyInvitation]:
    return list(session.exec(select(SurveyInvitation).where(SurveyInvitation.survey_id == survey_id)))


def came_without_invitation(session: Session, survey: Survey, *, limit: int) -> list[Registration]:
    """Registrations with somebody who came and with an address, not yet asked."""
    return list(
        session.exec(
            select(Registration)
            .where(
                Registration.dialogue_id == survey.dialogue_id,
                col(Registration.email).is_not(None),
                Registration.email != "",
                col(Registration.erased_at).is_(None),
                _came(Registration.id),
                ~select(SurveyInvitation.id)
                .where(SurveyInvitation.survey_id == survey.id, SurveyInvitation.registration_id == Registration.id)
                .exists(),
            )
            .order_by(Registration.id)
            .limit(limit)
        )
    )


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
                ~select(Survey.id).where(Survey.dialogue_id == Dialogue.id).exists(),
            )
        )
    )


def open_surveys(session: Session) -> list[Survey]:
    return list(session.exec(select(Survey).where(Survey.state == OPEN)))
