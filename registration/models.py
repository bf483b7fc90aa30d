"""Registrations, participants, places, arrivals, invitations and consents."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import SQLModel

from kit.ids import new_id
from kit.models import BYTE_ORDER, Tenant, global_table, moment, parent, personal, plain, tenant_key


class Registration(Tenant, table=True):
    """One contact's sign-up for one dialogue: a party of participants."""

    __tablename__ = "registration"
    __table_args__ = (
        tenant_key(),
        parent("dialogue_id", "dialogue"),
        Index(None, "dialogue_id", "state", "waiting_since"),
        Index(None, "dialogue_id", "normalised_email"),
        Index(None, "dialogue_id", "sort_key"),
        Index(None, "state", "hold_until"),
        Index(None, "state", "offered_until"),
    )

    id: str = plain(new_id, primary_key=True, max_length=16)
    dialogue_id: str = plain(max_length=16)
    reference: str = plain(max_length=12, unique=True)
    state: str = plain(max_length=24)
    email: str | None = personal(
        None, nullable=True, max_length=254, category="contact", purpose="letters and invitation", retention="attendee"
    )
    normalised_email: str | None = personal(
        None,
        nullable=True,
        max_length=254,
        category="contact",
        purpose="finding doubles",
        retention="attendee",
        export=False,
    )
    name: str | None = personal(
        None, nullable=True, max_length=300, category="contact", purpose="addressing", retention="attendee"
    )
    organisation: str | None = personal(
        None, nullable=True, max_length=200, category="contact", purpose="badge", retention="attendee"
    )
    language: str = plain("de", max_length=5)
    source: str = plain("web", max_length=12)
    email_verified_at: datetime | None = moment(None, nullable=True)
    hold_until: datetime | None = moment(None, nullable=True)
    hold_started_at: datetime | None = moment(None, nullable=True)
    hold_step_minutes: int = plain(0)
    waiting_since: datetime | None = moment(None, nullable=True)
    offered_until: datetime | None = moment(None, nullable=True)
    take_at_once: bool = plain(False)
    # The dialogue's calendar_sequence that this person was last told.
    told_sequence: int = plain(0)
    token_version: int = plain(1)
    # Grows when the address of the own calendar is given up.
    calendar_version: int = plain(1)
    letter_number: int = plain(0)
    cancel_reason: str = plain("", max_length=20)
    confirmed_at: datetime | None = moment(None, nullable=True)
    ended_at: datetime | None = moment(None, nullable=True)
    erased_at: datetime | None = moment(None, nullable=True)
    created_at: datetime = moment()
    search_text: str = personal(
        "", max_length=2000, category="contact", purpose="search in the list", retention="attendee", export=False
    )
    sort_key: str = personal(
        "", sa_type=BYTE_ORDER, category="contact", purpose="order of the list", retention="attendee", export=False
    )


class Participant(Tenant, table=True):
    """One person of a party. Name and address may come later; `id` is what the ticket's code carries."""

    __tablename__ = "participant"
    __table_args__ = (
        tenant_key(),
        parent("registration_id", "registration"),
        UniqueConstraint("registration_id", "position"),
    )

    id: str = plain(new_id, primary_key=True, max_length=16)
    registration_id: str = plain(max_length=16)
    position: int = plain()
    name: str | None = personal(
        None, nullable=True, max_length=300, category="contact", purpose="list, badge, door", retention="attendee"
    )
    email: str | None = personal(
        None, nullable=True, max_length=254, category="contact", purpose="own invitation", retention="attendee"
    )
    organisation: str | None = personal(
        None, nullable=True, max_length=200, category="contact", purpose="badge", retention="attendee"
    )
    role: str = plain("gast", max_length=12)
    no_photo: bool = plain(False)
    # Words of the team, as they stand on the badge: "Tisch 4".
    table_label: str = personal(
        "", max_length=40, category="contact", purpose="seat: badge, list, door", retention="attendee"
    )


class AccessNeed(Tenant, table=True):
    """What somebody needs to take part, sealed (`kit.sealed`): it may tell of their health.

    It stands apart from the registration, so that no list reads it by the way.
    """

    __tablename__ = "access_need"
    __table_args__ = (parent("registration_id", "registration"),)

    registration_id: str = plain(primary_key=True, max_length=16)
    sealed: str = personal(
        max_length=6000,
        category="access",
        purpose="what somebody needs to take part",
        retention="access",
        erase="delete",
    )
    written_at: datetime = moment()


class Wish(Tenant, table=True):
    """An offer a registration asks for, in order of preference."""

    __tablename__ = "wish"
    __table_args__ = (
        tenant_key(),
        parent("registration_id", "registration"),
        parent("offer_id", "offer"),
        UniqueConstraint("registration_id", "offer_id"),
        Index(None, "offer_id"),
    )

    id: str = plain(new_id, primary_key=True, max_length=16)
    registration_id: str = plain(max_length=16)
    offer_id: str = plain(max_length=16)
    rank: int = plain(1)


class Place(Tenant, table=True):
    """A participant's seat in an offer. It exists as long as it is held, offered or confirmed."""

    __tablename__ = "place"
    __table_args__ = (
        tenant_key(),
        parent("registration_id", "registration"),
        parent("participant_id", "participant"),
        parent("offer_id", "offer"),
        UniqueConstraint("participant_id", "offer_id"),
        Index(None, "offer_id"),
        Index(None, "registration_id"),
    )

    id: str = plain(new_id, primary_key=True, max_length=16)
    registration_id: str = plain(max_length=16)
    participant_id: str = plain(max_length=16)
    offer_id: str = plain(max_length=16)
    state: str = plain(max_length=12)
    created_at: datetime = moment()


class Arrival(Tenant, table=True):
    """Somebody came: a fact with time and device. `id` is chosen by the device, so a repeated report is one arrival.

    Of several dates each has its own.
    """

    __tablename__ = "arrival"
    __table_args__ = (
        tenant_key(),
        parent("dialogue_id", "dialogue"),
        parent("registration_id", "registration"),
        parent("participant_id", "participant"),
        Index(None, "dialogue_id"),
        Index(None, "participant_id"),
        Index(None, "registration_id"),
    )

    id: str = plain(primary_key=True, max_length=40)
    dialogue_id: str = plain(max_length=16)
    registration_id: str = plain(max_length=16)
    participant_id: str = plain(max_length=16)
    offer_id: str | None = plain(None, nullable=True, max_length=16)
    # Which date of several somebody came to; empty where there is one.
    recurrence_id: str = plain("", max_length=16)
    at: datetime = moment()
    # The name of the gate, which a team wrote.
    device: str = personal("", max_length=60, category="log", purpose="which gate", retention="attendee", export=False)
    undone_at: datetime | None = moment(None, nullable=True)


class Invitation(Tenant, table=True):
    """The calendar state of one recipient for one attended time: what their calendar was last told."""

    __tablename__ = "invitation"
    __table_args__ = (
        tenant_key(),
        parent("registration_id", "registration"),
        UniqueConstraint("registration_id", "recipient", "attended"),
    )

    id: str = plain(new_id, primary_key=True, max_length=16)
    registration_id: str = plain(max_length=16)
    recipient: str = personal(
        max_length=254, category="calendar", purpose="invitation", retention="attendee", erase="delete"
    )
    attended: str = plain(max_length=24)
    uid: str = plain(max_length=120, unique=True)
    sequence: int = plain(0)
    dtstamp: datetime = moment()
    method: str = plain(max_length=10)
    answer: str = plain("", max_length=16)
    answered_at: datetime | None = moment(None, nullable=True)
    # SEQUENCE and DTSTAMP of the answer that counts: a later mail with earlier ones changes nothing (RFC 5546, 2.1.5).
    answer_sequence: int | None = plain(None, nullable=True)
    answer_stamp: datetime | None = moment(None, nullable=True)


class CalendarAnswer(Tenant, table=True):
    """What somebody's calendar answered to an invitation, once for each mail and date of it, also when it changed nothing.

    `method` is REPLY or COUNTER, `verdict` what became of it. `act_at`: when a decline frees the place, unless it is
    taken back before; `done_at`: when it was settled.
    """

    __tablename__ = "calendar_answer"
    __table_args__ = (
        parent("registration_id", "registration"),
        UniqueConstraint("invitation_id", "inbound_id", "recurrence_id"),
        Index(None, "act_at"),
        Index(None, "registration_id"),
    )

    id: str = plain(new_id, primary_key=True, max_length=16)
    registration_id: str = plain(max_length=16)
    invitation_id: str = plain(max_length=16)
    inbound_id: str = plain(max_length=16)
    method: str = plain(max_length=10)
    partstat: str = plain("", max_length=16)
    sequence: int = plain(0)
    stamp: datetime | None = moment(None, nullable=True)
    verdict: str = plain(max_length=16)
    # Which date of several it is about; empty: all of them.
    recurrence_id: str = plain("", max_length=16)
    sender: str = personal(
        "", max_length=254, category="calendar", purpose="who answered", retention="attendee", erase="delete"
    )
    comment: str = personal(
        "",
        max_length=1000,
        category="calendar",
        purpose="answer to an invitation",
        retention="attendee",
        erase="delete",
    )
    proposed_start: datetime | None = moment(None, nullable=True)
    proposed_end: datetime | None = moment(None, nullable=True)
    delegated_to: str = personal(
        "", max_length=254, category="calendar", purpose="answer to an invitation", retention="attendee", erase="delete"
    )
    received_at: datetime = moment()
    act_at: datetime | None = moment(None, nullable=True)
    done_at: datetime | None = moment(None, nullable=True)


class Consent(Tenant, table=True):
    """One declaration: what it said (by hash), when, how, and when it was taken back."""

    __tablename__ = "consent"
    __table_args__ = (
        tenant_key(),
        parent("registration_id", "registration"),
        Index(None, "registration_id"),
        Index(None, "news_at"),
    )

    id: str = plain(new_id, primary_key=True, max_length=16)
    registration_id: str = plain(max_length=16)
    purpose: str = plain(max_length=30)
    version: str = plain(max_length=20)
    text_hash: str = plain(foreign_key="consent_text.text_hash", max_length=64)
    given_at: datetime = moment()
    channel: str = plain(max_length=12)
    token_id: str = plain("", max_length=64)
    withdrawn_at: datetime | None = moment(None, nullable=True)
    # Since when a consent to new dialogues by e-mail says something that the subscriptions have not heard.
    news_at: datetime | None = moment(None, nullable=True)


_WRITTEN: dict[str, Any] = {
    "category": "letter",
    "purpose": "what was told",
    "retention": "attendee",
    "export": False,
}


class Mailing(Tenant, table=True):
    """Letters to many people of one dialogue at once. `key` says of which: a planned wall time, or a form that was sent.

    `total` counts its recipients, who are fixed with it; `circle` is a Circle.
    """

    __tablename__ = "mailing"
    __table_args__ = (
        tenant_key(),
        parent("dialogue_id", "dialogue"),
        UniqueConstraint("dialogue_id", "kind", "key"),
        Index(None, "finished_at"),
    )

    id: str = plain(new_id, primary_key=True, max_length=16)
    dialogue_id: str = plain(max_length=16)
    kind: str = plain(max_length=12)
    key: str = plain(max_length=64)
    circle: str = plain(max_length=12)
    # What a team wrote may name people; nobody's copy of their own data holds it but as the letter they got.
    subject: str = personal("", max_length=200, **_WRITTEN)
    text: str = personal("", max_length=8000, **_WRITTEN)
    total: int = plain(0)
    created_at: datetime = moment()
    finished_at: datetime | None = moment(None, nullable=True)


class MailingRecipient(Tenant, table=True):
    """Who gets a letter of a mailing, fixed when it began. `state`: open, written, or left_out."""

    __tablename__ = "mailing_recipient"
    __table_args__ = (
        parent("mailing_id", "mailing"),
        parent("registration_id", "registration"),
        Index(None, "mailing_id", "state"),
        Index(None, "registration_id"),
    )

    mailing_id: str = plain(primary_key=True, max_length=16)
    registration_id: str = plain(primary_key=True, max_length=16)
    state: str = plain("open", max_length=8)


class ConsentText(SQLModel, table=True):
    """The words of a declaration, kept once for each wording and language."""

    __tablename__ = global_table("consent_text", "texts of the installation, the same for all initiatives")

    text_hash: str = plain(primary_key=True, max_length=64)
    purpose: str = plain(max_length=30)
    version: str = plain(max_length=20)
    language: str = plain(max_length=5)
    text: str = plain(max_length=2000)
    first_used_at: datetime = moment()
