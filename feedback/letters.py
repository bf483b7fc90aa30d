"""The letter that thanks and asks."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlmodel import Session

from events.models import Dialogue
from feedback import queries
from feedback.models import Survey, SurveyInvitation
from kit import i18n
from kit.i18n import _
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
    send: Callable[..., Letter | None] = post,
) -> Letter | None:
    """Thanks for coming and asks for an answer. When nobody knows whether it arrived, it is held, not sent twice."""
    assert registration.email is not None
    with i18n.use(registration.language):
        subject = _("Wie war es? Zwei Minuten zu „%(title)s“") % {"title": dialogue.title}
    return send(
        session,
        initiative_id=survey.initiative_id,
        kind="survey",
        dedupe_key=f"survey:{registration.id}",
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
        },
        links={"survey": Link("survey", invitation.id, invitation.token_version, "/umfrage/{token}")},
        registration_id=registration.id,
        dialogue_id=dialogue.id,
        in_doubt=InDoubt.HOLD,
        mass=True,
        now=now,
    )


def preview(
    session: Session, *, dialogue: Dialogue, registration: Registration | None, language: str, now: datetime
) -> Letter:
    """The letter to this registration, or to somebody made up; kept nowhere, and its link opens nothing."""
    survey = queries.survey_of_dialogue(session, dialogue.id)
    closes = survey.closes_at if survey else max(now, dialogue.ends_at) + timedelta(days=dialogue.survey_days)
    letter = ask(
        session,
        invitation=SurveyInvitation(id=NOBODY, initiative_id=dialogue.initiative_id, token_version=1),
        survey=Survey(initiative_id=dialogue.initiative_id, closes_at=closes),
        registration=registration or sample(dialogue, language=language)[0],
        dialogue=dialogue,
        initiative=session.get_one(Initiative, dialogue.initiative_id),
        now=now,
        send=draft,
    )
    assert letter is not None
    return letter
