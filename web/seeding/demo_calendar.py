"""What came back by mail in the demo: answers of calendars, a letter that did not arrive, and one for somebody to read.

Each is a whole message that goes the way of inbound mail. Only who it is about is told beside it: the demo has no
mailbox of its own whose addresses would say so.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from kit.db import ScopedSession, wide
from kit.tokens import derive
from mail import delivery, incoming
from mail import operations as mail
from mail import queries as letters
from mail.inbound import NOBODY, store
from mail.models import Letter
from registration import queries
from registration.attachments import REPLY, reply_address
from registration.models import Invitation, Registration
from web import inbound
from web.seeding.stage import Signed, Stage

MAILBOX = "antwort@dialogwerk.example"
MINUTE = timedelta(minutes=1)

_HEAD = """From: {name} <{email}>
To: {mailbox}
Subject: {subject}
Message-ID: <demo-{number}@post.example>
MIME-Version: 1.0
"""
_PLAIN = "Content-Type: text/plain; charset=utf-8\n\n{text}\n"
_ANSWER = """Content-Type: text/calendar; charset=utf-8; method={method}

BEGIN:VCALENDAR
METHOD:{method}
PRODID:-//Muster//Kalender//DE
VERSION:2.0
BEGIN:VEVENT
UID:{uid}
SEQUENCE:{sequence}
DTSTAMP:{stamp:%Y%m%dT%H%M%SZ}
ATTENDEE;PARTSTAT={partstat}:mailto:{email}
{more}END:VEVENT
END:VCALENDAR
"""
_RETURNED = """Content-Type: multipart/report; report-type=delivery-status; boundary="b0"
Auto-Submitted: auto-replied

--b0
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.post.example. Your message could not be delivered.

--b0
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.post.example

Final-Recipient: rfc822; {email}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <{email}>: User unknown

--b0
Content-Type: message/rfc822

Message-ID: {message_id}

--b0--
"""


def accept(stage: Stage, signed: Signed, at: datetime) -> None:
    _answer(stage, signed, at, subject="Zugesagt", partstat="ACCEPTED")


def decline(stage: Stage, signed: Signed, at: datetime) -> None:
    """The place stays for half an hour."""
    _answer(stage, signed, at, subject="Abgesagt", partstat="DECLINED")


def propose(stage: Stage, signed: Signed, at: datetime, *, start: datetime, comment: str) -> None:
    """Another time, two hours long."""
    more = f"COMMENT:{comment}\nDTSTART:{start:%Y%m%dT%H%M%SZ}\nDURATION:PT2H\n"
    _answer(stage, signed, at, subject="Neue Zeit", partstat="TENTATIVE", method="COUNTER", more=more)


def bounce(stage: Stage, signed: Signed, at: datetime) -> None:
    """The confirmation went out, and came back for good five minutes later."""

    def send(session: ScopedSession) -> Letter:
        sent = next(row for row in letters.letters_of_registration(session, signed.id) if row.kind == "confirmation")
        delivery.note_sent(session, sent, now=at - 5 * MINUTE)
        return sent

    letter = stage.act(signed.initiative_id, send)
    head = _head(stage, "Mail Delivery System", "MAILER-DAEMON@mx.post.example", "Undelivered Mail Returned to Sender")
    body = _RETURNED.format(email=letter.recipient, message_id=letter.message_id)
    _come_in(stage, head + body, at, sender=NOBODY)


def write(stage: Stage, at: datetime, *, name: str, email: str, subject: str, text: str) -> None:
    """A letter to the mailbox for answers, which only a person can make something of."""
    _come_in(stage, _head(stage, name, email, subject) + _PLAIN.format(text=text), at, sender=email)


def _answer(
    stage: Stage,
    signed: Signed,
    at: datetime,
    *,
    subject: str,
    partstat: str,
    method: str = "REPLY",
    more: str = "",
) -> None:
    person, invitation = stage.act(signed.initiative_id, lambda session: _invited(session, signed.id))
    head = _head(stage, person.name or "", invitation.recipient, subject)
    body = _ANSWER.format(
        method=method,
        uid=invitation.uid,
        sequence=invitation.sequence,
        stamp=at,
        partstat=partstat,
        email=invitation.recipient,
        more=more,
    )
    _come_in(stage, head + body, at, sender=invitation.recipient, invitation=invitation)


def _invited(session: ScopedSession, registration_id: str) -> tuple[Registration, Invitation]:
    invitation = queries.invitation_of(session, registration_id)
    assert invitation is not None
    return session.get_one(Registration, registration_id), invitation


def _head(stage: Stage, name: str, email: str, subject: str) -> str:
    return _HEAD.format(name=name, email=email, mailbox=MAILBOX, subject=subject, number=stage.key()[-12:])


def _come_in(stage: Stage, text: str, at: datetime, *, sender: str, invitation: Invitation | None = None) -> None:
    raw = text.replace("\n", "\r\n").encode()
    recipient = reply_address(MAILBOX, invitation.id) if invitation else MAILBOX

    def keep(session: ScopedSession) -> str:
        kept = store(session, raw=raw, sender=sender, recipients=[recipient], now=at)
        mail.begin_reading(session, inbound_id=kept, attempts=0)
        return kept

    inbound_id = stage.data.transact(wide("sweep"), keep, background=True)
    found = incoming.read(raw, sender=sender, recipient=recipient)
    if invitation is not None:
        found = replace(found, token=derive(REPLY, invitation.id, 1))
    inbound.settle(stage.data, inbound_id, found, at)
