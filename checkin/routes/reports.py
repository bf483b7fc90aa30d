"""Somebody is at the door: reported by name or by code, at once or when the connection is back; and taken back again."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.responses import Response

from checkin import queries as door_queries
from checkin.pages import Told, Verdict, VerdictPage, VerdictPart
from checkin.routes.gates import Gate, other_day_of
from checkin.rules import came_at, readings
from events import queries as events
from events.date_queries import dates_of
from kit.endpoint import Call, see_other
from kit.errors import BadRequest, NotFound, Refused
from kit.frames import workspace_frame
from kit.i18n import _, format_date_only, format_time
from kit.ids import new_id
from kit.zones import local
from network import queries as network
from registration import operations
from registration.checkin_code import LENGTH
from registration.codes import participant_id_of
from registration.desk_pages import state_labels
from registration.door_queries import Guest, Reported
from registration.rules import MOST_PARTICIPANTS, State

_ARRIVAL = re.compile(r"[A-Za-z0-9_-]{8,23}")
_WAITED = re.compile(r"-?[0-9]{1,9}")
# Set by the script of the door: the answer is put into the page that is open.
_IN_PLACE = "x-door"


class TakenBack(Refused):
    """The report was undone since; it is not counted again by sending the old page."""

    def default(self) -> str:
        return _("Diese Ankunft wurde zurückgenommen. Bitte suchen Sie die Person noch einmal.")


class OtherDate(TakenBack):
    """A page that was open since another date reports somebody again."""

    def default(self) -> str:
        return _("Diese Seite ist von einem anderen Termin. Bitte laden Sie sie neu.")


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


def guest_id_of(typed: str) -> str | None:
    """Whose code was read or typed; None for what none of this installation's keys has signed."""
    return next(filter(None, map(participant_id_of, readings(typed, LENGTH))), None)


def _admit(call: Call, gate: Gate, guest: Guest, report: Report) -> tuple[Reported, bool]:
    """The arrival that counts, and whether this report made it. Raises TakenBack and OtherDate."""
    arrival_id = f"{report.id}-{guest.id}"
    arrival, new = operations.admit(
        call.session,
        guest=guest,
        arrival_id=arrival_id,
        device=gate.device,
        actor=gate.actor(call),
        now=call.now,
        at=report.at,
    )
    if arrival.undone_at is not None:
        raise TakenBack
    if arrival.date != guest.date:
        raise OtherDate
    return arrival, new or arrival.id == arrival_id


def _meet(call: Call, gate: Gate, participant_id: str, at: datetime) -> Guest | None:
    """Who stands there, for the date of that moment."""
    date = gate.date(call.session, at)
    return operations.meet(call.session, dialogue_id=gate.dialogue.id, participant_id=participant_id, date=date)


def create(call: Call) -> Response | VerdictPart:
    """Ticks people of one party in. The same report sent again is one arrival; whoever has no seat is not counted."""
    gate: Gate = call.thing
    # The button of a whole party sends its people in one value, with blanks between.
    wanted = " ".join(map(str, call.form.getlist("participant"))).split()[: MOST_PARTICIPANTS + 1]
    report = _report(call)
    if not 1 <= len(wanted) <= MOST_PARTICIPANTS:
        raise BadRequest
    guests = [_meet(call, gate, participant_id, report.at) for participant_id in wanted]
    here = [guest for guest in guests if guest is not None and guest.dialogue_id == gate.dialogue.id]
    if len(here) != len(wanted):
        raise NotFound
    fresh = True
    for guest in here:
        if not guest.seated:
            if _in_place(call):
                return VerdictPart(_told(call, gate, guest, None, fresh=False))
            return see_other(f"{gate.path}/{guest.id}")
        try:
            _arrival, mine = _admit(call, gate, guest, report)
        except TakenBack as refusal:
            if _in_place(call):
                return VerdictPart(_taken_back(gate, refusal))
            raise
        fresh = fresh and mine
    if _in_place(call):
        first = _meet(call, gate, wanted[0], report.at) or here[0]
        return VerdictPart(_told(call, gate, first, first.arrival, fresh=fresh))
    return see_other(f"{gate.path}/{wanted[0]}{'?neu=ja' if fresh else ''}")


def scan(call: Call) -> VerdictPart:
    """Ticks in whose code was read. Every readable report gets a verdict; the same one sent again the same verdict."""
    gate: Gate = call.thing
    report = _report(call)
    typed = str(call.form.get("code", ""))
    if not 1 <= len(typed) <= 500:
        raise BadRequest
    participant_id = guest_id_of(typed)
    guest = _meet(call, gate, participant_id, report.at) if participant_id else None
    if guest is None or guest.erased:
        return VerdictPart(_unknown(gate))
    if guest.dialogue_id != gate.dialogue.id:
        return VerdictPart(_elsewhere(call, gate, guest))
    if not guest.seated:
        return VerdictPart(_told(call, gate, guest, guest.arrival, fresh=False))
    try:
        arrival, fresh = _admit(call, gate, guest, report)
    except TakenBack as refusal:
        return VerdictPart(_taken_back(gate, refusal))
    return VerdictPart(_told(call, gate, guest, arrival, fresh=fresh))


def show_verdict(call: Call) -> VerdictPage | Response:
    """In, already in, or not admitted; back to the search for who may come in and did not yet."""
    gate, guest = call.thing
    if guest.arrival is None and guest.seated:
        return see_other(f"{gate.path}?q={guest.reference}")
    arrived, expected = door_queries.counted(call.session, gate.dialogue.id, guest.date)
    initiative = None if gate.link else network.initiative(call.session, gate.dialogue.initiative_id)
    return VerdictPage(
        frame=workspace_frame(call, nav="overview", initiative=initiative),
        told=_told(call, gate, guest, guest.arrival, fresh=call.query.get("neu") == "ja"),
        arrived=arrived,
        expected=expected,
    )


def undo(call: Call) -> Response:
    """Takes an arrival back. Doing it twice changes nothing."""
    gate, guest = call.thing
    operations.undo_arrival(
        call.session,
        dialogue_id=guest.dialogue_id,
        participant_id=guest.id,
        date=guest.date,
        actor=gate.actor(call),
        now=call.now,
    )
    if _in_place(call):
        return Response(status_code=204)
    return see_other(f"{gate.path}?neu=zurueck")


def warning_of(call: Call, gate: Gate, guest: Guest | None) -> str:
    """Why a code that stands in the search is not good here; empty where it is."""
    return _unknown(gate).reason if guest is None else elsewhere_of(call, gate, guest.dialogue_id)


def elsewhere_of(call: Call, gate: Gate, dialogue_id: str) -> str:
    """Which other dialogue somebody signed up for; empty where it is this one."""
    if dialogue_id == gate.dialogue.id:
        return ""
    return f"{_('Anderer Dialog')}. {_belongs_to(call, dialogue_id)}"


def _belongs_to(call: Call, dialogue_id: str) -> str:
    other = events.dialogue(call.session, dialogue_id)
    when = format_date_only(local(other.starts_at, other.zone))
    return _("Gehört zu: %(title)s, %(day)s") % {"title": other.title, "day": when}


def _told(call: Call, gate: Gate, guest: Guest, arrival: Reported | None, *, fresh: bool) -> Told:
    unnamed = _("Name noch offen")
    others = [one for one in guest.party if guest.seated and one.offer is not None and one.id != guest.id]
    return Told(
        **_verdict(gate, guest, arrival, fresh=fresh),
        name=guest.name or unnamed,
        table=guest.table if guest.seated else "",
        top=guest.offer or gate.dialogue.title,
        door_path=gate.path,
        arrival=new_id(),
        others=tuple((other.id, other.name or unnamed) for other in others if not other.inside),
        inside=tuple(other.name or unnamed for other in others if other.inside),
        undo_path=f"{gate.path}/{guest.id}/zuruecknahme" if arrival is not None else "",
        other_day=other_day_of(
            gate.dialogue, dates_of(call.session, gate.dialogue), call.now if arrival is None else arrival.at
        ),
    )


def _verdict(gate: Gate, guest: Guest, arrival: Reported | None, *, fresh: bool) -> dict[str, Any]:
    """The verdict, its word, its reason and what to do."""
    if arrival is not None:
        time = {"time": format_time(local(arrival.at, gate.dialogue.zone))}
        if fresh:
            note = _("Diese Person möchte nicht fotografiert werden.") if guest.no_photo else ""
            reason = _("Eingelassen um %(time)s") % time
            return {"verdict": Verdict.IN, "title": _("Drin"), "reason": reason, "note": note}
        note = _(
            "Ist das dieselbe Person? Dann weiter. Sonst sehen Sie sich einen Personalausweis an und rufen Sie die Initiative."
        )
        reason = _("Drin seit %(time)s") % time
        return {"verdict": Verdict.BEFORE, "title": _("Schon drin"), "reason": reason, "note": note}
    ask = _("Bitte schicken Sie die Person zur Initiative. Sie kann einen freien Platz vergeben.")
    if guest.state in (State.CANCELLED, State.DECLINED):
        reason = _("Diese Anmeldung ist abgesagt.")
        return {"verdict": Verdict.NOT, "title": _("Abgesagt"), "reason": reason, "note": ask}
    reason = _("Stand: %(state)s") % {"state": state_labels()[State(guest.state)]}
    return {"verdict": Verdict.NOT, "title": _("Kein Platz"), "reason": reason, "note": ask}


def _elsewhere(call: Call, gate: Gate, guest: Guest) -> Told:
    return Told(
        verdict=Verdict.NOT,
        title=_("Anderer Dialog"),
        name=guest.name or _("Name noch offen"),
        reason=_belongs_to(call, guest.dialogue_id),
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
        title=_("Anderer Termin") if isinstance(refusal, OtherDate) else _("Zurückgenommen"),
        name="",
        reason=refusal.sentence,
        note="",
        top=gate.dialogue.title,
        door_path=gate.path,
        arrival="",
    )
