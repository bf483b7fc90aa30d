"""A helper's duty: said with the link, read in the helper's calendar, which opens no door."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from alembic import command
from starlette.testclient import TestClient

from checkin.duty import duty_entry
from checkin.models import DoorLink
from events import feeds
from events import operations as events
from events.models import Dialogue, DialogueDate
from events.rules import WALL
from kit import zones
from kit.db import Database
from kit.ical import lint, summary_of
from registration.models import Arrival, CalendarAnswer, Registration
from tests.conftest import NOW, World, environment
from tests.registration.replies import reply
from tests.web.scene import Scene
from web import schema

BERLIN = "Europe/Berlin"


def shown(client: TestClient, path: str) -> tuple[Any, ...]:
    answer = client.get(path)
    assert (answer.status_code, lint(answer.content), answer.headers["cache-control"]) == (200, [], "private, no-cache")
    (entry,) = summary_of(answer.content)
    assert (entry["attendee"], entry["organizer"]) == ("", "")
    return (entry["start"].strftime("%d %H:%M"), entry["end"].strftime("%d %H:%M"), entry["location"], entry["status"])  # type: ignore[union-attr]


def test_a_duty_keeps_itself_up_to_date(database: Database, world: World) -> None:
    scene = Scene(database, world)
    client = scene.browser("organiser")
    dialogue = scene.dialogue(admission="16:30", place="Halle 3", city="")
    place = f"/arbeitsplatz/{scene.initiative.slug}/dialoge/{dialogue.slug}/einlass/zugang"
    duty = {"name": "Tor 1", "duty_start": "2027-03-24T15:00", "duty_end": "2027-03-24T18:00", "duty_place": "Pforte"}
    gap = {"duty_start": "2027-03-28T02:30", "duty_end": "2027-03-28T05:00"}
    long = client.post(place, data=duty | {"name": "T" * 61})
    assert (long.status_code, "Das sind 61 Zeichen." in long.text, 'value="Pforte"' in long.text) == (422, True, True)
    for odd in ({"duty_end": ""}, {"duty_end": "2027-03-24T15:00"}, {"duty_start": "0001-01-01T00:00"}, gap):
        refused = client.post(place, data=duty | odd)
        assert (refused.status_code, 'value="Pforte"' in refused.text) == (422, True)
    assert world.rows(DoorLink) == []
    for form in (duty, {"name": "Tor 2"}):
        assert client.post(place, data=form).status_code == 303
    page = client.get(place).text
    said, plain = (path for path in re.findall(r'href="http://testserver(/kalender/einsatz/[^"]+)"', page))
    assert "Einsatz: " in page
    anybody = scene.browser()
    assert shown(anybody, said) == ("24 15:00", "24 18:00", "Pforte", "CONFIRMED")
    assert shown(anybody, plain) == ("24 16:30", "24 21:00", "Tor 2, Halle 3", "CONFIRMED")

    token = said.rpartition("/")[2].removesuffix(".ics")
    assert anybody.get(f"/einlass/{token}").status_code == 404
    door = re.findall(r'href="http://testserver(/einlass/[^"]+)"', page)[0]
    assert f'href="{said}"' in anybody.get(door).text
    assert anybody.get(f"/kalender/einsatz/{door.rpartition('/')[2]}.ics").status_code == 404

    first, _second = sorted(world.rows(DoorLink), key=lambda link: link.name)
    client.post(f"{place}/{first.id}/ende")
    assert shown(anybody, said)[3] == "CANCELLED"
    assert anybody.get(door).status_code == 404
    world.within(
        dialogue,
        lambda session: events.cancel(
            session, dialogue=session.get_one(Dialogue, dialogue.id), reason="x", actor="x", now=NOW
        ),
    )
    assert shown(anybody, plain)[3] == "CANCELLED"


@pytest.mark.slow
def test_links_pass_through_the_migration(database: Database, world: World) -> None:
    scene = Scene(database, world)
    link = scene.door_link(scene.dialogue())
    database.dispose()
    command.downgrade(schema.config(), "0018")
    database.dispose()
    command.upgrade(schema.config(), "head")
    found = world.again(link)
    assert (found.name, found.duty_start, found.duty_end, found.duty_place) == ("Tor 1", "", "", "")


@pytest.mark.slow
def test_arrivals_pass_through_the_migration(database: Database, world: World) -> None:
    """Who came before arrivals had a date came to the nearest one; of two answers of one mail one stays on the way back."""
    scene = Scene(database, world)
    dialogue = scene.series()
    person = scene.guest(dialogue)
    scene.arrive(person)
    first, second = sorted(date.recurrence_id for date in world.rows(DialogueDate, dialogue_id=dialogue.id))[:2]
    (arrival,) = world.rows(Arrival)
    late = timedelta(days=27)
    assert arrival.recurrence_id == first
    world.within(arrival, lambda session: setattr(session.get_one(Arrival, arrival.id), "at", NOW + late))
    (registration,) = world.rows(Registration, id=person.registration_id)
    for date in ("20270324T170000", "20270331T170000"):
        reply(world, registration, recurrence_id=date, inbound_id="m" * 16)
    assert len(world.rows(CalendarAnswer)) == 2
    database.dispose()
    command.downgrade(schema.config(), "0024")
    database.dispose()
    command.upgrade(schema.config(), "head")
    assert [row.recurrence_id for row in world.rows(Arrival)] == [second]
    assert len(world.rows(CalendarAnswer)) == 1


def test_an_admission_that_the_clocks_jump_over_is_left_out() -> None:
    """At two o'clock on 28 March 2027 it is three: the week before and after have an admission at half past two."""
    starts = [datetime(2027, 3, day, 3) for day in (21, 28)] + [datetime(2027, 4, 4, 3)]
    ends = [start + timedelta(hours=2) for start in starts]
    utc = [(zones.to_utc(start, BERLIN), zones.to_utc(end, BERLIN)) for start, end in zip(starts, ends, strict=True)]
    dates = [
        DialogueDate(
            recurrence_id=start.strftime(WALL), start=start.strftime(WALL), end=end.strftime(WALL),
            starts_at=starts_at, ends_at=ends_at, state="planned",
        )
        for start, end, (starts_at, ends_at) in zip(starts, ends, utc, strict=True)
    ]  # fmt: skip
    own: dict[str, Any] = {"id": "d" * 16, "initiative_id": "i" * 16}
    dialogue = Dialogue(
        **own, slug="nacht", title="Nacht", format_code="F5", state="published", land="NI", zone=BERLIN, changed_at=NOW,
        start=dates[0].start, end=dates[0].end, regular_start=dates[0].start, regular_end=dates[0].end,
        starts_at=utc[0][0], ends_at=utc[2][1], repetition="FREQ=WEEKLY;COUNT=3",
    )  # fmt: skip
    link = DoorLink(id="l" * 16, initiative_id="i" * 16, dialogue_id="d" * 16, name="Tor", created_at=NOW)
    for admission, begins in (("02:30", "030000"), ("01:30", "013000")):
        dialogue.admission = admission
        with environment(DIALOGWERK_ENV="test", DIALOGWERK_BASE_URL="http://testserver"):
            data = feeds.feed([duty_entry(link, dialogue, dates)], "Einsatz")
        assert lint(data) == []
        assert f"DTSTART;TZID=Europe/Berlin:20270321T{begins}\r\n".encode() in data
