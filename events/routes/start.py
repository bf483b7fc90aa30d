"""The calendar of all dialogues: as a list, a month or a map."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from events import compose, pages, queries, rules, start_pages, start_queries
from events.forms import filters
from events.forms.filters import Asked
from events.queries import Search
from events.rules import PageStart
from events.start_pages import Chip, DistrictCount, Filter, LandCount, MonthDay, MonthEntry, MonthTable, Near
from kit.districts import DISTRICTS
from kit.endpoint import Call
from kit.frames import public_frame
from kit.i18n import _, format_day_short
from kit.lands import CODES, land_name
from kit.registry import route
from kit.text import sort_key

FIRST_YEAR, LAST_YEAR = 2000, 2100


def index(call: Call) -> start_pages.StartPage:
    """The calendar in the asked view."""
    inviters = queries.inviters(call.session)
    asked = _placed(call, filters.read(call.query, inviters))
    more: dict[str, Any] = {"cards": ()}
    search = asked.search
    if asked.view == "monat":
        first = _month_of(call, asked)
        search = _within_month(search, first)
        rows = start_queries.month_rows(call.session, search, call.now)
        more["month"] = _month(asked, first, rows, _later_days(call, search), _today(call))
    elif asked.view == "liste" or asked.search.land:
        at = page_start(call)
        found = queries.published_page(call.session, search, at=at, now=call.now)
        more |= {
            "cards": compose.cards(found.rows, call.now, around=asked.place),
            "paging": paging(asked.path(), at, found.after),
        }
    counts = queries.land_counts(call.session, search, call.now)
    upcoming = start_queries.next_by_land(call.session, search, call.now) if asked.view == "karte" else {}
    more["total"] = counts.get(search.land, 0) if search.land else sum(counts.values())
    if search.kreis or (search.land and asked.view == "liste"):
        districts = start_queries.district_counts(call.session, search, call.now)
        # A Kreis counts its own; its Land and the others are told as if none was chosen.
        more |= (
            {"total": districts.get(search.kreis, 0)} if search.kreis else {"districts": _districts(asked, districts)}
        )
    texts: dict[str, Any] = dict(asked.values)
    return start_pages.StartPage(
        frame=public_frame(call, here="dialogues"),
        filter=Filter(**texts, laender=CODES, inviters=tuple((slug, name) for _id, slug, name in inviters)),
        view=asked.view,
        views=tuple((view, asked.path(ansicht="" if view == "liste" else view, monat="")) for view in filters.VIEWS),
        chips=_chips(asked, {slug: name for _id, slug, name in inviters}),
        problem=asked.problem,
        postcode_problem=asked.postcode_problem,
        near=_near(asked),
        laender=tuple(
            LandCount(code, counts.get(code, 0), asked.path(land=code, kreis=""), upcoming.get(code)) for code in CODES
        ),
        feed_path=_feed_path(asked),
        **more,
    )


def _placed(call: Call, asked: Asked) -> Asked:
    """The filter with the postcodes that are near the asked one, of those where something takes place."""
    if asked.place is None:
        return asked
    places = {code: rules.place_of(code) for code in start_queries.postcodes(call.session)}
    near = [code for code, at in places.items() if at and rules.kilometres(asked.place, at) <= asked.radius]
    return replace(asked, search=replace(asked.search, near=tuple(sorted(near))))


def _near(asked: Asked) -> Near | None:
    if asked.place is None:
        return None
    others = tuple(
        (radius, asked.path(umkreis="" if radius == rules.RADIUS else str(radius)))
        for radius in rules.RADII
        if radius != asked.radius
    )
    return Near(asked.values["plz"], asked.radius, others)


def _districts(asked: Asked, counts: dict[str, int]) -> tuple[DistrictCount, ...]:
    """The Kreise that have something, by name; one alone is no choice."""
    known = {DISTRICTS[code]: code for code in counts if code in DISTRICTS}
    if len(known) < 2:
        return ()
    return tuple(
        DistrictCount(name, counts[known[name]], asked.path(kreis=known[name])) for name in sorted(known, key=sort_key)
    )


def page_start(call: Call) -> PageStart | None:
    """Where the asked page of a list begins: `ab` is a day, `nach` how many of its dialogues came before."""
    day, skip = filters.day(call.query.get("ab", "")), call.query.get("nach", "")
    if day is None:
        return None
    return PageStart(day, int(skip) if skip.isascii() and skip.isdigit() and len(skip) < 5 else 0)


def paging(path: str, at: PageStart | None, after: PageStart | None) -> pages.Paging:
    """The neighbours of a page of the list at `path`, whose filters they keep."""
    more = ""
    if after:
        place = {"ab": after.day.isoformat()} | ({"nach": str(after.skip)} if after.skip else {})
        more = f"{path}{'&' if '?' in path else '?'}{urlencode(place)}"
    return pages.Paging(at.day if at else None, path if at else "", after.day if after else None, more)


def _month_of(call: Call, asked: Asked) -> date:
    """The first day of the month to show: the asked one, else the one in which the list begins."""
    today = _today(call)
    found = asked.month or start_queries.first_day(call.session, asked.search, call.now) or today
    if asked.month is None and asked.search.first is None:
        # What began in an earlier month still runs in this one.
        found = max(found, today)
    return found.replace(year=min(max(found.year, FIRST_YEAR), LAST_YEAR), day=1)


def _following(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _within_month(search: Search, first: date) -> Search:
    """The search within a month, days of the filter included."""
    last = _following(first) - timedelta(days=1)
    return replace(search, first=max(first, search.first or first), last=min(last, search.last or last))


def _today(call: Call) -> date:
    return call.now.astimezone(ZoneInfo("Europe/Berlin")).date()


def _later_days(call: Call, search: Search) -> dict[date, list[MonthEntry]]:
    """What goes on after its first day, on each later day of the month that the search asks for."""
    found: defaultdict[date, list[MonthEntry]] = defaultdict(list)
    assert search.first
    assert search.last
    for row in start_queries.long_rows(call.session, search, call.now):
        end = rules.wall(row.end)
        for day in rules.later_days(rules.wall(row.start), end, first=search.first, last=search.last):
            until = _("bis %(time)s") % {"time": row.end[11:] if end.date() == day else format_day_short(end)}
            found[day].append(MonthEntry(f"/dialoge/{row.slug}", row.title, until, row.land, row.accent, row.state))
    return found


def _month(
    asked: Asked,
    first: date,
    rows: Sequence[start_queries.DayRow],
    later: Mapping[date, Sequence[MonthEntry]],
    today: date,
) -> MonthTable:
    by_day: defaultdict[date, list[start_queries.DayRow]] = defaultdict(list)
    for row in rows:
        by_day[date.fromisoformat(row.start[:10])].append(row)
    following, before = _following(first), (first - timedelta(days=1)).replace(day=1)
    days: list[MonthDay | None] = [None] * first.weekday()
    day = first
    while day < following:
        days.append(_month_day(asked, day, later.get(day, ()), by_day[day]))
        day += timedelta(days=1)
    days += [None] * (-len(days) % 7)
    return MonthTable(
        first,
        tuple(tuple(days[start : start + 7]) for start in range(0, len(days), 7)),
        before,
        asked.path(monat=f"{before:%Y-%m}") if before.year >= FIRST_YEAR else "",
        following,
        asked.path(monat=f"{following:%Y-%m}") if following.year <= LAST_YEAR else "",
        today,
    )


def _month_day(asked: Asked, day: date, later: Sequence[MonthEntry], rows: Sequence[start_queries.DayRow]) -> MonthDay:
    """What goes on from earlier days stands first."""
    found = (
        *later,
        *(
            MonthEntry(f"/dialoge/{row.slug}", row.title, row.start[11:], row.land, row.accent, row.state)
            for row in rows
        ),
    )
    entries = found[: start_queries.SHOWN_A_DAY]
    more = len(later) + (rows[0].of_day if rows else 0) - len(entries)
    path = asked.path(ansicht="", monat="", von=day.isoformat(), bis=day.isoformat()) if more else ""
    return MonthDay(day, entries, more, path)


def _feed_path(asked: Asked) -> str:
    kept = {name: asked.values[name] for name in ("land", "format", "initiative") if asked.values[name]}
    return f"/kalender.ics?{urlencode(kept)}" if kept else "/kalender.ics"


# What goes when something else goes.
_WITH_IT = {"land": {"kreis": ""}, "plz": {"umkreis": ""}}


def _chips(asked: Asked, names: dict[str, str]) -> tuple[Chip, ...]:
    values, search = asked.values, asked.search
    labels = {
        "q": f"„{values['q']}“" if values["q"] else "",
        "plz": _("nahe %(postcode)s") % {"postcode": values["plz"]} if asked.place else "",
        "land": land_name(search.land) if search.land else "",
        "kreis": DISTRICTS[search.kreis] if search.kreis else "",
        "von": _("ab %(day)s") % {"day": f"{search.first:%d.%m.%Y}"} if search.first else "",
        "bis": _("bis %(day)s") % {"day": f"{search.last:%d.%m.%Y}"} if search.last else "",
        "format": pages.format_name(search.format_code) if search.format_code else "",
        "gesprochen": _(rules.LANGUAGE_LABELS[search.language]) if search.language else "",
        "initiative": names.get(values["initiative"], ""),
        "stufenfrei": _("stufenfrei") if search.step_free else "",
        "online": _("online") if search.online else "",
        "frei": _("mit freien Plätzen") if search.free_only else "",
    }
    return tuple(
        Chip(label, asked.path(**{name: ""}, **_WITH_IT.get(name, {}))) for name, label in labels.items() if label
    )


ROUTES = [route("GET", "/", index, permission="public", cache="public")]
