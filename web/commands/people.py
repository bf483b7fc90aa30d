"""sign-in-link, create-admin."""

import argparse
import sys

from accounts import operations as accounts
from accounts import queries
from kit import clock
from kit.db import ScopedSession, database, wide
from kit.settings import settings
from kit.text import TextRefused, address, normalised_address
from network import operations as network


def sign_in_link(args: argparse.Namespace) -> int:
    """Prints a one-time link for somebody who is known; exit 1 for somebody who is not, 2 for what is no address."""
    try:
        email = normalised_address(args.email)
    except TextRefused as refused:
        print(refused.sentence, file=sys.stderr)
        return 2

    def work(session: ScopedSession) -> str | None:
        person = queries.person_by_address(session, email)
        if person is None:
            return None
        token = accounts.make_sign_in_link(session, person=person, now=clock.now())
        return f"{settings().base_url}/anmelden/{token}"

    found = database().transact(wide("person"), work)
    if found is None:
        print(f"Nobody signs in with {args.email}. create-admin makes the first person.", file=sys.stderr)
        return 1
    print(found)
    return 0


def create_admin(args: argparse.Namespace) -> int:
    """Makes somebody the service point's first person and prints a sign-in link."""
    try:
        email = address(args.email)
    except TextRefused as refused:
        print(refused.sentence, file=sys.stderr)
        return 2
    database().transact(wide("person"), lambda session: network.create_admin(session, email=email, now=clock.now()))
    return sign_in_link(args)
