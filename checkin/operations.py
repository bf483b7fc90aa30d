"""What changes the door: its links. Arrivals belong to the registrations."""

from datetime import datetime

from sqlmodel import Session

from checkin import queries
from checkin.duty import Duty
from checkin.models import DoorLink
from checkin.rules import MOST_LINKS, link_open
from events.models import Dialogue
from events.operations import lock_dialogue
from kit.errors import Refused
from kit.i18n import _
from kit.journal import audit

NOTHING_SAID = Duty()


class ManyLinks(Refused):
    def default(self) -> str:
        return _("Mehr als 20 Zugänge gibt es nicht. Beenden Sie zuerst einen, der nicht mehr gebraucht wird.")


class DoorClosed(Refused):
    def default(self) -> str:
        return _("Dieser Dialog ist vorbei. Einen Zugang zum Einlass gibt es nicht mehr.")


def make_link(
    session: Session, *, dialogue: Dialogue, name: str, duty: Duty = NOTHING_SAID, actor: str, now: datetime
) -> DoorLink:
    """A new link to the door of a dialogue, with when and where its helper is needed. Raises ManyLinks and DoorClosed."""
    lock_dialogue(session, dialogue.id)
    if not link_open(ended_at=None, ends_at=dialogue.ends_at, now=now):
        raise DoorClosed
    if len(queries.open_links(session, dialogue.id)) >= MOST_LINKS:
        raise ManyLinks
    link = DoorLink(
        initiative_id=dialogue.initiative_id,
        dialogue_id=dialogue.id,
        name=name,
        duty_start=duty.start,
        duty_end=duty.end,
        duty_place=duty.place,
        created_at=now,
    )
    session.add(link)
    _note(session, link, actor=actor, action="door_link.create", now=now)
    return link


def end_link(session: Session, *, link: DoorLink, actor: str, now: datetime) -> bool:
    """The link opens nothing from now on. Doing it twice changes nothing."""
    lock_dialogue(session, link.dialogue_id)
    session.refresh(link)
    if link.ended_at is not None:
        return False
    link.ended_at = now
    session.add(link)
    _note(session, link, actor=actor, action="door_link.end", now=now)
    return True


def _note(session: Session, link: DoorLink, *, actor: str, action: str, now: datetime) -> None:
    audit(
        session,
        initiative_id=link.initiative_id,
        actor=actor,
        action=action,
        object_kind="door_link",
        object_id=link.id,
        now=now,
    )
