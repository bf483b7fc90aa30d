"""What is wanted, in the language in use; and the declaration with which it is asked for."""

from sqlmodel import Session

from events.pages import format_name
from events.rules import LANGUAGE_LABELS
from kit.districts import DISTRICTS
from kit.i18n import _
from kit.lands import land_name
from network.models import Initiative
from subscription.rules import Wanted


def wanted_words(session: Session, wanted: Wanted) -> str:
    """Which dialogues: `Niedersachsen, Werkführung`, or all. A Kreis says its Land by itself."""
    found = session.get(Initiative, wanted.inviter_id) if wanted.inviter_id else None
    names = (
        found.name if found else "",
        DISTRICTS.get(wanted.kreis) or (land_name(wanted.land) if wanted.land else ""),
        format_name(wanted.format_code) if wanted.format_code else "",
    )
    return ", ".join(filter(None, names)) or _("alle Dialoge")


def declaration_words() -> str:
    """What somebody declares by asking; changed words need another version (`rules.CONSENT_VERSION`)."""
    return _(
        "Ich möchte neue Dialoge der gewählten Auswahl per E-Mail gemeldet bekommen, höchstens einmal am Tag. "
        "Das kann ich jederzeit mit einem Klick beenden."
    )


def language_name(code: str) -> str:
    """What a language is called."""
    return _(LANGUAGE_LABELS.get(code, code))
