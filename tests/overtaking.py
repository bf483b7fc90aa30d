"""Two changes at the same moment: the second begins while the first is not committed yet."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

from kit.db import Database, Scope

Work = Callable[[Any], Any]


def overtaken(database: Database, scope: Scope, first: Work, second: Work) -> BaseException | None:
    """Ends `first` when `second` waits for it or is through. Returns what the second raised."""
    return beside(database, scope, first, lambda: database.transact(scope, second)).exception()


def beside(database: Database, scope: Scope, first: Work, request: Callable[[], Any]) -> Future[Any]:
    """The same with a whole request as the second. Returns what became of it."""
    with ThreadPoolExecutor(1) as threads:
        with database.write(scope) as session:
            first(session)
            session.flush()
            running = threads.submit(request)
            wait([running], 0.2)
        return running
