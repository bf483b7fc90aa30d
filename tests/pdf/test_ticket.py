"""Tickets, read back from the paper."""

from dataclasses import replace

import pytest
from zxingcpp import read_barcodes

from kit import pdf
from kit.pdf.client import worker
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


# Names that fit a laid-out ticket, that need more lines, other fonts, another direction, or no name at all.
NAMES = [
    "Ada Muster",
    "Zoë Ó'Brien-Müller",
    "Anna-Luise Freifrau von Beispiel zu Musterhausen und Probe",
    "محمد نموذج",
    "田中",
    "a  b",
    "",
]


def test_a_ticket_laid_out_for_somebody_else_is_the_same_as_one_of_its_own() -> None:
    def ticket(number: int, name: str) -> bytes:
        holder = TicketHolder(name, encode(bytes([number] * 10), KEY))
        return ticket_pdf(replace(FACTS, holders=[holder], reference=f"ABCD-{number:04d}"))

    after_others = [ticket(number, name) for number, name in enumerate(NAMES)]
    # Some of those that take the place of other words, each in a child that has laid out nothing yet.
    for number in (1, 2, 3):
        pdf.stop()
        assert ticket(number, NAMES[number]) == after_others[number]


def test_lines_that_fit_are_laid_out_once() -> None:
    def again(words: str) -> bool:
        arguments = {
            "html": '<p data-blank="who"></p>',
            "css": ["p { width: 60mm }"],
            "codes": {},
            "blanks": {"who": words},
        }
        head, _blobs = worker.call(
            "render", arguments | {"title": "T", "language": "de", "variant": "pdf/ua-1"}, {}, wall=30, cpu=15
        )
        return not head["laid_out"]

    words = ["Ada", "Tom Muster", "lang " * 20 + "lang", "Eva", "a  b", "Ida"]
    assert [again(one) for one in words] == [False, True, False, True, False, True]


def test_no_page_is_left_nearly_empty() -> None:
    """Three people fit on a page; what does not goes over with a ticket, never alone."""
    facts = replace(
        FACTS, bring=("Ausweis", "Feste Schuhe", "Einladung"), contact=("Ada Muster", "0591 0", "a@b.example")
    )
    assert len(texts(ticket_pdf(facts))) == 1
    longer = texts(ticket_pdf(replace(facts, bring=["Festes Schuhwerk"] * 12)))
    assert [page.count(" von 3") for page in longer] == [2, 1]
