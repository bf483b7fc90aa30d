"""One member of a crowd: a process that signs up for one dialogue as fast as it can.

Started as `python -m tests.registration.crowd DIALOGUE_ID INITIATIVE_ID OFFER_ID FIRST COUNT`; prints one state a line.
"""

import sys

from events.models import Dialogue
from kit import clock
from kit.db import database, within
from registration.operations import register
from registration.rules import Party


def main(dialogue_id: str, initiative_id: str, offer_id: str, first: str, count: str) -> None:
    data = database()
    sys.stdin.readline()
    for number in range(int(first), int(first) + int(count)):

        def work(session, number=number):
            party = Party(
                email=f"crowd{number}@post.example",
                name=f"Gast Muster-{number}",
                organisation="",
                names=(f"Gast Muster-{number}",),
                offer_id=offer_id,
            )
            return register(
                session,
                dialogue=session.get_one(Dialogue, dialogue_id),
                party=party,
                form_key=f"crowd-form-key-{number:08}",
                now=clock.now(),
            )

        made = data.transact(within(initiative_id), work)
        print("held" if made.hold_until else "none", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
