"""What a calendar sends back, without the mail around it."""

from datetime import datetime
from typing import Any

from kit.db import wide
from kit.ical_reply import Answer, Attending
from kit.ids import new_id
from kit.tokens import derive
from registration.models import Invitation, Registration
from registration.operations import answers
from tests.conftest import NOW, World


def invitation_of(world: World, registration: Registration) -> Invitation:
    (found,) = world.rows(Invitation, registration_id=registration.id)
    return found


def reply(
    world: World,
    registration: Registration,
    partstat: str = "DECLINED",
    *,
    stamp: datetime | None = NOW,
    now: datetime = NOW,
    sequence: int | None = None,
    sender: str | None = None,
    token: str | None = None,
    inbound_id: str = "",
    **said: Any,
) -> str:
    """The invited person's calendar answers what it was last told, unless something else is said. Returns the verdict."""
    invitation = invitation_of(world, registration)
    invited = Attending(address=invitation.recipient, partstat=partstat)
    answer = Answer(
        **{
            "method": "REPLY",
            "uid": invitation.uid,
            "sequence": invitation.sequence if sequence is None else sequence,
            "dtstamp": stamp,
            "attendees": (invited,),
        }
        | said
    )
    taken = world.database.transact(
        wide("token"),
        lambda session: answers.take(
            session,
            answer=answer,
            inbound_id=inbound_id or new_id(),
            token=derive(answers.REPLY, invitation.id, 1) if token is None else token,
            sender=invitation.recipient if sender is None else sender,
            now=now,
        ),
    )
    assert taken.initiative_id == (None if taken.verdict == "unknown" else registration.initiative_id)
    return str(taken.verdict)
