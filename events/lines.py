"""Lists that organisers type as lines: offers, programme, host rules, access. `|` parts a line.

Reading and writing belong together: what is written for an existing dialogue reads back as the same values.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from events import rules
from events.models import Offer, ProgrammeItem
from events.rules import Line, OfferValue
from kit.i18n import _, format_day, ngettext

MOST_LINES = 60
_UNLIMITED = ("", "-", "–", "unbegrenzt", "ohne grenze", "unlimited")


class BadLine(ValueError):
    """A line that cannot be read; `sentence` says which and how it is meant."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def gap_sentence(wall_time: str, zone: str) -> str:
    """Why a wall time in the gap of spring is refused, and what to do."""
    moment = rules.wall(wall_time)
    return _(
        "Am %(day)s gibt es die Zeit %(time)s in %(zone)s nicht: Die Uhren werden in dieser Nacht vorgestellt. "
        "Bitte wählen Sie eine Zeit davor oder danach."
    ) % {"day": format_day(moment), "time": f"{moment:%H:%M}", "zone": zone}


def offer_sentence(title: str, start: str, end: str, *, opening: str, closing: str) -> str:
    """Why an offer's wall times do not fit into its dialogue's, and what to do; nothing where they fit."""
    begins, ends = rules.wall(start or opening), rules.wall(end or closing)
    fault = rules.offer_time_fault(begins, ends, rules.wall(closing))
    if fault == "order":
        sentence = _(
            "„%(title)s“ beginnt um %(start)s und endet um %(end)s. "
            "Bitte tragen Sie die Zeiten so ein, dass das Ende nach dem Beginn liegt."
        )
        return sentence % {"title": title, "start": f"{begins:%H:%M}", "end": f"{ends:%H:%M}"}
    if fault == "late":
        return _(
            "„%(title)s“ beginnt erst, wenn der Dialog zu Ende ist. "
            "Bitte ändern Sie die Zeit oder das Ende des Dialogs."
        ) % {"title": title}
    return ""


def single_times_sentence() -> str:
    """Why an offer of a dialogue with several dates has no time of its own."""
    return _("Bei mehreren Terminen gilt jedes Angebot für alle Termine. Bitte lassen Sie seine Uhrzeiten weg.")


def moment(value: str) -> datetime | None:
    """A typed day and time, seconds dropped; None when it is none."""
    for pattern in ("%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%d.%m.%Y %H:%M"):
        try:
            return datetime.strptime(value, pattern).replace(second=0)  # noqa: DTZ007 - a wall time
        except ValueError:
            continue
    return None


def clock(value: str) -> str | None:
    """A typed time of day as HH:MM; None when it is none."""
    found = re.fullmatch(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])(:[0-5][0-9])?( Uhr)?", value.strip())
    return f"{int(found[1]):02d}:{found[2]}" if found else None


def programme_lines(value: str) -> list[Line]:
    """`17:00 Begrüßung | ein Satz`. Raises BadLine."""
    found = []
    for number, raw in _lines(value):
        head, _bar, rest = raw.partition("|")
        time, _blank, title = head.strip().partition(" ")
        title = title.strip().removeprefix("Uhr ").strip()
        shown = clock(time)
        if shown is None or not title:
            sentence = _("Zeile %(number)d: Erst die Uhrzeit, dann der Titel. Beispiel: 17:00 Begrüßung")
            raise BadLine(sentence % {"number": number})
        found.append(Line(shown, _short(title, 200, number), _short(rest.strip(), 1000, number)))
    return found


def programme_line(row: ProgrammeItem) -> str:
    return f"{row.time} {_joined(row.title, row.text)}"


def pair_lines(value: str) -> tuple[tuple[str, str], ...]:
    """`Was | warum oder wo`; the second part may be missing. Raises BadLine."""
    found = []
    for number, raw in _lines(value):
        first, _bar, second = raw.partition("|")
        if not first.strip():
            raise BadLine(_("Zeile %(number)d: Vor dem Strich fehlt etwas.") % {"number": number})
        found.append((_short(first.strip(), 200, number), _short(second.strip(), 500, number)))
    return tuple(found)


def pair_line(first: str, second: str) -> str:
    return _joined(first, second)


def offer_lines(value: str, start: str) -> list[OfferValue]:
    """`Titel | Plätze | Beginn | Ende`, times on the day of `start` unless a day stands before. Raises BadLine."""
    found: list[OfferValue] = []
    for number, raw in _lines(value):
        parts = [part.strip() for part in raw.split("|")]
        title, seats, begin, end = (*parts, "", "", "")[:4]
        if not title or len(parts) > 4:
            sentence = _("Zeile %(number)d: Bitte so schreiben: Titel | Plätze | Beginn | Ende.")
            raise BadLine(sentence % {"number": number})
        found.append(
            OfferValue(
                key=_free_key(rules.slug_of(title, "angebot")[:36], found),
                capacity=_seats(seats, number),
                title=_short(title, 200, number),
                start=_time(begin, start, number),
                end=_time(end, start, number),
            )
        )
    return found


def offer_line(row: Offer, start: str) -> str:
    """The line of an existing offer."""

    def time(value: str) -> str:
        return value[11:] if value[:10] == start[:10] else value.replace("T", " ")

    seats = _("unbegrenzt") if row.capacity is None else str(row.capacity)
    parts = [_plain(row.title) or row.key, seats, time(row.start), time(row.end)]
    return " | ".join(parts).rstrip(" |")


def as_value(row: Offer) -> OfferValue:
    """An existing offer as it is."""
    return OfferValue(
        key=row.key,
        capacity=row.capacity,
        title=row.title,
        description=row.description,
        start=row.start,
        end=row.end,
        place=row.place,
        online_link=row.online_link,
    )


def matched(lines: Sequence[OfferValue], existing: Sequence[Offer]) -> list[OfferValue]:
    """Gives typed offers the keys of the existing ones they mean: the same title first; of the rest, when as many were
    typed as exist, the one in the same order, which is a new title for it. What a line does not show stays."""
    by_title = {_plain(row.title) or row.key: row for row in existing}
    pairs = {index: by_title.pop(line.title) for index, line in enumerate(lines) if line.title in by_title}
    open_lines = [index for index in range(len(lines)) if index not in pairs]
    left = [row for row in existing if row not in pairs.values()]
    if len(open_lines) == len(left):
        pairs |= dict(zip(open_lines, left, strict=True))
    taken_keys = {row.key for row in existing}
    found: list[OfferValue] = []
    for index, line in enumerate(lines):
        row = pairs.get(index)
        if row is None:
            key = line.key
            while key in taken_keys:
                key = f"{key[:36]}-{index + 1}"
            taken_keys.add(key)
            found.append(replace(line, key=key))
            continue
        title = row.title if line.title == (_plain(row.title) or row.key) else line.title
        found.append(
            replace(
                line,
                key=row.key,
                title=title,
                description=row.description,
                place=row.place,
                online_link=row.online_link,
            )
        )
    return found


def _lines(value: str) -> list[tuple[int, str]]:
    found = [(number, raw.strip()) for number, raw in enumerate(value.split("\n"), 1) if raw.strip()]
    if len(found) > MOST_LINES:
        raise BadLine(
            ngettext("Höchstens %(most)d Zeile.", "Höchstens %(most)d Zeilen.", MOST_LINES) % {"most": MOST_LINES}
        )
    return found


def _short(value: str, limit: int, number: int) -> str:
    if len(value) > limit:
        sentence = _("Zeile %(number)d: Bitte kürzen Sie den Text auf höchstens %(limit)d Zeichen.")
        raise BadLine(sentence % {"number": number, "limit": limit})
    return value


def _seats(value: str, number: int) -> int | None:
    if value.casefold() in _UNLIMITED or value == _("unbegrenzt"):
        return None
    if value.isascii() and value.isdigit() and len(value) < 6 and 1 <= int(value) <= rules.CAPACITY_LIMIT:
        return int(value)
    sentence = _(
        "Zeile %(number)d: Nach dem ersten Strich steht die Zahl der Plätze, 1 bis %(most)d, oder „unbegrenzt“."
    )
    raise BadLine(sentence % {"number": number, "most": rules.CAPACITY_LIMIT})


def _time(value: str, start: str, number: int) -> str:
    if not value:
        return ""
    time = clock(value)
    if time is not None:
        return f"{start[:10]}T{time}"
    found = moment(value)
    if found is None:
        raise BadLine(_("Zeile %(number)d: Die Uhrzeit ist nicht lesbar. Beispiel: 15:00") % {"number": number})
    return found.strftime(rules.WALL)


def _free_key(wanted: str, found: Sequence[OfferValue]) -> str:
    keys = {offer.key for offer in found}
    key, count = wanted, 1
    while key in keys:
        count += 1
        key = f"{wanted}-{count}"
    return key


def _plain(value: str) -> str:
    return value.replace("|", "/").replace("\n", " ").strip()


def _joined(first: str, second: str) -> str:
    return f"{_plain(first)} | {_plain(second)}" if second else _plain(first)
