"""Somebody is at the door: reported by name or by code, at once or when the connection is back; and taken back again."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.responses import Response

from checkin import queries as door_queries
from checkin.pages import Told, Verdict, VerdictPage, VerdictPart
from checkin.routes.gates import Gate, found_guest, other_day_of
from checkin.rules import came_at, readings
from events import queries as events
from kit.endpoint import Call, see_other
from kit.errors import BadRequest, Refused
from kit.frames import workspace_frame
from kit.i18n import _, format_date_only, format_time
from kit.ids import new_id
from kit.zones import local
from network import queries as network
from registration import operations, queries
from registration.checkin_code import LENGTH
from registration.codes import participant_id_of
from registration.desk_pages import state_labels
from registration.models import Arrival, Participant, Registration
from registration.rules import MOST_PARTICIPANTS, State

_ARRIVAL = re.compile(r"[A-Za-z0-9_-]{8,23}")
_WAITED = re.compile(r"-?[0-9]{1,9}")
# Set by the script of the door: the answer is put into the page that is open.
_IN_PLACE = "x-door"


class TakenBack(Refused):
    """The report was undone since; it is not counted again by sending the old page."""

    def default(self) -> str:
        return _("Diese Ankunft wurde zurückgenommen. Bitte suchen Sie die Person noch einmal.")


@dataclass(frozen=True)
class Report:
    """One report: an id that the device chose, and when the person stood there."""

    id: str
    at: datetime


def _report(call: Call) -> Report:
    reported, waited = str(call.form.get("arrival", "")), str(call.form.get("waited", "0"))
    if not _ARRIVAL.fullmatch(reported) or not _WAITED.fullmatch(waited):
        raise BadRequest
    return Report(reported, came_at(waited=int(waited), now=call.now))


def _in_place(call: Call) -> bool:
    return _IN_PLACE in call.request.headers


def person_of_code(call: Call, typed: str) -> Participant | None:
    """Whose code of this initiative was read or typed; None for all others, forged ones too."""
    for code in readings(typed, LENGTH):
        participant_id = participant_id_of(code)
        if participant_id is not None:
            return queries.participant_by_id(call.session, participant_id)
    return None


def _arrive(call: Call, gate: Gate, person: Participant, report: Report) -> tuple[Arrival, bool]:
    """The arrival that counts, and whether this report made it. Raises TakenBack."""
    arrival_id = f"{report.id}-{person.id}"
    arrival, new = operations.arrive(
        call.session,
        participant=person,
        arrival_id=arrival_id,
        device=gate.device,
        actor=gate.actor(call),
        now=call.now,
        at=report.at,
    )
    if arrival.undone_at is not None:
        raise TakenBack
    return arrival, new or arrival.id == arrival_id


def create(call: Call) -> Response | VerdictPart:
    """Ticks people of one party in. The same report sent again is one arrival; whoever has no seat is not counted."""
    gate: Gate = call.thing
    # The button of a whole party sends its people in one value, with blanks between.
    wanted = " ".join(map(str, call.form.getlist("participant"))).split()[: MOST_PARTICIPANTS + 1]
    report = _report(call)
    if not 1 <= len(wanted) <= MOST_PARTICIPANTS:
        raise BadRequest
    guests = [found_guest(call.session, gate.dialogue, participant_id) for participant_id in wanted]
    first = guests[0]
    fresh = True
    for registration, person in guests:
        if registration.state != State.CONFIRMED:
            if _in_place(call):
                return VerdictPart(_told(call, gate, registration, person, None, fresh=False))
            return see_other(f"{gate.path}/{person.id}")
        try:
            _arrival, mine = _arrive(call, gate, person, report)
        except TakenBack as refusal:
            if _in_place(call):
                return VerdictPart(_taken_back(gate, refusal))
            raise
        fresh = fresh and mine
    if _in_place(call):
        arrival = queries.arrival_of(call.session, first[1].id)
        return VerdictPart(_told(call, gate, *first, arrival, fresh=fresh))
    return see_other(f"{gate.path}/{wanted[0]}{'?neu=ja' if fresh else ''}")


def scan(call: Call) -> VerdictPart:
    """Ticks in whose code was read. Every readable report gets a verdict; the same one sent again the same verdict."""
    gate: Gate = call.thing
    report = _report(call)
    typed = str(call.form.get("code", ""))
    if not 1 <= len(typed) <= 500:
        raise BadRequest
    person = person_of_code(call, typed)
    if person is None:
        return VerdictPart(_unknown(gate))
    registration = queries.registration_of(call.session, person)
    if registration.erased_at is not None:
        return VerdictPart(_unknown(gate))
    if registration.dialogue_id != gate.dialogue.id:
        return VerdictPart(_elsewhere(call, gate, registration, person))
    if registration.state != State.CONFIRMED:
        arrival = queries.arrival_of(call.session, person.id)
        return VerdictPart(_told(call, gate, registration, person, arrival, fresh=False))
    try:
        arrival, fresh = _arrive(call, gate, person, report)
    except TakenBack as refusal:
        return VerdictPart(_taken_back(gate, refusal))
    return VerdictPart(_told(call, gate, registration, person, arrival, fresh=fresh))


def show_verdict(call: Call) -> VerdictPage | Response:
    """In, already in, or not admitted; back to the search for who may come in and did not yet."""
    gate, registration, person = call.thing
    arrival = queries.arrival_of(call.session, person.id)
    if arrival is None and registration.state == State.CONFIRMED:
        return see_other(f"{gate.path}?q={registration.reference}")
    arrived, expected = door_queries.counted(call.session, gate.dialogue.id)
    initiative = None if gate.link else network.initiative(call.session, gate.dialogue.initiative_id)
    return VerdictPage(
        frame=workspace_frame(call, nav="overview", initiative=initiative),
        told=_told(call, gate, registration, person, arrival, fresh=call.query.get("neu") == "ja"),
        arrived=arrived,
        expected=expected,
    )


def undo(call: Call) -> Response:
    """Takes an arrival back. Doing it twice changes nothing."""
    gate, _registration, person = call.thing
    operations.undo_arrival(call.session, participant=person, actor=gate.actor(call), now=call.now)
    if _in_place(call):
        return Response(status_code=204)
    return see_other(f"{gate.path}?neu=zurueck")


def warning_of(call: Call, gate: Gate, person: Participant | None) -> str:
    """Why a code that stands in the search is not good here; empty where it is."""
    if person is None:
        return _unknown(gate).reason
    return elsewhere_of(call, gate, queries.registration_of(call.session, person))


def elsewhere_of(call: Call, gate: Gate, registration: Registration) -> str:
    """Which other dialogue somebody signed up for; empty where it is this one."""
    if registration.dialogue_id == gate.dialogue.id:
        return ""
    return f"{_('Anderer Dialog')}. {_belongs_to(call, registration)}"


def _belongs_to(call: Call, registration: Registration) -> str:
    other = events.dialogue(call.session, registration.dialogue_id)
    when = format_date_only(local(other.starts_at, other.zone))
    return _("Gehört zu: %(title)s, %(day)s") % {"title": other.title, "day": when}


def _told(
    call: Call,
    gate: Gate,
    registration: Registration,
    person: Participant,
    arrival: Arrival | None,
    *,
    fresh: bool,
) -> Told:
    seated = registration.state == State.CONFIRMED
    party = door_queries.party(call.session, registration.id) if seated else []
    inside = door_queries.arrived_of_party(call.session, registration.id) if len(party) > 1 else set()
    unnamed = _("Name noch offen")
    others = [other for other in party if other.id != person.id]
    if seated:
        offer = next((one.offer for one in party if one.id == person.id), "")
    else:
        offer = door_queries.offer_title(call.session, person.id)
    return Told(
        **_verdict(gate, registration, person, arrival, fresh=fresh),
        name=person.name or unnamed,
        table=person.table_label if seated else "",
        top=offer or gate.dialogue.title,
        door_path=gate.path,
        arrival=new_id(),
        others=tuple((other.id, other.name or unnamed) for other in others if other.id not in inside),
        inside=tuple(other.name or unnamed for other in others if other.id in inside),
        undo_path=f"{gate.path}/{person.id}/zuruecknahme" if arrival is not None else "",
        other_day=other_day_of(gate.dialogue, call.now if arrival is None else arrival.at),
    )


def _verdict(
    gate: Gate, registration: Registration, person: Participant, arrival: Arrival | None, *, fresh: bool
) -> dict[str, Any]:
    """The verdict, its word, its reason and what to do."""
    if arrival is not None:
        time = {"time": format_time(local(arrival.at, gate.dialogue.zone))}
        if fresh:
            note = _("Diese Person möchte nicht fotografiert werden.") if person.no_photo else ""
            reason = _("Eingelassen um %(time)s") % time
            return {"verdict": Verdict.IN, "title": _("Drin"), "reason": reason, "note": note}
        note = _(
            "Ist das dieselbe Person? Dann weiter. Sonst sehen Sie sich einen Personalausweis an und rufen Sie die Initiative."
        )
        reason = _("Drin seit %(time)s") % time
        return {"verdict": Verdict.BEFORE, "title": _("Schon drin"), "reason": reason, "note": note}
    ask = _("Bitte schicken Sie die Person zur Initiative. Sie kann einen freien Platz vergeben.")
    if registration.state in (State.CANCELLED, State.DECLINED):
        reason = _("Diese Anmeldung ist abgesagt.")
        return {"verdict": Verdict.NOT, "title": _("Abgesagt"), "reason": reason, "note": ask}
    reason = _("Stand: %(state)s") % {"state": state_labels()[State(registration.state)]}
    return {"verdict": Verdict.NOT, "title": _("Kein Platz"), "reason": reason, "note": ask}


def _elsewhere(call: Call, gate: Gate, registration: Registration, person: Participant) -> Told:
    return Told(
        verdict=Verdict.NOT,
        title=_("Anderer Dialog"),
        name=person.name or _("Name noch offen"),
        reason=_belongs_to(call, registration),
        note=_("Hier gibt es für diesen Code keinen Platz. Bitte zeigen Sie den Weg oder suchen Sie den Namen."),
        top=gate.dialogue.title,
        door_path=gate.path,
        arrival="",
    )


def _unknown(gate: Gate) -> Told:
    return Told(
        verdict=Verdict.NOT,
        title=_("Unbekannt"),
        name="",
        reason=_("Dieser Code ist nicht echt, oder er gehört zu einer anderen Initiative."),
        note=_("Bitte suchen Sie den Namen in der Liste. Steht er dort nicht, hilft die Initiative."),
        top=gate.dialogue.title,
        door_path=gate.path,
        arrival="",
    )


def _taken_back(gate: Gate, refusal: TakenBack) -> Told:
    return Told(
        verdict=Verdict.NOT,
        title=_("Zurückgenommen"),
        name="",
        reason=refusal.sentence,
        note="",
        top=gate.dialogue.title,
        door_path=gate.path,
        arrival="",
    )
