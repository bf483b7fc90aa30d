"""Delivering one letter: read, make its files, talk to the server, claim, send, note the end."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import bindparam, update
from sqlmodel import Session, col, select

from kit.clock import now, wall_now
from kit.db import Database, Prepared, ScopedSession, within
from kit.ical import FaultyCalendar
from kit.jobs import DEAD_AFTER_SECONDS
from kit.journal import Worker, outbox_frozen
from kit.pdf import PdfFailed, PdfUnavailable
from kit.settings import settings
from mail import compose, dkim
from mail.bounce_address import bounce_address
from mail.models import Letter
from mail.queries import letter_by_id
from mail.rules import MOST_CLAIMS, InDoubt, Reason, State, next_attempt
from mail.smtp import Doubt, Permanent, Temporary, Transport

log = logging.getLogger(__name__)

CLAIM_LIVES = timedelta(minutes=10)
MOST_RENDERINGS = 6

_CLAIM = Prepared(
    update(Letter)
    .where(
        col(Letter.id) == bindparam("letter_id"),
        col(Letter.attempts) == bindparam("known"),
        col(Letter.state) == bindparam("was"),
    )
    .values(
        state=State.SENDING,
        attempts=Letter.attempts + 1,
        claimed_by=bindparam("by"),
        claimed_at=bindparam("moment"),
    )
)
_SENT = Prepared(
    update(Letter)
    .where(col(Letter.id) == bindparam("letter_id"), col(Letter.state).in_([State.QUEUED, State.SENDING]))
    .values(state=State.SENT, reason="", next_attempt_at=None, sent_at=bindparam("moment"))
)


def note_sent(session: Session, letter: Letter, *, now: datetime) -> None:
    """Notes that a letter went, unless its end is noted already."""
    _SENT(session, letter_id=letter.id, moment=now)


SenderOf = Callable[[Session, str], tuple[str, str]]


class _Unmade(Exception):
    """A letter whose message cannot be made, now or at all."""

    def __init__(self, reason: str, *, again: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.again = again


class Delivery:
    """Delivers letters of one process. `sender_of(session, initiative_id)` gives the shown name and the reply address."""

    def __init__(
        self,
        database: Database,
        *,
        executor_id: str,
        makers: Mapping[str, compose.Maker],
        sender_of: SenderOf,
    ) -> None:
        self.database = database
        self.executor_id = executor_id
        self.makers = makers
        self.sender_of = sender_of
        address = settings().smtp
        self.transport = Transport(address) if address else None
        self.signer = dkim.signer()

    def deliver(self, initiative_id: str, letter_id: str) -> str:
        """Tries one letter once. Returns the state it is left in; never raises for a single bad letter."""
        with self.database.read(within(initiative_id), shows=True) as session:
            letter = letter_by_id(session, letter_id)
            if letter is None or letter.initiative_id != initiative_id:
                return "gone"
            if letter.state not in (State.QUEUED, State.SENDING):
                return letter.state
            if outbox_frozen(session) or (
                letter.state == State.SENDING and self._claimed_by_the_living(session, letter)
            ):
                return "busy"
            name, reply_to = self.sender_of(session, initiative_id)
        if self.transport is None:
            # Without a mail server letters are kept; whoever reads one at /demo/post has its files made then.
            return self._finish(letter, State.SENT, "")
        if letter.attempts >= MOST_CLAIMS:
            return self._finish(letter, State.NEEDS_ATTENTION, Reason.NO_ANSWER)
        if letter.state == State.SENDING and letter.in_doubt == InDoubt.HOLD:
            return self._finish(letter, State.NEEDS_ATTENTION, Reason.IN_DOUBT)
        try:
            message = self._written(letter, name, reply_to)
        except _Unmade as unmade:
            if unmade.again:
                return self._again(letter, unmade.reason)
            return self._finish(letter, State.NEEDS_ATTENTION, unmade.reason)
        return self._send(letter, message)

    def _written(self, letter: Letter, name: str, reply_to: str) -> bytes:
        """The whole message with its files. Raises _Unmade."""
        try:
            files = compose.make_attachments(letter, self.makers)
            message = compose.message(letter, files, sender_name=name, reply_to=reply_to).as_bytes()
            return self.signer.signed(message) if self.signer else message
        except (PdfFailed, PdfUnavailable) as error:
            log.warning("letter %s waits: %s", letter.id, type(error).__name__)
            # The renderer may have been short of time or memory; a file that never works is not tried for days.
            raise _Unmade(Reason.CANNOT_BE_MADE, again=letter.enqueued < MOST_RENDERINGS) from error
        except FaultyCalendar as error:
            log.error("letter %s holds a faulty calendar: %s", letter.id, error)  # noqa: TRY400 - the words say it all
            raise _Unmade(f"{Reason.FAULTY_CALENDAR}: {error}") from error
        except Exception as error:
            # A letter that cannot be made must not stop the others; somebody has to look at it.
            log.exception("letter %s cannot be made", letter.id)
            raise _Unmade(Reason.CANNOT_BE_MADE) from error

    def _send(self, letter: Letter, message: bytes) -> str:
        assert self.transport is not None
        claimed = False
        config = settings()
        sender = bounce_address(config.reply_address, letter.id) or config.mail_from

        def claim() -> bool:
            nonlocal claimed
            claimed = self._claim(letter)
            return claimed

        try:
            sent = self.transport.send(message, sender=sender, recipient=letter.recipient, claim=claim)
        except Permanent as error:
            return self._finish(letter, State.NEEDS_ATTENTION, str(error))
        except Temporary as error:
            return self._again(letter, str(error), answered=claimed)
        except Doubt as error:
            if letter.in_doubt == InDoubt.HOLD:
                return self._finish(letter, State.NEEDS_ATTENTION, Reason.IN_DOUBT)
            return self._again(letter, str(error))
        return self._finish(letter, State.SENT, "") if sent else "busy"

    def _claimed_by_the_living(self, session: Session, letter: Letter) -> bool:
        """Whether a running process is sending it. A claim of ten minutes is none: its end could not be noted."""
        if letter.claimed_at is not None and now() - letter.claimed_at > CLAIM_LIVES:
            return False
        alive = wall_now() - timedelta(seconds=DEAD_AFTER_SECONDS)
        return (
            session.exec(
                select(Worker.executor_id).where(Worker.executor_id == letter.claimed_by, col(Worker.seen_at) >= alive)
            ).first()
            is not None
        )

    def _claim(self, letter: Letter) -> bool:
        """queued → sending, by exactly one process; a letter in doubt is claimed over a dead one."""

        def work(session: ScopedSession) -> bool:
            known = {"letter_id": letter.id, "known": letter.attempts, "was": letter.state}
            return _CLAIM(session, **known, by=self.executor_id, moment=now()).rowcount == 1

        return self.database.transact(within(letter.initiative_id), work, background=True)

    def _finish(self, letter: Letter, state: State, reason: str) -> str:
        if state == State.SENT:

            def work(session: ScopedSession) -> None:
                note_sent(session, letter, now=now())

            self.database.transact(within(letter.initiative_id), work, background=True)
        else:
            self._update(letter, {"state": state, "reason": reason[:500], "next_attempt_at": None})
        return state

    def _again(self, letter: Letter, words: str, *, answered: bool = False) -> str:
        """Tries it later. `answered`: the server said no to the whole message, so this claim leaves nothing in doubt."""
        moment: datetime = now()
        due = next_attempt(created_at=letter.created_at, failures=letter.enqueued - 1, now=moment)
        if due is None:
            return self._finish(letter, State.NEEDS_ATTENTION, words)
        values: dict[str, object] = {"state": State.QUEUED, "next_attempt_at": due, "reason": words[:500]}
        if answered:
            values["attempts"] = letter.attempts
        self._update(letter, values)
        return State.QUEUED

    def _update(self, letter: Letter, values: dict[str, object]) -> None:
        def work(session: ScopedSession) -> None:
            session.connection().execute(
                update(Letter)
                .where(col(Letter.id) == letter.id)
                .where(col(Letter.state).in_([State.QUEUED, State.SENDING]))
                .values(**values)
            )

        self.database.transact(within(letter.initiative_id), work, background=True)
