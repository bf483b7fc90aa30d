"""The query names that calendars, feeds and open data have in common: `land`, `format`, `initiative`."""

from dataclasses import dataclass
from urllib.parse import urlencode

from events import rules
from kit.endpoint import Call
from kit.errors import NotFound
from kit.i18n import _
from kit.lands import CODES, land_name
from network import queries as network
from network.models import Initiative


@dataclass(frozen=True)
class Asked:
    """How a feed is narrowed; empty values do not narrow."""

    land: str
    format_code: str
    initiative: Initiative | None

    @property
    def initiative_id(self) -> str:
        return self.initiative.id if self.initiative else ""

    @property
    def name(self) -> str:
        """In words, in the language in use."""
        names = [self.initiative.name if self.initiative else "", land_name(self.land) if self.land else ""]
        names.append(_(rules.FORMATS[self.format_code].label) if self.format_code else "")
        return ", ".join(filter(None, names))

    @property
    def query(self) -> str:
        """The same as a query, with its question mark; in one order, so that a feed has one address."""
        slug = self.initiative.slug if self.initiative else ""
        values = {"land": self.land, "initiative": slug, "format": self.format_code}
        kept = urlencode({name: value for name, value in values.items() if value})
        return f"?{kept}" if kept else ""


def asked(call: Call) -> Asked:
    """What the address asks for. Raises NotFound for values that are unknown."""
    land, format_code, slug = (call.query.get(name, "") for name in ("land", "format", "initiative"))
    if (land and land not in CODES) or (format_code and format_code not in rules.FORMATS):
        raise NotFound
    initiative = network.initiative_by_slug(call.session, slug) if slug else None
    if slug and initiative is None:
        raise NotFound
    return Asked(land, format_code, initiative)
