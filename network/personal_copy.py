"""The copy that somebody with an account gets of their data (Art. 15 GDPR)."""

from typing import Any

from sqlmodel import Session, col, select

from accounts.models import EmailChange, LoginSession, Passkey, Person
from mail.models import Letter
from mail.personal_copy import Line, told
from network import queries
from network.models import AccessibilityNote, Initiative, Membership, TeamInvitation


def personal_copy(session: Session, person: Person) -> Line:
    """Everything that is kept about one account, in plain values."""
    return {
        "person": told(Person, person, "language", "desk", "created_at"),
        "teams": [
            told(Membership, membership, "role", "created_at") | told(Initiative, initiative, "name")
            for membership, initiative in queries.memberships_of(session, person.id)
        ],
        "invitations": [
            told(TeamInvitation, row, "role", "language", "sent_at", "expires_at")
            for row in queries.invitations_to(session, person.normalised_email)
        ],
        "sessions": [
            told(LoginSession, row, "created_at", "seen_at", "expires_at")
            for row in _own(session, LoginSession, person)
        ],
        "passkeys": [told(Passkey, row, "created_at", "used_at") for row in _own(session, Passkey, person)],
        "address_changes": [told(EmailChange, row, "created_at") for row in _own(session, EmailChange, person)],
        "letters": [
            told(Letter, row, "kind", "language", "state", "created_at", "sent_at")
            for row in _to(session, Letter, col(Letter.recipient), person)
        ],
        "accessibility_notes": [
            told(AccessibilityNote, row, "at", "path")
            for row in _to(session, AccessibilityNote, col(AccessibilityNote.email), person)
        ],
    }


def _own(session: Session, model: Any, person: Person) -> list[Any]:
    return list(session.exec(select(model).where(model.person_id == person.id).order_by(model.id)))


def _to(session: Session, model: Any, address: Any, person: Person) -> list[Any]:
    """Rows that name the person's address. Letters about a registration are told on that registration's page."""
    statement = select(model).where(address == person.email)
    if model is Letter:
        statement = statement.where(col(Letter.registration_id).is_(None))
    return list(session.exec(statement.order_by(model.id)))
