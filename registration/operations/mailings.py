"""Letters to many: who gets one is fixed when it begins, then they are written in chunks, each whole in itself."""

import logging
from datetime import datetime
from functools import partial

from sqlalchemy import insert
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session
from sqlmodel.sql.expression import SelectOfScalar

from events.date_queries import dates_of
from events.dates import taking_place
from events.models import Dialogue
from kit.db import Database, ScopedSession, wide, within
from kit.errors import Refused
from kit.i18n import _
from kit.journal import SYSTEM, audit
from kit.tokens import token_hash
from kit.zones import first_existing, to_utc
from registration import mailing_queries, mass_letters, queries
from registration.models import Mailing, MailingRecipient, Registration
from registration.operations import standing
from registration.operations.own import fresh
from registration.operations.places import lock
from registration.operations.sweeps import alone, each
from registration.rules import Circle, MailingKind, RecipientState, State, reminder_time


class NobodyThere(Refused):
    """Nobody with an address is in the circle."""

    status = 422

    def default(self) -> str:
        return _("Dort ist niemand mit einer E-Mail-Adresse.")


class OtherLetter(Refused):
    """The form was sent before, with other words or to others."""

    def default(self) -> str:
        return _(
            "Dieses Formular ging schon einmal hinaus, mit anderem Text oder an andere. Soll auch diese E-Mail hinaus, "
            "sehen Sie sie noch einmal an und schicken Sie sie dann."
        )


# Letters written in one transaction: SQLite's writer is held for an eighth of a second.
CHUNK = 25
MOST_CHUNKS = 40

log = logging.getLogger(__name__)


def begin(
    session: Session, *, mailing: Mailing, who: SelectOfScalar[str] | None = None, actor: str, now: datetime
) -> Mailing:
    """Saves a mailing with its recipients: its circle as it stands, or `who`. The dialogue is locked."""
    mailing.created_at = now
    session.add(mailing)
    session.flush()
    rows = mailing_queries.snapshot(mailing, who if who is not None else circle_of(mailing))
    columns = ["initiative_id", "mailing_id", "registration_id", "state"]
    session.connection().execute(insert(MailingRecipient).from_select(columns, rows))
    mailing.total = sum(mailing_queries.recipient_counts(session, [mailing.id])[mailing.id].values())
    audit(
        session,
        initiative_id=mailing.initiative_id,
        actor=actor,
        action=f"mailing.{mailing.kind}",
        object_kind="dialogue",
        object_id=mailing.dialogue_id,
        detail=str(mailing.total),
        now=now,
    )
    return mailing


def write_to_many(
    session: Session,
    *,
    dialogue: Dialogue,
    circle: Circle,
    subject: str,
    text: str,
    form_key: str,
    actor: str,
    now: datetime,
) -> Mailing:
    """Begins a letter to everybody in a circle; the same form sent again is the same letter.

    Raises NobodyThere, and OtherLetter when the form comes again with something else in it.
    """
    dialogue = lock(session, dialogue.id)
    key = token_hash(form_key)
    known = mailing_queries.mailing_by_key(session, dialogue.id, MailingKind.MESSAGE, key)
    if known is not None:
        if (known.circle, known.subject, known.text) != (circle, subject, text):
            raise OtherLetter
        return known
    mailing = Mailing(
        initiative_id=dialogue.initiative_id,
        dialogue_id=dialogue.id,
        kind=MailingKind.MESSAGE,
        key=key,
        circle=circle,
        subject=subject,
        text=text,
    )
    begin(session, mailing=mailing, actor=actor, now=now)
    if mailing.total == 0:
        raise NobodyThere
    return mailing


def circle_of(mailing: Mailing) -> SelectOfScalar[str]:
    return mailing_queries.in_circle(mailing.dialogue_id, mailing.circle)


def plan_reminders(database: Database, now: datetime) -> int:
    """Begins the reminders whose wall time has come, once for each dialogue and planned wall time."""
    with database.read(wide("sweep")) as session:
        soon = mailing_queries.starts_soon(session, now=now)
        known = mailing_queries.known_keys(session, MailingKind.REMINDER, list(soon))
    begun = 0
    for dialogue, starts in soon.values():
        for start, offer_ids in starts.items():
            planned = planned_for(start)
            due, begins = instant(planned, dialogue.zone), instant(start, dialogue.zone)
            if (dialogue.id, planned) in known or not due <= now < begins:
                continue
            work = partial(begin_reminder, dialogue_id=dialogue.id, start=start, offer_ids=offer_ids, now=now)
            begun += alone(partial(database.transact, within(dialogue.initiative_id), work, background=True))
    return begun


def planned_for(start: str) -> str:
    """The wall time at which people are reminded of what begins at this one."""
    return reminder_time(datetime.fromisoformat(start)).isoformat(timespec="minutes")


def instant(wall: str, zone: str) -> datetime:
    """The instant of a wall time: the first minute after a gap, the first of two."""
    return to_utc(first_existing(datetime.fromisoformat(wall), zone), zone)


def begin_reminder(session: Session, *, dialogue_id: str, start: str, offer_ids: list[str], now: datetime) -> int:
    """Fixes whom the reminder of one beginning goes to. 0 where it was begun, or the dialogue moved meanwhile."""
    dialogue = lock(session, dialogue_id)
    planned = planned_for(start)
    if (dialogue_id, planned) in mailing_queries.known_keys(session, MailingKind.REMINDER, [dialogue_id]):
        return 0
    if dialogue.state != "published" or dialogue.announced_sequence != dialogue.calendar_sequence:
        return 0
    due = instant(planned, dialogue.zone)
    mailing = _system(dialogue, MailingKind.REMINDER, planned, Circle.CONFIRMED)
    keys = {planned_for(date.start) for date in taking_place(dates_of(session, dialogue))} - {planned}
    others = mailing_queries.reminders_of(session, dialogue_id, sorted(keys)) if keys else []
    begin(
        session,
        mailing=mailing,
        who=mailing_queries.to_remind(dialogue_id, offer_ids, due=due, others=others),
        actor=SYSTEM,
        now=now,
    )
    return 1


def plan_thanks(database: Database, now: datetime) -> int:
    """Thanks those who came to a dialogue without a survey, once."""
    with database.read(wide("sweep")) as session:
        ended = mailing_queries.ended_without_survey(session, now=now)
        known = {
            identity
            for identity, _key in mailing_queries.known_keys(
                session, MailingKind.THANKS, [dialogue.id for dialogue in ended]
            )
        }
        due = [(dialogue.initiative_id, dialogue.id) for dialogue in ended if dialogue.id not in known]
    return sum(
        alone(partial(database.transact, within(initiative_id), partial(_thank, identity, now), background=True))
        for initiative_id, identity in due
    )


def _thank(dialogue_id: str, now: datetime, session: Session) -> int:
    dialogue = lock(session, dialogue_id)
    if mailing_queries.known_keys(session, MailingKind.THANKS, [dialogue_id]):
        return 0
    begin(
        session,
        mailing=_system(dialogue, MailingKind.THANKS, dialogue.end, Circle.ARRIVED),
        actor=SYSTEM,
        now=now,
    )
    return 1


def _system(dialogue: Dialogue, kind: MailingKind, key: str, circle: Circle) -> Mailing:
    return Mailing(initiative_id=dialogue.initiative_id, dialogue_id=dialogue.id, kind=kind, key=key, circle=circle)


def remind_of_offers(database: Database, now: datetime) -> int:
    """Reminds people whose offered place waits for an answer and soon goes on."""

    def act(session: ScopedSession, registration: Registration) -> None:
        _dialogue, registration = fresh(session, registration)
        if registration.state != State.OFFERED or not registration.offered_until or registration.offered_until <= now:
            return
        mass_letters.offer_reminder(session, registration, now=now)
        standing.note(session, registration, actor=SYSTEM, action="registration.offer_reminder", now=now)

    return each(database, lambda session: mailing_queries.offers_ending(session, now=now, limit=CHUNK), act)


def write_mailings(database: Database, now: datetime) -> int:
    """Writes the letters of mailings that are not through, chunk by chunk."""
    with database.read(wide("sweep")) as session:
        due = [(row.initiative_id, row.id) for row in mailing_queries.unfinished(session)]
    written = 0
    for initiative_id, mailing_id in due:
        work = partial(write_chunk, mailing_id=mailing_id, now=now)
        for _chunk in range(MOST_CHUNKS):
            chunk = alone(partial(database.transact, within(initiative_id), work, background=True))
            written += chunk
            if chunk < CHUNK:
                break
    return written


def write_chunk(session: Session, *, mailing_id: str, now: datetime) -> int:
    """Writes to one chunk of recipients. Returns how many were looked at; fewer than a chunk: the mailing is through."""
    mailing = session.get_one(Mailing, mailing_id)
    # Whoever writes a chunk holds the dialogue, so that no two do and nobody cancels meanwhile.
    dialogue = lock(session, mailing.dialogue_id)
    due = mailing_queries.recipients_open(session, mailing_id, limit=CHUNK)
    for recipient in due:
        registration = queries.registration_by_id(session, recipient.registration_id)
        written = registration is not None and _alone(session, mailing, dialogue, registration, now=now)
        recipient.state = RecipientState.WRITTEN if written else RecipientState.LEFT_OUT
        session.add(recipient)
    if len(due) < CHUNK:
        mailing.finished_at = now
        session.add(mailing)
    return len(due)


def _alone(
    session: Session, mailing: Mailing, dialogue: Dialogue, registration: Registration, *, now: datetime
) -> bool:
    """Writes one letter; one that cannot be written leaves the others alone."""
    try:
        with session.begin_nested():
            return _write(session, mailing, dialogue, registration, now=now)
    except DBAPIError:
        raise
    except Exception:
        log.exception("a letter of mailing %s cannot be written", mailing.id)
        return False


def _write(
    session: Session, mailing: Mailing, dialogue: Dialogue, registration: Registration, *, now: datetime
) -> bool:
    """One letter of a mailing; False for somebody it no longer concerns."""
    if not registration.email or registration.erased_at is not None:
        return False
    if mailing.kind == MailingKind.THANKS:
        mass_letters.thanks(session, registration, mailing=mailing, now=now)
        return True
    offer = queries.offer_of(session, registration.id)
    if mailing.kind == MailingKind.MESSAGE:
        mass_letters.message(session, registration, mailing=mailing, offer=offer, now=now)
        return True
    if registration.state != State.CONFIRMED or dialogue.state != "published":
        return False
    dates = dates_of(session, dialogue)
    start, date = offer.start or dialogue.start, None
    if dates:
        date = next((date for date in taking_place(dates) if planned_for(date.start) == mailing.key), None)
        start = date.start if date else ""
    if not start or planned_for(start) != mailing.key or instant(start, dialogue.zone) <= now:
        return False
    mass_letters.reminder(session, registration, mailing=mailing, date=date, now=now)
    return True
