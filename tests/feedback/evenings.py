"""Several dialogues at once, and who said what at each: people answer one after the other, the last ones after a reminder."""

import random
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from events.models import Dialogue
from feedback import operations, queries, sweeps
from feedback.models import SurveyInvitation
from kit import clock
from kit.db import Database, wide, within
from kit.ids import new_id
from kit.tokens import derive
from registration.models import Arrival, Participant, Registration
from tests.feedback.conftest import NOW
from tests.feedback.linking import Said, words

PEOPLE = 20
REMINDED = 7
DAY = timedelta(days=1)
REMIND, NIGHT, CLOSE = NOW + 10 * DAY, NOW + 13.9 * DAY, NOW + 15 * DAY


def audience(database: Database, like: Dialogue, count: int) -> list[Said]:
    """So many dialogues at once, thirty people at each; who will say what, in the order in which they will answer."""
    chance = random.SystemRandom()
    evenings: list[Said] = []
    own = {"initiative_id": like.initiative_id}
    for evening in range(count):
        with database.write(within(like.initiative_id)) as session:
            made = Dialogue(**like.model_dump(exclude={"id", "slug"}), slug=f"abend-{evening}")
            session.add(made)
            session.flush()
            people = [
                Registration(
                    **own,
                    dialogue_id=made.id,
                    reference=new_id()[:9],
                    state="confirmed",
                    email=f"gast{number}-{evening}@post.example",
                    name="Gast " + "n" * number,
                    created_at=NOW - 9 * DAY,
                )
                for number in range(PEOPLE)
            ]
            session.add_all(people)
            session.flush()
            seats = [Participant(**own, registration_id=person.id, position=1) for person in people]
            session.add_all(seats)
            session.flush()
            session.add_all(
                Arrival(
                    **own,
                    id=new_id(),
                    dialogue_id=made.id,
                    registration_id=seat.registration_id,
                    participant_id=seat.id,
                    at=NOW - timedelta(hours=5, minutes=chance.randrange(60)),
                )
                for seat in seats
            )
        chance.shuffle(people)
        evenings.append(
            {person.id: words(evening, number, chance.randrange(200)) for number, person in enumerate(people)}
        )
    return evenings


def marks(database: Database) -> dict[str, str]:
    """Registration → mark."""
    with database.read(wide("figures")) as session:
        return {mark.registration_id: mark.id for mark in session.exec(select(SurveyInvitation))}


def in_turn(evenings: list[Said], *, late: bool) -> list[tuple[str, str]]:
    """Who answers before the reminder and who after it, one after the other, at all dialogues at once."""
    first, last = (PEOPLE - REMINDED, PEOPLE) if late else (0, PEOPLE - REMINDED)
    return [list(said.items())[number] for number in range(first, last) for said in evenings]


def answered(database: Database, dialogue: Dialogue, count: int) -> list[Said]:
    """Who said what at each dialogue; all have answered, the last ones of each after a reminder."""
    clock.fix(NOW)
    made = audience(database, dialogue, count)
    sweeps.invite_due(database, NOW)
    asked = marks(database)

    def answer(person: str, said: str, at: Any) -> None:
        def work(session: Any) -> None:
            found = queries.asked_by_token(session, derive("survey", asked[person], 1))
            operations.answer(session, asked=found, answers={"stars": 4, "text": said}, now=at)

        database.transact(within(dialogue.initiative_id), work)

    for late in (False, True):
        if late:
            sweeps.remind_due(database, REMIND)
        for number, (person, said) in enumerate(in_turn(made, late=late)):
            answer(person, said, (REMIND if late else NOW) + number * timedelta(minutes=17))
    return made


@pytest.fixture
def evenings(database: Database, dialogue: Dialogue) -> list[Said]:
    return answered(database, dialogue, 6)
