"""Random histories of one offer against a model of forty lines: parties, holds, the list, offers, capacity."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from events import operations as events
from events.models import Dialogue
from events.rules import OfferValue
from events.rules.dialogue import WALL
from kit.db import wide
from kit.errors import Refused
from kit.zones import local
from registration.models import Registration
from registration.operations import accept_offer, cancel, cancel_people, confirm, decline_offer, sweeps
from registration.rules import CancelReason, State
from tests.conftest import NOW, World, few
from web.commands.invariants import breaches


class Model:
    """What the rules say, in the simplest words: id → [state, size, until, since]."""

    def __init__(self, capacity: int, list_ends: datetime) -> None:
        self.capacity = capacity
        self.list_ends = list_ends
        self.people: dict[str, dict[str, Any]] = {}

    def taken(self) -> int:
        return sum(p["size"] for p in self.people.values() if p["state"] in ("held", "offered", "confirmed"))

    def free(self) -> int:
        return self.capacity - self.taken()

    def line(self) -> list[str]:
        return sorted(
            (i for i, p in self.people.items() if p["state"] == "waiting"), key=lambda i: (self.people[i]["since"], i)
        )

    def may_sit(self, size: int) -> bool:
        return size <= self.free() and not any(self.people[i]["size"] <= self.free() for i in self.line())

    def sign_up(self, identity: str, size: int, now: datetime) -> None:
        held = self.may_sit(size)
        last_fifth = (self.capacity - self.taken()) * 5 <= self.capacity
        until = now + timedelta(minutes=30 if last_fifth else 120)
        self.people[identity] = {"state": "held" if held else "unheld", "size": size, "until": until, "since": None}
        self.people[identity]["people"] = set(range(size))

    def confirm(self, identity: str, now: datetime) -> None:
        person = self.people[identity]
        over = now >= self.list_ends
        sits = person["size"] <= self.free() if over else self.may_sit(person["size"])
        if person["state"] == "held" or (person["state"] in ("unheld", "lapsed") and sits):
            person["state"] = "confirmed"
        elif person["state"] in ("unheld", "lapsed"):
            person |= {"state": "gone"} if over else {"state": "waiting", "since": now}

    def sweep(self, now: datetime) -> None:
        for person in self.people.values():
            if person["state"] == "held" and person["until"] <= now:
                person["state"] = "lapsed"
            if person["state"] == "offered" and person["until"] <= now:
                person["state"] = "gone"
        for identity in self.line():
            if now >= self.list_ends:
                self.people[identity]["state"] = "gone"
            elif self.people[identity]["size"] <= self.free():
                until = min(now + timedelta(hours=48), self.list_ends)
                self.people[identity] |= {"state": "offered", "until": until}


SEEN = {
    "held": State.UNCONFIRMED,
    "unheld": State.UNCONFIRMED,
    "lapsed": State.EXPIRED,
    "gone": State.EXPIRED,
    "waiting": State.WAITING,
    "offered": State.OFFERED,
    "confirmed": State.CONFIRMED,
    "cancelled": State.CANCELLED,
    "declined": State.DECLINED,
}


class History(RuleBasedStateMachine):
    world: World

    @initialize(hours=st.sampled_from([3, 24 * 20]))
    def begin(self, hours: int) -> None:
        list_ends = NOW + timedelta(hours=hours)
        self.dialogue = self.world.dialogue(capacity=3, list_deadline=local(list_ends, "Europe/Berlin").strftime(WALL))
        self.model = Model(3, list_ends)
        self.now = NOW

    def _pick(self, data: Any, *states: str) -> str | None:
        # Ids are random, so a person is drawn by number: the same draw must find the same person in every replay.
        found = [i for i, p in self.model.people.items() if p["state"] in states]
        return found[data.draw(st.integers(0, len(found) - 1))] if found else None

    def _do(self, verb: Any, identity: str) -> None:
        self.world.within(
            self.dialogue,
            lambda session: verb(session, registration=session.get_one(Registration, identity), now=self.now),
        )

    @rule(size=st.integers(1, 4))
    def sign_up(self, size: int) -> None:
        made = self.world.sign_up(self.dialogue, size=size, now=self.now)
        self.model.sign_up(made.id, size, self.now)

    @rule(size=st.integers(1, 3))
    def sign_up_and_confirm(self, size: int) -> None:
        made = self.world.sign_up(self.dialogue, size=size, now=self.now)
        self.model.sign_up(made.id, size, self.now)
        self.now += timedelta(seconds=1)
        self._do(confirm, made.id)
        self.model.confirm(made.id, self.now)

    @rule(data=st.data())
    def confirm(self, data: Any) -> None:
        if identity := self._pick(data, "held", "unheld", "lapsed", "confirmed"):
            # No two people join the list at the same moment: the tie would fall by random ids.
            self.now += timedelta(seconds=1)
            self._do(confirm, identity)
            self.model.confirm(identity, self.now)

    @rule(data=st.data())
    def cancel(self, data: Any) -> None:
        if identity := self._pick(data, "held", "waiting", "offered", "confirmed"):
            self._do(cancel, identity)
            self.model.people[identity]["state"] = "cancelled"

    @rule(data=st.data(), positions=st.sets(st.integers(0, 3), min_size=1, max_size=3))
    def some_leave(self, data: Any, positions: set[int]) -> None:
        if identity := self._pick(data, "held", "unheld", "lapsed", "waiting", "offered", "confirmed"):
            person = self.model.people[identity]
            leave = partial(cancel_people, positions=positions, reason=CancelReason.BY_PERSON, actor="contact:test")
            for _click in range(2):
                self._do(leave, identity)
            person["people"] -= positions
            if not person["people"]:
                person["state"] = "cancelled"
            else:
                person["size"] = len(person["people"])

    @rule(data=st.data(), accept=st.booleans())
    def answer(self, data: Any, accept: bool) -> None:
        if identity := self._pick(data, "offered"):
            alive = self.model.people[identity]["until"] > self.now
            if accept and not alive:
                with pytest.raises(Refused):
                    self._do(accept_offer, identity)
                return
            self._do(accept_offer if accept else decline_offer, identity)
            self.model.people[identity]["state"] = "confirmed" if accept else "declined"

    @rule(minutes=st.sampled_from([1, 29, 31, 119, 121, 60 * 47, 60 * 49]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @precondition(lambda self: self.now < NOW + timedelta(days=20))
    @rule()
    def sweep(self) -> None:
        for sweep in (sweeps.end_holds, sweeps.end_offers, sweeps.serve_lists, sweeps.end_lists):
            sweep(self.world.database, self.now)
        self.model.sweep(self.now)

    @rule(capacity=st.integers(0, 6))
    def set_capacity(self, capacity: int) -> None:
        def work(session: Any) -> None:
            row = session.get_one(Dialogue, self.dialogue.id)
            offers = [OfferValue(key="o0", capacity=capacity)]
            events.set_offers(session, dialogue=row, offers=offers, actor="person:test", now=self.now)

        if capacity < self.model.taken():
            with pytest.raises(Refused):
                self.world.within(self.dialogue, work)
        else:
            self.world.within(self.dialogue, work)
            self.model.capacity = capacity

    @invariant()
    def agrees(self) -> None:
        real = {row.id: row.state for row in self.world.rows(Registration, dialogue_id=self.dialogue.id)}
        assert real == {identity: SEEN[person["state"]] for identity, person in self.model.people.items()}
        (offer,) = self.world.offers(self.dialogue)
        assert (offer.taken, offer.capacity) == (self.model.taken(), self.model.capacity)
        with self.world.database.read(wide("figures")) as session:
            # Time jumps here without a worker, so only what holds at any moment is asked.
            assert [
                line for line in breaches(session, self.now) if "free while" not in line and "I4 letter" not in line
            ] == []


def test_random_histories_agree_with_the_model(world: World, engine: str) -> None:
    class Bound(History):
        pass

    Bound.world = world
    run_state_machine_as_test(
        Bound,
        settings=settings(
            max_examples=few(48 if engine == "sqlite" else 24),
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
