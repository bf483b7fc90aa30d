"""Seats, holds, waiting list and offers, on both databases."""

from datetime import timedelta

import pytest

from events.rules.dialogue import WALL
from kit.journal import Audit
from kit.zones import local
from mail.models import Letter
from registration.models import Invitation, Place, Registration
from registration.operations import accept_offer, cancel, confirm_by_hand, extend, sweeps
from registration.operations.refusals import WouldLoseSeats
from registration.routes.own import state_of
from registration.routes.shown import first_hold_until
from registration.rules import Choice, State
from tests.conftest import NOW, World

HOUR = timedelta(hours=1)


def taken(world: World, dialogue: object) -> list[int]:
    return [offer.taken for offer in world.offers(dialogue)]


def test_a_sign_up_holds_its_seats_and_confirming_keeps_them(world: World) -> None:
    dialogue = world.dialogue(capacity=100)
    held = world.sign_up(dialogue, size=3)
    assert (held.state, held.hold_until - NOW, taken(world, dialogue)) == (State.UNCONFIRMED, 2 * HOUR, [3])
    confirmed = world.confirm(held)
    assert (confirmed.state, confirmed.hold_until, taken(world, dialogue)) == (State.CONFIRMED, None, [3])
    assert [place.state for place in world.rows(Place)] == ["confirmed"] * 3
    assert [letter.kind for letter in sorted(world.rows(Letter), key=lambda row: row.created_at)].count(
        "confirmation"
    ) == 1
    assert [(row.sequence, row.method) for row in world.rows(Invitation)] == [(0, "REQUEST")]


def test_the_last_fifth_is_held_for_half_an_hour(world: World) -> None:
    dialogue = world.dialogue(capacity=10)
    first = world.sign_up(dialogue, size=4)
    second = world.sign_up(dialogue, size=4)
    third = world.sign_up(dialogue, size=1)
    assert [row.hold_until - NOW for row in (first, second, third)] == [2 * HOUR, 2 * HOUR, HOUR / 2]


def test_the_same_form_sent_twice_is_one_sign_up(world: World) -> None:
    dialogue = world.dialogue()
    first = world.sign_up(dialogue, key="the-same-form-key")
    second = world.sign_up(dialogue, key="the-same-form-key")
    assert (first.id, taken(world, dialogue)) == (second.id, [1])
    assert len(world.rows(Letter)) == 1


def test_a_full_dialogue_puts_the_confirmed_on_a_list_and_serves_it(world: World) -> None:
    dialogue = world.dialogue(capacity=2)
    seated = world.confirm(world.sign_up(dialogue, size=2))
    waiting = world.sign_up(dialogue)
    assert (waiting.state, waiting.hold_until) == (State.UNCONFIRMED, None)
    waiting = world.confirm(waiting, now=NOW + HOUR)
    assert waiting.state == State.WAITING
    world.within(
        dialogue,
        lambda session: cancel(session, registration=session.get_one(Registration, seated.id), now=NOW + 2 * HOUR),
    )
    assert taken(world, dialogue) == [0]
    assert sweeps.serve_lists(world.database, NOW + 2 * HOUR) == 1
    offered = world.again(waiting)
    assert (offered.state, offered.offered_until - NOW, taken(world, dialogue)) == (State.OFFERED, 50 * HOUR, [1])
    world.within(
        dialogue,
        lambda session: accept_offer(
            session, registration=session.get_one(Registration, waiting.id), now=NOW + 3 * HOUR
        ),
    )
    assert world.again(waiting).state == State.CONFIRMED


def test_a_newcomer_never_overtakes_a_waiting_party_that_fits(world: World) -> None:
    dialogue = world.dialogue(capacity=4)
    seated = world.confirm(world.sign_up(dialogue, size=4))
    pair = world.confirm(world.sign_up(dialogue, size=2))
    assert pair.state == State.WAITING
    world.within(
        dialogue, lambda session: cancel(session, registration=session.get_one(Registration, seated.id), now=NOW)
    )
    newcomer = world.sign_up(dialogue, size=1)
    assert (newcomer.hold_until, taken(world, dialogue)) == (None, [0])


def test_a_party_that_does_not_fit_is_passed_only_when_gaps_are_filled(world: World) -> None:
    for fill_gaps, expected in ((True, [State.WAITING, State.OFFERED]), (False, [State.WAITING, State.WAITING])):
        dialogue = world.dialogue(capacity=4, fill_gaps=fill_gaps)
        first = world.confirm(world.sign_up(dialogue, size=3))
        world.confirm(world.sign_up(dialogue, size=1))
        four = world.confirm(world.sign_up(dialogue, size=4))
        one = world.confirm(world.sign_up(dialogue, size=1), now=NOW + HOUR)
        world.within(
            dialogue,
            lambda session, i=first.id: cancel(session, registration=session.get_one(Registration, i), now=NOW + HOUR),
        )
        sweeps.serve_lists(world.database, NOW + HOUR)
        assert [world.again(row).state for row in (four, one)] == expected


def test_an_ended_hold_gives_the_seat_on_and_may_still_be_confirmed(world: World) -> None:
    dialogue = world.dialogue(capacity=20)
    held = world.sign_up(dialogue)
    assert sweeps.end_holds(world.database, NOW + HOUR) == 0
    assert sweeps.end_holds(world.database, NOW + 2 * HOUR) == 1
    assert (world.again(held).state, taken(world, dialogue)) == (State.EXPIRED, [0])
    assert world.confirm(held, now=NOW + 3 * HOUR).state == State.CONFIRMED


def test_a_hold_grows_by_its_step_up_to_a_day(world: World) -> None:
    dialogue = world.dialogue(capacity=20)
    held = world.sign_up(dialogue)
    for _time in range(11):
        world.within(
            dialogue, lambda session: extend(session, registration=session.get_one(Registration, held.id), now=NOW)
        )
    assert world.again(held).hold_until - NOW == 24 * HOUR


def test_a_second_registration_of_an_address_needs_a_choice(world: World) -> None:
    for choice, states in (
        (Choice.KEEP, [State.CONFIRMED, State.CANCELLED]),
        (Choice.CHANGE, [State.CANCELLED, State.CONFIRMED]),
        (Choice.ADD, [State.CONFIRMED, State.CONFIRMED]),
    ):
        dialogue = world.dialogue(capacity=20)
        first = world.confirm(world.sign_up(dialogue, "gast@post.example"))
        second = world.confirm(world.sign_up(dialogue, "GAST@post.example"), choice=choice)
        assert [world.again(row).state for row in (first, second)] == states


def test_unconfirmed_sign_ups_are_forgotten_a_week_after_their_hold(world: World) -> None:
    dialogue = world.dialogue(capacity=20)
    held = world.sign_up(dialogue)
    sweeps.end_holds(world.database, NOW + 3 * HOUR)
    assert sweeps.forget_unconfirmed(world.database, NOW + timedelta(days=7)) == 0
    assert sweeps.forget_unconfirmed(world.database, NOW + timedelta(days=7, hours=3)) == 1
    assert (world.again(held), world.rows(Letter), world.rows(Place)) == (None, [], [])


def test_one_address_holds_seats_for_two_sign_ups_and_a_third_takes_none_away(world: World) -> None:
    dialogue = world.dialogue(capacity=20)
    rows = [world.sign_up(dialogue, "gast@post.example", size=4, now=NOW + number * HOUR / 60) for number in range(3)]
    assert [world.again(row).state for row in rows] == [State.UNCONFIRMED] * 3
    assert [row.hold_until and row.hold_until - NOW for row in rows] == [2 * HOUR, 2 * HOUR + HOUR / 60, None]
    # To whoever sent the form the third looks like the others.
    assert [first_hold_until(row, dialogue) - row.created_at for row in rows] == [2 * HOUR] * 3
    assert taken(world, dialogue) == [8]
    assert world.confirm(rows[2], now=NOW + HOUR).state == State.CONFIRMED


def test_a_change_never_costs_a_confirmed_seat(world: World) -> None:
    dialogue = world.dialogue(capacity=2)
    old = world.confirm(world.sign_up(dialogue, "gast@post.example"))
    world.confirm(world.sign_up(dialogue))
    larger = world.sign_up(dialogue, "gast@post.example", size=2)
    with pytest.raises(WouldLoseSeats):
        world.confirm(larger, choice=Choice.CHANGE)
    assert world.again(old).state == State.CONFIRMED
    world.confirm(world.sign_up(dialogue))
    same = world.sign_up(dialogue, "gast@post.example")
    # Somebody waits, and still the seat that is swapped stays with whoever had it.
    assert world.confirm(same, choice=Choice.CHANGE).state == State.CONFIRMED
    assert (world.again(old).state, taken(world, dialogue)) == (State.CANCELLED, [2])


def test_nobody_joins_or_stays_on_a_list_that_is_over(world: World) -> None:
    late = NOW + 3 * HOUR
    dialogue = world.dialogue(capacity=2, list_deadline=local(late, "Europe/Berlin").strftime(WALL))
    seated = world.confirm(world.sign_up(dialogue, size=2))
    waits = world.confirm(world.sign_up(dialogue))
    one, two = world.sign_up(dialogue), world.sign_up(dialogue, size=2)
    assert (waits.state, one.hold_until) == (State.WAITING, None)
    assert sweeps.end_lists(world.database, late - HOUR / 60) == 0
    world.within(
        dialogue, lambda session: cancel(session, registration=session.get_one(Registration, seated.id), now=late)
    )

    # A free seat goes to who confirms, whoever still stands on the list; who finds none has an answer at once.
    assert world.confirm(one, now=late).state == State.CONFIRMED
    two = world.confirm(two, now=late)
    assert sweeps.serve_lists(world.database, late) == 0
    assert state_of(world.again(waits), dialogue, late) == "no_seat"
    assert [sweeps.end_lists(world.database, late) for _time in range(2)] == [1, 0]
    for row in (two, world.again(waits)):
        assert (row.state, row.cancel_reason, row.ended_at, row.waiting_since) == ("expired", "no_seat", late, None)
        assert state_of(row, dialogue, late) == "no_seat"
        assert [letter.kind for letter in world.rows(Letter, registration_id=row.id)].count("no_seat") == 1
        assert len(world.rows(Audit, object_id=row.id, action="registration.no_seat")) == 1
    assert taken(world, dialogue) == [1]

    # A team may still give the seat by hand.
    by_hand = world.within(
        dialogue,
        lambda session: confirm_by_hand(
            session, registration=session.get_one(Registration, waits.id), actor="person:x", now=late
        ),
    )
    assert (by_hand.state, by_hand.cancel_reason, by_hand.ended_at) == (State.CONFIRMED, "", None)
