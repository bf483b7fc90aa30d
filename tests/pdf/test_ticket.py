"""Tickets, read back from the paper."""

from dataclasses import replace

import pytest
from zxingcpp import read_barcodes

from registration.checkin_code import encode, signing_key
from registration.ticket import TicketFacts, TicketHolder, ticket_pdf
from tests.pdf.reading import codes, pictures, texts

KEY = signing_key(b"a secret of the installation")
HOLDERS = [TicketHolder(name, encode(bytes([n] * 10), KEY)) for n, name in enumerate(["Ada Muster", "<i>Tom</i>", ""])]
FACTS = TicketFacts(
    initiative="Rheinbogen e. V. (fiktiv)",
    accent="#A63D1F",
    dialogue="Nacht der offenen Werke",
    offer="Tour 1 · Bus 1",
    when=("Do 7. Oktober 2027", "Abfahrt 17:00 Uhr"),
    place=("Busbahnhof Musterplatz", "Steig C"),
    holders=HOLDERS,
    reference="K7QM-2XWP",
    bring=("Ausweis für jede Person",),
    contact=("Fragen: post@rheinbogen.example",),
    funding_line="Gefördert durch das Demonstrationsministerium (fiktiv)",
)


def whole(data: bytes) -> str:
    return " ".join(" ".join(texts(data)).split())


def test_one_block_with_its_own_code_for_each_person() -> None:
    data = ticket_pdf(FACTS)
    assert codes(data) == sorted(holder.code for holder in HOLDERS)
    text = whole(data)
    wanted = [
        *("Ihre Tickets", "Ada Muster", "<i>Tom</i>", "Name folgt", "Person 3 von 3", "Do 7. Oktober 2027"),
        *("Steig C", "K7QM-2XWP", "Ausweis für jede Person", "post@rheinbogen.example", "Demonstrationsministerium"),
    ]
    assert [part for part in wanted if part not in text] == []


def test_english_for_one_person() -> None:
    text = whole(ticket_pdf(replace(FACTS, holders=HOLDERS[:1], language="en", offer=None, bring=(), contact=())))
    assert [part for part in ("Your ticket", "When", "Where", "Show at the entrance") if part not in text] == []
    assert [part for part in ("Person 1", "Einlass", "What to bring", "Tour 1") if part in text] == []


def test_the_code_is_at_least_30_millimetres_wide() -> None:
    dpi = 150
    found = read_barcodes(pictures(ticket_pdf(replace(FACTS, holders=HOLDERS[:1])), dpi)[0])[0].position
    assert 30 <= (found.top_right.x - found.top_left.x) / dpi * 25.4 <= 38


def test_the_accent_cannot_carry_a_style() -> None:
    with pytest.raises(ValueError, match="accent"):
        replace(FACTS, accent="#fff;background:url(x)")
