"""What somebody needs to take part: written with a consent of its own, kept sealed, gone with either."""

from datetime import datetime
from functools import partial

from sqlmodel import Session, col, select

from kit.db import Database, wide
from kit.downloads import drop_all
from kit.sealed import resealed, seal
from registration import queries
from registration.access_needs import USE, access_need_of
from registration.models import AccessNeed, Registration
from registration.operations import standing
from registration.operations.own import fresh
from registration.operations.refusals import Over
from registration.operations.sign_up import declare, keep_words
from registration.rules import ACCESS_NEED, Declaration, State

CHUNK = 200


def change_access_need(
    session: Session,
    *,
    registration: Registration,
    words: str,
    consent: Declaration | None,
    actor: str,
    now: datetime,
) -> bool:
    """Sets what somebody needs, with the consent to it; no words take both away. Returns whether anything changed.

    Raises ValueError for words without a consent.
    """
    _dialogue, registration = fresh(session, registration)
    if registration.state in (State.CANCELLED, State.DECLINED) or registration.ended_at is not None:
        raise Over
    if not words:
        changed = forget_access_need(session, registration, now=now)
    elif consent is None:
        raise ValueError("what somebody needs is kept with their consent alone")
    else:
        declared = _declare(session, registration, consent, now=now)
        changed = access_need_of(session, registration.id) != words
        if changed:
            _keep(session, registration, words, now=now)
        changed = changed or declared
    if changed:
        standing.note(session, registration, actor=actor, action="registration.access_need", now=now)
    return changed


def _keep(session: Session, registration: Registration, words: str, *, now: datetime) -> None:
    row = session.get(AccessNeed, registration.id) or AccessNeed(
        initiative_id=registration.initiative_id, registration_id=registration.id
    )
    row.sealed, row.written_at = seal(USE, words), now
    session.add(row)
    session.flush()


def _declare(session: Session, registration: Registration, consent: Declaration, *, now: datetime) -> bool:
    """The consent that counts from now on, unless the same words count already."""
    given = [row for row in queries.consents_of(session, registration.id) if row.purpose == ACCESS_NEED]
    text_hash = keep_words(session, consent, now=now)
    if [row.text_hash for row in given] == [text_hash]:
        return False
    for row in given:
        row.withdrawn_at = now
        session.add(row)
    declare(session, registration, (consent,), channel="own", token_id="", now=now)
    return True


def forget_access_need(session: Session, registration: Registration, *, now: datetime) -> bool:
    """Takes the words away, and the consent with them. Returns whether there were any."""
    given = [row for row in queries.consents_of(session, registration.id) if row.purpose == ACCESS_NEED]
    for row in given:
        row.withdrawn_at = now
        session.add(row)
    return drop_words(session, registration) or bool(given)


def drop_words(session: Session, registration: Registration) -> bool:
    """Deletes the words, and the files whose lists say that there are some."""
    row = session.get(AccessNeed, registration.id)
    if row is None:
        return False
    session.delete(row)
    session.flush()
    drop_all(session, registration.dialogue_id)
    return True


def reseal_all(database: Database, _now: datetime) -> int:
    """Brings what is kept under the first key, so that an older one can be given up. Returns how many."""
    done, after = 0, ""
    while True:
        count, after = database.transact(wide("sweep"), partial(_reseal_chunk, after=after), background=True)
        done += count
        if not after:
            return done


def _reseal_chunk(session: Session, *, after: str) -> tuple[int, str]:
    """How many, and where to go on; empty: that was all."""
    rows = session.exec(
        select(AccessNeed)
        .where(col(AccessNeed.registration_id) > after)
        .order_by(col(AccessNeed.registration_id))
        .limit(CHUNK)
        .with_for_update()
    ).all()
    done = 0
    for row in rows:
        anew = resealed(USE, row.sealed)
        if anew is not None:
            row.sealed = anew
            session.add(row)
            done += 1
    return done, rows[-1].registration_id if len(rows) == CHUNK else ""
