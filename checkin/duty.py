"""When and where a helper is needed, as a calendar under an address of its own: people share it, and it opens no door."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from checkin.models import DoorLink
from events.dates import Dates, entry_times
from events.feeds import FeedEntry
from events.forms.fields import YEARS
from events.lines import moment
from events.models import Dialogue
from events.rules import WALL, Visibility, degrees, wall
from kit import zones
from kit.i18n import _
from kit.ical import Moved, Series
from kit.settings import settings
from kit.tokens import derive
from registration.letters import place_lines

DUTY = "duty"


class Duty(NamedTuple):
    """Wall times of the dialogue, and a place; empty: as the dialogue."""

    start: str = ""
    end: str = ""
    place: str = ""


def duty_path(link_id: str) -> str:
    return f"/kalender/einsatz/{derive(DUTY, link_id, 1)}.ics"


def read_times(start: str, end: str, zone: str) -> tuple[str, str] | None:
    """Both times as they are kept, both empty when nothing was typed; None when they are no beginning and end."""
    if not start and not end:
        return "", ""
    first, last = moment(start), moment(end)
    if first is None or last is None or not {first.year, last.year} <= set(YEARS):
        return None
    if zones.is_gap(first, zone) or zones.is_gap(last, zone) or zones.to_utc(first, zone) >= zones.to_utc(last, zone):
        return None
    return first.strftime(WALL), last.strftime(WALL)


def _doors_of(series: Series | None, doors: Callable[[datetime], datetime]) -> Series | None:
    if series is None:
        return None
    moved = (Moved(doors(date.regular), doors(date.start), date.end) for date in series.moved)
    return Series(series.rule, tuple(map(doors, series.dropped)), tuple(moved))


def duty_entry(link: DoorLink, dialogue: Dialogue, dates: Dates = ()) -> FeedEntry:
    """The duty as it holds now; cancelled with the dialogue or with the link, so that it vanishes from calendars.

    Without times of its own it is on each of the `dates` of a dialogue with several, from the admission on; from the
    beginning where the clocks jump over an admission.
    """

    def doors(begin: datetime) -> datetime:
        early = dialogue.admission and dialogue.admission < f"{begin:%H:%M}"
        return wall(f"{begin:%Y-%m-%d}T{dialogue.admission}") if early else begin

    start, end, series = entry_times(dialogue, dates)
    begins = [start, *(wall(begin) for date in dates for begin in (date.recurrence_id, date.start))]
    if not any(zones.is_gap(doors(begin), dialogue.zone) for begin in begins):
        start, series = doors(start), _doors_of(series, doors)
    if link.duty_start:
        start, end, series = wall(link.duty_start), wall(link.duty_end), None
    shown = dialogue.visibility != Visibility.INVITED
    gone = dialogue.state == "cancelled" or link.ended_at is not None
    return FeedEntry(
        uid=f"{link.id}@{settings().host}",
        sequence=dialogue.calendar_sequence + (link.ended_at is not None),
        changed=max(dialogue.changed_at, link.ended_at or link.created_at),
        title=_("Einlass: %(title)s") % {"title": dialogue.title},
        start=start,
        end=end,
        series=series,
        zone=dialogue.zone,
        state="cancelled" if gone else dialogue.state,  # type: ignore[arg-type]
        url=f"{settings().base_url}/dialoge/{dialogue.slug}" if shown else "",
        place=link.duty_place or ", ".join(filter(None, (link.name, *place_lines(dialogue, None)))),
        description=_("Ihr Einsatz als Helferin oder Helfer."),
        geo=None if link.duty_place else degrees(dialogue.coordinates),
    )
