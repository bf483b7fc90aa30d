"""The letter that thanks and asks."""

from datetime import datetime

from sqlmodel import Session

from events.models import Dialogue
from feedback.models import Survey, SurveyInvitation
from kit import i18n
from kit.i18n import _
from kit.zones import local
from mail.marks import Link
from mail.operations import post
from mail.rules import InDoubt
from network.models import Initiative
from registration.models import Registration


def ask(
    session: Session,
    *,
    invitation: SurveyInvitation,
    survey: Survey,
    registration: Registration,
    dialogue: Dialogue,
    initiative: Initiative,
    now: datetime,
) -> None:
    """Thanks for coming and asks for an answer. When nobody knows whether it arrived, it is held, not sent twice."""
    assert registration.email is not None
    with i18n.use(registration.language):
        subject = _("Wie war es? Zwei Minuten zu „%(title)s“") % {"title": dialogue.title}
    post(
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
