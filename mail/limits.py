"""How often we write to an address that nobody has confirmed."""

from datetime import datetime

from sqlmodel import Session

from kit.rates import tally
from kit.text import normalised_address

UNCONFIRMED_A_DAY = 3


def over_limit(session: Session, *, address: str, now: datetime) -> bool:
    """Counts one more letter that anybody can have sent to this address; true from the fourth of a day (UTC) on.

    It counts by mailbox over all initiatives: capitals and what follows a plus make no other one.
    """
    return _counted(session, address, now, 1) > UNCONFIRMED_A_DAY


def give_back(session: Session, *, address: str, written_at: datetime) -> None:
    """What never went out does not count."""
    _counted(session, address, written_at, -1)


def _counted(session: Session, address: str, moment: datetime, by: int) -> int:
    local, _at, domain = normalised_address(address).partition("@")
    mailbox = f"{local.partition('+')[0] or local}@{domain}"
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return tally(session, bucket="unconfirmed", key=mailbox, window=day, by=by)
