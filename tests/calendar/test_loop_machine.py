"""Random histories of the whole loop. People register, cancel, answer; the dialogue moves; mail is late, doubled and out of
order both ways. In between the answers do what a model of thirty lines says; in the end each calendar shows the truth."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlmodel import select

from events import date_operations
from events.models import Dialogue
from kit.db import wide, within
from kit.ical_reply import Answer
from kit.ids import new_id
from kit.tokens import derive
from mail.models import Letter
from registration.attachments import REPLY, make_invitation
from registration.models import CalendarAnswer, Invitation, Registration
from registration.operations import answers, cancel, confirm_by_hand, sweeps
from tests.calendar.client import Client
from tests.conftest import LONG, NOW, World
from tests.registration.test_calendar_loop import save
from web.commands.invariants import breaches

MINUTE = timedelta(minutes=1)
SEVERAL = ("2027-03-24T17:00", "2027-03-31T17:00", "2027-04-07T17:00", "2027-04-14T17:00")
PARTSTATS = ["DECLINED", "DECLINED", "ACCEPTED", "TENTATIVE", "DELEGATED"]


class Guest:
    """What should be: the place, the number of the entry, the answer that counts, when a decline frees the place."""

    def __init__(self, size: int, told: int) -> None:
        self.size, self.told = size, told
        self.alive, self.sequence, self.answer = True, 0, ""
        self.last: tuple[int, datetime] | None = None
        self.due: datetime | None = None
        self.declines: list[datetime] = []

    def tell(self) -> None:
        self.sequence += 1
        self.answer, self.due = "", None

    def hear(self, answer: Answer, now: datetime) -> None:
        assert answer.dtstamp is not None
        order = (answer.sequence, answer.dtstamp)
        if not self.alive or answer.sequence < self.sequence or (self.last is not None and order <= self.last):
            return
        self.last, self.answer = order, answer.attendees[0].partstat
        if self.answer != "DECLINED":
            self.due = None
        elif self.due is None:
            hour = now.replace(minute=0, second=0, microsecond=0)
            self.declines.append(hour)
            if self.size == 1 and self.declines.count(hour) <= 3:
                self.due = now + 30 * MINUTE


class Loop(RuleBasedStateMachine):
    world: World

    @initialize(several=st.booleans())
    def begin(self, several: bool) -> None:
        self.dialogue = self.world.dialogue(capacity=50, **({"repetition": "FREQ=WEEKLY;COUNT=4"} if several else {}))
        # Of several dates each by the name that the rule gave it; None: it is dropped.
        self.dates: dict[str, str | None] = {day: day for day in SEVERAL} if several else {}
        self.now, self.hour, self.moves = NOW, 17, 0
        self.guests: dict[str, Guest] = {}
        self.clients: dict[str, Client] = {}
        self.seen: set[str] = set()
        self.outbound: list[tuple[str, bytes]] = []
        self.replies: list[tuple[str, Answer]] = []
        # Two have their entry already, or most of a short history would be spent on getting there.
        for size in (1, 1):
            self.register(size)
        self.agrees()
        while self.outbound:
            self._deliver(0, stays=False)

    def _pick(self, data: Any, *, alive: bool | None = None) -> str | None:
        # By number, so that a replay with other ids draws the same guest.
        found = [key for key, guest in self.guests.items() if alive in (None, guest.alive)]
        return found[data.draw(st.integers(0, len(found) - 1))] if found else None

    def _do(self, verb: Any, key: str, **values: Any) -> None:
        self.world.within(
            self.dialogue,
            lambda session: verb(session, registration=session.get_one(Registration, key), now=self.now, **values),
        )

    def _rows(self, model: Any) -> list[Any]:
        """Those of this history: each has an initiative of its own."""
        with self.world.database.read(within(self.dialogue.initiative_id)) as session:
            return list(session.exec(select(model)))

    @rule(size=st.sampled_from([1, 1, 2]))
    def register(self, size: int) -> None:
        if len(self.guests) < 3:
            made = self.world.confirm(self.world.sign_up(self.dialogue, size=size, now=self.now), now=self.now)
            self.guests[made.id], self.clients[made.id] = Guest(size, self.moves), Client()

    @rule(told=st.booleans())
    def move(self, told: bool) -> None:
        self.hour = 10 + (self.hour + 1) % 12
        if self.dates:
            return
        self.moves += 1
        save(self.world, self.dialogue, start=f"2027-03-24T{self.hour}:00", end="2027-03-24T23:00")
        if told:
            self.worker(0)

    @rule(number=st.integers(0, 3), drop=st.booleans(), told=st.booleans())
    def one_date(self, number: int, drop: bool, told: bool) -> None:
        """One of several dates is dropped, or goes to another hour of its day; a dropped one takes place again."""
        if not self.dates:
            return
        name = SEVERAL[number]
        start = None if drop else f"{name[:11]}{10 + (self.hour + number) % 8}:00"
        if self.dates[name] == start or (drop and not [day for key, day in self.dates.items() if day and key != name]):
            return
        self.dates[name] = start
        self.moves += 1

        def change(session: Any) -> None:
            told = {"dialogue": session.get_one(Dialogue, self.dialogue.id), "actor": "person:test", "now": self.now}
            if start is None:
                date_operations.drop_date(session, recurrence_id=name, **told)
            else:
                date_operations.move_date(session, recurrence_id=name, start=start, end=f"{name[:11]}23:00", **told)

        self.world.within(self.dialogue, change)
        if told:
            self.worker(0)

    @rule(minutes=st.sampled_from([0, 1, 31]))
    def worker(self, minutes: int) -> None:
        self.now += minutes * MINUTE
        answers.free_declined(self.world.database, self.now)
        for guest in self.guests.values():
            if guest.alive and guest.due is not None and guest.due <= self.now:
                guest.tell()
                guest.alive = False
        sweeps.announce_changes(self.world.database, self.now)
        for guest in self.guests.values():
            if guest.alive and guest.told < self.moves:
                guest.tell()
            if guest.alive:
                guest.told = self.moves

    @rule(data=st.data())
    def cancel(self, data: Any) -> None:
        if key := self._pick(data, alive=True):
            self._do(cancel, key)
            self.guests[key].tell()
            self.guests[key].alive = False

    @rule(data=st.data())
    def restore(self, data: Any) -> None:
        if key := self._pick(data, alive=False):
            self._do(confirm_by_hand, key, actor="person:test")
            self.guests[key].tell()
            self.guests[key].alive, self.guests[key].told = True, self.moves

    @rule(data=st.data())
    def keep(self, data: Any) -> None:
        if key := self._pick(data, alive=True):
            kept = self.guests[key].due is not None
            self._do(answers.keep, key)
            if kept:
                self.guests[key].tell()

    @rule(data=st.data(), partstat=st.sampled_from(PARTSTATS), arrives=st.booleans())
    def tap(self, data: Any, partstat: str, arrives: bool) -> None:
        key = self._pick(data)
        if key and self.clients[key].entry is not None:
            self.now += timedelta(seconds=1)
            self.replies.append((key, self.clients[key].tap(partstat, self.now)))
            if arrives:
                self._hear(len(self.replies) - 1, stays=False)

    @rule(data=st.data(), stays=st.booleans())
    def hear(self, data: Any, stays: bool) -> None:
        if self.replies:
            self._hear(data.draw(st.integers(0, len(self.replies) - 1)), stays=stays)

    def _hear(self, number: int, *, stays: bool) -> None:
        key, answer = self.replies[number] if stays else self.replies.pop(number)
        (invitation,) = [row for row in self._rows(Invitation) if row.registration_id == key]
        self.world.database.transact(
            wide("sweep"),
            lambda session: answers.take(
                session, answer=answer, inbound_id=new_id(), token=derive(REPLY, invitation.id, 1),
                sender=invitation.recipient, now=self.now,
            ),
        )  # fmt: skip
        self.guests[key].hear(answer, self.now)

    @rule(data=st.data(), stays=st.booleans())
    def deliver(self, data: Any, stays: bool) -> None:
        if self.outbound:
            self._deliver(data.draw(st.integers(0, len(self.outbound) - 1)), stays=stays)

    def _deliver(self, number: int, *, stays: bool) -> None:
        key, data = self.outbound[number] if stays else self.outbound.pop(number)
        self.clients[key].receive(data)

    @invariant()
    def agrees(self) -> None:
        """The rows say what the model says; no promise is broken."""
        rows = {row.id: row for row in self._rows(Registration)}
        assert {key: row.state for key, row in rows.items()} == {
            key: "confirmed" if guest.alive else "cancelled" for key, guest in self.guests.items()
        }
        letters = [row for row in self._rows(Letter) if row.id not in self.seen]
        for letter in sorted(letters, key=lambda row: (row.created_at, row.dedupe_key)):
            self.seen.add(letter.id)
            entries = [entry["data"] for entry in letter.attachments if entry["key"] == "invitation"]
            self.outbound += [(str(letter.registration_id), make_invitation(data).content) for data in entries]
        invitations = {row.registration_id: row for row in self._rows(Invitation)}
        waiting = [row for row in self._rows(CalendarAnswer) if row.verdict == "grace"]
        for key, guest in self.guests.items():
            invitation = invitations[key]
            due = [row.act_at for row in waiting if row.registration_id == key]
            assert (invitation.sequence, invitation.answer) == (guest.sequence, guest.answer)
            assert due == ([guest.due] if guest.due else [])

    def teardown(self) -> None:
        """The mail that is still on its way arrives, the oldest last; then every calendar shows how it is."""
        if not hasattr(self, "guests"):
            return
        # What was changed without the worker is told now.
        self.worker(31)
        self.agrees()
        while self.outbound or self.replies:
            while self.outbound:
                self._deliver(len(self.outbound) - 1, stays=False)
            while self.replies:
                self._hear(len(self.replies) - 1, stays=False)
            self.worker(31)
            self.agrees()
        (dialogue,) = self._rows(Dialogue)
        dates = tuple(sorted(filter(None, self.dates.values()))) or (dialogue.start,)
        assert dialogue.start == dates[0]
        for key, guest in self.guests.items():
            entry = self.clients[key].entry
            shown = entry and (entry.dates, entry.sequence, entry.answer)
            assert shown == ((dates, guest.sequence, guest.answer) if guest.alive else None)
        with self.world.database.read(wide("figures")) as session:
            assert [line for line in breaches(session, self.now) if "I4 letter" not in line] == []


@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
def test_in_the_end_every_calendar_shows_the_truth(world: World) -> None:
    class Bound(Loop):
        pass

    Bound.world = world
    run_state_machine_as_test(
        Bound,
        settings=settings(
            max_examples=60 if LONG else 6,
            stateful_step_count=30 if LONG else 18,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
