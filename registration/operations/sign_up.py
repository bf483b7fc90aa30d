"""Signing up: lock, count, decide, insert, ask for the address to be confirmed."""

import hashlib
from datetime import datetime

from sqlalchemy import bindparam, inspect, text
from sqlmodel import Session, col, select

from events.models import Dialogue, Offer
from events.queries import facts
from events.rules import closes_at
from kit.db import Prepared, as_it_stands, insert, renew, reread, row_by_id
from kit.ids import new_id, new_reference
from kit.journal import audit, remember, whether_answered
from kit.sealed import seal
from kit.text import normalised_address, search_text, sort_key
from kit.tokens import token_hash
from network.models import Initiative
from registration import letters, queries
from registration.access_needs import USE
from registration.models import AccessNeed, Consent, ConsentText, Participant, Place, Registration, Wish
from registration.operations.places import counted, lock_and_ask, release
from registration.operations.refusals import WrongParty
from registration.operations.standing import note, refuse_unless_coming
from registration.rules import (
    MOST_HOLDS,
    MOST_PARTICIPANTS,
    NEW_DIALOGUES,
    CancelReason,
    Declaration,
    Party,
    PlaceState,
    State,
    hold_end,
    hold_length,
    may_pass,
)

FLOW = "sign-up"


def register(
    session: Session, *, dialogue: Dialogue, party: Party, form_key: str, token_id: str = "", now: datetime
) -> Registration:
    """A sign-up with an unconfirmed address. The same form key gives the same registration.

    Whether the sign-up window is open was decided by the caller with the time the form was shown. Seats are held when
    they are free and nobody who fits waits for them; otherwise the person joins the list once the address is confirmed.
    """
    if not 1 <= party.size <= min(MOST_PARTICIPANTS, dialogue.party_limit):
        raise WrongParty
    offer = offer_asked_for(session, dialogue, party)
    # Read before the lock and held for the letter, which asks for it once more.
    _initiative = row_by_id(session, Initiative, dialogue.initiative_id)
    # Asked after the lock: of two clicks at once the second sees what the first one made.
    known_key = whether_answered(initiative_id=dialogue.initiative_id, key=form_key, flow=FLOW)
    dialogue, (known, counters) = lock_and_ask(session, dialogue.id, known_key, as_it_stands(offer))
    if known.scalar() is not None:
        return session.get_one(Registration, known.scalar())
    refuse_unless_coming(dialogue, now)
    renew(offer, counters.one())
    registration, participants = draw_up(dialogue, party, source="web", now=now)
    seats = hold(session, dialogue=dialogue, registration=registration, participants=participants, offer=offer, now=now)
    # The letter counts itself on the registration, so it comes first.
    letters.confirm_address(session, registration, party=(offer, participants), now=now)
    needs = access_needs(registration, party, now=now)
    insert(session, registration, *participants, wish(registration, offer), *seats, *needs)
    declare(session, registration, party.consents, channel="form", token_id=token_hash(form_key)[:16], now=now)
    remember(
        session,
        initiative_id=dialogue.initiative_id,
        key=form_key,
        flow=FLOW,
        object_id=registration.id,
        now=now,
    )
    audit(
        session,
        initiative_id=registration.initiative_id,
        actor=letters.contact_pseudonym(registration),
        action="registration.create",
        object_kind="registration",
        object_id=registration.id,
        detail=f"{party.size} persons, {'held' if seats else 'no seat held'}",
        now=now,
    )
    return registration


_HOLDS = Prepared(
    select(Registration.id)
    .where(col(Registration.dialogue_id) == bindparam("dialogue_id"))
    .where(col(Registration.normalised_email) == bindparam("address"))
    .where(col(Registration.state) == State.UNCONFIRMED, col(Registration.hold_until).is_not(None))
)


def holds_enough(session: Session, registration: Registration) -> bool:
    """Whether its address holds seats for as many unconfirmed sign-ups of the dialogue as one may.

    What is held stays held: otherwise anybody who knows an address could take its seats away.
    """
    held = _HOLDS(session, dialogue_id=registration.dialogue_id, address=registration.normalised_email)
    return len(held.all()) >= MOST_HOLDS


def drop_hold(session: Session, registration: Registration, *, actor: str, now: datetime) -> None:
    """An unconfirmed sign-up loses its seats and can still be confirmed while seats are free.

    Whose hold a team took back early is told so.
    """
    release(session, registration_id=registration.id)
    registration.state = State.EXPIRED
    session.add(registration)
    session.flush()
    if registration.cancel_reason == CancelReason.HOLD_RELEASED:
        letters.hold_released(session, registration, now=now)
    note(session, registration, actor=actor, action="registration.hold_ended", now=now)


def create(
    session: Session, *, dialogue: Dialogue, party: Party, source: str, now: datetime
) -> tuple[Registration, list[Participant]]:
    """The rows of a party, without seats. The dialogue is locked."""
    offer = offer_asked_for(session, dialogue, party)
    reread(session, offer)
    registration, participants = draw_up(dialogue, party, source=source, now=now)
    session.add(registration)
    session.flush()
    insert(session, *participants, wish(registration, offer), *access_needs(registration, party, now=now))
    return registration, participants


def offer_asked_for(session: Session, dialogue: Dialogue, party: Party) -> Offer:
    """The offer, as it was read before the lock or after it. Raises WrongParty for one of another dialogue."""
    offer = session.get(Offer, party.offer_id)
    if offer is None or offer.dialogue_id != dialogue.id:
        raise WrongParty
    return offer


def wish(registration: Registration, offer: Offer) -> Wish:
    return Wish(initiative_id=registration.initiative_id, registration_id=registration.id, offer_id=offer.id, rank=1)


def access_needs(registration: Registration, party: Party, *, now: datetime) -> list[AccessNeed]:
    """What the party needs, sealed; no row where nothing was said."""
    if not party.access_need:
        return []
    return [
        AccessNeed(
            initiative_id=registration.initiative_id,
            registration_id=registration.id,
            sealed=seal(USE, party.access_need),
            written_at=now,
        )
    ]


def draw_up(dialogue: Dialogue, party: Party, *, source: str, now: datetime) -> tuple[Registration, list[Participant]]:
    """The rows of a party, not stored yet."""
    registration = Registration(
        id=new_id(),
        initiative_id=dialogue.initiative_id,
        dialogue_id=dialogue.id,
        reference=new_reference(),
        state=State.UNCONFIRMED,
        email=party.email,
        normalised_email=normalised_address(party.email) if party.email else None,
        name=party.name,
        organisation=party.organisation or None,
        language=party.language,
        source=source,
        take_at_once=party.take_at_once,
        told_sequence=dialogue.calendar_sequence,
        created_at=now,
    )
    participants = [
        Participant(
            id=new_id(),
            initiative_id=dialogue.initiative_id,
            registration_id=registration.id,
            position=position,
            name=name or None,
            organisation=party.organisation or None,
            no_photo=party.no_photo,
        )
        for position, name in enumerate(party.names)
    ]
    index(registration, participants)
    return registration, participants


def index(registration: Registration, participants: list[Participant]) -> None:
    """What the organiser's list searches and sorts by. Family names come first in the order."""
    names = [participant.name or "" for participant in participants]
    registration.search_text = search_text(
        registration.name or "",
        registration.email or "",
        registration.organisation or "",
        registration.reference,
        *names,
    )[:2000]
    parts = (registration.name or (names[0] if names else "")).split()
    registration.sort_key = sort_key(" ".join([*parts[-1:], *parts[:-1]]))[:200]


def hold(
    session: Session,
    *,
    dialogue: Dialogue,
    registration: Registration,
    participants: list[Participant],
    offer: Offer,
    now: datetime,
) -> list[Place]:
    """Holds seats for an unconfirmed sign-up when it may pass those who wait. Returns their rows. The dialogue is locked.

    A sign-up beyond what its address may hold notes when a hold would have begun, and holds nothing: its receipt looks
    like any other, and it can be confirmed while seats are free.
    """
    capacity, taken = offer.capacity, offer.taken
    if not seats_may_be_taken(session, dialogue=dialogue, offer=offer, size=len(participants)):
        return []
    beyond = holds_enough(session, registration)
    seats = (
        [] if beyond else counted(session, offer_id=offer.id, participants=participants, state=PlaceState.HELD, now=now)
    )
    if not seats and not beyond:
        return []
    length = hold_length(capacity=capacity, taken=taken, hold_minutes=dialogue.hold_minutes)
    registration.hold_started_at = now
    registration.hold_step_minutes = int(length.total_seconds() // 60)
    if seats:
        registration.hold_until = hold_end(started_at=now, length=length, closes_at=closes_at(facts(dialogue)))
    return seats


def seats_may_be_taken(session: Session, *, dialogue: Dialogue, offer: Offer, size: int) -> bool:
    """Whether a newcomer of this size may take free seats: never over a waiting party that fits.

    `offer` was read after the dialogue was locked.
    """
    free = None if offer.capacity is None else offer.capacity - offer.taken
    if free is not None and size > free:
        return False
    return may_pass(queries.waiting_for(session, offer.id), free=free, size=size, fill_gaps=dialogue.fill_gaps)


_KEEP = Prepared(
    text(
        "INSERT INTO consent_text (text_hash, purpose, version, language, text, first_used_at)"
        " VALUES (:text_hash, :purpose, :version, :language, :text, :now) ON CONFLICT (text_hash) DO NOTHING"
    ).bindparams(bindparam("now", type_=inspect(ConsentText).local_table.c.first_used_at.type))
)


def declare(
    session: Session,
    registration: Registration,
    declarations: tuple[Declaration, ...],
    *,
    channel: str,
    token_id: str,
    now: datetime,
) -> None:
    """One consent row for each declaration that was ticked, with the words that were shown."""
    for declaration in declarations:
        insert(
            session,
            Consent(
                initiative_id=registration.initiative_id,
                registration_id=registration.id,
                purpose=declaration.purpose,
                version=declaration.version,
                text_hash=keep_words(session, declaration, now=now),
                given_at=now,
                channel=channel,
                token_id=token_id,
                news_at=now if declaration.purpose == NEW_DIALOGUES else None,
            ),
        )


def keep_words(session: Session, declaration: Declaration, *, now: datetime) -> str:
    """Keeps the words of a declaration once for each wording, and returns their hash."""
    digest = hashlib.sha256(
        f"{declaration.purpose}|{declaration.version}|{declaration.language}|{declaration.text}".encode()
    ).hexdigest()
    _KEEP.later(
        session,
        text_hash=digest,
        purpose=declaration.purpose,
        version=declaration.version,
        language=declaration.language,
        text=declaration.text,
        now=now,
    )
    return digest
