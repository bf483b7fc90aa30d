"""How many statements each request of a sign-up takes: what grows here costs every seat in a crowd."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from events.models import Dialogue
from kit.db import Database
from registration.models import Registration
from registration.operations import sweeps
from tests.conftest import NOW, World
from tests.registration.site import confirm_path, hidden, own_path, visit


@contextmanager
def told(database: Database) -> Iterator[list[str]]:
    """What is read or written inside, without the two rows of the job engine for each letter."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith(("SELECT", "INSERT", "UPDATE", "DELETE")) and not (
            "set_config" in statement or ".workflow_" in statement
        ):
            seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def test_telling_everybody_of_a_change_takes_few_statements(database: Database, world: World) -> None:
    dialogue = world.dialogue()
    counts = []
    for people in (1, 4):
        for _person in range(people):
            world.confirm(world.sign_up(dialogue))

        def move(session: Any) -> None:
            session.get_one(Dialogue, dialogue.id).calendar_sequence += 1

        world.within(dialogue, move)
        with told(database) as seen:
            sweeps.announce_changes(database, NOW)
        counts.append(len(seen))
    # The second time there are four more, and their UPDATE may be in two parts.
    assert counts[1] - counts[0] <= 4 * 6 + 1


def test_the_six_requests_of_a_sign_up_take_few_statements(database: Database, world: World) -> None:
    dialogue = world.dialogue()
    world.sign_up(dialogue)
    site = visit(database)
    address = f"/dialoge/{dialogue.slug}/anmeldung"
    counts: dict[str, int] = {}

    def ask(name: str, *values: Any, **options: Any) -> Any:
        with told(database) as seen:
            answer = site.request(*values, **options)
        counts[name] = len(seen)
        return answer

    shown = ask("form", "GET", address)
    typed = {"name": "Ada Muster", "email": "ada@post.example", "terms": "ja", "form_key": hidden(shown, "form_key")}
    sent = ask("sent", "POST", address, data=typed)
    ask("receipt", "GET", sent.headers["location"])
    [registration] = world.rows(Registration, email="ada@post.example")
    ask("button", "GET", confirm_path(registration))
    pressed = ask("pressed", "POST", confirm_path(registration))
    assert pressed.headers["location"] == own_path(registration)
    ask("own", "GET", own_path(registration))
    assert counts == {"form": 3, "sent": 19, "receipt": 3, "button": 6, "pressed": 16, "own": 9}


def test_a_known_address_asks_as_much_as_an_unknown_one(database: Database, world: World) -> None:
    """Nobody learns from the time of an answer who is registered: the same statements, with a place or on the list."""
    dialogue = world.dialogue(capacity=2)
    world.confirm(world.sign_up(dialogue, "ada@post.example"))
    world.sign_up(dialogue, "offen@post.example")
    site = visit(database)
    address = f"/dialoge/{dialogue.slug}/anmeldung"

    def asked(email: str) -> list[list[str]]:
        with told(database) as seen:
            shown = site.get(address)
            form = {"name": "Ada Muster", "email": email, "terms": "ja", "form_key": hidden(shown, "form_key")}
            parts = [len(seen)]
            sent = site.post(address, data=form)
            assert sent.status_code == 303
            parts.append(len(seen))
            assert site.get(sent.headers["location"]).status_code == 200
        first, second = parts
        return [seen[:first], seen[first:second], seen[second:]]

    # The first form that is sent writes the words of the declarations.
    asked("erste@post.example")
    unknown = asked("neu@post.example")
    assert asked("ada@post.example") == unknown
    assert asked("offen@post.example") == unknown
