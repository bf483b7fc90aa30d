"""The lint of our own calendar files: what `kit/ical.py` writes is let out only when this finds nothing.

It reads the bytes by itself and knows nothing of icalendar, so that it sees the library's faults too. It is
narrower than RFC 5545: it describes our files, not everybody's.
"""

import re
from datetime import datetime
from typing import NamedTuple

from kit import repeats, zones

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\t]")
_LINE = re.compile(r'([A-Z0-9-]+)((?:;[A-Z0-9-]+=(?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)*):(.*)', re.DOTALL)
_PARAMETER = re.compile(r';([A-Z0-9-]+)=((?:"[^"]*"|[^";:])*)')
_TEXT = re.compile(r"(?:[^\\;,]|\\[\\;,n])*", re.DOTALL)
_UTC_TIME = re.compile(r"\d{8}T\d{6}Z")
_LOCAL_TIME = re.compile(r"\d{8}T\d{6}")
_BEFORE = re.compile(r"-P(?=[\dT])(\d+W|(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?)")
_DURATION = re.compile(r"P(?=[\dT])(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?")
_DAY = re.compile(r"\d{8}")
_ADDRESS = re.compile(r"mailto:[!#-'*+\-./0-9=?A-Z^_`a-z{|}~]+@[A-Za-z0-9.\-]+")
_URI = re.compile(r"https?://[!-~]+")
_RULE = re.compile(r"FREQ=YEARLY;(BYMONTH=\d{1,2};BYDAY=-?\dSU|BYDAY=-?\dSU;BYMONTH=\d{1,2})")
_OFFSET = re.compile(r"[+-]\d{4}")

_ANYTHING = re.compile(".*", re.DOTALL)
_NOTHING = re.compile("(?!)")
_METHODS = ("PUBLISH", "REQUEST", "CANCEL")
_ONCE = ("DTSTAMP", "SEQUENCE", "DTSTART", "DTEND", "SUMMARY", "STATUS")
_ALIKE = ("DTSTAMP", "SEQUENCE", "STATUS", "ORGANIZER", "ATTENDEE")
"""What a moved date says as its whole series does."""
_ALARM = {"ACTION": re.compile("DISPLAY"), "DESCRIPTION": _TEXT, "TRIGGER": _BEFORE}

_FORMS = {
    "UID": (_TEXT, "not escaped"),
    "SUMMARY": (_TEXT, "not escaped"),
    "DESCRIPTION": (_TEXT, "not escaped"),
    "LOCATION": (_TEXT, "not escaped"),
    "DTSTAMP": (_UTC_TIME, "not in UTC"),
    "CREATED": (_UTC_TIME, "not in UTC"),
    "LAST-MODIFIED": (_UTC_TIME, "not in UTC"),
    "ORGANIZER": (_ADDRESS, "no mail address"),
    "ATTENDEE": (_ADDRESS, "no mail address"),
    "URL": (_URI, "no web address"),
    "CONFERENCE": (_URI, "no web address"),
    "IMAGE": (_URI, "no web address"),
    "CATEGORIES": (re.compile(r"(?:[^\\;]|\\[\\;,n])+", re.DOTALL), "not escaped"),
    "GEO": (re.compile(r"-?\d{1,2}(\.\d+)?;-?\d{1,3}(\.\d+)?"), "no place on earth"),
    "COLOR": (re.compile("[a-z]+"), "no name of a colour"),
    "TRANSP": (re.compile("OPAQUE|TRANSPARENT"), "unknown"),
    "STATUS": (re.compile("CONFIRMED|TENTATIVE|CANCELLED"), "unknown"),
    "SEQUENCE": (re.compile(r"\d+"), "no number"),
    "DTSTART": (_ANYTHING, ""),
    "DTEND": (_ANYTHING, ""),
    "RRULE": (_ANYTHING, ""),
    "EXDATE": (_LOCAL_TIME, "no wall time"),
    "RECURRENCE-ID": (_LOCAL_TIME, "no wall time"),
}
"""What the value of a property of an event must look like, and what it is otherwise. No other property is ours."""


class _Line(NamedTuple):
    name: str
    parameters: dict[str, str]
    value: str


class _Block:
    """A component as the lint reads it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: list[_Line] = []
        self.blocks: list[_Block] = []

    def all(self, name: str) -> list[_Line]:
        return [line for line in self.lines if line.name == name]

    def one(self, name: str) -> _Line | None:
        found = self.all(name)
        return found[0] if len(found) == 1 else None


def lint(data: bytes) -> list[str]:
    """What is wrong with a calendar file of ours, one sentence each; nothing when it is sound."""
    faults = _lint_bytes(data)
    if faults:
        return faults
    root = _blocks(data, faults)
    if root is None:
        return faults
    _lint_head(root, faults)
    defined = _lint_zones(root, faults)
    events = [block for block in root.blocks if block.name == "VEVENT"]
    used: set[str] = set()
    for event in events:
        used |= _lint_event(event, faults)
    if used != defined:
        faults.append(f"Time zones used and described differ: {sorted(used ^ defined)}.")
    series: dict[str, list[_Block]] = {}
    for event in events:
        for line in event.all("UID")[:1]:
            series.setdefault(line.value, []).append(event)
    for uid, same in series.items():
        _lint_series(same, uid[:40], faults)
    _lint_method(root, events, faults)
    return faults


def _lint_bytes(data: bytes) -> list[str]:
    """CRLF, 75 octets a line, whole characters on each line, no control characters."""
    faults = []
    if not data.endswith(b"\r\n"):
        faults.append("The file does not end with CRLF.")
    if re.search(rb"(?<!\r)\n|\r(?!\n)", data):
        faults.append("A line does not end with CRLF.")
    for number, line in enumerate(data.removesuffix(b"\r\n").split(b"\r\n"), 1):
        if len(line) > 75:
            faults.append(f"Line {number} has {len(line)} octets.")
        if not line:
            faults.append(f"Line {number} is empty.")
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError:
            faults.append(f"Line {number} cuts a character.")
            continue
        if found := _FORBIDDEN.search(text):
            faults.append(f"Line {number} has the character U+{ord(found[0]):04X}.")
    return faults


def _blocks(data: bytes, faults: list[str]) -> _Block | None:
    """The tree of components, or None when there is not exactly one calendar."""
    outer = _Block("")
    stack = [outer]
    for text in data.decode("utf-8").replace("\r\n ", "").removesuffix("\r\n").split("\r\n"):
        match = _LINE.fullmatch(text)
        if not match:
            faults.append(f"No content line: {text[:40]!r}.")
            continue
        name, value = match[1], match[3]
        if name == "BEGIN":
            block = _Block(value)
            stack[-1].blocks.append(block)
            stack.append(block)
        elif name == "END":
            if stack[-1].name != value or len(stack) == 1:
                faults.append(f"END:{value} closes nothing.")
                return None
            stack.pop()
        else:
            stack[-1].lines.append(_Line(name, dict(_PARAMETER.findall(match[2])), value))
    if len(stack) != 1 or outer.lines or [block.name for block in outer.blocks] != ["VCALENDAR"]:
        faults.append("There is not exactly one whole VCALENDAR.")
        return None
    return outer.blocks[0]


def _lint_head(root: _Block, faults: list[str]) -> None:
    version = root.one("VERSION")
    if version is None or version.value != "2.0":
        faults.append("VERSION is not 2.0.")
    if root.one("PRODID") is None:
        faults.append("There is not exactly one PRODID.")
    faults += [f"{name} stands there twice." for name in ("METHOD", "CALSCALE", "NAME") if len(root.all(name)) > 1]
    for line in root.lines:
        if line.name in ("REFRESH-INTERVAL", "X-PUBLISHED-TTL") and not _DURATION.fullmatch(line.value):
            faults.append(f"{line.name} is no duration.")
        if line.name in ("NAME", "X-WR-CALNAME") and not _TEXT.fullmatch(line.value):
            faults.append(f"{line.name} is not escaped.")
    faults += [
        f"{block.name} does not belong here." for block in root.blocks if block.name not in ("VEVENT", "VTIMEZONE")
    ]


def _lint_zones(root: _Block, faults: list[str]) -> set[str]:
    """The zones described, each once and by rules."""
    defined: set[str] = set()
    for zone in (block for block in root.blocks if block.name == "VTIMEZONE"):
        line = zone.one("TZID")
        if line is None or line.value in defined:
            faults.append("A VTIMEZONE without its own TZID.")
            continue
        defined.add(line.value)
        kinds = sorted(block.name for block in zone.blocks)
        if kinds not in (["STANDARD"], ["DAYLIGHT", "STANDARD"]):
            faults.append(f"{line.value}: not one STANDARD and at most one DAYLIGHT.")
        for part in zone.blocks:
            rules = [rule.value for rule in part.all("RRULE")]
            if part.all("RDATE") or len(rules) != len(kinds) - 1 or not all(map(_RULE.fullmatch, rules)):
                faults.append(f"{line.value}: {part.name} is not told by one yearly rule.")
            for name, form in (("DTSTART", _LOCAL_TIME), ("TZOFFSETFROM", _OFFSET), ("TZOFFSETTO", _OFFSET)):
                found = part.one(name)
                if found is None or found.parameters or not form.fullmatch(found.value):
                    faults.append(f"{line.value}: {part.name} needs one plain {name}.")
    return defined


def _lint_event(event: _Block, faults: list[str]) -> set[str]:
    """Faults of one event; gives the zones it uses."""
    uid = event.one("UID")
    here = uid.value[:40] if uid else ""
    if not here:
        here = "An event without UID"
        faults.append(f"{here}.")
    faults.extend(f"{here}: not exactly one {name}." for name in _ONCE if event.one(name) is None)
    for line in event.lines:
        form, fault = _FORMS.get(line.name, (_NOTHING, "not ours"))
        if not form.fullmatch(line.value):
            faults.append(f"{here}: {line.name} is {fault}.")
        if line.name in ("CONFERENCE", "IMAGE") and line.parameters.get("VALUE") != "URI":
            faults.append(f"{here}: {line.name} does not say that it is a URI.")
    _lint_alarm(event, here, faults)
    return _lint_times(event, here, faults)


def _lint_alarm(event: _Block, here: str, faults: list[str]) -> None:
    """At most one reminder, shown, some time before the start."""
    if [block.name for block in event.blocks] not in ([], ["VALARM"]):
        faults.append(f"{here}: more than one VALARM.")
    faults.extend(
        f"{here}: the VALARM does not show something before the start."
        for alarm in event.blocks
        if sorted(line.name for line in alarm.lines) != sorted(_ALARM)
        or not all(_ALARM[line.name].fullmatch(line.value) for line in alarm.lines)
    )


def _lint_times(event: _Block, here: str, faults: list[str]) -> set[str]:
    """Start and end: both days, or both wall times with their zone, and in this order."""
    start, end = event.one("DTSTART"), event.one("DTEND")
    if start is None or end is None:
        return set()
    if start.parameters != end.parameters:
        faults.append(f"{here}: DTSTART and DTEND are of different kinds.")
    elif start.parameters == {"VALUE": "DATE"}:
        if not _DAY.fullmatch(start.value) or not _DAY.fullmatch(end.value):
            faults.append(f"{here}: no days.")
        elif end.value <= start.value:
            faults.append(f"{here}: the end is not after the start.")
    elif list(start.parameters) != ["TZID"]:
        faults.append(f"{here}: wall times without TZID.")
    elif not _LOCAL_TIME.fullmatch(start.value) or not _LOCAL_TIME.fullmatch(end.value):
        faults.append(f"{here}: UTC or no wall time in DTSTART or DTEND.")
    else:
        zone = start.parameters["TZID"]
        try:
            first, last = (zones.to_utc(_parsed(line.value), zone) for line in (start, end))
            if last <= first:
                faults.append(f"{here}: the end is not after the start.")
        except ValueError as error:
            faults.append(f"{here}: {error}")
        return {zone}
    return set()


def _lint_series(same: list[_Block], here: str, faults: list[str]) -> None:
    """The events of one UID: one alone, or a whole with a rule and the dates of it that are moved."""
    wholes = [event for event in same if not event.all("RECURRENCE-ID")]
    moved = [event for event in same if event.all("RECURRENCE-ID")]
    if len(wholes) != 1:
        faults.append("A UID stands there twice." if wholes else f"{here}: moved dates without their series.")
        return
    (whole,) = wholes
    dropped = whole.all("EXDATE")
    names = [*dropped, *(line for event in moved for line in event.all("RECURRENCE-ID"))]
    if not whole.all("RRULE"):
        if names:
            faults.append(f"{here}: single dates without a rule.")
        return
    start = whole.one("DTSTART")
    try:
        zone, regular = _regular(whole.one("RRULE"), start)
    except ValueError as error:
        faults.append(f"{here}: {error}")
        return
    if any(line.parameters != {"TZID": zone} or line.value not in regular for line in names):
        faults.append(f"{here}: EXDATE or RECURRENCE-ID is no date of the rule.")
    named = [line.value for line in names]
    if len(set(named)) != len(named):
        faults.append(f"{here}: one date is moved or dropped twice.")
    if len(dropped) >= len(regular):
        faults.append(f"{here}: no date is left.")
    if any(zones.is_gap(_parsed(value), zone) for value in set(regular) - set(named)):
        faults.append(f"{here}: the rule gives a time that does not exist.")
    faults.extend(
        f"{here}: a moved date differs from its series in more than its time."
        for event in moved
        if event.all("RRULE")
        or event.all("EXDATE")
        or len(event.all("RECURRENCE-ID")) != 1
        or any(event.all(name) != whole.all(name) for name in _ALIKE)
        or (begin := event.one("DTSTART")) is None
        or begin.parameters != {"TZID": zone}
    )


def _regular(rule: _Line | None, start: _Line | None) -> tuple[str, list[str]]:
    """Zone and wall starts that a rule gives. Raises ValueError."""
    if rule is None or rule.parameters:
        raise ValueError("not exactly one plain RRULE.")
    if start is None or list(start.parameters) != ["TZID"]:
        raise ValueError("only wall times repeat.")
    found = repeats.starts(rule.value, _parsed(start.value))
    return start.parameters["TZID"], [f"{moment:%Y%m%dT%H%M%S}" for moment in found]


def _parsed(value: str) -> datetime:
    """A naive wall time. Raises ValueError."""
    return datetime.strptime(value, "%Y%m%dT%H%M%S")  # noqa: DTZ007


def _lint_method(root: _Block, events: list[_Block], faults: list[str]) -> None:
    """RFC 5546: a request or cancellation is one event or series, one organiser, one person; a publication has no attendee."""
    line = root.one("METHOD")
    method = line.value if line else None
    attendees = [len(event.all("ATTENDEE")) for event in events]
    organizers = [len(event.all("ORGANIZER")) for event in events]
    uids = [line.value for event in events for line in event.all("UID")]
    if method is not None and method not in _METHODS:
        faults.append("METHOD is not PUBLISH, REQUEST or CANCEL.")
    if method in ("REQUEST", "CANCEL"):
        if len(set(uids)) != 1:
            faults.append(f"{method} needs exactly one VEVENT.")
        if set(attendees) != {1} or set(organizers) != {1}:
            faults.append(f"{method} needs exactly one ATTENDEE and one ORGANIZER.")
        elif events[0].all("ATTENDEE")[0].value.casefold() == events[0].all("ORGANIZER")[0].value.casefold():
            faults.append("The organiser invites himself.")
        states = {status.value for event in events for status in event.all("STATUS")}
        if (states == {"CANCELLED"}) != (method == "CANCEL"):
            faults.append(f"STATUS does not fit {method}.")
    elif any(attendees) or any(count > 1 for count in organizers):
        faults.append("A publication has no ATTENDEE and at most one ORGANIZER.")
