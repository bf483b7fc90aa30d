"""The ticket: one page or more of A4, a block with its own code for each participant."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from kit import i18n
from kit.i18n import _, ngettext
from kit.pdf import render
from kit.pdf.pages import page, stylesheet

_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


@dataclass(frozen=True)
class TicketHolder:
    """A participant on the ticket; the name may still be open, the code is what the door reads."""

    name: str
    code: str
    table: str = ""


@dataclass(frozen=True)
class TicketFacts:
    """Everything that a ticket shows, as text in the person's language; first lines are set large.

    Raises ValueError for an accent that is not a colour of the form #RRGGBB, since it goes into a style.
    """

    initiative: str
    accent: str
    dialogue: str
    offer: str | None
    when: Sequence[str]
    place: Sequence[str]
    holders: Sequence[TicketHolder]
    reference: str
    bring: Sequence[str] = field(default_factory=tuple)
    contact: Sequence[str] = field(default_factory=tuple)
    language: str = "de"
    funding_line: str = ""

    def __post_init__(self) -> None:
        if not _COLOUR.fullmatch(self.accent):
            raise ValueError("The accent must look like #A63D1F.")


def ticket_pdf(facts: TicketFacts) -> bytes:
    """The ticket as PDF/UA-1. Raises kit.pdf.PdfFailed and kit.pdf.PdfUnavailable."""
    with i18n.use(facts.language):
        count = len(facts.holders)
        heading = ngettext("Ihr Ticket", "Ihre Tickets", count)
        html = page(
            "ticket.html",
            facts=facts,
            heading=heading,
            count=count,
            language="en" if i18n.current() == "en" else "de",
        )
        blanks = _blanks(facts)
        title = _("%(heading)s: %(dialogue)s") % {"heading": heading, "dialogue": facts.dialogue}
    return render(
        html,
        css=[stylesheet("ticket.css").replace("#ACCENT", facts.accent)],
        assets={},
        codes={str(number): holder.code for number, holder in enumerate(facts.holders, 1)},
        blanks=blanks,
        title=title,
        language="en" if facts.language == "en" else "de",
    )


def _blanks(facts: TicketFacts) -> dict[str, str]:
    """What differs between the tickets of one dialogue; all else is laid out once."""
    blanks = {"reference": facts.reference, "foot": _("Anmeldung %(reference)s") % {"reference": facts.reference}}
    for number, holder in enumerate(facts.holders, 1):
        name = holder.name or _("Name folgt")
        blanks[f"name{number}"] = name
        if holder.table:
            blanks[f"table{number}"] = holder.table
        blanks[f"code{number}"] = _("QR-Code für den Einlass von %(name)s") % {"name": name}
    return blanks
