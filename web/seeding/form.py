"""The form of a described state: its JSON schema (draft 2020-12). Keys are named as in the forms of the pages."""

from typing import Any

from events.rules import FORMATS, DialogueState, SignUp, Visibility
from kit import zones
from kit.lands import CODES
from network.rules import ACCENTS, Role
from registration.rules import MOST_PARTICIPANTS

ROLES = tuple(str(role) for role in Role)
STATES = ("address_unconfirmed", "waiting", "offered", "confirmed", "declined", "cancelled", "expired")
_WALL = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d$", "description": "wall time in the dialogue's zone"}
_SLUG = {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "minLength": 2, "maxLength": 80}
_KEY = {"type": "string", "minLength": 1, "maxLength": 40}
_TICK = {"type": "boolean"}
_SCALE = {"type": ["integer", "null"], "minimum": 1, "maximum": 5}


def _line(most: int, *, least: int = 0) -> dict[str, Any]:
    return {"type": "string", "minLength": least, "maxLength": most}


def _choice(*values: str) -> dict[str, Any]:
    return {"type": "string", "enum": list(values)}


def _thing(required: str, /, **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": required.split(),
        "additionalProperties": False,
    }


def _many(items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "array", "items": items, **more}


_INITIATIVE = _thing(
    "slug name land",
    slug=_SLUG,
    name=_line(200, least=1),
    land=_choice(*CODES),
    accent=_choice(*ACCENTS),
    about=_line(2000),
    street=_line(200),
    place=_line(200),
    email=_line(254),
    phone=_line(60),
    represented_by=_line(200),
)
_PERSON = _thing(
    "email",
    email=_line(254, least=3),
    name=_line(200),
    desk=_TICK | {"description": "works at the service point"},
    roles=_many(_thing("initiative role", initiative=_SLUG, role=_choice(*ROLES))),
)
_OFFER = _thing(
    "key",
    key=_KEY,
    capacity={"type": ["integer", "null"], "minimum": 0, "maximum": 10_000, "description": "null: unlimited"},
    title=_line(200),
    description=_line(1000),
    start=_WALL,
    end=_WALL,
    place=_line(300),
)
_DATE = _thing(
    "date",
    date=_WALL | {"description": "the beginning that the rule gives it"},
    start=_WALL,
    end=_WALL | {"description": "with start and end it is moved, without them dropped"},
)
_DIALOGUE = _thing(
    "slug initiative title start end",
    slug=_SLUG,
    initiative=_SLUG,
    title=_line(200, least=1),
    start=_WALL,
    end=_WALL,
    zone=_choice(*zones.zones()),
    repetition=_line(60)
    | {
        "description": "several dates: FREQ=WEEKLY;COUNT=6;INTERVAL=2 or FREQ=MONTHLY;COUNT=6;BYDAY=3TH (-1TH: the last)"
    },
    dates=_many(_DATE, description="single ones of them that are moved or dropped"),
    series=_line(120) | {"description": "name of the series of its initiative that it belongs to"},
    state=_choice(*(str(state) for state in DialogueState))
    | {"description": "held: it ended within the last 30 days; closed: before"},
    format_code=_choice(*FORMATS),
    visibility=_choice(*(str(value) for value in Visibility)),
    sign_up=_choice(*(str(value) for value in SignUp)),
    sign_up_address=_line(500),
    lead=_line(500),
    description=_line(8000),
    plain_text=_line(8000),
    place=_line(200),
    street=_line(200),
    postcode=_line(10),
    city=_line(120),
    coordinates={
        "type": "string",
        "pattern": r"^\d\d\.\d{1,5}, ?-?\d{1,2}\.\d{1,5}$",
        "description": "latitude and longitude in degrees, in Europe",
    },
    land=_choice(*CODES),
    online=_TICK,
    online_link=_line(500),
    host=_line(300),
    audience=_line(300),
    cost=_line(200),
    bring=_line(2000),
    recipients=_line(1000),
    contact_name=_line(200),
    contact_email=_line(254),
    contact_phone=_line(60),
    registration_opens=_WALL,
    registration_closes=_WALL,
    list_deadline=_WALL,
    hold_minutes={"type": "integer", "minimum": 15, "maximum": 2880},
    offer_hours={"type": "integer", "minimum": 1, "maximum": 336},
    fill_gaps=_TICK,
    party_limit={"type": "integer", "minimum": 1, "maximum": MOST_PARTICIPANTS},
    survey_days={"type": "integer", "minimum": 0, "maximum": 90},
    alarm_minutes={"type": ["integer", "null"], "minimum": 15, "maximum": 2880},
    cancel_reason=_line(1000),
    offers=_many(_OFFER, minItems=1),
)
_REGISTRATION = _thing(
    "key dialogue",
    key=_KEY,
    dialogue=_SLUG,
    email={"type": ["string", "null"], "maxLength": 254, "description": "without: written down by the organisers"},
    name=_line(300),
    organisation=_line(200),
    access_need=_line(1000) | {"description": "with the consent to it"},
    language=_choice("de", "en"),
    participants=_many(
        {"type": "string", "maxLength": 300},
        minItems=1,
        maxItems=MOST_PARTICIPANTS,
    ),
    offers=_many(_KEY, minItems=1, maxItems=1),
    state=_choice(*STATES),
    take_at_once=_TICK,
    no_photo=_TICK,
    consents=_many(_choice("terms", "photo", "newsletter"), uniqueItems=True),
    arrived=_TICK | {"description": "everybody of the party was ticked in; the dialogue has begun"},
)
_ANSWER = _thing(
    "dialogue stars",
    dialogue=_SLUG,
    stars={"type": "integer", "minimum": 1, "maximum": 5},
    heard=_SCALE,
    critical=_SCALE,
    text=_line(1000),
)

SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "A described state of Dialogwerk",
    "description": (
        "`dialogwerk seed FILE.json` puts it in place through the same operations as the pages, all or nothing. "
        "What is there already under its slug or key stays as it is."
    ),
    "type": "object",
    "properties": {
        "$schema": {"type": "string"},
        "initiatives": _many(_INITIATIVE),
        "people": _many(_PERSON),
        "dialogues": _many(_DIALOGUE),
        "registrations": _many(_REGISTRATION),
        "answers": _many(_ANSWER),
    },
    "additionalProperties": False,
}
