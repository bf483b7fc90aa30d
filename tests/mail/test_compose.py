"""A letter row becomes a message: its structure, and names that would like to be more than names."""

import email
import email.utils
import string
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.headerregistry import AddressHeader
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.settings import settings
from mail import compose, marks
from mail.compose import Attachment
from mail.models import Letter
from tests.conftest import environment

HOSTILE = [
    "a@x.example, b@x.example",
    "a@x.example\r\nBcc: b@x.example",
    "Ada\u2028Bcc: b@x.example",
    "Ada\x85Muster",
    "Ada <b@x.example>",
    '"Ada" <b@x.example>, "Bea',
    "Ada; b@x.example: c@x.example",
    "(Ada) \\ Muster",
    "=?utf-8?q?Ada=0D=0ABcc:_b@x.example?=",
    "Ä" * 300,
    "a, " * 100,
    "ü, b@x.example " * 20,
    "Ada 👩🏽‍🏭 Muster",
    "آدا موستر",
    "%s %(name)s {{ 7*7 }} <b>x</b> & y",
    "",
]


def letter(**values: object) -> Letter:
    return Letter(
        **{
            "id": "a" * 16,
            "initiative_id": "b" * 16,
            "dedupe_key": "x",
            "kind": "confirmation",
            "recipient": "ada@post.example",
            "recipient_name": "Ada Muster",
            "subject": "Sie sind dabei",
            "text": "Guten Tag,\n\nmehr folgt.\n",
            "html": "<p>Guten Tag,</p>",
            "message_id": "<a@dialogwerk.example>",
            "created_at": datetime(2027, 3, 1, 9, 0, tzinfo=UTC),
        }
        | values
    )


def read(message: EmailMessage) -> EmailMessage:
    """What a reader gets out of the bytes that are sent."""
    found = email.message_from_bytes(message.as_bytes(), policy=default)
    assert isinstance(found, EmailMessage)
    return found


def raw_names(message: EmailMessage) -> dict[str, tuple[str, str]]:
    """Name and address of each address header. The modern reader puts spaces between encoded words of a name, so the
    older one reads them (RFC 2047, section 6.2).
    """
    plain = email.message_from_bytes(message.as_bytes())
    pairs = {header: email.utils.parseaddr(plain[header]) for header in ("From", "To")}
    return {header: (str(make_header(decode_header(name))), address) for header, (name, address) in pairs.items()}


def shown(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture(autouse=True)
def _settings() -> object:
    with environment(DIALOGWERK_ENV="test"):
        yield


def structure(message: EmailMessage) -> object:
    if not message.is_multipart():
        return message.get_content_type()
    return (message.get_content_type(), [structure(part) for part in message.iter_parts()])  # type: ignore[arg-type]


def test_structure_with_calendar_and_ticket() -> None:
    files = [
        Attachment("einladung.ics", "application/ics", "BEGIN:VCALENDAR\r\nx:ä\r\n".encode(), method="REQUEST"),
        Attachment("ticket.pdf", "application/pdf", b"%PDF-1.7 \x00\xff"),
    ]
    found = read(compose.message(letter(), files, sender_name="Verbund (fiktiv)"))
    assert structure(found) == (
        "multipart/mixed",
        [
            ("multipart/alternative", ["text/plain", "text/html", "text/calendar"]),
            "application/ics",
            "application/pdf",
        ],
    )
    alternative, ics, pdf = found.iter_parts()
    calendar = list(alternative.iter_parts())[2]  # type: ignore[attr-defined]
    assert dict(calendar["content-type"].params) == {"charset": "utf-8", "method": "REQUEST", "component": "VEVENT"}
    assert calendar.get_payload(decode=True) == files[0].content
    assert ics.get_payload(decode=True) == files[0].content
    assert (pdf.get_filename(), pdf.get_payload(decode=True)) == ("ticket.pdf", files[1].content)


def test_a_letter_without_files_is_text_and_html() -> None:
    found = read(compose.message(letter(), [], sender_name="Verbund"))
    assert structure(found) == ("multipart/alternative", ["text/plain", "text/html"])


def test_seven_bits_and_short_lines() -> None:
    row = letter(text="Ä" * 2000 + "\n.\n..x\n", html="<p>" + "ü" * 5000 + "</p>")
    data = compose.message(row, [], sender_name="Ö" * 200).as_bytes()
    assert data.isascii()
    assert data.replace(b"\r\n", b"").count(b"\n") == 0
    assert max(len(line) for line in data.split(b"\r\n")) <= 998


def test_headers() -> None:
    found = read(compose.message(letter(language="en"), [], sender_name="Verbund", reply_to="post@ems.example"))
    assert {name: str(found[name]) for name in found if name not in ("Content-Type", "MIME-Version")} == {
        "From": "Verbund <dialogwerk@dialogwerk.example>",
        "To": "Ada Muster <ada@post.example>",
        "Subject": "Sie sind dabei",
        "Date": "Mon, 01 Mar 2027 09:00:00 +0000",
        "Message-ID": "<a@dialogwerk.example>",
        "Auto-Submitted": "auto-generated",
        "Content-Language": "en",
        "Reply-To": "post@ems.example",
    }


def test_the_same_letter_gives_the_same_identity() -> None:
    first, second = (compose.message(letter(), [], sender_name="Verbund") for _count in range(2))
    assert (first["Message-ID"], first["Date"]) == (second["Message-ID"], second["Date"])
    assert first.as_bytes() == second.as_bytes()


def faithful(text: str) -> None:
    message = compose.message(
        letter(recipient_name=text, subject=text), [], sender_name=text, reply_to="post@ems.example"
    )
    found = read(message)
    assert sorted(name.lower() for name in found) == sorted(name.lower() for name in message)
    for header, address in (("To", "ada@post.example"), ("From", settings().mail_from)):
        value = found[header]
        assert isinstance(value, AddressHeader)
        assert [one.addr_spec for one in value.addresses] == [address]
        assert raw_names(message)[header] == (shown(text), address)
    assert shown(str(found["Subject"])) == shown(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_name_is_shown_and_does_nothing(text: str) -> None:
    faithful(text)


@given(
    st.text(
        st.one_of(
            st.sampled_from(list(string.punctuation + "aB7 äß\u2028\x85\r\n\t👩آ\u200f")),
            st.characters(exclude_categories=("Cs", "Cc"), max_codepoint=0x2FFFF),
        ),
        max_size=120,
    )
)
def test_any_name_is_shown_and_does_nothing(text: str) -> None:
    faithful(text)


@pytest.mark.parametrize(
    "recipient", ["a@x.example, b@x.example", "a@x.example\r\nb@x.example", "a", "", "ä@x.example"]
)
def test_what_is_not_one_address_makes_no_message(recipient: str) -> None:
    with pytest.raises(Exception):  # noqa: B017 - whichever it is, no message comes out
        compose.message(letter(recipient=recipient), [], sender_name="Verbund").as_bytes()


def test_marks_become_addresses_in_both_parts() -> None:
    link = marks.Link("own", "a" * 16, 1, "/anmeldung/{token}")
    row = letter(text=f"Hier: {link.mark()}\n", html=f'<a href="{link.mark()}">hier</a>')
    plain, html = read(compose.message(row, [], sender_name="Verbund")).iter_parts()
    assert plain.get_content() == f"Hier: {marks.address(link)}\r\n"  # type: ignore[attr-defined]
    assert html.get_content() == f'<a href="{marks.address(link)}">hier</a>\r\n'  # type: ignore[attr-defined]
    assert marks.fill(link.mark("en")) == f"{marks.address(link)}?sprache=en"
