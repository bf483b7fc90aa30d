"""What people read after their calendar answered, and what an initiative reads of a time that somebody proposes."""

from datetime import datetime
from typing import Unpack

from sqlmodel import Session

from events.models import Dialogue
from events.rules import workspace_path
from kit import i18n
from kit.db import row_by_id
from kit.i18n import _, format_day, format_moment, format_range
from kit.settings import settings
from kit.zones import local
from mail.models import Letter
from mail.operations import post
from network.models import Initiative
from registration.letters import How, write
from registration.models import CalendarAnswer, Invitation, Registration


def declined(
    session: Session, registration: Registration, *, until: datetime | None, now: datetime, **how: Unpack[How]
) -> Letter | None:
    """The calendar declined. The place goes on at `until`; with None, of a group, it asks who does not come."""
    return write(
        session,
        registration,
        kind="answer_declined",
        subject=lambda dialogue: (
            (_("Wer kommt nicht? %(title)s") if until is None else _("Sie haben abgesagt: %(title)s"))
            % {"title": dialogue.title}
        ),
        values={"until": until},
        now=now,
        **how,
    )


def kept(
    session: Session, registration: Registration, *, invitation: Invitation | None, now: datetime, **how: Unpack[How]
) -> Letter | None:
    """The decline was taken back by the button: the calendar gets its entry again."""
    return write(
        session,
        registration,
        kind="answer_kept",
        subject=lambda dialogue: _("Ihr Platz bleibt: %(title)s") % {"title": dialogue.title},
        values={},
        now=now,
        invitation=invitation,
        **how,
    )


def from_elsewhere(session: Session, registration: Registration, *, now: datetime, **how: Unpack[How]) -> Letter | None:
    """A decline came from another address than the invited one and changed nothing. Once for each registration."""
    return write(
        session,
        registration,
        kind="answer_elsewhere",
        subject=lambda dialogue: _("Diese Absage gilt nicht: %(title)s") % {"title": dialogue.title},
        values={},
        dedupe_key=f"answer_elsewhere:{registration.id}",
        now=now,
        **how,
    )


def passed_on(
    session: Session, registration: Registration, *, proposed: str, now: datetime, **how: Unpack[How]
) -> Letter | None:
    """The initiative reads of the proposed time; the dialogue's own time stands. Once an hour."""
    return write(
        session,
        registration,
        kind="answer_counter",
        subject=lambda dialogue: _("Ihr Vorschlag ist weitergegeben: %(title)s") % {"title": dialogue.title},
        values={"proposed": proposed},
        dedupe_key=_hourly("answer_counter", registration, now),
        now=now,
        **how,
    )


def delegated(session: Session, registration: Registration, *, now: datetime, **how: Unpack[How]) -> Letter | None:
    """Somebody else shall come: asks the invited person for the name. Once an hour."""
    return write(
        session,
        registration,
        kind="answer_delegated",
        subject=lambda dialogue: _("Wer kommt für Sie? %(title)s") % {"title": dialogue.title},
        values={},
        dedupe_key=_hourly("answer_delegated", registration, now),
        now=now,
        **how,
    )


def to_initiative(session: Session, registration: Registration, *, answer: CalendarAnswer, now: datetime) -> None:
    """A proposed time, or another person: something to decide for the initiative. Once an hour, where it has an address.

    It belongs to the registration and goes with it.
    """
    dialogue = row_by_id(session, Dialogue, registration.dialogue_id)
    initiative = row_by_id(session, Initiative, registration.initiative_id)
    if not initiative.email:
        return
    name = registration.name or registration.reference
    with i18n.use("de"):
        said = (
            _("%(name)s schlägt einen anderen Termin vor")
            if is_counter(answer)
            else _("%(name)s schickt jemand anderen")
        )
        proposed = proposed_time(answer, dialogue.zone)
    path = workspace_path(initiative.slug, dialogue.slug, f"anmeldungen/{registration.id}")
    post(
        session,
        initiative_id=registration.initiative_id,
        kind="answer_note",
        dedupe_key=_hourly("answer_note", registration, now),
        recipient=initiative.email,
        recipient_name="",
        language="de",
        subject=said % {"name": name},
        template="answer_note",
        values={
            "initiative": initiative.name,
            "title": dialogue.title,
            "reference": registration.reference,
            "proposed": proposed,
            "counter": is_counter(answer),
            "comment": answer.comment,
            "desk": settings().base_url + path,
        },
        links={},
        registration_id=registration.id,
        dialogue_id=dialogue.id,
        now=now,
    )


def is_counter(answer: CalendarAnswer) -> bool:
    return answer.method == "COUNTER"


def proposed_time(answer: CalendarAnswer, zone: str) -> str:
    """The proposed time by the dialogue's clock, in the language in use; empty where none was named."""
    if answer.proposed_start is None:
        return ""
    start = local(answer.proposed_start, zone)
    if answer.proposed_end is None:
        return format_moment(start)
    end = local(answer.proposed_end, zone)
    span = format_range(start, end)
    return f"{format_day(start)}, {span}" if start.date() == end.date() else span


def _hourly(kind: str, registration: Registration, now: datetime) -> str:
    """The key of a letter that goes at most once in each hour of the clock."""
    return f"{kind}:{registration.id}:{now:%Y%m%d%H}"
