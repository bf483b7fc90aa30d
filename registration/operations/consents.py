"""Taking back what somebody agreed to, and what the subscriptions have heard of it."""

from datetime import datetime

from sqlmodel import Session

from kit.downloads import drop_all
from registration import consent_queries, queries
from registration.models import Consent, Registration
from registration.operations import standing
from registration.operations.access_needs import drop_words
from registration.operations.own import fresh
from registration.rules import ACCESS_NEED, NEW_DIALOGUES, PHOTO, REVOCABLE


def withdraw_consent(session: Session, *, registration: Registration, purpose: str, actor: str, now: datetime) -> bool:
    """Notes since when a consent counts no more. Returns whether it counted; doing it twice changes nothing."""
    _dialogue, registration = fresh(session, registration)
    if purpose not in REVOCABLE or not _withdraw(session, registration, purpose, now=now):
        return False
    if purpose == PHOTO:
        for person in queries.participants_of(session, registration.id):
            person.no_photo = True
            session.add(person)
        # Badges and lists that were made before do not say so.
        drop_all(session, registration.dialogue_id)
    elif purpose == ACCESS_NEED:
        drop_words(session, registration)
    standing.note(session, registration, actor=actor, action="registration.consent_withdrawn", detail=purpose, now=now)
    return True


def withdraw_news(session: Session, registration: Registration, *, now: datetime) -> None:
    """Takes the consent to new dialogues by e-mail back; the subscription that came of it ends with the next sweep."""
    _withdraw(session, registration, NEW_DIALOGUES, now=now)
    session.flush()


def _withdraw(session: Session, registration: Registration, purpose: str, *, now: datetime) -> bool:
    given = consent_queries.given(session, registration.id, purpose)
    for consent in given:
        consent.withdrawn_at = now
        if purpose == NEW_DIALOGUES:
            consent.news_at = now
        session.add(consent)
    return bool(given)


def ended_elsewhere(session: Session, consent_id: str, *, now: datetime) -> None:
    """What came of a consent was ended with one click: the own page does not offer it any more."""
    consent = session.get(Consent, consent_id)
    if consent is not None and consent.withdrawn_at is None:
        consent.withdrawn_at = now
        session.add(consent)


def heard(session: Session, consent: Consent, registration: Registration) -> None:
    """The subscriptions know of it. Of somebody who was erased nothing else is left, so the row goes too."""
    if registration.erased_at is not None:
        session.delete(consent)
    else:
        consent.news_at = None
        session.add(consent)
