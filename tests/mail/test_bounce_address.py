"""The address that a letter comes back to."""

from collections.abc import Iterator

import pytest

from kit.tokens import derive
from mail.bounce_address import bounce_address, letter_of
from tests.conftest import environment

LETTER = "abcdefgh234567ab"


@pytest.fixture(autouse=True)
def _settings() -> Iterator[None]:
    with environment(DIALOGWERK_ENV="test"):
        yield


def test_the_address_names_its_letter_and_nothing_else_does() -> None:
    address = bounce_address("dialog@dialog.example", LETTER)
    local, _plus, token = address.removesuffix("@dialog.example").partition("+")
    assert (local, letter_of(token), letter_of(token.upper())) == ("dialog", LETTER, LETTER)
    assert bounce_address("", LETTER) == ""
    forged = token[:-1] + ("a" if token[-1] != "a" else "b")
    assert [letter_of(other) for other in (derive("reply", LETTER, 1), forged, "", "ä" * 46)] == [None] * 4


def test_the_longest_mailbox_leaves_room_for_the_token() -> None:
    assert len(bounce_address("a" * 17 + "@dialog.example", LETTER).partition("@")[0]) == 64
