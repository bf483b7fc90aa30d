"""A database with two initiatives, and shorthands for dialogues."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import SQLModel

import accounts.models  # noqa: F401 - foreign keys need all tables
import mail.models  # noqa: F401
import registration.models  # noqa: F401
from events import operations
from events.models import Dialogue
from events.rules import DialogueValue, OfferValue
from kit.db import Database, wide, within
from network.models import Initiative

NOW = datetime(2027, 1, 10, 12, 0, tzinfo=UTC)
VALUE = DialogueValue(
    title="Werkstatt Wärmenetz",
    format_code="F5",
    start="2027-03-04T17:00",
    end="2027-03-04T21:00",
    land="NI",
    place="Musterhalle",
    city="Beispielmoor",
)
SEATS = [OfferValue(key="dialog", capacity=60)]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'test.sqlite3'}")
    SQLModel.metadata.create_all(database.engine)
    with database.write(wide("migration")) as session:
        for number, (slug, name) in enumerate((("ems", "Dialogverbund Ems (fiktiv)"), ("rhein", "Rheinbogen (fiktiv)"))):
            session.add(
                Initiative(
                    id=f"initiative00000{number}", slug=slug, name=name, sort_key=name.lower(), land="NI",
                    street="Musterweg 1", place="12345 Musterstadt", email=f"post@{slug}.example",
                    represented_by="Maria Muster-Vorstand", created_at=NOW,
                )  # fmt: skip
            )
    yield database
    database.dispose()


@pytest.fixture
def make(database: Database) -> Callable[..., Dialogue]:
    """Creates a dialogue of one initiative through the operations; `publish=False` leaves a draft."""

    def make_one(
        value: DialogueValue = VALUE,
        *,
        offers: list[OfferValue] | None = None,
        initiative: int = 0,
        publish: bool = True,
        now: datetime = NOW,
    ) -> Dialogue:
        initiative_id = f"initiative00000{initiative}"
        with database.write(within(initiative_id)) as session:
            dialogue = operations.create_dialogue(
                session,
                initiative_id=initiative_id,
                value=value,
                offers=SEATS if offers is None else offers,
                actor="person:test",
                now=now,
            )
            if publish:
                operations.publish(session, dialogue=dialogue, actor="person:test", now=now)
        return dialogue

    return make_one
