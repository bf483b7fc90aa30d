"""The letter that asks somebody into a team."""

from datetime import datetime

from sqlmodel import Session

from kit import i18n
from kit.i18n import _
from mail.marks import Link
from mail.operations import post
from network.models import Initiative, TeamInvitation
from network.rules import INVITATION_LIVES, INVITATION_PURPOSE
from network.words import role_sentence

TEAM_INVITATION = "team_invitation"


def invitation_key(invitation: TeamInvitation) -> str:
    """The key of the letter that carries the present link."""
    return f"team-invitation:{invitation.id}:{invitation.version}"


def post_team_invitation(
    session: Session, *, initiative: Initiative, invitation: TeamInvitation, inviter: str, now: datetime
) -> None:
    """Posts the link to whom it is for. `inviter` is who asks; empty, the initiative does."""
    with i18n.use(invitation.language):
        subject = _("Einladung ins Team: %(initiative)s") % {"initiative": initiative.name}
        sentence = role_sentence(invitation.role)
    post(
        session,
        initiative_id=initiative.id,
        kind=TEAM_INVITATION,
        dedupe_key=invitation_key(invitation),
        recipient=invitation.email,
        recipient_name=invitation.name,
        language=invitation.language,
        subject=subject,
        template=TEAM_INVITATION,
        values={
            "initiative": initiative.name,
            "inviter": inviter or initiative.name,
            "name": invitation.name,
            "role_sentence": sentence,
            "days": INVITATION_LIVES.days,
        },
        links={
            "accept": Link(INVITATION_PURPOSE, invitation.id, invitation.version, "/einladung/{token}"),
        },
        now=now,
    )
