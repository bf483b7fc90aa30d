"""retention-run: deletes what is due, and says how much of each kind."""

import argparse

from kit import clock
from kit.db import database
from kit.settings import SettingsError
from web import retention
from web.schema import schema_fault

# Key of the register → what its number counts.
COUNTED = {
    "access": "what people wrote about what they need",
    "attendee": "registrations emptied, letters to many",
    "letter": "letters that belong to no registration, a month old",
    "account": "used or old sign-in links, ended sessions, old invitations, people without a role",
    "note": "reports of a barrier",
    "inbound": "raw inbound mail",
    "counter": "counters of limits",
    "subscription": "subscriptions, and what they were told",
    "download": "lists and badges made for a team",
}


def retention_run(_args: argparse.Namespace) -> int:
    """One line a rule; exit 1 when one of them failed."""
    if fault := schema_fault(database()):
        raise SettingsError(f"The database: {fault}")
    done = retention.run(database(), clock.now())
    for key, count in done.items():
        print(f"{key} ({COUNTED[key]}): {'failed, see the log' if count is None else count}")
    return 1 if None in done.values() else 0
