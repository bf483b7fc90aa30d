"""Two changes at the same moment: the second begins while the first is not committed yet."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

from kit.db import Database, Scope

Work = Callable[[Any], Any]


def overtaken(database: Database, scope: Scope, first: Work, second: Work) -> BaseException | None:
    """Ends `first` when `second` waits for it or is through. Returns what the second raised."""
    with ThreadPoolExecutor(1) as beside:
        with database.write(scope) as session:
            first(session)
            session.flush()
            running = beside.submit(database.transact, scope, second)
            wait([running], 0.2)
        return running.exception(10)
