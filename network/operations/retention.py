"""What goes by date: people without a role, reports of barriers."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import Session, col, select

from accounts.models import LoginSession, Person, SignInLink
from accounts.operations.people import delete_person
from network.models import AccessibilityNote, Membership

# Links and sessions go a week after their end, so whoever is found here has not come for longer than that.
PEOPLE_KEPT = timedelta(days=30)
NOTES_KEPT = timedelta(days=183)


def forget_people(session: Session, *, now: datetime) -> int:
    """Deletes people who belong to no team and not to the service point, once their last link and session are gone."""
    without = select(Person).where(col(Person.desk).is_(False), col(Person.created_at) < now - PEOPLE_KEPT)
    for owned in (Membership, SignInLink, LoginSession):
        without = without.where(~select(owned.person_id).where(owned.person_id == Person.id).exists())
    found = session.exec(without.limit(200)).all()
    for person in found:
        delete_person(session, person=person, now=now)
    return len(found)


def forget_notes(session: Session, *, now: datetime) -> int:
    """Deletes reports of barriers half a year after they came."""
    gone = delete(AccessibilityNote).where(col(AccessibilityNote.at) < now - NOTES_KEPT)
    return session.connection().execute(gone).rowcount
