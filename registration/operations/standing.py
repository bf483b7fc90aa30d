"""What becomes of a registration: confirmed, waiting, cancelled; and the calendar entry that follows it."""

from datetime import datetime

from sqlmodel import Session

from events.models import Dialogue, Offer
from kit.db import insert
from kit.ids import new_id
from kit.journal import audit
from kit.settings import settings
from registration import answer_queries, letters, queries
from registration.invitations import new_uid
from registration.models import CalendarAnswer, Invitation, Registration
from registration.operations.places import places, release, set_place_state
from registration.operations.refusals import Closed, Over
from registration.rules import CancelReason, Partstat, PlaceState, State, Verdict

WHOLE = "dialogue"


def confirm_place(
    session: Session, *, dialogue: Dialogue, registration: Registration, actor: str, now: datetime
) -> bool:
    """Gives a registration its confirmed seats: those it holds, or free ones. False when they do not fit.

    The dialogue is locked, and `dialogue` was read after the lock. Raises Closed when it does not take place any more.
    """
    refuse_unless_coming(dialogue, now)
    # One statement writes in the end all that changes of the registration.
    with session.no_autoflush:
        offer = queries.offer_of(session, registration.id)
        participants = queries.participants_of(session, registration.id)
        if set_place_state(session, registration_id=registration.id, state=PlaceState.CONFIRMED) == 0 and not places(
            session, offer_id=offer.id, participants=participants, state=PlaceState.CONFIRMED, now=now
        ):
            return False
        invitation = invite(session, registration, offer=offer, method="REQUEST", now=now)
    registration.state = State.CONFIRMED
    registration.cancel_reason = ""
    registration.confirmed_at = now
    registration.ended_at = None
    registration.hold_until = None
    registration.offered_until = None
    registration.waiting_since = None
    registration.told_sequence = dialogue.calendar_sequence
    session.add(registration)
    letters.confirmation(session, registration, invitation=invitation, party=(offer, participants), now=now)
    note(session, registration, actor=actor, action="registration.confirm", now=now)
    return True


def refuse_unless_coming(dialogue: Dialogue, now: datetime) -> None:
    """Nobody joins a dialogue that was cancelled meanwhile or is over. Raises Closed."""
    if dialogue.state not in ("published", "postponed") or dialogue.ends_at <= now:
        raise Closed


def put_on_list(session: Session, *, dialogue: Dialogue, registration: Registration, actor: str, now: datetime) -> None:
    """Onto the waiting list, behind everybody whose address was confirmed before."""
    registration.state = State.WAITING
    registration.cancel_reason = ""
    registration.waiting_since = now
    registration.hold_until = None
    registration.told_sequence = dialogue.calendar_sequence
    session.add(registration)
    session.flush()
    letters.waiting(session, registration, now=now)
    note(session, registration, actor=actor, action="registration.wait", now=now)


def leave_list(session: Session, *, registration: Registration, actor: str, now: datetime) -> None:
    """The list is over and nothing is free for this party: it ends, and the person is told. A team may still add it."""
    registration.state = State.EXPIRED
    registration.cancel_reason = CancelReason.NO_SEAT
    registration.hold_until = None
    registration.waiting_since = None
    registration.ended_at = now
    session.add(registration)
    letters.no_seat(session, registration, now=now)
    note(session, registration, actor=actor, action="registration.no_seat", now=now)


def end(
    session: Session,
    *,
    registration: Registration,
    state: State,
    reason: CancelReason,
    actor: str,
    now: datetime,
    tell: bool = True,
) -> None:
    """Ends a registration: seats go back, the calendar entry is withdrawn, the person is told. The dialogue is locked."""
    if registration.state in (State.CANCELLED, State.DECLINED):
        raise Over
    release(session, registration_id=registration.id)
    registration.state = state
    registration.cancel_reason = reason
    registration.hold_until = None
    registration.offered_until = None
    registration.waiting_since = None
    registration.ended_at = now
    session.add(registration)
    invitation = withdraw(session, registration, now=now)
    if tell:
        letters.cancellation(session, registration, invitation=invitation, reason=reason, now=now)
    note(session, registration, actor=actor, action=f"registration.{state}", detail=reason, now=now)


def invite(
    session: Session, registration: Registration, *, method: str, now: datetime, offer: Offer | None = None
) -> Invitation | None:
    """The calendar entry of the contact: new, or told again under a higher SEQUENCE. None without an address.

    `offer` is the one of the registration, where the caller has read it.
    """
    if not registration.email:
        return None
    offer = offer or queries.offer_of(session, registration.id)
    attended = offer.id if offer.start else WHOLE
    invitation = queries.invitation_of(session, registration.id)
    if invitation is None:
        identity = new_id()
        invitation = Invitation(
            id=identity,
            initiative_id=registration.initiative_id,
            registration_id=registration.id,
            recipient=registration.email,
            attended=attended,
            uid=new_uid(identity, settings().host),
            sequence=0,
            dtstamp=now,
            method=method,
        )
        insert(session, invitation)
    else:
        invitation.sequence += 1
        invitation.dtstamp = max(now, invitation.dtstamp)
        invitation.method = method
        if invitation.answer == Partstat.DECLINED:
            settle(session, registration, Verdict.VOID, now=now)
        invitation.answer = ""
        invitation.answered_at = None
        session.add(invitation)
    return invitation


def settle(session: Session, registration: Registration, verdict: Verdict, *, now: datetime) -> CalendarAnswer | None:
    """Ends the time in which a decline can be taken back. Returns the decline, None where none waits."""
    waiting = answer_queries.grace_of(session, registration.id)
    if waiting is not None:
        waiting.verdict = verdict
        waiting.done_at = now
        session.add(waiting)
    return waiting


def withdraw(session: Session, registration: Registration, *, now: datetime) -> Invitation | None:
    """Turns a sent invitation into its CANCEL; None when there was none to withdraw."""
    invitation = queries.invitation_of(session, registration.id)
    if invitation is None or invitation.method == "CANCEL":
        return None
    return invite(session, registration, method="CANCEL", now=now)


def note(
    session: Session, registration: Registration, *, actor: str, action: str, now: datetime, detail: str = ""
) -> None:
    """The audit row of a change to a registration."""
    audit(
        session,
        initiative_id=registration.initiative_id,
        actor=actor,
        action=action,
        object_kind="registration",
        object_id=registration.id,
        detail=detail,
        now=now,
    )
