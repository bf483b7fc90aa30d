"""One's own registration as a calendar that keeps itself up to date, under an address that opens nothing else."""

from sqlmodel import Session

from events.date_queries import dates_of
from events.feeds import FeedEntry
from events.models import Dialogue
from kit import i18n
from kit.db import row_by_id
from kit.settings import settings
from kit.tokens import derive
from network.models import Initiative
from registration import letters, queries
from registration.attachments import alarm_of, conference_of, geo_of, series_of
from registration.models import Invitation, Registration
from registration.rules import State

CALENDAR = "calendar"


def calendar_path(registration: Registration) -> str:
    """Where the calendar of a registration is; who changes its version ends the address before."""
    return f"/kalender/{derive(CALENDAR, registration.id, registration.calendar_version)}.ics"


def own_entry(session: Session, registration: Registration) -> FeedEntry | None:
    """The entry as it holds now, cancelled once the place is gone; None for whoever never had one.

    Under the UID of the mailed invitation, so that a calendar with both has one entry, not two.
    """
    dialogue = row_by_id(session, Dialogue, registration.dialogue_id)
    invitation = queries.invitation_of(session, registration.id)
    placed = registration.state == State.CONFIRMED
    if invitation is None and not placed:
        return None
    known = invitation or Invitation(
        id=registration.id,
        initiative_id=registration.initiative_id,
        registration_id=registration.id,
        recipient="",
        attended="",
        uid=f"{registration.id}@{settings().host}",
        sequence=dialogue.calendar_sequence,
        dtstamp=dialogue.changed_at,
        method="REQUEST",
    )
    coming = placed and dialogue.state != "cancelled"
    offer = queries.offer_of(session, registration.id)
    with i18n.use(registration.language):
        data = letters.invitation_data(
            known,
            registration,
            dialogue,
            offer,
            row_by_id(session, Initiative, registration.initiative_id),
            letters.programme_lines(session, dialogue),
            dates_of(session, dialogue),
            coming=coming,
        )
    start, end = letters.parse_times(data)
    return FeedEntry(
        uid=known.uid,
        sequence=known.sequence,
        changed=max(known.dtstamp, dialogue.changed_at),
        title=dialogue.title,
        start=start,
        end=end,
        zone=dialogue.zone,
        state=dialogue.state if coming else "cancelled",  # type: ignore[arg-type]  # nobody has a place in a draft
        url=settings().base_url + data["path"] if data["path"] else "",
        place=data["place"],
        description="\n".join(data["description"]),
        categories=tuple(data["categories"]),
        geo=geo_of(data),
        color=data["color"],
        conference=conference_of(data),
        alarm=alarm_of(data),
        series=series_of(data),
    )
