"""Delivery to a mail server: aiosmtpd takes whole messages, a scripted server fails wherever it is told to."""

import email
import itertools
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from kit import clock
from kit.db import Database, within
from kit.ical import summary_of
from kit.settings import settings
from mail.compose import Attachment
from mail.delivery import Delivery
from mail.models import Letter
from mail.operations import sender_domain
from mail.rules import InDoubt, State
from mail.words import reason_words
from registration.attachments import make_invitation, make_ticket
from tests.conftest import NOW, World
from tests.mail.test_compose import HOSTILE, letter, structure

MAKERS = {"ticket": make_ticket, "invitation": make_invitation}


class Sink:
    """Keeps what arrives: envelope recipients and bytes."""

    def __init__(self) -> None:
        self.got: list[tuple[list[str], bytes]] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.got.append((list(envelope.rcpt_tos), bytes(envelope.content)))
        return "250 taken"


@pytest.fixture
def sink() -> Iterator[tuple[Sink, int]]:
    handler = Sink()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield handler, controller.port
    controller.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Scripted:
    """A server that answers well, except at one stage: another reply there, or "drop" to hang up.

    Stages: connect, EHLO, MAIL, RCPT, DATA, end (after the final dot).
    """

    def __init__(self, **faults: str) -> None:
        self.faults = faults
        self.messages: list[bytes] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.listener.getsockname()[1])
        self.thread = threading.Thread(target=self._serve)

    def _serve(self) -> None:
        going = True
        while going:
            connection, _peer = self.listener.accept()
            with connection, connection.makefile("rb") as lines:
                going = self._talk(connection, lines)

    def _talk(self, connection: socket.socket, lines: Any) -> bool:
        """One connection; False when it was the last one."""

        def say(stage: str, usual: str) -> str:
            reply = self.faults.get(stage, usual)
            if reply != "drop":
                connection.sendall(reply.encode() + b"\r\n")
            return reply

        if say("connect", "220 ready") == "drop":
            return True
        for line in lines:
            verb = line.split()[0].decode().upper()
            if verb == "STOP":
                return False
            reply = say(verb, "354 go on" if verb == "DATA" else "250 ok")
            if reply == "drop":
                return True
            if reply.startswith("354"):
                taken = list(itertools.takewhile(lambda line: line != b".\r\n", iter(lines.readline, b"")))
                if not taken:
                    return True
                self.messages.append(b"".join(taken))
                if say("end", "250 taken") == "drop":
                    return True
        return True

    def __enter__(self) -> "Scripted":
        self.thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.faults = {}
        with socket.create_connection(("127.0.0.1", self.port)) as last:
            last.sendall(b"STOP\r\n")
            self.thread.join(10)
        self.listener.close()


@contextmanager
def delivering(database: Database, port: int, monkeypatch: pytest.MonkeyPatch, **options: Any) -> Iterator[Delivery]:
    monkeypatch.setenv("DIALOGWERK_SMTP_URL", f"smtp://127.0.0.1:{port}?tls=none")
    settings.cache_clear()
    delivery = Delivery(
        database,
        executor_id="host:1:x",
        makers=options.get("makers", {}),
        sender_of=lambda _session, _initiative: options.get("sender", ("Verbund", "post@ems.example")),
    )
    clock.fix(NOW)
    yield delivery
    assert delivery.transport is not None
    delivery.transport.close()


Post = Callable[..., Letter]


@pytest.fixture
def post(database: Database, world: World) -> Post:
    """Inserts a letter by hand, as if its first job had been enqueued."""
    initiative = world.initiative()

    def insert(**values: Any) -> Letter:
        world.count += 1
        row = letter(
            id=f"{world.count:a>16}".replace("1", "b"),
            initiative_id=initiative.id,
            dedupe_key=f"letter-{world.count}",
            message_id=f"<{world.count}@{sender_domain()}>",
            enqueued=1,
            enqueued_at=NOW,
            created_at=NOW,
            **values,
        )
        with database.write(within(initiative.id)) as session:
            session.add(row)
        return row

    return insert


def test_a_confirmation_arrives_whole(
    database: Database, world: World, sink: tuple[Sink, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, port = sink
    registration = world.sign_up(world.dialogue(), "ada@post.example", size=2)
    world.confirm(registration)
    (row,) = world.rows(Letter, kind="confirmation")
    with delivering(database, port, monkeypatch, makers=MAKERS) as delivery:
        assert delivery.deliver(row.initiative_id, row.id) == State.SENT
    ((recipients, data),) = server.got
    found = email.message_from_bytes(data, policy=default)
    assert recipients == ["ada@post.example"]
    assert structure(found) == (  # type: ignore[arg-type]
        "multipart/mixed",
        [
            ("multipart/alternative", ["text/plain", "text/html", "text/calendar"]),
            "application/ics",
            "application/pdf",
        ],
    )
    alternative, ics, pdf = found.iter_parts()  # type: ignore[attr-defined]
    calendar = list(alternative.iter_parts())[2]
    (event,) = summary_of(calendar.get_payload(decode=True))
    assert (calendar["content-type"].params["method"], event["method"]) == ("REQUEST", "REQUEST")
    assert event["attendee"] == "Gast Muster-2 <ada@post.example>"
    assert calendar.get_payload(decode=True) == ics.get_payload(decode=True)
    assert pdf.get_payload(decode=True)[:5] == b"%PDF-"
    again = world.again(row)
    assert (again.state, again.attempts, again.claimed_by, again.sent_at) == (State.SENT, 1, "host:1:x", NOW)


def test_hostile_names_reach_one_person(
    database: Database, post: Post, sink: tuple[Sink, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, port = sink
    for name in HOSTILE:
        row = post(recipient_name=name, subject=name)
        with delivering(database, port, monkeypatch, sender=(name, "post@ems.example")) as delivery:
            assert delivery.deliver(row.initiative_id, row.id) == State.SENT
    assert [recipients for recipients, _data in server.got] == [["ada@post.example"]] * len(HOSTILE)
    for _recipients, data in server.got:
        headers = email.message_from_bytes(data, policy=default)
        assert {name.lower() for name in headers} & {"bcc", "cc"} == set()
        assert [one.addr_spec for one in headers["To"].addresses] == ["ada@post.example"]


def test_dots_at_the_beginning_of_lines_stay(
    database: Database, post: Post, sink: tuple[Sink, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, port = sink
    row = post(text="eins\n.\n..zwei\n.drei\n")
    with delivering(database, port, monkeypatch) as delivery:
        assert delivery.deliver(row.initiative_id, row.id) == State.SENT
    plain = next(email.message_from_bytes(server.got[0][1], policy=default).iter_parts())  # type: ignore[attr-defined]
    assert plain.get_content().replace("\r\n", "\n") == "eins\n.\n..zwei\n.drei\n"


@pytest.mark.parametrize("stage", ["connect", "EHLO", "MAIL", "RCPT", "DATA", "end"])
@pytest.mark.parametrize("reply", ["451 come back later", "drop"])
def test_a_temporary_error_is_tried_again(
    database: Database, world: World, post: Post, stage: str, reply: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = post()
    faults = {stage: reply} | ({"HELO": reply} if stage == "EHLO" else {})
    with Scripted(**faults) as server, delivering(database, server.port, monkeypatch) as delivery:
        assert delivery.deliver(row.initiative_id, row.id) == State.QUEUED
    again = world.again(row)
    assert (again.state, again.next_attempt_at) == (State.QUEUED, NOW + timedelta(minutes=1))
    # Only a claim that nobody answered counts: a server that says "later" is asked for days.
    assert again.attempts == (1 if (stage, reply) == ("end", "drop") else 0)


def test_nobody_listens(database: Database, world: World, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    row = post()
    with delivering(database, free_port(), monkeypatch) as delivery:
        assert delivery.deliver(row.initiative_id, row.id) == State.QUEUED
        clock.fix(NOW + timedelta(days=5))
        assert delivery.deliver(row.initiative_id, row.id) == State.NEEDS_ATTENTION
    assert world.again(row).next_attempt_at is None


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA", "end"])
def test_a_permanent_error_needs_somebody(
    database: Database, world: World, post: Post, stage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = post()
    with (
        Scripted(**{stage: "550 no such user here"}) as server,
        delivering(database, server.port, monkeypatch) as delivery,
    ):
        assert delivery.deliver(row.initiative_id, row.id) == State.NEEDS_ATTENTION
    again = world.again(row)
    assert (again.state, again.reason) == (State.NEEDS_ATTENTION, "550 no such user here")


def test_in_doubt_it_is_sent_again_under_the_same_message_id(
    database: Database, world: World, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = post()
    with Scripted(end="drop") as server, delivering(database, server.port, monkeypatch) as delivery:
        assert delivery.deliver(row.initiative_id, row.id) == State.QUEUED
        server.faults = {}
        assert delivery.deliver(row.initiative_id, row.id) == State.SENT
    assert [email.message_from_bytes(data)["Message-ID"] for data in server.messages] == [row.message_id] * 2
    assert world.again(row).attempts == 2


def test_a_letter_that_is_held_in_doubt_is_not_sent_again(
    database: Database, world: World, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = post(in_doubt=InDoubt.HOLD)
    with Scripted(end="drop") as server, delivering(database, server.port, monkeypatch) as delivery:
        assert delivery.deliver(row.initiative_id, row.id) == State.NEEDS_ATTENTION
        server.faults = {}
        assert delivery.deliver(row.initiative_id, row.id) == State.NEEDS_ATTENTION
        assert len(server.messages) == 1
    assert world.again(row).reason == "in_doubt"


@pytest.mark.parametrize(
    ("in_doubt", "state", "sent"), [(InDoubt.RESEND, State.SENT, 1), (InDoubt.HOLD, State.NEEDS_ATTENTION, 0)]
)
def test_what_the_dead_left_half_sent(
    database: Database, post: Post, in_doubt: str, state: str, sent: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = post(in_doubt=in_doubt, state=State.SENDING, attempts=1, claimed_by="host:0:dead", claimed_at=NOW)
    with Scripted() as server, delivering(database, server.port, monkeypatch) as delivery:
        assert delivery.deliver(row.initiative_id, row.id) == state
        assert len(server.messages) == sent


def test_who_loses_the_claim_sends_nothing(database: Database, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    row = post()
    with Scripted() as server, delivering(database, server.port, monkeypatch) as delivery:
        monkeypatch.setattr(delivery, "_claim", lambda _letter: False)
        assert delivery.deliver(row.initiative_id, row.id) == "busy"
    assert server.messages == []


def test_a_letter_that_cannot_be_made_does_not_stop_the_next(
    database: Database, world: World, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = post(recipient="a@x.example, b@x.example"), post()
    with Scripted() as server, delivering(database, server.port, monkeypatch) as delivery:
        assert delivery.deliver(bad.initiative_id, bad.id) == State.NEEDS_ATTENTION
        assert delivery.deliver(good.initiative_id, good.id) == State.SENT
        assert len(server.messages) == 1
    assert world.again(bad).reason == "cannot_be_made"


def test_a_faulty_calendar_is_never_sent(database: Database, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody signs up with the address that letters come from: the organiser would invite himself."""
    world.confirm(world.sign_up(world.dialogue(), settings().mail_from))
    world.confirm(world.sign_up(world.dialogue()))
    bad, good = sorted(world.rows(Letter, kind="confirmation"), key=lambda row: row.recipient != settings().mail_from)
    makers = {"ticket": lambda _data: Attachment("t.pdf", "application/pdf", b"%PDF"), "invitation": make_invitation}
    with Scripted() as server, delivering(database, server.port, monkeypatch, makers=makers) as delivery:
        assert delivery.deliver(bad.initiative_id, bad.id) == State.NEEDS_ATTENTION
        assert delivery.deliver(good.initiative_id, good.id) == State.SENT
        assert len(server.messages) == 1
    reason = world.again(bad).reason
    assert reason == "faulty_calendar: The organiser invites himself."
    assert reason_words(reason) == (
        "Der Termin in dieser E-Mail ist fehlerhaft. Deshalb ging sie nicht hinaus. (The organiser invites himself.)"
    )


def test_one_connection_serves_several_letters(
    database: Database, post: Post, sink: tuple[Sink, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, port = sink
    rows = [post() for _count in range(3)]
    with delivering(database, port, monkeypatch) as delivery:
        assert [delivery.deliver(row.initiative_id, row.id) for row in rows] == [State.SENT] * 3
        assert delivery.transport is not None
        assert delivery.transport._idle.qsize() == 1
    assert len(server.got) == 3
