"""Public dialogues for programs: as JSON and as entries of a feed. The fields are documented in docs/open-data.md.

What only participants get (the address of the online room) and names of persons are in neither.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from events import compose, pages, rules
from events.dates import lines
from events.models import Dialogue
from events.open_queries import Published
from events.queries import facts
from events.rules import SignUp
from kit import atom
from kit.i18n import _, current, format_day, format_range
from kit.settings import settings

LICENCE = {
    "id": "DL-DE-BY-2.0",
    "name": "Datenlizenz Deutschland – Namensnennung – Version 2.0",
    "url": "https://www.govdata.de/dl-de/by-2-0",
}
"""Whoever uses the data names the initiative of each dialogue as its source."""


def document(rows: Sequence[Published], next_path: str, now: datetime) -> dict[str, Any]:
    """One page of the open data."""
    base = settings().base_url
    return {
        "licence": LICENCE,
        "publisher": settings().operator["name"],
        "next": f"{base}{next_path}" if next_path else None,
        "dialogues": [_record(row, base, now) for row in rows],
    }


def _record(row: Published, base: str, now: datetime) -> dict[str, Any]:
    dialogue = row.dialogue
    zone = ZoneInfo(dialogue.zone)

    def local(moment: datetime | None) -> str | None:
        return moment.astimezone(zone).isoformat(timespec="minutes") if moment else None

    known = facts(dialogue)
    state = rules.sign_up_state(known, row.offers, now)
    seats = compose.seats(state, dialogue)
    url = f"{base}/dialoge/{dialogue.slug}"
    here = f"{url}/anmeldung" if state.open else None
    return {
        "id": dialogue.id,
        "url": url,
        "plain_language_url": f"{url}/einfach",
        "calendar_url": f"{url}/kalender.ics",
        "title": dialogue.title,
        "summary": dialogue.lead,
        "format": {"code": dialogue.format_code, "name": pages.format_name(dialogue.format_code)},
        "state": dialogue.state,
        "start": local(dialogue.starts_at),
        "end": local(dialogue.ends_at),
        "time_zone": dialogue.zone,
        "repetition": dialogue.repetition or None,
        "dates": [
            {
                "start": local(date.starts_at),
                "end": local(date.ends_at),
                "first_planned": date.recurrence_id,
                "state": date.state,
            }
            for date in row.dates
        ],
        "place": {
            "name": dialogue.place,
            "street": dialogue.street,
            "postcode": dialogue.postcode,
            "city": dialogue.city,
            "land": dialogue.land,
            "coordinates": rules.degrees(dialogue.coordinates),
        },
        "online": dialogue.online,
        "host": dialogue.host,
        "audience": dialogue.audience,
        "cost": dialogue.cost,
        "languages": list(dialogue.languages),
        "step_free": dialogue.step_free,
        "support": [entry["kind"] for entry in dialogue.access if entry["kind"] in rules.SUPPORT_LABELS],
        "sign_up": {
            "state": seats.kind,
            "url": dialogue.sign_up_address if seats.kind == "elsewhere" else here,
            "opens": local(dialogue.registration_opens_at),
            "closes": local(rules.closes_at(known)) if dialogue.sign_up == SignUp.HERE else None,
            "free": seats.free,
            "capacity": seats.capacity,
        },
        "series": {"name": row.series_title, "url": f"{base}{rules.series_path(row.initiative_slug, row.series_slug)}"}
        if row.series_slug
        else None,
        "initiative": {"name": row.initiative_name, "url": f"{base}/initiativen/{row.initiative_slug}"},
        "published": local(dialogue.published_at),
        "changed": local(dialogue.changed_at),
    }


def news(rows: Sequence[Published], name: str, path: str, page: str) -> bytes:
    """The feed at `path` of the dialogues on `page`; `name` says how it was narrowed."""
    base, host = settings().base_url, settings().host
    return atom.write(
        atom.Feed(
            id=f"{base}{path}",
            title=f"Dialogwerk: {name}" if name else "Dialogwerk",
            url=f"{base}{path}",
            page=f"{base}{page}",
            language="en" if current() == "en" else "de",
            rights=LICENCE["name"],
            empty_since=datetime.fromisoformat("2000-01-01T00:00:00+00:00"),
            entries=[_entry(row, base, host) for row in rows],
        )
    )


def _entry(row: Published, base: str, host: str) -> atom.Entry:
    dialogue = row.dialogue
    return atom.Entry(
        id=f"tag:{host},2000:dialog/{dialogue.id}",
        title=dialogue.title,
        url=f"{base}/dialoge/{dialogue.slug}",
        published=dialogue.published_at or dialogue.created_at,
        updated=dialogue.changed_at,
        author=row.initiative_name,
        summary="\n".join(filter(None, (_when(row), _where(dialogue), dialogue.lead))),
        categories=((dialogue.format_code, pages.format_name(dialogue.format_code)),),
    )


def _when(row: Published) -> str:
    dialogue = row.dialogue
    if dialogue.state == "cancelled":
        return _("Dieser Dialog fällt aus.")
    if dialogue.state == "postponed":
        return _("Dieser Dialog ist verschoben. Der neue Termin steht noch nicht fest.")
    if row.dates:
        return "\n".join(lines(dialogue, row.dates))
    start, end = rules.wall(dialogue.start), rules.wall(dialogue.end)
    if start.date() == end.date():
        return f"{format_day(start)}, {format_range(start, end)}"
    return format_range(start, end)


def _where(dialogue: Dialogue) -> str:
    return ", ".join(filter(None, (dialogue.place, dialogue.city))) or (_("Online") if dialogue.online else "")
