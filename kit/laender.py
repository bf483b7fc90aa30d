"""The sixteen Länder by the code of ISO 3166-2:DE, in the order of their official keys."""

from kit.i18n import _

CODES = ("SH", "HH", "NI", "HB", "NW", "HE", "RP", "BW", "BY", "SL", "BE", "BB", "MV", "SN", "ST", "TH")


def land_name(code: str) -> str:
    """The name in the language in use. Raises KeyError for an unknown code."""
    return {
        "SH": _("Schleswig-Holstein"),
        "HH": _("Hamburg"),
        "NI": _("Niedersachsen"),
        "HB": _("Bremen"),
        "NW": _("Nordrhein-Westfalen"),
        "HE": _("Hessen"),
        "RP": _("Rheinland-Pfalz"),
        "BW": _("Baden-Württemberg"),
        "BY": _("Bayern"),
        "SL": _("Saarland"),
        "BE": _("Berlin"),
        "BB": _("Brandenburg"),
        "MV": _("Mecklenburg-Vorpommern"),
        "SN": _("Sachsen"),
        "ST": _("Sachsen-Anhalt"),
        "TH": _("Thüringen"),
    }[code]
