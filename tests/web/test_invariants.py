"""check-invariants finds what it must: each promise is broken by raw SQL on both databases, and only then it speaks."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, text

from events import operations as events
from events.models import Dialogue
from feedback import operations as feedback
from feedback.models import Survey
from kit.db import Database, ScopedSession, wide
from kit.settings import ROOT
from registration import operations
from registration.models import Registration
from registration.operations import sweeps
from subscription.operations import tell_chunk
from tests.conftest import NOW, World
from tests.web.scene import Scene
from web.commands.invariants import breaches

LATER = NOW + timedelta(minutes=5)


class Life:
    """Registrations in every state of one life cycle, made by the operations."""

    def __init__(self, database: Database, world: World) -> None:
        self.scene = Scene(database, world)
        self.world = world
        self.database = database
        dialogue = self.scene.dialogue(capacity=3)
        self.dialogue = dialogue
        self.confirmed = world.confirm(world.sign_up(dialogue, size=2))
        leaving = world.confirm(world.sign_up(dialogue))
        world.confirm(world.sign_up(dialogue))
        self.act(leaving, lambda session, row: operations.cancel(session, registration=row, now=NOW))
        sweeps.serve_lists(database, NOW)
        self.waiting = world.confirm(world.sign_up(dialogue))
        self.cancelled = leaving
        self.held = world.sign_up(self.scene.dialogue(repetition="FREQ=WEEKLY;COUNT=3", series="Abende am Kanal"))
        self.erased = world.confirm(world.sign_up(self.scene.dialogue()))
        self.act(self.erased, lambda session, row: operations.erase(session, registration=row, actor="system", now=NOW))
        moved = self.scene.dialogue()
        world.confirm(world.sign_up(moved))
        world.within(moved, lambda session: cancel_dialogue(session, moved))
        sweeps.announce_changes(database, NOW)
        self.rated, token = self.scene.rated()
        self.scene.answer(token)
        self.foreign = world.dialogue(self.scene.other)
        self.scene.draft()
        self.scene.path("/logo/{logo}")
        self.reader = world.subscription(now=NOW - timedelta(days=2))
        self.asked = world.subscription("unconfirmed")
        self.ended = world.subscription("ended")
        database.transact(wide("sweep"), self._tell)
        self.member = self.scene.people["reader"]
        self.declined = self.offered_and(
            lambda session, row: operations.decline_offer(session, registration=row, now=NOW)
        )
        self.lapsed = self.offered_and(lambda _session, row: setattr(row, "offered_until", NOW))
        sweeps.end_offers(database, NOW)
        self.released = world.sign_up(self.scene.dialogue())
        self.act(
            self.released, lambda session, row: operations.release_hold(session, registration=row, actor="p", now=NOW)
        )

    @staticmethod
    def _tell(session: Any) -> None:
        tell_chunk(session, now=NOW)
        # The question of two days ago has long left.
        session.connection().execute(text("UPDATE letter SET state = 'sent' WHERE created_at < '2027-02-28'"))

    def offered_and(self, work: Callable[[Any, Any], Any]) -> Registration:
        row = self.scene.offered()
        self.act(row, work)
        return row

    def act(self, row: Any, work: Callable[[Any, Any], Any]) -> None:
        self.world.within(row, lambda session: work(session, session.get_one(Registration, row.id)))

    def found(self, now: Any = NOW) -> list[str]:
        with self.database.read(wide("figures")) as session:
            return list(breaches(session, now))

    def statement(self, words: str) -> str:
        """SQL with the ids of this life in the place of their names."""
        names = {"other": self.scene.other.id}
        return re.sub(r":([a-z]+)", lambda found: f"'{names.get(found[1]) or getattr(self, found[1]).id}'", words)

    def found_after(self, words: str) -> list[str]:
        """What is found after one statement past every key and every check; then it is taken back."""
        with self.broken(words) as connection, ScopedSession(connection, info={"scope": wide("figures")}) as session:
            return list(breaches(session, NOW))

    @contextmanager
    def broken(self, words: str) -> Iterator[Connection]:
        with self.database.engine.connect() as connection:
            if self.database.sqlite:
                direct: Any = connection.connection.dbapi_connection
                direct.execute("PRAGMA foreign_keys=OFF")
                direct.execute("PRAGMA ignore_check_constraints=ON")
            else:
                connection.execute(text("SELECT set_config('app.scope', 'migration', true)"))
                for table, name in connection.execute(CONSTRAINTS).all():
                    connection.execute(text(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"'))
            assert connection.execute(text(self.statement(words))).rowcount > 0, words
            try:
                yield connection
            finally:
                connection.rollback()
                connection.invalidate()


CONSTRAINTS = text(
    "SELECT conrelid::regclass, conname FROM pg_constraint"
    " WHERE contype IN ('f', 'c') AND connamespace = 'public'::regnamespace"
)


def cancel_dialogue(session: Any, dialogue: Any) -> None:
    events.cancel(
        session, dialogue=session.get_one(Dialogue, dialogue.id), reason="Der Saal ist zu.", actor="system", now=NOW
    )


@pytest.fixture
def life(database: Database, world: World) -> Life:
    return Life(database, world)


def test_a_healthy_life_breaks_no_promise(life: Life) -> None:
    assert life.found() == []
    states = {row.state for row in life.world.rows(Registration)}
    assert states == {
        "address_unconfirmed", "waiting", "offered", "confirmed", "cancelled", "declined", "expired",
    }  # fmt: skip


def test_a_closed_survey_breaks_no_promise(life: Life) -> None:
    (survey,) = life.world.rows(Survey)
    end = survey.closes_at + timedelta(minutes=1)

    def close(session: Any) -> None:
        feedback.close_survey(session, survey=session.get_one(Survey, survey.id), now=end)

    life.world.within(survey, close)
    assert life.found() == []


FIGURE = (
    "INSERT INTO survey_figure (initiative_id, id, survey_id, item, code, moment, audience, format_code, land, number, mean,"
    " variance)"
)
PLAN = "INSERT INTO survey_plan (initiative_id, id, dialogue_id, moment, audience, subject, questionnaire)"
ANSWER = (
    "INSERT INTO calendar_answer (initiative_id, id, registration_id, invitation_id, inbound_id, method, partstat, sequence,"
    " recurrence_id, sender, comment, delegated_to, received_at, verdict, act_at) SELECT r.initiative_id, 'a', r.id, 'i', 'm', 'REPLY',"
    " 'DECLINED', 0, '', '', '', '', '2027-03-01 09:00:00.000000'"
)
BREACHES: dict[str, tuple[str, str]] = {
    "I1 time": ("UPDATE registration SET confirmed_at = NULL WHERE id = :confirmed", "I1 registration {confirmed}: "),
    "I1 reference": ("UPDATE registration SET reference = '' WHERE id = :confirmed", "I1 registration {confirmed}: "),
    "I2": ("UPDATE form_answer SET object_id = 'gone' WHERE object_id = :held", "I2 form answer sign-up gone: "),
    "I3 counter": ("UPDATE offer SET taken = taken + 1 WHERE dialogue_id = :dialogue", "I3 offer "),
    "I3 oversold": ("UPDATE offer SET capacity = 2 WHERE dialogue_id = :dialogue", "I3 offer "),
    "I3 ended": ("UPDATE registration SET state = 'cancelled' WHERE id = :confirmed", "I3 place "),
    "I3 not confirmed": ("UPDATE place SET state = 'held' WHERE registration_id = :confirmed", "I3 place "),
    "I3 nobody": ("DELETE FROM participant WHERE registration_id = :confirmed AND position = 1", "I3 place "),
    "I3 no registration": ("DELETE FROM registration WHERE id = :held", "I3 place "),
    "I3 half a party": (
        "DELETE FROM place WHERE id = (SELECT min(id) FROM place WHERE registration_id = :confirmed)",
        "I3 registration {confirmed}: ",
    ),
    "I4 confirmation": (
        "DELETE FROM letter WHERE registration_id = :confirmed AND kind = 'confirmation'",
        "I4 registration {confirmed}: confirmed without its letter confirmation",
    ),
    "I4 waiting": (
        "DELETE FROM letter WHERE registration_id = :waiting AND kind = 'waiting_list'",
        "I4 registration {waiting}: waiting without its letter waiting_list",
    ),
    "I4 offer": ("DELETE FROM letter WHERE kind = 'offer'", "I4 registration "),
    "I4 cancellation": (
        "DELETE FROM letter WHERE registration_id = :cancelled AND kind = 'cancellation'",
        "I4 registration {cancelled}: cancelled without its letter cancellation",
    ),
    "I4 question": (
        "DELETE FROM letter WHERE registration_id = :held AND kind = 'confirm_address'",
        "I4 registration {held}: address_unconfirmed without its letter confirm_address",
    ),
    "I4 declined": (
        "DELETE FROM letter WHERE registration_id = :declined AND kind = 'cancellation'",
        "I4 registration {declined}: declined without its letter cancellation",
    ),
    "I4 lapsed": (
        "DELETE FROM letter WHERE registration_id = :lapsed AND kind = 'offer_ended'",
        "I4 registration {lapsed}: expired without its letter offer_ended",
    ),
    "I4 released": (
        "DELETE FROM letter WHERE registration_id = :released AND kind = 'hold_released'",
        "I4 registration {released}: expired without its letter hold_released",
    ),
    "I4 no seat": (
        "UPDATE registration SET cancel_reason = 'no_seat' WHERE id = :released",
        "I4 registration {released}: expired without its letter no_seat",
    ),
    "I4 subscription": (
        "DELETE FROM letter WHERE kind = 'subscription_confirm' AND dedupe_key LIKE 'subscription:' || :asked || ':%'",
        "I4 subscription {asked}: unconfirmed without its letter subscription_confirm",
    ),
    "I4 mention": ("UPDATE mention SET dialogue_id = 'gone' WHERE dialogue_id = :dialogue", "I4 mention {reader}/gone: "),
    "I1 subscription": ("UPDATE subscription SET next_at = NULL WHERE id = :reader", "I1 subscription {reader}: "),
    "I10 subscription": (
        "UPDATE subscription SET normalised_email = 'x' WHERE id = :ended", "I10 subscription {ended}: more than",
    ),
    "I10 mention": (
        "UPDATE mention SET subscription_id = :ended WHERE dialogue_id = :dialogue", "I10 subscription {ended}: more than",
    ),
    "I10 journal, registration": (
        "UPDATE registration SET erased_at = NULL WHERE id = :erased", "I10 registration {erased}: alive, and in the journal",
    ),
    "I10 journal, subscription": (
        "UPDATE subscription SET state = 'active' WHERE id = :ended", "I10 subscription {ended}: alive, and in the journal",
    ),
    "I10 journal, person": (
        "INSERT INTO erasure (object_id, kind, at) VALUES (:member, 'person', '2027-03-01 08:00:00.000000')",
        "I10 person {member}: alive, and in the journal",
    ),
    "I4 unknown state": ("UPDATE letter SET state = 'lost' WHERE registration_id = :confirmed", "I4 letter "),
    "I4 no reason": ("UPDATE letter SET state = 'skipped' WHERE registration_id = :confirmed", "I4 letter "),
    "I4 limbo": (
        "UPDATE letter SET state = 'sending', next_attempt_at = '2027-03-01 08:00:00.000000' WHERE kind = 'offer'",
        "I4 letter ",
    ),
    "I4 decline": (
        f"{ANSWER}, 'grace', '2027-03-01 09:30:00.000000' FROM registration r WHERE r.id = :confirmed", "I4 answer ",
    ),
    "I5 two": ("UPDATE letter SET recipient = 'a@b.example, c@d.example' WHERE registration_id = :held", "I5 letter "),
    "I5 none": ("UPDATE letter SET recipient = '' WHERE registration_id = :held", "I5 letter "),
    "I9 dates": ("UPDATE dialogue_date SET state = 'dropped'", "I9 dialogue "),
    "I7 registration": ("DELETE FROM audit WHERE object_id = :held", "I7 registration {held}: no audit row"),
    "I7 dialogue": ("DELETE FROM audit WHERE object_id = :dialogue", "I7 dialogue {dialogue}: no audit row"),
    "I7 address": ("UPDATE audit SET detail = 'to gast@post.example' WHERE object_id = :held", "I7 audit row "),
    "I7 survey": ("UPDATE survey_invitation SET answered = false WHERE answered", "I7 survey "),
    "I7 device": (
        "INSERT INTO survey_mark (initiative_id, survey_id, mark) SELECT initiative_id, id, 'x' FROM survey", "I7 survey ",
    ),
    "I7 figure": (
        f"{FIGURE} SELECT initiative_id, 'f', id, 'i', 'stars', 'after', 'came', 'F1', '05', 9, 4, 1 FROM survey", "I7 survey ",
    ),
    "I8 device": (
        "INSERT INTO survey_mark (initiative_id, survey_id, mark) SELECT :other, id, 'x' FROM survey", "I8 survey_mark ",
    ),
    "I8 figure": (
        f"{FIGURE} SELECT :other, 'f', id, 'i', 'stars', 'after', 'came', 'F1', '05', 9, 4, 1 FROM survey", "I8 survey_figure ",
    ),
    "I8 plan": (f"{PLAN} SELECT :other, 'p', id, 'after', 'came', '', '' FROM dialogue WHERE id = :dialogue", "I8 survey_plan "),
    "I8 registration": (
        "UPDATE registration SET initiative_id = :other WHERE id = :held",
        "I8 registration {held}: another initiative than its dialogue",
    ),
    "I8 place": ("UPDATE place SET initiative_id = :other WHERE registration_id = :held", "I8 place "),
    "I8 letter": ("UPDATE letter SET initiative_id = :other WHERE registration_id = :held", "I8 letter "),
    "I8 moved": ("UPDATE registration SET dialogue_id = :foreign WHERE id = :held", "I8 registration {held}: "),
    "I8 survey": ("UPDATE answer_sheet SET initiative_id = :other", "I8 answer_sheet "),
    "I9 UID": ("UPDATE invitation SET uid = 'x' WHERE registration_id = :confirmed", "I9 invitation "),
    "I9 SEQUENCE": (
        "UPDATE invitation SET sequence = sequence - 1 WHERE registration_id = :confirmed", "I9 invitation ",
    ),
    "I9 DTSTAMP": (
        "UPDATE invitation SET dtstamp = '2027-02-01 08:00:00.000000' WHERE registration_id = :confirmed",
        "I9 invitation ",
    ),
    "I10 name": ("UPDATE registration SET name = 'Gast' WHERE id = :erased", "I10 registration {erased}: "),
    "I10 search": ("UPDATE registration SET search_text = 'gast' WHERE id = :erased", "I10 registration {erased}: "),
    "I10 participant": ("UPDATE participant SET name = 'G' WHERE registration_id = :erased", "I10 participant "),
    "I10 letter": ("UPDATE letter SET registration_id = :erased WHERE registration_id = :held", "I10 letter "),
    "I10 account": (
        "UPDATE letter SET dedupe_key = 'sign-in:' || id, registration_id = NULL WHERE registration_id = :held",
        "I10 letter ",
    ),
    "I10 answer": (f"{ANSWER}, 'taken', NULL FROM registration r WHERE r.id = :erased", "I10 calendar_answer "),
    "I10 invitation": (
        "UPDATE invitation SET registration_id = :erased WHERE registration_id = :confirmed", "I10 invitation ",
    ),
}  # fmt: skip


def test_each_breach_is_named(life: Life) -> None:
    silent = {}
    for name, (statement, line) in BREACHES.items():
        beginning = re.sub(r"{(\w+)}", lambda found: getattr(life, found[1]).id, line)
        found = life.found_after(statement)
        if not any(sentence.startswith(beginning) for sentence in found):
            silent[name] = found
    assert silent == {}
    assert life.found() == []


def test_a_free_seat_while_somebody_waits_is_named(life: Life) -> None:
    def widen(session: Any) -> None:
        session.connection().execute(
            text(life.statement("UPDATE offer SET capacity = 10 WHERE dialogue_id = :dialogue"))
        )

    life.world.within(life.dialogue, widen)
    assert life.found() == []
    assert [line.partition(": ")[2] for line in life.found(LATER)] == [
        f"seats are free while registration {life.waiting.id} waits"
    ]


def test_where_gaps_stay_open_the_first_of_the_list_counts(life: Life) -> None:
    dialogue = life.scene.dialogue(capacity=2, fill_gaps=False)
    first, second, third = (life.world.confirm(life.world.sign_up(dialogue, size=size)) for size in (2, 2, 1))
    # The second has waited longer than the third.
    life.act(second, lambda _session, row: setattr(row, "waiting_since", NOW - timedelta(minutes=1)))
    assert [life.world.again(row).state for row in (first, second, third)] == ["confirmed", "waiting", "waiting"]

    def named(statement: str) -> list[str]:
        life.world.within(dialogue, lambda session: session.connection().execute(text(statement), {"id": dialogue.id}))
        return [line.partition(": ")[2] for line in life.found(LATER)]

    free = "seats are free while registration {} waits"
    assert named("UPDATE offer SET capacity = 3 WHERE dialogue_id = :id") == []
    assert named("UPDATE dialogue SET fill_gaps = true WHERE id = :id") == [free.format(third.id)]
    named("UPDATE dialogue SET fill_gaps = false WHERE id = :id")
    assert named("UPDATE offer SET capacity = 4 WHERE dialogue_id = :id") == [free.format(second.id)]


def test_nobody_waits_when_the_list_is_over(life: Life) -> None:
    over = life.dialogue.starts_at - timedelta(seconds=1)
    assert [line for line in life.found(over) if "end of the list" in line] == []
    late = [line for line in life.found(over + timedelta(minutes=31)) if "end of the list" in line]
    assert late == [f"I3 registration {life.waiting.id}: waits after the end of the list"]
    sweeps.end_lists(life.database, over + timedelta(minutes=31))
    assert [line for line in life.found(over + timedelta(minutes=31)) if "end of the list" in line] == []


def test_the_command_prints_a_line_a_breach_and_exits_1(life: Life, tmp_path: Any) -> None:
    now = tmp_path / "now"
    now.write_text(NOW.isoformat())

    def run() -> tuple[int, list[str], str]:
        ended = subprocess.run(
            [sys.executable, "-m", "web.cli", "check-invariants"],
            cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
            env=os.environ | {"DIALOGWERK_NOW_FILE": str(now)},
        )  # fmt: skip
        return ended.returncode, ended.stdout.splitlines(), ended.stderr

    assert run() == (0, [], "")
    with life.broken("UPDATE registration SET reference = '' WHERE id = :confirmed") as connection:
        connection.commit()
    sentence = f"I1 registration {life.confirmed.id}: confirmed without time or reference"
    assert run() == (1, [sentence], "")


def test_nobody_is_named_in_a_breach(life: Life) -> None:
    """Breaches go to logs: they hold ids, never what somebody typed."""
    found = life.found_after(
        "UPDATE registration SET name = 'Vera Geheim', email = 'geheim@post.example' WHERE id = :erased"
    )
    assert [line for line in found if "eheim" in line] == []
    assert found == [f"I10 registration {life.erased.id}: personal data after erasure"]
