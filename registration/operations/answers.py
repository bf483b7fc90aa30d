"""What an answer to an invitation does. docs/rules.md, "Answers", says it in words."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlmodel import Session

from events import date_queries
from events.dates import Dates, last_start
from events.models import Dialogue
from events.rules import WALL
from kit import i18n
from kit.db import Database
from kit.ical_reply import Answer, Attending
from kit.journal import SYSTEM
from kit.rates import tally, window_of
from kit.text import TextRefused, multiline, normalised_address
from kit.tokens import present
from kit.zones import local
from registration import answer_letters, answer_queries, letters, queries
from registration.attachments import REPLY
from registration.models import CalendarAnswer, Invitation, Registration
from registration.operations import standing
from registration.operations.own import fresh
from registration.operations.refusals import GivenUp
from registration.operations.sweeps import CHUNK, each
from registration.rules import (
    ANSWER_GRACE,
    ANSWER_LETTERS_AN_HOUR,
    CancelReason,
    Partstat,
    State,
    Verdict,
    answer_order,
)

COUNTER = "COUNTER"
COMMENT_CHARS = 1000


@dataclass(frozen=True)
class Taken:
    """What became of an answer, and whose it is; nobody's with an unknown token."""

    verdict: Verdict
    initiative_id: str | None = None

    @property
    def puzzling(self) -> bool:
        """Somebody has to look: it belongs to no invitation of ours."""
        return self.verdict in (Verdict.UNKNOWN, Verdict.OTHER_UID)


def take(session: Session, *, answer: Answer, inbound_id: str, token: str, sender: str, now: datetime) -> Taken:
    """Takes what one mail answers. `token` is that of the recipient's address, `sender` the bare address of From.

    Once for each mail and date: read again it is a double. What proves to be an answer to one of our invitations leaves a row, also
    where it changes nothing, so that the mail goes when the person's data go.
    """
    presented = present(token.lower())
    if presented is None or not presented.proves(REPLY, 1):
        return Taken(Verdict.UNKNOWN)
    invitation = answer_queries.invitation_by_id(session, presented.object_id)
    if invitation is None:
        return Taken(Verdict.UNKNOWN)
    registration = session.get_one(Registration, invitation.registration_id)
    dialogue, registration = fresh(session, registration)
    # What was read before the lock may be old, or erased meanwhile.
    invitation = answer_queries.invitation_by_id(session, presented.object_id)
    if invitation is None:
        return Taken(Verdict.UNKNOWN)
    owner = registration.initiative_id
    date = meant(answer.recurrence_id, date_queries.dates_of(session, dialogue), dialogue.zone)
    if answer_queries.answer_of_mail(session, invitation.id, inbound_id, date) is not None:
        return Taken(Verdict.DOUBLE, owner)
    row = _row(answer, invitation, inbound_id=inbound_id, sender=sender, now=now)
    row.recurrence_id = date
    row.verdict = _verdict(session, row, answer, invitation, registration, dialogue, now=now)
    session.add(row)
    if row.verdict == Verdict.TAKEN:
        row.verdict = _act(session, row, invitation, registration, dialogue, now=now)
    elif row.verdict == Verdict.OTHER_ADDRESS and _misleads(session, row, answer, invitation, registration, dialogue):
        # To the invited address alone: whoever wrote may be anybody (docs/decisions/0020).
        answer_letters.from_elsewhere(session, registration, now=now)
    session.flush()
    return Taken(Verdict(row.verdict), owner)


def _row(answer: Answer, invitation: Invitation, *, inbound_id: str, sender: str, now: datetime) -> CalendarAnswer:
    invited = _invited(answer, invitation)
    return CalendarAnswer(
        initiative_id=invitation.initiative_id,
        registration_id=invitation.registration_id,
        invitation_id=invitation.id,
        inbound_id=inbound_id,
        method=answer.method[:10],
        partstat=(invited.partstat.upper() if invited else "")[:16],
        # As far as a column of both databases goes; no calendar counts so high.
        sequence=max(0, min(answer.sequence, 2**31 - 1)),
        stamp=answer.dtstamp,
        verdict="",
        sender=_address_or_cut(sender),
        comment=_comment(answer.comment),
        proposed_start=answer.proposed_start,
        proposed_end=answer.proposed_end,
        delegated_to=_address_or_cut(invited.delegated_to if invited else ""),
        received_at=now,
    )


def meant(written: str, dates: Dates, zone: str) -> str:
    """Which date a RECURRENCE-ID names, written by the clock on the wall, in UTC or as a day; empty for none of these."""
    if not written or not dates:
        return ""
    moment = written.strip().upper()
    try:
        if moment.endswith("Z"):
            at = local(datetime.strptime(moment, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC), zone).strftime(WALL)
        else:
            at = datetime.strptime(moment[:8], "%Y%m%d").strftime("%Y-%m-%d")  # noqa: DTZ007 - by the clock on the wall
            if len(moment) > 8:
                at = datetime.strptime(moment, "%Y%m%dT%H%M%S").strftime(WALL)  # noqa: DTZ007
    except (ValueError, OverflowError):
        return ""
    # A day alone names the date of that day: there is one a day at most.
    return next((date.recurrence_id for date in dates if date.recurrence_id.startswith(at)), "")


def _invited(answer: Answer, invitation: Invitation) -> Attending | None:
    """The entry of the invited person; an ATTENDEE without an address leaves it to From."""
    for attending in answer.attendees:
        if not attending.address or _same_mailbox(attending.address, invitation.recipient):
            return attending
    return None


def _same_mailbox(one: str, other: str) -> bool:
    try:
        return normalised_address(one) == normalised_address(other)
    except TextRefused:
        return False


def _address_or_cut(value: str) -> str:
    try:
        return normalised_address(value)
    except TextRefused:
        return _clean(value, 254).replace("\n", " ")


def _comment(value: str) -> str:
    return _clean(value, COMMENT_CHARS)


def _clean(value: str, chars: int) -> str:
    """As much of a text as a column takes."""
    try:
        return multiline(value[: 4 * chars], max_chars=4 * chars)[:chars].strip()
    except TextRefused:
        # More marks than letters: nothing to read.
        return ""


def _verdict(
    session: Session,
    row: CalendarAnswer,
    answer: Answer,
    invitation: Invitation,
    registration: Registration,
    dialogue: Dialogue,
    *,
    now: datetime,
) -> Verdict:
    """Why an answer changes nothing, or that it is taken."""
    if answer.uid.strip() != invitation.uid:
        return Verdict.OTHER_UID
    named = not answer.attendees or _invited(answer, invitation) is not None
    if not named or not _same_mailbox(row.sender, invitation.recipient):
        return Verdict.OTHER_ADDRESS
    if answer.recurrence_id:
        return Verdict.ONE_DATE
    if answer_queries.answer_told(session, row):
        return Verdict.DOUBLE
    if row.method != COUNTER and row.partstat not in frozenset(Partstat):
        return Verdict.NO_ANSWER
    if not _living(registration, dialogue, now) or invitation.method == "CANCEL":
        return Verdict.OVER
    # To an earlier time: it does not decide about the new one.
    if row.sequence < invitation.sequence or _order(row, invitation, now) < _last(invitation):
        return Verdict.OLDER
    return Verdict.TAKEN


def _misleads(
    session: Session,
    row: CalendarAnswer,
    answer: Answer,
    invitation: Invitation,
    registration: Registration,
    dialogue: Dialogue,
) -> bool:
    """Whether somebody may believe to have cancelled: a decline of the whole as it is now, and the place stays."""
    return (
        row.partstat == Partstat.DECLINED
        and not answer.recurrence_id
        and row.sequence >= invitation.sequence
        and _living(registration, dialogue, row.received_at)
        and answer_queries.grace_of(session, registration.id) is None
    )


def _living(registration: Registration, dialogue: Dialogue, now: datetime) -> bool:
    """Whether there is a place that somebody could still give back."""
    coming = dialogue.state in ("published", "postponed") and dialogue.ends_at > now
    return coming and registration.state == State.CONFIRMED


def _order(row: CalendarAnswer, invitation: Invitation, now: datetime) -> tuple[int, datetime]:
    return answer_order(sequence=row.sequence, stamp=row.stamp, invited_sequence=invitation.sequence, now=now)


def _last(invitation: Invitation) -> tuple[int, datetime]:
    """Where the answer stands that counts."""
    if invitation.answer_sequence is None or invitation.answer_stamp is None:
        return -1, invitation.dtstamp
    return invitation.answer_sequence, invitation.answer_stamp


def _act(
    session: Session,
    row: CalendarAnswer,
    invitation: Invitation,
    registration: Registration,
    dialogue: Dialogue,
    *,
    now: datetime,
) -> Verdict:
    """What an answer that counts does. Returns its verdict."""
    actor = letters.contact_pseudonym(registration)
    if row.method == COUNTER:
        standing.note(session, registration, actor=actor, action="registration.counter", now=now)
        with i18n.use(registration.language):
            proposed = answer_letters.proposed_time(row, dialogue.zone)
        answer_letters.passed_on(session, registration, proposed=proposed, now=now)
        answer_letters.to_initiative(session, registration, answer=row, now=now)
        return Verdict.PASSED_ON
    declined_before = answer_queries.grace_of(session, registration.id) is not None
    invitation.answer = row.partstat
    invitation.answered_at = now
    invitation.answer_sequence, invitation.answer_stamp = _order(row, invitation, now)
    session.add(invitation)
    standing.note(
        session, registration, actor=actor, action="registration.answer", detail=row.partstat.lower(), now=now
    )
    if row.partstat != Partstat.DECLINED:
        standing.settle(session, registration, Verdict.KEPT, now=now)
    elif not declined_before:
        return _decline(session, row, invitation, registration, dialogue, now=now)
    if row.partstat == Partstat.DELEGATED:
        answer_letters.delegated(session, registration, now=now)
        answer_letters.to_initiative(session, registration, answer=row, now=now)
        return Verdict.ASKED
    return Verdict.TAKEN


def _decline(
    session: Session,
    row: CalendarAnswer,
    invitation: Invitation,
    registration: Registration,
    dialogue: Dialogue,
    *,
    now: datetime,
) -> Verdict:
    """Gives the place back after a while, and writes at once how to keep it. Without the letter nothing is given back.

    Of a group nothing goes by itself: one calendar does not say who of them stays away.
    """
    until = now + ANSWER_GRACE
    if until >= last_start(session, dialogue) or _somebody_came(session, registration):
        return Verdict.TAKEN
    written = tally(session, bucket="answer", key=invitation.id, window=window_of(now))
    if written > ANSWER_LETTERS_AN_HOUR:
        return Verdict.TOO_MANY
    if len(queries.participants_of(session, registration.id)) > 1:
        answer_letters.declined(session, registration, until=None, now=now)
        return Verdict.ASKED
    row.act_at = until
    answer_letters.declined(session, registration, until=until, now=now)
    return Verdict.GRACE


def _somebody_came(session: Session, registration: Registration) -> bool:
    people = queries.participants_of(session, registration.id)
    return any(queries.arrival_of(session, person.id) for person in people)


def keep(session: Session, *, registration: Registration, now: datetime) -> Registration:
    """Takes a decline of the calendar back: the place stays, and the calendar gets its entry again.

    Doing it twice changes nothing. Raises GivenUp when the place is gone.
    """
    _dialogue, registration = fresh(session, registration)
    if registration.state != State.CONFIRMED:
        raise GivenUp
    if standing.settle(session, registration, Verdict.KEPT, now=now) is None:
        return registration
    invitation = standing.invite(session, registration, method="REQUEST", now=now)
    answer_letters.kept(session, registration, invitation=invitation, now=now)
    actor = letters.contact_pseudonym(registration)
    standing.note(session, registration, actor=actor, action="registration.kept", now=now)
    return registration


def free_declined(database: Database, now: datetime) -> int:
    """Gives back the places that calendars declined half an hour ago."""

    def act(session: Session, registration: Registration) -> None:
        end_grace(session, registration=registration, now=now)

    return each(database, lambda session: answer_queries.declines_due(session, now=now, limit=CHUNK), act)


def end_grace(session: Session, *, registration: Registration, now: datetime) -> None:
    """The time to take a decline back is over: the place goes, unless something came between."""
    dialogue, registration = fresh(session, registration)
    waiting = answer_queries.grace_of(session, registration.id)
    if waiting is None or waiting.act_at is None or waiting.act_at > now:
        return
    came_between = (
        registration.state != State.CONFIRMED
        or dialogue.state not in ("published", "postponed")
        or last_start(session, dialogue) <= now
        or _somebody_came(session, registration)
    )
    if came_between:
        standing.settle(session, registration, Verdict.VOID, now=now)
        standing.note(session, registration, actor=SYSTEM, action="registration.answer_void", now=now)
        return
    standing.settle(session, registration, Verdict.FREED, now=now)
    standing.end(
        session,
        registration=registration,
        state=State.CANCELLED,
        reason=CancelReason.BY_PERSON,
        actor=letters.contact_pseudonym(registration),
        now=now,
    )
