"""Dialogues, their programme and their offers."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy import text as sql

from kit.ids import new_id
from kit.models import BYTE_ORDER, Tenant, document, moment, parent, plain, tenant_key


class DialogueSeries(Tenant, table=True):
    """Separate dialogues of one initiative under one name, each with its own registration."""

    __tablename__ = "dialogue_series"
    __table_args__ = (tenant_key(), UniqueConstraint("initiative_id", "slug"))

    id: str = plain(new_id, primary_key=True, max_length=16)
    slug: str = plain(max_length=120)
    title: str = plain(max_length=120)
    sort_key: str = plain("", sa_type=BYTE_ORDER)


class Dialogue(Tenant, table=True):
    """One event. Local wall time and zone are the truth, `starts_at` and `ends_at` are derived from them.

    With several dates `repetition` is their rule as calendars read it (RRULE) and counts from `regular_start`; `start`,
    `end` and `starts_at` are those of the first date that takes place, `ends_at` is the end of the last. Otherwise all
    three are empty.

    `version` grows with every change of the row; `calendar_sequence` only with time, place,
    title, programme or cancellation.
    """

    __tablename__ = "dialogue"
    __table_args__ = (
        tenant_key(),
        parent("series_id", "dialogue_series"),
        # A page of the public list in its order, and the counts beside it.
        Index(None, "visibility", "start", "ends_at", "state"),
        Index(None, "state", "visibility", "ends_at", "land"),
        Index(None, "initiative_id", "starts_at"),
        Index(None, "series_id"),
        # Of a list those with several dates, which are few.
        Index(None, "visibility", "repetition"),
    )

    id: str = plain(new_id, primary_key=True, max_length=16)
    slug: str = plain(max_length=120, unique=True)
    title: str = plain(max_length=200)
    lead: str = plain("", max_length=500)
    description: str = plain("", max_length=8000)
    plain_text: str = plain("", max_length=8000)
    format_code: str = plain(max_length=3)
    state: str = plain("draft", max_length=12)
    visibility: str = plain("public", max_length=10)
    sign_up: str = plain("here", max_length=10)
    sign_up_address: str = plain("", max_length=500)
    zone: str = plain("Europe/Berlin", max_length=60)
    start: str = plain(max_length=16)
    end: str = plain(max_length=16)
    starts_at: datetime = moment()
    ends_at: datetime = moment()
    repetition: str = plain("", max_length=60)
    regular_start: str = plain("", max_length=16)
    regular_end: str = plain("", max_length=16)
    admission: str = plain("", max_length=5)
    latest_entry: str = plain("", max_length=5)
    place: str = plain("", max_length=200)
    street: str = plain("", max_length=200)
    postcode: str = plain("", max_length=10)
    city: str = plain("", max_length=120)
    land: str = plain(max_length=2)
    kreis: str = plain("", max_length=5)
    # Latitude and longitude, `52.27264,7.44219`.
    coordinates: str = plain("", max_length=20)
    online_link: str = plain("", max_length=500)
    online: bool = plain(False)
    host: str = plain("", max_length=300)
    audience: str = plain("", max_length=300)
    cost: str = plain("", max_length=200)
    bring: str = plain("", max_length=2000)
    step_free: str = plain("unknown", max_length=10)
    access: list[dict[str, str]] = document(list)
    notices: list[dict[str, str]] = document(list)
    languages: list[str] = document(lambda: ["de"])
    recipients: str = plain("", max_length=1000)
    contact_name: str = plain("", max_length=200)
    contact_email: str = plain("", max_length=254)
    contact_phone: str = plain("", max_length=60)
    picture: str = plain("", max_length=20)
    registration_opens_at: datetime | None = moment(None, nullable=True)
    registration_closes_at: datetime | None = moment(None, nullable=True)
    list_deadline_at: datetime | None = moment(None, nullable=True)
    hold_minutes: int = plain(120)
    offer_hours: int = plain(48)
    fill_gaps: bool = plain(True)
    party_limit: int = plain(4)
    survey_days: int = plain(14)
    # How long before the start calendars remind of it; null: they do not.
    alarm_minutes: int | None = plain(None, nullable=True)
    cancel_reason: str = plain("", max_length=1000)
    series_id: str | None = plain(None, max_length=16, nullable=True)
    format_version_id: str | None = plain(None, max_length=16, nullable=True)
    version: int = plain(1)
    # Grows with every registration that touches the seats: whoever raises it holds the dialogue until the commit.
    activity: int = plain(0)
    calendar_sequence: int = plain(0)
    # Up to which calendar_sequence everybody registered was told; a sweep catches up.
    announced_sequence: int = plain(0)
    search_text: str = plain("", max_length=4000)
    sort_key: str = plain("", sa_type=BYTE_ORDER)
    created_at: datetime = moment()
    published_at: datetime | None = moment(None, nullable=True)
    changed_at: datetime = moment()


class DialogueDate(Tenant, table=True):
    """One date of a dialogue with several. `recurrence_id` is the wall start that the rule gave it, its name for good.

    `state`: planned, or dropped. `changed_sequence`: the dialogue's calendar_sequence at which it was last moved or dropped.
    """

    __tablename__ = "dialogue_date"
    __table_args__ = (
        parent("dialogue_id", "dialogue"),
        UniqueConstraint("dialogue_id", "recurrence_id"),
        Index(None, "start"),
        Index(None, "starts_at"),
    )

    id: str = plain(new_id, primary_key=True, max_length=16)
    dialogue_id: str = plain(max_length=16)
    recurrence_id: str = plain(max_length=16)
    start: str = plain(max_length=16)
    end: str = plain(max_length=16)
    starts_at: datetime = moment()
    ends_at: datetime = moment()
    state: str = plain("planned", max_length=10)
    changed_sequence: int = plain(0)


class ProgrammeItem(Tenant, table=True):
    """A line of the agenda. It has no capacity."""

    __tablename__ = "programme_item"
    __table_args__ = (tenant_key(), parent("dialogue_id", "dialogue"), Index(None, "dialogue_id"))

    id: str = plain(new_id, primary_key=True, max_length=16)
    dialogue_id: str = plain(max_length=16)
    position: int = plain()
    time: str = plain(max_length=5)
    title: str = plain(max_length=200)
    text: str = plain("", max_length=1000)


class Offer(Tenant, table=True):
    """What one signs up for. `capacity` null means unlimited; `taken` counts its places, held and offered ones included."""

    __tablename__ = "offer"
    __table_args__ = (
        tenant_key(),
        parent("dialogue_id", "dialogue"),
        UniqueConstraint("dialogue_id", "key"),
        CheckConstraint("taken >= 0", name="taken_not_negative"),
        CheckConstraint("capacity IS NULL OR taken <= capacity", name="taken_within_capacity"),
        CheckConstraint("capacity IS NULL OR capacity >= 0", name="capacity_not_negative"),
    )

    id: str = plain(new_id, primary_key=True, max_length=16)
    dialogue_id: str = plain(max_length=16)
    key: str = plain(max_length=40)
    position: int = plain(0)
    title: str = plain("", max_length=200)
    description: str = plain("", max_length=1000)
    capacity: int | None = plain(None, nullable=True)
    taken: int = plain(0)
    start: str = plain("", max_length=16)
    end: str = plain("", max_length=16)
    starts_at: datetime | None = moment(None, nullable=True)
    ends_at: datetime | None = moment(None, nullable=True)
    place: str = plain("", max_length=300)
    online_link: str = plain("", max_length=500)
    allocation: str = plain("first_come", max_length=20)
    price_cents: int = plain(0)
    opens_at: datetime | None = moment(None, nullable=True)
    closes_at: datetime | None = moment(None, nullable=True)
    rules: dict[str, Any] = document(dict)


class HeardReport(Tenant, table=True):
    """What the organiser heard at a dialogue that is over, in their words, and what follows from it, which may be empty.

    A draft until it is published. `figures`: which questions of the survey are told beside it.
    """

    __tablename__ = "heard_report"
    __table_args__ = (parent("dialogue_id", "dialogue"), UniqueConstraint("dialogue_id"))

    id: str = plain(new_id, primary_key=True, max_length=16)
    dialogue_id: str = plain(max_length=16)
    text: str = plain(max_length=4000)
    follows: str = plain("", max_length=4000, server_default=sql("''"))
    figures: list[str] = document(list)
    published_at: datetime | None = moment(None, nullable=True)
    changed_at: datetime = moment()
