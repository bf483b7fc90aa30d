"""The words under which a dialogue is found."""

from events.models import Dialogue
from events.rules import DialogueValue
from kit import text
from kit.i18n import use
from kit.lands import land_name

_LENGTH = 4000


def search_text(source: Dialogue | DialogueValue, initiative: str) -> str:
    """What the search column of a dialogue holds. `initiative` is the name of the one that invites."""
    with use("de"):
        land = land_name(source.land)
    words = (
        source.title, source.host, source.place, source.street, source.postcode, source.city, land,
        initiative, source.audience, source.lead, source.description[:600],
        "einfache Sprache plain language" if source.plain_text else "",
    )  # fmt: skip
    return text.search_text(*words)[:_LENGTH]
