"""Links in stored letters: a mark in place of a token, turned into an address at delivery.

A mark stands between two record separators (U+001E), which text at the border never contains.
"""

import re
from dataclasses import dataclass

from kit import tokens
from kit.settings import settings

_MARK = re.compile("\x1e([a-z_]+)\\|([a-z2-7]{16})\\|([0-9]+)\\|([^\x1e]*)\x1e")


@dataclass(frozen=True)
class Link:
    """A link with a derived token: `path` holds `{token}`."""

    purpose: str
    object_id: str
    version: int
    path: str

    def mark(self, language: str = "de") -> str:
        """What stands for the link in a letter of this language. A browser that was never here shows German pages."""
        path = self.path if language == "de" else f"{self.path}?sprache={language}"
        return f"\x1e{self.purpose}|{self.object_id}|{self.version}|{path}\x1e"


def address(link: Link) -> str:
    """The full address with its token."""
    token = tokens.derive(link.purpose, link.object_id, link.version)
    return settings().base_url + link.path.replace("{token}", token)


def blank(text: str) -> str:
    """Replaces every mark by an address that opens nothing: for reading somebody's letter without their rights."""
    return _MARK.sub(lambda found: settings().base_url + found[4].replace("{token}", "…"), text)


def fill(text: str) -> str:
    """Replaces every mark by the address it stands for."""
    return _MARK.sub(lambda found: address(Link(found[1], found[2], int(found[3]), found[4])), text)
