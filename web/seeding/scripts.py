"""What a script of the demo says about one dialogue."""

from dataclasses import dataclass
from datetime import timedelta

from events.rules import WALL, WHOLE, DialogueValue, Line, OfferValue, wall


@dataclass(frozen=True)
class DemoDialogue:
    """One date: what is announced, what one signs up for, and how the time is spent."""

    initiative: str
    value: DialogueValue
    offers: tuple[OfferValue, ...]
    programme: tuple[Line, ...]


def whole(capacity: int | None) -> tuple[OfferValue, ...]:
    """The whole dialogue as the one thing to sign up for."""
    return (OfferValue(key=WHOLE, capacity=capacity),)


def slots(day: str, first: str, *, count: int, every: int, lasts: int, seats: int, word: str) -> tuple[OfferValue, ...]:
    """Groups that begin one after the other; `every` and `lasts` are minutes."""
    begin = wall(f"{day}T{first}")
    starts = [begin + number * timedelta(minutes=every) for number in range(count)]
    return tuple(
        OfferValue(
            key=f"{start:%H-%M}",
            capacity=seats,
            title=f"{word} um {start:%H:%M} Uhr",
            start=start.strftime(WALL),
            end=(start + timedelta(minutes=lasts)).strftime(WALL),
        )
        for start in starts
    )
