"""What organisers do: add by hand, confirm, cancel, release holds."""

from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from events.models import Dialogue
from kit.journal import answered, audit, remember
from registration.models import Registration
from registration.operations import standing
from registration.operations.own import cancel_for, fresh
from registration.operations.places import lock
from registration.operations.refusals import Full, Over
from registration.operations.sign_up import create, declare, drop_hold
from registration.rules import CancelReason, Party, State

FLOW = "add-registration"
# The letters of more would hold the writer of SQLite too long.
RELEASED_AT_ONCE = 20


def add_by_hand(
    session: Session, *, dialogue: Dialogue, party: Party, form_key: str, actor: str, now: datetime
) -> Registration:
    """A confirmed registration within capacity. An address is not required; letters can then be printed."""
    dialogue = lock(session, dialogue.id)
    known = answered(session, initiative_id=dialogue.initiative_id, key=form_key, flow=FLOW)
    if known is not None:
        return session.get_one(Registration, known)
    registration, _participants = create(session, dialogue=dialogue, party=party, source="organiser", now=now)
    declare(session, registration, party.consents, channel="organiser", token_id="", now=now)
    registration.email_verified_at = now if party.email else None
    if not standing.confirm_place(session, dialogue=dialogue, registration=registration, actor=actor, now=now):
        raise Full
    remember(
        session,
        initiative_id=dialogue.initiative_id,
        key=form_key,
        flow=FLOW,
        object_id=registration.id,
        now=now,
    )
    return registration


def confirm_by_hand(session: Session, *, registration: Registration, actor: str, now: datetime) -> Registration:
    """Confirms somebody who waits, was offered seats, has not confirmed the address or was cancelled. Within capacity."""
    dialogue, registration = fresh(session, registration)
    if registration.state == State.CONFIRMED:
        return registration
    if not may_be_confirmed(registration):
        raise Over
    if not standing.confirm_place(session, dialogue=dialogue, registration=registration, actor=actor, now=now):
        raise Full
    return registration


def may_be_confirmed(registration: Registration) -> bool:
    """Whether a team can give this party a place: anew too, unless another registration took its place or nobody is left."""
    if registration.state == State.CANCELLED:
        reasons = (CancelReason.BY_PERSON, CancelReason.BY_ORGANISER)
        return registration.cancel_reason in reasons and registration.erased_at is None
    return registration.state in (State.UNCONFIRMED, State.WAITING, State.OFFERED, State.EXPIRED)


def cancel_by_hand(session: Session, *, registration: Registration, actor: str, now: datetime) -> Registration:
    """Cancels somebody's registration; the person is told. Doing it twice changes nothing."""
    return cancel_for(session, registration=registration, reason=CancelReason.BY_ORGANISER, actor=actor, now=now)


def release_holds(session: Session, *, dialogue: Dialogue, actor: str, now: datetime) -> int:
    """Takes the seats of all sign-ups without a confirmed address back early, each with a letter. Returns how many.

    All of them end here; the first give their seats back at once, the others in the next run of `end_holds`.
    """
    dialogue = lock(session, dialogue.id)
    unconfirmed = (col(Registration.dialogue_id) == dialogue.id, col(Registration.state) == State.UNCONFIRMED)
    ended = session.connection().execute(
        update(Registration)
        .where(*unconfirmed, col(Registration.hold_until) > now)
        .values(hold_until=now, cancel_reason=CancelReason.HOLD_RELEASED)
    )
    if ended.rowcount == 0:
        return 0
    first = (
        select(Registration)
        .where(*unconfirmed, Registration.cancel_reason == CancelReason.HOLD_RELEASED)
        .order_by(col(Registration.created_at), col(Registration.id))
        .limit(RELEASED_AT_ONCE)
        .execution_options(populate_existing=True)
    )
    for registration in session.exec(first).all():
        drop_hold(session, registration, actor=actor, now=now)
    audit(
        session,
        initiative_id=dialogue.initiative_id,
        actor=actor,
        action="dialogue.release_holds",
        object_kind="dialogue",
        object_id=dialogue.id,
        detail=f"{ended.rowcount} holds",
        now=now,
    )
    return ended.rowcount


def release_hold(session: Session, *, registration: Registration, actor: str, now: datetime) -> bool:
    """Takes the seats of an unconfirmed sign-up back early, with a letter. Returns whether there was a hold."""
    _dialogue, registration = fresh(session, registration)
    if registration.state != State.UNCONFIRMED or registration.hold_until is None:
        return False
    registration.cancel_reason = CancelReason.HOLD_RELEASED
    drop_hold(session, registration, actor=actor, now=now)
    return True
