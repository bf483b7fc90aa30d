"""The badge sheet: ten badges of 90 x 55 mm on A4 without gaps, and the list of badges to look at before printing."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from badges.fit import STYLES, Misfit, misfits
from kit.i18n import _, current
from kit.pdf import Card, CardSheet, Grid, cards
from kit.pdf.pages import page, sign, stylesheet

GRID = Grid(page_width=210, page_height=297, columns=2, rows=5, card_width=90, card_height=55, cut_colour="#B9B9B9")
_TEXT_BOX = (4.0, 13.0, 58.0, 32.0)
# 37 modules in 21 mm; 4 mm to the edge and 3 mm to the texts are more than the four modules of quiet zone.
_CODE_BOX = (65.0, 18.5, 21.0)


class Role(StrEnum):
    """What the bar at the foot of a badge says."""

    GUEST = "gast"
    HOST = "betrieb"
    TEAM = "team"
    MODERATION = "moderation"


@dataclass(frozen=True)
class BadgeFacts:
    """One badge. The name is given on up to two lines; a whole name has only `given`."""

    given: str
    family: str
    organisation: str
    role: Role
    code: str | None
    no_photo: bool
    dialogue: str
    offer: str
    initiative: str
    logo: bytes | None = None

    @property
    def name(self) -> str:
        return " ".join(f"{self.given} {self.family}".split())


def role_word(role: Role) -> str:
    """The word of a role in the language in use."""
    return {
        Role.GUEST: _("Gast"),
        Role.HOST: _("Betrieb"),
        Role.TEAM: _("Team"),
        Role.MODERATION: _("Moderation"),
    }[role]


def sheet_pdf(badges: Sequence[BadgeFacts], *, way: str | None = None) -> tuple[bytes, list[Misfit]]:
    """The PDF (PDF/UA-1) in the order given, and the badges whose name or organisation it cannot show whole.

    `way` is for comparing the two ways of setting texts, see kit.pdf.card_sheets. Raises PdfFailed, PdfUnavailable, and
    ValueError without any badge.
    """
    if not badges:
        raise ValueError("A sheet needs at least one badge.")
    logos: dict[bytes, str] = {}
    grounds: dict[tuple[str, Role, bool, str, str], int] = {}
    described = []
    for badge in badges:
        logo = "" if badge.logo is None else logos.setdefault(badge.logo, f"logo{len(logos)}")
        ground = (logo, badge.role, badge.no_photo, badge.dialogue, badge.offer)
        described.append(
            Card(
                ground=grounds.setdefault(ground, len(grounds)),
                texts=((_line(badge.given), _line(badge.family)), (_line(badge.organisation),)),
                code=badge.code,
                spoken=", ".join(part for part in (badge.name, badge.organisation, role_word(badge.role)) if part),
            )
        )
    sheet = CardSheet(
        grid=GRID,
        grounds=tuple(
            page(
                "badge.html",
                logo=logo,
                role=role.value,
                role_word=role_word(role),
                role_sign=sign(role.value),
                no_photo=no_photo,
                no_photo_sign=sign("no_photo"),
                dialogue=dialogue,
                offer=offer,
            )
            for logo, role, no_photo, dialogue, offer in grounds
        ),
        css=stylesheet("badge.css"),
        styles=STYLES,
        text_box=_TEXT_BOX,
        code_box=_CODE_BOX,
        cards=tuple(described),
    )
    title = _("Namensschilder: %(dialogue)s") % {"dialogue": badges[0].dialogue}
    data, outcomes = cards(
        sheet,
        assets={name: logo for logo, name in logos.items()},
        title=title,
        language="en" if current() == "en" else "de",
        way=way,
    )
    found = [misfit for index, badge in enumerate(badges) for misfit in misfits(index, badge.name, outcomes[index])]
    return data, found


def _line(text: str) -> str:
    return " ".join(text.split())
