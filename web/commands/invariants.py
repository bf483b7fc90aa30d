"""check-invariants: I1 to I10 of the promises as far as the database can tell; one line a breach, exit 1 with one."""

import argparse
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, text
from sqlmodel import Session

from accounts.rules import KEPT_AFTER_END
from feedback import queries as feedback
from kit import clock
from kit.db import database, wide
from kit.models import GLOBAL_TABLES, Personal
from web.tables import METADATA

SERVED_WITHIN = timedelta(seconds=60)
LIMBO = timedelta(minutes=30)


def _rows(session: Session, statement: str, **values: object) -> list[tuple[object, ...]]:
    return [tuple(row) for row in session.connection().execute(text(statement), values)]


def seats(session: Session, _now: datetime) -> Iterator[str]:
    """I3: counter = seats, seats within capacity, no seat held by nobody."""
    for offer, taken, capacity, count in _rows(
        session,
        "SELECT o.id, o.taken, o.capacity, (SELECT count(*) FROM place p WHERE p.offer_id = o.id) FROM offer o",
    ):
        if taken != count:
            yield f"I3 offer {offer}: counter {taken}, places {count}"
        if capacity is not None and count > capacity:  # type: ignore[operator]
            yield f"I3 offer {offer}: {count} places, capacity {capacity}"
    for place, state in _rows(
        session,
        "SELECT p.id, r.state FROM place p JOIN registration r ON r.id = p.registration_id"
        " WHERE r.state NOT IN ('address_unconfirmed', 'offered', 'confirmed', 'awaiting_approval', 'awaiting_payment')",
    ):
        yield f"I3 place {place}: held for a registration that is {state}"
    for (place,) in _rows(
        session,
        "SELECT p.id FROM place p LEFT JOIN registration r ON r.id = p.registration_id"
        " LEFT JOIN participant t ON t.id = p.participant_id WHERE r.id IS NULL OR t.id IS NULL",
    ):
        yield f"I3 place {place}: held by nobody"
    for place, state, registration in _rows(
        session,
        "SELECT p.id, p.state, r.state FROM place p JOIN registration r ON r.id = p.registration_id"
        " WHERE (r.state = 'confirmed') <> (p.state = 'confirmed')",
    ):
        yield f"I3 place {place}: {state}, its registration {registration}"
    for registration, count, places in _rows(
        session,
        "SELECT r.id, (SELECT count(*) FROM participant t WHERE t.registration_id = r.id),"
        " (SELECT count(DISTINCT participant_id) FROM place p WHERE p.registration_id = r.id)"
        " FROM registration r WHERE r.state IN ('confirmed', 'offered')",
    ):
        if count != places:
            yield f"I3 registration {registration}: {count} participants, {places} of them with a place"


def waiting(session: Session, now: datetime) -> Iterator[str]:
    """I3: no seat stays free while the party whose turn it is has waited for more than a minute, and nobody waits when
    the list is over. Where gaps stay open only the first of the list has a turn."""
    for offer, registration in _rows(
        session,
        "SELECT o.id, min(r.id) FROM offer o JOIN dialogue d ON d.id = o.dialogue_id"
        " JOIN wish w ON w.offer_id = o.id JOIN registration r ON r.id = w.registration_id"
        " WHERE r.state = 'waiting' AND r.waiting_since < :since AND d.state IN ('published', 'postponed')"
        " AND coalesce(d.list_deadline_at, d.registration_closes_at, d.starts_at) > :now AND d.starts_at > :now"
        " AND (d.fill_gaps OR NOT EXISTS (SELECT 1 FROM registration e JOIN wish v ON v.registration_id = e.id"
        "      WHERE v.offer_id = o.id AND e.state = 'waiting' AND (e.waiting_since < r.waiting_since"
        "      OR (e.waiting_since = r.waiting_since AND e.id < r.id))))"
        " AND (o.capacity IS NULL OR o.taken +"
        "      (SELECT count(*) FROM participant t WHERE t.registration_id = r.id) <= o.capacity)"
        " AND NOT EXISTS (SELECT 1 FROM audit a WHERE a.object_id = d.id AND a.at >= :since)"
        " AND NOT EXISTS (SELECT 1 FROM audit a JOIN registration x ON x.id = a.object_id"
        "      WHERE x.dialogue_id = d.id AND a.at >= :since)"
        " GROUP BY o.id",
        since=_bound(session, now - SERVED_WITHIN),
        now=_bound(session, now),
    ):
        yield f"I3 offer {offer}: seats are free while registration {registration} waits"
    for (registration,) in _rows(
        session,
        "SELECT r.id FROM registration r JOIN dialogue d ON d.id = r.dialogue_id"
        " WHERE r.state = 'waiting' AND r.waiting_since < :before AND d.state = 'published' AND d.ends_at > :now"
        " AND (coalesce(d.list_deadline_at, d.registration_closes_at, d.starts_at) < :before OR d.starts_at < :before)",
        before=_bound(session, now - LIMBO),
        now=_bound(session, now),
    ):
        yield f"I3 registration {registration}: waits after the end of the list"


def cancelled(session: Session, _now: datetime) -> Iterator[str]:
    """I4: nobody is still registered for a dialogue whose cancellation everybody was told."""
    for (registration,) in _rows(
        session,
        "SELECT r.id FROM registration r JOIN dialogue d ON d.id = r.dialogue_id"
        " WHERE d.state = 'cancelled' AND d.announced_sequence = d.calendar_sequence"
        " AND r.state IN ('confirmed', 'offered', 'waiting')",
    ):
        yield f"I4 registration {registration}: alive in a cancelled dialogue"


def letters(session: Session, now: datetime) -> Iterator[str]:
    """I4, I5: each state has its letter, no letter is in limbo, each goes to exactly one address."""
    for registration, state, kind in _rows(
        session,
        "SELECT r.id, r.state, k.kind FROM registration r JOIN"
        " (SELECT 'confirmed' AS state, 'confirmation' AS kind UNION ALL SELECT 'waiting', 'waiting_list'"
        "  UNION ALL SELECT 'offered', 'offer' UNION ALL SELECT 'declined', 'cancellation'"
        "  UNION ALL SELECT 'address_unconfirmed', 'confirm_address') k ON k.state = r.state"
        " WHERE r.email IS NOT NULL AND NOT EXISTS"
        " (SELECT 1 FROM letter l WHERE l.registration_id = r.id AND l.kind = k.kind)",
    ):
        yield f"I4 registration {registration}: {state} without its letter {kind}"
    for (registration,) in _rows(
        session,
        "SELECT r.id FROM registration r WHERE r.state = 'cancelled' AND r.email IS NOT NULL AND r.erased_at IS NULL"
        " AND r.confirmed_at IS NOT NULL AND r.cancel_reason <> 'duplicate' AND NOT EXISTS"
        " (SELECT 1 FROM letter l WHERE l.registration_id = r.id AND l.kind = 'cancellation')",
    ):
        yield f"I4 registration {registration}: cancelled without its letter cancellation"
    for registration, kind in _rows(
        session,
        "SELECT r.id, k.kind FROM registration r JOIN"
        " (SELECT 'hold_released' AS reason, 'hold_released' AS kind UNION ALL SELECT 'no_seat', 'no_seat'"
        "  UNION ALL SELECT '', 'offer_ended') k ON k.reason = r.cancel_reason"
        " WHERE r.state = 'expired' AND r.email IS NOT NULL AND (r.cancel_reason <> '' OR r.ended_at IS NOT NULL)"
        " AND NOT EXISTS (SELECT 1 FROM letter l WHERE l.registration_id = r.id AND l.kind = k.kind)",
    ):
        yield f"I4 registration {registration}: expired without its letter {kind}"
    for letter, state in _rows(
        session,
        "SELECT id, state FROM letter WHERE state NOT IN ('queued', 'sending', 'sent', 'skipped', 'needs_attention')",
    ):
        yield f"I4 letter {letter}: unknown state {state}"
    for letter, state in _rows(
        session,
        "SELECT id, state FROM letter WHERE state IN ('queued', 'sending')"
        " AND coalesce(next_attempt_at, claimed_at, created_at) < :before",
        before=_bound(session, now - LIMBO),
    ):
        yield f"I4 letter {letter}: {state} for more than half an hour after it was due"
    for (letter,) in _rows(session, "SELECT id FROM letter WHERE state = 'skipped' AND reason = ''"):
        yield f"I4 letter {letter}: skipped without a reason"
    for (letter,) in _rows(
        session,
        "SELECT id FROM letter WHERE recipient LIKE '%,%' OR recipient LIKE '%;%' OR recipient NOT LIKE '%_@_%'",
    ):
        yield f"I5 letter {letter}: not exactly one recipient"


def declines(session: Session, now: datetime) -> Iterator[str]:
    """I4: a decline waits for a living place only, which it was given for, and not longer than the sweep needs."""
    for answer, waits in _rows(
        session,
        "SELECT a.id, r.state = 'confirmed' AND i.answer = 'DECLINED' AND i.answer_sequence = i.sequence"
        " AND a.act_at >= :before FROM calendar_answer a JOIN registration r ON r.id = a.registration_id"
        " LEFT JOIN invitation i ON i.id = a.invitation_id WHERE a.verdict = 'grace'",
        before=_bound(session, now - LIMBO),
    ):
        if not waits:
            yield f"I4 answer {answer}: a decline waits that cannot free its place, or long after it was due"


def audits(session: Session, _now: datetime) -> Iterator[str]:
    """I7: each registration and dialogue has its audit rows, and no address stands in them."""
    for (registration,) in _rows(
        session,
        "SELECT id FROM registration r WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.object_id = r.id)",
    ):
        yield f"I7 registration {registration}: no audit row"
    for (dialogue,) in _rows(
        session, "SELECT id FROM dialogue d WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.object_id = d.id)"
    ):
        yield f"I7 dialogue {dialogue}: no audit row"
    for (entry,) in _rows(session, "SELECT id FROM audit WHERE detail LIKE '%_@_%._%' OR actor LIKE '%@%'"):
        yield f"I7 audit row {entry}: holds an address"


def initiatives(session: Session, _now: datetime) -> Iterator[str]:
    """I8: parent and child are of one initiative, along every foreign key."""
    for name, table in sorted(METADATA.tables.items()):
        if name in GLOBAL_TABLES:
            continue
        for column, parent in _parents(table):
            key = ", ".join(f"c.{part.name}" for part in table.primary_key)
            for row in _rows(
                session,
                f'SELECT {key} FROM "{name}" c JOIN "{parent}" p ON p.id = c.{column}'  # noqa: S608 - names of our tables
                " WHERE p.initiative_id <> c.initiative_id",
            ):
                yield f"I8 {name} {'/'.join(map(str, row))}: another initiative than its {parent}"


# Letters outlive what they speak of, so no foreign key holds these.
LOOSE = (("letter", "registration_id", "registration"), ("letter", "dialogue_id", "dialogue"))


def _parents(table: Table) -> Iterator[tuple[str, str]]:
    for constraint in table.foreign_key_constraints:
        if len(constraint.columns) == 2:
            (column,) = (part.name for part in constraint.columns if part.name != "initiative_id")
            yield column, constraint.referred_table.name
    yield from ((column, parent) for name, column, parent in LOOSE if name == table.name)


def calendars(session: Session, _now: datetime) -> Iterator[str]:
    """I9: what a letter told a calendar was never ahead of the invitation, and the UID is its own."""
    for letter, attachments, invitation, uid, sequence, dtstamp in _rows(
        session,
        "SELECT l.id, l.attachments, i.id, i.uid, i.sequence, i.dtstamp FROM letter l"
        " JOIN invitation i ON i.registration_id = l.registration_id"
        " WHERE l.kind IN ('confirmation', 'change', 'cancellation', 'answer_kept')",
    ):
        for told in _told(attachments, invitation):
            if told["uid"] != uid:
                yield f"I9 invitation {invitation}: its UID is not the one letter {letter} told"
            if told["sequence"] > sequence:
                yield f"I9 invitation {invitation}: SEQUENCE {sequence}, letter {letter} told {told['sequence']}"
            if clock.parse(told["dtstamp"]) > _moment(dtstamp):
                yield f"I9 invitation {invitation}: its DTSTAMP is before the one letter {letter} told"


def dates(session: Session, _now: datetime) -> Iterator[str]:
    """I9: a dialogue with several dates begins with the first that takes place and ends with the last."""
    for (dialogue,) in _rows(
        session,
        "SELECT d.id FROM dialogue d LEFT JOIN (SELECT dialogue_id, min(starts_at) AS first, max(ends_at) AS last"
        " FROM dialogue_date WHERE state = 'planned' GROUP BY dialogue_id) t ON t.dialogue_id = d.id"
        " WHERE (d.repetition <> '' AND (t.dialogue_id IS NULL OR t.first <> d.starts_at OR t.last <> d.ends_at))"
        " OR (d.repetition = '' AND t.dialogue_id IS NOT NULL)",
    ):
        yield f"I9 dialogue {dialogue}: its beginning and end are not those of its dates"


def _told(attachments: object, invitation: object) -> Iterator[dict[str, Any]]:
    """What a letter's attachments say about one invitation."""
    known: list[dict[str, Any]] = json.loads(attachments) if isinstance(attachments, str) else attachments  # type: ignore[assignment]
    for entry in known or []:
        if entry["key"] == "invitation" and entry["data"]["invitation_id"] == invitation:
            yield entry["data"]


def _moment(value: object) -> datetime:
    """A time as a raw statement gives it: text on SQLite."""
    return clock.parse(value) if isinstance(value, str) else value  # type: ignore[return-value]


def erased(session: Session, _now: datetime) -> Iterator[str]:
    """I10: nothing personal stands at an erased registration or below it."""
    for table, key in (("registration", "id"), ("participant", "registration_id")):
        columns = [
            column.name
            for column in METADATA.tables[table].columns
            if isinstance(column.info.get("data"), Personal) and column.info["data"].erase == "clear"
        ]
        filled = " OR ".join(f"coalesce(c.{name}, '') <> ''" for name in columns)
        for (row,) in _rows(
            session,
            f'SELECT c.id FROM "{table}" c JOIN registration r ON r.id = c.{key}'  # noqa: S608 - names of our tables
            f" WHERE r.erased_at IS NOT NULL AND ({filled})",
        ):
            yield f"I10 {table} {row}: personal data after erasure"
    for table in ("letter", "invitation", "consent", "calendar_answer"):
        for (row,) in _rows(
            session,
            f'SELECT c.id FROM "{table}" c JOIN registration r ON r.id = c.registration_id'  # noqa: S608
            " WHERE r.erased_at IS NOT NULL",
        ):
            yield f"I10 {table} {row}: left after erasure"


def strangers(session: Session, now: datetime) -> Iterator[str]:
    """I10: no letter to somebody whose account is erased. Links stay at least as long after their end."""
    for (letter,) in _rows(
        session,
        "SELECT id FROM letter WHERE substr(dedupe_key, 1, 8) IN ('sign-in:', 'welcome:')"
        " AND created_at > :since AND substr(dedupe_key, 9) NOT IN (SELECT id FROM sign_in_link)",
        since=_bound(session, now - KEPT_AFTER_END),
    ):
        yield f"I10 letter {letter}: to nobody who signs in"


def journal(session: Session, _now: datetime) -> Iterator[str]:
    """I10: what the journal of erasures names is gone: no account, no person at a registration, no subscription."""
    for kind, statement in (
        (
            "registration",
            "SELECT r.id FROM erasure e JOIN registration r ON r.id = e.object_id WHERE r.erased_at IS NULL",
        ),
        ("person", "SELECT p.id FROM erasure e JOIN person p ON p.id = e.object_id"),
        (
            "subscription",
            "SELECT s.id FROM erasure e JOIN subscription s ON s.consent_id = e.object_id WHERE s.state <> 'ended'",
        ),
    ):
        for (row,) in _rows(session, statement):
            yield f"I10 {kind} {row}: alive, and in the journal of erasures"


def subscriptions(session: Session, _now: datetime) -> Iterator[str]:
    """I1, I4, I10: one that runs was confirmed and has its next day; each had its question; an ended one is a proof alone."""
    for (row,) in _rows(
        session,
        "SELECT id FROM subscription WHERE state = 'active'"
        " AND (confirmed_at IS NULL OR next_at IS NULL OR normalised_email IS NULL)",
    ):
        yield f"I1 subscription {row}: active without confirmation, next day or address"
    for (row,) in _rows(
        session,
        "SELECT s.id FROM subscription s WHERE s.state = 'unconfirmed' AND NOT EXISTS"
        " (SELECT 1 FROM letter l WHERE l.kind = 'subscription_confirm'"
        "  AND l.dedupe_key LIKE 'subscription:' || s.id || ':%')",
    ):
        yield f"I4 subscription {row}: unconfirmed without its letter subscription_confirm"
    for (row,) in _rows(
        session,
        "SELECT id FROM subscription s WHERE state = 'ended' AND (normalised_email IS NOT NULL OR next_at IS NOT NULL"
        " OR EXISTS (SELECT 1 FROM mention m WHERE m.subscription_id = s.id)"
        " OR EXISTS (SELECT 1 FROM letter l WHERE l.dedupe_key LIKE 'subscription:' || s.id || ':%'))",
    ):
        yield f"I10 subscription {row}: more than the proof is left after its end"
    for subscription, dialogue in _rows(
        session,
        "SELECT m.subscription_id, m.dialogue_id FROM mention m"
        " LEFT JOIN subscription s ON s.id = m.subscription_id LEFT JOIN dialogue d ON d.id = m.dialogue_id"
        " WHERE s.id IS NULL OR d.id IS NULL OR s.state = 'unconfirmed'",
    ):
        yield f"I4 mention {subscription}/{dialogue}: told to nobody, or of nothing"


def surveys(session: Session, _now: datetime) -> Iterator[str]:
    """Answers and marks agree, and nothing is shown below the threshold."""
    for sentence in feedback.breaches(session):
        yield f"I7 {sentence}"


def verified(session: Session, _now: datetime) -> Iterator[str]:
    """I1, I2: a confirmed registration has a time, a reference and a confirmed address or an organiser behind it."""
    for (registration,) in _rows(
        session,
        "SELECT id FROM registration WHERE state = 'confirmed' AND (confirmed_at IS NULL OR reference = '')",
    ):
        yield f"I1 registration {registration}: confirmed without time or reference"
    for form, key in _rows(
        session,
        "SELECT f.flow, f.object_id FROM form_answer f WHERE f.flow IN ('sign-up', 'add-registration')"
        " AND NOT EXISTS (SELECT 1 FROM registration r WHERE r.id = f.object_id)",
    ):
        yield f"I2 form answer {form} {key}: points at nothing"


CHECKS: tuple[Callable[[Session, datetime], Iterator[str]], ...] = (
    cancelled, verified, seats, waiting, letters, declines, audits, initiatives, calendars, dates, erased, strangers,
    journal, subscriptions, surveys,
)  # fmt: skip


def _bound(session: Session, moment: datetime) -> object:
    """A time as a raw statement wants it: SQLite keeps times as text without an offset."""
    if session.connection().dialect.name == "sqlite":
        return moment.replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
    return moment


def breaches(session: Session, now: datetime) -> Iterator[str]:
    for check in CHECKS:
        yield from check(session, now)


def check_invariants(_args: argparse.Namespace) -> int:
    """Prints each breach; exit 1 when there is one."""
    found = 0
    with database().read(wide("figures")) as session:
        for sentence in breaches(session, clock.now()):
            print(sentence)
            found += 1
    return 1 if found else 0
