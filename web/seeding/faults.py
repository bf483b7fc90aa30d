"""What is wrong with a description, and where."""

from collections.abc import Iterator
from contextlib import contextmanager

from kit import zones
from kit.errors import Refused


class Faulty(Exception):
    """The description cannot be put in place; `faults` are lines with the path of each fault."""

    def __init__(self, *faults: str) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


@contextmanager
def at(path: str) -> Iterator[None]:
    """Says where in the description a refusal belongs."""
    try:
        yield
    except Faulty as faulty:
        raise Faulty(*(fault if fault.startswith("$") else f"{path}: {fault}" for fault in faulty.faults)) from faulty
    except Refused as refused:
        raise Faulty(f"{path}: {refused.sentence}") from refused
    except (zones.NoSuchTime, zones.UnknownZone, ValueError) as error:
        raise Faulty(f"{path}: {error}") from error
