"""Writing letters. A letter and its delivery job are saved with the change that causes them, or not at all."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, or_, update
from sqlmodel import Session, col

from kit import i18n, jobs
from kit.accents import ACCENTS
from kit.db import insert
from kit.ids import new_id
from kit.journal import OUTBOX, SYSTEM, Standstill, audit
from kit.settings import settings
from kit.templates import module, render_text
from mail import queries
from mail.marks import Link
from mail.models import InboundMail, Letter
from mail.rules import MOST_READINGS, Bounce, Inbound, InDoubt, Reason, State

DELIVER = "deliver_letter"


def post(
    session: Session,
    *,
    initiative_id: str,
    kind: str,
    dedupe_key: str,
    recipient: str,
    recipient_name: str,
    language: str,
    subject: str,
    template: str,
    values: Mapping[str, Any],
    links: Mapping[str, Link],
    now: datetime,
    attachments: Sequence[dict[str, Any]] = (),
    registration_id: str | None = None,
    dialogue_id: str | None = None,
    in_doubt: str = InDoubt.RESEND,
    skip_reason: str = "",
    mass: bool = False,
    unsubscribe: Link | None = None,
    new: bool = False,
) -> Letter | None:
    """Writes one letter to one address and enqueues its delivery.

    `template` names `letters/<template>.words`: what the letter says, once, for its text and its HTML part. It sees `values`,
    `subject` and `links` (name → address mark).
    Returns None when a letter with this key exists: it is not written twice. `skip_reason` stores it without sending; `mass`
    says that it goes to many at once and may wait behind letters to single people; `unsubscribe` is the link that ends what
    one subscribed to; `new` says that the caller counts its letters, so that the key cannot be taken.
    """
    if not new and queries.letter_by_key(session, dedupe_key) is not None:
        return None
    letter = draft(
        session,
        initiative_id=initiative_id,
        kind=kind,
        dedupe_key=dedupe_key,
        recipient=recipient,
        recipient_name=recipient_name,
        language=language,
        subject=subject,
        template=template,
        values=values,
        links=links,
        now=now,
        attachments=attachments,
        registration_id=registration_id,
        dialogue_id=dialogue_id,
        in_doubt=in_doubt,
        skip_reason=skip_reason,
        mass=mass,
        unsubscribe=unsubscribe,
    )
    insert(session, letter)
    if not skip_reason:
        _enqueue(session, letter)
    return letter


def draft(
    _session: Session,
    *,
    initiative_id: str,
    kind: str,
    dedupe_key: str,
    recipient: str,
    recipient_name: str,
    language: str,
    subject: str,
    template: str,
    values: Mapping[str, Any],
    links: Mapping[str, Link],
    now: datetime,
    attachments: Sequence[dict[str, Any]] = (),
    registration_id: str | None = None,
    dialogue_id: str | None = None,
    in_doubt: str = InDoubt.RESEND,
    skip_reason: str = "",
    mass: bool = False,
    unsubscribe: Link | None = None,
    new: bool = True,
) -> Letter:
    """The letter that `post` would write, kept nowhere: for whoever wants to read it before."""
    marks = {name: link.mark(language) for name, link in links.items()}
    letter_id = new_id()
    with i18n.use(language):
        context = {
            **values,
            "subject": subject,
            "links": marks,
            "base_url": settings().base_url,
            "operator": settings().operator,
            "funding_line": settings().funding_line,
            "accents": ACCENTS,
        }
        # What a letter says is made once, as plain text; its two parts are two ways to show it.
        said = context | {
            "words": module(f"letters/{template}.words", context),
            "about": module("letters/_about.words", context),
        }
        # Parts of a letter that have nothing to say leave blank lines behind.
        text = re.sub("\n{3,}", "\n\n", render_text("letters/letter.txt", said)).strip() + "\n"
        html = render_text("letters/letter.html", said)
    return Letter(
        id=letter_id,
        initiative_id=initiative_id,
        dedupe_key=dedupe_key,
        kind=kind,
        registration_id=registration_id,
        dialogue_id=dialogue_id,
        recipient=recipient,
        recipient_name=recipient_name,
        language=language,
        subject=subject,
        text=text,
        html=html,
        attachments=list(attachments),
        message_id=f"<{letter_id}@{sender_domain()}>",
        in_doubt=in_doubt,
        state=State.SKIPPED if skip_reason else State.QUEUED,
        reason=skip_reason,
        enqueued=0 if skip_reason else 1,
        enqueued_at=now,
        mass=mass,
        unsubscribe=unsubscribe.mark() if unsubscribe else "",
        created_at=now,
    )


def enqueue_delivery(session: Session, letter: Letter, *, now: datetime) -> None:
    """One more delivery job for a letter; each has its own id, and the row decides whether anything is sent."""
    letter.enqueued += 1
    letter.enqueued_at = now
    letter.next_attempt_at = None
    session.add(letter)
    session.flush()
    _enqueue(session, letter)


def _enqueue(session: Session, letter: Letter) -> None:
    lane = jobs.MASS_LETTERS if letter.mass else jobs.LETTERS
    jobs.enqueue(
        session,
        workflow=DELIVER,
        queue=lane,
        workflow_id=f"letter:{letter.id}:{letter.enqueued}",
        arguments=(letter.initiative_id, letter.id, lane),
    )


def thaw(session: Session, *, now: datetime) -> int | None:
    """Lets the outbox go after a restore; the sweep finds what waits. Returns how many letters, None when it was not frozen."""
    frozen = session.get(Standstill, OUTBOX)
    if frozen is None:
        return None
    session.delete(frozen)
    session.connection().execute(
        update(Letter)
        .where(col(Letter.state) == State.QUEUED, col(Letter.next_attempt_at).is_(None))
        .values(next_attempt_at=now)
    )
    return queries.unfinished(session, now=now)


def forget_letters_to(session: Session, *, recipient: str, key_prefixes: Sequence[str]) -> None:
    """Deletes letters to somebody who is erased: by address, and by key for those that went to an earlier address.

    Letters of a registration stay with it.
    """
    theirs = or_(
        func.lower(Letter.recipient) == recipient.lower(),
        *(col(Letter.dedupe_key).startswith(prefix, autoescape=True) for prefix in key_prefixes),
    )
    session.connection().execute(delete(Letter).where(col(Letter.registration_id).is_(None), theirs))


def forget_letters_keyed(session: Session, *, prefix: str) -> None:
    """Deletes all letters whose key begins so, the unsent ones too."""
    session.connection().execute(delete(Letter).where(col(Letter.dedupe_key).startswith(prefix, autoescape=True)))


def send_again(session: Session, *, letter: Letter, actor: str, now: datetime) -> bool:
    """Tries a letter once more that needs somebody. False for one that went meanwhile, by a second click for example."""
    taken = session.connection().execute(
        update(Letter)
        .where(col(Letter.id) == letter.id, col(Letter.state) == State.NEEDS_ATTENTION)
        .values(state=State.QUEUED, reason="", attempts=0, bounced_at=None, bounce="", bounce_words="")
    )
    if taken.rowcount == 0:
        return False
    session.refresh(letter)
    enqueue_delivery(session, letter, now=now)
    audit(
        session,
        initiative_id=letter.initiative_id,
        actor=actor,
        action="letter.send_again",
        object_kind="letter",
        object_id=letter.id,
        now=now,
    )
    return True


def note_bounce(session: Session, *, letter: Letter, hard: bool, words: str, now: datetime) -> bool:
    """Notes that a mail server reported a letter as not delivered. One that will not arrive needs somebody.

    Told again, or told as late after it was told as lost, it changes nothing and the answer is False.
    """
    session.refresh(letter, with_for_update=True)
    if letter.bounce == Bounce.HARD or (letter.bounce == Bounce.SOFT and not hard):
        return False
    letter.bounced_at = now
    letter.bounce = Bounce.HARD if hard else Bounce.SOFT
    letter.bounce_words = words[:500]
    if hard and letter.state in (State.SENT, State.SENDING):
        letter.state = State.NEEDS_ATTENTION
        letter.reason = Reason.RETURNED
        letter.next_attempt_at = None
    session.add(letter)
    audit(
        session,
        initiative_id=letter.initiative_id,
        actor=SYSTEM,
        action="letter.bounced",
        object_kind="letter",
        object_id=letter.id,
        now=now,
        detail=letter.bounce,
    )
    return True


def begin_reading(session: Session, *, inbound_id: str, attempts: int) -> bool:
    """Notes that a stored message is about to be read. False when somebody else reads it, or has.

    The third beginning is the last: whoever began before did not come to an end, so somebody has to look.
    """
    last = attempts + 1 >= MOST_READINGS
    values: dict[str, Any] = {"attempts": attempts + 1}
    if last:
        values |= {"state": Inbound.NEEDS_ATTENTION, "kind": "unreadable", "reason": "stopped"}
    taken = session.connection().execute(
        update(InboundMail)
        .where(col(InboundMail.id) == inbound_id, col(InboundMail.attempts) == attempts)
        .where(col(InboundMail.state) == Inbound.STORED)
        .values(**values)
    )
    return taken.rowcount == 1 and not last


def note_reading(
    session: Session,
    *,
    inbound_id: str,
    state: Inbound,
    kind: str,
    reason: str = "",
    concerns: str | None = None,
    forget: bool = False,
) -> None:
    """Notes what a stored message was found to be. `forget`: what it says is about somebody whose data went."""
    values: dict[str, Any] = {"state": state, "kind": kind, "reason": reason, "concerns": concerns}
    if forget:
        values |= {"raw": b"", "sender": ""}
    session.connection().execute(
        update(InboundMail)
        .where(col(InboundMail.id) == inbound_id, col(InboundMail.state) == Inbound.STORED)
        .values(**values)
    )


def settle_inbound(session: Session, *, inbound_id: str, initiative_id: str, actor: str, now: datetime) -> bool:
    """Somebody looked at a message and it needs nobody any more. False for one that was settled meanwhile.

    The log keeps it with `initiative_id`: whose it is, or the operator's.
    """
    settled = session.connection().execute(
        update(InboundMail)
        .where(col(InboundMail.id) == inbound_id, col(InboundMail.state) == Inbound.NEEDS_ATTENTION)
        .values(state=Inbound.DONE)
    )
    if settled.rowcount == 0:
        return False
    audit(
        session,
        initiative_id=initiative_id,
        actor=actor,
        action="inbound.settle",
        object_kind="inbound_mail",
        object_id=inbound_id,
        now=now,
    )
    return True


def skip(session: Session, letter: Letter, reason: str) -> bool:
    """A letter that is not to be sent any more. Returns whether it waited until now."""
    if letter.state != State.QUEUED:
        return False
    letter.state = State.SKIPPED
    letter.reason = reason
    session.add(letter)
    return True


def sender_domain() -> str:
    return settings().mail_from.rpartition("@")[2] or "dialogwerk.example"
