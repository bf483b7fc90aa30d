"""Every SELECT about letters to many."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, literal, or_
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from events.models import Dialogue, DialogueDate, Offer
from mail.models import Letter
from registration.models import Arrival, Mailing, MailingRecipient, Registration, Wish
from registration.rules import (
    OFFER_REMINDER_AFTER,
    OFFER_REMINDER_BEFORE,
    REMIND_BEFORE,
    THANK_WITHIN,
    Circle,
    MailingKind,
    RecipientState,
    State,
)

Starts = dict[str, tuple[Dialogue, dict[str, list[str]]]]


def mailing_by_id(session: Session, mailing_id: str) -> Mailing | None:
    return session.exec(select(Mailing).where(Mailing.id == mailing_id)).first()


def mailing_by_key(session: Session, dialogue_id: str, kind: str, key: str) -> Mailing | None:
    return session.exec(
        select(Mailing).where(Mailing.dialogue_id == dialogue_id, Mailing.kind == kind, Mailing.key == key)
    ).first()


def people_of(session: Session, dialogue_id: str, circle: str, *, limit: int) -> list[Registration]:
    """Who is in a circle now, ordered by name."""
    return list(
        session.exec(
            select(Registration)
            .where(col(Registration.id).in_(in_circle(dialogue_id, circle)))
            .order_by(col(Registration.sort_key), col(Registration.id))
            .limit(limit)
        )
    )


def circle_size(session: Session, dialogue_id: str, circle: str) -> int:
    return session.exec(select(func.count()).select_from(in_circle(dialogue_id, circle).subquery())).one()


def mailings_of(session: Session, dialogue_id: str) -> list[Mailing]:
    """The mailings of a dialogue, the latest first."""
    return list(
        session.exec(
            select(Mailing)
            .where(Mailing.dialogue_id == dialogue_id)
            .order_by(col(Mailing.created_at).desc(), col(Mailing.id))
        )
    )


def unfinished(session: Session) -> list[Mailing]:
    """Mailings with letters to write, the oldest first."""
    return list(
        session.exec(
            select(Mailing).where(col(Mailing.finished_at).is_(None)).order_by(col(Mailing.created_at), col(Mailing.id))
        )
    )


def known_keys(session: Session, kind: MailingKind, dialogue_ids: Sequence[str]) -> set[tuple[str, str]]:
    """(dialogue id, key) of the mailings of a kind."""
    rows = session.exec(
        select(Mailing.dialogue_id, Mailing.key).where(Mailing.kind == kind, col(Mailing.dialogue_id).in_(dialogue_ids))
    )
    return set(rows.all())


def starts_soon(session: Session, *, now: datetime) -> Starts:
    """Dialogue id → the dialogue and wall time → offers that begin then, of those that run or begin within a day or so;
    of several dates each counts by itself.

    A dialogue whose last change people were not told of yet is left out.
    """
    # A wall time lies up to an hour beside the instant a day before.
    until = now + REMIND_BEFORE + timedelta(hours=2)
    found: Starts = {}
    for dialogue, offer_id, start in session.exec(
        select(Dialogue, Offer.id, Offer.start)
        .join(Offer, and_(col(Offer.dialogue_id) == col(Dialogue.id)))
        .where(
            Dialogue.state == "published",
            Dialogue.repetition == "",
            col(Dialogue.starts_at) <= until,
            col(Dialogue.ends_at) > now,
            col(Dialogue.announced_sequence) == col(Dialogue.calendar_sequence),
        )
        .order_by(col(Dialogue.id))
    ):
        _dialogue, starts = found.setdefault(dialogue.id, (dialogue, {}))
        starts.setdefault(start or dialogue.start, []).append(offer_id)
    for dialogue, offer_id, start in session.exec(
        select(Dialogue, Offer.id, DialogueDate.start)
        .join(DialogueDate, and_(col(DialogueDate.dialogue_id) == col(Dialogue.id)))
        .join(Offer, and_(col(Offer.dialogue_id) == col(Dialogue.id)))
        .where(
            Dialogue.state == "published",
            DialogueDate.state == "planned",
            col(DialogueDate.starts_at) <= until,
            col(DialogueDate.ends_at) > now,
            col(Dialogue.announced_sequence) == col(Dialogue.calendar_sequence),
        )
        .order_by(col(Dialogue.id))
    ):
        _dialogue, starts = found.setdefault(dialogue.id, (dialogue, {}))
        starts.setdefault(start, []).append(offer_id)
    return found


def ended_without_survey(session: Session, *, now: datetime) -> list[Dialogue]:
    """Dialogues that ended lately and ask nobody: a survey's letter would thank."""
    return list(
        session.exec(
            select(Dialogue)
            .where(
                col(Dialogue.state).in_(("published", "held", "closed")),
                Dialogue.survey_days == 0,
                col(Dialogue.ends_at) <= now,
                col(Dialogue.ends_at) > now - THANK_WITHIN,
            )
            .order_by(col(Dialogue.id))
        )
    )


def in_circle(dialogue_id: str, circle: str) -> SelectOfScalar[str]:
    """The ids of registrations with an address that belong to a circle now."""
    found = select(Registration.id).where(
        Registration.dialogue_id == dialogue_id,
        col(Registration.email).is_not(None),
        col(Registration.erased_at).is_(None),
    )
    if circle == Circle.ARRIVED:
        came = select(Arrival.registration_id).where(
            Arrival.dialogue_id == dialogue_id, col(Arrival.undone_at).is_(None)
        )
        return found.where(col(Registration.id).in_(came))
    return found.where(Registration.state == (State.WAITING if circle == Circle.WAITING else State.CONFIRMED))


def reminders_of(session: Session, dialogue_id: str, keys: Sequence[str]) -> list[str]:
    """The ids of the reminders with these planned wall times."""
    return list(
        session.exec(
            select(Mailing.id).where(
                Mailing.dialogue_id == dialogue_id, Mailing.kind == MailingKind.REMINDER, col(Mailing.key).in_(keys)
            )
        )
    )


def to_remind(
    dialogue_id: str, offer_ids: Sequence[str], *, due: datetime, others: Sequence[str] = ()
) -> SelectOfScalar[str]:
    """Who had a place in one of these offers when the reminder was due, and was not written to about its time since.

    Nobody is reminded of one date twice within a day, whatever moved; `others` are reminders of other dates.
    """
    wished = select(Wish.registration_id).where(col(Wish.offer_id).in_(offer_ids))
    heard = select(Letter.registration_id).where(
        Letter.dialogue_id == dialogue_id,
        or_(
            and_(
                col(Letter.kind) == "reminder",
                col(Letter.created_at) > due - REMIND_BEFORE,
                *(col(Letter.dedupe_key).not_like(f"mailing:{other}:%") for other in others),
            ),
            and_(col(Letter.kind) == "change", col(Letter.created_at) >= due),
        ),
        col(Letter.registration_id).is_not(None),
    )
    return in_circle(dialogue_id, Circle.CONFIRMED).where(
        col(Registration.confirmed_at) <= due,
        col(Registration.id).in_(wished),
        col(Registration.id).not_in(heard),
    )


def snapshot(mailing: Mailing, who: SelectOfScalar[str]) -> Any:
    """The rows of a mailing's recipients."""
    chosen = who.subquery()
    return select(literal(mailing.initiative_id), literal(mailing.id), chosen.c.id, literal(RecipientState.OPEN.value))


def recipients_open(session: Session, mailing_id: str, *, limit: int) -> list[MailingRecipient]:
    return list(
        session.exec(
            select(MailingRecipient)
            .where(MailingRecipient.mailing_id == mailing_id, MailingRecipient.state == RecipientState.OPEN)
            .order_by(col(MailingRecipient.registration_id))
            .limit(limit)
        )
    )


def recipient_counts(session: Session, mailing_ids: Sequence[str]) -> dict[str, dict[str, int]]:
    """Mailing id → state of the recipient → how many."""
    found: dict[str, dict[str, int]] = {identity: {} for identity in mailing_ids}
    for mailing_id, state, number in session.exec(
        select(MailingRecipient.mailing_id, MailingRecipient.state, func.count())
        .where(col(MailingRecipient.mailing_id).in_(mailing_ids))
        .group_by(MailingRecipient.mailing_id, MailingRecipient.state)
    ):
        found[mailing_id][state] = number
    return found


def offers_ending(session: Session, *, now: datetime, limit: int) -> list[Registration]:
    """Offers of a place that end soon, were made long enough ago, and of whose end nobody was reminded."""
    offered = (
        select(func.max(Letter.created_at))
        .where(Letter.registration_id == Registration.id, Letter.kind == "offer")
        .scalar_subquery()
    )
    # Within so many hours before the end; what an earlier offer said lies further back.
    reminded = select(Letter.registration_id).where(
        Letter.kind == "offer_reminder",
        col(Letter.created_at) > now - OFFER_REMINDER_BEFORE,
        col(Letter.registration_id).is_not(None),
    )
    return list(
        session.exec(
            select(Registration)
            .where(
                Registration.state == State.OFFERED,
                col(Registration.offered_until) > now,
                col(Registration.offered_until) <= now + OFFER_REMINDER_BEFORE,
                col(Registration.email).is_not(None),
                offered <= now - OFFER_REMINDER_AFTER,
                col(Registration.id).not_in(reminded),
            )
            .order_by(col(Registration.offered_until))
            .limit(limit)
        )
    )


def letter_counts(session: Session, dialogue_id: str) -> dict[str, dict[str, int]]:
    """Mailing id → state of the letter → how many."""
    mailing = func.substr(Letter.dedupe_key, len("mailing:") + 1, 16)
    found: dict[str, dict[str, int]] = {}
    for mailing_id, state, number in session.exec(
        select(mailing, Letter.state, func.count())
        .where(Letter.dialogue_id == dialogue_id, col(Letter.dedupe_key).startswith("mailing:"))
        .group_by(mailing, Letter.state)
    ):
        found.setdefault(mailing_id, {})[state] = number
    return found
