"""Background work on registrations. Each function does one chunk in one transaction and may run twice without harm."""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial

from sqlalchemy import delete
from sqlmodel import Session, col

from events.date_queries import dates_of
from events.queries import facts
from events.rules import list_ends_at, list_is_over
from kit.db import Database, ScopedSession, wide, within
from kit.journal import SYSTEM, FormAnswer
from mail.models import Letter
from registration import letters, queries
from registration.models import (
    AccessNeed,
    Arrival,
    Consent,
    Invitation,
    MailingRecipient,
    Participant,
    Place,
    Registration,
    Wish,
)
from registration.operations import standing
from registration.operations.erasure import forget_answers
from registration.operations.own import fresh
from registration.operations.places import free_seats, lock, places, release
from registration.operations.sign_up import drop_hold
from registration.rules import (
    FORGET_UNCONFIRMED_AFTER,
    CancelReason,
    PlaceState,
    State,
    at_once,
    next_parties,
    offer_deadline,
)

# Letters are most of the work, about ten milliseconds each: a chunk must not hold the writer longer than a quarter second.
CHUNK = 20
# A sweep that finds more than this leaves the rest to the next one, so that its siblings get their turn.
MOST_CHUNKS = 50

log = logging.getLogger(__name__)


def each(
    database: Database,
    find: Callable[[ScopedSession], list[Registration]],
    act: Callable[[ScopedSession, Registration], object],
) -> int:
    """Finds due registrations of all initiatives, then acts on each in its own short transaction, chunk by chunk."""
    done = 0
    for _chunk in range(MOST_CHUNKS):
        with database.read(wide("sweep")) as session:
            due = [(row.initiative_id, row.id) for row in find(session)]
        for initiative_id, registration_id in due:

            def work(session: ScopedSession, identity: str = registration_id) -> None:
                row = session.get(Registration, identity)
                if row is not None:
                    act(session, row)

            done += alone(partial(database.transact, within(initiative_id), work, background=True), 1)
        if len(due) < CHUNK:
            break
    return done


def alone(work: Callable[[], int | None], counts: int | None = None) -> int:
    """Does one piece of a sweep; a piece that fails is logged and does not stop the others. Returns how much was done."""
    try:
        done = work()
    except Exception:
        log.exception("one piece of a sweep failed")
        return 0
    return counts if counts is not None else done or 0


def end_holds(database: Database, now: datetime) -> int:
    """Seats of sign-ups that were not confirmed in time go on. The person may still confirm later."""

    def act(session: ScopedSession, registration: Registration) -> None:
        _dialogue, registration = fresh(session, registration)
        if registration.state == State.UNCONFIRMED and registration.hold_until and registration.hold_until <= now:
            drop_hold(session, registration, actor=SYSTEM, now=now)

    return each(database, lambda session: queries.holds_over(session, now=now, limit=CHUNK), act)


def end_offers(database: Database, now: datetime) -> int:
    """Offered seats nobody took go to the next party."""

    def act(session: ScopedSession, registration: Registration) -> None:
        _dialogue, registration = fresh(session, registration)
        if registration.state != State.OFFERED or not registration.offered_until or registration.offered_until > now:
            return
        release(session, registration_id=registration.id)
        registration.state = State.EXPIRED
        registration.offered_until = None
        registration.waiting_since = None
        registration.ended_at = now
        session.add(registration)
        letters.offer_ended(session, registration, now=now)
        standing.note(session, registration, actor=SYSTEM, action="registration.offer_ended", now=now)

    return each(database, lambda session: queries.offers_over(session, now=now, limit=CHUNK), act)


def serve_lists(database: Database, now: datetime) -> int:
    """Offers free seats to those who wait, whole parties in order."""
    with database.read(wide("sweep")) as session:
        due = [
            (offer.initiative_id, offer.dialogue_id, offer.id)
            for offer in queries.offers_with_waiting(session)
            if offer.capacity is None or offer.taken < offer.capacity
        ]
    served = 0
    for initiative_id, dialogue_id, offer_id in due:
        work = partial(serve_list, dialogue_id=dialogue_id, offer_id=offer_id, now=now)
        for _chunk in range(MOST_CHUNKS):
            parties = alone(partial(database.transact, within(initiative_id), work, background=True))
            served += parties
            if parties < CHUNK:
                break
    return served


def serve_list(session: Session, *, dialogue_id: str, offer_id: str, now: datetime) -> int:
    """One offer's list. Returns how many parties were served."""
    dialogue = lock(session, dialogue_id)
    deadline = list_ends_at(facts(dialogue))
    if dialogue.state not in ("published", "postponed") or deadline <= now:
        return 0
    served = next_parties(
        queries.waiting_for(session, offer_id), free=free_seats(session, offer_id), fill_gaps=dialogue.fill_gaps
    )[:CHUNK]
    for registration_id in served:
        registration = session.get_one(Registration, registration_id)
        if at_once(now=now, list_deadline=deadline, ticked=registration.take_at_once):
            standing.confirm_place(session, dialogue=dialogue, registration=registration, actor=SYSTEM, now=now)
            continue
        participants = queries.participants_of(session, registration_id)
        if not places(session, offer_id=offer_id, participants=participants, state=PlaceState.OFFERED, now=now):
            break
        registration.state = State.OFFERED
        registration.offered_until = offer_deadline(now=now, offer_hours=dialogue.offer_hours, list_deadline=deadline)
        session.add(registration)
        letters.offered(session, registration, now=now)
        standing.note(session, registration, actor=SYSTEM, action="registration.offer", now=now)
    return len(served)


def end_lists(database: Database, now: datetime) -> int:
    """Who still waits when the list is over hears that nothing became free."""

    def act(session: ScopedSession, registration: Registration) -> None:
        dialogue, registration = fresh(session, registration)
        if registration.state == State.WAITING and list_is_over(facts(dialogue), now) and dialogue.ends_at > now:
            standing.leave_list(session, registration=registration, actor=SYSTEM, now=now)

    return each(database, lambda session: queries.waiting_in_vain(session, now=now, limit=CHUNK), act)


def announce_changes(database: Database, now: datetime) -> int:
    """Tells everybody registered of a new time, place or title, or of a cancellation, in chunks."""
    with database.read(wide("sweep")) as session:
        due = [(row.initiative_id, row.id) for row in queries.dialogues_to_announce(session)]
    told = 0
    for initiative_id, dialogue_id in due:
        work = partial(announce_chunk, dialogue_id=dialogue_id, now=now)
        while chunk := alone(partial(database.transact, within(initiative_id), work, background=True)):
            told += chunk
    return told


def announce_chunk(session: Session, *, dialogue_id: str, now: datetime) -> int:
    """Tells one chunk of people. Returns how many; 0 when everybody knows, which is noted at the dialogue."""
    dialogue = lock(session, dialogue_id)
    due = queries.registrations_to_tell(session, dialogue, limit=CHUNK)
    if not due:
        dialogue.announced_sequence = dialogue.calendar_sequence
        session.add(dialogue)
        return 0
    dates = dates_of(session, dialogue)
    for registration in due:
        since, registration.told_sequence = registration.told_sequence, dialogue.calendar_sequence
        session.add(registration)
        if dialogue.state == "cancelled":
            standing.end(
                session,
                registration=registration,
                state=State.CANCELLED,
                reason=CancelReason.DIALOGUE,
                actor=SYSTEM,
                tell=registration.email_verified_at is not None or registration.source != "web",
                now=now,
            )
        elif registration.state == State.CONFIRMED:
            # What changes of all these people is written in one statement, at the end.
            with session.no_autoflush:
                party = queries.offer_of(session, registration.id), queries.participants_of(session, registration.id)
                invitation = standing.invite(session, registration, offer=party[0], method="REQUEST", now=now)
                letters.change(
                    session, registration, invitation=invitation, party=party, dates=dates, since=since, now=now
                )
                standing.note(session, registration, actor=SYSTEM, action="registration.told", now=now)
        elif registration.state in (State.WAITING, State.OFFERED):
            letters.change(session, registration, invitation=None, dates=dates, since=since, now=now)
            standing.note(session, registration, actor=SYSTEM, action="registration.told", now=now)
    return len(due)


def forget_unconfirmed(database: Database, now: datetime) -> int:
    """Deletes sign-ups that were never confirmed, seven days after their hold ended."""
    before = now - FORGET_UNCONFIRMED_AFTER

    def act(session: ScopedSession, registration: Registration) -> None:
        _dialogue, registration = fresh(session, registration)
        if registration.email_verified_at is None and registration.state in (State.UNCONFIRMED, State.EXPIRED):
            delete_registration(session, registration)
            standing.note(session, registration, actor=SYSTEM, action="registration.forget", now=now)

    return each(database, lambda session: queries.unconfirmed_to_forget(session, before=before, limit=CHUNK), act)


def delete_registration(session: Session, registration: Registration) -> None:
    """Takes a registration and everything below it away; the audit log keeps pseudonyms only."""
    release(session, registration_id=registration.id)
    forget_answers(session, registration)
    connection = session.connection()
    for table in (AccessNeed, Arrival, Consent, Invitation, MailingRecipient, Wish, Place):
        connection.execute(delete(table).where(col(table.registration_id) == registration.id))
    connection.execute(delete(Participant).where(col(Participant.registration_id) == registration.id))
    connection.execute(delete(Letter).where(col(Letter.registration_id) == registration.id))
    connection.execute(delete(FormAnswer).where(col(FormAnswer.object_id) == registration.id))
    connection.execute(delete(Registration).where(col(Registration.id) == registration.id))
    session.expunge(registration)
