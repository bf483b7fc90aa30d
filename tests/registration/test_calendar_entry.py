"""What the calendar entry of a guest says, and that nothing in it opens the registration."""

import re
from datetime import datetime
from typing import Any

import pytest
from alembic import command

from events import operations as events
from events.models import Dialogue, Offer
from events.rules import Line, Visibility
from kit.db import Database, within
from mail.models import Letter
from registration.attachments import make_invitation
from registration.models import Registration
from registration.operations import cancel, sweeps
from registration.own_calendar import own_entry
from tests.conftest import NOW, World
from web import schema

FULL: dict[str, Any] = {
    "place": "Werkstor 3",
    "street": "Musterweg 1",
    "postcode": "12345",
    "city": "Musterstadt",
    "admission": "16:30",
    "latest_entry": "17:15",
    "bring": "Feste Schuhe\nAusweis",
    "contact_name": "Vera Muster",
    "contact_phone": "030 555 01 00",
    "online": True,
    "online_link": "https://treffen.example/raum",
    "alarm_minutes": 1440,
}
PROGRAMME = [Line("17:00", "Ankommen"), Line("17:20", "Rundgang", "in Gruppen")]


def files(world: World, registration: Registration) -> list[dict[str, list[str]]]:
    """The calendar files that a registration was sent, in order: property → its unfolded lines."""
    letters = sorted(
        world.rows(Letter, registration_id=registration.id), key=lambda row: int(row.dedupe_key.rpartition(":")[2])
    )
    found = []
    for letter in letters:
        for entry in letter.attachments:
            if entry["key"] == "invitation":
                lines = make_invitation(entry["data"]).content.decode().replace("\r\n ", "").split("\r\n")
                event = lines[lines.index("BEGIN:VEVENT") :]
                named: dict[str, list[str]] = {}
                for line in event:
                    named.setdefault(re.split("[:;]", line, maxsplit=1)[0], []).append(line)
                found.append(named)
    return found


def told(named: dict[str, list[str]]) -> list[str]:
    """The lines of the event's own description, the alarm's left out."""
    return named["DESCRIPTION"][0].removeprefix("DESCRIPTION:").replace("\\,", ",").split("\\n")


def change_programme(world: World, dialogue: Dialogue, programme: list[Line]) -> bool:
    return change(world, dialogue, programme)


def change(world: World, dialogue: Dialogue, programme: list[Line] | None = None, **values: Any) -> bool:
    """Whether calendars learn of it."""

    def work(session: Any) -> bool:
        row = session.get_one(Dialogue, dialogue.id)
        names = ("title", "format_code", "start", "end", "land", "lead", *FULL)
        value = events.DialogueValue(**{name: getattr(row, name) for name in names} | values)
        return events.change_dialogue(
            session, dialogue=row, value=value, programme=programme, actor="person:test", now=NOW
        ).calendar

    return bool(world.within(dialogue, work))


def test_an_entry_says_what_one_needs_and_opens_nothing(world: World) -> None:
    dialogue = world.dialogue(**FULL)
    guest = world.confirm(world.sign_up(dialogue))
    assert change_programme(world, dialogue, PROGRAMME)
    assert not change_programme(world, dialogue, PROGRAMME)
    assert sweeps.announce_changes(world.database, NOW) == 1
    world.within(
        dialogue, lambda session: cancel(session, registration=session.get_one(Registration, guest.id), now=NOW)
    )
    first, moved, gone = files(world, guest)
    assert [entry["SEQUENCE"] for entry in (first, moved, gone)] == [["SEQUENCE:0"], ["SEQUENCE:1"], ["SEQUENCE:2"]]
    common = [
        "Ein Abend an runden Tischen.",
        "Einlass ab 16:30 Uhr",
        "Letzter Einlass: 17:15 Uhr",
        "Bitte mitbringen: Feste Schuhe, Ausweis",
        "Zum Online-Raum: https://treffen.example/raum",
        "Fragen: Vera Muster, 030 555 01 00",
        f"Referenz: {guest.reference}",
        ("Ändern oder absagen: mit dem Link aus Ihrer E-Mail. Noch einmal schicken: http://testserver/anmeldung/link"),
    ]
    assert told(first) == common
    assert told(moved) == [*common[:3], "Programm:", "17:00 Ankommen", "17:20 Rundgang", *common[3:]]
    assert told(gone) == [line for line in told(moved) if "Online" not in line and "Ändern" not in line]
    assert first["LOCATION"] == ["LOCATION:Werkstor 3\\, Musterweg 1\\, 12345 Musterstadt"]
    assert first["CONFERENCE"] == [
        "CONFERENCE;FEATURE=AUDIO,VIDEO;LABEL=Online-Raum;VALUE=URI:https://treffen.example/raum"
    ]
    assert (first["TRIGGER"], first["COLOR"], first["CATEGORIES"]) == (
        ["TRIGGER:-P1D"],
        ["COLOR:steelblue"],
        ["CATEGORIES:Bürgerwerkstatt"],
    )
    assert gone.keys() & {"CONFERENCE", "BEGIN:VALARM", "TRIGGER"} == set()
    # Every address in it: the public page, the form for a lost link, the room. No token of the registration.
    addresses = re.findall(r"https?://[^\s\\]+", str(first))
    assert {address.strip("'],") for address in addresses} == {
        f"http://testserver/dialoge/{dialogue.slug}",
        "http://testserver/anmeldung/link",
        "https://treffen.example/raum",
    }


def test_an_entry_says_where_it_is_and_coordinates_alone_send_nothing(world: World) -> None:
    dialogue = world.dialogue(coordinates="52.27264,7.44219", offers=2)
    _whole, tour = world.offers(dialogue)
    world.within(tour, lambda session: setattr(session.get_one(Offer, tour.id), "place", "Bushalt"))
    here, elsewhere = world.confirm(world.sign_up(dialogue)), world.confirm(world.sign_up(dialogue, offer_id=tour.id))
    assert [entry.get("GEO") for row in (here, elsewhere) for entry in files(world, row)] == [
        ["GEO:52.27264;7.44219"], None,
    ]  # fmt: skip
    assert not change(world, dialogue, coordinates="52.30000,7.50000")
    assert sweeps.announce_changes(world.database, NOW) == 0
    with world.database.read(within(dialogue.initiative_id)) as session:
        entry = own_entry(session, session.get_one(Registration, here.id))
    assert entry is not None
    assert (entry.geo, entry.sequence) == ((52.3, 7.5), 0)


def test_what_is_only_for_the_invited_has_no_address(world: World) -> None:
    dialogue = world.dialogue(visibility=Visibility.INVITED)
    (entry,) = files(world, world.confirm(world.sign_up(dialogue)))
    assert "URL" not in entry
    assert "BEGIN:VALARM" not in entry


@pytest.mark.slow
def test_dialogues_pass_through_the_migration(database: Database, world: World) -> None:
    dialogue = world.dialogue(alarm_minutes=60)
    for version, left in (("0016", 60), ("0015", None)):
        database.dispose()
        command.downgrade(schema.config(), version)
        database.dispose()
        command.upgrade(schema.config(), "head")
        (row,) = world.rows(Dialogue)
        assert (row.id, row.alarm_minutes, datetime.fromisoformat(row.start)) == (
            dialogue.id,
            left,
            datetime(2027, 3, 24, 17),
        )
