"""The two letters of a subscription: the question whether it is wanted, and new dialogues."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlencode

from sqlmodel import Session

from accounts.rules import OPERATOR_INITIATIVE_ID
from kit import i18n
from kit.i18n import _, ngettext
from mail.marks import Link
from mail.operations import post
from network.models import Initiative
from subscription.models import Subscription
from subscription.queries import News, wanted_by
from subscription.rules import CONFIRM_PURPOSE, MOST_LISTED, OWN_PURPOSE, State
from subscription.words import wanted_words

CONFIRM = "subscription_confirm"
NEW_DIALOGUES = "new_dialogues"
OWN_PATH = "/abo/{token}"
CONFIRM_PATH = "/abo/bestaetigen/{token}"


def keys_of(subscription: Subscription) -> str:
    """How the keys of all its letters begin."""
    return f"subscription:{subscription.id}:"


def own_link(subscription: Subscription) -> Link:
    return Link(OWN_PURPOSE, subscription.id, subscription.token_version, OWN_PATH)


def confirm_link(subscription: Subscription) -> Link:
    return Link(CONFIRM_PURPOSE, subscription.id, subscription.token_version, CONFIRM_PATH)


def list_path(session: Session, subscription: Subscription) -> str:
    """The calendar with the same choice."""
    inviter = session.get(Initiative, subscription.inviter_id) if subscription.inviter_id else None
    values = {
        "land": subscription.land,
        "kreis": subscription.kreis,
        "format": subscription.format_code,
        "initiative": inviter.slug if inviter else "",
    }
    kept = urlencode({name: value for name, value in values.items() if value})
    return f"/?{kept}" if kept else "/"


def post_confirm(session: Session, subscription: Subscription, *, key: str, skip_reason: str, now: datetime) -> None:
    """Asks whether the address wants it. Whom the subscription runs for already is told so."""
    with i18n.use(subscription.language):
        subject = _("Bitte bestätigen: neue Dialoge per E-Mail")
        wanted = wanted_words(session, wanted_by(subscription))
    post(
        session,
        initiative_id=OPERATOR_INITIATIVE_ID,
        kind=CONFIRM,
        dedupe_key=f"{keys_of(subscription)}confirm:{key}",
        recipient=subscription.email,
        recipient_name="",
        language=subscription.language,
        subject=subject,
        template=CONFIRM,
        values={"wanted": wanted, "running": subscription.state == State.ACTIVE},
        links={"confirm": confirm_link(subscription)},
        skip_reason=skip_reason,
        now=now,
    )


def post_new_dialogues(session: Session, subscription: Subscription, found: Sequence[News], *, now: datetime) -> None:
    """Tells of dialogues, the first MOST_LISTED of them by name."""
    with i18n.use(subscription.language):
        if len(found) == 1:
            subject = _("Neuer Dialog: %(title)s") % {"title": found[0].title}
        else:
            subject = ngettext("%(num)d neuer Dialog", "%(num)d neue Dialoge", len(found)) % {"num": len(found)}
        wanted = wanted_words(session, wanted_by(subscription))
    own = own_link(subscription)
    post(
        session,
        initiative_id=OPERATOR_INITIATIVE_ID,
        kind=NEW_DIALOGUES,
        dedupe_key=f"{keys_of(subscription)}digest:{now:%Y%m%d%H%M%S}",
        recipient=subscription.email,
        recipient_name="",
        language=subscription.language,
        subject=subject,
        template=NEW_DIALOGUES,
        values={
            "dialogues": [
                (item, datetime.fromisoformat(item.start), datetime.fromisoformat(item.end))
                for item in found[:MOST_LISTED]
            ],
            "more": max(0, len(found) - MOST_LISTED),
            "wanted": wanted,
            "list_path": list_path(session, subscription),
        },
        links={"own": own},
        unsubscribe=own,
        mass=True,
        now=now,
    )
