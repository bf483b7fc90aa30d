"""The copy that a person gets of their data (Art. 15 GDPR): what the register marks for it, and what happened when."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, SQLModel, col, select

from events.models import Dialogue, Offer
from kit.models import Personal
from mail.marks import fill
from mail.models import Letter
from mail.queries import letters_of_registration
from registration import queries
from registration.models import Arrival, Consent, ConsentText, Invitation, Participant, Registration, Wish

Line = dict[str, Any]


def personal_copy(session: Session, registration: Registration) -> Line:
    """Everything that is kept about one registration, in plain values."""
    dialogue = session.get_one(Dialogue, registration.dialogue_id)
    return {
        "dialogue": _told(Dialogue, dialogue, "title", "start", "end", "zone", "place", "city"),
        "registration": _told(
            Registration, registration, "reference", "state", "language", "source", "take_at_once", "cancel_reason", "created_at",
            "email_verified_at", "hold_until", "waiting_since", "offered_until", "confirmed_at", "ended_at",
        ),
        "participants": [
            _told(Participant, row, "position", "role", "no_photo") for row in queries.participants_of(session, registration.id)
        ],
        "offers": [
            _told(Offer, offer, "title", "start", "end", "place")
            for offer in session.exec(
                select(Offer).join(Wish, col(Wish.offer_id) == Offer.id).where(Wish.registration_id == registration.id)
            )
        ],
        "arrivals": [_told(Arrival, row, "at", "undone_at") for row in _below(session, Arrival, registration)],
        "consents": [
            _told(Consent, row, "purpose", "version", "given_at", "channel", "withdrawn_at")
            | {"text": session.get_one(ConsentText, row.text_hash).text}
            for row in _below(session, Consent, registration)
        ],
        "invitations": [
            _told(Invitation, row, "uid", "sequence", "method", "dtstamp", "answer", "answered_at")
            for row in _below(session, Invitation, registration)
        ],
        "letters": [
            _told(Letter, row, "kind", "language", "state", "created_at", "sent_at")
            for row in letters_of_registration(session, registration.id)
        ],
    }  # fmt: skip


def _below(session: Session, model: Any, registration: Registration) -> list[Any]:
    return list(session.exec(select(model).where(model.registration_id == registration.id).order_by(model.id)))


def _told(model: type[SQLModel], row: Any, *plain: str) -> Line:
    """The named plain columns of a row, and each one that the register exports. Links stand as they were mailed."""
    table: Any = model.__table__  # type: ignore[attr-defined]
    exported = [
        column.name
        for column in table.columns
        if isinstance(column.info.get("data"), Personal) and column.info["data"].export
    ]
    return {name: _value(getattr(row, name)) for name in (*plain, *exported)}


def _value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return fill(value) if isinstance(value, str) else value
