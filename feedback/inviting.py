"""Whom a survey asks, and how long: the letters to its audience, and the end that goes where the dialogue goes."""

from datetime import datetime

from sqlmodel import Session

from events.models import Dialogue
from events.operations import lock_dialogue
from feedback import letters, queries, rules
from feedback.due import to_remind, without_invitation
from feedback.models import Survey, SurveyInvitation
from feedback.operations import log
from feedback.rules import CLOSED
from kit.journal import SYSTEM
from network.models import Initiative


def invite(session: Session, *, survey: Survey, limit: int, now: datetime, actor: str = SYSTEM) -> int:
    """Asks up to `limit` registrations of the audience that were not asked yet, each by one letter. Returns how many."""
    assert survey.dialogue_id is not None
    # Held as whoever erases a registration holds it: no letter is written to somebody who goes meanwhile.
    dialogue = lock_dialogue(session, survey.dialogue_id)
    survey = queries.survey_for_change(session, survey.id)
    if not _may_ask(survey, dialogue, now):
        return 0
    registrations = without_invitation(session, survey, limit=limit)
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
    log(session, survey, "survey.invite", actor=actor, now=now, detail=str(len(registrations)))
    return len(registrations)


def remind(session: Session, *, survey: Survey, limit: int, now: datetime, actor: str = SYSTEM) -> int:
    """Asks up to `limit` of those once more who have not answered; the mark says so, no answer does. Returns how many."""
    assert survey.dialogue_id is not None
    dialogue = lock_dialogue(session, survey.dialogue_id)
    survey = queries.survey_for_change(session, survey.id)
    if not _may_ask(survey, dialogue, now):
        return 0
    found = to_remind(session, survey, limit=limit)
    if not found:
        return 0
    initiative = session.get_one(Initiative, survey.initiative_id)
    for invitation, registration in found:
        invitation.reminded = True
        session.add(invitation)
        letters.ask(
            session,
            invitation=invitation,
            survey=survey,
            registration=registration,
            dialogue=dialogue,
            initiative=initiative,
            now=now,
            again=True,
        )
    log(session, survey, "survey.remind", actor=actor, now=now, detail=str(len(found)))
    session.flush()
    return len(found)


def _may_ask(survey: Survey, dialogue: Dialogue, now: datetime) -> bool:
    """Whether letters go out: of a dialogue that does not take place, or has no date, nobody is asked anything."""
    open_now = rules.takes_answers(state=survey.state, closes_at=survey.closes_at, now=now)
    return open_now and dialogue.state in rules.TAKES_PLACE


def end_of(dialogue: Dialogue, now: datetime) -> datetime | None:
    """When the survey before this dialogue ends; None while it has no date."""
    return rules.before_ends(state=dialogue.state, starts_at=dialogue.starts_at, ends_at=dialogue.ends_at, now=now)


def follow_dialogue(session: Session, *, survey: Survey, now: datetime) -> None:
    """Moves the end of a survey along with its dialogue; of one that does not take place it ends now."""
    assert survey.dialogue_id is not None
    dialogue = lock_dialogue(session, survey.dialogue_id)
    survey = queries.survey_for_change(session, survey.id)
    end = end_of(dialogue, now)
    if survey.state == CLOSED or end is None or end == survey.closes_at:
        return
    survey.closes_at = end
    session.add(survey)
    log(session, survey, "survey.move", actor=SYSTEM, now=now)
    session.flush()
