"""The letter to the service point: mail waits for somebody."""

from datetime import datetime

from sqlmodel import Session

from accounts.models import Person
from accounts.rules import OPERATOR_INITIATIVE_ID
from kit import i18n
from kit.i18n import ngettext
from kit.settings import settings
from mail.models import Letter
from mail.operations import post

WAITING_POST = "waiting_post"


def waiting_post(session: Session, person: Person, *, count: int, now: datetime) -> Letter | None:
    """How many messages wait, and where; nothing of what they say. Once a day for each person."""
    with i18n.use(person.language):
        subject = ngettext("%(num)d Nachricht wartet auf Sie", "%(num)d Nachrichten warten auf Sie", count)
    return post(
        session,
        initiative_id=OPERATOR_INITIATIVE_ID,
        kind=WAITING_POST,
        dedupe_key=f"{WAITING_POST}:{person.id}:{now:%Y%m%d}",
        recipient=person.email,
        recipient_name=person.name,
        language=person.language,
        subject=subject,
        template=WAITING_POST,
        values={"name": person.name, "count": count, "desk": f"{settings().base_url}/servicestelle/post"},
        links={},
        now=now,
    )
