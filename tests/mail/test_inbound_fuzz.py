"""Whatever comes in: reading it ends soon, without a fault, and nobody's calendar or letter changes without a token."""

import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from kit.db import Database, wide
from kit.ical_reply import Unreadable, answers
from kit.settings import settings
from kit.tokens import derive
from mail.inbound import NOBODY, store
from mail.incoming import Kind, read
from mail.models import InboundMail, Letter
from mail.reading import shown
from registration.models import CalendarAnswer, Invitation
from tests.conftest import LONG, NOW, World, environment
from tests.mail import shapes
from tests.mail.test_inbound import MAILBOX
from web.inbound import read_inbound

SHAPES = [raw for raw in vars(shapes).values() if isinstance(raw, bytes)] + [shapes.dsn(), shapes.simple()]
PIECES = [
    b"\r\n\r\n", b"\r\n", b"\n ", b"\r", b"--b0", b"--b0--", b"BEGIN:VCALENDAR\r\n", b"END:VEVENT\r\n", b"METHOD:REPLY\r\n",
    b"METHOD:COUNTER\r\n", b";PARTSTAT=DECLINED", b"Content-Type: multipart/mixed; boundary=b0\r\n", b"\x00", b"\xff",
    b"Content-Type: message/rfc822\r\n", b"Content-Type: message/delivery-status\r\n", b"Auto-Submitted: auto-replied\r\n",
    b"Content-Transfer-Encoding: base64\r\n", b"Action: failed\r\nStatus: 5.1.1\r\n", b"=?utf-8?b?", b'"', b"\\", b"DTSTART:99990101T000000Z\r\n",
    b"SEQUENCE:9999999999\r\n", b"DTSTAMP:00010101T000000Z\r\n", b"DURATION:P99999999999D\r\n", b"\xff\xfe",
]  # fmt: skip


@st.composite
def messages(draw: st.DrawFn) -> bytes:
    """A known shape with some cuts, repetitions, strange pieces, or grown together with another one."""
    raw = draw(st.sampled_from(SHAPES))
    for _change in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, len(raw)))
        to = draw(st.integers(at, min(len(raw), at + 400)))
        new = draw(
            st.one_of(
                st.just(b""),
                st.binary(max_size=12),
                st.sampled_from(PIECES),
                st.builds(lambda piece, times: piece * times, st.sampled_from(PIECES), st.integers(2, 3000)),
                st.just(raw[at:to] * 3),
                st.sampled_from(SHAPES).map(lambda other: other[:400]),
            )
        )
        raw = raw[:at] + new + raw[to:]
    return raw[:500_000]


@pytest.fixture(scope="module", autouse=True)
def _settings() -> Iterator[None]:
    with environment(DIALOGWERK_ENV="test", DIALOGWERK_REPLY_ADDRESS=MAILBOX):
        yield


@effort(max_examples=800 if LONG else 30, deadline=None)
@given(messages(), st.sampled_from(["", NOBODY, "gast@post.example"]))
def test_reading_ends_soon_and_without_a_fault(raw: bytes, sender: str) -> None:
    began = time.process_time()
    found = read(raw, sender=sender, recipient=MAILBOX)
    assert (found.kind == Kind.ANSWER) == bool(found.answers)
    assert (found.kind == Kind.BOUNCE) == (found.report is not None)
    if sender == NOBODY:
        assert found.kind != Kind.ANSWER
    for answer in found.answers:
        assert answer.method in ("REPLY", "COUNTER")
        assert 0 <= answer.sequence < 2**31
        assert max(len(answer.uid), len(answer.comment)) <= 1000
    shown(raw)
    with suppress(Unreadable):
        answers(raw)
    assert time.process_time() - began < 2


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_nothing_changes_without_a_token(database: Database, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIALOGWERK_REPLY_ADDRESS", MAILBOX)
    settings.cache_clear()
    world.confirm(world.sign_up(world.dialogue(), shapes.GUEST))

    def state() -> list[str]:
        return [repr(row) for model in (Invitation, Letter, CalendarAnswer) for row in world.rows(model)]

    before = state()
    (invitation,) = world.rows(Invitation)
    forged = derive("own", invitation.id, 1)

    @effort(max_examples=100 if LONG else 10, deadline=None)
    @given(messages())
    def play(raw: bytes) -> None:
        own = raw.replace(shapes.UID.encode(), invitation.uid.encode())
        database.transact(
            wide("sweep"),
            lambda session: store(
                session, raw=own or b"x", sender="", recipients=[f"antwort+{forged}@dialogwerk.example"], now=NOW
            ),
        )

    play()
    while read_inbound(database, NOW):
        pass
    assert state() == before
    assert {row.state for row in world.rows(InboundMail)} <= {"sorted", "needs_attention"}
