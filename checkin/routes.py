"""The door: find people by name, tick them in, take it back. Everything works without script."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from checkin.pages import DoorPage, DoorParty, Guest, Verdict, VerdictPage
from checkin.queries import at_the_door, next_dialogue
from events.models import Dialogue
from events.rules import workspace_path
from kit.db import ScopedSession
from kit.endpoint import Call, Loaded, see_other
from kit.errors import BadRequest, NotFound, Refused
from kit.frames import workspace_frame
from kit.i18n import _, format_time
from kit.ids import new_id
from kit.registry import route
from kit.zones import local
from network import queries as network
from network.loaders import load_initiative
from network.models import Initiative
from registration import desk_queries, operations, queries
from registration.desk_pages import page_number, state_labels, state_sign
from registration.models import Arrival, Participant, Registration
from registration.routes.dialogues import BASE, head_of, load_live_dialogue
from registration.rules import MOST_PARTICIPANTS, State

PART = "einlass"
MOST_SHOWN = 50
DEVICE = "web"
_ARRIVAL = re.compile(r"[A-Za-z0-9_-]{8,23}")


class TakenBack(Refused):
    """The report was undone since; it is not counted again by sending the old page."""

    def default(self) -> str:
        return _("Diese Ankunft wurde zurückgenommen. Bitte suchen Sie die Person noch einmal.")


def load_participant(session: ScopedSession, params: Mapping[str, str]) -> Loaded:
    """The dialogue, the registration and the person that an address of the door names. Raises NotFound."""
    loaded = load_live_dialogue(session, params)
    return replace(loaded, thing=_found(session, loaded.thing, params["participant"]))


def _found(
    session: ScopedSession, dialogue: Dialogue, participant_id: str
) -> tuple[Dialogue, Registration, Participant]:
    person = desk_queries.participant_by_id(session, participant_id)
    registration = queries.registration_by_id(session, person.registration_id) if person else None
    if person is None or registration is None or registration.dialogue_id != dialogue.id:
        raise NotFound
    return dialogue, registration, person


def _path(call: Call, dialogue: Dialogue) -> str:
    return f"{head_of(call, dialogue, PART).path}/{PART}"


def show_next(call: Call) -> Response:
    """To the door of the dialogue that runs or comes next; without one to the overview."""
    initiative: Initiative = call.thing
    found = next_dialogue(call.session, initiative.id, call.now)
    return see_other(
        f"{workspace_path(initiative.slug, found.slug)}/{PART}" if found else f"/arbeitsplatz/{initiative.slug}/"
    )


def show(call: Call) -> DoorPage:
    """The search and the list: who has a seat, and below who has none."""
    dialogue: Dialogue = call.thing
    top = head_of(call, dialogue, PART)
    path = f"{top.path}/{PART}"
    initiative = network.initiative(call.session, dialogue.initiative_id)
    words = call.query.get("q", "").strip()[:100]
    number = page_number(call.query.get("seite", ""))
    seated = _parties(call, dialogue, words, path, seated=True, offset=(number - 1) * MOST_SHOWN)
    others = _parties(call, dialogue, words, path, seated=False) if number == 1 else []
    starts = local(dialogue.starts_at, dialogue.zone)
    ends = local(dialogue.ends_at, dialogue.zone)

    def page_path(wanted: int) -> str:
        kept = {"q": words, "seite": str(wanted) if wanted > 1 else ""}
        asked = urlencode({name: value for name, value in kept.items() if value})
        return f"{path}?{asked}" if asked else path

    return DoorPage(
        frame=workspace_frame(call, nav="overview", initiative=initiative),
        head=top,
        path=path,
        words=words,
        parties=tuple(seated[:MOST_SHOWN]),
        others=tuple(others[:MOST_SHOWN]),
        more_others=len(others) > MOST_SHOWN,
        before_path=page_path(number - 1) if number > 1 else "",
        after_path=page_path(number + 1) if len(seated) > MOST_SHOWN else "",
        arrived=desk_queries.arrived_counted(call.session, dialogue.id),
        expected=desk_queries.confirmed_counted(call.session, dialogue.id),
        arrival=new_id(),
        starts=starts,
        other_day=not starts.date() <= local(call.now, dialogue.zone).date() <= ends.date(),
        done=_("Die Ankunft ist zurückgenommen.") if call.query.get("neu") == "zurueck" else "",
    )


def _parties(
    call: Call, dialogue: Dialogue, words: str, path: str, *, seated: bool, offset: int = 0
) -> list[DoorParty]:
    """One page of parties that fit the words, and the first one behind it."""
    registrations = at_the_door(
        call.session, dialogue.id, words=words.split()[:8], seated=seated, offset=offset, limit=MOST_SHOWN + 1
    )
    ids = [row.id for row in registrations]
    people = queries.participants_of_many(call.session, ids)
    offers = desk_queries.offers_of_many(call.session, ids)
    arrivals = desk_queries.arrivals_of_many(call.session, ids)
    found = []
    for row in registrations:
        guests = tuple(
            Guest(
                value=person.id,
                path=f"{path}/{person.id}",
                name=person.name or "",
                arrived=local(arrivals[person.id].at, dialogue.zone) if person.id in arrivals else None,
            )
            for person in people[row.id]
        )
        found.append(
            DoorParty(
                contact="" if any(guest.name == row.name for guest in guests) else row.name or "",
                organisation=row.organisation or "",
                offer=offers[row.id].title if row.id in offers else "",
                sign=state_sign(row, dialogue.zone),
                guests=guests,
            )
        )
    return found


def create(call: Call) -> Response:
    """Ticks people of one party in. The same report sent again is one arrival; whoever has no seat is not counted."""
    dialogue: Dialogue = call.thing
    # The button of a whole party sends its people in one value, with blanks between.
    wanted = " ".join(map(str, call.form.getlist("participant"))).split()[: MOST_PARTICIPANTS + 1]
    reported = str(call.form.get("arrival", ""))
    if not 1 <= len(wanted) <= MOST_PARTICIPANTS or not _ARRIVAL.fullmatch(reported):
        raise BadRequest
    fresh = True
    for participant_id in wanted:
        _dialogue, registration, person = _found(call.session, dialogue, participant_id)
        if registration.state != State.CONFIRMED:
            return see_other(f"{_path(call, dialogue)}/{person.id}")
        arrival_id = f"{reported}-{person.id}"
        arrival, new = operations.arrive(
            call.session,
            participant=person,
            arrival_id=arrival_id,
            device=DEVICE,
            actor=call.viewer.actor,
            now=call.now,
        )
        if arrival.undone_at is not None:
            raise TakenBack
        fresh = fresh and (new or arrival.id == arrival_id)
    return see_other(f"{_path(call, dialogue)}/{wanted[0]}{'?neu=ja' if fresh else ''}")


def show_verdict(call: Call) -> VerdictPage | Response:
    """In, already in, or not admitted; back to the search for who may come in and did not yet."""
    dialogue, registration, person = call.thing
    arrival = queries.arrival_of(call.session, person.id)
    if arrival is None and registration.state == State.CONFIRMED:
        return see_other(f"{_path(call, dialogue)}?q={registration.reference}")
    offer = desk_queries.offers_of_many(call.session, [registration.id]).get(registration.id)
    path = _path(call, dialogue)
    initiative = network.initiative(call.session, dialogue.initiative_id)
    verdict, title, reason, note = _verdict(call, dialogue, registration, arrival)
    party = [
        other
        for other in queries.participants_of(call.session, registration.id)
        if other.id != person.id and registration.state == State.CONFIRMED
    ]
    arrivals = desk_queries.arrivals_of_many(call.session, [registration.id])
    unnamed = _("Name noch offen")
    return VerdictPage(
        frame=workspace_frame(call, nav="overview", initiative=initiative),
        verdict=verdict,
        title=title,
        arrived=desk_queries.arrived_counted(call.session, dialogue.id),
        expected=desk_queries.confirmed_counted(call.session, dialogue.id),
        name=person.name or unnamed,
        reason=reason,
        offer=offer.title if offer else "",
        note=note,
        others=tuple((other.id, other.name or unnamed) for other in party if other.id not in arrivals),
        inside=tuple(other.name or unnamed for other in party if other.id in arrivals),
        arrival=new_id(),
        door_path=path,
        undo_path=f"{path}/{person.id}/zuruecknahme" if arrival is not None else "",
        dialogue=dialogue.title,
    )


def _verdict(
    call: Call, dialogue: Dialogue, registration: Registration, arrival: Arrival | None
) -> tuple[Verdict, str, str, str]:
    """The verdict, its word, its reason and what to do."""
    if arrival is not None and call.query.get("neu") == "ja":
        return Verdict.IN, _("Drin"), _("Eingelassen um %(time)s") % {"time": _clock(arrival, dialogue)}, ""
    if arrival is not None:
        return (
            Verdict.BEFORE,
            _("Schon drin"),
            _("Drin seit %(time)s") % {"time": _clock(arrival, dialogue)},
            _(
                "Ist das dieselbe Person? Dann weiter. Sonst sehen Sie sich einen Personalausweis an und rufen Sie die Initiative."
            ),
        )
    ask = _("Bitte schicken Sie die Person zur Initiative. Sie kann einen freien Platz vergeben.")
    if registration.state in (State.CANCELLED, State.DECLINED):
        return Verdict.NOT, _("Abgesagt"), _("Diese Anmeldung ist abgesagt."), ask
    return (
        Verdict.NOT,
        _("Kein Platz"),
        _("Stand: %(state)s") % {"state": state_labels()[State(registration.state)]},
        ask,
    )


def _clock(arrival: Arrival, dialogue: Dialogue) -> str:
    return format_time(local(arrival.at, dialogue.zone))


def undo(call: Call) -> Response:
    """Takes an arrival back. Doing it twice changes nothing."""
    dialogue, _registration, person = call.thing
    operations.undo_arrival(call.session, participant=person, actor=call.viewer.actor, now=call.now)
    return see_other(f"{_path(call, dialogue)}?neu=zurueck")


_POST: dict[str, Any] = {"permission": "helper", "changes_state": True, "rate": "session"}

ROUTES = [
    route("GET", f"/arbeitsplatz/{{initiative}}/{PART}", show_next, permission="helper", loads=load_initiative),
    route("GET", f"{BASE}/{PART}", show, permission="helper", loads=load_live_dialogue),
    route("POST", f"{BASE}/{PART}", create, loads=load_live_dialogue, **_POST),
    route("GET", f"{BASE}/{PART}/{{participant}}", show_verdict, permission="helper", loads=load_participant),
    route("POST", f"{BASE}/{PART}/{{participant}}/zuruecknahme", undo, loads=load_participant, **_POST),
]
