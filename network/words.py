"""What roles and accents are called, in the language in use."""

from kit.i18n import _
from network.rules import ACCENTS, Role


def role_name(role: str) -> str:
    """The name of a role."""
    return {
        Role.OWNER: _("Inhaberin oder Inhaber"),
        Role.ORGANISER: _("Projektleitung"),
        Role.HELPER: _("Einlass"),
        Role.READER: _("Lesen"),
        Role.OBSERVER: _("Beobachten"),
    }[Role(role)]


def role_meaning(role: str) -> str:
    """What somebody in this role may do."""
    return {
        Role.OWNER: _("darf alles, auch Team und Einstellungen"),
        Role.ORGANISER: _("legt Dialoge an, veröffentlicht sie und sieht Anmeldungen"),
        Role.HELPER: _("hakt am Einlass Gäste ab"),
        Role.READER: _("sieht Dialoge und Anmeldungen und ändert nichts"),
        Role.OBSERVER: _("sieht Zahlen und Ergebnisse, keine Anmeldungen und keine Texte"),
    }[Role(role)]


def role_sentence(role: str) -> str:
    """What a new member is told by letter."""
    return {
        Role.OWNER: _("Die Initiative gehört Ihnen: Sie legen Dialoge an und bestimmen, wer mitarbeitet."),
        Role.ORGANISER: _("Sie leiten Projekte: Sie legen Dialoge an, veröffentlichen sie und sehen die Anmeldungen."),
        Role.HELPER: _("Sie helfen am Einlass: Sie haken ab, wer gekommen ist."),
        Role.READER: _("Sie lesen mit: Sie sehen Dialoge und Anmeldungen und ändern nichts."),
        Role.OBSERVER: _("Sie beobachten: Sie sehen Zahlen und Ergebnisse, keine Anmeldungen und keine Texte."),
    }[Role(role)]


def role_choices() -> list[tuple[str, str]]:
    """(role, name and meaning) for a field."""
    return [(role.value, f"{role_name(role)}: {role_meaning(role)}") for role in Role]


def accent_choices() -> list[tuple[str, str]]:
    """(accent, name) for a field."""
    names = {
        "ziegel": _("Ziegelrot"),
        "mennige": _("Mennige (Orangerot)"),
        "ocker": _("Ocker"),
        "reseda": _("Reseda (Graugrün)"),
        "tanne": _("Tannengrün"),
        "wasser": _("Wasserblau"),
        "stahl": _("Stahlblau"),
        "kobalt": _("Kobaltblau"),
        "ultramarin": _("Ultramarin"),
        "pflaume": _("Pflaume"),
        "beere": _("Beere"),
        "schiefer": _("Schiefergrau"),
    }
    return [(accent, names[accent]) for accent in ACCENTS]
