"""Badges of many, made in the background in parts of whole sheets."""

from collections.abc import Sequence
from dataclasses import replace

from sqlmodel import Session

from badges import queries
from badges.sheet import BadgeFacts, Role, Size, sheet_pdf
from events import queries as events
from events.models import Dialogue, Offer
from kit import i18n
from kit.db import Database, within
from kit.downloads import Download, Maker, Report
from kit.pdf.merge import merge
from kit.templates import environment
from network import queries as network
from registration import list_queries
from registration.codes import participant_code
from registration.models import Participant
from registration.rules import split_name

# Divisible by ten and four. Typefaces come with each part: more parts would make a larger file.
AT_ONCE = 500


def plan(session: Session, download: Download) -> list[list[str]]:
    """Confirmed people in the order of the list, each once."""
    named = list_queries.confirmed_names(session, download.object_id, offer_id=download.choice["offer"])
    ids = list(dict.fromkeys(identity for identity, _name in named))
    return [ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE)]


def part(
    data: Database, download: Download, _number: int, people: Sequence[str], _report: Report
) -> tuple[bytes, list[tuple[str, str]]]:
    """The sheets of some people, and whose badges to look at before printing."""
    with data.read(within(download.initiative_id)) as session:
        dialogue = events.dialogue(session, download.object_id)
        initiative = network.initiative(session, dialogue.initiative_id)
        found = queries.people(session, people, offer_id=download.choice["offer"])
        picture = network.logo_of(session, initiative.id)
    own = drawn_logo(initiative.logo) if picture is None else picture.content
    badges = [replace(facts(person, offer, dialogue, initiative.name), logo=own) for person, offer in found]
    with i18n.use(download.language):
        content, misfits = sheet_pdf(badges, size=Size(download.choice["size"]))
        return content, [(found[misfit.index][0].id, misfit.sentence()) for misfit in misfits]


def facts(person: Participant, offer: Offer, dialogue: Dialogue, initiative: str) -> BadgeFacts:
    """What stands on a badge; a name that is still open leaves its lines empty for a pen."""
    given, family = split_name(person.name or "")
    roles = {role.value: role for role in Role}
    return BadgeFacts(
        given=given or family,
        family=family if given else "",
        organisation=person.organisation or "",
        role=roles.get(person.role, Role.GUEST),
        code=participant_code(person.id),
        no_photo=person.no_photo,
        dialogue=dialogue.title,
        offer=person.table_label or (offer.title if offer.title != dialogue.title else ""),
        initiative=initiative,
    )


def drawn_logo(kind: str) -> bytes | None:
    """The drawn logo of an initiative as SVG; None for one without a drawing of its own."""
    drawn = str(environment().get_template("macros/pictures.html").module.logo(kind)).strip()  # type: ignore[attr-defined]
    # The neutral drawing takes its colours from the style sheets of the pages.
    if 'class="wa"' in drawn:
        return None
    return drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1).encode()


MAKERS = {"badges": Maker(plan=plan, part=part, whole=merge)}
