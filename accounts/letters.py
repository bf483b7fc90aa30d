"""The letters with a sign-in link, and those about another address or a passkey."""

from datetime import datetime

from sqlmodel import Session

from accounts.models import EmailChange, Passkey, Person, SignInLink
from accounts.rules import (
    EMAIL_CHANGE_LIVES,
    EMAIL_CHANGE_PURPOSE,
    LINK_LIVES,
    LINK_PURPOSE,
    LINK_VERSION,
    WELCOME_LIVES,
)
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
        values={
            "initiative": initiative_name,
            "role_sentence": role_sentence,
            "days": WELCOME_LIVES.days,
            "name": person.name,
        },
        links={"sign_in": Link(LINK_PURPOSE, link.id, LINK_VERSION, "/anmelden/{token}")},
        now=now,
    )


def keys_of(person_id: str) -> tuple[str, str, str]:
    """How the keys of a person's letters begin that may have gone to an earlier or a new address."""
    return f"email-change:{person_id}:", f"email-changed:{person_id}:", f"passkey:{person_id}:"


def post_email_change(
    session: Session, *, initiative_id: str, person: Person, change: EmailChange, now: datetime
) -> None:
    """Asks the new mailbox to confirm."""
    with i18n.use(person.language):
        subject = _("Bestätigen Sie Ihre neue E-Mail-Adresse")
    post(
        session,
        initiative_id=initiative_id,
        kind="email_change",
        dedupe_key=keys_of(person.id)[0] + change.id,
        recipient=change.email,
        recipient_name=person.name,
        language=person.language,
        subject=subject,
        template="email_change",
        values={"hours": int(EMAIL_CHANGE_LIVES.total_seconds()) // 3600, "name": person.name},
        links={"confirm": Link(EMAIL_CHANGE_PURPOSE, change.id, LINK_VERSION, "/adresse/{token}")},
        now=now,
    )


def post_email_changed(
    session: Session, *, initiative_id: str, person: Person, old_email: str, change_id: str, now: datetime
) -> None:
    """Tells the old mailbox. It does not name the new address."""
    with i18n.use(person.language):
        subject = _("Ihre E-Mail-Adresse bei Dialogwerk ist geändert")
    post(
        session,
        initiative_id=initiative_id,
        kind="email_changed",
        dedupe_key=keys_of(person.id)[1] + change_id,
        recipient=old_email,
        recipient_name=person.name,
        language=person.language,
        subject=subject,
        template="email_changed",
        values={"name": person.name},
        links={},
        now=now,
    )


def post_passkey_added(
    session: Session, *, initiative_id: str, person: Person, passkey: Passkey, now: datetime
) -> None:
    """Tells somebody that a device may open their account from now on."""
    with i18n.use(person.language):
        subject = _("In Ihrem Konto ist ein neuer Passkey")
    _post_passkey(session, initiative_id, person, passkey, kind="passkey_added", subject=subject, now=now)


def post_passkey_removed(
    session: Session, *, initiative_id: str, person: Person, passkey: Passkey, now: datetime
) -> None:
    """Tells somebody that a device opens their account no longer."""
    with i18n.use(person.language):
        subject = _("Ein Passkey Ihres Kontos ist gelöscht")
    _post_passkey(session, initiative_id, person, passkey, kind="passkey_removed", subject=subject, now=now)


def _post_passkey(
    session: Session, initiative_id: str, person: Person, passkey: Passkey, *, kind: str, subject: str, now: datetime
) -> None:
    post(
        session,
        initiative_id=initiative_id,
        kind=kind,
        dedupe_key=f"{keys_of(person.id)[2]}{passkey.id}:{kind}",
        recipient=person.email,
        recipient_name=person.name,
        language=person.language,
        subject=subject,
        template=kind,
        values={"passkey": passkey.name},
        links={},
        now=now,
    )
