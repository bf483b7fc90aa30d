"""People of the demo who hear of new dialogues by e-mail."""

from datetime import timedelta

from kit.db import ScopedSession, wide
from subscription import operations, queries
from subscription.forms import declaration
from subscription.rules import Wanted
from web.seeding.stage import Stage

# Dialogues are published six weeks before the present: whoever hears of them asked before that.
ASKED = timedelta(days=50)
TOLD = timedelta(days=41)
READERS = (
    ("rosa.muster@post.example", Wanted(land="NI"), "active"),
    ("levin.beispiel@post.example", Wanted(), "active"),
    ("mei.muster@post.example", Wanted(format_code="F5"), "ended"),
    ("arne.beispiel@post.example", Wanted(land="SL"), "unconfirmed"),
)


def read_on(stage: Stage) -> None:
    """Two of them are told, one has had enough since, one has just asked."""
    for email, wanted, state in READERS:
        _ask(stage, email, wanted, confirmed=state != "unconfirmed")
    stage.data.transact(
        wide("sweep"), lambda session: operations.tell_chunk(session, now=stage.now - TOLD), background=True
    )
    for email, wanted, state in READERS:
        if state == "ended":
            _leave(stage, email, wanted)


def _ask(stage: Stage, email: str, wanted: Wanted, *, confirmed: bool) -> None:
    asked, key = stage.now - (ASKED if confirmed else timedelta(hours=5)), stage.key()

    def work(session: ScopedSession) -> None:
        operations.subscribe(
            session, email=email, wanted=wanted, language="de", declaration=declaration(), form_key=key, now=asked
        )
        if confirmed:
            row = queries.held_by(session, email, wanted)
            assert row is not None
            operations.confirm(session, subscription=row, now=asked + timedelta(minutes=9))

    stage.data.transact(wide("token"), work, background=True)


def _leave(stage: Stage, email: str, wanted: Wanted) -> None:
    def work(session: ScopedSession) -> None:
        row = queries.held_by(session, email, wanted)
        assert row is not None
        operations.end(session, subscription=row, now=stage.now - timedelta(days=20))

    stage.data.transact(wide("token"), work, background=True)
