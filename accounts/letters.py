"""The letter with a sign-in link."""

from datetime import datetime

from sqlmodel import Session

from accounts.models import Person, SignInLink
from accounts.rules import LINK_LIVES, LINK_PURPOSE, LINK_VERSION, WELCOME_LIVES
from kit import i18n
from kit.i18n import _
from mail.marks import Link
from mail.operations import post


def post_sign_in_link(session: Session, *, initiative_id: str, person: Person, link: SignInLink, now: datetime) -> None:
    """Posts the link to its person. The letter holds a mark; the token is filled in at delivery."""
    with i18n.use(person.language):
        subject = _("Ihr Link zum Einloggen bei Dialogwerk")
    post(
        session,
        initiative_id=initiative_id,
        kind="sign_in",
        dedupe_key=f"sign-in:{link.id}",
        recipient=person.email,
        recipient_name=person.name,
        language=person.language,
        subject=subject,
        template="sign_in",
        values={"minutes": int(LINK_LIVES.total_seconds()) // 60},
        links={"sign_in": Link(LINK_PURPOSE, link.id, LINK_VERSION, "/anmelden/{token}")},
        now=now,
    )


def post_welcome(
    session: Session,
    *,
    initiative_id: str,
    initiative_name: str,
    role_sentence: str,
    person: Person,
    link: SignInLink,
    now: datetime,
) -> None:
    """Tells somebody that they belong to an initiative now. `role_sentence` says, in their language, what they may do."""
    with i18n.use(person.language):
        subject = _("Sie gehören jetzt zum Team: %(initiative)s") % {"initiative": initiative_name}
    post(
        session,
        initiative_id=initiative_id,
        kind="welcome",
        dedupe_key=f"welcome:{link.id}",
        recipient=person.email,
        recipient_name=person.name,
        language=person.language,
        subject=subject,
        template="welcome",
        values={"initiative": initiative_name, "role_sentence": role_sentence, "days": WELCOME_LIVES.days},
        links={"sign_in": Link(LINK_PURPOSE, link.id, LINK_VERSION, "/anmelden/{token}")},
        now=now,
    )
