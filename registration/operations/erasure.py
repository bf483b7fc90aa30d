"""Erasing a person's data: what the personal-data register names, in rows, letters and stored answers."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, or_, update
from sqlmodel import Session, SQLModel, col, select

from kit.downloads import drop_all
from kit.journal import note_erasure
from kit.models import Personal
from mail.models import InboundMail, Letter
from registration.models import AccessNeed, Arrival, CalendarAnswer, Consent, Invitation, Participant, Registration
from registration.operations import standing
from registration.operations.consents import withdraw_news
from registration.operations.own import fresh
from registration.operations.places import release
from registration.rules import CancelReason, State

LIVING = frozenset(State) - {State.CANCELLED, State.DECLINED, State.EXPIRED}
# After the dialogue a confirmed or waiting registration keeps its state for the counts; these have nothing to count.
SEAT_UNDECIDED = frozenset({State.UNCONFIRMED, State.OFFERED})


def erase(session: Session, *, registration: Registration, actor: str, now: datetime) -> None:
    """Clears every declared column of a registration and takes its letters and calendar state away, once.

    A living registration ends first. What stays is a row without a person, for the counts. The journal of erasures keeps
    its id, so that a restored copy forgets the same person again.
    """
    dialogue, registration = fresh(session, registration)
    if registration.erased_at is not None:
        return
    if registration.state in LIVING and (dialogue.ends_at > now or registration.state in SEAT_UNDECIDED):
        release(session, registration_id=registration.id)
        registration.state = State.CANCELLED
        registration.cancel_reason = CancelReason.BY_PERSON
        registration.ended_at = now
    # Who wants everything gone wants no e-mails about other dialogues either.
    withdraw_news(session, registration, now=now)
    clear(session, registration, now=now)
    note_erasure(session, kind="registration", object_id=registration.id, now=now)
    standing.note(session, registration, actor=actor, action="registration.erase", now=now)


def clear(session: Session, registration: Registration, *, now: datetime) -> None:
    """Empties what the register says of a registration and those who come with it; its links open nothing any more."""
    registration.erased_at = now
    registration.token_version += 1
    session.add(registration)
    session.flush()
    connection = session.connection()
    for model, where in (
        (Registration, col(Registration.id) == registration.id),
        (Participant, col(Participant.registration_id) == registration.id),
        (Arrival, col(Arrival.registration_id) == registration.id),
    ):
        connection.execute(update(model).where(where).values(**cleared(model)))
    forget_answers(session, registration)
    connection.execute(delete(AccessNeed).where(col(AccessNeed.registration_id) == registration.id))
    connection.execute(delete(Invitation).where(col(Invitation.registration_id) == registration.id))
    # What the subscriptions have not heard yet goes when they have (`consents.heard`).
    consents = delete(Consent).where(col(Consent.registration_id) == registration.id)
    if registration.email_verified_at is not None:
        consents = consents.where(col(Consent.news_at).is_(None))
    connection.execute(consents)
    connection.execute(delete(Letter).where(col(Letter.registration_id) == registration.id))
    # Lists and badges that were made before would still hold the name.
    drop_all(session, registration.dialogue_id)
    session.expire(registration)


def forget_answers(session: Session, registration: Registration) -> None:
    """What calendars answered, with the mails that brought it."""
    connection = session.connection()
    brought = select(CalendarAnswer.inbound_id).where(col(CalendarAnswer.registration_id) == registration.id)
    connection.execute(delete(InboundMail).where(col(InboundMail.id).in_(brought)))
    # What came back, and answers by themselves: the recipient's token names the letter or the invitation.
    named = [
        *session.exec(select(Letter.id).where(Letter.registration_id == registration.id)),
        *session.exec(select(Invitation.id).where(Invitation.registration_id == registration.id)),
    ]
    if named:
        told = or_(*(func.lower(InboundMail.recipient).contains(one) for one in named))
        connection.execute(delete(InboundMail).where(told))
    connection.execute(delete(CalendarAnswer).where(col(CalendarAnswer.registration_id) == registration.id))


def cleared(model: type[SQLModel]) -> dict[str, Any]:
    """Column → empty value, for each column that the register says is cleared."""
    table: Any = model.__table__  # type: ignore[attr-defined]
    return {
        column.name: None if column.nullable else ""
        for column in table.columns
        if isinstance(column.info.get("data"), Personal) and column.info["data"].erase == "clear"
    }
