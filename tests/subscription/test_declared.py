"""What people declare with a sign-up becomes a subscription when the address is confirmed, and ends when it is taken back."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from kit import clock
from kit.db import Database, wide
from kit.journal import Audit
from mail.models import Letter
from registration.forms import declarations
from registration.models import Consent, ConsentText, Registration
from registration.operations import erase, withdraw_consent
from registration.operations.retention import forget_told, told_days
from registration.rules import NEW_DIALOGUES
from subscription import operations
from subscription.models import Subscription
from subscription.sweeps import hear_declared, tell_news
from tests.conftest import NOW, World
from tests.subscription.test_subscriptions import MORNING
from web.worker import LONG

ADDRESS = "ada@post.example"
LATER = NOW + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def at_now() -> Iterator[None]:
    clock.fix(NOW)
    yield
    clock.fix(None)


def sign_up(world: World, dialogue: Any, email: str = ADDRESS) -> Any:
    return world.sign_up(dialogue, email, consents=(declarations("de")["newsletter"],), language="en")


def take_back(world: World, row: Any, now: Any = LATER) -> None:
    def work(session: Any) -> None:
        found = session.get_one(Registration, row.id)
        withdraw_consent(session, registration=found, purpose=NEW_DIALOGUES, actor="x", now=now)

    world.within(row, work)


def one(world: World) -> Subscription:
    (row,) = world.rows(Subscription)
    return row


def test_a_confirmed_address_is_told_without_being_asked_again(database: Database, world: World) -> None:
    assert LONG["hear_declared"] is hear_declared
    dialogue = world.dialogue()
    row = sign_up(world, dialogue)
    assert (hear_declared(database, NOW), world.rows(Subscription)) == (0, [])
    world.confirm(row, now=LATER)
    assert [hear_declared(database, LATER) for _twice in range(2)] == [1, 0]
    made, [consent] = one(world), world.rows(Consent)
    assert (made.state, made.email, made.normalised_email, made.inviter_id) == (
        "active", ADDRESS, ADDRESS, dialogue.initiative_id,
    )  # fmt: skip
    # The proof is its own: address, words, when it was declared and when confirmed.
    assert (made.consent_id, made.text_hash, made.asked_at, made.confirmed_at) == (
        consent.id, consent.text_hash, NOW, LATER,
    )  # fmt: skip
    assert (made.land, made.format_code, made.language, made.next_at) == ("", "", "en", MORNING)
    assert world.rows(ConsentText, text_hash=made.text_hash)[0].purpose == "newsletter_opt_in"
    assert [entry.action for entry in world.rows(Audit, object_id=made.id)] == ["subscription.take_up"]
    assert world.rows(Letter, kind="subscription_confirm") == []
    # Only dialogues of this initiative, with the link that ends it at once.
    clock.fix(LATER + timedelta(minutes=1))
    world.dialogue()
    assert tell_news(database, MORNING) == 1
    assert world.rows(Letter, kind="new_dialogues") == []


def test_taking_it_back_ends_it(database: Database, world: World) -> None:
    row = world.confirm(sign_up(world, world.dialogue()))
    hear_declared(database, NOW)
    take_back(world, row)
    assert [hear_declared(database, LATER) for _twice in range(2)] == [1, 0]
    made = one(world)
    assert (made.state, made.normalised_email, made.email, made.ended_at) == ("ended", None, ADDRESS, LATER)


def test_one_click_ends_the_consent_as_well(database: Database, world: World) -> None:
    world.confirm(sign_up(world, world.dialogue()))
    hear_declared(database, NOW)
    database.transact(wide("token"), lambda session: operations.end(session, subscription=one(world), now=LATER))
    assert [row.withdrawn_at for row in world.rows(Consent)] == [LATER]
    assert (hear_declared(database, LATER), one(world).state) == (0, "ended")


def test_what_was_taken_back_before_it_was_heard_never_runs(database: Database, world: World) -> None:
    row = world.confirm(sign_up(world, world.dialogue()))
    take_back(world, row)
    assert hear_declared(database, LATER) == 1
    assert world.rows(Subscription) == []


def test_who_takes_back_a_second_declaration_is_written_to_no_more(database: Database, world: World) -> None:
    initiative = world.initiative()
    rows = [world.confirm(sign_up(world, world.dialogue(initiative))) for _dialogue in range(2)]
    assert hear_declared(database, NOW) == 2
    assert one(world).state == "active"
    take_back(world, rows[1])
    hear_declared(database, LATER)
    assert one(world).state == "ended"


def test_an_address_that_nobody_confirmed_ends_nothing(database: Database, world: World) -> None:
    dialogue = world.dialogue()
    world.subscription(email=ADDRESS, inviter_id=dialogue.initiative_id)
    take_back(world, sign_up(world, dialogue))
    assert hear_declared(database, LATER) == 0
    assert one(world).state == "active"


def test_a_question_that_was_open_is_answered_by_it(database: Database, world: World) -> None:
    dialogue = world.dialogue()
    world.subscription("unconfirmed", ADDRESS, inviter_id=dialogue.initiative_id)
    world.confirm(sign_up(world, dialogue))
    hear_declared(database, NOW)
    assert (one(world).state, one(world).consent_id) == ("active", world.rows(Consent)[0].id)


def test_the_proof_outlasts_the_registration(database: Database, world: World) -> None:
    dialogue = world.dialogue()
    world.confirm(sign_up(world, dialogue))
    hear_declared(database, NOW)
    day = told_days(dialogue.ends_at)["attendee"]
    assert forget_told(database, NOW.replace(year=day.year, month=day.month, day=day.day)) == 1
    assert world.rows(Consent) == []
    hear_declared(database, NOW)
    assert (one(world).state, one(world).email) == ("active", ADDRESS)
    assert world.rows(ConsentText, text_hash=one(world).text_hash) != []


def test_who_has_everything_erased_is_told_no_more(database: Database, world: World) -> None:
    row = world.confirm(sign_up(world, world.dialogue()))
    hear_declared(database, NOW)
    world.within(
        row, lambda session: erase(session, registration=session.get_one(Registration, row.id), actor="x", now=LATER)
    )
    assert hear_declared(database, LATER) == 1
    assert (one(world).state, world.rows(Consent)) == ("ended", [])
