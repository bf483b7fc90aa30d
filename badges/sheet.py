"""Badge sheets without gaps: ten small badges or four of A6 on A4, or one A6 a page; and what to look at before printing."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from badges.fit import A6_STYLES, STYLES, Misfit, misfits
from kit.i18n import _, current
from kit.pdf import Card, CardSheet, Grid, TextStyle, cards
from kit.pdf.pages import page, sign, stylesheet


class Size(StrEnum):
    """The paper: ten badges of 90 x 55 mm or four of A6 on A4, or one A6 a page."""

    TEN = "ten"
    FOUR = "four"
    ONE = "one"


@dataclass(frozen=True)
class Form:
    """What a size means: the grid of the page, the style of the ground, where texts and code stand (millimetres)."""

    grid: Grid
    css: str
    styles: tuple[TextStyle, ...]
    text_box: tuple[float, float, float, float]
    code_box: tuple[float, float, float]

    @property
    def on_a_page(self) -> int:
        return self.grid.columns * self.grid.rows


# On the small badge 37 modules in 21 mm; 4 mm to the edge and 3 mm to the texts are more than the four modules of quiet
# zone. A6 has 32 mm for them.
_CUT = "#B9B9B9"
_A6_TEXT = (7.0, 30.0, 91.0, 50.0)
_A6_CODE = (66.0, 87.0, 32.0)
FORMS = {
    Size.TEN: Form(
        Grid(210, 297, 2, 5, 90, 55, _CUT), "badge.css", STYLES, (4.0, 13.0, 58.0, 32.0), (65.0, 18.5, 21.0)
    ),
    Size.FOUR: Form(Grid(210, 297, 2, 2, 105, 148, _CUT), "badge_a6.css", A6_STYLES, _A6_TEXT, _A6_CODE),
    Size.ONE: Form(Grid(105, 148, 1, 1, 105, 148, ""), "badge_a6.css", A6_STYLES, _A6_TEXT, _A6_CODE),
}


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


def sheet_pdf(
    badges: Sequence[BadgeFacts], *, size: Size = Size.TEN, way: str | None = None
) -> tuple[bytes, list[Misfit]]:
    """The PDF (PDF/UA-1) in the order given, and the badges whose name or organisation it cannot show whole.

    `way` is for comparing the two ways of setting texts, see kit.pdf.card_sheets. Raises PdfFailed, PdfUnavailable, and
    ValueError without any badge.
    """
    if not badges:
        raise ValueError("A sheet needs at least one badge.")
    form = FORMS[size]
    logos: dict[bytes, str] = {}
    grounds: dict[tuple[str, Role, bool, str, str, str], int] = {}
    described = []
    for badge in badges:
        logo = "" if badge.logo is None else logos.setdefault(badge.logo, f"logo{len(logos)}")
        # The small badge has no room for the initiative.
        initiative = "" if size is Size.TEN else badge.initiative
        ground = (logo, badge.role, badge.no_photo, badge.dialogue, badge.offer, initiative)
        described.append(
            Card(
                ground=grounds.setdefault(ground, len(grounds)),
                texts=((_line(badge.given), _line(badge.family)), (_line(badge.organisation),)),
                code=badge.code,
                spoken=", ".join(part for part in (badge.name, badge.organisation, role_word(badge.role)) if part),
            )
        )
    sheet = CardSheet(
        grid=form.grid,
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
                initiative=initiative,
            )
            for logo, role, no_photo, dialogue, offer, initiative in grounds
        ),
        css=stylesheet(form.css),
        styles=form.styles,
        text_box=form.text_box,
        code_box=form.code_box,
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
