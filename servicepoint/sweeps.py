"""What the worker does for the service point by itself. It may run twice without harm."""

from datetime import datetime

from accounts import queries as accounts
from kit.db import Database, ScopedSession, wide
from mail import queries as mail
from network.operations import ensure_operator
from servicepoint.letters import waiting_post


def tell_of_post(database: Database, now: datetime) -> int:
    """Tells everybody of the service point that mail waits for a person, once a day as long as it does. Returns how many."""

    def work(session: ScopedSession) -> int:
        count = mail.inbound_count(session)
        if not count:
            return 0
        ensure_operator(session, now=now)
        people = accounts.everybody_of_the_desk(session)
        return sum(waiting_post(session, person, count=count, now=now) is not None for person in people)

    return database.transact(wide("sweep"), work, background=True)
