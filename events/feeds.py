"""Calendar files of dialogues for everybody: one to take along, or a feed to subscribe to.

Pure: facts in, bytes out. METHOD:PUBLISH without ATTENDEE (RFC 5546 section 3.2.1): nobody is asked anything.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from kit.errors import Refused
from kit.i18n import _
from kit.ical import Conference, Entry, FaultyCalendar, Organizer, Series, Status, calendar

log = logging.getLogger(__name__)

REFRESH = timedelta(hours=1)
"""How often programs that subscribe are asked to look again."""

State = Literal["draft", "published", "postponed", "cancelled", "held", "closed"]

_STATUS: dict[State, Status] = {
    "draft": "TENTATIVE",
    "published": "CONFIRMED",
    "postponed": "TENTATIVE",
    "cancelled": "CANCELLED",
    "held": "CONFIRMED",
    "closed": "CONFIRMED",
}


class NoFile(Refused):
    """The facts make no calendar file, for example a time that does not exist in the zone."""

    def default(self) -> str:
        return _("Für diesen Dialog gibt es gerade keine Kalenderdatei. Tag und Uhrzeit stehen auf seiner Seite.")


@dataclass(frozen=True, kw_only=True)
class FeedEntry:
    """One dialogue as everybody may read it, or its own team; `place` and `description` hold no link that only participants get;
    `conference` and `alarm` are for those who have a place.

    `start` and `end` are naive wall times of `zone`; with `all_day` the first and the last day; with `series` the first
    regular date. `changed` is the
    aware time of the last change: it is the stamp too, so that an unchanged feed stays the same to the byte.
    `organizer` is the initiative with its public address, or None.
    """

    uid: str
    sequence: int
    changed: datetime
    title: str
    start: datetime
    end: datetime
    zone: str
    state: State
    url: str
    place: str = ""
    description: str = ""
    all_day: bool = False
    categories: tuple[str, ...] = ()
    geo: tuple[float, float] | None = None
    organizer: Organizer | None = None
    color: str = ""
    image: str = ""
    conference: Conference | None = None
    alarm: timedelta | None = None
    series: Series | None = None


def feed(entries: Sequence[FeedEntry], name: str) -> bytes:
    """A feed. Cancelled dialogues belong in it: only so they vanish from calendars.

    An entry with a fault is left out and logged, so that the others still reach people.
    """
    found = [_entry(entry) for entry in entries]
    try:
        return calendar(found, "PUBLISH", name=name, refresh=REFRESH)
    except FaultyCalendar:
        return calendar([entry for entry in found if _sound(entry)], "PUBLISH", name=name, refresh=REFRESH)


def _sound(entry: Entry) -> bool:
    try:
        calendar([entry], "PUBLISH")
    except FaultyCalendar as error:
        log.error("a feed leaves %s out: %s", entry.uid, error)  # noqa: TRY400 - the words say it all
        return False
    return True


def single(entry: FeedEntry) -> bytes:
    """The file of one dialogue. Raises NoFile."""
    try:
        return calendar([_entry(entry)], "PUBLISH")
    except FaultyCalendar as error:
        log.error("no file of %s: %s", entry.uid, error)  # noqa: TRY400 - the words say it all
        raise NoFile from error


def _entry(entry: FeedEntry) -> Entry:
    return Entry(
        uid=entry.uid,
        sequence=entry.sequence,
        dtstamp=entry.changed,
        last_modified=entry.changed,
        start=entry.start,
        end=entry.end,
        zone=entry.zone,
        all_day=entry.all_day,
        summary=entry.title,
        description=entry.description,
        location=entry.place,
        url=entry.url,
        organizer=entry.organizer,
        status=_STATUS[entry.state],
        transp="TRANSPARENT" if entry.state == "cancelled" else "OPAQUE",
        categories=entry.categories,
        geo=entry.geo,
        color=entry.color,
        image=entry.image,
        conference=entry.conference,
        alarm=entry.alarm,
        series=entry.series,
    )
