"""What people's calendars are told when a dialogue changes: once, in order, and only when something changed."""

import threading
from datetime import timedelta
from typing import Any

import pytest

from events import operations as events
from events.models import Dialogue
from events.rules import DialogueValue
from mail.models import Letter
from registration.models import Invitation, Registration
from registration.operations import accept_offer, cancel, confirm, sweeps
from registration.operations.refusals import Closed
from registration.rules import State
from tests.conftest import NOW, World

HOUR = timedelta(hours=1)


def told(world: World, registration: Registration) -> list[tuple[str, int, str, str]]:
    """(letter, SEQUENCE, METHOD, start) of every invitation a registration was sent, in order."""
    letters = sorted(
        world.rows(Letter, registration_id=registration.id), key=lambda row: int(row.dedupe_key.rpartition(":")[2])
    )
    return [
        (letter.kind, entry["data"]["sequence"], entry["data"]["method"], entry["data"]["start"][:16])
        for letter in letters
        for entry in letter.attachments
        if entry["key"] == "invitation"
    ]


def save(world: World, dialogue: Dialogue, **values: Any) -> Any:
    """Saves the dialogue's form with these fields changed."""

    def work(session: Any) -> Any:
        row = session.get_one(Dialogue, dialogue.id)
        same = {
            name: getattr(row, name)
            for name in ("title", "format_code", "start", "end", "land", "lead", "place", "city")
        }
        return events.change_dialogue(
            session, dialogue=row, value=DialogueValue(**(same | values)), actor="person:test", now=NOW + HOUR
        )

    return world.within(dialogue, work)


def announce(world: World) -> int:
    return sweeps.announce_changes(world.database, NOW + HOUR)


def test_a_new_time_moves_the_entry_once(world: World) -> None:
    dialogue = world.dialogue()
    guest = world.confirm(world.sign_up(dialogue))
    save(world, dialogue, start="2027-03-24T18:00", end="2027-03-24T22:00")
    assert (announce(world), announce(world)) == (1, 0)
    assert told(world, guest) == [
        ("confirmation", 0, "REQUEST", "2027-03-24T17:00"),
        ("change", 1, "REQUEST", "2027-03-24T18:00"),
    ]
    assert len({row.uid for row in world.rows(Invitation)}) == 1


def test_saving_without_a_change_of_time_place_or_title_sends_nothing(world: World) -> None:
    dialogue = world.dialogue()
    guest = world.confirm(world.sign_up(dialogue))
    before = len(world.rows(Letter))
    assert not save(world, dialogue)
    assert save(world, dialogue, lead="Ein anderer Satz.")
    assert (announce(world), len(world.rows(Letter)), len(told(world, guest))) == (0, before, 1)
    assert world.again(dialogue).calendar_sequence == 0


def test_who_cancelled_before_the_change_gets_nothing(world: World) -> None:
    dialogue = world.dialogue()
    guest = world.confirm(world.sign_up(dialogue))
    world.within(
        dialogue, lambda session: cancel(session, registration=session.get_one(Registration, guest.id), now=NOW)
    )
    save(world, dialogue, place="Rathaus Beispielmoor")
    announce(world)
    assert [entry[:3] for entry in told(world, guest)] == [
        ("confirmation", 0, "REQUEST"),
        ("cancellation", 1, "CANCEL"),
    ]


def test_who_confirms_after_the_change_gets_one_invitation_with_the_new_time(world: World) -> None:
    dialogue = world.dialogue()
    held = world.sign_up(dialogue)
    save(world, dialogue, start="2027-03-24T18:00", end="2027-03-24T22:00")
    world.confirm(held, now=NOW + HOUR)
    announce(world)
    assert told(world, held) == [("confirmation", 0, "REQUEST", "2027-03-24T18:00")]


def test_a_cancelled_dialogue_ends_everything(world: World) -> None:
    dialogue = world.dialogue(capacity=1)
    guest = world.confirm(world.sign_up(dialogue))
    waiting = world.confirm(world.sign_up(dialogue))
    world.within(
        dialogue,
        lambda session: events.cancel(
            session,
            dialogue=session.get_one(Dialogue, dialogue.id),
            reason="Der Saal ist gesperrt.",
            actor="person:test",
            now=NOW,
        ),
    )
    announce(world)
    assert [world.again(row).state for row in (guest, waiting)] == [State.CANCELLED, State.CANCELLED]
    assert [entry[:3] for entry in told(world, guest)] == [
        ("confirmation", 0, "REQUEST"),
        ("cancellation", 1, "CANCEL"),
    ]
    assert told(world, waiting) == []
    assert [letter.kind for letter in world.rows(Letter, registration_id=waiting.id)].count("cancellation") == 1


def test_changes_under_load_end_with_everybody_at_the_last_time(world: World) -> None:
    """People confirm and cancel while the time moves three times and the sweep runs beside them."""
    dialogue = world.dialogue(capacity=60)
    early = [world.confirm(world.sign_up(dialogue)) for _number in range(6)]
    gone = [world.confirm(world.sign_up(dialogue)) for _number in range(4)]
    late = [world.sign_up(dialogue) for _number in range(6)]
    failures: list[BaseException] = []

    def run(*steps: Any) -> None:
        try:
            for step in steps:
                step()
        except BaseException as error:  # noqa: BLE001 - shown to the main thread
            failures.append(error)

    def leave(registration: Registration) -> None:
        world.within(
            registration,
            lambda session: cancel(session, registration=session.get_one(Registration, registration.id), now=NOW),
        )

    def move(hour: int) -> None:
        save(world, dialogue, start=f"2027-03-24T{hour}:00", end=f"2027-03-24T{hour + 2}:00")

    workers = [
        threading.Thread(target=run, args=[lambda hour=hour: move(hour) for hour in (18, 19, 20)]),
        threading.Thread(target=run, args=[lambda row=row: world.confirm(row, now=NOW + HOUR) for row in late]),
        threading.Thread(target=run, args=[lambda row=row: leave(row) for row in gone]),
        threading.Thread(target=run, args=[lambda: announce(world)] * 5),
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failures == []
    announce(world)
    for guest in early + late:
        entries = told(world, guest)
        assert entries[-1][3] == "2027-03-24T20:00"
        assert [entry[1] for entry in entries] == list(range(len(entries)))
        assert len({entry[3] for entry in entries}) == len(entries)
    for guest in gone:
        assert told(world, guest)[-1][2] == "CANCEL"


def test_nobody_joins_a_dialogue_that_was_cancelled_meanwhile(world: World) -> None:
    """An offer, a sign-up and a hand that come after the cancellation and before the sweep."""
    dialogue = world.dialogue(capacity=1)
    seated = world.confirm(world.sign_up(dialogue))
    waiting = world.confirm(world.sign_up(dialogue))
    late = world.sign_up(dialogue)
    world.within(
        seated, lambda session: cancel(session, registration=session.get_one(Registration, seated.id), now=NOW)
    )
    sweeps.serve_lists(world.database, NOW)
    world.within(
        dialogue,
        lambda session: events.cancel(
            session, dialogue=session.get_one(Dialogue, dialogue.id), reason="Sturm.", actor="person:test", now=NOW
        ),
    )
    for verb, row in ((accept_offer, waiting), (confirm, late)):
        with pytest.raises(Closed):
            world.within(
                row,
                lambda session, v=verb, i=row.id: v(session, registration=session.get_one(Registration, i), now=NOW),
            )
    with pytest.raises(Closed):
        world.sign_up(dialogue)
    announce(world)
    assert {world.again(row).state for row in (seated, waiting, late)} == {State.CANCELLED}
