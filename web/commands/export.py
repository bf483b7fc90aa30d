"""export: the full state as JSON lines, secrets left out. Surveys show themselves only as far as their results may."""

import argparse
import hashlib
import json
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from sqlmodel import Session, SQLModel, select

from accounts.models import Person
from events.models import Dialogue, DialogueDate, DialogueSeries, HeardReport, Offer
from feedback import queries as feedback
from feedback.models import Insight
from kit.db import database, wide
from kit.journal import Audit, audit_values
from mail.models import Letter
from network.models import Initiative, Logo, Membership
from registration.models import Arrival, Invitation, Participant, Place, Registration
from subscription.models import Mention, Subscription

Line = dict[str, Any]


def _columns(row: SQLModel, *names: str) -> Line:
    values = {}
    for name in names:
        value = getattr(row, name)
        values[name] = value.isoformat() if isinstance(value, datetime) else value
    return values


def _initiative(row: Initiative) -> Line:
    return {"initiative": row.id, "state": "active", **_columns(row, "slug", "name", "land", "accent", "logo")}


def _logo(row: Logo) -> Line:
    """Which picture it is; the picture itself is in a backup."""
    return {"state": row.media_type, "bytes": len(row.content), "sha256": hashlib.sha256(row.content).hexdigest()}


def _person(row: Person) -> Line:
    return {"initiative": None, "state": "desk" if row.desk else "active", **_columns(row, "email", "name", "language")}


def _membership(row: Membership) -> Line:
    return {"state": row.role, **_columns(row, "person_id", "role")}


def _dialogue(row: Dialogue) -> Line:
    return _columns(
        row, "state", "slug", "title", "format_code", "visibility", "start", "end", "zone", "starts_at", "ends_at",
        "series_id", "repetition", "regular_start", "regular_end",
        "place", "city", "land", "coordinates", "registration_closes_at", "calendar_sequence", "announced_sequence", "cancel_reason",
    )  # fmt: skip


def _series(row: DialogueSeries) -> Line:
    return {"state": "active", **_columns(row, "slug", "title")}


def _date(row: DialogueDate) -> Line:
    return {
        "first_planned": row.recurrence_id,
        **_columns(row, "state", "dialogue_id", "start", "end", "starts_at", "ends_at"),
    }


def _offer(row: Offer) -> Line:
    return {
        "state": row.allocation,
        **_columns(row, "dialogue_id", "key", "title", "capacity", "taken", "start", "end"),
    }


def _registration(row: Registration) -> Line:
    return _columns(
        row, "state", "dialogue_id", "reference", "email", "name", "language", "source", "email_verified_at",
        "hold_until", "waiting_since", "offered_until", "confirmed_at", "ended_at", "cancel_reason", "created_at",
    )  # fmt: skip


def _participant(row: Participant) -> Line:
    return {
        "state": row.role,
        **_columns(row, "registration_id", "position", "name", "email", "organisation", "table_label"),
    }


def _place(row: Place) -> Line:
    return _columns(row, "state", "registration_id", "participant_id", "offer_id")


def _invitation(row: Invitation) -> Line:
    return {
        "state": row.method,
        **_columns(row, "registration_id", "recipient", "attended", "uid", "sequence", "dtstamp", "method", "answer"),
    }


def _letter(row: Letter) -> Line:
    return {
        "letter_kind": row.kind,
        **_columns(
            row, "state", "registration_id", "dialogue_id", "recipient", "subject", "message_id", "attempts", "reason",
            "created_at", "sent_at",
        ),
    }  # fmt: skip


def _arrival(row: Arrival) -> Line:
    return {
        "state": "undone" if row.undone_at else "arrived",
        **_columns(row, "dialogue_id", "registration_id", "participant_id", "at", "undone_at"),
        "first_planned": row.recurrence_id,
    }


def _subscription(row: Subscription) -> Line:
    """The initiative is the one whose dialogues are wanted, where it is one alone."""
    return {
        "initiative": row.inviter_id or None,
        **_columns(
            row, "state", "email", "language", "land", "kreis", "format_code", "asked_at", "confirmed_at", "ended_at",
            "since", "next_at",
        ),
    }  # fmt: skip


def _mentions(session: Session) -> Iterator[Line]:
    rows = session.exec(select(Mention).order_by("subscription_id", "dialogue_id").execution_options(yield_per=500))
    for row in rows:
        key = f"{row.subscription_id}/{row.dialogue_id}"
        own = _columns(row, "subscription_id", "dialogue_id", "at")
        yield {"kind": "mention", "id": key, "initiative": None, "state": "told", **own}


def _heard(row: HeardReport) -> Line:
    return {
        "state": "published" if row.published_at else "draft",
        **_columns(row, "dialogue_id", "text", "follows", "figures", "published_at", "changed_at"),
    }


def _insight(row: Insight) -> Line:
    return _columns(row, "state", "dialogue_id", "minutes", "text", "changed_at")


TABLES: tuple[tuple[str, type[SQLModel], Callable[[Any], Line]], ...] = (
    ("initiative", Initiative, _initiative),
    ("logo", Logo, _logo),
    ("person", Person, _person),
    ("membership", Membership, _membership),
    ("series", DialogueSeries, _series),
    ("dialogue", Dialogue, _dialogue),
    ("date", DialogueDate, _date),
    ("offer", Offer, _offer),
    ("registration", Registration, _registration),
    ("participant", Participant, _participant),
    ("place", Place, _place),
    ("invitation", Invitation, _invitation),
    ("letter", Letter, _letter),
    ("arrival", Arrival, _arrival),
    ("heard_report", HeardReport, _heard),
    ("insight", Insight, _insight),
    ("subscription", Subscription, _subscription),
)


def lines(session: Session) -> Iterator[Line]:
    """Every line of the export, in a fixed order of kinds."""
    for kind, model, values in TABLES:
        for row in session.exec(select(model).order_by("id").execution_options(yield_per=500)):
            own = {"initiative": row.initiative_id} if hasattr(row, "initiative_id") else {}
            yield {"kind": kind, "id": row.id, **own, **values(row)}  # type: ignore[attr-defined]
    yield from _mentions(session)
    yield from feedback.exported(session)
    for entry in session.exec(select(Audit).order_by("id").execution_options(yield_per=500)):
        yield audit_values(entry)


def export(_args: argparse.Namespace) -> int:
    with database().read(wide("figures")) as session:
        for line in lines(session):
            sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    return 0
