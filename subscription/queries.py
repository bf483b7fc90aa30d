"""Every SELECT about subscriptions, named after its question."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import bindparam
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from events.models import Dialogue
from events.rules import DialogueState, Visibility
from kit.db import Prepared
from network.models import Initiative
from subscription.models import Mention, Subscription
from subscription.rules import State, Wanted


@dataclass(frozen=True)
class News:
    """A new dialogue as a letter tells it, named as in the table. `start` and `end` are wall times."""

    id: str
    initiative_id: str
    slug: str
    title: str
    format_code: str
    start: str
    end: str
    place: str
    city: str
    land: str
    kreis: str
    online: bool
    published_at: datetime
    inviter: str


def wanted_by(subscription: Subscription) -> Wanted:
    return Wanted(subscription.land, subscription.format_code, subscription.inviter_id, subscription.kreis)


def subscription_by_id(session: Session, subscription_id: str) -> Subscription | None:
    return session.exec(select(Subscription).where(Subscription.id == subscription_id)).first()


def by_consent(session: Session, consent_id: str) -> Subscription | None:
    """The subscription for which this declaration counts."""
    return session.exec(select(Subscription).where(Subscription.consent_id == consent_id)).first()


def locked(session: Session, subscription_id: str) -> Subscription | None:
    """The row as it is now, held until the end of the transaction."""
    return session.exec(
        select(Subscription)
        .where(Subscription.id == subscription_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()


def held_by(session: Session, normalised_email: str, wanted: Wanted, *, lock: bool = True) -> Subscription | None:
    """The subscription of an address for these dialogues that has not ended; locked until the end of the transaction."""
    found = select(Subscription).where(
        Subscription.normalised_email == normalised_email,
        Subscription.land == wanted.land,
        Subscription.format_code == wanted.format_code,
        Subscription.inviter_id == wanted.inviter_id,
        Subscription.kreis == wanted.kreis,
    )
    if lock:
        found = found.with_for_update().execution_options(populate_existing=True)
    return session.exec(found).first()


def any_due(session: Session, *, now: datetime) -> bool:
    """Whether some subscription may get a letter now."""
    first = select(Subscription.id).where(Subscription.state == State.ACTIVE, col(Subscription.next_at) <= now).limit(1)
    return session.exec(first).first() is not None


def due(session: Session, *, now: datetime, limit: int) -> list[Subscription]:
    """Active subscriptions that may get a letter now, held until the end of the transaction."""
    return list(
        session.exec(
            select(Subscription)
            .where(Subscription.state == State.ACTIVE, col(Subscription.next_at) <= now)
            .order_by(col(Subscription.next_at), Subscription.id)
            .limit(limit)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


_TOLD = tuple(field.name for field in fields(News) if field.name != "inviter")
_NEWS = Prepared(
    select_columns(*(getattr(Dialogue, name) for name in _TOLD), col(Initiative.name))
    .join(Initiative, col(Initiative.id) == col(Dialogue.initiative_id))
    .where(
        col(Dialogue.state) == DialogueState.PUBLISHED,
        col(Dialogue.visibility) == Visibility.PUBLIC,
        col(Dialogue.published_at) > bindparam("since"),
        col(Dialogue.starts_at) > bindparam("now"),
    )
    .order_by(col(Dialogue.start), col(Dialogue.sort_key), col(Dialogue.id))
)


def news(session: Session, *, since: datetime, now: datetime) -> list[News]:
    """Public dialogues to come that were published after a time, in the order of their beginning."""
    return [News(*row) for row in _NEWS(session, since=since, now=now)]


def mentioned(session: Session, subscription_ids: Sequence[str]) -> set[tuple[str, str]]:
    """(subscription, dialogue) of all that was told."""
    rows = session.exec(
        select(Mention.subscription_id, Mention.dialogue_id).where(col(Mention.subscription_id).in_(subscription_ids))
    )
    return {(subscription_id, dialogue_id) for subscription_id, dialogue_id in rows}
