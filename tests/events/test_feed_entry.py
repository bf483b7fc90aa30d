"""A dialogue as an entry of a feed, from plain rows."""

from datetime import UTC, datetime

import pytest

from checkin.duty import duty_entry
from checkin.models import DoorLink
from events.compose import feed_entry, team_entry
from events.feeds import feed
from events.models import Dialogue
from kit.ical import lint
from network.models import Initiative
from network.rules import own_logo
from tests.conftest import environment

WHEN = datetime(2027, 3, 1, 9, tzinfo=UTC)


def initiative(logo: str) -> Initiative:
    return Initiative(
        id="i" * 16, slug="ems", name="Verbund (fiktiv)", land="NI", accent="stahl", logo=logo, created_at=WHEN
    )


DIALOGUE = Dialogue(
    id="d" * 16, initiative_id="i" * 16, slug="muster", title="Muster", format_code="F5", state="published", land="NI",
    zone="Europe/Berlin", start="2027-03-24T17:00", end="2027-03-24T19:00", starts_at=WHEN, ends_at=WHEN, changed_at=WHEN,
)  # fmt: skip


@pytest.mark.parametrize(("coordinates", "geo"), [("", None), ("52.27264,7.44219", (52.27264, 7.44219))])
def test_an_entry_says_where_it_is(coordinates: str, geo: tuple[float, float] | None) -> None:
    dialogue = Dialogue(**DIALOGUE.model_dump() | {"coordinates": coordinates})
    link = DoorLink(id="l" * 16, initiative_id="i" * 16, dialogue_id="d" * 16, name="Tor 2", created_at=WHEN)
    elsewhere = DoorLink(**link.model_dump() | {"duty_place": "Parkplatz"})
    with environment(DIALOGWERK_ENV="test", DIALOGWERK_BASE_URL="http://testserver"):
        entries = [feed_entry(dialogue, initiative("")), team_entry(dialogue, initiative(""), part="")]
        entries.append(duty_entry(link, dialogue))
        assert duty_entry(elsewhere, dialogue).geo is None
    for entry in entries:
        assert (entry.geo, feed([entry], "Dialoge").count(b"GEO:52.27264;7.44219")) == (geo, 1 if geo else 0)


@pytest.mark.parametrize(
    ("logo", "image"),
    [("ems", ""), ("", ""), (own_logo("abcdefgh234567ab"), "http://testserver/logo/abcdefgh234567ab")],
)
def test_a_feed_shows_the_initiative_s_own_logo(logo: str, image: str) -> None:
    with environment(DIALOGWERK_ENV="test", DIALOGWERK_BASE_URL="http://testserver"):
        entries = [feed_entry(DIALOGUE, initiative(logo)), team_entry(DIALOGUE, initiative(logo), part="")]
    for entry in entries:
        assert entry.image == image
        data = feed([entry], "Dialoge")
        assert (lint(data), data.count(b"IMAGE;")) == ([], 1 if image else 0)
