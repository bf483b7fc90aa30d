"""What is due for deletion: each rule of the personal-data register, and the functions that carry it out.

The worker runs them every night, `dialogwerk retention-run` at any time. Each works in chunks and may run twice.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import delete
from sqlmodel import Session, col

from accounts import operations as accounts
from accounts.rules import OPERATOR_INITIATIVE_ID
from checkin import retention as checkin
from feedback import insights
from kit import downloads
from kit.db import Database, wide
from kit.journal import SYSTEM, RateCounter, audit
from mail import retention as mail
from network import operations as network
from network.operations import ensure_operator
from network.operations import retention as network_retention
from registration.operations import retention as registration
from registration.operations.sweeps import forget_unconfirmed
from subscription import operations as subscription

log = logging.getLogger("dialogwerk.retention")

COUNTERS_KEPT = timedelta(days=1)
Sweep = Callable[[Database, datetime], int]


def _whole(work: Callable[..., int]) -> Sweep:
    """A sweep that repeats one short transaction over all initiatives until nothing is due."""

    def sweep(data: Database, now: datetime) -> int:
        done = 0
        while chunk := data.transact(wide("sweep"), lambda session: work(session, now=now), background=True):
            done += chunk
        return done

    return sweep


def _forget_counters(session: Session, *, now: datetime) -> int:
    gone = delete(RateCounter).where(col(RateCounter.window) < now - COUNTERS_KEPT)
    return session.connection().execute(gone).rowcount


# Key of the register (docs/rules.md, Retention) → what carries it out.
RULES: dict[str, tuple[Sweep, ...]] = {
    "access": (registration.forget_access_needs,),
    "attendee": (
        forget_unconfirmed,
        registration.forget_told,
        _whole(registration.forget_mailings),
        _whole(checkin.forget_gates),
        _whole(insights.forget_minutes),
    ),
    "letter": (_whole(mail.forget_letters),),
    "account": (
        _whole(accounts.forget_ended),
        _whole(network.forget_invitations),
        _whole(network_retention.forget_people),
    ),
    "note": (_whole(network_retention.forget_notes),),
    "inbound": (_whole(mail.forget_inbound),),
    "counter": (_whole(_forget_counters),),
    "subscription": (_whole(subscription.forget), _whole(subscription.forget_mentions)),
    "download": (downloads.forget_expired,),
}


def _prove(session: Session, *, key: str, count: int, now: datetime) -> None:
    """One row for what went: which rule, how many, when."""
    ensure_operator(session, now=now)
    audit(
        session,
        initiative_id=OPERATOR_INITIATIVE_ID,
        actor=SYSTEM,
        action="retention",
        object_kind="installation",
        object_id=key,
        detail=str(count),
        now=now,
    )


def run(data: Database, now: datetime) -> dict[str, int | None]:
    """Carries out every rule. Returns how many rows each took away; None: it failed, and the others went on."""
    done: dict[str, int | None] = {}
    for key, sweeps in RULES.items():
        try:
            count = done[key] = sum(sweep(data, now) for sweep in sweeps)
            if count:
                data.transact(wide("sweep"), partial(_prove, key=key, count=count, now=now), background=True)
        except Exception:
            log.exception("retention of %s failed", key)
            done[key] = None
    data.empty_journal()
    return done


def nightly(data: Database, now: datetime) -> int:
    return sum(count or 0 for count in run(data, now).values())
