"""Another address for a person: asked for on the account page, confirmed from the new mailbox, told to the old one."""

from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from accounts import letters, queries, rules
from accounts.models import EmailChange, Person, SignInLink
from accounts.operations.log import note
from kit.errors import NotFound, Refused
from kit.i18n import _
from kit.text import address, normalised_address


class SameAddress(Refused):
    def default(self) -> str:
        return _("Das ist schon Ihre Adresse.")


class ChangedOften(Refused):
    def default(self) -> str:
        return _("Heute gingen schon drei E-Mails an neue Adressen. Morgen geht die nächste.")


class AddressTaken(Refused):
    """Somebody else signs in with this address by now."""

    def default(self) -> str:
        return _("Mit dieser Adresse loggt sich schon jemand ein. Ihre alte Adresse gilt weiter.")


class ChangeGone(NotFound):
    """The change was confirmed, asked for once more, or is too old."""

    def default(self) -> str:
        return _("Dieser Link gilt nicht mehr. Ändern Sie die Adresse in Ihrem Konto noch einmal.")


def request_email_change(session: Session, *, person: Person, email: str, now: datetime) -> EmailChange:
    """Mails a link to the new address; until it is confirmed the old one counts. Raises SameAddress and ChangedOften.

    When somebody else has this address no letter goes out, and the page says the same.
    """
    queries.person_by_address(session, person.normalised_email, lock=True)
    normalised = normalised_address(email)
    if normalised == person.normalised_email:
        raise SameAddress
    asked = queries.email_changes_since(session, person_id=person.id, since=now - timedelta(days=1))
    if asked >= rules.EMAIL_CHANGES_A_DAY:
        raise ChangedOften
    mine = (col(EmailChange.person_id) == person.id, col(EmailChange.expires_at) > now)
    session.connection().execute(update(EmailChange).where(*mine).values(expires_at=now))
    change = EmailChange(
        person_id=person.id,
        email=address(email),
        normalised_email=normalised,
        created_at=now,
        expires_at=now + rules.EMAIL_CHANGE_LIVES,
    )
    session.add(change)
    session.flush()
    if queries.person_by_address(session, normalised) is None:
        letters.post_email_change(
            session, initiative_id=rules.OPERATOR_INITIATIVE_ID, person=person, change=change, now=now
        )
    note(session, person_id=person.id, action="request_email_change", now=now)
    return change


def confirm_email_change(session: Session, *, change: EmailChange, now: datetime) -> None:
    """The new address counts from now on, and links mailed to the old one end. Raises ChangeGone and AddressTaken."""
    person = queries.held_person(session, change.person_id)
    if person is None:
        raise ChangeGone
    change_id, email, normalised = change.id, change.email, change.normalised_email
    open_one = (col(EmailChange.id) == change_id, col(EmailChange.expires_at) > now)
    if session.connection().execute(delete(EmailChange).where(*open_one)).rowcount != 1:
        raise ChangeGone
    old = person.email
    try:
        with session.begin_nested():
            person.email, person.normalised_email = email, normalised
            session.add(person)
    except IntegrityError as taken:
        raise AddressTaken from taken
    connection = session.connection()
    connection.execute(delete(EmailChange).where(col(EmailChange.person_id) == person.id))
    unused = (col(SignInLink.person_id) == person.id, col(SignInLink.used_at).is_(None))
    connection.execute(update(SignInLink).where(*unused).values(used_at=now))
    letters.post_email_changed(
        session,
        initiative_id=rules.OPERATOR_INITIATIVE_ID,
        person=person,
        old_email=old,
        change_id=change_id,
        now=now,
    )
    note(session, person_id=person.id, action="change_email", now=now)
