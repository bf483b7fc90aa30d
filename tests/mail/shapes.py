"""Messages in the shapes that mail programs and servers really send; written for these tests, with made-up people."""

import base64
import quopri

UID = "abcdefgh234567ab@dialogwerk.example"
GUEST = "gast@post.example"


def mail(
    body: bytes, kind: str, *, encoding: str = "7bit", to: str = "antwort@dialogwerk.example", **headers: str
) -> bytes:
    """One message with this body; headers by name, `_` for `-`."""
    head = {
        "From": f"Gast Muster <{GUEST}>",
        "To": to,
        "Subject": "Re: Wasserstoff",
        "Message-ID": "<1@post.example>",
        "MIME-Version": "1.0",
        "Content-Type": kind,
        "Content-Transfer-Encoding": encoding,
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items() if value)
    return lines.encode() + b"\r\n" + body


def several(*parts: tuple[str, bytes], kind: str = "alternative", mark: str = "b0", **headers: str) -> bytes:
    """A message of several parts, each with its headers and its body."""
    inside = b"".join(f"--{mark}\r\n{head}\r\n\r\n".encode() + body.rstrip(b"\r\n") + b"\r\n" for head, body in parts)
    return mail(inside + f"--{mark}--\r\n".encode(), f'multipart/{kind}; boundary="{mark}"', **headers)


def calendar(
    *lines: str, method: str = "REPLY", component: str = "VEVENT", head: str = "PRODID:-//Muster//DE"
) -> bytes:
    """A calendar with one component of these lines."""
    return "\r\n".join(
        ["BEGIN:VCALENDAR", f"METHOD:{method}", head, "VERSION:2.0", f"BEGIN:{component}", *lines, f"END:{component}",
         "END:VCALENDAR", ""]
    ).encode()  # fmt: skip


def simple(partstat: str = "ACCEPTED", *more: str, uid: str = UID, sequence: int = 0, **values: str) -> bytes:
    return calendar(
        f"UID:{uid}", f"SEQUENCE:{sequence}", "DTSTAMP:20270302T101500Z",
        f"ATTENDEE;CN=Gast Muster;PARTSTAT={partstat}:mailto:{GUEST}", *more, **values,
    )  # fmt: skip


TEXT = ("Content-Type: text/plain; charset=utf-8", b"Zugesagt: Wasserstoff")
PLAIN = "Content-Type: text/calendar; charset=utf-8; method=REPLY"

# Exchange: METHOD first, no ORGANIZER, a zone of its own since 1601, the localised prefix in SUMMARY.
EXCHANGE = several(
    TEXT,
    (
        'Content-Type: text/calendar; charset="utf-8"; method=REPLY\r\nContent-Transfer-Encoding: base64',
        base64.encodebytes(
            "\r\n".join(
                [
                    "BEGIN:VCALENDAR", "METHOD:REPLY", "PRODID:Microsoft Exchange Server 2010", "VERSION:2.0",
                    "BEGIN:VTIMEZONE", "TZID:W. Europe Standard Time", "BEGIN:STANDARD", "DTSTART:16010101T030000",
                    "TZOFFSETFROM:+0200", "TZOFFSETTO:+0100",
                    "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10", "END:STANDARD", "END:VTIMEZONE",
                    "BEGIN:VEVENT", f"ATTENDEE;PARTSTAT=ACCEPTED;CN=Gast Muster:MAILTO:{GUEST}",
                    "COMMENT;LANGUAGE=de-DE:\\n", f"UID:{UID}", "SUMMARY;LANGUAGE=de-DE:Zugesagt: Wasserstoff",
                    "DTSTART;TZID=W. Europe Standard Time:20270324T170000",
                    "DTEND;TZID=W. Europe Standard Time:20270324T210000", "CLASS:PUBLIC", "PRIORITY:5",
                    "DTSTAMP:20270302T101500Z", "TRANSP:OPAQUE", "STATUS:CONFIRMED", "SEQUENCE:2",
                    "LOCATION;LANGUAGE=de-DE:Bürgerhaus", "X-MICROSOFT-CDO-APPT-SEQUENCE:2", "END:VEVENT",
                    "END:VCALENDAR", "",
                ]
            ).encode()
        ),
    ),
)  # fmt: skip
# Outlook through Zimbra's connector: 7bit, no ORGANIZER, a comment of one line end, a quoted TZID.
ZIMBRA = several(
    TEXT,
    (
        "Content-Type: text/calendar; charset=us-ascii; method=REPLY; name=meeting.ics",
        simple(
            "DECLINED", "COMMENT:\\n", 'DTSTART;TZID="(GMT+01.00) Amsterdam / Berlin":20270324T170000',
            head="PRODID:Zimbra-Calendar-Provider",
        ),
    ),
)  # fmt: skip
# Apple: alternative, in it mixed, the calendar an attachment as quoted-printable, no method in its Content-Type.
APPLE = several(
    TEXT,
    (
        'Content-Type: multipart/mixed; boundary="b1"',
        b'--b1\r\nContent-Type: text/html\r\n\r\n<p>Ja</p>\r\n--b1\r\nContent-Disposition: attachment; filename="Wasserstoff.ics"\r\n'
        b'Content-Type: text/calendar; name="Wasserstoff.ics"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
        + quopri.encodestring(
            simple("TENTATIVE", "ORGANIZER;CN=\"Dialog\":mailto:antwort+abc@dialogwerk.example", head="PRODID:-//Apple Inc.//macOS//EN")
        )
        + b"\r\n--b1--\r\n",
    ),
    From="Gast <privat@icloud.example>",
)  # fmt: skip
# Google: "propose another time" is a COUNTER; series have an event for each instance.
GOOGLE_COUNTER = several(
    TEXT,
    (
        "Content-Type: text/calendar; charset=UTF-8; method=COUNTER",
        simple(
            "TENTATIVE", "X-NUM-GUESTS:0", "DTSTART:20270325T160000Z", "DTEND:20270325T200000Z",
            "COMMENT:Geht es am Donnerstag\\, später?", method="COUNTER",
            head="PRODID:-//Google Inc//Google Calendar 70.9054//EN",
        ),
    ),
)  # fmt: skip
GOOGLE_SERIES = several(
    TEXT,
    (
        PLAIN,
        simple("ACCEPTED", "RECURRENCE-ID:20270324T160000Z").replace(
            b"END:VCALENDAR",
            b"BEGIN:VEVENT\r\nUID:" + UID.encode() + b"\r\nRECURRENCE-ID:20270331T150000Z\r\nDTSTAMP:20270302T101500Z\r\n"
            b"ATTENDEE;PARTSTAT=DECLINED;X-NUM-GUESTS=0:mailto:" + GUEST.encode() + b"\r\nEND:VEVENT\r\nEND:VCALENDAR",
        ),
    ),
)  # fmt: skip


def zone_of(*observances: tuple[str, ...], tzid: str = "Eigene Zone") -> bytes:
    """A VTIMEZONE of its own before the event of a proposed time at 16:00 on 25 March 2027 and at 16:00 on 1 July."""
    lines = [f"TZID:{tzid}"]
    for each in observances:
        lines += ["BEGIN:STANDARD", *each, "END:STANDARD"]
    zone = "\r\n".join(["BEGIN:VTIMEZONE", *lines, "END:VTIMEZONE", "BEGIN:VEVENT"]).encode()
    event = simple(
        "TENTATIVE", f"DTSTART;TZID={tzid}:20270325T160000", f"DTEND;TZID={tzid}:20270701T160000", method="COUNTER"
    )
    return event.replace(b"BEGIN:VEVENT", zone)


WINTER = (
    "DTSTART:16010101T030000",
    "TZOFFSETFROM:+0200",
    "TZOFFSETTO:+0100",
    "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10",
)
SUMMER = ("DTSTART:19810329T020000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200", "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU")


# Whoever made up a zone of their own proposes a time in it.
OWN_ZONE = several(TEXT, (PLAIN.replace("REPLY", "COUNTER"), zone_of(WINTER, SUMMER)))
# Thunderbird: nothing but a calendar, 8bit, its LOCATION damaged, DURATION for DTEND, lines of a library's complaints.
THUNDERBIRD = mail(
    simple(
        "ACCEPTED", "LOCATION:B@rgerhaus", "DTSTART;TZID=Europe/Berlin:20270324T170000", "DURATION:PT4H",
        "X-LIC-ERROR;X-LIC-ERRORTYPE=VALUE-PARSE-ERROR:No value for LOCATION property", "KEIN INHALT",
    ).replace(b"@rgerhaus", b"\xfcrgerhaus"),
    "text/calendar; method=REPLY; charset=UTF-8", encoding="8bit",
)  # fmt: skip
# A gateway that put the calendar before the first part.
PREAMBLE = mail(
    simple("DECLINED") + b"--b0\r\nContent-Type: text/plain\r\n\r\nNein\r\n--b0--\r\n", 'multipart/mixed; boundary="b0"'
)
IN_HEADERS = b"From: Gast <gast@post.example>\r\nContent-Type: text/calendar\r\n" + simple("DECLINED") + b"\r\nNein\r\n"
# Linagora: an empty VTIMEZONE, no ATTENDEE, the same bytes as a part and as a file.
_LINAGORA = calendar(
    "BEGIN:VTIMEZONE", "END:VTIMEZONE", f"UID:{UID}", "DTSTAMP:20270302T101500Z", head="PRODID:-//Linagora"
)
LINAGORA = several((PLAIN, _LINAGORA), ("Content-Type: application/ics", _LINAGORA), kind="mixed")
DAVMAIL = mail(
    calendar("UID:null", "DTSTAMP:20270302T101500Z", f"ATTENDEE:mailto:{GUEST}", component="VFREEBUSY"), "text/calendar"
)
# Somebody else answers from the invited person's letter.
PARTY_CRASHER = several(
    TEXT, (PLAIN, simple("ACCEPTED").replace(GUEST.encode(), b"fremd@post.example")), From="fremd@post.example"
)
DELEGATED = several(
    TEXT,
    (
        PLAIN,
        simple(
            'DELEGATED;DELEGATED-TO="mailto:Kollegin@post.example"',
            f'ATTENDEE;PARTSTAT=NEEDS-ACTION;DELEGATED-FROM="MAILTO:{GUEST}":mailto:Kollegin%40post.example',
        ),
    ),
)  # fmt: skip
TWO_ATTENDEES = several(TEXT, (PLAIN, simple("ACCEPTED", "ATTENDEE;PARTSTAT=DECLINED:mailto:zweite@post.example")))
OUT_OF_OFFICE = several(TEXT, (PLAIN, simple("ACCEPTED")), Auto_Submitted="auto-replied", Subject="Abwesenheit")
_INVITED = simple("NEEDS-ACTION", method="REQUEST")


def dsn(
    status: str = "5.1.1", action: str = "failed", *, original: bytes = b"", to: str = "antwort@dialogwerk.example"
) -> bytes:
    """A report as Postfix writes it, with the letter inside."""
    inside = original or several(
        TEXT, (PLAIN.replace("REPLY", "REQUEST"), _INVITED), mark="b9", Message_ID="<qqqqqqqqqqqqqqqq@dialogwerk.example>",
        From="dialogwerk@dialogwerk.example",
    )  # fmt: skip
    return several(
        ("Content-Type: text/plain; charset=us-ascii", b"I'm sorry to have to inform you ..."),
        (
            "Content-Type: message/delivery-status",
            f"Reporting-MTA: dns; mx.post.example\r\n\r\nFinal-Recipient: rfc822; {GUEST}\r\nAction: {action}\r\n"
            f"Status: {status}\r\nDiagnostic-Code: smtp; 550 {status} <{GUEST}>: User\r\n    unknown".encode(),
        ),
        ("Content-Type: message/rfc822", inside),
        kind="report; report-type=delivery-status", mark="dsn", From="MAILER-DAEMON@mx.post.example", to=to,
        Auto_Submitted="auto-replied", Subject="Undelivered Mail Returned to Sender",
    )  # fmt: skip


EXIM = mail(
    b"A message that you sent could not be delivered to one or more of its recipients.\r\n\r\n  gast@post.example\r\n"
    b"    550 5.1.1 Unknown user\r\n\r\n------ This is a copy of your message ------\r\n\r\n" + _INVITED,
    "text/plain", From="Mail Delivery System <Mailer-Daemon@mx.post.example>", X_Failed_Recipients=GUEST,
    Auto_Submitted="auto-replied",
)  # fmt: skip
QMAIL = mail(
    b"Hi. This is the qmail-send program at mx.post.example.\r\nI've given up on your message.\r\n", "text/plain",
    From="MAILER-DAEMON@mx.post.example",
)  # fmt: skip
WINMAIL = several(
    TEXT,
    ("Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64", b"eJ8+IgAA"),
    kind="mixed",
)
