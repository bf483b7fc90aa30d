"""Many times of one thing: chosen in a grid by day where nothing but the time differs."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from lxml import html

from events.models import Offer
from registration.pages import OfferChoice, by_time
from tests.conftest import World
from tests.registration.site import manners, visit
from tests.registration.test_sign_up_pages import form, path

NINE = datetime(2027, 3, 24, 9, 0)


def tour(number: int, **values: Any) -> OfferChoice:
    start = NINE + timedelta(hours=number)
    made = OfferChoice(
        key=f"o{number}", title=f"Rundfahrt um {start:%H:%M} Uhr", free=4, start=start, end=start + timedelta(hours=1)
    )
    return replace(made, **values)


TOURS = [tour(number) for number in range(4)]


def test_times_of_one_thing_stand_by_day_and_in_order() -> None:
    tomorrow = tour(24)
    found = by_time([tomorrow, *reversed(TOURS)])
    assert found == [(NINE.date(), TOURS), (tomorrow.start and tomorrow.start.date(), [tomorrow])]


@pytest.mark.parametrize(
    "offers",
    [
        TOURS[:3],
        [*TOURS, tour(5, title="Laborführung um 14:00 Uhr")],
        [*TOURS, tour(5, description="Mit Blick vom Dach.")],
        [*TOURS, tour(5, place="Tor 2")],
        [*TOURS, tour(5, start=None, end=None)],
        [*TOURS, tour(5, end=NINE + timedelta(days=1))],
        # Two at the same time could not be told apart.
        [*TOURS, tour(3, key="o9")],
    ],
)
def test_what_differs_otherwise_stands_one_below_the_other(offers: list[OfferChoice]) -> None:
    assert by_time(offers) == []


# The page asks nothing that others do not ask on both databases.
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_time_is_chosen_in_the_grid(world: World) -> None:
    dialogue = world.dialogue(offers=4)

    def schedule(session: Any) -> None:
        for offer in world.offers(dialogue):
            number = int(offer.key[1:])
            row = session.get_one(Offer, offer.id)
            row.title, row.start, row.end = (
                f"Tour {number}",
                f"2027-03-24T{17 + number}:00",
                f"2027-03-24T{17 + number}:45",
            )

    world.within(dialogue, schedule)
    site = visit(world.database)
    wrong = site.post(path(dialogue), data=form())
    for answer in (site.get(path(dialogue)), wrong):
        manners(answer)
        page = html.document_fromstring(answer.text)
        (grid,) = page.xpath("//*[@role='group']")
        said = [" ".join(label.text_content().split()) for label in grid.xpath("./label[input[@type='radio']]")]
        assert said[1] == "18:00 Uhr bis 18:45 Uhr, Tour 1 10 Plätze frei"
        assert len(said) == 4
        assert page.xpath(f"string(//*[@id='{grid.get('aria-labelledby')}'])") == "Mittwoch, 24. März 2027"
    # The summary of what is missing leads to the first time.
    assert page.xpath("//a[@href='#offers-0']")
    assert page.xpath("//input[@id='offers-0']/@value") == ["o0"]
    assert site.post(path(dialogue), data=form(offers="o2")).status_code == 303
