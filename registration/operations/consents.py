"""Taking back what somebody agreed to."""

from datetime import datetime

from sqlmodel import Session

from kit.downloads import drop_all
from registration import queries
from registration.models import Registration
from registration.operations import standing
from registration.operations.own import fresh
from registration.rules import PHOTO


def withdraw_consent(session: Session, *, registration: Registration, purpose: str, actor: str, now: datetime) -> bool:
    """Notes since when a consent counts no more. Returns whether it counted; doing it twice changes nothing."""
    _dialogue, registration = fresh(session, registration)
    given = [row for row in queries.consents_of(session, registration.id) if row.purpose == purpose]
    for consent in given:
        consent.withdrawn_at = now
        session.add(consent)
    if not given:
        return False
    if purpose == PHOTO:
        for person in queries.participants_of(session, registration.id):
            person.no_photo = True
            session.add(person)
        # Badges and lists that were made before do not say so.
        drop_all(session, registration.dialogue_id)
    standing.note(session, registration, actor=actor, action="registration.consent_withdrawn", detail=purpose, now=now)
    return True
