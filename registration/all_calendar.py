"""All registrations of one mailbox as one calendar, over all initiatives.

Its address is asked for on one's own page and goes by letter to that mailbox alone, so only who reads the letters of all
these registrations learns it. Nothing of it is kept: it is derived from the registration it was asked from, ends with
its data and with its next calendar address, and shows whatever the mailbox has at that moment. docs/decisions/0017.
"""

from datetime import datetime, timedelta

from sqlmodel import Session

from events.feeds import FeedEntry
from kit.tokens import derive
from mail.marks import Link
from registration.calendar_queries import placed_of_address
from registration.models import Registration
from registration.own_calendar import own_entry

FEED = "all_calendar"
PAGE = "all_calendar_page"
PATH = "/kalender/alle/{token}"
STAYS = timedelta(days=90)
MOST_ENTRIES = 100


def feed_path(registration: Registration) -> str:
    """What a calendar program asks for; it opens nothing else, not even the page below."""
    return PATH.replace("{token}", derive(FEED, registration.id, registration.calendar_version)) + ".ics"


def page_link(registration: Registration) -> Link:
    """The page with the address, and with the button that ends it: for the letter."""
    return Link(PAGE, registration.id, registration.calendar_version, PATH)


def entries(session: Session, registration: Registration, *, now: datetime) -> list[FeedEntry]:
    """The registrations of the same mailbox that have or had a place, the latest first; those long over are left out."""
    if not registration.normalised_email:
        return []
    found = placed_of_address(session, registration.normalised_email, since=now - STAYS, limit=MOST_ENTRIES)
    return [entry for one in found if (entry := own_entry(session, one)) is not None]
