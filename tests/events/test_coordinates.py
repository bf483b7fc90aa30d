"""Coordinates of a dialogue: what people paste, and why something else is no place."""

import pytest

from events.rules import coordinates_fault, degrees, read_coordinates

PASTED = (
    "52.27264, 7.44219", "52.27264,7.44219", "52,27264; 7,44219", "52,27264, 7,44219", " 52.272640001 7.44219 ",
    "52.27264° N, 7.44219° E", "52,27264° N, 7,44219° O",
)  # fmt: skip
REFUSED = {
    "52,27": "unclear", "52,27264,7,44219": "unclear", "52,27264,7": "unclear", "52,27 7": "unclear", "52, 7": "unclear",
    "52.27264": "unreadable", "52.2, 7.4; 3.3": "unreadable", "Musterweg 1": "unreadable", "nan, nan": "unreadable",
    "inf, 7.4": "unreadable", "1e3, 7.0": "unreadable", "٥٢.٢, ٧.٤": "unreadable", "52.2, 7.4\nX-EVIL:1": "unreadable",
    "9" * 100_000: "unreadable", "52.2N, 7.4E": "unreadable",
    "7.44219, 52.27264": "swapped",
    "33.9, 7.4": "outside", "72.1, 7.4": "outside", "52.2, 45.1": "outside", "52.2, -25.1": "outside", "-33.86, 151.2": "outside",
}  # fmt: skip


@pytest.mark.parametrize("written", PASTED)
def test_a_pair_is_read_as_people_paste_it(written: str) -> None:
    assert (read_coordinates(written), coordinates_fault(written)) == ("52.27264,7.44219", "")
    assert degrees("52.27264,7.44219") == (52.27264, 7.44219)


@pytest.mark.parametrize(("written", "fault"), REFUSED.items(), ids=[written[:20] for written in REFUSED])
def test_what_is_no_pair_in_europe_is_refused_with_its_reason(written: str, fault: str) -> None:
    assert (read_coordinates(written), coordinates_fault(written)) == ("", fault)


def test_west_and_nought_are_places_too() -> None:
    assert read_coordinates("51.5, -0.000001") == "51.50000,0.00000"
    assert read_coordinates("51.5, -0.12574") == "51.50000,-0.12574"


def test_a_dialogue_without_coordinates_has_no_degrees() -> None:
    assert degrees("") is None
