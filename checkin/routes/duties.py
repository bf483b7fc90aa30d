"""The calendar of a helper's duty."""

from collections.abc import Mapping

from starlette.responses import Response

from checkin.duty import DUTY, duty_entry
from checkin.queries import link_by_id
from events.date_queries import dates_of
from events.feeds import feed
from events.models import Dialogue
from kit.db import ScopedSession, row_by_id
from kit.endpoint import Call, Loaded
from kit.errors import NotFound
from kit.etag import tagged
from kit.tokens import present


def load_duty(session: ScopedSession, params: Mapping[str, str]) -> Loaded:
    """The link whose duty this is. Raises NotFound."""
    presented = present(params["token"])
    link = link_by_id(session, presented.object_id) if presented else None
    if presented is None or link is None or not presented.proves(DUTY, 1):
        raise NotFound
    return Loaded(link, link.initiative_id)


def show(call: Call) -> Response:
    """One entry, for a program that asks again and again."""
    dialogue = row_by_id(call.session, Dialogue, call.thing.dialogue_id)
    entry = duty_entry(call.thing, dialogue, dates_of(call.session, dialogue))
    return tagged(call.request, feed([entry], entry.title), "text/calendar; charset=utf-8", private=True)
