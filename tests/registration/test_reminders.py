"""Letters at their time: the day before by the clock on the wall, before an offer ends, and thanks."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from events import operations as events
from events.models import Dialogue
from mail.models import Letter
from registration import operations
from registration.models import Mailing, Participant, Registration
from registration.operations import mailings, sweeps
from registration.operations.mailings import instant, planned_for
from registration.rules import Party, State
from tests.conftest import NOW, World
from tests.registration.test_calendar_loop import save

DUE = datetime(2027, 3, 23, 16, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("start", "planned", "due"),
    [
        ("2027-03-24T17:00", "2027-03-23T17:00", "2027-03-23T16:00"),
        # The clocks change in between: the same hour of the day before, 23 or 25 hours ahead.
        ("2027-03-28T18:00", "2027-03-27T18:00", "2027-03-27T17:00"),
        ("2027-10-31T18:00", "2027-10-30T18:00", "2027-10-30T16:00"),
        # A wall time that does not exist: the first minute after the gap. One that comes twice: the first.
        ("2027-03-29T02:30", "2027-03-28T02:30", "2027-03-28T01:00"),
        ("2027-11-01T02:30", "2027-10-31T02:30", "2027-10-31T00:30"),
    ],
)
def test_the_day_before_by_the_clock_on_the_wall(start: str, planned: str, due: str) -> None:
    assert planned_for(start) == planned
    assert instant(planned, "Europe/Berlin") == datetime.fromisoformat(due).replace(tzinfo=UTC)


def sweep(world: World, now: datetime) -> None:
    """What the worker does, twice."""
    for _time in range(2):
        sweeps.announce_changes(world.database, now)
        mailings.plan_reminders(world.database, now)
        mailings.plan_thanks(world.database, now)
        mailings.write_mailings(world.database, now)


def reminded(world: World, kind: str = "reminder") -> list[str]:
    return sorted(row.recipient for row in world.rows(Letter, kind=kind))


def cancel(world: World, registration: Any, now: datetime) -> None:
    world.within(
        registration,
        lambda session: operations.cancel(
            session, registration=session.get_one(Registration, registration.id), now=now
        ),
    )


def test_who_has_a_place_by_then_is_reminded_once(world: World) -> None:
    dialogue = world.dialogue()
    world.confirm(world.sign_up(dialogue, "ada@post.example"))
    cancel(world, world.confirm(world.sign_up(dialogue, "fort@post.example")), NOW)
    world.sign_up(dialogue, "offen@post.example")
    sweep(world, DUE - MINUTE)
    assert (reminded(world), world.rows(Mailing)) == ([], [])
    late = world.sign_up(dialogue, "spaet@post.example", now=DUE)
    world.confirm(late, now=DUE + MINUTE)
    sweep(world, DUE + 2 * MINUTE)
    sweep(world, DUE + timedelta(hours=5))
    assert reminded(world) == ["ada@post.example"]
    (letter,) = world.rows(Letter, kind="reminder")
    assert (letter.mass, letter.subject) == (True, "Erinnerung: Wasserstoff vor der Haustür")
    assert "bald ist es so weit: Mittwoch, 24. März 2027, 17:00 Uhr." in letter.text


def test_nobody_is_reminded_of_what_has_begun_or_does_not_take_place(world: World) -> None:
    begun, off, later = world.dialogue(), world.dialogue(), world.dialogue()
    for dialogue in (begun, off, later):
        world.confirm(world.sign_up(dialogue))
    sweep(world, DUE + timedelta(hours=24))
    assert reminded(world) == []
    world.within(
        off,
        lambda session: events.postpone(
            session, dialogue=session.get_one(Dialogue, off.id), reason="", actor="person:test", now=NOW
        ),
    )
    sweep(world, DUE)
    assert {row.dialogue_id for row in world.rows(Letter, kind="reminder")} == {begun.id, later.id}


def test_a_moved_dialogue_is_planned_anew(world: World) -> None:
    dialogue = world.dialogue()
    world.confirm(world.sign_up(dialogue, "ada@post.example"))
    sweep(world, DUE)
    # An hour later: who was just reminded is told of the change and not reminded again.
    save(world, dialogue, start="2027-03-24T18:00")
    sweep(world, DUE + 30 * MINUTE)
    sweep(world, DUE + timedelta(hours=2))
    assert reminded(world) == ["ada@post.example"]
    # Another day: the reminder comes again, at its time.
    save(world, dialogue, start="2027-03-31T18:00", end="2027-03-31T21:00")
    sweep(world, DUE + timedelta(hours=3))
    moved = datetime(2027, 3, 30, 16, 0, tzinfo=UTC)
    sweep(world, moved - MINUTE)
    assert reminded(world) == ["ada@post.example"]
    sweep(world, moved)
    assert reminded(world) == ["ada@post.example"] * 2


def test_a_move_after_its_reminder_began_leaves_the_rest_out(world: World) -> None:
    dialogue = world.dialogue()
    world.confirm(world.sign_up(dialogue))
    mailings.plan_reminders(world.database, DUE)
    save(world, dialogue, start="2027-03-25T17:00", end="2027-03-25T21:00")
    mailings.write_mailings(world.database, DUE)
    assert reminded(world) == []
    assert [row.finished_at for row in world.rows(Mailing)] == [DUE]


def test_an_offer_of_a_place_that_ends_soon_is_recalled_once(world: World) -> None:
    dialogue = world.dialogue(capacity=1)
    holder = world.confirm(world.sign_up(dialogue))
    waiting = world.confirm(world.sign_up(dialogue, "ada@post.example"))
    cancel(world, holder, NOW)
    sweeps.serve_lists(world.database, NOW)
    until = world.again(waiting).offered_until
    assert until == NOW + timedelta(hours=48)
    recall = until - timedelta(hours=12)
    assert mailings.remind_of_offers(world.database, recall - MINUTE) == 0
    assert [mailings.remind_of_offers(world.database, recall) for _time in range(2)] == [1, 0]
    (letter,) = world.rows(Letter, kind="offer_reminder")
    assert (letter.recipient, letter.mass) == ("ada@post.example", False)
    assert (
        "Ihr Platz wartet noch auf Ihre Antwort. Wir halten ihn bis Mittwoch, 3. März 2027, 10:00 Uhr." in letter.text
    )


def test_who_came_is_thanked_where_no_survey_does(world: World) -> None:
    dialogue, asked = world.dialogue(survey_days=0), world.dialogue()
    for one in (dialogue, asked):
        world.confirm(world.sign_up(one))
        came = world.confirm(world.sign_up(one, f"da{one.survey_days}@post.example"))
        (person,) = world.rows(Participant, registration_id=came.id)
        world.within(
            one,
            lambda session, person=person: operations.arrive(
                session, participant=person, arrival_id=person.id, device="", actor="person:test", now=NOW
            ),
        )
    sweep(world, dialogue.ends_at - MINUTE)
    assert reminded(world, "thanks") == []
    sweep(world, dialogue.ends_at)
    assert reminded(world, "thanks") == ["da0@post.example"]


def test_somebody_without_an_address_is_left_out(world: World) -> None:
    dialogue = world.dialogue()
    party = Party(
        email=None, name="Gast Muster", organisation="", names=("Gast Muster",), offer_id=world.offers(dialogue)[0].id
    )
    world.within(
        dialogue,
        lambda session: operations.add_by_hand(
            session, dialogue=dialogue, party=party, form_key="a-form-key-0000001", actor="person:test", now=NOW
        ),
    )
    sweep(world, DUE)
    assert [(row.total, row.finished_at) for row in world.rows(Mailing)] == [(0, DUE)]
    assert [row.state for row in world.rows(Registration)] == [State.CONFIRMED]
