"""The door: search, list and camera on one page, and how many are in."""

from urllib.parse import urlencode

from starlette.responses import JSONResponse, Response

from checkin import queries as door_queries
from checkin.duty import duty_path
from checkin.pages import DoorPage, DoorParty, Guest
from checkin.routes.gates import PART, Gate, other_day_of
from checkin.routes.reports import elsewhere_of, guest_id_of, warning_of
from checkin.rules import looks_like_code, looks_like_reference
from events.date_queries import dates_of
from events.dates import date_at, span
from events.rules import wall, workspace_path
from kit.endpoint import Answer, Call, see_other
from kit.frames import workspace_frame
from kit.headers import WITH_CAMERA
from kit.i18n import _
from kit.ids import new_id
from kit.zones import local
from network import queries as network
from network.models import Initiative
from network.rules import ADMITTED
from registration import desk_queries, queries
from registration.desk_pages import page_number, state_sign
from registration.door_queries import guest_of
from registration.routes.dialogues import head_of, role_of

MOST_SHOWN = 50


def show_next(call: Call) -> Response:
    """To the door of the dialogue that runs or comes next; without one to the overview."""
    initiative: Initiative = call.thing
    found = door_queries.next_dialogue(call.session, initiative.id, call.now)
    return see_other(
        f"{workspace_path(initiative.slug, found.slug)}/{PART}" if found else f"/arbeitsplatz/{initiative.slug}/"
    )


def count(call: Call) -> Response:
    """How many are in, for pages that ask again and again."""
    gate: Gate = call.thing
    arrived, expected = door_queries.counted(call.session, gate.dialogue.id, gate.date(call.session, call.now))
    return JSONResponse({"arrived": arrived, "expected": expected})


def show(call: Call) -> Answer:
    """The search and the list: who has a seat, and below who has none."""
    gate: Gate = call.thing
    dialogue = gate.dialogue
    initiative = None if gate.link else network.initiative(call.session, dialogue.initiative_id)
    typed = call.query.get("q", "")
    words, warning = typed.strip()[:100], ""
    if looks_like_code(typed):
        # Without script a hand scanner types into the search; the list then holds whose code it is.
        guest_id = guest_id_of(typed)
        guest = guest_of(call.session, guest_id) if guest_id else None
        warning = warning_of(call, gate, guest)
        words = guest.reference if guest and not warning else ""
    elif looks_like_reference(words):
        row = door_queries.registration_by_reference(call.session, words.upper())
        warning = elsewhere_of(call, gate, row.dialogue_id) if row else ""
    number = page_number(call.query.get("seite", ""))
    listed = not warning
    seated = _parties(call, gate, words, seated=True, offset=(number - 1) * MOST_SHOWN) if listed else []
    others = _parties(call, gate, words, seated=False) if listed and number == 1 else []
    dates = dates_of(call.session, dialogue)
    at = date_at(dates, call.now, dialogue.zone)
    arrived, expected = door_queries.counted(call.session, dialogue.id, at.recurrence_id if at else "")

    def page_path(wanted: int) -> str:
        kept = {"q": words, "seite": str(wanted) if wanted > 1 else ""}
        asked = urlencode({name: value for name, value in kept.items() if value})
        return f"{gate.path}?{asked}" if asked else gate.path

    page = DoorPage(
        frame=workspace_frame(call, nav="overview", initiative=initiative),
        head=None if gate.link else head_of(call, dialogue, PART),
        dialogue=dialogue.title,
        gate=gate.link.name if gate.link else "",
        path=gate.path,
        links_path="" if gate.link or role_of(call) not in ADMITTED["organiser"] else f"{gate.path}/zugang",
        words=words,
        warning=warning,
        parties=tuple(seated[:MOST_SHOWN]),
        others=tuple(others[:MOST_SHOWN]),
        more_others=len(others) > MOST_SHOWN,
        before_path=page_path(number - 1) if number > 1 else "",
        after_path=page_path(number + 1) if len(seated) > MOST_SHOWN else "",
        arrived=arrived,
        expected=expected,
        arrival=new_id(),
        date=span(wall(at.start), wall(at.end)) if at else "",
        other_day=other_day_of(dialogue, dates, call.now),
        done=_("Die Ankunft ist zurückgenommen.") if call.query.get("neu") == "zurueck" else "",
        duty_path=duty_path(gate.link.id) if gate.link else "",
    )
    return Answer(page, headers=dict(WITH_CAMERA))


def _parties(call: Call, gate: Gate, words: str, *, seated: bool, offset: int = 0) -> list[DoorParty]:
    """One page of parties that fit the words, and the first one behind it."""
    zone = gate.dialogue.zone
    registrations = door_queries.at_the_door(
        call.session, gate.dialogue.id, words=words.split()[:8], seated=seated, offset=offset, limit=MOST_SHOWN + 1
    )
    ids = [row.id for row in registrations]
    people = queries.participants_of_many(call.session, ids)
    offers = desk_queries.offers_of_many(call.session, ids)
    arrivals = desk_queries.arrivals_of_many(call.session, ids, gate.date(call.session, call.now))
    found = []
    for row in registrations:
        guests = tuple(
            Guest(
                value=person.id,
                path=f"{gate.path}/{person.id}",
                name=person.name or "",
                arrived=local(arrivals[person.id].at, zone) if person.id in arrivals else None,
            )
            for person in people[row.id]
        )
        found.append(
            DoorParty(
                contact="" if any(guest.name == row.name for guest in guests) else row.name or "",
                organisation=row.organisation or "",
                offer=offers[row.id].title if row.id in offers else "",
                sign=state_sign(row, zone),
                guests=guests,
            )
        )
    return found
