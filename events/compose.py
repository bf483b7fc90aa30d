"""From rows to what the public pages show."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from events import dates as dating
from events import feeds, pages, rules
from events.date_queries import OddDate
from events.dates import Dates
from events.models import Dialogue, DialogueDate, DialogueSeries, HeardReport, Offer, ProgrammeItem
from events.pages import (
    AccessLine,
    Card,
    Contact,
    DialoguePage,
    HostNotice,
    Imprint,
    OfferRow,
    Preview,
    Seats,
    Sender,
    Step,
)
from events.queries import Inviter, Teaser, Told, facts, offer_facts
from events.rules import DialogueState, Place, SignUp, SignUpState
from kit.accents import CSS_NAMES
from kit.i18n import _
from kit.ical import Organizer
from kit.settings import settings
from kit.templates import Frame
from network.models import Initiative
from network.rules import OWN_LOGO

_SEATS = {
    "open": "free",
    "few": "free",
    "full": "waiting",
    "not_yet": "soon",
    "closed": "closed",
    "cancelled": "cancelled",
    "postponed": "postponed",
    "elsewhere": "elsewhere",
    "none": "open",
    "announced": "announced",
}


def sender(initiative: Initiative | Inviter) -> Sender:
    return Sender(name=initiative.name, slug=initiative.slug, accent=initiative.accent, logo=initiative.logo)


def seats(state: SignUpState, dialogue: Dialogue | Teaser, *, running: bool = False) -> Seats:
    """The state of sign-up as pages name it; the opening is local. `running` counts where sign-up is over."""
    if dialogue.state in (DialogueState.HELD, DialogueState.CLOSED):
        return Seats("held")
    kind = _SEATS[state.kind]
    counted = kind == "free"
    return Seats(
        kind,
        free=state.free if counted else None,
        capacity=state.capacity if counted else None,
        opens=state.at.astimezone(ZoneInfo(dialogue.zone)) if kind == "soon" and state.at else None,
        running=running and kind == "closed",
    )


def runs(at: Dialogue | DialogueDate | Teaser, now: datetime) -> bool:
    """Whether it has begun and not ended."""
    return at.starts_at <= now < at.ends_at


def card(row: Told, now: datetime, *, around: Place | None = None) -> Card:
    """A dialogue of a list; `around` is where somebody looks."""
    dialogue = row.dialogue
    zone = ZoneInfo(dialogue.zone)
    at = dating.next_date(row.dates, now) or dialogue
    return Card(
        path=f"/dialoge/{dialogue.slug}",
        title=dialogue.title,
        format_code=dialogue.format_code,
        start=at.starts_at.astimezone(zone),
        end=at.ends_at.astimezone(zone),
        dates=dating.count_sentence(row.dates) if row.dates else "",
        sender=sender(row.initiative),
        seats=seats(row.sign_up, dialogue, running=runs(at, now)),
        place=", ".join(filter(None, (dialogue.place, dialogue.city))),
        land=dialogue.land,
        online=dialogue.online,
        access=_access_codes(dialogue),
        picture=dialogue.picture,
        zone=dialogue.zone,
        distance=_distance(dialogue, around),
    )


def _distance(dialogue: Teaser, around: Place | None) -> int | None:
    at = rules.place_of(dialogue.postcode) if around else None
    return max(1, round(rules.kilometres(around, at))) if around and at else None


def cards(rows: Sequence[Told], now: datetime, *, around: Place | None = None) -> tuple[Card, ...]:
    return tuple(card(row, now, around=around) for row in rows)


def dialogue_page(
    frame: Frame,
    dialogue: Dialogue,
    initiative: Initiative,
    offers: Sequence[Offer],
    programme: Sequence[ProgrammeItem],
    now: datetime,
    *,
    dates: Dates = (),
    series: DialogueSeries | None = None,
    heard: HeardReport | None = None,
    preview: Preview | None = None,
) -> DialoguePage:
    """The page of one dialogue, or its preview: the same page, as if it were published now."""
    zone = ZoneInfo(dialogue.zone)
    known = facts(dialogue)
    state = rules.sign_up_state(known, [offer_facts(offer) for offer in offers], now)
    following = dating.next_date(dates, now)
    at = following or dialogue
    admission, latest_entry = dating.clocks(dialogue, following)
    closes = rules.closes_at(known)
    shows_closing = state.open and closes != dialogue.starts_at
    return DialoguePage(
        frame=frame,
        sender=sender(initiative),
        title=dialogue.title,
        address=f"{settings().base_url}/dialoge/{dialogue.slug}",
        format_code=dialogue.format_code,
        start=at.starts_at.astimezone(zone),
        end=at.ends_at.astimezone(zone),
        rule=dating.lines(dialogue, dates)[0] if dates else "",
        series=series_links(initiative, [series] if series else []),
        dates=date_rows(dialogue, dates, now),
        seats=seats(state, dialogue, running=runs(at, now)),
        host=dialogue.host,
        lead=dialogue.lead,
        description=dialogue.description,
        picture=dialogue.picture,
        land=dialogue.land,
        land_path=f"/?{urlencode({'land': dialogue.land})}",
        admission=admission,
        latest_entry=latest_entry,
        place=dialogue.place,
        street=dialogue.street,
        postcode=dialogue.postcode,
        city=dialogue.city,
        geo=rules.degrees(dialogue.coordinates),
        online=dialogue.online,
        audience=dialogue.audience,
        cost=dialogue.cost,
        languages=tuple(dialogue.languages),
        offers=tuple(_offer(offer, dialogue, now) for offer in offers),
        programme=tuple(pages.ProgrammeRow(item.time, item.title, item.text) for item in programme),
        steps=_steps(dialogue, now) if dialogue.sign_up == SignUp.HERE and state.kind != "announced" else (),
        bring=tuple(line.strip() for line in dialogue.bring.split("\n") if line.strip()),
        notices=tuple(HostNotice(entry["title"], entry["text"]) for entry in dialogue.notices),
        access=_access(dialogue),
        sign_up=dialogue.sign_up,
        sign_up_path=_sign_up_path(dialogue, state),
        closes=closes.astimezone(zone) if shows_closing else None,
        party_limit=dialogue.party_limit,
        calendar_path=f"/dialoge/{dialogue.slug}/kalender.ics",
        plain_path=f"/dialoge/{dialogue.slug}/einfach",
        privacy_path=f"/dialoge/{dialogue.slug}/datenschutz",
        recipients=dialogue.recipients,
        deletes_on=next((entry.day for entry in rules.deletions(dialogue.ends_at) if entry.kind == "attendee"), None),
        contact=_contact(dialogue),
        cancel_reason=dialogue.cancel_reason,
        heard="" if heard is None else heard.text,
        follows="" if heard is None else heard.follows,
        heard_path=f"/dialoge/{dialogue.slug}/gehoert" if heard is not None and heard.figures else "",
        preview=preview,
    )


def series_links(initiative: Initiative, rows: Sequence[DialogueSeries]) -> tuple[tuple[str, str], ...]:
    """Path and name of each series."""
    return tuple((rules.series_path(initiative.slug, row.slug), row.title) for row in rows)


def date_rows(dialogue: Dialogue, dates: Dates, now: datetime) -> tuple[pages.DateRow, ...]:
    """Each of several dates as pages list it."""
    zone = ZoneInfo(dialogue.zone)
    return tuple(
        pages.DateRow(
            start=shown.start.replace(tzinfo=zone),
            end=shown.end.replace(tzinfo=zone),
            dropped=shown.dropped,
            was=shown.regular.replace(tzinfo=zone) if shown.moved else None,
            over=date.ends_at <= now,
        )
        for date, shown in zip(dates, dating.shown(dates), strict=True)
    )


def imprint(initiative: Initiative) -> Imprint:
    return Imprint(
        name=initiative.name,
        street=initiative.street,
        place=initiative.place,
        represented_by=initiative.represented_by,
        register_entry=initiative.register_entry,
        email=initiative.email,
        phone=initiative.phone,
    )


def feed_entry(dialogue: Dialogue, initiative: Initiative, dates: Dates | Sequence[OddDate] = ()) -> feeds.FeedEntry:
    """The dialogue as calendars of everybody show it; `dates` where it has several: all, or those the rule does not tell."""
    url = f"{settings().base_url}/dialoge/{dialogue.slug}"
    city = " ".join(filter(None, (dialogue.postcode, dialogue.city)))
    place = ", ".join(filter(None, (dialogue.place, dialogue.street, city)))
    doors = _("Einlass ab %(time)s Uhr") % {"time": dialogue.admission} if dialogue.admission else ""
    last = _("Letzter Einlass: %(time)s Uhr") % {"time": dialogue.latest_entry} if dialogue.latest_entry else ""
    times = dating.entry_times(dialogue, dates)
    return feeds.FeedEntry(
        uid=f"{dialogue.id}@{settings().host}",
        sequence=dialogue.calendar_sequence,
        changed=dialogue.changed_at,
        title=dialogue.title,
        start=times.start,
        end=times.end,
        series=times.series,
        zone=dialogue.zone,
        state=dialogue.state,  # type: ignore[arg-type]  # the caller shows no drafts
        url=url,
        place=place or ("Online" if dialogue.online else ""),
        description="\n\n".join(filter(None, (dialogue.lead, doors, last, url))),
        categories=(pages.format_name(dialogue.format_code),),
        geo=rules.degrees(dialogue.coordinates),
        organizer=Organizer(initiative.name, initiative.email) if initiative.email else None,
        color=CSS_NAMES[initiative.accent],
        image=f"{settings().base_url}/logo/{initiative.logo.removeprefix(OWN_LOGO)}"
        if initiative.logo.startswith(OWN_LOGO)
        else "",
    )


def team_entry(
    dialogue: Dialogue, initiative: Initiative, dates: Dates | Sequence[OddDate] = (), *, part: str
) -> feeds.FeedEntry:
    """The dialogue as its team's calendars show it. The address asks who one is; `part`: where it leads there."""
    path = rules.workspace_path(initiative.slug, dialogue.slug, part)
    title = _("Entwurf: %(title)s") % {"title": dialogue.title}
    return replace(
        feed_entry(dialogue, initiative, dates),
        title=title if dialogue.state == DialogueState.DRAFT else dialogue.title,
        url=f"{settings().base_url}{path}",
    )


def _sign_up_path(dialogue: Dialogue, state: SignUpState) -> str:
    if state.kind == "elsewhere":
        return dialogue.sign_up_address
    return f"/dialoge/{dialogue.slug}/anmeldung" if state.open else ""


def _offer(offer: Offer, dialogue: Dialogue, now: datetime) -> OfferRow:
    zone = ZoneInfo(dialogue.zone)
    state = rules.sign_up_state(facts(dialogue), [offer_facts(offer)], now)
    start = offer.starts_at.astimezone(zone) if offer.starts_at else None
    return OfferRow(
        title=offer.title,
        seats=seats(state, dialogue),
        description=offer.description,
        start=start,
        end=(offer.ends_at or dialogue.ends_at).astimezone(zone) if start else None,
        place=offer.place,
    )


def _steps(dialogue: Dialogue, now: datetime) -> tuple[Step, ...]:
    """The procedure as dates; what comes next is `now`."""
    zone = ZoneInfo(dialogue.zone)
    closes = rules.closes_at(facts(dialogue))
    dated = [
        ("opens", dialogue.registration_opens_at or dialogue.published_at or now),
        ("closes", closes if closes != dialogue.starts_at else None),
        ("list", dialogue.list_deadline_at if dialogue.recipients else None),
        ("event", dialogue.starts_at),
    ]
    found: list[Step] = []
    for kind, at in dated:
        if at is not None:
            state = "done" if at <= now else "open" if any(step.state == "now" for step in found) else "now"
            found.append(Step(kind, at.astimezone(zone), state))
    return tuple(found)


_STEP_FREE = {"yes": "yes", "partly": "partly", "no": "no"}


def _access(dialogue: Dialogue) -> tuple[AccessLine, ...]:
    steps = [AccessLine("steps", dialogue.step_free)] if dialogue.step_free in _STEP_FREE else []
    lines = [AccessLine(entry["kind"], "yes", entry["text"]) for entry in dialogue.access]
    spoken = [code for code in dialogue.languages if code in rules.LANGUAGE_LABELS]
    if spoken != ["de"]:
        lines.append(AccessLine("languages", "yes", ", ".join(language_names(spoken))))
    return (*steps, *lines)


def language_names(codes: Sequence[str]) -> list[str]:
    """The names of spoken languages in the language in use."""
    return [_(rules.LANGUAGE_LABELS[code]) for code in codes]


def _access_codes(dialogue: Teaser) -> tuple[str, ...]:
    found = {"yes": ["step_free"], "partly": ["partly_step_free"]}.get(dialogue.step_free, [])
    kinds = {entry["kind"] for entry in dialogue.access}
    found += [kind for kind in ("sign_language", "captions", "hearing", "childcare") if kind in kinds]
    if len(dialogue.languages) > 1:
        found.append("languages")
    return tuple(found)


def _contact(dialogue: Dialogue) -> Contact | None:
    if not (dialogue.contact_name or dialogue.contact_email or dialogue.contact_phone):
        return None
    return Contact(dialogue.contact_name, dialogue.contact_email, dialogue.contact_phone)
