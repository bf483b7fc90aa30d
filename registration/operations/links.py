"""Sending the links of an address once more."""

from datetime import datetime

from sqlmodel import Session

from kit.journal import answered, remember
from kit.text import normalised_address
from mail.queries import DAY
from registration import letters, queries
from registration.operations import standing
from registration.operations.own import fresh
from registration.rules import ACTIVE, LINK_REQUESTS_PER_DAY, State

FLOW = "link"


def send_links(session: Session, *, email: str, form_key: str, now: datetime) -> int:
    """Sends each living registration of an address its link. Returns how many letters were written.

    Not more than three times a day for one address; the same form key writes no letter twice.
    """
    address = normalised_address(email)
    if queries.link_requests(session, address, since=now - DAY) >= LINK_REQUESTS_PER_DAY:
        return 0
    written = 0
    for registration in queries.living_of_address(session, address, now=now):
        _dialogue, registration = fresh(session, registration)
        key = f"{registration.id}:{form_key}"
        if answered(session, initiative_id=registration.initiative_id, key=key, flow=FLOW):
            continue
        if registration.state in ACTIVE:
            sent = letters.link_again(session, registration, now=now)
        elif registration.state in (State.UNCONFIRMED, State.EXPIRED) and registration.email_verified_at is None:
            sent = letters.confirm_address(session, registration, now=now)
        else:
            continue
        if sent is not None:
            remember(
                session,
                initiative_id=registration.initiative_id,
                key=key,
                flow=FLOW,
                object_id=registration.id,
                now=now,
            )
            standing.note(session, registration, actor="visitor", action="registration.link_sent", now=now)
            written += 1
    return written
