"""The copy that a person gets of their data (Art. 15 GDPR): what the register marks for it, and what happened when."""

from typing import Any

from sqlmodel import Session, col, select

from events.models import Dialogue, Offer
from mail.models import Letter
from mail.personal_copy import Line, told
from mail.queries import letters_of_registration
from registration import answer_queries, queries
from registration.access_needs import access_need_of
from registration.models import (
    Arrival,
    CalendarAnswer,
    Consent,
    ConsentText,
    Invitation,
    Participant,
    Registration,
    Wish,
)


def personal_copy(session: Session, registration: Registration) -> Line:
    """Everything that is kept about one registration, in plain values."""
    dialogue = session.get_one(Dialogue, registration.dialogue_id)
    return {
        "dialogue": told(Dialogue, dialogue, "title", "start", "end", "zone", "place", "city"),
        "registration": told(
            Registration, registration, "reference", "state", "language", "source", "take_at_once", "cancel_reason", "created_at",
            "email_verified_at", "hold_until", "waiting_since", "offered_until", "confirmed_at", "ended_at",
        ),
        "access_need": access_need_of(session, registration.id),
        "participants": [
            told(Participant, row, "position", "role", "no_photo") for row in queries.participants_of(session, registration.id)
        ],
        "offers": [
            told(Offer, offer, "title", "start", "end", "place")
            for offer in session.exec(
                select(Offer).join(Wish, col(Wish.offer_id) == Offer.id).where(Wish.registration_id == registration.id)
            )
        ],
        "arrivals": [told(Arrival, row, "at", "undone_at") for row in _below(session, Arrival, registration)],
        "consents": [
            told(Consent, row, "purpose", "version", "given_at", "channel", "withdrawn_at")
            | {"text": session.get_one(ConsentText, row.text_hash).text}
            for row in _below(session, Consent, registration)
        ],
        "invitations": [
            told(Invitation, row, "uid", "sequence", "method", "dtstamp", "answer", "answered_at")
            for row in _below(session, Invitation, registration)
        ],
        "answers": [
            told(
                CalendarAnswer, row, "method", "partstat", "sequence", "stamp", "verdict", "proposed_start", "proposed_end",
                "received_at", "act_at", "done_at",
            )
            for row in answer_queries.answers_of(session, registration.id)
        ],
        "letters": [
            told(Letter, row, "kind", "language", "state", "created_at", "sent_at")
            for row in letters_of_registration(session, registration.id)
        ],
    }  # fmt: skip


def _below(session: Session, model: Any, registration: Registration) -> list[Any]:
    return list(session.exec(select(model).where(model.registration_id == registration.id).order_by(model.id)))
