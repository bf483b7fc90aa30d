"""The letter that thanks and asks."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlmodel import Session

from events.models import Dialogue
from feedback import library, queries
from feedback.models import Survey, SurveyInvitation
from feedback.questions import as_json
from feedback.rules import AFTER, BEFORE, CAME, LATER, WAITING, minutes
from kit import i18n
from kit.i18n import _, ngettext
from kit.zones import local
from mail.marks import Link
from mail.models import Letter
from mail.operations import draft, post
from mail.rules import InDoubt
from network.models import Initiative
from registration.models import Registration
from registration.previews import NOBODY, sample


def ask(
    session: Session,
    *,
    invitation: SurveyInvitation,
    survey: Survey,
    registration: Registration,
    dialogue: Dialogue,
    initiative: Initiative,
    now: datetime,
    again: bool = False,
    send: Callable[..., Letter | None] = post,
) -> Letter | None:
    """Asks for an answer, `again` those who have given none. When nobody knows whether it arrived, it is held.

    A second one would make somebody believe that their answer was lost.
    """
    assert registration.email is not None
    kind = "survey_reminder" if again else "survey"
    with i18n.use(registration.language):
        subject = subject_of(survey, dialogue, again=again)
    return send(
        session,
        initiative_id=survey.initiative_id,
        kind=kind,
        dedupe_key=f"{kind}:{survey.id}:{registration.id}",
        recipient=registration.email,
        recipient_name=registration.name or "",
        language=registration.language,
        subject=subject,
        template="survey",
        values={
            "initiative": initiative,
            "dialogue": dialogue,
            "name": registration.name or "",
            "day": local(dialogue.starts_at, dialogue.zone),
            "until": local(survey.closes_at, dialogue.zone),
            "moment": survey.moment,
            "came": survey.audience == CAME,
            "waiting": survey.audience == WAITING,
            "again": again,
            "questions": len(survey.questions),
            "minutes": minutes(len(survey.questions)),
        },
        links={"survey": Link("survey", invitation.id, invitation.token_version, "/umfrage/{token}")},
        registration_id=registration.id,
        dialogue_id=dialogue.id,
        in_doubt=InDoubt.HOLD,
        mass=True,
        now=now,
    )


def subject_of(survey: Survey, dialogue: Dialogue, *, again: bool) -> str:
    time = minutes(len(survey.questions))
    words = {"title": dialogue.title, "num": time}
    if again:
        return _("Ihre Antwort fehlt noch: „%(title)s“") % words
    if survey.moment == BEFORE:
        return _("Vor dem Dialog: was denken Sie? Zu „%(title)s“") % words
    if survey.audience == WAITING:
        return _("Ihre Sicht auf die Industrie. Zu „%(title)s“") % words
    if survey.moment == LATER:
        return _("Was ist geblieben? Einige Wochen nach „%(title)s“") % words
    said = ngettext("Wie war es? Eine Minute zu „%(title)s“", "Wie war es? %(num)d Minuten zu „%(title)s“", time)
    return said % words


def preview(
    session: Session, *, dialogue: Dialogue, registration: Registration | None, language: str, now: datetime
) -> Letter:
    """The letter to this registration, or to somebody made up; kept nowhere, and its link opens nothing."""
    survey = queries.survey_of_dialogue(session, dialogue.id)
    closes = survey.closes_at if survey else max(now, dialogue.ends_at) + timedelta(days=dialogue.survey_days)
    letter = ask(
        session,
        invitation=SurveyInvitation(id=NOBODY, initiative_id=dialogue.initiative_id, token_version=1),
        survey=survey
        or Survey(
            initiative_id=dialogue.initiative_id,
            closes_at=closes,
            questions=as_json(library.questions_of(library.RATING, AFTER) or ()),
        ),
        registration=registration or sample(dialogue, language=language)[0],
        dialogue=dialogue,
        initiative=session.get_one(Initiative, dialogue.initiative_id),
        now=now,
        send=draft,
    )
    assert letter is not None
    return letter
