"""Every SELECT about answers to invitations."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_
from sqlmodel import Session, col, func, select

from registration.models import CalendarAnswer, Invitation, Registration
from registration.rules import State, Verdict

# Answers of which nobody knows that the invited person gave them, or that say nothing.
NOBODYS = (Verdict.OTHER_UID, Verdict.OTHER_ADDRESS, Verdict.ONE_DATE, Verdict.NO_ANSWER)


def invitation_by_id(session: Session, invitation_id: str) -> Invitation | None:
    """The invitation as the database has it now."""
    return session.exec(
        select(Invitation).where(Invitation.id == invitation_id).execution_options(populate_existing=True)
    ).first()


def answers_of(session: Session, registration_id: str) -> list[CalendarAnswer]:
    """What calendars answered, the latest first."""
    return list(
        session.exec(
            select(CalendarAnswer)
            .where(CalendarAnswer.registration_id == registration_id)
            .order_by(col(CalendarAnswer.received_at).desc(), CalendarAnswer.recurrence_id, col(CalendarAnswer.id))
        )
    )


def grace_of(session: Session, registration_id: str) -> CalendarAnswer | None:
    """The decline that frees the place of a registration when it is due."""
    return session.exec(
        select(CalendarAnswer).where(
            CalendarAnswer.registration_id == registration_id, CalendarAnswer.verdict == Verdict.GRACE
        )
    ).first()


def declines_due(session: Session, *, now: datetime, limit: int) -> list[Registration]:
    """Registrations whose calendar declined and did not take it back in time."""
    return list(
        session.exec(
            select(Registration)
            .join(CalendarAnswer, and_(col(CalendarAnswer.registration_id) == col(Registration.id)))
            .where(CalendarAnswer.verdict == Verdict.GRACE, col(CalendarAnswer.act_at) <= now)
            .order_by(col(CalendarAnswer.act_at))
            .limit(limit)
        )
    )


def answer_told(session: Session, told: CalendarAnswer) -> bool:
    """Whether another mail said the same before: a copy, which a mail program may send at any time."""
    same = select(CalendarAnswer.id).where(
        CalendarAnswer.invitation_id == told.invitation_id,
        CalendarAnswer.method == told.method,
        CalendarAnswer.partstat == told.partstat,
        CalendarAnswer.sequence == told.sequence,
        CalendarAnswer.stamp == told.stamp,
        col(CalendarAnswer.verdict).not_in(NOBODYS),
    )
    return told.stamp is not None and session.exec(same).first() is not None


def answer_of_mail(session: Session, invitation_id: str, inbound_id: str, recurrence_id: str) -> CalendarAnswer | None:
    """What a mail answered to one date, or to all of them."""
    return session.exec(
        select(CalendarAnswer).where(
            CalendarAnswer.invitation_id == invitation_id,
            CalendarAnswer.inbound_id == inbound_id,
            CalendarAnswer.recurrence_id == recurrence_id,
        )
    ).first()


def shown_answers(session: Session, registration_ids: Sequence[str]) -> dict[str, str]:
    """Registration id → what its calendar answered, for those that were invited; empty where it did not."""
    if not registration_ids:
        return {}
    return dict(
        session.exec(
            select(Invitation.registration_id, Invitation.answer).where(
                col(Invitation.registration_id).in_(registration_ids)
            )
        ).all()
    )


def answers_counted(session: Session, dialogue_id: str) -> dict[str, int]:
    """Answer → confirmed registrations whose calendar gave it; empty for those that did not answer."""
    return dict(
        session.exec(
            select(Invitation.answer, func.count())
            .join(Registration, and_(col(Registration.id) == col(Invitation.registration_id)))
            .where(Registration.dialogue_id == dialogue_id, Registration.state == State.CONFIRMED)
            .group_by(Invitation.answer)
        ).all()
    )
