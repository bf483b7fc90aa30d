"""The only writers of subscriptions: one function per verb."""

import logging
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select

from accounts.rules import OPERATOR_INITIATIVE_ID
from events.models import Dialogue
from events.rules import DialogueState
from kit.db import insert
from kit.errors import NotFound
from kit.ids import new_id
from kit.journal import SYSTEM, answered, audit, note_erasure, pseudonym, remember
from kit.text import address, normalised_address
from kit.tokens import token_hash
from mail.limits import over_limit
from mail.operations import forget_letters_keyed
from mail.rules import Reason
from network.operations import ensure_operator
from registration import consent_queries
from registration.models import Consent, Registration
from registration.operations.consents import ended_elsewhere, heard
from registration.operations.sign_up import keep_words
from registration.rules import Declaration
from subscription import letters, queries
from subscription.models import Mention, Subscription
from subscription.queries import News, wanted_by
from subscription.rules import (
    PROOF_KEPT,
    UNCONFIRMED_KEPT,
    State,
    Wanted,
    confirmable,
    next_digest,
)

FLOW = "subscribe"
# Letters written in one transaction: SQLite's writer is held for an eighth of a second.
CHUNK = 20

log = logging.getLogger(__name__)


def subscribe(
    session: Session,
    *,
    email: str,
    wanted: Wanted,
    language: str,
    declaration: Declaration,
    form_key: str,
    now: datetime,
) -> None:
    """Asks an address by letter whether it wants to hear of new dialogues; the same form sent twice is one letter.

    Whom it runs for already gets a letter too and loses nothing: nobody learns here who is subscribed. The fourth letter to
    one address within a day is kept and not sent.
    """
    ensure_operator(session, now=now)
    if answered(session, initiative_id=OPERATOR_INITIATIVE_ID, key=form_key, flow=FLOW) is not None:
        return
    normalised = normalised_address(email)
    text_hash = keep_words(session, declaration, now=now)
    row = queries.held_by(session, normalised, wanted)
    if row is None:
        row = Subscription(
            email=address(email),
            normalised_email=normalised,
            land=wanted.land,
            format_code=wanted.format_code,
            inviter_id=wanted.inviter_id,
            kreis=wanted.kreis,
            text_hash=text_hash,
            asked_at=now,
            since=now,
        )
    if row.state == State.UNCONFIRMED:
        row.language = language
        row.text_hash = text_hash
        row.token_id = token_hash(form_key)[:16]
        row.asked_at = row.since = now
    session.add(row)
    session.flush()
    letters.post_confirm(
        session,
        row,
        key=token_hash(form_key)[:16],
        skip_reason=Reason.LIMIT if over_limit(session, address=row.email, now=now) else "",
        now=now,
    )
    remember(session, initiative_id=OPERATOR_INITIATIVE_ID, key=form_key, flow=FLOW, object_id=row.id, now=now)
    note(session, row, actor=_contact(row), action="subscription.ask", now=now, detail=declaration.version)


def confirm(session: Session, *, subscription: Subscription, now: datetime) -> None:
    """The address wants it; a second time nothing happens. Raises NotFound for one that was forgotten meanwhile."""
    row = _held(session, subscription)
    if row.state != State.UNCONFIRMED:
        return
    if not confirmable(asked_at=row.asked_at, now=now):
        raise NotFound
    row.state = State.ACTIVE
    row.confirmed_at = now
    row.next_at = next_digest(now)
    session.add(row)
    note(session, row, actor=_contact(row), action="subscription.confirm", now=now)


def end(session: Session, *, subscription: Subscription, actor: str = "", now: datetime) -> None:
    """No letter any more, from now on. What stays is the proof; the journal of erasures ends it in a restored copy too."""
    row = _held(session, subscription)
    if row.state == State.ENDED:
        return
    row.state = State.ENDED
    row.ended_at = now
    row.normalised_email = None
    row.next_at = None
    session.add(row)
    session.flush()
    session.connection().execute(delete(Mention).where(col(Mention.subscription_id) == row.id))
    forget_letters_keyed(session, prefix=letters.keys_of(row))
    ended_elsewhere(session, row.consent_id, now=now)
    note_erasure(session, kind="subscription", object_id=row.consent_id, now=now)
    note(session, row, actor=actor or _contact(row), action="subscription.end", now=now)


def resume(session: Session, *, subscription: Subscription, declaration: Declaration, now: datetime) -> Subscription:
    """Takes an ended subscription up again: a new declaration, from the mailbox that holds the link. Returns the one that
    runs, which is another one where the address asked once more meanwhile."""
    row = _held(session, subscription)
    if row.state != State.ENDED:
        return row
    other = queries.held_by(session, normalised_address(row.email), wanted_by(row))
    if other is not None:
        # The link proves the mailbox, so that one needs no other proof.
        if other.state == State.UNCONFIRMED:
            other.asked_at = other.since = now
            confirm(session, subscription=other, now=now)
        return other
    row.state = State.ACTIVE
    row.normalised_email = normalised_address(row.email)
    row.consent_id = new_id()
    row.text_hash = keep_words(session, declaration, now=now)
    row.token_id = ""
    row.asked_at = row.confirmed_at = row.since = now
    row.ended_at = None
    row.next_at = next_digest(now)
    session.add(row)
    session.flush()
    note(session, row, actor=_contact(row), action="subscription.resume", now=now, detail=declaration.version)
    return row


def hear_chunk(session: Session, *, now: datetime) -> int:
    """Takes up what people declared with a sign-up: who agreed to new dialogues of an initiative and confirmed the address
    is told of them, who took it back is not. Returns how many declarations."""
    found = consent_queries.unheard(session, limit=CHUNK)
    if found:
        ensure_operator(session, now=now)
    for consent, registration in found:
        if consent.withdrawn_at is not None:
            _take_back(session, consent, registration, now=now)
        elif registration.email:
            _take_up(session, consent, registration, now=now)
        heard(session, consent, registration)
    return len(found)


def _take_up(session: Session, consent: Consent, registration: Registration, *, now: datetime) -> None:
    """The declaration, its words and times become the proof of the subscription: they outlast the registration."""
    assert registration.email is not None
    normalised = normalised_address(registration.email)
    row = queries.held_by(session, normalised, Wanted(inviter_id=registration.initiative_id))
    if row is None:
        row = Subscription(
            email=registration.email,
            normalised_email=normalised,
            inviter_id=registration.initiative_id,
            text_hash=consent.text_hash,
            asked_at=consent.given_at,
            since=now,
        )
    elif row.state == State.ACTIVE:
        return
    row.state = State.ACTIVE
    row.consent_id = consent.id
    row.text_hash = consent.text_hash
    row.token_id = consent.token_id[:16]
    row.language = registration.language
    row.asked_at = consent.given_at
    row.confirmed_at = registration.email_verified_at
    row.since = now
    row.next_at = next_digest(now)
    session.add(row)
    session.flush()
    note(session, row, actor=_contact(row), action="subscription.take_up", now=now, detail=consent.version)


def _take_back(session: Session, consent: Consent, registration: Registration, *, now: datetime) -> None:
    """Ends what came of the declaration, and what the same address had of this initiative by then."""
    row = queries.by_consent(session, consent.id)
    if row is None and registration.email:
        wanted = Wanted(inviter_id=registration.initiative_id)
        row = queries.held_by(session, normalised_address(registration.email), wanted)
    if row is not None and row.state == State.ACTIVE and row.asked_at <= (consent.withdrawn_at or now):
        end(session, subscription=row, now=now)


def tell_chunk(session: Session, *, now: datetime) -> int:
    """Writes the letters of one chunk of subscriptions that may get one, where something is new. Returns how many were
    looked at: each is looked at once a day."""
    rows = queries.due(session, now=now, limit=CHUNK)
    if not rows:
        return 0
    published = queries.news(session, since=min(row.since for row in rows), now=now)
    told = queries.mentioned(session, [row.id for row in rows]) if published else set()
    for row in rows:
        wanted = wanted_by(row)
        found = [
            item
            for item in published
            if item.published_at > row.since
            and (row.id, item.id) not in told
            and wanted.fits(
                land=item.land, format_code=item.format_code, inviter_id=item.initiative_id, kreis=item.kreis
            )
        ]
        if found:
            _tell(session, row, found, now=now)
        row.next_at = next_digest(now)
        session.add(row)
    return len(rows)


def _tell(session: Session, row: Subscription, found: list[News], *, now: datetime) -> None:
    """One letter and the mentions that keep its dialogues out of the next; one that cannot be written waits a day."""
    try:
        with session.begin_nested():
            letters.post_new_dialogues(session, row, found, now=now)
            insert(session, *(Mention(subscription_id=row.id, dialogue_id=item.id, at=now) for item in found))
            note(session, row, actor=SYSTEM, action="subscription.tell", now=now, detail=str(len(found)))
    except DBAPIError:
        raise
    except Exception:
        log.exception("the letter of subscription %s cannot be written", row.id)


def forget(session: Session, *, now: datetime) -> int:
    """Deletes one chunk of what nobody confirmed, and of proofs whose time is over."""
    never = (col(Subscription.state) == State.UNCONFIRMED) & (col(Subscription.asked_at) <= now - UNCONFIRMED_KEPT)
    over = col(Subscription.ended_at) <= now - PROOF_KEPT
    rows = session.exec(select(Subscription).where(never | over).limit(CHUNK)).all()
    for row in rows:
        forget_letters_keyed(session, prefix=letters.keys_of(row))
        session.delete(row)
    return len(rows)


def forget_mentions(session: Session, *, now: datetime) -> int:
    """Deletes mentions of dialogues that are over: nobody is told of them again."""
    past = select(Dialogue.id).where(col(Dialogue.ends_at) <= now, Dialogue.state != DialogueState.POSTPONED)
    return session.connection().execute(delete(Mention).where(col(Mention.dialogue_id).in_(past))).rowcount


def note(session: Session, row: Subscription, *, actor: str, action: str, now: datetime, detail: str = "") -> None:
    """The one audit row of a change, in the log of the operator."""
    audit(
        session,
        initiative_id=OPERATOR_INITIATIVE_ID,
        actor=actor,
        action=action,
        object_kind="subscription",
        object_id=row.id,
        now=now,
        detail=detail,
    )


def _contact(row: Subscription) -> str:
    return pseudonym("contact", row.id)


def _held(session: Session, subscription: Subscription) -> Subscription:
    row = queries.locked(session, subscription.id)
    if row is None:
        raise NotFound
    return row
