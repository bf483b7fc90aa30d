"""Strangers cannot fill a mailbox: three letters a day to who has confirmed nothing."""

from datetime import timedelta

from kit.db import within
from mail.limits import over_limit
from mail.models import Letter
from registration.models import Registration
from registration.operations import desk
from tests.conftest import NOW, World

SPELLINGS = ["victim@x.example", "Victim@X.example", "VICTIM+1@x.example", "vicTim+2@x.example", "victim@X.EXAMPLE"]


def test_one_mailbox_however_it_is_spelt_and_whoever_invites(world: World) -> None:
    dialogues = [world.dialogue(), world.dialogue(), world.dialogue()]
    rows = [world.sign_up(dialogues[place % 3], email) for place, email in enumerate(SPELLINGS)]
    world.within(
        dialogues[2],
        lambda session: desk.release_hold(
            session, registration=session.get_one(Registration, rows[2].id), actor="x", now=NOW
        ),
    )
    world.sign_up(dialogues[0], "other@x.example")
    world.sign_up(dialogues[1], "victim@x.example", now=NOW + timedelta(days=1))
    found = {(letter.recipient, letter.kind, letter.created_at): letter.reason for letter in world.rows(Letter)}
    asked = [found[row.email, "confirm_address", NOW] for row in rows]
    assert asked == ["", "", "", "limit", "limit"]
    assert found[rows[2].email, "hold_released", NOW] == "limit"
    assert found["other@x.example", "confirm_address", NOW] == ""
    assert found["victim@x.example", "confirm_address", NOW + timedelta(days=1)] == ""


def test_what_is_taken_back_does_not_count(world: World) -> None:
    """A letter that a rolled back transaction would have written was never sent."""
    initiative = world.initiative()
    for _time in range(5):
        with world.database.read(within(initiative.id)) as session:
            assert not over_limit(session, address="ada@post.example", now=NOW)
            session.rollback()
