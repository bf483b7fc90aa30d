"""SMTP with the claim between DATA and the message: whoever dies afterwards leaves a letter that is known to be in doubt."""

import queue
import smtplib
import ssl
import time
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager

from kit.settings import SmtpAddress

IDLE_SECONDS = 20.0
TIMEOUT_SECONDS = 30.0


class Temporary(Exception):
    """Try again later; the server did not take the letter."""


class Permanent(Exception):
    """The server refused for good; its words are the text."""


class Doubt(Exception):
    """The connection broke after the message went out: nobody knows."""


class Transport:
    """A pool of open connections to one server, used by all delivery threads of a process."""

    def __init__(self, address: SmtpAddress) -> None:
        self.address = address
        self._idle: queue.LifoQueue[tuple[float, smtplib.SMTP]] = queue.LifoQueue()

    def send(self, data: bytes, *, sender: str, recipient: str, claim: Callable[[], bool]) -> bool:
        """Sends a whole message to exactly one recipient. `claim` is called when the server is ready for the message; when
        it says no, nothing is sent and the result is False. Raises Temporary, Permanent or Doubt.
        """
        with self._connection() as smtp:
            self._expect(smtp.mail(sender), (250,))
            self._expect(smtp.rcpt(recipient), (250, 251))
            self._expect(smtp.docmd("DATA"), (354,))
            if not claim():
                # The open DATA is dropped with the connection, so the server takes nothing.
                smtp.close()
                return False
            try:
                smtp.send(smtplib._quote_periods(data.rstrip(b"\r\n") + b"\r\n") + b".\r\n")  # type: ignore[attr-defined]
                code, words = smtp.getreply()
            except (OSError, smtplib.SMTPException) as error:
                raise Doubt(str(error)) from error
            if not 200 <= code < 600:
                raise Doubt(f"{code} {words.decode('utf-8', 'replace')}"[:400])
            self._expect((code, words), range(200, 300))
        return True

    @contextmanager
    def _connection(self) -> Iterator[smtplib.SMTP]:
        try:
            smtp = self._take()
        except (OSError, smtplib.SMTPException) as error:
            raise Temporary(str(error)) from error
        keep = False
        try:
            yield smtp
            keep = smtp.sock is not None
        except (Temporary, Permanent):
            # The dialogue is intact; a reset makes the connection usable again.
            try:
                keep = smtp.rset()[0] == 250
            except (OSError, smtplib.SMTPException):
                keep = False
            raise
        except (OSError, smtplib.SMTPException) as error:
            raise Temporary(str(error)) from error
        finally:
            if keep:
                self._idle.put((time.monotonic(), smtp))
            else:
                smtp.close()

    def _take(self) -> smtplib.SMTP:
        while True:
            try:
                since, smtp = self._idle.get_nowait()
            except queue.Empty:
                return self._open()
            if time.monotonic() - since > IDLE_SECONDS:
                smtp.close()
                continue
            try:
                if smtp.rset()[0] == 250:
                    return smtp
            except (OSError, smtplib.SMTPException):
                pass
            smtp.close()

    def _open(self) -> smtplib.SMTP:
        place = self.address
        if place.tls == "implicit":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                place.host, place.port, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context()
            )
        else:
            smtp = smtplib.SMTP(place.host, place.port, timeout=TIMEOUT_SECONDS)
        try:
            if place.tls == "starttls":
                smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo_or_helo_if_needed()
            if place.user:
                smtp.login(place.user, place.password or "")
        except BaseException:
            smtp.close()
            raise
        return smtp

    def greet(self) -> None:
        """Connects and signs in, and keeps the connection for the next letter. Raises Temporary."""
        with self._connection():
            pass

    def close(self) -> None:
        """Closes the open connections."""
        while not self._idle.empty():
            self._idle.get_nowait()[1].close()

    @staticmethod
    def _expect(reply: tuple[int, bytes], wanted: Container[int]) -> None:
        code, words = reply
        if code in wanted:
            return
        sentence = f"{code} {words.decode('utf-8', 'replace')}"[:400]
        raise Permanent(sentence) if 500 <= code < 600 else Temporary(sentence)
