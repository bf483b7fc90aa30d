"""A port for the mail server that receives for our mailbox: LMTP (RFC 2033), by aiosmtpd.

It hears yes after the commit; whatever hinders us is told as temporary, so that it keeps the message and comes again.
"""

import asyncio
import contextlib
import logging
from typing import Any

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import Envelope, Session
from sqlalchemy.exc import SQLAlchemyError

from kit import clock
from kit.db import Database, wide
from mail.inbound import LARGEST, NotStored, envelope_sender, store
from mail.mailbox import token_of

log = logging.getLogger(__name__)

MOST_RECIPIENTS = 100
IDLE_SECONDS = 120.0


class Receiver:
    """What is answered to each command. `idle` is set while no message waits for its answer."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.idle = asyncio.Event()
        self.idle.set()
        self._busy = 0

    def turn(self, messages: int) -> None:
        """One message more that is being taken, or one less."""
        self._busy += messages
        (self.idle.clear if self._busy else self.idle.set)()

    async def handle_RCPT(  # noqa: N802 - named by aiosmtpd
        self, _server: LMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if token_of(address) is None:
            return "550 5.1.1 No such mailbox here"
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: LMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        return await asyncio.to_thread(self.keep, envelope)

    def keep(self, envelope: Envelope) -> str:
        """Stores a whole message; returns what its sender hears for each recipient."""
        raw = envelope.original_content or b""
        sender, recipients = envelope_sender(envelope.mail_from or ""), list(map(str, envelope.rcpt_tos))
        try:
            self.database.transact(
                wide("sweep"),
                lambda session: store(session, raw=raw, sender=sender, recipients=recipients, now=clock.now()),
                background=True,
            )
        except NotStored as refused:
            return f"554 5.6.0 {refused}"
        except SQLAlchemyError as error:
            log.warning("a message was not taken: %s", type(error).__name__)
            return "451 4.3.0 Not stored, please try again later"
        return "250 2.0.0 Stored"

    async def handle_exception(self, error: Exception) -> str:
        log.warning("a message was not taken: %s", type(error).__name__)
        return "451 4.3.0 Something went wrong, please try again later"


class _Conversation(LMTP):
    # Damaged messages with endless lines are kept too; they are for somebody to look at.
    line_length_limit = LARGEST

    def __init__(self, receiver: Receiver, *, hostname: str) -> None:
        super().__init__(
            receiver,
            data_size_limit=LARGEST,
            enable_SMTPUTF8=True,
            hostname=hostname,
            ident="Dialogwerk",
            timeout=IDLE_SECONDS,
            loop=asyncio.get_running_loop(),
        )
        self._receiver = receiver
        self._answers = 1

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        self._receiver.turn(1)
        try:
            await super().smtp_DATA(arg)
        finally:
            self._receiver.turn(-1)
            self._answers = 1

    async def push(self, status: Any) -> None:
        """After the message each recipient has an answer of its own (RFC 2033, 4.2); ours are all the same."""
        for _each in range(self._answers):
            await super().push(status)
        if isinstance(status, str) and status.startswith("354") and self.envelope:
            self._answers = len(self.envelope.rcpt_tos)


async def serve(
    database: Database, *, host: str, port: int, hostname: str, stop: asyncio.Event, patience: float = 20
) -> None:
    """Receives until `stop` is set; messages that are being taken then get `patience` seconds."""
    # It would write addresses into the log.
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)
    receiver = Receiver(database)
    server = await asyncio.get_running_loop().create_server(
        lambda: _Conversation(receiver, hostname=hostname), host, port
    )
    await stop.wait()
    server.close()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(receiver.idle.wait(), patience)
