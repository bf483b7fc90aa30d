"""The control build: it sends mail after the commit without a job, as naive programs do. The kill test must see it lose.

Started as `python -m tests.spine.control serve --port N` in place of `web.cli`.
"""

import sys
import threading
from typing import Any

from sqlalchemy import event
from sqlmodel import Session

from kit.db import database
from mail import operations
from mail.delivery import Delivery
from mail.models import Letter


def send_after_commit(session: Session, letter: Letter) -> None:
    """What the product does not do: nothing remembers the letter between the commit and the mail."""
    from web.worker import MAKERS, sender_of

    delivery = Delivery(database(), executor_id="control", makers=MAKERS, sender_of=sender_of)
    initiative_id, letter_id = letter.initiative_id, letter.id

    def send(_session: Any) -> None:
        threading.Thread(target=delivery.deliver, args=(initiative_id, letter_id)).start()

    event.listen(session, "after_commit", send, once=True)


if __name__ == "__main__":
    operations._enqueue = send_after_commit
    from web.cli import main

    sys.exit(main())
