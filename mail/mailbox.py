"""The mailbox that answers and returned letters come to, and its plus addresses."""

import re
from functools import lru_cache

from kit.settings import settings


def token_of(address: str) -> str | None:
    """What follows the plus of an address of the mailbox, "" without a plus; None for every other address."""
    found = _written(settings().reply_address).fullmatch(address.strip().strip("<>"))
    return (found[1] or "").lower() if found else None


def named_in(text: str) -> list[str]:
    """All addresses of the mailbox that stand in a text, a header for example."""
    return [found[0] for found in _written(settings().reply_address).finditer(text)]


@lru_cache(maxsize=8)
def _written(mailbox: str) -> re.Pattern[str]:
    if not mailbox:
        return re.compile("(?!)()")
    local, _at, domain = mailbox.rpartition("@")
    # Not the end of a longer address, and not the beginning of a longer domain.
    return re.compile(
        rf"(?<![\w.+%-]){re.escape(local)}(?:\+([\w-]{{0,64}}))?@{re.escape(domain)}(?![\w-]|\.\w)",
        re.IGNORECASE | re.ASCII,
    )
