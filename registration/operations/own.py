"""What the person does: confirm the address, extend the hold, answer an offer, change names, cancel."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from events.models import Dialogue
from events.queries import facts
from events.rules import closes_at, list_is_over
from kit.db import reread
from kit.journal import answered, remember
from registration import letters, queries
from registration.models import Registration
from registration.operations import standing
from registration.operations.places import free_seats, lock
from registration.operations.refusals import (
    CannotExtend,
    ChoiceNeeded,
    NothingOffered,
    Over,
    PeopleChanged,
    WouldLoseSeats,
)
from registration.operations.sign_up import index, seats_may_be_taken
from registration.rules import CancelReason, Choice, State, extended_hold

EXTEND_FLOW = "extend"


def fresh(session: Session, registration: Registration) -> tuple[Dialogue, Registration]:
    """Locks the dialogue and reads both again: what was read before the lock may be old."""
    dialogue = lock(session, registration.dialogue_id)
    reread(session, registration)
    return dialogue, registration


def confirm(
    session: Session, *, registration: Registration, choice: Choice | None = None, now: datetime
) -> Registration:
    """The address is right. The held seats become confirmed ones; without a hold a free seat or the list.

    When the list is over as well, the registration ends with a letter. With an earlier registration of the same address
    the person chooses: keep it, change to this one, or add this one.
    Confirming twice changes nothing.
    """
    dialogue, registration = fresh(session, registration)
    if registration.email_verified_at is not None:
        return registration
    if registration.state not in (State.UNCONFIRMED, State.EXPIRED):
        raise Over
    standing.refuse_unless_coming(dialogue, now)
    earlier = queries.other_active(session, registration)
    if earlier and choice is None:
        raise ChoiceNeeded
    actor = letters.contact_pseudonym(registration)
    if earlier and choice == Choice.KEEP:
        registration.email_verified_at = now
        standing.end(
            session,
            registration=registration,
            state=State.CANCELLED,
            reason=CancelReason.DUPLICATE,
            actor=actor,
            tell=False,
            now=now,
        )
        return registration
    replaced = earlier if choice == Choice.CHANGE else []
    sits = may_have_seats(session, dialogue, registration, instead_of=replaced, now=now)
    if not sits and any(old.state == State.CONFIRMED for old in replaced):
        raise WouldLoseSeats
    registration.email_verified_at = now
    for old in replaced:
        standing.end(
            session,
            registration=old,
            state=State.CANCELLED,
            reason=CancelReason.REPLACED,
            actor=actor,
            now=now,
        )
    if sits and standing.confirm_place(session, dialogue=dialogue, registration=registration, actor=actor, now=now):
        return registration
    if list_is_over(facts(dialogue), now):
        standing.leave_list(session, registration=registration, actor=actor, now=now)
    else:
        standing.put_on_list(session, dialogue=dialogue, registration=registration, actor=actor, now=now)
    return registration


def may_have_seats(
    session: Session,
    dialogue: Dialogue,
    registration: Registration,
    *,
    instead_of: Sequence[Registration] = (),
    now: datetime,
) -> bool:
    """Seats it holds already, those of the registrations it replaces, or free ones that no waiting party fits into.

    Once the list is over nobody is served from it, so nobody is passed over.
    """
    if queries.places_of(session, registration.id):
        return True
    offer = queries.offer_of(session, registration.id)
    size = len(queries.participants_of(session, registration.id))
    own = sum(place.offer_id == offer.id for old in instead_of for place in queries.places_of(session, old.id))
    if list_is_over(facts(dialogue), now):
        free = free_seats(session, offer.id)
        return free is None or size - own <= free
    return size <= own or seats_may_be_taken(session, dialogue=dialogue, offer=offer, size=size - own)


def extend(session: Session, *, registration: Registration, form_key: str = "", now: datetime) -> Registration:
    """Holds the seats longer, by as much again, up to 24 hours in all and never past closing.

    The same form key extends once.
    """
    dialogue, registration = fresh(session, registration)
    if form_key and answered(session, initiative_id=registration.initiative_id, key=form_key, flow=EXTEND_FLOW):
        return registration
    if registration.state != State.UNCONFIRMED or registration.hold_until is None or registration.hold_until <= now:
        raise CannotExtend
    longer = extended_hold(
        started_at=registration.hold_started_at or registration.created_at,
        until=registration.hold_until,
        step=timedelta(minutes=registration.hold_step_minutes),
        closes_at=closes_at(facts(dialogue)),
    )
    if longer is None:
        raise CannotExtend
    registration.hold_until = longer
    session.add(registration)
    if form_key:
        remember(
            session,
            initiative_id=registration.initiative_id,
            key=form_key,
            flow=EXTEND_FLOW,
            object_id=registration.id,
            now=now,
        )
    standing.note(
        session, registration, actor=letters.contact_pseudonym(registration), action="registration.extend", now=now
    )
    return registration


def accept_offer(session: Session, *, registration: Registration, now: datetime) -> Registration:
    """Takes the offered seats. Doing it twice changes nothing."""
    dialogue, registration = fresh(session, registration)
    if registration.state == State.CONFIRMED:
        return registration
    if registration.state != State.OFFERED or registration.offered_until is None or registration.offered_until <= now:
        raise NothingOffered
    standing.confirm_place(
        session,
        dialogue=dialogue,
        registration=registration,
        actor=letters.contact_pseudonym(registration),
        now=now,
    )
    return registration


def decline_offer(session: Session, *, registration: Registration, now: datetime) -> Registration:
    """Gives the offered seats back. Doing it twice changes nothing."""
    _dialogue, registration = fresh(session, registration)
    if registration.state == State.DECLINED:
        return registration
    if registration.state != State.OFFERED:
        raise NothingOffered
    standing.end(
        session,
        registration=registration,
        state=State.DECLINED,
        reason=CancelReason.BY_PERSON,
        actor=letters.contact_pseudonym(registration),
        now=now,
    )
    return registration


def cancel(session: Session, *, registration: Registration, now: datetime) -> Registration:
    """The whole party does not come. Cancelling twice changes nothing."""
    actor = letters.contact_pseudonym(registration)
    return cancel_for(session, registration=registration, reason=CancelReason.BY_PERSON, actor=actor, now=now)


def cancel_for(
    session: Session, *, registration: Registration, reason: CancelReason, actor: str, now: datetime
) -> Registration:
    """Cancels on somebody's behalf; the person is told. Doing it twice changes nothing."""
    _dialogue, registration = fresh(session, registration)
    if registration.state in (State.CANCELLED, State.DECLINED):
        return registration
    standing.end(session, registration=registration, state=State.CANCELLED, reason=reason, actor=actor, now=now)
    return registration


def change_names(
    session: Session, *, registration: Registration, names: Mapping[str, str], actor: str, now: datetime
) -> bool:
    """Sets names by the ids of their people. Returns whether anything changed.

    Raises PeopleChanged unless they are exactly those who come: a page may be older than a cancellation.
    """
    _dialogue, registration = fresh(session, registration)
    if registration.state in (State.CANCELLED, State.DECLINED, State.EXPIRED):
        raise Over
    participants = queries.participants_of(session, registration.id)
    if names.keys() != {person.id for person in participants}:
        raise PeopleChanged
    if all((person.name or "") == names[person.id] for person in participants):
        return False
    for person in participants:
        person.name = names[person.id] or None
        session.add(person)
    index(registration, participants)
    session.add(registration)
    standing.note(session, registration, actor=actor, action="registration.rename", now=now)
    return True
